"""Whether somebody can be sitting before the computer, from recorded answers of the systems."""

from __future__ import annotations

import plistlib

import pytest

from station.computer import locked_in_ioreg, locked_in_logind, screen_locked


@pytest.mark.parametrize(
    ("told", "locked"),
    [
        ("LockedHint=no\nActive=yes\nState=active\n", False),
        ("LockedHint=yes\nActive=yes\nState=active\n", True),
        ("LockedHint=no\nActive=no\nState=online\n", True),
        ("LockedHint=no\nActive=yes\nState=closing\n", True),
        ("", None),
        ("Active=yes\n", None),
    ],
)
def test_logind_tells_a_locked_screen_and_a_session_that_was_left(told: str, locked: bool | None) -> None:
    assert locked_in_logind(told) is locked


def ioreg(*sessions: dict[str, object]) -> bytes:
    return plistlib.dumps({"IOConsoleLocked": False, "IOConsoleUsers": list(sessions)})


SEATED = {"kCGSSessionUserNameKey": "te", "kCGSSessionOnConsoleKey": True}


@pytest.mark.parametrize(
    ("told", "locked"),
    [
        (ioreg(SEATED), False),
        (ioreg({**SEATED, "CGSSessionScreenIsLocked": True}), True),
        (ioreg({**SEATED, "kCGSSessionOnConsoleKey": False}), True),
        (ioreg({**SEATED, "kCGSSessionUserNameKey": "other"}), None),
        (ioreg(), None),
        (b"", None),
        (b"not a property list", None),
    ],
)
def test_ioreg_tells_a_locked_screen_and_another_user_in_front(told: bytes, locked: bool | None) -> None:
    assert locked_in_ioreg(told, "te") is locked


def test_a_system_that_does_not_say_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert screen_locked() is None

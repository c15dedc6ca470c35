"""The udev rule lets the user at the computer open spectrometers, and is installed only after a yes."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from station import udev_rule
from station.settings import resource_path
from station.udev_rule import RULE, Command, commands, install

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="udev is part of Linux")

RULE_LINES = [
    line
    for line in resource_path(f"udev/{RULE}").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def test_the_rule_gives_both_vendors_to_the_user_of_the_seat_and_to_nobody_else() -> None:
    assert len(RULE_LINES) == 2
    for vendor, line in zip(("2457", "0999"), RULE_LINES, strict=True):
        assert f'ATTR{{idVendor}}=="{vendor}"' in line
        assert line.endswith('TAG+="uaccess"')
        assert "MODE" not in line
        assert "GROUP" not in line
    assert int(RULE.partition("-")[0]) < 73  # logind acts on the tag in its rules 73


def test_the_commands_put_the_rule_in_its_place_and_apply_it() -> None:
    wanted = commands(Path("/opt/aliquot/resources/udev") / RULE, ("sudo",))
    assert wanted[0][:2] == ("sudo", "install")
    assert wanted[0][-1] == f"/etc/udev/rules.d/{RULE}"
    assert [command[1:3] for command in wanted[1:]] == [("udevadm", "control")] + 2 * [("udevadm", "trigger")]
    assert commands(Path("x"), ())[1][0] == "udevadm"


class Shell:
    """Keeps the commands it is given; `fails` is the number of the one that fails."""

    def __init__(self) -> None:
        self.ran: list[Command] = []
        self.fails = 0

    def run(self, command: Command) -> int:
        self.ran.append(command)
        return 1 if len(self.ran) == self.fails else 0


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Return a shell of an ordinary user that has sudo."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    return Shell()


@pytest.mark.parametrize("answer", ["", "n", "no", "ye", "\n"])
def test_without_a_yes_nothing_is_run(shell: Shell, capsys: pytest.CaptureFixture[str], answer: str) -> None:
    assert install(False, ask=lambda _: answer, run=shell.run) == 1
    said = capsys.readouterr().out
    assert shell.ran == []
    assert "sudo install -m 0644" in said
    assert "Nothing was installed." in said


def test_without_a_terminal_nobody_can_agree(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    def nobody(_: str) -> str:
        raise EOFError

    assert install(False, ask=nobody, run=shell.run) == 1
    assert shell.ran == []
    assert "Nothing was installed." in capsys.readouterr().out


@pytest.mark.parametrize(("agreed", "answer"), [(False, "y"), (False, " Yes "), (True, "n")])
def test_after_a_yes_what_was_shown_is_run(
    shell: Shell, capsys: pytest.CaptureFixture[str], agreed: bool, answer: str
) -> None:
    assert install(agreed, ask=lambda _: answer, run=shell.run) == 0
    said = capsys.readouterr().out
    assert shell.ran == list(commands(resource_path(f"udev/{RULE}"), ("sudo",)))
    assert all(" ".join(command) in said for command in shell.ran)
    assert "The rule is in force." in said


def test_a_command_that_fails_stops_the_rest_and_is_named(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.fails = 2
    assert install(True, run=shell.run) == 1
    assert len(shell.ran) == 2
    assert "This command failed: sudo udevadm control --reload" in capsys.readouterr().out


def test_pkexec_is_used_where_there_is_no_sudo_and_where_neither_is_it_is_said(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/pkexec" if name == "pkexec" else None)
    assert install(True, run=shell.run) == 0
    assert {command[0] for command in shell.ran} == {"pkexec"}
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert install(True, run=lambda command: 1) == 1
    assert "neither sudo nor pkexec" in capsys.readouterr().out


def test_root_needs_no_help(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert install(True, run=shell.run) == 0
    assert shell.ran[0][0] == "install"


def test_a_program_that_is_not_there_counts_as_failed(capsys: pytest.CaptureFixture[str]) -> None:
    assert udev_rule._run(("/nowhere/udevadm",)) == 1
    assert "/nowhere/udevadm" in capsys.readouterr().out


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_elsewhere_nothing_is_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], system: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert install(True, run=lambda command: 0) == 1
    assert "Nothing was installed" in capsys.readouterr().out

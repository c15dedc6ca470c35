"""Whether somebody can still be sitting before this computer: a locked screen, a session that was left."""

from __future__ import annotations

import getpass
import os
import plistlib
import subprocess
import sys

_ANSWER_LIMIT_S = 1.0
_DESKTOP_SWITCHDESKTOP = 0x0100


def screen_locked() -> bool | None:
    """Return whether the screen is locked or the session left; None where this system does not say."""
    try:
        if sys.platform == "win32":
            return _input_desktop_is_shut()
        elif sys.platform == "darwin":
            return locked_in_ioreg(_answer("ioreg", "-n", "Root", "-d1", "-a"), getpass.getuser())
        else:
            session = os.environ.get("XDG_SESSION_ID", "auto")
            told = _answer("loginctl", "show-session", session, "-p", "LockedHint", "-p", "Active", "-p", "State")
            return locked_in_logind(told.decode(errors="replace"))
    except (OSError, subprocess.SubprocessError):
        return None


def locked_in_logind(told: str) -> bool | None:
    """Return whether logind's properties of a session (lines of name=value) tell that nobody sees its screen."""
    properties = dict(line.partition("=")[::2] for line in told.splitlines())
    if "LockedHint" not in properties:
        return None
    left = properties.get("State") == "closing" or properties.get("Active") == "no"
    return left or properties["LockedHint"] == "yes"


def locked_in_ioreg(told: bytes, user: str) -> bool | None:
    """Return whether ioreg's root entry (a property list) tells that this user's session is locked or not in front."""
    try:
        root = plistlib.loads(told)
        sessions = [each for each in root["IOConsoleUsers"] if each.get("kCGSSessionUserNameKey") == user]
    except (ValueError, KeyError, TypeError, AttributeError, plistlib.InvalidFileException):
        return None
    if not sessions:
        return None
    return all(each.get("CGSSessionScreenIsLocked") or not each.get("kCGSSessionOnConsoleKey") for each in sessions)


def _answer(*command: str) -> bytes:
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=_ANSWER_LIMIT_S, check=True)
    return done.stdout


def _input_desktop_is_shut() -> bool | None:
    """Return whether Windows keeps this program from the desktop that has the keyboard: it is then its own lock's."""
    import ctypes

    windows = getattr(ctypes, "windll", None)
    if windows is None:
        return None
    windows.user32.OpenInputDesktop.restype = ctypes.c_void_p
    desktop = windows.user32.OpenInputDesktop(0, False, _DESKTOP_SWITCHDESKTOP)
    if not desktop:
        return True
    windows.user32.CloseDesktop(ctypes.c_void_p(desktop))
    return False

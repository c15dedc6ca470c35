"""Installs the udev rule that lets whoever sits at a Linux computer open its spectrometers: only when asked, only after
the commands were shown and agreed to."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from instruments.usb_models import VENDORS
from station.settings import resource_path

RULE = "70-aliquot-spectrometers.rules"
TARGET = Path("/etc/udev/rules.d") / RULE

Command = tuple[str, ...]


def commands(source: Path, before: Command) -> tuple[Command, ...]:
    """Return the commands that install the rule and apply it to what is plugged in; `before` gains the rights."""
    triggers = tuple(
        (*before, "udevadm", "trigger", "--action=change", "--subsystem-match=usb", f"--attr-match=idVendor={vendor}")
        for vendor in VENDORS
    )
    return (
        (*before, "install", "-m", "0644", str(source), str(TARGET)),
        (*before, "udevadm", "control", "--reload"),
        *triggers,
    )


def install(agreed: bool, *, ask: Callable[[str], str] = input, run: Callable[[Command], int] | None = None) -> int:
    """Show the commands and run them once they are agreed to; return 0 when the rule is in force, else 1.

    `agreed` needs no question (for scripts). Without a terminal nobody can agree, and nothing is run.
    """
    if not sys.platform.startswith("linux"):
        print("udev rules are for Linux. Nothing was installed; `doctor` says what to do on this system.")
        return 1
    before = _rights()
    wanted = commands(resource_path(f"udev/{RULE}"), ("sudo",) if before is None else before)
    print("These commands let the user at this computer open its spectrometers:")
    for command in wanted:
        print(f"  {shlex.join(command)}")
    if before is None:
        print("There is neither sudo nor pkexec here, and this user is not root. Nothing was installed. IT runs them.")
        return 1
    if not agreed and not _agrees(ask):
        print("Nothing was installed.")
        return 1
    for command in wanted:
        if (run or _run)(command) != 0:
            print(f"This command failed: {shlex.join(command)}. The rule may not be in force. IT can run the rest.")
            return 1
    print("The rule is in force. Unplug the spectrometer and plug it in again.")
    return 0


def _agrees(ask: Callable[[str], str]) -> bool:
    try:
        return ask("Run them now? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        print()
        return False


def _rights() -> Command | None:
    """Return what goes before a command so that it may write there: nothing for root; None where nothing helps."""
    if sys.platform != "win32" and os.geteuid() == 0:
        return ()
    for program in ("sudo", "pkexec"):
        if shutil.which(program):
            return (program,)
    return None


def _run(command: Command) -> int:
    try:
        return subprocess.run(command, check=False).returncode
    except OSError as error:
        print(f"{command[0]}: {error.strerror or error}")
        return 1

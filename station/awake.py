"""Keeping the computer awake while a run is open, by what its system offers; nothing of it outlives this process."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from typing import Protocol

HELD = "the computer is kept awake while a run is open; closing a lid can still put it to sleep"
NOT_HELD = "the computer may fall asleep during the run ({}): switch sleeping off in its settings"
_ENDING_S = 1.0
_WHY = "a run is being recorded"
_ES_CONTINUOUS, _ES_SYSTEM_REQUIRED = 0x80000000, 0x00000001


class Lock(Protocol):
    """One way to keep a computer awake; holds from its making until `let_go`, or until this process has ended."""

    def refusal(self) -> str | None:
        """Return why it does not hold, "" while that is not known yet, None while it holds. Never blocks."""

    def let_go(self) -> None:
        """Let the computer sleep again; never raises."""


class Awake:
    """Keeps the computer awake between `hold` and `let_go`; all calls from one and the same thread (Windows)."""

    def __init__(self) -> None:
        self._lock: Lock | None = None

    def hold(self) -> None:
        """Ask the system to stay awake; asking twice changes nothing."""
        if self._lock is None:
            self._lock = _lock()

    def let_go(self) -> None:
        """Let the computer sleep again; never raises."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.let_go()

    def told(self) -> tuple[bool | None, str]:
        """Return whether the computer is kept awake (None: nobody asked, or no answer yet), and the words for it."""
        if self._lock is None:
            return None, ""
        refusal = self._lock.refusal()
        if refusal is None:
            return True, HELD
        return (False, NOT_HELD.format(refusal)) if refusal else (None, "")


def _lock() -> Lock:
    if sys.platform == "win32":
        return _ExecutionState()
    elif sys.platform == "darwin":
        return _Process("caffeinate", "-i", "-w", str(os.getpid()))
    else:
        held = ("sh", "-c", "echo held; exec cat >/dev/null")  # which ends when our end of its pipe is closed
        what = ("--what=sleep:idle", "--who=Aliquot", f"--why={_WHY}", "--mode=block")
        return _Process("systemd-inhibit", *what, *held, says="held")


class _Process:
    """A system's own program that holds the lock as long as it runs, and ends with us even where we are killed.

    systemd-inhibit takes logind's inhibitor over D-Bus and runs a command that reads from our pipe; it `says` when it
    has it. caffeinate watches our process number and takes its assertion without a word.
    """

    def __init__(self, program: str, *arguments: str, says: str = "") -> None:
        self._program, self._says, self._told = program, says.encode(), b""
        self._process: subprocess.Popen[bytes] | None = None
        with suppress(OSError):
            self._process = subprocess.Popen(
                (program, *arguments),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C on a terminal is ours to understand
            )
        if sys.platform != "win32" and self._process is not None and self._process.stdout is not None:
            os.set_blocking(self._process.stdout.fileno(), False)

    def refusal(self) -> str | None:
        """Return why it does not hold, "" while that is not known yet, None while it holds."""
        if self._process is None or self._process.stdout is None:
            return f"{self._program} is not on this computer"
        ended = self._process.poll() is not None
        with suppress(BlockingIOError):
            self._told += self._process.stdout.read() or b""
        if ended:
            lines = self._told.removeprefix(self._says).decode(errors="replace").strip().splitlines()
            return f"{self._program}: {lines[-1] if lines else 'it has ended by itself'}"
        return None if self._told.startswith(self._says) else ""

    def let_go(self) -> None:
        """End the program and wait until it is gone; never raises."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):  # on which its command ends
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        process.terminate()
        try:
            process.wait(_ENDING_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class _ExecutionState:
    """Windows' own flag of the calling thread, that falls with it."""

    def __init__(self) -> None:
        self._held = self._set(_ES_CONTINUOUS | _ES_SYSTEM_REQUIRED)

    def refusal(self) -> str | None:
        """Return why it does not hold, None while it holds."""
        return None if self._held else "Windows refuses it"

    def let_go(self) -> None:
        """Let the computer sleep again; never raises."""
        self._set(_ES_CONTINUOUS)

    @staticmethod
    def _set(flags: int) -> bool:
        import ctypes

        windows = getattr(ctypes, "windll", None)
        return windows is not None and bool(windows.kernel32.SetThreadExecutionState(ctypes.c_uint32(flags)))

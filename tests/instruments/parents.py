"""A program of its own that holds an instrument and both lights, to be ended in every way a program can end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MARK = "ALIQUOT_PARENT_TEST"


def alive(process_id: int) -> bool:
    """Tell whether a process still runs; one that has ended but was not fetched yet does not."""
    return state_of(process_id) not in ("", "Z", "X")


def state_of(process_id: int) -> str:
    """Return the state that /proc tells of a process (T: stopped), "" where there is none."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def within(limit_s: float, happened: Callable[[], bool]) -> bool:
    """Tell whether it happens within a limit."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if happened():
            return True
        time.sleep(0.01)
    return happened()


def last_states(logbook: Path) -> dict[str, str]:
    """Return what the photodiode saw last of each light."""
    return dict(line.split() for line in logbook.read_text().splitlines())


class Parent:
    """The program, both lights on, asked once to `do` something with its instrument (a key of the program's own)."""

    def __init__(self, folder: Path, do: str = "") -> None:
        self.logbook = folder / "lights"
        program = folder / "program.py"
        program.write_text(_PROGRAM)
        self._mark = uuid.uuid4().hex
        self.process = subprocess.Popen(
            [sys.executable, str(program), str(self.logbook), do],
            env={**os.environ, "PYTHONPATH": str(ROOT), MARK: self._mark},
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        self.child, *copies = map(int, line.split())
        self._copies = set(copies)

    def __enter__(self) -> Parent:
        return self

    def __exit__(self, *unused: object) -> None:
        for number in {self.process.pid, *self._copies, *self.left()}:
            try:
                os.kill(number, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()

    def send(self, number: int) -> None:
        """Send the program a signal."""
        self.process.send_signal(number)

    def finish(self) -> int:
        """Let the program come to its last line; return its exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(10.0)

    def complaints(self) -> str:
        """Return what was written to standard error by the program and everything it started; wait for their end."""
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def left(self) -> set[int]:
        """Return every process that the program has started and that still runs, but for copies of the program."""
        return set(self._marked()) - {self.process.pid} - self._copies

    def _marked(self) -> list[int]:
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and alive(int(entry.name)):
                try:
                    environment = (entry / "environ").read_bytes()
                except OSError:
                    continue
                if f"{MARK}={self._mark}".encode() in environment:
                    found.append(int(entry.name))
        return found


_PROGRAM = """
import ctypes, os, sys, threading, time
from contextlib import suppress
from pathlib import Path
from instruments.guard import Guard
from instruments.ocean_spectrometer import OceanSpectrometer
from instruments.spectrometer import InstrumentError
from instruments.virtual.hand import Trouble, Witness

logbook, do = sys.argv[1:]
begun = Path(logbook + ".begun")
read = OceanSpectrometer.scan

def scan(self):
    begun.touch()
    if do == "seized":
        c, mutex = ctypes.PyDLL(None), ctypes.create_string_buffer(256)
        c.pthread_mutex_lock(mutex)
        c.pthread_mutex_lock(mutex)  # never returns; no thread of Python runs again
    return read(self)

if __name__ != "__main__":  # in the instrument process, which imports this program
    OceanSpectrometer.scan = scan

def main():
    guard = Guard()
    guard.open("virtual:FLAME-S")
    guard.hand(Witness(logbook))
    guard.light("uv", True)
    guard.light("probe", True)
    told = [guard.process_id]
    if do == "wedged":
        guard.hand(Trouble("wedge"))
    if do == "long":
        guard.set_exposure(60.0)
    if do in ("wedged", "seized", "long"):
        threading.Thread(target=waited_for, args=(guard,), daemon=True).start()
        while not begun.exists():
            time.sleep(0.01)
    if do == "copied":
        copied = threading.Thread(target=lambda: told.append(copy()))
        copied.start()
        copied.join()
    print(*told, flush=True)
    sys.stdin.read()
    if do == "raises":
        raise RuntimeError("at the end")

def waited_for(guard):
    with suppress(InstrumentError):
        guard.scan()

def copy():
    number = os.fork()
    if number == 0:
        threading.Event().wait()
    return number

if __name__ == "__main__":
    main()
"""

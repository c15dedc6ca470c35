"""Which process writes a run file, and whether it still lives: host, process number and the moment it was started."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Writer:
    """A process on a computer; `process` tells it from a later one with the same number ("" where unknown)."""

    host: str
    pid: int
    process: str

    @property
    def here(self) -> bool:
        """Get whether it ran on this computer."""
        return self.host == platform.node()

    @property
    def alive(self) -> bool:
        """Get whether it still runs here; of another computer's process nothing is known, so it counts as alive."""
        return not self.here or (self.process != "" and started(self.pid) == self.process)


def this_process() -> Writer:
    """Return the process that asks."""
    return Writer(platform.node(), os.getpid(), started(os.getpid()))


def started(pid: int) -> str:
    """Return when a process was started, in its system's own words, or "" where there is none."""
    if sys.platform == "linux":
        return _started_linux(pid)
    elif sys.platform == "win32":
        return _started_windows(pid)
    else:
        command = ["ps", "-o", "lstart=", "-p", str(pid)]
        told = subprocess.run(command, capture_output=True, text=True, env={"LC_ALL": "C", "TZ": "UTC"}, check=False)
        return told.stdout.strip()


def _started_linux(pid: int) -> str:
    """Return boot id and start in clock ticks since boot; a process that only waits to be reaped is none."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
    fields = status[status.rindex(")") + 2 :].split()  # the name before it may hold anything
    return "" if fields[0] in "ZXx" else f"{boot}:{fields[19]}"


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    def _started_windows(pid: int) -> str:
        """Return the creation time in units of 100 ns, by GetProcessTimes."""
        query_limited_information, still_active = 0x1000, 259
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = wintypes.HANDLE
        handle = kernel.OpenProcess(query_limited_information, False, pid)
        if not handle:
            return ""
        try:
            code = wintypes.DWORD()
            times = [wintypes.FILETIME() for _ in range(4)]
            kernel.GetExitCodeProcess(wintypes.HANDLE(handle), ctypes.byref(code))
            read = kernel.GetProcessTimes(wintypes.HANDLE(handle), *(ctypes.byref(time) for time in times))
            if not read or code.value != still_active:
                return ""
            return str((times[0].dwHighDateTime << 32) | times[0].dwLowDateTime)
        finally:
            kernel.CloseHandle(wintypes.HANDLE(handle))

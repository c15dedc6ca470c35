"""The clocks held against each other: a sleeping computer, a clock that was set, another time zone.

Reaction times come from a clock that counts sleep and takes no step; what is noticed here is written down, nothing is
corrected by it.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from station.clock import elapsed_s

STEP_S = 2.0  # two clocks that part by more between two looks were set, or one of them slept

Kind = Literal["gap", "clock step", "time zone"]


@dataclass(frozen=True, slots=True)
class Clocks:
    """All clocks at one moment: with and without the time asleep, time of day (s since 1970), name of the zone."""

    elapsed_s: float
    awake_s: float
    wall_s: float
    zone: str


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to the time: its kind, how long or how far (s, forward above zero), and the words."""

    kind: Kind
    seconds: float
    sentence: str


class ClockWatch:
    """Compares each look with the one before; fed with clocks, it reads none."""

    def __init__(self) -> None:
        self._before: Clocks | None = None

    def look(self, now: Clocks) -> tuple[Happening, ...]:
        """Return what has happened to the time since the last look."""
        before, self._before = self._before, now
        if before is None:
            return ()
        found = []
        passed_s = now.elapsed_s - before.elapsed_s
        asleep_s = passed_s - (now.awake_s - before.awake_s)
        if asleep_s > STEP_S:
            sentence = f"The computer slept for {_length(asleep_s)}. Reaction times count it."
            found.append(Happening("gap", asleep_s, sentence))
        step_s = now.wall_s - before.wall_s - passed_s
        if abs(step_s) > STEP_S:
            way = "forward" if step_s > 0 else "back"
            sentence = f"The computer's clock was set {way} by {_length(abs(step_s))}. Reaction times do not follow it."
            found.append(Happening("clock step", step_s, sentence))
        if now.zone != before.zone and now.zone and before.zone:
            sentence = f"The time zone changed from {before.zone} to {now.zone}. Reaction times do not follow it."
            found.append(Happening("time zone", 0.0, sentence))
        return tuple(found)


def clocks_now() -> Clocks:
    """Return what all clocks of this computer show."""
    return Clocks(elapsed_s(), _awake_s(), time.time(), _zone())


def _awake_s() -> float:
    """Seconds that stand still while the computer sleeps."""
    if sys.platform == "win32":
        import ctypes

        ticks = ctypes.c_ulonglong()
        ctypes.windll.kernel32.QueryUnbiasedInterruptTime(ctypes.byref(ticks))
        return ticks.value * 1e-7
    else:
        return time.monotonic()  # CLOCK_MONOTONIC on Linux, mach_absolute_time on macOS


def _zone() -> str:
    """Return the name of the zone as the system has it now: a running program keeps the one it was started in."""
    if sys.platform == "win32":
        import winreg

        with (
            suppress(OSError),
            winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\TimeZoneInformation") as key,
        ):
            return str(winreg.QueryValueEx(key, "TimeZoneKeyName")[0])
    else:
        with suppress(OSError):
            return os.environ.get("TZ") or os.readlink("/etc/localtime").partition("zoneinfo/")[2]
    return ""


def _length(seconds: float) -> str:
    if seconds < 120.0:
        return f"{seconds:.0f} s"
    return f"{seconds / 60.0:.0f} min" if seconds < 7200.0 else f"{seconds / 3600.0:.1f} h"

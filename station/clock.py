"""The one clock of the station: time enters everything as an argument, so that a 24 h reaction runs in a test."""

from __future__ import annotations

import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Time of the station; may be read from any thread."""

    def now_s(self) -> float:
        """Get the station's seconds; they count a suspended computer too and never step back."""

    def wall(self) -> datetime:
        """Get the time of day, with its zone."""

    def sleep(self, seconds: float) -> None:
        """Wait so many seconds of this clock."""

    def passed(self, seconds: float) -> None:
        """Note that an instrument has just been busy for so long (matters only to a clock that stands still)."""


def elapsed_s() -> float:
    """Seconds that go on while the computer sleeps: each system keeps them under another name."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    elif sys.platform == "win32":
        import ctypes

        ticks = ctypes.c_ulonglong()
        ctypes.windll.kernel32.QueryInterruptTime(ctypes.byref(ticks))
        return ticks.value * 1e-7
    else:
        return time.clock_gettime(time.CLOCK_MONOTONIC)  # macOS: goes on in sleep, which time.monotonic() does not


class SystemClock:
    """The computer's own clock: it begins at the time of day (s since 1970) and from then on takes no step.

    So a run that is continued by another process, even after a restart of the computer, goes on in the same time.
    """

    def __init__(self) -> None:
        self._began_s = time.time() - elapsed_s()

    def now_s(self) -> float:
        """Get the seconds since 1970 as this process counts them, time asleep included."""
        return self._began_s + elapsed_s()

    def wall(self) -> datetime:
        """Get the local time of day."""
        return datetime.now().astimezone()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(max(0.0, seconds))

    def passed(self, seconds: float) -> None:
        """Do nothing: this clock has gone on by itself."""


class PacedClock:
    """The system's clock made faster at will: the demonstration's flask runs 600 times faster between aliquots.

    A change of pace keeps the time continuous. Wall time follows, so that what is written on a reading agrees
    with its reaction time.
    """

    def __init__(self, pace: float = 1.0, begins_s: float | None = None) -> None:
        self._lock = threading.Lock()
        self._pace = pace
        self._anchor_real_s = elapsed_s()
        self._anchor_s = time.time() if begins_s is None else begins_s

    def now_s(self) -> float:
        """Get the seconds since 1970 at which this clock began, plus those since then at its pace."""
        with self._lock:
            return self._anchor_s + (elapsed_s() - self._anchor_real_s) * self._pace

    def wall(self) -> datetime:
        """Get its seconds as a local time of day."""
        return datetime.fromtimestamp(self.now_s()).astimezone()

    def sleep(self, seconds: float) -> None:
        """Wait so many seconds of this clock."""
        time.sleep(max(0.0, seconds) / self._pace)

    def passed(self, seconds: float) -> None:
        """Do nothing: this clock has gone on by itself."""

    def set_pace(self, pace: float) -> None:
        """Set how many of its seconds pass in a real one (strictly positive)."""
        if not pace > 0:
            raise ValueError(f"A clock's pace is above zero, not {pace}.")
        with self._lock:
            real_s = elapsed_s()
            self._anchor_s += (real_s - self._anchor_real_s) * self._pace
            self._anchor_real_s = real_s
            self._pace = pace


class VirtualClock:
    """A clock that stands still until somebody sleeps: for headless runs and tests."""

    def __init__(self, started: datetime | None = None) -> None:
        self._now_s = 0.0
        self._started = started or datetime(2026, 1, 1, 8, 0, tzinfo=UTC)

    def now_s(self) -> float:
        """Get the seconds slept so far."""
        return self._now_s

    def wall(self) -> datetime:
        """Get the start plus the seconds slept."""
        return self._started + timedelta(seconds=self._now_s)

    def sleep(self, seconds: float) -> None:
        """Let so many seconds pass at once."""
        self._now_s += max(0.0, seconds)

    def passed(self, seconds: float) -> None:
        """Let so many seconds pass: the virtual instrument did not take them."""
        self._now_s += max(0.0, seconds)

"""How far a measurement is: finished scans become Progress events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from station.events import Event, Measurement, Progress


@dataclass(slots=True)
class Counting:
    """Counts the exposure time of one measurement that takes `total_s`; called by the cycle after every scan."""

    what: Measurement
    total_s: float
    publish: Callable[[Event], None]
    _done_s: float = 0.0

    def __call__(self, phase: str, scan: int, scans: int, scan_s: float) -> None:
        """Announce that `scan` of `scans` of this phase is finished; it took `scan_s` seconds."""
        self._done_s = min(self.total_s, self._done_s + scan_s)
        fraction = self._done_s / self.total_s
        self.publish(Progress(self.what, phase, scan, scans, fraction, self.total_s - self._done_s))

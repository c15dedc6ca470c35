"""How far a measurement is: finished scans become Progress events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from station.cycle import Cycle
from station.events import Event, Measurement, Progress


@dataclass(slots=True)
class Counting:
    """Counts the scans of one measurement; called by the cycle after every scan that is kept."""

    what: Measurement
    cycle: Cycle
    publish: Callable[[Event], None]
    _done: int = 0

    def __call__(self, phase: str, scan: int, scans: int) -> None:
        """Announce that `scan` of `scans` of this phase is finished."""
        exposures = self.cycle.exposures
        dark = exposures.absorbance_scans + exposures.emission_scans
        total = dark if self.what == "dark" else self.cycle.total_scans
        self._done += 1
        exposure_s = exposures.absorbance_s if phase == "Absorbance" else exposures.emission_s
        fraction = min(1.0, self._done / total)
        self.publish(Progress(self.what, phase, scan, scans, fraction, (total - self._done) * exposure_s))

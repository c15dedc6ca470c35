"""Between the station's clock, which never steps, and the clock on the wall, by what a run has recorded of both."""

from __future__ import annotations

from datetime import datetime, timedelta

from station.records import STATION_MARKS, Aliquot, Mark
from station.run import Run

DAY = timedelta(days=1)


def wall_at(run: Run, clock_s: float) -> datetime | None:
    """Return the time of day, with its zone, at a time of the station's clock; None where the run does not tell."""
    known = _known(run, clock_s)
    return None if known is None else known[1] + timedelta(seconds=clock_s - known[0])


def clock_before(run: Run, hour: int, minute: int, second: int, not_after_s: float) -> float | None:
    """Return when a time of day last was before `not_after_s`, both but the former of the station's clock.

    None where the run does not tell. Raises ValueError where there is no such time of day.
    """
    latest = wall_at(run, not_after_s)
    if latest is None:
        return None
    meant = latest.replace(hour=hour, minute=minute, second=second, microsecond=0)
    if meant > latest:
        meant -= DAY
    return not_after_s - (latest - meant).total_seconds()


def _known(run: Run, clock_s: float) -> tuple[float, datetime] | None:
    """Return the recorded pair of both clocks that is nearest in time; an aliquot's is some seconds late."""
    exact = [
        (record.clock_s, record.wall)
        for record in run.records
        if not isinstance(record, Aliquot | Mark) or (isinstance(record, Mark) and record.kind in STATION_MARKS)
    ]
    pairs = exact or [
        (record.measured_at_s, record.wall) if isinstance(record, Aliquot) else (record.clock_s, record.wall)
        for record in run.records
        if isinstance(record, Aliquot | Mark)
    ]
    for known_s, wall in sorted(pairs, key=lambda pair: abs(pair[0] - clock_s)):
        try:
            return known_s, datetime.fromisoformat(wall)
        except ValueError:
            continue
    return None

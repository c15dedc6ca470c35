"""Between the station's clock and the clock on the wall, by what a run has recorded of both."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from analysis.spectrum import Calibration
from station.recipe import Recipe
from station.records import CalibrationTaken, Mark
from station.run import Run
from station.wall_time import clock_before, wall_at

ZONE = timezone(timedelta(hours=1))
NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=ZONE)
DARK = CalibrationTaken("dark", Calibration(), 1000.0, NOON.isoformat())
RUN = Run(Recipe("any"), None, "", "").appended(DARK)


def test_the_time_of_day_follows_from_a_dark() -> None:
    assert wall_at(RUN, 1000.0 + 7241.0) == NOON + timedelta(seconds=7241.0)


def test_a_time_of_day_is_the_last_one_before() -> None:
    assert clock_before(RUN, 12, 30, 0, 1000.0 + 3600.0) == 1000.0 + 1800.0
    after_midnight_s = 1000.0 + 13 * 3600.0
    assert clock_before(RUN, 23, 0, 0, after_midnight_s) == 1000.0 + 11 * 3600.0


def test_a_mark_with_the_time_of_its_key_is_believed_only_where_nothing_else_tells() -> None:
    typed_later = Mark("heat on", 400.0, NOON.isoformat())
    assert wall_at(RUN.appended(typed_later), 1000.0) == NOON
    assert wall_at(Run(Recipe("any"), None, "", "").appended(typed_later), 400.0) == NOON


def test_a_run_that_recorded_no_clock_on_the_wall_does_not_tell() -> None:
    assert wall_at(Run(Recipe("any"), None, "", ""), 0.0) is None
    assert clock_before(Run(Recipe("any"), None, "", "").appended(Mark("add", 0.0, "?")), 12, 0, 0, 0.0) is None

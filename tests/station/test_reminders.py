"""A planned aliquot is reminded of shortly before it is due: once, and not when it was passed over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from station.optics import Optics
from station.recipe import HOUR_S, Recipe
from station.records import Aliquot, Mark, Reading, Undone
from station.reminders import Reminders, due
from station.run import Run

T0_S = 1000.0
HOURS = (0.5, 1.0, 1.5, 2.0)
PLAN = Recipe("planned", schedule_s=tuple(HOUR_S * hour for hour in HOURS))


def at(hours: float, seconds: float = 0.0) -> float:
    """The station's clock at a reaction time."""
    return T0_S + hours * HOUR_S + seconds


def run(*drawn_h: float, recipe: Recipe = PLAN, t0: bool = True, by_itself: bool = False) -> Run:
    """A run with aliquots drawn at these reaction times."""
    made = Run(recipe, None, "", "")
    if t0:
        made = made.appended(Mark("heat on", T0_S, ""))
    for number, hour in enumerate(drawn_h, start=1):
        time_s = hour * HOUR_S
        reading = Reading(None, None, None)
        taken = Aliquot(number, at(hour), at(hour, 60.0), "", time_s, 101.0, Optics(), reading, by_itself=by_itself)
        made = made.appended(taken)
    return made


def test_two_minutes_before_it_is_due_the_station_says_so() -> None:
    assert due(run(), at(0.5, -121.0)) is None
    said = due(run(), at(0.5, -120.0))
    assert said is not None
    assert (said.number, said.planned_s) == (1, 0.5 * HOUR_S)
    assert said.in_s == pytest.approx(120.0)
    assert due(run(), at(0.5)) is None


def test_the_recipe_says_how_long_before_or_not_at_all() -> None:
    early = run(recipe=replace(PLAN, remind_s=600.0))
    assert due(early, at(0.5, -590.0)) is not None
    assert due(run(recipe=replace(PLAN, remind_s=None)), at(0.5, -10.0)) is None


def test_once_for_each_rung_and_again_for_another_t0() -> None:
    reminders, going = Reminders(), run()
    assert reminders.next(going, at(0.5, -100.0)) is not None
    assert reminders.next(going, at(0.5, -99.0)) is None
    assert reminders.next(going, at(1.0, -100.0)) is not None
    undone = going.appended(Undone(0, at(1.0), "")).appended(Mark("injection", at(1.0), ""))
    assert reminders.next(undone, at(1.5, -100.0)) is not None


def test_a_run_without_t0_or_plan_reminds_of_nothing() -> None:
    assert due(None, at(0.5, -60.0)) is due(run(t0=False), at(0.5, -60.0)) is None
    assert due(run(recipe=Recipe("free", schedule_s=())), at(0.5, -60.0)) is None


def test_what_was_taken_or_drawn_early_or_passed_over_asks_for_nothing() -> None:
    assert due(run(0.49), at(0.5, -20.0)) is None
    assert due(run(), at(0.5, -20.0), drawn_at_s=at(0.5, -30.0)) is None
    assert due(run(1.45), at(1.0, -60.0)) is None


def test_one_that_was_missed_does_not_hide_the_next() -> None:
    said = due(run(), at(1.0, -60.0))
    assert said is not None
    assert (said.number, said.planned_s) == (1, HOUR_S)


def test_readings_that_come_by_themselves_are_not_reminded_of() -> None:
    assert due(run(0.1, 0.2, by_itself=True), at(0.5, -60.0)) is None


def test_where_aliquots_follow_each_other_closely_the_reminder_comes_half_way() -> None:
    fast = run(recipe=Recipe("fast", schedule_s=(60.0, 120.0, 180.0)))
    assert due(fast, T0_S + 89.0) is None
    said = due(fast, T0_S + 91.0)
    assert said is not None
    assert said.planned_s == 120.0

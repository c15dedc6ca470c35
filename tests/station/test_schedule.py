"""The ladder: colour by place, what is due, and where an aliquot stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.recipe import HOUR_S, PAPER_SCHEDULE_S
from station.schedule import continuous_place, continuous_span_s, ladder, next_due, place

times = st.lists(st.floats(1.0, 200_000.0), min_size=1, max_size=12, unique=True).map(sorted).map(tuple)


def test_the_first_planned_aliquot_stands_at_0_and_the_last_at_1() -> None:
    assert place(0.5 * HOUR_S, PAPER_SCHEDULE_S) == 0.0
    assert place(24 * HOUR_S, PAPER_SCHEDULE_S) == 1.0
    assert place(2 * HOUR_S, PAPER_SCHEDULE_S) == pytest.approx(3 / 7)


@given(times, st.floats(0.0, 300_000.0), st.floats(0.0, 300_000.0))
def test_a_later_aliquot_never_stands_before_an_earlier_one(
    schedule: tuple[float, ...], one: float, other: float
) -> None:
    first, second = sorted((one, other))
    assert 0.0 <= place(first, schedule) <= place(second, schedule) <= 1.0


@given(times)
def test_a_planned_aliquot_taken_on_time_takes_its_planned_rung(schedule: tuple[float, ...]) -> None:
    rungs = ladder(schedule, [(1, schedule[0])])
    assert len(rungs) == len(schedule)
    assert rungs[0].aliquot == 1
    assert rungs[0].place == place(schedule[0], schedule)


def test_an_aliquot_outside_the_plan_has_a_rung_of_its_own() -> None:
    rungs = ladder(PAPER_SCHEDULE_S, [(1, 0.5 * HOUR_S), (2, 3.0 * HOUR_S)])
    own = [rung for rung in rungs if rung.planned_s is None]
    assert [rung.aliquot for rung in own] == [2]
    assert len(rungs) == len(PAPER_SCHEDULE_S) + 1


def test_a_minute_late_is_still_the_planned_aliquot() -> None:
    rungs = ladder(PAPER_SCHEDULE_S, [(1, 0.5 * HOUR_S + 60.0)])
    assert rungs[0].planned_s == 0.5 * HOUR_S
    assert rungs[0].aliquot == 1


def test_what_was_passed_over_is_not_due_any_more() -> None:
    rungs = ladder(PAPER_SCHEDULE_S, [(1, 2.0 * HOUR_S)])
    due = next_due(rungs)
    assert due is not None
    assert due.planned_s == 4.0 * HOUR_S


def test_after_the_last_planned_aliquot_nothing_is_due() -> None:
    taken = [(number + 1, time_s) for number, time_s in enumerate(PAPER_SCHEDULE_S)]
    assert next_due(ladder(PAPER_SCHEDULE_S, taken)) is None


@given(st.floats(0.0, 1e7), st.floats(0.0, 1e7))
def test_a_continuous_reading_is_coloured_by_the_log_of_its_time_within_a_span_that_holds_all(
    one: float, other: float
) -> None:
    first, second = sorted((one, other))
    span_s = continuous_span_s(second)
    assert second <= span_s
    assert 0.0 <= continuous_place(first, span_s) <= continuous_place(second, span_s) <= 1.0


def test_the_span_of_continuous_colours_doubles_when_it_is_outgrown_and_not_before() -> None:
    assert [continuous_span_s(hours * HOUR_S) for hours in (0.0, 1.0, 1.01, 2.0, 7.9)] == [
        HOUR_S,
        HOUR_S,
        2 * HOUR_S,
        2 * HOUR_S,
        8 * HOUR_S,
    ]
    assert continuous_place(HOUR_S, HOUR_S) == 1.0
    assert continuous_place(60.0**1.5, HOUR_S) == pytest.approx(0.5)  # half of the decades from a minute to an hour

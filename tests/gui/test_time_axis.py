"""The axis of time: of the logarithm over a day, even over an hour, in the unit that is read."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.time_axis import PAD, TimeAxis, halfway, interval_words, nearest, time_axis
from station.recipe import HOUR_S, PAPER_SCHEDULE_S


def measure(text: str) -> float:
    return 7.0 * len(text)


def texts(axis: TimeAxis, room_px: float = 400.0) -> list[str]:
    return [tick.text for tick in axis.ticks(room_px, measure, 14.0)]


def test_a_day_stands_by_its_logarithm_in_hours() -> None:
    axis = time_axis([0.5 * HOUR_S], PAPER_SCHEDULE_S)
    assert axis.log
    assert texts(axis) == ["0.5", "1", "2", "4", "8", "24 h"]


def test_what_is_planned_keeps_the_axis_still_while_aliquots_come() -> None:
    axes = {time_axis(PAPER_SCHEDULE_S[:count], PAPER_SCHEDULE_S) for count in range(9)}
    assert len(axes) == 1


def test_a_run_that_ends_with_its_plan_ends_the_axis() -> None:
    axis = time_axis([*PAPER_SCHEDULE_S[:-1], 24.0 * HOUR_S + 40.0], PAPER_SCHEDULE_S)
    assert axis.high_s == 24.0 * HOUR_S + 40.0, "the last aliquot was drawn 40 s late"
    assert texts(axis)[-1] == "24 h"


def test_a_run_that_outgrows_its_plan_moves_the_axis_in_steps() -> None:
    ends = [time_axis([hours * HOUR_S], PAPER_SCHEDULE_S).high_s / HOUR_S for hours in (26.0, 29.9, 31.0, 37.0, 47.0)]
    assert ends == pytest.approx([30.0, 30.0, 37.5, 37.5, 46.875 * 1.25])


def test_below_two_hours_it_speaks_minutes_and_a_short_span_stands_evenly() -> None:
    axis = time_axis([600.0, 1200.0, 1800.0])
    assert not axis.log
    assert texts(axis)[-1] == "30 min"


def test_one_time_alone_has_room_about_it() -> None:
    axis = time_axis([HOUR_S])
    assert 0.4 < axis.at(HOUR_S) < 0.9


def test_what_was_drawn_before_t0_stands_at_the_left_end() -> None:
    axis = time_axis([-60.0, 0.0, 60.0, HOUR_S])
    assert axis.log
    assert axis.at(-60.0) == axis.at(0.0) == PAD


@given(st.lists(st.floats(1.0, 1e6), min_size=1, max_size=30), st.floats(150.0, 2000.0))
def test_ticks_stand_clear_of_each_other_and_times_keep_their_order(times: list[float], room_px: float) -> None:
    axis = time_axis(times)
    places = axis.places(np.sort(np.array(times)))
    assert np.all(np.diff(places) >= 0.0)
    assert 0.0 <= places[0] <= places[-1] <= 1.0
    ticks = axis.ticks(room_px, measure, 10.0)
    edges = [(axis.at(t.at) * room_px - measure(t.text.split(" ")[0]) / 2, t.text) for t in ticks]
    for (left, text), (right, _) in pairwise(edges):
        assert left + measure(text.split(" ")[0]) < right


@given(st.floats(0.0, 1.0))
def test_a_place_gives_its_time_back(place: float) -> None:
    for axis in (TimeAxis(1800.0, 86400.0, log=True), TimeAxis(0.0, 3600.0, log=False)):
        assert axis.at(axis.time_at(place)) == pytest.approx(place, abs=1e-9)


def test_a_band_reaches_halfway_to_its_neighbours() -> None:
    starts, ends = halfway(np.array([0.2, 0.4, 0.8]))
    assert starts.tolist() == pytest.approx([0.1, 0.3, 0.6])
    assert ends.tolist() == pytest.approx([0.3, 0.6, 1.0])
    alone = halfway(np.array([0.5]))
    assert (alone[0][0], alone[1][0]) == pytest.approx((0.45, 0.55)), "it says nothing of hours in which none was drawn"


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=40), st.floats(0.0, 1.0))
def test_the_nearest_place_is_the_nearest(places: list[float], place: float) -> None:
    ordered = np.sort(np.array(places))
    found = nearest(ordered, place)
    assert abs(ordered[found] - place) == np.min(np.abs(ordered - place))


def test_an_interval_is_said_short() -> None:
    assert interval_words(1.5 * HOUR_S, 2 * HOUR_S) == "1.5–2 h"
    assert interval_words(None, 0.5 * HOUR_S) == "before 30 min"
    assert interval_words(720.0, 1080.0) == "12–18 min"
    assert interval_words(1.5 * HOUR_S + 24.0, 2 * HOUR_S + 4.0) == "1.5–2 h"

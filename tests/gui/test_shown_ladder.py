"""The ladder: what was taken, what is next, what is late, in which order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui import theme as themes
from gui.plot_series import Series
from gui.shown import ladder, run_times
from station.events import Continuous
from station.recipe import HOUR_S, PAPER_SCHEDULE_S, Recipe
from station.records import AliquotEdited, Undone
from station.run import Run
from station.schedule import continuous_place, continuous_span_s
from tests.gui import stories

RUNS = [stories.run(count) for count in range(9)]


def at(hours: float) -> float:
    return stories.T0_S + hours * HOUR_S


def test_chips_say_time_and_height_and_what_comes_next() -> None:
    chips = ladder.chips(stories.run(2), at(1.2))
    assert [chip.time for chip in chips] == ["0.5 h", "1 h", "1.5 h", "2 h", "4 h", "8 h", "23 h", "24 h"]
    assert [chip.state for chip in chips[:4]] == ["taken", "newest", "next", "planned"]
    assert [chip.value for chip in chips[:4]] == ["none", "A449 0.094", "in 18 min", "planned"]
    assert chips[1].short_value == "0.094"


def test_planned_aliquots_have_the_numbers_they_will_get() -> None:
    assert [chip.number for chip in ladder.chips(stories.run(2), at(1.2))] == list(range(1, 9))
    soon = replace(stories.aliquot(0), reaction_time_s=42.0)
    undone = stories.run(0).appended(soon).appended(stories.aliquot(1)).appended(Undone(2, at(1.1), ""))
    chips = ladder.chips(undone, at(1.2))
    assert chips[0].number == 1
    assert chips[1].number == undone.next_number == 3


def test_an_aliquot_that_was_passed_over_has_no_number() -> None:
    run = stories.run(0).appended(replace(stories.aliquot(2), number=1))
    assert [chip.number for chip in ladder.chips(run, at(1.6))] == [None, None, 1, 2, 3, 4, 5, 6]


def test_an_aliquot_that_was_not_drawn_in_time_is_late() -> None:
    chip = ladder.chips(stories.run(2), at(1.6))[2]
    assert (chip.state, chip.value) == ("late", "6 min late")


def test_hours_late_are_said_shortly_with_the_word() -> None:
    chip = ladder.chips(stories.run(2), at(3.8))[2]
    assert (chip.state, chip.value, chip.short_value) == ("late", "2 h 18 min late", "2 h late")


def test_a_minute_is_not_late() -> None:
    assert ladder.chips(stories.run(2), at(1.5) + 59.0)[2].state == "next"


def test_short_runs_speak_minutes() -> None:
    recipe = Recipe("fast", schedule_s=(60.0, 600.0, 1800.0))
    assert [chip.time for chip in ladder.chips(stories.run(0, recipe=recipe), at(0.0))] == ["1 min", "10 min", "30 min"]


def test_aliquots_before_there_is_a_t0_stand_first_with_their_time_of_day() -> None:
    early = replace(stories.aliquot(1), number=1, reaction_time_s=None)
    run = stories.run(0, t0=False).appended(early)
    chips = ladder.chips(run, at(0.0))
    assert chips[0].aliquot == 1
    assert chips[0].time == early.wall[11:16]
    assert {chip.state for chip in chips[1:]} == {"planned"}


def test_without_a_run_there_is_no_ladder() -> None:
    assert ladder.chips(None, 0.0) == ()


def test_the_height_of_a_band_is_named_after_its_cluster_or_its_place() -> None:
    band = replace(stories.species(3)[0], name="other", nm=512.4)
    assert run_times.symbol(stories.species(3)[0]) == "A449"
    assert run_times.symbol(band) == "A512"


@given(count=st.integers(0, 8), hours=st.floats(0.0, 30.0))
def test_every_aliquot_has_one_chip_in_order_and_at_most_one_is_next(count: int, hours: float) -> None:
    run = RUNS[count]
    chips = ladder.chips(run, at(hours))
    assert [chip.aliquot for chip in chips if chip.aliquot is not None] == [a.number for a in run.aliquots]
    assert len(chips) == len(PAPER_SCHEDULE_S)
    assert sum(chip.state in ("next", "late") for chip in chips) == (count < 8)
    assert sum(chip.state == "newest" for chip in chips) == (count > 0)


# What the chemist has said of an aliquot


def edited(run: Run, number: int, *, name: str = "", note: str = "", excluded: str | None = None) -> Run:
    drawn_at_s = run.all_aliquots[number - 1].drawn_at_s
    return run.appended(AliquotEdited(number, name, note, excluded, 101.0, drawn_at_s, at(9.0), ""))


def test_an_excluded_aliquot_keeps_its_rung_and_says_why() -> None:
    run = edited(stories.run(4), 2, excluded="bubble")
    chips = ladder.chips(run, at(2.1))
    assert [(chip.aliquot, chip.state) for chip in chips[:5]] == [
        (1, "taken"),
        (2, "excluded"),
        (3, "taken"),
        (4, "newest"),
        (None, "next"),
    ]
    assert (chips[1].time, chips[1].value) == ("1 h", "bubble")


def test_one_that_is_drawn_again_takes_the_rung_of_one_that_does_not_count() -> None:
    run = edited(stories.run(2), 2, excluded="bubble")
    again = replace(stories.aliquot(1), number=3, reaction_time_s=1.1 * HOUR_S)
    chips = ladder.chips(run.appended(again), at(1.2))
    assert [(chip.aliquot, chip.time, chip.state) for chip in chips[1:3]] == [
        (2, "1 h", "excluded"),
        (3, "1 h", "newest"),
    ]


def test_where_the_newest_does_not_count_the_one_before_is_the_newest() -> None:
    chips = ladder.chips(edited(stories.run(3), 3, excluded="leak"), at(1.6))
    assert [chip.state for chip in chips[:4]] == ["taken", "newest", "excluded", "next"]


def test_names_notes_and_hidden_curves_stand_on_the_chip() -> None:
    run = edited(stories.run(3), 2, name="before add", note="cloudy")
    found = ladder.ladder(run, at(1.6), frozenset({1, 2})).chips
    assert (found[1].name, found[1].note, found[1].hidden) == ("before add", "cloudy", True)
    assert (found[0].value, found[1].value) == ("hidden, none", "hidden, 0.094")
    assert found[1].spoken == "before add, 1 h: hidden, 0.094, note: cloudy"
    assert not found[2].hidden


def test_hidden_or_not_an_excluded_aliquot_says_why_it_is_excluded() -> None:
    run = edited(stories.run(3), 2, excluded="bubble")
    assert ladder.ladder(run, at(1.6), frozenset({2})).chips[1].value == "bubble"


# Many


PLAN = tuple(HOUR_S * 0.1 * (1 + n) for n in range(40))


def long_run(taken: int) -> Run:
    run = stories.run(0, recipe=Recipe("long", schedule_s=PLAN))
    for index in range(taken):
        time_s = PLAN[index]
        one = replace(stories.aliquot(0), number=index + 1, reaction_time_s=time_s, drawn_at_s=stories.T0_S + time_s)
        run = run.appended(one)
    return run


def by_themselves(times_s: list[float]) -> Run:
    run = stories.run(0)
    taken = (
        replace(stories.aliquot(1), number=n, reaction_time_s=s, drawn_at_s=stories.T0_S + s, by_itself=True)
        for n, s in enumerate(times_s, start=1)
    )
    return replace(run, records=(*run.records, *taken))


def test_more_than_sixteen_become_one_bar_and_the_next_one_stands_beside_it() -> None:
    found = ladder.ladder(long_run(20), at(2.0))
    assert (found.chips, found.bar is not None) == ((), True)
    assert found.due is not None
    assert (found.due.time, found.due.number, found.due.value) == ("2.1 h", 21, "in 6 min")
    assert ladder.ladder(long_run(20), at(2.15)).due == replace(
        found.due, value="3 min late", short_value="3 min", state="late"
    )


def test_the_bar_prints_its_times_in_minutes_where_a_run_ends_below_two_hours() -> None:
    short = stories.run(0, recipe=Recipe("fast", schedule_s=PLAN[:18]))
    bar = ladder.ladder(short, at(0.0)).bar
    assert bar is not None
    assert [tick.words for tick in bar.ticks[:3]] == ["6 min", "12 min", "18 min"]


def test_readings_that_came_by_themselves_stand_along_the_log_of_their_time() -> None:
    found = ladder.ladder(by_themselves([60.0, 600.0, 3600.0]), at(1.0))
    assert found.bar is not None
    ends = [found.bar.stretch(number) for number in (1, 2, 3)]
    assert [end is not None and end[0] for end in ends] == [0.0, found.bar.edges[1], found.bar.edges[2]]
    assert found.bar.edges[-1] == 1.0
    reached = {tick.words: tick.reached for tick in found.bar.ticks}
    assert reached == dict.fromkeys(("1 min", "2 min", "5 min", "10 min", "20 min", "30 min", "1 h"), True)
    later = ladder.ladder(by_themselves([60.0, 600.0, 5400.0]), at(1.5)).bar
    assert later is not None
    assert {tick.words: tick.reached for tick in later.ticks}["2 h"] is False


def test_while_readings_come_by_themselves_the_next_of_them_is_due() -> None:
    due = ladder.ladder(by_themselves([60.0]), at(0.1), continuous=Continuous(10.0, at(0.1) + 7.2, 10.0, 1.0)).due
    assert due is not None
    assert (due.time, due.value) == ("Reading 2", "in 7 s")


def test_a_plan_that_passed_while_readings_came_by_themselves_is_not_late() -> None:
    due = run_times.due(by_themselves([60.0, 1.7 * HOUR_S]), at(1.8))
    assert due is not None
    assert due.planned_s == 2.0 * HOUR_S


def test_what_stands_still_is_worked_out_once_for_each_run() -> None:
    run = long_run(20)
    first, later = (ladder.ladder(run, at(hours)) for hours in (1.0, 1.5))
    assert first.standing is later.standing
    assert first != later
    assert ladder.ladder(run, at(1.0)) == first


@given(
    times_s=st.lists(st.floats(0.0, 4e5), min_size=1, max_size=60, unique=True),
    at=st.floats(0.0, 1.0, exclude_max=True),
)
def test_every_place_of_a_bar_belongs_to_the_aliquot_whose_stretch_it_is(times_s: list[float], at: float) -> None:
    bar = ladder.standing(by_themselves(times_s)).bar
    assert sorted(bar.numbers.tolist()) == list(range(1, len(times_s) + 1))
    assert np.all(np.diff(bar.times_s) >= 0.0)
    assert np.all(np.diff(bar.edges) >= 0.0)
    assert (bar.edges[0], bar.edges[-1] <= 1.0) == (0.0, True)
    number = bar.number_at(at)
    if number is None:
        assert at >= bar.edges[-1]
        return
    stretch = bar.stretch(number)
    assert stretch is not None
    assert stretch[0] <= at <= stretch[1]
    index = int(np.flatnonzero(bar.numbers == number)[0])
    assert bar.place(index) == continuous_place(times_s[number - 1], continuous_span_s(max(times_s)))


@given(excluded=st.sets(st.integers(1, 8)), hidden=st.frozensets(st.integers(1, 8)))
def test_whatever_is_excluded_or_hidden_every_aliquot_has_its_chip(excluded: set[int], hidden: frozenset[int]) -> None:
    run = RUNS[8]
    for number in excluded:
        run = edited(run, number, excluded="bubble")
    chips = ladder.ladder(run, at(25.0), hidden).chips
    assert [chip.aliquot for chip in chips] == list(range(1, 9))
    assert {chip.aliquot for chip in chips if chip.state == "excluded"} == excluded
    assert {chip.aliquot for chip in chips if chip.hidden} == hidden
    assert sum(chip.state == "newest" for chip in chips) == (len(excluded) < 8)


def test_a_run_without_t0_asks_for_it_where_the_count_down_would_stand() -> None:
    chips = ladder.chips(stories.run(0, t0=False), stories.T0_S)
    assert [chip.value for chip in chips] == ["t0 first: M", *["planned"] * 7]
    begun = ladder.chips(stories.run(0), stories.T0_S)
    assert begun[0].value == "in 30 min"


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    "run",
    [
        stories.run(8),
        long_run(20),
        by_themselves([70.0, 600.0, 5000.0, 30_000.0] + [40_000.0 + n for n in range(20)]),
        by_themselves([70.0, 600.0] + [700.0 + n for n in range(20)]).appended(
            replace(stories.aliquot(3), number=23, reaction_time_s=40_000.0)
        ),
        replace(stories.run(0, t0=False), records=(replace(stories.aliquot(1), number=3, reaction_time_s=None),)),
    ],
    ids=["planned", "many", "by themselves", "both", "no t0"],
)
def test_the_ladder_has_the_colours_of_the_curves(run: Run) -> None:
    series = Series(themes.DARK)
    series.take(run)
    found = ladder.standing(run)
    bar = found.bar
    places = {int(number): bar.place(index) for index, number in enumerate(bar.numbers) if number}
    assert sorted(places) == [aliquot.number for aliquot in run.aliquots]
    for aliquot in run.aliquots:
        assert themes.series_colour(places[aliquot.number], themes.DARK) == series.ink(aliquot)
    for chip in found.chips:
        drawn = run_times.by_number(run).get(chip.aliquot or 0)
        assert drawn is None or themes.series_colour(chip.place, themes.DARK) == series.ink(drawn)


def test_the_count_down_has_a_short_form_below_an_hour_too() -> None:
    run = stories.run(2)
    for left_s, value, short in ((47 * 60 + 30, "in 47 min 30 s", "47 min"), (45, "in 45 s", "45 s")):
        chip = ladder.ladder(run, stories.T0_S + 1.5 * HOUR_S - left_s).chips[2]
        assert (chip.value, chip.short_value) == (value, short)

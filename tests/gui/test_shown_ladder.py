"""The ladder: what was taken, what is next, what is late, in which order."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gui.shown import ladder, run_times
from station.recipe import HOUR_S, PAPER_SCHEDULE_S, Recipe
from station.records import Undone
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

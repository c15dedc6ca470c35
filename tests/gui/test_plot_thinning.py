"""Thousands of readings by themselves: a plot draws an even choice of them, and it never changes by one more."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from gui.plot_thinning import Choice
from station.optics import Optics
from station.records import Aliquot, Reading

READING = Reading(None, None, None)


def by_itself(number: int, *, t0: bool = True) -> Aliquot:
    time_s = 10.0 * number
    reaction_time_s = time_s if t0 else None
    return Aliquot(number, 100.0 + time_s, 105.0 + time_s, "", reaction_time_s, 1.0, Optics(), READING, by_itself=True)


def test_of_a_day_of_readings_some_hundreds_are_drawn_evenly_over_the_log_of_time() -> None:
    for t0 in (True, False):
        day = [by_itself(number, t0=t0) for number in range(1, 8641)]
        choice = Choice()
        choice.add(day)
        drawn = [aliquot for aliquot in day if choice.draws(aliquot)]
        assert 150 < len(drawn) < 400
        assert choice.words == ("thinned for display, all recorded",)
        late = [aliquot.drawn_at_s - 100.0 for aliquot in drawn if aliquot.drawn_at_s > 3600.0]
        assert max(after / before for before, after in pairwise(late)) < 1.04


def test_one_more_reading_changes_nothing_of_what_is_drawn() -> None:
    day = [by_itself(number) for number in range(1, 600)]
    choice, before = Choice(), set[int]()
    for aliquot in day:
        choice.add([aliquot])
        now = {each.number for each in day[: aliquot.number] if choice.draws(each)}
        assert before <= now
        assert now - before <= {aliquot.number}
        before = now


def test_what_was_drawn_by_hand_is_always_drawn_and_an_excluded_reading_stands_for_no_other() -> None:
    excluded = replace(by_itself(5000), excluded="bubble")
    following, beside = by_itself(5001), by_itself(5002)
    by_hand = [replace(by_itself(number), by_itself=False) for number in (5003, 5004)]
    choice = Choice()
    choice.add([excluded, following, beside, *by_hand])
    assert choice.draws(following)
    assert not choice.draws(beside)
    assert all(map(choice.draws, by_hand))


def test_a_few_readings_are_all_drawn_and_nothing_is_said() -> None:
    readings = [by_itself(number) for number in range(1, 20)]
    choice = Choice()
    choice.add(readings)
    assert all(map(choice.draws, readings))
    assert choice.words == ()

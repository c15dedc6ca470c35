"""What happened: a run's own diary, under the readouts of a tall window."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gui import theme as themes
from gui.dress import Dress, texts
from gui.shown.happened import happened
from station.recipe import HOUR_S
from station.records import AliquotEdited, Mark, OnsetAnswered, Undone
from station.run import Run
from tests.gui import stories
from tests.gui.conftest import Opener


def lines(run: Run) -> list[str]:
    return [f"{each.when} | {each.what}" for each in happened(run)]


def test_the_newest_stands_first_and_each_line_has_its_reaction_time() -> None:
    said = lines(stories.run(4))
    assert said[0] == "2 h 00 min | Aliquot 4: MSC-449, emission 500 nm"
    assert said[-1] == "0 s | Heat on"
    assert happened(None) == ()


def test_answers_notes_and_exclusions_are_told_and_what_was_taken_back_is_not() -> None:
    run, at_s = stories.run(4), stories.T0_S + 2.1 * HOUR_S
    run = run.appended(OnsetAnswered(True, at_s, stories.wall(at_s)))
    run = run.appended(Mark("note", at_s + 60.0, stories.wall(at_s), "stirrer stood still"))
    taken = run.aliquots[1]
    edited = AliquotEdited(2, "", "", "bubble", taken.dilution, taken.drawn_at_s, at_s, stories.wall(at_s))
    said = lines(run.appended(edited))
    assert said[:2] == ["2 h 07 min | Note: stirrer stood still", "2 h 06 min | Onset confirmed"]
    assert "1 h 00 min | Aliquot 2 excluded: bubble" in said
    undone = run.appended(Undone(len(run.records) - 1, at_s, stories.wall(at_s)))
    assert lines(undone)[0] == "2 h 06 min | Onset confirmed"


def test_a_run_without_t0_says_the_time_of_day_and_readings_by_themselves_are_no_news() -> None:
    assert lines(stories.run(1, t0=False))[0].startswith(stories.wall(0.5 * HOUR_S)[11:14])
    run = stories.run(2)
    alone = tuple(replace(r, by_itself=True) if r in run.aliquots else r for r in run.records)
    assert [each.what for each in happened(replace(run, records=alone))] == ["Heat on"]


@pytest.mark.parametrize(("size", "there"), [((1366, 768), False), ((1920, 1080), True)])
def test_it_stands_where_there_is_room_and_the_readouts_keep_theirs(
    open_bench: Opener, size: tuple[int, int], there: bool
) -> None:
    bench = open_bench(Dress(themes.DARK))
    bench.window.resize(*size)
    bench.shows(stories.status(4, now_s=stories.T0_S + 2.2 * HOUR_S))
    panels = bench.window.panels
    assert panels.happened.isVisible() == there
    if there:
        assert not panels.happened.geometry().intersects(panels.readouts.geometry())
        shown = texts(panels.happened.parts())
        assert shown[0].text == "What happened"
        assert all(text.needs <= text.room.width() + 0.6 for text in shown if not text.may_elide)

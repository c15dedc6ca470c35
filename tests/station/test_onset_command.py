"""The onset's command: words and no shell, ten seconds at most, its end said; never for a virtual spectrometer."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station import events, orders
from station.acquisition import Acquisition
from station.bench_settings import BenchSettings, check_settings, within_bounds
from station.clock import VirtualClock
from station.demo import ADDRESS, reaction
from station.events import OnsetFlagged, StatusChanged
from station.onset_command import MOST_WORDS, OnsetCommand, check_command, facts_of, filled, run
from station.records import Mark
from station.settings_file import load_settings, save_settings
from tests.gui import stories

PYTHON = sys.executable
FLAGGED = OnsetFlagged(stories.ONSET, 4, "")
REAL = replace(
    stories.onset_status(stories.T0_S + 7300.0),
    instrument=replace(stories.INFO, virtual=False),
    onset_command=(PYTHON, "-c", "import sys; print(sys.argv[1:])", "{run}", "at {time} s", "{nm} nm"),
)


def test_what_is_written_in_an_argument_stays_one_argument_and_the_program_is_left_alone() -> None:
    words = ("{run}", "{nm} nm; rm -rf $HOME", "{other}")
    assert filled(words, facts_of(stories.ONSET, "a b.aliquot")) == ("{run}", "500 nm; rm -rf $HOME", "{other}")
    assert filled(("beep", "{run}"), facts_of(stories.ONSET, "/{nm}/{time}.aliquot")) == (
        "beep",
        "/{nm}/{time}.aliquot",
    )
    unknown = replace(stories.ONSET, nm=None)
    assert filled(("beep", "{nm}"), facts_of(unknown, None)) == ("beep", "")


@given(st.lists(st.text(max_size=30), max_size=5).map(tuple))
def test_no_fact_makes_more_words_of_a_command(words: tuple[str, ...]) -> None:
    assert len(filled(words, facts_of(stories.ONSET, "two words.aliquot"))) == len(words)


def test_the_end_of_a_command_is_said_with_the_first_line_it_has_said() -> None:
    assert run((PYTHON, "-c", "print('heater off'); print('more')")) == (
        True,
        'The onset\'s command ended well; it said "heater off".',
    )
    well, said = run((PYTHON, "-c", "import sys; sys.exit('no such port')"))
    assert (well, said) == (False, 'The onset\'s command ended with 1; it said "no such port".')
    well, said = run(("no-such-program-here", "off"))
    assert not well
    assert said.startswith("The onset's command could not be started: no-such-program-here: ")


def test_a_command_that_talks_without_end_is_read_to_its_end_and_quoted_shortly() -> None:
    well, said = run((PYTHON, "-c", "print('x' * 3_000_000)"))
    assert well
    assert len(said) < 260


def test_a_command_that_hangs_is_ended_with_all_it_has_started() -> None:
    child = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    began_s = time.monotonic()
    well, said = run((PYTHON, "-c", f"{child} print('begun', flush=True); time.sleep(60)"), most_s=0.5)
    assert not well
    assert time.monotonic() - began_s < 30.0
    assert said.startswith("The onset's command took longer than 0.5 s and was ended")


def test_at_the_onset_the_command_is_run_with_its_facts_and_its_end_reported_for_that_run() -> None:
    announced: list[object] = []
    ended: SimpleQueue[tuple[str, str | None]] = SimpleQueue()
    command = OnsetCommand(announced.append)
    command.report = lambda sentence, path: ended.put((sentence, path))
    for message in (StatusChanged(REAL), FLAGGED):
        command.hear(message)
    sentence, path = ended.get(timeout=20.0)
    assert path == REAL.run_path
    assert f"['{REAL.run_path}', 'at 7200 s', '500 nm']" in sentence
    assert announced[1] is FLAGGED, "the window has it at once"
    assert REAL.run is not None
    for message in (StatusChanged(replace(REAL, instrument=None, run=replace(REAL.run, set_up=None))), FLAGGED):
        command.hear(message)
    assert "500 nm" in ended.get(timeout=20.0)[0], "files of another program concern a flask"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (replace(REAL, onset_command=()), []),
        (replace(REAL, instrument=stories.INFO), ["The onset's command was not run: the spectrometer is virtual"]),
    ],
    ids=["off", "virtual"],
)
def test_what_was_not_asked_for_or_concerns_no_flask_runs_nothing(status: events.Status, said: list[str]) -> None:
    announced: list[object] = []
    command = OnsetCommand(announced.append)
    command.report = lambda *_: pytest.fail("something was run")
    for message in (StatusChanged(status), FLAGGED):
        command.hear(message)
    assert [each.sentence for each in announced if isinstance(each, events.Noted)] == said


def test_a_command_has_bounds_and_is_kept_between_runs() -> None:
    assert not list(check_command(("beep", "--loud")))
    for wrong in (
        (" ", "x"),
        ("beep",) * (MOST_WORDS + 1),
        ("off.BAT", "{run}"),
        ("beep", "a\nb"),
        ("beep", "x" * 501),
    ):
        settings = BenchSettings(onset_command=wrong)
        assert check_settings(settings)
        assert within_bounds(settings)[0] == BenchSettings()
    kept = BenchSettings(onset_command=("relay", "off", "{time}"))
    save_settings(kept)
    assert load_settings() == (kept, ())


def test_the_outcome_stands_in_the_run_and_undo_passes_over_it(tmp_path: Path) -> None:
    said: list[object] = []
    demo = reaction("ODE_std")
    station = Acquisition(VirtualClock(), said.append, tmp_path, demo.bench, settings=BenchSettings())
    try:
        station.obey(orders.OpenInstrument(ADDRESS))
        station.obey(orders.UseOnsetCommand(("relay", "off")))
        station.obey(orders.SetMark("heat on"))
        path = str(station.session.path)
        station.obey(orders.NoteOutcome("The onset's command ended well.", path))
        station.obey(orders.NoteOutcome("of another run", "other.aliquot"))
        run_so_far = station.session.run
        assert run_so_far is not None
        assert [record.note for record in run_so_far.records if isinstance(record, Mark)][1:] == [
            "The onset's command ended well."
        ]
        station.obey(orders.Undo())
        undone = station.session.run
        assert undone is not None
        assert [mark.kind for mark in undone.marks] == ["command"]
        assert events.Noted("of another run") in said
        status = next(each.status for each in reversed(said) if isinstance(each, StatusChanged))
        assert status.onset_command == ("relay", "off")
        station.obey(orders.UseOnsetCommand((" ",)))
        assert [each.reason for each in said if isinstance(each, events.Refused)] == [
            "The onset's command names no program. Begin with the program, then its arguments. Nothing was changed."
        ]
    finally:
        station.obey(orders.Stop())

"""Long runs: readings by themselves lie on the shelf, and reading again costs what it must and can be stopped."""

from __future__ import annotations

import shutil
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.continuous_day import Day
from station.evaluation import reevaluate
from station.records import Aliquot, AliquotEdited
from station.session import Session
from station.shelf import Shelf, _lies
from station.store import read

pytestmark = pytest.mark.slow
READINGS = 70  # more than a milestone and the steps back


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Day:
    day = Day(tmp_path_factory.mktemp("day"))
    day.take(READINGS)
    return day


def aliquots(session: Session) -> tuple[Aliquot, ...]:
    assert session.run is not None
    return session.run.all_aliquots


def edited(session: Session, number: int, excluded: str | None) -> AliquotEdited:
    one = aliquots(session)[number - 1]
    return AliquotEdited(number, "", "", excluded, one.dilution, one.drawn_at_s, 1e6, "")


def test_counts_and_spectra_of_readings_by_themselves_are_not_in_memory_and_are_those_of_the_file(filled: Day) -> None:
    path = filled.session.path
    assert path is not None
    for ours, stored in zip(aliquots(filled.session), read(path).all_aliquots, strict=True):
        assert ours.reading.frames is not None
        assert stored.reading.frames is not None
        assert ours.reading.absorbance is not None
        assert _lies(ours.reading.frames.absorbance.counts)
        assert _lies(ours.reading.absorbance.values)
        np.testing.assert_array_equal(ours.reading.frames.absorbance.counts, stored.reading.frames.absorbance.counts)


def test_only_what_changes_is_read_again_and_the_numbers_are_those_of_the_whole_run_read_again(filled: Day) -> None:
    heard: list[tuple[int, int]] = []
    session = filled.session
    session.reading_again = lambda done, count: heard.append((done, count))
    for number, most in ((READINGS - 3, 4), (READINGS - 5, 6), (5, READINGS)):
        heard.clear()
        session.note(edited(session, number, "bubble"), since=number)
        assert heard
        assert heard[-1] == (len(heard), len(heard))
        assert len(heard) <= most
        assert session.run is not None
        whole = reevaluate(session.run)
        assert [repr(a.reading.findings) for a in whole.all_aliquots] == [
            repr(a.reading.findings) for a in aliquots(session)
        ]


def test_stopped_nothing_is_changed_in_the_run_or_its_file(filled: Day) -> None:
    session = filled.session

    def stopped(done: int, count: int) -> None:
        raise ValueError("Stopped.")

    before, evaluation = session.run, session.evaluation
    session.reading_again = stopped
    with pytest.raises(ValueError, match="Stopped"):
        session.note(edited(session, 2, "bubble"), since=2)
    with pytest.raises(ValueError, match="Stopped"):
        session.undo()
    assert session.run is before
    assert session.evaluation is evaluation
    assert before is not None
    assert session.path is not None
    assert len(read(session.path).records) == len(before.records)


def test_where_the_disk_has_no_room_readings_stay_in_memory(
    filled: Day, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(1, 1, 0))
    own = aliquots(filled.session)[0].reading
    assert own.absorbance is not None
    values = np.array(own.absorbance.values)
    reading = replace(own, absorbance=replace(own.absorbance, values=values))
    assert Shelf(tmp_path).reading(reading) is reading

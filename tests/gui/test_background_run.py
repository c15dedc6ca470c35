"""An earlier run behind the curves: read off the GUI thread, said when it takes long, stopped when asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from gui.background_run import LOOK_MS, SAID_AFTER_MS, BackgroundRun
from gui.shown.notes import Note
from station import earlier_run
from station.earlier_run import Reading, Stopped
from station.run import Run
from station.store_errors import StoreError
from tests.gui.plot_samples import run_of


class Plots:
    """Remembers what it was asked to draw."""

    def __init__(self) -> None:
        self.drawn: list[tuple[Run | None, str]] = []

    def show_background(self, run: Run | None, name: str = "") -> None:
        self.drawn.append((run, name))


class Slow:
    """A file that is read when a test lets it be, aliquot by aliquot."""

    def __init__(self) -> None:
        self.go, self.begun, self.steps = Event(), Event(), 0

    def read(self, path: Path) -> Run:
        if path.stem == "broken":
            raise StoreError("broken.aliquot cannot be read.", "Nothing was changed.", "Choose another file.")
        return run_of(3)

    def again(self, run: Run, *, heard: object) -> Run:
        assert callable(heard)
        heard()
        self.begun.set()
        assert self.go.wait(10.0)
        heard()
        return run


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    file = Slow()
    monkeypatch.setattr(earlier_run, "read", file.read)
    monkeypatch.setattr(earlier_run, "reevaluate", file.again)
    yield file
    file.go.set()


@pytest.fixture
def background(qapp: QApplication) -> Iterator[tuple[BackgroundRun, Plots, list[Note]]]:
    parent, plots = QWidget(), Plots()
    notes: list[Note] = []
    yield BackgroundRun(plots, notes.append, parent), plots, notes
    parent.deleteLater()


Asked = tuple[BackgroundRun, Plots, list[Note]]


def finish(run: BackgroundRun, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not run.reading, timeout=10_000)


def test_a_run_is_read_and_drawn_with_its_name_and_taken_away_by_the_same_key(
    background: Asked, slow: Slow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, plots, notes = background
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/runs/monday.aliquot", ""))
    slow.go.set()
    run.toggle()
    finish(run, qtbot)
    assert [(drawn is not None, name) for drawn, name in plots.drawn] == [(True, "monday")]
    assert notes == []
    run.toggle()
    assert plots.drawn[-1] == (None, "")


def test_no_file_chosen_asks_for_nothing(background: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    run, plots, _ = background
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    run.toggle()
    assert not run.reading
    assert plots.drawn == []


def test_what_takes_longer_than_half_a_second_says_how_far_it_is_and_is_stopped(background: Asked, slow: Slow) -> None:
    run, plots, notes = background
    run.open(Path("/runs/monday.aliquot"))
    assert slow.begun.wait(10.0)
    for _ in range(SAID_AFTER_MS // LOOK_MS - 1):
        run.look()
    assert notes == []
    run.look()
    assert (notes[-1].sentence, notes[-1].second, notes[-1].cap) == ("Reading monday", "1 of 3 aliquots", "Esc")
    assert run.stop()
    assert not run.stop()
    assert notes[-1].sentence == "monday is not drawn"
    slow.go.set()
    run.look()
    assert plots.drawn == []


def test_a_file_that_cannot_be_read_says_why(background: Asked, slow: Slow, qtbot: QtBot) -> None:
    run, plots, notes = background
    run.open(Path("/runs/broken.aliquot"))
    finish(run, qtbot)
    assert notes[-1].sentence == "broken cannot be drawn"
    assert "cannot be read" in notes[-1].second
    assert plots.drawn == []


def test_a_reading_that_is_stopped_ends_at_the_next_aliquot(slow: Slow) -> None:
    slow.go.set()
    reading = Reading(Path("/runs/monday.aliquot"))
    reading.stop()
    with pytest.raises(Stopped):
        reading.read()
    assert reading.done == 0

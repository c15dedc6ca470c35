"""The figure for a manuscript: what is asked for is drawn beside the window, written once, and copied in one piece."""

from __future__ import annotations

import csv
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import theme as themes
from gui.actions import Act
from gui.drawing import Drawing
from gui.dress import Dress
from gui.figure_page import FigurePage
from gui.review_window import ReviewWindow
from gui.shown import figure as shown
from gui.shown.figure import Subject
from station.figure_style import FigureStyle, Telling
from station.recipe import HOUR_S
from tests.gui import stories
from tests.gui.conftest import Bench, Opener

NOW_S = stories.T0_S + 24 * HOUR_S
SUBJECT = Subject(stories.run(8), frozenset({2, 3}), "/runs/ode.aliquot")
PATIENCE_MS = 20_000


def typed(**changed: str) -> dict[str, str]:
    return {**shown.typed(), **{name.replace("_", " "): value for name, value in changed.items()}}


def wanted(**changed: str) -> FigureStyle:
    found, wrong = shown.read(typed(**changed), SUBJECT, ("DejaVu Serif", "Inter"))
    assert wrong == {}
    assert found is not None
    return found.style


def wrong(**changed: str) -> dict[str, str]:
    found, why = shown.read(typed(**changed), SUBJECT, ("DejaVu Serif", "Inter"))
    assert found is None
    return why


def test_it_opens_as_the_papers_figure_over_two_columns() -> None:
    assert wanted() == FigureStyle()


def test_what_is_chosen_is_what_is_drawn() -> None:
    assert wanted(width="One column, 82.5 mm").width_mm == 82.5
    assert wanted(width="Another width", mm="100").width_mm == 100.0
    assert wanted(points="9").font_pt == 9.0
    assert wanted(family="Another font", other_family="dejavu serif").family == "DejaVu Serif"
    assert wanted(kinetics="drawn", emission="left out").panels == ("absorbance", "kinetics")
    assert wanted(which="those with a curve").numbers == (1, 4, 5, 6, 7, 8)
    assert wanted(which="these alone", numbers="1–3, 7, 12").numbers == (1, 2, 3, 7)
    assert (wanted(low="400", high="650").low_nm, wanted(high="650").high_nm) == (400.0, 650.0)
    assert wanted(letters="from A on").letters == "from A"


def test_an_excluded_aliquot_is_not_drawn_whatever_is_typed() -> None:
    run = stories.run(3)
    excluded = replace(stories.aliquot(0), excluded="bubble")
    without = replace(run, records=(run.records[0], excluded, *run.records[2:]))
    now = typed(which="these alone", numbers="1-3")
    found, _ = shown.read(now, Subject(without), ())
    assert found is not None
    assert found.style.numbers == (2, 3)


def test_what_is_wrong_is_said_where_it_stands_and_nothing_can_be_saved() -> None:
    assert "mm" in wrong(width="Another width")
    assert "points" in wrong(points="2")
    assert wrong(family="Another font", other_family="No Such")["other family"] == "not installed here"
    assert wrong(which="these alone", numbers="1-")["numbers"] == "numbers such as 1–4, 7"
    assert wrong(which="these alone", numbers="99")["numbers"] == "none of them counts in this run"
    assert wrong(low="600", high="500")["high"] == "more than where it begins"
    assert "absorbance" in wrong(absorbance="left out", emission="left out")
    assert "dpi" in wrong(format="PNG", dpi="5")
    lines = shown.lines(typed(points="2"), SUBJECT, (), None)
    assert {line.name: line.wrong for line in lines if line.kind == "press"} == {
        "save": "not while something above is wrong",
        "copy": "not while something above is wrong",
    }


@pytest.mark.parametrize("text", ["", "a", "1-2-3", "1–", "-", "1,,2", "1-99999999"])
def test_a_text_that_names_no_aliquots_is_none(text: str) -> None:
    assert shown.numbers_in(text) is None


def test_a_figure_taller_than_the_page_is_said_to_be_so() -> None:
    assert shown.size_words((1000, 800), 171.0, 8) == "171 × 137 mm, 8 aliquots"
    assert shown.size_words((100, 400), 82.5, 1) == "82.5 × 330 mm, 1 aliquot; taller than a page of 233 mm"


def test_the_file_is_proposed_beside_the_run() -> None:
    found, _ = shown.read(typed(format="PDF"), SUBJECT, ())
    assert found is not None
    assert shown.file_name(SUBJECT, found) == "/runs/ode-figure.pdf"
    assert shown.file_name(Subject(SUBJECT.run), found) == "ODE--standard-figure.pdf"


def test_while_it_is_saved_the_page_says_how_far_and_how_to_stop() -> None:
    lines = shown.lines(typed(), SUBJECT, (), ("Saving", 0.5, "the layout"))
    assert [line.value for line in lines if line.label == "Saving"] == ["the layout, 50 %"]
    assert [line.name for line in lines if line.kind == "press"] == ["stop"]


def at_the_bench(open_bench: Opener) -> Bench:
    bench = open_bench()
    bench.shows(replace(stories.status(3, now_s=NOW_S), run=stories.run(3)))
    return bench


def done(page: FigurePage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page._drawing.under_way, timeout=PATIENCE_MS)


@pytest.mark.slow
def test_c_copies_picture_and_table_in_one_piece(open_bench: Opener, qtbot: QtBot) -> None:
    bench = at_the_bench(open_bench)
    bench.window.act(Act.COPY)
    done(bench.window.panels.figure, qtbot)
    found = QApplication.clipboard().mimeData()
    assert found.hasImage()
    assert bytes(found.data("image/svg+xml").data()).startswith(b"<?xml")
    rows = [row.split("\t") for row in found.text().splitlines()]
    assert rows[0][:2] == ["Wavelength", "Absorbance, aliquot 1"]
    assert rows[2][1] == "0.5 h"
    assert next(csv.reader(bytes(found.data("text/csv").data()).decode().splitlines()))[1] == "Absorbance, aliquot 1"
    assert bench.window.panels.toast.note.sentence.startswith("Copied")


def test_c_copies_what_is_seen_where_that_is_not_the_spectra_as_measured(open_bench: Opener, qtbot: QtBot) -> None:
    bench = at_the_bench(open_bench)
    bench.window.panels.plots.install()
    bench.window.act(Act.TREND)
    bench.window.act(Act.COPY)
    found = QApplication.clipboard().mimeData()
    picture = found.imageData()
    assert isinstance(picture, QImage)
    assert picture.size() == bench.window.panels.plots.grab().toImage().size()
    assert found.text().startswith("Aliquot\tReaction time\tA449\tA449 sigma")
    bench.window.act(Act.LEAVE)
    bench.window.act(Act.VIEW)
    bench.window.act(Act.COPY)
    assert QApplication.clipboard().mimeData().text().startswith("Wavelength\t")
    assert bench.window.panels.toast.note.sentence.endswith("spectra as measured as a table")


def test_the_figure_is_saved_once_and_its_place_is_said(open_bench: Opener, qtbot: QtBot, tmp_path: Path) -> None:
    bench = at_the_bench(open_bench)
    page = bench.window.panels.figure
    bench.window.act(Act.FIGURE)
    assert page.page.said == "Drawing the figure ...", "as long as there is no preview"
    page.page.stand_at(shown.SAVE)
    page.save(tmp_path / "figure")
    assert page.page.at == shown.STOP
    done(page, qtbot)
    assert page.page.at == shown.SAVE, "the cursor is where it was"
    assert (tmp_path / "figure.svg").read_bytes().startswith(b"<?xml")
    assert bench.window.panels.toast.note.sentence == "Figure saved: figure.svg"
    assert bench.window.panels.toast.note.second == str(tmp_path)
    page.save(tmp_path / "figure")
    done(page, qtbot)
    assert "exists already. Nothing was written" in bench.window.panels.toast.note.sentence


def test_esc_stops_what_is_drawn_and_nothing_is_written(open_bench: Opener, qtbot: QtBot, tmp_path: Path) -> None:
    bench = at_the_bench(open_bench)
    bench.window.panels.figure.save(tmp_path / "figure")
    bench.window.act(Act.LEAVE)
    assert bench.window.panels.toast.note.sentence == "Saving stopped. Nothing was written."
    threads = bench.window.panels.figure._drawing._threads
    assert threads is not None
    threads.submit(lambda: None).result(PATIENCE_MS / 1000)  # the one before has ended
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []


@pytest.mark.slow
def test_g_opens_the_page_and_its_preview_is_drawn_beside_the_window(open_bench: Opener, qtbot: QtBot) -> None:
    bench = at_the_bench(open_bench)
    bench.window.act(Act.FIGURE)
    page = bench.window.panels.figure
    qtbot.waitUntil(lambda: not page.page.picture.isNull(), timeout=PATIENCE_MS)
    assert page.page.said.endswith("3 aliquots")
    assert abs(page.page.picture.width() - page.page.picture_size().width()) <= 1
    bench.window.act(Act.FIGURE)
    assert not page.is_open


def test_review_has_the_same_figure_and_the_same_strip(qtbot: QtBot, qapp: QApplication) -> None:
    window = ReviewWindow(stories.run(8), "/runs/ode.aliquot", Dress(themes.DARK))
    qtbot.addWidget(window)
    window.show()
    window.act(Act.PHOTOS)
    assert window.sheets.photographs.isVisible()
    window.act(Act.FIGURE)
    window.act(Act.LATER)
    assert window.sheets.figure.page.lines[1].value == "Another width", "arrows belong to the page that is open"
    window.act(Act.LEAVE)
    assert not window.sheets.figure.is_open
    assert window.isVisible(), "Esc takes one thing at a time"


def test_work_that_is_stopped_is_never_handed_on(qtbot: QtBot) -> None:
    begun, may_end, handed = threading.Event(), threading.Event(), list[str]()

    def slow(tell: Telling) -> str:
        begun.set()
        may_end.wait(5.0)
        tell(0.5, "half")
        return "slow"

    drawing = Drawing(lambda: None)
    drawing.begin(slow, handed.append, handed.append)
    assert begun.wait(5.0)
    drawing.begin(lambda tell: "quick", handed.append, handed.append)
    may_end.set()
    qtbot.waitUntil(lambda: bool(handed))
    assert handed == ["quick"]


def test_work_that_breaks_says_why(qtbot: QtBot) -> None:
    said: list[str] = []

    def full(tell: Telling) -> None:
        raise OSError(28, "No space left on device")

    drawing = Drawing(lambda: None)
    drawing.begin(full, lambda result: None, said.append)
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["Not written: No space left on device. Choose another folder."]

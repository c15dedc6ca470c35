"""The trend as the chemist sees it: what stands in which plot, what is ringed and said, and what it costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui import theme as themes
from gui.dress import Dress, texts
from gui.shown import trend as shown
from gui.trend_cell import Cell
from gui.trend_marks import COLUMN_PX, thinned
from gui.trend_plot import TrendView
from station.recipe import HOUR_S
from station.records import AliquotEdited, OnsetAnswered
from station.run import Run
from station.trend import Trend, trends
from tests.gui import stories

DRESS = Dress(themes.DARK)


def view_of(qtbot: QtBot, run: Run, width: int = 440, height: int = 760) -> TrendView:
    view = TrendView(DRESS)
    qtbot.addWidget(view)
    view.resize(width, height)
    view.show_trends(trends(run), run.recipe.schedule_s)
    return view


def said(view: TrendView) -> list[str]:
    return [text.text for text in texts(view.parts())]


def cell_of(view: TrendView, title: str) -> Cell:
    return next(cell for cell, _ in view._laid_out() if cell.plot.title == title)


def test_four_plots_lead_through_the_reaction_and_the_next_page_has_four_more(qtbot: QtBot) -> None:
    view = view_of(qtbot, stories.run(8))
    assert [plot.title for plot in view.shown] == ["Absorbance", "Emission", "Emission peak", "Tail"]
    assert view.turn()
    assert [plot.title for plot in view.shown] == ["Second band", "Band", "Emission 470–750 nm", "Emission FWHM"]
    assert not view.turn()
    assert view.page == 0


def test_in_the_place_of_the_spectra_all_eight_stand_in_a_grid(qtbot: QtBot) -> None:
    view = view_of(qtbot, stories.run(8), 958, 624)
    assert view.pages == 1
    assert len(view.shown) == 8


def test_the_clusters_are_told_apart_by_shape_and_name() -> None:
    absorbance = shown.plots(trends(stories.run(8)))[0]
    assert [(line.label, line.shape, line.filled) for line in absorbance.lines] == [
        ("A449", "circle", True),
        ("A469", "diamond", False),
    ]


def test_the_onset_is_a_band_as_wide_as_its_interval_with_words(qtbot: QtBot) -> None:
    run = stories.run(8)
    view = view_of(qtbot, run)
    cell = cell_of(view, "Emission")
    onset = view.onset
    assert onset is not None
    assert onset.sign == "flag"
    band = cell.band(onset)
    assert band.left() == pytest.approx(cell.x(1.5 * HOUR_S))
    assert band.right() == pytest.approx(cell.x(2.0 * HOUR_S))
    assert "onset 1.5–2 h" in said(view)
    view.show_trends(trends(run.appended(OnsetAnswered(True, 9e4, ""))))
    assert view.onset is not None
    assert view.onset.sign == "flag-outline"


def test_before_the_onset_nothing_is_said_of_one(qtbot: QtBot) -> None:
    assert not [text for text in said(view_of(qtbot, stories.run(3))) if "onset" in text]


def test_a_selected_aliquot_says_its_numbers_and_its_limits(qtbot: QtBot) -> None:
    view = view_of(qtbot, stories.run(8))
    view.select(4)
    assert "A449 0.183 ± 0.002, A469 < 0.003" in said(view)
    view.select(1)
    assert "< 28" in said(view)
    view.select(8)
    assert "A469 0.131 ± 0.002, A449 < 0.003" in said(view)


def test_pointing_at_a_mark_speaks_of_its_aliquot_as_the_ladder_does(qtbot: QtBot) -> None:
    view = view_of(qtbot, stories.run(8))
    view.show()
    cell = cell_of(view, "Emission")
    at = QPointF(cell.x(4.0 * HOUR_S), cell.y(6300.0)).toPoint()
    with qtbot.waitSignal(view.hovered) as pointed:
        QTest.mouseMove(view, at)
    assert pointed.args == [5]
    with qtbot.waitSignal(view.chosen) as pressed:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert pressed.args == [5]
    with qtbot.waitSignal(view.hovered) as left:
        QTest.mouseMove(view, QPoint(at.x(), 2))
    assert left.args == [None]


def inks(image: QImage, at: QPointF, radius: int) -> set[str]:
    """The colours about a point."""
    x, y = round(at.x()), round(at.y())
    square = range(-radius, radius + 1)
    return {QColor(image.pixel(x + dx, y + dy)).name() for dx in square for dy in square}


def test_a_mark_is_full_a_limit_is_open_and_an_excluded_one_a_grey_cross(qtbot: QtBot) -> None:
    run = stories.run(5)
    fifth = run.all_aliquots[4]
    run = run.appended(AliquotEdited(5, "", "", "spilt", 101.0, fifth.drawn_at_s, 9e4, ""))
    view = view_of(qtbot, run)
    image = view.grab().toImage()
    cell = cell_of(view, "Emission")
    middles = {
        number: QColor(image.pixel(QPointF(cell.x(hours * HOUR_S), cell.y(value)).toPoint())).name()
        for number, hours, value in ((2, 1.0, 28.0), (4, 2.0, 1840.0))
    }
    assert middles == {2: themes.DARK.surface, 4: themes.DARK.ink}
    crossed = inks(image, QPointF(cell.x(4.0 * HOUR_S), cell.y(6300.0)), 4)
    assert themes.DARK.ink not in crossed
    assert len(crossed) > 1


def dense(count: int) -> Trend:
    """An emission that was read every few seconds."""
    [line] = shown.plots(trends(stories.run(8)))[1].lines
    even = np.linspace(1800.0, 86400.0, count)
    flags = np.zeros(count, dtype=np.bool_)
    noise = np.random.default_rng(3).normal(0.0, 50.0, count)
    return replace(
        line.trend,
        numbers=np.arange(1.0, count + 1.0),
        times_s=even,
        values=5000.0 + noise,
        sigma=np.full(count, 50.0),
        below=flags,
        counts=~flags,
    )


@pytest.mark.parametrize("count", [500, 5000])
def test_thousands_of_readings_are_drawn_as_few_marks_that_keep_the_extremes(qtbot: QtBot, count: int) -> None:
    view = view_of(qtbot, stories.run(8))
    cell, trend = cell_of(view, "Emission"), dense(count)
    thick = replace(cell, plot=replace(cell.plot, lines=(replace(cell.plot.lines[0], trend=trend),)))
    [placed] = thick.placed()
    assert placed.small
    assert placed.xs.size <= 2 * (cell.room.curves.width() / COLUMN_PX + 2)
    assert placed.ys.min() == pytest.approx(thick.y(float(trend.values.max())))
    assert placed.ys.max() == pytest.approx(thick.y(float(trend.values.min())))


def test_an_excluded_reading_is_never_thinned_away() -> None:
    xs, ys = np.zeros(100), np.arange(100.0)
    always = np.zeros(100, dtype=np.bool_)
    always[50] = True
    assert thinned(xs, ys, always).tolist() == [0, 50, 99]


def test_a_picture_that_has_not_changed_is_not_drawn_again(qtbot: QtBot) -> None:
    view = view_of(qtbot, stories.run(8))
    view.show()
    view.grab()
    picture = view._picture
    view.show_trends(view._trends, stories.RECIPE.schedule_s)
    view.grab()
    assert view._picture is picture


def test_a_run_without_t0_says_what_its_time_counts_from_and_asks_for_one(qtbot: QtBot) -> None:
    run = stories.run(3, t0=False)
    untimed = replace(run, records=tuple(replace(each, reaction_time_s=None) for each in run.aliquots))
    view = TrendView(DRESS)
    qtbot.addWidget(view)
    view.resize(440, 760)
    view.show_trends(trends(untimed))
    assert "since aliquot 1; no t0 yet: M" in said(view)


def test_where_nothing_is_shown_no_heights_are_told(qtbot: QtBot) -> None:
    empty = next(cell for cell, _ in view_of(qtbot, stories.run(1))._laid_out() if cell.plot.what == "maximum")
    assert empty.height_ticks == ()


def test_what_no_aliquot_shows_is_said_in_words(qtbot: QtBot) -> None:
    assert said(view_of(qtbot, stories.run(0))).count("with the first aliquot") == 2
    assert "no emission is seen yet" in said(view_of(qtbot, stories.run(2)))


def test_what_was_not_measured_is_said_so(qtbot: QtBot) -> None:
    said_of_it = replace(stories.findings(2), tail=None)
    assert "was not measured" in said(view_of(qtbot, stories.run(0).appended(stories.aliquot(2, said=said_of_it))))

"""Which view stands in the place of the plots, by key, at the bench and in review alike."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui import theme as themes
from gui.actions import Act
from gui.anatomy import TREND_WIDTH
from gui.dress import Dress
from gui.plots_place import PlotsPlace
from gui.review_window import ReviewWindow
from station.recipe import HOUR_S
from tests.gui import stories
from tests.gui.conftest import Bench, Opener

NOW_S = stories.T0_S + 2 * HOUR_S + 247.0


@pytest.fixture
def bench(open_bench: Opener) -> Bench:
    opened = open_bench(Dress(themes.DARK))
    opened.shows(stories.status(4, now_s=NOW_S))
    opened.window.panels.plots.install()
    return opened


def seen(plots: PlotsPlace) -> set[str]:
    """The names of the views that are to be seen."""
    views = {"spectra": plots.view, "trend": plots.trend, "waterfall": plots.waterfall, "pair": plots.pair}
    return {name for name, view in views.items() if view is not None and view.isVisible()}


def press(bench: Bench, key: Qt.Key) -> None:
    QTest.keyClick(bench.window, key)


@pytest.mark.parametrize(
    ("key", "view"), [(Qt.Key.Key_H, "waterfall"), (Qt.Key.Key_J, "pair"), (Qt.Key.Key_T, "trend")]
)
def test_a_key_brings_its_view_and_esc_brings_the_spectra_back(bench: Bench, key: Qt.Key, view: str) -> None:
    plots = bench.window.panels.plots
    press(bench, key)
    assert seen(plots) == {view}
    press(bench, Qt.Key.Key_Escape)
    assert seen(plots) == {"spectra"}
    press(bench, key)
    press(bench, key)
    assert seen(plots) == {"spectra"}


def test_one_view_takes_the_place_of_another(bench: Bench) -> None:
    plots = bench.window.panels.plots
    for key, view in ((Qt.Key.Key_H, "waterfall"), (Qt.Key.Key_J, "pair"), (Qt.Key.Key_H, "waterfall")):
        press(bench, key)
        assert seen(plots) == {view}


def test_in_a_wide_window_the_trend_stands_right_of_the_others(bench: Bench) -> None:
    plots = bench.window.panels.plots
    bench.window.resize(1920, 1080)
    assert seen(plots) == {"spectra", "trend"}
    assert plots.trend is not None
    assert plots.view is not None
    assert plots.trend.width() == TREND_WIDTH
    assert plots.trend.geometry().left() > plots.view.geometry().right()
    press(bench, Qt.Key.Key_H)
    assert seen(plots) == {"waterfall", "trend"}
    press(bench, Qt.Key.Key_T)
    assert plots.trend.page == 1
    press(bench, Qt.Key.Key_T)
    assert seen(plots) == {"waterfall"}
    press(bench, Qt.Key.Key_T)
    assert seen(plots) == {"waterfall", "trend"}


def test_a_window_that_grows_wide_brings_the_spectra_back_beside_the_trend(bench: Bench) -> None:
    press(bench, Qt.Key.Key_T)
    bench.window.resize(1920, 1080)
    assert seen(bench.window.panels.plots) == {"spectra", "trend"}


def test_new_aliquots_reach_the_view_that_is_seen(bench: Bench) -> None:
    plots = bench.window.panels.plots
    press(bench, Qt.Key.Key_H)
    bench.shows(stories.status(5, now_s=NOW_S))
    assert plots.waterfall is not None
    assert len(plots.waterfall.rows[0]) == 5
    press(bench, Qt.Key.Key_J)
    assert plots.pair is not None
    assert plots.pair.pair is not None
    assert plots.pair.pair.aliquot.number == 5


def test_what_is_not_seen_is_not_drawn(bench: Bench) -> None:
    plots = bench.window.panels.plots
    press(bench, Qt.Key.Key_H)
    press(bench, Qt.Key.Key_H)
    bench.shows(stories.status(6, now_s=NOW_S))
    assert plots.waterfall is not None
    assert len(plots.waterfall.rows[0]) == 4
    press(bench, Qt.Key.Key_H)
    assert len(plots.waterfall.rows[0]) == 6


def test_left_and_right_step_through_every_view(bench: Bench) -> None:
    plots = bench.window.panels.plots
    press(bench, Qt.Key.Key_J)
    press(bench, Qt.Key.Key_Left)
    assert plots.pair is not None
    assert plots.pair.pair is not None
    assert plots.pair.pair.aliquot.number == 3


def test_pointing_in_a_view_lights_the_chip_and_a_press_selects(bench: Bench, qtbot: QtBot) -> None:
    plots = bench.window.panels.plots
    press(bench, Qt.Key.Key_T)
    assert plots.trend is not None
    with qtbot.waitSignal(plots.hovered):
        plots.trend.hovered.emit(2)
    plots.trend.chosen.emit(2)
    assert bench.window.desk.selected == 2


def test_the_header_raises_the_words_of_what_is_seen(bench: Bench) -> None:
    assert bench.window.panels.lit == frozenset()
    press(bench, Qt.Key.Key_T)
    assert Act.TREND in bench.window.panels.lit


def test_a_key_of_a_view_does_nothing_under_a_sheet(bench: Bench) -> None:
    press(bench, Qt.Key.Key_B)
    press(bench, Qt.Key.Key_H)
    assert bench.window.panels.plots.shown == "spectra"


def test_review_has_the_same_views_on_the_same_keys(qtbot: QtBot) -> None:
    window = ReviewWindow(stories.run(8), "ode.aliquot", Dress(themes.LIGHT))
    qtbot.addWidget(window)
    window.show()
    window.plots.install()
    for act, view in ((Act.TREND, "trend"), (Act.WATERFALL, "waterfall"), (Act.PAIR, "pair")):
        window.act(act)
        assert seen(window.plots) == {view}
    window.act(Act.LEAVE)
    assert seen(window.plots) == {"spectra"}
    assert window.isVisible()

"""The health bar by keys and by clicks: every field says what it is, how it is, and leads to its cure."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from gui import theme as themes
from gui.dress import Dress
from gui.health_bar import HealthBar, told
from gui.shown import health, health_page
from station import orders
from station.events import Continuous, Light, State, Status, Watching
from station.recipe import HOUR_S
from tests.gui import stories
from tests.gui.conftest import Bench, Opener
from tests.gui.test_texts_fit import misfits

NOW_S = stories.T0_S + 1.2 * HOUR_S
QUIET = stories.status(2, now_s=NOW_S)
STALE = replace(QUIET, dark_at_s=NOW_S - 4440.0)
MODE = Continuous(10.0, NOW_S + 7.0, 0.2, 1.0)


def field(status: Status, name: str) -> health.Field:
    return next(found for found in health.fields(status, NOW_S) if found.name == name)


def bench_of(open_bench: Opener, status: Status) -> Bench:
    bench = open_bench()
    bench.link.clock.seconds = NOW_S
    bench.shows(status)
    return bench


def press(bench: Bench, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(bench.window, key)


def click(bench: Bench, name: str) -> None:
    bar = bench.window.panels.health
    left = next(left for shown, left in bar._places() if shown.name == name)
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(int(left) + 8, bar.height() // 2))


# What it says while something goes on by itself


def test_the_continuous_mode_is_said_with_its_interval_and_where_absorbance_tells_nothing() -> None:
    on = field(replace(QUIET, continuous=MODE), "continuous")
    assert (on.health, on.full, on.short) == ("on", "Reading every 10 s", "every 10 s")
    assert on.more == "A reading every 10 s by itself, 0.2 mm, undiluted; the next one in 7 s"
    blind = replace(MODE, emission_only="shorten the path to about 0.2 mm")
    emission = field(replace(QUIET, continuous=blind), "continuous")
    assert (emission.health, emission.full) == ("stale", "Emission alone: shorten the path to about 0.2 mm")


def test_a_watched_folder_is_said_with_what_came_of_it() -> None:
    watched = field(replace(QUIET, watching=Watching("/data/Cary", "*PL*", 3, "scan 4 is not complete.")), "watching")
    assert watched.full == "Watching Cary: 3 files taken"
    assert watched.more == "Watched: /data/Cary. 3 files taken. Scan 4 is not complete"


@pytest.mark.usefixtures("qapp")
@given(
    scale=st.sampled_from([1.0, 1.25, 1.5, 2.0]),
    width=st.integers(1024, 2000),
    stale=st.booleans(),
    flowing=st.booleans(),
)
def test_at_any_width_what_is_not_well_and_what_goes_on_stay(
    scale: float, width: int, stale: bool, flowing: bool
) -> None:
    bar = HealthBar(Dress(themes.DARK, scale))
    bar.resize(width, round(min(32 * scale, 48)))
    status = replace(STALE if stale else QUIET, continuous=MODE if flowing else None, kept_awake=True)
    bar.show_fields(health.fields(status, NOW_S, sound="on"))
    assert misfits(bar) == []
    shown = {each.name for each in bar.shown}
    assert {"device", "UV"} <= shown
    assert ("calibration" in shown) or not stale
    assert ("continuous" in shown) is flowing
    bar.deleteLater()


@pytest.mark.usefixtures("qapp")
def test_at_1366_all_of_a_quiet_bench_has_its_place() -> None:
    bar = HealthBar(Dress(themes.LIGHT))
    bar.resize(1366, 32)
    bar.show_fields(health.fields(replace(QUIET, kept_awake=True), NOW_S, sound="on"))
    assert [each.name for each in bar.shown] == [each.name for each in bar.fields]
    bar.deleteLater()


# By keys


def test_f6_opens_the_state_of_the_bench_at_what_is_not_well(open_bench: Opener) -> None:
    bench = bench_of(open_bench, STALE)
    press(bench, Qt.Key.Key_F6)
    state = bench.window.panels.state
    assert state.is_open
    assert state.page.at == "calibration.0"
    said = [line.value for line in state.page.lines if line.kind == "say"]
    assert said[0] == "Virtual Flame-S pyseabreeze, 2\u202f048 px"
    assert "Dark 74 min old, take again" in said
    press(bench, Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert bench.link.orders[-2:] == [orders.TakeDark(), orders.TakeReference()]
    press(bench, Qt.Key.Key_Escape, Qt.Key.Key_Escape)
    assert not state.is_open


def test_a_cure_that_is_a_page_of_the_set_up_opens_it_in_the_place_of_this_one(open_bench: Opener) -> None:
    bench = bench_of(open_bench, QUIET)
    press(bench, Qt.Key.Key_F6)
    state, set_up = bench.window.panels.state, bench.window.panels.set_up
    while state.page.at != "optics.0":
        press(bench, Qt.Key.Key_Right)
    press(bench, Qt.Key.Key_Return)
    assert (state.is_open, set_up.is_open) == (False, True)
    assert set_up.page.accessibleName() == "Set-up, Optical set-up"


def test_uv_that_may_be_on_can_be_switched_off_from_there(open_bench: Opener) -> None:
    lit = replace(QUIET, uv=Light("LED", "unknown", NOW_S - 6.0))
    bench = bench_of(open_bench, lit)
    press(bench, Qt.Key.Key_F6)
    assert bench.window.panels.state.page.at == "UV.0"
    press(bench, Qt.Key.Key_Return)
    assert bench.link.orders[-1] == orders.SwitchUv(False)


# By clicks


def test_a_click_leads_to_the_page_where_there_is_one_cure(open_bench: Opener) -> None:
    bench = bench_of(open_bench, QUIET)
    click(bench, "Probe")
    assert bench.window.panels.set_up.is_open
    assert bench.window.panels.set_up.page.accessibleName() == "Set-up, Lights"


def test_a_click_on_what_goes_on_by_itself_leads_to_where_it_is_stopped(open_bench: Opener) -> None:
    bench = bench_of(open_bench, replace(QUIET, continuous=MODE))
    click(bench, "continuous")
    assert bench.window.panels.set_up.page.accessibleName() == "Set-up, By itself"


def test_a_click_on_dark_and_reference_asks_which_and_measures_nothing_by_itself(open_bench: Opener) -> None:
    bench = bench_of(open_bench, QUIET)
    before = len(bench.link.orders)
    click(bench, "calibration")
    assert bench.window.panels.state.page.at == "calibration.0"
    assert bench.link.orders[before:] == []
    click(bench, "calibration")
    assert bench.window.panels.state.is_open, "a second click is not a way out"


def test_a_click_over_another_sheet_leaves_one_of_them_open(open_bench: Opener) -> None:
    bench = bench_of(open_bench, QUIET)
    press(bench, Qt.Key.Key_N)
    click(bench, "UV")
    panels = bench.window.panels
    assert (panels.aliquot.is_open, panels.set_up.is_open) == (False, True)


def test_resting_on_a_field_or_what_is_this_tells_all_of_it(
    open_bench: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = bench_of(open_bench, QUIET)
    bar = bench.window.panels.health
    texts: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, _widget: texts.append(text))
    left = next(left for shown, left in bar._places() if shown.name == "device")
    for kind in (QEvent.Type.ToolTip, QEvent.Type.WhatsThis):
        QApplication.sendEvent(bar, QHelpEvent(kind, QPoint(int(left) + 8, 10), QPoint(0, 0)))
    assert texts == [told(bar.fields[0])] * 2
    assert "FLMS00416" in texts[0]
    assert "F6" in texts[0]


def test_what_cannot_be_cured_here_says_the_cure_itself() -> None:
    full = replace(QUIET, free_bytes=100_000_000, unsaved=2, kept_awake=False, awake="no logind")
    for name in ("room", "file", "awake"):
        unwell = field(full, name)
        assert unwell.health in ("bad", "stale")
        assert health_page.cures(unwell) == ()
        assert any(word in unwell.full for word in ("free some space", "tried again", "switch sleeping off"))


def test_a_spectrometer_that_is_not_reached_is_looked_for_again(open_bench: Opener) -> None:
    bench = bench_of(open_bench, replace(QUIET, state=State.FAULTED, fault=stories.FAULT))
    press(bench, Qt.Key.Key_F6, Qt.Key.Key_Return)
    assert bench.link.orders[-1] == orders.LookAgain()


@pytest.mark.slow
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 1.75, 2.0])
@pytest.mark.parametrize("size", [(1024, 640), (1366, 768)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_page_fits_wherever_the_cursor_stands(open_bench: Opener, scale: float, size: tuple[int, int]) -> None:
    bench = open_bench(Dress(themes.LIGHT if scale == 1.5 else themes.DARK, scale))
    bench.window.resize(*size)
    bench.shows(replace(STALE, continuous=MODE, kept_awake=True))
    press(bench, Qt.Key.Key_F6)
    page = bench.window.panels.state.page
    wrong: list[str] = []
    for _ in range(20):
        wrong += misfits(page)
        page.go(1)
    assert sorted(set(wrong)) == []

"""The bench window draws what the station announces, and only that."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent
from pytestqt.qtbot import QtBot

from gui import app, bridge, closing, main_window
from gui import theme as themes
from gui.actions import Act
from gui.dress import Dress
from station import events, orders
from station.events import DevicesFound, FaultText, Light, Progress, State, Status
from station.recipe import HOUR_S
from station.run import Exposures
from station.store import LeftOpen
from tests.gui import stories
from tests.gui.conftest import Bench, Opener

NOW_S = stories.T0_S + 1.2 * HOUR_S
ROOT = Path(__file__).parents[2]


@pytest.fixture
def bench(open_bench: Opener) -> Bench:
    opened: Bench = open_bench()
    opened.link.clock.seconds = NOW_S
    return opened


def test_the_window_is_there_before_the_plots_are_imported() -> None:
    program = (
        "import sys, os; os.environ['QT_QPA_PLATFORM'] = 'offscreen'\n"
        "from PySide6.QtWidgets import QApplication\n"
        "app = QApplication([])\n"
        "from gui import app as _, theme\n"
        "from gui.dress import Dress\n"
        "from gui.main_window import MainWindow\n"
        "from tests.gui.stories import PlainLink\n"
        "window = MainWindow(PlainLink(), Dress(theme.DARK)); window.show()\n"
        "heavy = {'scipy', 'h5py', 'matplotlib', 'seabreeze', 'PySide6.QtMultimedia'}\n"
        "later = {'pyqtgraph', 'analysis.reading', 'station.evaluation'}\n"
        "assert not (heavy | later) & set(sys.modules), (heavy | later) & set(sys.modules)\n"
        "while window.panels.plots.view is None: app.processEvents()\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "window.leave(); window.bridge.stop()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_everything_follows_the_newest_status(bench: Bench) -> None:
    bench.shows(stories.status(2, now_s=NOW_S))
    panels = bench.window.panels
    assert [shown.value for shown in panels.readouts.shown] == ["1:12:00", "MSC-449", "none"]
    assert panels.bench.buttons[Act.CAPTURE].shown.title == "Capture aliquot 3"
    assert [chip.aliquot for chip in panels.ladder.shown][:3] == [1, 2, None]
    bench.shows(stories.onset_status(NOW_S))
    assert [shown.value for shown in panels.readouts.shown][1:] == ["MSC-449", "500 nm"]
    assert panels.banner.isVisible()


def test_clocks_run_on_without_events(bench: Bench) -> None:
    bench.shows(stories.status(2, now_s=NOW_S))
    bench.link.clock.seconds += 61.0
    bench.window.refresh()
    assert bench.window.panels.readouts.shown[0].value == "1:13:01"


def test_until_the_station_has_spoken_nothing_is_offered_and_nothing_is_red(bench: Bench) -> None:
    panels = bench.window.panels
    for act in (Act.CAPTURE, Act.DARK, Act.REFERENCE, Act.UV, Act.MARK, Act.LIVE, Act.UNDO):
        assert panels.bench.buttons[act].shown.state == "disabled"
        assert panels.bench.buttons[act].shown.reason == "still looking"
    assert [field.health for field in panels.health.fields if field.name == "device"] == ["off"]


def test_the_plots_give_way_to_the_banner_and_come_back(bench: Bench) -> None:
    bench.shows(stories.status(4, now_s=NOW_S))
    panels = bench.window.panels
    alone = panels.plots.geometry()
    assert (alone.left(), alone.top(), alone.width()) == (16, 40, 958)
    bench.shows(stories.onset_status(NOW_S))
    assert panels.banner.geometry().getRect() == (16, 40, 958, 102)
    assert panels.plots.geometry().top() == 40 + 102 + 8
    assert panels.plots.geometry().bottom() == alone.bottom()
    bench.shows(stories.confirmed_status(4, NOW_S))
    assert panels.plots.geometry() == alone


def test_places_are_those_of_the_drawing(bench: Bench) -> None:
    bench.shows(stories.status(2, now_s=NOW_S))
    panels = bench.window.panels
    assert panels.header.geometry().getRect() == (0, 0, 1366, 40)
    assert panels.ladder.geometry().getRect() == (16, 672, 958, 56)
    assert panels.health.geometry().getRect() == (0, 736, 1366, 32)
    assert panels.readouts.geometry().getRect() == (998, 40, 352, 432)
    assert panels.bench.buttons[Act.CAPTURE].geometry().getRect() == (998, 480, 352, 80)
    assert panels.bench.buttons[Act.DARK].geometry().getRect() == (998, 568, 172, 56)
    assert panels.bench.buttons[Act.MARK].geometry().getRect() == (1178, 632, 172, 56)
    assert panels.bench.buttons[Act.UNDO].geometry().bottom() == 727


def test_progress_is_shown_in_place_and_ends_with_the_measurement(bench: Bench) -> None:
    measuring = replace(stories.status(2, now_s=NOW_S), state=State.MEASURING)

    def capture() -> str:
        return bench.window.panels.bench.buttons[Act.CAPTURE].shown.state

    bench.shows(measuring, Progress("aliquot", "absorbance", 9, 20, 0.45, 3.0))
    assert capture() == "busy"
    bench.shows(stories.status(3, now_s=NOW_S))
    assert capture() == "primary"


def pace_ms(bench: Bench) -> int:
    """Return the shortest interval at which the bridge works."""
    return min(timer.interval() for timer in bench.window.bridge.findChildren(QTimer))


def test_the_mailbox_is_emptied_with_the_screen_only_while_something_moves(bench: Bench) -> None:
    bench.shows(stories.status(2, now_s=NOW_S, state=State.LIVE))
    assert pace_ms(bench) == bridge.LIVE_MS
    bench.shows(stories.status(2, now_s=NOW_S, state=State.IDLE))
    assert pace_ms(bench) == bridge.IDLE_MS
    bench.window.act(Act.DARK)
    assert pace_ms(bench) == bridge.LIVE_MS


def test_a_new_aliquot_takes_the_selection_with_it(bench: Bench) -> None:
    bench.shows(stories.status(3, now_s=NOW_S))
    bench.window.select(1)
    assert bench.window.panels.readouts.shown[1].label.endswith("aliquot 1")
    bench.shows(stories.status(4, now_s=NOW_S))
    assert bench.window.panels.readouts.shown[1].label == "Dominant cluster"


def test_an_undone_aliquot_is_not_selected_any_more(bench: Bench) -> None:
    bench.shows(stories.status(3, now_s=NOW_S))
    bench.window.select(3)
    bench.shows(stories.status(2, now_s=NOW_S))
    assert bench.window.panels.readouts.shown[1].value == "MSC-449"
    bench.window.act(Act.EARLIER)
    assert bench.window.panels.readouts.shown[1].label == "Dominant cluster, aliquot 1"


def test_a_run_that_goes_on_says_again_what_may_be_done_about_its_onset(bench: Bench) -> None:
    bench.shows(stories.onset_status(NOW_S))
    shown = bench.window.panels.banner.shown
    assert shown is not None
    assert shown.lines[-1] == ("Now", stories.ADVICE)


def test_advice_belongs_to_its_onset(bench: Bench) -> None:
    bench.shows(stories.onset_status(NOW_S), events.OnsetFlagged(stories.ONSET, 4, stories.ADVICE))
    shown = bench.window.panels.banner.shown
    assert shown is not None
    assert shown.lines[-1] == ("Now", stories.ADVICE)
    other = replace(stories.ONSET, latest_s=3 * HOUR_S)
    bench.shows(replace(stories.onset_status(NOW_S), onset=other))
    shown = bench.window.panels.banner.shown
    assert shown is not None
    assert "Now" not in [tag for tag, _ in shown.lines]


def test_live_spectra_are_drawn_and_vanish_when_live_rests(bench: Bench) -> None:
    bench.window.panels.plots.install()
    view = bench.window.panels.plots.view
    assert view is not None
    before = bench.window.grab().toImage()
    bench.shows(
        stories.status(0, now_s=NOW_S),
    )
    bench.link.mailbox.post(stories.live_frame(NOW_S, 3))
    bench.window.bridge.empty()
    lit = bench.window.panels.plots.grab().toImage()
    bench.shows(stories.status(0, now_s=NOW_S, state=State.IDLE))
    dark = bench.window.panels.plots.grab().toImage()
    assert lit != dark
    assert before.size() == bench.window.grab().toImage().size()


def test_no_spectrometer_is_shown_only_after_somebody_has_looked(bench: Bench) -> None:
    nothing = Status(State.DISCONNECTED, None, None, None, Exposures())
    bench.shows(nothing)
    assert not bench.window.panels.no_spectrometer.isVisible()
    bench.shows(nothing, DevicesFound(()))
    assert bench.window.panels.no_spectrometer.isVisible()
    bench.shows(stories.status(0, now_s=NOW_S))
    assert not bench.window.panels.no_spectrometer.isVisible()


def test_theme_and_size_of_type_change_while_the_run_goes_on(bench: Bench) -> None:
    bench.shows(stories.status(2, now_s=NOW_S))
    dark = bench.window.grab().toImage().pixelColor(2, 60).name()
    bench.window.act(Act.THEME)
    light = bench.window.grab().toImage().pixelColor(2, 60).name()
    assert (dark, light) == (themes.DARK.window, themes.LIGHT.window)
    header = bench.window.panels.header.height()
    bench.window.act(Act.LARGER)
    assert bench.window.panels.header.height() > header
    bench.window.act(Act.SMALLER)
    assert bench.window.panels.header.height() == header


def test_a_run_that_was_left_open_is_offered_and_continued_once(bench: Bench) -> None:
    bench.window.offer_recovery(("A run was open at 14:02: 23 aliquots, all whole.", "left.aliquot"))
    bench.window.act(Act.CONFIRM)
    needs = "The run was measured with FLMS1, and no spectrometer is open."
    bench.shows(bench.window.desk.status, events.Refused("ContinueRun", needs))
    assert bench.window.panels.toast.note.sentence == needs
    assert bench.window.panels.banner.shown is not None  # it waits
    bench.shows(stories.status(0, now_s=NOW_S))
    bench.window.act(Act.CONFIRM)
    bench.window.act(Act.CONFIRM)
    assert bench.link.orders == [orders.ContinueRun("left.aliquot")] * 2


def test_a_run_of_files_that_was_left_open_goes_on_without_a_spectrometer(bench: Bench) -> None:
    bench.window.offer_recovery(("A run was open at 14:02: 23 aliquots, all whole.", "left.aliquot"))
    bench.window.act(Act.CONFIRM)
    assert bench.link.orders == [orders.ContinueRun("left.aliquot")]
    bench.shows(replace(bench.window.desk.status, run_path="left.aliquot"))
    assert bench.window.desk.left_open is None


def test_a_run_that_was_left_open_can_be_reviewed_or_left(open_bench: Opener) -> None:
    reviewed: list[str] = []
    bench = open_bench(on_review=reviewed.append)
    bench.window.offer_recovery(("A run was open at 14:02: 23 aliquots, all whole.", "left.aliquot"))
    bench.window.act(Act.REVIEW)
    assert reviewed == ["left.aliquot"]
    assert bench.window.panels.banner.isVisible()
    bench.window.act(Act.LEAVE)
    assert not bench.window.panels.banner.isVisible()
    bench.window.act(Act.REVIEW)
    assert reviewed == ["left.aliquot"]


# Closing


def test_closing_without_a_run_stops_the_station_and_waits_for_it(bench: Bench) -> None:
    bench.window.close()
    assert bench.link.orders == [orders.Stop()]
    assert bench.window.isVisible()
    bench.link.mailbox.post(events.Stopped())
    bench.window.bridge.empty()
    assert not bench.window.isVisible()


@pytest.mark.parametrize("stop", [True, False], ids=["stop", "go on"])
def test_closing_while_recording_asks_once(bench: Bench, monkeypatch: pytest.MonkeyPatch, stop: bool) -> None:
    asked: list[Status] = []

    def ask(_window: object, status: Status) -> bool:
        asked.append(status)
        return stop

    monkeypatch.setattr(main_window, "ask_to_close", ask)
    bench.shows(stories.status(2, now_s=NOW_S))
    bench.window.close()
    if stop:
        bench.window.closeEvent(QCloseEvent())
    assert len(asked) == 1
    assert (orders.Stop() in bench.link.orders) is stop
    assert bench.window.isVisible()


def test_a_station_that_does_not_answer_does_not_hold_the_window(
    open_bench: Opener, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main_window, "CLOSING_MS", 1)
    bench = open_bench()
    bench.window.close()
    qtbot.waitUntil(lambda: not bench.window.isVisible(), timeout=2000)


def test_what_is_recorded_is_said_before_closing() -> None:
    now = stories.status(2, now_s=NOW_S)
    assert closing.is_recording(now)
    assert not closing.is_recording(replace(now, run=stories.run(0, t0=False)))
    assert not closing.is_recording(replace(now, state=State.DISCONNECTED))
    assert closing.kept(now) == (
        "The run keeps 2 aliquots, saved 13:16:41. The lights go off. The run can be continued."
    )
    measured = closing.kept(replace(now, state=State.MEASURING))
    assert measured == f"What is being measured now is not kept. {closing.kept(now)}"


def unsaved(count: int, free_bytes: int = 41_500_000_000) -> Status:
    """Return a bench with two aliquots of which the last `count` records are not on disk."""
    return replace(stories.status(2, now_s=NOW_S), unsaved=count, free_bytes=free_bytes)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (
            unsaved(1),
            "1 aliquot is in memory only and would be lost. Let the disk take it first; saving is tried again by "
            "itself. The run keeps 1 aliquot, saved 13:16:41. The lights go off. The run can be continued.",
        ),
        (
            replace(unsaved(3, free_bytes=0), saved_wall=None),
            "2 aliquots and 1 other record are in memory only and would be lost. Free some space first; saving is "
            "tried again by itself. Nothing of the run is on disk. The lights go off.",
        ),
    ],
    ids=["disk refuses", "disk full"],
)
def test_what_is_not_on_disk_is_said_before_it_is_lost(status: Status, said: str) -> None:
    assert closing.kept(status) == said


def test_records_that_wait_for_the_disk_are_asked_about_without_an_instrument(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Status] = []
    monkeypatch.setattr(main_window, "ask_to_close", lambda _window, status: asked.append(status))
    bench.shows(replace(unsaved(1), state=State.DISCONNECTED))
    bench.window.close()
    assert len(asked) == 1
    assert bench.link.orders == []


LOST = FaultText("Disk full: 1 of the last records could not be written", "what is on disk", "free some space")


@pytest.mark.parametrize("let_go", ["Esc", "close again"])
def test_what_the_disk_refuses_to_the_end_holds_the_window_open_until_it_is_read(bench: Bench, let_go: str) -> None:
    bench.shows(unsaved(1))
    bench.window.leave()
    for event in (events.Faulted(LOST), events.Stopped()):
        bench.link.mailbox.post(event)
    bench.window.bridge.empty()
    panels = bench.window.panels
    assert bench.window.isVisible()
    assert panels.banner.shown is not None
    assert panels.banner.shown.headline == LOST.headline
    assert [answer[1:] for answer in panels.banner.shown.answers] == [("Close", "Esc")]
    assert panels.bench.buttons[Act.CAPTURE].shown.second == "station stopped"
    assert "Probe" not in [field.name for field in panels.health.shown]
    assert not any("tried again" in field.full for field in panels.health.shown)
    bench.window.act(Act.CAPTURE)
    assert bench.link.orders == [orders.Stop()]
    if let_go == "Esc":
        bench.window.act(Act.LEAVE)
    else:
        bench.window.close()
    assert not bench.window.isVisible()


def test_a_last_fault_that_is_read_before_the_station_stops_does_not_close_too_early(bench: Bench) -> None:
    bench.window.leave()
    for fault in (LOST, stories.FAULT):
        bench.link.mailbox.post(events.Faulted(fault))
    bench.window.bridge.empty()
    for headline in (LOST.headline, stories.FAULT.headline):
        assert bench.window.panels.banner.shown is not None
        assert bench.window.panels.banner.shown.headline == headline
        bench.window.act(Act.LEAVE)
    assert bench.window.isVisible()
    bench.link.mailbox.post(events.Stopped())
    bench.window.bridge.empty()
    assert not bench.window.isVisible()


def test_a_light_that_may_still_be_on_is_said_to_the_end() -> None:
    lost = replace(stories.status(2, now_s=NOW_S), uv=Light("LED", "unknown", NOW_S))
    assert closing.stopped(lost).uv == lost.uv
    assert closing.stopped(lost).probe is None
    assert closing.stopped(replace(lost, hand_wanted="Switch off by hand: the UV light.")).hand_wanted is None


def test_why_the_disk_refuses_an_aliquot_is_said_and_one_that_is_saved_is_not_said_twice(bench: Bench) -> None:
    toast = bench.window.panels.toast
    for saved, sentence in ((False, "The disk is read-only. Aliquot 3 is kept in memory."), (True, "Saved.")):
        bench.shows(
            stories.status(3, now_s=NOW_S),
            events.AliquotTaken(stories.aliquot(2), saved),
            events.MeasurementEnded("aliquot", True, sentence),
        )
        assert (toast.note.sentence == sentence) is not saved


def test_of_several_runs_left_open_the_newest_is_offered_first_and_the_keys_lead_to_the_others(bench: Bench) -> None:
    begun = ("2026-11-22T12:30:00+01:00", "2026-11-22T11:45:00+00:00", "2026-11-22T12:40:00+01:00")
    left = [LeftOpen(Path(f"{name}.aliquot"), wall, 3, True) for name, wall in zip("abc", begun, strict=True)]
    offers = app.offers(left)
    assert [path for _, path in offers] == ["b.aliquot", "c.aliquot", "a.aliquot"]
    bench.shows(Status(State.DISCONNECTED, None, None, None, Exposures()))
    bench.window.offer_recovery(*offers)
    banner = bench.window.panels.banner
    assert banner.shown is not None
    assert banner.shown.headline == "A run was open on 2026-11-22 at 11:45: 3 aliquots, all whole. 1 of 3: ← →"
    bench.window.act(Act.LATER)
    assert banner.shown.headline.startswith("A run was open on 2026-11-22 at 12:40")
    bench.window.act(Act.EARLIER)
    bench.window.act(Act.EARLIER)
    assert banner.shown.headline.endswith("3 of 3: ← →")
    bench.shows(replace(stories.status(0, now_s=NOW_S), run=None))
    bench.window.act(Act.CONFIRM)
    assert bench.link.orders == [orders.ContinueRun("a.aliquot")]


def test_after_closing_has_begun_keys_do_nothing(bench: Bench) -> None:
    bench.shows(stories.status(0, now_s=NOW_S))
    bench.window.leave()
    bench.window.act(Act.CAPTURE)
    assert bench.link.orders == [orders.Stop()]


def test_a_uv_light_that_is_on_can_be_switched_off_whatever_stands_in_the_way(bench: Bench) -> None:
    lit = replace(
        stories.status(2, now_s=NOW_S),
        uv=Light("LED", "on", NOW_S, NOW_S + 30.0),
        obstacles={"SwitchUv": "spectrometer not reached"},
    )
    bench.shows(lit)
    bench.window.act(Act.UV)
    assert bench.link.orders == [orders.SwitchUv(False)]


def test_empty_plots_say_what_they_wait_for(bench: Bench) -> None:
    bench.shows(replace(stories.status(0, now_s=NOW_S), dark_at_s=None, reference_at_s=None))
    bench.window.panels.plots.install()
    view = bench.window.panels.plots.view
    assert view is not None
    assert [panel.reason for panel in view.panels] == ["no absorbance yet: D, then R", "no emission yet"]
    bench.shows(stories.status(0, now_s=NOW_S))
    assert [panel.reason for panel in view.panels] == ["", ""]


def test_every_size_and_theme_paints(open_bench: Opener) -> None:
    for theme in (themes.DARK, themes.LIGHT):
        bench = open_bench(Dress(theme))
        bench.shows(stories.onset_status(NOW_S))
        colours = bench.window.grab().toImage()
        assert colours.pixelColor(24, 60).name() == theme.alarm_fill

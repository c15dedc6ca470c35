"""The window as its user wishes it: heard, seen, found where it was left; what everything is for; spoken names."""

from __future__ import annotations

import runpy
import wave
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gui import theme as themes
from gui.actions import Act
from gui.dress import Dress
from gui.ease import can_be_seen
from gui.remembered import FILE, Place, Remembered, Wishes
from gui.shown import health
from gui.sounds import AGAIN_S, MOST_TIMES, SOUNDS, Sound, Sounds
from gui.views import open_views, show_views
from gui.whats_this import whole_text
from instruments.spectrometer import DeviceListing
from station import events, orders
from station.events import AliquotTaken, DevicesFound, Faulted, OnsetFlagged, State, Status
from station.recipe import HOUR_S
from station.run import Exposures
from station.settings import resource_path, settings_folder
from tests.gui import stories
from tests.gui.conftest import Bench, Opener
from tests.gui.loudspeaker import Loudspeaker

NOW_S = stories.T0_S + 2 * HOUR_S + 247.0
FLAGGED = OnsetFlagged(stories.ONSET, 4, stories.ADVICE)
VIRTUAL = DeviceListing("virtual:FLAME-S", "Flame-S", "FLMS00416", "pyseabreeze", True)
REAL = DeviceListing("ocean:FLMS1", "Flame-S", "FLMS00001", "cseabreeze", False)
NOTHING = Status(State.DISCONNECTED, None, None, None, Exposures())


@pytest.fixture
def speaker() -> Loudspeaker:
    return Loudspeaker()


@pytest.fixture
def bench(open_bench: Opener, speaker: Loudspeaker) -> Bench:
    opened = open_bench()
    opened.link.clock.seconds = NOW_S
    opened.window.ease.find_speaker(lambda parent: speaker)
    return opened


# What is heard


def samples(sound: str) -> np.ndarray:
    with wave.open(str(resource_path(f"sounds/{sound}.wav"))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 44_100)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float64) / 32768


@pytest.mark.parametrize("sound", SOUNDS)
def test_the_files_are_what_their_script_makes_bit_for_bit(sound: Sound, tmp_path: Path) -> None:
    script = runpy.run_path(str(resource_path("sounds/make.py")))
    assert set(script["SOUNDS"]) == set(SOUNDS)
    made = script["write"](sound, tmp_path).read_bytes()
    assert made == resource_path(f"sounds/{sound}.wav").read_bytes()


def loudness(sound: Sound) -> np.ndarray:
    """Return the course of a sound's loudness in 60 steps of 20 ms."""
    heard = np.zeros(60 * 882)
    held = samples(sound)[: heard.size]
    heard[: held.size] = held
    course = np.sqrt(np.mean(heard.reshape(60, 882) ** 2, axis=1))
    return np.asarray(course / np.linalg.norm(course))


def test_the_sounds_differ_in_shape_and_are_short_and_end_in_silence() -> None:
    for sound in SOUNDS:
        held = samples(sound)
        assert 0.03 < held.size / 44_100 < 1.2
        assert abs(held[-1]) < 0.001
        assert 0.1 < np.max(np.abs(held)) < 0.9
    assert samples("captured").size < 0.1 * 44_100
    for one, other in combinations(SOUNDS, 2):
        assert float(loudness(one) @ loudness(other)) < 0.75, (one, other)


@given(st.lists(st.floats(0.0, 3.0), min_size=1, max_size=60))
def test_the_onset_is_heard_three_times_at_most_and_never_more_often_than_every_five_seconds(
    waits: list[float],
) -> None:
    loud, now_s = Loudspeaker(), 100.0
    sounds = Sounds(beep=lambda: None)
    sounds.speaker = loud
    heard: list[float] = []
    sounds.ring(now_s)
    for wait in waits:
        heard += [now_s] * (len(loud.played) - len(heard))
        now_s += wait
        sounds.tick(now_s)
    heard += [now_s] * (len(loud.played) - len(heard))
    assert 1 <= len(heard) <= MOST_TIMES
    assert all(later - earlier >= AGAIN_S for earlier, later in pairwise(heard))


def test_every_event_has_its_own_sound(bench: Bench, speaker: Loudspeaker) -> None:
    bench.shows(stories.status(3, now_s=NOW_S), AliquotTaken(stories.aliquot(2), True))
    bench.shows(stories.status(3, now_s=NOW_S), AliquotTaken(replace(stories.aliquot(2), by_itself=True), True))
    bench.shows(stories.status(3, now_s=NOW_S), Faulted(stories.FAULT))
    bench.shows(stories.onset_status(NOW_S), FLAGGED)
    assert speaker.sounds == ["captured", "fault", "onset"], "a reading by itself makes no noise"


@pytest.mark.parametrize(("key", "confirmed"), [(Qt.Key.Key_Return, True), (Qt.Key.Key_Escape, False)])
def test_the_onset_is_heard_until_somebody_answers(
    bench: Bench, speaker: Loudspeaker, key: Qt.Key, confirmed: bool
) -> None:
    bench.shows(stories.onset_status(NOW_S), FLAGGED)
    bench.real_s += AGAIN_S
    bench.window.refresh()
    assert speaker.sounds == ["onset", "onset"]
    QTest.keyClick(bench.window, key)
    assert bench.link.orders == [orders.AnswerOnset(confirmed)]
    answered = replace(stories.onset_status(NOW_S), onset_answer="confirmed" if confirmed else "dismissed")
    bench.shows(answered)
    bench.real_s += AGAIN_S
    bench.window.refresh()
    assert speaker.sounds == ["onset", "onset"]
    assert not bench.window.panels.banner.isVisible()


def sound_field(bench: Bench) -> tuple[str, str]:
    found = [field for field in bench.window.panels.health.shown if field.name in ("sound", "silence")]
    return (found[0].full, found[0].health) if found else ("", "")


def test_the_health_bar_says_what_is_heard_and_s_switches_it(
    bench: Bench, speaker: Loudspeaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.window.resize(1920, 1080)
    bench.shows(stories.status(2, now_s=NOW_S))
    assert sound_field(bench) == ("Sound on", "on")
    QTest.keyClick(bench.window, Qt.Key.Key_S)
    assert sound_field(bench) == ("sound off", "off")
    assert Remembered(settings_folder()).wishes.sound is False
    bench.shows(stories.onset_status(NOW_S), FLAGGED)
    assert speaker.sounds == []
    QTest.keyClick(bench.window, Qt.Key.Key_S)
    assert speaker.sounds == ["captured"], "that it is on again is heard"
    speaker.works = False
    bench.window.refresh()
    assert sound_field(bench) == ("sound off", "off")


def test_silence_is_said_whatever_gives_way(bench: Bench) -> None:
    bench.window.set_dress(Dress(themes.LIGHT, 2.0))
    bench.window.resize(1024, 640)
    bench.window.ease.toggle_sound()
    bench.shows(stories.status(2, now_s=NOW_S))
    assert sound_field(bench) == ("sound off", "off")


def test_without_a_device_it_beeps() -> None:
    beeps: list[str] = []
    sounds, silent = Sounds(beep=lambda: beeps.append("beep")), Loudspeaker()
    sounds.play("fault")
    silent.works = False
    sounds.speaker = silent
    sounds.play("onset")
    sounds.wanted = False
    sounds.play("onset")
    assert (beeps, silent.played) == (["beep", "beep"], [])


# How it is wished


def test_wishes_hold_at_once_and_on_the_next_day(bench: Bench) -> None:
    QTest.keyClick(bench.window, Qt.Key.Key_F9)
    QTest.keyClick(bench.window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert bench.window.dress == Dress(themes.LIGHT, 1.25)
    bench.window.ease.wish(replace(bench.window.desk.wishes, contrast="high", volume_percent=20))
    assert bench.window.dress == Dress(themes.LIGHT_CONTRAST, 1.25)
    assert bench.window.ease.sounds.volume == 0.2
    QTest.keyClick(bench.window, Qt.Key.Key_F9)
    assert bench.window.dress.theme == themes.DARK_CONTRAST
    assert Remembered(settings_folder()).wishes == Wishes("dark", "high", 125, True, 20)


def test_the_window_follows_the_system_as_far_as_that_is_wished(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    ease, window = bench.window.ease, bench.window
    at_night = themes.chosen
    by_day = lambda room, contrast: at_night("light" if room == "system" else room, contrast)  # noqa: E731
    monkeypatch.setattr(themes, "chosen", by_day)
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert window.dress.theme == themes.LIGHT
    ease.wish(replace(window.desk.wishes, room="dark"))
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert window.dress.theme == themes.DARK
    monkeypatch.setattr(themes, "chosen", lambda room, contrast: at_night(room, "high"))
    QGuiApplication.styleHints().accessibility().contrastPreferenceChanged.emit(Qt.ContrastPreference.HighContrast)
    assert window.dress.theme == themes.DARK_CONTRAST


def test_what_stands_in_the_file_and_makes_no_sense_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        "[look]\nroom=purple\ncontrast=7\ntype=1000\n[sound]\non=perhaps\nvolume=-3\n"
        "[window]\nplace=0 0 1e9 now\nviews=trend\n"
    )
    held = Remembered(tmp_path)
    assert (held.wishes, held.place, held.uv_read, held.is_new) == (Wishes(), None, False, False)
    assert held.views == frozenset({"trend"})
    assert Remembered(tmp_path / "nothing yet").is_new


@given(
    st.tuples(st.integers(-5000, 5000), st.integers(-5000, 5000), st.integers(1, 4000), st.integers(1, 4000)),
    st.lists(st.tuples(st.integers(-4000, 4000), st.integers(-4000, 4000), st.just(1920), st.just(1080)), max_size=3),
)
def test_a_window_comes_back_only_where_its_edge_can_be_taken_hold_of(
    room: tuple[int, int, int, int], screens: list[tuple[int, int, int, int]]
) -> None:
    placed, on = QRect(*room), [QRect(*screen) for screen in screens]
    edge = [QRect(placed.left(), placed.top(), placed.width(), 40).intersected(screen) for screen in on]
    if can_be_seen(placed, on):
        assert any(seen.height() == 40 for seen in edge)
    elif any(screen.contains(placed) for screen in on):
        assert placed.height() < 0 or placed.width() < 0, "a window within a screen is seen"


def test_the_window_stands_where_it_was_left_if_that_is_on_a_screen(bench: Bench) -> None:
    ease, remembered = bench.window.ease, Remembered(settings_folder())
    bench.window.setGeometry(40, 60, 1200, 700)
    ease.keep(frozenset())
    assert Remembered(settings_folder()).place == Place(QRect(40, 60, 1200, 700), maximised=False)
    bench.window.setGeometry(0, 0, 1100, 650)
    remembered.keep_place(Place(QRect(9000, 60, 1200, 700), maximised=True))
    ease.restore([QRect(0, 0, 1920, 1080)])
    assert bench.window.geometry() == QRect(0, 0, 1100, 650)
    remembered.keep_place(Place(QRect(40, 60, 1200, 700), maximised=False))
    bench.window.ease._remembered = Remembered(settings_folder())
    ease.restore([QRect(0, 0, 1920, 1080)])
    assert bench.window.geometry() == QRect(40, 60, 1200, 700)


def test_the_views_that_were_open_are_open_again(bench: Bench) -> None:
    window, plots = bench.window, bench.window.panels.plots
    plots.install()
    bench.shows(stories.status(3, now_s=NOW_S))
    window.act(Act.WATERFALL)
    window.panels.photographs.wanted = True
    kept = open_views(window.panels)
    assert {"waterfall", "photographs"} <= kept
    window.ease.keep(kept)
    window.act(Act.PAIR)
    window.panels.photographs.wanted = False
    window.settle()
    assert open_views(window.panels) == kept
    show_views(window.panels, frozenset({"no such view"}))
    assert (plots.shown, open_views(window.panels)) == ("spectra", frozenset())


# What everything is for


def test_everything_that_is_painted_or_pressed_says_what_it_is_for(bench: Bench) -> None:
    silent = []
    for widget in bench.window.findChildren(QWidget):
        if hasattr(widget, "parts"):
            above: QWidget | None = widget
            while above is not None and above is not bench.window and not above.whatsThis():
                above = above.parentWidget()
            if above in (None, bench.window):
                silent.append(type(widget).__name__)
    assert silent == []


def test_what_was_cut_is_shown_whole_where_the_pointer_rests(bench: Bench) -> None:
    long = replace(stories.RECIPE, name="A name that is longer than any header of a window has room for " * 4)
    bench.shows(replace(stories.status(1, now_s=NOW_S), run=stories.run(1, recipe=long)))
    header = bench.window.panels.header
    at = QPoint(200, header.height() // 2)
    asked = QHelpEvent(QEvent.Type.ToolTip, at, header.mapToGlobal(at))
    assert whole_text(header, asked) == long.name
    elsewhere = QPoint(header.width() - 20, header.height() // 2)
    assert whole_text(header, QHelpEvent(QEvent.Type.ToolTip, elsewhere, elsewhere)) == ""


SPOKEN = ("header", "ladder", "readouts", "health", "banner", "keys", "toast")


def test_every_painted_part_has_a_name_that_follows_what_it_shows(bench: Bench) -> None:
    bench.shows(stories.status(2, now_s=NOW_S))
    first = {name: spoken(getattr(bench.window.panels, name)) for name in SPOKEN if name not in ("banner", "toast")}
    assert all(first.values()), first
    bench.shows(stories.onset_status(NOW_S), FLAGGED, AliquotTaken(stories.aliquot(3), True))
    second = {name: spoken(getattr(bench.window.panels, name)) for name in SPOKEN}
    assert all(second.values()), second
    assert "Quantum dots have begun to emit: 500 nm" in second["banner"]
    assert "500 nm" in second["readouts"]
    assert second["toast"].startswith("Aliquot 4 saved")
    assert second["readouts"] != first["readouts"]


def spoken(widget: QWidget) -> str:
    """Return what a reader of the screen is told of a widget."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return f"{interface.text(QAccessible.Text.Name)} {interface.text(QAccessible.Text.Description)}".strip()


def test_buttons_are_spoken_with_their_key(bench: Bench) -> None:
    bench.shows(stories.status(2, now_s=NOW_S))
    for button in bench.window.panels.bench.buttons.values():
        assert spoken(button)
        assert QAccessible.queryAccessibleInterface(button).role() == QAccessible.Role.Button


# The first run


@pytest.fixture
def new_user(open_bench: Opener) -> Bench:
    return open_bench(uv_read=False)


def test_a_new_user_without_a_spectrometer_is_led_and_nothing_is_opened_before_he_says_so(new_user: Bench) -> None:
    first = new_user.window.panels.first_run
    new_user.shows(NOTHING)
    assert not first.is_open, "nobody has looked yet"
    new_user.shows(NOTHING, DevicesFound((VIRTUAL,)))
    assert first.isVisible()
    assert new_user.link.orders == []
    assert [step.state for step in first.shown.steps] == ["next", "after", "after", "after"]
    QTest.keyClick(new_user.window, Qt.Key.Key_Return)
    opened, heated = new_user.link.orders
    assert opened == orders.OpenInstrument("virtual:FLAME-S")
    assert isinstance(heated, orders.SetMark)
    assert (heated.kind, heated.clock_s) == ("heat on", new_user.link.clock.seconds - 5400.0)


def test_the_cards_follow_the_keys_of_the_bench(new_user: Bench) -> None:
    window, first = new_user.window, new_user.window.panels.first_run
    new_user.link.clock.seconds = NOW_S
    new_user.shows(NOTHING, DevicesFound(()))
    opened = replace(stories.status(0, now_s=NOW_S), dark_at_s=None, reference_at_s=None, run=stories.run(0, t0=False))
    new_user.shows(opened)
    assert [step.state for step in first.shown.steps] == ["done", "next", "after", "after"]
    QTest.keyClick(window, Qt.Key.Key_D)
    assert new_user.link.orders == [orders.TakeDark()]
    new_user.shows(replace(opened, state=State.MEASURING), events.Progress("dark", "dark", 8, 20, 0.4, 3.0))
    assert (first.shown.steps[1].state, first.shown.steps[1].said) == ("busy", "40 %, 3 s left")
    new_user.shows(replace(opened, dark_at_s=NOW_S - 20.0))
    assert (first.shown.steps[1].state, first.shown.steps[1].said) == ("done", "Taken 20 s ago")
    blocked = replace(opened, dark_at_s=NOW_S - 20.0, obstacles={"TakeReference": "UV light not reached"})
    new_user.shows(blocked)
    assert (first.shown.steps[2].state, first.shown.steps[2].said) == ("bad", "UV light not reached")
    new_user.shows(stories.status(1, now_s=NOW_S))
    assert first.shown.next_one is None
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert not first.is_open
    assert Remembered(settings_folder()).first_run_left


def test_esc_leaves_the_cards_and_they_do_not_come_again_by_themselves(new_user: Bench) -> None:
    first = new_user.window.panels.first_run
    new_user.shows(NOTHING, DevicesFound(()))
    QTest.keyClick(new_user.window, Qt.Key.Key_Escape)
    new_user.shows(NOTHING, DevicesFound(()))
    assert not first.is_open
    new_user.window.ease.show_first_run()
    assert first.is_open


def test_whoever_is_known_or_has_a_spectrometer_is_not_led(new_user: Bench, bench: Bench) -> None:
    bench.shows(NOTHING, DevicesFound(()))
    assert not bench.window.panels.first_run.is_open
    new_user.shows(NOTHING, DevicesFound((VIRTUAL, REAL)))
    assert not new_user.window.panels.first_run.is_open


def test_a_key_that_the_cards_do_not_know_leads_to_the_bench(new_user: Bench) -> None:
    new_user.shows(NOTHING, DevicesFound(()))
    QTest.keyClick(new_user.window, Qt.Key.Key_B)
    assert not new_user.window.panels.first_run.is_open
    assert new_user.window.panels.set_up.is_open


def test_what_needs_an_answer_leads_to_the_bench(new_user: Bench) -> None:
    new_user.shows(NOTHING, DevicesFound(()))
    new_user.shows(replace(NOTHING, fault=stories.FAULT), Faulted(stories.FAULT))
    assert not new_user.window.panels.first_run.is_open
    assert new_user.window.panels.banner.isVisible()


def test_the_danger_of_uv_is_read_on_the_cards_too(new_user: Bench) -> None:
    new_user.shows(NOTHING, DevicesFound(()))
    new_user.shows(stories.status(0, now_s=NOW_S))
    QTest.keyClick(new_user.window, Qt.Key.Key_R)
    assert new_user.window.panels.uv_card.isVisible()
    QTest.keyClick(new_user.window, Qt.Key.Key_Return)
    assert new_user.link.orders == [orders.TakeReference()]
    assert new_user.window.panels.first_run.is_open


def test_the_live_counts_are_drawn_as_a_share_of_full_scale(new_user: Bench, qapp: QApplication) -> None:
    new_user.shows(NOTHING, DevicesFound(()))
    new_user.shows(replace(stories.status(0, now_s=NOW_S), dark_at_s=None, reference_at_s=None))
    frame = events.LiveFrame(None, None, 0.82, NOW_S, np.full(2048, 0.82))
    new_user.link.mailbox.post(frame)
    new_user.window.bridge.empty()
    said = [getattr(part, "text", "") for part in new_user.window.panels.first_run.parts()]
    assert "counts as a share of full scale, peak 82 %" in said


# A mark while a hand is asked for


def test_a_mark_that_is_set_while_something_is_measured_is_told_at_once(bench: Bench) -> None:
    bench.shows(replace(stories.status(2, now_s=NOW_S), state=State.MEASURING, hand_wanted="Cover the lamp."))
    bench.window.act(Act.MARK)
    bench.window.act(Act.CHOOSE, 1)
    (mark,) = bench.link.orders
    assert isinstance(mark, orders.SetMark)
    note = bench.window.panels.toast.note
    assert note.sentence == f"Mark: {mark.kind}"
    assert note.second == "with this time, in the run after the measurement"


def test_what_is_not_heard_has_a_field_of_its_own() -> None:
    quiet = stories.status(2, now_s=NOW_S)
    assert [field.name for field in health.fields(quiet, NOW_S, sound="off") if "s" in field.name][-1] == "silence"
    assert not any(field.name in ("sound", "silence") for field in health.fields(quiet, NOW_S))

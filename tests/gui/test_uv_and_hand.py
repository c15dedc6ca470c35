"""UV is said on every view and goes off at Esc whatever has the focus; a hand is asked for in words and keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from gui import theme as themes
from gui.actions import Act
from gui.dress import Dress, texts
from gui.remembered import Remembered
from gui.review_opening import ReviewOpening
from gui.review_window import ReviewWindow
from gui.shown import uv
from gui.shown.uv import UvSign
from instruments.spectrometer import NO_LIGHT, LightChoice, Lighting
from station import events, orders
from station.events import Light, State, Status
from station.recipe import HOUR_S
from station.run import Exposures
from station.settings import settings_folder
from tests.gui import stories
from tests.gui.conftest import Bench, Opener

NOW_S = stories.T0_S + 1.2 * HOUR_S
QUIET = stories.status(2, now_s=NOW_S)
LIT = replace(QUIET, uv=Light("LED", "on", NOW_S, NOW_S + 30.0))
WANTED = replace(QUIET, state=State.MEASURING, hand_wanted="Switch the UV light on.")


@pytest.fixture
def bench(open_bench: Opener) -> Bench:
    opened = open_bench()
    opened.link.clock.seconds = NOW_S
    opened.shows(QUIET)
    opened.window.panels.plots.install()
    return opened


def press(bench: Bench, key: Qt.Key) -> None:
    bench.real_s += 1.0
    QTest.keyClick(QApplication.focusWidget() or bench.window, key)


def focusable(bench: Bench) -> list[QWidget]:
    """Return everything in the window that can have the focus, and two fields that swallow keys when they have it."""
    swallowing = [QLineEdit(bench.window), QPlainTextEdit(bench.window)]
    for field in swallowing:
        field.show()
    widgets = [bench.window, *bench.window.findChildren(QWidget)]
    found = [w for w in widgets if w.isVisible() and w.focusPolicy() is not Qt.FocusPolicy.NoFocus]
    assert {*swallowing, bench.window} < set(found)
    return found


# UV


def test_nothing_is_said_of_uv_while_it_is_off_or_not_there() -> None:
    assert uv.sign(QUIET, NOW_S) is None
    assert uv.sign(replace(QUIET, uv=None), NOW_S) is None


def test_uv_by_hand_counts_down_and_never_says_zero_while_it_is_on() -> None:
    assert uv.sign(LIT, NOW_S) == UvSign("UV ON", "off in 0:30", "Esc")
    assert uv.sign(LIT, NOW_S + 23.2) == UvSign("UV ON", "off in 0:07", "Esc")
    assert uv.sign(LIT, NOW_S + 29.9) == UvSign("UV ON", "off in 0:01", "Esc")
    exposing = replace(QUIET, uv=Light("LED", "on", NOW_S))
    assert uv.sign(exposing, NOW_S) == UvSign("UV ON", "", "Esc")


def test_a_light_out_of_reach_may_be_on() -> None:
    lost = replace(QUIET, uv=Light("LED", "unknown", NOW_S))
    assert uv.sign(lost, NOW_S) == UvSign("UV MAY BE ON", "switch it off by hand", "", bad=True)


def test_the_uv_seconds_of_the_cuvette_are_said() -> None:
    assert uv.cuvette(QUIET) == ""
    assert uv.cuvette(replace(QUIET, uv_s=12.4)) == "cuvette 12 s"


@pytest.mark.parametrize("view", ["bench", "focus", "keys", "warning", "nothing connected"])
def test_every_view_says_that_uv_is_on(bench: Bench, view: str) -> None:
    window, header = bench.window, bench.window.panels.header
    if view == "focus":
        window.act(Act.FOCUS)
    elif view == "keys":
        window.act(Act.KEYS)
    elif view == "warning":
        window.panels.uv_card.hold(orders.SwitchUv(True), 30.0)
    lost = replace(Status(State.DISCONNECTED, None, None, None, Exposures()), uv=LIT.uv)
    bench.shows(*((lost, events.DevicesFound(())) if view == "nothing connected" else (LIT,)))
    assert {"UV ON", "off in 0:30"} <= {text.text for text in texts(header.parts())}
    covering = [w for w in window.findChildren(QWidget) if w.isVisible() and w is not header]
    assert not any(w.geometry().intersects(header.geometry()) for w in covering if w.parent() is window)


def test_a_review_window_says_what_the_bench_says(open_bench: Opener, qapp: QApplication) -> None:
    opening = ReviewOpening(Dress(themes.DARK))
    bench = open_bench(on_uv=opening.show_uv)
    review = ReviewWindow(stories.run(2), "run.aliquot", Dress(themes.DARK))
    opening.windows.append(review)
    review.show()
    bench.link.clock.seconds = NOW_S
    bench.shows(LIT)
    assert [review.header.uv] == [UvSign("UV ON", "off in 0:30", "Esc")]
    QTest.keyClick(review, Qt.Key.Key_Escape)
    assert bench.link.orders == [orders.SwitchUv(False)]
    assert review.isVisible()
    bench.shows(QUIET)
    assert [review.header.uv] == [None]
    opening.close()


def test_esc_switches_uv_off_whatever_has_the_focus(bench: Bench) -> None:
    bench.shows(LIT)
    for widget in focusable(bench):
        bench.link.orders.clear()
        widget.setFocus()
        press(bench, Qt.Key.Key_Escape)
        assert bench.link.orders == [orders.SwitchUv(False)], widget


def test_esc_switches_uv_off_before_it_does_anything_else(bench: Bench) -> None:
    bench.shows(replace(LIT, fault=stories.FAULT))
    for act in (Act.KEYS, Act.MARK):
        bench.window.act(act)
    press(bench, Qt.Key.Key_Escape)
    assert bench.link.orders == [orders.SwitchUv(False)]
    assert bench.window.panels.keys.isVisible()
    assert bench.window.panels.banner.isVisible()


def test_esc_while_uv_is_on_for_a_measurement_stops_the_measurement_lights_first(bench: Bench) -> None:
    bench.shows(replace(LIT, state=State.MEASURING))
    press(bench, Qt.Key.Key_Escape)
    assert bench.link.orders == [orders.Cancel()]


def test_a_light_that_may_be_on_is_tried_again_by_its_key(bench: Bench) -> None:
    bench.shows(replace(QUIET, uv=Light("LED", "unknown", NOW_S), obstacles={"SwitchUv": "UV light not reached"}))
    press(bench, Qt.Key.Key_U)
    assert bench.link.orders == [orders.SwitchUv(False)]


def test_urgent_keys_are_taken_only_while_they_matter(bench: Bench) -> None:
    urgent = bench.window.findChildren(type(bench.window._urgent))[0]
    assert urgent.wanted == frozenset()
    bench.shows(LIT)
    assert urgent.wanted == {Act.LEAVE}
    bench.shows(WANTED)
    assert urgent.wanted == {Act.LEAVE, Act.CAPTURE}
    bench.shows(QUIET)
    assert urgent.wanted == frozenset()


# The first time


@pytest.mark.parametrize(
    ("key", "order"),
    [
        (Qt.Key.Key_U, orders.SwitchUv(True)),
        (Qt.Key.Key_R, orders.TakeReference()),
        (Qt.Key.Key_Space, orders.Capture(NOW_S)),
    ],
)
def test_before_the_first_uv_its_danger_is_read_and_the_order_waits_for_it(
    open_bench: Opener, key: Qt.Key, order: orders.Order
) -> None:
    bench = open_bench(uv_read=False)
    bench.link.clock.seconds = NOW_S
    bench.shows(QUIET)
    press(bench, key)
    card = bench.window.panels.uv_card
    assert card.isVisible()
    assert bench.link.orders == []
    said = " ".join(text.text for text in texts(card.parts()))
    for words in ("405 and 366 nm hurt eyes and skin", "Close the lid", "goggles", "no interlock"):
        assert words in said
    press(bench, Qt.Key.Key_Return)
    assert bench.link.orders == [order]
    assert Remembered(settings_folder()).uv_read
    press(bench, key)
    assert bench.link.orders[1:] == [order]
    assert not card.isVisible()


def test_a_page_that_is_opened_meanwhile_stands_behind_the_warning(open_bench: Opener) -> None:
    bench = open_bench(uv_read=False)
    bench.shows(QUIET)
    press(bench, Qt.Key.Key_U)
    card, aliquot = bench.window.panels.uv_card, bench.window.panels.aliquot
    press(bench, Qt.Key.Key_N)
    assert aliquot.is_open
    at = bench.window.childAt(aliquot.page.geometry().center())
    assert at is not None
    assert at is card or card.isAncestorOf(at)
    press(bench, Qt.Key.Key_Escape)
    assert card.isHidden()
    assert aliquot.is_open


def test_esc_leaves_the_warning_unread_and_uv_off(open_bench: Opener) -> None:
    bench = open_bench(uv_read=False)
    bench.shows(QUIET)
    press(bench, Qt.Key.Key_U)
    press(bench, Qt.Key.Key_Escape)
    press(bench, Qt.Key.Key_Return)
    assert bench.link.orders == []
    assert not Remembered(settings_folder()).uv_read


def test_what_lights_no_uv_asks_for_no_reading(open_bench: Opener) -> None:
    bench = open_bench(uv_read=False)
    bench.shows(QUIET)
    press(bench, Qt.Key.Key_D)
    assert bench.link.orders == [orders.TakeDark()]
    none = replace(QUIET, uv=Light(NO_LIGHT, "off", NOW_S))
    assert not uv.may_light(orders.Capture(), none)
    assert uv.may_light(orders.Capture(), QUIET)
    assert not uv.may_light(orders.SwitchUv(False), QUIET)
    assert uv.may_light(orders.UseLighting(Lighting(uv=LightChoice("by hand"))), none)
    assert not uv.may_light(orders.UseLighting(Lighting()), QUIET)


def test_the_card_of_keys_says_it_again(bench: Bench) -> None:
    press(bench, Qt.Key.Key_Question)
    said = " ".join(text.text for text in texts(bench.window.panels.keys.parts()))
    assert uv.HURTS in said


# The hand


def test_what_is_to_be_done_by_hand_stands_in_the_place_of_capture(bench: Bench) -> None:
    prompt, panel = bench.window.panels.prompt, bench.window.panels.bench
    assert not prompt.isVisible()
    bench.shows(WANTED)
    assert prompt.isVisible()
    assert prompt.geometry().contains(panel.buttons[Act.CAPTURE].geometry())
    assert prompt.geometry().contains(panel.buttons[Act.UNDO].geometry())
    said = " ".join(text.text for text in texts(prompt.parts()))
    assert said == "By hand, now Switch the UV light on."
    bench.shows(QUIET)
    assert not prompt.isVisible()


def test_focus_gives_way_to_the_hand(bench: Bench) -> None:
    bench.window.act(Act.FOCUS)
    bench.shows(WANTED)
    prompt = bench.window.panels.prompt
    assert prompt.isVisible()
    assert bench.window.rect().contains(prompt.geometry())
    bench.shows(QUIET)
    assert not bench.window.panels.bench.buttons[Act.CAPTURE].isVisible()


@pytest.mark.parametrize(
    ("key", "order"), [(Qt.Key.Key_Space, orders.HandDone()), (Qt.Key.Key_Escape, orders.Cancel())]
)
def test_space_says_done_and_esc_stops_whatever_has_the_focus(bench: Bench, key: Qt.Key, order: orders.Order) -> None:
    bench.shows(WANTED)
    for widget in focusable(bench):
        bench.link.orders.clear()
        widget.setFocus()
        press(bench, key)
        assert bench.link.orders == [order], widget


def test_a_click_on_done_is_the_key(bench: Bench) -> None:
    bench.shows(WANTED)
    done = bench.window.panels.prompt.findChildren(QWidget)[0]
    bench.real_s += 1.0
    QTest.mouseClick(done, Qt.MouseButton.LeftButton)
    assert bench.link.orders == [orders.HandDone()]


def test_a_space_that_is_held_down_or_bounces_is_one_answer(bench: Bench) -> None:
    bench.shows(WANTED)
    bench.real_s += 1.0
    QTest.keyPress(bench.window, Qt.Key.Key_Space)
    for _ in range(5):
        held = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Space.value, Qt.KeyboardModifier.NoModifier, " ", True)
        QApplication.sendEvent(bench.window, held)
    bench.real_s += 0.1
    QTest.keyClick(bench.window, Qt.Key.Key_Space)
    assert bench.link.orders == [orders.HandDone()]


def test_a_note_that_is_being_typed_waits_with_its_text(bench: Bench) -> None:
    press(bench, Qt.Key.Key_M)
    press(bench, Qt.Key.Key_7)
    note = bench.window.panels.bench.choices.note
    QTest.keyClicks(note, "cloudy")
    bench.shows(WANTED)
    press(bench, Qt.Key.Key_Space)
    assert bench.link.orders == [orders.HandDone()]
    bench.shows(QUIET)
    assert QApplication.focusWidget() is note
    press(bench, Qt.Key.Key_Return)
    assert bench.link.orders[-1] == orders.SetMark("note", "cloudy", NOW_S)


def test_no_note_is_begun_while_a_hand_is_asked_for(bench: Bench) -> None:
    bench.shows(WANTED)
    press(bench, Qt.Key.Key_M)
    press(bench, Qt.Key.Key_7)
    assert not bench.window.panels.bench.choices.typing
    assert "by hand" in bench.window.panels.toast.note.sentence


def test_doubts_about_the_lights_are_a_banner_that_can_be_hidden_until_there_are_others(bench: Bench) -> None:
    doubted = replace(QUIET, light_doubts=("The lamp did not change when it was switched on. Is it plugged in?",))
    bench.shows(doubted)
    banner = bench.window.panels.banner
    assert banner.shown is not None
    assert (banner.shown.kind, [tag for tag, _ in banner.shown.lines]) == ("doubt", ["Why", "Kept", "Now"])
    assert banner.shown.headline == "The lamp did not change when it was switched on"
    press(bench, Qt.Key.Key_Escape)
    assert not banner.isVisible()
    bench.shows(replace(QUIET, light_doubts=("UV did not light.", "The room light changed.")))
    assert banner.isVisible()
    assert banner.shown.lines[1] == ("Also", "The room light changed.")


def test_uv_that_is_asked_for_may_be_on_and_is_not_told_to_go_off_in_the_same_breath() -> None:
    unknown = replace(QUIET, uv=Light("LED", "unknown", NOW_S))
    assert uv.sign(unknown, NOW_S) == UvSign("UV MAY BE ON", "switch it off by hand", bad=True)
    asked = replace(unknown, state=State.MEASURING, hand_wanted="Switch on by hand: LED. Then confirm.")
    assert uv.sign(asked, NOW_S) == UvSign("UV MAY BE ON", "as asked for by hand", bad=True)

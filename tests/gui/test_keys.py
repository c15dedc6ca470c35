"""Every key does one thing whatever has the focus, and every button bears its key."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from gui import actions, closing
from gui.actions import KEYS, Act, Debounce
from gui.key_button import KeyButton
from instruments.spectrometer import DeviceListing
from station import events, orders
from station.events import DevicesFound, Light, State, Status
from station.recipe import HOUR_S
from station.records import MARK_KINDS
from station.run import Exposures
from tests.gui import stories
from tests.gui.conftest import Bench, Opener

NOW_S = stories.T0_S + 1.2 * HOUR_S
DISCONNECTED = Status(State.DISCONNECTED, None, None, None, Exposures())


def press(bench: Bench, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key on whatever has the focus, a second after the last one."""
    bench.real_s += 1.0
    QTest.keyClick(QApplication.focusWidget() or bench.window, key, modifier)


@pytest.fixture
def bench(open_bench: Opener) -> Bench:
    opened: Bench = open_bench()
    opened.link.clock.seconds = NOW_S
    opened.shows(stories.status(2, now_s=NOW_S))
    opened.window.panels.plots.install()
    return opened


def test_the_table_gives_no_key_twice() -> None:
    for place in ("bench", "review"):
        keys = actions.keys_of(place)
        asked = [sequence for key in keys for sequence in actions.with_shifted(key.sequences)]
        sequences = [QKeySequence(sequence).toString() for sequence in asked]
        assert len(sequences) == len(set(sequences))
        assert all(sequences)


def test_every_act_has_a_key_and_every_key_is_on_the_window(bench: Bench) -> None:
    assert {key.act for key in actions.KEYS} == set(Act)
    on_window = {s.toString() for action in bench.window.actions() for s in action.shortcuts()}
    keys = actions.keys_of("bench")
    wanted = {QKeySequence(s).toString() for key in keys for s in actions.with_shifted(key.sequences)}
    assert on_window == wanted


def focusable(bench: Bench) -> list[QWidget]:
    """Return the window and every widget in it that is shown and can have the focus."""
    widgets = [bench.window, *bench.window.findChildren(QWidget)]
    return [w for w in widgets if w.isVisible() and w.focusPolicy() is not Qt.FocusPolicy.NoFocus]


OPENED = (  # an earlier run (O) is chosen in a dialog, which has keys of its own
    Act.SET_UP,
    Act.ALIQUOT,
    Act.RECIPE,
    Act.PHOTOS,
    Act.FIGURE,
    Act.TREND,
    Act.WATERFALL,
    Act.PAIR,
    Act.VIEW,
    Act.MARK,
    Act.DILUTION,
    Act.KEYS,
    Act.FOCUS,
)


@pytest.mark.parametrize("opened", [None, *(pytest.param(act, marks=pytest.mark.slow) for act in OPENED)])
def test_space_captures_once_whatever_has_the_focus_and_whatever_is_open(bench: Bench, opened: Act | None) -> None:
    if opened is not None:
        bench.window.act(opened)
    found = focusable(bench)
    assert found
    for widget in found:
        if isinstance(widget, QLineEdit):
            continue
        bench.link.orders.clear()
        widget.setFocus()
        press(bench, Qt.Key.Key_Space)
        captured = [order for order in bench.link.orders if isinstance(order, orders.Capture)]
        assert captured == [orders.Capture(NOW_S)], (opened, widget)


def test_no_input_method_takes_a_key_before_the_window_sees_it(bench: Bench) -> None:
    composing = Qt.WidgetAttribute.WA_InputMethodEnabled
    assert [w for w in focusable(bench) if w.testAttribute(composing)] == []


@pytest.mark.parametrize(
    "modifier",
    [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier, Qt.KeyboardModifier.ShiftModifier],
)
def test_a_foot_switch_that_types_space_is_space(bench: Bench, modifier: Qt.KeyboardModifier) -> None:
    switch = QApplication.focusWidget() or bench.window
    bench.real_s += 1.0
    QTest.keyPress(switch, Qt.Key.Key_Space, modifier)
    for _ in range(40):  # a foot that rests on it
        QApplication.sendEvent(switch, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Space, modifier, " ", True))
        bench.real_s += 0.03
    QTest.keyRelease(switch, Qt.Key.Key_Space, modifier)
    assert bench.link.orders == [orders.Capture(NOW_S)]


def test_the_figures_of_the_keypad_choose_as_the_others_do(bench: Bench) -> None:
    press(bench, Qt.Key.Key_M)
    press(bench, Qt.Key.Key_5, Qt.KeyboardModifier.KeypadModifier)
    assert bench.link.orders == [orders.SetMark(MARK_KINDS[4], "", NOW_S)]
    bench.shows(stories.onset_status(NOW_S))
    press(bench, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert bench.link.orders[-1] == orders.AnswerOnset(True)


def test_no_button_takes_the_focus(bench: Bench) -> None:
    buttons = bench.window.findChildren(KeyButton)
    assert buttons
    assert {button.focusPolicy() for button in buttons} == {Qt.FocusPolicy.NoFocus}


def test_a_key_that_is_held_down_counts_once(bench: Bench) -> None:
    assert bench.window.actions()
    repeating = {action.text() for action in bench.window.actions() if action.autoRepeat()}
    assert repeating == {key.says for key in KEYS if key.act in (Act.CURSOR, Act.RANGE)}


def test_a_bouncing_foot_switch_takes_one_aliquot(bench: Bench) -> None:
    for _ in range(3):
        bench.real_s += 0.09
        bench.window.act(Act.CAPTURE)
    assert bench.link.orders == [orders.Capture(NOW_S)]
    bench.real_s += 0.31
    bench.window.act(Act.CAPTURE)
    assert bench.link.orders == [orders.Capture(NOW_S), orders.Capture(NOW_S)]


@given(st.lists(st.floats(0.0, 2.0), min_size=1, max_size=30))
def test_presses_that_count_are_never_closer_than_the_debounce(waits: list[float]) -> None:
    debounce, now_s, counted = Debounce(), 0.0, []
    for wait in waits:
        now_s += wait
        if debounce.allows(now_s):
            counted.append(now_s)
    assert counted
    assert all(later - earlier >= actions.DEBOUNCE_S for earlier, later in pairwise(counted))


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier])
@pytest.mark.parametrize(
    ("key", "order"),
    [
        (Qt.Key.Key_D, orders.TakeDark()),
        (Qt.Key.Key_R, orders.TakeReference()),
        (Qt.Key.Key_U, orders.SwitchUv(True)),
        (Qt.Key.Key_L, orders.ShowLive(False)),
    ],
)
def test_single_keys_become_orders_with_shift_too(
    bench: Bench, key: Qt.Key, order: orders.Order, modifier: Qt.KeyboardModifier
) -> None:
    press(bench, key, modifier)
    assert bench.link.orders == [order]


def test_f5_looks_again_but_never_closes_what_is_open(bench: Bench) -> None:
    press(bench, Qt.Key.Key_F5)
    assert bench.link.orders == []
    for state in (State.DISCONNECTED, State.FAULTED):
        bench.shows(replace(bench.window.desk.status, state=state))
        press(bench, Qt.Key.Key_F5)
    assert bench.link.orders == [orders.LookAgain(), orders.LookAgain()]


def test_undo_is_control_z(bench: Bench) -> None:
    press(bench, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert bench.link.orders == [orders.Undo()]


def test_a_click_does_what_the_key_does(bench: Bench) -> None:
    QTest.mouseClick(bench.window.panels.bench.buttons[Act.DARK], Qt.MouseButton.LeftButton)
    assert bench.link.orders == [orders.TakeDark()]


def test_what_is_not_possible_is_not_ordered_and_says_why(bench: Bench) -> None:
    bench.shows(replace(bench.window.desk.status, obstacles={"Capture": "reference first: press R"}))
    press(bench, Qt.Key.Key_Space)
    assert bench.link.orders == []
    assert bench.window.panels.toast.note.sentence == "Reference first: press R"


def test_a_marks_the_moment_at_which_the_aliquot_is_drawn_and_says_it(bench: Bench) -> None:
    press(bench, Qt.Key.Key_A)
    assert bench.link.orders == [orders.Draw(NOW_S)]
    note = bench.window.panels.toast.note
    assert (note.sentence, note.cap) == ("Aliquot 3 drawn at 1:12:00", "A")
    bench.shows(replace(bench.window.desk.status, drawn_at_s=NOW_S))
    bench.link.clock.seconds = NOW_S + 185.0
    bench.window.refresh()
    capture = bench.window.panels.bench.buttons[Act.CAPTURE].shown
    assert capture.second == "drawn 3 min ago: sample in, then Space"


def test_w_checks_the_washed_cuvette_and_esc_stops_it(bench: Bench) -> None:
    press(bench, Qt.Key.Key_W)
    press(bench, Qt.Key.Key_Escape)
    assert bench.link.orders == [orders.CheckWash(), orders.Cancel()]
    bench.shows(replace(bench.window.desk.status, obstacles={"CheckWash": "reference first: press R"}))
    press(bench, Qt.Key.Key_W)
    assert bench.link.orders == [orders.CheckWash(), orders.Cancel()]
    assert bench.window.panels.toast.note.sentence == "Reference first: press R"


@pytest.mark.parametrize(
    ("number", "dilution"), [(1, None), (2, 1.0), (3, 10.0), (4, 20.0), (5, 50.0), (6, 100.0), (7, 200.0), (8, 500.0)]
)
def test_a_dilution_is_two_keys(bench: Bench, number: int, dilution: float | None) -> None:
    press(bench, Qt.Key.Key_F2)
    assert bench.window.panels.bench.buttons[Act.CAPTURE].shown.title == "Dilution, aliquot 3"
    press(bench, Qt.Key(Qt.Key.Key_0.value + number))
    assert bench.link.orders == [orders.UseDilution(dilution)]
    assert bench.window.panels.bench.choices.isHidden()


def test_any_other_dilution_is_typed_and_behind_the_marks_it_is_found_too(bench: Bench) -> None:
    for key in (Qt.Key.Key_M, Qt.Key.Key_8, Qt.Key.Key_9):
        press(bench, key)
    field = bench.window.panels.bench.choices.note
    assert QApplication.focusWidget() is field
    assert bench.window.panels.bench.buttons[Act.CAPTURE].shown.title == "Typing a dilution"
    QTest.keyClicks(field, "1 250,5")
    press(bench, Qt.Key.Key_Return)
    assert bench.link.orders == [orders.UseDilution(1250.5)]
    for key in (Qt.Key.Key_F2, Qt.Key.Key_9):
        press(bench, key)
    QTest.keyClicks(field, "much")
    press(bench, Qt.Key.Key_Return)
    assert len(bench.link.orders) == 1
    assert "is no dilution" in bench.window.panels.toast.note.sentence


def test_a_number_field_that_nobody_types_into_gives_the_keys_back_a_note_does_not(bench: Bench) -> None:
    fields, choices = bench.window.number_fields, bench.window.panels.bench.choices
    for key in (Qt.Key.Key_F2, Qt.Key.Key_9):
        press(bench, key)
    assert fields.timer.isActive()
    assert fields.timer.interval() == 3000
    QTest.keyClicks(choices.note, "200")
    fields.timer.timeout.emit()
    assert bench.link.orders == [orders.UseDilution(200.0)]
    assert choices.isHidden()
    press(bench, Qt.Key.Key_Space)
    assert bench.link.orders[-1] == orders.Capture(NOW_S)
    for key in (Qt.Key.Key_M, Qt.Key.Key_7):
        press(bench, key)
    assert choices.typing
    assert not fields.timer.isActive(), "words are thought about"


def test_a_number_of_the_set_up_gives_the_keys_back_and_stays_typed(bench: Bench) -> None:
    bench.window.panels.set_up.open_at(0)
    page = bench.window.panels.set_up.page
    while page.at != "absorbance_ms":
        press(bench, Qt.Key.Key_Down)
    press(bench, Qt.Key.Key_Return)
    QTest.keyClicks(page.field, "37")
    assert bench.window.number_fields.timer.isActive()
    bench.window.number_fields.timer.timeout.emit()
    assert not page.editing
    assert bench.window.panels.set_up.typed["absorbance_ms"] == "37"
    press(bench, Qt.Key.Key_Space)
    assert bench.link.orders == [orders.Capture(NOW_S)]


def test_a_mark_is_m_and_a_number(bench: Bench) -> None:
    for number, kind in enumerate(MARK_KINDS[:-1], start=1):
        bench.link.orders.clear()
        press(bench, Qt.Key.Key_M)
        press(bench, Qt.Key(Qt.Key.Key_0.value + number))
        assert bench.link.orders == [orders.SetMark(kind, "", NOW_S)]
        assert bench.window.panels.bench.choices.isHidden()


def test_a_number_alone_marks_nothing(bench: Bench) -> None:
    press(bench, Qt.Key.Key_1)
    assert bench.link.orders == []


def test_while_a_note_is_typed_keys_are_letters(bench: Bench) -> None:
    press(bench, Qt.Key.Key_M)
    press(bench, Qt.Key.Key_7)
    note = bench.window.panels.bench.choices.note
    assert QApplication.focusWidget() is note
    assert bench.window.panels.health.shown[0].name == "typing"
    assert bench.window.panels.bench.buttons[Act.CAPTURE].shown.title == "Typing a note"
    for letter in "dark R um":
        QTest.keyClicks(note, letter)
    QTest.keyClick(note, Qt.Key.Key_U, Qt.KeyboardModifier.ShiftModifier)
    assert bench.link.orders == []
    press(bench, Qt.Key.Key_Return)
    assert bench.link.orders == [orders.SetMark("note", "dark R umu", NOW_S)]
    press(bench, Qt.Key.Key_Space)
    assert bench.link.orders[-1] == orders.Capture(NOW_S)


def test_a_click_on_capture_ends_the_note_before_it_captures(bench: Bench) -> None:
    press(bench, Qt.Key.Key_M)
    press(bench, Qt.Key.Key_7)
    bench.window.panels.bench.choices.note.setText("stirring off")
    capture = bench.window.panels.bench.buttons[Act.CAPTURE]
    QTest.mouseClick(capture, Qt.MouseButton.LeftButton)
    assert bench.link.orders == [orders.SetMark("note", "stirring off", NOW_S)]


def test_an_aliquot_and_a_mark_have_the_time_of_their_key_whatever_is_measured(bench: Bench) -> None:
    press(bench, Qt.Key.Key_Space)
    bench.shows(replace(bench.window.desk.status, state=State.MEASURING))
    bench.link.clock.seconds = NOW_S + 3.0
    press(bench, Qt.Key.Key_M)
    press(bench, Qt.Key.Key_1)
    assert bench.link.orders == [orders.Capture(NOW_S), orders.SetMark(MARK_KINDS[0], "", NOW_S + 3.0)]


def test_a_note_has_the_time_at_which_it_was_begun(bench: Bench) -> None:
    press(bench, Qt.Key.Key_M)
    press(bench, Qt.Key.Key_7)
    bench.link.clock.seconds = NOW_S + 20.0
    QTest.keyClicks(bench.window.panels.bench.choices.note, "cloudy")
    press(bench, Qt.Key.Key_Return)
    assert bench.link.orders == [orders.SetMark("note", "cloudy", NOW_S)]


def test_esc_leaves_a_note_without_marking(bench: Bench) -> None:
    press(bench, Qt.Key.Key_M)
    press(bench, Qt.Key.Key_7)
    press(bench, Qt.Key.Key_Escape)
    assert bench.window.panels.bench.choices.isHidden()
    assert bench.link.orders == []


def test_esc_stops_a_measurement_before_it_dismisses_anything(bench: Bench) -> None:
    flagged = stories.onset_status(NOW_S)
    bench.shows(replace(flagged, state=State.MEASURING))
    press(bench, Qt.Key.Key_Escape)
    assert bench.link.orders == [orders.Cancel()]
    bench.shows(flagged)
    press(bench, Qt.Key.Key_Escape)
    assert bench.link.orders[-1] == orders.AnswerOnset(False)


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_D, Qt.Key.Key_R])
def test_esc_stops_a_measurement_that_was_asked_for_and_has_not_begun(bench: Bench, key: Qt.Key) -> None:
    bench.shows(stories.onset_status(NOW_S))
    press(bench, key)
    bench.shows(stories.onset_status(NOW_S))
    press(bench, Qt.Key.Key_Escape)
    assert bench.link.orders[1:] == [orders.Cancel()]
    press(bench, Qt.Key.Key_Escape)
    assert bench.link.orders[2:] == [orders.AnswerOnset(False)]


@pytest.mark.parametrize(
    "answer",
    [
        events.Refused("Capture", "reference first: press R"),
        events.MeasurementEnded("aliquot", True, "Aliquot 5 saved."),
        events.Faulted(stories.FAULT),
    ],
)
def test_esc_is_free_again_once_the_station_has_answered(bench: Bench, answer: events.Event) -> None:
    press(bench, Qt.Key.Key_Space)
    bench.shows(stories.onset_status(NOW_S), answer)
    press(bench, Qt.Key.Key_Escape)
    assert bench.link.orders[1:] == [orders.AnswerOnset(False)]


def test_what_is_refused_at_once_leaves_esc_alone(bench: Bench) -> None:
    bench.shows(replace(stories.onset_status(NOW_S), obstacles={"Capture": "reference first: press R"}))
    press(bench, Qt.Key.Key_Space)
    press(bench, Qt.Key.Key_Escape)
    assert bench.link.orders == [orders.AnswerOnset(False)]


def test_esc_switches_the_uv_light_off(bench: Bench) -> None:
    bench.shows(replace(bench.window.desk.status, uv=Light("LED", "on", NOW_S, NOW_S + 30.0)))
    press(bench, Qt.Key.Key_Escape)
    assert bench.link.orders == [orders.SwitchUv(False)]


@pytest.mark.parametrize(("off_at_s", "order"), [(None, orders.SwitchUv(True)), (NOW_S + 9.0, orders.SwitchUv(False))])
def test_a_frame_of_the_live_view_is_no_uv_that_was_switched_on_by_hand(
    bench: Bench, off_at_s: float | None, order: orders.Order
) -> None:
    bench.shows(replace(bench.window.desk.status, state=State.LIVE, uv=Light("LED", "on", NOW_S, off_at_s)))
    press(bench, Qt.Key.Key_U)
    assert bench.link.orders == [order]


def test_turning_away_switches_off_a_light_that_was_switched_on_by_hand(bench: Bench) -> None:
    bench.shows(replace(bench.window.desk.status, uv=Light("LED", "on", NOW_S, NOW_S + 30.0)))
    bench.window.left_alone(Qt.ApplicationState.ApplicationInactive)
    assert bench.link.orders == [orders.SwitchUv(False)]


def test_enter_confirms_the_onset(bench: Bench) -> None:
    press(bench, Qt.Key.Key_Return)
    assert bench.link.orders == []
    bench.shows(stories.onset_status(NOW_S))
    press(bench, Qt.Key.Key_Return)
    assert bench.link.orders == [orders.AnswerOnset(True)]


def test_a_fault_that_has_been_read_is_hidden_and_the_next_one_is_shown(bench: Bench) -> None:
    broken = replace(stories.status(4, now_s=NOW_S, state=State.FAULTED), fault=stories.FAULT)
    bench.shows(broken)
    assert bench.window.panels.banner.isVisible()
    press(bench, Qt.Key.Key_Escape)
    assert not bench.window.panels.banner.isVisible()
    bench.shows(replace(broken, fault=replace(stories.FAULT, headline="Disk full")))
    assert bench.window.panels.banner.isVisible()
    assert bench.link.orders == []


def test_left_and_right_step_through_the_aliquots(bench: Bench) -> None:
    bench.shows(stories.status(4, now_s=NOW_S))
    readouts = bench.window.panels.readouts
    press(bench, Qt.Key.Key_Left)
    assert readouts.shown[1].label == "Dominant cluster, aliquot 3"
    for _ in range(5):
        press(bench, Qt.Key.Key_Left)
    assert readouts.shown[1].label == "Dominant cluster, aliquot 1"
    for _ in range(5):
        press(bench, Qt.Key.Key_Right)
    assert readouts.shown[1].label == "Dominant cluster"


def test_focus_takes_buttons_and_ladder_away_and_still_says_what_is_virtual_and_which_light_is_on(
    bench: Bench,
) -> None:
    panels = bench.window.panels
    press(bench, Qt.Key.Key_F)
    assert all(part.isVisible() for part in (panels.plots, panels.readouts, panels.header, panels.health))
    assert "VIRTUAL SPECTROMETER" in panels.header.accessibleName()
    assert "UV" in [field.name for field in panels.health.shown]
    assert not panels.ladder.isVisible()
    assert not any(button.isVisible() for button in panels.bench.buttons.values())
    press(bench, Qt.Key.Key_F)
    assert all(part.isVisible() for part in (panels.header, panels.ladder, panels.health))


def test_the_card_shows_every_key_of_the_table(bench: Bench) -> None:
    press(bench, Qt.Key.Key_Question)
    card = bench.window.panels.keys
    assert card.isVisible()
    said = {part.label.text for part in card.parts() if hasattr(part, "label")}
    assert said == {key.cap for key in actions.keys_of("bench")}
    press(bench, Qt.Key.Key_Escape)
    assert not card.isVisible()


def test_nothing_connected_offers_the_virtual_one_and_never_takes_it_by_itself(open_bench: Opener) -> None:
    bench = open_bench()
    bench.shows(DISCONNECTED, DevicesFound(()))
    assert bench.window.panels.no_spectrometer.isVisible()
    assert bench.link.orders == []
    press(bench, Qt.Key.Key_I)
    assert bench.link.orders == [orders.OpenInstrument("virtual:FLAME-S")]


def test_the_virtual_one_does_not_step_in_for_one_that_is_open(bench: Bench) -> None:
    press(bench, Qt.Key.Key_I)
    assert bench.link.orders == []


def test_one_of_several_spectrometers_is_chosen_by_its_number(open_bench: Opener) -> None:
    bench = open_bench()
    virtual = DeviceListing("virtual:FLAME-S", "Flame-S", "VIRT", "pyseabreeze", True)
    real = tuple(DeviceListing(f"ocean:{n}", "Flame-S", f"FLMS{n}", "cseabreeze", False) for n in (1, 2))
    listed = (virtual, *real)
    bench.shows(DISCONNECTED, DevicesFound(listed))
    press(bench, Qt.Key.Key_2)
    assert bench.link.orders == [orders.OpenInstrument("ocean:2")]


def test_every_action_is_named_for_readers_of_the_screen(bench: Bench) -> None:
    found: list[QAction] = bench.window.actions()
    assert all(action.text() for action in found)
    assert all(button.accessibleName() for button in bench.window.findChildren(KeyButton))


def test_control_q_closes_and_asks_once_while_a_run_is_recorded(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(_window: QWidget, status: Status) -> bool:
        asked.append(closing.kept(status))
        return len(asked) > 1

    monkeypatch.setattr("gui.main_window.ask_to_close", ask)
    press(bench, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert len(asked) == 1
    assert bench.link.orders == [], "the run goes on"
    press(bench, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert bench.link.orders == [orders.Stop()]


@pytest.mark.parametrize(("key", "stops"), [(Qt.Key.Key_S, True), (Qt.Key.Key_G, False), (Qt.Key.Key_Return, False)])
def test_the_one_question_is_answered_by_a_key(bench: Bench, key: Qt.Key, stops: bool) -> None:
    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert box is not None
        QTest.keyClick(box, key)

    QTimer.singleShot(0, answer)
    assert closing.ask_to_close(bench.window, bench.window.desk.status) is stops

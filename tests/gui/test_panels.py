"""Parts that answer the pointer and the clock: ladder, toast, header, health bar, bridge."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from analysis.wording import grouped
from gui import theme as themes
from gui import words
from gui.actions import Act
from gui.aliquot_list import AliquotList
from gui.anatomy import anatomy
from gui.bridge import Bridge
from gui.dress import Dress, Text, texts
from gui.header import HeaderBar
from gui.health_bar import HealthBar
from gui.readouts import Readouts, clauses_that_fit
from gui.shown import header, health, ladder, readouts
from gui.shown.notes import Note
from gui.toast import STAYS_MS, Toast
from station import events
from station.events import Continuous, Event, LiveFrame
from station.recipe import HOUR_S, Recipe
from station.run import Run
from tests.gui import stories
from tests.gui.test_texts_fit import misfits

NOW_S = stories.T0_S + 1.2 * HOUR_S
DRESS = Dress(themes.DARK)


def words_of(found: list[Text]) -> list[str]:
    return [text.text for text in found]


@pytest.fixture
def chips(qtbot: QtBot) -> AliquotList:
    made = AliquotList(DRESS)
    qtbot.addWidget(made)
    made.resize(958, 56)
    made.show_ladder(ladder.ladder(stories.run(2), NOW_S))
    made.show()
    return made


def test_the_chip_under_the_pointer_is_told(chips: AliquotList, qtbot: QtBot) -> None:
    with qtbot.waitSignal(chips.hovered) as hovered:
        QTest.mouseMove(chips, QPoint(180, 20))
    assert hovered.args == [2]
    with qtbot.waitSignal(chips.hovered) as left:
        QTest.mouseMove(chips, QPoint(600, 20))
    assert left.args == [None]


def test_a_click_selects_and_a_second_one_lets_go(chips: AliquotList, qtbot: QtBot) -> None:
    with qtbot.waitSignal(chips.chosen) as chosen:
        QTest.mouseClick(chips, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert chosen.args == [1]
    chips.select(1)
    with qtbot.waitSignal(chips.chosen) as again:
        QTest.mouseClick(chips, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert again.args == [None]


def test_many_aliquots_become_one_bar(qtbot: QtBot) -> None:
    made = AliquotList(DRESS)
    qtbot.addWidget(made)
    made.resize(958, 56)
    plan = tuple(HOUR_S * (1 + n) for n in range(30))
    made.show_ladder(ladder.ladder(stories.run(2, recipe=Recipe("long", schedule_s=plan)), NOW_S))
    assert made.as_bar
    assert misfits(made) == []
    assert "30 min" in words_of(texts(made.parts()))
    made.show()
    with qtbot.waitSignal(made.chosen) as chosen:
        QTest.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(40, 10))
    assert chosen.args == [2]


def test_resting_on_a_chip_tells_what_has_no_room_on_it(chips: AliquotList) -> None:
    assert chips.told(QPointF(180, 20)).startswith("1 h: A449 0.094\nA click selects it: N its card")
    assert chips.told(QPointF(300, 20)) == "1.5 h: in 18 min"
    assert chips.told(QPointF(117, 20)) == ""


def by_themselves(count: int) -> Run:
    """Return a run with so many readings of the continuous mode, one every 17 s."""
    run, one = stories.run(0), stories.aliquot(1)
    taken = (
        replace(one, number=n, reaction_time_s=17.0 * n, drawn_at_s=stories.T0_S + 17.0 * n, by_itself=True)
        for n in range(1, count + 1)
    )
    return replace(run, records=(*run.records, *taken))


def test_a_bar_of_thousands_paints_as_little_as_one_of_tens_and_every_end_can_be_pointed_at(qtbot: QtBot) -> None:
    made = AliquotList(DRESS)
    qtbot.addWidget(made)
    made.resize(958, 56)
    mode = Continuous(17.0, NOW_S + 7.0, 0.2, 1.0)
    parts: list[int] = []
    for count in (50, 5000):
        run = by_themselves(count)
        made.show_ladder(ladder.ladder(run, NOW_S, continuous=mode))
        assert made.as_bar
        assert misfits(made) == []
        parts.append(len(made.parts()))
        made.select(count)
        assert any(text.text.startswith(f"{grouped(count)}: ") for text in texts(made.parts()))
        made.select(None)
    assert max(parts) < 30
    made.show()
    with qtbot.waitSignal(made.hovered) as hovered:
        QTest.mouseMove(made, QPoint(770, 20))
    assert hovered.args is not None
    assert hovered.args[0] > 4000
    with qtbot.waitSignal(made.chosen) as chosen:
        QTest.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(0, 20))
    assert chosen.args == [3], "those of the first minute share one place: the arrows part them"


def test_nothing_is_painted_while_nothing_has_changed(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    made = AliquotList(DRESS)
    qtbot.addWidget(made)
    run = by_themselves(100)
    asked: list[None] = []
    made.show_ladder(ladder.ladder(run, NOW_S))
    monkeypatch.setattr(made, "update", lambda *_: asked.append(None))
    for tenth in range(10):
        made.show_ladder(ladder.ladder(run, NOW_S + 0.1 * tenth))
    assert len(asked) <= 1, "at most the count-down of what is due has moved on"
    made.show_ladder(ladder.ladder(by_themselves(101), NOW_S))
    assert len(asked) >= 1


@given(count=st.integers(1, 40), width=st.integers(300, 1600), scale=st.sampled_from([1.0, 1.25, 1.5, 2.0]))
def test_a_ladder_of_any_length_fits_its_room(count: int, width: int, scale: float) -> None:
    made = AliquotList(Dress(themes.LIGHT, scale))
    made.resize(width, round(56 if scale == 1.0 else min(48 * scale, 80)))
    plan = tuple(HOUR_S * (1 + n) for n in range(count))
    made.show_ladder(ladder.ladder(stories.run(0, recipe=Recipe("any", schedule_s=plan)), NOW_S))
    assert misfits(made) == []
    made.deleteLater()


def test_a_toast_goes_by_itself_and_stays_under_the_pointer(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(800, 600)
    host.show()
    toast = Toast(DRESS, host)
    toast.place(QPoint(790, 590))
    toast.say(Note("Aliquot 4 saved, 14:08:41", "undo within the run", "Ctrl+Z"))
    assert toast.geometry().bottomRight() == QPoint(789, 589)
    assert misfits(toast) == []
    (timer,) = toast.findChildren(QTimer)
    running = [timer.isActive()]
    at = QPointF(10.0, 10.0)
    for event in (QEnterEvent(at, at, at), QEvent(QEvent.Type.Leave)):
        QApplication.sendEvent(toast, event)
        running.append(timer.isActive())
    assert running == [True, False, True]
    assert timer.interval() == STAYS_MS
    QTest.mouseClick(toast, Qt.MouseButton.LeftButton)
    assert not toast.isVisible()


def test_words_at_the_right_of_the_header_do_what_their_key_does(qtbot: QtBot) -> None:
    pressed: list[Act] = []
    bar = HeaderBar(DRESS, lambda act, _number: pressed.append(act))
    qtbot.addWidget(bar)
    bar.resize(1366, 40)
    bar.show_header(header.bench(stories.run(2), virtual=True))
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(1300, 20))
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(1200, 20))
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(100, 20))
    assert pressed == [Act.KEYS, Act.THEME]


@given(name=st.text("abc XYZ", max_size=200), width=st.integers(1024, 1920))
@example(name=47 * "X", width=1024)
@example(name=46 * "X", width=1024)
def test_a_long_name_never_pushes_virtual_off_the_screen(name: str, width: int) -> None:
    bar = HeaderBar(DRESS, lambda act, number: None)
    bar.resize(width, 40)
    bar.show_header(replace(header.bench(stories.run(0), virtual=True), name=name))
    assert "VIRTUAL SPECTROMETER" in words_of(texts(bar.parts()))
    assert misfits(bar) == []
    bar.deleteLater()


@given(width=st.integers(700, 1920), scale=st.sampled_from([1.0, 1.25, 1.5, 2.0]))
def test_what_is_not_well_keeps_its_words_in_a_narrow_bar(width: int, scale: float) -> None:
    bar = HealthBar(Dress(themes.DARK, scale))
    bar.resize(round(width * scale), 40)
    bad = replace(stories.status(2, now_s=NOW_S), dark_at_s=NOW_S - 4440.0, reference_at_s=NOW_S - 4440.0)
    bar.show_fields(health.fields(bad, NOW_S))
    said = {field.name: field.full for field in bar.shown}
    assert said["calibration"] == "Dark, reference 74 min old, take again"
    assert misfits(bar) == []
    bar.deleteLater()


def test_a_wide_bar_says_everything(qtbot: QtBot) -> None:
    bar = HealthBar(DRESS)
    qtbot.addWidget(bar)
    bar.resize(1920, 32)
    fields = health.fields(stories.status(2, now_s=NOW_S), NOW_S)
    bar.show_fields(fields)
    assert bar.shown == fields


def test_a_running_clock_stands_still(qtbot: QtBot) -> None:
    shown = Readouts(DRESS)
    qtbot.addWidget(shown)
    shown.resize(352, 432)
    widths = set()
    for at_s in (4271.0, 7200.0, 35999.0):
        shown.show_readouts((readouts.clock(stories.run(2), stories.T0_S + at_s, stories.STARTED),))
        value = texts(shown.parts())[1]
        assert value.text == words.clock(at_s)
        widths.add(round(value.needs, 3))
    assert len(widths) == 1


def test_a_line_loses_whole_clauses_and_never_half_a_number() -> None:
    made = DRESS.font(14, 500)
    line = "449.1 ± 0.1 nm · A449 0.183 ± 0.002"
    assert clauses_that_fit(line, made, 1000.0) == line
    assert clauses_that_fit(line, made, 150.0) == "449.1 ± 0.1 nm"


@given(
    width=st.integers(1024, 3840),
    height=st.integers(640, 2160),
    scale=st.sampled_from([1.0, 1.25, 1.5, 1.75, 2.0]),
    focus=st.booleans(),
)
def test_no_room_lies_over_another_in_any_window(width: int, height: int, scale: float, focus: bool) -> None:
    rooms = anatomy(width, height, Dress(themes.DARK, scale), focus=focus)
    parts = [rooms.header, rooms.plots, rooms.ladder, rooms.readouts, rooms.capture, rooms.health]
    standing = [room for room in (*parts, *rooms.rows, *rooms.small) if room is not None]
    for index, one in enumerate(standing):
        assert one.width() > 0
        assert one.height() > 0
        assert not any(one.intersects(other) for other in standing[index + 1 :])


def test_the_bridge_hands_on_events_before_the_newest_frame(qtbot: QtBot) -> None:
    link = stories.PlainLink()
    heard: list[Event | LiveFrame] = []
    bridge = Bridge(link, heard.append, heard.append, lambda: None)
    link.mailbox.post(stories.live_frame(1.0, 0))
    link.mailbox.post(events.Recovered("all is well"))
    newest = stories.live_frame(2.0, 1)
    link.mailbox.post(newest)
    bridge.empty()
    assert heard == [events.Recovered("all is well"), newest]
    bridge.empty()
    assert len(heard) == 2

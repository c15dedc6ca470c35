"""Hundreds of acts in no order at all: the windows take every one of them, and are whole after each."""

from __future__ import annotations

import logging
import random
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import pytest
from PySide6.QtCore import QtMsgType
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from gui import theme as themes
from gui.actions import Act, keys_of
from gui.camera import SystemCamera
from gui.dress import Dress
from gui.main_window import MainWindow
from gui.review_window import ReviewWindow
from station.recipe import HOUR_S
from station.records import Mark
from station.run import Run
from tests.gui import stories
from tests.gui.conftest import Bench, Opener
from tests.gui.test_texts_fit import BUSY_BENCH, STORIES, misfits, painted

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SEED, AT_THE_BENCH, IN_REVIEW = 449, 600, 300
LOOKED_AT = 6  # after every sixth act all texts are measured
SIZES = ((1024, 640), (1100, 700), (1280, 720), (1366, 768), (1600, 900), (1920, 1080), (2560, 1440), (3840, 2160))
SCALES = (1.0, 1.25, 1.5, 2.0)
THEMES = (themes.DARK, themes.LIGHT, themes.DARK_CONTRAST, themes.LIGHT_CONTRAST)
ENDS = {Act.QUIT, Act.REVIEW}
DESK = {Act.TREND, Act.WATERFALL, Act.PAIR, Act.VIEW, Act.PHOTOS, Act.CURSOR, Act.RANGE, Act.EARLIER, Act.LATER}


def run_of(count: int, *, t0: bool = True) -> Run:
    """A run of so many aliquots, those of the standard reaction one after the other."""
    made = replace(stories.run(0), records=(Mark("heat on", stories.T0_S, stories.wall(0.0)),) if t0 else ())
    for index in range(count):
        hours = 24.0 * (index + 1) / count
        like = stories.aliquot(min(7, 8 * index // count))
        drawn_s = stories.T0_S + hours * HOUR_S
        timed = hours * HOUR_S if t0 else None
        excluded = "bubble" if index % 7 == 3 else None
        made = made.appended(
            replace(like, number=index + 1, drawn_at_s=drawn_s, reaction_time_s=timed, excluded=excluded)
        )
    return made


def warned(qtlog: QtLog, caplog: pytest.LogCaptureFixture) -> list[str]:
    """What Qt and the program have warned of."""
    said = [
        record.message for record in qtlog.records if record.type in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg)
    ]
    return said + [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]


@pytest.fixture(autouse=True)
def no_dialogs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The system's own dialogs are dismissed at once, and nobody is filmed."""
    monkeypatch.setattr(SystemCamera, "begin", lambda *_: None)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: ("", ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: ("", ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_, **__: ([], ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: "")


class QtLog(Protocol):
    """What the test's own log of Qt offers."""

    @property
    def records(self) -> list[Any]:
        """Get what was said."""


class Mishaps:
    """What is wrong in a window, each kind with the acts that led to the first of it."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self.done: list[str] = []
        self.dress = ""

    def note(self, what: str) -> None:
        self.found.setdefault(what, " > ".join(self.done[-8:]))

    def look(self, window: QWidget) -> None:
        """Paint the window and measure every text in it."""
        assert not window.grab().isNull()
        for widget in painted(window):
            for wrong in misfits(widget):
                self.note(f"{wrong} [{self.dress}]")

    def told(self, warnings: list[str]) -> str:
        """Return all that went wrong, a line for each."""
        return "\n".join([*(f"{what} after {acts}" for what, acts in self.found.items()), *dict.fromkeys(warnings)])


def dressed(window: MainWindow | ReviewWindow, by: random.Random, mishaps: Mishaps) -> None:
    """Put the window into another size, theme or size of type."""
    dress, size = Dress(by.choice(THEMES), by.choice(SCALES)), by.choice(SIZES)
    window.set_dress(dress)
    window.resize(*size)
    mishaps.dress = f"{size[0]}x{size[1]} {dress.scale:.0%} {dress.theme.name}"
    mishaps.done.append(mishaps.dress)


def anything(by: random.Random, place: str) -> tuple[Act, int]:
    """Return any act that has a key in a window, by any of its numbers, those of the views more often."""
    keys = [key for key in keys_of(place) if key.act not in ENDS]  # type: ignore[arg-type]
    key = by.choices(keys, [3 if key.act in DESK else 1 for key in keys])[0]
    return key.act, by.randint(1, len(key.sequences)) if key.numbered else 0


def test_the_bench_takes_any_act_in_any_order(
    open_bench: Opener, qapp: QApplication, qtlog: QtLog, caplog: pytest.LogCaptureFixture
) -> None:
    by, mishaps = random.Random(SEED), Mishaps()
    bench: Bench = open_bench(Dress(themes.DARK))
    window = bench.window
    window.panels.plots.install()
    shown = [story() for story in STORIES] + [(BUSY_BENCH, ())]
    now_s = stories.T0_S + 24 * HOUR_S + 232.0
    runs = [run_of(count) for count in (1, 8, 20, 400)] + [run_of(3, t0=False)]
    shown += [(replace(stories.status(8, now_s=now_s), run=run), ()) for run in runs]
    for number in range(AT_THE_BENCH):
        bench.real_s += 1.0
        chance = by.random()
        if chance < 0.04:
            dressed(window, by, mishaps)
        elif chance < 0.08:
            at = by.randrange(len(shown))
            bench.link.clock.seconds = now_s
            mishaps.done.append(f"status {at}")
            bench.shows(shown[at][0], *shown[at][1])
        elif chance < 0.11:
            window.panels.plots.show_live(by.choice((None, stories.live_frame(now_s + number, 3))))
        else:
            act, which = anything(by, "bench")
            mishaps.done.append(f"{act.value}{which or ''}")
            window.act(act, which)
        if number % LOOKED_AT == 0:
            qapp.processEvents()
            mishaps.look(window)
    window.panels.end_typing()
    assert window.hasFocus(), "no field keeps the keys"
    told = mishaps.told(warned(qtlog, caplog))
    assert told == "", told


def test_review_takes_any_act_in_any_order(
    qtbot: QtBot, qapp: QApplication, qtlog: QtLog, caplog: pytest.LogCaptureFixture
) -> None:
    by, mishaps = random.Random(SEED), Mishaps()
    for count in (1, 8, 20, 400):
        window = ReviewWindow(run_of(count), "/runs/ode-standard-2026-11-22.aliquot", Dress(themes.LIGHT))
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        window.plots.install()
        for number in range(IN_REVIEW // 4):
            if by.random() < 0.06:
                dressed(window, by, mishaps)
            else:
                act, which = anything(by, "review")
                mishaps.done.append(f"{act.value}{which or ''}")
                window.act(act, which)
                if act is Act.LEAVE and not window.isVisible():
                    window.show()
                    window.activateWindow()
            if number % LOOKED_AT == 0:
                qapp.processEvents()
                mishaps.look(window)
        window.sheets.figure.end_edit()
        window.hide()
    told = mishaps.told(warned(qtlog, caplog))
    assert told == "", told

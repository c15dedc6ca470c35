"""A window that stands open for a day and a night, and is opened again and again, keeps nothing that it has let go."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import theme as themes
from gui.actions import Act
from gui.dress import Dress
from gui.main_window import MainWindow
from gui.remembered import Remembered
from station.events import LiveFrame, Status, StatusChanged
from station.settings import settings_folder
from tests.gui import stories
from tests.gui.stories import PlainLink

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

NOW_S = stories.T0_S + 1.2 * 3600.0
OPENED, CHANGES, FRAMES = 20, 200, 2000
WARM = 3  # windows until every font, glyph and icon has been drawn once
MOST_GROWN_MB = 15.0  # the allocator's own unrest; one window alone is several times as much


def opened(qtbot: QtBot, qapp: QApplication) -> tuple[MainWindow, PlainLink]:
    """Return a window with its plots in it, and what it talks to."""
    link, dress = PlainLink(), Dress(themes.DARK)
    themes.apply(qapp, dress.theme, dress.scale)
    remembered = Remembered(settings_folder())
    remembered.note_uv_read()
    window = MainWindow(link, dress, virtual="virtual:FLAME-S", remembered=remembered)
    window.show()
    window.panels.plots.install()
    link.clock.seconds = NOW_S
    return window, link


def shut(window: MainWindow, qapp: QApplication) -> None:
    """Close a window as the program does, and let Qt take it away."""
    window.leave()
    window.bridge.stop()
    window.hide()
    window.deleteLater()
    settle(qapp)


def settle(qapp: QApplication) -> None:
    """Let Qt delete what is to be deleted, and Python what nobody holds."""
    for _ in range(3):
        qapp.sendPostedEvents(None, 52)  # DeferredDelete
        qapp.processEvents()
        gc.collect()


def of_the_window() -> Counter[str]:
    """Return how many objects of the window's own classes Python holds, by class."""
    kinds = (type(each) for each in gc.get_objects())
    return Counter(f"{kind.__module__}.{kind.__name__}" for kind in kinds if str(kind.__module__).startswith("gui."))


def resident_mb() -> float:
    """Return how much memory this process has, in MB; 0 where the system does not tell."""
    if not sys.platform.startswith("linux"):
        return 0.0
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def shows(window: MainWindow, link: PlainLink, status: Status) -> None:
    link.mailbox.post(StatusChanged(status))
    window.bridge.empty()


def work(window: MainWindow, link: PlainLink) -> None:
    """Let a window show what a run brings, and every sheet of it once."""
    for count in (0, 2, 4):
        shows(window, link, stories.status(count, now_s=NOW_S))
    link.mailbox.post(stories.live_frame(NOW_S, 2))
    window.bridge.empty()
    for act in (Act.SET_UP, Act.ALIQUOT, Act.MARK, Act.DILUTION, Act.KEYS):
        window.act(act)
        window.act(Act.LEAVE)


def test_windows_that_were_closed_are_gone(qtbot: QtBot, qapp: QApplication) -> None:
    def round_trip() -> None:
        window, link = opened(qtbot, qapp)
        work(window, link)
        shut(window, qapp)

    for _ in range(WARM):
        round_trip()
    settle(qapp)
    before, widgets, mb = of_the_window(), len(qapp.allWidgets()), resident_mb()
    for _ in range(OPENED):
        round_trip()
    settle(qapp)
    assert len(qapp.allWidgets()) <= widgets
    grown = {name: count - before[name] for name, count in of_the_window().items() if count - before[name] >= OPENED}
    assert grown == {}, "one object or more of each window was kept"
    assert resident_mb() - mb < MOST_GROWN_MB


def test_a_long_day_in_one_window_keeps_nothing(qtbot: QtBot, qapp: QApplication) -> None:
    window, link = opened(qtbot, qapp)
    statuses = [stories.status(2 + n % 3, now_s=NOW_S) for n in range(6)]
    frames = [stories.live_frame(NOW_S, n % 4) for n in range(4)]

    def day(changes: int, live: int) -> None:
        for n in range(changes):
            link.clock.seconds = NOW_S + n
            shows(window, link, statuses[n % len(statuses)])
        for n in range(live):
            frame = frames[n % len(frames)]
            link.mailbox.post(LiveFrame(frame.absorbance, frame.emission, frame.peak, NOW_S + n))
            window.bridge.empty()
            if n % 50 == 0:
                qapp.processEvents()

    day(CHANGES // 4, FRAMES // 4)
    settle(qapp)
    before, objects, mb = of_the_window(), len(window.findChildren(QObject)), resident_mb()
    day(CHANGES, FRAMES)
    settle(qapp)
    assert len(window.findChildren(QObject)) <= objects
    grown = {name: count - before[name] for name, count in of_the_window().items() if count - before[name] > 8}
    assert grown == {}
    assert resident_mb() - mb < MOST_GROWN_MB
    shut(window, qapp)

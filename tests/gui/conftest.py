"""A bench window on plain objects, off screen."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication, QWhatsThis
from pytestqt.qtbot import QtBot

from gui import theme as themes
from gui.dress import Dress
from gui.main_window import MainWindow
from gui.remembered import Remembered
from gui.shown.uv import UvSign
from station.events import Event, Status, StatusChanged
from station.settings import settings_folder
from tests.gui.stories import PlainLink


class Bench:
    """A window, the link it talks to, and the real time it debounces with."""

    def __init__(self, window: MainWindow, link: PlainLink) -> None:
        self.window = window
        self.link = link
        self.real_s = 0.0

    def shows(self, status: Status, *happened: Event) -> None:
        """Let the station announce a status and what happened after it."""
        for event in (StatusChanged(status), *happened):
            self.link.mailbox.post(event)
        self.window.bridge.empty()


Opener = Callable[..., Bench]


@pytest.fixture
def open_bench(qtbot: QtBot, qapp: QApplication) -> Iterator[Opener]:
    """Return a function that opens a bench window; what is open at the end is let go without questions."""
    opened: list[Bench] = []

    def open_it(
        dress: Dress | None = None,
        *,
        on_review: Callable[[str], None] | None = None,
        on_uv: Callable[[UvSign | None], None] = lambda sign: None,
        uv_read: bool = True,
    ) -> Bench:
        link = PlainLink()
        worn = dress or Dress(themes.DARK)
        themes.apply(qapp, worn.theme, worn.scale)
        remembered = Remembered(settings_folder())
        if uv_read:
            remembered.note_uv_read()
        window = MainWindow(
            link,
            worn,
            virtual="virtual:FLAME-S",
            on_review=on_review,
            on_uv=on_uv,
            remembered=remembered,
            monotonic_s=lambda: opened[-1].real_s,
        )
        bench = Bench(window, link)
        opened.append(bench)
        with qtbot.waitActive(bench.window):
            bench.window.show()
            bench.window.activateWindow()
        return bench

    yield open_it
    for bench in opened:
        bench.window.leave()
        bench.window.bridge.stop()
        bench.window.hide()
        bench.window.deleteLater()
    qapp.processEvents()


@pytest.fixture(autouse=True)
def nothing_left_over() -> Iterator[None]:
    """Leave nothing on the clipboard, and no "What is this?" that takes the next key.

    Off screen the clipboard outlives the interpreter, and what Python made in it does not.
    """
    yield
    QWhatsThis.leaveWhatsThisMode()
    app = QApplication.instance()
    if isinstance(app, QApplication):
        app.clipboard().clear()

"""Opens the window: at the bench on a station, or on a recorded run in review."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from gui import theme as themes
from gui import words
from gui.actions import Act, cap
from gui.bridge import StationLink
from gui.dress import Dress
from gui.main_window import MainWindow
from gui.remembered import Remembered, Wishes
from gui.review_opening import ReviewOpening
from gui.shown.notes import Note
from station.run import Run
from station.settings import settings_folder
from station.store import LeftOpen

if TYPE_CHECKING:
    from analysis.excitation_spectra import ExcitationReading

USUAL = Wishes()
SIGNALS_MS = 200
SETTLED_MS = 500  # after the first paint, and after the plots that come with it


def run(
    link: StationLink,
    *,
    theme: str = "system",
    left_open: Sequence[LeftOpen] = (),
    virtual: str | None = None,
    scale: float | None = None,
) -> int:
    """Open the bench window on a station and return the exit code when it has closed.

    `theme` is "dark" or "light" for this day alone, or "system": as this user has wished, like `scale` None.
    `left_open` are runs whose writer went without closing them; they are offered. `virtual` is the address that is
    offered where nothing is connected.
    """
    remembered = Remembered(settings_folder())
    app, dress = dressed(theme, scale, remembered.wishes)
    opening = ReviewOpening(dress)
    window = MainWindow(
        link, dress, virtual=virtual, on_review=opening.open, on_uv=opening.show_uv, remembered=remembered
    )
    opening.refused.connect(lambda words: window.panels.toast.say(Note(words, sign="octagon")))
    if left_open:
        window.offer_recovery(*offers(left_open))
    heed_signals(app, opening.close, window.leave)
    window.ease.restore()
    window.show()
    QTimer.singleShot(SETTLED_MS, window, window.settle)
    return app.exec()


def review(
    run: Run,
    path: Path,
    excitations: Iterable[ExcitationReading] = (),
    *,
    theme: str = "system",
    scale: float | None = None,
) -> int:
    """Open a recorded run, its readings read again, and return the exit code.

    `excitations` are the excitation spectra that lie beside it.
    """
    from gui.review_window import ReviewWindow
    from station.course import course_of

    app, dress = dressed(theme, scale, Remembered(settings_folder()).wishes)
    window = ReviewWindow(run, str(path), dress, course_of(run))
    window.plots.show_excitations(tuple(excitations))
    heed_signals(app, window.close)
    window.show()
    return app.exec()


def heed_signals(app: QApplication, *leave: Callable[[], object]) -> None:
    """Leave on SIGTERM or SIGINT, in the order given.

    Python acts on a signal only between two of its own steps, which an idle event loop does not take: a timer does.
    """

    def heed(_number: int, _frame: object) -> None:
        for each in leave:
            each()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, heed)
    steps = QTimer(app)
    steps.timeout.connect(lambda: None)
    steps.start(SIGNALS_MS)


def offers(left_open: Sequence[LeftOpen]) -> list[tuple[str, str]]:
    """Return (words, path) of every run that was left open, the one that was begun last first."""
    newest_first = sorted(left_open, key=lambda left: datetime.fromisoformat(left.started_wall), reverse=True)
    return [
        (recovery_words(left, number, len(newest_first)), str(left.path))
        for number, left in enumerate(newest_first, start=1)
    ]


def recovery_words(left: LeftOpen, number: int = 1, of: int = 1) -> str:
    """Return what is said of a run that was left open; with its day and the keys to the others where there are some."""
    count = words.counted(left.aliquots, "aliquot")
    state = "all whole" if left.whole else "some cannot be read"
    at = words.time_of_day(left.started_wall)[:5]
    if of == 1:
        return f"A run was open at {at}: {count}, {state}."
    day = left.started_wall[:10]
    return f"A run was open on {day} at {at}: {count}, {state}. {number} of {of}: {cap(Act.EARLIER)} {cap(Act.LATER)}"


def dressed(theme: str, scale: float | None, wishes: Wishes = USUAL) -> tuple[QApplication, Dress]:
    """Return the application, dressed as asked for, else as wished."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Aliquot")
    app.setApplicationDisplayName("Aliquot")
    chosen = themes.chosen(wishes.room if theme == "system" else theme, wishes.contrast)
    dress = Dress(chosen, wishes.type_percent / 100.0 if scale is None else scale)
    themes.apply(app, dress.theme, dress.scale)
    return app, dress

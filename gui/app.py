"""Opens the window: at the bench on a station, or on a recorded run in review."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from gui import theme as themes
from gui import words
from gui.bridge import StationLink
from gui.dress import Dress
from gui.main_window import MainWindow
from gui.remembered import Remembered
from gui.review_opening import ReviewOpening
from gui.shown.notes import Note
from station.run import Run
from station.settings import settings_folder
from station.store import LeftOpen

SIGNALS_MS = 200


def run(
    link: StationLink,
    *,
    theme: str = "system",
    left_open: Sequence[LeftOpen] = (),
    virtual: str | None = None,
    scale: float = 1.0,
) -> int:
    """Open the bench window on a station and return the exit code when it has closed.

    `theme` is "system", "dark" or "light". `left_open` are runs whose writer went without closing them; the newest
    one is offered. `virtual` is the address that is offered where nothing is connected.
    """
    app, dress = dressed(theme, scale)
    opening = ReviewOpening(dress)
    remembered = Remembered(settings_folder())
    window = MainWindow(
        link, dress, virtual=virtual, on_review=opening.open, on_uv=opening.show_uv, remembered=remembered
    )
    opening.refused.connect(lambda words: window.panels.toast.say(Note(words, sign="octagon")))
    if left_open:
        left = newest(left_open)
        window.offer_recovery(recovery_words(left), str(left.path))
    heed_signals(app, opening.close, window.leave)
    window.show()
    return app.exec()


def review(run: Run, path: Path, *, theme: str = "system", scale: float = 1.0) -> int:
    """Open a recorded run, its readings read again, and return the exit code."""
    from gui.review_window import ReviewWindow
    from station.course import course_of

    app, dress = dressed(theme, scale)
    window = ReviewWindow(run, str(path), dress, course_of(run))
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


def newest(left_open: Sequence[LeftOpen]) -> LeftOpen:
    """Return the run that was begun last; there is at least one."""
    return max(left_open, key=lambda left: datetime.fromisoformat(left.started_wall))


def recovery_words(left: LeftOpen) -> str:
    """Return what is said of a run that was left open."""
    count = words.counted(left.aliquots, "aliquot")
    state = "all whole" if left.whole else "some cannot be read"
    return f"A run was open at {words.time_of_day(left.started_wall)[:5]}: {count}, {state}."


def dressed(theme: str, scale: float) -> tuple[QApplication, Dress]:
    """Return the application, dressed."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Aliquot")
    app.setApplicationDisplayName("Aliquot")
    chosen = {"dark": themes.DARK, "light": themes.LIGHT}.get(theme) or themes.system_theme()
    themes.apply(app, chosen, scale)
    return app, Dress(chosen, scale)

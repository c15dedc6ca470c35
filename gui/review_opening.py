"""Opens a run file in a review window beside the bench; reading it again takes seconds and waits elsewhere."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from gui.dress import Dress
from gui.shown.uv import UvSign
from station.run import Run

if TYPE_CHECKING:
    from analysis.kinetics import Course
    from gui.review_window import ReviewWindow

LOOK_MS = 50


class ReviewOpening(QObject):
    """Reads one run file at a time in a thread of its own. `refused` carries the sentence that says why not."""

    refused = Signal(str)

    def __init__(self, dress: Dress, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dress = dress
        self._threads = ThreadPoolExecutor(1, "review")
        self._reading: tuple[Future[tuple[Run, Course]], str] | None = None
        self.windows: list[ReviewWindow] = []
        self._uv: UvSign | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def open(self, path: str) -> None:
        """Begin to read the file; its window opens when all is read."""
        if self._reading is None:
            self._reading = (self._threads.submit(_read, path), path)
            self._timer.start()

    def look(self) -> None:
        """Open the window if the file has been read."""
        if self._reading is None or not self._reading[0].done():
            return
        (reading, path), self._reading = self._reading, None
        self._timer.stop()
        trouble = reading.exception()
        if trouble is not None:
            self.refused.emit(str(trouble))
            return
        from gui.review_window import ReviewWindow

        run, course = reading.result()
        window = ReviewWindow(run, path, self._dress, course)
        window.header.show_uv(self._uv)
        self.windows.append(window)
        window.show()

    def show_uv(self, sign: UvSign | None) -> None:
        """Say in every review window what the bench says of UV."""
        self._uv = sign
        for window in self.windows:
            window.header.show_uv(sign)

    def close(self) -> None:
        """Close all review windows; what is still being read opens none."""
        self._timer.stop()
        self._reading = None
        for window in self.windows:
            window.close()


def _read(path: str) -> tuple[Run, Course]:
    """Return the run in a file, every aliquot read again from its raw counts, and its course."""
    from station.course import course_of
    from station.evaluation import reevaluate
    from station.store import read

    run = reevaluate(read(Path(path)))
    return run, course_of(run)

"""An earlier run as grey background of the plots: its file is chosen, read elsewhere, and drawn or said why not."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from gui.actions import Act, cap
from gui.shown.notes import Note
from station.run import Run
from station.settings import runs_folder

if TYPE_CHECKING:
    from station.earlier_run import Reading

LOOK_MS = 50
SAID_AFTER_MS = 500  # what takes longer is said, with how far it is and the key that stops it


class Plots(Protocol):
    """What draws the background."""

    def show_background(self, run: Run | None, name: str = "") -> None:
        """Draw an earlier run behind all curves; None takes it away."""


class BackgroundRun(QObject):
    """Asks for a file and reads it in a thread of its own. `say` says a note."""

    def __init__(self, plots: Plots, say: Callable[[Note], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._plots, self._say, self._parent = plots, say, parent
        self._threads: ThreadPoolExecutor | None = None
        self._reading: tuple[Reading, Future[Run]] | None = None
        self._waited_ms = 0
        self.shown = ""
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def reading(self) -> bool:
        """Get whether a file is being read."""
        return self._reading is not None

    def toggle(self) -> None:
        """Ask for an earlier run, or take away the one that is drawn."""
        if self._reading is not None:
            self.stop()
        elif self.shown:
            self.shown = ""
            self._plots.show_background(None)
        else:
            folder = str(runs_folder())
            path, _ = QFileDialog.getOpenFileName(self._parent, "An earlier run", folder, "Runs (*.aliquot)")
            if path:
                self.open(Path(path))

    def open(self, path: Path) -> None:
        """Begin to read a file; it is drawn when all of it is read."""
        from station.earlier_run import Reading

        if self._threads is None:
            self._threads = ThreadPoolExecutor(1, "background")
        reading = Reading(path)
        self._reading = (reading, self._threads.submit(reading.read))
        self._waited_ms = 0
        self._timer.start()

    def look(self) -> None:
        """Draw the run if it has been read; say how far it is where it takes long."""
        if self._reading is None:
            return
        reading, result = self._reading
        if not result.done():
            self._waited_ms += LOOK_MS
            if self._waited_ms >= SAID_AFTER_MS and self._waited_ms % SAID_AFTER_MS == 0:
                far = f"{reading.done} of {reading.count} aliquots" if reading.count else "the file itself"
                self._say(Note(f"Reading {reading.name}", far, cap(Act.LEAVE), "dot"))
            return
        self._reading = None
        self._timer.stop()
        trouble = result.exception()
        if trouble is not None:
            self._say(Note(f"{reading.name} cannot be drawn", str(trouble), sign="octagon"))
            return
        run = result.result()
        self.shown = reading.name
        self._plots.show_background(run, reading.name)
        if not run.aliquots:
            self._say(Note(f"{reading.name} has no aliquot to draw", sign="dash"))

    def stop(self) -> bool:
        """Stop reading; return whether a file was being read."""
        if self._reading is None:
            return False
        reading, _ = self._reading
        reading.stop()
        self._reading = None
        self._timer.stop()
        self._say(Note(f"{reading.name} is not drawn", "stopped while it was read", sign="dash"))
        return True

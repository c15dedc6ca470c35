"""The place of the plots: blank at the first paint, then the spectra; it remembers what they must show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.dress import Dress
from gui.shown import guards
from gui.theme import colour
from station.events import LiveFrame
from station.run import Run

if TYPE_CHECKING:
    from gui.spectrum_plot import SpectraView


class PlotsPlace(QWidget):
    """Holds the spectra. Their library is imported right after the first paint: the window is there at once.

    `past` is for review, where an onset asks for no answer any more.
    """

    def __init__(self, dress: Dress, parent: QWidget, *, past: bool = False) -> None:
        super().__init__(parent)
        self._dress = dress
        self._view: SpectraView | None = None
        self._run: Run | None = None
        self._selected: int | None = None
        self._painted = False
        self._past = past
        self._awaited = ("", "")

    @property
    def view(self) -> SpectraView | None:
        """Get the spectra, or None before the first paint."""
        return self._view

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        if self._view is not None:
            self._view.set_theme(dress.theme)
            self._view.set_scale(dress.scale)
        self.update()

    def show_run(self, run: Run | None) -> None:
        """Show a run; where it only grew, only what is new is drawn."""
        if run is not self._run:
            self._run = run
            if self._view is not None:
                self._draw_run(self._view)

    def show_live(self, frame: LiveFrame | None) -> None:
        """Draw the live curves, or none."""
        if self._view is not None:
            self._view.show_live(frame)

    def explain(self, absorbance: str, emission: str) -> None:
        """Say in the plots, as long as they have no curve, what they wait for."""
        self._awaited = (absorbance, emission)
        if self._view is not None:
            self._view.explain(absorbance, emission)

    def select(self, number: int | None) -> None:
        """Thicken the curve of an aliquot; None is the newest."""
        self._selected = number
        if self._view is not None:
            self._view.select(number)

    def hover(self, number: int | None) -> None:
        """Thicken the curve under the pointer and dim the rest."""
        if self._view is not None:
            self._view.hover(number)

    def install(self) -> None:
        """Make the spectra; done by itself after the first paint."""
        if self._view is not None:
            return
        from gui.spectrum_plot import SpectraView

        view = SpectraView(self._dress.theme)
        view.setParent(self)
        view.set_scale(self._dress.scale)
        view.setGeometry(self.rect())
        self._view = view
        self._draw_run(view)
        view.explain(*self._awaited)
        view.select(self._selected)
        view.show()

    def _draw_run(self, view: SpectraView) -> None:
        """Draw all of a run."""
        view.set_run(self._run)
        if self._past:
            view.show_onset(confirmed=True)
        self._set_guards(view)

    def _set_guards(self, view: SpectraView) -> None:
        """Draw what only looks like emission, and from where on emission is seen."""
        view.set_guards(
            excitation_nm=None if self._run is None else self._run.optics.excitation_nm,
            raman=() if self._run is None else guards.raman(self._run),
            seen_from=guards.seen_from(self._run),
        )

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Give the spectra all the room."""
        if self._view is not None:
            self._view.setGeometry(self.rect())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground of the plots until they are there."""
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.install)
        if self._view is None:
            painter = QPainter(self)
            painter.fillRect(self.rect(), colour(self._dress.theme.surface))
            painter.end()

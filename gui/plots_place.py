"""The place of the plots: the spectra, and the views that stand beside them or in their place; one key each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QRect, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.actions import Act
from gui.anatomy import beside_the_plots
from gui.dress import Dress
from gui.shown import guards
from gui.theme import colour
from station.events import LiveFrame
from station.run import Run

if TYPE_CHECKING:
    from gui.spectrum_plot import SpectraView
    from gui.trend_plot import TrendView
    from station.trend import Trends

Shown = Literal["spectra", "trend"]


class PlotsPlace(QWidget):
    """Holds the views of a run. Their libraries are imported right after the first paint: the window is there at once.

    In a wide window the trend stands right of the spectra, else in their place. `past` is for review, where an onset
    asks for no answer any more. `hovered` and `chosen` carry the number of an aliquot that was pointed at, or None.
    """

    hovered = Signal(object)
    chosen = Signal(object)

    def __init__(self, dress: Dress, parent: QWidget, *, past: bool = False) -> None:
        super().__init__(parent)
        self._dress = dress
        self._view: SpectraView | None = None
        self._trend: TrendView | None = None
        self._trends: Trends | None = None
        self._shown: Shown = "spectra"
        self._trend_wanted = True
        self._run: Run | None = None
        self._selected: int | None = None
        self._painted = False
        self._past = past
        self._awaited = ("", "")

    @property
    def view(self) -> SpectraView | None:
        """Get the spectra, or None before the first paint."""
        return self._view

    @property
    def trend(self) -> TrendView | None:
        """Get the trend, or None before it was first shown."""
        return self._trend

    @property
    def shown(self) -> Shown:
        """Get which view stands in the place of the plots."""
        return self._shown

    def lit(self) -> frozenset[Act]:
        """Return the keys whose view is to be seen now."""
        on = {Act.TREND} if self._trend is not None and not self._trend.isHidden() else set()
        return frozenset(on)

    # -- keys ------------------------------------------------------------------------------------------------------

    def act(self, act: Act) -> bool:
        """Do what a key asks of the views; return whether it is one of theirs."""
        if self._view is None or act is not Act.TREND:
            return False
        self._turn_trend(self._view)
        return True

    def _turn_trend(self, view: SpectraView) -> None:
        """Show the trend, its next page, and after the last one none."""
        beside = self._rooms()[1] is not None
        standing = self._trend_wanted if beside else self._shown == "trend"
        if standing and self._trend is not None and self._trend.turn():
            return
        if beside:
            self._trend_wanted = not standing
        else:
            self._shown = "spectra" if standing else "trend"
        self._place(view)

    def leave(self) -> bool:
        """Go back to the spectra; return whether another view stood in their place."""
        if self._view is None or self._shown == "spectra":
            return False
        self._shown = "spectra"
        self._place(self._view)
        return True

    # -- what is shown ---------------------------------------------------------------------------------------------

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        if self._view is not None:
            self._view.set_theme(dress.theme)
            self._view.set_scale(dress.scale)
            if self._trend is not None:
                self._trend.set_dress(dress)
            self._place(self._view)
        self.update()

    def show_run(self, run: Run | None) -> None:
        """Show a run; where it only grew, only what is new is drawn."""
        if run is not self._run:
            self._run = run
            if self._view is not None:
                self._draw_run(self._view)

    def show_live(self, frame: LiveFrame | None) -> None:
        """Draw the live curves, or none."""
        if self._view is not None and (frame is None or self._shown == "spectra"):
            self._view.show_live(frame)

    def explain(self, absorbance: str, emission: str) -> None:
        """Say in the plots, as long as they have no curve, what they wait for."""
        self._awaited = (absorbance, emission)
        if self._view is not None:
            self._view.explain(absorbance, emission)

    def select(self, number: int | None) -> None:
        """Thicken the curve of an aliquot; None is the newest."""
        self._selected = number
        for view in (self._view, self._trend):
            if view is not None:
                view.select(number)

    def hover(self, number: int | None) -> None:
        """Thicken the curve under the pointer and dim the rest."""
        for view in (self._view, self._trend):
            if view is not None:
                view.hover(number)

    def install(self) -> None:
        """Make the spectra; done by itself after the first paint."""
        if self._view is not None:
            return
        from gui.spectrum_plot import SpectraView

        view = SpectraView(self._dress.theme)
        view.setParent(self)
        view.set_scale(self._dress.scale)
        self._view = view
        self._place(view)
        self._draw_run(view)
        view.explain(*self._awaited)
        view.select(self._selected)

    # -- rooms -----------------------------------------------------------------------------------------------------

    def _rooms(self) -> tuple[QRect, QRect | None]:
        """Return the rooms of the plots and of the trend beside them."""
        return beside_the_plots(self.rect(), self._dress)

    def _place(self, view: SpectraView) -> None:
        """Give every view its room; those that are not to be seen are not drawn either."""
        plots, beside = self._rooms()
        if beside is not None and self._shown == "trend":
            self._shown = "spectra"
        trend_room = beside if self._trend_wanted else None
        view.setGeometry(plots if trend_room is not None else self.rect())
        view.setVisible(self._shown == "spectra")
        if self._shown == "trend":
            trend_room = self.rect()
        if trend_room is not None:
            trend = self._trend_view()
            trend.setGeometry(trend_room)
            trend.show()
            self._draw_trend(trend)
        elif self._trend is not None:
            self._trend.hide()

    def _trend_view(self) -> TrendView:
        """Return the trend, made when it is first to be seen."""
        if self._trend is None:
            from gui.trend_plot import TrendView

            self._trend = TrendView(self._dress, self)
            self._trend.hovered.connect(self.hovered)
            self._trend.hovered.connect(self.hover)
            self._trend.chosen.connect(self.chosen)
            self._trend.select(self._selected)
        return self._trend

    def _draw_run(self, view: SpectraView) -> None:
        """Draw all of a run."""
        view.set_run(self._run)
        if self._past:
            view.show_onset(confirmed=True)
        self._set_guards(view)
        if self._trend is not None and not self._trend.isHidden():
            self._draw_trend(self._trend)

    def _draw_trend(self, trend: TrendView) -> None:
        """Bring the trend up to the run as it stands."""
        from station.trend import NONE, trends

        self._trends = trends(self._run, self._trends or NONE)
        planned_s = () if self._run is None or self._past else self._run.recipe.schedule_s
        trend.show_trends(self._trends, planned_s if self._trends.since_t0 else ())

    def _set_guards(self, view: SpectraView) -> None:
        """Draw what only looks like emission, and from where on emission is seen."""
        view.set_guards(
            excitation_nm=None if self._run is None else self._run.optics.excitation_nm,
            raman=() if self._run is None else guards.raman(self._run),
            seen_from=guards.seen_from(self._run),
        )

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Give every view its room."""
        if self._view is not None:
            self._place(self._view)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground of the plots until they are there."""
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.install)
        painter = QPainter(self)
        if self._view is None:
            painter.fillRect(self.rect(), colour(self._dress.theme.surface))
        painter.end()

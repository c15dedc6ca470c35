"""Makes curves and strokes their pictures: few at once, many in slices of a few milliseconds."""

from __future__ import annotations

from math import inf
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

from gui.plot_panel import PlotPanel
from gui.plot_series import Series
from station.curve_views import Plot

AT_ONCE = 16  # so few aliquots are stroked within one frame; more in slices
SLICE_S = 0.005  # the last curve and what Qt does around it stay below 8 ms
REST_MS = 40  # without a further move before a new picture is stroked


class Strokes(QObject):
    """What is still to be made of the curves in both plots. Old pictures stay, stretched, until new ones are whole.

    `made` is sent when curves that were made in slices are all there.
    """

    made = Signal()

    def __init__(self, panels: dict[Plot, PlotPanel], parent: QObject) -> None:
        super().__init__(parent)
        self._panels = panels
        self._due: list[Series] = []
        self._stroking = QTimer(self)
        self._stroking.setInterval(0)
        self._stroking.timeout.connect(self.work)
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(REST_MS)
        self._resting.timeout.connect(self._stroking.start)

    @property
    def at_work(self) -> bool:
        """Get whether anything is still to be made or stroked."""
        return bool(self._due) or any(layer.stale for panel in self._panels.values() for layer in panel.layers)

    def make(self, *several: Series) -> None:
        """Make every curve of these series anew; what is drawn stays until they are all made."""
        for series in several:
            series.begin()
            if series not in self._due:
                self._due.append(series)
        if sum(len(series.aliquots) for series in self._due) <= AT_ONCE:
            self._make_due(inf)
            self.catch_up()
        else:
            self._stroking.start()

    def catch_up(self) -> None:
        """Stroke new pictures: few aliquots at once, many in slices when the wavelengths rest."""
        for panel in self._panels.values():
            for layer in panel.layers:
                if layer.stale and len(layer) <= AT_ONCE:
                    layer.work(inf)
                    panel.refresh()
        if self.at_work and not self._stroking.isActive():
            self._resting.start()

    def pause(self) -> None:
        """Stroke nothing until the wavelengths rest again; curves that are being made are made on."""
        if not self._due:
            self._stroking.stop()

    def work(self) -> None:
        """Work for one slice."""
        until = perf_counter() + SLICE_S
        making = bool(self._due)
        if not self._make_due(until):
            return
        if making:
            self.made.emit()
        for panel in self._panels.values():
            for layer in panel.layers:
                if layer.stale and layer.work(max(0.0, until - perf_counter())):
                    panel.refresh()
                if perf_counter() >= until:
                    return
        self._stroking.stop()

    def _make_due(self, until: float) -> bool:
        """Make curves until a time; put into the plots what is whole; return whether all is."""
        while self._due:
            if not self._due[0].work(until - perf_counter()):
                return False
            series = self._due.pop(0)
            for plot, panel in self._panels.items():
                if series.grey:
                    panel.put_behind(series.made[plot])
                else:
                    panel.replace(series.made[plot], series.named[plot])
        return True

"""The canary's own process: prints as JSON what the installed PySide6 and pyqtgraph lose."""

import gc
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyqtgraph as pg
from pyqtgraph.exporters import SVGExporter
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

EMITS = 2000
FRAMES = 500


class Bell(QObject):
    """One signal of each kind of value that a slot is called with."""

    rung = Signal(bool)
    handed = Signal(object)
    plain = Signal()


class LivePlot(pg.PlotWidget):  # type: ignore[misc]
    """A plot that counts how often it was really painted."""

    painted = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.painted += 1


def drift_over_emits() -> dict[str, float]:
    """References to None and True gained per emit (lost: negative), with slots as a window has them."""
    bell = Bell()
    heard: list[object] = []
    bell.rung.connect(heard.append)
    bell.handed.connect(lambda value: None)
    bell.plain.connect(heard.clear)

    def ring(step: int) -> None:
        bell.rung.emit(False)
        bell.handed.emit(step)
        bell.plain.emit()

    return _drift(ring, EMITS)


def drift_over_frames(plot: LivePlot) -> dict[str, float]:
    """References to None and True gained per live frame."""
    wavelengths_nm = np.linspace(340.0, 1025.0, 2048)
    curve = plot.plot(wavelengths_nm, np.zeros(2048))
    plot.setYRange(-1.5, 1.5)

    def frame(step: int) -> None:
        curve.setData(wavelengths_nm, np.sin(wavelengths_nm / 40.0 + step / 10.0))
        QApplication.processEvents()

    return _drift(frame, FRAMES)


def _drift(act: Callable[[int], None], steps: int) -> dict[str, float]:
    for step in range(20):  # what is made once is made before counting
        act(step)
    gc.collect()
    before = sys.getrefcount(None), sys.getrefcount(True)
    for step in range(steps):
        act(step)
    gc.collect()
    after = sys.getrefcount(None), sys.getrefcount(True)
    return {"None": (after[0] - before[0]) / steps, "True": (after[1] - before[1]) / steps}


def main(svg: Path) -> None:
    """Count, paint, export, and print the findings."""
    application = QApplication([])
    emits = drift_over_emits()
    plot = LivePlot()
    plot.resize(800, 500)
    plot.show()
    frames = drift_over_frames(plot)
    SVGExporter(plot.getPlotItem()).export(str(svg))
    left = {"None": sys.getrefcount(None), "True": sys.getrefcount(True)}
    print(json.dumps({"emits": emits, "frames": frames, "left": left, "painted": plot.painted}))
    plot.close()
    application.processEvents()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""What a live frame and one more aliquot cost, as ratios to limits measured in the same run.

    python benchmarks/live_plot.py [--rounds 9]

CPU time of this process, variants interleaved, medians. Goals: a live frame at most 3 times a bare QPainter
polyline over a cached picture of the same size; with 1000 aliquots at most 1.2 times that with 8; adding an
aliquot to 5000 at most 1.3 times adding one to 8. Exit code 1 where one is missed by more than half.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from analysis.spectrum import FloatArray, Spectrum, read_only, read_only_mask
from gui.overlay_layer import hairline, polygon
from gui.spectrum_plot import SpectraView
from gui.theme import DARK, apply
from station.events import LiveFrame
from station.optics import Optics
from station.recipe import Recipe
from station.records import Aliquot, Reading
from station.run import Run

PIXELS = 2048
SIZE = (1600, 900)
FRAMES = 60
NM = read_only(np.linspace(340.0, 1025.0, PIXELS))
GOALS = {"live / raw": 3.0, "live 1000 / 8": 1.2, "add 5000 / 8": 1.3}


def spectrum(height: float, seed: int, unit: str) -> Spectrum:
    """A bell with noise, in the unit given."""
    noise = np.random.default_rng(seed).standard_normal(PIXELS) * 0.005
    values = height * (np.exp(-(((NM - 470.0) / 25.0) ** 2)) + noise)
    sigma = np.full(PIXELS, 0.005 * height)
    known = read_only_mask(np.ones(PIXELS))
    return Spectrum(NM, read_only(values), read_only(sigma), known, unit, 0.0)  # type: ignore[arg-type]


def aliquot(number: int) -> Aliquot:
    """An aliquot that fits the heights of all others."""
    height = 0.5 + 0.5 * (number % 97) / 97
    reading = Reading(spectrum(height, number, "A"), spectrum(1000.0 * height, number, "counts/s"), None)
    return Aliquot(number, 0.0, 0.0, "", 60.0 * number, 101.0, Optics(), reading)


class Raw(QWidget):
    """The limit: two cached pictures and one polyline in each, in the rooms that the plots have."""

    def __init__(self, view: SpectraView) -> None:
        super().__init__()
        self.resize(*SIZE)
        self._ground = QPixmap(*SIZE)
        self._ground.fill(QColor(DARK.surface))
        self._mappings = [panel.mapping for panel in view.panels]
        self.curves: tuple[FloatArray, ...] = ()

    def frame(self, *curves: FloatArray) -> None:
        """Show these values over the picture; only the rooms of the curves are painted."""
        self.curves = curves
        for mapping in self._mappings:
            self.update(mapping.rect.toRect())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for rect in event.region():  # type: ignore[attr-defined]
            painter.drawPixmap(rect, self._ground, rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(hairline(QColor(DARK.ink)))
        for mapping, values in zip(self._mappings, self.curves, strict=False):
            painter.setClipRect(mapping.rect)
            part = mapping.shown(NM)
            painter.drawPolyline(polygon(mapping.xs(NM[part]), mapping.ys(values[part])))
        painter.end()


def cpu_ms(work: Callable[[int], None], times: int) -> float:
    """CPU milliseconds of one call, events handled after each."""
    application = QApplication.instance()
    assert application is not None
    start = process_time()
    for index in range(times):
        work(index)
        application.processEvents()
    return 1000.0 * (process_time() - start) / times


def filled(count: int) -> SpectraView:
    """A shown view with so many aliquots, all stroked."""
    view = SpectraView(DARK)
    view.resize(*SIZE)
    view.show()
    aliquots = tuple(aliquot(number) for number in range(1, count + 1))
    view.set_run(Run(Recipe("bench", schedule_s=(60.0, 60.0 * count)), None, "", "", aliquots))
    while any(panel.layer.stale for panel in view.panels):
        QApplication.processEvents()
    view.show_live(live(0))
    QApplication.processEvents()
    return view


def live(index: int) -> LiveFrame:
    """One of a few frames made beforehand."""
    return _FRAMES[index % len(_FRAMES)]


_FRAMES = [
    LiveFrame(spectrum(0.9, -1 - n if n < 0 else 10_000 + n, "A"), spectrum(900.0, 20_000 + n, "counts/s"), 0.8, 0.0)
    for n in range(8)
]


def main() -> int:
    """Measure, print, and compare with the goals."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    application = QApplication.instance() or QApplication([])
    apply(application, DARK)  # type: ignore[arg-type]
    views = {count: filled(count) for count in (8, 1000, 5000)}
    raw = Raw(views[8])
    raw.show()
    values = [(f.absorbance.values, f.emission.values) for f in _FRAMES if f.absorbance and f.emission]
    found: dict[str, list[float]] = {}
    for turn in range(rounds):
        found.setdefault("raw", []).append(cpu_ms(lambda i: raw.frame(*values[i % len(values)]), FRAMES))
        for count in (8, 1000):
            show = views[count].show_live
            found.setdefault(f"live {count}", []).append(cpu_ms(lambda i, show=show: show(live(i)), FRAMES))  # type: ignore[misc]
        for count in (8, 5000):
            more = [aliquot(100_000 + 10 * turn + k) for k in range(4)]
            add = views[count].add_aliquot
            found.setdefault(f"add {count}", []).append(cpu_ms(lambda i, add=add, more=more: add(more[i]), 4))  # type: ignore[misc]
    ms = {name: median(times) for name, times in found.items()}
    ratios = {
        "live / raw": ms["live 8"] / ms["raw"],
        "live 1000 / 8": ms["live 1000"] / ms["live 8"],
        "add 5000 / 8": ms["add 5000"] / ms["add 8"],
    }
    for name, value in ms.items():
        print(f"{name:>14}  {value:7.3f} ms CPU")
    for name, ratio in ratios.items():
        print(f"{name:>14}  {ratio:7.2f} x   goal {GOALS[name]} x")
    return 0 if all(ratio <= 1.5 * GOALS[name] for name, ratio in ratios.items()) else 1


if __name__ == "__main__":
    raise SystemExit(main())

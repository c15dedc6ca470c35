"""The wavelengths in sight: moved with the mouse and by keys, the same in both plots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QObject, QRectF, Signal

from gui.plot_axes import Range

USUAL_NM: Range = (360.0, 715.0)
REACH_NM: Range = (180.0, 1150.0)
NARROWEST_NM = 5.0
ZOOM = 0.8
PAN = 0.1  # of what is in sight


class Wavelengths(QObject):
    """A range in nm; dragging and the wheel move it. `moved` is said after every change."""

    moved = Signal()

    def __init__(self, scene: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._boxes: tuple[Any, Any] = (_box(), _box())
        for box in self._boxes:
            scene.addItem(box)
        self._boxes[1].setXLink(self._boxes[0])
        self._boxes[0].sigXRangeChanged.connect(self.moved)

    @property
    def shown(self) -> Range:
        """Get the wavelengths in sight."""
        low, high = self._boxes[0].viewRange()[0]
        return float(low), float(high)

    def show(self, low_nm: float, high_nm: float) -> None:
        """Show these wavelengths."""
        self._boxes[0].setXRange(low_nm, high_nm, padding=0)

    def show_usual(self) -> None:
        """Show 360 to 715 nm."""
        self.show(*USUAL_NM)

    def zoom_by(self, factor: float) -> None:
        """Show `factor` times as wide a range about the same middle."""
        low, high = self.shown
        half = (high - low) / 2.0 * factor
        self.show((low + high) / 2.0 - half, (low + high) / 2.0 + half)

    def pan_by(self, share: float) -> None:
        """Move by a share of the range in sight, to longer wavelengths where it is positive."""
        low, high = self.shown
        step = (high - low) * share
        self.show(low + step, high + step)

    def turn(self, number: int) -> None:
        """Do what the key of this number asks for: 1 nearer, 2 wider, 3 as usual, 4 and 5 along to blue and red."""
        match number:
            case 1 | 2:
                self.zoom_by(ZOOM if number == 1 else 1.0 / ZOOM)
            case 4 | 5:
                self.pan_by(-PAN if number == 4 else PAN)
            case _:
                self.show_usual()

    def lay_out(self, rooms: Sequence[QRectF]) -> None:
        """Take the mouse in these rooms."""
        for box, room in zip(self._boxes, rooms, strict=True):
            box.setGeometry(room)


def _box() -> Any:
    """Return a view box that lets the wavelengths be moved with the mouse, and draws nothing."""
    box = pg.ViewBox(enableMouse=True, enableMenu=False)
    box.setMouseEnabled(x=True, y=False)
    box.disableAutoRange()
    box.setLimits(xMin=REACH_NM[0], xMax=REACH_NM[1], minXRange=NARROWEST_NM)
    return box

"""The marks of the trend: shapes that tell clusters apart, limits, excluded ones, and which of thousands are drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from analysis.spectrum import BoolArray, FloatArray
from gui.shown.trend import Shape

MARK_PX = 3.5  # from the middle of a mark to its rim
COLUMN_PX = 3.0  # of so many pixels only the highest and the lowest mark is drawn
ARROW_PX = 9.0

IndexArray = NDArray[np.intp]


def thinned(xs: FloatArray, ys: FloatArray, always: BoolArray) -> IndexArray:
    """Return the indices of the marks that are drawn: the highest and lowest of every few pixels, and those `always`.

    All of shape (marks,), `xs` rising; indices are too, and few however many marks there are.
    """
    cells = np.floor(xs / COLUMN_PX)
    order = np.lexsort((ys, cells))
    edges = np.flatnonzero(np.diff(cells[order], prepend=np.nan, append=np.nan))
    ends = np.concatenate((order[edges[:-1]], order[edges[1:] - 1], np.flatnonzero(always)))
    return np.unique(ends)


def paint_shape(painter: QPainter, shape: Shape, at: QPointF, radius: float, pen: QPen, fill: QColor) -> None:
    """Paint a mark about a point."""
    painter.setPen(pen)
    painter.setBrush(fill)
    if shape == "circle":
        painter.drawEllipse(at, radius, radius)
        return
    corners = {
        "diamond": ((0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)),
        "triangle": ((0.0, -1.3), (1.2, 0.9), (-1.2, 0.9)),
        "square": ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)),
    }[shape]
    painter.drawPolygon(QPolygonF([at + QPointF(dx * radius, dy * radius) for dx, dy in corners]))


def paint_arrow(painter: QPainter, at: QPointF, pen: QPen) -> None:
    """Paint the arrow of a limit under its mark: what is not seen lies below it."""
    painter.setPen(pen)
    tip = at + QPointF(0, ARROW_PX)
    painter.drawLine(at + QPointF(0, MARK_PX + 0.5), tip)
    painter.drawLine(tip, tip + QPointF(-2.5, -2.5))
    painter.drawLine(tip, tip + QPointF(2.5, -2.5))


def paint_cross(painter: QPainter, at: QPointF, ink: QColor) -> None:
    """Paint the cross of an excluded aliquot."""
    painter.setPen(QPen(ink, 1.0))
    for dx, dy in ((1, 1), (1, -1)):
        painter.drawLine(at - QPointF(dx * MARK_PX, dy * MARK_PX), at + QPointF(dx * MARK_PX, dy * MARK_PX))

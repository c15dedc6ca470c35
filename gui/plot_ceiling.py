"""The ceiling of an absorbance: above it no value could have been measured, and the plot shows where that begins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath

from analysis.spectrum import FloatArray
from gui.overlay_layer import Curve, Mapping, draw_curve, runs
from gui.plot_frame import LABEL_GROUND, Look, paint_hatch
from gui.theme import colour

WORDS = ("more than this light can show", "ceiling")  # the second where there is little room
STEP_PX = 2.0  # the edge of the hatch in steps: noise of the lamp's counts would fray it
LEAST_PX = 6.0  # a region lower than this is not seen as one


def paint_ceiling(
    painter: QPainter,
    mapping: Mapping,
    ceiling: Curve,
    look: Look,
    hatched: Sequence[QRectF] = (),
    taken: Sequence[QRectF] = (),
) -> None:
    """Hatch what lies above the ceiling, under a line in ink3, and say what it is where nothing is `taken`.

    What is `hatched` already stays as it is. Nothing is painted where the ceiling lies above what is in sight.
    """
    xs, ys = _edge(mapping, ceiling)
    inside = ys > mapping.top + LEAST_PX
    for rect in hatched:
        inside &= (xs < rect.left()) | (xs > rect.right())
    bottom = mapping.top + mapping.height
    widest = (0.0, 0.0, 0.0)
    for first, last in runs(np.where(inside, ys, np.nan)):
        left, right = float(xs[first]), float(xs[last - 1])
        if right - left < LEAST_PX:
            continue
        path = QPainterPath(QPointF(left, mapping.top))
        for x, y in zip(xs[first:last], np.minimum(ys[first:last], bottom), strict=True):
            path.lineTo(float(x), float(y))
        path.lineTo(right, mapping.top)
        path.closeSubpath()
        painter.save()
        painter.setClipPath(path)
        paint_hatch(painter, path.boundingRect(), look)
        painter.restore()
        widest = max(widest, (right - left, left, float(np.min(ys[first:last]))))
    if widest[0] <= 0.0:
        return
    painter.save()
    painter.setClipRect(mapping.rect)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_curve(painter, mapping, ceiling, ratio=look.ratio)
    _say(painter, mapping, widest, look, taken)
    painter.restore()


def _edge(mapping: Mapping, ceiling: Curve) -> tuple[FloatArray, FloatArray]:
    """Return the pixels of the ceiling in even steps along the plot, NaN where nothing is known."""
    xs = np.arange(mapping.left, mapping.left + mapping.width + STEP_PX, STEP_PX)
    nm = mapping.low_nm + (xs - mapping.left) / mapping.width * (mapping.high_nm - mapping.low_nm)
    own = ceiling.wavelengths_nm
    at = np.clip(np.searchsorted(own, nm), 0, own.size - 1)
    ys = mapping.ys(ceiling.values[at])
    ys[(nm < own[0]) | (nm > own[-1])] = np.nan
    return xs, ys


def _say(
    painter: QPainter, mapping: Mapping, widest: tuple[float, float, float], look: Look, taken: Sequence[QRectF]
) -> None:
    """Write what the region is into its widest part, where it is high enough."""
    width, left, lowest = widest
    in_font = look.font(12)
    metrics = QFontMetricsF(in_font)
    high = metrics.height()
    for words in WORDS:
        wide = metrics.horizontalAdvance(words) + 8
        box = QRectF(left + (width - wide) / 2, mapping.top + 2, wide, high)
        low_enough = wide <= width and box.bottom() + 2 <= lowest
        if low_enough and not any(box.intersects(other) for other in taken):
            painter.fillRect(box, colour(look.theme.surface, LABEL_GROUND))
            painter.setFont(in_font)
            painter.setPen(QColor(look.theme.ink2))
            painter.drawText(QPointF(box.left() + 4, box.center().y() + metrics.capHeight() / 2), words)
            return

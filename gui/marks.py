"""The few shapes that say a state beside its word: each one path, so that shape and not colour tells."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal, get_args

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPolygonF, QTransform

MarkName = Literal[
    "tick", "triangle", "octagon", "flag", "flag-outline", "dot", "ring", "dash", "exclamation", "cross", "note"
]
NAMES: tuple[MarkName, ...] = get_args(MarkName)

_SIDE = 16.0  # every shape is drawn on a square of this side
_FLAG = ((3.0, 2.0), (13.5, 2.0), (11.3, 5.6), (13.5, 9.2), (3.0, 9.2))


def paint(painter: QPainter, name: MarkName, rect: QRectF, colour: QColor) -> None:
    """Paint a mark into the largest square in the middle of `rect`; what is cut out of it stays as it was.

    tick: ok. triangle: stale. octagon: bad. flag: onset, new; flag-outline: onset, confirmed. dot, ring: on,
    off. dash: not reached. exclamation: fault. cross: excluded. note: something is written down about it.
    """
    side = min(rect.width(), rect.height())
    fit = QTransform()
    fit.translate(rect.center().x() - side / 2, rect.center().y() - side / 2)
    fit.scale(side / _SIDE, side / _SIDE)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPath(fit.map(path(name)))
    painter.restore()


@lru_cache(maxsize=len(NAMES))
def path(name: MarkName) -> QPainterPath:
    """Return the filled outline of a mark on a square of 16."""
    return _DRAWN[name]()


def _stroked(*lines: tuple[tuple[float, float], ...], width: float) -> QPainterPath:
    """Return the outline of lines drawn with a round pen."""
    pen = QPainterPathStroker()
    pen.setWidth(width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    drawn = QPainterPath()
    for points in lines:
        drawn.addPolygon(QPolygonF([QPointF(*point) for point in points]))
    return pen.createStroke(drawn).simplified()


def _closed(points: tuple[tuple[float, float], ...]) -> QPainterPath:
    """Return a polygon."""
    drawn = QPainterPath()
    drawn.addPolygon(QPolygonF([QPointF(*point) for point in points]))
    drawn.closeSubpath()
    return drawn


def _circle(radius: float) -> QPainterPath:
    drawn = QPainterPath()
    drawn.addEllipse(QPointF(_SIDE / 2, _SIDE / 2), radius, radius)
    return drawn


def _tick() -> QPainterPath:
    return _stroked(((3.0, 8.8), (6.4, 12.2), (13.2, 4.4)), width=1.5)


def _triangle() -> QPainterPath:
    corners = ((8.0, 2.6), (14.2, 13.2), (1.8, 13.2))
    body = _closed(corners).united(_stroked((*corners, corners[0]), width=1.6))
    return body.subtracted(_stroked(((8.0, 6.3), (8.0, 9.3)), ((8.0, 11.6), (8.0, 11.61)), width=1.6))


def _octagon() -> QPainterPath:
    near, far = 1.2, 14.8
    cut = (far - near) / (2 + 2**0.5)  # all eight sides of one length
    body = _closed(
        (
            (near + cut, near),
            (far - cut, near),
            (far, near + cut),
            (far, far - cut),
            (far - cut, far),
            (near + cut, far),
            (near, far - cut),
            (near, near + cut),
        )
    )
    return body.subtracted(_stroked(((5.4, 5.4), (10.6, 10.6)), ((10.6, 5.4), (5.4, 10.6)), width=1.9))


def _flag() -> QPainterPath:
    return _closed(_FLAG).united(_flag_outline())


def _flag_outline() -> QPainterPath:
    return _stroked(((3.0, 2.0), (3.0, 14.4)), (*_FLAG, _FLAG[0]), width=1.5)


def _dot() -> QPainterPath:
    return _circle(4.5)


def _ring() -> QPainterPath:
    drawn = _circle(4.8)
    drawn.addPath(_circle(3.4))  # filled odd-even: a path operation would make polygons of the circles
    return drawn


def _dash() -> QPainterPath:
    return _stroked(((2.5, 8.0), (13.5, 8.0)), width=2.0)


def _exclamation() -> QPainterPath:
    return _stroked(((8.0, 1.8), (8.0, 10.0)), ((8.0, 13.8), (8.0, 13.81)), width=1.8)


def _cross() -> QPainterPath:
    return _stroked(((3.5, 3.5), (12.5, 12.5)), ((12.5, 3.5), (3.5, 12.5)), width=1.7)


def _note() -> QPainterPath:
    return _stroked(((3.0, 4.0), (13.0, 4.0)), ((3.0, 8.0), (13.0, 8.0)), ((3.0, 12.0), (9.0, 12.0)), width=1.6)


_DRAWN: dict[MarkName, Callable[[], QPainterPath]] = {
    "tick": _tick,
    "triangle": _triangle,
    "octagon": _octagon,
    "flag": _flag,
    "flag-outline": _flag_outline,
    "dot": _dot,
    "ring": _ring,
    "dash": _dash,
    "exclamation": _exclamation,
    "cross": _cross,
    "note": _note,
}

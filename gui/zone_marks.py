"""The marks of the zones of the paper's map: its three colours, the finer zone by shape."""

from __future__ import annotations

from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from gui.theme import Theme, colour

_OF_BOTH = 7.5 / 9.0  # two marks side by side are smaller


def paint_zone(painter: QPainter, zone: str, room: QRectF, theme: Theme) -> None:
    """Paint the mark of a zone, its outline in the zone's colour, into the largest square in the middle of `room`."""
    side = min(room.width(), room.height())
    square = QRectF(room.center().x() - side / 2, room.center().y() - side / 2, side, side)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if " + prenucleation" in zone:
        half = side * _OF_BOTH / 2
        for part, x in (("MSC", square.left()), ("prenucleation", square.right() - half)):
            paint_zone(painter, part, QRectF(x, square.center().y() - half / 2, half, half), theme)
        return
    pen = QPen(colour(zone_colour(zone, theme)), max(1.5, side / 13))
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(zone_shape(zone, square.adjusted(2, 2, -2, -2)))


def zone_colour(zone: str, theme: Theme) -> str:
    """Return the colour of a zone: blue for the cluster, green where dots are, orange where neither is."""
    if zone == "MSC":
        return theme.zone_cluster
    return theme.zone_dots if "QD" in zone else theme.zone_none


def zone_shape(zone: str, room: QRectF) -> QPainterPath:
    """Return the shape of a zone in a square: circle, square, diamond, triangle, pentagon, or a cross."""
    made = QPainterPath()
    middle, radius = room.center(), room.width() / 2
    if zone == "MSC":
        made.addEllipse(middle, radius, radius)
    elif zone == "none":
        for sign in (-1, 1):
            made.moveTo(middle.x() - 0.7 * radius, middle.y() - sign * 0.7 * radius)
            made.lineTo(middle.x() + 0.7 * radius, middle.y() + sign * 0.7 * radius)
    elif zone == "MSC + QD":
        made.addRect(room.adjusted(0.12 * radius, 0.12 * radius, -0.12 * radius, -0.12 * radius))
    else:
        corners = {"second MSC + QD": 4, "prenucleation": 3}.get(zone, 5)
        turns = [2 * pi * n / corners for n in range(corners)]
        made.addPolygon(QPolygonF([middle + QPointF(radius * sin(t), -radius * cos(t)) for t in turns]))
        made.closeSubpath()
    return made

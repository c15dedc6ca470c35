"""The small pictures of the first run: a spectrometer with its plug, and what stands before it at every step."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui.actions import Act
from gui.dress import Dress
from gui.theme import colour, series_colour

SIZE = (190.0, 110.0)  # of the drawing, before it is scaled into its room


def picture(painter: QPainter, act: Act, room: QRectF, dress: Dress, *, faint: bool) -> None:
    """Paint the picture of a step into the middle of a room; `faint` for a step that comes later."""
    scale = min(room.width() / SIZE[0], room.height() / SIZE[1], dress.scale)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(0.45 if faint else 1.0)
    painter.translate(room.center().x() - scale * SIZE[0] / 2, room.center().y() - scale * SIZE[1] / 2)
    painter.scale(scale, scale)
    theme = dress.theme
    ink, pen = colour(theme.ink2), QPen(colour(theme.ink2), 2)
    painter.setPen(pen)
    if act is Act.VIRTUAL:
        _spectrometer_with_plug(painter, colour(theme.raised), ink)
    else:
        _bench(painter, act, colour(theme.raised), ink, series_colour(0.9, theme))
    painter.restore()


def _spectrometer_with_plug(painter: QPainter, ground: QColor, ink: QColor) -> None:
    painter.setBrush(ground)
    painter.drawRoundedRect(QRectF(22, 27, 84, 56), 5, 5)
    painter.drawLine(QPointF(106, 55), QPointF(140, 55))
    painter.setBrush(ink)
    painter.drawRoundedRect(QRectF(140, 47, 18, 16), 3, 3)
    for y in (51.0, 59.0):
        painter.drawLine(QPointF(158, y), QPointF(165, y))


def _bench(painter: QPainter, act: Act, ground: QColor, ink: QColor, sample: QColor) -> None:
    """Draw lamp, cuvette and detector: covered for the dark, solvent for the reference, sample for the aliquot."""
    lit = act is not Act.DARK
    if lit:
        _beam(painter, ink)
    _cuvette(painter, None if not lit else sample if act is Act.CAPTURE else ink)
    painter.setBrush(ground)
    painter.drawRoundedRect(QRectF(138, 34, 48, 42), 4, 4)
    lamp = QRectF(6, 45, 20, 20)
    if lit:
        painter.setBrush(ink)
        painter.drawEllipse(lamp)
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(lamp.adjusted(-2, -2, 2, 2))
    painter.drawLine(lamp.bottomLeft() + QPointF(1, 0), lamp.topRight() + QPointF(-1, 0))
    painter.setBrush(ink)
    painter.drawRoundedRect(QRectF(62, 10, 52, 9), 3, 3)


def _beam(painter: QPainter, ink: QColor) -> None:
    light = QColor(ink)
    light.setAlphaF(0.3)
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(light)
    painter.drawPolygon(QPolygonF([QPointF(26, 53), QPointF(138, 47), QPointF(138, 63), QPointF(26, 57)]))
    painter.restore()


def _cuvette(painter: QPainter, filled: QColor | None) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if filled is not None:
        inside = QColor(filled)
        inside.setAlphaF(0.35)
        painter.fillRect(QRectF(75, 42, 26, 46), inside)
    wall = [QPointF(66, 21), QPointF(72, 21), QPointF(72, 92), QPointF(104, 92), QPointF(104, 21), QPointF(110, 21)]
    painter.drawPolyline(QPolygonF(wall))

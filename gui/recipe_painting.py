"""How the strips and boxes of the recipe page are painted under their texts."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from gui.dress import CHIP_CORNER, CORNER, Dress, Mark, Part, Text, hairline, rounded
from gui.recipe_layout import PlacedBox, Strip
from gui.theme import colour
from gui.zone_marks import paint_zone


def paint_strip(painter: QPainter, strip: Strip, dx: float, dy: float, dress: Dress, at: str) -> None:
    """Paint hairline, zone mark and boxes of a strip, moved by so much; `at` is the field under the cursor."""
    theme = dress.theme
    if strip.rule:
        y = round(strip.room.bottom() + dy) - 1.0
        ends = QPointF(strip.room.left() + dx, y), QPointF(strip.room.right() + dx, y)
        hairline(painter, *ends, colour(theme.line))
    if strip.zone is not None:
        paint_zone(painter, strip.zone[0], strip.zone[1].translated(dx, dy), theme)
    for box in strip.boxes:
        room = box.room.translated(dx, dy)
        paint_box(painter, box, room, colour(theme.raised if box.presses else theme.surface), dress, at)
        if box.field.options:
            side = dress.scaled(5)
            tip = QPointF(room.right() - 9 - side, room.center().y() + side / 2)
            painter.setPen(colour(theme.ink2))
            painter.drawPolyline([tip + QPointF(-side, -side), tip, tip + QPointF(side, -side)])


def paint_box(painter: QPainter, box: PlacedBox, room: QRectF, fill: QColor, dress: Dress, at: str) -> None:
    """Paint a field or a button; what is wrong has the edge of what is stale, the cursor its own."""
    theme, field = dress.theme, box.field
    current = field.name == at
    edge = theme.line if box.presses else theme.stale if field.wrong else theme.edge
    corner = CORNER if box.presses else CHIP_CORNER
    width = 2.0 if current else 1.0
    rounded(painter, room, corner, fill, colour(theme.accent if current else edge), width)


def moved(part: Part, dx: float, dy: float) -> Part:
    """Return a part of the columns where it stands in the widget."""
    if isinstance(part, Text):
        return Text(part.text, part.room.translated(dx, dy), part.font, part.colour, part.side, part.may_elide)
    if isinstance(part, Mark):
        return Mark(part.name, part.room.translated(dx, dy), part.colour)
    return part

"""How painted panels are dressed: a theme and a scale of type, and texts that know the room they have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from gui import theme as themes
from gui.marks import MarkName
from gui.marks import paint as paint_mark
from gui.theme import Theme, Weight

CORNER = 6.0
CHIP_CORNER = 5.0
CAP_CORNER = 4.0
GAP = 8
MARGIN = 16
SCALES = (1.0, 1.25, 1.5, 1.75, 2.0)
LINE_HEIGHT = 1.22  # of the type's size; Inter's own
Side = Literal["left", "right", "centre"]


@dataclass(frozen=True, slots=True)
class Dress:
    """A theme and the scale of type (1 = 100 %)."""

    theme: Theme
    scale: float = 1.0

    def font(self, px: float, weight: Weight = 400) -> QFont:
        """Return the font of a size at this scale."""
        return themes.font(px, weight, scale=self.scale)

    def size(self, px: float) -> float:
        """Return the pixel size a font of `px` really has at this scale."""
        return float(self.font(px).pixelSize())

    def width(self, text: str, px: float, weight: Weight = 400) -> float:
        """Return how wide a text is, in pixels."""
        return text_width(text, self.font(px, weight))

    def line(self, px: float) -> float:
        """Return the height of a line of type of this size."""
        return self.size(px) * LINE_HEIGHT

    def stepped(self, *, larger: bool) -> Dress:
        """Return the dress with the next larger or smaller type, as far as there is one."""
        others = [scale for scale in SCALES if (scale > self.scale if larger else scale < self.scale)]
        return replace(self, scale=min(others) if larger else max(others)) if others else self

    def scaled(self, px: float) -> float:
        """Return a length that grows with the type."""
        return px * self.scale


@lru_cache(maxsize=4096)
def text_width(text: str, font: QFont) -> float:
    """Return the width of a text in a font, in pixels."""
    return QFontMetricsF(font).horizontalAdvance(text)


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the room it has. One that may not be elided has to fit; a test measures every one.

    `even` gives every figure a cell of one width, so that a running clock stands still.
    """

    text: str
    room: QRectF
    font: QFont
    colour: QColor
    side: Side = "left"
    may_elide: bool = False
    even: bool = False

    @property
    def needs(self) -> float:
        """Get the width the text takes, in pixels."""
        return themes.figures_width(self.text, self.font) if self.even else text_width(self.text, self.font)


@dataclass(frozen=True, slots=True)
class Mark:
    """A shape in the room it has."""

    name: MarkName
    room: QRectF
    colour: QColor


@dataclass(frozen=True, slots=True)
class Cap:
    """A key cap: its text in a rounded edge."""

    label: Text
    room: QRectF
    edge: QColor


Part = Text | Mark | Cap


def texts(parts: list[Part]) -> list[Text]:
    """Return the texts among some parts, those on key caps included."""
    return [part.label if isinstance(part, Cap) else part for part in parts if not isinstance(part, Mark)]


def paint(painter: QPainter, parts: list[Part]) -> None:
    """Paint texts, marks and key caps where they stand."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for part in parts:
        if isinstance(part, Mark):
            paint_mark(painter, part.name, part.room, part.colour)
        elif isinstance(part, Cap):
            rounded(painter, part.room, CAP_CORNER, edge=part.edge)
            _paint_text(painter, part.label)
        else:
            _paint_text(painter, part)


_ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "right": Qt.AlignmentFlag.AlignRight,
    "centre": Qt.AlignmentFlag.AlignHCenter,
}


def _paint_text(painter: QPainter, part: Text) -> None:
    shown = part.text
    if part.may_elide:
        shown = QFontMetricsF(part.font).elidedText(shown, Qt.TextElideMode.ElideRight, part.room.width())
    painter.setFont(part.font)
    painter.setPen(part.colour)
    if part.even:
        metrics = QFontMetricsF(part.font)
        baseline = part.room.center().y() + (metrics.ascent() - metrics.descent()) / 2
        themes.draw_figures(painter, part.room.left(), baseline, shown)
        return
    flags = _ALIGN[part.side] | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
    painter.drawText(part.room, flags, shown)


def rounded(
    painter: QPainter,
    room: QRectF,
    corner: float,
    fill: QColor | None = None,
    edge: QColor | None = None,
    edge_width: float = 1.0,
) -> None:
    """Paint a rounded box whose border lies inside its room."""
    inside = room.adjusted(edge_width / 2, edge_width / 2, -edge_width / 2, -edge_width / 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen if edge is None else QPen(edge, edge_width))
    painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else fill)
    painter.drawRoundedRect(inside, corner, corner)


def hairline(painter: QPainter, start: QPointF, end: QPointF, colour: QColor) -> None:
    """Paint a line of one pixel."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(colour, 1))
    painter.drawLine(start, end)


def cap_width(dress: Dress, label: str) -> float:
    """Return how wide the cap of a key is."""
    return max(dress.scaled(22), dress.width(label, 12, 600) + dress.scaled(12)) if label else 0.0


def key_cap(dress: Dress, label: str, right: float, middle: float, ink: QColor, edge: QColor) -> list[Part]:
    """Return the cap of a key whose right edge and middle are given; nothing for no label."""
    if not label:
        return []
    width, height = cap_width(dress, label), min(dress.scaled(22), 2 * middle - 6)
    room = QRectF(round(right - width), round(middle - height / 2), round(width), round(height))
    return [Cap(Text(label, room, dress.font(12, 600), ink, "centre"), room, edge)]


def wrapped(text: str, font: QFont, width: float) -> list[str]:
    """Return a text in lines no wider than `width`, broken at its ordinary spaces."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, font) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines

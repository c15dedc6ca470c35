"""Where the names of peaks stand: right of a hairline, in rows, never over one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

GAP_PX = 8.0  # from the hairline to the text
CLEAR_PX = 4.0  # kept free around a text
ROWS = 3


@dataclass(frozen=True, slots=True)
class Wish:
    """A label that wants a place: its peak in pixels and the size of its text; earlier wishes go first."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a label stands: index of the wish, the rectangle of its text and the top of its hairline."""

    index: int
    rect: QRectF
    line_top: float


def place_labels(
    wishes: Sequence[Wish], area: QRectF, row_px: float, taken: Sequence[QRectF] = ()
) -> tuple[Placed, ...]:
    """Return places for as many labels as fit, in the order of the wishes.

    A label stands right of its hairline in the first row; where it would meet another text or another's hairline
    it goes a row lower, but not below its own peak, then to the left of its hairline; where nothing is free it is
    left out.
    """
    texts = list(taken)
    placed: list[Placed] = []
    lines: list[QRectF] = []
    for index, wish in enumerate(wishes):
        line = _line(wish, area.top())
        if any(line.intersects(rect) for rect in texts):
            continue
        ahead = [_line(other, area.top()) for other in wishes[index + 1 :]]
        found = _free(wish, area, row_px, texts, lines + ahead) or _free(wish, area, row_px, texts, lines)
        if found is None:
            continue
        texts.append(found.adjusted(-CLEAR_PX, -CLEAR_PX, CLEAR_PX, CLEAR_PX))
        lines.append(line)
        placed.append(Placed(index, found, found.top()))
    return tuple(placed)


def _line(wish: Wish, top: float) -> QRectF:
    """Return the strip a hairline takes, from the first row down to its peak."""
    return QRectF(wish.x - 1.0, top, 2.0, max(1.0, wish.y - top))


def _free(wish: Wish, area: QRectF, row_px: float, texts: Sequence[QRectF], lines: Sequence[QRectF]) -> QRectF | None:
    """Return the first place that meets no text and no other hairline, or None."""
    for left in (wish.x + GAP_PX, wish.x - GAP_PX - wish.width):
        for row in range(ROWS):
            rect = QRectF(left, area.top() + row * row_px, wish.width, wish.height)
            meets = any(rect.intersects(other) for other in (*texts, *lines))
            above = row == 0 or rect.bottom() <= wish.y
            if area.contains(rect) and above and not meets:
                return rect
    return None

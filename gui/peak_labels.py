"""Where the names of peaks stand: right of a hairline, in rows, never over one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

GAP_PX = 8.0  # from the hairline to the text
CLEAR_PX = 4.0  # kept free around a text
FLANK_PX = 16.0  # beside a peak its flank is still nearly as high
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
    left out. A hairline begins at its own text, so that one in a lower row passes under the texts above.
    """
    texts = list(taken)
    placed: list[Placed] = []
    lines: list[QRectF] = []
    for index, wish in enumerate(wishes):
        ahead = [_line(other, area.top()) for other in wishes[index + 1 :]]
        open_rows = _Rows(area, row_px, tuple(texts), tuple(wishes))
        found = open_rows.free(wish, lines + ahead) or open_rows.free(wish, lines)
        if found is None:
            continue
        texts.append(found.adjusted(-CLEAR_PX, -CLEAR_PX, CLEAR_PX, CLEAR_PX))
        lines.append(_line(wish, found.top()))
        placed.append(Placed(index, found, found.top()))
    return tuple(placed)


def _line(wish: Wish, top: float) -> QRectF:
    """Return the strip a hairline takes, from the top of its text down to its peak."""
    return QRectF(wish.x - 1.0, top, 2.0, max(1.0, wish.y - top))


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows under the title: their area and height, the texts that stand there, and all peaks."""

    area: QRectF
    row_px: float
    texts: tuple[QRectF, ...]
    peaks: tuple[Wish, ...]

    def free(self, wish: Wish, lines: Sequence[QRectF]) -> QRectF | None:
        """Return the first place that meets no text, hairline or peak, and whose own hairline meets no text."""
        right, left = wish.x + GAP_PX, wish.x - GAP_PX - wish.width
        # Left of a hairline and lower down stands, as a rule, the flank of a taller peak: there no name may lie.
        for side, row in (*((right, row) for row in range(ROWS)), (left, 0)):
            rect = QRectF(side, self.area.top() + row * self.row_px, wish.width, wish.height)
            own = _line(wish, rect.top())
            meets = any(rect.intersects(other) for other in (*self.texts, *lines))
            crosses = any(own.intersects(text) for text in self.texts)
            above = row == 0 or (rect.bottom() <= wish.y and not self._covers_a_peak(rect))
            if self.area.contains(rect) and above and not meets and not crosses:
                return rect
        return None

    def _covers_a_peak(self, rect: QRectF) -> bool:
        """Return whether some peak, or its flank, stands in or behind this rectangle."""
        near = rect.adjusted(-FLANK_PX, 0.0, FLANK_PX, 0.0)
        return any(near.left() < peak.x < near.right() and peak.y < rect.bottom() for peak in self.peaks)

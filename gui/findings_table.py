"""The table of findings in review: label, value, note, parted by hairlines."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from analysis.wording import unbroken
from gui.actions import MORE_ABOVE, MORE_BELOW
from gui.dress import Dress, Mark, Part, Text, hairline, paint, wrapped
from gui.shown.measures_rows import Row
from gui.theme import colour

LABEL = 108
SIGN = 11
NOTCH, ROWS_A_NOTCH = 120, 3  # of the wheel, in eighths of a degree
LEAST_LEFT = 3
PAD = 5
APART = 10.0


class FindingsTable(QWidget):
    """Paints sections of rows, each under its head; wheel and arrows go on to what has no room at the foot."""

    def __init__(self, dress: Dress, parent: QWidget) -> None:
        super().__init__(parent)
        self._dress = dress
        self._sections: tuple[tuple[str, tuple[Row, ...]], ...] = ()
        self._first = 0
        self._turned = 0

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self.update()

    def show_sections(self, sections: tuple[tuple[str, tuple[Row, ...]], ...]) -> None:
        """Show sections: (head, rows)."""
        if [head for head, _ in sections][:1] != [head for head, _ in self._sections][:1]:
            self._first = 0
        self._sections = sections
        self._first = min(self._first, self._last_first())
        said = [f"{row.label} {row.value} {row.note}".strip() for _, rows in sections for row in rows]
        self.setAccessibleName(". ".join(said))
        self.update()

    def _placed(self) -> tuple[list[Part], list[float]]:
        """Return the texts and the heights of the hairlines."""
        dress = self._dress
        parts: list[Part] = []
        lines: list[float] = []
        more = dress.line(13) + 2 * PAD
        y = 4.0
        items = self._items()[self._first :]
        if self._first:
            room = QRectF(0, y, self.width(), dress.line(13))
            parts.append(Text(MORE_ABOVE, room, dress.font(13), colour(dress.theme.ink3)))
            y += dress.line(13) + PAD
        for index, item in enumerate(items):
            is_head = isinstance(item, str)
            at = y + (APART if index else 0.0) if is_head else y + PAD
            placed, tall = self._head(item, at) if isinstance(item, str) else self._row(item, at)
            bottom = at + tall + PAD
            if bottom + (0.0 if index == len(items) - 1 else more) > self.height():
                room = QRectF(0, y + PAD, self.width(), dress.line(13))
                if room.bottom() <= self.height():
                    parts.append(Text(MORE_BELOW, room, dress.font(13), colour(dress.theme.ink3)))
                return parts, lines
            if not is_head:
                lines.append(y)
            parts += placed
            y = bottom
        return parts, lines

    def _items(self) -> list[str | Row]:
        """Return heads and rows, one after the other."""
        items: list[str | Row] = []
        for head, rows in self._sections:
            items += [head, *rows]
        return items

    def _last_first(self) -> int:
        """Return the furthest item that may stand at the top: a few are left under it."""
        return max(0, len(self._items()) - LEAST_LEFT)

    def go(self, rows: int) -> None:
        """Go on by so many rows, or back; not on where everything below has room already."""
        for _ in range(abs(rows)):
            if rows > 0 and self._first < self._last_first() and self._has_more():
                self._first += 1
            elif rows < 0 and self._first > 0:
                self._first -= 1
        self.update()

    def _has_more(self) -> bool:
        """Return whether something has no room at the foot."""
        return any(isinstance(part, Text) and part.text == MORE_BELOW for part in self.parts())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go on by a few rows for a notch of the wheel."""
        self._turned -= event.angleDelta().y()
        notches = int(self._turned / NOTCH)
        self._turned -= notches * NOTCH
        self.go(ROWS_A_NOTCH * notches)

    def _head(self, words: str, y: float) -> tuple[list[Part], float]:
        """Return the head of a section and its height."""
        dress = self._dress
        line = dress.line(14)
        room = QRectF(0, y, self.width(), line)
        return [Text(words, room, dress.font(14, 600), colour(dress.theme.ink), may_elide=True)], line

    def _row(self, row: Row, y: float) -> tuple[list[Part], float]:
        """Return the texts of a row and its height."""
        dress, theme, width = self._dress, self._dress.theme, float(self.width())
        line = dress.line(13)
        ink2 = colour(theme.ink2)
        if not row.value:
            rows = wrapped(unbroken(row.label), dress.font(13), width)
            placed: list[Part] = [
                Text(text, QRectF(0, y + n * line, width, line), dress.font(13), ink2, may_elide=True)
                for n, text in enumerate(rows)
            ]
            return placed, len(rows) * line
        label_font, value_font = dress.font(13), QFont(dress.font(13, 600))
        value_font.setStrikeOut(row.struck)
        side = dress.scaled(SIGN) if row.sign else 0.0
        inset = side + 6 if row.sign else 0.0
        label = max(dress.scaled(LABEL), inset + dress.width(row.label, 13) + 8)
        note = dress.width(row.note, 12) + 9 if row.note else 0.0
        values = wrapped(unbroken(row.value), value_font, width - label - note)
        placed = [Text(row.label, QRectF(inset, y, label - inset, line), label_font, ink2)]
        if row.sign:
            placed.append(Mark(row.sign, QRectF(0, y + (line - side) / 2, side, side), ink2))
        ink = colour(theme.ink3 if row.struck else theme.ink)
        for n, text in enumerate(values):
            at = QRectF(label, y + n * line, width - label - note, line)
            placed.append(Text(text, at, value_font, ink, may_elide=True))
        if row.note:
            at = QRectF(width - note, y, note, line)
            placed.append(Text(row.note, at, dress.font(12), ink2, "right", may_elide=True))
        return placed, len(values) * line

    def parts(self) -> list[Part]:
        """Return all texts where they stand."""
        return self._placed()[0]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint hairlines and texts."""
        painter = QPainter(self)
        parts, lines = self._placed()
        for y in lines:
            hairline(painter, QPointF(0, round(y)), QPointF(self.width() - 1, round(y)), colour(self._dress.theme.line))
        paint(painter, parts)
        painter.end()

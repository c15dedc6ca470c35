"""A list that opens under a field: one option under the cursor, taken with Enter."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from gui.dress import CHIP_CORNER, Dress, Mark, Part, Text, paint, rounded
from gui.theme import colour

ROW_TALL = 28
_INSET = 10
_EDGE = 4.0


class ChoiceList(QWidget):
    """Paints the options that have room; `taken` gets the index of the one that is clicked."""

    def __init__(self, dress: Dress, taken: Callable[[int], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._dress = dress
        self._taken = taken
        self._options: tuple[str, ...] = ()
        self._at = 0
        self._first = 0
        self.hide()

    @property
    def at(self) -> int:
        """Get the index of the option under the cursor."""
        return self._at

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self.update()

    def offer(self, options: tuple[str, ...], at: int, box: QRectF, room: QRectF) -> None:
        """Open under `box`, or over it where there is more room, within `room`."""
        self._options, self._at, self._first = options, at, 0
        row = self._row()
        wide = max(box.width(), max(self._dress.width(each, 14, 500) for each in options) + 2 * _INSET + 34)
        wide = min(wide, room.width())
        under, over = room.bottom() - box.bottom() - 4, box.top() - room.top() - 4
        space = max(under, over)
        count = max(1, min(len(options), int((space - 2 * _EDGE) / row)))
        tall = count * row + 2 * _EDGE
        top = box.bottom() + 2 if under >= over or tall <= under else box.top() - 2 - tall
        left = min(box.left(), room.right() - wide)
        self.setGeometry(round(left), round(top), round(wide), round(tall))
        self._show_cursor()
        self._name()
        self.show()
        self.raise_()

    def go(self, by: int) -> None:
        """Move the cursor."""
        self._at = min(len(self._options) - 1, max(0, self._at + by))
        self._show_cursor()
        self._name()
        self.update()

    def _name(self) -> None:
        self.setAccessibleName(f"{self._options[self._at]}, {self._at + 1} of {len(self._options)}")

    def _row(self) -> float:
        return self._dress.scaled(ROW_TALL)

    def _count(self) -> int:
        return max(1, int((self.height() - 2 * _EDGE + 0.5) / self._row()))

    def _show_cursor(self) -> None:
        self._first = min(max(self._first, self._at - self._count() + 1), self._at)

    def _rooms(self) -> list[tuple[int, QRectF]]:
        last = min(len(self._options), self._first + self._count())
        row = self._row()
        return [
            (n, QRectF(_EDGE, _EDGE + (n - self._first) * row, self.width() - 2 * _EDGE, row))
            for n in range(self._first, last)
        ]

    def parts(self) -> list[Part]:
        """Return the options that have room; the one under the cursor has a dot."""
        dress, theme = self._dress, self._dress.theme
        made: list[Part] = []
        side = dress.scaled(10)
        for n, room in self._rooms():
            words = room.adjusted(_INSET, 0, -_INSET - side - 6, 0)
            font = dress.font(14, 600 if n == self._at else 400)
            made.append(Text(self._options[n], words, font, colour(theme.ink), may_elide=True))
            if n == self._at:
                at = QRectF(room.right() - _INSET - side, room.center().y() - side / 2, side, side)
                made.append(Mark("dot", at, colour(theme.accent)))
        return made

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, cursor, options, and where there are more of them."""
        painter = QPainter(self)
        theme = self._dress.theme
        rounded(painter, QRectF(self.rect()), CHIP_CORNER, colour(theme.raised), colour(theme.edge))
        for n, room in self._rooms():
            if n == self._at:
                rounded(painter, room, CHIP_CORNER, colour(theme.surface), colour(theme.accent))
        paint(painter, self.parts())
        shown = len(self._options)
        if shown > self._count():
            track = self.height() - 8.0
            tall, top = track * self._count() / shown, 4 + track * self._first / shown
            rounded(painter, QRectF(self.width() - 4.0, top, 2.0, tall), 1.0, colour(theme.edge))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the option that is clicked."""
        if event.button() is Qt.MouseButton.LeftButton:
            found = self._under(event.position())
            if found is not None:
                self._taken(found)

    def _under(self, at: QPointF) -> int | None:
        return next((n for n, room in self._rooms() if room.contains(at)), None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Move the cursor by one."""
        self.go(-1 if event.angleDelta().y() > 0 else 1)

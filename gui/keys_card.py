"""All keys on one card, made from the table in actions.py."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.actions import Place, keys_of
from gui.dress import CORNER, Dress, Part, Text, cap_width, key_cap, paint, rounded
from gui.theme import colour

PAD = 24
ROW = 30
COLUMN_GAP = 32
VEIL = 0.7


class KeysCard(QWidget):
    """Covers the window's middle with the keys that work in it; any click closes it, as do ? and Esc."""

    def __init__(self, dress: Dress, place: Place, parent: QWidget) -> None:
        super().__init__(parent)
        self._dress = dress
        self._place: Place = place
        self.hide()

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self.update()

    def toggle(self) -> None:
        """Show the card, or put it away."""
        self.setVisible(self.isHidden())
        self.raise_()

    def set_room(self, room: QRect) -> None:
        """Set the window's room; the card stands in its middle."""
        self.setGeometry(room)

    def _row(self) -> float:
        """Return the height of a row: less where the window is low."""
        rows = self._rows()
        free = self.height() - 2 * PAD - self._dress.line(20) - 16
        return min(self._dress.scaled(ROW), free / rows)

    def _rows(self) -> int:
        """Return how many rows a column has."""
        return -(-len(keys_of(self._place)) // 2)

    def _columns(self) -> list[tuple[float, float]]:
        """Return for both columns the width of the caps and of the words."""
        keys, rows, dress = keys_of(self._place), self._rows(), self._dress
        return [
            (
                max(cap_width(dress, key.cap) for key in column),
                max(dress.width(key.says, 13) + 2 for key in column),
            )
            for column in (keys[:rows], keys[rows:])
        ]

    def _card(self) -> QRectF:
        """Return the card's room in the middle of the window."""
        width = 2 * PAD + COLUMN_GAP + sum(cap + 12 + words for cap, words in self._columns())
        height = 2 * PAD + self._dress.line(20) + 16 + self._rows() * self._row()
        made = QRectF(0, 0, min(round(width), self.width() - 16), min(round(height), self.height()))
        made.moveCenter(QRectF(self.rect()).center())
        return QRectF(made.toRect())

    def parts(self) -> list[Part]:
        """Return title, caps and words where they stand."""
        dress, theme = self._dress, self._dress.theme
        ink, edge = colour(theme.ink), colour(theme.edge)
        card = self._card()
        title = QRectF(card.left() + PAD, card.top() + PAD, card.width() - 2 * PAD, dress.line(20))
        parts: list[Part] = [Text("Keys", title, dress.font(20, 600), ink)]
        keys, rows, row = keys_of(self._place), self._rows(), self._row()
        left = card.left() + PAD
        spare = card.width() - 2 * PAD - COLUMN_GAP - sum(12 + cap for cap, _ in self._columns())
        whole = sum(words for _, words in self._columns())
        for column, (caps, words) in enumerate(self._columns()):
            width = min(words, spare * words / whole)
            for line, key in enumerate(keys[column * rows : (column + 1) * rows]):
                middle = title.bottom() + 16 + (line + 0.5) * row
                parts += key_cap(dress, key.cap, left + caps, middle, ink, edge)
                at = QRectF(left + caps + 12, middle - row / 2, width, row)
                parts.append(Text(key.says, at, dress.font(13), colour(theme.ink2), may_elide=True))
            left += caps + 12 + width + COLUMN_GAP
        return parts

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the card away."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a veil over the window, the card and its parts."""
        painter = QPainter(self)
        theme = self._dress.theme
        painter.fillRect(self.rect(), colour(theme.window, VEIL))
        rounded(painter, self._card(), CORNER, colour(theme.raised), colour(theme.edge))
        paint(painter, self.parts())
        painter.end()

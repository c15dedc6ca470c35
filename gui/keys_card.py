"""All keys on one card, made from the table in actions.py, and what is to be known of UV."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from gui.actions import Place, keys_of
from gui.card import PAD, Card
from gui.dress import Dress, Part, Text, cap_width, key_cap, wrapped
from gui.shown.uv import HURTS
from gui.theme import colour

ROW = 30
COLUMN_GAP = 32
UNDER_TITLE = 12


class KeysCard(Card):
    """Covers the window's middle with the keys that work in it; any click closes it, as do ? and Esc."""

    def __init__(self, dress: Dress, place: Place, parent: QWidget) -> None:
        super().__init__(dress, parent)
        self._place: Place = place

    def toggle(self) -> None:
        """Show the card, or put it away."""
        self.setVisible(self.isHidden())
        self.raise_()

    def _row(self) -> float:
        """Return the height of a row: less where the window is low."""
        dress = self._dress
        under = len(self._uv_rows()) * dress.line(13) + 8
        free = self.height() - 2 * PAD - dress.line(20) - UNDER_TITLE - under
        return min(dress.scaled(ROW), free / self._rows())

    def _rows(self) -> int:
        """Return how many rows a column has."""
        return -(-len(keys_of(self._place)) // 2)

    def _uv_rows(self) -> list[str]:
        """Return what is to be known of UV, in lines."""
        return wrapped(HURTS, self._dress.font(13), self._width() - 2 * PAD)

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

    def _width(self) -> float:
        """Return the card's width."""
        wanted = 2 * PAD + COLUMN_GAP + sum(cap + 12 + words for cap, words in self._columns())
        return min(wanted, self.width() - 16.0)

    def size_wanted(self) -> tuple[float, float]:
        """Return width and height that both columns and the words on UV take."""
        dress = self._dress
        under = len(self._uv_rows()) * dress.line(13) + 8
        return self._width(), 2 * PAD + dress.line(20) + UNDER_TITLE + self._rows() * self._row() + under

    def parts(self) -> list[Part]:
        """Return title, caps and words where they stand."""
        dress, theme = self._dress, self._dress.theme
        ink, edge = colour(theme.ink), colour(theme.edge)
        card = self.card()
        title = QRectF(card.left() + PAD, card.top() + PAD, card.width() - 2 * PAD, dress.line(20))
        parts: list[Part] = [Text("Keys", title, dress.font(20, 600), ink)]
        keys, rows, row = keys_of(self._place), self._rows(), self._row()
        left, top = card.left() + PAD, title.bottom() + UNDER_TITLE
        spare = card.width() - 2 * PAD - COLUMN_GAP - sum(12 + cap for cap, _ in self._columns())
        whole = sum(words for _, words in self._columns())
        for column, (caps, words) in enumerate(self._columns()):
            width = min(words, spare * words / whole)
            for line, key in enumerate(keys[column * rows : (column + 1) * rows]):
                middle = top + (line + 0.5) * row
                parts += key_cap(dress, key.cap, left + caps, middle, ink, edge)
                at = QRectF(left + caps + 12, middle - row / 2, width, row)
                parts.append(Text(key.says, at, dress.font(13), colour(theme.ink2), may_elide=True))
            left += caps + 12 + width + COLUMN_GAP
        top += rows * row + 8
        for line, said in enumerate(self._uv_rows()):
            at = QRectF(title.left(), top + line * dress.line(13), title.width(), dress.line(13))
            parts.append(Text(said, at, dress.font(13), ink))
        return parts

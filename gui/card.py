"""A card in the middle of the window over a veil; the header stays free, so that UV is said over every card."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.dress import CORNER, Dress, Part, paint, rounded
from gui.theme import colour

PAD = 24
VEIL = 0.7


class Card(QWidget):
    """Paints veil, card and parts; a click puts it away."""

    def __init__(self, dress: Dress, parent: QWidget) -> None:
        super().__init__(parent)
        self._dress = dress
        self.hide()

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self.update()

    def set_room(self, room: QRect) -> None:
        """Set the room under the header; the card stands in its middle."""
        self.setGeometry(room)

    def size_wanted(self) -> tuple[float, float]:
        """Return width and height of the card, in pixels."""
        raise NotImplementedError

    def parts(self) -> list[Part]:
        """Return what stands on the card."""
        raise NotImplementedError

    def card(self) -> QRectF:
        """Return the card's room in the middle of the window."""
        width, height = self.size_wanted()
        made = QRectF(0, 0, min(round(width), self.width() - 16), min(round(height), self.height()))
        made.moveCenter(QRectF(self.rect()).center())
        return QRectF(made.toRect())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the card away."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a veil over the window, the card and its parts."""
        painter = QPainter(self)
        theme = self._dress.theme
        painter.fillRect(self.rect(), colour(theme.window, VEIL))
        rounded(painter, self.card(), CORNER, colour(theme.raised), colour(theme.edge))
        paint(painter, self.parts())
        painter.end()

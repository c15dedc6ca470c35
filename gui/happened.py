"""What happened: the run's own diary under the readouts, where the window is tall enough for it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.dress import Dress, Part, Text, hairline, paint
from gui.shown.happened import Happening
from gui.theme import colour

ROW_GAP = 8.0
WHEN = 92.0
TITLE = "What happened"


class Happened(QWidget):
    """Paints as many lines as have room, the newest at the top."""

    def __init__(self, dress: Dress, parent: QWidget) -> None:
        super().__init__(parent)
        self._dress = dress
        self._shown: tuple[Happening, ...] = ()
        self.setAccessibleName(TITLE)

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self.update()

    def show_happened(self, shown: tuple[Happening, ...]) -> None:
        """Show these; painted again only where they differ."""
        if shown != self._shown:
            self._shown = shown
            self.setAccessibleDescription("; ".join(f"{each.when} {each.what}" for each in shown))
            self.update()

    def parts(self) -> list[Part]:
        """Return title and lines where they stand; nothing while nothing has happened."""
        if not self._shown:
            return []
        dress, theme = self._dress, self._dress.theme
        line, when = dress.line(13), dress.scaled(WHEN)
        top = 10.0
        title = QRectF(0, top, self.width(), dress.line(13))
        parts: list[Part] = [Text(TITLE, title, dress.font(13, 500), colour(theme.ink2))]
        y = title.bottom() + ROW_GAP
        for each in self._shown:
            if y + line > self.height():
                break
            told = QRectF(when, y, self.width() - when, line)
            parts.append(Text(each.when, QRectF(0, y, when - 8, line), dress.font(13), colour(theme.ink2)))
            parts.append(Text(each.what, told, dress.font(13, 600), colour(theme.ink), may_elide=True))
            y += line + ROW_GAP
        return parts

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the hairline over the title, and the lines."""
        painter = QPainter(self)
        if self._shown:
            hairline(painter, QPointF(0, 0.5), QPointF(self.width(), 0.5), colour(self._dress.theme.line))
        paint(painter, self.parts())
        painter.end()

"""Toasts: short words at the lower right of the plots for what needs no answer; gone after four seconds."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from analysis.wording import unbroken
from gui.dress import CORNER, Dress, Mark, Part, Text, cap_width, key_cap, paint, rounded, wrapped
from gui.shown.notes import Note
from gui.spoken import announce
from gui.theme import colour

STAYS_MS = 4000
WIDEST = 460
LEAST_LEFT = 24  # of its corner's way to the window's edge; larger type makes it higher then, not wider
_SIDE = 14.0


class Toast(QWidget):
    """Shows one note at a time, the newest; it stays while the pointer rests on it."""

    def __init__(self, dress: Dress, parent: QWidget) -> None:
        super().__init__(parent)
        self._dress = dress
        self._note = Note("")
        self._corner = QPoint()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STAYS_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def note(self) -> Note:
        """Get what was said last."""
        return self._note

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self._fit()

    def say(self, note: Note) -> None:
        """Show a note in place of the one before."""
        self._note = note
        self.setAccessibleName(" ".join(filter(None, (note.sentence, note.second))))
        announce(self, self.accessibleName(), at_once=False)
        self._fit()
        self.show()
        self.raise_()
        self.update()
        self._timer.start()

    def place(self, corner: QPoint) -> None:
        """Set the lower right corner, in the window."""
        self._corner = corner
        self._fit()

    def _rows(self) -> list[str]:
        """Return the sentence in lines."""
        widest = min(self._dress.scaled(WIDEST), self._corner.x() - LEAST_LEFT if self._corner.x() else WIDEST)
        return wrapped(unbroken(self._note.sentence), self._dress.font(14, 600), widest - self._beside())

    def _beside(self) -> float:
        """Return the width of all that stands beside the text."""
        key = cap_width(self._dress, self._note.cap)
        return 24 + self._dress.scaled(_SIDE) + 10 + (key + 16 if key else 0.0)

    def _fit(self) -> None:
        dress = self._dress
        rows = self._rows()
        text = max(dress.width(row, 14, 600) for row in rows)
        text = max(text, dress.width(self._note.second, 13))
        tall = len(rows) * dress.line(14) + (dress.line(13) + 2 if self._note.second else 0.0) + 16
        width, height = round(text + self._beside() + 2), round(max(tall, dress.scaled(40)))
        self.setGeometry(self._corner.x() - width, self._corner.y() - height, width, height)

    def parts(self) -> list[Part]:
        """Return sign, texts and cap where they stand."""
        dress, theme, note = self._dress, self._dress.theme, self._note
        ink2 = colour(theme.ink2)
        side = dress.scaled(_SIDE)
        rows, line, second = self._rows(), dress.line(14), dress.line(13)
        tall = len(rows) * line + (second + 2 if note.second else 0.0)
        y = (self.height() - tall) / 2
        tone = {"octagon": theme.alarm, "triangle": theme.stale}.get(note.sign, theme.ink2)
        parts: list[Part] = [Mark(note.sign, QRectF(12, y + (line - side) / 2, side, side), colour(tone))]
        left = 12 + side + 10
        width = self.width() - self._beside()
        for row in rows:
            parts.append(Text(row, QRectF(left, y, width, line), dress.font(14, 600), colour(theme.ink)))
            y += line
        if note.second:
            parts.append(Text(note.second, QRectF(left, y + 2, width, second), dress.font(13), ink2))
        return parts + key_cap(dress, note.cap, self.width() - 12.0, self.height() / 2, ink2, colour(theme.edge))

    def enterEvent(self, _event: QEnterEvent) -> None:
        """Stay while the pointer rests here."""
        self._timer.stop()

    def leaveEvent(self, _event: QEvent) -> None:
        """Go after the usual time."""
        self._timer.start()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go at once."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground and parts."""
        painter = QPainter(self)
        theme = self._dress.theme
        rounded(painter, QRectF(self.rect()), CORNER, colour(theme.raised), colour(theme.edge))
        paint(painter, self.parts())
        painter.end()

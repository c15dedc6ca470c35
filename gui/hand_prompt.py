"""What the station asks the chemist's hand to do, in the place of Capture and the buttons until it is done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.actions import Act, cap
from gui.dress import CORNER, GAP, Dress, Mark, Part, Text, paint, rounded, wrapped
from gui.key_button import KeyButton
from gui.shown.bench import Button
from gui.theme import colour

PAD = 16
SIZES_PX = (20, 16, 13)
HEAD = "By hand, now"
ANSWER = 56


class HandPrompt(QWidget):
    """Large words and the answers: Space when it is done, Esc to stop. It grows upwards where the words are long."""

    def __init__(self, dress: Dress, pressed_act: Callable[[Act, int], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._dress = dress
        self._words = ""
        self._can_stop = True
        self._room = QRect()
        done = Button(Act.CAPTURE, "Done", cap=cap(Act.CAPTURE), state="armed")
        stop = Button(Act.LEAVE, "Stop", cap=cap(Act.LEAVE))
        self._buttons = [KeyButton(button, dress, pressed_act, self) for button in (done, stop)]
        self.hide()

    @property
    def words(self) -> str:
        """Get what is asked for, or nothing."""
        return self._words

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        for button in self._buttons:
            button.set_dress(dress)
        self.place(self._room)

    def ask(self, wanted: str | None, *, can_stop: bool = True) -> None:
        """Ask for this, or go. `can_stop`: a measurement waits for it, which Esc stops."""
        self._can_stop = can_stop
        self._buttons[1].setVisible(can_stop)
        self._words = wanted or ""
        self.setAccessibleName(f"{HEAD}: {self._words}" if wanted else "")
        self.place(self._room)
        self.setVisible(bool(wanted))
        self.raise_()

    def place(self, room: QRect) -> None:
        """Take the room of the buttons, and more above it where the words need it."""
        self._room = room
        tall = max(room.height(), round(self._needs(self._px())))
        self.setGeometry(room.left(), room.bottom() + 1 - tall, room.width(), tall)
        self._place_buttons()
        self.update()

    def _px(self) -> int:
        """Return the largest size of type at which the words fit the room, the least where none does."""
        return next((px for px in SIZES_PX if self._needs(px) <= self._room.height()), SIZES_PX[-1])

    def _rows(self, px: int) -> list[str]:
        return wrapped(self._words, self._dress.font(px, 600), self._room.width() - 2 * PAD)

    def _answer(self) -> float:
        return min(self._dress.scaled(ANSWER), 72.0)

    def _needs(self, px: int) -> float:
        """Return the height that head, words and answers take."""
        dress = self._dress
        return PAD + dress.line(13) + 6 + len(self._rows(px)) * dress.line(px) + 12 + self._answer() + PAD

    def parts(self) -> list[Part]:
        """Return head and words where they stand."""
        dress, theme = self._dress, self._dress.theme
        px, side, width = self._px(), dress.scaled(12), self.width() - 2.0 * PAD
        y = float(PAD)
        parts: list[Part] = [
            Mark("triangle", QRectF(PAD, y + (dress.line(13) - side) / 2, side, side), colour(theme.ink2))
        ]
        head = QRectF(PAD + side + 8, y, width - side - 8, dress.line(13))
        parts.append(Text(HEAD, head, dress.font(13, 600), colour(theme.ink2)))
        y += dress.line(13) + 6
        for row in self._rows(px):
            at = QRectF(PAD, y, width, dress.line(px))
            parts.append(Text(row, at, dress.font(px, 600), colour(theme.ink)))
            y += dress.line(px)
        return parts

    def _place_buttons(self) -> None:
        """Put both answers at the foot, the first the wider."""
        tall = round(self._answer())
        width = self.width() - 2 * PAD - GAP
        stop = max(round(self._buttons[1].needed_width), round(width * 0.35)) if self._can_stop else -GAP
        top = self.height() - PAD - tall
        self._buttons[0].setGeometry(PAD, top, width - stop, tall)
        self._buttons[1].setGeometry(PAD + width - stop + GAP, top, stop, tall)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Keep the answers at the foot."""
        self._place_buttons()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground with its border, and the words."""
        painter = QPainter(self)
        theme = self._dress.theme
        painter.fillRect(self.rect(), colour(theme.window))
        rounded(painter, QRectF(self.rect()), CORNER, colour(theme.surface), colour(theme.accent), 2.0)
        paint(painter, self.parts())
        painter.end()

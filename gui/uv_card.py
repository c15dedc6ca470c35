"""What UV does to eyes and skin, said once to every user before this program switches it on for the first time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.actions import Act, cap
from gui.card import PAD, Card
from gui.dress import GAP, Dress, Mark, Part, Text, wrapped
from gui.key_button import KeyButton
from gui.shown.bench import Button
from gui.shown.uv import warning
from gui.theme import colour
from station.orders import Order

WIDEST = 620
TITLE = "UV light hurts eyes and skin"
ANSWER = 48


class UvCard(Card):
    """Keeps back the order that would switch UV on until Enter says that this has been read; Esc drops the order."""

    def __init__(self, dress: Dress, pressed_act: Callable[[Act, int], None], parent: QWidget) -> None:
        super().__init__(dress, parent)
        self._held: Order | None = None
        self._by_hand_s = 30.0
        go_on = Button(Act.CONFIRM, "Read: go on", cap=cap(Act.CONFIRM), state="primary")
        self._buttons = [
            KeyButton(button, dress, pressed_act, self) for button in (go_on, Button(Act.LEAVE, "Not now", cap="Esc"))
        ]

    def hold(self, order: Order, by_hand_s: float) -> None:
        """Show the card and keep this order back."""
        self._held, self._by_hand_s = order, by_hand_s
        self.setAccessibleName(" ".join((TITLE, *warning(by_hand_s))))
        self._place_buttons()
        self.show()
        self.raise_()

    def take(self) -> Order | None:
        """Put the card away and return the order that it has kept back."""
        held, self._held = self._held, None
        self.hide()
        return held

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        super().set_dress(dress)
        for button in self._buttons:
            button.set_dress(dress)
        self._place_buttons()

    def _rows(self) -> list[str]:
        """Return the sentences in lines, each beginning one."""
        made, width = self._dress.font(15), self._width() - 2 * PAD
        return [row for sentence in warning(self._by_hand_s) for row in wrapped(sentence, made, width)]

    def _width(self) -> float:
        return min(self._dress.scaled(WIDEST), self.width() - 16.0)

    def _answer(self) -> float:
        return min(self._dress.scaled(ANSWER), 72.0)

    def size_wanted(self) -> tuple[float, float]:
        """Return width and height of title, sentences and answers."""
        dress = self._dress
        return self._width(), 2 * PAD + dress.line(20) + 12 + len(self._rows()) * dress.line(15) + 16 + self._answer()

    def parts(self) -> list[Part]:
        """Return sign, title and sentences where they stand."""
        dress, theme, card = self._dress, self._dress.theme, self.card()
        left, y, side = card.left() + PAD, card.top() + PAD, dress.scaled(20)
        line = dress.line(20)
        parts: list[Part] = [Mark("triangle", QRectF(left, y + (line - side) / 2, side, side), colour(theme.stale))]
        title = QRectF(left + side + 10, y, card.right() - PAD - left - side - 10, line)
        parts.append(Text(TITLE, title, dress.font(20, 600), colour(theme.ink)))
        y += line + 12
        for row in self._rows():
            at = QRectF(left, y, card.width() - 2 * PAD, dress.line(15))
            parts.append(Text(row, at, dress.font(15), colour(theme.ink)))
            y += dress.line(15)
        return parts

    def _place_buttons(self) -> None:
        """Put the answers at the foot of the card."""
        card, tall = self.card(), self._answer()
        half = (card.width() - 2 * PAD - GAP) / 2
        for index, button in enumerate(self._buttons):
            left = card.left() + PAD + index * (half + GAP)
            button.setGeometry(round(left), round(card.bottom() - PAD - tall), round(half), round(tall))

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Keep the answers on the card."""
        self._place_buttons()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Stay: only a key or one of the two buttons answers."""
        event.accept()

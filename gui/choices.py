"""A list in the place of the buttons: press a number, or type what is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.actions import Act, cap
from gui.dress import Dress
from gui.key_button import KeyButton
from gui.number_fields import takes_numbers
from gui.shown.bench import Button
from gui.theme import colour

COLUMNS = 2
MOST = 9
LEAST_ROW = 28
TYPED_MOST = 200
TITLE_PX = 13


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of a list; `stands_out` where it is the one that comes next."""

    title: str
    stands_out: bool = False


class Choices(QWidget):
    """A calm list of at most nine, each with its number; numbers never change, so that hands can learn them.

    In its place something can be typed: `asked` says what. Whoever opens it is told what was chosen or typed.
    """

    def __init__(self, dress: Dress, pressed_act: Callable[[Act, int], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._dress = dress
        self.asked = ""
        self.of = ""
        self._offered = 0
        self._chosen: Callable[[int], None] = _nothing
        self._given: Callable[[str], None] = _nothing
        self.note = QLineEdit(self)
        self.note.setMaxLength(TYPED_MOST)
        self.note.setFont(dress.font(15))
        self.note.hide()
        self._numbered = [
            KeyButton(Button(Act.CHOOSE, f"Choice {number}", cap=str(number)), dress, pressed_act, self)
            for number in range(1, MOST + 1)
        ]
        for number, button in enumerate(self._numbered, start=1):
            button.set_number(number)
        self._leave = KeyButton(Button(Act.LEAVE, "Leave", cap=cap(Act.LEAVE)), dress, pressed_act, self)
        self._keep = KeyButton(Button(Act.CONFIRM, "Keep", cap=cap(Act.CONFIRM)), dress, pressed_act, self)
        for button in self._all:
            button.set_title_px(TITLE_PX)
        self.hide()

    @property
    def _all(self) -> tuple[KeyButton, ...]:
        return (*self._numbered, self._keep, self._leave)

    @property
    def typing(self) -> bool:
        """Get whether something is being typed: keys are letters then."""
        return not self.isHidden() and not self.note.isHidden()

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self.note.setFont(dress.font(15))
        for button in self._all:
            button.set_dress(dress)

    def offer(self, of: str, offers: tuple[Offer, ...], chosen: Callable[[int], None]) -> None:
        """Open a list: `of` is what is chosen ("Mark"); `chosen` is told the place in it, 0 the first."""
        self.of, self._chosen, self._offered = of, chosen, min(MOST, len(offers))
        for button, offered in zip(self._numbered, offers, strict=False):
            shown = Button(Act.CHOOSE, offered.title, cap=button.shown.cap)
            button.show_button(replace(shown, state="armed") if offered.stands_out else shown)
        self.note.hide()
        self.note.clear()
        self._open()

    def ask(
        self, asked: str, placeholder: str, keep: str, given: Callable[[str], None], *, number: bool = False
    ) -> None:
        """Let something be typed: `asked` is what ("a note"), `keep` what Enter does with it; `given` is told the text.

        A `number` gives the keys back by itself when nobody types.
        """
        self.of, self.asked, self._given = "", asked, given
        takes_numbers(self.note, number)
        self.note.clear()
        self.note.setPlaceholderText(placeholder)
        self._keep.show_button(Button(Act.CONFIRM, keep, cap=cap(Act.CONFIRM)))
        self.note.show()
        self._open()
        self.note.setFocus()

    def choose(self, number: int) -> None:
        """Tell whoever opened the list that this number (1 the first) was chosen; one that is not in it is nothing."""
        if not self.typing and 1 <= number <= self._offered:
            self._chosen(number - 1)

    def give(self) -> None:
        """Put the field away and tell whoever asked what was typed."""
        text = self.note.text().strip()
        self.close_list()
        self._given(text)

    def close_list(self) -> None:
        """Put the list away."""
        self.of = ""
        self.note.hide()
        self.note.clearFocus()
        self.hide()

    def place(self, left: int, width: int, tops: tuple[int, int], bottom: int) -> None:
        """Cover the buttons from the first of `tops` to `bottom`; where the type needs it, from the second."""
        rows = -(-(MOST + 1) // COLUMNS)
        row = max(LEAST_ROW, round(self._dress.line(TITLE_PX) + 10))
        top = tops[0] if bottom - tops[0] >= rows * row + (rows - 1) * 4 else tops[1]
        self.setGeometry(left, top, width, bottom - top)
        self._arrange()

    def _open(self) -> None:
        self.show()
        self.raise_()
        self._arrange()

    def _arrange(self) -> None:
        """Put the list, or the field with its two buttons, into the room."""
        noting = not self.note.isHidden()
        shown = [*([] if noting else self._numbered[: self._offered]), *([self._keep] if noting else []), self._leave]
        for button in self._all:
            button.setVisible(button in shown)
        half = (self.width() - 8) // COLUMNS
        if noting:
            tall = max(LEAST_ROW, round(self._dress.line(15) + 16))
            self.note.setGeometry(0, 0, self.width(), tall)
            for index, button in enumerate(shown):
                button.setGeometry(index * (half + 8), tall + 8, half, tall)
            return
        rows = -(-len(shown) // COLUMNS)
        step = (self.height() + 4) / rows
        columns = (shown[:rows], shown[rows:])
        needs = [max((button.needed_width for button in column), default=0.0) for column in columns]
        first = round(needs[0] + (self.width() - 8 - sum(needs)) / 2)
        for index, button in enumerate(shown):
            column, line = divmod(index, rows)
            y = round(line * step)
            left, width = (0, first) if column == 0 else (first + 8, self.width() - first - 8)
            button.setGeometry(left, y, width, round((line + 1) * step) - y - 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Cover what lies behind."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(self._dress.theme.window))
        painter.end()


def _nothing(_chosen: int | str) -> None:
    """Tell nobody."""

"""The kinds of marks in place of the buttons: press a number, or type a note."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.actions import Act, cap
from gui.dress import Dress
from gui.key_button import KeyButton
from gui.shown.bench import Button
from gui.theme import colour
from station.records import MARK_KINDS

COLUMNS = 2
LEAST_ROW = 28
NOTE_MOST = 200
TITLE_PX = 13


class MarkChoices(QWidget):
    """A calm list of the kinds, each with its number; numbers never change, so that hands can learn them.

    In its place something can be typed: `asked` says what.
    """

    def __init__(self, dress: Dress, pressed_act: Callable[[Act, int], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._dress = dress
        self.asked = "a note"
        self.note = QLineEdit(self)
        self.note.setMaxLength(NOTE_MOST)
        self.note.setFont(dress.font(15))
        self.note.hide()
        self._buttons = [
            KeyButton(Button(Act.CHOOSE, kind, cap=str(number)), dress, pressed_act, self)
            for number, kind in enumerate(MARK_KINDS, start=1)
        ]
        for number, button in enumerate(self._buttons, start=1):
            button.set_number(number)
        leave = KeyButton(Button(Act.LEAVE, "Leave", cap=cap(Act.LEAVE)), dress, pressed_act, self)
        self._note_buttons = [
            KeyButton(Button(Act.CONFIRM, "Mark", cap=cap(Act.CONFIRM)), dress, pressed_act, self),
            leave,
        ]
        self._buttons.append(leave)
        for button in (*self._buttons, *self._note_buttons):
            button.set_title_px(TITLE_PX)
        self.hide()

    @property
    def typing(self) -> bool:
        """Get whether a note is being typed: keys are letters then."""
        return not self.isHidden() and not self.note.isHidden()

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self.note.setFont(dress.font(15))
        for button in (*self._buttons, *self._note_buttons):
            button.set_dress(dress)

    def offer(self, *, has_t0: bool) -> None:
        """Open the list; while there is no t0, those that start the clock stand out."""
        for button in self._buttons[:-1]:
            kind = button.shown.title
            starts = not has_t0 and MARK_KINDS.index(kind) < 4
            button.show_button(Button(Act.CHOOSE, kind, cap=button.shown.cap, state="armed" if starts else "ok"))
        self.note.hide()
        self.note.clear()
        self.show()
        self.raise_()
        self._arrange()

    def ask_note(self) -> None:
        """Let a note be typed."""
        self.ask("a note", "what has happened", "Mark")

    def ask(self, asked: str, placeholder: str, keep: str) -> None:
        """Let something be typed: `asked` is what ("a note"), `keep` what Enter does with it."""
        self.asked = asked
        self.note.clear()
        self.note.setPlaceholderText(placeholder)
        button = self._note_buttons[0]
        button.show_button(Button(Act.CONFIRM, keep, cap=cap(Act.CONFIRM)))
        self.note.show()
        self.show()
        self.raise_()
        self._arrange()
        self.note.setFocus()

    def close_list(self) -> None:
        """Put the list away."""
        self.note.hide()
        self.note.clearFocus()
        self.hide()

    def place(self, left: int, width: int, tops: tuple[int, int], bottom: int) -> None:
        """Cover the buttons from the first of `tops` to `bottom`; where the type needs it, from the second."""
        rows = -(-len(self._buttons) // COLUMNS)
        row = max(LEAST_ROW, round(self._dress.line(TITLE_PX) + 10))
        top = tops[0] if bottom - tops[0] >= rows * row + (rows - 1) * 4 else tops[1]
        self.setGeometry(left, top, width, bottom - top)
        self._arrange()

    def _arrange(self) -> None:
        """Put the list, or the note with its two buttons, into the room."""
        noting = not self.note.isHidden()
        for button in self._buttons:
            button.setVisible(not noting)
        for button in self._note_buttons:
            button.setVisible(noting or button in self._buttons)
        half = (self.width() - 8) // COLUMNS
        if noting:
            tall = max(LEAST_ROW, round(self._dress.line(15) + 16))
            self.note.setGeometry(0, 0, self.width(), tall)
            for index, button in enumerate(self._note_buttons):
                button.setGeometry(index * (half + 8), tall + 8, half, tall)
            return
        rows = -(-len(self._buttons) // COLUMNS)
        step = (self.height() + 4) / rows
        columns = (self._buttons[:rows], self._buttons[rows:])
        needs = [max(button.needed_width for button in column) for column in columns]
        first = round(needs[0] + (self.width() - 8 - sum(needs)) / 2)
        for index, button in enumerate(self._buttons):
            column, line = divmod(index, rows)
            y = round(line * step)
            left, width = (0, first) if column == 0 else (first + 8, self.width() - first - 8)
            button.setGeometry(left, y, width, round((line + 1) * step) - y - 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Cover what lies behind."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(self._dress.theme.window))
        painter.end()

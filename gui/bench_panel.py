"""The bench panel: Capture, four buttons, the small row, and in their place a list while something is chosen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from gui.actions import Act, cap
from gui.anatomy import Anatomy
from gui.choices import Choices
from gui.dress import Dress
from gui.key_button import KeyButton
from gui.shown.bench import Button

ORDER = (Act.CAPTURE, Act.DARK, Act.REFERENCE, Act.UV, Act.MARK, Act.LIVE, Act.FOCUS, Act.UNDO)
TITLES_PX = (20, 16, 16, 16, 16, 13, 13, 13)


class BenchPanel:
    """The buttons of the bench, children of the window so that their places are the window's own."""

    def __init__(self, dress: Dress, pressed_act: Callable[[Act, int], None], parent: QWidget) -> None:
        self.buttons: dict[Act, KeyButton] = {}
        for act, px in zip(ORDER, TITLES_PX, strict=True):
            button = KeyButton(Button(act, act.value.title(), cap=cap(act)), dress, pressed_act, parent)
            button.set_title_px(px)
            self.buttons[act] = button
        self.choices = Choices(dress, pressed_act, parent)

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        for button in self.buttons.values():
            button.set_dress(dress)
        self.choices.set_dress(dress)

    def show_buttons(self, shown: tuple[Button, ...]) -> None:
        """Show the buttons in the order of the panel."""
        for button in shown:
            self.buttons[button.act].show_button(button)

    def place(self, rooms: Anatomy) -> None:
        """Put the buttons where the window has room for them; those that gave way are hidden, their keys stay."""
        places: tuple[QRect | None, ...] = (rooms.capture, *rooms.rows, *rooms.small)
        for index, act in enumerate(ORDER):
            room = places[index] if index < len(places) else None
            self.buttons[act].setVisible(room is not None)
            if room is not None:
                self.buttons[act].setGeometry(room)
                self.buttons[act].set_lines(2 if act is Act.CAPTURE else rooms.button_lines)
        if rooms.capture is not None:
            bottom = (rooms.small or rooms.rows)[-1].bottom() + 1
            tops = (rooms.rows[0].top(), rooms.capture.top())
            self.choices.place(rooms.capture.left(), rooms.capture.width(), tops, bottom)

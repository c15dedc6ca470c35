"""What every sheet on a page of lines does with its keys: it hands them to the page."""

from __future__ import annotations

from PySide6.QtCore import QRect

from gui.dress import Dress
from gui.set_up_page import SetUpPage


class LinesSheet:
    """A sheet (`gui/sheets.py`) whose lines stand on a page; what it does otherwise it says itself.

    A sheet makes its `page` when it is made; `pages` is how many the number keys turn to.
    """

    page: SetUpPage
    pages = 1

    @property
    def is_open(self) -> bool:
        """Get whether it is shown."""
        return not self.page.isHidden()

    @property
    def editing(self) -> bool:
        """Get whether a field is being typed into: keys are letters then."""
        return self.page.editing

    def turn(self, page: int) -> None:
        """Show another page; where there is one, it stays."""

    def confirm(self) -> None:
        """Enter: what the line under the cursor does."""
        self.page.confirm()

    def step(self, by: int) -> None:
        """Left or Right: the option before or after, of the choice under the cursor."""
        self.page.step(by)

    def go(self, by: int) -> None:
        """Up or Down: the line before or after."""
        self.page.go(by)

    def choose(self, number: int) -> None:
        """A number: that page."""
        if 1 < self.pages >= number:
            self.turn(number - 1)

    def end_edit(self) -> None:
        """Give the keys back to the window."""
        self.page.end_edit()

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self.page.set_dress(dress)

    def place(self, room: QRect) -> None:
        """Take this room."""
        self.page.setGeometry(room)

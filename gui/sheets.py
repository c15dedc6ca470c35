"""Pages over plots and ladder, one at a time; the one that is open has the keys of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtCore import QRect

from gui.actions import Act
from gui.dress import Dress


class Sheet(Protocol):
    """A page that covers plots and ladder while it is open, and is worked with the same few keys as every other."""

    @property
    def is_open(self) -> bool:
        """Get whether it is shown."""

    @property
    def editing(self) -> bool:
        """Get whether a field is being typed into: keys are letters then."""

    def open(self) -> None:
        """Show it as things stand."""

    def close(self) -> None:
        """Put it away; what was not applied is forgotten."""

    def refresh(self) -> None:
        """Show what follows from the newest status; called often, paints only what has changed."""

    def confirm(self) -> None:
        """Enter."""

    def step(self, by: int) -> None:
        """Left (-1) or Right (1)."""

    def go(self, by: int) -> None:
        """Up (-1) or Down (1)."""

    def choose(self, number: int) -> None:
        """A number key, 1 to 9."""

    def end_edit(self) -> None:
        """Give the keys back; what was typed stays in the page."""

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""

    def place(self, room: QRect) -> None:
        """Take this room of the window."""


class Sheets:
    """All sheets of a window by the act that opens them."""

    def __init__(self, sheets: Mapping[Act, Sheet]) -> None:
        self._sheets = dict(sheets)

    @property
    def open_one(self) -> Sheet | None:
        """Get the sheet that is open, None where none is."""
        return next((sheet for sheet in self._sheets.values() if sheet.is_open), None)

    @property
    def editing(self) -> bool:
        """Get whether a field of a sheet is being typed into."""
        return any(sheet.editing for sheet in self._sheets.values())

    def has(self, act: Act) -> bool:
        """Return whether an act opens a sheet."""
        return act in self._sheets

    def toggle(self, act: Act) -> None:
        """Open the sheet of an act in the place of the one that is open, or close it."""
        wanted, current = self._sheets[act], self.open_one
        if current is not None:
            current.close()
        if wanted is not current:
            wanted.open()

    def end_edit(self) -> None:
        """Give the keys back, whichever field has them."""
        for sheet in self._sheets.values():
            sheet.end_edit()

    def refresh(self) -> None:
        """Show what follows from the newest status."""
        for sheet in self._sheets.values():
            sheet.refresh()

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale of every sheet."""
        for sheet in self._sheets.values():
            sheet.set_dress(dress)

    def place(self, room: QRect) -> None:
        """Give every sheet its room."""
        for sheet in self._sheets.values():
            sheet.place(room)

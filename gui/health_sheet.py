"""The health bar in full over plots and ladder: what each field says, and a line to press that leads to its cure."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from gui.actions import Act
from gui.dress import Dress
from gui.health_bar import HealthBar
from gui.lines_sheet import LinesSheet
from gui.set_up_page import SetUpPage, Tabs
from gui.shown import health_page

TABS = Tabs("Health", ("State of the bench",), ("Bench",))


class HealthSheet(LinesSheet):
    """Shows the fields of the `bar`. `pressed_act` gets the act of a cure, `set_up_for` the field whose page of the
    set-up is its cure.
    """

    def __init__(
        self,
        dress: Dress,
        bar: HealthBar,
        parent: QWidget,
        *,
        pressed_act: Callable[[Act, int], None],
        set_up_for: Callable[[str], None],
    ) -> None:
        self._bar, self._pressed_act, self._set_up_for = bar, pressed_act, set_up_for
        self.page = SetUpPage(dress, self, pressed_act, parent, TABS)

    @property
    def editing(self) -> bool:
        """Get whether a field is being typed into: there is none."""
        return False

    def clicked(self, field: str) -> None:
        """Lead to the cure of a field of the bar that was clicked: at once where there is one only."""
        shown = next((each for each in self._bar.fields if each.name == field), None)
        found = () if shown is None else health_page.cures(shown)
        if len(found) == 1:
            self._lead(field, found[0])
            return
        if not self.is_open:
            self._pressed_act(Act.HEALTH, 0)
        self.page.stand_at(health_page.first_line(field))

    def open(self) -> None:
        """Show it; the cursor stands on the first field that is not well."""
        self.page.show_lines(0, health_page.lines(self._bar.fields))
        unwell = next((field.name for field in self._bar.fields if field.health in ("bad", "stale")), None)
        if unwell is not None:
            self.page.stand_at(health_page.first_line(unwell))
        self.page.show()
        self.page.raise_()

    def close(self) -> None:
        """Put it away."""
        self.page.hide()

    def refresh(self) -> None:
        """Show what the bar says now."""
        if self.is_open:
            self.page.show_lines(0, health_page.lines(self._bar.fields))

    # Keys

    def step(self, by: int) -> None:
        """Left or Right: the line before or after, as along the bar."""
        self.page.go(by)

    # What the page tells of

    def take(self, name: str, by: int) -> None:
        """There is no choice to go through."""

    def type(self, name: str, text: str) -> None:
        """There is nothing to type into."""

    def press(self, name: str) -> None:
        """Lead to the cure that was pressed."""
        found = health_page.cure_of(self._bar.fields, name)
        if found is not None:
            self._lead(*found)

    def _lead(self, field: str, cure: health_page.Cure) -> None:
        """Do what cures a field: its act, or the page of the set-up it belongs to in the place of this one."""
        if cure.act is not None:
            self._pressed_act(cure.act, 0)
            return
        self.close()
        self._set_up_for(field)

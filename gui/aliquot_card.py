"""The card of one aliquot over plots and ladder: typed into, kept with one order, stepped from one to the next."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from gui.actions import Act, cap
from gui.desk import Desk
from gui.dress import Dress
from gui.lines_sheet import LinesSheet
from gui.set_up_page import SetUpPage, Tabs
from gui.shown import aliquot_card, run_times
from gui.shown.notes import Note
from gui.shown.set_up import Line
from station import orders
from station.records import Aliquot
from station.run import Run

TABS = Tabs("Aliquot", ("Aliquot",), ("Aliquot",))


class AliquotCard(LinesSheet):
    """Speaks of the selected aliquot, else of the newest. `select` selects another, `send` sends an order down,
    `say` says a note. What was typed of one aliquot waits until the card is put away.
    """

    def __init__(
        self,
        dress: Dress,
        desk: Desk,
        parent: QWidget,
        *,
        pressed_act: Callable[[Act, int], None],
        send: Callable[[orders.Order], None],
        say: Callable[[Note], None],
        select: Callable[[int | None], None],
    ) -> None:
        self._desk, self._send, self._say, self._select = desk, send, say, select
        self._typed: dict[int, dict[str, str]] = {}
        self.page = SetUpPage(dress, self, pressed_act, parent, TABS)

    @property
    def _spoken_of(self) -> tuple[Run, Aliquot] | None:
        run = self._desk.status.run
        aliquot = run_times.aliquot(run, self._desk.selected)
        if run is not None and aliquot is None and run.all_aliquots:
            aliquot = run.all_aliquots[-1]  # where none counts, the newest that does not
        return None if run is None or aliquot is None else (run, aliquot)

    @property
    def typed(self) -> dict[str, str]:
        """Get what stands in the fields: as typed, or as things are; nothing where there is no aliquot."""
        found = self._spoken_of
        if found is None:
            return {}
        run, aliquot = found
        return self._typed.get(aliquot.number) or aliquot_card.typed(run, aliquot)

    def open(self) -> None:
        """Show the card of the selected aliquot, else of the newest."""
        self._typed.clear()
        self.page.show_lines(0, self._lines())
        self.page.show()
        self.page.raise_()

    def close(self) -> None:
        """Put it away; what was not kept is forgotten."""
        self.page.end_edit()
        self.page.hide()
        self._typed.clear()

    def refresh(self) -> None:
        """Show what follows from the newest status and from what has been typed."""
        if self.is_open:
            self.page.show_lines(0, self._lines())

    def _lines(self) -> tuple[Line, ...]:
        found = self._spoken_of
        if found is None:
            return aliquot_card.none_yet()
        return aliquot_card.lines(self.typed, *found, self._desk.status.obstacles.get("EditAliquot", ""))

    # Keys

    def step(self, by: int) -> None:
        """Left or Right: the aliquot before or after, of all that were taken."""
        found = self._spoken_of
        if found is None:
            return
        run, aliquot = found
        numbers = [each.number for each in run.all_aliquots]
        at = numbers.index(aliquot.number) + by
        if 0 <= at < len(numbers):
            self._select(numbers[at])
            self.refresh()

    def choose(self, number: int) -> None:
        """A number: the aliquot of that number."""
        run = self._desk.status.run
        if run is not None and number in run_times.by_number(run):
            self._select(number)
            self.refresh()

    # What the page tells of

    def take(self, name: str, by: int) -> None:
        """There is no choice to go through."""

    def type(self, name: str, text: str) -> None:
        """Keep what has been typed."""
        found = self._spoken_of
        if found is not None:
            self._typed[found[1].number] = {**self.typed, name: text}
            self.refresh()

    def press(self, name: str) -> None:
        """Keep what was typed: one order with all of it."""
        found = self._spoken_of
        order = None if found is None or name != aliquot_card.KEEP else aliquot_card.read(self.typed, *found)[0]
        if order is not None:
            self._typed.pop(order.number, None)
            self._send(order)
            self._say(Note(f"Aliquot {order.number}: kept", "", cap(Act.UNDO)))
        self.refresh()

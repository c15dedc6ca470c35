"""What keys do with one aliquot without a card: hide its curve, exclude it with a reason, count it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from analysis.wording import grouped
from gui.actions import Act, cap
from gui.choices import Choices
from gui.desk import Desk
from gui.shown import run_times
from gui.shown.aliquot_card import edit
from gui.shown.notes import Note, refused
from station import orders
from station.records import Aliquot
from station.run import Run

REASON = "a reason"


class AliquotEdits:
    """Hides and excludes the selected aliquot, else the newest.

    The reason is typed in the place of the list of marks. `send` sends an order, or says why it is not possible now;
    `say` says a note.
    """

    def __init__(
        self,
        desk: Desk,
        choices: Choices,
        *,
        send: Callable[[str, orders.Order], None],
        say: Callable[[Note], None],
    ) -> None:
        self._desk, self._choices, self._send, self._say = desk, choices, send, say
        self._number: int | None = None

    @property
    def _spoken_of(self) -> Aliquot | None:
        found = run_times.aliquot(self._desk.status.run, self._desk.selected)
        if found is None:
            self._say(refused(f"no aliquot yet: {cap(Act.CAPTURE)} captures one"))
        return found

    def hide(self) -> None:
        """Hide the curve of the aliquot, or show it again."""
        aliquot = self._spoken_of
        if aliquot is None:
            return
        self._desk.hidden ^= {aliquot.number}
        hidden = aliquot.number in self._desk.hidden
        said = "its curve is hidden" if hidden else "its curve is shown"
        self._say(Note(f"Aliquot {grouped(aliquot.number)}: {said}", "", cap(Act.HIDE), "ring" if hidden else "dot"))

    def exclude(self) -> bool:
        """Ask why the aliquot does not count, or count it again. Return whether a reason is asked for."""
        aliquot = self._spoken_of
        if aliquot is None:
            return False
        by_hand = "first what is to be done by hand, then the reason"
        reason = self._desk.status.obstacles.get("EditAliquot") or (by_hand if self._desk.status.hand_wanted else "")
        if reason:
            self._say(refused(reason))
        elif aliquot.excluded is not None:
            self._send("EditAliquot", replace(edit(aliquot), excluded=None))
            self._say(Note(f"Aliquot {grouped(aliquot.number)} counts again", "", cap(Act.UNDO)))
        else:
            self._number = aliquot.number
            self._choices.ask(REASON, f"why aliquot {grouped(aliquot.number)} does not count", "Exclude", self.give)
            return True
        return False

    def give(self, reason: str) -> None:
        """Exclude the aliquot that was asked about; without a reason it counts on."""
        aliquot = run_times.aliquot(self._desk.status.run, self._number)
        if aliquot is None or self._number is None:
            return
        if not reason:
            self._say(refused(f"no reason given: aliquot {grouped(aliquot.number)} counts"))
            return
        self._send("EditAliquot", replace(edit(aliquot), excluded=reason))
        second = f"it stays in the file; {cap(Act.EXCLUDE)} counts it again"
        self._say(Note(f"Aliquot {grouped(aliquot.number)} excluded: {reason}", second, cap(Act.UNDO), "cross"))


def followed(desk: Desk, before: Run | None) -> int | None:
    """Return which aliquot is selected when the run has moved on, None where the newest is spoken of.

    A new one is spoken of at once, unless it came by itself; the newest stays selected when it is excluded. In another
    run nothing is hidden.
    """
    run, selected = desk.status.run, desk.selected
    if run is None or before is None or before.started_wall != run.started_wall:
        desk.hidden = frozenset()
        return None
    known = run_times.by_number(run)
    newest, was = run_times.aliquot(run, None), run_times.aliquot(before, None)
    now_number = 0 if newest is None else newest.number
    was_number = 0 if was is None else was.number
    if newest is not None and now_number > was_number and not newest.by_itself:
        return None
    if selected is None and now_number < was_number:
        return was_number if was_number in known else None
    return selected if selected in known else None

"""What the chemist says about the run: marks, answers, drawn samples, edits, photographs, the recipe, and undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf

from station import events, orders
from station.clock import Clock
from station.events import Event
from station.onset_command import MARK as COMMAND_MARK
from station.photographs import LARGEST_BYTES
from station.records import Aliquot, AliquotEdited, PhotographTaken, RecipeChanged
from station.reminders import Reminders
from station.rereading import EVERYTHING
from station.session import Session

MOST_DILUTION = 1e6


class Bookkeeping:
    """Writes into the open run what was said about it; for the acquisition thread.

    What cannot be written raises ValueError, with the sentence for the chemist and nothing changed.
    """

    def __init__(self, session: Session, clock: Clock, publish: Callable[[Event], None]) -> None:
        self._session, self._clock, self._publish = session, clock, publish
        self._reminders = Reminders()

    def obey(self, order: orders.Said) -> None:
        """Carry out one order."""
        session = self._session
        match order:
            case orders.SetMark(kind, note, clock_s):
                self._check_time(clock_s)
                self._publish(events.Marked(session.mark(kind, note, clock_s)))
            case orders.Undo():
                self._publish(events.TakenBack(self._not_drawn() or session.undo()))
            case orders.NoteOutcome():
                self._note_outcome(order)
            case orders.AnswerOnset(confirmed):
                session.answer_onset(confirmed)
            case orders.Draw(clock_s):
                self._check_time(clock_s)
                session.drawn_at_s = self._clock.now_s() if clock_s is None else clock_s
            case orders.UseDilution(dilution):
                _check_dilution(dilution)
                session.dilution = dilution
            case orders.UseRecipe():
                self._use_recipe(order)
            case orders.EditAliquot():
                self._edit(order)
            case orders.AddPhotograph():
                self._add_photograph(order)

    def _note_outcome(self, order: orders.NoteOutcome) -> None:
        """Mark how the onset's command has ended, if the run that flagged it is still the open one."""
        path = self._session.path
        if path is not None and str(path) == order.run_path:
            self._publish(events.Marked(self._session.mark_by_station(COMMAND_MARK, order.sentence)))
        else:
            self._publish(events.Noted(order.sentence))

    def _not_drawn(self) -> str:
        """Take back that an aliquot was drawn, where that is what was said last; return the sentence that says so."""
        session, run = self._session, self._session.run
        if run is None or session.drawn_at_s is None:
            return ""
        index = run.last_undoable()
        last = None if index is None else run.records[index]
        said_s = -inf if last is None else last.measured_at_s if isinstance(last, Aliquot) else last.clock_s
        if said_s > session.drawn_at_s:
            return ""
        session.drawn_at_s = None
        return f"Aliquot {run.next_number} is not drawn yet; Space captures with the time of its key."

    def remind(self) -> None:
        """Say that a planned aliquot is due soon, once for each."""
        reminder = self._reminders.next(self._session.run, self._clock.now_s(), self._session.drawn_at_s)
        if reminder is not None:
            self._publish(reminder)

    def _use_recipe(self, order: orders.UseRecipe) -> None:
        """Put another recipe in force; what the onset test promises for a whole run stays as it was begun."""
        run = self._session.run
        if run is None:
            raise ValueError("No run is open. Begin one with this recipe.")
        begun = run.begun_with
        recipe = replace(order.recipe, false_alarm=begun.false_alarm, bright_counts_per_s=begun.bright_counts_per_s)
        if recipe == run.recipe:
            return
        other_science = (recipe.material, recipe.solvent) != (run.recipe.material, run.recipe.solvent)
        self._session.note(RecipeChanged(recipe, *self._when()), since=EVERYTHING if other_science else None)

    def _edit(self, order: orders.EditAliquot) -> None:
        """Record what is said of an aliquot; what changes a number has the run read again."""
        run = self._session.run
        known = () if run is None else run.all_aliquots
        old = next((each for each in known if each.number == order.number), None)
        if old is None:
            raise ValueError(f"There is no aliquot {order.number} in this run. Nothing was changed.")
        _check_dilution(order.dilution)
        if not -inf < order.drawn_at_s <= max(old.measured_at_s, old.drawn_at_s):
            raise ValueError(
                f"Aliquot {order.number} was measured before that. It was drawn earlier; nothing was changed."
            )
        before = (old.excluded is None, old.dilution, old.drawn_at_s)
        after = (order.excluded is None, order.dilution, order.drawn_at_s)
        if (old.name, old.note, old.excluded, *before) == (order.name, order.note, order.excluded, *after):
            return
        said = (order.number, order.name, order.note, order.excluded, order.dilution, order.drawn_at_s)
        self._session.note(AliquotEdited(*said, *self._when()), since=None if before == after else order.number)

    def _add_photograph(self, order: orders.AddPhotograph) -> None:
        """Keep a photograph with an aliquot."""
        run = self._session.run
        if run is None or all(each.number != order.number for each in run.all_aliquots):
            raise ValueError(f"There is no aliquot {order.number} in this run. The photograph was not kept.")
        size = len(order.picture.data)
        if not 0 < size <= LARGEST_BYTES:
            raise ValueError(
                f"The picture has {size / 1e6:.1f} MB; a run keeps up to {LARGEST_BYTES / 1e6:.0f} MB each. "
                "It was not kept; choose a smaller one."
            )
        taken = (order.number, order.light, order.lamp_nm, order.exposure_s, order.picture)
        self._session.note(PhotographTaken(*taken, *self._when()))

    def _check_time(self, clock_s: float | None) -> None:
        """Raise ValueError where something is said to happen later than now: the run could not be gone on with."""
        if clock_s is not None and not -inf < clock_s <= self._clock.now_s():
            raise ValueError("That time has not come yet. Nothing was changed.")

    def _when(self) -> tuple[float, str]:
        return self._clock.now_s(), self._clock.wall().isoformat(timespec="seconds")


def _check_dilution(dilution: float | None) -> None:
    """Raise ValueError where a dilution is none."""
    if dilution is not None and not 1.0 <= dilution <= MOST_DILUTION:
        raise ValueError(f"A dilution lies between 1 (undiluted) and {MOST_DILUTION:.0f}. Nothing was changed.")

"""M: what has happened to the flask, chosen by its number; a note is typed."""

from __future__ import annotations

from collections.abc import Callable

from gui.choices import Choices, Offer
from gui.desk import Desk
from gui.shown.notes import Note, refused
from station import orders
from station.events import State
from station.records import MARK_KINDS, T0_KINDS

NOTE = "a note"
MORE = "dilution"


class Marking:
    """Offers the kinds of marks, and behind them the dilution of the next aliquot.

    `send` sends an order, or says why it is not possible now; `say` says a note; `now_s` is the station's clock.
    `dilution` opens the list of dilutions.
    """

    def __init__(
        self,
        desk: Desk,
        choices: Choices,
        *,
        send: Callable[[str, orders.Order], None],
        say: Callable[[Note], None],
        now_s: Callable[[], float],
        dilution: Callable[[], None],
    ) -> None:
        self._desk, self._choices, self._send, self._say = desk, choices, send, say
        self._now_s, self._dilution = now_s, dilution

    def open(self) -> None:
        """Open the list; while there is no t0, those that start the clock stand out."""
        run = self._desk.status.run
        has_t0 = run is not None and run.t0 is not None
        kinds = tuple(Offer(kind, stands_out=not has_t0 and kind in T0_KINDS) for kind in MARK_KINDS)
        self._choices.offer("Mark", (*kinds, Offer(MORE)), self._take)

    def _take(self, index: int) -> None:
        """Set a mark; a note is typed first, and has the time at which it was begun."""
        if index == len(MARK_KINDS):
            self._dilution()
            return
        kind, now_s = MARK_KINDS[index], self._now_s()
        if kind == "note" and self._desk.status.hand_wanted is not None:
            self._say(refused("first what is to be done by hand, then the note"))
        elif kind == "note":
            self._choices.ask(NOTE, "what has happened", "Mark", lambda text: self._note(text, now_s))
        else:
            self._choices.close_list()
            self._set(orders.SetMark(kind, clock_s=now_s))

    def _note(self, text: str, begun_s: float) -> None:
        if text:
            self._set(orders.SetMark("note", text, begun_s))

    def _set(self, mark: orders.SetMark) -> None:
        """Set a mark; one that is set while something is measured, or waits for a hand, is told at once."""
        self._send("SetMark", mark)
        if self._desk.status.state is State.MEASURING and "SetMark" not in self._desk.status.obstacles:
            self._say(Note(f"Mark: {mark.note or mark.kind}", "with this time, in the run after the measurement"))

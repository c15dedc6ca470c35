"""Reminds of a planned aliquot shortly before it is due, once each."""

from __future__ import annotations

from station.events import Reminder
from station.run import Run
from station.schedule import ladder


def due(run: Run | None, now_s: float, drawn_at_s: float | None = None) -> Reminder | None:
    """Return the reminder of the planned aliquot that is due soon, by the station's clock; None where there is none.

    It is given `Recipe.remind_s` before, or half the time since the planned one before where they are closer. One that
    was drawn (`drawn_at_s`: and not yet measured), or passed over for a later one, asks for none; nor does a run
    without t0, or one whose readings come by themselves.
    """
    before_s = None if run is None else run.recipe.remind_s
    since_s = None if run is None else run.reaction_time_s(now_s)
    if run is None or before_s is None or since_s is None or (run.aliquots and run.aliquots[-1].by_itself):
        return None
    drawn = [(a.number, a.reaction_time_s) for a in run.all_aliquots if not a.by_itself]
    taken = [(number, time_s) for number, time_s in drawn if time_s is not None]
    in_hand_s = None if drawn_at_s is None else run.reaction_time_s(drawn_at_s)
    if in_hand_s is not None:
        taken.append((run.next_number, in_hand_s))
    rungs = ladder(run.recipe.schedule_s, taken)
    after = max((place for place, rung in enumerate(rungs, start=1) if rung.aliquot is not None), default=0)
    for planned_s in (rung.time_s for rung in rungs[after:]):
        earlier_s = max((each for each in run.recipe.schedule_s if each < planned_s), default=0.0)
        in_s = planned_s - since_s
        if 0.0 < in_s <= min(before_s, 0.5 * (planned_s - earlier_s)):
            return Reminder(run.next_number, planned_s, in_s)
    return None


class Reminders:
    """Remembers which planned aliquots have been reminded of."""

    def __init__(self) -> None:
        self._given: set[tuple[float, float]] = set()

    def next(self, run: Run | None, now_s: float, drawn_at_s: float | None = None) -> Reminder | None:
        """Return the reminder that is due and has not been given yet, and remember it."""
        found = due(run, now_s, drawn_at_s)
        if found is None or run is None or run.t0 is None:
            return None
        rung = (run.t0.clock_s, found.planned_s)
        if rung in self._given:
            return None
        self._given.add(rung)
        return found

"""The ladder of aliquots: what is planned, what was taken, what is due next, and the place that gives the colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

CONTINUOUS_FROM_S = 60.0  # on a log axis there is no zero; what happens in the first minute has one colour
CONTINUOUS_SPAN_S = 3600.0


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the ladder: planned time (s since t0; None: taken outside the plan) and the aliquot on it."""

    planned_s: float | None
    aliquot: int | None
    time_s: float
    place: float


def place(reaction_time_s: float, schedule_s: Sequence[float]) -> float:
    """Return where a reaction time stands in the ladder, 0 (first planned) to 1 (last planned).

    Linear between planned times, so a planned aliquot's place (and colour) never changes while a run goes on.
    Times beyond either end take the end's place; an empty plan counts as one day.
    """
    if not schedule_s:
        return min(1.0, max(0.0, reaction_time_s / 86400.0))
    if len(schedule_s) == 1:
        return 0.5
    last = len(schedule_s) - 1
    if reaction_time_s <= schedule_s[0]:
        return 0.0
    for index in range(last):
        lower, upper = schedule_s[index], schedule_s[index + 1]
        if reaction_time_s <= upper:
            return (index + (reaction_time_s - lower) / (upper - lower)) / last
    return 1.0


def ladder(schedule_s: Sequence[float], taken: Sequence[tuple[int, float]]) -> tuple[Rung, ...]:
    """Return the rungs in order of time.

    `taken` are (aliquot number, reaction time in s). An aliquot stands on the nearest free planned rung if it
    was drawn within a quarter of the gap to that rung's neighbours, else on a rung of its own.
    """
    free = list(range(len(schedule_s)))
    standing: dict[int, tuple[int, float]] = {}
    rungs: list[Rung] = []
    for number, time_s in taken:
        index = _nearest(schedule_s, free, time_s)
        if index is None:
            rungs.append(Rung(None, number, time_s, place(time_s, schedule_s)))
        else:
            free.remove(index)
            standing[index] = (number, time_s)
    for index, planned_s in enumerate(schedule_s):
        aliquot, time_s = standing.get(index, (None, planned_s))
        rungs.append(Rung(planned_s, aliquot, time_s, place(planned_s, schedule_s)))
    return tuple(sorted(rungs, key=lambda rung: rung.time_s))


def _nearest(schedule_s: Sequence[float], free: Sequence[int], time_s: float) -> int | None:
    """Return the index of the free planned time this one belongs to, or None."""
    if not free:
        return None
    index = min(free, key=lambda i: abs(schedule_s[i] - time_s))
    neighbours = [schedule_s[i] for i in (index - 1, index + 1) if 0 <= i < len(schedule_s)]
    gap = min((abs(schedule_s[index] - other) for other in neighbours), default=schedule_s[index] or 60.0)
    return index if abs(schedule_s[index] - time_s) <= 0.25 * gap else None


def next_due(rungs: Sequence[Rung]) -> Rung | None:
    """Return the first planned rung after the last one taken, or None when the plan is done.

    A planned aliquot that was passed over is not due any more once a later one has been taken.
    """
    due: Rung | None = None
    for rung in reversed(rungs):
        if rung.aliquot is not None:
            break
        due = rung
    return due


def continuous_span_s(newest_s: float) -> float:
    """Return the range of reaction times that colours of a continuous mode cover: an hour, doubled until it holds all.

    It changes ten times in 40 days, so the colours, which follow from it, hardly ever do.
    """
    span_s = CONTINUOUS_SPAN_S
    while span_s < newest_s:
        span_s *= 2.0
    return span_s


def continuous_place(reaction_time_s: float, span_s: float) -> float:
    """Return where a reading of the continuous mode stands, 0 to 1: by the log of its reaction time.

    Within the first minute it is 0, at the end of the span and beyond it is 1.
    """
    reached = log(max(reaction_time_s, CONTINUOUS_FROM_S) / CONTINUOUS_FROM_S)
    return min(1.0, reached / log(span_s / CONTINUOUS_FROM_S))

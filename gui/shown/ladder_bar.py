"""The ladder of many aliquots: one colour bar that prints the reaction times at their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.spectrum import FloatArray
from gui import words
from gui.shown import run_times
from station.records import Aliquot
from station.run import Run
from station.schedule import Rung, continuous_place, continuous_span_s, place

MOST_TICKS = 60  # more do not stand clear of each other on any screen
# What is printed where time runs by its log, s: round times, few enough to stand clear of each other.
ROUND_S = (60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0, 14400.0, 28800.0, 57600.0, 86400.0)


@dataclass(frozen=True, slots=True)
class Tick:
    """A time that is printed under the bar, 0 to 1 along it; one that is not `reached` is still to come."""

    at: float
    words: str
    reached: bool


@dataclass(frozen=True, slots=True, eq=False)
class Bar:
    """All rungs along a bar, in order of time.

    `numbers`, shape (rungs,), are those of the aliquots, 0 where one is only planned; `edges`, shape (rungs + 1,), from
    0 to 1, are where the stretch of each begins and ends. `span_s` is the range of the colours of readings that came by
    themselves, None where none did. Colours are asked for one by one: a screen has fewer columns than a long run has
    readings.
    """

    numbers: npt.NDArray[np.int64]
    edges: FloatArray
    times_s: FloatArray
    run: Run
    span_s: float | None
    ticks: tuple[Tick, ...]
    excluded: frozenset[int]

    def index_at(self, at: float) -> int | None:
        """Return which rung stands at a place of the bar, 0 to 1; None where there is none."""
        if not (len(self.numbers) and 0.0 <= at < self.edges[-1]):
            return None
        return int(np.searchsorted(self.edges, at, side="right")) - 1

    def number_at(self, at: float) -> int | None:
        """Return which aliquot stands at a place of the bar, 0 to 1; None where there is none."""
        index = self.index_at(at)
        return None if index is None or self.numbers[index] == 0 else int(self.numbers[index])

    def stretch(self, number: int) -> tuple[float, float] | None:
        """Return from where to where an aliquot stands; None for one that is not on the bar."""
        found = np.flatnonzero(self.numbers == number)
        return None if not found.size else (float(self.edges[found[0]]), float(self.edges[found[0] + 1]))

    def place(self, index: int) -> float:
        """Return the place of a rung in the series of colours."""
        aliquot = run_times.aliquot(self.run, int(self.numbers[index]))
        time_s = float(self.times_s[index])
        if aliquot is not None and aliquot.reaction_time_s is None:
            return run_times.without_t0(aliquot.number, self.run)
        if aliquot is not None and aliquot.by_itself and self.span_s is not None:
            return continuous_place(time_s, self.span_s)
        return place(time_s, self.run.recipe.schedule_s)


def bar_of(run: Run, rungs: Sequence[Rung], before: Sequence[Aliquot]) -> Bar:
    """Return the bar of a run: first what was drawn `before` there was a t0, then its rungs, all equally wide."""
    numbers = [*(a.number for a in before), *(rung.aliquot or 0 for rung in rungs)]
    times = [*(0.0 for _ in before), *(rung.time_s for rung in rungs)]
    count = len(numbers)
    minutes = run_times.in_minutes(run)
    ticks = []
    for index in np.unique(np.linspace(0, count - 1, min(count, MOST_TICKS)).astype(int)) if count else ():
        early = index < len(before)
        said = words.time_of_day(before[index].wall)[:5] if early else _printed(times[index], minutes)
        ticks.append(Tick((index + 0.5) / count, said, numbers[index] != 0))
    return Bar(
        np.array(numbers, dtype=np.int64),
        np.linspace(0.0, 1.0, count + 1),
        np.array(times, dtype=np.float64),
        run,
        None,
        tuple(ticks),
        _excluded(run),
    )


def bar_by_itself(run: Run) -> Bar:
    """Return the bar of a run with a t0 whose readings came by themselves, along the log of reaction time."""
    known = sorted(
        (a for a in run.all_aliquots if a.reaction_time_s is not None), key=lambda a: a.reaction_time_s or 0.0
    )
    times_s = np.array([a.reaction_time_s for a in known], dtype=np.float64)
    numbers = np.array([a.number for a in known], dtype=np.int64)
    newest_s = float(times_s[-1])
    span_s = continuous_span_s(newest_s)
    by_itself_s = max((a.reaction_time_s or 0.0 for a in known if a.by_itself), default=0.0)
    at = np.array([continuous_place(time_s, span_s) for time_s in times_s.tolist()])
    edges = np.concatenate(([0.0], (at[1:] + at[:-1]) / 2.0, at[-1:]))
    ticks = tuple(
        Tick(
            continuous_place(time_s, span_s),
            _printed(time_s, run_times.in_minutes(run)),
            time_s <= newest_s,
        )
        for time_s in ROUND_S
        if time_s <= span_s
    )
    return Bar(numbers, edges, times_s, run, continuous_span_s(by_itself_s), ticks, _excluded(run))


def _printed(time_s: float, in_minutes: bool) -> str:
    """Return a time under the bar: below an hour all of them in minutes, so that they are read as one row."""
    return words.ladder_time(time_s, in_minutes or time_s < words.HOUR_S)


def _excluded(run: Run) -> frozenset[int]:
    return frozenset(a.number for a in run.all_aliquots if a.excluded is not None)

"""The ladder: schedule, list of aliquots, colour key and progress in one row of chips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from analysis.findings import Findings
from gui import words
from gui.shown import run_times
from station.records import Aliquot
from station.run import Run
from station.schedule import Rung, place

ChipState = Literal["taken", "newest", "next", "late", "planned"]
MOST_CHIPS = 16


@dataclass(frozen=True, slots=True)
class Chip:
    """One rung: its aliquot (None while planned), number, time, second line, the short form of it, and its place.

    `number` is the one the aliquot has or will have, None for one that was passed over. `place` (0 to 1) gives the
    colour of the swatch; a planned chip has none drawn.
    """

    aliquot: int | None
    number: int | None
    time: str
    value: str
    short_value: str
    state: ChipState
    place: float


def chips(run: Run | None, now_s: float) -> tuple[Chip, ...]:
    """Return the chips of a run in order of time, those drawn before there was a t0 first."""
    if run is None:
        return ()
    rungs = run_times.rungs_of(run)
    minutes = run_times.in_minutes(rungs)
    by_number = {aliquot.number: aliquot for aliquot in run.aliquots}
    newest = run.aliquots[-1].number if run.aliquots else None
    found = [_without_t0(a, a.number == newest) for a in run.aliquots if a.reaction_time_s is None]
    due = run_times.due(run, now_s)
    numbers = _numbers(rungs, run.next_number)
    for index, rung in enumerate(rungs, start=1):
        time = words.ladder_time(rung.time_s if rung.planned_s is None else rung.planned_s, minutes)
        if rung.aliquot is None:
            found.append(_planned(rung, numbers[index - 1], time, due if due and due.place == index else None))
        else:
            state: ChipState = "newest" if rung.aliquot == newest else "taken"
            value, short = height(by_number[rung.aliquot].reading.findings)
            found.append(Chip(rung.aliquot, rung.aliquot, time, value, short, state, rung.place))
    return tuple(found)


def _without_t0(aliquot: Aliquot, newest: bool) -> Chip:
    """Return the chip of an aliquot that has no reaction time."""
    value, short = height(aliquot.reading.findings)
    time = words.time_of_day(aliquot.wall)[:5]
    return Chip(aliquot.number, aliquot.number, time, value, short, "newest" if newest else "taken", place(0.0, ()))


def _numbers(rungs: Sequence[Rung], next_number: int) -> list[int | None]:
    """Return the number of each rung: planned ones count on from the next after the last one taken."""
    ahead = max((place for place, rung in enumerate(rungs, start=1) if rung.aliquot is not None), default=0)
    taken = [rung.aliquot for rung in rungs[:ahead]]
    return [*taken, *range(next_number, next_number + len(rungs) - ahead)]


def _planned(rung: Rung, number: int | None, time: str, due: run_times.Due | None) -> Chip:
    """Return a chip that is still to come: `due` next with its count-down, late, or merely planned."""
    if due is None:
        return Chip(None, number, time, "planned", "", "planned", rung.place)
    if due.is_late:
        late = words.age(-due.in_s)
        return Chip(None, number, time, f"{late} late", late, "late", rung.place)
    if due.in_s < 1.0:
        return Chip(None, number, time, "now", "now", "next", rung.place)
    wait = words.wait(due.in_s)
    short = wait.removesuffix(" min") if " h " in wait else wait
    return Chip(None, number, time, f"in {wait}", short, "next", rung.place)


def height(findings: Findings | None) -> tuple[str, str]:
    """Return the height of an aliquot's dominant band: "A449 0.183" and, without its name, "0.183"."""
    if findings is None:
        return "?", "?"
    band = run_times.dominant(findings) or next(iter(findings.species), None)
    if band is None:
        return "none", "none"
    value = words.absorbance_alone(band.absorbance, band.sigma)
    return f"{run_times.symbol(band)} {value}", value

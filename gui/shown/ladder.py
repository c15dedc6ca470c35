"""The ladder: schedule, list of aliquots, colour key and progress in one row of chips, or in one colour bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from analysis.findings import Findings
from analysis.wording import grouped
from gui import words
from gui.actions import Act, cap
from gui.shown import run_times
from gui.shown.ladder_bar import Bar, bar_by_itself, bar_of
from station.events import Continuous
from station.records import Aliquot
from station.run import Run
from station.schedule import Rung, place

ChipState = Literal["taken", "newest", "excluded", "next", "late", "planned"]
MOST_CHIPS = 16


@dataclass(frozen=True, slots=True)
class Chip:
    """One rung: its aliquot (None while planned), number, time, second line, the short form of it, and its place.

    `number` is the one the aliquot has or will have, None for one that was passed over. `place` (0 to 1) gives the
    colour of the swatch; a planned chip has none drawn. `name` is what the chemist calls the aliquot, `note` what
    is written down about it; a `hidden` one has no curve in the plots. The second line of an excluded one is why.
    """

    aliquot: int | None
    number: int | None
    time: str
    value: str
    short_value: str
    state: ChipState
    place: float
    name: str = ""
    note: str = ""
    hidden: bool = False

    @property
    def spoken(self) -> str:
        """Get what a reader of the screen says of it."""
        named = f"{self.name}, {self.time}" if self.name else self.time
        state = "excluded, " if self.state == "excluded" else ""
        return f"{named}: {state}{self.value}{f', note: {self.note}' if self.note else ''}"


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What of a ladder stands still while no reading comes; made once for each run as it stands.

    `chips` are all rungs in order where they are at most 16, else none; `next_index` is which of them is due next.
    """

    run: Run
    hidden: frozenset[int]
    chips: tuple[Chip, ...]
    next_index: int | None
    bar: Bar

    def chip(self, number: int) -> Chip | None:
        """Return the chip of an aliquot, wherever it stands."""
        aliquot = run_times.aliquot(self.run, number)
        return None if aliquot is None else _taken(self.run, aliquot, time_of(self.run, aliquot), self.hidden)


@dataclass(frozen=True, slots=True)
class Ladder:
    """A ladder at one moment: what stands still, and the rung that is due with its count-down (None: none is)."""

    standing: Standing | None = None
    due: Chip | None = None

    @property
    def chips(self) -> tuple[Chip, ...]:
        """Get the chips in order of time, the one that is due with its count-down; none where they are too many."""
        if self.standing is None:
            return ()
        at, chips = self.standing.next_index, self.standing.chips
        return chips if at is None or self.due is None or not chips else (*chips[:at], self.due, *chips[at + 1 :])

    @property
    def bar(self) -> Bar | None:
        """Get the same rungs as one colour bar."""
        return None if self.standing is None else self.standing.bar


def ladder(
    run: Run | None,
    now_s: float,
    hidden: frozenset[int] = frozenset(),
    continuous: Continuous | None = None,
) -> Ladder:
    """Return the ladder of a run; `hidden` are aliquots whose curves are not drawn.

    While readings come by themselves (`continuous`) the next of them is what is due.
    """
    if run is None:
        return Ladder()
    return Ladder(standing(run, hidden), _coming(run, now_s, continuous))


def chips(run: Run | None, now_s: float) -> tuple[Chip, ...]:
    """Return the chips of a run in order of time, those drawn before there was a t0 first; none for more than 16."""
    return ladder(run, now_s).chips


@lru_cache(maxsize=run_times.RUNS_KEPT)
def standing(run: Run, hidden: frozenset[int] = frozenset(), *, planned: bool = True) -> Standing:
    """Return what stands still of a run's ladder; without what is only `planned` for a run that is past."""
    rungs = tuple(rung for rung in run_times.rungs_of(run) if planned or rung.aliquot is not None)
    before = [a for a in run.all_aliquots if a.reaction_time_s is None]
    if any(a.by_itself and a.reaction_time_s is not None for a in run.all_aliquots):
        return Standing(run, hidden, (), None, bar_by_itself(run))
    bar = bar_of(run, rungs, before)
    coming = run_times.next_rung(run) if planned else None
    at = None if coming is None else len(before) + coming[0] - 1
    if len(bar.numbers) > MOST_CHIPS:
        return Standing(run, hidden, (), None, bar)
    known = run_times.by_number(run)
    numbers = _numbers(rungs, run.next_number)
    found = [_taken(run, aliquot, time_of(run, aliquot), hidden) for aliquot in before]
    for rung, number in zip(rungs, numbers, strict=True):
        if rung.aliquot is None:
            found.append(_planned(rung, number, _rung_time(run, rung)))
        else:
            found.append(_taken(run, known[rung.aliquot], _rung_time(run, rung), hidden))
    return Standing(run, hidden, tuple(found), at, bar)


def _rung_time(run: Run, rung: Rung) -> str:
    """Return the time a rung is called by: as planned, or as drawn where nothing was planned."""
    return words.ladder_time(rung.time_s if rung.planned_s is None else rung.planned_s, run_times.in_minutes(run))


def time_of(run: Run, aliquot: Aliquot) -> str:
    """Return the time an aliquot is called by; without t0 it is the time of day."""
    if aliquot.reaction_time_s is None:
        return words.time_of_day(aliquot.wall)[:5]
    rung = run_times.rung_by_number(run).get(aliquot.number)
    if rung is not None:
        return _rung_time(run, rung)
    return words.ladder_time(aliquot.reaction_time_s, run_times.in_minutes(run))


def _taken(run: Run, aliquot: Aliquot, time: str, hidden: frozenset[int]) -> Chip:
    """Return the chip of an aliquot that was taken."""
    value, short = height(aliquot.reading.findings)
    state: ChipState = "taken"
    if aliquot.excluded is not None:
        value = short = aliquot.excluded or "excluded"
        state = "excluded"
    elif run.aliquots and aliquot is run.aliquots[-1]:
        state = "newest"
    if aliquot.number in hidden and aliquot.excluded is None:
        value, short = f"hidden, {short}", "hidden"
    time_s = aliquot.reaction_time_s
    at = run_times.without_t0(aliquot.number, run) if time_s is None else place(time_s, run.recipe.schedule_s)
    return Chip(
        aliquot.number,
        aliquot.number,
        time,
        value,
        short,
        state,
        at,
        aliquot.name,
        aliquot.note,
        aliquot.number in hidden,
    )


def _numbers(rungs: Sequence[Rung], next_number: int) -> list[int | None]:
    """Return the number of each rung: planned ones count on from the next after the last one taken."""
    ahead = max((place for place, rung in enumerate(rungs, start=1) if rung.aliquot is not None), default=0)
    taken = [rung.aliquot for rung in rungs[:ahead]]
    return [*taken, *range(next_number, next_number + len(rungs) - ahead)]


def _planned(rung: Rung, number: int | None, time: str) -> Chip:
    """Return a chip that is still to come."""
    return Chip(None, number, time, "planned", "", "planned", rung.place)


def _coming(run: Run, now_s: float, continuous: Continuous | None) -> Chip | None:
    """Return the rung that comes next: with its count-down, or late; None where nothing is due.

    A run without t0 asks for it there.
    """
    if continuous is not None:
        wait = words.age(max(0.0, continuous.next_at_s - now_s))
        return Chip(None, None, f"Reading {grouped(run.next_number)}", f"in {wait}", wait, "next", 1.0)
    due, coming = run_times.due(run, now_s), run_times.next_rung(run)
    if coming is None:
        return None
    time, at = _rung_time(run, coming[1]), coming[1].place
    if due is None:  # nothing counts down before there is a t0
        said, short = f"t0 first: {cap(Act.MARK)}", f"t0: {cap(Act.MARK)}"
        return Chip(None, run.next_number, time, said, short, "planned", at)
    if due.is_late:
        late = words.age(-due.in_s)
        short = f"{int(-due.in_s // words.HOUR_S)} h late" if -due.in_s >= words.HOUR_S else late
        return Chip(None, run.next_number, time, f"{late} late", short, "late", at)
    if due.in_s < 1.0:
        return Chip(None, run.next_number, time, "now", "now", "next", at)
    wait = words.wait(due.in_s)
    short = wait.removesuffix(" min") if " h " in wait else words.age(due.in_s)
    return Chip(None, run.next_number, time, f"in {wait}", short, "next", at)


def height(findings: Findings | None) -> tuple[str, str]:
    """Return the height of an aliquot's dominant band: "A449 0.183" and, without its name, "0.183"."""
    if findings is None:
        return "?", "?"
    band = run_times.dominant(findings) or next(iter(findings.species), None)
    if band is None:
        return "none", "none"
    value = words.absorbance_alone(band.absorbance, band.sigma)
    return f"{run_times.symbol(band)} {value}", value

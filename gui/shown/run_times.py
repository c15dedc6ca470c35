"""Where a run stands on its schedule: its rungs, what is due next, and which aliquot is which."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from analysis.findings import Findings, Species
from station.records import Aliquot
from station.run import Run
from station.schedule import Rung, ladder, next_due

MINUTES_BELOW_S = 7200.0
LATE_AFTER_S = 60.0
RUNS_KEPT = 4  # what follows from a run as it stands is worked out once: it is asked for ten times a second


@dataclass(frozen=True, slots=True)
class Due:
    """The planned aliquot that comes next: its place in the plan (1 ...), its time and the seconds until then."""

    place: int
    planned_s: float
    in_s: float

    @property
    def is_late(self) -> bool:
        """Get whether it should have been drawn a minute ago or more."""
        return self.in_s <= -LATE_AFTER_S


@lru_cache(maxsize=RUNS_KEPT)
def rungs_of(run: Run | None) -> tuple[Rung, ...]:
    """Return the rungs of a run's ladder, those of excluded aliquots too.

    Aliquots drawn before there is a t0 stand on none of them, nor do readings that came by themselves. A planned rung
    goes to an aliquot that counts before it goes to one that does not.
    """
    if run is None:
        return ()
    drawn = [a for a in run.all_aliquots if a.reaction_time_s is not None and not a.by_itself]
    drawn.sort(key=lambda a: a.excluded is not None)
    return ladder(
        run.recipe.schedule_s, [(a.number, a.reaction_time_s) for a in drawn if a.reaction_time_s is not None]
    )


@lru_cache(maxsize=RUNS_KEPT)
def next_rung(run: Run | None) -> tuple[int, Rung] | None:
    """Return which rung is due next, as its place (1 ...) and itself; None when the plan is done.

    What came due while readings came by themselves was passed over.
    """
    rungs = rungs_of(run)
    rung = next_due(rungs)
    if run is None or rung is None:
        return None
    passed_s = max((a.reaction_time_s or 0.0 for a in run.aliquots[-1:] if a.by_itself), default=float("-inf"))
    first = rungs.index(rung)
    later = (n for n in range(first, len(rungs)) if rungs[n].time_s > passed_s)
    found = next(later, None)
    return None if found is None else (found + 1, rungs[found])


def due(run: Run | None, now_s: float) -> Due | None:
    """Return what is due next; None without t0 or when the plan is done."""
    since_s = None if run is None else run.reaction_time_s(now_s)
    coming = next_rung(run)
    if since_s is None or coming is None:
        return None
    place, rung = coming
    return Due(place, rung.time_s, rung.time_s - since_s)


@lru_cache(maxsize=RUNS_KEPT)
def in_minutes(run: Run | None) -> bool:
    """Return whether the ladder speaks minutes: a run that ends below two hours."""
    if run is None:
        return False
    rungs = rungs_of(run)
    last = run.aliquots[-1].reaction_time_s if run.aliquots else None
    ends = [rungs[-1].time_s] if rungs else []
    ends += [] if last is None else [last]
    return bool(ends) and max(ends) < MINUTES_BELOW_S


@lru_cache(maxsize=RUNS_KEPT)
def by_number(run: Run) -> dict[int, Aliquot]:
    """Return all aliquots of a run, the excluded ones too, by their numbers."""
    return {aliquot.number: aliquot for aliquot in run.all_aliquots}


@lru_cache(maxsize=RUNS_KEPT)
def rung_by_number(run: Run) -> dict[int, Rung]:
    """Return the rungs on which aliquots stand, by their numbers."""
    return {rung.aliquot: rung for rung in rungs_of(run) if rung.aliquot is not None}


def aliquot(run: Run | None, number: int | None) -> Aliquot | None:
    """Return the aliquot with this number, excluded or not, for None the newest that counts; None where none is."""
    if run is None:
        return None
    if number is None:
        return run.aliquots[-1] if run.aliquots else None
    return by_number(run).get(number)


def without_t0(number: int, run: Run | None) -> float:
    """Return a place in the ladder for an aliquot whose reaction time is not known: by its number."""
    planned = len(run.recipe.schedule_s) if run is not None else 0
    return min(1.0, (number - 1) / max(1, planned - 1, 7 if not planned else 1))


def dominant(findings: Findings | None) -> Species | None:
    """Return the largest band of the dominant species (not its E2), or None where none is assigned."""
    if findings is None or findings.dominant is None:
        return None
    bands = [s for s in findings.species if s.name == findings.dominant and s.role != "E2"]
    return max(bands, key=lambda s: s.absorbance, default=None)


def symbol(species: Species) -> str:
    """Return the name of a band's height: A449 for MSC-449, else A and the band's own whole nanometre."""
    number = species.name.rpartition("-")[2]
    return f"A{number}" if number.isdigit() else f"A{species.nm:.0f}"

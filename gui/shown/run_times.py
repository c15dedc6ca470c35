"""Where a run stands on its schedule: its rungs, what is due next, and which aliquot is which."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.findings import Findings, Species
from station.records import Aliquot
from station.run import Run
from station.schedule import Rung, ladder, next_due

MINUTES_BELOW_S = 7200.0
LATE_AFTER_S = 60.0


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


def rungs_of(run: Run | None) -> tuple[Rung, ...]:
    """Return the rungs of a run's ladder; aliquots drawn before there is a t0 stand on none of them."""
    if run is None:
        return ()
    taken = [(a.number, a.reaction_time_s) for a in run.aliquots if a.reaction_time_s is not None]
    return ladder(run.recipe.schedule_s, taken)


def due(run: Run | None, now_s: float) -> Due | None:
    """Return what is due next; None without t0 or when the plan is done."""
    since_s = None if run is None else run.reaction_time_s(now_s)
    rungs = rungs_of(run)
    rung = next_due(rungs)
    if since_s is None or rung is None or rung.planned_s is None:
        return None
    return Due(rungs.index(rung) + 1, rung.planned_s, rung.planned_s - since_s)


def in_minutes(rungs: tuple[Rung, ...]) -> bool:
    """Return whether the ladder speaks minutes: a run that ends below two hours."""
    return bool(rungs) and rungs[-1].time_s < MINUTES_BELOW_S


def aliquot(run: Run | None, number: int | None) -> Aliquot | None:
    """Return the aliquot with this number, the newest for None, or None where there is none."""
    if run is None or not run.aliquots:
        return None
    if number is None:
        return run.aliquots[-1]
    return next((a for a in run.aliquots if a.number == number), None)


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

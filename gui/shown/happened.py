"""What happened in a run, in one line each, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from gui import words
from gui.shown.run_times import dominant
from station.records import Aliquot, Mark, OnsetAnswered, RecipeChanged
from station.run import Run


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened: its reaction time (the time of day without a t0), and what it was."""

    when: str
    what: str


@lru_cache(maxsize=2)  # asked for ten times a second, and of thousands of readings it takes milliseconds
def happened(run: Run | None) -> tuple[Happening, ...]:
    """Return what a chemist would write down: aliquots drawn by hand, marks, answers to the onset, another recipe."""
    if run is None:
        return ()
    edited = {aliquot.number: aliquot for aliquot in run.all_aliquots}
    found: list[tuple[float, Happening]] = []
    for _, record in run.standing:
        if isinstance(record, Aliquot):
            aliquot = edited[record.number]
            if not aliquot.by_itself:
                at_s = aliquot.drawn_at_s
                found.append((at_s, Happening(_when(run, at_s, aliquot.wall), _of_aliquot(aliquot))))
        elif isinstance(record, Mark | OnsetAnswered | RecipeChanged):
            found.append((record.clock_s, Happening(_when(run, record.clock_s, record.wall), _of_record(record))))
    return tuple(each for _, each in sorted(found, key=lambda pair: pair[0], reverse=True))


def _when(run: Run, clock_s: float, wall: str) -> str:
    time_s = run.reaction_time_s(clock_s)
    return words.time_of_day(wall)[:5] if time_s is None else words.moment(time_s)


def _of_aliquot(aliquot: Aliquot) -> str:
    """Return an aliquot in a few words: why it does not count, or what it shows."""
    called = f"Aliquot {aliquot.number}"
    if aliquot.excluded is not None:
        return f"{called} excluded: {aliquot.excluded}"
    findings = aliquot.reading.findings
    if findings is None:
        return f"{called} could not be read"
    band, emission = dominant(findings), findings.emission
    shows = [band.name if band is not None else "no cluster"]
    if emission is not None and emission.present and emission.nm is not None:
        shows.append(f"emission {emission.nm:.0f} nm")
    return f"{called}: {', '.join(shows)}"


def _of_record(record: Mark | OnsetAnswered | RecipeChanged) -> str:
    if isinstance(record, OnsetAnswered):
        return "Onset confirmed" if record.confirmed else "Onset dismissed"
    if isinstance(record, RecipeChanged):
        return "Recipe changed"
    kind = words.capital(record.kind)
    return f"{kind}: {record.note}" if record.note else kind

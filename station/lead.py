"""What comes next for this aliquot: the line that leads the hands through it, from the status and the clock alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import Literal

from analysis.wording import duration
from station.events import State, Status
from station.run import Run
from station.strength import due_in_s, factor, repeat
from station.wash import is_dirty

BEFORE_S = 600.0  # a planned aliquot is prepared from so long before it is due
TRUSTED_S = 1800.0  # a reference that is so much older than the last aliquot is taken again before the next one

What = Literal["cycle", "wash", "dilute", "reference", "draw", "measure"]


@dataclass(frozen=True, slots=True)
class Step:
    """What the hands do next; `short` stands in where the whole line has no room."""

    what: What
    line: str
    short: str = ""


def step(status: Status, now_s: float, *, stale: str = "") -> Step:
    """Return what comes next; `stale` is why the reference is, if it is. Nothing here ever blocks.

    A dirty cuvette comes first: what is measured in it is another's. Then the aliquot that was too strong, diluted;
    then, for one that was drawn or is due soon, solvent and sample. Else it is the cycle that Space starts.
    """
    cycle = Step("cycle", status.guidance)
    run = status.run
    if run is None or status.reference_at_s is None or status.continuous is not None or status.watching is not None:
        return cycle
    if status.state not in (State.IDLE, State.LIVE):
        return cycle
    if is_dirty(run):
        return Step("wash", "wash again, solvent in, then W", "wash again, then W")
    drawn_s = status.drawn_at_s
    again = None if drawn_s is not None else repeat(run, now_s)
    if again is not None:
        told = status.dilution
        return Step("dilute", again.then if told is None else f"at {factor(told)} in, then Space", again.to)
    left_s = due_in_s(run, now_s)
    if drawn_s is None and (left_s is None or left_s > BEFORE_S):
        diluted = "" if status.dilution is None else f"at {factor(status.dilution)}"
        return Step("cycle", f"{diluted}: {status.guidance}", f"next {diluted}") if diluted else cycle
    since = "" if drawn_s is None else f"drawn {_since(now_s - drawn_s)} ago: "
    if _reference_is_due(status, stale):
        return Step(
            "reference", f"{since}solvent in, then R" if since else "solvent cuvette in, then R", "solvent in, then R"
        )
    at = "" if status.dilution is None else f" at {factor(status.dilution)}"
    if since or (left_s is not None and left_s <= 0.0):
        return Step("measure", f"{since}sample{at} in, then Space", "sample in, then Space")
    return Step("draw", f"A when drawn; sample{at} in, then Space", "sample in, then Space")


def drawn_words(status: Status) -> str:
    """Return "Aliquot 5 drawn at 2:00:14" for one that was drawn and is not yet measured, else nothing."""
    run, drawn_s = status.run, status.drawn_at_s
    return "" if run is None or drawn_s is None else drawn_at_words(run, drawn_s)


def drawn_at_words(run: Run, drawn_at_s: float) -> str:
    """Return "Aliquot 5 drawn at 2:00:14"; without t0 there is no such time, and it is drawn all the same."""
    since_s = run.reaction_time_s(drawn_at_s)
    drawn = f"Aliquot {run.next_number} drawn"
    return drawn if since_s is None else f"{drawn} at {_clock(since_s)}"


def _reference_is_due(status: Status, stale: str) -> bool:
    """Return whether the reference is to be taken before this aliquot: stale, or much older than the last aliquot."""
    run, taken_s = status.run, status.reference_at_s
    if stale or run is None or taken_s is None:
        return bool(stale)
    measured = [aliquot.measured_at_s for aliquot in run.all_aliquots[-1:]]
    return any(last_s - taken_s >= TRUSTED_S for last_s in measured)


def _since(seconds: float) -> str:
    """Return how long ago, in seconds below a minute, then in whole minutes."""
    whole = max(0, floor(seconds))
    return f"{whole} s" if whole < 60 else duration(60 * (whole // 60))


def _clock(seconds: float) -> str:
    """Return a reaction time as the clock shows it: "2:00:14"."""
    whole = floor(abs(seconds))
    return f"{'−' if seconds < 0 else ''}{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"

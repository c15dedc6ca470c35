"""What is measured: the sample in the cuvette, as far as its reading depends on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """What was measured: its number, the reaction time it was drawn at (None: no t0), by how much it is diluted.

    An `excluded` one is read, but the run does not learn from it. One that came `by_itself` and lets too little light
    through is read by its emission alone: nobody is there to dilute it.
    """

    number: int
    reaction_time_s: float | None
    dilution: float | None
    excluded: bool = False
    by_itself: bool = False

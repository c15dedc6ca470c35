"""The hand at a virtual bench: what a chemist does to the cuvette holder, done when D, R or Space is pressed."""

from __future__ import annotations

from dataclasses import dataclass

from instruments.guard import Guard
from instruments.virtual.hand import Advance, Fill, Place
from instruments.virtual.samples import Sample


@dataclass(slots=True)
class Hand:
    """Places cuvettes in a virtual holder and tells the bench the time; a real instrument has no such thing.

    `opened_s` is the station clock at which the bench was opened: the bench counts from there.
    """

    guard: Guard
    opened_s: float

    def fill(self, sample: Sample) -> None:
        """Put this flask, series or filter behind the cuvettes to come."""
        self.guard.hand(Fill(sample))

    def advance(self, now_s: float) -> None:
        """Tell the bench what time it is."""
        self.guard.hand(Advance(now_s - self.opened_s))

    def solvent(self) -> None:
        """Put the solvent cuvette into the holder."""
        self.guard.hand(Place("solvent"))

    def washed(self) -> None:
        """Put the cuvette of the last sample back, washed, with solvent in it."""
        self.guard.hand(Place("washed"))

    def sample(self, reaction_time_s: float | None) -> None:
        """Put in a sample drawn at this reaction time (None: the flask has not been heated yet)."""
        self.guard.hand(Place("sample", max(0.0, reaction_time_s or 0.0)))

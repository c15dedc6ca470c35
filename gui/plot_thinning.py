"""Of thousands of readings by themselves a plot draws an even choice over the log of time: nobody sees more apart."""

from __future__ import annotations

from collections.abc import Iterable
from math import copysign, floor, log2

from station.records import Aliquot

PER_DOUBLING = 24  # of the reaction time: a day of readings every 10 s is some 260 curves


class Choice:
    """Which readings are drawn among the others: the first that counts of every stretch of time.

    So it never changes by a reading that is added. What a chemist has drawn himself is always drawn.
    """

    def __init__(self) -> None:
        self._first_s: float | None = None
        self._first_of: dict[int, int] = {}
        self._left_out = 0

    def add(self, aliquots: Iterable[Aliquot]) -> None:
        """Choose among these too."""
        for aliquot in aliquots:
            if not aliquot.by_itself or aliquot.excluded is not None:
                continue
            if self._first_s is None:
                self._first_s = aliquot.drawn_at_s
            self._left_out += self._first_of.setdefault(self._stretch(aliquot), aliquot.number) != aliquot.number

    def draws(self, aliquot: Aliquot) -> bool:
        """Return whether an aliquot is drawn among the others, if it counts."""
        return not aliquot.by_itself or self._first_of.get(self._stretch(aliquot)) == aliquot.number

    @property
    def words(self) -> tuple[str, ...]:
        """Get what the title says of it: "thinned for display", nothing where all are drawn."""
        return ("thinned for display, all recorded",) if self._left_out else ()

    def _stretch(self, aliquot: Aliquot) -> int:
        """Return the number of the stretch of time: by the log of the reaction time, without t0 of the time passed."""
        time_s = aliquot.reaction_time_s
        if time_s is None:
            time_s = aliquot.drawn_at_s - (self._first_s or 0.0)
        return floor(copysign(PER_DOUBLING * log2(1.0 + abs(time_s)), time_s))

"""What has to be read again where something recorded makes a run another one, and no more than that."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING

from station.records import T0_KINDS, Aliquot, AliquotEdited, Mark, PhotographTaken, Record
from station.run import Run

if TYPE_CHECKING:  # the science is loaded with the first run, after the window is there
    from station.evaluation import Evaluation

EVERYTHING = 1
Heard = Callable[[int, int], None]  # so many are read again, of so many; what it raises ends the reading


def first_other(taken_back: Record) -> int | None:
    """Return the number of the first aliquot that reads otherwise without this record, None where none does."""
    match taken_back:
        case Aliquot(number=number) | AliquotEdited(number=number):
            return number
        case PhotographTaken():
            return None
        case Mark(kind=kind) if kind not in T0_KINDS:
            return None
    return EVERYTHING


def read_again(run: Run, held: Evaluation | None, since: int, heard: Heard) -> tuple[Evaluation, Run]:
    """Return an evaluation and the run read again, in order, from about aliquot `since` on.

    `held` is what stands at the end of the run as it was read so far (None: it was not): what it still knows of the
    time before is kept.
    """
    from station.evaluation import resume

    first = EVERYTHING if held is None else held.known_before(since)
    numbers = count(1)
    to_read = sum(aliquot.number >= first for aliquot in run.all_aliquots)
    return resume(run, run.set_up, heard=lambda: heard(next(numbers), to_read), held=held, first=first)

"""What the bench window remembers: what the station said last, and what the person has chosen since."""

from __future__ import annotations

from dataclasses import dataclass

from station.events import FaultText, OnsetFlagged, Progress, State, Status
from station.run import Exposures

NOTHING_YET = Status(State.DISCONNECTED, None, None, None, Exposures())


@dataclass(slots=True)
class Desk:
    """The newest status, the measurement under way, and what is selected, hidden or offered.

    `flagged` is the announcement that carries the advice. `hidden_fault` has been read. `left_open` is (words,
    path) of a run that is offered. `selected` is the number of an aliquot, None the newest. `looked` is true
    once somebody has looked for spectrometers.
    """

    status: Status = NOTHING_YET
    progress: Progress | None = None
    flagged: OnsetFlagged | None = None
    hidden_fault: FaultText | None = None
    left_open: tuple[str, str] | None = None
    selected: int | None = None
    focused: bool = False
    looked: bool = False

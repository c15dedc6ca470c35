"""What the bench window remembers: what the station said last, and what the person has chosen since."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from gui.remembered import Wishes
from instruments.spectrometer import DeviceListing
from station.events import FaultText, OnsetFlagged, Progress, State, Status
from station.run import Exposures

_ASKED_OF_THE_STATION = (
    *("TakeDark", "TakeReference", "Capture", "CheckWash", "StartContinuous", "SwitchUv", "ShowLive"),
    *("SetMark", "Draw", "UseDilution", "Undo"),
)
NOTHING_YET = Status(
    *(State.DISCONNECTED, None, None, None, Exposures()),
    obstacles=dict.fromkeys(_ASKED_OF_THE_STATION, "still looking"),
)
"""What is shown until the station has spoken: nothing can be asked for."""


@dataclass(slots=True)
class Desk:
    """The newest status, the measurement under way, and what is selected, hidden or offered.

    `flagged` is the announcement that carries the advice. `hidden_fault` has been read, and so have `hidden_doubts` of
    the last measurement. `devices` is what was connected when somebody looked last; `report` what the doctor found.
    `left_open` is (words, path) of a run that is offered, one of `offers` where several were left open. `selected` is
    the number of an aliquot, None the newest;
    `hidden` are the numbers of those whose curves are not drawn.
    `looked` is true once somebody has looked for spectrometers. `asked` is true from the key that asks for a
    measurement until the station says that it measures, or why it does not. `saved` is false while the newest aliquot
    is not on disk. `last_faults` arrived while the window closes and hold it open until they have been read, the
    oldest first. `wishes` are how this user wants the window; `sound` is what is to be heard, nothing until that is
    known.
    """

    status: Status = NOTHING_YET
    progress: Progress | None = None
    flagged: OnsetFlagged | None = None
    hidden_fault: FaultText | None = None
    hidden_doubts: tuple[str, ...] = ()
    devices: tuple[DeviceListing, ...] = ()
    report: str = ""
    left_open: tuple[str, str] | None = None
    offers: tuple[tuple[str, str], ...] = ()
    selected: int | None = None
    hidden: frozenset[int] = frozenset()
    focused: bool = False
    looked: bool = False
    asked: bool = False
    saved: bool = True
    last_faults: list[FaultText] = field(default_factory=list)
    wishes: Wishes = field(default_factory=Wishes)
    sound: Literal["", "on", "beeps", "off"] = ""

    def offer_other(self, by: int) -> bool:
        """Offer the run before (-1) or after (1) of several that were left open; return whether there is another."""
        if self.left_open is None or len(self.offers) < 2:
            return False
        at = self.offers.index(self.left_open)
        self.left_open = self.offers[(at + by) % len(self.offers)]
        return True

    @property
    def measuring(self) -> bool:
        """Get whether Esc belongs to a measurement, or a run that is read again: one under way or just asked for."""
        return self.asked or self.progress is not None or self.status.state is State.MEASURING

"""The hand at the virtual bench: what it can do, and what it has done so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from instruments.virtual.samples import Sample

Content = Literal["empty", "solvent", "sample"]
Pace = Literal["real", "none"]  # whether an exposure takes its time or passes at once
Kind = Literal["unplug", "replug", "unplug led", "replug led", "wedge", "silence", "short frame"]


@dataclass(frozen=True, slots=True)
class Fill:
    """Make this the reaction from which samples are drawn (None: nothing to draw from, samples are solvent)."""

    sample: Sample | None


@dataclass(frozen=True, slots=True)
class Place:
    """Put this into the holder; a sample keeps the composition of `drawn_at_s` (None: drawn at this moment)."""

    content: Content
    drawn_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Advance:
    """Let the bench's time be `t_s` seconds since heat on; the bench never reads a clock."""

    t_s: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """Pull or push a plug, or let the next read never return, time out or come short."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Witness:
    """Stand a photodiode with a logbook beside the bench: every switching of a light is a line in the file `path`."""

    path: str


Command = Fill | Place | Advance | Trouble | Witness


@dataclass(frozen=True, slots=True)
class Hand:
    """What stands on the bench because of everything the hand did; `placements` counts how often it placed."""

    sample: Sample | None = None
    content: Content = "solvent"
    drawn_at_s: float = 0.0
    t_s: float = 0.0
    placements: int = 0
    plugged: bool = True
    led_plugged: bool = True
    witness: str | None = None

    def after(self, command: Command) -> Hand:
        """Return the bench after `command`; a read that wedges or fails leaves nothing behind."""
        match command:
            case Fill(sample):
                return replace(self, sample=sample)
            case Place(content, drawn_at_s):
                drawn = self.t_s if drawn_at_s is None else drawn_at_s
                return replace(self, content=content, drawn_at_s=drawn, placements=self.placements + 1)
            case Advance(t_s):
                return replace(self, t_s=t_s)
            case Witness(path):
                return replace(self, witness=path)
            case Trouble("unplug" | "replug" as kind):
                return replace(self, plugged=kind == "replug")
            case Trouble("unplug led" | "replug led" as kind):
                return replace(self, led_plugged=kind == "replug led")
            case Trouble():
                return self

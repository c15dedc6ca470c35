"""What the parent asks of the instrument process, and what it answers: picklable, nothing but data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from instruments.spectrometer import LightState, Role
from instruments.virtual.hand import Command, Hand, Pace


@dataclass(frozen=True, slots=True)
class Open:
    """Open this address, lights off first. `hand` is how the virtual bench stands, `incarnation` counts restarts."""

    address: str
    pace: Pace
    uv: str | None
    seed: int
    incarnation: int
    hand: Hand


@dataclass(frozen=True, slots=True)
class SetExposure:
    """Set the exposure in seconds."""

    exposure_s: float


@dataclass(frozen=True, slots=True)
class Scan:
    """Measure one scan."""


@dataclass(frozen=True, slots=True)
class SwitchLight:
    """Set a light on or off."""

    role: Role
    on: bool


@dataclass(frozen=True, slots=True)
class ListDevices:
    """List what is connected; `real` is false while a real instrument is open."""

    real: bool


@dataclass(frozen=True, slots=True)
class MoveHand:
    """Let the hand at the virtual bench do this."""

    command: Command


@dataclass(frozen=True, slots=True)
class Close:
    """Make the lights safe, let everything go and end."""


Request = Open | SetExposure | Scan | SwitchLight | ListDevices | MoveHand | Close


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The result of a request or the InstrumentError it ended with, and what is known of the lights after it."""

    value: Any
    error: Exception | None
    lights: dict[Role, LightState]

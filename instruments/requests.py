"""What the parent asks of the instrument process, and what it answers: picklable, nothing but data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from instruments.spectrometer import BackendChoice, Channel, Lighting, LightState, Role
from instruments.virtual.hand import Command, Hand, Pace


@dataclass(frozen=True, slots=True)
class Open:
    """Open this address, lights off first; `emission` is the address of a second spectrometer, for emission.

    `lighting` None is what the instrument has by itself. `hand` is how the virtual bench stands, `incarnation` counts
    restarts.
    """

    address: str
    emission: str | None
    lighting: Lighting | None
    backend: BackendChoice
    pace: Pace
    seed: int
    incarnation: int
    hand: Hand

    @property
    def addresses(self) -> tuple[str, ...]:
        """Get the addresses to open, that of absorbance first."""
        return (self.address,) if self.emission is None else (self.address, self.emission)


@dataclass(frozen=True, slots=True)
class SetExposure:
    """Set the exposure in seconds."""

    exposure_s: float
    channel: Channel


@dataclass(frozen=True, slots=True)
class Scan:
    """Measure one scan."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class ReadTemperatures:
    """Measure the temperatures that the model tells."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class SetCooling:
    """Cool the detector to this temperature in degrees Celsius."""

    detector_c: float
    channel: Channel


@dataclass(frozen=True, slots=True)
class Check:
    """Exchange a few bytes with every open spectrometer, so that one that is gone is noticed."""


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


Request = (
    Open | SetExposure | Scan | ReadTemperatures | SetCooling | Check | SwitchLight | ListDevices | MoveHand | Close
)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The result of a request or the InstrumentError it ended with, and what is known of the lights after it."""

    value: Any
    error: Exception | None
    lights: dict[Role, LightState]

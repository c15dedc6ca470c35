"""What a spectrometer and a light source must be able to do, what is known of them, and how they fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from analysis.spectrum import Detector, FloatArray

LightState = Literal["on", "off", "unknown"]
Role = Literal["probe", "uv"]

NO_LIGHT = "none"
"""The name of a light that is not there: in `InstrumentInfo`, and as the port when the chemist chooses no UV light."""

NO_LIGHT = "none"  # the name of a light that is not there: it is off, and asking it to go off changes nothing


@dataclass(frozen=True, slots=True, eq=False)
class InstrumentInfo:
    """Who the instrument is; travels with every run because the two back ends disagree about the same device.

    `address` is what opens it again (`ocean:SERIAL`, `virtual:FLAME-S`). `exposure_limits_s` is [min, max):
    the upper limit itself is refused by the driver. `probe` and `uv` name the lights (NO_LIGHT where the
    station has none to switch).
    """

    address: str
    model: str
    serial: str
    backend: str
    virtual: bool
    wavelengths_nm: FloatArray
    exposure_limits_s: tuple[float, float]
    detector: Detector
    probe: str
    uv: str


@dataclass(frozen=True, slots=True)
class DeviceListing:
    """One connected spectrometer: the address that opens it, model, serial number and why it may not be usable."""

    address: str
    model: str
    serial: str
    backend: str
    virtual: bool
    obstacle: str = ""


class InstrumentError(Exception):
    """The instrument did not do what was asked. `str()` is a sentence for the chemist."""


class Disconnected(InstrumentError):
    """The instrument is no longer there; plug it in again."""


class Busy(InstrumentError):
    """Another program, or another part of this one, holds the instrument."""


class Timeout(InstrumentError):
    """The instrument did not answer in time and its process was ended."""


class BadSetting(InstrumentError):
    """A setting outside what the instrument can do; `limits` says what it can."""

    def __init__(self, message: str, limits: tuple[float, float] | None = None) -> None:
        super().__init__(message)
        self.limits = limits


class LightUnreachable(InstrumentError):
    """A light cannot be reached: it may still be on and has to be switched off by hand."""


class Spectrometer(Protocol):
    """One spectrometer. Not thread safe: one owner."""

    @property
    def info(self) -> InstrumentInfo:
        """Get what is known of the instrument."""

    def set_exposure(self, exposure_s: float) -> None:
        """Set the exposure of one scan in seconds; the next scan may still carry the old one. Raises BadSetting."""

    def scan(self) -> FloatArray:
        """Measure one scan: raw counts, shape (pixels,). Blocks for the exposure. Raises InstrumentError."""

    def close(self) -> None:
        """Let the instrument go; never raises."""


class LightSource(Protocol):
    """One light that can be switched."""

    @property
    def name(self) -> str:
        """Get the name that is written on the reading."""

    def switch(self, on: bool) -> None:
        """Set the light on or off. Raises LightUnreachable."""

    def close(self) -> None:
        """Switch off if it can be reached, and let it go; never raises."""


class Instrument(Protocol):
    """Spectrometer and both lights as the acquisition thread holds them (`guard.Guard` is the real one)."""

    @property
    def info(self) -> InstrumentInfo:
        """Get what is known of the open instrument. Raises Disconnected when none is open."""

    def set_exposure(self, exposure_s: float) -> None:
        """Set the exposure of one scan in seconds. Raises InstrumentError."""

    def scan(self) -> FloatArray:
        """Measure one raw scan, shape (pixels,), counts. Raises InstrumentError; Timeout at exposure + 5 s."""

    def light(self, role: Role, on: bool) -> None:
        """Switch probe or UV. Raises LightUnreachable, or InstrumentError for switching on what is not there."""

    def light_state(self, role: Role) -> LightState:
        """Get what is known of a light: "unknown" is drawn as MAY BE ON, never as off."""

    def close(self) -> None:
        """Make the lights safe, let everything go; never raises."""

"""What a spectrometer and a light source must be able to do, what is known of them, and how they fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from analysis.spectrum import Detector, FloatArray

LightState = Literal["on", "off", "unknown"]
Role = Literal["probe", "uv"]
Channel = Literal["absorbance", "emission"]  # which spectrometer, where the station has one for each
BackendChoice = Literal["auto", "cseabreeze", "pyseabreeze"]
LightKind = Literal["lamp line", "serial", "by hand", "steady", "none"]
LineEnd = Literal["LF", "CR", "CR LF"]

OPENING_EXPOSURE_S = 0.1
"""What a spectrometer is set to when it is opened, or its shortest exposure where that is longer."""

NO_LIGHT = "none"
"""The name of a light that is not there: it is off, and asking it to go off changes nothing."""


@dataclass(frozen=True, slots=True)
class LedCommands:
    """How one kind of LED driver is spoken to: lines of printable ASCII, at most 64 bytes, each ended by `line_end`.

    `identity` is how the answer to `identify` begins; nothing else is written before that answer. Any answer to a
    command but `accepted` is a refusal; where `accepted` is empty the driver answers no command, and has to name
    itself again after each. `level` sets the brightness before the light is first switched on: {percent} or {mA} in
    it, or in `on`, is replaced by the number (empty: the driver has no such command). `manual` names the public
    manual that the lines were taken from, or says that the chemist wrote them.
    """

    name: str
    identify: str
    identity: str
    on: str
    off: str
    accepted: str
    level: str = ""
    baud: int = 115_200
    manual: str = ""
    line_end: LineEnd = "LF"


@dataclass(frozen=True, slots=True)
class SerialPort:
    """A serial port the chemist chose by its name, and the USB id that stood behind it then ("" where none did).

    `usb_id` is vendor:product:serial in lower-case hexadecimals, as in 0403:6001:a10kx3.
    """

    name: str
    usb_id: str = ""


@dataclass(frozen=True, slots=True)
class LightChoice:
    """How one light is switched.

    "steady" is a probe that burns all the time and is never switched by the station; "by hand" asks the chemist.
    `port` and `commands` belong to "serial"; `current_ma` is set through `commands.level` and never exceeds
    `most_ma`. `warm_up_s` is how long after it was switched on a steady lamp is not to be trusted.
    """

    kind: LightKind
    name: str = ""
    port: SerialPort | None = None
    commands: LedCommands | None = None
    percent: float | None = None
    current_ma: float | None = None
    most_ma: float | None = None
    warm_up_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Lighting:
    """Both lights of the station by their roles."""

    probe: LightChoice = LightChoice("lamp line")
    uv: LightChoice = LightChoice("none")


@dataclass(frozen=True, slots=True)
class Temperatures:
    """Temperatures in degrees Celsius: the cooled detector's and the board's; None where the model tells none."""

    detector_c: float | None = None
    board_c: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class InstrumentInfo:
    """Who the instrument is; travels with every run because the two back ends disagree about the same device.

    `address` is what opens it again (`ocean:SERIAL`, `virtual:FLAME-S`). `exposure_limits_s` is [min, max):
    the upper limit itself is refused by the driver. `probe` and `uv` name the lights (NO_LIGHT where the
    station has none to switch), `probe_kind` and `uv_kind` say how they are switched. `cooled` tells whether the
    detector's temperature can be set. `notes` are sentences about what this device cannot be trusted with ("no
    linearity correction: the stored coefficients are all zero").
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
    probe_kind: LightKind = "lamp line"
    uv_kind: LightKind = "serial"
    cooled: bool = False
    notes: tuple[str, ...] = ()


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

    def set_exposure(self, exposure_s: float) -> float:
        """Control the exposure in seconds (float in min <= s < max); the next scan may still carry the old one.

        Returns the exposure really set: a model that counts in steps (1 ms, 10 us) takes the nearest one.
        Raises BadSetting.
        """

    def scan(self) -> FloatArray:
        """Measure one scan: raw counts, shape (pixels,). Blocks for the exposure. Raises InstrumentError."""

    def temperatures(self) -> Temperatures:
        """Measure what temperatures the model tells, in degrees Celsius. Raises InstrumentError."""

    def set_cooling(self, detector_c: float) -> None:
        """Control the detector's temperature in degrees Celsius. Raises BadSetting where it is not cooled."""

    def close(self) -> None:
        """Let the instrument go; never raises."""


class LightSource(Protocol):
    """One light that can be switched."""

    @property
    def name(self) -> str:
        """Get the name that is written on the reading."""

    def switch(self, on: bool) -> None:
        """Control the light (True: on). Raises LightUnreachable."""

    def close(self) -> None:
        """Switch off if it can be reached, and let it go; never raises."""


class Instrument(Protocol):
    """Spectrometer and both lights as the acquisition thread holds them (`guard.Guard` is the real one).

    `channel` matters where one spectrometer measures absorbance and another emission; else both are the same.
    """

    @property
    def info(self) -> InstrumentInfo:
        """Get what is known of the open instrument that measures absorbance. Raises Disconnected when none is open."""

    @property
    def emission_info(self) -> InstrumentInfo:
        """Get what is known of the one that measures emission: `info` itself where there is one for both."""

    def set_exposure(self, exposure_s: float, channel: Channel = "absorbance") -> float:
        """Control the exposure of one scan in seconds (float in min <= s < max); returns the one really set.

        Raises InstrumentError.
        """

    def scan(self, channel: Channel = "absorbance") -> FloatArray:
        """Measure one raw scan, shape (pixels,), counts. Raises InstrumentError; Timeout at exposure + 5 s."""

    def temperatures(self, channel: Channel = "absorbance") -> Temperatures:
        """Measure what temperatures the model tells, in degrees Celsius. Raises InstrumentError."""

    def light(self, role: Role, on: bool) -> None:
        """Control probe or UV. Raises LightUnreachable, or InstrumentError for switching on what is not there."""

    def light_state(self, role: Role) -> LightState:
        """Get what is known of a light: "unknown" is drawn as MAY BE ON, never as off."""

    def close(self) -> None:
        """Make the lights safe, let everything go; never raises."""

"""What a model can do besides measuring, through either back end; works on the `features` object of the driver."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from instruments.answering_socket import ANSWER_LIMIT_S, AnsweringSocket
from instruments.driver_errors import driver_errors
from instruments.linearity import NONE_STORED, UNREADABLE, accepted
from instruments.ocean_models import Facts, Feature, plausible_c
from instruments.spectrometer import Disconnected, InstrumentError, Temperatures

_SYNC = 0x69
_LAST_COEFFICIENT = 7

_LEFT_OVERS: tuple[tuple[str, str, tuple[int, ...], str], ...] = (
    ("spectrum_processing", "set_scans_to_average", (1,), "averaging in the device"),
    ("spectrum_processing", "set_boxcar_width", (0,), "smoothing in the device"),
    ("pixel_binning", "set_binning_factor", (0,), "the binning of pixels"),
    ("acquisition_delay", "set_delay_microseconds", (0,), "the delay of the exposure"),
    ("data_buffer", "clear", (), "spectra kept in the device"),
)
"""What another program may have left switched on: feature, method, arguments, and what it is called."""


class OutOfStep(RuntimeError):
    """A frame does not end where a frame ends; pyseabreeze does not look."""


class Refused(RuntimeError):
    """The device refused a command; pyseabreeze does not say so."""


Unoffered = Callable[[Any, Feature], Any]
"""Makes a feature that the model has although the back end does not offer it; None where it has none."""


@dataclass(frozen=True, slots=True)
class Cooler:
    """A thermo-electric cooler: read the detector's temperature, control it (degrees Celsius)."""

    read_c: Callable[[], float]
    set_c: Callable[[float], None]


def listen(features: Any, model: Facts) -> None:
    """Let pyseabreeze pass on two things it hears and keeps to itself: a refused command, a frame out of step."""
    feature = features.spectrometer
    protocol, read_frame = getattr(feature, "protocol", None), getattr(feature, "_get_spectrum_raw", None)
    if protocol is None or read_frame is None:
        return  # cseabreeze looks at both by itself
    send = protocol.send

    def told(*words: Any, **how: Any) -> int:
        written: int = send(*words, **how)
        if written == 0:
            raise Refused("the device refuses the command")
        return written

    def complete() -> Any:
        frame = read_frame()
        if frame[-1] != _SYNC:
            raise OutOfStep("the frame does not end where it should")
        return frame

    protocol.send = told
    if model.sync:
        feature._get_spectrum_raw = complete


def wait_for(device: Any, feature: Any, exposure_us: int) -> None:
    """Let pyseabreeze wait for a frame of this exposure, which may be longer than the one last set, and no longer.

    Over USB it waits for the exposure last set and one second more: too short where a longer one is still running.
    Over the network it waits for the longest exposure of the model.
    """
    if hasattr(feature, "_integration_time"):
        feature._integration_time = exposure_us
    line = getattr(getattr(device, "_raw_device", None), "socket", None)
    if isinstance(line, AnsweringSocket):
        line.longest_s = exposure_us / 1e6 + ANSWER_LIMIT_S


def reset_left_overs(features: Any) -> tuple[str, ...]:
    """Set what another program may have changed back to plain scans; returns notes on what would not be reset."""
    notes = []
    steps: list[tuple[Any, str, tuple[int, ...], str]]
    steps = [(features.spectrometer, "set_trigger_mode", (0,), "the trigger")]
    steps += [(getattr(features, name, None), method, given, what) for name, method, given, what in _LEFT_OVERS]
    for feature, method, given, what in steps:
        if feature is None:
            continue
        try:
            with driver_errors("reset"):
                getattr(feature, method)(*given)
        except InstrumentError as refusal:  # of the others some are listed for models that have none
            if what != "the trigger":
                continue  # not even Disconnected is believed here: cseabreeze says it of every refusal
            if isinstance(refusal, Disconnected):
                raise
            notes.append(f"The device would not reset {what}; another program may have left it changed.")
    return tuple(notes)


def linearity(features: Any, full_scale_counts: float, unoffered: Unoffered) -> tuple[tuple[float, ...], str]:
    """Return the coefficients that can be believed, and why there are none where there are none.

    UNREADABLE may also mean that the device is gone: cseabreeze says of every refusal that it is.
    """
    try:
        with driver_errors("read"):
            stored = _stored_linearity(features, unoffered)
    except InstrumentError:  # slots that were never written hold no text, or text that is no number
        return (), UNREADABLE
    return accepted(stored, full_scale_counts) if stored is not None else ((), NONE_STORED)


def lamp_line(features: Any, model: Facts) -> Callable[[bool], None] | None:
    """Return what drives the lamp line on this model and back end, None where nothing does."""
    if features.strobe_lamp is not None:
        enable: Callable[[bool], None] = features.strobe_lamp.enable_lamp
        return enable
    if features.continuous_strobe is not None:
        strobe: Callable[[bool], None] = features.continuous_strobe.set_enable
        return strobe
    raw = features.raw_usb_bus_access
    if raw is not None and model.lamp_opcode:
        return lambda on: raw.raw_usb_write(struct.pack("<BH", 0x03, int(on)), "primary_out")
    return None


def cooler(features: Any, unoffered: Unoffered) -> Cooler | None:
    """Return the cooler of the detector, None where the model or the back end has none."""
    tec = features.thermo_electric or unoffered(features, "thermo_electric")
    if tec is None:
        return None

    def set_c(degrees: float) -> None:
        tec.set_temperature_setpoint_degrees_celsius(degrees)
        tec.enable_tec(True)

    return Cooler(tec.read_temperature_degrees_celsius, set_c)


def temperatures(features: Any, cooling: Cooler | None) -> Temperatures:
    """Measure the detector's temperature by its cooler, the board's by the first sensor that tells a plausible one."""
    board = None
    if getattr(features, "temperature", None) is not None:
        told = [plausible_c(degrees) for degrees in features.temperature.temperature_get_all()]
        board = next((degrees for degrees in told if degrees is not None), None)
    return Temperatures(None if cooling is None else plausible_c(cooling.read_c()), board)


def _stored_linearity(features: Any, unoffered: Unoffered) -> list[float] | None:
    """Return c0, c1 ... from the driver or from EEPROM slots 6 ... 14; None where there is neither."""
    told = features.nonlinearity_coefficients or unoffered(features, "nonlinearity_coefficients")
    if told is not None:
        return [float(c) for c in told.get_nonlinearity_coefficients()]
    if features.eeprom is None:
        return None
    order = int(float(features.eeprom.eeprom_read_slot(14)))
    return [float(features.eeprom.eeprom_read_slot(6 + i)) for i in range(min(order, _LAST_COEFFICIENT) + 1)]

"""Ocean Optics and Ocean Insight spectrometers through python-seabreeze: both back ends, one face.

The only import of seabreeze. The driver binds one back end per process; whoever wants the other starts a new process.
"""

from __future__ import annotations

import errno
import math
import struct
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Literal

import numpy as np

from analysis.spectrum import Detector, FloatArray, read_only
from instruments.spectrometer import (
    NO_LIGHT,
    BadSetting,
    Busy,
    DeviceListing,
    Disconnected,
    InstrumentError,
    InstrumentInfo,
    Timeout,
)

Backend = Literal["cseabreeze", "pyseabreeze"]

OPENING_EXPOSURE_S = 0.1
_NO_NETWORK = "203.0.113.9"  # an adapter that no machine has (TEST-NET-3): the driver then skips its 1 s multicast
_CSEABREEZE_LOST = 6  # its "data transfer error", all it says of an unplugged device

# Where the detector sees light, by model and number of values a frame has; else the whole frame.
_OPTICAL_PIXELS = {
    ("FLAMES", 2048): (21, 2048),
    ("USB2000PLUS", 2048): (21, 2048),
    ("USB4000", 3840): (22, 3670),
    ("HR4000", 3840): (22, 3670),
}
_MOST_EXPOSURE_S = {"USB4000": 65.535}  # cseabreeze allows ten times what the device can do
_TRADE_NAMES = {"FLAMES": "Flame-S", "USB2000PLUS": "USB2000+"}
_LAMP_BY_OPCODE = frozenset({"USB4000"})  # pyseabreeze gives these no lamp feature; opcode 0x03 drives the line


class OceanSpectrometer:
    """One open spectrometer; implements `Spectrometer`. Counts are raw: nothing discarded, nothing corrected."""

    def __init__(self, address: str, serial: str, backend: Backend, *, virtual: bool) -> None:
        """Open the device of that serial number and set it to 0.1 s. Raises InstrumentError."""
        with driver_errors("opened"):
            self._spectrometer = _found(serial)
        with driver_errors("read out"):
            low, high = self._spectrometer.integration_time_micros_limits
            most_s = _MOST_EXPOSURE_S.get(self._spectrometer.model, math.inf)
            self._limits_s = (low / 1e6, min(high / 1e6, most_s))
            self._lamp = _lamp_line(self._spectrometer)
            self._info = InstrumentInfo(
                address=address,
                model=_TRADE_NAMES.get(self._spectrometer.model, self._spectrometer.model),
                serial=serial,
                backend=backend,
                virtual=virtual,
                wavelengths_nm=read_only(self._spectrometer.wavelengths()),
                exposure_limits_s=self._limits_s,
                detector=_detector(self._spectrometer),
                probe=NO_LIGHT if self._lamp is None else "lamp line",
                uv=NO_LIGHT,
            )
        self._full_scale = self._info.detector.full_scale_counts
        self.set_exposure(max(OPENING_EXPOSURE_S, self._limits_s[0]))

    @property
    def info(self) -> InstrumentInfo:
        """Get what is known of the instrument; its lights are added by whoever owns them."""
        return self._info

    @property
    def lamp_line(self) -> Callable[[bool], None] | None:
        """Get what drives the lamp line, None where the driver has none. Calling it raises InstrumentError."""
        return None if self._lamp is None else self._drive_lamp

    def set_exposure(self, exposure_s: float) -> None:
        """Set the exposure of one scan in seconds, to the microsecond. Raises BadSetting outside [min, max)."""
        low, high = self._limits_s
        if not low <= exposure_s < high:
            raise BadSetting(
                f"An exposure of {exposure_s * 1e3:g} ms is outside what this spectrometer can do: "
                f"{low * 1e3:g} ms to just below {high:g} s. The exposure stays as it was.",
                (low, high),
            )
        with driver_errors("set"):
            self._spectrometer.integration_time_micros(round(exposure_s * 1e6))

    def scan(self) -> FloatArray:
        """Measure one scan: raw counts as the driver gives them, shape (pixels,). Raises InstrumentError."""
        with driver_errors("read"):
            counts: FloatArray = self._spectrometer.intensities()
        # Models with a stored saturation are stretched to full scale: a full pixel may miss it by a rounding error.
        np.putmask(counts, np.abs(counts - self._full_scale) < 0.5, self._full_scale)
        return counts

    def close(self) -> None:
        """Let the instrument go; never raises."""
        with suppress(Exception):  # whatever a driver raises here, there is nothing left to do about it
            self._spectrometer.close()

    def _drive_lamp(self, on: bool) -> None:
        assert self._lamp is not None
        with driver_errors("reached"):
            self._lamp(on)


def use_virtual_bus() -> None:
    """Bind this process's driver to the virtual bus; call once, before the first opening."""
    _use("pyseabreeze", pyusb_backend="virtual", network_adapter=_NO_NETWORK)


def use_real_bus(serial: str) -> Backend:
    """Bind this process's driver to the back end for that device: cseabreeze if it lists it, else pyseabreeze.

    Raises Disconnected where neither does.
    """
    if any(listing.serial == serial for listing in _listed("cseabreeze")):
        _use("cseabreeze")
        return "cseabreeze"
    if any(listing.serial == serial for listing in _listed("pyseabreeze")):
        _use("pyseabreeze", network_adapter=_NO_NETWORK)
        return "pyseabreeze"
    raise _absent(serial)


def connected() -> tuple[DeviceListing, ...]:
    """Return the real spectrometers that either back end sees, each once. Never while one is open: it resets it."""
    listed: dict[str, DeviceListing] = {}
    backends: tuple[Backend, ...] = ("cseabreeze", "pyseabreeze")
    for backend in backends:
        for listing in _listed(backend):
            listed.setdefault(listing.serial, listing)
    return tuple(listed.values())


def _use(backend: Backend, **kwargs: Any) -> None:
    import seabreeze

    seabreeze.use(backend, **kwargs)


def _found(serial: str) -> Any:
    """Return the driver's open object of that device. Raises Disconnected when it is not there."""
    from seabreeze.spectrometers import Spectrometer, list_devices

    with _no_network_warning():
        devices = list_devices()
    for device in devices:
        if device.serial_number == serial:
            return Spectrometer(device)
    raise _absent(serial)


def _listed(backend: Backend) -> tuple[DeviceListing, ...]:
    """Return what one back end sees; nothing where the back end cannot run on this machine."""
    try:
        with driver_errors("listed"), _no_network_warning():
            if backend == "cseabreeze":
                from seabreeze.cseabreeze import SeaBreezeAPI

                api = SeaBreezeAPI()
            else:
                from seabreeze.pyseabreeze import SeaBreezeAPI

                api = SeaBreezeAPI(network_adapter=_NO_NETWORK)
            return tuple(
                DeviceListing(
                    address=f"ocean:{device.serial_number}",
                    model=_TRADE_NAMES.get(device.model, device.model),
                    serial=device.serial_number,
                    backend=backend,
                    virtual=False,
                )
                for device in api.list_devices()
            )
    except (InstrumentError, ImportError):
        return ()


def _detector(spectrometer: Any) -> Detector:
    indices = spectrometer.f.spectrometer.get_electric_dark_pixel_indices()
    pixels = int(spectrometer.wavelengths().size)
    return Detector(
        full_scale_counts=float(spectrometer.max_intensity),
        linearity=_linearity(spectrometer.f),
        dark_pixels=tuple(sorted(i for i in _flat(indices) if i < pixels)),
        optical_pixels=_OPTICAL_PIXELS.get((spectrometer.model, pixels), (0, pixels)),
    )


def _flat(indices: Iterable[Any]) -> Iterator[int]:
    """Yield the indices of a sequence that some models nest, and some nest around nothing."""
    for index in indices:
        if isinstance(index, Iterable):
            yield from _flat(index)
        else:
            yield int(index)


def _linearity(features: Any) -> tuple[float, ...]:
    """Return c0, c1 ... from the driver or from EEPROM slots 6 ... 14; empty where the device holds none."""
    try:
        if features.nonlinearity_coefficients is not None:
            stored = [float(c) for c in features.nonlinearity_coefficients.get_nonlinearity_coefficients()]
        elif features.eeprom is not None:
            order = int(float(features.eeprom.eeprom_read_slot(14)))
            stored = [float(features.eeprom.eeprom_read_slot(6 + i)) for i in range(min(order, 7) + 1)]
        else:
            return ()
    except (ValueError, NotImplementedError):  # slots that were never written hold no numbers
        return ()
    if not any(stored) or not all(math.isfinite(c) for c in stored):
        return ()
    return tuple(stored)


def _lamp_line(spectrometer: Any) -> Callable[[bool], None] | None:
    """Return what drives the lamp line on this model and back end."""
    features = spectrometer.f
    if features.strobe_lamp is not None:
        enable: Callable[[bool], None] = features.strobe_lamp.enable_lamp
        return enable
    if features.continuous_strobe is not None:
        strobe: Callable[[bool], None] = features.continuous_strobe.set_enable
        return strobe
    raw = features.raw_usb_bus_access
    if raw is not None and spectrometer.model in _LAMP_BY_OPCODE:
        return lambda on: raw.raw_usb_write(struct.pack("<BH", 0x03, int(on)), "primary_out")
    return None


@contextmanager
def _no_network_warning() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*Skipping IPv4 discovery", category=UserWarning)
        warnings.filterwarnings("ignore", message="unclosed <socket", category=ResourceWarning)  # the driver's own
        yield


@contextmanager
def driver_errors(doing: str) -> Iterator[None]:
    """Turn whatever the driver raises into an InstrumentError; `doing` completes 'could not be ...'.

    The driver raises a dozen unrelated types for the same few things; this is the one place that knows them.
    """
    try:
        yield
    except InstrumentError:
        raise
    except (OSError, RuntimeError, ValueError, AssertionError, ReferenceError, struct.error) as error:
        raise _told(error, doing) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("seabreeze", "usb"):
            raise
        raise _told(error, doing) from error


def _told(error: Exception, doing: str) -> InstrumentError:
    number = getattr(error, "errno", None)
    if number in (errno.ENODEV, errno.EIO) or isinstance(error, ReferenceError):
        return _gone()
    if getattr(error, "error_code", None) == _CSEABREEZE_LOST:
        return _gone()
    if number == errno.EBUSY or type(error).__name__ == "USBTransportDeviceInUse":
        return Busy("Another program holds the spectrometer. The run is kept. Close that program and look again.")
    if number == errno.EACCES:
        return InstrumentError(
            "This user may not open the spectrometer. The run is kept. Install the udev rules, then plug it in again."
        )
    if number == errno.ETIMEDOUT:
        return Timeout("The spectrometer did not answer in time. Everything measured before is kept. Measure again.")
    reason = " ".join(str(error).split()) or "the driver gives no reason"
    return InstrumentError(
        f"The spectrometer could not be {doing}: {reason}. Everything measured before is kept. Measure again."
    )


def _absent(serial: str) -> Disconnected:
    return Disconnected(
        f"No spectrometer with serial number {serial} is connected. The run is kept. Plug it in and look again."
    )


def _gone() -> Disconnected:
    return Disconnected(
        "The spectrometer is no longer connected. Everything measured before is kept. Plug it in and look again."
    )

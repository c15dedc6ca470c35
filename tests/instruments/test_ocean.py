"""What the driver raises, and which sentence the chemist reads instead."""

from __future__ import annotations

import errno
import struct

import pytest
import usb.core
from seabreeze.pyseabreeze.transport import USBTransportDeviceInUse, USBTransportError
from seabreeze.spectrometers import SeaBreezeError

from instruments.driver_errors import driver_errors
from instruments.spectrometer import BadSetting, Busy, Disconnected, InstrumentError, Timeout


def seabreeze_error(code: int) -> SeaBreezeError:
    error = SeaBreezeError("Data transfer error")
    error.error_code = code  # type: ignore[attr-defined]  # cseabreeze adds it
    return error


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (usb.core.USBError("No such device", -4, errno.ENODEV), Disconnected),
        (usb.core.USBError("Input/Output Error", -1, errno.EIO), Disconnected),
        (seabreeze_error(6), Disconnected),
        (ReferenceError("weakly-referenced object no longer exists"), Disconnected),
        (usb.core.USBError("Resource busy", -6, errno.EBUSY), Busy),
        (ConnectionResetError(errno.ECONNRESET, "the spectrometer closed the connection"), Disconnected),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), Disconnected),
        (TimeoutError("timed out"), Timeout),
        (UserWarning("WARNING OBP: The checksums differ, but we ignore this for now."), InstrumentError),
        (RuntimeError("No pyusb backend found"), InstrumentError),
        (USBTransportDeviceInUse("device probably used by another thread/process"), Busy),
        (usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT), Timeout),
        (usb.core.USBError("Access denied", -3, errno.EACCES), InstrumentError),
        (USBTransportError("Pipe error", errno=errno.EPIPE), InstrumentError),
        (SeaBreezeError("remaining packet length mismatch"), InstrumentError),
        (ValueError("could not broadcast input array"), InstrumentError),
        (RuntimeError("device not opened"), InstrumentError),
        (AssertionError(), InstrumentError),
        (struct.error("unpack requires a buffer of 16 bytes"), InstrumentError),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
def test_every_failure_of_the_driver_becomes_a_sentence(raised: Exception, told: type[InstrumentError]) -> None:
    with pytest.raises(InstrumentError) as caught, driver_errors("read"):
        raise raised
    assert type(caught.value) is told
    sentence = str(caught.value)
    assert "kept" in sentence
    assert sentence.endswith(".")
    for word in ("error", "invalid", "!", "please"):
        assert word not in sentence.replace(str(raised), "").lower()


def test_an_instrument_error_passes_unchanged_and_a_mistake_of_ours_is_not_dressed_up() -> None:
    with pytest.raises(BadSetting), driver_errors("set"):
        raise BadSetting("outside", (0.0, 1.0))
    with pytest.raises(TypeError), driver_errors("set"):
        raise TypeError("a mistake in the program")

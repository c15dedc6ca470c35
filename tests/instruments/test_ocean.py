"""What the driver raises, and which sentence the chemist reads instead."""

from __future__ import annotations

import errno
import struct
from types import SimpleNamespace

import pytest
import usb.core
from seabreeze.pyseabreeze.transport import USBTransportDeviceInUse, USBTransportError
from seabreeze.spectrometers import SeaBreezeError

from instruments import ocean
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
    with pytest.raises(InstrumentError) as caught, ocean.driver_errors("read"):
        raise raised
    assert type(caught.value) is told
    sentence = str(caught.value)
    assert "kept" in sentence
    assert sentence.endswith(".")
    for word in ("error", "invalid", "!", "please"):
        assert word not in sentence.replace(str(raised), "").lower()


def test_an_instrument_error_passes_unchanged_and_a_mistake_of_ours_is_not_dressed_up() -> None:
    with pytest.raises(BadSetting), ocean.driver_errors("set"):
        raise BadSetting("outside", (0.0, 1.0))
    with pytest.raises(TypeError), ocean.driver_errors("set"):
        raise TypeError("a mistake in the program")


@pytest.mark.parametrize(
    ("indices", "flat"),
    [([6, 7, 8], [6, 7, 8]), (((5, 6),), [5, 6]), (((),), []), ([], [])],
)
def test_odd_dark_pixel_tuples_are_flattened(indices: object, flat: list[int]) -> None:
    assert list(ocean._flat(indices)) == flat  # type: ignore[arg-type]


class Eeprom:
    """EEPROM slots 6 ... 14 with these texts."""

    def __init__(self, *texts: str, order: str = "7") -> None:
        self._slots = {6 + i: text for i, text in enumerate(texts)} | {14: order}

    def eeprom_read_slot(self, slot: int) -> str:
        return self._slots[slot]


@pytest.mark.parametrize(
    ("eeprom", "linearity"),
    [
        (Eeprom("0.9", "1e-6", order="1"), (0.9, 1e-6)),
        (Eeprom(*["0"] * 8), ()),  # no coefficients: dividing by them would give infinities
        (Eeprom("0.9", "nan", order="1"), ()),
        (Eeprom("", order=""), ()),  # never written
        (None, ()),
    ],
)
def test_linearity_is_read_from_the_slots_where_the_driver_has_no_feature(
    eeprom: Eeprom | None, linearity: tuple[float, ...]
) -> None:
    features = SimpleNamespace(nonlinearity_coefficients=None, eeprom=eeprom)
    assert ocean._linearity(features) == linearity

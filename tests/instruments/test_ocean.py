"""What the driver raises, and which sentence the chemist reads instead."""

from __future__ import annotations

import errno
import struct

import pytest
import usb.core
from seabreeze.pyseabreeze.transport import USBTransportDeviceInUse, USBTransportError
from seabreeze.spectrometers import SeaBreezeError

from instruments.driver_errors import NoLibusb, PerhapsGone, driver_errors, out_of_step
from instruments.ocean import Wanted, chosen_backend, connected, open_wanted
from instruments.spectrometer import BackendChoice, BadSetting, Busy, Disconnected, InstrumentError, Timeout


def seabreeze_error(code: int) -> SeaBreezeError:
    error = SeaBreezeError("Data transfer error")
    error.error_code = code  # type: ignore[attr-defined]  # cseabreeze adds it
    return error


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (usb.core.USBError("No such device", -4, errno.ENODEV), Disconnected),
        (usb.core.USBError("Input/Output Error", -1, errno.EIO), Disconnected),
        (seabreeze_error(6), PerhapsGone),
        (ReferenceError("weakly-referenced object no longer exists"), Disconnected),
        (usb.core.USBError("Resource busy", -6, errno.EBUSY), Busy),
        (ConnectionResetError(errno.ECONNRESET, "the spectrometer closed the connection"), Disconnected),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), Disconnected),
        (TimeoutError("timed out"), Timeout),
        (UserWarning("WARNING OBP: The checksums differ, but we ignore this for now."), InstrumentError),
        (RuntimeError("No pyusb backend found"), NoLibusb),
        (USBTransportDeviceInUse("device probably used by another thread/process"), Busy),
        (usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT), Timeout),
        (usb.core.USBError("Access denied", -3, errno.EACCES), InstrumentError),
        (USBTransportError("Pipe error", errno=errno.EPIPE), InstrumentError),
        (SeaBreezeError("remaining packet length mismatch"), InstrumentError),
        (SeaBreezeError("Device already opened."), InstrumentError),
        (SeaBreezeError("Integration not in [1000, 655350000]"), InstrumentError),
        (usb.core.USBError("Overflow", -8, errno.EOVERFLOW), InstrumentError),
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


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        (ValueError("could not broadcast input array from shape (2048,) into shape (4097,)"), "only part of"),
        (SeaBreezeError("remaining packet length mismatch: 6880 != 3652"), "only part of the answer came"),
        (struct.error("unpack requires a buffer of 2048 bytes"), "the answer has the wrong length"),
        (SeaBreezeError('Header start_bytes wrong: "65535"'), "does not begin where it should"),
        (ValueError("subsection not found"), "which only cseabreeze can read"),
        (ValueError("could not convert string to float: ''"), "its memory holds no number"),
    ],
)
def test_what_is_said_to_programmers_is_put_into_words(raised: Exception, words: str) -> None:
    with pytest.raises(InstrumentError) as caught, driver_errors("read"):
        raise raised
    assert words in str(caught.value)
    assert str(raised) not in str(caught.value)


def test_an_instrument_error_passes_unchanged_and_a_mistake_of_ours_is_not_dressed_up() -> None:
    with pytest.raises(BadSetting), driver_errors("set"):
        raise BadSetting("outside", (0.0, 1.0))
    with pytest.raises(TypeError), driver_errors("set"):
        raise TypeError("a mistake in the program")


@pytest.mark.parametrize(
    ("raised", "again"),
    [
        (usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT), True),  # its answer may still come
        (SeaBreezeError("remaining packet length mismatch"), True),
        (seabreeze_error(6), True),  # gone, or half an answer
        (usb.core.USBError("No such device", -4, errno.ENODEV), False),  # there is nothing to open
        (usb.core.USBError("Resource busy", -6, errno.EBUSY), False),
    ],
)
def test_what_may_be_left_on_the_wire_asks_for_opening_again(raised: Exception, again: bool) -> None:
    with pytest.raises(InstrumentError) as caught, driver_errors("read"):
        raise raised
    assert out_of_step(caught.value) == again


@pytest.mark.parametrize(
    ("choice", "serials", "known", "chosen"),
    [
        ("auto", {"FLMS1"}, {"FLMS1", "STS2"}, "cseabreeze"),
        ("auto", {"FLMS1", "STS2"}, {"FLMS1", "STS2"}, "cseabreeze"),
        ("auto", {"FLMS1", "SR4"}, {"FLMS1"}, "pyseabreeze"),  # one process, one back end for both
        ("auto", {"SR4"}, set(), "pyseabreeze"),
        ("pyseabreeze", {"FLMS1"}, {"FLMS1"}, "pyseabreeze"),
        ("cseabreeze", {"SR4"}, set(), "cseabreeze"),  # which will say that it does not know it
    ],
)
def test_one_back_end_is_chosen_for_all_that_are_open_at_once(
    choice: BackendChoice, serials: set[str], known: set[str], chosen: str
) -> None:
    assert chosen_backend(choice, serials, known, beyond=False) == chosen


def test_a_network_and_the_virtual_bench_are_beyond_cseabreeze() -> None:
    assert chosen_backend("auto", {""}, {""}, beyond=True) == "pyseabreeze"
    with pytest.raises(BadSetting):
        chosen_backend("cseabreeze", {""}, set(), beyond=True)


def test_what_is_not_there_is_said_with_its_serial_number_and_who_was_asked() -> None:
    with pytest.raises(Disconnected) as told:
        open_wanted([Wanted("ocean:FLMS99999", serial="FLMS99999")], "cseabreeze")
    assert "FLMS99999 that cseabreeze knows" in str(told.value)
    with pytest.raises(Disconnected) as told:
        open_wanted([Wanted("ocean:FLMS99999", serial="FLMS99999")])
    assert "FLMS99999" in str(told.value)


def test_the_bus_of_this_computer_can_be_looked_at_whatever_is_installed() -> None:
    for listing in connected():
        assert listing.address == f"ocean:{listing.serial}" or listing.obstacle

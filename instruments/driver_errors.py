"""The one place that knows what python-seabreeze raises, and what the chemist reads instead."""

from __future__ import annotations

import errno
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from instruments.spectrometer import Busy, Disconnected, InstrumentError, Timeout

_GONE = frozenset({errno.ENODEV, errno.EIO, errno.ENXIO, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENOTCONN})
_CSEABREEZE_LOST = 6  # "data transfer error", which cseabreeze says of an unplugged device and of half an answer
_CSEABREEZE_NO_DEVICE = 2

_PART = "only part of the answer came"
_IN_PLAIN_WORDS = (  # what the words of the driver, numpy or struct hold, and what that means
    ("could not broadcast", _PART),
    ("packet length mismatch", _PART),
    ("requires a buffer", "the answer has the wrong length"),
    ("start_bytes wrong", "the answer does not begin where it should"),
    ("checksums differ", "the answer does not fit its checksum"),
    ("subsection not found", "a text fills its whole place in the memory, which only cseabreeze can read"),
    ("could not convert string to float", "its memory holds no number where one belongs"),
)

Failure = (OSError, RuntimeError, ValueError, AssertionError, ReferenceError, struct.error, UserWarning, IndexError)
"""The types of Python's own that the driver lets through; those of seabreeze and pyusb are known by their module."""


class NoLibusb(InstrumentError):
    """pyseabreeze cannot run on this computer."""


class PerhapsGone(Disconnected):
    """The driver does not say whether the device is gone or gave no whole answer: opening it again tells."""


@contextmanager
def driver_errors(doing: str) -> Iterator[None]:
    """Turn whatever the driver raises into an InstrumentError; `doing` completes 'could not be ...'.

    A mistake of our own (TypeError, KeyError, AttributeError) passes unchanged.
    """
    try:
        yield
    except InstrumentError:
        raise
    except Failure as failure:
        raise _told(failure, doing) from failure
    except Exception as failure:
        if type(failure).__module__.partition(".")[0] not in ("seabreeze", "usb"):
            raise
        raise _told(failure, doing) from failure


def out_of_step(failure: InstrumentError) -> bool:
    """Tell whether what is still on the wire may belong to another question: then only opening again helps."""
    return isinstance(failure, PerhapsGone) or not isinstance(failure, Disconnected | Busy)


def absent(serial: str, backend: str = "") -> Disconnected:
    """Return what is said of a serial number that is on no bus; `backend` where only that one was asked."""
    by_whom = f" that {backend} knows" if backend else ""
    return Disconnected(
        f"No spectrometer with serial number {serial}{by_whom} is connected. The run is kept. "
        "Plug it in and look again."
    )


def gone() -> Disconnected:
    """Return what is said of a spectrometer that was there a moment ago."""
    return Disconnected(
        "The spectrometer is no longer connected. Everything measured before is kept. Plug it in and look again."
    )


def half_answered(doing: str) -> InstrumentError:
    """Return what is said of a device that is there after all."""
    return InstrumentError(
        f"The spectrometer could not be {doing}: its answer did not come whole. Everything measured before is kept. "
        "Measure again."
    )


def _told(failure: Exception, doing: str) -> InstrumentError:
    number = getattr(failure, "errno", None)
    if number in _GONE or isinstance(failure, ReferenceError | ConnectionError | socket.gaierror):
        return gone()
    if getattr(failure, "error_code", None) == _CSEABREEZE_NO_DEVICE:
        return gone()
    if getattr(failure, "error_code", None) == _CSEABREEZE_LOST:
        return PerhapsGone(str(gone()))
    if number == errno.EBUSY or type(failure).__name__ == "USBTransportDeviceInUse":
        return Busy("Another program holds the spectrometer. The run is kept. Close that program and look again.")
    if number in (errno.EACCES, errno.EPERM):
        return InstrumentError(
            "This user may not open the spectrometer. The run is kept. Install the udev rules (Linux; the doctor tells "
            "how), then plug it in again."
        )
    if number == errno.ETIMEDOUT or isinstance(failure, TimeoutError):
        return Timeout("The spectrometer did not answer in time. Everything measured before is kept. Measure again.")
    said = " ".join(str(failure).split()).rstrip(".") or "the driver gives no reason"
    reason = next((plain for words, plain in _IN_PLAIN_WORDS if words in said), said)
    if "No pyusb backend" in reason:
        return NoLibusb(
            "pyseabreeze finds no libusb on this computer. The run is kept. Install libusb 1.0, or choose cseabreeze."
        )
    return InstrumentError(
        f"The spectrometer could not be {doing}: {reason}. Everything measured before is kept. Measure again."
    )

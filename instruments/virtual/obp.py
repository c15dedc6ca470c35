"""Firmware of a spectrometer that speaks the Ocean Binary Protocol, in its first or its second edition.

Written from the message set as python-seabreeze's two back ends speak it (little endian): a header of 44 bytes, a
payload (up to 16 bytes of it stand in the header), a footer of 20 bytes with the checksum.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from analysis.spectrum import FloatArray
from instruments.virtual.device import Wedged
from instruments.virtual.exposing import Exposing, Outbox
from instruments.virtual.eye import Eye
from instruments.virtual.hand import Fault
from instruments.virtual.models_obp import REPLIES_ON, ObpModel

_HEADER = struct.Struct("<HHHHLL6xBB16sL")
_START, _FOOTER = 0xC0C1, 0xC2C3C4C5
_RESPONSE, _ACK, _ASKS_FOR_ACK, _NACK = 0x0001, 0x0002, 0x0004, 0x0008
_MD5 = 1
_BUFFERED_SPECTRUM = 0x00100928
_SPECTRUM_NOW = (0x00101000, 0x00101100)  # corrected, raw: pyseabreeze and cseabreeze ask an STS for different ones
_UNKNOWN_MESSAGE, _WRONG_PAYLOAD, _NOT_READY = 2, 6, 7
_BOARD_C = 24.5


@dataclass(frozen=True, slots=True)
class _Message:
    """What the host asked: `number` says for what, `regarding` comes back with the answer."""

    number: int
    payload: bytes
    regarding: int
    asks_for_ack: bool
    endpoint: int


class ObpFirmware:
    """One device that speaks OBP; implements `Firmware`."""

    def __init__(self, model: ObpModel, eye: Eye, wait: Callable[[float], object]) -> None:
        self.model = model
        self._bench = eye.bench
        self._exposing = Exposing(eye, wait)
        self._buffers = model.spectrum_message == _BUFFERED_SPECTRUM
        self._cooling = True
        self._setpoint_c = -10.0
        self._inbox = dict.fromkeys(REPLIES_ON, b"")
        self._outbox = {answers: Outbox() for answers in REPLIES_ON.values()}

    @property
    def has_to_send(self) -> bool:
        return any(self._outbox.values())

    def trouble(self, fault: Fault | None) -> None:
        self._exposing.fault = fault

    def reset(self) -> None:
        self._inbox = dict.fromkeys(REPLIES_ON, b"")
        for pending in self._outbox.values():
            pending.clear()

    def write(self, endpoint: int, data: bytes) -> None:
        """Take the next bytes of the host; every message that is complete with them is obeyed."""
        self._inbox[endpoint] += data
        while (message := self._next(endpoint)) is not None:
            self._obey(message)

    def read(self, endpoint: int, size: int, timeout_s: float) -> bytes:
        """Return up to `size` bytes of one endpoint. Raises TimedOut after `timeout_s` with nothing to send."""
        if self._exposing.shows("hung"):
            raise Wedged
        pending = self._outbox[endpoint]
        if not pending:
            raise self._exposing.nothing(timeout_s)
        return pending.take(size, timeout_s)

    def _next(self, endpoint: int) -> _Message | None:
        """Return the first complete message that waits, and forget it; what is no message at all is thrown away."""
        waiting = self._inbox[endpoint]
        if len(waiting) < _HEADER.size:
            return None
        start, version, flags, _, number, regarding, _, short, immediate, rest = _HEADER.unpack_from(waiting)
        if (start, version) != (_START, self.model.version):
            self._inbox[endpoint] = b""
            return None
        end = _HEADER.size + rest
        if len(waiting) < end:
            return None
        self._inbox[endpoint] = waiting[end:]
        payload = immediate[:short] if short else waiting[_HEADER.size : end - 20]
        return _Message(number, payload, regarding, bool(flags & _ASKS_FOR_ACK), endpoint)

    def _obey(self, message: _Message) -> None:
        outbox = self._outbox[REPLIES_ON[message.endpoint]]
        if message.number == self.model.spectrum_message or (message.number in _SPECTRUM_NOW and not self._buffers):
            outbox.put(partial(self._spectrum, message))
            return
        if message.asks_for_ack and self._exposing.spent("nack command"):
            outbox.put(self._refused(message, _NOT_READY))
            return
        try:
            answer = b"" if self._set(message) else self._told(message.number, message.payload)
        except (struct.error, IndexError):
            outbox.put(self._refused(message, _WRONG_PAYLOAD))
            return
        if answer is None:
            outbox.put(self._refused(message, _UNKNOWN_MESSAGE))
        elif message.asks_for_ack or answer:
            outbox.put(self._packed(message, answer, _ACK if message.asks_for_ack else 0))

    def _set(self, message: _Message) -> bool:
        """Carry out a setting; False where the message is none."""
        match message.number:
            case 0x00110010 | 0x00000C01:
                (micros,) = struct.unpack("<L", message.payload)
                self._exposing.exposure_s = micros * 1e-6
            case 0x00110110 | 0x00000D01:
                struct.unpack("<B", message.payload)  # a scan begins when it is asked for, whatever the trigger
            case 0x00110410 | 0x00310011:
                (enable,) = struct.unpack("<B", message.payload)
                self._bench.switch_probe(enable != 0)
            case 0x00310010:
                struct.unpack("<L", message.payload)  # the lamp follows the line; it does not blink
            case 0x00120010 if not self._buffers:
                (scans,) = struct.unpack("<H", message.payload)
                if scans != 1:
                    raise struct.error("this device takes plain scans only")
            case 0x00100830 if self._buffers:
                pass  # nothing waits in the buffer: a spectrum is taken when it is asked for
            case 0x00420010 if self.model.cooled:
                (cooling,) = struct.unpack("<B", message.payload)
                self._cooling = cooling != 0
            case 0x00420011 if self.model.cooled:
                (self._setpoint_c,) = struct.unpack("<f", message.payload)
            case _:
                return False
        return True

    def _told(self, number: int, payload: bytes) -> bytes | None:
        """Return the answer to a question, None where this device does not know it."""
        serial = self._exposing.serial(self.model.serial)
        linearity = self._linearity()
        if self.model.version == 0x2000:
            return self._told_in_the_second_edition(number, serial, linearity)
        match number:
            case 0x00000100:
                return serial.encode("ascii")
            case 0x00000101:
                return bytes((len(serial),))
            case 0x00000E00 | 0x00000E20:
                return struct.pack("<H", self.model.vendor)
            case 0x00000E01 | 0x00000E21:
                return struct.pack("<H", self.model.product)
            case 0x00000E11 | 0x00000E41:
                return self.model.name.encode("ascii")
            case 0x00180100 | 0x00181100:
                return bytes((len(self.model.wavelength if number == 0x00180100 else linearity),))
            case 0x00180101 | 0x00181101:
                stored = self.model.wavelength if number == 0x00180101 else linearity
                return struct.pack("<f", stored[payload[0]])
            case 0x00183100 | 0x00182002:
                return b"\x00"  # no stray-light and no irradiance calibration
            case 0x00110000:
                return struct.pack("<L", round(self._exposing.exposure_s * 1e6))
            case 0x00400000:
                return b"\x01"
            case 0x00400001 | 0x00400002:
                return struct.pack("<f", _BOARD_C)
            case 0x00420004 if self.model.cooled:
                return struct.pack("<f", self._setpoint_c if self._cooling else _BOARD_C)
        return None

    def _told_in_the_second_edition(self, number: int, serial: str, linearity: tuple[float, ...]) -> bytes | None:
        match number:
            case 0x00000100:
                return serial.encode("ascii")
            case 0x00001100:
                return _coefficients(self.model.wavelength)
            case 0x00001200:
                return _coefficients(linearity)
        return None

    def _linearity(self) -> tuple[float, ...]:
        if self._exposing.shows("no linearity"):
            return ()
        return self.model.linearity if not self._exposing.shows("zero linearity") else (0.0,) * 8

    def _spectrum(self, message: _Message, timeout_s: float) -> bytes:
        counts, fault = self._exposing.frame(timeout_s)
        if self._exposing.spent("nack spectrum"):
            return self._refused(message, _NOT_READY)
        answer = self._packed(message, self._frame(counts, fault), 0, md5=fault == "wrong md5")
        if fault == "corrupt header":
            return b"\xff\xff" + answer[2:]
        return answer[: len(answer) // 2] if fault == "short frame" else answer

    def _frame(self, counts: FloatArray, fault: Fault | None) -> bytes:
        body = counts.astype("<u4" if self.model.bytes_per_pixel == 4 else "<u2").tobytes()
        if fault == "long frame":  # two scans in one answer, as after a left-over number of scans to average
            body += body
        return bytes(self.model.metadata_bytes) + body

    def _refused(self, message: _Message, error: int) -> bytes:
        return self._packed(message, b"", _NACK, error)

    def _packed(self, message: _Message, payload: bytes, flags: int, error: int = 0, md5: bool = False) -> bytes:
        """Return an answer as it leaves; with `md5` under a checksum that does not fit."""
        immediate, payload = (payload, b"") if len(payload) <= 16 else (b"", payload)
        packed = _HEADER.pack(
            _START,
            self.model.version,
            _RESPONSE | flags,
            error,
            message.number,
            message.regarding,
            _MD5 if md5 else 0,
            len(immediate),
            immediate,
            len(payload) + 20,
        )
        checksum = hashlib.md5(packed).digest() if md5 else bytes(16)
        return packed + payload + checksum + struct.pack("<L", _FOOTER)


def _coefficients(values: tuple[float, ...]) -> bytes:
    """Return their number and then they, all as 32-bit floats."""
    return struct.pack(f"<{len(values) + 1}f", len(values), *values)

"""Firmware of an OOI spectrometer: command bytes in, reply bytes out.

Written from the data sheets' command set as python-seabreeze speaks it (little endian): 0x01 initialise,
0x02 exposure, 0x03 lamp line, 0x05 EEPROM slot, 0x09 spectrum, 0x0A trigger, 0x6A/0x6B FPGA register,
0x71/0x72/0x73 cooling, 0xFE status.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from contextlib import suppress

import numpy as np

from instruments.virtual.device import TimedOut, Wedged
from instruments.virtual.exposing import Exposing, Outbox
from instruments.virtual.eye import Eye
from instruments.virtual.hand import Fault
from instruments.virtual.models_ooi import CONTROL_IN, SPECTRUM_IN, SPECTRUM_IN_FIRST, OoiModel

_SYNC = b"\x69"
_FPGA_VERSION = 0x04
_SETTINGS = (0x02, 0x03, 0x0A, 0x71, 0x73)
_LINEARITY_SLOTS, _ORDER_SLOT = range(6, 14), 14
_BOARD_C = 22.0


class OoiFirmware:
    """One device that speaks OOI; implements `Firmware`."""

    def __init__(self, model: OoiModel, eye: Eye, wait: Callable[[float], object]) -> None:
        self.model = model
        self._bench = eye.bench
        self._exposing = Exposing(eye, wait)
        self._requested = False
        self._registers = {_FPGA_VERSION: model.fpga_version}
        self._cooling_c: float | None = None
        self._setpoint_c = -10.0
        self._outbox = {CONTROL_IN: Outbox(), SPECTRUM_IN: Outbox(), SPECTRUM_IN_FIRST: Outbox()}

    @property
    def has_to_send(self) -> bool:
        return self._requested or any(self._outbox.values())

    def trouble(self, fault: Fault | None) -> None:
        self._exposing.fault = fault

    def reset(self) -> None:
        self._requested = False
        for pending in self._outbox.values():
            pending.clear()

    def write(self, endpoint: int, data: bytes) -> None:
        """Take one command; an unknown or a torn one is ignored, as the real firmware does."""
        del endpoint  # the bus has sorted out the others
        with suppress(struct.error, IndexError):
            self._obey(data)

    def _obey(self, data: bytes) -> None:
        if data[0] in _SETTINGS and self._exposing.spent("nack command"):
            return  # this protocol has no word for no: the command is lost
        match data[0]:
            case 0x01:
                self.reset()
            case 0x02:
                (units,) = struct.unpack_from("<I", data, 1)
                self._exposing.exposure_s = units * self.model.time_base_us * 1e-6
            case 0x03:
                (enable,) = struct.unpack_from("<H", data, 1)
                self._bench.switch_probe(enable != 0)
            case 0x05:
                self._outbox[CONTROL_IN].put(bytes((0x05, data[1])) + self._slot(data[1]))
            case 0x09:
                self._requested = True
            case 0x6A:
                register, value = struct.unpack_from("<BH", data, 1)
                self._registers[register] = value
            case 0x6B:
                self._outbox[CONTROL_IN].put(struct.pack("<BH", 0xFE, self._registers.get(data[1], 0)))
            case 0x71 | 0x72 | 0x73 if self.model.cooled:
                self._cool(data)
            case 0xFE:
                self._outbox[CONTROL_IN].put(self._status())
            case _:
                pass

    def read(self, endpoint: int, size: int, timeout_s: float) -> bytes:
        """Return up to `size` bytes of one endpoint. Raises TimedOut after `timeout_s` with nothing to send."""
        if self._exposing.shows("hung"):
            raise Wedged
        if self._requested and endpoint != CONTROL_IN:
            self._measure(timeout_s)
        pending = self._outbox[endpoint]
        if not pending:
            raise self._exposing.nothing(timeout_s)
        return pending.take(size, timeout_s)

    def _measure(self, timeout_s: float) -> None:
        try:
            counts, fault = self._exposing.frame(timeout_s)
        except TimedOut:
            raise
        except BaseException:
            self._requested = False
            raise
        self._requested = False
        if self._exposing.spent("nack spectrum"):
            raise self._exposing.nothing(timeout_s)
        frame = self._frame(counts, fault)
        self._outbox[SPECTRUM_IN_FIRST].put(frame[: self.model.split])
        self._outbox[SPECTRUM_IN].put(frame[self.model.split :])

    def _frame(self, counts: np.ndarray, fault: Fault | None) -> bytes:
        if self.model.saturation:
            counts = np.rint(counts * (self.model.saturation / self.model.sensor.full_scale_counts))
        body = (counts.astype("<u2") ^ np.uint16(self.model.flipped_bits)).tobytes()
        if fault == "short frame":
            return body[: len(body) // 2]
        if fault == "long frame":  # two scans in one answer, as after a left-over number of scans to average
            body += body
        return body + (b"\x00" if fault == "wrong sync" else _SYNC)

    def _slot(self, slot: int) -> bytes:
        if slot == 17:
            return self.model.saturation_slot()
        text = self.model.slots.get(slot, "")
        if slot == 0:
            text = self._exposing.serial(text)
        elif slot in _LINEARITY_SLOTS and self._exposing.shows("zero linearity"):
            text = "0"
        elif slot in (*_LINEARITY_SLOTS, _ORDER_SLOT) and self._exposing.shows("no linearity"):
            text = ""
        return text.encode("ascii").ljust(15, b"\0")

    def _cool(self, data: bytes) -> None:
        match data[0]:
            case 0x71:
                self._cooling_c = self._setpoint_c if data[1] else None
            case 0x73:
                (tenths,) = struct.unpack_from("<h", data, 1)
                self._setpoint_c = tenths / 10.0
                self._cooling_c = None if self._cooling_c is None else self._setpoint_c
            case _:
                detector_c = _BOARD_C if self._cooling_c is None else self._cooling_c
                self._outbox[CONTROL_IN].put(struct.pack("<h", round(detector_c * 10.0)))

    def _status(self) -> bytes:
        units = round(self._exposing.exposure_s * 1e6 / self.model.time_base_us)
        packets = -(-(self.model.pixels * 2 + 1) // 512)
        lamp = int(self._bench.probe_on)
        return struct.pack("<HLBBBBBBBBBB", self.model.pixels, units, lamp, 0, 0, packets, 0, 0, 0, 0, 0x80, 0)

"""Firmware of an OOI spectrometer: command bytes in, reply bytes out.

Written from the data sheets' command set as python-seabreeze speaks it (little endian): 0x01 initialise,
0x02 exposure in us, 0x03 lamp line, 0x05 EEPROM slot, 0x09 spectrum, 0x0A trigger, 0x6A/0x6B FPGA register,
0xFE status.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable
from typing import Literal

import numpy as np

from instruments.virtual.bench import Bench
from instruments.virtual.models import Model

CONTROL_IN = 0x81
SPECTRUM_IN = 0x82
SPECTRUM_IN_FIRST = 0x86
_SYNC = b"\x69"
_POWER_UP_EXPOSURE_S = 0.1

Fault = Literal["wedge", "silence", "short frame"]


class TimedOut(Exception):
    """The device has nothing to send on this endpoint within the time limit."""


class Firmware:
    """One device on the bus. `wait` lets an exposure pass (a sleep, or nothing on a virtual clock)."""

    def __init__(self, model: Model, bench: Bench, wait: Callable[[float], object]) -> None:
        self.model = model
        self._bench = bench
        self._wait = wait
        self._exposure_s = _POWER_UP_EXPOSURE_S
        self._running_exposure_s = _POWER_UP_EXPOSURE_S  # the frame already under way when 0x02 arrives
        self._requested = False
        self._outbox = {CONTROL_IN: bytearray(), SPECTRUM_IN: bytearray(), SPECTRUM_IN_FIRST: bytearray()}
        self._fault: Fault | None = None

    def trouble(self, fault: Fault) -> None:
        """Let the next spectrum never come back, time out, or come short."""
        self._fault = fault

    def reset(self) -> None:
        """Drop what was not read, as a reset of the port does; exposure and lamp line stay as they are."""
        self._requested = False
        for pending in self._outbox.values():
            pending.clear()

    def write(self, command: bytes) -> None:
        """Take one command; an unknown one is ignored, as the real firmware does."""
        match command[0]:
            case 0x01:
                self.reset()
            case 0x02:
                (micros,) = struct.unpack_from("<I", command, 1)
                self._exposure_s = micros * 1e-6
            case 0x03:
                (enable,) = struct.unpack_from("<H", command, 1)
                self._bench.switch_probe(enable != 0)
            case 0x05:
                self._outbox[CONTROL_IN] += bytes((0x05, command[1])) + self._slot(command[1])
            case 0x09:
                self._requested = True
            case 0x6B:
                value = self.model.fpga_version if command[1] == 0x04 else 0
                self._outbox[CONTROL_IN] += struct.pack("<BH", 0xFE, value)
            case 0xFE:
                self._outbox[CONTROL_IN] += self._status()
            case _:
                pass

    def read(self, endpoint: int, size: int, timeout_s: float) -> bytes:
        """Return up to `size` bytes of one endpoint. Raises TimedOut after `timeout_s` with nothing to send."""
        if self._requested and endpoint != CONTROL_IN:
            self._measure(timeout_s)
        pending = self._outbox[endpoint]
        if not pending:
            self._wait(timeout_s)
            raise TimedOut
        sent = bytes(pending[:size])
        del pending[:size]
        return sent

    def _measure(self, timeout_s: float) -> None:
        fault, self._fault = self._fault, None
        if fault == "wedge":
            threading.Event().wait()
        exposure_s = self._running_exposure_s
        if fault == "silence" or exposure_s > timeout_s:
            self._wait(timeout_s)
            raise TimedOut
        self._wait(exposure_s)
        self._running_exposure_s = self._exposure_s
        self._requested = False
        frame = self._frame(exposure_s)
        if fault == "short frame":
            frame = frame[: len(frame) // 2]
        self._outbox[SPECTRUM_IN_FIRST] += frame[: self.model.split]
        self._outbox[SPECTRUM_IN] += frame[self.model.split :]

    def _frame(self, exposure_s: float) -> bytes:
        counts = self._bench.expose(exposure_s)
        if self.model.saturation:
            counts = np.rint(counts * (self.model.saturation / self._bench.sensor.full_scale_counts))
        return counts.astype("<u2").tobytes() + _SYNC

    def _slot(self, slot: int) -> bytes:
        if slot == 17:
            return struct.pack("<4xH9x", self.model.saturation)
        return self.model.slots.get(slot, "").encode("ascii").ljust(15, b"\0")

    def _status(self) -> bytes:
        micros = round(self._exposure_s * 1e6)
        packets = -(-(self.model.pixels * 2 + 1) // 512)
        lamp = int(self._bench.probe_on)
        return struct.pack("<HLBBBBBBBBBB", self.model.pixels, micros, lamp, 0, 0, packets, 0, 0, 0, 0, 0x80, 0)

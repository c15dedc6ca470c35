"""The two lights: the probe on the spectrometer's lamp line, the UV light on a serial LED driver."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from instruments.spectrometer import Disconnected, InstrumentError, LightUnreachable


class LampLine:
    """The probe on the line that the spectrometer switches; `drive` sends the level down the bus."""

    def __init__(self, drive: Callable[[bool], None]) -> None:
        self._drive = drive
        self._let_go = False

    @property
    def name(self) -> str:
        """Get the name that is written on the reading."""
        return "lamp line"

    def switch(self, on: bool) -> None:
        """Set the lamp. Raises Disconnected without a spectrometer, else LightUnreachable; it cannot be read back."""
        if on and self._let_go:
            raise LightUnreachable("The lamp line was let go. It stays off.")
        try:
            self._drive(on)
        except Disconnected:
            raise
        except InstrumentError as error:
            raise LightUnreachable(
                f"The lamp line cannot be reached ({error}) The lamp may still be on. Switch it by hand."
            ) from error

    def close(self) -> None:
        """Shut the probe if it can be reached, for good; never raises."""
        self._let_go = True
        with suppress(InstrumentError):
            self.switch(False)


@dataclass(frozen=True, slots=True)
class LedPreset:
    """How one kind of LED driver is spoken to: lines in ASCII, ended by LF.

    `identity` is how the answer to `identify` begins. Any answer to a command but `accepted` is a refusal.
    """

    name: str
    identify: str
    identity: str
    on: str
    off: str
    accepted: str
    baud: int = 115_200


PRESETS = {
    preset.name: preset
    for preset in (LedPreset("Aliquot virtual LED", "ID?", "Aliquot virtual LED", on="ON", off="OFF", accepted="OK"),)
}

_ANSWER_LIMIT_S = 0.5


class _Port(Protocol):
    def write(self, b: bytes, /) -> int | None: ...
    def read_until(self, expected: bytes = ..., size: int | None = ...) -> bytes: ...
    def reset_input_buffer(self) -> None: ...
    def close(self) -> None: ...


class SerialLed:
    """The UV LED behind a serial driver on the port the user chose.

    Nothing but the identity query is written before the driver has named itself. A driver that was pulled out is
    looked for again at the next switching. Safe to switch off from another thread.
    """

    def __init__(self, port: str, preset: LedPreset) -> None:
        self._address = port
        self._preset = preset
        self._port: _Port | None = None
        self._closed = False
        self._turn = threading.Lock()

    @property
    def name(self) -> str:
        """Get the name that is written on the reading."""
        return f"{self._preset.name} ({self._address})"

    def switch(self, on: bool) -> None:
        """Set the LED and wait for the driver's answer. Raises LightUnreachable."""
        import serial

        taken = self._turn.acquire(timeout=_ANSWER_LIMIT_S)  # a dying process does not wait for a hanging one
        try:
            if on and self._closed:
                raise self._unreachable("it was let go")
            answer = self._command(self._preset.on if on else self._preset.off)
        except (serial.SerialException, OSError, ValueError) as error:
            self._let_go()
            raise self._unreachable(str(error)) from error
        finally:
            if taken:
                self._turn.release()
        if answer != self._preset.accepted:
            self._let_go()
            raise self._unreachable(f"it answered '{answer}'" if answer else "it does not answer")

    def close(self) -> None:
        """Switch off if it can be reached, and let the port go; never raises. Nobody can switch it on again."""
        self._closed = True
        with suppress(LightUnreachable):
            self.switch(False)
        self._let_go()

    def _command(self, line: str) -> str:
        if self._port is None:
            self._port = self._identified()
        return _exchange(self._port, line)

    def _identified(self) -> _Port:
        """Return the open port of a driver that has answered with the name of the preset."""
        import serial

        port: _Port = serial.serial_for_url(
            self._address, baudrate=self._preset.baud, timeout=_ANSWER_LIMIT_S, write_timeout=_ANSWER_LIMIT_S
        )
        try:
            answer = _exchange(port, self._preset.identify)
            if not answer.startswith(self._preset.identity):
                raise serial.SerialException(f"what stands there says '{answer}', not '{self._preset.identity}'")
        except BaseException:
            port.close()
            raise
        return port

    def _let_go(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            with suppress(Exception):  # a pulled-out port may fail in any way while it is closed
                port.close()

    def _unreachable(self, why: str) -> LightUnreachable:
        return LightUnreachable(
            f"The UV light at {self._address} cannot be reached: {why}. It may still be on. Switch it off by hand."
        )


def _exchange(port: _Port, line: str) -> str:
    port.reset_input_buffer()
    port.write(line.encode("ascii") + b"\n")
    return port.read_until(b"\n").decode("ascii", "replace").strip()

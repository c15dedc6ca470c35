"""pyserial's handler of `virtual://led`, and the LED driver behind it.

Four lines, each ended by LF: `ID?` answers the name, `ON`, `OFF` and `MA n` (n in mA) answer `OK`; all else `?`.
pyserial finds this module by its name once the package stands in `serial.protocol_handler_packages`.
"""

from __future__ import annotations

from typing import Any

import serial
from serial.serialutil import PortNotOpenError, SerialBase, SerialException

from instruments.virtual.bench import Bench

URL = "virtual://led"
IDENTITY = "Aliquot virtual LED"
_MOST_MA = 100.0


class LedDriver:
    """The box between the serial line and the LED: keeps its state when nobody talks to it."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._line = b""

    def take(self, data: bytes) -> bytes:
        """Return the replies to every complete line; one that is mute takes them in and does nothing."""
        if self._bench.hand.led_mute:
            return b""
        *lines, self._line = (self._line + data).split(b"\n")
        return b"".join(self._answer(line.strip().decode("ascii", "replace")) + b"\n" for line in lines)

    def _answer(self, line: str) -> bytes:
        match line.split():
            case ["ID?"]:
                return IDENTITY.encode("ascii")
            case ["ON" | "OFF" as word]:
                self._bench.switch_uv(word == "ON")
                return b"OK"
            case ["MA", number] if number.replace(".", "", 1).isdecimal() and float(number) <= _MOST_MA:
                self._bench.uv_ma = float(number)
                return b"OK"
            case _:
                return b"?"


_socket: list[LedDriver] = []  # at most one driver stands on the bench


def plug(driver: LedDriver) -> None:
    """Plug the driver in; from now on `virtual://led` reaches it."""
    package = __name__.rpartition(".")[0]
    if package not in serial.protocol_handler_packages:
        serial.protocol_handler_packages.append(package)
    _socket[:] = [driver]


def unplug() -> None:
    """Pull the driver out; whoever holds the port gets an error from now on."""
    _socket.clear()


class Serial(SerialBase):
    """A port without a wire, as pyserial wants a handler to be."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._driver: LedDriver | None = None
        self._received = b""
        super().__init__(*args, **kwargs)

    def open(self) -> None:
        """Open the port. Raises SerialException when no driver is plugged in."""
        if self.port != URL or not _socket:
            raise SerialException(f"could not open port {self.port}: no such device")
        self._driver = _socket[0]
        self._received = b""
        self.is_open = True

    def close(self) -> None:
        """Close the port; the LED stays as it is."""
        self.is_open = False
        self._driver = None

    def _reconfigure_port(self) -> None:
        """Accept any settings: there is no wire."""

    def _live(self) -> LedDriver:
        if not self.is_open or self._driver is None:
            raise PortNotOpenError
        if self._driver not in _socket:
            raise SerialException("device disconnected")
        return self._driver

    @property
    def in_waiting(self) -> int:
        """Get the number of bytes that can be read."""
        self._live()
        return len(self._received)

    def read(self, size: int = 1, /) -> bytes:
        """Return up to `size` bytes; what has not arrived by now does not come."""
        self._live()
        received, self._received = self._received[:size], self._received[size:]
        return received

    def write(self, b: Any, /) -> int:
        """Hand the bytes to the driver and return their number."""
        data = bytes(b)
        self._received += self._live().take(data)
        return len(data)

    def flush(self) -> None:
        """Everything is already written."""

    def reset_input_buffer(self) -> None:
        """Forget what was not read."""
        self._received = b""

    def reset_output_buffer(self) -> None:
        """Nothing waits to be written."""

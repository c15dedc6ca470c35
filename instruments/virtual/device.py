"""What a virtual spectrometer is to the cable it hangs on: its descriptors, its bytes, and how it fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from instruments.virtual.eye import Sensor
from instruments.virtual.hand import Fault

COMMAND_OUT = 0x01


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Model:
    """What the models of every protocol have: who they are on the bus, and their detector.

    `endpoints` are (address, largest packet in bytes); a device without any is reached over the network only.
    """

    name: str
    serial: str
    vendor: int
    product: int
    pixels: int
    endpoints: tuple[tuple[int, int], ...]
    sensor: Sensor


class Firmware(Protocol):
    """A device as raw bytes; whoever carries them (a bus, a socket, an emulated kernel) knows no protocol."""

    @property
    def model(self) -> Model:
        """Get who it is; a device may be exchanged for its twin with another serial number."""

    @property
    def has_to_send(self) -> bool:
        """Get whether an answer lies ready or is being exposed."""

    def write(self, endpoint: int, data: bytes) -> None:
        """Take one transfer of the host."""

    def read(self, endpoint: int, size: int, timeout_s: float) -> bytes:
        """Return up to `size` bytes of the oldest answer on an endpoint, never of two answers at once.

        Raises TimedOut after `timeout_s` with nothing to send, Wedged when no answer ever comes, Gone when the plug
        is pulled meanwhile.
        """

    def reset(self) -> None:
        """Drop what was not read, as a reset of the port does; exposure and lamp line stay as they are."""

    def trouble(self, fault: Fault | None) -> None:
        """Let this go wrong once; None: nothing that was still to go wrong."""


class TimedOut(Exception):
    """The device has nothing to send on this endpoint within the time limit."""


class Wedged(Exception):
    """The device does not answer and never will: whoever carries its bytes waits for ever."""


class Gone(Exception):
    """The plug was pulled while the device was at it."""

"""What a light can be chosen from: serial ports by their names, and the LED drivers that are known by name."""

from __future__ import annotations

from instruments.led_commands import PRESETS, VIRTUAL_LED
from instruments.serial_ports import ports
from instruments.spectrometer import LedCommands, SerialPort

VIRTUAL_PORT = SerialPort("virtual://led")
VIRTUAL_DRIVER = VIRTUAL_LED


def serial_ports(*, virtual: bool = False) -> tuple[tuple[SerialPort, str], ...]:
    """Return the serial ports of this machine, each with the system's words for it; none of them is touched.

    `virtual`: the port on the virtual bench is one of them, and the first.
    """
    own = ((VIRTUAL_PORT, "on the virtual bench"),) if virtual else ()
    return (*own, *((listing.port, listing.description) for listing in ports()))


def led_drivers() -> tuple[LedCommands, ...]:
    """Return the LED drivers whose commands are known by name."""
    return tuple(PRESETS.values())

"""The serial ports the system knows of, and what stands behind them: its tables are read, no port is touched."""

from __future__ import annotations

import os
from dataclasses import dataclass

from instruments.spectrometer import SerialPort

_BY_SCHEME = "://"
_VIRTUAL = "virtual://"


@dataclass(frozen=True, slots=True)
class PortListing:
    """One serial port that can be chosen, and the system's words for what stands behind it."""

    port: SerialPort
    description: str


def ports() -> tuple[PortListing, ...]:
    """Return the serial ports of this machine by name. Nothing is opened, nothing is written to any of them."""
    from serial.tools.list_ports import comports

    listed = (
        PortListing(SerialPort(info.device, _usb_id(info.vid, info.pid, info.serial_number)), _words(info.description))
        for info in comports()
    )
    return tuple(sorted(listed, key=lambda listing: listing.port.name))


def chosen(name: str) -> SerialPort:
    """Return the port of that name with the USB id that stands behind it now ("" where none does)."""
    return SerialPort(name, usb_id_behind(name))


def usb_id_behind(name: str) -> str:
    """Return the USB id behind a port, vendor:product:serial in lower case; "" where there is none."""
    if _BY_SCHEME in name:
        return ""
    for listing in ports():
        if _same(listing.port.name, name):
            return listing.port.usb_id
    return ""


def is_plain(name: str) -> bool:
    """Tell whether a name is that of one port: pyserial also takes addresses that search, record or go elsewhere."""
    return bool(name.strip()) and (_BY_SCHEME not in name or name.startswith(_VIRTUAL))


def _words(description: str | None) -> str:
    """Return the system's words for a port; pyserial writes n/a where there are none."""
    return "" if description in (None, "n/a") else description


def _same(listed: str, name: str) -> bool:
    if listed == name:
        return True
    if os.name == "nt":
        return listed.casefold() == name.casefold()
    return os.path.realpath(listed) == os.path.realpath(name)  # names under /dev/serial/by-id are links


def _usb_id(vendor: int | None, product: int | None, serial: str | None) -> str:
    if vendor is None or product is None:
        return ""
    return f"{vendor:04x}:{product:04x}:{serial or ''}".lower()

"""Spectrometers that are plugged in but closed to this user, on Linux: the driver does not say so."""

from __future__ import annotations

import os
from pathlib import Path

from instruments.spectrometer import DeviceListing

_VENDORS = {"2457": "Ocean Optics", "0999": "Ocean Insight"}
_OBSTACLE = "this user may not open it; install the udev rules, then plug it in again"


def forbidden(
    devices: Path = Path("/sys/bus/usb/devices"), nodes: Path = Path("/dev/bus/usb")
) -> tuple[DeviceListing, ...]:
    """Return the spectrometers whose device node this user may not read and write; their serial is not known.

    Empty where there is no such folder (Windows, macOS). The address is empty: nothing can open them yet.
    """
    found = []
    for device in sorted(devices.glob("*")):
        vendor = _VENDORS.get(_attribute(device, "idVendor"))
        bus, number = _attribute(device, "busnum"), _attribute(device, "devnum")
        if vendor is None or not bus.isdecimal() or not number.isdecimal():
            continue
        node = nodes / f"{int(bus):03d}" / f"{int(number):03d}"
        if not os.access(node, os.R_OK | os.W_OK):
            model = _attribute(device, "product") or vendor
            found.append(DeviceListing("", model, "", backend="none", virtual=False, obstacle=_OBSTACLE))
    return tuple(found)


def _attribute(device: Path, name: str) -> str:
    try:
        return (device / name).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""

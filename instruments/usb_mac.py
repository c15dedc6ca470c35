"""What macOS knows of the USB devices that are plugged in: its registry, asked for as a property list and read."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Any

from instruments.usb_models import VENDORS, UsbNode

_ASK = ("/usr/sbin/ioreg", "-a", "-l", "-r", "-c", "IOUSBHostDevice")
_LIMIT_S = 10.0


def registry_text() -> str | None:
    """Return what `ioreg` says of the USB devices, "" where there is none; None where it cannot be asked."""
    try:
        asked = subprocess.run(_ASK, capture_output=True, check=True, timeout=_LIMIT_S)
    except (OSError, subprocess.SubprocessError):
        return None
    return asked.stdout.decode("utf-8", errors="replace")


def nodes(text: str) -> tuple[UsbNode, ...] | None:
    """Return the spectrometers in what `ioreg` said; each once, although a hub shows its devices again.

    None for a text that is no property list: then nothing is known.
    """
    if not text.strip():
        return ()
    import plistlib  # not at start: it brings the whole of XML
    from xml.parsers.expat import ExpatError

    try:
        roots = plistlib.loads(text.encode("utf-8"))
    except (plistlib.InvalidFileException, ExpatError, ValueError):
        return None
    found: dict[object, UsbNode] = {}
    for device in _devices(roots):
        vendor, product = device.get("idVendor"), device.get("idProduct")
        if not isinstance(vendor, int) or not isinstance(product, int) or f"{vendor:04x}" not in VENDORS:
            continue
        place = device.get("locationID")
        node = UsbNode(
            usb_id=f"{vendor:04x}:{product:04x}",
            name=str(device.get("USB Product Name", "")),
            serial=str(device.get("USB Serial Number", "")),
            place=f"location {place:#x}" if isinstance(place, int) else "",
            held_by=next(_holders(device), ""),
        )
        found.setdefault((node.usb_id, place), node)
    return tuple(found.values())


def _devices(entries: Any) -> Iterator[dict[str, Any]]:
    """Yield every device in the tree; the interfaces below one repeat its ids and are left out."""
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            if "bInterfaceNumber" not in entry:
                yield entry
            yield from _devices(entry.get("IORegistryEntryChildren"))


def _holders(entry: dict[str, Any]) -> Iterator[str]:
    """Yield the programs that hold a device or one of its interfaces; the registry writes "pid 812, OceanView"."""
    owner = entry.get("UsbExclusiveOwner")
    if isinstance(owner, str) and owner.startswith("pid "):
        yield owner.partition(", ")[2] or owner
    children = entry.get("IORegistryEntryChildren")
    for child in children if isinstance(children, list) else ():
        if isinstance(child, dict) and "bInterfaceNumber" in child:
            yield from _holders(child)

"""What the USB bus itself shows of spectrometers, on each system: which are there, who may open them, who holds them.

The driver does not say any of this: it lists what it can open and keeps silent about the rest. Nothing is opened here.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from instruments import usb_mac, usb_windows
from instruments.spectrometer import DeviceListing
from instruments.usb_models import NOBODY_KNOWN, VENDORS, UsbNode

_DEVICES = Path("/sys/bus/usb/devices")
_NODES = Path("/dev/bus/usb")
_PROCESSES = Path("/proc")
_HELD_ON_LINUX = "usbfs"  # what an interface is bound to while a program holds it
_OBSTACLE = "this user may not open it; install the udev rules, then plug it in again"


def connected_nodes() -> tuple[UsbNode, ...] | None:
    """Return the spectrometers that the bus of this computer shows; None where it cannot be asked. Takes up to 10 s."""
    if sys.platform == "win32":
        try:
            return usb_windows.nodes(usb_windows.setup_answers())
        except OSError:
            return None
    elif sys.platform == "darwin":
        text = usb_mac.registry_text()
        return None if text is None else usb_mac.nodes(text)
    else:
        return linux_nodes() if _DEVICES.is_dir() else None


def linux_nodes(devices: Path = _DEVICES, nodes: Path = _NODES, processes: Path = _PROCESSES) -> tuple[UsbNode, ...]:
    """Return the spectrometers that sysfs shows; empty where there is no such folder."""
    found = []
    for device in sorted(devices.glob("*")):
        vendor, product = _attribute(device, "idVendor"), _attribute(device, "idProduct")
        bus, number = _attribute(device, "busnum"), _attribute(device, "devnum")
        if vendor not in VENDORS or not bus.isdecimal() or not number.isdecimal():
            continue
        node = nodes / f"{int(bus):03d}" / f"{int(number):03d}"
        bound = {link.resolve().name for link in device.glob(f"{device.name}:*/driver")}
        found.append(
            UsbNode(
                usb_id=f"{vendor}:{product}",
                name=_attribute(device, "product"),
                serial=_attribute(device, "serial"),
                place=str(node),
                driver=", ".join(sorted(bound - {_HELD_ON_LINUX})),
                held_by=_holder(node, processes) if _HELD_ON_LINUX in bound else "",
                may_open=os.access(node, os.R_OK | os.W_OK),
            )
        )
    return tuple(found)


def forbidden(devices: Path = _DEVICES, nodes: Path = _NODES) -> tuple[DeviceListing, ...]:
    """Return the spectrometers whose device node this user may not read and write, on Linux.

    Empty where there is no such folder (Windows, macOS). The address is empty: nothing can open them yet.
    """
    return tuple(
        DeviceListing("", node.name or node.title, node.serial, backend="none", virtual=False, obstacle=_OBSTACLE)
        for node in linux_nodes(devices, nodes)
        if not node.may_open
    )


def _holder(node: Path, processes: Path) -> str:
    """Return the name of the program that has a device node open; nobody known where it is somebody else's."""
    for descriptor in processes.glob("[0-9]*/fd/*"):
        try:
            if os.readlink(descriptor) == str(node):
                return _attribute(descriptor.parent.parent, "comm") or NOBODY_KNOWN
        except OSError:
            continue
    return NOBODY_KNOWN


def _attribute(device: Path, name: str) -> str:
    try:
        return (device / name).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""

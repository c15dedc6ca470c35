"""Why a spectrometer is found or not, in words for the chemist and for IT: what the bus shows and what to do about it.

Works offline, installs nothing, opens nothing: it looks, and asks the driver only while nobody holds a spectrometer.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from instruments.back_ends import BackEnd, back_ends
from instruments.serial_ports import PortListing, ports
from instruments.spectrometer import DeviceListing, InstrumentError
from instruments.usb_models import VENDORS, UsbNode
from instruments.usb_nodes import connected_nodes
from station import __version__
from station.doctor_advice import Condition, System, advice, nothing_found, words

_REACHED_BY_BOTH = frozenset({"winusb"})  # Windows drivers through which a back end reaches a device
_REACHED_BY_LIBUSB = frozenset({"libusbk", "libusb0"})
_SYSTEMS: dict[str, System] = {"win32": "Windows", "darwin": "macOS"}
_GOOD: tuple[Condition, ...] = ("ready", "open here")


@dataclass(frozen=True, slots=True)
class Findings:
    """What was looked at: the bus (None: it cannot be asked), back ends, ports, and what the driver lists.

    `listed` is None where the driver was not asked. `open_here` tells that this program holds a spectrometer.
    """

    system: System
    nodes: tuple[UsbNode, ...] | None
    back_ends: tuple[BackEnd, ...]
    ports: tuple[PortListing, ...] = ()
    listed: tuple[DeviceListing, ...] | None = None
    open_here: bool = False


def report(listed: Sequence[DeviceListing] | None = None, *, open_here: bool = False) -> str:
    """Return what was found and what to do, as text of several lines. Takes up to 10 s on macOS.

    `listed` is what the driver lists, where it has been asked; `open_here` tells that this program holds one.
    """
    return text(look(listed, open_here=open_here))


def look(listed: Sequence[DeviceListing] | None = None, *, open_here: bool = False) -> Findings:
    """Return what this computer shows now."""
    return Findings(
        system=_SYSTEMS.get(sys.platform, "Linux"),
        nodes=connected_nodes(),
        back_ends=back_ends(),
        ports=ports(),
        listed=None if listed is None else tuple(device for device in listed if not device.virtual),
        open_here=open_here,
    )


def is_ready(found: Findings) -> bool:
    """Tell whether a spectrometer can be used, or is in use here."""
    if found.nodes is None:
        return any(not device.obstacle for device in found.listed or ())
    return any(condition(node, found) in _GOOD for node in found.nodes)


def condition(node: UsbNode, found: Findings) -> Condition:
    """Return how it stands with one spectrometer that the bus shows."""
    present: set[str] = {back_end.name for back_end in found.back_ends if back_end.present}
    if node.may_open is False:
        return "forbidden"
    if node.held_by:
        return "open here" if found.open_here else "held"
    if found.system == "Windows" and not node.driver:
        return "no driver"
    if not _is_reached(node, found.system, present):
        return "other driver"
    if node.model is None:
        return "unknown model"
    if not present & node.model.back_ends:
        return "no back end"
    if found.listed is not None and not _is_listed(node, found):
        return "held" if found.system == "Windows" else "not listed"
    return "ready"


def text(found: Findings) -> str:
    """Return the findings as lines a person can read and send on; the last part says what to do."""
    return "\n".join(_lines(found)) + "\n"


def examine(save: Path | None) -> int:
    """Print the report, write it to `save` (UTF-8) if given; return 0 when a spectrometer is ready, else 1.

    Raises OSError where it cannot be written.
    """
    found = look()
    if found.nodes is None or (found.nodes and not any(node.held_by for node in found.nodes)):
        found = look(_listed_by_driver())
    told = text(found)
    print(told, end="", flush=True)
    if save is not None:
        save.write_text(told, encoding="utf-8")
        print(f"Saved: {save}", flush=True)
    return 0 if is_ready(found) else 1


def _listed_by_driver() -> tuple[DeviceListing, ...] | None:
    """Return what the driver lists, asked in an instrument process; None where it does not answer."""
    from station.devices import devices

    try:
        return devices()
    except InstrumentError:
        return None


def _is_reached(node: UsbNode, system: System, present: set[str]) -> bool:
    """Tell whether a back end can reach a device through what the system has bound to it."""
    service = node.driver.partition(" ")[0].lower()
    if system != "Windows":
        return not service
    return service in _REACHED_BY_BOTH or (service in _REACHED_BY_LIBUSB and "pyseabreeze" in present)


def _is_listed(node: UsbNode, found: Findings) -> bool:
    """Tell whether the driver lists a device; many tell the bus no serial number, then they are counted."""
    able = [device for device in found.listed or () if not device.obstacle]
    if node.serial and any(device.serial == node.serial for device in able):
        return True
    return len(able) >= len(found.nodes or ())


def _lines(found: Findings) -> Iterator[str]:
    yield f"Aliquot {__version__} on {platform.platform()}, Python {platform.python_version()}"
    yield ""
    yield f"Spectrometers on the USB bus ({', '.join(f'vendor {v}: {name}' for v, name in VENDORS.items())})"
    if found.nodes is None:
        yield "  The bus of this computer cannot be asked."
    for node in found.nodes or ():
        details = (node.usb_id, f"serial {node.serial}" if node.serial else "", node.place)
        yield f"  {node.title}  ({', '.join(detail for detail in details if detail)})"
        yield f"    {words(condition(node, found), node, found.back_ends)}"
    if found.nodes == ():
        yield "  None."
    yield ""
    yield "What the driver lists"
    yield from _listing_lines(found)
    yield ""
    yield "Back ends of the driver"
    for back_end in found.back_ends:
        yield f"  {back_end.name}: {'present' if back_end.present else 'cannot run'}, {back_end.detail}"
    yield ""
    yield "Serial ports"
    for listing in found.ports:
        yield f"  {listing.port.name}  {listing.port.usb_id or 'no USB'}  {listing.description}".rstrip()
    if not found.ports:
        yield "  None."
    yield ""
    yield "What to do"
    yield from (f"  {number}. {line}" for number, line in enumerate(_to_do(found), 1))


def _listing_lines(found: Findings) -> Iterator[str]:
    if found.listed is None:
        yield "  It was not asked: there is nothing to list, or what is there is held."
    elif not found.listed:
        yield "  Nothing."
    for device in found.listed or ():
        address = device.address or "no address"
        yield f"  {address}  {device.model}  {device.serial}  {device.obstacle or device.backend}".rstrip()


def _to_do(found: Findings) -> Iterator[str]:
    """Yield what to do, each thing once; a station that is ready needs nothing."""
    if not found.nodes:
        if is_ready(found):
            yield "Nothing: a spectrometer is ready."
        else:
            yield from nothing_found(found.system, asked=found.nodes is not None)
        return
    told: list[str] = []
    for node in found.nodes:
        for line in advice(condition(node, found), found.system):
            if line not in told:
                told.append(line)
    yield from told or ("Nothing: a spectrometer is ready.",)

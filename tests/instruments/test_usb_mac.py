"""What macOS shows of spectrometers, from property lists as `ioreg` writes them."""

from __future__ import annotations

import plistlib
import shutil
import sys
from typing import Any

import pytest

from instruments.usb_mac import nodes, registry_text
from instruments.usb_models import UsbNode

INTERFACE = {"bInterfaceNumber": 0, "idVendor": 0x2457, "idProduct": 0x1022, "locationID": 0x14100000}
USB4000 = {
    "idVendor": 0x2457,
    "idProduct": 0x1022,
    "locationID": 0x14100000,
    "USB Product Name": "Ocean Optics USB4000",
    "USB Serial Number": "USB4F03939",
    "IORegistryEntryChildren": [INTERFACE],
}
SR4 = {"idVendor": 0x0999, "idProduct": 0x1002, "locationID": 0x14230000}
HUB = {"idVendor": 0x05E3, "idProduct": 0x0610, "locationID": 0x14200000, "IORegistryEntryChildren": [SR4]}


def text(*entries: dict[str, Any]) -> str:
    return plistlib.dumps(list(entries)).decode("utf-8")


def found(*entries: dict[str, Any]) -> tuple[UsbNode, ...]:
    read = nodes(text(*entries))
    assert read is not None
    return read


@pytest.mark.parametrize("said", ["", "\n", text(), text({"x": 1}), text({"idVendor": 0x05AC, "idProduct": 1})])
def test_where_nothing_is_plugged_in_nothing_is_found(said: str) -> None:
    assert nodes(said) == ()


@pytest.mark.parametrize(
    "said", ["ioreg: no such class", "<plist><dict></plist>", "<plist><string>\x01</string></plist>"]
)
def test_of_a_text_that_cannot_be_read_nothing_is_known(said: str) -> None:
    assert nodes(said) is None


def test_each_spectrometer_is_found_once_although_its_hub_shows_it_again() -> None:
    sr4, usb4000 = found(HUB, USB4000, SR4)
    assert (usb4000.title, usb4000.serial, usb4000.place) == ("USB4000 / Flame-T", "USB4F03939", "location 0x14100000")
    assert (sr4.title, sr4.serial, sr4.held_by) == ("Ocean SR4", "", "")


@pytest.mark.parametrize("where", ["device", "interface"])
def test_the_program_that_holds_it_is_named(where: str) -> None:
    owner = {"UsbExclusiveOwner": "pid 812, OceanView"}
    held = USB4000 | owner if where == "device" else USB4000 | {"IORegistryEntryChildren": [INTERFACE | owner]}
    (node,) = found(held)
    assert node.held_by == "OceanView"


def test_a_driver_of_the_system_is_no_program() -> None:
    (node,) = found(USB4000 | {"UsbExclusiveOwner": "AppleUSBHostCompositeDevice"})
    assert node.held_by == ""


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has it")
def test_where_there_is_no_registry_it_cannot_be_asked() -> None:
    assert shutil.which("/usr/sbin/ioreg") is None
    assert registry_text() is None

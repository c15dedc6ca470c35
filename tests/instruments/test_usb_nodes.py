"""What the bus of a Linux computer shows of spectrometers, from recorded trees of sysfs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from instruments.usb_models import MODELS
from instruments.usb_nodes import connected_nodes, forbidden, linux_nodes


def plug(root: Path, name: str, **attributes: str) -> None:
    folder = root / "devices" / name
    folder.mkdir(parents=True)
    for attribute, value in attributes.items():
        (folder / attribute).write_text(value + "\n")


def test_only_a_closed_spectrometer_is_listed(tmp_path: Path) -> None:
    plug(tmp_path, "1-1", idVendor="2457", busnum="1", devnum="7", product="USB2000+")
    plug(tmp_path, "1-2", idVendor="2457", busnum="1", devnum="8")
    plug(tmp_path, "1-3", idVendor="046d", busnum="1", devnum="9", product="a mouse")
    plug(tmp_path, "usb1")
    open_node = tmp_path / "nodes" / "001" / "008"
    open_node.parent.mkdir(parents=True)
    open_node.touch()
    (listed,) = forbidden(tmp_path / "devices", tmp_path / "nodes")
    assert (listed.model, listed.address) == ("USB2000+", "")
    assert "udev rules" in listed.obstacle


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may open everything")
def test_a_node_of_somebody_else_is_closed(tmp_path: Path) -> None:
    plug(tmp_path, "1-1", idVendor="0999", busnum="2", devnum="3")
    node = tmp_path / "nodes" / "002" / "003"
    node.parent.mkdir(parents=True)
    node.touch(mode=0o400)
    (listed,) = forbidden(tmp_path / "devices", tmp_path / "nodes")
    assert listed.model == "Ocean Insight"


def test_a_machine_without_such_folders_lists_nothing(tmp_path: Path) -> None:
    assert forbidden(tmp_path / "none", tmp_path / "none") == ()


def bind(root: Path, name: str, interface: str, driver: str) -> None:
    """Bind an interface of a device to a driver, as the kernel shows it."""
    folder, home = root / "devices" / name / f"{name}:{interface}", root / "drivers" / driver
    folder.mkdir(parents=True)
    home.mkdir(parents=True, exist_ok=True)
    (folder / "driver").symlink_to(home)


def open_node(root: Path, bus: str, number: str) -> Path:
    node = root / "nodes" / bus / number
    node.parent.mkdir(parents=True, exist_ok=True)
    node.touch()
    return node


@pytest.mark.skipif(sys.platform == "win32", reason="trees of sysfs hold links")
def test_the_bus_shows_who_is_there_who_may_open_it_and_who_holds_it(tmp_path: Path) -> None:
    plug(tmp_path, "1-1", idVendor="2457", idProduct="101e", busnum="1", devnum="7", product="Flame", serial="FLMS1")
    plug(tmp_path, "1-1.2", idVendor="0999", idProduct="1002", busnum="1", devnum="12")
    plug(tmp_path, "2-3", idVendor="2457", idProduct="1022", busnum="2", devnum="3")
    plug(tmp_path, "1-2", idVendor="046d", idProduct="c077", busnum="1", devnum="9")
    bind(tmp_path, "1-1", "1.0", "usbfs")
    bind(tmp_path, "2-3", "1.0", "usbtest")
    held, _, _ = (open_node(tmp_path, *place) for place in (("001", "007"), ("001", "012"), ("002", "003")))
    process = tmp_path / "proc" / "812"
    (process / "fd").mkdir(parents=True)
    (process / "comm").write_text("OceanView\n")
    (process / "fd" / "11").symlink_to(held)
    flame, sr4, usb4000 = linux_nodes(tmp_path / "devices", tmp_path / "nodes", tmp_path / "proc")
    assert (flame.title, flame.serial, flame.held_by, flame.driver) == ("USB2000+ / Flame-S", "FLMS1", "OceanView", "")
    assert (sr4.title, sr4.held_by, sr4.may_open) == ("Ocean SR4", "", True)
    assert (usb4000.title, usb4000.held_by, usb4000.driver) == ("USB4000 / Flame-T", "", "usbtest")


@pytest.mark.skipif(sys.platform == "win32", reason="trees of sysfs hold links")
def test_a_holder_that_belongs_to_somebody_else_is_still_known_to_be_there(tmp_path: Path) -> None:
    plug(tmp_path, "1-1", idVendor="2457", idProduct="9999", busnum="1", devnum="7")
    bind(tmp_path, "1-1", "1.0", "usbfs")
    (node,) = linux_nodes(tmp_path / "devices", tmp_path / "nodes", tmp_path / "proc")
    assert node.held_by == "a program"
    assert node.model is None
    assert node.title == "Ocean Optics"
    assert node.may_open is False


def test_this_computer_can_be_asked() -> None:
    nodes = connected_nodes()
    assert nodes is None or all(node.usb_id.partition(":")[0] in ("2457", "0999") for node in nodes)


def test_every_model_of_the_driver_is_known_by_its_id_and_no_other() -> None:
    import seabreeze.pyseabreeze  # noqa: F401 - its models register themselves
    from seabreeze.pyseabreeze.transport import USBTransport

    known = {f"{vendor:04x}:{product:04x}" for vendor, product in USBTransport.vendor_product_ids}
    assert known == {usb_id for usb_id, model in MODELS.items() if model.pyseabreeze}
    assert all(model.back_ends for model in MODELS.values())

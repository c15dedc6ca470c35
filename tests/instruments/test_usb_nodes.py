"""A spectrometer that is plugged in but closed to this user is listed with the reason."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from instruments.usb_nodes import forbidden


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

"""The ports of this machine are read from the system's tables; none of them is ever touched."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from instruments.serial_ports import chosen, is_plain, ports, usb_id_behind
from instruments.spectrometer import SerialPort


def info(device: str, vid: int | None = None, pid: int | None = None, serial: str | None = None) -> ListPortInfo:
    made = ListPortInfo(device)
    made.vid, made.pid, made.serial_number, made.description = vid, pid, serial, "a port"
    return made


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> list[ListPortInfo]:
    listed = [
        info("/dev/ttyUSB0", 0x0403, 0x6001, "A10KX3"),
        info("/dev/ttyACM0", 0x2341, 0x0043),
        info("/dev/ttyS0"),
    ]
    monkeypatch.setattr(list_ports, "comports", lambda: listed)
    return listed


def test_the_ports_are_listed_by_name_with_what_stands_behind_them(tables: list[ListPortInfo]) -> None:
    assert [listing.port for listing in ports()] == [
        SerialPort("/dev/ttyACM0", "2341:0043:"),
        SerialPort("/dev/ttyS0", ""),
        SerialPort("/dev/ttyUSB0", "0403:6001:a10kx3"),
    ]


def test_a_port_the_system_has_no_words_for_has_none(tables: list[ListPortInfo]) -> None:
    tables[0].description = "n/a"
    assert [listing.description for listing in ports()] == ["a port", "a port", ""]


def test_a_chosen_port_remembers_the_device_behind_it(tables: list[ListPortInfo]) -> None:
    assert chosen("/dev/ttyUSB0") == SerialPort("/dev/ttyUSB0", "0403:6001:a10kx3")
    assert chosen("/dev/ttyS0") == SerialPort("/dev/ttyS0", "")
    assert chosen("virtual://led") == SerialPort("virtual://led", "")
    tables.clear()
    assert usb_id_behind("/dev/ttyUSB0") == ""


@pytest.mark.skipif(os.name == "nt", reason="links in /dev are not for Windows")
def test_a_link_to_a_port_is_that_port(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    port, link = tmp_path / "ttyUSB0", tmp_path / "usb-FTDI_A10KX3-if00"
    port.touch()
    link.symlink_to(port)
    monkeypatch.setattr(list_ports, "comports", lambda: [info(str(port), 0x0403, 0x6001, "A10KX3")])
    assert usb_id_behind(str(link)) == "0403:6001:a10kx3"


@pytest.mark.parametrize("name", ["COM3", "/dev/ttyUSB0", "virtual://led"])
def test_one_port_has_a_plain_name(name: str) -> None:
    assert is_plain(name)


@pytest.mark.parametrize("name", ["", " ", "hwgrep://.*", "spy://COM3", "loop://", "rfc2217://host:1", "alt://COM3"])
def test_an_address_that_searches_records_or_leads_elsewhere_is_no_port(name: str) -> None:
    assert not is_plain(name)


_opened: list[str] = []
_watching = [False]


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if _watching[0] and event == "open" and isinstance(arguments[0], str):
        _opened.append(arguments[0])


def test_looking_for_ports_opens_none() -> None:
    sys.addaudithook(_watch)  # cannot be taken away again; deaf but for this test
    _watching[0] = True
    try:
        ports()
    finally:
        _watching[0] = False
    assert not [path for path in _opened if path.startswith(("/dev/", "\\\\.\\"))]

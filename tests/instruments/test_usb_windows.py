"""The three cases on Windows, from answers of SetupAPI as they are written down: nothing, another driver, ready."""

from __future__ import annotations

import sys

import pytest

from instruments.usb_windows import SetupAnswer, nodes, setup_answers

MOUSE = SetupAnswer(r"USB\VID_046D&PID_C077\5&2B1A6D3&0&2", "HidUsb", "(Standard system devices)", "USB Input Device")
HUB = SetupAnswer(r"USB\ROOT_HUB30\4&1A2B3C4D&0&0", "USBHUB3", "(Standard USB HUBs)", "USB Root Hub (USB 3.0)")
OCEANVIEW = SetupAnswer(r"USB\VID_2457&PID_101E\5&2B1A6D3&0&1", "ooiusb", "Ocean Optics", "Ocean Optics USB2000+")
WINUSB = SetupAnswer(r"USB\VID_2457&PID_4004\QEP01234", "WINUSB", "Ocean Optics, Inc.", "Ocean Optics QE-PRO (WinUSB)")
BARE = SetupAnswer(r"USB\VID_0999&PID_1002\SR400123", "", "", "Ocean SR4")


def test_no_spectrometer_among_other_devices() -> None:
    assert nodes([]) == ()
    assert nodes([MOUSE, HUB]) == ()


def test_another_driver_is_named_with_its_maker() -> None:
    (node,) = nodes([MOUSE, OCEANVIEW, HUB])
    assert node.title == "USB2000+ / Flame-S"
    assert node.driver == "ooiusb (Ocean Optics)"
    assert node.serial == ""  # what Windows made up is no serial number


def test_winusb_is_seen_with_the_serial_number_of_the_device() -> None:
    (node,) = nodes([WINUSB])
    assert (node.title, node.serial) == ("QE Pro", "QEP01234")
    assert node.driver == "WINUSB (Ocean Optics, Inc.)"
    assert node.may_open is None


def test_a_device_without_a_driver_is_seen() -> None:
    (node,) = nodes([BARE])
    assert (node.title, node.driver) == ("Ocean SR4", "")


def test_a_device_in_parts_counts_once_by_the_part_that_has_the_driver() -> None:
    whole = SetupAnswer(r"USB\VID_0999&PID_1002\SR400123", "usbccgp", "(Standard USB Host Controller)", "Composite")
    part = SetupAnswer(r"USB\VID_0999&PID_1002&MI_00\6&1A2B&0&0000", "WinUSB", "Ocean Insight", "Ocean SR4")
    (node,) = nodes([whole, part])
    assert node.driver == "WinUSB (Ocean Insight)"


def test_two_of_one_model_are_two() -> None:
    other = SetupAnswer(r"USB\VID_2457&PID_4004\QEP09999", "WINUSB", "Ocean Optics, Inc.", "Ocean Optics QE-PRO")
    assert [node.serial for node in nodes([WINUSB, other])] == ["QEP01234", "QEP09999"]


@pytest.mark.skipif(sys.platform != "win32", reason="SetupAPI is part of Windows")
def test_setup_api_answers_for_every_device_that_is_plugged_in() -> None:
    assert all(answer.instance_id.upper().startswith("USB\\") for answer in setup_answers())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has it")
def test_where_there_is_no_setup_api_there_is_no_answer() -> None:
    assert setup_answers() == ()

"""Why a spectrometer is found or not: every case, told apart from what the bus, the system and the driver show."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from instruments.back_ends import BackEnd
from instruments.serial_ports import PortListing
from instruments.spectrometer import DeviceListing, Disconnected, SerialPort
from instruments.usb_models import UsbNode
from instruments.usb_windows import SetupAnswer, nodes
from station import devices as bus
from station import doctor
from station.doctor import Findings, condition, is_ready, report, text
from station.doctor_advice import Condition, System, advice, nothing_found, words

BOTH = (BackEnd("cseabreeze", True, "its own"), BackEnd("pyseabreeze", True, "through libusb-1.0.so.0"))
NO_LIBUSB = (BOTH[0], BackEnd("pyseabreeze", False, "there is no libusb on this computer"))
FLAME = UsbNode("2457:101e", "Flame", "FLMS00416", "/dev/bus/usb/001/007", may_open=True)
SR4 = UsbNode("0999:1002", "SR4", "SR400123", "/dev/bus/usb/001/008", may_open=True)
LISTED = DeviceListing("ocean:FLMS00416", "Flame-S", "FLMS00416", "cseabreeze", virtual=False)

OCEANVIEW = SetupAnswer(r"USB\VID_2457&PID_101E\5&2B1A6D3&0&1", "ooiusb", "Ocean Optics", "Ocean Optics USB2000+")
WINUSB = SetupAnswer(r"USB\VID_2457&PID_101E\5&2B1A6D3&0&1", "WINUSB", "Ocean Optics", "Ocean Optics USB2000+")


def found(
    *there: UsbNode,
    system: System = "Linux",
    listed: tuple[DeviceListing, ...] | None = None,
    back_ends: tuple[BackEnd, ...] = BOTH,
    open_here: bool = False,
) -> Findings:
    return Findings(system, there, back_ends, listed=listed, open_here=open_here)


@pytest.mark.parametrize(
    ("node", "findings", "told"),
    [
        (FLAME, {}, "ready"),
        (FLAME, {"listed": (LISTED,)}, "ready"),
        (FLAME, {"listed": ()}, "not listed"),
        (FLAME, {"listed": (replace(LISTED, obstacle="held"),)}, "not listed"),
        (replace(FLAME, may_open=False), {}, "forbidden"),
        (replace(FLAME, held_by="OceanView"), {}, "held"),
        (replace(FLAME, held_by="a program"), {"open_here": True}, "open here"),
        (replace(FLAME, driver="usbtest"), {}, "other driver"),
        (replace(FLAME, usb_id="2457:9999"), {}, "unknown model"),
        (SR4, {"back_ends": NO_LIBUSB}, "no back end"),
        (FLAME, {"back_ends": NO_LIBUSB}, "ready"),
        (replace(FLAME, usb_id="2457:2001"), {"back_ends": (replace(BOTH[0], present=False), BOTH[1])}, "no back end"),
        (replace(FLAME, serial=""), {"listed": (replace(LISTED, serial="OTHER"),)}, "ready"),
    ],
)
def test_on_linux_and_macos(node: UsbNode, findings: dict[str, object], told: Condition) -> None:
    assert condition(node, found(node, **findings)) == told  # type: ignore[arg-type]  # the fields by name


@pytest.mark.parametrize(
    ("answers", "listed", "told"),
    [
        ([OCEANVIEW], (), "other driver"),
        ([replace(OCEANVIEW, service="")], (), "no driver"),
        ([WINUSB], (), "held"),
        ([WINUSB], (LISTED,), "ready"),
        ([WINUSB], None, "ready"),
        ([replace(WINUSB, service="libusbK")], (LISTED,), "ready"),
        ([replace(WINUSB, service="usbser")], (LISTED,), "other driver"),
    ],
)
def test_on_windows_the_cases_are_told_apart_by_what_setup_api_answers(
    answers: list[SetupAnswer], listed: tuple[DeviceListing, ...] | None, told: Condition
) -> None:
    (node,) = nodes(answers)
    assert condition(node, found(node, system="Windows", listed=listed)) == told


def test_on_windows_a_libusb_driver_needs_the_back_end_that_uses_it() -> None:
    (node,) = nodes([replace(WINUSB, service="libusb0")])
    assert condition(node, found(node, system="Windows", back_ends=NO_LIBUSB)) == "other driver"


def test_the_driver_of_oceanview_is_named_and_called_normal() -> None:
    (node,) = nodes([OCEANVIEW])
    told = text(found(node, system="Windows", listed=()))
    assert "Bound to the driver ooiusb (Ocean Optics)" in told
    assert "normal where OceanView is installed" in told
    assert "WinUSB Device" in told


def test_an_empty_windows_bus_says_what_to_plug_in() -> None:
    told = text(found(*nodes([]), system="Windows"))
    assert "  None." in told
    assert "Plug the spectrometer in" in told
    assert "udev" not in told


def test_a_spectrometer_open_elsewhere_is_called_ready_and_who_holds_it_is_named() -> None:
    told = text(found(replace(FLAME, held_by="OceanView")))
    assert "Ready, but open in another program (OceanView)" in told
    assert "Close the other program" in told
    (node,) = nodes([WINUSB])
    assert "Ready, but open in another program. " in text(found(node, system="Windows", listed=()))


def test_a_forbidden_one_beside_a_good_one_says_both() -> None:
    both = found(FLAME, replace(SR4, may_open=False), listed=(LISTED,))
    told = text(both)
    assert "Ready: this program can open it." in told
    assert "this user may not open it" in told
    assert "--install-udev" in told
    assert is_ready(both)


def test_the_text_names_ports_back_ends_and_what_the_driver_lists() -> None:
    port = PortListing(SerialPort("/dev/ttyUSB0", "0403:6001:a10kx3"), "FT232R USB UART")
    told = text(replace(found(FLAME, listed=(LISTED,), back_ends=NO_LIBUSB), ports=(port,)))
    assert "/dev/ttyUSB0  0403:6001:a10kx3  FT232R USB UART" in told
    assert "pyseabreeze: cannot run, there is no libusb on this computer" in told
    assert "ocean:FLMS00416  Flame-S  FLMS00416  cseabreeze" in told
    assert "USB2000+ / Flame-S  (2457:101e, serial FLMS00416, /dev/bus/usb/001/007)" in told
    assert told.rstrip().endswith("1. Nothing: a spectrometer is ready.")


@pytest.mark.parametrize("told", get_args(Condition))
@pytest.mark.parametrize("system", get_args(System))
def test_every_case_has_words_and_every_trouble_has_advice(told: Condition, system: System) -> None:
    sentences = (words(told, SR4, NO_LIBUSB), *advice(told, system))
    assert bool(advice(told, system)) == (told not in ("ready", "open here"))
    for sentence in sentences:
        assert sentence.endswith(".")
        assert not any(word in sentence.lower() for word in ("error", "invalid", "please", "oops", "!"))


@pytest.mark.parametrize("system", get_args(System))
@pytest.mark.parametrize("asked", [True, False])
def test_finding_nothing_has_advice_on_every_system(system: System, asked: bool) -> None:
    assert nothing_found(system, asked=asked)
    unasked = Findings(system, () if asked else None, BOTH)
    assert not is_ready(unasked)
    assert nothing_found(system, asked=asked)[0] in text(unasked)


def test_where_the_bus_cannot_be_asked_the_driver_decides() -> None:
    unasked = Findings("Linux", None, BOTH, listed=(LISTED,))
    assert is_ready(unasked)
    assert "Nothing: a spectrometer is ready." in text(unasked)
    assert not is_ready(replace(unasked, listed=(replace(LISTED, obstacle="held"),)))


def test_the_report_of_this_computer_leaves_virtual_spectrometers_out() -> None:
    virtual = DeviceListing("virtual:FLAME-S", "Flame-S", "FLMS00416", "pyseabreeze", virtual=True)
    told = report((virtual,))
    assert "virtual" not in told.partition("What to do")[0]
    assert "What to do" in told


@pytest.mark.parametrize(
    ("there", "asked"),
    [((), False), ((FLAME,), True), ((replace(FLAME, held_by="OceanView"),), False), (None, True)],
)
def test_the_driver_is_asked_only_where_that_disturbs_nobody(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    there: tuple[UsbNode, ...] | None,
    asked: bool,
) -> None:
    calls: list[bool] = []

    def devices() -> tuple[DeviceListing, ...]:
        calls.append(True)
        return (LISTED,)

    monkeypatch.setattr(doctor, "connected_nodes", lambda: there)
    monkeypatch.setattr(doctor, "back_ends", lambda: BOTH)
    monkeypatch.setattr(bus, "devices", devices)
    assert doctor.examine(None) == (0 if asked else 1)
    assert bool(calls) is asked
    assert "What to do" in capsys.readouterr().out


def test_the_text_is_saved_as_it_was_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def silent() -> tuple[DeviceListing, ...]:
        raise Disconnected("gone.")

    named = replace(FLAME, name="Flamme \u00b5", usb_id="2457:9999", held_by="")
    monkeypatch.setattr(doctor, "connected_nodes", lambda: (replace(named, usb_id="2457:101e", place="\u00b5"),))
    monkeypatch.setattr(bus, "devices", silent)
    assert doctor.examine(tmp_path / "doctor.txt") == 0
    saved = (tmp_path / "doctor.txt").read_text(encoding="utf-8")
    assert "\u00b5" in saved
    assert "It was not asked" in saved
    assert capsys.readouterr().out == f"{saved}Saved: {tmp_path / 'doctor.txt'}\n"

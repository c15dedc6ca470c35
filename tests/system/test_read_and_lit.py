"""The C++ back end over stock libusb and the kernel's device files: listed, opened, read, lit, exposed."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from analysis.spectrum import FloatArray
from instruments.guard import Guard
from instruments.virtual.hand import Witness
from tests.system.machine import Machine, address_of

pytestmark = pytest.mark.system

# What the C++ driver makes of each model: its name and how many pixels.
SEEN = {
    "FLAME-S": ("USB2000+", 2048),
    "USB4000": ("USB4000", 3648),
    "HR4000": ("HR4000", 3648),
    "QEPRO": ("QE Pro", 1044),
}


@pytest.fixture(params=list(SEEN))
def model(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def settled(guard: Guard, exposure_s: float, scans: int = 8) -> FloatArray:
    """Set the exposure, discard the scan that may still carry the old one, and average."""
    guard.set_exposure(exposure_s)
    guard.scan()
    averaged: FloatArray = np.mean([guard.scan() for _ in range(scans)], axis=0)
    return averaged


def around(guard: Guard, nm: float) -> slice:
    """Return the 21 pixels around a wavelength."""
    pixel = int(np.searchsorted(guard.info.wavelengths_nm, nm))
    return slice(pixel - 10, pixel + 11)


def test_it_is_listed_as_what_it_is_and_by_the_back_end_that_knows_it(
    machine: Machine, guard: Guard, model: str
) -> None:
    plugged = machine.plug(model)
    listed = [device for device in guard.devices() if not device.virtual]
    assert [(device.address, device.model, device.backend) for device in listed] == [
        (address_of(plugged), SEEN[model][0], "cseabreeze")
    ]
    assert listed[0].serial == plugged.firmware.model.serial
    assert listed[0].obstacle == ""


def test_several_on_one_bus_are_told_apart_and_the_right_one_is_opened(machine: Machine, guard: Guard) -> None:
    plugged = [machine.plug(name) for name in ("FLAME-S", "USB4000")]
    plugged.append(machine.plug("FLAME-S", "VIRT-FLMS00999"))
    listed = {device.address for device in guard.devices() if not device.virtual}
    assert listed == {address_of(one) for one in plugged}
    assert guard.open("ocean:VIRT-FLMS00999").serial == "VIRT-FLMS00999"


def test_its_spectrum_has_the_lamp_in_it_and_the_witness_saw_the_line(
    machine: Machine, guard: Guard, model: str, tmp_path: Path
) -> None:
    logbook = tmp_path / "lights"
    machine.hand(Witness(str(logbook)))
    info = guard.open(address_of(machine.plug(model)))
    assert (info.backend, info.virtual, info.probe) == ("cseabreeze", False, "lamp line")
    assert info.wavelengths_nm.shape == (SEEN[model][1],)
    dark = settled(guard, 0.025)
    assert dark.shape == (SEEN[model][1],)
    guard.light("probe", True)
    lit = settled(guard, 0.025) - dark
    guard.light("probe", False)
    again = settled(guard, 0.025) - dark
    full_scale = info.detector.full_scale_counts
    red, violet = np.mean(lit[around(guard, 625)]), np.mean(lit[around(guard, 400)])
    assert red > 0.2 * full_scale
    assert 0.01 < violet / red < 0.3  # a tungsten lamp: bright in the red, weak in the violet
    assert abs(np.mean(again[around(guard, 625)])) < 0.002 * red
    assert logbook.read_text().splitlines() == ["probe off", "probe on", "probe off"]


def test_the_led_is_seen_at_its_own_wavelength(machine: Machine, guard: Guard) -> None:
    guard.open(address_of(machine.plug("FLAME-S")), lighting=machine.lighting)
    dark = settled(guard, 0.1)
    guard.light("uv", True)
    lit = settled(guard, 0.1) - dark
    guard.light("uv", False)
    assert guard.light_state("uv") == "off"
    brightest = guard.info.wavelengths_nm[np.argmax(lit)]
    assert brightest == pytest.approx(405.1, abs=1.0)
    assert np.max(lit) > 4_000
    assert abs(np.mean(settled(guard, 0.1)[around(guard, 405.1)] - dark[around(guard, 405.1)])) < 30


def test_the_exposure_is_the_one_that_was_set_in_counts_and_in_time(machine: Machine, guard: Guard, model: str) -> None:
    guard.open(address_of(machine.plug(model)))
    guard.light("probe", True)
    short, long = settled(guard, 0.012), settled(guard, 0.024)
    guard.light("probe", False)
    dark = settled(guard, 0.012)
    red = around(guard, 625)
    ratio = np.mean((long - dark)[red]) / np.mean((short - dark)[red])
    assert ratio == pytest.approx(2.0, rel=0.08)  # nonlinearity is not corrected here
    settled(guard, 0.3, scans=1)
    begun = time.perf_counter()
    guard.scan()
    assert 0.29 < time.perf_counter() - begun < 0.6


def test_cseabreeze_limits_are_those_of_the_device(machine: Machine, guard: Guard) -> None:
    low, high = guard.open(address_of(machine.plug("USB4000"))).exposure_limits_s
    assert low == pytest.approx(1e-5)
    assert high == pytest.approx(65.535)  # the driver itself would allow ten times as much

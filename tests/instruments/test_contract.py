"""The contract through the guard and its process, and what a whole bench must show: a Flame-S and a USB4000."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.polynomial.polynomial import polyval

from analysis.spectrum import FloatArray
from instruments.guard import Guard
from instruments.spectrometer import InstrumentError
from instruments.virtual.hand import Fill, Place, Trouble
from instruments.virtual.samples import KnownTransmittance
from tests.instruments.contracts import SpectrometerContract, Stand

SCANS = 20
EXPECTED = {"virtual:FLAME-S": ("Flame-S", 2048), "virtual:USB4000": ("USB4000", 3840)}


def mean(guard: Guard, scans: int = SCANS) -> FloatArray:
    averaged: FloatArray = np.mean([guard.scan() for _ in range(scans)], axis=0)
    return averaged


def at(guard: Guard, nm: float) -> slice:
    """Return the 21 pixels around a wavelength."""
    pixel = int(np.searchsorted(guard.info.wavelengths_nm, nm))
    return slice(pixel - 10, pixel + 11)


def linear(guard: Guard, net: FloatArray) -> FloatArray:
    corrected: FloatArray = net / polyval(net, guard.info.detector.linearity)
    return corrected


def exposed(guard: Guard, exposure_s: float) -> FloatArray:
    """Set the exposure, discard the stale scan, average."""
    guard.set_exposure(exposure_s)
    guard.scan()
    return mean(guard)


@pytest.mark.slow
class TestThroughTheGuard(SpectrometerContract):
    @pytest.fixture
    def stand(self, guard: Guard) -> Iterator[Stand]:
        address = guard.info.address
        model, pixels = EXPECTED[address]

        def dazzle() -> None:
            guard.light("probe", True)
            guard.set_exposure(0.2)

        guard.set_exposure(0.025)
        guard.scan()
        yield Stand(
            spectrometer=guard,
            model=model,
            backend="pyseabreeze",
            pixels=pixels,
            full_scale_counts=65_535.0,
            exposure_s=0.025,
            shine=lambda: guard.light("probe", True),
            dazzle=dazzle,
            unplug=lambda: guard.hand(Trouble("unplug")),
        )
        try:
            guard.check()
        except InstrumentError:
            guard.close()  # a bench that was closed is set up anew: what was pulled out is plugged in again
            guard.open(address, pace="none", seed=7)


def test_it_says_who_it_is(guard: Guard) -> None:
    info = guard.info
    assert info.virtual
    assert info.backend == "pyseabreeze"
    model, serial, pixels = {
        "virtual:FLAME-S": ("Flame-S", "VIRT-FLMS00416", 2048),
        "virtual:USB4000": ("USB4000", "VIRT-USB4F0001", 3840),
    }[info.address]
    assert (info.model, info.serial) == (model, serial)
    assert info.wavelengths_nm.shape == (pixels,)
    assert np.all(np.diff(info.wavelengths_nm) > 0)
    assert info.probe == "lamp line"
    assert info.uv.startswith("Aliquot virtual LED")


def test_the_optical_pixels_span_the_visible(guard: Guard) -> None:
    first, stop = guard.info.detector.optical_pixels or (0, 0)
    optical = guard.info.wavelengths_nm[first:stop]
    assert 339 < optical[0] < 350
    assert 1020 < optical[-1] < 1031


def test_the_dark_pixels_see_no_light(guard: Guard) -> None:
    dark_pixels = list(guard.info.detector.dark_pixels)
    assert len(dark_pixels) > 5
    dark = mean(guard)
    guard.light("probe", True)
    lit = mean(guard)
    assert np.max(np.abs(lit - dark)[dark_pixels]) < 6 * 30 * np.sqrt(2 / SCANS)


def test_linearity_coefficients_come_from_the_device(guard: Guard) -> None:
    linearity = guard.info.detector.linearity
    expected = {"Flame-S": (0.864123, -4.88409e-34), "USB4000": (0.939935, 1.61494e-29 / 4**7)}[guard.info.model]
    assert len(linearity) == 8
    assert linearity[0] == pytest.approx(expected[0])
    assert linearity[7] == pytest.approx(expected[1], rel=1e-4)


def test_the_first_scan_after_a_change_is_still_the_old_exposure(guard: Guard) -> None:
    guard.light("probe", True)
    exposed(guard, 0.020)
    old = guard.scan()
    guard.set_exposure(0.005)
    stale, fresh = guard.scan(), guard.scan()
    peak = at(guard, 620)
    assert np.mean(stale[peak]) == pytest.approx(np.mean(old[peak]), rel=0.01)
    assert np.mean(fresh[peak]) < 0.4 * np.mean(old[peak])


def test_counts_follow_the_exposure_once_linearised(guard: Guard) -> None:
    dark = {t: exposed(guard, t) for t in (0.005, 0.020)}
    guard.light("probe", True)
    net = {t: linear(guard, exposed(guard, t) - dark[t])[at(guard, 600)] for t in (0.005, 0.020)}
    assert np.mean(net[0.020]) / np.mean(net[0.005]) == pytest.approx(4.0, rel=0.003)


def test_raw_counts_do_not_follow_it(guard: Guard) -> None:
    dark = {t: exposed(guard, t) for t in (0.005, 0.020)}
    guard.light("probe", True)
    net = {t: (exposed(guard, t) - dark[t])[at(guard, 600)] for t in (0.005, 0.020)}
    assert abs(np.mean(net[0.020]) / np.mean(net[0.005]) - 4.0) > 0.02


def test_too_much_light_stops_at_full_scale(guard: Guard) -> None:
    guard.light("probe", True)
    counts = exposed(guard, 0.1)
    full_scale = guard.info.detector.full_scale_counts
    assert np.all(counts[at(guard, 620)] == full_scale)
    assert np.max(counts) == full_scale


def test_the_reference_fills_the_detector_without_saturating_it(guard: Guard) -> None:
    dark = exposed(guard, 0.025)
    guard.light("probe", True)
    reference = mean(guard)
    full_scale = guard.info.detector.full_scale_counts
    nm = guard.info.wavelengths_nm
    assert 0.75 < np.max(reference[np.abs(nm - 625) < 40]) / full_scale < 0.85
    net = reference - dark
    assert 200 < np.mean(net[at(guard, 375)]) < 1_000
    assert 2_000 < np.mean(net[at(guard, 400)]) < 9_000
    assert np.mean(net[at(guard, 355)]) < 40


def test_noise_grows_as_shot_noise_does(guard: Guard) -> None:
    guard.light("probe", True)
    guard.set_exposure(0.025)
    guard.scan()
    scans = np.array([guard.scan() for _ in range(60)])
    region = at(guard, 620)
    variance = np.var(scans[:, region], axis=0, ddof=1).mean()
    assert 0.8 * 50_000 < variance < 1.8 * 50_000


def test_the_lamp_line_switches_the_light(guard: Guard) -> None:
    dark = exposed(guard, 0.025)
    assert guard.light_state("probe") == "off"
    guard.light("probe", True)
    assert guard.light_state("probe") == "on"
    lit = mean(guard)
    guard.light("probe", False)
    again = mean(guard)
    peak = at(guard, 620)
    assert np.mean((lit - dark)[peak]) > 40_000
    assert abs(np.mean((again - dark)[peak])) < 10


def test_the_uv_led_switches_its_own_light(guard: Guard) -> None:
    dark = mean(guard)
    guard.light("uv", True)
    lit = mean(guard) - dark
    guard.light("uv", False)
    again = mean(guard) - dark
    assert 4_000 < np.max(lit[at(guard, 405.1)]) < 9_000
    assert abs(np.mean(lit[at(guard, 650)])) < 10
    assert abs(np.mean(again[at(guard, 405.1)])) < 15


def test_solvent_raman_is_there_and_small(guard: Guard) -> None:
    dark = exposed(guard, 1.0)
    guard.light("uv", True)
    rate = mean(guard) - dark
    assert 15 < np.mean(rate[at(guard, 461)]) < 90


@pytest.mark.parametrize("transmittance", [0.9, 0.5, 0.1, 0.01])
def test_a_cuvette_of_known_transmittance_gives_that_transmittance(guard: Guard, transmittance: float) -> None:
    dark = exposed(guard, 0.025)
    guard.light("probe", True)
    guard.hand(Fill(KnownTransmittance(transmittance)))
    guard.hand(Place("solvent"))
    reference = linear(guard, mean(guard) - dark)
    guard.hand(Place("sample"))
    sample = linear(guard, mean(guard) - dark)
    for nm in (450, 550, 650):
        measured = np.mean(sample[at(guard, nm)]) / np.mean(reference[at(guard, nm)])
        spread = 3.0 / float(np.mean(reference[at(guard, nm)]))  # the whole frame's offset moves by 2 counts a scan
        assert measured == pytest.approx(transmittance, abs=3 * spread, rel=0.003)


@pytest.mark.slow
def test_scans_of_the_same_seed_are_the_same_and_noise_never_repeats() -> None:
    first, second = Guard(), Guard()
    try:
        for guard in (first, second):
            guard.open("virtual:FLAME-S", pace="none", seed=3)
        a, b = first.scan(), second.scan()
        np.testing.assert_array_equal(a, b)
        assert np.any(first.scan() != a)
        first.restart()
        assert np.any(first.scan() != a)
    finally:
        first.close()
        second.close()

"""Maximum and height of a band from its own top: what a polynomial through cells loses is given back, no more."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.band_apex import _turning_point
from analysis.emission import judge
from analysis.light_cells import CELLS_NM
from analysis.spectrum import FloatArray, Spectrum

NM = np.linspace(340.0, 1025.0, 2048)


def skewed(centre_nm: float, fwhm_nm: float, skew: float) -> FloatArray:
    """A log-normal band (Siano and Metzler)."""
    inside = np.maximum(1.0 + 2.0 * skew * (NM - centre_nm) / fwhm_nm, 1.0e-9)
    return np.asarray(np.exp(-np.log(2.0) * (np.log(inside) / skew) ** 2))


def measured(light: FloatArray, seed: int) -> Spectrum:
    sigma = np.sqrt(12.0**2 + 0.05 * np.abs(light))
    noise = np.random.default_rng(seed).normal(0.0, 1.0, NM.size) * sigma
    return Spectrum(NM, light + noise, sigma, np.ones(NM.size, dtype=np.bool_), "counts/s", 0.0)


def test_where_nothing_was_measured_a_band_has_no_maximum() -> None:
    cells = np.zeros(CELLS_NM.size)
    assert _turning_point(cells, cells, 40, 6, 3) is None
    few = cells.copy()
    few[[38, 42]] = 1.0
    assert _turning_point(100.0 * few, few, 40, 6, 3) is None


@pytest.mark.parametrize("fwhm_nm", [28.0, 36.0, 50.0])
def test_cells_take_nothing_off_the_height_of_a_bright_band(fwhm_nm: float) -> None:
    off = []
    for seed in range(12):
        answer = judge(
            measured(20_000.0 * skewed(515.0 + 0.4 * seed, fwhm_nm, 0.05), seed),
            excitation_nm=405.0,
            solvent="toluene",
            blank=True,
        )
        assert answer.intensity is not None
        off.append(answer.intensity / 20_000.0 - 1.0)
    assert np.mean(off) == pytest.approx(0.0, abs=0.0005)


def test_the_sigma_of_a_bright_bands_height_is_that_of_its_scatter() -> None:
    random, pulls = np.random.default_rng(23), []
    for seed in range(80):
        band = skewed(random.uniform(500.0, 610.0), random.uniform(28.0, 50.0), random.choice([-1, 1]) * 0.2)
        band = band ** random.uniform(0.9, 1.1) + 0.04 * skewed(560.0, 120.0, 0.2)
        light = 20_000.0 * band / band.max()
        answer = judge(measured(light, seed), excitation_nm=405.0, solvent="toluene", blank=True)
        assert answer.intensity is not None
        assert answer.sigma is not None
        pulls.append((answer.intensity - 20_000.0) / answer.sigma)
    assert 0.4 < np.sqrt(np.mean(np.square(pulls))) < 1.3


@pytest.mark.parametrize("traps", [0.0, 1000.0])
def test_the_blue_flank_of_a_bands_own_does_not_move_its_maximum(traps: float) -> None:
    band = 4_300.0 / (1.0 + (2.0 * (NM - 476.0) / 30.0) ** 2)
    light = band + traps / (1.0 + np.exp(-(NM - 471.0) / 12.0))  # light of traps to the red
    sigma = np.full(NM.size, 60.0)
    noise = np.random.default_rng(4).normal(0.0, 60.0, NM.size)
    spectrum = Spectrum(NM, light + noise, sigma, np.ones(NM.size, dtype=np.bool_), "counts/s", 0.0)
    answer = judge(spectrum, excitation_nm=405.0, solvent="toluene", blank=True)
    assert answer.present is True
    assert answer.nm == pytest.approx(float(NM[light.argmax()]), abs=1.0)

"""Drawn emission: calmer than the measurement, true to it, and never drawn through a gap."""

from __future__ import annotations

import numpy as np

from analysis.spectrum import FloatArray, Spectrum
from station.curves import DRAWN_NM, drawn_emission, without_line


def emission(nm: FloatArray, values: FloatArray, valid: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Spectrum:
    seen = np.where(valid, values, np.nan)
    return Spectrum(nm, seen, np.where(valid, 100.0, np.nan), valid, "counts/s", 0.0)


def test_noise_falls_as_its_sigma_says_and_a_band_keeps_its_height() -> None:
    nm = np.linspace(350.0, 750.0, 1080)
    band = 2000.0 * np.exp(-0.5 * ((nm - 510.0) / 15.0) ** 2)
    noisy = band + np.random.default_rng(1).normal(0.0, 100.0, nm.size)
    drawn = drawn_emission(emission(nm, noisy, np.ones(nm.size, bool)))
    off_band = drawn.wavelengths_nm > 600.0
    assert np.std(drawn.values[off_band]) < 60.0
    assert 0.8 < np.std(drawn.values[off_band] / drawn.sigma[off_band]) < 1.2
    assert abs(np.interp(510.0, drawn.wavelengths_nm, drawn.values) - 2000.0) < 150.0


def test_a_gap_stays_a_gap() -> None:
    nm = np.linspace(350.0, 750.0, 1080)
    valid = (nm < 480.0) | (nm > 500.0)
    drawn = drawn_emission(emission(nm, np.ones(nm.size), valid))
    inside = (drawn.wavelengths_nm > 480.0 + DRAWN_NM) & (drawn.wavelengths_nm < 500.0 - DRAWN_NM)
    assert inside.any()
    assert np.isnan(drawn.values[inside]).all()
    assert not drawn.valid[inside].any()


def test_a_coarse_file_is_drawn_as_it_is() -> None:
    nm = np.arange(430.0, 600.0, 1.5)
    spectrum = emission(nm, np.ones(nm.size), np.ones(nm.size, bool))
    assert drawn_emission(spectrum) is spectrum


def test_the_excitation_line_is_no_part_of_a_drawn_curve() -> None:
    nm = np.arange(360.0, 700.0, 0.5)
    whole = emission(nm, np.ones(nm.size), np.ones(nm.size, bool))
    broken = without_line(whole, 405.0)
    assert nm[~broken.valid].min() == 385.5
    assert nm[~broken.valid].max() == 424.5
    assert np.isnan(broken.values[~broken.valid]).all()
    assert without_line(whole, None) is whole

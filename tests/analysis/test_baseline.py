"""Offset, scatter, noise of processed files, smoothing in nm."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.baseline import running_median, sigma_from_scatter, smooth
from analysis.spectrum import FloatArray, Spectrum


def spectrum(nm: FloatArray, values: FloatArray, sigma: float = 1e-3) -> Spectrum:
    valid = np.isfinite(values)
    return Spectrum(nm, values, np.where(valid, sigma, np.nan), valid, "A", 0.0)


def uneven(points: int, seed: int = 0) -> FloatArray:
    """Wavelengths of a grating: the pitch falls from 0.39 to 0.28 nm, with a little jitter."""
    rng = np.random.default_rng(seed)
    return 380.0 + np.cumsum(np.linspace(0.39, 0.28, points) + rng.uniform(-0.02, 0.02, points))


@pytest.mark.parametrize("level", [1e-4, 1e-3, 2e-2])
@pytest.mark.parametrize("pitch_nm", [0.37, 1.0, 1.4])
def test_a_files_own_scatter_gives_its_noise(level: float, pitch_nm: float) -> None:
    rng = np.random.default_rng(11)
    nm = np.arange(400.0, 700.0, pitch_nm)
    smooth_part = 0.3 * np.exp(-(((nm - 520.0) / 22.0) ** 2)) + np.exp(-(nm - 400.0) / 40.0)
    sigma = sigma_from_scatter(smooth_part + rng.normal(0.0, level, nm.size), nm)
    assert float(np.median(sigma)) == pytest.approx(level, rel=0.3)


def test_noise_that_grows_to_the_blue_is_seen_to_grow() -> None:
    rng = np.random.default_rng(12)
    nm = np.linspace(380.0, 700.0, 900)
    truth = 1e-3 * np.exp((700.0 - nm) / 120.0)
    sigma = sigma_from_scatter(rng.normal(0.0, 1.0, nm.size) * truth, nm)
    assert sigma[60] / sigma[-60] == pytest.approx(truth[60] / truth[-60], rel=0.4)


def test_unknown_points_stay_unknown_and_a_descending_file_reads_alike() -> None:
    rng = np.random.default_rng(13)
    nm = np.linspace(380.0, 700.0, 321)
    values = rng.normal(0.0, 1e-3, nm.size)
    values[:20] = np.nan
    up, down = sigma_from_scatter(values, nm), sigma_from_scatter(values[::-1], nm[::-1])
    assert np.isnan(up[:20]).all()
    assert np.isfinite(up[20:]).all()
    assert np.allclose(up, down[::-1], equal_nan=True, rtol=0.2)


def test_a_constant_file_has_a_sigma_above_zero() -> None:
    nm = np.linspace(380.0, 700.0, 321)
    assert (sigma_from_scatter(np.zeros(nm.size), nm) > 0.0).all()


@given(st.lists(st.floats(-1.0, 1.0), min_size=5, max_size=5), st.floats(10.0, 40.0))
def test_smoothing_keeps_a_quartic_and_its_derivatives_on_uneven_pixels(terms: list[float], window: float) -> None:
    nm = uneven(500)
    curve = np.polynomial.Polynomial(terms)
    u = (nm - 450.0) / 50.0
    smoothed = smooth(spectrum(nm, curve(u)), window, (420.0, 500.0))
    at = (smoothed.wavelengths_nm - 450.0) / 50.0
    for order in range(3):
        expected = curve.deriv(order)(at) / 50.0**order if order else curve(at)
        assert np.allclose(smoothed.derivatives[order], expected, atol=1e-6)


def test_smoothing_states_the_noise_that_is_left() -> None:
    rng = np.random.default_rng(14)
    nm = uneven(400)
    made = [smooth(spectrum(nm, rng.normal(0.0, 1e-3, nm.size)), 20.0, (420.0, 470.0)) for _ in range(120)]
    for order in range(4):
        values = np.array([m.derivatives[order] for m in made])
        assert float(np.median(values.std(axis=0) / made[0].sigma[order])) == pytest.approx(1.0, abs=0.1)


def test_smoothing_does_not_reach_beyond_what_was_measured() -> None:
    nm = np.linspace(400.0, 500.0, 251)
    smoothed = smooth(spectrum(nm, np.sin(nm)), 20.0)
    assert np.isnan(smoothed.derivatives[0][:15]).all()
    assert np.isnan(smoothed.derivatives[0][-15:]).all()
    assert np.isfinite(smoothed.derivatives[0][30:-30]).all()


def test_running_median_forgets_a_single_spike() -> None:
    values = np.zeros(50)
    values[20] = 100.0
    assert not running_median(values, 5).any()

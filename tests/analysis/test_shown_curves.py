"""Spectra as they are compared: what is known stays known with its sigma, what is not stays NaN."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from analysis.shown_curves import (
    bent,
    difference,
    height_at,
    mean_within,
    normalised,
    raised,
    stack_step,
    without_offset,
)
from analysis.spectrum import FloatArray, Spectrum, Unit, read_only, read_only_mask

NM = read_only(np.linspace(360.0, 760.0, 1001))
MASKED = (NM > 480.0) & (NM < 490.0)


def spectrum(values: ArrayLike, sigma: float = 0.001, unit: Unit = "A", nm: FloatArray = NM) -> Spectrum:
    """A spectrum of which nothing is known between 480 and 490 nm."""
    known = ~((nm > 480.0) & (nm < 490.0))
    shown = np.where(known, np.broadcast_to(np.asarray(values, dtype=np.float64), nm.shape), np.nan)
    noise = np.where(known, sigma, np.nan)
    return Spectrum(nm, read_only(shown), read_only(noise), read_only_mask(known), unit, 0.0)


def bell(centre_nm: float, fwhm_nm: float, nm: FloatArray = NM) -> FloatArray:
    return np.asarray(np.exp(-4.0 * np.log(2.0) * ((nm - centre_nm) / fwhm_nm) ** 2))


def consistent(shown: Spectrum) -> None:
    """Check that what is not known is NaN in all three arrays, and nothing else is."""
    assert np.array_equal(np.isfinite(shown.values), shown.valid)
    assert np.array_equal(np.isfinite(shown.sigma), shown.valid)
    assert not shown.values.flags.writeable


def test_an_offset_is_gone_and_its_own_sigma_is_carried() -> None:
    shown = without_offset(spectrum(0.02 + bell(449.0, 18.0), 0.003), (650.0, 750.0))
    assert shown is not None
    consistent(shown)
    assert shown.values[NM > 650.0].mean() == pytest.approx(0.0, abs=1e-12)
    count = np.count_nonzero((NM >= 650.0) & (NM <= 750.0))
    assert shown.sigma[0] == pytest.approx(0.003 * np.sqrt(1.0 + 1.0 / count))
    assert np.isnan(shown.values[MASKED]).all()


def test_without_a_quiet_band_nothing_is_shifted() -> None:
    assert without_offset(spectrum(1.0), (900.0, 950.0)) is None
    assert without_offset(spectrum(1.0), (481.0, 489.0)) is None


def test_normalised_is_one_where_it_is_normalised_and_knows_how_well() -> None:
    shown = normalised(spectrum(0.5 * bell(449.0, 18.0), 0.01), 449.0)
    assert shown is not None
    consistent(shown)
    here = height_at(shown, 449.0)
    assert here is not None
    assert here.value == pytest.approx(1.0, abs=0.001)
    assert shown.sigma[0] == pytest.approx(0.01 / 0.5, rel=0.01)  # far off the height's own sigma plays no part
    assert shown.sigma[np.argmin(abs(NM - 449.0))] > shown.sigma[0]


@pytest.mark.parametrize("height", [0.0, 0.004, -0.5])
def test_what_is_not_surely_above_nothing_is_not_divided_by(height: float) -> None:
    assert normalised(spectrum(height, 0.01), 600.0) is None


def test_a_masked_place_is_not_normalised_at() -> None:
    assert normalised(spectrum(1.0), 485.0) is None
    assert height_at(spectrum(1.0), 485.0) is None


def test_a_difference_is_known_where_both_are() -> None:
    one, other = spectrum(0.5, 0.003), spectrum(0.2, 0.004)
    shown = difference(one, other)
    assert shown is not None
    consistent(shown)
    assert shown.values[0] == pytest.approx(0.3)
    assert shown.sigma[0] == pytest.approx(0.005)
    assert np.array_equal(shown.valid, ~MASKED)
    own = difference(one, one)
    assert own is not None
    assert not own.sigma[own.valid].any()
    assert not own.values[own.valid].any()


def test_a_difference_on_another_axis_goes_between_its_pixels_and_not_beyond_its_ends() -> None:
    coarse = read_only(np.arange(400.0, 700.0, 5.0))
    shown = difference(spectrum(NM / 100.0), spectrum(coarse / 100.0, nm=coarse))
    assert shown is not None
    consistent(shown)
    inside = (NM >= 400.0) & (NM <= 475.0)
    assert np.abs(shown.values[inside]).max() < 1e-9
    assert not shown.valid[NM < 400.0].any()
    assert not shown.valid[(NM > 480.0) & (NM < 490.0)].any()
    assert difference(spectrum(1.0), spectrum(1.0, unit="counts/s")) is None


def test_a_bent_band_points_up_at_its_maximum_and_a_slope_is_gone() -> None:
    shown = bent(spectrum(0.1 + 0.002 * (NM - 400.0) + 0.5 * bell(560.0, 20.0), 1e-6))
    assert shown is not None
    consistent(shown)
    top = shown.wavelengths_nm[np.nanargmax(shown.values)]
    assert top == pytest.approx(560.0, abs=1.0)
    assert np.nanmax(shown.values) == pytest.approx(1e3 * 0.5 * 5.545 / 20.0**2, rel=0.1)
    far = (shown.wavelengths_nm > 620.0) & shown.valid
    assert np.abs(shown.values[far]).max() < 0.02
    gap = (shown.wavelengths_nm > 482.0) & (shown.wavelengths_nm < 488.0)
    assert not shown.valid[gap].any()


def test_the_sigma_of_a_bent_spectrum_is_its_scatter() -> None:
    rng = np.random.default_rng(3)
    noisy = [bent(spectrum(rng.normal(0.0, 0.01, NM.size), 0.01)) for _ in range(40)]
    values = np.array([each.values for each in noisy if each is not None])
    sigma = next(each.sigma for each in noisy if each is not None)
    known = np.isfinite(values).all(axis=0)
    assert float(np.median(values[:, known].std(axis=0) / sigma[known])) == pytest.approx(1.0, abs=0.1)


def test_a_spectrum_too_short_to_bend_is_none() -> None:
    short = read_only(np.linspace(440.0, 450.0, 30))
    assert bent(spectrum(1.0, nm=short)) is None


def test_a_stack_moves_and_changes_nothing_else() -> None:
    shown = raised(spectrum(0.2), 0.5)
    consistent(shown)
    assert shown.values[0] == pytest.approx(0.7)
    assert shown.sigma[0] == 0.001


@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=20), st.integers(1, 10_000))
def test_the_step_of_a_stack_is_one_two_or_five_and_the_stack_no_tower(heights: list[float], count: int) -> None:
    step = stack_step(heights, count)
    figure = step / 10.0 ** np.floor(np.log10(step) + 1e-9)
    assert min(abs(figure - one) for one in (1.0, 2.0, 5.0)) < 1e-6
    assert step <= 0.5 * max(heights) * (1.0 + 1e-6)
    assert step * count <= 12.0 * max(heights) * (1.0 + 1e-6)


def test_without_any_height_there_is_no_step() -> None:
    assert stack_step([], 3) == stack_step([0.0, 0.0], 3) == 0.0


def test_a_height_is_the_mean_about_it_or_in_a_coarse_file_its_pixel() -> None:
    fine = height_at(spectrum(0.3, 0.002), 600.0)
    assert fine is not None
    assert fine.value == pytest.approx(0.3)
    assert fine.sigma == pytest.approx(0.002 / np.sqrt(5), rel=0.1)
    coarse = read_only(np.arange(400.0, 700.0, 5.0))
    near = height_at(spectrum(coarse, 0.002, nm=coarse), 601.0)
    assert near is not None
    assert near.value == 600.0
    assert height_at(spectrum(coarse, nm=coarse), 720.0) is None
    assert mean_within(spectrum(1.0), 481.0, 489.0) is None

"""The inner filter by geometry, its refusals, and what is not known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.findings import InnerFilter
from analysis.inner_filter import Geometry, inner_filter
from analysis.spectrum import Quantity, Spectrum, read_only, read_only_mask

NM = np.linspace(380.0, 750.0, 1200)
BAND = (500.0, 545.0)


def absorbance(at_405: float, in_band: float = 0.0, sigma: float = 0.002) -> Spectrum:
    values = np.where(NM < 450.0, at_405, np.where(NM < 600.0, in_band, 0.0))
    valid = np.ones(NM.shape, dtype=bool)
    return Spectrum(
        read_only(NM), read_only(values), read_only(np.full(NM.shape, sigma)), read_only_mask(valid), "A", 0.0
    )


def factor(answer: InnerFilter) -> Quantity:
    assert answer.factor is not None, answer.reason
    return answer.factor


@given(st.floats(0.0, 0.29), st.floats(0.0, 0.1))
def test_at_90_degrees_half_the_path_before_and_half_after(a_ex: float, a_em: float) -> None:
    answer = factor(inner_filter(absorbance(a_ex, a_em), 405.0, BAND))
    assert answer.value == pytest.approx(10.0 ** ((a_ex + a_em) / 2.0), rel=1e-9)


@given(st.floats(0.001, 0.29), st.floats(0.0, 0.1))
def test_front_face_is_the_mean_over_all_depths(a_ex: float, a_em: float) -> None:
    answer = factor(inner_filter(absorbance(a_ex, a_em), 405.0, BAND, geometry="front face"))
    depth = np.linspace(0.0, 1.0, 4001)
    left = np.trapezoid(10.0 ** (-(a_ex + a_em) * depth), depth)
    assert answer.value == pytest.approx(1.0 / left, rel=1e-6)
    whole = a_ex + a_em
    assert 1.0 / answer.value == pytest.approx((1.0 - 10.0**-whole) / (np.log(10.0) * whole), rel=1e-9)


@pytest.mark.parametrize("geometry", ["90 degrees", "front face"])
def test_a_clear_cuvette_weakens_nothing(geometry: Geometry) -> None:
    answer = factor(inner_filter(absorbance(0.0), 405.0, BAND, geometry=geometry))
    assert answer.value == 1.0
    assert answer.sigma > 0.0


@pytest.mark.parametrize("geometry", ["90 degrees", "front face"])
def test_the_sigma_of_the_absorbance_is_carried_over(geometry: Geometry) -> None:
    def at(a_ex: float, sigma: float) -> Quantity:
        return factor(inner_filter(absorbance(a_ex, sigma=sigma), 405.0, BAND, geometry=geometry))

    pixels = np.count_nonzero(np.abs(NM - 405.0) <= 2.5)
    step = 0.05 / np.sqrt(pixels)
    by_noise = np.sqrt(at(0.1, 0.05).sigma ** 2 - at(0.1, 0.0).sigma ** 2)
    # the emission's band holds many more pixels, so that the excitation's noise is nearly all of it
    assert by_noise == pytest.approx(at(0.1 + step, 0.0).value - at(0.1, 0.0).value, rel=0.1)


def test_a_shorter_cuvette_weakens_less() -> None:
    long = factor(inner_filter(absorbance(0.2), 405.0, BAND))
    short = factor(inner_filter(absorbance(0.2), 405.0, BAND, path_mm=2.0, absorbance_path_mm=10.0))
    assert np.log(long.value) == pytest.approx(5.0 * np.log(short.value), rel=1e-9)
    with pytest.raises(ValueError, match="path"):
        inner_filter(absorbance(0.2), 405.0, BAND, path_mm=0.0)


def test_above_0_3_it_is_refused_with_the_number() -> None:
    answer = inner_filter(absorbance(0.42), 405.0, BAND)
    assert answer.factor is None
    assert "A(405) = 0.420" in answer.reason
    assert "above 0.3" in answer.reason
    assert factor(inner_filter(absorbance(0.42), 405.0, BAND, path_mm=5.0, absorbance_path_mm=10.0)).value > 1.0


def test_what_was_not_measured_is_unknown_and_never_1() -> None:
    hidden = absorbance(0.1)
    hidden = replace(hidden, valid=read_only_mask(np.abs(NM - 405.0) > 4.0))
    for answer, why in (
        (inner_filter(None, 405.0, BAND), "no absorbance"),
        (inner_filter(absorbance(0.1), None, BAND), "excitation wavelength is not known"),
        (inner_filter(hidden, 405.0, BAND), "A(405) was not measured"),
        (inner_filter(absorbance(0.1), 366.0, BAND), "A(366) was not measured"),
        (inner_filter(absorbance(0.1), 405.0, (760.0, 790.0)), "no absorbance was measured at 760-790 nm"),
    ):
        assert answer.factor is None
        assert why in answer.reason


def test_the_excitation_is_read_over_its_width() -> None:
    sloped = absorbance(0.0)
    sloped = replace(sloped, values=read_only(np.where(np.abs(NM - 405.0) < 3.0, 0.2, 0.1)))
    laser = factor(inner_filter(sloped, 405.0, BAND))
    led = factor(inner_filter(sloped, 405.0, BAND, excitation_fwhm_nm=14.0))
    assert led.value < laser.value

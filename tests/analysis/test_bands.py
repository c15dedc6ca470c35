"""Sums of bands over a convex ground: exact where exact data allow it, bounded where knowledge bounds it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.band_shapes import PROPERTIES, RATIO, BandShape, Family, ground_curves, profile
from analysis.bands import Fit, FittedBand, Whitened, fit
from analysis.scene import bins_of, prepare
from analysis.spectrum import FloatArray, Spectrum

PIXELS_NM = np.linspace(340.0, 1025.0, 2048)
NM = bins_of(PIXELS_NM).centres
ONE = Family.of("one", BandShape(450.0, 3.0, (440.0, 460.0), 20.0, 0.3, (10.0, 30.0), 0.05, 0.2))
TWO = Family.of("two", BandShape(470.0, 3.0, (462.0, 478.0), 20.0, 0.3, (10.0, 30.0), 0.05, 0.2))
PAIR = Family.of(
    "pair",
    BandShape(450.0, 1.0, (445.0, 455.0), 20.0, 0.2, (10.0, 30.0)),
    BandShape(410.0, 1.0, (405.0, 415.0), 28.0, 0.2, (14.0, 40.0), 0.0, 0.0, 0.6, 0.25, (0.1, 1.0)),
)


def bell(centre: float, fwhm: float) -> FloatArray:
    return np.asarray(np.exp2(-((2.0 * (NM - centre) / fwhm) ** 2)))


def whitened(values: FloatArray, sigma: float) -> Whitened:
    weight = np.full(NM.size, 1.0 / sigma)
    return Whitened(values * weight, ground_curves(NM) * weight, weight, None, bins_of(PIXELS_NM))


def fitted(values: FloatArray, *families: Family, sigma: float = 3e-4) -> tuple[Fit, list[tuple[FittedBand, ...]]]:
    known = fit(whitened(values, sigma), families)
    return known, [known.bands(at) for at in range(len(families))]


@given(
    st.floats(420.0, 480.0),
    st.floats(12.0, 60.0),
    st.floats(-0.3, 0.3),
    st.floats(0.0, 0.9),
    st.floats(0.0, 0.9),
)
def test_the_slopes_of_a_band_are_its_slopes(nm: float, fwhm: float, skew: float, blue: float, red: float) -> None:
    at = np.array([nm, np.log(fwhm), skew, blue, red])[:, None]
    slopes = profile(NM, at)[:, 0]
    assert slopes.shape[0] == PROPERTIES
    for k in range(RATIO):
        step = np.zeros_like(at)
        step[k, 0] = 1e-5
        numeric = (profile(NM, at + step)[RATIO, 0] - profile(NM, at - step)[RATIO, 0]) / 2e-5
        assert np.allclose(slopes[k], numeric, atol=1e-6)


@given(st.floats(420.0, 480.0), st.floats(12.0, 60.0), st.floats(0.0, 0.9), st.floats(0.0, 0.9))
def test_a_band_is_one_at_its_place_and_nowhere_higher(nm: float, fwhm: float, blue: float, red: float) -> None:
    at = np.array([nm, np.log(fwhm), 0.05, blue, red])[:, None]
    near = np.linspace(nm - 3.0 * fwhm, nm + 3.0 * fwhm, 1201)
    curve = profile(near, at)[RATIO, 0]
    assert curve.max() == pytest.approx(1.0, abs=1e-9)
    assert abs(float(near[int(np.argmax(curve))]) - nm) < 0.01 * fwhm


def test_every_bounded_ground_curve_is_convex_and_falls_to_the_red() -> None:
    even = np.arange(386.0, 712.0, 2.0)
    for curve in ground_curves(even)[3:]:
        assert (np.diff(curve) <= 1e-12).all()
        assert (np.diff(curve, 2) >= -1e-9).all()


def test_a_convex_rise_needs_no_band() -> None:
    rise = 0.4 * np.exp(-(NM - 390.0) / 33.0) + 0.1 * (500.0 / NM) ** 3 - 0.02
    _, [(band,)] = fitted(rise, ONE, sigma=5e-4)
    assert band.height < 5e-4


def test_two_overlapping_bands_are_taken_apart() -> None:
    values = 0.05 * bell(448.5, 18.0) + 0.03 * bell(469.5, 20.0) + 0.01
    _, [(one,), (two,)] = fitted(values, ONE, TWO)
    assert one.nm == pytest.approx(448.5, abs=0.3)
    assert two.nm == pytest.approx(469.5, abs=0.4)
    assert one.height == pytest.approx(0.05, rel=0.06)
    assert two.height == pytest.approx(0.03, rel=0.06)


def test_position_height_and_width_scatter_by_what_is_stated() -> None:
    rng = np.random.default_rng(3)
    pulls = []
    for _ in range(150):
        _, [(band,)] = fitted(0.01 * bell(450.6, 19.0) + rng.normal(0.0, 3e-4, NM.size), ONE)
        pulls.append(
            [
                (band.nm - 450.6) / band.sigma_nm,
                (band.height - 0.01) / band.sigma_height,
                (band.fwhm_nm - 19.0) / band.sigma_fwhm_nm,
            ]
        )
    spread = np.std(pulls, axis=0)
    assert (spread > 0.6).all()  # less than one where the prior knows more than the data
    assert (spread < 1.25).all()


def test_heights_are_never_negative_and_a_ratio_is_kept() -> None:
    for sign in (1.0, -1.0):
        _, [(first, second)] = fitted(sign * (0.02 * bell(450.0, 20.0) + 0.08 * bell(410.0, 28.0)), PAIR)
        assert first.height >= 0.0
        assert 0.1 * first.height - 1e-9 <= second.height <= first.height + 1e-9


def test_positions_and_widths_stay_within_their_limits() -> None:
    _, [(band,)] = fitted(0.1 * bell(437.0, 50.0), ONE)
    assert 440.0 <= band.nm <= 460.0
    assert 10.0 - 1e-9 <= band.fwhm_nm <= 30.0 + 1e-9


@pytest.mark.parametrize("step", [1, -1])
def test_bins_are_means_ascending_whatever_the_order_of_the_pixels(step: int) -> None:
    nm = PIXELS_NM[::step]
    values = 0.1 + 0.001 * (nm - 500.0)
    scene = prepare(Spectrum(nm, values, np.full(nm.size, 1e-3), np.ones(nm.size, dtype=np.bool_), "A", 0.0))
    assert scene is not None
    assert (np.diff(scene.wavelengths_nm) > 0.0).all()
    assert np.allclose(scene.values, 0.1 + 0.001 * (scene.wavelengths_nm - 500.0), atol=1e-9)


def test_missing_pixels_move_no_bin() -> None:
    values = 0.1 + 0.01 * (PIXELS_NM - 500.0)
    valid = np.ones(PIXELS_NM.size, dtype=np.bool_)
    valid[::7] = False
    spoilt = np.where(valid, values, np.nan)
    scene = prepare(Spectrum(PIXELS_NM, spoilt, np.where(valid, 1e-3, np.nan), valid, "A", 0.0))
    assert scene is not None
    assert np.allclose(scene.values, 0.1 + 0.01 * (scene.wavelengths_nm - 500.0), atol=2e-4)


def test_a_line_of_the_lamp_is_no_data() -> None:
    line = 0.02 * np.exp2(-((2.0 * (PIXELS_NM - 486.1) / 1.6) ** 2))
    scene = prepare(
        Spectrum(PIXELS_NM, line, np.full(PIXELS_NM.size, 1e-3), np.ones(PIXELS_NM.size, dtype=np.bool_), "A", 0.0)
    )
    assert scene is not None
    assert not (np.abs(scene.wavelengths_nm - 486.1) < 1.5).any()

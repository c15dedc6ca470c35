"""Sums of bands over a convex ground: exact where exact data allow it, bounded where knowledge bounds it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.band_shapes import BandShape, Family, ground_columns, profile, scene
from analysis.bands import evidence, fit, polished, with_family
from analysis.spectrum import FloatArray

NM = np.arange(390.0, 710.0, 2.0)
ONE = Family("one", (BandShape(450.0, 3.0, (440.0, 460.0), 20.0, 0.3, (10.0, 30.0), 0.05, 0.2),))
TWO = Family("two", (BandShape(470.0, 3.0, (462.0, 478.0), 20.0, 0.3, (10.0, 30.0), 0.05, 0.2),))


def bell(centre: float, fwhm: float) -> FloatArray:
    return np.asarray(np.exp2(-((2.0 * (NM - centre) / fwhm) ** 2)))


@given(st.floats(420.0, 480.0), st.floats(12.0, 60.0), st.floats(-0.3, 0.3), st.floats(0.0, 0.9))
def test_the_slopes_of_a_band_are_its_slopes(nm: float, fwhm: float, skew: float, tail: float) -> None:
    at = np.array([[nm, np.log(fwhm), skew, tail]])
    _, slopes = profile(NM, at)
    for k in range(4):
        step = np.zeros_like(at)
        step[0, k] = 1e-5
        numeric = (profile(NM, at + step)[0] - profile(NM, at - step)[0]) / 2e-5
        assert np.allclose(slopes[:, k], numeric, atol=1e-6)


def test_every_bounded_ground_curve_is_convex_and_falls_to_the_red() -> None:
    for curve in ground_columns(NM).T[3:]:
        assert (np.diff(curve) <= 1e-12).all()
        assert (np.diff(curve, 2) >= -1e-9).all()


def test_a_convex_rise_needs_no_band() -> None:
    rise = 0.4 * np.exp(-(NM - 390.0) / 33.0) + 0.1 * (500.0 / NM) ** 3 - 0.02
    known = fit(scene(NM, rise, np.full(NM.size, 5e-4)), (ONE,))
    assert known.bands[0][0].height < 5e-4


def test_two_overlapping_bands_are_taken_apart() -> None:
    values = 0.05 * bell(448.5, 18.0) + 0.03 * bell(469.5, 20.0) + 0.01
    data = scene(NM, values, np.full(NM.size, 3e-4))
    known = polished(data, with_family(data, fit(data, (ONE,)), TWO))
    (one,), (two,) = known.bands
    assert one.nm == pytest.approx(448.5, abs=0.3)
    assert two.nm == pytest.approx(469.5, abs=0.4)
    assert one.height == pytest.approx(0.05, rel=0.06)
    assert two.height == pytest.approx(0.03, rel=0.06)


def test_what_a_family_would_gain_is_foreseen_by_the_evidence() -> None:
    rng = np.random.default_rng(0)
    values = 0.004 * bell(470.0, 20.0) + rng.normal(0.0, 5e-4, NM.size)
    data = scene(NM, values, np.full(NM.size, 5e-4))
    empty = fit(data, ())
    atom = (bell(470.0, 20.0) / data.sigma)[:, None]
    gain = empty.objective - polished(data, with_family(data, empty, TWO)).objective
    assert float(evidence(empty, atom)[0]) ** 2 == pytest.approx(gain, rel=0.25)


def test_heights_are_never_negative_and_a_ratio_is_kept() -> None:
    pair = Family(
        "pair",
        (
            BandShape(450.0, 1.0, (445.0, 455.0), 20.0, 0.2, (10.0, 30.0)),
            BandShape(410.0, 1.0, (405.0, 415.0), 28.0, 0.2, (14.0, 40.0)),
        ),
        ratio=(0.1, 1.0),
    )
    for sign in (1.0, -1.0):
        values = sign * (0.02 * bell(450.0, 20.0) + 0.08 * bell(410.0, 28.0))
        first, second = fit(scene(NM, values, np.full(NM.size, 3e-4)), (pair,)).bands[0]
        assert first.height >= 0.0
        assert 0.1 * first.height - 1e-12 <= second.height <= first.height + 1e-12


def test_positions_and_widths_stay_within_their_limits() -> None:
    data = scene(NM, 0.1 * bell(437.0, 50.0), np.full(NM.size, 3e-4))
    band = fit(data, (ONE,)).bands[0][0]
    assert 440.0 <= band.nm <= 460.0
    assert 10.0 - 1e-9 <= band.fwhm_nm <= 30.0 + 1e-9

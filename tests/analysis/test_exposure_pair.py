"""A saturated line is read from a shorter exposure, and only where both exposures saw the same light."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.exposure_pair import MOST_APART, Rates, merge
from analysis.noise import NoiseModel
from analysis.photometry import emission
from analysis.spectrum import (
    Detector,
    EmissionFrames,
    FloatArray,
    RawSpectrum,
    ShortFrames,
    read_only,
    read_only_mask,
)

NM = np.linspace(380.0, 700.0, 1000)
LINE = 2.0e5 * np.exp(-4.0 * np.log(2.0) * ((NM - 405.0) / 12.0) ** 2)
DOTS = 4000.0 / np.cosh((NM - 520.0) / 25.0)
DETECTOR, NOISE = Detector(65_535.0, linearity=(1.0, -1e-7)), NoiseModel(25.0, 1.0)
ROOM = 300.0


def frame(rate: FloatArray, exposure_s: float, seed: int) -> RawSpectrum:
    """A frame of 20 scans of a light in counts/s, with shot and read noise, clipped at full scale."""
    ideal = rate * exposure_s
    measured = ideal * (1.0 - 1e-7 * ideal)
    sigma = np.sqrt((25.0**2 + np.maximum(measured, 0.0)) / 20.0)
    counts = 1500.0 + measured + sigma * np.random.default_rng(seed).standard_normal(NM.size)
    full = counts >= 65_535.0
    counts = np.minimum(counts, 65_535.0)
    return RawSpectrum(
        read_only(NM), read_only(counts), read_only(sigma**2 * 20.0), read_only_mask(full), exposure_s, 20, 0.0
    )


def frames(long_s: float = 1.0, short_s: float = 0.2, brighter: float = 1.0) -> EmissionFrames:
    off, on = np.full(NM.size, ROOM), ROOM + LINE + DOTS
    short = ShortFrames(frame(off, short_s, 3), frame(ROOM + brighter * (LINE + DOTS), short_s, 4))
    return EmissionFrames(frame(off, long_s, 0), frame(on, long_s, 1), frame(off, long_s, 2), short)


DARK = frame(np.zeros(NM.size), 1.0, 9)


def test_the_saturated_line_is_known_by_the_short_exposure_with_its_own_larger_sigma() -> None:
    both = emission(frames(), None, DETECTOR, NOISE, dark=DARK)
    alone = emission(replace(frames(), short=None), None, DETECTOR, NOISE, dark=DARK)
    line = np.abs(NM - 405.0) < 5.0
    assert not np.any(alone.valid[line])
    assert np.all(both.valid[line])
    pull = (both.values - LINE - DOTS)[both.valid] / both.sigma[both.valid]
    assert abs(float(np.mean(pull))) < 0.3
    assert 0.7 < float(np.std(pull)) < 1.3
    beside = np.abs(NM - 520.0) < 30.0
    assert np.array_equal(both.values[beside], alone.values[beside])
    assert float(np.median(both.sigma[line])) > 3.0 * float(np.median(both.sigma[beside]))
    assert any("are read at 200 ms" in remark for remark in both.remarks)
    assert not any("left out" in remark for remark in both.remarks)


@pytest.mark.parametrize("brighter", [0.9, 1.1])
def test_two_exposures_of_different_light_are_not_merged_and_that_is_said(brighter: float) -> None:
    spectrum = emission(frames(brighter=brighter), None, DETECTOR, NOISE, dark=DARK)
    assert not np.any(spectrum.valid[np.abs(NM - 405.0) < 5.0])
    assert "the short and the long exposure differ by 10 %" in spectrum.remarks
    assert any("left out" in remark for remark in spectrum.remarks)


def test_exposures_without_common_light_are_not_merged() -> None:
    zero, ones = np.zeros(20), np.ones(20)
    full = read_only_mask(np.arange(20) < 5)
    everywhere = read_only_mask(np.ones(20))
    result = merge(Rates(zero, ones, ~full), Rates(zero, ones, everywhere), full)
    assert result.refused is not None
    assert not np.any(result.from_short)


@given(
    share=st.floats(0.8, 1.25),
    first=st.integers(0, 40),
    width=st.integers(0, 15),
    sigma=st.floats(0.01, 10.0),
)
def test_only_full_pixels_change_and_only_if_both_agree(share: float, first: int, width: int, sigma: float) -> None:
    rate = 1000.0 + 10.0 * np.arange(60.0)
    full = read_only_mask((np.arange(60) >= first) & (np.arange(60) < first + width))
    long = Rates(rate, np.full(60, 1.0), ~full)
    short = Rates(share * rate, np.full(60, sigma**2), read_only_mask(np.ones(60)))
    result = merge(long, short, full)
    assert np.array_equal(result.rates.rate[~full], rate[~full])
    if abs(share - 1.0) < 0.999 * MOST_APART:
        assert result.refused is None
        assert np.array_equal(result.from_short, full)
        assert np.array_equal(result.rates.variance[full], short.variance[full])
        assert np.all(result.rates.seen)
    elif abs(share - 1.0) > 1.001 * MOST_APART:
        assert result.refused is not None
        assert not np.any(result.rates.seen & full)

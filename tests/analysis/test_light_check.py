"""Light is told from dark current and noise by its shape: invariants, on counts made here."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.light_check import BRIGHTER_DARK, LIT_DARK, UV_DEAD, UV_STUCK, line_of, of_dark, of_emission
from analysis.noise import NoiseModel
from analysis.spectrum import Calibration, Detector, EmissionFrames, FloatArray, RawSpectrum, read_only, read_only_mask

NM = np.linspace(340.0, 1020.0, 2048)
DETECTOR = Detector(65_535.0)
NOISE = NoiseModel(25.0, 1.0)
seeds = st.integers(0, 100_000)


def frame(light: FloatArray | float, seed: int, *, pattern: float = 8.0, pedestal: float = 2400.0) -> RawSpectrum:
    """Twenty scans: pedestal, the device's own pattern (always the same), light in counts, noise of the mean."""
    own = np.random.default_rng(416).normal(0.0, pattern, NM.size)
    noise = np.random.default_rng(seed).normal(0.0, 1.0, NM.size) * np.sqrt((625.0 + np.maximum(light, 0.0)) / 20.0)
    counts = pedestal + own + light + noise
    full = read_only_mask(counts >= 65_535.0)
    counts = np.minimum(counts, 65_535.0)
    return RawSpectrum(read_only(NM), read_only(counts), read_only(np.full(NM.size, 625.0)), full, 0.1, 20, 0.0)


def bell(centre_nm: float, fwhm_nm: float, height: float) -> FloatArray:
    return np.asarray(height * np.exp(-4.0 * np.log(2.0) * ((NM - centre_nm) / fwhm_nm) ** 2))


@settings(max_examples=60, deadline=None)
@given(seed=seeds, pattern=st.floats(0.0, 200.0), pedestal=st.floats(0.0, 6000.0), warmer=st.floats(-100.0, 100.0))
def test_pattern_pedestal_and_an_even_dark_current_are_no_light(
    seed: int, pattern: float, pedestal: float, warmer: float
) -> None:
    dark = frame(0.0, seed, pattern=pattern, pedestal=pedestal)
    later = frame(0.0, seed + 1, pattern=pattern, pedestal=pedestal + warmer)
    assert of_dark(later, dark, DETECTOR) == ()


@settings(max_examples=60, deadline=None)
@given(seed=seeds, centre_nm=st.floats(400.0, 950.0), fwhm_nm=st.floats(15.0, 250.0), height=st.floats(700.0, 30_000.0))
def test_light_of_a_hundredth_of_full_scale_in_a_dark_is_found_wherever_it_lies(
    seed: int, centre_nm: float, fwhm_nm: float, height: float
) -> None:
    lit = frame(bell(centre_nm, fwhm_nm, height), seed)
    assert of_dark(lit, None, DETECTOR) == (LIT_DARK,)


@settings(max_examples=60, deadline=None)
@given(seed=seeds, centre_nm=st.floats(400.0, 950.0), fwhm_nm=st.floats(25.0, 150.0), height=st.floats(100.0, 200.0))
def test_against_the_dark_before_a_sixth_of_that_is_enough(
    seed: int, centre_nm: float, fwhm_nm: float, height: float
) -> None:
    lit = frame(bell(centre_nm, fwhm_nm, height), seed)
    assert of_dark(lit, None, DETECTOR) == ()
    assert of_dark(lit, frame(0.0, seed + 1), DETECTOR) == (BRIGHTER_DARK,)


@settings(max_examples=40, deadline=None)
@given(seed=seeds, at_nm=st.floats(400.5, 409.5), fwhm_nm=st.floats(1.5, 15.0), height=st.floats(200.0, 20_000.0))
def test_a_line_is_seen_where_it_is_and_none_where_none_is(
    seed: int, at_nm: float, fwhm_nm: float, height: float
) -> None:
    nothing, variance = read_only_mask(np.zeros(NM.size)), np.full(NM.size, 625.0 / 20.0)
    lit = frame(bell(at_nm, fwhm_nm, height), seed).counts - frame(0.0, seed + 1).counts
    dark = frame(0.0, seed + 2).counts - frame(0.0, seed + 1).counts
    seen, unseen = (line_of(net, 2.0 * variance, NM, nothing, 405.0) for net in (lit, dark))
    assert seen is not None
    assert unseen is not None
    assert seen.seen
    assert not unseen.seen
    assert line_of(lit, variance, NM, nothing, 200.0) is None, "off the axis nothing is known"


@settings(max_examples=40, deadline=None)
@given(seed=seeds, height=st.floats(600.0, 20_000.0), fwhm_nm=st.floats(3.0, 15.0), turbid=st.floats(0.1, 3.0))
def test_uv_is_doubted_exactly_where_it_was_dead_or_stuck(
    seed: int, height: float, fwhm_nm: float, turbid: float
) -> None:
    line = bell(405.1, fwhm_nm, height)
    off = [frame(0.0, seed + index) for index in range(4)]
    dark = frame(0.0, seed + 9)
    blank = EmissionFrames(off[0], frame(line, seed + 4), off[1])
    held = Calibration(None, dark, None, blank)

    def doubts(before: FloatArray | float, on: FloatArray | float) -> tuple[str, ...]:
        frames = EmissionFrames(frame(before, seed + 5), frame(on, seed + 6), off[3])
        return of_emission(frames, held, DETECTOR, NOISE, 405.0)

    assert doubts(0.0, turbid * line) == ()
    assert doubts(0.0, 0.0) == (UV_DEAD,)
    assert doubts(line, line) == (UV_STUCK,)

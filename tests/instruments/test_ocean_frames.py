"""What is no scan of its own is never taken for one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.spectrum import FloatArray
from instruments.ocean_frames import SAME_PIXELS, check_frame, full_pixels, repeats
from instruments.spectrometer import InstrumentError

FULL = 65_535.0
PIXELS = 2048


def scan(seed: int, noise_counts: float = 2.0, level: float = 2_400.0) -> FloatArray:
    counts: FloatArray = np.rint(level + np.random.default_rng(seed).normal(0.0, noise_counts, PIXELS))
    return counts


def checked(counts: FloatArray, before: FloatArray | None = None, optical: tuple[int, int] = (0, PIXELS)) -> None:
    check_frame(counts, before, PIXELS, optical, FULL)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1.0, 2.0, 10.0, 200.0]))
def test_two_scans_of_the_same_dark_are_two_scans_however_quiet_the_detector(seed: int, noise_counts: float) -> None:
    checked(scan(seed, noise_counts), scan(seed + 1, noise_counts))


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(0, PIXELS - SAME_PIXELS), st.integers(SAME_PIXELS, PIXELS))
def test_a_scan_with_a_piece_of_the_one_before_is_thrown_away(seed: int, start: int, length: int) -> None:
    torn, before = scan(seed), scan(seed + 1, level=9_000.0)
    torn[start : start + length] = before[start : start + length]
    with pytest.raises(InstrumentError, match="part of the scan before"):
        checked(torn, before)


def test_full_pixels_and_dead_ends_are_alike_in_every_scan_and_no_repetition() -> None:
    counts, before = scan(1), scan(2)
    for each in (counts, before):
        each[:300] = FULL
        each[1800:] = 0.0
    checked(counts, before)


def test_what_lies_outside_the_light_may_repeat_itself() -> None:
    counts, before = scan(1), scan(2)
    counts[1900:] = before[1900:]
    checked(counts, before, optical=(20, 1900))
    assert repeats(counts, before, FULL)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (np.ones(4096), "4096 values for 2048 pixels"),
        (np.ones(2047), "2047 values for 2048 pixels"),
        (np.ones((2, 1024)), "2048 values"),
        (np.zeros(2048), "nothing but zeros"),
    ],
)
def test_a_scan_of_another_length_or_of_zeros_is_no_scan(counts: FloatArray, words: str) -> None:
    with pytest.raises(InstrumentError, match=words) as told:
        checked(counts)
    assert "kept" in str(told.value)
    assert "unplug" in str(told.value)


def test_full_pixels_are_those_at_full_scale_or_a_rounding_below_it() -> None:
    counts = scan(1, level=50_000.0)
    counts[100:110], counts[110], counts[111] = FULL, FULL - 0.3, FULL - 1.0
    assert np.flatnonzero(full_pixels(counts, (0, PIXELS), FULL)).tolist() == list(range(100, 111))


def test_a_detector_that_is_full_before_its_model_is_found_out_by_its_level_top() -> None:
    light = np.rint(60_000.0 * np.exp(-(((np.arange(PIXELS) - 1_000.0) / 300.0) ** 2)))
    counts = np.minimum(light + np.random.default_rng(4).normal(0.0, 100.0, PIXELS).round(), 55_000.0)
    full = full_pixels(counts, (0, PIXELS), FULL)
    assert np.array_equal(full, counts == 55_000.0)
    assert np.count_nonzero(full) > 100


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_bright_light_that_fills_no_pixel_has_no_level_top(seed: int) -> None:
    assert not full_pixels(scan(seed, noise_counts=200.0, level=50_000.0), (0, PIXELS), FULL).any()


def test_a_dark_frame_of_few_bits_is_not_full_however_alike_its_pixels() -> None:
    assert not full_pixels(np.full(PIXELS, 120.0), (0, PIXELS), 4_095.0).any()

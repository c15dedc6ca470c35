"""Pixels that say nothing: those that no light reaches, hot ones, and what lies beside a saturated one."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from analysis.baseline import running_median
from analysis.spectrum import BoolArray, Detector, FloatArray, RawSpectrum, read_only_mask

HOT_PIXEL_SPREADS = 12.0  # robust spreads of the dark about its neighbours
HOT_NEIGHBOURS = 11
KEPT_MASKS = 4  # darks of two exposures, of the calibration in force and of the one before


@lru_cache(maxsize=8)
def optical(detector: Detector, pixels: int) -> BoolArray:
    """Return which of the pixels see light, shape (pixels,), read-only."""
    seen = np.zeros(pixels, dtype=np.bool_)
    first, end = detector.optical_pixels or (0, pixels)
    seen[first:end] = True
    seen[[pixel for pixel in detector.dark_pixels if pixel < pixels]] = False
    return read_only_mask(seen)


@lru_cache(maxsize=KEPT_MASKS)
def hot(dark: RawSpectrum, detector: Detector) -> BoolArray:
    """Return the pixels whose dark stands out from their neighbours, or flickers more than chance allows, read-only.

    A dark never changes and is asked for with every frame of the live view: its answer is remembered.
    """
    excess = dark.counts - running_median(dark.counts, HOT_NEIGHBOURS)
    lit = optical(detector, dark.counts.size) & np.isfinite(excess)
    if not np.any(lit):
        return read_only_mask(np.ones(dark.counts.size))
    spread = 1.4826 * float(np.median(np.abs(excess[lit] - np.median(excess[lit]))))
    found: BoolArray = excess > max(HOT_PIXEL_SPREADS * spread, 1.0)
    if dark.scans >= 5 and np.all(np.isfinite(dark.scan_variance[lit])):
        typical = float(np.median(dark.scan_variance[lit]))
        found |= dark.scan_variance > typical * (1.0 + 10.0 * np.sqrt(2.0 / (dark.scans - 1)))
    return read_only_mask(found)


def widened(pixels: BoolArray) -> BoolArray:
    """Return the pixels and the one on either side: charge bleeds."""
    wide = pixels.copy()
    wide[1:] |= pixels[:-1]
    wide[:-1] |= pixels[1:]
    return wide


def within(wavelengths_nm: FloatArray, usable_nm: tuple[float, float] | None) -> BoolArray:
    """Return the pixels in a range of nm, both ends included; all of them where there is no range."""
    if usable_nm is None:
        return np.ones(wavelengths_nm.size, dtype=np.bool_)
    return (wavelengths_nm >= usable_nm[0]) & (wavelengths_nm <= usable_nm[1])

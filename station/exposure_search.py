"""Finding an exposure by the light that is there: a few scans, each asked for from what the one before it showed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.spectrum import BoolArray, FloatArray
from station.run import Exposures

TARGET = 0.78  # of full scale, in raw counts
WINDOW = (0.70, 0.85)  # what counts as found: nearer to full, the noise of a peak saturates single scans
STEPS = 8  # scans at most; three are usual
SATURATED = 0.98  # of full scale: from here on the counts tell nothing of the light
BACK = 0.2  # of the exposure, after a saturated scan
FASTEST = 30.0  # times longer in one step: a faint light's peak is little more than noise
TOO_FAINT = 0.05  # of full scale at the longest exposure: no light to speak of
LEAST_SCANS = 4  # fewer do not tell their own scatter


@dataclass(frozen=True, slots=True)
class Found:
    """An exposure in seconds and how full the detector is at it (1: saturated)."""

    exposure_s: float
    full: float

    @property
    def well(self) -> bool:
        """Get whether the peak lies where it should."""
        return WINDOW[0] <= self.full <= WINDOW[1]


@dataclass(frozen=True, slots=True)
class FoundExposures:
    """The exposures that were found, and sentences about what could not be had."""

    exposures: Exposures
    remarks: tuple[str, ...] = ()


def search(
    peek: Callable[[float], FloatArray],
    region: BoolArray,
    full_scale_counts: float,
    limits_s: tuple[float, float],
    start_s: float,
) -> Found:
    """Return the exposure at which the region's peak is at 70 to 85 % of full scale, or the nearest that can be had.

    `peek` measures one fresh scan at an exposure in seconds: raw counts, shape (pixels,). `limits_s` are the shortest
    and the longest exposure, both allowed. At most STEPS scans.
    """
    shortest_s, longest_s = limits_s
    exposure_s = float(np.clip(start_s, shortest_s, longest_s))
    found = Found(exposure_s, 1.0)
    for _ in range(STEPS):
        counts = peek(exposure_s)
        found = Found(exposure_s, peak_of(counts, region) / full_scale_counts)
        if found.well:
            break
        wanted_s = _next(found, float(np.quantile(counts, 0.02)) / full_scale_counts)
        wanted_s = float(np.clip(float(f"{wanted_s:.3g}"), shortest_s, longest_s))
        if wanted_s == exposure_s:
            break
        exposure_s = wanted_s
    return found


def peak_of(counts: FloatArray, region: BoolArray) -> float:
    """Return the largest raw count of a region; of every three neighbours the middle one, so no hot pixel is a peak."""
    three = np.median(np.stack([np.roll(counts, shift) for shift in (-1, 0, 1)]), axis=0)
    return float(np.max(three[region], initial=0.0))


def scans_for(exposure_s: float, total_s: float, most: int) -> int:
    """Return how many scans of an exposure fill `total_s`, at least those that tell their own scatter."""
    return int(np.clip(np.ceil(total_s / exposure_s), LEAST_SCANS, most))


def _next(found: Found, ground: float) -> float:
    """Return the exposure that comes next; `ground` is what the detector shows without light."""
    if found.full >= SATURATED:
        return BACK * found.exposure_s
    light = max(found.full - ground, (TARGET - ground) / FASTEST)
    return found.exposure_s * (TARGET - ground) / light

"""The noise of a detector, from the scatter between the scans of its own frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.pixels import hot, optical, widened
from analysis.spectrum import BoolArray, Detector, EmissionFrames, FloatArray, RawSpectrum

ENOUGH_PIXELS = 16  # with 19 degrees of freedom each: their mean variance is then known to 8 %


@dataclass(frozen=True, slots=True)
class NoiseModel:
    """The noise of one scan: variance = read_counts^2 + variance_per_count * counts above the dark."""

    read_counts: float
    variance_per_count: float

    def variance(self, net_counts: FloatArray, scans: int) -> FloatArray:
        """Return the variance of the mean of `scans` scans in counts squared, at `net_counts` above the dark."""
        return (self.read_counts**2 + self.variance_per_count * np.maximum(net_counts, 0.0)) / max(scans, 1)

    def of_dark(self, scans: int) -> float:
        """Return the variance of the mean of `scans` dark scans in counts squared, the same in every pixel."""
        return self.read_counts**2 / max(scans, 1)


def estimate_noise(dark: RawSpectrum, bright: RawSpectrum, detector: Detector) -> NoiseModel:
    """Estimate read noise and gain from the scatter between the scans of a dark and of a bright frame.

    Read noise is the median of the dark's scan variance, the gain the median slope of the bright frame's excess
    variance over counts (a photon transfer curve, Janesick 2007); medians keep hot pixels out. Raises ValueError
    where a frame holds one scan only, or the bright frame is not brighter than the dark.
    """
    read_variance, seen = _read_variance(dark, bright, detector, "reference")
    net = bright.counts - dark.counts
    used = seen & np.isfinite(bright.scan_variance) & ~widened(bright.saturated)
    if not np.any(used) or float(np.max(net[used])) <= 10.0 * np.sqrt(read_variance / dark.scans) + 1.0:
        raise ValueError("The reference is no brighter than the dark; switch the lamp on and take it again.")
    used &= net > 0.2 * float(np.quantile(net[used], 0.98))
    excess = bright.scan_variance[used] / _median_of_variance(bright.scans) - read_variance
    return NoiseModel(float(np.sqrt(read_variance)), max(float(np.median(excess / net[used])), 0.0))


def with_dark(noise: NoiseModel, dark: RawSpectrum, detector: Detector) -> NoiseModel:
    """Return the noise at another dark's exposure: the same gain, and what a scan of that dark scatters by.

    A long exposure has the shot noise of the dark current in it. Unchanged where that dark does not tell.
    """
    seen = optical(detector, dark.counts.size) & np.isfinite(dark.scan_variance) & ~dark.saturated
    if dark.scans < 2 or not np.any(seen):
        return noise
    variance = float(np.median(dark.scan_variance[seen])) / _median_of_variance(dark.scans)
    return NoiseModel(float(np.sqrt(variance)), noise.variance_per_count)


def estimate_emission_noise(dark: RawSpectrum, frames: EmissionFrames, detector: Detector) -> NoiseModel:
    """Estimate read noise and gain of a detector that sees emission only, from its dark and a set of three frames.

    Read noise as in `estimate_noise`; the gain from the pixels that UV lights well above it, all of them together,
    and 0 where there is too little light to tell: shot noise is then small against read noise. Raises ValueError where
    a frame holds one scan only.
    """
    on = frames.on
    read_variance, seen = _read_variance(dark, on, detector, "blank")
    net = on.counts - dark.counts
    used = seen & np.isfinite(on.scan_variance) & ~widened(on.saturated)
    used &= net > 10.0 * np.sqrt(read_variance)
    if np.count_nonzero(used) < ENOUGH_PIXELS:
        return NoiseModel(float(np.sqrt(read_variance)), 0.0)
    excess = float(np.sum(on.scan_variance[used] - read_variance))
    return NoiseModel(float(np.sqrt(read_variance)), max(excess / float(np.sum(net[used])), 0.0))


def _read_variance(dark: RawSpectrum, lit: RawSpectrum, detector: Detector, name: str) -> tuple[float, BoolArray]:
    """Return the variance of one dark scan, and the pixels that see light and are not hot."""
    if dark.scans < 2 or lit.scans < 2:
        raise ValueError(f"Noise needs at least two scans in the dark and in the {name}; take both again.")
    seen = optical(detector, dark.counts.size) & np.isfinite(dark.scan_variance) & ~dark.saturated
    if not np.any(seen):
        raise ValueError("No pixel of the dark tells its noise; take the dark again.")
    variance = float(np.median(dark.scan_variance[seen])) / _median_of_variance(dark.scans)
    return variance, seen & ~hot(dark, detector)


def _median_of_variance(scans: int) -> float:
    """Median of the sample variance of `scans` Gaussian numbers over their variance (Wilson and Hilferty 1931)."""
    freedom = scans - 1
    return (1.0 - 2.0 / (9.0 * freedom)) ** 3

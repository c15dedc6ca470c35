"""Frames of a lamp that is known exactly, with the noise of a scan that is known too."""

from __future__ import annotations

import numpy as np

from analysis.noise import NoiseModel
from analysis.spectrum import BoolArray, Detector, FloatArray, RawSpectrum

PIXELS = 600
NM = np.linspace(350.0, 800.0, PIXELS)
FULL_SCALE = 65535.0
PEDESTAL = 1400.0
NOISE = NoiseModel(read_counts=12.0, variance_per_count=0.25)
BARE = Detector(FULL_SCALE)


def lamp() -> FloatArray:
    return 50000.0 * np.exp(-(((NM - 620.0) / 170.0) ** 2))


def frame(
    net: FloatArray,
    *,
    rng: np.random.Generator | None = None,
    scans: int = 20,
    exposure_s: float = 0.025,
    saturated: BoolArray | None = None,
) -> RawSpectrum:
    """A frame of `net` counts above the pedestal, with the noise of NOISE where `rng` is given."""
    counts, variance = PEDESTAL + net, np.full(net.size, NOISE.read_counts**2)
    variance = variance + NOISE.variance_per_count * np.maximum(net, 0.0)
    if rng is not None:
        counts = counts + rng.normal(size=net.size) * np.sqrt(variance / scans)
        if scans > 1:
            variance = variance * rng.chisquare(scans - 1, size=net.size) / (scans - 1)
    full = saturated if saturated is not None else np.zeros(net.size, dtype=np.bool_)
    return RawSpectrum(NM, counts, variance, full, exposure_s, scans, 12.5)


DARK = frame(np.zeros(PIXELS))

"""Counts above the dark: in proportion to light, and only between frames that may be compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from analysis.noise import NoiseModel
from analysis.spectrum import Detector, FloatArray, RawSpectrum

LINEARITY_RANGE = (0.7, 1.1)  # a stored polynomial outside it is no linearity correction
SAME_EXPOSURE = 1e-3  # models count exposures in steps of their own
FEWEST_DARK_PIXELS = 4
OFFSET_SIGMAS = 4.0


@dataclass(frozen=True, slots=True)
class Linearity:
    """The detector's linearity: counts above the dark are divided by a polynomial in themselves."""

    coefficients: tuple[float, ...]
    remarks: tuple[str, ...]

    @staticmethod
    @lru_cache(maxsize=8)
    def of(detector: Detector) -> Linearity:
        """Take the detector's coefficients, or none where they are absent or cannot be a linearity correction."""
        given = detector.linearity
        if not given or not any(given):
            return Linearity((), (detector.no_linearity or "no linearity correction: the detector stores none",))
        coefficients = np.asarray(given, dtype=np.float64)
        counts = np.linspace(0.0, detector.full_scale_counts, 257)
        usable = bool(np.all(np.isfinite(coefficients)))
        factor = np.polynomial.polynomial.polyval(counts, coefficients if usable else np.zeros(1))
        low, high = LINEARITY_RANGE
        if float(factor.min()) < low or float(factor.max()) > high:
            return Linearity((), ("no linearity correction: the stored coefficients make no sense",))
        return Linearity(given, ())

    def __call__(self, net: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return corrected counts and the slope corrected / measured, by which noise is scaled; both (pixels,)."""
        if not self.coefficients:
            return net, np.ones_like(net)
        inside = np.maximum(net, 0.0)
        factor, slope = np.full_like(net, self.coefficients[-1]), np.zeros_like(net)
        for coefficient in reversed(self.coefficients[:-1]):  # Horner's scheme, for polynomial and derivative at once
            slope *= inside
            slope += factor
            factor *= inside
            factor += coefficient
        return net / factor, (factor - inside * slope) / factor**2


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """A frame above the dark, linearised: counts, their own variance without the dark's, and corrected per measured.

    All of shape (pixels,). `slope` is by what a count of the detector, and its noise, is multiplied.
    """

    counts: FloatArray
    variance: FloatArray
    slope: FloatArray


@dataclass(frozen=True, slots=True)
class Eye:
    """How the counts of one detector become light: the detector, its noise, its linearity."""

    detector: Detector
    noise: NoiseModel
    linear: Linearity

    @staticmethod
    def of(detector: Detector, noise: NoiseModel) -> Eye:
        """Return the eye of a detector with this noise."""
        return Eye(detector, noise, Linearity.of(detector))

    def net(self, frame: RawSpectrum, floor: FloatArray | float, before: RawSpectrum) -> Net:
        """Return a frame above `floor`, the counts of no light; the electronic offset is followed from `before` on."""
        measured = frame.counts - floor - _offset_step(frame, before, self.detector, self.noise)
        counts, slope = self.linear(measured)
        return Net(counts, self.noise.variance(measured, frame.scans) * slope**2, slope)


def _offset_step(frame: RawSpectrum, dark: RawSpectrum, detector: Detector, noise: NoiseModel) -> float:
    """How far the electronic offset moved between two frames by the dark pixels; 0 where that is within noise."""
    pixels = [pixel for pixel in detector.dark_pixels if pixel < frame.counts.size]
    if len(pixels) < FEWEST_DARK_PIXELS:
        return 0.0
    step = float(np.median(frame.counts[pixels] - dark.counts[pixels]))
    sigma = 1.2533 * noise.read_counts * np.sqrt((1.0 / frame.scans + 1.0 / dark.scans) / len(pixels))
    return step if abs(step) > OFFSET_SIGMAS * sigma else 0.0


def same_pixels(*frames: tuple[str, RawSpectrum]) -> None:
    """Raise ValueError, with the sentence for the chemist, where frames differ in number of pixels."""
    (first_name, first), *others = frames
    for name, frame in others:
        if frame.counts.shape != first.counts.shape:
            raise ValueError(
                f"The {first_name} has {first.counts.size} pixels and the {name} {frame.counts.size}; "
                f"they come from different spectrometers. Take the {name} again."
            )


def same_exposure(*frames: tuple[str, RawSpectrum]) -> None:
    """Raise ValueError, with the sentence for the chemist, where frames differ in exposure or number of pixels."""
    same_pixels(*frames)
    (first_name, first), *others = frames
    for name, frame in others:
        if not close(frame.exposure_s, first.exposure_s):
            raise ValueError(
                f"The {first_name} was taken at {1e3 * first.exposure_s:g} ms and the {name} at "
                f"{1e3 * frame.exposure_s:g} ms; take the {name} again at {1e3 * first.exposure_s:g} ms."
            )


def close(exposure_s: float, other_s: float) -> bool:
    """Return whether two exposures are the same one."""
    return abs(exposure_s - other_s) <= SAME_EXPOSURE * max(exposure_s, other_s)


def saturation_remarks(*frames: tuple[str, RawSpectrum]) -> tuple[str, ...]:
    """Return the words for the pixels of frames that are full, none where there are none."""
    counts = [(name, int(np.count_nonzero(frame.saturated))) for name, frame in frames]
    return tuple(f"{name} saturated in {count} pixels, which are left out" for name, count in counts if count)

"""Spectra as they are compared: an offset taken off, normalised, one less another, stacked, bent.

Every function returns a spectrum with its sigma, NaN where the one it was made of knows nothing. What was measured is
not touched, and no finding is ever taken from what is returned here: it is made to be looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import floor, log10

import numpy as np

from analysis.derivatives import curves, measured, stretches
from analysis.spectrum import FloatArray, Quantity, Spectrum, Unit, read_only, read_only_mask

FEWEST = 3  # pixels; the mean of fewer is no level
NEAR_NM = 1.0  # the height at a wavelength is the mean of the pixels so near to it
SURE = 5.0  # sigmas that a height must have to be divided by: all that is divided is then known to a fifth at worst
BENDING_NM = {"A": 18.0, "counts/s": 30.0, "a.u.": 30.0}  # windows: clusters show 12 to 30 nm, emission 30 to 70 nm
BRIDGED_NM = 3.0  # a shorter gap is bridged before curvature is taken
STEP_SHARE = 0.5  # of the tallest curve lies between two of a stack
MOST_STEPS = 12.0  # a stack is at most so many times as high as its tallest curve


def mean_within(spectrum: Spectrum, low_nm: float, high_nm: float) -> Quantity | None:
    """Return the mean of the valid pixels between two wavelengths, their noise independent; None with fewer than 3."""
    nm = spectrum.wavelengths_nm
    inside = spectrum.valid & (nm >= low_nm) & (nm <= high_nm)
    count = int(np.count_nonzero(inside))
    if count < FEWEST:
        return None
    return Quantity(float(spectrum.values[inside].mean()), float(np.sqrt(np.sum(spectrum.sigma[inside] ** 2))) / count)


def height_at(spectrum: Spectrum, nm: float) -> Quantity | None:
    """Return the height at a wavelength: the mean over `NEAR_NM` to either side, in a coarse file its nearest pixel.

    None where no pixel there is valid, and beyond either end.
    """
    found = mean_within(spectrum, nm - NEAR_NM, nm + NEAR_NM)
    if found is not None or not spectrum.wavelengths_nm.size:
        return found
    away = np.abs(spectrum.wavelengths_nm - nm)
    nearest = int(np.argmin(away))
    beside = spectrum.wavelengths_nm[max(0, nearest - 1) : nearest + 2]
    pitch_nm = float(np.max(np.abs(np.diff(beside)))) if beside.size > 1 else 0.0
    if not spectrum.valid[nearest] or away[nearest] > 0.5 * pitch_nm:
        return None
    return Quantity(float(spectrum.values[nearest]), float(spectrum.sigma[nearest]))


def without_offset(spectrum: Spectrum, quiet_nm: tuple[float, float]) -> Spectrum | None:
    """Return a spectrum less its mean in a band where nothing absorbs or emits; None where that was not measured.

    The mean's own sigma is in every pixel's.
    """
    level = mean_within(spectrum, *quiet_nm)
    if level is None:
        return None
    return _with(spectrum, spectrum.values - level.value, np.hypot(spectrum.sigma, level.sigma))


def normalised(spectrum: Spectrum, nm: float) -> Spectrum | None:
    """Return a spectrum divided by its height at a wavelength; None where that is not above `SURE` times its sigma."""
    height = height_at(spectrum, nm)
    if height is None or height.value <= SURE * height.sigma:
        return None
    values = spectrum.values / height.value
    return _with(spectrum, values, np.hypot(spectrum.sigma, values * height.sigma) / height.value)


def difference(spectrum: Spectrum, less: Spectrum) -> Spectrum | None:
    """Return one spectrum less another, on the pixels of the first; None where their units differ.

    Between the pixels of the other its values go in a straight line; where one of the two beside is not valid,
    nothing is known. A spectrum less itself is 0 without sigma.
    """
    if spectrum.unit != less.unit:
        return None
    if spectrum is less:
        return _with(spectrum, 0.0 * spectrum.values, 0.0 * spectrum.sigma)
    values, sigma = _on_pixels(less, spectrum.wavelengths_nm)
    return _with(spectrum, spectrum.values - values, np.hypot(spectrum.sigma, sigma))


def raised(spectrum: Spectrum, by: float) -> Spectrum:
    """Return a spectrum moved up, as in a stack."""
    return _with(spectrum, spectrum.values + by, spectrum.sigma)


def stack_step(heights: Iterable[float], count: int) -> float:
    """Return how far apart `count` curves stand in a stack, given the heights of some: 1, 2 or 5 times a power of ten.

    Half of the tallest, less where so many would be more than `MOST_STEPS` times as high as it. 0 without any height.
    """
    tallest = max(heights, default=0.0)
    if tallest <= 0.0:
        return 0.0
    wanted = tallest * min(STEP_SHARE, MOST_STEPS / max(1, count))
    power = 10.0 ** floor(log10(wanted))
    return max(step for step in (power, 2.0 * power, 5.0 * power) if step <= wanted * (1.0 + 1e-9))


def bent(spectrum: Spectrum) -> Spectrum | None:
    """Return minus the second derivative in thousandths of the unit per nm squared; None where too little was measured.

    Bands point up in it and a slope vanishes. By the detector's own quartic under a bell-shaped window
    (`analysis.derivatives`), on an even grid; neighbours within the window are not independent.
    """
    window_nm = BENDING_NM[spectrum.unit]
    found = [curves(stretch, window_nm) for stretch in stretches(*measured(spectrum), BRIDGED_NM)]
    whole = [each for each in found if each is not None]
    if not whole:
        return None
    nm = np.concatenate([each.wavelengths_nm for each in whole])
    values = -1e3 * np.concatenate([each.curvature for each in whole])
    sigma = 1e3 * np.concatenate([each.sigma for each in whole])
    return replace(_with(spectrum, values, sigma), wavelengths_nm=read_only(nm))


def bending_nm(unit: Unit) -> float:
    """Return the full width in nm of the window under which curvature is taken."""
    return BENDING_NM[unit]


def _on_pixels(spectrum: Spectrum, nm: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return values and sigma of a spectrum at other wavelengths, NaN where nothing is known; both axes ascend."""
    own = spectrum.wavelengths_nm
    if own.shape == nm.shape and np.array_equal(own, nm):
        return spectrum.values, spectrum.sigma
    if own.size < 2:
        return np.full(nm.shape, np.nan), np.full(nm.shape, np.nan)
    after = np.clip(np.searchsorted(own, nm), 1, own.size - 1)
    share = (nm - own[after - 1]) / (own[after] - own[after - 1])
    share[(share < 0.0) | (share > 1.0)] = np.nan
    values = (1.0 - share) * spectrum.values[after - 1] + share * spectrum.values[after]
    return values, np.hypot((1.0 - share) * spectrum.sigma[after - 1], share * spectrum.sigma[after])


def _with(spectrum: Spectrum, values: FloatArray, sigma: FloatArray) -> Spectrum:
    """Return a spectrum with other values; what is not finite is not valid, and a ceiling no longer means anything."""
    known = np.isfinite(values) & np.isfinite(sigma)
    return replace(
        spectrum,
        values=read_only(np.where(known, values, np.nan)),
        sigma=read_only(np.where(known, sigma, np.nan)),
        valid=read_only_mask(known),
        ceiling=None,
    )

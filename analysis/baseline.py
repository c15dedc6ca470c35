"""Noise of a processed spectrum from its own scatter, and smoothing in nm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.spectrum import FloatArray, Spectrum

QUIET_NM = (650.0, 750.0)  # no CdTe cluster and no dot grown below 150 C absorbs: cuvette and scatter alone


def running_median(values: FloatArray, width: int) -> FloatArray:
    """Return the median of the `width` (odd) neighbours of every point; the ends repeat their last point."""
    padded = np.pad(values, width // 2, mode="edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, width), axis=1)


def sigma_from_scatter(values: FloatArray, wavelengths_nm: FloatArray, window_nm: float = 30.0) -> FloatArray:
    """Return the noise of a processed spectrum from its own scatter: shape (points,), NaN where values are NaN.

    Third differences at distances of one and two points (the larger wins, so that a smoothed file is not taken for
    a quiet one), robust in windows of `window_nm`; never below half the last digit that the values show.
    """
    known = np.flatnonzero(np.isfinite(values))
    sigma = np.full(values.shape, np.nan)
    if known.size < 8:
        return sigma
    y, nm = values[known], wavelengths_nm[known]
    estimates = [_difference_noise(y, nm, lag, window_nm) for lag in (1, 2) if y.size > 3 * lag + 4]
    steps = np.abs(np.diff(y))
    digit = float(np.min(steps[steps > 0.0])) if np.any(steps > 0.0) else 0.0
    floor = max(0.3 * digit, 1e-6 * float(np.ptp(y)), 1e-12)
    sigma[known] = np.maximum(np.max(estimates, axis=0), floor)
    return sigma


def _difference_noise(y: FloatArray, nm: FloatArray, lag: int, window_nm: float) -> FloatArray:
    third = y[3 * lag :] - 3.0 * y[2 * lag : -lag] + 3.0 * y[lag : -2 * lag] - y[: -3 * lag]
    size = np.abs(third) / np.sqrt(20.0)  # 1 + 9 + 9 + 1: the variance of a third difference
    at = 0.5 * (nm[3 * lag :] + nm[: -3 * lag])
    pitch = float(np.median(np.abs(np.diff(nm))))
    width = int(min(max(window_nm / pitch, 11), size.size)) | 1
    level = 1.4826 * running_median(size, width if width <= size.size else size.size - 1 + size.size % 2)
    order = np.argsort(at)
    return np.interp(nm, at[order], level[order])


@dataclass(frozen=True, slots=True, eq=False)
class Smoothed:
    """A spectrum smoothed in nm: value and first four derivatives per nm, with their sigma.

    `derivatives` and `sigma` have shape (5, points); NaN where fewer points were measured than the kernel needs.
    """

    wavelengths_nm: FloatArray
    derivatives: FloatArray
    sigma: FloatArray


def smooth(spectrum: Spectrum, window_nm: float, within_nm: tuple[float, float] | None = None) -> Smoothed:
    """Fit a quartic in a bell-shaped window of full width `window_nm` about every valid pixel.

    Savitzky and Golay (1964) for a pixel pitch that is not constant: windows are in nm, missing pixels are skipped.
    Pixels whose window is not measured on both sides to two thirds are NaN.
    """
    order = np.argsort(spectrum.wavelengths_nm[spectrum.valid])
    nm, y, sigma = (a[spectrum.valid][order] for a in (spectrum.wavelengths_nm, spectrum.values, spectrum.sigma))
    low, high = within_nm or (-np.inf, np.inf)
    targets = np.flatnonzero((nm >= low) & (nm <= high))
    derivatives, errors = np.full((5, targets.size), np.nan), np.full((5, targets.size), np.nan)
    if targets.size == 0 or nm.size < 7:
        return Smoothed(nm[targets], derivatives, errors)
    half = 0.5 * window_nm
    first, last = np.searchsorted(nm, nm[targets] - half), np.searchsorted(nm, nm[targets] + half)
    reach = int(np.max(last - first))
    index = first[:, None] + np.arange(reach)[None, :]
    inside = index < last[:, None]
    index = np.minimum(index, nm.size - 1)
    u = np.where(inside, (nm[index] - nm[targets, None]) / half, 0.0)
    weight = np.where(inside, (1.0 - u**2) ** 2, 0.0)
    two_thirds = 0.66
    ready = (u.min(axis=1) < -two_thirds) & (u.max(axis=1) > two_thirds) & (inside.sum(axis=1) >= 7)
    powers = u[:, :, None] ** np.arange(5)[None, None, :]
    weighted = powers * weight[:, :, None]
    normal = np.einsum("tji,tjk->tik", powers, weighted)
    normal[~ready] = np.eye(5)
    moments = np.einsum("tji,tj->ti", weighted, y[index])
    noise = np.einsum("tji,tjk,tj->tik", weighted, weighted, sigma[index] ** 2)
    inverse = np.linalg.inv(normal)
    scale = np.array([1.0, 1.0, 2.0, 6.0, 24.0]) / half ** np.arange(5)
    derivatives[:, ready] = (np.einsum("tik,tk->ti", inverse, moments) * scale)[ready].T
    variance = np.einsum("tij,tjk,tik->ti", inverse, noise, inverse)
    errors[:, ready] = (np.sqrt(np.maximum(variance, 0.0)) * scale)[ready].T
    return Smoothed(nm[targets], derivatives, errors)

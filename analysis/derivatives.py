"""Smoothing derivatives by local polynomials: of a whole stretch on an even grid, and at one place on its pixels.

Savitzky and Golay (Anal. Chem. 1964, 36, 1627) with windows in nm and bisquare weights. Missing pixels are skipped at
one place; on the even grid short holes are bridged by a straight line.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from analysis.spectrum import FloatArray, Spectrum

EVEN_PITCH_NM = 1.0  # 18 points in the narrowest window: nothing is lost against the pixels, time is won
COARSE_NM = 0.7  # from this distance of pixels on the pixels are the grid
COVERED = 0.66  # of a window's half must be measured on either side
LEAST_POINTS = 7  # a quartic has five terms
ORDER = 4


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """What was measured without a long gap, on an even grid: ascending, all arrays of shape (points,)."""

    wavelengths_nm: FloatArray
    values: FloatArray
    sigma: FloatArray
    pitch_nm: float


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Slope, curvature and its sigma of a smoothed stretch, per nm; NaN at the ends. Arrays of shape (points,)."""

    wavelengths_nm: FloatArray
    slope: FloatArray
    curvature: FloatArray
    sigma: FloatArray


def measured(spectrum: Spectrum) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return wavelengths, values and sigma of the valid pixels, ascending."""
    nm, values, sigma = spectrum.wavelengths_nm, spectrum.values, spectrum.sigma
    if not spectrum.valid.all():
        nm, values, sigma = nm[spectrum.valid], values[spectrum.valid], sigma[spectrum.valid]
    if nm.size > 1 and np.any(nm[1:] < nm[:-1]):
        order = np.argsort(nm)
        nm, values, sigma = nm[order], values[order], sigma[order]
    return nm, values, sigma


def stretches(nm: FloatArray, values: FloatArray, sigma: FloatArray, bridged_nm: float) -> tuple[Stretch, ...]:
    """Put ascending pixels on an even grid of 1 nm, or of the pixels where those are coarser; longer gaps cut.

    Pixels of one grid point are averaged and moved to it along the local slope, so that no position is rounded.
    """
    if nm.size < LEAST_POINTS:
        return ()
    steps = nm[1:] - nm[:-1]
    pixel = float(np.median(steps))
    pitch = pixel if pixel > COARSE_NM else EVEN_PITCH_NM
    cuts = np.flatnonzero(steps > max(bridged_nm, 2.5 * pixel)) + 1
    bounds = (0, *(int(cut) for cut in cuts), nm.size)
    return tuple(_even(nm[a:b], values[a:b], sigma[a:b], pitch) for a, b in pairwise(bounds) if b - a >= LEAST_POINTS)


def _even(nm: FloatArray, values: FloatArray, sigma: FloatArray, pitch_nm: float) -> Stretch:
    place = np.rint((nm - nm[0]) / pitch_nm).astype(np.intp)
    count = np.bincount(place)
    full = count > 0
    share = 1.0 / count[full]
    at, level = np.bincount(place, nm)[full] * share, np.bincount(place, values)[full] * share
    variance = np.bincount(place, sigma**2)[full] * share**2
    grid = nm[0] + pitch_nm * np.arange(place[-1] + 1)
    own = grid[full]
    if at.size > 2:
        slope = np.empty_like(level)
        slope[1:-1] = (level[2:] - level[:-2]) / (at[2:] - at[:-2])
        slope[[0, -1]] = slope[[1, -2]]
        level = level + slope * (own - at)
    if own.size < grid.size:  # bridged by a straight line
        level, variance = np.interp(grid, own, level), np.interp(grid, own, variance)
    return Stretch(grid, level, np.sqrt(variance), pitch_nm)


def curves(stretch: Stretch, window_nm: float) -> Curves | None:
    """Return slope and curvature under a window of this full width; None where the stretch is shorter."""
    reach = max(int(np.ceil(0.5 * window_nm / stretch.pitch_nm)) - 1, 3)
    points = stretch.values.size
    if points < 2 * reach + 1:
        return None
    slope, curvature = _kernels(reach)
    ends, margin = _end_kernels(reach)
    y, variance = stretch.values, stretch.sigma**2
    result = np.full((3, points), np.nan)
    result[0, reach:-reach] = np.convolve(y, slope[::-1], "valid")
    result[1, reach:-reach] = np.convolve(y, curvature[::-1], "valid")
    result[2, reach:-reach] = np.convolve(variance, (curvature**2)[::-1], "valid")
    first, last = slice(margin, reach), slice(points - reach, points - margin)
    size = 2 * reach
    head, tail = y[:size], y[: -size - 1 : -1]
    result[0, first], result[0, last] = ends[0] @ head, -(ends[0] @ tail)[::-1]
    result[1, first], result[1, last] = ends[1] @ head, (ends[1] @ tail)[::-1]
    squares = ends[1] ** 2
    result[2, first], result[2, last] = squares @ variance[:size], (squares @ variance[: -size - 1 : -1])[::-1]
    p = stretch.pitch_nm
    return Curves(stretch.wavelengths_nm, result[0] / p, result[1] / p**2, np.sqrt(result[2]) / p**2)


@lru_cache(maxsize=64)
def _kernels(reach: int) -> tuple[FloatArray, FloatArray]:
    """The weights that give slope and curvature per point, of 2 x reach + 1 points."""
    rows = _rows(np.arange(-reach, reach + 1) / (reach + 1.0), reach + 1.0)
    return rows[1], rows[2]


@lru_cache(maxsize=64)
def _end_kernels(reach: int) -> tuple[tuple[FloatArray, FloatArray], int]:
    """The same for the points nearer to an end than `reach`, of shape (points, 2 x reach), and the first of them."""
    margin = int(np.ceil(COVERED * reach))
    weights = np.zeros((2, reach - margin, 2 * reach))
    for row, point in enumerate(range(margin, reach)):
        used = np.arange(0, point + reach + 1)
        rows = _rows((used - point) / (reach + 1.0), reach + 1.0)
        weights[:, row, : used.size] = rows[1:3]
    return (weights[0], weights[1]), margin


def _rows(u: FloatArray, half: float) -> FloatArray:
    """Rows that give value and first derivatives at u = 0 from samples at u within +-1, in units of half / ..."""
    powers = _powers(u)
    weighted = powers * ((1.0 - u**2) ** 2)[:, None]
    scale = np.array([1.0, 1.0, 2.0, 6.0, 24.0]) / half ** np.arange(ORDER + 1)
    return np.asarray(np.linalg.solve(weighted.T @ powers, weighted.T) * scale[:, None])


@dataclass(frozen=True, slots=True, eq=False)
class Local:
    """A number read from the pixels around one place, and the weights by which it follows them (to first order).

    `weights` has shape (pixels,), zero outside the window.
    """

    value: float
    weights: FloatArray


def local_zero(nm: FloatArray, values: FloatArray, near_nm: float, window_nm: float, row: int) -> Local | None:
    """Return where the `row`-th derivative (1: maximum, 3: sharpest bend) of a quartic is zero nearest to `near_nm`.

    `nm` and `values` are ascending known pixels. None where the window is not covered on both sides or the quartic
    has no such place in the inner half of it.
    """
    fit = _quartic(nm, near_nm, window_nm)
    if fit is None:
        return None
    window, weighted, inverse = fit
    terms = inverse @ (weighted @ values[window])
    at = _newton(terms.tolist(), row)
    if at is None:
        return None
    half = 0.5 * window_nm
    weights = np.zeros_like(nm)
    weights[window] = (-half / float(_derivative(row + 1, at) @ terms)) * (_derivative(row, at) @ inverse @ weighted)
    return Local(near_nm + half * at, weights)


def local_level(nm: FloatArray, values: FloatArray, at_nm: float, window_nm: float) -> Local | None:
    """Return the value of a quartic through the pixels around `at_nm`; None where the window is not covered."""
    fit = _quartic(nm, at_nm, window_nm)
    if fit is None:
        return None
    window, weighted, inverse = fit
    weights = np.zeros_like(nm)
    weights[window] = inverse[0] @ weighted
    return Local(float(weights[window] @ values[window]), weights)


def _powers(u: FloatArray) -> FloatArray:
    powers = np.empty((u.size, ORDER + 1))
    powers[:, 0] = 1.0
    for k in range(1, ORDER + 1):
        np.multiply(powers[:, k - 1], u, out=powers[:, k])
    return powers


def _quartic(nm: FloatArray, at_nm: float, window_nm: float) -> tuple[slice, FloatArray, FloatArray] | None:
    """The pixels of a window, what makes the quartic's moments of their values, and what makes its terms of these.

    The terms are in powers of half windows from `at_nm`.
    """
    half = 0.5 * window_nm
    first, last = nm.searchsorted((at_nm - half, at_nm + half)).tolist()
    if last - first < LEAST_POINTS:
        return None
    u = (nm[first:last] - at_nm) / half
    if u[0] > -COVERED or u[-1] < COVERED:
        return None
    powers = _powers(u)
    weighted = (powers * ((1.0 - u * u) ** 2)[:, None]).T
    return slice(first, last), weighted, np.asarray(np.linalg.inv(weighted @ powers))


# What each power of the quartic is multiplied with in its first, second ... derivative.
_FACTORS = [[float(math.perm(k, row)) for k in range(ORDER + 1)] for row in range(ORDER + 1)]


def _derivative(row: int, at: float) -> FloatArray:
    """What each term of the quartic adds to its `row`-th derivative at `at`."""
    return np.array([factor * at ** max(k - row, 0) for k, factor in enumerate(_FACTORS[row])])


def _newton(terms: list[float], row: int) -> float | None:
    """The zero of a derivative of the quartic nearest to its middle, within half of the window."""
    here = [factor * term for factor, term in zip(_FACTORS[row], terms, strict=True)][row:]
    slope = [k * term for k, term in enumerate(here)][1:]
    at = 0.0
    for _ in range(5):
        beyond = _value(slope, at)
        if beyond == 0.0:
            return None
        at -= _value(here, at) / beyond
        if abs(at) > 0.5:
            return None
    return at if (_value(slope, at) < 0.0) == (row == 1) else None


def _value(terms: list[float], at: float) -> float:
    total = 0.0
    for term in reversed(terms):
        total = total * at + term
    return total

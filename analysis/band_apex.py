"""Maximum, height and width of a band of emission that the test has found, read from its own shape on the cells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import exp, hypot, log, sqrt

import numpy as np

from analysis.band_top import BandTop
from analysis.light_cells import CELL_NM, CELLS_NM, Cells
from analysis.look_alikes import bump
from analysis.matched_band import BRIGHT_SIGMAS, BestBand, Whitened
from analysis.spectrum import FloatArray, read_only

# Order of the polynomial through the top, half the window in FWHM, bias of place and height, noise. The biases are the
# sigmas over log-normal, Pearson VII and Gaussian-in-energy bands of an asymmetry up to 20 %, as shares of the FWHM and
# of the height, after `_flattened` (in the last two also of the width that it takes); the noise of a slope in the
# middle of a window of n points is sqrt(c / n) sigma / half, c = 3, 75/4, 57.4 for orders 1-2, 3-4, 5-6 (Savitzky and
# Golay, Anal. Chem. 1964, 36, 1627).
TOPS = (
    (5, 0.6, 0.0032, 0.0009, 57.4),
    (5, 0.75, 0.006, 0.002, 57.4),
    (3, 0.6, 0.009, 0.012, 18.75),
    (2, 0.5, 0.016, 0.025, 3.0),
)
NOTHING = 0.02  # of a band's height at the blue end
MOST_TIMES = 2.0  # the light at the blue end: what reaches on beneath a band is no larger
OWN_WIDTHS = 1.3  # times its width, as a Gaussian, a band itself may reach to the blue end
OWN_TAIL = 0.3  # light at the blue end below this share of a band may be its own tail: then it moves nothing
CURVATURE = 8.0 * log(2.0)  # of a Gaussian, in height per FWHM squared
END, STEPS = 0.96, 49  # how far out in its window, in what steps, a polynomial is looked at
BLUE_CELLS = 6
NOISY = 20.0  # sigmas: a fainter band does not show its own shape
DOUBT = 0.7  # of the light that was left in, as the sigma of what should have been taken off
OWN_SHAPE = ((-0.6, 0.6), (-0.2, 0.6), (0.2, 0.6), (0.6, 0.6), (-0.3, 1.0), (0.3, 1.0), (0.0, 1.7))
OWN_PLACE = ((-0.25, 1.0), (0.25, 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class Beneath:
    """What lies under a band: the confusers' light on the cells, what else may be theirs, their columns' covariance."""

    light: FloatArray
    doubt: FloatArray
    test: Whitened
    covariance: FloatArray

    def sigma(self, nm: float) -> tuple[float, float]:
        """Return the uncertainty of the light at `nm` and of its slope per nm."""
        at = int(np.clip(round((nm - CELLS_NM[0]) / CELL_NM), 1, CELLS_NM.size - 2))
        columns = self.test.shapes.columns
        here, slope = columns[at], (columns[at + 1] - columns[at - 1]) / (2.0 * CELL_NM)
        level = float(here @ self.covariance @ here) + float(self.doubt[at]) ** 2
        bend = float(self.doubt[at + 1] - self.doubt[at - 1]) / (2.0 * CELL_NM)
        tilt = float(slope @ self.covariance @ slope) + bend**2
        return sqrt(max(level, 0.0)), sqrt(max(tilt, 0.0))


def own_shape(best: BestBand) -> FloatArray:
    """Return columns (cells, n) that take up a band whatever its shape, so that confusers are not bent by it."""
    return _own_shape(best.nm, best.fwhm_nm, best.significance > BRIGHT_SIGMAS)


@lru_cache(maxsize=256)
def _own_shape(nm: float, fwhm_nm: float, bright: bool) -> FloatArray:
    spans = OWN_SHAPE if bright else OWN_PLACE
    return read_only(np.stack([bump(nm + shift * fwhm_nm, wide * fwhm_nm) for shift, wide in spans], axis=1))


def beneath(best: BestBand) -> Beneath | None:
    """Return what the confusers contribute where the band's own shape is left free; None where it is nothing."""
    cells = best.test.cells
    seen = cells.weights[:BLUE_CELLS] > 0.0
    blue = float(np.abs(cells.values[:BLUE_CELLS][seen]).mean()) if seen.any() else 0.0
    height, width = _as_seen(cells, best)
    reach = (best.nm - float(CELLS_NM[:BLUE_CELLS].mean())) / (OWN_WIDTHS * width)
    blue -= height * exp(-0.5 * CURVATURE * reach**2)
    if blue < NOTHING * best.height:
        return None  # what comes from the blue is not known, or so little that it moves nothing
    size, covariance = best.test.confusers(own_shape(best), max(best.height, best.sigma))
    light = np.clip(best.test.shapes.columns @ size, -MOST_TIMES * blue, MOST_TIMES * blue)
    share = blue**2 / (blue**2 + (OWN_TAIL * best.height) ** 2)
    return Beneath(share * light, DOUBT * (1.0 - share) * light, best.test, share**2 * covariance)


def _as_seen(cells: Cells, best: BestBand) -> tuple[float, float]:
    """Return height and width of a band as the cells show it where it falls to half on both sides, else as found.

    The band it was found with is one of three widths: of a wider one it leaves a flank that would count as not its own.
    """
    near = cells.around(best.nm - 0.5 * best.fwhm_nm, best.nm + 0.5 * best.fwhm_nm)
    if best.height < NOISY * best.typical_sigma or near.stop - near.start < 4:
        return best.height, best.fwhm_nm
    top = near.start + int(cells.values[near].argmax())
    height = float(cells.values[top])
    far = round(best.fwhm_nm / CELL_NM)
    sides = cells.values[max(top - far, 0) : top + 1], cells.values[top : top + far + 1]
    half = _half_heights(cells.values, cells.weights, top, 1.0)
    if half is None or max(float(side.min()) for side in sides) > 0.5 * height:
        return best.height, best.fwhm_nm
    return max(height, best.height), max(half[0], best.fwhm_nm)


def apex(cells: Cells, best: BestBand, under: Beneath | None) -> BandTop | None:
    """Return the maximum of the band near `best`; None where it has none, or none away from what was not measured.

    The order and window of the polynomial are those with the least sum of bias and noise.
    """
    net = cells.values if under is None else cells.values - under.light
    near = cells.around(best.nm - 0.6 * best.fwhm_nm, best.nm + 0.6 * best.fwhm_nm)
    most = float(cells.weights[near].max(initial=0.0))
    if near.stop - near.start < 4 or most == 0.0:
        return None
    noise = 1.0 / sqrt(most)
    shown = net if best.height > 20.0 * noise else np.convolve(net, (0.25, 0.5, 0.25), "same")
    seen = np.where(cells.weights[near] > 0.0, shown[near], -np.inf)
    top = near.start + int(seen.argmax())
    half = _half_heights(shown, cells.weights, top, noise)
    width = best.fwhm_nm if half is None else half[0]
    order, share, bias, flat = _choice(noise / max(float(shown[top]), noise), width)
    reach = max(round(share * width / CELL_NM), (order + 3) // 2)
    turned = _turning_point(net, cells.weights, top, reach, order)
    if turned is None:
        return None
    nm, sigma_nm, height, sigma = turned
    height /= _flattened(order, reach, round(width))
    level, tilt = (0.0, 0.0) if under is None else under.sigma(nm)
    pull = tilt * width**2 / (CURVATURE * max(height, sigma))
    return BandTop(
        nm,
        sqrt(sigma_nm**2 + bias**2 + pull**2),
        height,
        sqrt(sigma**2 + level**2 + (flat * height) ** 2),
        *(half if half is not None else (None, None)),
    )


@lru_cache(maxsize=256)
def _flattened(order: int, reach: int, fwhm_nm: int) -> float:
    """Return which part of a Gaussian's height a polynomial through `reach` cells to either side shows.

    A cell holds the mean of its pixels: of the top it shows less than the height by the curvature over CELL_NM.
    """
    u = np.arange(-reach, reach + 1) * (CELL_NM / max(fwhm_nm, 1))
    even = u[:, None] ** np.arange(0, order + 1, 2)
    top = float(np.linalg.lstsq(even, np.exp(-0.5 * CURVATURE * u**2), rcond=None)[0][0])
    return top * (1.0 - CURVATURE / 24.0 * (CELL_NM / max(fwhm_nm, CELL_NM)) ** 2)


def _choice(relative_noise: float, width_nm: float) -> tuple[int, float, float, float]:
    """Return order, half window in widths, bias in nm and in the height of the polynomial that suits the noise."""
    least, best = np.inf, TOPS[-1]
    for one in TOPS:
        order, share, bias, _, constant = one
        half = share * width_nm
        slope = sqrt(constant / max(2.0 * half / CELL_NM, 1.0)) * relative_noise / half
        total = hypot(bias * width_nm, slope * width_nm**2 / CURVATURE)
        if total < least and 2.0 * half / CELL_NM > order + 2:
            least, best = total, one
    return best[0], best[1], best[2] * width_nm, best[3]


def _turning_point(
    values: FloatArray, weights: FloatArray, top: int, reach: int, order: int
) -> tuple[float, float, float, float] | None:
    """Return maximum and height, each with its sigma, of a polynomial through `reach` cells to either side of `top`."""
    for _ in range(3):
        first, last = top - reach, top + reach + 1
        if first < 0 or last > CELLS_NM.size:
            return None
        weight = weights[first:last]
        if np.count_nonzero(weight) <= order:
            return None
        known = float(weight.min()) > 0.0
        through, covariance = _through(order, reach) if known else _through_weighed(order, reach, weight)
        terms = through @ values[first:last]
        turn = _highest(terms)
        if turn is None:
            return None
        if abs(turn * reach) < 1.0:
            break
        top += round(turn * reach)
    else:
        return None
    noise = sqrt(weight.size / float(weight.sum()))
    level = turn ** np.arange(order + 1.0)
    slope = np.append(0.0, np.arange(1.0, order + 1.0) * level[:-1])
    bend = float((np.arange(2.0, order + 1.0) * slope[1:-1]) @ terms[2:])
    if bend >= 0.0:
        return None
    sigma_nm = noise * reach * CELL_NM * sqrt(float(slope @ covariance @ slope)) / abs(bend)
    place = float(CELLS_NM[top]) + turn * reach * CELL_NM
    return place, sigma_nm, float(level @ terms), noise * sqrt(float(level @ covariance @ level))


@lru_cache(maxsize=128)
def _through(order: int, reach: int) -> tuple[FloatArray, FloatArray]:
    """Return what makes the terms of the polynomial of evenly weighed cells, and their covariance for noise 1."""
    return _through_weighed(order, reach, np.ones(2 * reach + 1))


def _through_weighed(order: int, reach: int, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    design = np.vander(np.linspace(-1.0, 1.0, 2 * reach + 1), order + 1, increasing=True)
    weighed = design * (weight / weight.max())[:, None]
    covariance = np.asarray(np.linalg.pinv(weighed.T @ design), dtype=np.float64)
    return covariance @ weighed.T, covariance


def _highest(terms: FloatArray) -> float | None:
    """Return where a polynomial on [-1, 1] is largest, or None where that is at an end."""
    height = _steps(terms.size) @ terms
    top = int(height.argmax())
    if top in (0, height.size - 1):
        return None
    low, mid, high = (float(height[k]) for k in (top - 1, top, top + 1))
    curve = low - 2.0 * mid + high
    shift = 0.5 * (low - high) / curve if curve < 0.0 else 0.0
    return END * (2.0 * (top + shift) / (STEPS - 1) - 1.0)


@lru_cache(maxsize=8)
def _steps(terms: int) -> FloatArray:
    return read_only(np.vander(np.linspace(-END, END, STEPS), terms, increasing=True))


def _half_heights(net: FloatArray, weights: FloatArray, top: int, noise: float) -> tuple[float, float] | None:
    """Return the full width at half height and its sigma; twice the measured half where one side is cut off."""
    sides: list[tuple[float, float]] = []
    height = float(net[top])
    if height <= 0.0:
        return None
    for step in (-1, 1):
        here = top
        while 0 <= here + step < net.size and weights[here + step] > 0.0 and net[here] > 0.5 * height:
            here += step
        if net[here] > 0.5 * height:
            continue
        fall = float(net[here - step] - net[here])
        at = abs(here - step - top) * CELL_NM + CELL_NM * float(net[here - step] - 0.5 * height) / fall
        sides.append((at, CELL_NM * noise / fall))
    if not sides:
        return None
    if len(sides) == 1:
        return 2.0 * sides[0][0], 2.0 * sides[0][1]
    return sides[0][0] + sides[1][0], hypot(sides[0][1], sides[1][1])

"""Where a band of emission has its maximum, how high and how wide it is, measured on its own shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.spectrum import BoolArray, FloatArray

EDGE_POINTS = 3  # a maximum nearer than this to an end of the range is the range's, not the sample's
BRIGHT = 60.0  # height over the noise of one smoothed point, from which asymmetry matters more than noise
TILT_SHARE = 0.1  # a background that changes by less than this share of the band does not move its maximum
FILE_SMOOTHING_NM = 8.0


@dataclass(frozen=True, slots=True)
class BandTop:
    """A band's maximum: position, height over its background and full width at half height, with sigmas.

    The width is None where neither half-height point was measured.
    """

    nm: float
    sigma_nm: float
    height: float
    sigma_height: float
    fwhm_nm: float | None
    sigma_fwhm_nm: float | None


def band_top(
    nm: FloatArray, values: FloatArray, sigma: FloatArray, near_nm: float, width_nm: float, background: FloatArray
) -> BandTop | None:
    """Return the maximum of the band near `near_nm`, `width_nm` wide, or None where it lies at an end of the range.

    Arrays of shape (points,), ascending in nm, all known. The top is a polynomial through the points above about
    three quarters of the height, so that no shape of the whole band is assumed.
    """
    net = values - background
    smooth, smooth_sigma = smoothed(nm, net, sigma, width_nm / 6.0)
    inside = np.abs(nm - near_nm) <= 0.6 * width_nm
    inside[:EDGE_POINTS] = inside[-EDGE_POINTS:] = False
    if np.count_nonzero(inside) < 5:
        return None
    top = int(np.flatnonzero(inside)[np.argmax(smooth[inside])])
    height = float(smooth[top])
    bright = height > BRIGHT * float(smooth_sigma[top])
    measured = _half_heights(nm, smooth, smooth_sigma, top)
    if bright and measured is not None:
        width_nm = measured[0]
    window = np.abs(nm - nm[top]) <= 0.6 * width_nm
    if np.ptp(background[window]) < TILT_SHARE * height:
        net = values
    half, order = (0.28, 3) if bright else (0.5, 2)
    apex = _apex(nm, net, sigma, float(nm[top]), half * width_nm, order)
    if apex is None or not nm[EDGE_POINTS - 1] < apex[0] < nm[-EDGE_POINTS]:
        return None
    place, spread, level, level_sigma = apex
    if bright:
        other = _apex(nm, net, sigma, place, 0.7 * half * width_nm, 2)
        spread = float(np.hypot(spread, 0.5 * abs(other[0] - place) if other is not None else 0.0))
    level -= float(np.interp(place, nm, background)) if net is values else 0.0
    fwhm, fwhm_sigma = measured if measured is not None else (None, None)
    return BandTop(place, spread, level, level_sigma, fwhm, fwhm_sigma)


def file_band(
    nm: FloatArray, values: FloatArray, sigma: FloatArray, within_nm: tuple[float, float] = (0.0, np.inf)
) -> BandTop | None:
    """Return the most prominent maximum inside the range of a spectrum that needs no model, its height over its flanks.

    None where the spectrum has no maximum in `within_nm` and away from its ends. `height` is not yet held against
    the noise.
    """
    order = np.argsort(nm)
    nm, values, sigma = nm[order], values[order], sigma[order]
    smooth, _ = smoothed(nm, values, sigma, FILE_SMOOTHING_NM)
    inner = smooth[1:-1]
    tops = np.flatnonzero((inner >= smooth[:-2]) & (inner > smooth[2:])) + 1
    tops = tops[(tops >= EDGE_POINTS) & (tops < nm.size - EDGE_POINTS)]
    tops = tops[(nm[tops] >= within_nm[0]) & (nm[tops] <= within_nm[1])]
    if tops.size == 0:
        return None
    flanks = [(_flank(smooth, int(top), -1), _flank(smooth, int(top), 1)) for top in tops]
    prominence = [smooth[top] - max(smooth[one], smooth[other]) for top, (one, other) in zip(tops, flanks, strict=True)]
    best = int(np.argmax(prominence))
    top, (left, right) = int(tops[best]), flanks[best]
    background = np.interp(nm, nm[[left, right]], smooth[[left, right]])
    if smooth[left] < smooth[right]:  # scattered light falls towards the red: what rises there is the band's own tail
        background = np.full_like(nm, smooth[left])
    background = np.maximum(background, 0.0)  # where the blank took too much away, zero is still no light
    net, noise = smooth - background, np.full_like(smooth, float(np.median(sigma)))
    measured = _half_heights(nm, net, noise, top)
    width = measured[0] if measured is not None else float(nm[right] - nm[left]) / 2.0
    return band_top(nm, values, sigma, float(nm[top]), width, background)


def smoothed(nm: FloatArray, values: FloatArray, sigma: FloatArray, width_nm: float) -> tuple[FloatArray, FloatArray]:
    """Return values under a Gaussian of full width `width_nm`, and the noise that is left, both of shape (points,)."""
    step = float(np.median(np.abs(np.diff(nm))))
    spread = max(width_nm / 2.355 / step, 0.3)
    reach = min(int(np.ceil(3.0 * spread)), (nm.size - 1) // 2)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / spread) ** 2)
    share = np.convolve(np.ones_like(values), kernel, "same")
    smooth = np.convolve(values, kernel, "same") / share
    return smooth, np.sqrt(np.convolve(sigma**2, kernel**2, "same")) / share


def _flank(smooth: FloatArray, top: int, step: int) -> int:
    """Return the index of the lowest point between a maximum and whatever is higher on one side, or the end."""
    side = smooth[top::step]
    higher = np.flatnonzero(side > side[0])
    return top + step * int(np.argmin(side[: higher[0]] if higher.size else side))


def _half_heights(nm: FloatArray, net: FloatArray, sigma: FloatArray, top: int) -> tuple[float, float] | None:
    """Return the full width at half height and its sigma; twice the measured half where one side is cut off."""
    sides: list[tuple[float, float]] = []
    for step in (-1, 1):
        here = top
        while 0 <= here + step < nm.size and net[here] > 0.5 * net[top]:
            here += step
        if net[here] > 0.5 * net[top]:
            continue
        inner, outer = here - step, here
        slope = (net[outer] - net[inner]) / (nm[outer] - nm[inner])
        if slope != 0.0:
            at = nm[inner] + (0.5 * net[top] - net[inner]) / slope
            rise = abs(0.5 * net[top] / (at - nm[top])) if at != nm[top] else abs(slope)
            sides.append((abs(float(at - nm[top])), float(sigma[inner] / rise)))
    if not sides:
        return None
    if len(sides) == 1:
        return 2.0 * sides[0][0], 2.0 * sides[0][1]
    return sides[0][0] + sides[1][0], float(np.hypot(sides[0][1], sides[1][1]))


def _apex(
    nm: FloatArray, values: FloatArray, sigma: FloatArray, near_nm: float, half_nm: float, order: int
) -> tuple[float, float, float, float] | None:
    """Return maximum, its sigma, height and its sigma of a polynomial through the points around `near_nm`."""
    at, place = 0.0, near_nm
    for _ in range(2):
        window: BoolArray = np.abs(nm - place) <= half_nm
        if np.count_nonzero(window) < order + 3:
            return None
        u, weight = nm[window] - place, 1.0 / np.maximum(sigma[window], 1.0e-12)
        powers = np.vander(u, order + 1, increasing=True)
        inverse = np.linalg.pinv((powers * weight[:, None]).T @ (powers * weight[:, None]))
        terms = inverse @ (powers.T @ (values[window] * weight**2))
        turn = _turning_point(terms, half_nm)
        if turn is None:
            return None
        at, place = turn, place + turn
    slopes = np.arange(order + 1) * at ** np.maximum(np.arange(order + 1) - 1, 0)
    curvature = float(sum(k * (k - 1) * terms[k] * at ** (k - 2) for k in range(2, order + 1)))
    level = at ** np.arange(order + 1)
    return (
        float(place),
        float(np.sqrt(slopes @ inverse @ slopes) / abs(curvature)),
        float(terms @ level),
        float(np.sqrt(level @ inverse @ level)),
    )


def _turning_point(terms: FloatArray, half_nm: float) -> float | None:
    """Return where a polynomial of second or third order has its maximum inside +-half_nm, or None."""
    slope = np.polynomial.polynomial.polyder(terms)
    bend = np.polynomial.polynomial.polyder(slope)
    roots = np.polynomial.polynomial.polyroots(slope)
    real = [float(r.real) for r in np.atleast_1d(roots) if abs(complex(r).imag) < 1.0e-9]
    tops = [r for r in real if abs(r) <= half_nm and np.polynomial.polynomial.polyval(r, bend) < 0.0]
    return min(tops, key=abs) if tops else None

"""Bands and shoulders of a spectrum: position between the pixels, true sigma, width, height, which definition."""

from __future__ import annotations

import numpy as np

from analysis.baseline import Smoothed, binned, smooth
from analysis.findings import Definition, Peak
from analysis.spectrum import BoolArray, FloatArray, Spectrum

WINDOWS_NM = (18.0, 30.0, 48.0)  # clusters show 12 to 30 nm, dots and their emission 30 to 70 nm
WINDOW_PER_FWHM = 1.25  # the window that weighs noise against distortion of a quartic
POINTS_PER_WINDOW = 18.0  # more pixels are averaged first: nothing is lost, time is won
GHOST = 0.04  # of a stronger band within its own window: the ringing of the kernel
SIGNIFICANCE = 5.0  # sigma of the bend, from which it is a band
EDGE_POINTS = 3  # no peak is reported so close to the end of what was measured
SAME_PLACE = 0.08  # of the width: a slope pulls the maximum of an absorption band off the band; beyond, the bend counts
GAP_POINTS = 3  # as many missing pixels in a row are an end, too; a single hot pixel is not
FWHM_PER_INFLECTION = 1.17741  # of a Gaussian: full width at half maximum over the distance of its inflections


def find_peaks(
    spectrum: Spectrum,
    *,
    window_nm: tuple[float, ...] = WINDOWS_NM,
    within_nm: tuple[float, float] | None = None,
) -> tuple[Peak, ...]:
    """Find bands and shoulders, shortest wavelength first.

    Every place where a locally fitted quartic bends down by more than five sigma is a band. Its position
    is the local maximum where there is one, else the minimum of the second derivative; the smoothing window (nm)
    that suits its width is taken from `window_nm`. Height and width are those of a bell with the same curvature and
    inflections: over the local baseline. Nothing is reported within three points of an end or of a gap.
    """
    solid = _measured(spectrum)
    tolerance = SAME_PLACE if spectrum.unit == "A" else 0.5  # emission stands on no flank: its maximum is its position
    pitch = _pitch(spectrum)
    found: list[tuple[float, Peak]] = []
    for window in window_nm:
        coarse = binned(spectrum, window / POINTS_PER_WINDOW) if pitch < 0.7 * window / POINTS_PER_WINDOW else spectrum
        peaks = _bends(smooth(coarse, window, within_nm), tolerance)
        # A wide window rings beside a band much narrower than itself.
        found += [(window, p) for p in peaks if solid.holds(p.nm) and p.fwhm_nm > 0.55 * window - 8.0]
    return tuple(sorted(_best_windows(found), key=lambda peak: peak.nm))


def _pitch(spectrum: Spectrum) -> float:
    nm = spectrum.wavelengths_nm[spectrum.valid]
    return float(np.median(np.abs(np.diff(nm)))) if nm.size > 1 else np.inf


def _bends(smoothed: Smoothed, tolerance: float) -> list[Peak]:
    """Return the bands that one window shows."""
    curvature, error = smoothed.derivatives[2], smoothed.sigma[2]
    nm = smoothed.wavelengths_nm
    peaks = []
    for at in _minima(curvature):
        if not curvature[at] < -SIGNIFICANCE * error[at]:
            continue
        left, right = _crossing(nm, curvature, at, -1), _crossing(nm, curvature, at, +1)
        # A band on a steep flank has one true inflection; the side that shows it counts twice.
        sides = [abs(float(nm[at]) - x) for x in (left, right) if x is not None]
        if sides:
            fwhm = FWHM_PER_INFLECTION * (2.0 * sides[0] if len(sides) == 1 else sum(sides))
            peaks.append(_peak(smoothed, at, fwhm, tolerance))
    return peaks


def _peak(smoothed: Smoothed, at: int, fwhm_nm: float, tolerance: float) -> Peak:
    nm, derivatives, sigma = smoothed.wavelengths_nm, smoothed.derivatives, smoothed.sigma
    bend, bend_sigma = _vertex(nm, derivatives[2], at), _zero_sigma(smoothed, 3, at)
    top = _local_maximum(smoothed, at, fwhm_nm)
    same = top is not None and abs(top - bend) <= max(tolerance * fwhm_nm, 3.0 * bend_sigma)
    definition: Definition = "local maximum" if same else "second-derivative minimum"
    centre, sigma_nm = bend, bend_sigma
    if top is not None and same:
        centre, sigma_nm = top, _zero_sigma(smoothed, 1, int(np.argmin(np.abs(nm - top))))
    significance = float(-derivatives[2, at] / sigma[2, at])
    height = float(-derivatives[2, at] * (fwhm_nm / 2.35482) ** 2)
    return Peak(
        nm=centre,
        sigma_nm=min(sigma_nm, 0.5 * fwhm_nm),
        fwhm_nm=fwhm_nm,
        height=height,
        sigma_height=height / significance,
        significance=significance,
        definition=definition,
    )


def _zero_sigma(smoothed: Smoothed, row: int, at: int) -> float:
    """The uncertainty of the place where a derivative passes zero: its own over the slope of its passage."""
    slope = abs(float(smoothed.derivatives[row + 1, at]))
    return float(smoothed.sigma[row, at]) / slope if slope > 0.0 else np.inf


def _local_maximum(smoothed: Smoothed, at: int, fwhm_nm: float) -> float | None:
    """The maximum within half a width of the sharpest bend, between the pixels; None for a shoulder."""
    nm, slope = smoothed.wavelengths_nm, smoothed.derivatives[1]
    near = np.flatnonzero(np.abs(nm - nm[at]) <= 0.5 * fwhm_nm)
    turns = [i for i in near[:-1] if slope[i] > 0.0 >= slope[i + 1]]
    if not turns:
        return None
    i = min(turns, key=lambda k: abs(k - at))
    return float(nm[i] + (nm[i + 1] - nm[i]) * slope[i] / (slope[i] - slope[i + 1]))


def _minima(values: FloatArray) -> list[int]:
    inner = (values[1:-1] < values[:-2]) & (values[1:-1] <= values[2:])
    return [int(i) + 1 for i in np.flatnonzero(inner)]


def _vertex(nm: FloatArray, values: FloatArray, at: int) -> float:
    """The lowest point of the parabola through three neighbours that need not lie at equal distances."""
    (x0, x1, x2), (y0, y1, y2) = nm[at - 1 : at + 2], values[at - 1 : at + 2]
    first, second = (y1 - y0) / (x1 - x0), (y2 - y1) / (x2 - x1)
    bend = (second - first) / (x2 - x0)
    return float(0.5 * (x0 + x1) - 0.5 * first / bend) if bend > 0.0 else float(x1)


def _crossing(nm: FloatArray, curvature: FloatArray, at: int, step: int) -> float | None:
    """Where the curvature turns positive on one side; None where the data end first."""
    i = at
    while 0 <= i + step < nm.size:
        j = i + step
        if not np.isfinite(curvature[j]):
            return None
        if curvature[j] >= 0.0:
            return float(nm[i] + (nm[j] - nm[i]) * curvature[i] / (curvature[i] - curvature[j]))
        i = j
    return None


def _best_windows(found: list[tuple[float, Peak]]) -> list[Peak]:
    """Of the same band seen through several windows keep the one that suits its width, and no ghost of another."""
    ranked = sorted(found, key=lambda wp: abs(np.log(wp[0] / (WINDOW_PER_FWHM * wp[1].fwhm_nm))))
    kept: list[tuple[float, Peak]] = []
    for window, peak in ranked:
        if all(abs(peak.nm - other.nm) > 0.4 * max(peak.fwhm_nm, other.fwhm_nm) for _, other in kept):
            kept.append((window, peak))
    return [p for window, p in kept if not any(_ghost(p, window, other) for _, other in kept)]


def _ghost(peak: Peak, window_nm: float, other: Peak) -> bool:
    near = abs(peak.nm - other.nm) < 0.5 * (window_nm + other.fwhm_nm)
    return near and peak.height < GHOST * other.height


class _Measured:
    """The stretches that were measured without a gap, shortened by three points at either end."""

    def __init__(self, stretches: list[tuple[float, float]]) -> None:
        self._stretches = stretches

    def holds(self, nm: float) -> bool:
        return any(low < nm < high for low, high in self._stretches)


def _measured(spectrum: Spectrum) -> _Measured:
    order = np.argsort(spectrum.wavelengths_nm)
    nm, valid = spectrum.wavelengths_nm[order], spectrum.valid[order]
    closed = _without_single_holes(valid)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], closed, [False]]).astype(np.int8)))
    stretches = []
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        if end - first > 2 * EDGE_POINTS:
            stretches.append((float(nm[first + EDGE_POINTS - 1]), float(nm[end - EDGE_POINTS])))
    return _Measured(stretches)


def _without_single_holes(valid: BoolArray) -> BoolArray:
    closed = valid.copy()
    edges = np.flatnonzero(np.diff(np.concatenate([[False], ~valid, [False]]).astype(np.int8)))
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        if end - first < GAP_POINTS and first > 0 and end < valid.size:
            closed[first:end] = True
    return closed

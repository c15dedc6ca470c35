"""Bands and shoulders of a spectrum: position between the pixels, true sigma, width, height, which definition.

What the numbers of a Peak mean, and against what their sigmas are true:

* "local maximum": `nm` is where the spectrum as it would be without noise, ground and neighbours included, is highest.
* "second-derivative minimum": `nm` is where it bends most, which a linear ground does not move. It is taken where there
  is no maximum, or where a flank has moved the maximum off the band.
* `height` and `fwhm_nm` are those of the band alone, over the ground beneath it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.derivatives import Curves, curves, measured, stretches
from analysis.findings import Definition, Peak
from analysis.single_band import FAR, ROUGH, ROUGH_SHOULDER, Pixels, Size, place, size
from analysis.spectrum import FloatArray, Quantity, Spectrum

WINDOWS_NM = (18.0, 30.0, 48.0)  # clusters show 12 to 30 nm, dots and their emission 30 to 70 nm
WINDOW_PER_FWHM = 1.25  # the window that weighs noise against distortion of a quartic
GHOST = 0.04  # of a stronger band within its own window: the ringing of the kernel
RINGING = 1.2  # power with which that grows as the window is wider than suits the stronger band
CHOSEN = 7.0  # sigma of the bend: a faint band's place and width are also those of the noise that made it seen
RIPPLE, EXCITONS_NM = 0.02, 200.0
SIGNIFICANCE = 5.0  # sigma of the bend, from which it is a band
EDGE_POINTS = 3  # no peak is reported so close to the end of what was measured
SAME_PLACE = 0.08  # of the width: a slope pulls the maximum of an absorption band off the band; beyond, the bend counts
GAP_POINTS = 3  # as many missing pixels in a row are an end, too; a single hot pixel is not
BRIDGED_NM = 4.5  # a quarter of the narrowest window: over shorter holes a straight line does no harm
ALIKE = 0.5  # of the logarithm: widths by inflections and at half height differ by less, else the flanks are no ground
BEYOND = 1.8  # widths as the inflections on a rise tell them, 1.5 true ones: there a Gaussian bends no more
FWHM_PER_INFLECTION = 1.17741  # of a Gaussian: full width at half maximum over the distance of its inflections


@dataclass(frozen=True, slots=True)
class _Bend:
    """A place where one window shows a band.

    `fwhm_nm` is that of a bell with its inflections, `own_fwhm_nm` and `height` those of one on this ground.
    """

    window_nm: float
    nm: float
    fwhm_nm: float
    own_fwhm_nm: float
    height: float
    significance: float
    top_nm: float | None


def find_peaks(
    spectrum: Spectrum,
    *,
    window_nm: tuple[float, ...] = WINDOWS_NM,
    within_nm: tuple[float, float] | None = None,
) -> tuple[Peak, ...]:
    """Find bands and shoulders, shortest wavelength first.

    Every place where a locally fitted quartic bends down by more than five sigma is a band. Its position
    is the local maximum where there is one, else the minimum of the second derivative; the smoothing window (nm)
    that suits its width is taken from `window_nm`. Nothing is reported within three points of an end or of a gap.
    """
    pixels = _pixels(spectrum)
    tolerance = SAME_PLACE if spectrum.unit == "A" else 0.5  # emission stands on no flank: its maximum is its position
    low, high = within_nm or (-np.inf, np.inf)
    found: list[_Bend] = []
    for stretch in stretches(pixels.nm, pixels.values, pixels.sigma, BRIDGED_NM):
        for window in window_nm:
            smoothed = curves(stretch, window)
            if smoothed is not None:
                found += [bend for bend in _bends(smoothed, window) if low <= bend.nm <= high and pixels.holds(bend.nm)]
    kept = _best_windows(found)
    peaks = [_peak(pixels, bend, kept, tolerance) for bend in kept]
    return tuple(sorted((peak for peak in peaks if pixels.holds(peak.nm)), key=lambda peak: peak.nm))


def first_exciton(peaks: tuple[Peak, ...]) -> Peak | None:
    """Return the first exciton among the bands of an absorbance spectrum: the reddest that is no ripple; None without.

    A ripple of the baseline (a change of filter or lamp, a fringe) stands below 2 % of the tallest band within 200 nm
    to its blue; the first exciton of any mixture that is worth a number is more of it.
    """
    for peak in sorted(peaks, key=lambda each: -each.nm):
        bluer = [other.height for other in peaks if 0.0 <= peak.nm - other.nm <= EXCITONS_NM]
        if peak.height >= RIPPLE * max(bluer):
            return peak
    return None


def _pixels(spectrum: Spectrum) -> Pixels:
    nm, values, sigma = measured(spectrum)
    order = np.argsort(spectrum.wavelengths_nm)
    valid = spectrum.valid[order]
    ascending = spectrum.wavelengths_nm[order]
    missing = np.flatnonzero(np.diff(np.concatenate([[False], ~valid, [False]]).astype(np.int8)))
    bounds = [0]
    for first, end in zip(missing[::2], missing[1::2], strict=True):
        if end - first >= GAP_POINTS or first == 0 or end == valid.size:
            bounds += [int(first), int(end)]
    bounds.append(valid.size)
    solid = [
        (ascending[first + EDGE_POINTS - 1], ascending[end - EDGE_POINTS])
        for first, end in zip(bounds[::2], bounds[1::2], strict=True)
        if end - first > 2 * EDGE_POINTS
    ]
    return Pixels(nm, values, sigma, np.array(solid).reshape(-1, 2))


def _bends(smoothed: Curves, window_nm: float) -> list[_Bend]:
    """Return the bands that one window shows. A wide window rings beside a band much narrower than itself."""
    nm, curvature = smoothed.wavelengths_nm, smoothed.curvature
    inner = curvature[1:-1]
    dips = (inner < curvature[:-2]) & (inner <= curvature[2:]) & (inner < -SIGNIFICANCE * smoothed.sigma[1:-1])
    places = np.flatnonzero(dips) + 1
    if places.size == 0:
        return []
    inflections, tops = _zeros(nm, -curvature), _zeros(nm, smoothed.slope)[0]
    found = []
    for at in places:
        here, depth = float(nm[at]), -float(curvature[at])
        fwhm = _between(inflections, here)
        if fwhm is None or fwhm <= 0.55 * window_nm - 8.0:
            continue
        significance = depth / max(float(smoothed.sigma[at]), 1e-9 * depth)  # a file may state no noise at all
        near = tops[np.abs(tops - here) <= 0.5 * fwhm]
        top = float(near[np.argmin(np.abs(near - here))]) if near.size else None
        own, bent = fwhm, 0.0 if top is not None else _ground_bend(smoothed, here, fwhm)
        if bent > 0.0:
            depth += bent
            own = _between(_zeros(nm, bent - curvature), here) or fwhm
        found.append(_Bend(window_nm, here, fwhm, own, depth * (own / 2.35482) ** 2, significance, top))
    return found


def _between(inflections: tuple[FloatArray, FloatArray], here_nm: float) -> float | None:
    """Return the full width of a bell with the inflections next to a place; None where there is none on either side.

    A band on a steep flank has one true inflection; the side that shows it counts twice.
    """
    falling, rising = inflections
    left, right = rising[rising < here_nm], falling[falling > here_nm]
    sides = [here_nm - float(left[-1])] if left.size else []
    sides += [float(right[0]) - here_nm] if right.size else []
    if not sides:
        return None
    return FWHM_PER_INFLECTION * (2.0 * sides[0] if len(sides) == 1 else sum(sides))


def _ground_bend(smoothed: Curves, here_nm: float, fwhm_nm: float) -> float:
    """The curvature of the rise under a shoulder: the geometric mean of what is seen beyond it on both sides, or 0.

    It is exact for an exponential. Where one side shows none (another band, noise, an end) nothing is assumed.
    """
    places = np.searchsorted(smoothed.wavelengths_nm, (here_nm - BEYOND * fwhm_nm, here_nm + BEYOND * fwhm_nm))
    if places[1] >= smoothed.wavelengths_nm.size:
        return 0.0
    blue, red = (float(value) for value in smoothed.curvature[places])
    noise = 3.0 * float(smoothed.sigma[places].max())
    return float(np.sqrt(blue * red)) if blue > noise and red > noise else 0.0


def _zeros(nm: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return where `values` pass zero between the points: falling, and rising."""
    positive = values > 0.0
    known = np.isfinite(values)
    change = (positive[:-1] != positive[1:]) & known[:-1] & known[1:]
    at = np.flatnonzero(change)
    place = nm[at] + (nm[at + 1] - nm[at]) * values[at] / (values[at] - values[at + 1])
    return place[positive[at]], place[~positive[at]]


def _best_windows(found: list[_Bend]) -> list[_Bend]:
    """Of the same band seen through several windows keep the one that suits its width, and no ghost of another."""
    ranked = sorted(found, key=lambda bend: abs(np.log(bend.window_nm / (WINDOW_PER_FWHM * bend.fwhm_nm))))
    kept: list[_Bend] = []
    for bend in ranked:
        if all(abs(bend.nm - other.nm) > 0.4 * max(bend.fwhm_nm, other.fwhm_nm) for other in kept):
            kept.append(bend)
    return [bend for bend in kept if not any(_ghost(bend, other) for other in kept)]


def _ghost(bend: _Bend, other: _Bend) -> bool:
    near = abs(bend.nm - other.nm) < 0.5 * bend.window_nm + 1.2 * other.fwhm_nm
    stretched = max(bend.window_nm / (WINDOW_PER_FWHM * other.fwhm_nm), 1.0)
    return near and bend.height < GHOST * stretched**RINGING * other.height


def _peak(pixels: Pixels, bend: _Bend, kept: list[_Bend], tolerance: float) -> Peak:
    """Measure one band on the pixels themselves."""
    near = pixels.around(bend.nm - 3.0 * bend.fwhm_nm, bend.nm + 3.0 * bend.fwhm_nm)
    centre, definition = _centre(near, bend, tolerance)
    how_large = _size(near, bend, kept)
    return Peak(
        nm=centre.value,
        sigma_nm=min(centre.sigma * float(np.hypot(1.0, CHOSEN / bend.significance)), 0.5 * bend.fwhm_nm),
        fwhm_nm=how_large.fwhm.value,
        height=how_large.height.value,
        sigma_height=how_large.height.sigma,
        significance=bend.significance,
        definition=definition,
        sigma_fwhm_nm=how_large.fwhm.sigma,
    )


def _centre(pixels: Pixels, bend: _Bend, tolerance: float) -> tuple[Quantity, Definition]:
    """The local maximum, where one is at the sharpest bend; else that bend."""
    top = None if bend.top_nm is None else place(pixels, bend.top_nm, bend.fwhm_nm, 1)
    if top is not None and abs(top.value - bend.nm) <= 0.5 * tolerance * bend.fwhm_nm:
        return top, "local maximum"
    sharpest = place(pixels, bend.nm, bend.fwhm_nm, 3) or Quantity(bend.nm, 0.5 * bend.fwhm_nm)
    if top is not None and abs(top.value - sharpest.value) <= max(tolerance * bend.fwhm_nm, 3.0 * sharpest.sigma):
        return top, "local maximum"
    return sharpest, "second-derivative minimum"


def _size(pixels: Pixels, bend: _Bend, kept: list[_Bend]) -> Size:
    """Height and width over both flanks where these are free, else of a bell with this curvature."""
    reach = FAR[1] * bend.fwhm_nm
    free = all(abs(other.nm - bend.nm) > reach + 0.6 * other.fwhm_nm for other in kept if other is not bend)
    found = size(pixels, bend.nm, bend.fwhm_nm) if free else None
    if (
        found is not None
        and abs(np.log(found.fwhm.value / bend.fwhm_nm)) < ALIKE
        and found.height.value < 2.0 * bend.height
    ):
        return found
    rough = ROUGH if bend.top_nm is not None else ROUGH_SHOULDER
    noise, width = 1.0 / bend.significance, bend.own_fwhm_nm
    return Size(
        Quantity(bend.height, float(np.hypot(noise, rough)) * bend.height),
        Quantity(width, float(np.hypot(noise, 0.6 * rough)) * width),
    )

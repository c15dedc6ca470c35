"""How pure the dominant species is: what the spectrum and its fitted bands say beyond names and heights.

Every ratio is over the fitted height of E1, which stands on the ground under it. What all pixels share (an offset of
the cuvette, a drifting lamp) cancels in tail and valley; what the ground under E1 may be wrong by is in the sigma of
its height, and enters the valley only by the depth of the valley: its numerator stands on that same ground.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import acosh, cosh, hypot, inf, isfinite, log, sqrt

import numpy as np

from analysis.baseline import QUIET_NM
from analysis.energy import fwhm_mev, splitting_mev
from analysis.findings import Purity, Species
from analysis.spectrum import Quantity, Spectrum

TAIL_NM = (490.0, 520.0)  # where dots absorb and MSC-449 does not (paper, Fig. S1)
TAIL_PIXELS = 3
REACH_NM = 2.5  # of the means at E1 and in the valley: within it a band 18 nm wide falls by a twentieth
KNOWN_SHARE = 0.6  # of the pixels within it
WIDTH_SHARE = 0.82  # relative sigma of a width over that of the height, of a bell in white noise: sqrt(2 / 3)
# What a band or a ground of another shape than the fit's reads otherwise: height and width as a share of themselves,
# and the place of E2, a shoulder on a ground that rises to the blue, as a share of its width.
SHAPE_HEIGHT, SHAPE_WIDTH, SHAPE_PLACE = 0.03, 0.05, 0.02
# Of the width: how far a place that is fitted follows the neighbours and the ground that grow over the run.
WANDER = 0.005
LINE_READINGS = 3
SCATTER_READINGS = 6  # from so many on the scatter about the line may say that the sigmas were too small
HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Track:
    """The positions of one species over the run as the sums of a weighted line: as cheap after a day as at first.

    Times count in hours from `start_s`, positions in nm from `start_nm`; each sum is over the readings, with 1 /
    sigma^2 as weight: of the weight itself, of t, t^2, x, t x and x^2.
    """

    name: str
    start_s: float
    start_nm: float
    readings: int = 0
    weight: float = 0.0
    t: float = 0.0
    tt: float = 0.0
    x: float = 0.0
    tx: float = 0.0
    xx: float = 0.0


def purity(
    absorbance: Spectrum | None,
    species: tuple[Species, ...],
    dominant: Species | None,
    tracks: tuple[Track, ...],
    tail_height: Quantity | None,
) -> Purity | None:
    """Return the purity of the dominant species, with None for what cannot be told; None where there is none.

    A tail says nothing of dots, which absorb there themselves: only a cluster has the ratio.
    `species` are all fitted ones of the same spectrum, `tracks` the positions of the run with this reading in them,
    `tail_height` is what `tail` returns.
    """
    if absorbance is None or dominant is None or not dominant.absorbance > 0.0:
        return None
    second = next((one for one in species if one.name == dominant.name and one.role == "E2"), None)
    width = _width(dominant)
    return Purity(
        of=dominant.name,
        tail_ratio=None if tail_height is None or dominant.role != "E1" else _over(tail_height, dominant),
        valley_ratio=None if second is None else _valley(absorbance, species, dominant, second),
        e2_ratio=None if second is None else _over(Quantity(second.absorbance, second.sigma), dominant),
        fwhm_nm=width,
        fwhm_mev=None if width is None else _in_mev(dominant, width),
        splitting_mev=None if second is None else _splitting(dominant, second),
        drift_nm_per_h=next(
            (drift(track, WANDER * dominant.fwhm_nm) for track in tracks if track.name == dominant.name), None
        ),
    )


def tail(absorbance: Spectrum | None) -> tuple[Quantity | None, Quantity | None]:
    """Return mean absorbance at 490-520 nm over that at 650-750 nm, and the latter; None where not measured."""
    if absorbance is None:
        return None, None
    near, quiet = _mean(absorbance, *TAIL_NM, TAIL_PIXELS), _mean(absorbance, *QUIET_NM, TAIL_PIXELS)
    if near is None or quiet is None:
        return None, quiet
    return Quantity(near.value - quiet.value, hypot(near.sigma, quiet.sigma)), quiet


def followed(
    tracks: tuple[Track, ...], species: tuple[Species, ...], reaction_time_s: float | None
) -> tuple[Track, ...]:
    """Return the tracks with the positions of one more reading in them; E2 and bands without a name have none."""
    if reaction_time_s is None or not isfinite(reaction_time_s):
        return tracks
    by_name = {track.name: track for track in tracks}
    for one in species:
        if one.role == "E2" or one.name == "other" or not (isfinite(one.nm) and 0.0 < one.sigma_nm < inf):
            continue
        track = by_name.get(one.name) or Track(one.name, reaction_time_s, one.nm)
        by_name[one.name] = _with(track, reaction_time_s, one.nm, one.sigma_nm)
    return tuple(by_name.values())


def drift(track: Track, wander_nm: float = 0.0) -> Quantity | None:
    """Return the slope of a track in nm/h; None below three readings or where all were taken at one time.

    `wander_nm` is by how much all places may be off together, in step with time.
    """
    spread = track.weight * track.tt - track.t**2
    if track.readings < LINE_READINGS or spread <= 1e-9 * track.weight * max(track.tt, 1e-12):
        return None
    slope = (track.weight * track.tx - track.t * track.x) / spread
    sigma = sqrt(track.weight / spread)
    if track.readings >= SCATTER_READINGS:
        about = track.xx - track.x**2 / track.weight - slope**2 * spread / track.weight
        sigma *= sqrt(max(about / (track.readings - 2), 1.0))
    return Quantity(float(slope), hypot(sigma, wander_nm * track.weight / sqrt(spread)))


def _with(track: Track, time_s: float, nm: float, sigma_nm: float) -> Track:
    t, x, weight = (time_s - track.start_s) / HOUR_S, nm - track.start_nm, sigma_nm**-2.0
    return Track(
        track.name,
        track.start_s,
        track.start_nm,
        readings=track.readings + 1,
        weight=track.weight + weight,
        t=track.t + weight * t,
        tt=track.tt + weight * t * t,
        x=track.x + weight * x,
        tx=track.tx + weight * t * x,
        xx=track.xx + weight * x * x,
    )


def _mean(spectrum: Spectrum, low_nm: float, high_nm: float, pixels: int) -> Quantity | None:
    """Return the mean of the valid pixels in a range with its sigma; None where there are fewer than `pixels`."""
    first, last = spectrum.wavelengths_nm.searchsorted(low_nm), spectrum.wavelengths_nm.searchsorted(high_nm)
    known = spectrum.valid[first:last]
    values, sigma = spectrum.values[first:last], spectrum.sigma[first:last]
    count = int(np.count_nonzero(known))
    if count < max(pixels, KNOWN_SHARE * known.size if pixels < TAIL_PIXELS else 0):
        return None
    if count < known.size:
        values, sigma = values[known], sigma[known]
    return Quantity(float(values.sum()) / count, sqrt(float(np.dot(sigma, sigma))) / count)


def _height_sigma(lead: Species) -> float:
    return hypot(lead.sigma, SHAPE_HEIGHT * lead.absorbance)


def _over(height: Quantity, lead: Species) -> Quantity:
    ratio = height.value / lead.absorbance
    return Quantity(ratio, hypot(height.sigma, ratio * _height_sigma(lead)) / lead.absorbance)


def _valley(absorbance: Spectrum, species: tuple[Species, ...], lead: Species, second: Species) -> Quantity | None:
    """Return the absorbance midway between E2 and E1 (427 nm for 405 and 449) over that of E1.

    Both over the ground under E1: what is measured there less E1 and the other bands' share. With
    `drop` from there to the valley, that is 1 - drop / A(E1). Each place is a mean over 5 nm.
    """
    middle = 0.5 * (lead.nm + second.nm)
    if not second.nm + REACH_NM < middle < lead.nm - REACH_NM:
        return None
    top = _mean(absorbance, lead.nm - REACH_NM, lead.nm + REACH_NM, 1)
    low = _mean(absorbance, middle - REACH_NM, middle + REACH_NM, 1)
    if top is None or low is None:
        return None
    # A mean over the top lies lower than the top itself: by a share of the second derivative of a bell.
    rounded = lead.absorbance * (4.0 * log(2.0) / 3.0) * (REACH_NM / lead.fwhm_nm) ** 2
    drop, variance = top.value + rounded - low.value, top.sigma**2 + low.sigma**2
    for other in species:
        if other.name != lead.name or other.role not in (lead.role, "E2"):
            share, shape = _flank(other, lead.nm)
            drop -= share * other.absorbance
            variance += (share * other.sigma) ** 2 + (shape * other.absorbance) ** 2
    part = drop / lead.absorbance
    return Quantity(1.0 - part, hypot(sqrt(variance), part * _height_sigma(lead)) / lead.absorbance)


def _flank(other: Species, nm: float) -> tuple[float, float]:
    """Return how much of a band's height its flank has at a wavelength, and what its shape leaves open there.

    A bell of Gauss and the squared hyperbolic secant of the same width (whose flanks fall as exponentials, as those of
    excitons that phonons broaden do) differ by that.
    """
    away = min(abs(other.nm - nm) / other.fwhm_nm, 20.0)
    share = 2.0 ** -((2.0 * away) ** 2)
    return share, abs(cosh(2.0 * acosh(sqrt(2.0)) * away) ** -2.0 - share)


def _width(lead: Species) -> Quantity | None:
    if not 0.0 < lead.fwhm_nm < inf:
        return None
    noise = lead.sigma_fwhm_nm
    if noise is None:
        noise = WIDTH_SHARE * lead.fwhm_nm * lead.sigma / lead.absorbance
    return Quantity(lead.fwhm_nm, hypot(noise, SHAPE_WIDTH * lead.fwhm_nm))


def _in_mev(lead: Species, width: Quantity) -> Quantity | None:
    """Return the width in energy; None where a band would reach 0 nm."""
    return fwhm_mev(Quantity(lead.nm, lead.sigma_nm), width) if lead.nm > 0.5 * width.value else None


def _splitting(lead: Species, second: Species) -> Quantity:
    place = Quantity(second.nm, hypot(second.sigma_nm, SHAPE_PLACE * second.fwhm_nm))
    return splitting_mev(place, Quantity(lead.nm, lead.sigma_nm))

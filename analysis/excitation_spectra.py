"""Excitation spectra (PLE): what light makes a sample emit, over what light it absorbs, and how that moves in a run.

The paper's proof that dots emit and clusters do not: the excitation maximum moves from 474 to beyond 520 nm, while the
clusters' bands stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np

from analysis.findings import Peak
from analysis.peaks import find_peaks
from analysis.spectrum import BoolArray, FloatArray, Quantity, Spectrum, read_only, read_only_mask
from analysis.wording import listed, plus_minus, time_label

_LN10 = float(np.log(10.0))
WINDOWS_NM = (30.0, 48.0)  # bands of dots; what is narrower in an excitation spectrum is its lamp
SHARE = 0.1  # of the largest value: a lower band is a ripple of the lamp, too
FALLEN = 0.5  # of the largest value: a spectrum that ends above it ends within what makes the sample emit
BEYOND_NM = (5.0, 25.0)  # past the end of the excitation spectrum the sample must absorb less than SHARE of its most
ABSORBED_SIGMAS = 5.0  # absorptance must be known this well to be divided by
MOVED_SIGMAS = 3.0
MOVED_NM = 2.0  # two monochromators are set back to the same place no better
_FEWEST = 5


@dataclass(frozen=True, slots=True, eq=False)
class ExcitationReading:
    """The excitation spectrum of one aliquot.

    `maximum` is its first band from the red, a maximum or a shoulder; None where it has none, or ends before the sample
    ceases to be excited: `note` then says which. `tallest` is the band where it is largest, whatever it is of.
    `overlaid` is the spectrum scaled onto the absorptance (1 - 10^-A) of the same aliquot, `per_absorbed` what one
    absorbed photon of each wavelength gives, 1 where that is largest; None where no absorbance belongs to it.
    """

    reaction_time_s: float | None
    spectrum: Spectrum
    maximum: Peak | None
    overlaid: Spectrum | None
    per_absorbed: Spectrum | None
    note: str = ""
    tallest: Peak | None = None


@dataclass(frozen=True, slots=True)
class ExcitationTrack:
    """The excitation maximum against time: first and last in nm, by how much it moved, and what that says.

    `moved_nm` and `grows` are None with fewer than two maxima at known times; `grows` is true where it moved to the red
    beyond doubt, else false: it stayed, or its places are too unsure to tell.
    """

    first: Peak | None
    last: Peak | None
    moved_nm: Quantity | None
    grows: bool | None
    sentence: str


def read_excitation(
    excitation: Spectrum, absorbance: Spectrum | None, reaction_time_s: float | None
) -> ExcitationReading:
    """Return what an excitation spectrum shows, beside the absorbance of the same aliquot if there is one.

    Both have arrays of shape (pixels,), on axes of their own. Raises ValueError where the first is absorbance or the
    second is not.
    """
    if excitation.unit == "A":
        raise ValueError("An excitation spectrum is emission against the exciting wavelength, not absorbance.")
    overlaid = per_absorbed = None
    if absorbance is not None:
        share, sigma = absorptance(absorbance, excitation.wavelengths_nm)
        overlaid = _overlaid(excitation, share)
        per_absorbed = _per_absorbed(excitation, share, sigma)
    note = _cut(excitation, absorbance)
    bands = find_peaks(excitation, window_nm=WINDOWS_NM)
    maximum = None if note else _first_band(excitation, bands)
    if maximum is None and not note:
        note = "no band is seen"
    return ExcitationReading(
        reaction_time_s, excitation, maximum, overlaid, per_absorbed, note, _tallest(excitation, bands)
    )


def absorptance(absorbance: Spectrum, wavelengths_nm: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the share of light absorbed, 1 - 10^-A, at some wavelengths and its sigma; NaN where it is not known.

    Raises ValueError for a spectrum that is not absorbance.
    """
    if absorbance.unit != "A":
        raise ValueError("Only absorbance tells which share of the light is absorbed.")
    known = absorbance.valid
    if np.count_nonzero(known) < 2:
        return np.full(wavelengths_nm.shape, np.nan), np.full(wavelengths_nm.shape, np.nan)
    nm = absorbance.wavelengths_nm[known]
    values = np.interp(wavelengths_nm, nm, absorbance.values[known], left=np.nan, right=np.nan)
    sigma = np.interp(wavelengths_nm, nm, absorbance.sigma[known], left=np.nan, right=np.nan)
    passed = 10.0**-values
    return 1.0 - passed, _LN10 * passed * sigma


def track(readings: Sequence[ExcitationReading]) -> ExcitationTrack:
    """Return how the excitation maximum moves over a run, its readings in order of time."""
    shown = [(one, one.maximum) for one in readings if one.maximum is not None]
    if not shown:
        notes = list(dict.fromkeys(one.note for one in readings)) or ["no spectrum was given"]
        return ExcitationTrack(None, None, None, None, f"No excitation maximum: {listed(notes, 'or')}.")
    timed = [(one.reaction_time_s, band) for one, band in shown if one.reaction_time_s is not None]
    if len(timed) < 2:
        first, last = shown[0][1], shown[-1][1]
        at = f"{plus_minus(first.nm, first.sigma_nm)} nm"
        return ExcitationTrack(first, last, None, None, f"The excitation maximum is at {at}; one reading shows no way.")
    (start_s, first), (end_s, last) = timed[0], timed[-1]
    moved = Quantity(
        last.nm - first.nm, hypot(first.sigma_nm, last.sigma_nm, 2.0**0.5 * _scatter([band.nm for _, band in timed]))
    )
    grows = moved.value > max(MOVED_SIGMAS * moved.sigma, MOVED_NM)
    from_to = (
        f"from {plus_minus(first.nm, first.sigma_nm)} nm at {time_label(start_s)} "
        f"to {plus_minus(last.nm, last.sigma_nm)} nm at {time_label(end_s)}"
    )
    if grows:
        sentence = f"The excitation maximum moves {from_to}: what emits grows, as dots do; clusters stay."
    else:
        sentence = f"The excitation maximum does not move to the red beyond doubt, {from_to}."
    return ExcitationTrack(first, last, moved, grows, sentence)


def _scatter(places_nm: Sequence[float]) -> float:
    """Return by how much places scatter about a smooth course: 1.4826 MAD of the second difference over sqrt 6."""
    if len(places_nm) < _FEWEST:
        return 0.0
    bends = np.diff(np.array(places_nm), 2)
    return float(1.4826 * np.median(np.abs(bends - np.median(bends))) / 6.0**0.5)


def _cut(excitation: Spectrum, absorbance: Spectrum | None) -> str:
    """Return where a spectrum ends too early to show the first transition of what emits; empty where it does not."""
    nm, values = excitation.wavelengths_nm[excitation.valid], excitation.values[excitation.valid]
    if nm.size < _FEWEST:
        return "too few points are known"
    end = float(nm[-1])
    if float(values[-_FEWEST:].mean()) > FALLEN * float(values.max()):
        return f"it ends at {end:.0f} nm, where the sample is still excited"
    if absorbance is None:
        return ""
    beyond, _ = absorptance(absorbance, np.linspace(end + BEYOND_NM[0], end + BEYOND_NM[1], 9))
    within, _ = absorptance(absorbance, nm)
    if not (np.isfinite(beyond).any() and np.isfinite(within).any()):
        return ""
    absorbs = float(np.nanmean(beyond)) > SHARE * float(np.nanmax(within))
    return f"it ends at {end:.0f} nm, where the sample still absorbs" if absorbs else ""


def _first_band(excitation: Spectrum, bands: Sequence[Peak]) -> Peak | None:
    """Return the band furthest to the red that is no ripple of the lamp."""
    largest = float(np.max(excitation.values[excitation.valid], initial=0.0))
    tall = [band for band in bands if band.height >= SHARE * largest]
    return tall[-1] if tall else None


def _tallest(excitation: Spectrum, bands: Sequence[Peak]) -> Peak | None:
    """Return the band at the largest value; None where the spectrum is largest at an end, or on a flank."""
    if not np.any(excitation.valid):
        return None
    at_nm = float(excitation.wavelengths_nm[np.nanargmax(np.where(excitation.valid, excitation.values, np.nan))])
    near = [band for band in bands if abs(band.nm - at_nm) < 0.5 * band.fwhm_nm]
    return min(near, key=lambda band: abs(band.nm - at_nm), default=None)


def _overlaid(excitation: Spectrum, share: FloatArray) -> Spectrum | None:
    """Return the spectrum times the one factor that lays it best onto the absorptance."""
    known = excitation.valid & np.isfinite(share)
    light = excitation.values[known]
    total = float(light @ light)
    if light.size < _FEWEST or total <= 0.0:
        return None
    factor = float(light @ share[known]) / total
    if factor <= 0.0:
        return None
    return _made(excitation, excitation.values * factor, excitation.sigma * factor, excitation.valid)


def _per_absorbed(excitation: Spectrum, share: FloatArray, sigma: FloatArray) -> Spectrum | None:
    """Return emission per absorbed photon, 1 where it is largest; NaN where too little is absorbed to divide by."""
    known = excitation.valid & (share > ABSORBED_SIGMAS * sigma) & (share > 0.0)
    if np.count_nonzero(known) < _FEWEST:
        return None
    below = np.where(known, share, 1.0)
    ratio = excitation.values / below
    error = np.hypot(excitation.sigma / below, ratio * sigma / below)
    smooth = np.convolve(ratio[known], np.full(_FEWEST, 1.0 / _FEWEST), mode="valid")
    largest = float(smooth.max())
    if largest <= 0.0:
        return None
    return _made(excitation, ratio / largest, error / largest, known)


def _made(like: Spectrum, values: FloatArray, sigma: FloatArray, valid: BoolArray) -> Spectrum:
    return Spectrum(
        wavelengths_nm=like.wavelengths_nm,
        values=read_only(np.where(valid, values, np.nan)),
        sigma=read_only(np.where(valid, sigma, np.nan)),
        valid=read_only_mask(valid),
        unit="a.u.",
        mid_exposure_s=like.mid_exposure_s,
    )

"""The wavelength axis against known lines: a lamp's, a holmium filter's, and the excitation's own.

What is found is an offset with its uncertainty, measured minus tabulated, in nm; nothing is ever corrected by it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.baseline import running_median, smooth
from analysis.spectrum import BoolArray, Detector, FloatArray, Quantity, RawSpectrum, Spectrum

SEEN_SIGMAS = 8.0
WIDEST_LINE_NM = 5.0  # at half height: a lamp's line is as wide as the slit; a band of a white LED is wider
MOST_OFF_NM = 5.0  # a longer way from line to line would find agreement anywhere
APART_NM = {"lines": 0.5, "bands": 1.0}  # lines that belong to one offset lie within it; bands are less sharp
FEWEST = {"lines": 5, "bands": 4}
EXPLAINED = 0.5  # of the bright peaks: another lamp's lines meet a few of these by chance
BRIGHT = 0.1  # of the brightest
BAND_LEAST = 0.02  # absorbance above both sides
BAND_WINDOW_NM = 6.0
FROM_TOP = 0.3  # of the height: from here up a line counts for its centre; its wings hold its neighbours
EXCITATION_WITHIN_NM = 15.0  # a violet diode lies within 10 nm of what is printed on it

Kind = Literal["lines", "bands"]


@dataclass(frozen=True, slots=True)
class Standard:
    """Known wavelengths in air, in nm: lines of a lamp or bands of a filter, and where they are tabulated."""

    name: str
    kind: Kind
    nm: tuple[float, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Offset:
    """Measured minus tabulated wavelength in nm, and by how many lines it was found."""

    nm: Quantity
    lines: int


@dataclass(frozen=True, slots=True)
class _Peak:
    nm: float
    height: float
    saturated: bool = False


def load_standards(text: str) -> tuple[Standard, ...]:
    """Return the standards in a TOML text (`resources/lines.toml`). Raises ValueError where it is not whole."""
    try:
        rows = tomllib.loads(text)["standard"]
        return tuple(
            Standard(str(row["name"]), _kind(row["kind"]), tuple(float(nm) for nm in row["nm"]), str(row["source"]))
            for row in rows
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"The list of known lines is not whole: {error}.") from error


def offset_by_lines(frame: RawSpectrum, detector: Detector, standard: Standard) -> Offset:
    """Return the offset of the axis by a lamp's lines in one frame; no dark is needed.

    Raises ValueError, with the sentence for the chemist, for no lamp, saturated lines, another lamp.
    """
    peaks = _line_peaks(frame, detector)
    usable = [peak for peak in peaks if not peak.saturated]
    if not peaks:
        raise ValueError(f"No line stands out. {_nothing_recorded('Switch the lamp on, hold it before the fibre')}")
    try:
        return _agreed(usable, standard)
    except ValueError:
        full = len(peaks) - len(usable)
        if full == 0:
            raise
        told = f"{full} of {len(peaks)} lines saturate. "
        raise ValueError(told + _nothing_recorded("Hold the lamp further away")) from None


def offset_by_bands(absorbance: Spectrum, standard: Standard) -> Offset:
    """Return the offset of the axis by the absorption bands of a filter, each at its largest absorbance.

    Raises ValueError, with the sentence for the chemist, for no filter or another one.
    """
    peaks = _band_peaks(absorbance)
    if not peaks:
        raise ValueError(f"No band stands out. {_nothing_recorded('Put the filter into the light')}")
    return _agreed(peaks, standard)


def line_centre(
    wavelengths_nm: FloatArray, values: FloatArray, variance: FloatArray, known: BoolArray, near_nm: float
) -> Quantity | None:
    """Return the centre of the line near a wavelength in nm, or None where none stands out or its top is not known.

    Its sigma holds the noise, and how much the centre depends on how far down the line it is taken: an LED's line is
    no symmetric one. All arrays have shape (pixels,).
    """
    near = np.abs(wavelengths_nm - near_nm) <= EXCITATION_WITHIN_NM
    if not np.any(near & known):
        return None
    net = values - float(np.median(values[near & known]))
    top = int(np.argmax(np.where(near & known, net, -np.inf)))
    if net[top] <= SEEN_SIGMAS * np.sqrt(variance[top]):
        return None
    centres = [_centroid(wavelengths_nm, net, known, top, share) for share in (FROM_TOP, 2.0 * FROM_TOP)]
    if centres[0] is None or centres[1] is None:
        return None
    (centre, noise_per_sigma), (upper, _) = centres[0], centres[1]
    return Quantity(centre, float(np.hypot(noise_per_sigma * np.sqrt(variance[top]), 0.5 * (upper - centre))))


def _agreed(peaks: list[_Peak], standard: Standard) -> Offset:
    """Return the offset at which most peaks fall on lines of the standard."""
    at = np.array([peak.nm for peak in peaks])
    lines = np.array([nm for nm in standard.nm if at.size and at.min() - MOST_OFF_NM <= nm <= at.max() + MOST_OFF_NM])
    apart = at[:, None] - lines[None, :]
    tried = apart[np.abs(apart) <= MOST_OFF_NM]
    within = APART_NM[standard.kind]
    found = [_matched(apart, shift, within) for shift in tried]
    offsets = max(found, key=lambda each: (each.size, -float(np.std(each)) if each.size else 0.0), default=np.zeros(0))
    bright = [peak for peak in peaks if peak.height >= BRIGHT * max(each.height for each in peaks)]
    explained = sum(
        bool(np.any(np.abs(peak.nm - lines - np.median(offsets)) <= within)) for peak in bright if offsets.size
    )
    if offsets.size < FEWEST[standard.kind] or explained < EXPLAINED * len(bright):
        told = f"Only {offsets.size} of {len(peaks)} agree with {standard.name}: another lamp or filter. "
        raise ValueError(told + _nothing_recorded("Use the one that was named"))
    spread = 1.4826 * float(np.median(np.abs(offsets - np.median(offsets))))
    sigma = 1.2533 * max(spread, 0.1 * within) / float(np.sqrt(offsets.size))
    return Offset(Quantity(float(np.median(offsets)), sigma), int(offsets.size))


def _matched(apart: FloatArray, shift: float, within: float) -> FloatArray:
    """Return the offsets of those lines that have a peak where this shift puts them, each its nearest."""
    nearest = np.argmin(np.abs(apart - shift), axis=0)
    offsets = apart[nearest, np.arange(apart.shape[1])]
    matched: FloatArray = offsets[np.abs(offsets - shift) <= within]
    return matched


def _line_peaks(frame: RawSpectrum, detector: Detector) -> list[_Peak]:
    """Return the narrow peaks of a frame, from blue to red."""
    nm = frame.wavelengths_nm
    first, end = detector.optical_pixels or (0, nm.size)
    counts, saturated = frame.counts[first:end], frame.saturated[first:end]
    nm = nm[first:end]
    pitch = float(np.median(np.abs(np.diff(nm))))
    wide = min(int(8.0 * WIDEST_LINE_NM / pitch) | 1, (counts.size - 1) | 1)
    net = counts - running_median(counts, wide)
    sigma = 1.4826 * float(np.median(np.abs(net - np.median(net))))
    known = np.ones(net.size, dtype=np.bool_)
    peaks = []
    for top in _maxima(net, max(2, int(0.5 / pitch))):
        full = bool(np.any(saturated[max(top - 1, 0) : top + 2]))
        wide_nm = _width_nm(nm, net, top)
        if net[top] <= SEEN_SIGMAS * max(sigma, 1.0) or wide_nm > WIDEST_LINE_NM or wide_nm < 1.5 * pitch:
            continue
        centre = _centroid(nm, net, known, top, FROM_TOP)
        if centre is not None:
            peaks.append(_Peak(centre[0], float(net[top]), full))
    return peaks


def _band_peaks(absorbance: Spectrum) -> list[_Peak]:
    """Return the maxima of an absorbance that stand out on both sides."""
    found = smooth(absorbance, BAND_WINDOW_NM)
    nm, values, noise = found.wavelengths_nm, found.derivatives[0], found.sigma[0]
    known = np.isfinite(values)
    nm, values, noise = nm[known], values[known], noise[known]
    slope = found.derivatives[1][known]
    peaks = []
    for left in np.flatnonzero((slope[:-1] > 0.0) & (slope[1:] <= 0.0)):
        centre = float(nm[left] + (nm[left + 1] - nm[left]) * slope[left] / (slope[left] - slope[left + 1]))
        sides = [values[(nm >= low) & (nm <= high)] for low, high in ((centre - 12, centre), (centre, centre + 12))]
        above = min(float(values[left] - np.min(side)) for side in sides) if all(s.size for s in sides) else 0.0
        if above > max(BAND_LEAST, SEEN_SIGMAS * noise[left]):
            peaks.append(_Peak(centre, above))
    return peaks


def _maxima(net: FloatArray, reach: int) -> list[int]:
    """Return the indices that are the largest within `reach` on both sides."""
    padded = np.pad(net, reach, constant_values=-np.inf)
    highest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=1)
    return [int(index) for index in np.flatnonzero(net >= highest) if 0 < index < net.size - 1]


def _run_above(net: FloatArray, top: int, level: float) -> tuple[int, int]:
    """Return the first and the last pixel about `top` of those in a row that are above a level."""
    first = last = top
    while first > 0 and net[first - 1] > level:
        first -= 1
    while last < net.size - 1 and net[last + 1] > level:
        last += 1
    return first, last


def _width_nm(nm: FloatArray, net: FloatArray, top: int) -> float:
    first, last = _run_above(net, top, 0.5 * float(net[top]))
    return float(nm[last] - nm[first]) + float(np.abs(nm[top] - nm[top - 1]))


def _centroid(nm: FloatArray, net: FloatArray, known: BoolArray, top: int, share: float) -> tuple[float, float] | None:
    """Return the centre of what a line has above a share of its height, and by how much a pixel's sigma moves it.

    None where a pixel of it is not known.
    """
    level = share * float(net[top])
    first, last = _run_above(net, top, level)
    part = slice(first, last + 1)
    if not np.all(known[part]):
        return None
    weight = net[part] - level
    total = float(np.sum(weight))
    centre = float(np.sum(weight * nm[part]) / total)
    return centre, float(np.sqrt(np.sum((nm[part] - centre) ** 2))) / total


def _nothing_recorded(then: str) -> str:
    return f"Nothing was recorded. {then}, then check again."


def _kind(text: str) -> Kind:
    if text == "lines":
        return "lines"
    if text == "bands":
        return "bands"
    raise ValueError(f"The list of known lines holds {text!r}; there are lines and bands.")

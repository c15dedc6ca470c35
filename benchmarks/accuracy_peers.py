"""What else could look at the same spectra, used as an expert would: find_peaks, O'Haver, lmfit with BIC, a threshold.

All of them see what Aliquot sees: the same absorbance or emission with the same sigma and mask. A peer that is not
installed is None in `PEERS`; nothing is said in its name.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter
from scipy.signal import find_peaks, peak_widths, savgol_filter

from analysis.library import LibraryEntry
from analysis.spectrum import FloatArray, Spectrum

WITHIN_NM = (395.0, 650.0)
PROMINENCES = 6.0  # of the smoothed noise, and never below the next
LEAST_PROMINENCE = 0.0015
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Seen:
    """A peak as a peer reports it; `score` is what its threshold is set on."""

    nm: float
    height: float
    fwhm_nm: float
    score: float


def _curve(spectrum: Spectrum) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return nm, values and sigma of the window, holes filled by a straight line."""
    nm = spectrum.wavelengths_nm
    inside = (nm >= WITHIN_NM[0]) & (nm <= WITHIN_NM[1])
    known = spectrum.valid & inside
    if np.count_nonzero(known) < 20:
        return nm[:0], nm[:0], nm[:0]
    values = np.interp(nm[inside], nm[known], spectrum.values[known])
    return nm[inside], values, np.interp(nm[inside], nm[known], spectrum.sigma[known])


def _odd(nm: FloatArray, width_nm: float) -> int:
    return max(round(width_nm / float(np.median(np.diff(nm)))) | 1, 5)


def by_find_peaks(spectrum: Spectrum) -> list[Seen]:
    """scipy's find_peaks on a Savitzky-Golay smooth of 9 nm, order 3; prominence 6 smoothed sigma, 8 nm apart."""
    nm, values, sigma = _curve(spectrum)
    if nm.size == 0:
        return []
    window = _odd(nm, 9.0)
    smooth = savgol_filter(values, window, 3)
    pitch = float(np.median(np.diff(nm)))
    noise = sigma * np.sqrt(2.25 / window)
    at, told = find_peaks(smooth, prominence=0.0, distance=max(int(8.0 / pitch), 1), width=4.0 / pitch)
    width = peak_widths(smooth, at, rel_height=0.5)[0] * pitch
    seen = []
    for index, prominence, fwhm in zip(at, told["prominences"], width, strict=True):
        seen.append(Seen(_vertex(nm, smooth, int(index)), float(prominence), float(fwhm), prominence / noise[index]))
    return seen


def _vertex(nm: FloatArray, values: FloatArray, at: int) -> float:
    """Top of a parabola through 4 nm about a maximum."""
    half = max(int(2.0 / float(np.median(np.diff(nm)))), 2)
    low, high = max(at - half, 0), min(at + half + 1, nm.size)
    second, first, _ = np.polyfit(nm[low:high] - nm[at], values[low:high], 2)
    place = -first / (2.0 * second) if second < 0.0 else 0.0
    return float(nm[at] + np.clip(place, -2.0, 2.0))


def found(seen: list[Seen]) -> list[Seen]:
    """Keep what stands above the threshold an expert would set for everyday work."""
    return [one for one in seen if one.score >= PROMINENCES and one.height >= LEAST_PROMINENCE]


def named(seen: list[Seen], library: tuple[LibraryEntry, ...]) -> set[str]:
    """Name peaks by the nearest library range, 2.5 nm wider than published; a second exciton is no species."""
    names: set[str] = set()
    for one in seen:
        if any(entry.e2_range_nm and _outside(one.nm, entry.e2_range_nm) <= 2.5 for entry in library):
            continue
        fits = sorted((_outside(one.nm, e.e1_range_nm) - 0.01 * (one.fwhm_nm < 30.0) * (e.kind != "dots"), e.name)
                      for e in library)  # fmt: skip
        names.add(fits[0][1] if fits and fits[0][0] <= 2.5 else OTHER)
    return names


def _outside(nm: float, within_nm: tuple[float, float]) -> float:
    return max(within_nm[0] - nm, nm - within_nm[1], 0.0)


def threshold(spectrum: Spectrum) -> tuple[float, float, float]:
    """Maximum above a threshold: return the top of the smoothed PL beyond 480 nm, its noise, and where it is (nm).

    Spikes out by a median of five pixels, then Savitzky-Golay over 9 nm; the blank is subtracted already.
    """
    nm = spectrum.wavelengths_nm
    known = spectrum.valid & (nm >= 480.0) & (nm <= 750.0)
    if np.count_nonzero(known) < 50:
        return 0.0, 1.0, float("nan")
    axis, values = nm[known], spectrum.values[known]
    window = _odd(axis, 9.0)
    smooth = savgol_filter(median_filter(values, 5), window, 3)
    at = int(np.argmax(smooth))
    return float(smooth[at]), float(spectrum.sigma[known][at] * np.sqrt(2.25 / window)), float(axis[at])


def emits(spectrum: Spectrum) -> bool:
    """Is the maximum above 50 counts/s, half the level of onset, and above five sigma of itself?"""
    top, noise, _ = threshold(spectrum)
    return top > max(50.0, 5.0 * noise)


def installed(package: str) -> bool:
    """Is a package there?"""
    return importlib.util.find_spec(package) is not None


SLOW: tuple[str, ...] = ("lmfit",)
PEERS: dict[str, Callable[[Spectrum], list[Seen]] | None] = {"find_peaks": by_find_peaks}

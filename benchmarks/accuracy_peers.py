"""What else could look at the same spectra, used as an expert would: find_peaks, O'Haver, lmfit with BIC, a threshold.

All of them see what Aliquot sees: the same absorbance or emission with the same sigma and mask. Names come from the
shipped library, by position. A peer that is not installed is None in `PEERS`; nothing is said in its name.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.ndimage import median_filter
from scipy.signal import find_peaks, peak_widths, savgol_filter

from analysis.library import LibraryEntry
from analysis.spectrum import FloatArray, Spectrum

WITHIN_NM = (395.0, 650.0)
SMOOTH_NM = 9.0  # about half the width of the sharpest cluster
SIGMAS = 6.0  # of the smoothed noise
LEAST = 0.0015  # absorbance; below it an expert sees lamp drift and cuvettes
BIC_STEP = 10.0  # "very strong" (Kass and Raftery 1995)
MOST_BANDS = 6
ONE_BAND_NM = 12.0
SHAPE_SHARE = 0.01  # of the level: real bands are Gaussians no better than that
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Seen:
    """A peak as a peer reports it: `score` is what its threshold is set on, `kept` whether it stands above it."""

    nm: float
    height: float
    fwhm_nm: float
    score: float
    kept: bool


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
    """scipy's find_peaks on a Savitzky-Golay smooth of 9 nm, order 3; prominence of 6 sigma and 0.0015, 8 nm apart."""
    nm, values, sigma = _curve(spectrum)
    if nm.size == 0:
        return []
    window = _odd(nm, SMOOTH_NM)
    smooth = savgol_filter(values, window, 3)
    pitch = float(np.median(np.diff(nm)))
    noise = sigma * np.sqrt(2.25 / window)
    at, told = find_peaks(smooth, prominence=0.0, distance=max(int(8.0 / pitch), 1), width=4.0 / pitch)
    width = peak_widths(smooth, at, rel_height=0.5)[0] * pitch
    seen = []
    for index, prominence, fwhm in zip(at, told["prominences"], width, strict=True):
        score = float(prominence / noise[index])
        kept = score >= SIGMAS and float(prominence) >= LEAST
        seen.append(Seen(_vertex(nm, smooth, int(index)), float(prominence), float(fwhm), score, kept))
    return seen


def _vertex(nm: FloatArray, values: FloatArray, at: int) -> float:
    """Top of a parabola through 4 nm about a maximum."""
    half = max(int(2.0 / float(np.median(np.diff(nm)))), 2)
    low, high = max(at - half, 0), min(at + half + 1, nm.size)
    second, first, _ = np.polyfit(nm[low:high] - nm[at], values[low:high], 2)
    place = -first / (2.0 * second) if second < 0.0 else 0.0
    return float(nm[at] + np.clip(place, -2.0, 2.0))


def by_ohaver(spectrum: Spectrum) -> list[Seen]:
    """hyperspy's find_peaks_ohaver on the same smooth above its lowest point, 8 nm to a peak.

    Its two thresholds: amplitude 6 sigma and 0.0015; slope 6 sigma of the step between two smoothed slopes. The score
    is that step over its sigma.
    """
    from hyperspy._signals.signal1d import find_peaks_ohaver

    nm, values, sigma = _curve(spectrum)
    if nm.size == 0:
        return []
    window = _odd(nm, SMOOTH_NM)
    smooth = savgol_filter(values, window, 3)
    smooth = smooth - float(np.min(smooth)) + 1e-9
    noise = float(np.median(sigma)) * np.sqrt(2.25 / window)
    bend = savgol_filter(values, _odd(nm, 1.5 * SMOOTH_NM), 3, deriv=2)
    wide = _odd(nm, 1.5 * SMOOTH_NM)
    bend_noise = float(np.median(sigma)) * np.sqrt(720.0 / float(wide) ** 5)  # variance of a quadratic's curvature
    with np.errstate(all="ignore"):
        told = find_peaks_ohaver(smooth, nm, amp_thresh=max(SIGMAS * noise, LEAST), peakgroup=_odd(nm, 8.0))
    seen = []
    for one in told:
        if not WITHIN_NM[0] <= one["position"] <= WITHIN_NM[1]:
            continue
        at = int(np.argmin(np.abs(nm - one["position"])))
        score = float(-bend[at] / bend_noise)
        width = float(one["width"]) if np.isfinite(one["width"]) else 0.0
        seen.append(Seen(float(one["position"]), float(smooth[at]), width, score, score >= SIGMAS))
    return seen


def by_lmfit(spectrum: Spectrum) -> list[Seen]:
    """lmfit: a constant, an exponential to the blue and Gaussians, one more as long as BIC falls by 10, at most six.

    On 2 nm bins, weighted with their sigma, 0.0003 and 1 % of the level for what no Gaussian is; each new Gaussian
    starts at the largest residual. Gaussians less than 12 nm apart make one band. Its score is by how much BIC fell
    when it came.
    """
    import lmfit

    nm, values, sigma = _curve(spectrum)
    if nm.size == 0:
        return []
    step = max(round(2.0 / float(np.median(np.diff(nm)))), 1)
    count = nm.size // step
    axis, level = (a[: count * step].reshape(count, step).mean(axis=1) for a in (nm, values))
    noise = sigma[: count * step].reshape(count, step).mean(axis=1) / np.sqrt(step)
    error = np.sqrt(noise**2 + 3e-4**2 + (SHAPE_SHARE * level) ** 2)
    parameters = lmfit.Parameters()
    parameters.add("ground", value=float(np.median(level[-10:])))
    parameters.add("edge", value=max(float(level[0]), 1e-3), min=0.0)
    parameters.add("decay", value=25.0, min=5.0, max=150.0)
    best = lmfit.minimize(_misfit, parameters, args=(axis, level, error), max_nfev=400)
    gains: list[float] = []
    while len(gains) < MOST_BANDS:
        rest = np.convolve(-np.asarray(best.residual), np.ones(7) / 7.0, mode="same")
        at = int(np.argmax(rest[3:-3])) + 3
        trial, number = best.params.copy(), len(gains)
        trial.add(f"nm{number}", value=float(axis[at]), min=385.0, max=660.0)
        trial.add(f"height{number}", value=max(float(rest[at] * error[at]), 1e-4), min=0.0)
        trial.add(f"sigma{number}", value=9.0, min=3.5, max=35.0)
        after = lmfit.minimize(_misfit, trial, args=(axis, level, error), max_nfev=600)
        gain = float(best.bic - after.bic)
        if gain < BIC_STEP:
            break
        best = after
        gains.append(gain)
    return _bands(best.params, gains)


def _bands(parameters: Any, gains: list[float]) -> list[Seen]:
    """Gaussians less than 12 nm apart are one band that is no Gaussian: its place is the maximum of their sum."""
    told = sorted(
        (float(parameters[f"nm{n}"]), float(parameters[f"height{n}"]), float(parameters[f"sigma{n}"]), gain)
        for n, gain in enumerate(gains)
    )
    groups: list[list[tuple[float, float, float, float]]] = []
    for one in told:
        if groups and one[0] - groups[-1][-1][0] < ONE_BAND_NM:
            groups[-1].append(one)
        else:
            groups.append([one])
    axis, seen = np.arange(380.0, 665.0, 0.1), []
    for group in groups:
        total = sum((h * np.exp(-0.5 * ((axis - nm) / s) ** 2) for nm, h, s, _ in group), np.zeros(axis.size))
        at = int(np.argmax(total))
        fwhm = float(np.count_nonzero(total >= 0.5 * total[at])) * 0.1
        gain = max(gain for *_, gain in group)
        if WITHIN_NM[0] <= axis[at] <= WITHIN_NM[1]:
            seen.append(Seen(float(axis[at]), float(total[at]), fwhm, gain, bool(total[at] >= LEAST)))
    return seen


def _misfit(parameters: Any, axis: FloatArray, level: FloatArray, error: FloatArray) -> FloatArray:
    """Residuals model - data over their error, shape (bins,)."""
    told = parameters.valuesdict()
    model = told["ground"] + told["edge"] * np.exp(-(axis - axis[0]) / told["decay"])
    number = 0
    while f"nm{number}" in told:
        off = (axis - told[f"nm{number}"]) / told[f"sigma{number}"]
        model = model + told[f"height{number}"] * np.exp(-0.5 * off**2)
        number += 1
    return np.asarray((model - level) / error)


def found(seen: list[Seen]) -> list[Seen]:
    """Keep what stands above the peer's own threshold."""
    return [one for one in seen if one.kept]


def named(seen: list[Seen], library: tuple[LibraryEntry, ...]) -> set[str]:
    """Name peaks by the nearest library range, at most 2.5 nm outside it, width deciding between equals.

    A second exciton is no species of its own; what fits nothing is "other".
    """
    names: set[str] = set()
    for one in seen:
        if any(entry.e2_range_nm and _outside(one.nm, entry.e2_range_nm) <= 2.5 for entry in library):
            continue
        fits = sorted(
            (
                _outside(one.nm, entry.e1_range_nm),
                _outside(one.fwhm_nm, entry.fwhm_range_nm),
                entry.name,
            )
            for entry in library
        )
        names.add(fits[0][2] if fits and fits[0][0] <= 2.5 else OTHER)
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
    window = _odd(axis, SMOOTH_NM)
    smooth = savgol_filter(median_filter(values, 5), window, 3)
    at = int(np.argmax(smooth))
    return float(smooth[at]), float(spectrum.sigma[known][at] * np.sqrt(2.25 / window)), _vertex(axis, smooth, at)


def emits(spectrum: Spectrum) -> bool:
    """Is the maximum above 50 counts/s, half the level of onset, and above five sigma of itself?"""
    top, noise, _ = threshold(spectrum)
    return top > max(50.0, 5.0 * noise)


def _if_installed(package: str, peer: Callable[[Spectrum], list[Seen]]) -> Callable[[Spectrum], list[Seen]] | None:
    return peer if importlib.util.find_spec(package) is not None else None


SLOW = ("lmfit",)
PEERS: dict[str, Callable[[Spectrum], list[Seen]] | None] = {
    "find_peaks": by_find_peaks,
    "O'Haver": _if_installed("hyperspy", by_ohaver),
    "lmfit": _if_installed("lmfit", by_lmfit),
}

"""The lamp's drift since the reference: read where nothing absorbs, subtracted where it can be nothing else, and kept.

A lamp that burns weaker lifts the absorbance of every pixel alike, or a little more in the blue if it also cools: after
Wien's law by 1/lambda. A cuvette that stands or is wiped differently does the same. Turbidity lifts it as lambda^-n and
falls steeply to the red, and so does the tail of something that absorbs. The first is taken out, the others are said.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np

from analysis.baseline import QUIET_NM
from analysis.spectrum import Quantity, Spectrum, read_only
from analysis.wording import plus_minus

MOST_ABSORBANCE = 0.05  # 11 % of the light: no lamp drifts so far, no clean cuvette differs so much
LEAST_ABSORBANCE = 0.001  # 0.2 % of the light: less changes no band and no decision
LEAST_SIGMAS = 3.0
STEEPEST = 1.5  # power of 1/lambda: a cooler lamp falls with 1 (Wien), scattering particles with 2 to 4 (Mie, Rayleigh)
MIDDLE_NM = 0.5 * (QUIET_NM[0] + QUIET_NM[1])
APART_NM = 0.5 * (QUIET_NM[1] - QUIET_NM[0])  # between the middles of the two halves of the quiet band
FEWEST = 8  # pixels in each half
MEASURED_FROM_NM, MEASURED_TO_NM = QUIET_NM[0] + 10.0, QUIET_NM[1] - 10.0  # at least this much of the band is needed
_BAND = f"{QUIET_NM[0]:g} to {QUIET_NM[1]:g} nm"
_SUBTRACTED = f"subtracted: read at {_BAND}, where nothing absorbs"


def without_lamp_drift(absorbance: Spectrum) -> Spectrum:
    """Return an absorbance without what the lamp has drifted since its reference, or as it is, with the reason.

    The median of 650-750 nm is subtracted from every pixel where it stands 3 sigma and 0.001 from zero, is at most 0.05
    and does not fall to the red more steeply than a lamp can. `lamp_drift` then carries it: it is one number for all
    pixels, so that differences between them do not have its sigma; each pixel alone has, and it is added there. The
    ceiling moves with the values. Where the band is not measured nothing is done and nothing is said.
    """
    halves = _halves(absorbance)
    if halves is None:
        return absorbance
    blue, red, sigma = halves
    level, fall = 0.5 * (blue + red), blue - red
    drift, least = Quantity(level, sigma), max(LEAST_SIGMAS * sigma, LEAST_ABSORBANCE)
    of_a_lamp = STEEPEST * max(level, 0.0) * APART_NM / MIDDLE_NM
    of_noise = LEAST_SIGMAS * 2.0 * sigma  # the difference of two halves has twice the sigma of their mean
    if max(abs(level), fall) >= least and fall > of_a_lamp + of_noise:
        reason = "falls to the red, as of a turbid sample or one that absorbs there: the lamp's drift is not corrected"
        return _saying(absorbance, drift, reason)
    if abs(level) < least:
        return absorbance
    if abs(level) > MOST_ABSORBANCE:
        reason = "is more than a lamp drifts and is not corrected: look at the cuvette, or take the reference again"
        return _saying(absorbance, drift, reason)
    remark = f"drift of the lamp (or the cuvette's own) {plus_minus(level, sigma)} {_SUBTRACTED}"
    return replace(
        absorbance,
        values=read_only(absorbance.values - level),
        sigma=read_only(np.hypot(absorbance.sigma, sigma)),
        ceiling=None if absorbance.ceiling is None else read_only(absorbance.ceiling - level),
        lamp_drift=drift,
        remarks=(*absorbance.remarks, remark),
    )


def as_measured(absorbance: Spectrum) -> Spectrum:
    """Return an absorbance as it was before a drift of the lamp was subtracted, remarks and all."""
    drift = absorbance.lamp_drift
    if drift is None:
        return absorbance
    variance = np.maximum(absorbance.sigma**2 - drift.sigma**2, 0.0)
    return replace(
        absorbance,
        values=read_only(absorbance.values + drift.value),
        sigma=read_only(np.sqrt(variance)),
        ceiling=None if absorbance.ceiling is None else read_only(absorbance.ceiling + drift.value),
        lamp_drift=None,
        remarks=tuple(remark for remark in absorbance.remarks if not remark.endswith(_SUBTRACTED)),
    )


def _halves(absorbance: Spectrum) -> tuple[float, float, float] | None:
    """Return the medians of both halves of the quiet band and the sigma of their mean; None where it is not measured.

    The noise is the pixels' own sigma or their scatter, whichever is larger; that of a median is 1.2533 times that of a
    mean.
    """
    first, last = np.searchsorted(absorbance.wavelengths_nm, QUIET_NM)
    valid = absorbance.valid[first:last]
    nm = absorbance.wavelengths_nm[first:last][valid]
    if nm.size < 2 * FEWEST or nm[0] > MEASURED_FROM_NM or nm[-1] < MEASURED_TO_NM:
        return None
    values, middle = absorbance.values[first:last][valid], int(np.searchsorted(nm, MIDDLE_NM))
    if min(middle, nm.size - middle) < FEWEST:
        return None
    blue, red = float(np.median(values[:middle])), float(np.median(values[middle:]))
    # Scatter by differences, so that a slope is no noise.
    stated = float(np.mean(absorbance.sigma[first:last][valid]))
    scatter = 1.4826 * float(np.median(np.abs(values[1:] - values[:-1]))) / sqrt(2.0)
    return blue, red, 1.2533 * max(stated, scatter) / sqrt(nm.size)


def _saying(absorbance: Spectrum, ground: Quantity, reason: str) -> Spectrum:
    """Return the absorbance as it is, with what is said of its ground."""
    remark = f"absorbance at {_BAND} ({plus_minus(ground.value, ground.sigma)}) {reason}"
    return replace(absorbance, remarks=(*absorbance.remarks, remark))

"""Whether the linearity coefficients that a device stores can be believed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.polynomial import polynomial

ACCEPTED_RANGE = (0.7, 1.1)
"""Where the polynomial of a real detector lies from no light to full scale; eight real devices: 0.834 to 1.002."""

NONE_STORED = "No linearity correction: the device stores no coefficients."
UNREADABLE = "No linearity correction: the stored coefficients cannot be read."


def accepted(stored: Sequence[float], full_scale_counts: float) -> tuple[tuple[float, ...], str]:
    """Return the coefficients c0, c1 ... if they can be a linearity correction, else none and the reason why not.

    Net counts n (dark subtracted) are divided by c0 + c1 n + c2 n^2 ...; accepted are finite coefficients, not all
    zero, whose polynomial stays within ACCEPTED_RANGE for every n from 0 to `full_scale_counts`.
    """
    if not stored:
        return (), NONE_STORED
    if not all(math.isfinite(c) for c in stored):
        return (), "No linearity correction: the stored coefficients are not all numbers."
    if not any(stored):
        return (), "No linearity correction: the stored coefficients are all zero."
    low, high = span(stored, full_scale_counts)
    if not ACCEPTED_RANGE[0] <= low <= high <= ACCEPTED_RANGE[1]:
        return (), (
            f"No linearity correction: the stored polynomial runs from {low:.3g} to {high:.3g}, "
            f"that of a detector lies within {ACCEPTED_RANGE[0]:g} to {ACCEPTED_RANGE[1]:g}."
        )
    return tuple(float(c) for c in stored), ""


def span(coefficients: Sequence[float], full_scale_counts: float) -> tuple[float, float]:
    """Return least and greatest value of the polynomial from 0 to full scale: at both ends or where its slope is 0."""
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = np.asarray(coefficients, dtype=np.float64) * full_scale_counts ** np.arange(len(coefficients))
        if not np.all(np.isfinite(scaled)):
            return -math.inf, math.inf
        where = [0.0, 1.0]
        slope = polynomial.polytrim(polynomial.polyder(scaled), tol=1e-15 * float(np.max(np.abs(scaled))))
        if slope.size > 1:
            turns = polynomial.polyroots(slope)
            where += [t.real for t in turns if abs(t.imag) < 1e-6 and 0.0 < t.real < 1.0]
        values = polynomial.polyval(np.array(where), scaled)
    return float(np.min(values)), float(np.max(values))

"""A short and a long exposure of one light, as one: what saturates in the long one is read from the short one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.spectrum import BoolArray, FloatArray

MOST_APART = 0.05  # of the light where both exposures see it: beyond, the two did not see the same light
COMPARED_SIGMAS = 20.0  # pixels where both are known to 5 % or better
FEWEST = 4  # pixels to compare


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """Light of one exposure in counts/s: rate and variance, and which pixels it knows, all of shape (pixels,)."""

    rate: FloatArray
    variance: FloatArray
    seen: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Merged:
    """Both exposures as one; `refused` says why they could not be merged (None: they were)."""

    rates: Rates
    from_short: BoolArray
    refused: str | None = None


def merge(long: Rates, short: Rates, full: BoolArray) -> Merged:
    """Return the long exposure with its `full` pixels (saturated ones and their neighbours) from the short one.

    They carry the short exposure's own variance. Where the two differ by more than 5 % in the pixels that both know
    well, or nothing can be compared, the long one is returned as it was and `refused` says so.
    """
    nothing = np.zeros(full.shape, dtype=np.bool_)
    apart = _apart(long, short, full)
    if apart is None:
        return Merged(long, nothing, "the short and the long exposure have no light in common to compare")
    if abs(apart) > MOST_APART:
        percent = f"{100.0 * abs(apart):.0f} %"
        return Merged(long, nothing, f"the short and the long exposure differ by {percent}")
    taken = full & short.seen
    return Merged(
        Rates(
            np.where(taken, short.rate, long.rate),
            np.where(taken, short.variance, long.variance),
            np.where(taken, True, long.seen & ~full),
        ),
        taken,
    )


def _apart(long: Rates, short: Rates, full: BoolArray) -> float | None:
    """Return by which share the short exposure is brighter than the long one, or None where nothing tells."""
    both = long.seen & short.seen & ~full
    both &= (long.rate > COMPARED_SIGMAS * np.sqrt(long.variance)) & (
        short.rate > COMPARED_SIGMAS * np.sqrt(short.variance)
    )
    if np.count_nonzero(both) < FEWEST:
        return None
    return float(np.sum(short.rate[both]) / np.sum(long.rate[both])) - 1.0

"""Stray light and noise: the largest absorbance that each pixel can show, and where a sample comes near it.

In an array spectrometer a little of all the light that enters is scattered onto every pixel alike. A black sample then
reads A = -log10(stray / lamp) and no more, and one that is nearly so reads too low: with 0.1 % of the lamp A = 2 reads
1.96 and A = 3 reads 2.70. The ceiling says so; no value is corrected, since nobody knows the stray light that well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.spectrum import BoolArray, FloatArray
from analysis.wording import listed

TYPICAL_SHARE = 0.001  # makers of compact array spectrometers state 0.05 to 0.1 % of a tungsten lamp at 435 to 600 nm
BLACK_SIGMAS = 3.0  # light below this many sigma is no light
BLOCKED_BY_NM = 20.0  # this far below its edge a long-pass filter lets less through than the stray light is
BLOCK = 16  # pixels, means of which are compared: one dead pixel is no proof of little stray light
BLOCK_FEWEST = 10
ALIVE_SIGMAS = 5.0  # a block that sees so much light is not one that is dead or covered
MOST_SHARE = 0.02  # more is no stray light: the filter is not in the lamp's way
UNEVEN = 2.0  # nor is what grows so much from the bluer half of the blocked pixels to the redder: that is the lamp
TOO_LOW = 0.05  # absorbance: where stray light may make a value so much too low, it is near the ceiling
NEAR_PIXELS = 8  # about 3 nm: a band is wider, a noisy pixel is not
APART_NM = 5.0  # two ranges with less between them are one

Source = Literal["set", "measured below the filter", "assumed", "at most, by the darkest pixels"]


@dataclass(frozen=True, slots=True)
class StrayLight:
    """How much light every pixel sees that belongs to others: as counts of the reference, and how that is known.

    `share` is that of the mean light of the lamp over the detector.
    """

    share: float
    counts: float
    source: Source

    @property
    def words(self) -> str:
        """Get it in words: "stray light 0.1 %, assumed"."""
        return f"stray light {100.0 * self.share:.2g} %, {self.source}"


def stray_light(
    lamp_net: FloatArray,
    sample_net: FloatArray,
    dark_sigma: float,
    seen: BoolArray,
    blocked: BoolArray,
    share: float | None,
) -> StrayLight:
    """Return the stray light of a reference and a sample, both in counts above the dark, of shape (pixels,).

    `share` is what the chemist has set (None: nothing). Without it the `blocked` pixels, which no light reaches past
    the filter, measure it; without those it is taken as typical, or as less where the darkest pixels of either frame
    show less: scattered light only adds. `seen` are the pixels that see light, `dark_sigma` is the noise of a pixel
    without any, in counts.
    """
    usable = seen & np.isfinite(lamp_net) & np.isfinite(sample_net)
    mean = float(np.mean(lamp_net[usable])) if np.any(usable) else 0.0
    if mean <= 0.0:
        return StrayLight(TYPICAL_SHARE if share is None else share, 0.0, "assumed" if share is None else "set")
    if share is not None:
        return StrayLight(share, share * mean, "set")
    level = _behind_the_filter(lamp_net[usable & blocked], dark_sigma)
    if level is not None and level <= MOST_SHARE * mean:
        return StrayLight(level / mean, level, "measured below the filter")
    darkest = min(_darkest(net, dark_sigma, usable) for net in (lamp_net, sample_net))
    if darkest < TYPICAL_SHARE * mean:
        return StrayLight(darkest / mean, darkest, "at most, by the darkest pixels")
    return StrayLight(TYPICAL_SHARE, TYPICAL_SHARE * mean, "assumed")


def ceiling(lamp_net: FloatArray, black_counts: FloatArray, stray: StrayLight) -> FloatArray:
    """Return the largest absorbance that each pixel can show, the lower one of noise and stray light, shape (pixels,).

    `black_counts` is the noise of a sample without light. NaN where there is no lamp.
    """
    lit = np.where(lamp_net > 0.0, lamp_net, np.nan)
    return -np.log10(np.maximum(BLACK_SIGMAS * black_counts, stray.counts) / lit)


def near_ceiling(
    nm: FloatArray,
    seen_share: FloatArray,
    lamp_net: FloatArray,
    black_counts: FloatArray,
    lit: BoolArray,
    beyond: BoolArray,
    stray: StrayLight,
) -> tuple[str, ...]:
    """Return the sentence for where a sample comes near the ceiling or goes `beyond` it; none where it does nowhere.

    `seen_share` is the sample's light over the lamp's, `black_counts` as in `ceiling`. With t the share that is seen
    and s the share that is stray, the true transmittance is (t - s) / (1 - s): near is where that is TOO_LOW in
    absorbance above what is read.
    """
    kept = 10.0**-TOO_LOW
    scattered = stray.counts / np.where(lamp_net > 0.0, lamp_net, np.nan)
    near = lit & ((seen_share < scattered / (1.0 - (1.0 - scattered) * kept)) | beyond)
    if np.count_nonzero(near) < NEAR_PIXELS:
        return ()
    ranges = np.split(nm[near], np.flatnonzero(np.diff(nm[near]) > APART_NM) + 1)
    wide = [f"{each[0]:.0f} to {each[-1]:.0f} nm" for each in ranges if each.size >= NEAR_PIXELS]
    if not wide:
        return ()
    by_noise = BLACK_SIGMAS * float(np.median(black_counts[near])) > stray.counts
    what = (
        "lost in the noise" if by_noise else f"near or above what can be shown there ({stray.words}) and reads too low"
    )
    return (f"absorbance at {listed(wide)} is {what}; dilute more or shorten the path",)


def _behind_the_filter(net: FloatArray, sigma: float) -> float | None:
    """Return the even light on the blocked pixels at most, in counts; None where there are too few or it is uneven."""
    if net.size < 2 * BLOCK:
        return None
    blue, red = (float(np.median(half)) for half in np.array_split(net, 2))
    of_half = 1.2533 * sigma / float(np.sqrt(0.5 * net.size))
    if red > UNEVEN * max(blue, 0.0) + ALIVE_SIGMAS * of_half:
        return None
    return max(0.5 * (blue + red) + 2.0 * of_half, 0.0)


def _darkest(net: FloatArray, sigma: float, usable: BoolArray) -> float:
    """Return what the darkest block of pixels that is surely alive sees at most, in counts; inf where none is."""
    whole = net.size // BLOCK * BLOCK
    good = usable[:whole].reshape(-1, BLOCK)
    count = np.count_nonzero(good, axis=1)
    mean = np.sum(np.where(good, net[:whole].reshape(-1, BLOCK), 0.0), axis=1) / np.maximum(count, 1)
    spread = sigma / np.sqrt(np.maximum(count, 1))
    alive = (count >= BLOCK_FEWEST) & (mean > ALIVE_SIGMAS * spread)
    return float(np.min((mean + 2.0 * spread)[alive])) if np.any(alive) else float("inf")

"""A positive band of unknown place and width against everything that only looks like one: the statistics.

A generalised likelihood ratio over a grid of places and widths. Each confuser has a prior size, so that what it could
explain counts as uncertainty. The price of looking in many places is taken off the significance.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt

import numpy as np

from analysis.look_alikes import BACKGROUND, BLUE_TAIL, CELL_NM, CELLS_NM, Shapes, bump
from analysis.spectrum import BoolArray, FloatArray, Spectrum

BAND_NM = (475.0, 700.0)
WIDTHS_NM = (25.0, 33.0, 44.0, 58.0, 80.0)
PLACES_NM = tuple(float(nm) for nm in np.arange(BAND_NM[0], BAND_NM[1] + 1.0, 5.0))
INDEPENDENT_PLACES = 20.0  # (700 - 475) nm over the typical width, times two widths that differ in earnest
BLUE_END_NM, CELLS_OF_MEAN = 455.0, 5
FOUND_SIGMAS = 5.0  # from which a confuser is named
BRIGHT_SIGMAS = 30.0  # from which a band's own asymmetry is larger than the noise


@dataclass(frozen=True, slots=True)
class BestBand:
    """The band that explains the spectrum best: place and width in nm, height, sigma and significance in sigmas.

    `background` is, on the cells, what the confusers contribute, `tilt` the sigma of its slope at the band, per nm;
    `typical_sigma` is the sigma of a band at the median of all places and widths;
    `found` names those that stand out by 5 sigma, with their height.
    """

    nm: float
    fwhm_nm: float
    height: float
    sigma: float
    significance: float
    background: FloatArray
    tilt: float
    typical_sigma: float
    found: tuple[tuple[str, float], ...]


def best_band(cells: FloatArray, variances: FloatArray, shapes: Shapes) -> BestBand:
    """Return the band that explains the cells best, where something was measured at its centre."""
    places, widths, bands = _bands()
    centre = np.searchsorted(CELLS_NM, places) - 1
    whitened = Whitened.of(cells, variances, shapes)
    height, sigma = whitened.amplitudes(bands)
    height = np.where(np.isfinite(cells[centre]), height, 0.0)
    best = int(np.argmax(height / sigma))
    size, spread = whitened.confusers(bands[:, best], max(float(height[best]), 0.0))
    significance = corrected(float(height[best] / sigma[best]))
    slopes = (shapes.shapes[centre[best] + 1] - shapes.shapes[centre[best]]) / CELL_NM
    found: dict[str, float] = {}
    if significance < BRIGHT_SIGMAS:  # above it, confusers take up what is asymmetric about the band
        for name in dict.fromkeys(shapes.names):
            own = np.array([name == other for other in shapes.names])
            if name not in (BACKGROUND, BLUE_TAIL) and np.any(size[own] > FOUND_SIGMAS * spread[own]):
                found[name] = float(np.max(shapes.shapes[:, own] @ size[own]))
    return BestBand(
        float(places[best]),
        float(widths[best]),
        float(height[best]),
        float(sigma[best]),
        significance,
        shapes.shapes @ size,
        float(np.sqrt(slopes @ whitened.inner @ slopes)),
        float(np.median(sigma)),
        tuple(found.items()),
    )


def corrected(significance: float) -> float:
    """Return a local significance z, in sigmas, after the search over n places: sqrt(z^2 - 2 ln n), at least 0.

    The tail of the largest of n is n exp(-z^2 / 2) for large z (Gross and Vitells, Eur. Phys. J. C 2010, 70, 525).
    """
    return sqrt(max(significance * abs(significance) - 2.0 * log(INDEPENDENT_PLACES), 0.0))


def uncorrected(wanted: float) -> float:
    """Return the local significance that is worth `wanted` after the correction."""
    return sqrt(wanted**2 + 2.0 * log(INDEPENDENT_PLACES))


@dataclass(frozen=True, slots=True, eq=False)
class Whitened:
    """A spectrum and its confusers divided by the noise: the linear algebra of the test.

    With noise N and shapes S of prior P the covariance is N + S P S^T; its inverse acts through the small matrix
    P^-1 + S^T N^-1 S (Woodbury), so that the cost grows with the number of confusers and not of cells.
    """

    weight: FloatArray
    data: FloatArray
    shapes: FloatArray
    inner: FloatArray

    @staticmethod
    def of(cells: FloatArray, variances: FloatArray, shapes: Shapes) -> Whitened:
        """Whiten the cells; those that are NaN get no weight."""
        seen = np.isfinite(cells)
        weight = np.where(seen, 1.0 / np.sqrt(np.where(seen, variances, 1.0)), 0.0)
        data = np.where(seen, cells, 0.0) * weight
        white = shapes.shapes * weight[:, None]
        inner = np.asarray(np.linalg.inv(np.diag(shapes.prior**-2.0) + white.T @ white), dtype=np.float64)
        return Whitened(weight, data, white, inner)

    def amplitudes(self, bands: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return best height and its sigma for each band, shape (bands,); sigma is inf where nothing was measured."""
        white = bands * self.weight[:, None]
        mixed = white.T @ self.shapes
        through = mixed @ self.inner
        precision = np.einsum("ij,ij->j", white, white) - np.einsum("ij,ij->i", through, mixed)
        match = white.T @ self.data - through @ (self.shapes.T @ self.data)
        known = precision > 1.0e-12
        safe = np.where(known, precision, 1.0)
        return np.where(known, match / safe, 0.0), np.where(known, 1.0 / np.sqrt(safe), np.inf)

    def confusers(self, band: FloatArray, height: float) -> tuple[FloatArray, FloatArray]:
        """Return the height of each confuser and its sigma once a band of that height has been taken out."""
        size = self.inner @ (self.shapes.T @ (self.data - height * band * self.weight))
        return size, np.sqrt(np.diag(self.inner))


@lru_cache(maxsize=1)
def _bands() -> tuple[FloatArray, FloatArray, FloatArray]:
    places, widths = (axis.ravel() for axis in np.meshgrid(PLACES_NM, WIDTHS_NM))
    return places, widths, np.stack([bump(*band) for band in zip(places, widths, strict=True)], axis=1)


def in_cells(emission: Spectrum, usable: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return the mean of the pixels in each cell and its variance; NaN where a cell holds no pixel.

    The variance is raised where neighbouring pixels scatter more than their sigma says.
    """
    nm, values, sigma = (a[usable] for a in (emission.wavelengths_nm, emission.values, emission.sigma))
    edges = np.append(CELLS_NM - CELL_NM / 2.0, CELLS_NM[-1] + CELL_NM / 2.0)
    cell = np.searchsorted(edges, nm, side="right") - 1
    inside = (cell >= 0) & (cell < CELLS_NM.size)
    cell, values, sigma = cell[inside], values[inside], sigma[inside]
    count = np.bincount(cell, minlength=CELLS_NM.size).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(cell, values, minlength=CELLS_NM.size) / count
        variance = np.bincount(cell, sigma**2, minlength=CELLS_NM.size) / count**2
    return mean, variance * _excess_scatter(values, sigma) ** 2


def seen_at_the_ends(cells: FloatArray, variances: FloatArray) -> tuple[float, float]:
    """Return how much light, of either sign, lies below 455 and above 700 nm, where hardly any emission does.

    The mean of each end and its sigma, and what 10 nm of it show beyond their noise. Where an end was not measured,
    what is seen anywhere.
    """
    seen = np.isfinite(cells)
    first, last = np.searchsorted(CELLS_NM, (BLUE_END_NM, BAND_NM[1]))
    ends: list[float] = []
    for end in (slice(None, first), slice(last, None)):
        own = np.arange(CELLS_NM.size)[end][seen[end]]
        own = own if own.size >= CELLS_OF_MEAN else np.flatnonzero(seen)
        spread = float(np.sqrt(np.median(variances[own])))
        running = np.convolve(cells[own], np.full(CELLS_OF_MEAN, 1.0 / CELLS_OF_MEAN), "valid")
        beyond = float(np.max(np.abs(running))) - 3.0 * spread / sqrt(CELLS_OF_MEAN)
        ends.append(abs(float(np.mean(cells[own]))) + spread / sqrt(own.size) + max(beyond, 0.0))
    return ends[0], ends[1]


def _excess_scatter(values: FloatArray, sigma: FloatArray) -> float:
    """Return by how much third differences exceed what sigma predicts (1 where they do not)."""
    if values.size < 30:
        return 1.0
    difference = np.diff(values, 3)
    predicted = np.sqrt(sigma[:-3] ** 2 + 9.0 * sigma[1:-2] ** 2 + 9.0 * sigma[2:-1] ** 2 + sigma[3:] ** 2)
    known = predicted > 0.0
    if not np.any(known):
        return 1.0
    return max(1.0, 1.4826 * float(np.median(np.abs(difference[known]) / predicted[known])))

"""A positive band of unknown place and width against everything that only looks like one: the statistics.

A generalised likelihood ratio over a grid of places and widths. Each confuser has a prior size, so that what it could
explain counts as uncertainty. The price of looking in many places is taken off the significance. A band so far in the
blue that dots do not emit there is one more confuser: it is left free, and the rest is looked at anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt

import numpy as np

from analysis.light_cells import CELL_NM, CELLS_NM, Cells, IndexArray
from analysis.look_alikes import BACKGROUND, BLUE_TAIL, EARLIER, Shapes, bump
from analysis.spectrum import BoolArray, FloatArray, read_only

BAND_NM = (475.0, 700.0)
SINK_NM = (451.0, 459.0, 467.0)  # where only blue light of the solution has its maximum
# Widths and from where on in what steps each is looked for; a band in the middle of a step loses 2 % of its ratio.
# 58 nm at less than 490 nm would be 300 meV: no dots.
WIDTHS_NM = ((28.0, BAND_NM[0], 7.0), (40.0, BAND_NM[0], 9.0), (58.0, 490.0, 13.0))
INDEPENDENT_PLACES = 20.0  # (700 - 475) nm over the typical width, times two widths that differ in earnest
PRESENT_SIGMAS = 5.0
SINK_SIGMAS = 4.0
BRIGHT_SIGMAS = 30.0  # from which a band's own asymmetry is larger than the noise
TINY = 1.0e-12  # keeps a matrix solvable
FOUND_SIGMAS = 5.0  # from which a confuser is named


@dataclass(frozen=True, slots=True)
class BestBand:
    """The band that explains the cells best: place and width in nm, height, sigma and significance in sigmas.

    `typical_sigma` is the sigma of a band at the median of all places and widths; `test` is the algebra behind it.
    """

    nm: float
    fwhm_nm: float
    height: float
    sigma: float
    significance: float
    typical_sigma: float
    test: Whitened


def best_band(cells: Cells, shapes: Shapes) -> BestBand:
    """Return the band that explains the cells best, where something was measured at its centre."""
    grid = _bands()
    test = Whitened.of(cells, shapes)
    match, precision = test.matches(grid.bands, grid.squares)
    match, precision = _without_sink(test, grid, match, precision)
    precision = np.maximum(precision, TINY)
    known = (precision > TINY) & (cells.weights[grid.centre] > 0.0) & grid.of_dots
    roots = np.sqrt(precision)
    ratio = np.where(known, match / roots, -np.inf)
    best = int(ratio.argmax())
    place, width = float(grid.places[best]), float(grid.widths[best])
    if not known[best]:
        return BestBand(place, width, 0.0, np.inf, 0.0, np.inf, test)
    seen = roots[known]
    middle = float(np.partition(seen, seen.size // 2)[seen.size // 2])
    height, sigma = float(ratio[best] / roots[best]), 1.0 / float(roots[best])
    return BestBand(place, width, height, sigma, corrected(height / sigma), 1.0 / middle, test)


def _without_sink(
    test: Whitened, grid: _Grid, match: FloatArray, precision: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Leave a band that is bluer than dots free, where it explains more than any of theirs."""
    ratio = match / np.sqrt(np.maximum(precision, TINY))
    sink = int(ratio.argmax())
    if grid.of_dots[sink] or ratio[sink] < SINK_SIGMAS or precision[sink] <= TINY:
        return match, precision
    across = test.across(grid.bands, grid.bands[:, sink])
    share = across / precision[sink]
    return match - share * match[sink], precision - share * across


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
    """Cells and confusers weighed by the noise: the linear algebra of the test.

    With noise N and shapes S of prior P the covariance is N + S P S^T; its inverse acts through the small matrix
    P^-1 + S^T N^-1 S (Woodbury), so that the cost grows with the number of confusers and not of cells.
    """

    cells: Cells
    shapes: Shapes
    weighed: FloatArray
    inner: FloatArray
    data: FloatArray

    @staticmethod
    def of(cells: Cells, shapes: Shapes) -> Whitened:
        """Prepare the test of one reading."""
        weighed = shapes.columns * cells.weights[:, None]
        gram = weighed.T @ shapes.columns
        gram.flat[:: gram.shape[0] + 1] += shapes.prior**-2.0
        inner = np.asarray(np.linalg.inv(gram), dtype=np.float64)
        return Whitened(cells, shapes, weighed, inner, weighed.T @ cells.values)

    def matches(self, bands: FloatArray, squares: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return, for bands (cells, n) and their squares, the matched sums and precisions, both of shape (n,).

        Their ratio is the best height, one over the root of the latter its sigma.
        """
        mixed = bands.T @ self.weighed
        through = mixed @ self.inner
        precision = self.cells.weights @ squares - (through * mixed).sum(axis=1)
        match = (self.cells.weights * self.cells.values) @ bands - through @ self.data
        return match, precision

    def across(self, bands: FloatArray, other: FloatArray) -> FloatArray:
        """Return how much one band and each of `bands` (cells, n) share after the confusers, shape (n,)."""
        mixed = self.inner @ (self.weighed.T @ other)
        return (self.cells.weights * other - self.weighed @ mixed) @ bands

    def confusers(self, own: FloatArray | None = None, prior: float = np.inf) -> tuple[FloatArray, FloatArray]:
        """Return the height of each confuser and its covariance beside a band that columns `own` (cells, n) take up.

        `prior` is the sigma of each of these columns, in counts/s.
        """
        if own is None:
            return self.inner @ self.data, self.inner
        mixed = self.weighed.T @ own
        through = self.inner @ mixed
        taken = (own.T * self.cells.weights) @ own - mixed.T @ through
        taken.flat[:: taken.shape[0] + 1] += max(prior**-2.0, TINY)
        share = np.linalg.solve(taken, through.T)
        residue = (self.cells.weights * self.cells.values) @ own - self.data @ through
        return self.inner @ self.data - residue @ share, self.inner + through @ share


def found(test: Whitened, own: FloatArray | None) -> dict[str, float]:
    """Return the confusers that stand out by FOUND_SIGMAS, with their height at its largest."""
    size, covariance = test.confusers(own)
    seen = size > FOUND_SIGMAS * np.sqrt(np.maximum(covariance.diagonal(), 1.0e-30))
    if not seen.any():
        return {}
    names = dict.fromkeys(test.shapes.names[k] for k in np.flatnonzero(seen))
    return {
        name: float(np.max(test.shapes.columns[:, mine] @ size[mine]))
        for name in names
        if name not in (BACKGROUND, BLUE_TAIL, EARLIER)
        for mine in [[k for k, other in enumerate(test.shapes.names) if other == name]]
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Grid:
    """All bands that are looked for: shapes (cells, n) and their squares; place, width, middle cell."""

    bands: FloatArray
    squares: FloatArray
    places: FloatArray
    widths: FloatArray
    centre: IndexArray
    of_dots: BoolArray


@lru_cache(maxsize=1)
def _bands() -> _Grid:
    pairs = [
        (float(nm), width)
        for width, first, step in WIDTHS_NM
        for nm in (*(SINK_NM if first == BAND_NM[0] else ()), *np.arange(first, BAND_NM[1] + 1.0, step))
    ]
    places, widths = (read_only(axis) for axis in zip(*pairs, strict=True))
    bands = read_only(np.stack([bump(*band) for band in zip(places, widths, strict=True)], axis=1))
    centre = np.clip(np.rint((places - CELLS_NM[0]) / CELL_NM).astype(np.intp), 0, CELLS_NM.size - 1)
    return _Grid(bands, read_only(bands**2), places, widths, centre, places >= BAND_NM[0])

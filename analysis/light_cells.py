"""Emission in cells of 3 nm: a hundred numbers instead of thousands of pixels, on one grid for every instrument.

Bands of dots are 25 nm wide or more, so that cells lose nothing of them; confusers are computed on the cells once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from analysis.spectrum import BoolArray, FloatArray, Spectrum, read_only

IndexArray = NDArray[np.intp]

CELL_NM = 3.0
CELLS_NM: FloatArray = read_only(np.arange(437.5, 760.0, CELL_NM))  # centres; blue of it lies a violet LED's own foot
SCATTER_STEP = 5  # every fifth of the third differences tells the scatter as well as all of them


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The mean of the pixels in each cell and its inverse variance (0 where nothing was seen), of shape (cells,)."""

    values: FloatArray
    weights: FloatArray

    def around(self, first_nm: float, last_nm: float) -> slice:
        """Return the cells whose centres lie between two wavelengths."""
        return cells_between(first_nm, last_nm)


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """One wavelength axis: where its cells begin (`starts` of `cells` within `pixels`), its pixels' widths in nm.

    `shifts` is by how many spans of three cells the middle of each cell lies beyond the mean of its pixels.
    """

    pixels: slice
    starts: IndexArray
    cells: IndexArray
    counts: FloatArray
    shifts: FloatArray
    nm: FloatArray
    widths_nm: FloatArray

    def between(self, first_nm: float, last_nm: float) -> slice:
        """Return the pixels between two wavelengths."""
        first, last = self.nm.searchsorted((first_nm, last_nm))
        return slice(int(first), int(last))


def cells_between(first_nm: float, last_nm: float) -> slice:
    """Return the cells whose centres lie between two wavelengths."""
    first, last = (ceil((nm - float(CELLS_NM[0])) / CELL_NM) for nm in (first_nm, last_nm))
    return slice(min(max(first, 0), CELLS_NM.size), min(max(last, 0), CELLS_NM.size))


def axis_of(emission: Spectrum) -> Axis:
    """Return the axis of a spectrum whose wavelengths ascend; the same object for the same wavelengths."""
    return _axis(np.asarray(emission.wavelengths_nm, dtype=np.float64).tobytes())


def in_cells(emission: Spectrum, seen: BoolArray, axis: Axis) -> Cells:
    """Return the mean of the `seen` pixels, shape (pixels,), in each cell of their `axis`.

    The variance is raised where neighbouring pixels scatter more than their sigma says.
    """
    values, weights = np.zeros(CELLS_NM.size), np.zeros(CELLS_NM.size)
    if axis.cells.size == 0:
        return Cells(values, weights)
    seen, light, sigma = seen[axis.pixels], emission.values[axis.pixels], emission.sigma[axis.pixels]
    excess = _excess_scatter(light, sigma)
    counts = axis.counts
    if not seen.all():
        light, sigma = np.where(seen, light, 0.0), np.where(seen, sigma, 0.0)
        counts = np.add.reduceat(seen.astype(np.float64), axis.starts)
    sums, variances = np.add.reduceat(light, axis.starts), excess**2 * np.add.reduceat(sigma * sigma, axis.starts)
    values[axis.cells] = sums / np.maximum(counts, 1.0)
    weights[axis.cells] = np.divide(counts * counts, variances, out=np.zeros_like(variances), where=variances > 0.0)
    beside = (weights[2:] > 0.0) & (weights[:-2] > 0.0)
    values[1:-1] += axis.shifts[1:-1] * np.where(beside, values[2:] - values[:-2], 0.0)
    return Cells(values, weights)


@lru_cache(maxsize=16)
def _axis(wavelengths: bytes) -> Axis:
    nm = np.frombuffer(wavelengths, dtype=np.float64)
    edges = np.append(CELLS_NM - 0.5 * CELL_NM, CELLS_NM[-1] + 0.5 * CELL_NM)
    at = np.searchsorted(nm, edges)
    filled = np.flatnonzero(np.diff(at) > 0)
    pixels = slice(int(at[0]), int(at[-1]))
    counts = np.diff(at)[filled].astype(np.float64)
    shifts, starts = np.zeros(CELLS_NM.size), at[filled] - at[0]
    if filled.size:
        means = np.add.reduceat(nm[pixels], starts) / counts
        shifts[filled] = (CELLS_NM[filled] - means) / (2.0 * CELL_NM)
    return Axis(pixels, starts, filled, counts, shifts, nm, np.abs(np.gradient(nm)))


def _excess_scatter(values: FloatArray, sigma: FloatArray) -> float:
    """Return by how much third differences exceed what sigma predicts (1 where they do not)."""
    if values.size < 30:
        return 1.0
    n, step = values.size - 3, SCATTER_STEP
    first, second, third, fourth = (values[k : n + k : step] for k in range(4))
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.abs((fourth - first + 3.0 * (second - third)) / sigma[1 : n + 1 : step])
    ratio = ratio[np.isfinite(ratio)]
    if ratio.size < 10:
        return 1.0
    return max(1.0, 1.4826 / sqrt(20.0) * float(np.partition(ratio, ratio.size // 2)[ratio.size // 2]))

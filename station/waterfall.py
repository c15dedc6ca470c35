"""Spectra of a run as rows of a picture, time against wavelength: one row is written for each new aliquot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.spectrum import BoolArray, FloatArray, Quantity, Spectrum

CELL_NM = 1.0  # a cluster's band is 18 nm wide: means over a nm lose nothing of it
BAND_HALF_NM = 3.0  # about the place of a band, which is known to less than that: its top is within
FIRST_ROWS = 64

Range = tuple[float, float]
Indices = NDArray[np.intp]


class Rows:
    """The rows of one kind of spectrum in order of time, in an array that is doubled when it is full.

    A cell is 1 nm wide; `shown` are the wavelengths of the first and the last, `masked` those of which nothing is told.
    A cell of which nothing is known is NaN, never 0. `percent` of a row's cells lie within its colours: what is
    strongest at an end (the rise to the violet) is no reason to fade the bands. `top` is what the colours must reach
    for it and for every band that has a name, `largest` the largest value of all; both are 0 while nothing is known.
    """

    def __init__(self, shown: Range, masked: Range | None = None, percent: float = 99.5) -> None:
        self.shown, self.masked = shown, masked
        self._percent = percent
        self._values = np.full((FIRST_ROWS, cells(shown)), np.nan, dtype=np.float32)
        self._times_s = np.zeros(FIRST_ROWS)
        self._numbers = np.zeros(FIRST_ROWS, dtype=np.intp)
        self._count = 0
        self._cut: Cut | None = None
        self.top = 0.0
        self.largest = 0.0

    def __len__(self) -> int:
        return self._count

    @property
    def times_s(self) -> FloatArray:
        """Get the times of the rows in s, rising, shape (rows,)."""
        return self._times_s[: self._count]

    def number(self, row: int) -> int:
        """Return the number of the aliquot in a row."""
        return int(self._numbers[row])

    def row_of(self, number: int) -> int | None:
        """Return the row of an aliquot, or None where it has none."""
        found = np.flatnonzero(self._numbers[: self._count] == number)
        return int(found[0]) if found.size else None

    def add(self, number: int, time_s: float, spectrum: Spectrum, bands_nm: Sequence[float] = ()) -> None:
        """Write one more row at its place in time: at the end, as a rule; `bands_nm` is where it has named bands."""
        if self._count == len(self._times_s):
            self._grow()
        at, end = int(np.searchsorted(self.times_s, time_s, side="right")), self._count
        if at < end:
            for column in (self._values, self._times_s, self._numbers):
                column[at + 1 : end + 1] = column[at:end].copy()
        if self._cut is None or self._cut.wavelengths_nm is not spectrum.wavelengths_nm:
            self._cut = cut_of(spectrum.wavelengths_nm, self.shown, self.masked)
        row = row_of(spectrum, self.shown, self.masked, self._cut)
        self._values[at], self._times_s[at], self._numbers[at] = row, time_s, number
        self._count += 1
        known = row[np.isfinite(row)]
        if known.size:
            within = min(known.size - 1, int(known.size * self._percent / 100.0))
            self.top = max(self.top, float(np.partition(known, within)[within]))
            self.largest = max(self.largest, float(known.max()))
        for nm in bands_nm:
            self.top = max(self.top, self._at_band(row, nm))

    def _at_band(self, row: FloatArray, nm: float) -> float:
        """Return the largest value of a row about a band, 0 where nothing is known of it."""
        first, last = (max(0, round((nm + by - self.shown[0]) / CELL_NM)) for by in (-BAND_HALF_NM, BAND_HALF_NM))
        about = row[first:last]
        return float(about.max(initial=0.0, where=np.isfinite(about)))

    def _grow(self) -> None:
        self._values = np.concatenate((self._values, np.full_like(self._values, np.nan)))
        self._times_s = np.concatenate((self._times_s, np.zeros_like(self._times_s)))
        self._numbers = np.concatenate((self._numbers, np.zeros_like(self._numbers)))

    def values(self, rows: Indices) -> NDArray[np.float32]:
        """Return the values of some rows, shape (rows, cells); a row may stand in it many times."""
        return self._values[rows]


def cells(shown: Range) -> int:
    """Return how many cells a range of wavelengths has."""
    return max(1, round((shown[1] - shown[0]) / CELL_NM))


def row_of(spectrum: Spectrum, shown: Range, masked: Range | None = None, cut: Cut | None = None) -> FloatArray:
    """Return a spectrum as a row: the mean of the valid pixels in each cell, NaN where there is none or it is masked.

    A spectrum that is coarser than the cells is drawn straight between its points, but not across a gap. `cut` is that
    of its wavelengths, where it is known.
    """
    cut = cut or cut_of(spectrum.wavelengths_nm, shown, masked)
    row = np.full(cells(shown), np.nan)
    if not cut.starts.size:
        return row
    used = spectrum.valid[cut.pixels] & cut.clear
    sums = np.add.reduceat(np.where(used, spectrum.values[cut.pixels], 0.0), cut.starts)
    with np.errstate(invalid="ignore", divide="ignore"):
        row[cut.filled] = sums / np.add.reduceat(used.astype(np.float64), cut.starts)
    return _bridged(row, cut.pitch_nm) if cut.pitch_nm > 0.5 * CELL_NM else row


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """How an axis of wavelengths is cut into cells: which pixels, where each cell begins among them, which cell it is.

    `clear` is false for the pixels that are masked.
    """

    wavelengths_nm: FloatArray
    pixels: slice
    starts: Indices
    filled: Indices
    clear: BoolArray
    pitch_nm: float


def cut_of(wavelengths_nm: FloatArray, shown: Range, masked: Range | None = None) -> Cut:
    """Return how ascending wavelengths of shape (pixels,) are cut into the cells of a range."""
    first, last = np.searchsorted(wavelengths_nm, (shown[0], shown[0] + cells(shown) * CELL_NM))
    nm = wavelengths_nm[first:last]
    at = ((nm - shown[0]) / CELL_NM).astype(np.intp)
    starts = np.flatnonzero(np.diff(at, prepend=-1))
    clear = np.ones(nm.shape, dtype=np.bool_) if masked is None else (nm < masked[0]) | (nm > masked[1])
    pitch_nm = float(np.median(np.diff(nm))) if nm.size > 1 else 0.0
    return Cut(wavelengths_nm, slice(int(first), int(last)), starts, at[starts], clear, pitch_nm)


def _bridged(row: FloatArray, pitch_nm: float) -> FloatArray:
    """Return a row whose gaps no wider than two points of its spectrum are drawn straight."""
    known = np.flatnonzero(np.isfinite(row))
    if known.size < 2:
        return row
    every = np.arange(row.size)
    after = np.searchsorted(known, every)
    inside = (after > 0) & (after < known.size)
    gap = np.full(row.size, np.inf)
    gap[inside] = known[after[inside]] - known[after[inside] - 1]
    filled = np.interp(every, known, row[known])
    return np.where(np.isfinite(row) | (gap * CELL_NM <= 2.0 * pitch_nm), np.where(inside, filled, row), np.nan)


def value_at(spectrum: Spectrum, nm: float) -> Quantity | None:
    """Return the mean of a spectrum within half a cell of a wavelength and its sigma; None where nothing is known."""
    near = spectrum.valid & (np.abs(spectrum.wavelengths_nm - nm) <= CELL_NM / 2.0)
    count = int(np.count_nonzero(near))
    if not count:
        return None
    return Quantity(float(spectrum.values[near].mean()), float(np.sqrt(np.sum(spectrum.sigma[near] ** 2))) / count)

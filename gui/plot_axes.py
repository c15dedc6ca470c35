"""Ticks, their texts, and ranges that keep still."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np
from numpy.typing import NDArray

from analysis.energy import HC_EV_NM
from analysis.spectrum import FloatArray
from analysis.wording import grouped

NM_STEPS = (1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 200.0)
EV_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
KEEP_ABOVE = 0.55  # a range is kept while what it must show fits and fills this part of it
CELL_NM = 2.0

Range = tuple[float, float]
IndexArray = NDArray[np.intp]
Measure = Callable[[str], float]  # the width of a text in pixels


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis and what stands at it."""

    at: float
    text: str


def wavelength_ticks(shown: Range, room_px: float, measure: Measure, gap_px: float) -> tuple[Tick, ...]:
    """Return the ticks in nm, the unit on the last one."""
    low, high = shown
    per_nm = room_px / (high - low)
    widest = measure("000")
    step = next((s for s in NM_STEPS if s * per_nm >= widest + gap_px), NM_STEPS[-1])
    values = _multiples(low, high, step)
    if not values:
        return ()
    return (*(Tick(v, grouped(v)) for v in values[:-1]), Tick(values[-1], f"{grouped(values[-1])} nm"))


def energy_ticks(shown: Range, room_px: float, measure: Measure, gap_px: float) -> tuple[Tick, ...]:
    """Return the ticks in eV, placed at their wavelengths, rising in nm, the unit on the first one."""
    low, high = shown
    per_nm = room_px / (high - low)
    for step in EV_STEPS:
        energies = _multiples(HC_EV_NM / high, HC_EV_NM / low, step)[::-1]
        places = [HC_EV_NM / energy for energy in energies]
        if not places:
            continue
        decimals = 2 if step < 0.1 else 1
        texts = [f"{energy:.{decimals}f}" for energy in energies]
        texts[0] += " eV"
        if all(
            (b - a) * per_nm >= (measure(left) + measure(right)) / 2 + gap_px
            for a, b, left, right in zip(places, places[1:], texts, texts[1:], strict=False)
        ):
            return tuple(map(Tick, places, texts))
    return ()


def height_ticks(shown: Range, room_px: float, spacing_px: float, fits: Callable[[str], bool]) -> tuple[Tick, ...]:
    """Return the ticks of a quantity: 1, 2 or 5 times a power of ten, thousands as "k" where else they do not fit."""
    low, high = shown
    least = (high - low) * spacing_px / room_px
    power = floor(log10(least))
    step = next(m * 10.0**power for m in (1.0, 2.0, 5.0, 10.0) if m * 10.0**power >= least * (1 - 1e-9))
    decimals = max(0, -floor(log10(step) + 1e-9))
    values = _multiples(low, high, step)
    texts = [grouped(value, decimals) for value in values]
    if not all(map(fits, texts)) and step >= 100.0:
        thousandths = 1 if step < 1000.0 else 0
        texts = [f"{grouped(v / 1000.0, thousandths)} k" if v else "0" for v in values]
    return tuple(Tick(value, text) for value, text in zip(values, texts, strict=True))


def _multiples(low: float, high: float, step: float) -> list[float]:
    """Return the multiples of a step within a range, ends included, zero as a true zero."""
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def fits(current: Range, needed: Range) -> bool:
    """Return whether a range holds what it must show."""
    return current[0] <= needed[0] and needed[1] <= current[1]


def fills(current: Range, needed: Range) -> bool:
    """Return whether what must be shown fills a range well enough to be read."""
    return needed[1] - needed[0] >= KEEP_ABOVE * (current[1] - current[0])


def rounded(wanted: Range) -> Range:
    """Return a range with rounded ends around the one wanted, so that it does not follow every wiggle."""
    span = wanted[1] - wanted[0]
    unit = 10.0 ** floor(log10(span)) / 10.0
    if span >= 50.0 * unit:
        unit *= 5.0
    elif span >= 20.0 * unit:
        unit *= 2.0
    return floor(wanted[0] / unit + 1e-9) * unit, ceil(wanted[1] / unit - 1e-9) * unit


def sure_extent(values: FloatArray, sigma: FloatArray) -> Range | None:
    """Return how far values certainly reach, two sigma off each: a pixel of pure noise widens nothing."""
    margin = 2.0 * sigma
    high = np.fmax.reduce(values - margin, initial=-np.inf)
    low = np.fmin.reduce(values + margin, initial=np.inf)
    if not (np.isfinite(high) and np.isfinite(low)):
        return None
    return float(min(low, high)), float(max(low, high))


class Envelope:
    """How high and how low the curves added so far certainly reach at each wavelength, in cells of 2 nm."""

    def __init__(self, low_nm: float, high_nm: float) -> None:
        self._low_nm = low_nm
        self._edges = np.arange(low_nm, high_nm + CELL_NM, CELL_NM)
        self._top = np.full(self._edges.size, -np.inf)
        self._bottom = np.full(self._edges.size, np.inf)
        self._axis: tuple[FloatArray, slice, IndexArray, IndexArray] | None = None

    def add(self, wavelengths_nm: FloatArray, values: FloatArray, sigma: FloatArray) -> None:
        """Widen the envelope by one spectrum of shape (pixels,), wavelengths ascending."""
        inside, cells, starts = self._cells(wavelengths_nm)
        if not cells.size:
            return
        margin = 2.0 * sigma[inside]
        top = np.fmax.reduceat(values[inside] - margin, starts)
        bottom = np.fmin.reduceat(values[inside] + margin, starts)
        self._top[cells] = np.fmax(self._top[cells], top)
        self._bottom[cells] = np.fmin(self._bottom[cells], bottom)

    def _cells(self, nm: FloatArray) -> tuple[slice, IndexArray, IndexArray]:
        """Return the part of an axis that counts, its cells and where each begins; most spectra share one axis."""
        if self._axis is None or self._axis[0] is not nm:
            first, last = np.searchsorted(nm, (self._low_nm, self._edges[-1] + CELL_NM))
            inside = slice(int(first), int(last))
            cell = ((nm[inside] - self._low_nm) / CELL_NM).astype(np.intp)
            starts = np.flatnonzero(np.diff(cell, prepend=-1))
            self._axis = (nm, inside, cell[starts], starts)
        return self._axis[1:]

    def within(self, shown: Range) -> Range | None:
        """Return the lowest and highest height within a range of wavelengths, or None where nothing is known."""
        inside = (self._edges + CELL_NM > shown[0]) & (self._edges < shown[1]) & np.isfinite(self._top)
        if not inside.any():
            return None
        low, high = float(self._bottom[inside].min()), float(self._top[inside].max())
        return min(low, high), max(low, high)


class Summits:
    """How high the highest named peak so far is at each wavelength, in cells of 2 nm: what it costs never grows."""

    def __init__(self) -> None:
        self._top: dict[int, float] = {}

    def add(self, named: Iterable[tuple[float, float]]) -> None:
        """Take in peaks as (nm, height)."""
        for nm, value in named:
            cell = int(nm // CELL_NM)
            self._top[cell] = max(value, self._top.get(cell, value))

    def within(self, shown: Range) -> float | None:
        """Return the highest within a range of wavelengths, or None where none is named."""
        inside = [top for cell, top in self._top.items() if shown[0] - CELL_NM < cell * CELL_NM <= shown[1]]
        return max(inside, default=None)

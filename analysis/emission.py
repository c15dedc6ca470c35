"""Emission of the sample, told from everything that only looks like it.

The test is a generalised likelihood ratio: a positive band of unknown place and width against the confusers of
`look_alikes`, each with a prior size, so that what a confuser could explain counts as uncertainty. The price of
looking in many places is taken off the significance (Gross and Vitells, Eur. Phys. J. C 2010, 70, 525).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import log, sqrt

import numpy as np

from analysis.band_top import BandTop, band_top, file_band
from analysis.findings import Emission
from analysis.look_alikes import (
    BACKGROUND,
    BLUE_TAIL,
    CELL_NM,
    CELLS_NM,
    Shapes,
    bump,
    out_of_reach,
    raman_lines,
    shapes_for,
    source_line,
)
from analysis.spectrum import BoolArray, FloatArray, Quantity, Spectrum
from analysis.wording import grouped, plus_minus

LEVEL_COUNTS_PER_S = 100.0  # 0.5 % of a bright end state of 20 000 counts/s
PRESENT_SIGMAS = 5.0
BRIGHT_SIGMAS = 30.0
BAND_NM = (475.0, 700.0)
WIDTHS_NM = (25.0, 33.0, 44.0, 58.0, 80.0)
PLACES_NM = tuple(float(nm) for nm in np.arange(BAND_NM[0], BAND_NM[1] + 1.0, 5.0))
INDEPENDENT_PLACES = 20.0  # (700 - 475) nm over the typical width, times two widths that differ in earnest
INTEGRAL_NM = (470.0, 750.0)
SIDE_PLACE_NM, SIDE_REACH_NM = 480.0, 5.0  # the weak band beside MSC-469 (paper, Fig. S2C)
SATURATED_GAP_NM = 4.0
BLUE_END_NM, CELLS_OF_MEAN = 455.0, 5
ROOM_SIGMAS = 4.0
BLIND_LEVELS = 3.0  # "not found" is no answer where less than this many levels would not have been found


@dataclass(frozen=True, slots=True)
class BestBand:
    """The band that explains the spectrum best: place and width in nm, height, sigma and significance in sigmas.

    `background` is, on the cells, what the confusers contribute; `found` names those that stand out by 5 sigma.
    """

    nm: float
    fwhm_nm: float
    height: float
    sigma: float
    significance: float
    background: FloatArray
    found: tuple[tuple[str, float], ...]


def judge(
    emission: Spectrum,
    *,
    excitation_nm: float | None,
    solvent: str | None,
    blank: bool,
    second_cluster: bool = False,
) -> Emission:
    """Return whether the sample emits, where and how strongly, with reasons.

    In counts/s "present" takes PRESENT_SIGMAS after the look-elsewhere correction AND LEVEL_COUNTS_PER_S; a band
    that is significant but weaker is a trace: present is False, and the reason says how weak. In a.u. (a processed
    file) a maximum inside the range 5 sigma above its flanks is present. `blank` tells whether the solvent's own
    light has been subtracted; without it the answer is None. `second_cluster`: MSC-469 is in this aliquot, so that
    a weak band at 480 nm may be its own.
    """
    integral = _integral(emission)
    if emission.unit != "counts/s":
        return _of_file(emission, integral)
    line_nm, line_height = (None, 0.0) if excitation_nm is None else source_line(emission, excitation_nm)
    room = _room_change(emission)
    usable = emission.valid & ~out_of_reach(emission.wavelengths_nm, line_nm)
    names = _names(line_nm, solvent, emission)
    cells, variances = _in_cells(emission, usable)
    shapes = shapes_for(line_nm, line_height, solvent, room, *_seen_at_the_ends(cells, variances))
    if np.count_nonzero(np.isfinite(cells[np.searchsorted(CELLS_NM, BAND_NM[0]) :])) < 12:
        return _undecided(emission, integral, names, "Nothing was measured between 475 and 700 nm.")
    best = _best_band(cells, variances, shapes)
    verdict = _verdict(emission, best, integral, names, blank, room)
    if verdict.present:
        verdict = _measured(verdict, emission, usable, best)
    return _without_side_band(verdict, best, cells, variances, shapes, second_cluster)


def _verdict(
    emission: Spectrum, best: BestBand, integral: Quantity | None, names: tuple[str, ...], blank: bool, room: float
) -> Emission:
    """The decision and its reasons, in the order in which they can forbid an answer."""
    seen_from = max(LEVEL_COUNTS_PER_S, _raw_sigmas(PRESENT_SIGMAS) * best.sigma)
    amount = f"{plus_minus(best.height, best.sigma)} counts/s"
    found = tuple(f"Left out: {name}, {grouped(size)} counts/s." for name, size in best.found)
    gap = _saturated(emission)
    present: bool | None = best.significance >= PRESENT_SIGMAS and best.height >= LEVEL_COUNTS_PER_S
    if gap is not None:
        present = None
        reason = (
            f"The emission is saturated at {gap[0]:.0f}–{gap[1]:.0f} nm. Shorten the exposure and press Space again."
        )
    elif not blank:
        present, reason = None, "Blank first: solvent in the holder, then R."
    elif room > LEVEL_COUNTS_PER_S and best.height < 2.0 * room:
        present = None
        reason = (
            f"The room light changed during the emission scan: PL carries ± {grouped(room)} counts/s for it. "
            "Close the hood and press Space again."
        )
    elif present:
        reason = f"A band of {amount} stands {best.significance:.0f} sigma above all that looks like emission."
    elif best.significance >= PRESENT_SIGMAS:
        reason = f"A trace: {amount} near {best.nm:.0f} nm, below the {LEVEL_COUNTS_PER_S:.0f} counts/s of an onset."
    elif seen_from > BLIND_LEVELS * LEVEL_COUNTS_PER_S:
        present, reason = None, f"Scattered light hides emission below {grouped(seen_from)} counts/s."
    else:
        reason = f"No emission: {amount}; it would be seen from {grouped(seen_from)} counts/s."
    height, sigma = best.height, best.sigma
    return Emission(
        present, height, sigma, emission.unit, seen_from, None, None, None, None, integral, (reason, *found), names
    )


def _measured(verdict: Emission, emission: Spectrum, usable: BoolArray, best: BestBand) -> Emission:
    """Add place and width of a band that is present, measured on its own shape and not on the shape it was found with.

    A bright band is read as in a file, over a line under its own flanks: the confusers' shapes would only take up
    what is asymmetric about it. A weak one is read over what the confusers contribute.
    """
    reach = usable & (emission.wavelengths_nm >= CELLS_NM[0]) & (emission.wavelengths_nm <= INTEGRAL_NM[1])
    at, values, sigma = (array[reach] for array in (emission.wavelengths_nm, emission.values, emission.sigma))
    top = file_band(at, values, sigma, (BAND_NM[0] - 5.0, BAND_NM[1])) if best.significance > BRIGHT_SIGMAS else None
    if top is None or top.height < max(LEVEL_COUNTS_PER_S, BRIGHT_SIGMAS * top.sigma_height):
        background = np.interp(at, CELLS_NM, best.background)
        top = band_top(at, values, sigma, best.nm, best.fwhm_nm, background)
    return verdict if top is None else _with_top(verdict, top)


def _with_top(verdict: Emission, top: BandTop) -> Emission:
    return replace(
        verdict,
        intensity=top.height,
        sigma=max(top.sigma_height, verdict.sigma or 0.0),
        nm=top.nm,
        sigma_nm=top.sigma_nm,
        fwhm_nm=top.fwhm_nm,
        sigma_fwhm_nm=top.sigma_fwhm_nm,
    )


def _of_file(emission: Spectrum, integral: Quantity | None) -> Emission:
    """Emission of a processed file: the highest maximum inside the range, above its own flanks and its own noise."""
    nm, values, sigma = (array[emission.valid] for array in (emission.wavelengths_nm, emission.values, emission.sigma))
    if nm.size < 12:
        return _undecided(emission, integral, (), "The file holds fewer than 12 points of emission.")
    noise = float(np.median(sigma))
    top = file_band(nm, values, sigma)
    seen_from = PRESENT_SIGMAS * noise
    if top is None or top.height < seen_from:
        height = 0.0 if top is None else top.height
        reason = f"No maximum inside the range stands 5 sigma above its flanks ({plus_minus(height, noise)})."
        return Emission(False, height, noise, emission.unit, seen_from, None, None, None, None, integral, (reason,))
    reason = f"A maximum at {top.nm:.0f} nm stands {top.height / noise:.0f} sigma above its flanks."
    empty = Emission(True, None, noise, emission.unit, seen_from, None, None, None, None, integral, (reason,))
    return _with_top(empty, top)


def _undecided(emission: Spectrum, integral: Quantity | None, names: tuple[str, ...], reason: str) -> Emission:
    return Emission(None, None, None, emission.unit, None, None, None, None, None, integral, (reason,), names)


def _without_side_band(
    verdict: Emission, best: BestBand, cells: FloatArray, variances: FloatArray, shapes: Shapes, second_cluster: bool
) -> Emission:
    """Take the weak band near 480 nm, possibly the 469 species' own, out of the answer and report it beside it."""
    if not second_cluster or verdict.intensity is None:
        return verdict
    near = abs((verdict.nm or best.nm) - SIDE_PLACE_NM) <= SIDE_REACH_NM
    if near and best.significance >= PRESENT_SIGMAS:
        if not verdict.present:
            return replace(verdict, side_band_nm=verdict.nm or best.nm)
        reason = f"The only band, at {verdict.nm or best.nm:.0f} nm, is possibly the 469 species and is kept out."
        return replace(
            verdict,
            present=False,
            nm=None,
            sigma_nm=None,
            fwhm_nm=None,
            sigma_fwhm_nm=None,
            side_band_nm=verdict.nm or best.nm,
            reasons=(reason, *verdict.reasons[1:]),
        )
    if not verdict.present or verdict.nm is None or abs(verdict.nm - SIDE_PLACE_NM) < 15.0:
        return verdict
    side = _side_band(cells, variances, shapes, verdict.nm, verdict.fwhm_nm or 45.0, verdict.intensity)
    if side is None:
        return verdict
    reason = f"A weak band at {side:.0f} nm is possibly the 469 species and is kept out."
    return replace(verdict, side_band_nm=side, reasons=(*verdict.reasons, reason))


def _side_band(
    cells: FloatArray, variances: FloatArray, shapes: Shapes, nm: float, width: float, intensity: float
) -> float | None:
    """Return where a weak narrow band at 480 +- 5 nm stands beside the main one, whose own shape is left free."""
    main = [bump(nm + shift * width, wide * width) for shift in (-0.3, 0.0, 0.3) for wide in (0.6, 1.0, 1.7)]
    free = np.full(len(main), 1.0e6)
    shapes = Shapes(
        np.column_stack([shapes.shapes, *main]), np.concatenate([shapes.prior, free]), (*shapes.names, *["main"] * 9)
    )
    places = np.arange(SIDE_PLACE_NM - SIDE_REACH_NM, SIDE_PLACE_NM + SIDE_REACH_NM + 0.5, 1.0)
    bands = np.stack([bump(float(nm), 22.0) for nm in places], axis=1)
    height, sigma = _Whitened.of(cells, variances, shapes).amplitudes(bands)
    best = int(np.argmax(height / sigma))
    if height[best] < PRESENT_SIGMAS * sigma[best] or height[best] < 0.01 * intensity:
        return None
    return float(places[best])


@dataclass(frozen=True, slots=True, eq=False)
class _Whitened:
    """A spectrum and its confusers divided by the noise: the linear algebra of the test.

    With noise N and shapes S of prior P the covariance is N + S P S^T; its inverse acts through the small matrix
    P^-1 + S^T N^-1 S (Woodbury), so that the cost grows with the number of confusers and not of cells.
    """

    weight: FloatArray
    data: FloatArray
    shapes: FloatArray
    inner: FloatArray

    @staticmethod
    def of(cells: FloatArray, variances: FloatArray, shapes: Shapes) -> _Whitened:
        """Whiten the cells; those that are NaN get no weight."""
        seen = np.isfinite(cells)
        weight = np.where(seen, 1.0 / np.sqrt(np.where(seen, variances, 1.0)), 0.0)
        data = np.where(seen, cells, 0.0) * weight
        white = shapes.shapes * weight[:, None]
        inner = np.asarray(np.linalg.inv(np.diag(shapes.prior**-2.0) + white.T @ white), dtype=np.float64)
        return _Whitened(weight, data, white, inner)

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


def _best_band(cells: FloatArray, variances: FloatArray, shapes: Shapes) -> BestBand:
    places, widths, bands = _bands()
    centre = np.searchsorted(CELLS_NM, places) - 1
    whitened = _Whitened.of(cells, variances, shapes)
    height, sigma = whitened.amplitudes(bands)
    height = np.where(np.isfinite(cells[centre]), height, 0.0)
    best = int(np.argmax(height / sigma))
    size, spread = whitened.confusers(bands[:, best], max(float(height[best]), 0.0))
    significance = corrected(float(height[best] / sigma[best]))
    found: dict[str, float] = {}
    if significance < BRIGHT_SIGMAS:  # above it, confusers take up what is asymmetric about the band
        for name in dict.fromkeys(shapes.names):
            own = np.array([name == other for other in shapes.names])
            if name not in (BACKGROUND, BLUE_TAIL) and np.any(size[own] > PRESENT_SIGMAS * spread[own]):
                found[name] = float(np.max(shapes.shapes[:, own] @ size[own]))
    return BestBand(
        float(places[best]),
        float(widths[best]),
        float(height[best]),
        float(sigma[best]),
        significance,
        shapes.shapes @ size,
        tuple(found.items()),
    )


def corrected(significance: float) -> float:
    """Return a local significance, in sigmas, after the search over many places: sqrt(z^2 - 2 ln n), at least 0."""
    return sqrt(max(significance * abs(significance) - 2.0 * log(INDEPENDENT_PLACES), 0.0))


def _raw_sigmas(wanted: float) -> float:
    """Return the local significance that is worth `wanted` after the correction."""
    return sqrt(wanted**2 + 2.0 * log(INDEPENDENT_PLACES))


@lru_cache(maxsize=1)
def _bands() -> tuple[FloatArray, FloatArray, FloatArray]:
    places, widths = (axis.ravel() for axis in np.meshgrid(PLACES_NM, WIDTHS_NM))
    return places, widths, np.stack([bump(*band) for band in zip(places, widths, strict=True)], axis=1)


def _in_cells(emission: Spectrum, usable: BoolArray) -> tuple[FloatArray, FloatArray]:
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


def _seen_at_the_ends(cells: FloatArray, variances: FloatArray) -> tuple[float, float]:
    """Return how much light, of either sign, lies below 455 and above 700 nm: the largest 10-nm mean and 3 sigma.

    Where an end was not measured, what is seen anywhere.
    """
    seen = np.isfinite(cells)
    ends: list[float] = []
    first, last = np.searchsorted(CELLS_NM, (BLUE_END_NM, BAND_NM[1]))
    for end in (slice(None, first), slice(last, None)):
        own = np.arange(CELLS_NM.size)[end][seen[end]]
        own = own if own.size >= CELLS_OF_MEAN else np.flatnonzero(seen)
        kernel = np.full(CELLS_OF_MEAN, 1.0 / CELLS_OF_MEAN)
        mean = np.abs(np.convolve(cells[own], kernel, "valid"))
        ends.append(float(np.max(mean) + 3.0 * np.sqrt(np.median(variances[own]) / CELLS_OF_MEAN)))
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


def _room_change(emission: Spectrum) -> float:
    drift = emission.room_drift
    return 0.0 if drift is None or abs(drift.value) <= ROOM_SIGMAS * drift.sigma else abs(drift.value)


def _saturated(emission: Spectrum) -> tuple[float, float] | None:
    """Return the ends of a stretch of lost pixels inside the measured range where emission is looked for, if any."""
    known = emission.wavelengths_nm[emission.valid]
    gaps = np.diff(known)
    middle = 0.5 * (known[1:] + known[:-1])
    wide = (gaps > SATURATED_GAP_NM) & (middle > BAND_NM[0]) & (middle < BAND_NM[1])
    wide &= gaps > 4.0 * float(np.median(gaps)) if gaps.size else False
    if not np.any(wide):
        return None
    first = int(np.argmax(wide))
    return float(known[first]), float(known[first + 1])


def _integral(emission: Spectrum) -> Quantity | None:
    """Return the integral over 470-750 nm, or over the part of it that was measured, in unit x nm."""
    nm = emission.wavelengths_nm
    inside = emission.valid & (nm >= INTEGRAL_NM[0]) & (nm <= INTEGRAL_NM[1])
    if np.count_nonzero(inside) < 3:
        return None
    at, values, sigma = nm[inside], emission.values[inside], emission.sigma[inside]
    width = np.abs(np.gradient(at))
    return Quantity(float(np.sum(width * values)), float(np.sqrt(np.sum((width * sigma) ** 2))))


def _names(line_nm: float | None, solvent: str | None, emission: Spectrum) -> tuple[str, ...]:
    """Return what has been tested for and told apart in this reading."""
    names = ["autofluorescence"]
    if line_nm is not None:
        raman = tuple(dict.fromkeys(name for _, name in raman_lines(line_nm, solvent)))
        names = ["excitation line", *raman, "LED side band", *names]
        if emission.wavelengths_nm[-1] > 2.0 * line_nm:
            names.insert(1, "second order")
    return (*names, "room light") if emission.room_drift is not None else tuple(names)

"""Emission of the sample, told from everything that only looks like it.

`matched_band` finds the band, `look_alikes` holds what it must be told from, `band_top` measures it; here it is
decided what may be said.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.band_top import EDGE_POINTS, BandTop, band_top, file_band
from analysis.findings import Emission
from analysis.look_alikes import CELLS_NM, Shapes, bump, out_of_reach, raman_lines, shapes_for, source_line
from analysis.matched_band import (
    BAND_NM,
    BRIGHT_SIGMAS,
    BestBand,
    Whitened,
    best_band,
    in_cells,
    seen_at_the_ends,
    uncorrected,
)
from analysis.spectrum import BoolArray, FloatArray, Quantity, Spectrum
from analysis.wording import grouped, plus_minus

LEVEL_COUNTS_PER_S = 100.0  # 0.5 % of a bright end state of 20 000 counts/s
PRESENT_SIGMAS = 5.0
INTEGRAL_NM = (470.0, 750.0)
SIDE_PLACE_NM, SIDE_REACH_NM = 480.0, 5.0  # the weak band beside MSC-469 (paper, Fig. S2C)
FLANK_SHARE = 0.005  # of the height: what lies under a band is told from its flanks, and they are not flat
SATURATED_GAP_NM = 4.0
ROOM_SIGMAS = 4.0
BLIND_LEVELS = 3.0  # "not found" is no answer where less than this many levels would not have been found


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
    cells, variances = in_cells(emission, usable)
    shapes = shapes_for(line_nm, line_height, solvent, room, *seen_at_the_ends(cells, variances))
    if np.count_nonzero(np.isfinite(cells[np.searchsorted(CELLS_NM, BAND_NM[0]) :])) < 12:
        return _undecided(emission, integral, names, "Nothing was measured between 475 and 700 nm.")
    best = best_band(cells, variances, shapes)
    verdict = _verdict(emission, best, integral, names, blank, room)
    if verdict.present:
        verdict = _measured(verdict, emission, usable, best)
    return _without_side_band(verdict, best, cells, variances, shapes, second_cluster)


def _verdict(
    emission: Spectrum, best: BestBand, integral: Quantity | None, names: tuple[str, ...], blank: bool, room: float
) -> Emission:
    """The decision and its reasons, in the order in which they can forbid an answer."""
    seen_from = max(LEVEL_COUNTS_PER_S, uncorrected(PRESENT_SIGMAS) * best.typical_sigma)
    hidden_from = uncorrected(PRESENT_SIGMAS) * best.sigma
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
        reason = f"Emission: {amount}."
    elif best.significance >= PRESENT_SIGMAS:
        reason = f"A trace: {amount} near {best.nm:.0f} nm, below the {LEVEL_COUNTS_PER_S:.0f} counts/s of an onset."
    elif seen_from > BLIND_LEVELS * LEVEL_COUNTS_PER_S:
        present, reason = None, f"Emission below {grouped(seen_from)} counts/s would not be seen."
    elif hidden_from > BLIND_LEVELS * LEVEL_COUNTS_PER_S and best.height >= LEVEL_COUNTS_PER_S:
        present, seen_from = None, hidden_from
        reason = (
            f"{amount} near {best.nm:.0f} nm may be scattered light; emission there is seen from {grouped(seen_from)}."
        )
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
    top = file_band(at, values, sigma, (BAND_NM[0] - 5.0, BAND_NM[1]))
    if top is None or not _bright(top, best):
        background = np.interp(at, CELLS_NM, best.background)
        top = band_top(at, values, sigma, best.nm, best.fwhm_nm, background)
        if top is not None:
            top = replace(top, sigma_nm=float(np.hypot(top.sigma_nm, _pull(best, top))))
    if top is None and at[EDGE_POINTS] < best.nm < at[-EDGE_POINTS - 1]:
        sigma_nm = 0.6 * best.fwhm_nm / best.significance  # Cramer-Rao bound of a Gaussian's place
        top = BandTop(best.nm, sigma_nm, best.height, best.sigma, best.fwhm_nm, None)
    measured = verdict if top is None else _with_top(verdict, top)
    amount = plus_minus(measured.intensity or 0.0, measured.sigma or 0.0)
    reason = f"A band of {amount} counts/s stands {best.significance:.0f} sigma above all that looks like emission."
    return replace(measured, reasons=(reason, *measured.reasons[1:]))


def _bright(top: BandTop, best: BestBand) -> bool:
    """Whether a maximum stands so far out of the noise, where the test found its band, that it needs no model."""
    there = best.significance > BRIGHT_SIGMAS or abs(top.nm - best.nm) < best.fwhm_nm
    return there and top.height > max(LEVEL_COUNTS_PER_S, BRIGHT_SIGMAS * top.sigma_height)


def _pull(best: BestBand, top: BandTop) -> float:
    """Return by how much, in nm, the unknown slope of what lies beneath may move a weak band's maximum."""
    width = top.fwhm_nm or best.fwhm_nm
    return float(best.tilt * width**2 / (8.0 * np.log(2.0) * max(top.height, best.sigma)))


def _with_top(verdict: Emission, top: BandTop) -> Emission:
    """Give the verdict place, height and width; a bright band is no better known than its own flanks."""
    counted = max(top.sigma_height, verdict.sigma or 0.0)
    return replace(
        verdict,
        intensity=top.height,
        sigma=float(np.hypot(counted, FLANK_SHARE * top.height)),
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
    height, sigma = Whitened.of(cells, variances, shapes).amplitudes(bands)
    best = int(np.argmax(height / sigma))
    if height[best] < PRESENT_SIGMAS * sigma[best] or height[best] < 0.01 * intensity:
        return None
    return float(places[best])


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

"""Emission of the sample, told from everything that only looks like it.

`emission_light` brings a reading before the test: `light_cells` makes cells of its pixels, `look_alikes` holds what
emission must be told from, `matched_band` finds the band. `band_apex` and `band_top` measure it; here it is decided
what may be said.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.band_apex import apex, beneath, own_shape
from analysis.band_top import BandTop, file_band
from analysis.earlier_light import EarlierLight, glows, with_reading
from analysis.emission_light import Bench, Light, integral_of, light_of
from analysis.energy import emission_maximum_ev, fwhm_mev
from analysis.findings import Emission
from analysis.full_converter import full_stretch, is_of_the_sample
from analysis.inner_filter import Geometry, inner_filter
from analysis.light_cells import Cells, axis_of
from analysis.matched_band import BAND_NM, BRIGHT_SIGMAS, PRESENT_SIGMAS, BestBand, found, uncorrected
from analysis.side_band import without_side_band
from analysis.spectrum import Quantity, Spectrum
from analysis.wording import grouped, plus_minus

SURE_SIGMAS = 1.645  # a height is below the level where it is so with 95 %
BLUEST_NM = 470.0  # the maximum of a band of dots; amines and phosphines glow bluer
NARROWEST_NM, WIDEST_NM = 18.0, 75.0  # dots: some 90 meV at 500 nm and more, and less than a phosphor
CHIP_TIMES = 2.0  # a white lamp's phosphor is hardly higher than so many times its blue chip
LAMP_LEVELS = 10.0  # of the level: what a room leaves in an open holder is hardly more
BLIND_LEVELS = 3.0  # "not found" is no answer where less than this many levels would not have been found
OWN_SIGMAS = 3.0  # a band stands over the light beneath it too, once its own shape is left free
FEWEST_CELLS = 8
THERE_WIDTHS, THERE_SHARE = 0.3, 0.25  # so many widths about a band's place, its light is at least so much of it
WEAK_LEVELS = 10.0  # of the level: the band of the 469 species is no brighter
EARLIER_LEVELS = 0.5  # of the level: what shines more than that from the start may be dots, and is not taken off


def judge(
    emission: Spectrum,
    *,
    excitation_nm: float | None,
    solvent: str | None,
    blank: bool,
    second_cluster: bool = False,
) -> Emission:
    """Return whether one sample emits, where and how strongly, with reasons; see `judge_in_run`."""
    return judge_in_run(emission, Bench(excitation_nm, solvent, blank), second_cluster=second_cluster)[0]


def judge_in_run(
    emission: Spectrum,
    bench: Bench,
    *,
    second_cluster: bool | None = False,
    reaction_time_s: float | None = None,
    earlier: EarlierLight | None = None,
) -> tuple[Emission, EarlierLight | None]:
    """Return whether the sample emits, where and how strongly, with reasons, and the light that the run began with.

    In counts/s "present" takes PRESENT_SIGMAS after the look-elsewhere correction AND a height that is not below the
    level of an onset with 95 %; a band that is significant but weaker is a trace: present is False, and the reason
    says how weak. In a.u. (a processed file) a maximum inside the range 5 sigma above its flanks is present. Without
    a blank the answer is None. `second_cluster`: MSC-469 is in this aliquot, so that a weak band at 480 nm may be its
    own; None: that is not known, and a band there may be its own while it is below WEAK_LEVELS onsets. `earlier` is
    what shone in the first readings of the run, which is taken off: it is no onset. Through other optics only its
    shape is known, and what looks like it is left out.
    """
    if emission.wavelengths_nm[0] > emission.wavelengths_nm[-1]:
        emission = _ascending(emission)
    axis = axis_of(emission)
    integral = integral_of(emission, axis)
    if emission.unit != "counts/s":
        return replace(_of_file(emission, integral), response_corrected=emission.response_corrected), earlier
    before_t0 = reaction_time_s is None or reaction_time_s < 0.0
    light, whole = light_of(emission, bench, None if before_t0 else earlier, integral, axis)
    if np.count_nonzero(light.cells.weights[light.cells.around(*BAND_NM)]) < FEWEST_CELLS:
        return _undecided(emission, integral, light.names, "Nothing was measured between 475 and 700 nm."), earlier
    gap = full_stretch(emission, light.seen, axis)
    top = apex(light.cells, light.best, beneath(light.best)) if _stands_out(light.best) and gap is None else None
    answer = _verdict(light, bench, gap, top)
    if answer.present and gap is None:
        answer = _measured(answer, light.best, top)
    weak = second_cluster is None and light.best.height < WEAK_LEVELS * bench.level
    if second_cluster or weak:
        answer = without_side_band(answer, light.best)
    faint = not _stands_out(light.best) or light.best.height < EARLIER_LEVELS * bench.level
    begins = faint or (before_t0 and (answer.present is False or glows(answer, whole)))
    if bench.blank and light.room == 0.0 and begins:
        height = 0.0 if light.line is None else light.line.height
        earlier = with_reading(earlier, whole, height, reaction_time_s, bench.set_up)
    if emission.response_corrected:
        answer = replace(answer, response_corrected=True)
    return answer, earlier


def completed(
    answer: Emission,
    absorbance: Spectrum | None,
    excitation_nm: float | None,
    *,
    excitation_fwhm_nm: float | None = None,
    geometry: Geometry = "90 degrees",
    path_mm: float = 10.0,
) -> Emission:
    """Return an answer with its maximum in eV (with the Jacobian), its width in meV and the inner filter.

    All are None where no band is present; `absorbance` is that of the same cuvette.
    """
    if not answer.present or answer.nm is None or answer.fwhm_nm is None:
        return answer
    nm, width = Quantity(answer.nm, answer.sigma_nm or 0.0), Quantity(answer.fwhm_nm, answer.sigma_fwhm_nm or 0.0)
    half = 0.5 * width.value
    weakened = None
    if answer.unit == "counts/s":
        weakened = inner_filter(
            absorbance,
            excitation_nm,
            (nm.value - half, nm.value + half),
            geometry=geometry,
            path_mm=path_mm,
            excitation_fwhm_nm=excitation_fwhm_nm,
        )
    return replace(answer, ev=emission_maximum_ev(nm, width), fwhm_mev=fwhm_mev(nm, width), inner_filter=weakened)


def _stands_out(best: BestBand) -> bool:
    return best.significance >= PRESENT_SIGMAS


def _verdict(light: Light, bench: Bench, gap: tuple[float, float] | None, top: BandTop | None) -> Emission:
    """The decision and its reasons."""
    best, level = light.best, bench.level
    seen_from = max(level, uncorrected(PRESENT_SIGMAS) * best.typical_sigma)
    hidden_from = uncorrected(PRESENT_SIGMAS) * best.sigma
    height, spread = (best.height, best.sigma) if top is None else (top.height, top.sigma_height)
    amount = f"{plus_minus(height, spread)} counts/s"
    significant = _stands_out(best) and (top is None or height > OWN_SIGMAS * spread)
    present: bool | None = significant and height + SURE_SIGMAS * spread >= level
    place = (best.nm, best.fwhm_nm) if top is None else (top.nm, top.fwhm_nm or best.fwhm_nm)
    lacking = _lacking(light.cells, height, *place) if present else 0.0
    forbidden = _undecidable(light, bench, gap, height, lacking)
    if forbidden is None and present:
        forbidden = _not_of_dots(light, bench, top)
    if forbidden is not None:
        present, reason = forbidden
        height = height if present is None else 0.0  # what is not of dots adds nothing to their onset
    elif present:
        reason = f"Emission: {amount}."
    elif significant:
        reason = f"A trace: {amount} near {best.nm:.0f} nm, below the {grouped(level)} counts/s of an onset."
    elif seen_from > BLIND_LEVELS * level:
        present, reason = None, f"Emission below {grouped(seen_from)} counts/s would not be seen."
    elif hidden_from > BLIND_LEVELS * level and height >= level:
        present, seen_from = None, hidden_from
        reason = (
            f"{amount} near {best.nm:.0f} nm may be scattered light; emission there is seen from {grouped(seen_from)}."
        )
    else:
        reason = f"No emission: {amount}; it would be seen from {grouped(seen_from)} counts/s."
    others: dict[str, float] = {}
    if best.significance < BRIGHT_SIGMAS:  # above it, confusers take up what is asymmetric about the band
        others = found(best.test, own_shape(best) if significant else None)
    left_out = tuple(f"Left out: {name}, {grouped(size)} counts/s." for name, size in others.items())
    known = np.isfinite(best.sigma) and gap is None and lacking == 0.0
    return Emission(
        present,
        height if known else None,
        spread if known else None,
        light.emission.unit,
        seen_from if np.isfinite(seen_from) else None,
        None,
        None,
        None,
        None,
        light.integral,
        (reason, *left_out),
        light.names,
    )


def _lacking(cells: Cells, height: float, nm: float, fwhm_nm: float) -> float:
    """Return by how much light is missing where a band is only what stands beside a hollow in the cells, else 0."""
    near = cells.around(nm - THERE_WIDTHS * fwhm_nm, nm + THERE_WIDTHS * fwhm_nm)
    total = float(cells.weights[near].sum())
    if total == 0.0 or float(cells.weights[near] @ cells.values[near]) >= THERE_SHARE * height * total:
        return 0.0
    known = cells.values[cells.weights > 0.0]
    return max(-float(np.convolve(known, np.full(5, 0.2), "valid").min()), 0.0) if known.size >= 5 else 0.0


def _undecidable(
    light: Light, bench: Bench, gap: tuple[float, float] | None, height: float, lacking: float
) -> tuple[bool | None, str] | None:
    """What forbids to say how much light there is, in this order: a full converter, the blank, the room."""
    if gap is not None:
        present = (
            True
            if bench.blank and light.room == 0.0 and is_of_the_sample(light.cells, bench.full_counts_per_s, gap)
            else None
        )
        stretch = f"{gap[0]:.0f}–{gap[1]:.0f} nm"
        return present, f"The emission is saturated at {stretch}. Shorten the exposure and press Space again."
    if not bench.blank:
        return None, "Blank first: solvent in the holder, then R."
    if lacking > 0.0:
        less = f"{grouped(lacking)} counts/s less light than the blank"
        return None, f"{less}: take the reference again, with clean solvent in the holder."
    if light.room > bench.level and height < 2.0 * light.room:
        carried = f"PL carries ± {grouped(light.room)} counts/s for it"
        return (
            None,
            f"The room light changed during the emission scan: {carried}. Close the hood and press Space again.",
        )
    return None


def _not_of_dots(light: Light, bench: Bench, top: BandTop | None) -> tuple[bool | None, str] | None:
    """What tells a band from one of dots: its place, its width, a white lamp's blue chip beside it."""
    height, nm = (light.best.height, light.best.nm) if top is None else (top.height, top.nm)
    width = None if top is None else top.fwhm_nm
    amount = f"{grouped(height)} counts/s at {nm:.0f} nm"
    if nm < BLUEST_NM:
        return False, f"No emission of dots: {amount}, where only the solution's blue light lies."
    if width is not None and width < NARROWEST_NM:
        return False, f"No emission of dots: {amount} is as narrow as a lamp's line."
    no_off_frames = light.emission.room_drift is None
    wide = width is not None and width > WIDEST_NM and height < LAMP_LEVELS * bench.level and no_off_frames
    if wide or height < CHIP_TIMES * light.chip:
        return None, f"{amount} may be a white lamp's light. Close the hood and press Space again."
    return None


def _measured(verdict: Emission, best: BestBand, top: BandTop | None) -> Emission:
    """Add place and width of a band that is present, measured on its own shape, not on that it was found with."""
    if top is None:
        sigma_nm = 0.6 * best.fwhm_nm / best.significance  # Cramer-Rao bound of a Gaussian's place
        top = BandTop(best.nm, sigma_nm, best.height, best.sigma, best.fwhm_nm, None)
    amount = plus_minus(top.height, top.sigma_height)
    reason = f"A band of {amount} counts/s stands {best.significance:.0f} sigma above all that looks like emission."
    return _with_top(verdict, top, (reason, *verdict.reasons[1:]))


def _with_top(verdict: Emission, top: BandTop, reasons: tuple[str, ...]) -> Emission:
    """Give the verdict place, height and width of a band."""
    return replace(
        verdict,
        intensity=top.height,
        sigma=top.sigma_height,
        nm=top.nm,
        sigma_nm=top.sigma_nm,
        fwhm_nm=top.fwhm_nm,
        sigma_fwhm_nm=top.sigma_fwhm_nm,
        reasons=reasons,
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
    return _with_top(empty, top, (reason,))


def _undecided(emission: Spectrum, integral: Quantity | None, names: tuple[str, ...], reason: str) -> Emission:
    return Emission(None, None, None, emission.unit, None, None, None, None, None, integral, (reason,), names)


def _ascending(emission: Spectrum) -> Spectrum:
    return replace(
        emission,
        wavelengths_nm=np.ascontiguousarray(emission.wavelengths_nm[::-1]),
        values=emission.values[::-1],
        sigma=emission.sigma[::-1],
        valid=emission.valid[::-1],
    )

"""interpret(): the one entry to the science, live, in review and without a screen: a measurement and the run so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import isfinite, sqrt
from typing import Literal

import numpy as np

from analysis.advice import Harvest, advise
from analysis.constancy import weighed
from analysis.earlier_light import EarlierLight
from analysis.emission import completed, judge_in_run
from analysis.emission_light import BRIGHT_COUNTS_PER_S, ONSET_SHARE, Bench
from analysis.findings import Emission, Findings, Species
from analysis.library import LibraryEntry
from analysis.onset import Watch, watch
from analysis.purity import Track, followed, purity, tail
from analysis.sizing import sizing
from analysis.species import Adaptation, assign
from analysis.spectrum import Spectrum
from analysis.wording import duration, grouped, plus_minus
from analysis.zones import OTHER, SECOND, Presence, judge_zone, present

__all__ = ["Context", "LibraryEntry", "RunState", "Spectrum", "interpret"]  # all that a caller needs stands here

FEWEST_PIXELS = 16
HISTORY, NEWEST = 256, 16  # readings that a run remembers, and how many of them are never thinned out
OnsetState = Literal["watching", "not yet decidable", "flagged"]


@dataclass(frozen=True, slots=True)
class Context:
    """What must be known beside the spectra to read them.

    `material` None, or without an entry in the library: no species is named and the run has no zone.
    `solvent` is what the cuvette holds; `excitation_nm` the nominal UV line (None: unknown, as in many
    files), `excitation_kind` what makes it and `excitation_fwhm_nm` its width. `blank`: the solvent's own light has
    been subtracted (a processed file counts as such). `false_alarm` is the largest share of 6 h runs with a false
    onset. `exposure_s`, `scans` and `full_scale_counts` are those of the emission frames: what reaches full scale is
    no measurement, and nothing is known finer than the converter's steps over those scans. `geometry` and `path_mm` are
    those of the cuvette, `dilution` the whole volume over the aliquot's (50 ul into 5 ml: 101; 1: no pipette, and none
    of its noise; None: not known, but a pipette). `set_up` is any word for the optical set-up: emission of different
    ones is not compared, and what has added up towards an onset starts anew. `bright_counts_per_s` is the bright end
    state of that set-up: an onset is 0.5 % of it. In review it may be the run's own largest emission.
    `onset_dismissed`: the chemist has looked, and what was flagged as the onset is none; it is no reason to stop.
    """

    library: tuple[LibraryEntry, ...]
    material: str | None
    solvent: str | None
    excitation_nm: float | None
    blank: bool
    false_alarm: float = 0.01
    excitation_kind: Literal["LED", "laser"] | None = None
    excitation_fwhm_nm: float | None = None
    exposure_s: float | None = None
    scans: int | None = None
    full_scale_counts: float | None = None
    geometry: Literal["90 degrees", "front face"] = "90 degrees"
    path_mm: float = 10.0
    dilution: float | None = None
    set_up: str = ""
    bright_counts_per_s: float = BRIGHT_COUNTS_PER_S
    onset_dismissed: bool = False


@dataclass(frozen=True, slots=True)
class RunState:
    """What earlier readings of the same run have taught; `RunState()` starts a run. Never changed, always replaced.

    `history` are at most HISTORY readings, the newest without a gap, the older ones thinned out evenly, so that the
    thousandth costs no more than the hundredth; what a run has shown as a whole is in the other fields: `tracks`
    the positions of each species, `harvest` its product, `earlier` the light it began with, `set_up` its optics, `seen`
    since when what is there.
    """

    adaptation: Adaptation = field(default_factory=Adaptation)
    watch: Watch = field(default_factory=Watch)
    history: tuple[Findings, ...] = ()
    tracks: tuple[Track, ...] = ()
    harvest: Harvest = field(default_factory=Harvest)
    earlier: EarlierLight | None = None
    set_up: str = ""
    seen: tuple[Presence, ...] = ()


def interpret(
    absorbance: Spectrum | None,
    emission: Spectrum | None,
    reaction_time_s: float | None,
    context: Context,
    state: RunState,
    *,
    number: int | None = None,
) -> tuple[Findings, RunState]:
    """Return everything that can be said of one measurement, and the state that the next one of the run needs.

    Spectra have arrays of shape (pixels,); either may be None. `reaction_time_s` counts from t0; None (or not finite)
    where it is not known, negative before it. `number` is the aliquot's, for the sentences that name it (None: the
    readings are counted, undone and unread ones left out). Pure. Raises ValueError where `false_alarm` is no share.
    """
    if reaction_time_s is not None and not isfinite(reaction_time_s):
        reaction_time_s = None
    absorbance, emission = _sound(absorbance), _sound(emission, _finest(context))
    species, adaptation, tracks = _species(absorbance, context, state, reaction_time_s)
    tail_height, red = tail(absorbance)
    dominant = next((one for one in species if one.name != OTHER and one.role != "E2"), None)
    answer, earlier = _emission(absorbance, emission, species, reaction_time_s, context, state.earlier)
    level = ONSET_SHARE * context.bright_counts_per_s
    so_far = _same_optics(state, context)
    test, obstacle = watch(so_far, answer, reaction_time_s, tail_height, red, context.false_alarm, number, level=level)
    advice, harvest = advise(
        state.harvest,
        species,
        absorbance,
        answer,
        reaction_time_s,
        flagged=test.onset is not None,
        dismissed=context.onset_dismissed,
        path_mm=context.path_mm,
        diluted=context.dilution,
        level=level,
    )
    findings = Findings(
        reaction_time_s=reaction_time_s,
        species=species,
        dominant=None if dominant is None else dominant.name,
        emission=answer,
        tail=tail_height,
        purity=purity(absorbance, species, dominant, tracks, tail_height),
        onset=test.onset,
        onset_state=(spoken := _spoken(test, obstacle, answer))[0],
        onset_reason=spoken[1],
        zone=None,
        sizing=sizing(species, context.material, context.library, path_mm=context.path_mm, diluted=context.dilution),
        advice=advice,
        remarks=_remarks(absorbance, emission),
    )
    seen = present(state.seen, findings)
    if any(entry.material == context.material for entry in context.library):
        judged = judge_zone((*state.history, findings), seen)
        findings = replace(findings, zone=judged.zone, zone_evidence=judged.evidence, zone_path=judged.path)
    return findings, RunState(
        adaptation, test, _remembered(state.history, findings), tracks, harvest, earlier, context.set_up, seen
    )


def _same_optics(state: RunState, context: Context) -> Watch:
    """Return the onset test as it stands, its sum empty where the readings in it came through other optics."""
    if not state.set_up or state.set_up == context.set_up:
        return state.watch
    return replace(state.watch, total=0.0, first=None, recent=())


def _remembered(history: tuple[Findings, ...], findings: Findings) -> tuple[Findings, ...]:
    """Return the history with one more reading; a full one first loses every second of all but the newest."""
    if len(history) >= HISTORY:
        history = (*history[:-NEWEST:2], *history[-NEWEST:])
    return (*history, findings)


def _finest(context: Context) -> float:
    """Return what the converter's steps alone scatter by in counts/s, 0 where exposure and scans are not known."""
    if not context.exposure_s or not context.scans:
        return 0.0
    return 1.0 / (sqrt(12.0 * context.scans) * context.exposure_s)


def _emission(
    absorbance: Spectrum | None,
    emission: Spectrum | None,
    species: tuple[Species, ...],
    reaction_time_s: float | None,
    context: Context,
    earlier: EarlierLight | None,
) -> tuple[Emission | None, EarlierLight | None]:
    """Return what the emission says, and the light that the run began with."""
    if emission is None:
        return None, earlier
    full = None
    if context.full_scale_counts is not None and context.exposure_s:
        full = context.full_scale_counts / context.exposure_s
    width_nm = context.excitation_fwhm_nm
    bench = Bench(
        context.excitation_nm,
        context.solvent,
        context.blank,
        kind=context.excitation_kind,
        excitation_fwhm_nm=width_nm,
        full_counts_per_s=full,
        bright_counts_per_s=context.bright_counts_per_s,
        set_up=context.set_up,
    )
    second: bool | None = any(one.name == SECOND for one in species)
    if absorbance is None and any(
        entry.name == SECOND and entry.material == context.material for entry in context.library
    ):
        second = None
    answer, earlier = judge_in_run(
        emission, bench, second_cluster=second, reaction_time_s=reaction_time_s, earlier=earlier
    )
    answer = completed(
        answer,
        absorbance,
        context.excitation_nm,
        excitation_fwhm_nm=width_nm,
        geometry=context.geometry,
        path_mm=context.path_mm,
    )
    return answer, earlier


def _sound(spectrum: Spectrum | None, finest: float = 0.0) -> Spectrum | None:
    """Return the spectrum with every pixel masked that has no value or no sigma, whoever called it valid.

    In counts/s no sigma is smaller than `finest`. A few pixels are no spectrum: None.
    """
    if spectrum is None or spectrum.values.size < FEWEST_PIXELS:
        return None
    sigma, finite = spectrum.sigma, np.isfinite(spectrum.values)
    known = spectrum.valid & finite & (sigma > 0.0) & (sigma < np.inf)
    infinite = not finite.all() and bool(np.isinf(spectrum.values).any())
    if infinite or np.count_nonzero(known) != np.count_nonzero(spectrum.valid):
        spectrum = replace(spectrum, values=np.where(finite, spectrum.values, np.nan), valid=known)
    if finest > 0.0 and spectrum.unit == "counts/s" and np.fmin.reduce(sigma) < finest:
        spectrum = replace(spectrum, sigma=np.maximum(sigma, finest))
    return spectrum


def _species(
    absorbance: Spectrum | None, context: Context, state: RunState, reaction_time_s: float | None
) -> tuple[tuple[Species, ...], Adaptation, tuple[Track, ...]]:
    """Return the species, what the run has learnt by them, and their places over the run, by which they are weighed."""
    if absorbance is None or not np.any(absorbance.valid):
        return (), state.adaptation, state.tracks
    found, adaptation = assign(absorbance, context.library, context.material, state.adaptation)
    tracks = followed(state.tracks, found, reaction_time_s)
    return tuple(sorted(weighed(found, tracks), key=lambda one: -one.absorbance)), adaptation, tracks


def _remarks(absorbance: Spectrum | None, emission: Spectrum | None) -> tuple[str, ...]:
    spoken = [remark for spectrum in (absorbance, emission) if spectrum is not None for remark in spectrum.remarks]
    return tuple(dict.fromkeys(spoken))


def _spoken(seen: Watch, obstacle: str, emission: Emission | None) -> tuple[OnsetState, str]:
    """Return the state of the onset test and its sentence."""
    if seen.onset is not None:
        return "flagged", seen.onset.reason
    if obstacle:
        return "not yet decidable", obstacle
    if seen.first is not None:
        amount = plus_minus(seen.first.height, seen.first.sigma)
        when = duration(seen.first.reaction_time_s)
        return "watching", f"Emission seen at {when}, {amount} {seen.first.unit}: the next aliquot decides."
    if emission is not None and emission.seen_from is not None and emission.unit == "counts/s":
        return "watching", f"No emission so far; it would be seen from {grouped(emission.seen_from)} counts/s."
    return "watching", "No emission so far."

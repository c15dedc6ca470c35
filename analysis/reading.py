"""interpret(): the one entry to the science, live, in review and without a screen: a measurement and the run so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from analysis.baseline import QUIET_NM
from analysis.emission import judge
from analysis.findings import Emission, Findings, Purity, Species
from analysis.library import LibraryEntry
from analysis.onset import Watch, watch
from analysis.species import Adaptation, assign
from analysis.spectrum import Quantity, Spectrum
from analysis.wording import duration, grouped, plus_minus
from analysis.zones import OTHER, SECOND, zone

TAIL_NM = (490.0, 520.0)  # where dots absorb and MSC-449 does not (paper, Fig. S1)
OnsetState = Literal["watching", "not yet decidable", "flagged"]


@dataclass(frozen=True, slots=True)
class Context:
    """What must be known beside the spectra to read them.

    `material` None, or without an entry in the library: no species is named and the run has no zone.
    `solvent` is what the cuvette holds; `excitation_nm` the nominal UV line (None: unknown, as in many
    files), `excitation_kind` what makes it and `excitation_fwhm_nm` its width. `blank`: the solvent's own light has
    been subtracted (a processed file counts as such). `false_alarm` is the largest share of 6 h runs with a false
    onset. `exposure_s`, `scans` and `full_scale_counts` are those of the emission frames: what reaches full scale is
    no measurement. `geometry` and `path_mm` are those of the cuvette, `dilution` the whole volume over the aliquot's
    (50 ul into 5 ml: 101). `set_up` is any word for the optical set-up: emission of different ones is not compared.
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


@dataclass(frozen=True, slots=True)
class RunState:
    """What earlier readings of the same run have taught; `RunState()` starts a run. Never changed, always replaced."""

    adaptation: Adaptation = field(default_factory=Adaptation)
    watch: Watch = field(default_factory=Watch)
    history: tuple[Findings, ...] = ()


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

    Spectra have arrays of shape (pixels,); either may be None. `reaction_time_s` counts from t0; None or
    negative before it. `number` is the aliquot's, for the sentences that name it (None: the readings of the
    run are counted, which is another number where aliquots were undone or could not be read). Pure: the same
    arguments give the same answer. Raises ValueError where `context.false_alarm` is no share.
    """
    species, adaptation = _species(absorbance, context, state.adaptation)
    tail, red = _tail(absorbance)
    dominant = next((one for one in species if one.name != OTHER and one.role != "E2"), None)
    answer = None
    if emission is not None:
        answer = judge(
            emission,
            excitation_nm=context.excitation_nm,
            solvent=context.solvent,
            blank=context.blank,
            second_cluster=any(one.name == SECOND for one in species),
        )
    seen, obstacle = watch(state.watch, answer, reaction_time_s, tail, red, context.false_alarm, number)
    onset_state, onset_reason = _spoken(seen, obstacle, answer)
    findings = Findings(
        reaction_time_s=reaction_time_s,
        species=species,
        dominant=None if dominant is None else dominant.name,
        emission=answer,
        tail=tail,
        purity=_purity(tail, dominant),
        onset=seen.onset,
        onset_state=onset_state,
        onset_reason=onset_reason,
        zone=None,
        remarks=_remarks(absorbance, emission),
    )
    if any(entry.material == context.material for entry in context.library):
        findings = replace(findings, zone=zone((*state.history, findings)))
    return findings, RunState(adaptation, seen, (*state.history, findings))


def _species(
    absorbance: Spectrum | None, context: Context, adaptation: Adaptation
) -> tuple[tuple[Species, ...], Adaptation]:
    if absorbance is None or not np.any(absorbance.valid):
        return (), adaptation
    found, adaptation = assign(absorbance, context.library, context.material, adaptation)
    return tuple(sorted(found, key=lambda one: -one.absorbance)), adaptation


def _tail(absorbance: Spectrum | None) -> tuple[Quantity | None, Quantity | None]:
    """Return mean absorbance at 490-520 nm over that at 650-750 nm, and the latter; None where not measured."""
    if absorbance is None:
        return None, None
    near, quiet = _mean(absorbance, TAIL_NM), _mean(absorbance, QUIET_NM)
    if near is None or quiet is None:
        return None, quiet
    return Quantity(near.value - quiet.value, float(np.hypot(near.sigma, quiet.sigma))), quiet


def _mean(spectrum: Spectrum, within_nm: tuple[float, float]) -> Quantity | None:
    nm = spectrum.wavelengths_nm
    inside = spectrum.valid & (nm >= within_nm[0]) & (nm <= within_nm[1])
    count = int(np.count_nonzero(inside))
    if count < 3:
        return None
    sigma = float(np.sqrt(np.sum(spectrum.sigma[inside] ** 2))) / count
    return Quantity(float(np.mean(spectrum.values[inside])), sigma)


def _purity(tail: Quantity | None, dominant: Species | None) -> Purity | None:
    """Return tail over the absorbance of the dominant species, with the sigma of a ratio; None where there is none."""
    if tail is None or dominant is None or dominant.absorbance <= 0.0:
        return None
    ratio = tail.value / dominant.absorbance
    sigma = float(np.hypot(tail.sigma, ratio * dominant.sigma)) / dominant.absorbance
    return Purity(dominant.name, tail_ratio=Quantity(ratio, sigma))


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

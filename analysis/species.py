"""Which magic-sized clusters a spectrum shows: names with positions, reasons and rivals, adapting to the run."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analysis.band_shapes import BandShape, Family
from analysis.bands import FittedBand
from analysis.composition import UNNAMED, Candidate, compose, prepare
from analysis.findings import Peak, Role, Species
from analysis.library import LibraryEntry
from analysis.peaks import find_peaks
from analysis.spectrum import Spectrum

HC_NM_EV = 1239.841984  # CODATA 2018, vacuum
CLUSTER_FWHM_NM = 20.0  # where a cluster's width starts before the run has shown its own
REACH_NM = 3.0  # how far outside its reported range a band of unknown material may stand and still "would fit"
E2_RATIO = (0.1, 1.1)  # height of E2 over E1: a shoulder, seen at every cluster of which both are known
SHAPE_SIGMA = (0.004, 0.018)  # of the width: how far another shape moves a cluster's place, a broad band's place
# Of the height: what an unseen neighbour (a second cluster under the flank of the first) or another ground may add.
HEIGHT_SIGMA: dict[Role, float] = {"E1": 0.05, "E2": 0.1, "band": 0.1}
SEEN_FROM = 0.003  # absorbance: baselines of cuvettes that are put in and out feign less than this, not less than 0.001
EDGE_NM = 0.6
E2_SIGMAS = 3.0  # enough for a band whose place is known because its E1 is certain
BEYOND_RATIO = (0.0, 3.0)  # height of the dots' further bands over that of their first
BESIDE_DOTS = 0.2  # of their first band: their further ones stand among the clusters and are not smooth
END_NM = 6.0  # three bins of the fit: no band is reported nearer to the blue end
DEEP_UV_NM = (355.0, 392.0)


@dataclass(frozen=True, slots=True)
class Adaptation:
    """What this run has shown of its own clusters: `offset_nm` from the library, `width_factor`, and how well."""

    offset_nm: float = 0.0
    width_factor: float = 1.0
    weight: float = 0.0


def assign(
    spectrum: Spectrum, library: tuple[LibraryEntry, ...], material: str | None, adaptation: Adaptation
) -> tuple[tuple[Species, ...], Adaptation]:
    """Name the species of one absorbance spectrum, strongest first, and return what the run has learnt by it.

    Known material: bands are fitted together, as sums of the library's families and of unnamed bands ("other").
    Unknown material, or one without entries: every band is "other" and says what it would fit.
    """
    entries = tuple(entry for entry in library if entry.material == material)
    if not entries:
        return _unassigned(spectrum, library), adaptation
    data = prepare(spectrum)
    if data is None:
        return (), adaptation
    # Clusters of which E1 alone is known are named after the fit, by the place and width of a band.
    fitted = [entry for entry in entries if entry.kind != "cluster" or entry.e2_nm is not None]
    dots = next((entry.name for entry in entries if entry.kind == "dots"), None)
    start = float(data.wavelengths_nm.min())
    candidates = tuple(_candidate(entry, adaptation, dots) for entry in fitted if entry.e1_nm > start + 8.0)
    found = compose(data, candidates + (_continuum(dots) if dots else ()))
    by_name = {entry.name: entry for entry in entries}
    species: list[Species] = []
    together = tuple(family.name for family in found.families if family.name in by_name)
    for family, bands in zip(found.families, found.bands, strict=True):
        entry = by_name.get(family.name)
        if family.name.startswith(UNNAMED):
            alone = bands[0].height >= max(band.height for group in found.bands for band in group)
            species.append(_rare(bands[0], entries, adaptation, together, alone=alone))
        elif entry is not None:
            species += _named(entry, bands, entries, together, adaptation, start + END_NM)
    species += _deep_uv(spectrum, entries)
    species = [found for found in species if found.absorbance >= SEEN_FROM]
    learnt = _learn(adaptation, species, by_name)
    return tuple(sorted(species, key=lambda s: -s.absorbance)), learnt


def _candidate(entry: LibraryEntry, adaptation: Adaptation, dots: str | None) -> Candidate:
    low, high = entry.e1_range_nm
    slim, wide = entry.fwhm_range_nm
    if entry.kind == "cluster":
        return _cluster(entry, adaptation, dots)
    if entry.kind == "prenucleation":
        lead = BandShape(entry.e1_nm, 3.0, (low - 3.0, high + 3.0), 48.0, 0.25, (slim, wide), 0.12)
        return Candidate(Family(entry.name, (lead,)), cost=6.0, share=0.15, never_with=dots)
    lead = BandShape(515.0, 25.0, (low, high), 45.0, 0.3, (slim, wide), 0.1)
    beyond = BandShape(465.0, 20.0, (435.0, 520.0), 85.0, 0.25, (60.0, 140.0))
    return Candidate(Family(entry.name, (lead, beyond), ratio=BEYOND_RATIO), cost=8.0, share=0.03)


def _continuum(dots: str) -> tuple[Candidate, ...]:
    """What dots absorb to the blue of their first band: further transitions, too broad and too many for names."""
    second = BandShape(480.0, 25.0, (430.0, 540.0), 65.0, 0.3, (42.0, 140.0))
    third = BandShape(435.0, 20.0, (405.0, 480.0), 70.0, 0.3, (42.0, 140.0))
    return tuple(
        Candidate(Family(f"{dots} beyond {number}", (shape,)), cost=-15.0, share=0.0, nuisance=dots)
        for number, shape in enumerate((second, third), start=1)
    )


def _cluster(entry: LibraryEntry, adaptation: Adaptation, dots: str | None) -> Candidate:
    """E1 and E2 of a cluster as one family; what the run has shown narrows where and how wide it may be."""
    (low, high), (slim, wide), shift = entry.e1_range_nm, entry.fwhm_range_nm, adaptation.offset_nm
    lead = BandShape(
        nm=entry.e1_nm + shift,
        nm_spread=float(np.clip(0.3 * (high - low), 1.2, 2.5)),
        nm_range=(low - 1.5 + shift, high + 1.5 + shift),
        fwhm_nm=float(np.clip(CLUSTER_FWHM_NM * adaptation.width_factor, slim, wide)),
        fwhm_log_spread=0.2 / float(np.sqrt(1.0 + 0.3 * adaptation.weight)),
        fwhm_range=(slim, wide),
        skew_spread=0.035,
        tail_spread=0.25,
    )
    second = (entry.e2_nm or entry.e1_nm) + shift
    shoulder = BandShape(second, 1.5, (second - 4.0, second + 4.0), 28.0, 0.2, (14.0, 40.0))
    return Candidate(
        Family(entry.name, (lead, shoulder), ratio=E2_RATIO), 4.0, 0.08, share_of=(dots, BESIDE_DOTS) if dots else None
    )


def _named(
    entry: LibraryEntry,
    bands: tuple[FittedBand, ...],
    entries: tuple[LibraryEntry, ...],
    together: tuple[str, ...],
    adaptation: Adaptation,
    seen_from_nm: float,
) -> list[Species]:
    """The species of one family: E1 (or its band), and E2 where it is certain and lies in the measured range."""
    lead = bands[0]
    confidence, runner_up = _rivals(entry, lead, entries, adaptation)
    reasons = [
        f"E1 at {lead.nm:.1f} +- {lead.sigma_nm:.1f} nm; reported {entry.e1_range_nm[0]:g}-{entry.e1_range_nm[1]:g} nm",
        f"width {lead.fwhm_nm:.0f} nm, {lead.height / lead.sigma_height:.0f} sigma",
    ]
    others = [name for name in together if name != entry.name]
    if others:
        reasons.append(f"fitted together with {', '.join(others)}")
    if entry.tentative:
        reasons.append("the assignment is tentative in its source")
    if entry.kind == "dots" and min(abs(lead.nm - edge) for edge in entry.e1_range_nm) < EDGE_NM:
        lead = replace(lead, sigma_nm=max(lead.sigma_nm, 0.25 * lead.fwhm_nm))
        reasons.append("at the edge of where dots are looked for: the position is little more than that edge")
    role: Role = "E1" if entry.kind == "cluster" else "band"
    second = bands[1] if entry.kind == "cluster" and len(bands) > 1 else None
    seen = second is not None and second.nm > seen_from_nm and second.height > E2_SIGMAS * second.sigma_height
    if second is not None and seen:
        split = 1e3 * HC_NM_EV * (1.0 / second.nm - 1.0 / lead.nm)
        reasons.append(f"E2 at {second.nm:.1f} +- {second.sigma_nm:.1f} nm, {split:.0f} meV above E1")
    result = [_species(entry.name, role, lead, confidence, tuple(reasons), runner_up)]
    if second is not None and seen:
        result.append(_species(entry.name, "E2", second, confidence, (f"second exciton of {entry.name}",), runner_up))
    return result


def _species(
    name: str,
    role: Role,
    band: FittedBand,
    confidence: float,
    reasons: tuple[str, ...],
    runner_up: str | None,
) -> Species:
    return Species(
        name=name,
        role=role,
        nm=band.nm,
        sigma_nm=float(np.hypot(band.sigma_nm, SHAPE_SIGMA[role == "band"] * band.fwhm_nm)),
        fwhm_nm=band.fwhm_nm,
        absorbance=band.height,
        sigma=float(np.hypot(band.sigma_height, HEIGHT_SIGMA[role] * band.height)),
        confidence=confidence,
        definition="fitted component",
        reasons=reasons,
        runner_up=runner_up,
    )


def _rivals(
    entry: LibraryEntry, band: FittedBand, entries: tuple[LibraryEntry, ...], adaptation: Adaptation
) -> tuple[float, str | None]:
    """The share of all plausible names that this one holds, and the best of the others."""
    likelihood = {e.name: _likelihood(e, band.nm, band.sigma_nm, band.fwhm_nm, adaptation.offset_nm) for e in entries}
    likelihood["other"] = 0.05
    own = max(likelihood.pop(entry.name), 1e-6)
    rival = max(likelihood, key=lambda name: likelihood[name])
    return own / (own + sum(likelihood.values())), rival


def _likelihood(entry: LibraryEntry, nm: float, sigma_nm: float, fwhm_nm: float, offset_nm: float) -> float:
    low, high = (edge + offset_nm for edge in entry.e1_range_nm)
    miss = (nm - float(np.clip(nm, low, high))) / float(np.hypot(sigma_nm, 1.5))
    slim, wide = entry.fwhm_range_nm
    misfit = np.log(fwhm_nm / float(np.clip(fwhm_nm, slim, wide))) / 0.15
    prior = 0.5 if entry.tentative else 1.0
    return prior * float(np.exp(-0.5 * (miss**2 + misfit**2)))


def _rare(
    band: FittedBand,
    entries: tuple[LibraryEntry, ...],
    adaptation: Adaptation,
    together: tuple[str, ...],
    *,
    alone: bool,
) -> Species:
    """An unnamed band under the name of a cluster, where one fits by place and width; else "other".

    A cluster of which E1 alone is known may be any band. One whose E2 is known, and missing here, may only be the
    tallest band of the spectrum (`alone`), and is half as certain: what is left beside taller bands is no cluster.
    """
    rare = [
        entry
        for entry in entries
        if entry.kind == "cluster" and (entry.e2_nm is None or (alone and entry.name not in together))
    ]
    fitting = [e for e in rare if _likelihood(e, band.nm, band.sigma_nm, band.fwhm_nm, 0.0) > 0.2]
    if not fitting:
        return _unnamed_band(band, entries)
    best = max(fitting, key=lambda e: _likelihood(e, band.nm, band.sigma_nm, band.fwhm_nm, 0.0))
    named = _named(best, (band,), entries, (), adaptation, band.nm)[0]
    if best.e2_nm is None:
        return named
    missing = f"its second exciton, known at {best.e2_nm:g} nm, is not seen"
    return replace(named, confidence=0.5 * named.confidence, reasons=(*named.reasons, missing))


def _unnamed_band(band: FittedBand, entries: tuple[LibraryEntry, ...]) -> Species:
    return Species(
        name="other",
        role="band",
        nm=band.nm,
        sigma_nm=band.sigma_nm,
        fwhm_nm=band.fwhm_nm,
        absorbance=band.height,
        sigma=band.sigma_height,
        confidence=0.5,
        definition="fitted component",
        reasons=(f"a band at {band.nm:.1f} +- {band.sigma_nm:.1f} nm that no species of the library explains",),
        would_fit=_would_fit(band.nm, band.sigma_nm, band.fwhm_nm, entries),
    )


def _would_fit(nm: float, sigma_nm: float, fwhm_nm: float, library: tuple[LibraryEntry, ...]) -> tuple[str, ...]:
    reach = REACH_NM + 2.0 * min(sigma_nm, 2.0)
    fitting = [
        entry
        for entry in library
        if entry.e1_range_nm[0] - reach <= nm <= entry.e1_range_nm[1] + reach
        and 0.7 * entry.fwhm_range_nm[0] <= fwhm_nm <= 1.4 * entry.fwhm_range_nm[1]
    ]
    fitting.sort(key=lambda entry: abs(nm - float(np.clip(nm, *entry.e1_range_nm))))
    return tuple(entry.name for entry in fitting)


def _unassigned(spectrum: Spectrum, library: tuple[LibraryEntry, ...]) -> tuple[Species, ...]:
    """Every band of a spectrum whose material is unknown, strongest first."""
    peaks = find_peaks(spectrum)
    tallest = max((peak.height for peak in peaks), default=0.0)
    shown = [peak for peak in peaks if peak.height > max(0.02 * tallest, 1e-3)]
    return tuple(
        _other(peak, _would_fit(peak.nm, peak.sigma_nm, peak.fwhm_nm, library))
        for peak in sorted(shown, key=lambda peak: -peak.height)
    )


def _other(peak: Peak, would_fit: tuple[str, ...]) -> Species:
    reason = "the material is not known, or has no entries in the library"
    return Species(
        name="other",
        role="band",
        nm=peak.nm,
        sigma_nm=peak.sigma_nm,
        fwhm_nm=peak.fwhm_nm,
        absorbance=peak.height,
        sigma=peak.sigma_height,
        confidence=0.0,
        definition=peak.definition,
        reasons=(reason,),
        would_fit=would_fit,
    )


def _deep_uv(spectrum: Spectrum, entries: tuple[LibraryEntry, ...]) -> list[Species]:
    """Clusters below 392 nm: named only for a true maximum, since every spectrum rises there."""
    species = []
    for entry in entries:
        low, high = entry.e1_range_nm
        if entry.kind != "cluster" or not DEEP_UV_NM[0] <= entry.e1_nm <= DEEP_UV_NM[1]:
            continue
        for peak in find_peaks(spectrum, window_nm=(16.0,), within_nm=DEEP_UV_NM):
            if peak.definition == "local maximum" and low - 2.0 <= peak.nm <= high + 2.0:
                band = FittedBand(peak.nm, peak.sigma_nm, peak.fwhm_nm, 0.0, peak.height, peak.sigma_height)
                reasons = (f"a maximum at {peak.nm:.1f} +- {peak.sigma_nm:.1f} nm; reported {low:g}-{high:g} nm",)
                species.append(_species(entry.name, "E1", band, 0.7, reasons, "other"))
    return species


def _learn(adaptation: Adaptation, species: list[Species], library: dict[str, LibraryEntry]) -> Adaptation:
    """Move the run's offset and width towards a cluster that stands clear; at most the last dozen aliquots count."""
    clear = [
        s
        for s in species
        if s.role == "E1"
        and s.absorbance > 15.0 * s.sigma
        and s.sigma_nm < 0.6
        and not library[s.name].tentative
        and library[s.name].e2_nm is not None
    ]
    if not clear:
        return adaptation
    best = max(clear, key=lambda s: s.absorbance)
    weight = min(adaptation.weight, 11.0)
    # The library's own word counts as one aliquot.
    offset = (adaptation.offset_nm * (weight + 1.0) + best.nm - library[best.name].e1_nm) / (weight + 2.0)
    width = np.log(adaptation.width_factor) * (weight + 1.0) + np.log(best.fwhm_nm / CLUSTER_FWHM_NM)
    return Adaptation(
        offset_nm=float(np.clip(offset, -3.0, 3.0)),
        width_factor=float(np.clip(np.exp(width / (weight + 2.0)), 0.6, 1.5)),
        weight=weight + 1.0,
    )

"""Which magic-sized clusters a spectrum shows: names with positions, reasons and rivals, adapting to the run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.bands import FittedBand
from analysis.composition import Composition, compose
from analysis.families import CLUSTER_FWHM_NM, Model, model_of
from analysis.findings import Peak, Species
from analysis.library import LibraryEntry
from analysis.naming import named, of_peak, rare
from analysis.peaks import find_peaks
from analysis.scene import DEEP_UV_NM, FIT_NM, prepare, steepest_rise
from analysis.species_by_place import name_by_place
from analysis.spectrum import Spectrum

CERTAIN = 3.3  # sigma of its height, with everything else free: one false name in 1000 bands that are not there
UNNAMED_CERTAIN = 5.0
DOUBTED = 0.3  # confidence of a cluster without its second exciton, below which its band is named by its place alone
SMALLEST = 1.1e-3  # absorbance: what a lamp's lines and drift leave of themselves
END_NM = 6.0  # three bins of the fit: no band is reported nearer to the blue end
# A bell has 0.2 % of its height left 1.5 widths from its top; beyond 402 nm the second exciton of a cluster would go.
FOOT, FOOT_SIGMAS, LATEST_NM = 1.5, 5.0, 402.0
SIDE_PIXELS, SIDE_KNOWN = 3, 5  # of the seven pixels about a band, how many must be known


@dataclass(frozen=True, slots=True)
class Adaptation:
    """What this run has shown of its own clusters: `offset_nm` from the library, `width_factor`, and how well."""

    offset_nm: float = 0.0
    width_factor: float = 1.0
    weight: float = 0.0


_MODELS: list[
    tuple[tuple[LibraryEntry, ...], str | None, tuple[LibraryEntry, ...], Model]
] = []  # of the last libraries


def assign(
    spectrum: Spectrum, library: tuple[LibraryEntry, ...], material: str | None, adaptation: Adaptation
) -> tuple[tuple[Species, ...], Adaptation]:
    """Name the species of one absorbance spectrum, strongest first, and return what the run has learnt by it.

    Known material: bands are fitted together, as sums of the library's families and of unnamed bands ("other"); where
    no cluster has both excitons within that fit, each band is named by its own place and width.
    Unknown material, or one without entries: every band is "other" and says what it would fit.
    """
    entries, model = _model(library, material)
    if not entries:
        return _unassigned(spectrum, library), adaptation
    if not any(entry.e2_nm is not None and entry.e2_nm > FIT_NM[0] and not entry.tentative for entry in entries):
        return name_by_place(spectrum, entries), adaptation
    tops = _deep_uv_tops(spectrum)
    deep_uv = _deep_uv(tops, entries)
    scene = prepare(spectrum, _beyond(tops))
    if scene is None:
        return tuple(deep_uv), adaptation
    found = compose(scene, model, adaptation.offset_nm, adaptation.width_factor)
    start_nm = float(scene.wavelengths_nm[0]) + END_NM
    read = (*_read(found, entries, adaptation, start_nm), *deep_uv)
    species = [each for each in read if _known_about(spectrum, each.nm)]
    firsts = {each.name for each in species if each.role != "E2"}
    species = [each for each in species if each.name in firsts]  # no second exciton stands for its cluster
    learnt = _learn(adaptation, species, {entry.name: entry for entry in entries})
    return tuple(sorted(species, key=lambda each: -each.absorbance)), learnt


def _model(library: tuple[LibraryEntry, ...], material: str | None) -> tuple[tuple[LibraryEntry, ...], Model]:
    for kept, of, entries, model in _MODELS:
        if kept is library and of == material:
            return entries, model
    entries = tuple(entry for entry in library if entry.material == material)
    model = model_of(entries)
    _MODELS.insert(0, (library, material, entries, model))
    del _MODELS[4:]
    return entries, model


def _read(
    found: Composition, entries: tuple[LibraryEntry, ...], adaptation: Adaptation, start_nm: float
) -> list[Species]:
    """Name the families of a composition that are certain."""
    certain: list[tuple[LibraryEntry | None, tuple[FittedBand, ...]]] = []
    for k, part in enumerate(found.parts):
        bands = found.fit.bands(k)
        needed = CERTAIN if part.entry is not None else UNNAMED_CERTAIN
        if bands[0].height >= max(needed * found.misfit * bands[0].sigma_height, SMALLEST):
            certain.append((part.entry, bands))
    names = tuple(entry.name for entry, _ in certain if entry is not None)
    tallest = max((bands[0].height for _, bands in certain), default=0.0)
    species: list[Species] = []
    for entry, bands in certain:
        if entry is None:
            alone = bands[0].height >= tallest
            species.append(rare(bands[0], entries, names, adaptation.offset_nm, alone=alone))
            continue
        others = tuple(name for name in names if name != entry.name)
        read = named(entry, bands, entries, others, adaptation.offset_nm, start_nm)
        if len(read) == 1 and entry.e2_nm is not None and read[0].confidence < DOUBTED:
            read = [rare(bands[0], entries, others, adaptation.offset_nm, alone=False)]
        species += read
    return [each for each in species if each.nm > start_nm]


def _known_about(spectrum: Spectrum, nm: float) -> bool:
    """True where the pixels about a band are measured: beside a gap or an end nothing is reported."""
    axis = spectrum.wavelengths_nm
    descending = axis[0] > axis[-1]
    at = int(np.searchsorted(axis[::-1] if descending else axis, nm))
    valid = spectrum.valid[::-1] if descending else spectrum.valid
    around = valid[max(at - SIDE_PIXELS, 0) : at + SIDE_PIXELS + 1]
    return int(np.count_nonzero(around)) >= SIDE_KNOWN


def _unassigned(spectrum: Spectrum, library: tuple[LibraryEntry, ...]) -> tuple[Species, ...]:
    """Every band of a spectrum whose material is unknown, strongest first."""
    peaks = find_peaks(spectrum)
    tallest = max((peak.height for peak in peaks), default=0.0)
    shown = [peak for peak in peaks if peak.height > max(0.02 * tallest, 1e-3)]
    return tuple(of_peak(peak, library) for peak in sorted(shown, key=lambda peak: -peak.height))


def _deep_uv_tops(spectrum: Spectrum) -> list[Peak]:
    """The true maxima between 355 and 392 nm; every spectrum rises there."""
    if steepest_rise(spectrum) < CERTAIN:
        return []
    peaks = find_peaks(spectrum, window_nm=(16.0,), within_nm=DEEP_UV_NM)
    return [peak for peak in peaks if peak.definition == "local maximum"]


def _beyond(tops: list[Peak]) -> float:
    """Where the fit begins: after the red foot of the maxima before it, whose steepness no ground describes."""
    feet = [top.nm + FOOT * top.fwhm_nm for top in tops if top.height > FOOT_SIGMAS * top.sigma_height]
    return min(max(feet, default=FIT_NM[0]), LATEST_NM)


def _deep_uv(tops: list[Peak], entries: tuple[LibraryEntry, ...]) -> list[Species]:
    """Clusters below 392 nm: named only for a true maximum."""
    low, high = DEEP_UV_NM
    wanted = [e for e in entries if e.kind == "cluster" and low <= e.e1_nm <= high]
    species = []
    for peak in tops:
        for entry in wanted:
            low, high = entry.e1_range_nm
            if low - 2.0 <= peak.nm <= high + 2.0:
                sigma_fwhm = 0.5 * peak.fwhm_nm * peak.sigma_height / peak.height
                band = FittedBand(peak.nm, peak.sigma_nm, peak.fwhm_nm, sigma_fwhm, peak.height, peak.sigma_height)
                species += named(entry, (band,), entries, (), 0.0, peak.nm)
    return species


def _learn(adaptation: Adaptation, species: list[Species], library: dict[str, LibraryEntry]) -> Adaptation:
    """Move the run's offset and width towards a cluster that stands clear; at most the last dozen aliquots count."""
    clear = [
        s
        for s in species
        if s.role == "E1"
        and s.absorbance > 12.0 * s.sigma
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

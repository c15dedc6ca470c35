"""Names for bands: how well each entry of the library fits one, with reasons, rivals, and what it would fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.bands import FittedBand
from analysis.energy import splitting_mev
from analysis.findings import Peak, Role, Species
from analysis.library import LibraryEntry
from analysis.spectrum import Quantity

REACH_NM = 3.0  # how far outside its reported range a band of unknown material may stand and still "would fit"
LAB_NM, LAB_WIDTH = 1.5, 0.15  # how far the clusters of another laboratory stand from a report; log of their width
FARTHEST_NM = 20.0  # a cluster further away is no rival
EDGE_NM = 0.6
E2_SIGMAS = 3.0  # enough for a band whose place is known because its E1 is certain
# Of a cluster's height: a second cluster that is too small to be told from its shape (8 % of it at most, any share as
# likely: 2.3 %) has a third of its absorbance, E2 included, at the place of the first.
UNSEEN = 0.008
ASYMMETRY = 0.002  # of the width: how far the top of a band lies from where skew and tails of the fit put it
E2_FAINT = 0.12  # of E1: no second exciton is as faint as the limit of its height
FITTING = 0.2  # likelihood from which a band without a family may bear a name
# How far the splitting of a cluster's excitons may lie from the library's, beside its own sigma and the span of the
# reports: 1.5 nm in the place of the second, which is a shoulder on a rise.
SPLITTING_MEV = 12.0
SHOULDER = 0.02  # of its width: how far the top of such a shoulder lies from where the fit puts it
STRANGE = 0.02  # the least that a strange splitting leaves of a likelihood
NO_NAME = 0.05  # likelihood of a band that is in no library


def named(
    entry: LibraryEntry,
    bands: tuple[FittedBand, ...],
    entries: tuple[LibraryEntry, ...],
    together: tuple[str, ...],
    offset_nm: float,
    seen_from_nm: float,
) -> list[Species]:
    """Return the species of one family: E1 (or its band), and E2 where it is certain and lies beyond `seen_from_nm`.

    `together` are the names that were fitted with it, `offset_nm` how far the run's clusters stand from the library.
    """
    lead = bands[0]
    second = bands[1] if entry.kind == "cluster" and len(bands) > 1 else None
    faint = second is not None and second.nm > seen_from_nm and second.height < E2_FAINT * lead.height
    if second is not None and (faint or second.nm < seen_from_nm or second.height < E2_SIGMAS * second.sigma_height):
        second = None
    confidence, runner_up = _rivals(entry, lead, second, entries, offset_nm)
    low, high = entry.e1_range_nm
    reasons = [
        f"E1 at {lead.nm:.1f} +- {lead.sigma_nm:.1f} nm; reported {low:g}-{high:g} nm",
        f"width {lead.fwhm_nm:.0f} nm, {lead.height / lead.sigma_height:.0f} sigma",
    ]
    if together:
        reasons.append(f"fitted together with {', '.join(together)}")
    if entry.tentative:
        reasons.append("the assignment is tentative in its source")
    if entry.kind == "dots" and min(abs(lead.nm - low), abs(lead.nm - high)) < EDGE_NM:
        lead = replace(lead, sigma_nm=max(lead.sigma_nm, 0.25 * lead.fwhm_nm))
        reasons.append("at the edge of where dots are looked for: the position is little more than that edge")
    if faint:
        reasons.append(f"its second exciton, known at {entry.e2_nm:g} nm, is not seen")
        confidence *= 0.5
    if second is None:
        role: Role = "E1" if entry.kind == "cluster" else "band"
        return [_species(entry.name, role, lead, confidence, tuple(reasons), runner_up)]
    split = splitting_mev(_shoulder(second), Quantity(lead.nm, lead.sigma_nm))
    known = splitting_mev(Quantity(entry.e2_nm or second.nm, 0.0), Quantity(entry.e1_nm, 0.0)).value
    reasons += [
        f"E2 at {second.nm:.1f} +- {second.sigma_nm:.1f} nm",
        f"{split.value:.0f} +- {split.sigma:.0f} meV above E1; known {known:.0f} meV",
    ]
    return [
        _species(entry.name, "E1", lead, confidence, tuple(reasons), runner_up),
        _species(entry.name, "E2", second, confidence, (f"second exciton of {entry.name}",), runner_up),
    ]


def _species(
    name: str, role: Role, band: FittedBand, confidence: float, reasons: tuple[str, ...], runner_up: str | None
) -> Species:
    return Species(
        name=name,
        role=role,
        nm=band.nm,
        sigma_nm=float(np.hypot(band.sigma_nm, ASYMMETRY * band.fwhm_nm)),
        fwhm_nm=band.fwhm_nm,
        absorbance=band.height,
        sigma=float(np.hypot(band.sigma_height, 0.0 if role == "band" else UNSEEN * band.height)),
        confidence=confidence,
        definition="fitted component",
        reasons=reasons,
        runner_up=runner_up,
        sigma_fwhm_nm=band.sigma_fwhm_nm,
    )


def _rivals(
    entry: LibraryEntry,
    band: FittedBand,
    second: FittedBand | None,
    entries: tuple[LibraryEntry, ...],
    offset_nm: float,
) -> tuple[float, str | None]:
    """The share of all plausible names that this one holds, and the best of the others."""
    own, total, best, rival = 1e-6, NO_NAME, NO_NAME, "other"
    for each in entries:
        if abs(each.e1_nm - band.nm) > FARTHEST_NM and each.kind == "cluster" and each is not entry:
            continue
        fits = likelihood(each, band.nm, band.sigma_nm, band.fwhm_nm, offset_nm)
        if second is not None:
            fits *= _paired(each, band, second)
        if each is entry:
            own = max(fits, own)
            continue
        total += fits
        if fits > best:
            best, rival = fits, each.name
    return own / (own + total), rival


def _paired(entry: LibraryEntry, lead: FittedBand, second: FittedBand) -> float:
    """How well the splitting of two excitons fits an entry, 0.02 to 1; 1 where the entry knows of no second one."""
    if entry.e2_nm is None:
        return 1.0
    split = splitting_mev(_shoulder(second), Quantity(lead.nm, lead.sigma_nm))
    low, high = entry.e2_range_nm or (entry.e2_nm, entry.e2_nm)
    known = splitting_mev(Quantity(entry.e2_nm, 0.5 * (high - low)), Quantity(entry.e1_nm, 0.0))
    miss = max(abs(split.value - known.value) - known.sigma, 0.0)
    return max(float(np.exp(-0.5 * miss * miss / (split.sigma**2 + SPLITTING_MEV**2))), STRANGE)


def _shoulder(second: FittedBand) -> Quantity:
    return Quantity(second.nm, float(np.hypot(second.sigma_nm, SHOULDER * second.fwhm_nm)))


def likelihood(entry: LibraryEntry, nm: float, sigma_nm: float, fwhm_nm: float, offset_nm: float) -> float:
    """Return how well a band's place and width fit an entry, 0 to 1; half of it where the entry is tentative."""
    low, high = entry.e1_range_nm
    at = nm - offset_nm
    miss = max(low - at, 0.0, at - high)
    slim, wide = entry.fwhm_range_nm
    misfit = float(np.log(max(slim / fwhm_nm, 1.0, fwhm_nm / wide))) / LAB_WIDTH
    prior = 0.5 if entry.tentative else 1.0
    return prior * float(np.exp(-0.5 * (miss * miss / (sigma_nm * sigma_nm + LAB_NM**2) + misfit * misfit)))


def rare(
    band: FittedBand, entries: tuple[LibraryEntry, ...], together: tuple[str, ...], offset_nm: float, *, alone: bool
) -> Species:
    """Return a band without a family under the name of a cluster, where one fits by place and width; else "other".

    A cluster of which E1 alone is known may be any band. One whose E2 is known, and missing here, may only be the
    tallest band of the spectrum (`alone`), and is half as certain: what is left beside taller bands is no cluster.
    """
    fitting = []
    for entry in entries:
        if entry.kind == "cluster" and (entry.e2_nm is None or (alone and entry.name not in together)):
            fits = likelihood(entry, band.nm, band.sigma_nm, band.fwhm_nm, 0.0)
            if fits > FITTING:
                fitting.append((fits, entry))
    if not fitting:
        return unnamed(band, entries)
    best = max(fitting, key=lambda pair: pair[0])[1]
    [species] = named(best, (band,), entries, together, offset_nm, band.nm)
    if best.e2_nm is None:
        return species
    missing = f"its second exciton, known at {best.e2_nm:g} nm, is not seen"
    return replace(species, confidence=0.5 * species.confidence, reasons=(*species.reasons, missing))


def unnamed(band: FittedBand, entries: tuple[LibraryEntry, ...]) -> Species:
    """Return a band that no species of the library explains."""
    reason = f"a band at {band.nm:.1f} +- {band.sigma_nm:.1f} nm that no species of the library explains"
    species = _species("other", "band", band, 0.5, (reason,), None)
    return replace(species, would_fit=would_fit(band.nm, band.sigma_nm, band.fwhm_nm, entries))


def would_fit(nm: float, sigma_nm: float, fwhm_nm: float, library: tuple[LibraryEntry, ...]) -> tuple[str, ...]:
    """Return the names, nearest first, that place and width of a band would allow.

    A name may stand in several materials: where the library has more than one, the material stands before it.
    """
    reach = REACH_NM + 2.0 * min(sigma_nm, 2.0)
    fitting = []
    for entry in library:
        low, high = entry.e1_range_nm
        slim, wide = entry.fwhm_range_nm
        if low - reach <= nm <= high + reach and 0.7 * slim <= fwhm_nm <= 1.4 * wide:
            fitting.append((max(low - nm, 0.0, nm - high), entry))
    fitting.sort(key=lambda pair: pair[0])
    several = len({entry.material for entry in library}) > 1
    return tuple(f"{entry.material} {entry.name}" if several else entry.name for _, entry in fitting)


def of_peak(peak: Peak, library: tuple[LibraryEntry, ...]) -> Species:
    """Return a peak of a spectrum whose material is unknown."""
    fits = would_fit(peak.nm, peak.sigma_nm, peak.fwhm_nm, library)
    unknown = "the material is not known, or has no entries in the library"
    return replace(from_peak(peak, "other", "band", 0.0, (unknown,)), would_fit=fits)


def from_peak(
    peak: Peak, name: str, role: Role, confidence: float, reasons: tuple[str, ...], runner_up: str | None = None
) -> Species:
    """Return the species that a peak is, measured as the peak was."""
    return Species(
        name=name,
        role=role,
        nm=peak.nm,
        sigma_nm=peak.sigma_nm,
        fwhm_nm=peak.fwhm_nm,
        absorbance=peak.height,
        sigma=peak.sigma_height,
        confidence=confidence,
        definition=peak.definition,
        reasons=reasons,
        runner_up=runner_up,
        sigma_fwhm_nm=peak.sigma_fwhm_nm,
    )

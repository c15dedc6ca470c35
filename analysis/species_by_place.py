"""Names for the bands of a compound by their place and width alone, one by one: no blend is taken apart.

For compounds of whose clusters no second exciton is established: there a fit of whole families has nothing to hold on
to, and a band's own place (with its definition and sigma) says more.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.findings import Peak, Species
from analysis.library import LibraryEntry
from analysis.naming import from_peak
from analysis.peaks import find_peaks, first_exciton
from analysis.spectrum import Spectrum

LABORATORY_NM = 1.5  # by how much a laboratory's clusters may lie outside their reported range
SHARE = 0.02  # of the tallest band, and
SEEN_FROM = 0.003  # of absorbance: baselines of cuvettes that are put in and out feign less than this
CONFIDENCE = {"cluster": 0.7, "prenucleation": 0.7, "dots": 0.8}
TENTATIVE = 0.5  # of that, where the entry is tentative


def name_by_place(spectrum: Spectrum, entries: tuple[LibraryEntry, ...]) -> tuple[Species, ...]:
    """Name every band of an absorbance spectrum by the entries of its material, strongest first.

    Dots are the first exciton alone: what absorbs to its blue may be their further transitions, so that beside dots
    only a true maximum bears a cluster's name. A band that nothing fits is "other".
    """
    peaks = find_peaks(spectrum)
    first = first_exciton(peaks)
    tallest = max((peak.height for peak in peaks), default=0.0)
    shown = [peak for peak in peaks if peak.height >= max(SHARE * tallest, SEEN_FROM)]
    dots = next((entry for entry in entries if entry.kind == "dots" and first and _fits(entry, first)), None)
    species = []
    for peak in shown:
        if peak is first and dots is not None:
            species.append(_named(peak, dots, None))
            continue
        fitting = [
            entry
            for entry in entries
            if entry.kind != "dots" and _fits(entry, peak) and (dots is None or peak.definition == "local maximum")
        ]
        fitting.sort(key=lambda entry: (entry.tentative, abs(peak.nm - entry.e1_nm)))
        rival = fitting[1].name if len(fitting) > 1 else None
        species.append(_named(peak, fitting[0], rival) if fitting else _other(peak))
    return tuple(sorted(_with_seconds(species, entries), key=lambda one: -one.absorbance))


def _with_seconds(species: list[Species], entries: tuple[LibraryEntry, ...]) -> list[Species]:
    """Give a band without a name to the cluster whose second exciton is known at its place and whose first is there."""
    known = {entry.name: entry.e2_range_nm for entry in entries if entry.e2_range_nm is not None}
    firsts = [one for one in species if one.role == "E1" and one.name in known]
    named = []
    for one in species:
        reach = LABORATORY_NM + 2.0 * min(one.sigma_nm, 2.0)
        for first in firsts if one.name == "other" else ():
            low, high = known[first.name]
            if low - reach <= one.nm <= high + reach:
                reason = f"second exciton of {first.name}"
                one = replace(one, name=first.name, role="E2", confidence=first.confidence, reasons=(reason,))
                break
        named.append(one)
    return named


def _fits(entry: LibraryEntry, peak: Peak) -> bool:
    low, high = entry.e1_range_nm
    slim, wide = entry.fwhm_range_nm
    reach = LABORATORY_NM + 2.0 * min(peak.sigma_nm, 2.0)
    unsure = 1.0 + 2.0 * (peak.sigma_fwhm_nm or 0.0) / peak.fwhm_nm
    return low - reach <= peak.nm <= high + reach and slim / unsure <= peak.fwhm_nm <= wide * unsure


def _named(peak: Peak, entry: LibraryEntry, runner_up: str | None) -> Species:
    low, high = entry.e1_range_nm
    reported = "looked for at" if entry.kind == "dots" else "reported"
    reasons = [
        f"{peak.definition} at {peak.nm:.1f} +- {peak.sigma_nm:.1f} nm; {reported} {low:g}-{high:g} nm",
        f"width {peak.fwhm_nm:.0f} nm, {peak.significance:.0f} sigma",
    ]
    if entry.tentative:
        reasons.append("the assignment is tentative in its source")
    outside = max(low - peak.nm, peak.nm - high, 0.0) / float(np.hypot(peak.sigma_nm, LABORATORY_NM))
    sure = CONFIDENCE[entry.kind] * (TENTATIVE if entry.tentative else 1.0) * float(np.exp(-0.5 * outside**2))
    return from_peak(peak, entry.name, "E1" if entry.kind == "cluster" else "band", sure, tuple(reasons), runner_up)


def _other(peak: Peak) -> Species:
    reason = f"a band at {peak.nm:.1f} +- {peak.sigma_nm:.1f} nm that no species of the library explains"
    return from_peak(peak, "other", "band", 0.5, (reason,))

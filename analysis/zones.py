"""The reaction zone of a run: which of clusters, prenucleation complex and quantum dots its last two aliquots hold."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.findings import Findings, Zone

FIRST, SECOND, PRENUCLEATION, DOTS, OTHER = "MSC-449", "MSC-469", "PRE-430", "QD", "other"
LAST_ALIQUOTS = 2
BELIEVED = 0.4  # mean confidence over the last two aliquots; a species new in the last one counts from 0.8
BESIDE_DOTS = 0.3  # share of the dots' absorbance below which MSC-449 or MSC-469 no longer makes the zone
BESIDE_FIRST = 0.25  # share of MSC-449 below which MSC-469 may be no more than the red flank of the first


def zone(findings: Sequence[Findings]) -> Zone:
    """Return the zone of a run: that of its last two aliquots (of its only one where there is one).

    Dots count when they emit, or when they absorb and emission is not known. Where their emission was looked for
    and is absent, a band beyond 500 nm alone makes no dots: emission and that tail come together (paper,
    identification rules). A run of unknown material has no zone; the caller knows the material.
    """
    last = tuple(findings)[-LAST_ALIQUOTS:]
    heights = _believed(last)
    dots = _dots(last, heights)
    of_dots = heights.pop(DOTS, 0.0) if dots else 0.0
    heights.pop(DOTS, None)
    prenucleation = heights.pop(PRENUCLEATION, None) is not None
    if dots:
        if heights.get(SECOND, 0.0) > max(BESIDE_DOTS * of_dots, BESIDE_FIRST * heights.get(FIRST, 0.0)):
            return "second MSC + QD"
        first = heights.get(FIRST, 0.0) > BESIDE_DOTS * of_dots
        other = max((height for name, height in heights.items() if name not in (FIRST, SECOND)), default=0.0)
        return "MSC + QD" if first or other > of_dots else "QD"
    if heights:
        return "MSC + prenucleation" if prenucleation else "MSC"
    return "prenucleation" if prenucleation else "none"


def _believed(last: Sequence[Findings]) -> dict[str, float]:
    """Return the mean absorbance over the aliquots of every species that is believed, by name."""
    confidence: dict[str, float] = {}
    height: dict[str, float] = {}
    for one in last:
        for species in one.species:
            if species.role == "E2" or species.name == OTHER:
                continue
            confidence[species.name] = confidence.get(species.name, 0.0) + species.confidence / len(last)
            height[species.name] = height.get(species.name, 0.0) + species.absorbance / len(last)
    return {name: height[name] for name, how_sure in confidence.items() if how_sure >= BELIEVED}


def _dots(last: Sequence[Findings], heights: dict[str, float]) -> bool:
    answers = [one.emission.present for one in last if one.emission is not None]
    if any(answers):
        return True
    return DOTS in heights and False not in answers

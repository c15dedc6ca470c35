"""Whether a cluster stands still over its run: a cluster keeps its place where dots move to the red without steps.

The paper's second rule of identification: magic-sized clusters stand "at a constant position with time", dots move.
"""

from __future__ import annotations

from dataclasses import replace
from math import hypot, sqrt

from analysis.findings import Species
from analysis.purity import LINE_READINGS, WANDER, Track, drift
from analysis.wording import time_label

SIGMAS = 3.0  # of a slope that is no chance
SLOWEST_NM_PER_H = 0.5  # slower, and it may be a neighbour that grows
# Over the whole run, which is how far clusters of two laboratories stand apart: less is no movement.
MOVED_NM = 1.5
DOTS_NM_PER_H = (
    1.5  # what dots would have moved by at the least, and what must be excluded for a place to count as kept
)
EVENLY = sqrt(12.0)  # the length of a stretch over its standard deviation


def weighed(species: tuple[Species, ...], tracks: tuple[Track, ...]) -> tuple[Species, ...]:
    """Return the species of a reading, clusters with what their places over the run say of their names.

    `tracks` hold this reading too. One that moves has half the confidence, one that stands half the doubt; nothing is
    said of dots, of bands without a name, or before three readings.
    """
    by_name = {track.name: track for track in tracks if track.readings >= LINE_READINGS}
    if not by_name:
        return species
    words: dict[str, tuple[bool, str]] = {}
    for one in species:
        track = by_name.get(one.name)
        if one.role == "E1" and track is not None:
            said = _said(track, WANDER * one.fwhm_nm)
            if said is not None:
                words[one.name] = said
    return tuple(_with(one, *words[one.name]) if one.name in words else one for one in species)


def _said(track: Track, wander_nm: float) -> tuple[bool, str] | None:
    """Return whether a track moves, and the sentence; None where it is neither clearly moving nor clearly at rest."""
    slope = drift(track, wander_nm)
    if slope is None:
        return None
    span_h = EVENLY * sqrt(max(track.weight * track.tt - track.t**2, 0.0)) / track.weight
    speed = abs(slope.value)
    if speed > max(SIGMAS * slope.sigma, SLOWEST_NM_PER_H) and speed * span_h > MOVED_NM:
        return True, f"moves by {slope.value:.1f} +- {max(slope.sigma, 0.05):.1f} nm/h: dots move, a cluster stays"
    # At rest: had it moved as dots do, that would have been seen.
    if speed > SLOWEST_NM_PER_H or speed + SIGMAS * slope.sigma > DOTS_NM_PER_H:
        return None
    nm = track.start_nm + track.x / track.weight
    sigma_nm = max(hypot(track.weight**-0.5, wander_nm), 0.05)
    return False, f"has stood at {nm:.1f} +- {sigma_nm:.1f} nm since {time_label(track.start_s)}"


def _with(one: Species, moves: bool, sentence: str) -> Species:
    sure = 0.5 * one.confidence if moves else 0.5 * (1.0 + one.confidence)
    if one.role == "E2":
        return replace(one, confidence=sure)
    return replace(one, confidence=sure, reasons=(*one.reasons, sentence))

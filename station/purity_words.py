"""Whether the dominant cluster is alone in the flask, in a word, and what the word rests on."""

from __future__ import annotations

from analysis.findings import Findings

SEEN_SIGMAS = 3.0
STEADY_SIGMAS = 2.0
KNOWN_NM_PER_H = 1.0  # a drift less sure than this tells nothing: dots move by about so much


def purity_word(findings: Findings) -> str:
    """Return "pure", or what stands beside the dominant cluster; nothing where it cannot be told.

    Pure is what the advice calls so: dots emit with a probability below 5 %.
    """
    from analysis.advice import PURE_BELOW

    if findings.dominant is None or findings.purity is None:
        return ""
    if findings.emission is not None and findings.emission.present:
        return "with dots"
    beside = next(
        (
            one.name
            for one in findings.species
            if one.role == "E1" and one.name != findings.dominant and one.absorbance > SEEN_SIGMAS * one.sigma
        ),
        None,
    )
    if beside is not None:
        return f"beside {beside}"
    known = findings.advice is not None and findings.emission is not None and findings.emission.present is False
    return "pure" if known and findings.advice is not None and findings.advice.emitting < PURE_BELOW else ""


def drift_words(findings: Findings) -> str:
    """Return whether the cluster stands, as one does, or moves: "steady ±0.2 nm/h"; nothing before it is known."""
    drift = None if findings.purity is None else findings.purity.drift_nm_per_h
    if drift is None or drift.sigma > KNOWN_NM_PER_H:
        return ""
    sigma = max(drift.sigma, 0.1)
    if abs(drift.value) <= STEADY_SIGMAS * sigma:
        return f"steady ±{sigma:.1f} nm/h"
    return f"moves {drift.value:+.1f} ± {sigma:.1f} nm/h".replace("-", "−")

"""When to stop, in the words of banner and readout; how is the chemist's own procedure."""

from __future__ import annotations

from analysis.findings import Advice

STOP_NOW = "stop the reaction now by your own procedure"
CHOICE = "stop the reaction by your own procedure to keep the cluster pure, or go on towards quantum dots."


def best_words(advice: Advice) -> str:
    """Return which reading was best: "Best without emission: MSC-449 0.205 ± 0.012 at 1 h 30 min."."""
    return advice.sentence.partition(". ")[2]


def stops_without_onset(advice: Advice) -> bool:
    """Return whether it is time to stop for another reason than the onset, which has a banner of its own."""
    from analysis.advice import BY_ONSET  # not at start: it brings the science

    return advice.stop_now and not advice.sentence.startswith(BY_ONSET)


def onset_words(advice: Advice | None) -> str:
    """Return what may be done now that dots emit, and which reading was best: "stop ..., or go on ... Best ..."."""
    best = "" if advice is None or not advice.stop_now else best_words(advice)
    return f"{CHOICE} {best}".rstrip()

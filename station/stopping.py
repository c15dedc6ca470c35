"""When to stop, in the words of banner and readout; how is the chemist's own procedure."""

from __future__ import annotations

from analysis.findings import Advice

STOP_NOW = "stop the reaction now by your own procedure"
CHOICE = "stop the reaction by your own procedure to keep the cluster pure, or go on towards quantum dots."


def onset_words(advice: Advice | None) -> str:
    """Return what may be done now that dots emit, and which reading was best: "stop ..., or go on ... Best ..."."""
    best = "" if advice is None or not advice.stop_now else advice.sentence.partition(". ")[2]
    return f"{CHOICE} {best}".rstrip()

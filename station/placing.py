"""A run beside the paper: the nearest of its conditions, and what came out differently."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from analysis.placement import Outcome, Placement, placement
from station.reactions import paper_conditions, place
from station.run import Run, newest_findings

MATERIAL = "CdTe"  # of which the paper is


def placed(run: Run) -> Placement | None:
    """Return where a run of CdTe lies among the paper's conditions; None for other materials and empty recipes."""
    if run.recipe.material != MATERIAL:
        return None
    last = newest_findings(run)
    if last is None:
        return placement(place(run.recipe), paper_conditions())
    onset = None if last.onset is None else (last.onset.earliest_s, last.onset.latest_s)
    return placement(place(run.recipe), paper_conditions(), Outcome(last.zone, onset))


def placement_report(run: Run) -> dict[str, Any] | None:
    """Return the place of a run among the paper's conditions, ready for JSON; None where it has none."""
    found = placed(run)
    if found is None:
        return None
    return {
        "nearest": found.nearest.name,
        "figure": found.nearest.figure,
        "also": list(found.also),
        "distance": found.distance,
        "deviations": [asdict(one) for one in found.deviations],
        "unknown": list(found.unknown),
        "zone_in_paper": found.nearest.zone,
        "zone_differs": found.zone_differs,
        "sentences": list(found.sentences),
    }

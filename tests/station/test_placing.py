"""Runs beside the paper: its own recipes lie on themselves, a user's own beside the nearest."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from analysis.findings import Findings, Onset, Zone
from station.optics import Optics
from station.placing import placed, placement_report
from station.reactions import paper_conditions, place, reactions
from station.reagents import Reagent
from station.recipe import Recipe
from station.records import Aliquot, Reading
from station.run import Run


def run_of(recipe: Recipe, zone: Zone | None = None, onset_h: tuple[float, float] | None = None) -> Run:
    """A run of one aliquot that ended in a zone."""
    onset = None
    if onset_h is not None:
        early, late = (3600.0 * hour for hour in onset_h)
        onset = Onset(late, early, late, 510.0, None, "")
    findings = Findings(None, (), None, None, None, None, onset, "watching", "", zone)
    aliquot = Aliquot(1, 0.0, 0.0, "", 86400.0, 101.0, Optics(), Reading(None, None, findings))
    return Run(recipe, None, "", "", (aliquot,))


def test_the_paper_has_18_conditions_and_each_lies_at_its_own_place() -> None:
    assert len(paper_conditions()) == 18
    for condition in paper_conditions():
        found = placed(run_of(reactions()[condition.name], condition.zone))
        assert found is not None
        assert condition.name in (found.nearest.name, *found.also)
        assert found.distance < 0.05
        assert found.zone_differs is False


def test_the_standard_in_octadecene_emits_between_1_and_2_h() -> None:
    assert paper_conditions()[0].onset_s == (3600.0, 7200.0)
    found = placed(run_of(reactions()["ODE_std"], "second MSC + QD", (0.5, 1.0)))
    assert found is not None
    assert "earlier than in the paper" in found.sentences[-1]


def half(reagent: Reagent | None) -> Reagent | None:
    """Half of what there is of a reagent."""
    if reagent is None:
        return None
    ml, mmol = (None if value is None else 0.5 * value for value in (reagent.ml, reagent.weighed_mmol))
    return replace(reagent, ml=ml, weighed_mmol=mmol)


def test_half_the_flask_is_the_same_place() -> None:
    whole = reactions()["toluene_std"]
    smaller = replace(
        whole,
        volume_ml=25.0,
        cd_oleate=half(whole.cd_oleate),
        topte=half(whole.topte),
        top=half(whole.top),
        oam=half(whole.oam),
    )
    assert place(smaller) == place(whole)


def test_top_in_ml_is_told_in_mmol() -> None:
    at = place(Recipe("own", top=Reagent(10.0)))
    assert at.top_mmol == pytest.approx(21.7, abs=0.1)
    assert at.oam_mmol is at.cd_te is at.temperature_c is None


def test_a_run_that_ends_elsewhere_is_flagged_in_json() -> None:
    own = replace(reactions()["CdTe_1.2"], name="own", temperature_c=110.0)
    report = json.loads(json.dumps(placement_report(run_of(own, "MSC + QD")), allow_nan=False))
    assert (report["zone_in_paper"], report["zone_differs"]) == ("MSC", True)
    assert report["deviations"] == [
        {"axis": "temperature", "run": "110 °C", "paper": "100 °C", "steps": pytest.approx(0.4)}
    ]


def test_other_materials_and_empty_recipes_have_no_place() -> None:
    assert placement_report(run_of(Recipe("own", material="CdSe", solvent="ODE"))) is None
    assert placement_report(run_of(Recipe("own", material="CdTe"))) is None

"""A run among the paper's conditions: which is nearest, how far, and what is different."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.placement import Condition, Outcome, Place, placement

ODE = Condition("ODE_std", "Octadecene", "2", Place("ODE", 21.2, 37.4, 1.2, 100.0), "second MSC + QD", (3600.0, 7200.0))
TOLUENE = Condition("toluene_std", "Toluene", "4B", Place("toluene", 21.2, 37.4, 1.2, 100.0), "MSC")
TE_RICH = Condition("CdTe_0.6", "Cd:Te 0.6", "4A", Place("toluene", 21.2, 37.4, 0.6, 100.0), "MSC")
CD_RICH = Condition("CdTe_2.4", "Cd:Te 2.4", "4C", Place("toluene", 21.2, 37.4, 2.4, 100.0), "second MSC + QD")
NO_TOP = Condition("TOP_0", "No TOP", "3A", Place("toluene", 0.0, 50.0, 1.2, 100.0), "none")
PAPER = (ODE, TOLUENE, TE_RICH, CD_RICH, NO_TOP)


@pytest.mark.parametrize("condition", PAPER, ids=[one.name for one in PAPER])
def test_the_papers_own_conditions_lie_on_themselves(condition: Condition) -> None:
    found = placement(condition.place, PAPER, Outcome(condition.zone))
    assert found is not None
    assert found.nearest == condition
    assert found.distance == 0.0
    assert not found.deviations
    assert not found.unknown
    assert found.zone_differs is False


def test_the_ratio_counts_by_doublings() -> None:
    found = placement(Place("toluene", 21.2, 37.4, 1.8, 100.0), PAPER)
    assert found is not None
    assert found.nearest == CD_RICH  # 1.8 : 1.2 is more of a step than 2.4 : 1.8
    (apart,) = found.deviations
    assert (apart.axis, apart.run, apart.paper) == ("Cd:Te", "1.8", "2.4")
    assert found.distance == apart.steps < 0.5


def test_octane_is_nearer_to_octadecene_than_to_toluene() -> None:
    found = placement(Place("octane", 21.2, 37.4, 1.2, 100.0), PAPER)
    assert found is not None
    assert found.nearest == ODE
    assert found.distance == 0.5
    same = placement(Place("1-octadecene", 21.2, 37.4, 1.2, 100.0), PAPER)
    assert same is not None
    assert same.distance == 0.0


def test_21_2_and_21_7_mmol_are_the_same_10_ml() -> None:
    found = placement(Place("toluene", 21.7, 37.4, 1.2, 100.0), PAPER)
    assert found is not None
    assert found.nearest == TOLUENE
    assert found.deviations == ()


def test_what_the_recipe_does_not_say_is_named_and_not_compared() -> None:
    found = placement(Place(solvent="toluene", cd_te=2.4), PAPER)
    assert found is not None
    assert found.nearest == CD_RICH
    assert found.unknown == ("TOP", "OAM", "temperature")
    assert any("does not say it: TOP, OAM and temperature" in sentence for sentence in found.sentences)
    assert placement(Place(), PAPER) is None


def test_conditions_at_one_place_are_all_named_and_the_zone_decides() -> None:
    twin = Condition("twin", "Toluene again", "S3B", TOLUENE.place, "MSC + QD")
    found = placement(TOLUENE.place, (*PAPER, twin), Outcome("MSC + QD"))
    assert found is not None
    assert found.nearest == twin
    assert found.also == ("toluene_std",)


def test_another_zone_than_the_papers_is_flagged() -> None:
    found = placement(Place("toluene", 15.0, 37.4, 1.2, 110.0), PAPER, Outcome("MSC + QD"))
    assert found is not None
    assert found.zone_differs is True
    assert found.sentences[0] == "Nearest condition of the paper: Toluene (Fig. 4B), 0.6 steps away."
    assert (
        found.sentences[1]
        == "Different here: TOP 15 mmol instead of 21.2 mmol and temperature 110 °C instead of 100 °C."
    )
    assert found.sentences[2] == "Its zone in the paper is MSC; this run shows MSC + QD."


@pytest.mark.parametrize(
    ("onset", "word"),
    [
        ((1800.0, 3600.0), "between 30 min and 1 h 00 min, earlier than in the paper"),
        ((3600.0, 7200.0), "between 1 h 00 and 2 h 00 min, as in the paper"),
        ((7200.0, 14400.0), "later than in the paper"),
        ((None, 5400.0), "by 1 h 30 min, as in the paper"),
    ],
)
def test_the_onset_is_compared_where_the_paper_has_one(onset: tuple[float | None, float], word: str) -> None:
    found = placement(ODE.place, PAPER, Outcome("second MSC + QD", onset))
    assert found is not None
    assert word in found.sentences[-1]


def test_far_from_all_conditions_is_said() -> None:
    found = placement(Place("water", 21.2, 37.4, 1.2, 60.0), PAPER)
    assert found is not None
    assert found.sentences[0].startswith("No condition of the paper is near; the nearest:")


PLACES = st.builds(
    Place, st.sampled_from(["ODE", "toluene", "octane", "water"]), *[st.floats(0.0, 60.0)] * 2, st.floats(0.3, 6.0)
)


@given(PLACES, PLACES)
def test_the_distance_is_the_same_both_ways(here: Place, there: Place) -> None:
    one = placement(here, [Condition("there", "there", "-", there, "MSC")])
    other = placement(there, [Condition("here", "here", "-", here, "MSC")])
    assert one is not None
    assert other is not None
    assert one.distance == pytest.approx(other.distance)


def test_amounts_below_none_and_an_empty_paper_are_refused() -> None:
    with pytest.raises(ValueError, match="TOP"):
        placement(Place(top_mmol=-1.0), PAPER)
    with pytest.raises(ValueError, match="Cd:Te"):
        placement(Place(cd_te=0.0), PAPER)
    with pytest.raises(ValueError, match="no conditions"):
        placement(Place("toluene"), ())

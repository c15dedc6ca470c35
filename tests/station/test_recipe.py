"""A recipe in the words of the bench: what is weighed, and what follows from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.processed import read_recipe
from station.reactions import USUAL, boils_c, reactions, told_by_the_paper
from station.reagents import CD_OLEATE_M, CHALCOGEN_M, OAM_NEAT, TOP_NEAT, Degassing, Dilution, Neat, Reagent
from station.recipe import HOUR_S, Recipe
from station.recipe_file import from_toml, keep_last, keep_recipe, last_recipe, own_recipes, recipe_of, to_toml
from station.recipe_older import todays_recipe

FIG_2 = Recipe(
    "Fig. 2",
    material="CdTe",
    solvent="ODE",
    temperature_c=100.0,
    cd_oleate=Reagent(2.0, CD_OLEATE_M),
    topte=Reagent(1.0, CHALCOGEN_M),
    top=Reagent(10.0, neat=TOP_NEAT),
    oam=Reagent(17.6, neat=OAM_NEAT),
    volume_ml=50.0,
    diluted=Dilution(50.0, 5.0, "toluene"),
)


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings folder of the test's own."""
    monkeypatch.setenv("ALIQUOT_SETTINGS", str(tmp_path / "settings"))
    return tmp_path / "settings"


def test_the_flask_of_fig_2_adds_up() -> None:
    assert FIG_2.cd_mmol == pytest.approx(1.2)
    assert FIG_2.te_mmol == pytest.approx(1.0)
    assert FIG_2.oam_mmol == pytest.approx(37.4, abs=0.05)
    assert FIG_2.top_mmol == pytest.approx(21.7, abs=0.1)
    assert FIG_2.solvent_ml == pytest.approx(19.4)
    assert FIG_2.te_mm == pytest.approx(20.0)
    assert FIG_2.cd_te == pytest.approx(1.2)
    assert FIG_2.dilution == 101.0


def test_neat_reagents_follow_from_density_molar_mass_and_purity() -> None:
    assert OAM_NEAT.mmol_per_ml == pytest.approx(2.125, abs=0.003)
    assert TOP_NEAT.mmol_per_ml == pytest.approx(2.17, abs=0.006)
    assert Neat(1.0, 100.0).mmol_per_ml == pytest.approx(10.0)


def test_what_does_not_fit_into_the_flask_leaves_a_balance_below_zero() -> None:
    assert (
        Recipe("full", cd_oleate=Reagent(2.0), topte=Reagent(1.0), top=Reagent(30.0), oam=Reagent(20.0)).solvent_ml
        == -3
    )


def test_what_is_not_known_is_none_and_never_zero() -> None:
    bare = Recipe("bare")
    assert bare.says_nothing
    assert bare.solvent_ml is bare.te_mm is bare.cd_te is bare.oam_mmol is bare.degassed is None
    assert Recipe("some", oam=Reagent(17.6)).oam_mmol is None
    assert Recipe("half", cd_oleate=Reagent(weighed_mmol=1.2)).solvent_ml is None
    assert Recipe("no Te", cd_oleate=Reagent(2.0, 0.6), topte=Reagent(0.0, 1.0)).cd_te is None


def test_degassed_for_no_time_is_not_degassed() -> None:
    assert Recipe("a", degassing=Degassing(0.0)).degassed is False
    assert Recipe("b", degassing=Degassing(30.0, 0.5)).degassed is True
    assert Recipe("c", degassing=Degassing()).degassed is True


amounts = st.floats(1e-3, 100.0)
number = st.floats(allow_nan=False, allow_infinity=False)
maybe: Any = lambda strategy: st.none() | strategy  # noqa: E731


@given(st.lists(amounts, min_size=4, max_size=4), st.floats(1.0, 1000.0))
def test_the_balance_and_the_parts_are_the_total(parts: list[float], total: float) -> None:
    cd, te, top, oam = (Reagent(ml, 1.0) for ml in parts)
    balance = Recipe("any", cd_oleate=cd, topte=te, top=top, oam=oam, volume_ml=total).solvent_ml
    assert balance is not None
    assert balance + sum(parts) == pytest.approx(total, abs=1e-9)


@given(amounts, amounts)
def test_an_amount_told_in_mmol_is_the_same_amount_in_ml(mmol: float, strength: float) -> None:
    told = Reagent(weighed_mmol=mmol).by_volume(Reagent(mmol_per_ml=strength))
    assert told.mmol == pytest.approx(mmol)
    assert told.ml == pytest.approx(mmol / strength)
    assert told.by_volume(USUAL["top"]) == told


@given(amounts, amounts)
def test_a_volume_with_its_own_amount_keeps_its_strength(ml: float, mmol: float) -> None:
    told = Reagent(ml=ml, weighed_mmol=mmol).by_volume(USUAL["oam"])
    assert (told.ml, told.weighed_mmol) == (ml, None)
    assert told.mmol == pytest.approx(mmol)


def test_a_reagent_of_which_only_the_volume_is_known_takes_the_usual_stock() -> None:
    assert Reagent(10.0).by_volume(USUAL["top"]) == Reagent(10.0, neat=TOP_NEAT)
    assert Reagent(0.0, weighed_mmol=0.0).by_volume(USUAL["oam"]) == Reagent(0.0, neat=OAM_NEAT)


@given(st.floats(1.0, 1e6), st.floats(0.1, 1e4))
def test_a_dilution_that_is_told_as_a_factor_has_that_factor(factor: float, ul: float) -> None:
    assert Dilution.by(factor).factor == pytest.approx(factor)
    assert Dilution(ul, 0.0).factor == 1.0


def test_fifty_into_five_is_101_and_not_100() -> None:
    assert Dilution(50.0, 5.0).factor == Dilution.by(101.0).factor == 101.0


# The paper's conditions


def test_every_condition_of_the_paper_fits_into_its_flask_and_has_its_amounts() -> None:
    assert len(reactions()) == len(told_by_the_paper()) == 18
    for name, recipe in reactions().items():
        assert recipe.te_mm == pytest.approx(20.0), name
        assert recipe.solvent_ml is not None
        assert recipe.solvent_ml > 0.0, name
        assert recipe.dilution == 101.0
        assert "d2nr05808a" in recipe.source
        assert told_by_the_paper()[name].seen, name
    assert reactions()["ODE_std"].solvent_ml == pytest.approx(19.4)
    assert reactions()["ODE_std"].oam_mmol == pytest.approx(37.4)
    assert reactions()["ODE_undegassed"].degassed is False
    assert reactions()["TOP_0"].top_mmol == 0.0


def test_what_was_seen_stands_in_order_and_within_a_day() -> None:
    for told in told_by_the_paper().values():
        starts = [seen.latest_s for seen in told.seen]
        assert starts == sorted(starts)
        assert all(0.0 < seen.earliest_s <= seen.latest_s <= 24 * HOUR_S for seen in told.seen)


def test_solvents_boil_where_handbooks_say_whatever_they_are_called() -> None:
    assert boils_c("toluene") == 111.0
    assert boils_c("1-octadecene") == boils_c("ODE") == boils_c("ode") == 315.0
    assert boils_c("Toluene ") == 111.0
    assert boils_c("squalane") is boils_c(None) is None


# Files


def test_a_recipe_of_amounts_alone_reads_as_it_did() -> None:
    old = {"name": "run 7", "cd_mmol": 1.2, "te_mmol": 1.0, "top_ml": 10.0, "top_mmol": None, "dilution": 101.0}
    recipe = recipe_of(todays_recipe({**old, "oam_mmol": 37.4, "degassed": True}))
    assert (recipe.cd_mmol, recipe.te_mmol, recipe.oam_mmol, recipe.cd_te) == (1.2, 1.0, 37.4, 1.2)
    assert (recipe.top_ml, recipe.top_mmol, recipe.dilution, recipe.degassed) == (10.0, None, 101.0, True)
    both = recipe_of(todays_recipe({"name": "b", "top_ml": 10.0, "top_mmol": 21.2, "dilution": None}))
    assert (both.top_ml, both.top_mmol, both.dilution, both.degassed) == (10.0, 21.2, None, None)
    assert recipe_of(todays_recipe({"name": "c", "degassed": False})).degassed is False


@given(*[maybe(st.floats(-1e12, 1e12))] * 5, maybe(st.floats(1.0, 1e6)), maybe(st.booleans()))
def test_every_old_recipe_says_today_what_it_said(
    cd: float | None,
    te: float | None,
    top_ml: float | None,
    top: float | None,
    oam: float | None,
    dilution: float | None,
    degassed: bool | None,
) -> None:
    amounts = {"cd_mmol": cd, "te_mmol": te, "top_ml": top_ml, "top_mmol": top, "oam_mmol": oam}
    recipe = recipe_of(todays_recipe({"name": "old", **amounts, "dilution": dilution, "degassed": degassed}))
    assert {key: getattr(recipe, key) for key in amounts} == amounts
    assert recipe.degassed is degassed
    assert recipe.dilution == (None if dilution is None else pytest.approx(dilution))


def test_a_factor_that_was_no_number_stays_none() -> None:
    recipe = recipe_of(todays_recipe(json.loads('{"name": "odd", "dilution": "Infinity"}')))
    assert recipe.dilution == float("inf")


def test_a_recipe_that_was_kept_stands_beside_processed_files_too(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text(to_toml(FIG_2), encoding="utf-8")
    recipe, _ = read_recipe(tmp_path / "recipe.toml", "other")
    assert recipe == FIG_2
    (tmp_path / "recipe.toml").write_text("te_mmol = 1.0\n[oam]\nml = 17.6\n", encoding="utf-8")
    recipe, _ = read_recipe(tmp_path / "recipe.toml", "by hand")
    assert (recipe.name, recipe.te_mmol, recipe.oam, recipe.dilution) == ("by hand", 1.0, Reagent(17.6), None)


def test_own_recipes_are_kept_by_name_and_the_newest_of_a_name_stands(own_settings: Path) -> None:
    assert own_recipes() == ((), ())
    keep_recipe(FIG_2)
    first = keep_recipe(Recipe("A/b"))
    second = keep_recipe(Recipe("A:b", solvent="toluene"))
    assert first != second
    assert keep_recipe(Recipe("A/b", solvent="octane")) == first
    found, said = own_recipes()
    assert [(recipe.name, recipe.solvent) for recipe in found] == [
        ("A/b", "octane"),
        ("A:b", "toluene"),
        ("Fig. 2", "ODE"),
    ]
    assert found[2] == FIG_2
    assert said == ()
    (own_settings / "recipes" / "torn.toml").write_text("name = ", encoding="utf-8")
    found, said = own_recipes()
    assert len(found) == 3
    assert "torn.toml is left out" in said[0]


def test_the_recipe_used_last_is_offered_again(own_settings: Path) -> None:
    assert last_recipe() is None
    keep_last(FIG_2)
    assert last_recipe() == FIG_2
    (own_settings / "last-recipe.toml").write_text("[", encoding="utf-8")
    assert last_recipe() is None


texts = st.text(st.characters(codec="utf-8"), max_size=12)
reagents = st.builds(Reagent, maybe(number), maybe(number), maybe(st.builds(Neat, number, number)), maybe(number))
recipes = st.builds(
    Recipe,
    name=texts,
    solvent=maybe(texts),
    cd_oleate=maybe(reagents),
    oam=maybe(reagents),
    degassing=maybe(st.builds(Degassing, maybe(number), maybe(number))),
    diluted=maybe(st.builds(Dilution, number, number, maybe(texts))),
    remind_s=maybe(number),
    schedule_s=st.lists(number, max_size=3).map(tuple),
)


@given(recipes)
def test_a_recipe_comes_back_from_its_file_number_by_number(recipe: Recipe) -> None:
    assert from_toml(to_toml(recipe)) == recipe


def test_the_recipe_that_the_page_of_recipes_shows_reads(request: pytest.FixtureRequest) -> None:
    page = (request.config.rootpath / "docs" / "recipe.md").read_text(encoding="utf-8")
    shown = from_toml(page.partition("```toml\n")[2].partition("```")[0])
    assert shown.top is not None
    assert shown.top.mmol == pytest.approx(10.9, abs=0.1)
    assert shown.cd_mmol == pytest.approx(1.2)
    assert shown.dilution == 101.0

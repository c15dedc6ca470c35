"""The paper's reaction conditions: as recipes, as places to compare a run with, and the flask that a recipe fills."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, get_args

from analysis.findings import Zone
from analysis.placement import Condition, Place
from analysis.synthesis import Conditions
from station.recipe import HOUR_S, PAPER_SCHEDULE_S, Recipe
from station.settings import resource_path

TOP_MMOL_PER_ML = 2.17  # 97 %: 0.831 g/ml, 370.6 g/mol
PLACE_ML = 50.0  # the volume for which the paper gives its amounts


@cache
def reactions() -> Mapping[str, Recipe]:
    """Return the recipes of `resources/reactions.toml` by their identifier (ODE_std, CdTe_4.8 ...)."""
    table = _table()
    return {row["id"]: _recipe(row, str(table.get("source", ""))) for row in table["reaction"]}


@cache
def paper_conditions() -> tuple[Condition, ...]:
    """Return the paper's conditions with the zone each ended in, in the order of the file."""
    return tuple(_condition(row, reactions()[row["id"]]) for row in _table()["reaction"])


def place(recipe: Recipe) -> Place:
    """Return where a recipe lies in the paper's coordinates: amounts as for 50 ml, TOP in ml as neat TOP of 97 %."""
    share = PLACE_ML / recipe.volume_ml
    top_mmol = recipe.top_mmol
    if top_mmol is None and recipe.top_ml is not None:
        top_mmol = TOP_MMOL_PER_ML * recipe.top_ml
    return Place(
        solvent=recipe.solvent,
        top_mmol=None if top_mmol is None else round(top_mmol * share, 3),
        oam_mmol=None if recipe.oam_mmol is None else round(recipe.oam_mmol * share, 3),
        cd_te=recipe.cd_te,
        temperature_c=recipe.temperature_c,
    )


def conditions(recipe: Recipe) -> Conditions:
    """Return what the forward model needs of a recipe. Raises ValueError naming the first amount that is missing."""
    amounts = {
        "temperature_c": recipe.temperature_c,
        "top_mmol": recipe.top_mmol,
        "oam_mmol": recipe.oam_mmol,
        "cd_mmol": recipe.cd_mmol,
        "te_mmol": recipe.te_mmol,
    }
    missing = [name for name, amount in amounts.items() if amount is None]
    if missing or recipe.solvent is None:
        raise ValueError(f"The recipe {recipe.name!r} does not say {', '.join(missing) or 'the solvent'}.")
    known = {name: amount for name, amount in amounts.items() if amount is not None}
    return Conditions(
        solvent=recipe.solvent, volume_ml=recipe.volume_ml, degassed=recipe.degassed is not False, **known
    )


def _table() -> Mapping[str, Any]:
    with resource_path("reactions.toml").open("rb") as file:
        return tomllib.load(file)


def _condition(row: Mapping[str, Any], recipe: Recipe) -> Condition:
    onset_h = row.get("onset_h")
    zone: Zone = next(name for name in get_args(Zone) if name == row["zone"])
    return Condition(
        name=str(row["id"]),
        title=recipe.name,
        figure=str(row["figure"]),
        place=place(recipe),
        zone=zone,
        onset_s=None if onset_h is None else (float(onset_h[0]) * HOUR_S, float(onset_h[1]) * HOUR_S),
    )


def _recipe(row: Mapping[str, object], source: str) -> Recipe:
    def number(key: str) -> float | None:
        value = row.get(key)
        return float(value) if isinstance(value, int | float) else None

    hours = row.get("aliquot_h")
    schedule_s = tuple(float(h) * HOUR_S for h in hours) if isinstance(hours, list) else PAPER_SCHEDULE_S
    return Recipe(
        name=str(row["title"]),
        material="CdTe",
        solvent=str(row["solvent"]),
        temperature_c=number("T_C"),
        cd_mmol=number("Cd_mmol"),
        te_mmol=number("Te_mmol"),
        top_ml=number("TOP_ml"),
        top_mmol=number("TOP_mmol"),
        oam_mmol=number("OAM_mmol"),
        degassed=bool(row.get("degassed", True)),
        schedule_s=schedule_s,
        source=source,
    )

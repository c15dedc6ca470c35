"""The paper's reaction conditions as recipes, and the flask that a recipe fills."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from analysis.synthesis import Conditions
from station.run import HOUR_S, PAPER_SCHEDULE_S, Recipe
from station.settings import resource_path


@cache
def reactions() -> Mapping[str, Recipe]:
    """Return the recipes of `resources/reactions.toml` by their identifier (ODE_std, CdTe_4.8 ...)."""
    with resource_path("reactions.toml").open("rb") as file:
        table = tomllib.load(file)
    return {row["id"]: _recipe(row, str(table.get("source", ""))) for row in table["reaction"]}


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

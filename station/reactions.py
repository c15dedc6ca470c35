"""The paper's reaction conditions: as recipes, as places to compare a run with, and the flask that a recipe fills."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, get_args

from analysis.findings import Zone
from analysis.placement import Condition, Place
from analysis.solvent_raman import canonical
from analysis.synthesis import Conditions
from station.reagents import CD_OLEATE_M, CHALCOGEN_M, OAM_NEAT, TOP_NEAT, Degassing, Dilution, Reagent
from station.recipe import HOUR_S, Recipe
from station.settings import resource_path

PLACE_ML = 50.0  # the volume for which the paper gives its amounts
USUAL = {
    "cd_oleate": Reagent(mmol_per_ml=CD_OLEATE_M),
    "topte": Reagent(mmol_per_ml=CHALCOGEN_M),
    "top": Reagent(neat=TOP_NEAT),
    "oam": Reagent(neat=OAM_NEAT),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the paper saw in a flask between two reaction times, in s."""

    earliest_s: float
    latest_s: float
    what: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the paper tells of one of its conditions: what was seen when, how its cluster is kept alone, and what the
    text does not give ("" where it gives all)."""

    seen: tuple[Seen, ...]
    keep: str
    assumed: str


@cache
def reactions() -> Mapping[str, Recipe]:
    """Return the recipes of `resources/reactions.toml` by their identifier (ODE_std, CdTe_4.8 ...)."""
    table = _table()
    return {row["id"]: _recipe(row, table) for row in table["reaction"]}


@cache
def paper_conditions() -> tuple[Condition, ...]:
    """Return the paper's conditions with the zone each ended in, in the order of the file."""
    return tuple(_condition(row, reactions()[row["id"]]) for row in _table()["reaction"])


@cache
def told_by_the_paper() -> Mapping[str, Told]:
    """Return what the paper tells of each of its conditions, by their identifiers."""
    return {row["id"]: _told(row) for row in _table()["reaction"]}


@cache
def source() -> str:
    """Return the citation of the paper."""
    return str(_table()["source"])


def boils_c(solvent: str | None) -> float | None:
    """Return the boiling point of a solvent in degrees Celsius, or None where it is not known here."""
    known: Mapping[str, float] = _table()["boils_C"]
    name = canonical(solvent) or (solvent or "").strip()
    return next((float(boils) for each, boils in known.items() if each.lower() == name.lower()), None)


def solvents() -> tuple[str, ...]:
    """Return the solvents whose boiling points are known here, those of the paper first."""
    return tuple(_table()["boils_C"])


def by_volume(recipe: Recipe) -> Recipe:
    """Return a recipe with its reagents as volumes of stocks and neat liquids, the usual ones where it names none."""

    def told(name: str, reagent: Reagent | None) -> Reagent | None:
        return None if reagent is None else reagent.by_volume(USUAL[name])

    return replace(
        recipe,
        cd_oleate=told("cd_oleate", recipe.cd_oleate),
        topte=told("topte", recipe.topte),
        top=told("top", recipe.top),
        oam=told("oam", recipe.oam),
    )


def place(recipe: Recipe) -> Place:
    """Return where a recipe lies in the paper's coordinates: amounts as for 50 ml, TOP in ml as neat TOP of 97 %."""
    share = PLACE_ML / recipe.volume_ml
    top_mmol = recipe.top_mmol
    if top_mmol is None and recipe.top_ml is not None:
        top_mmol = TOP_NEAT.mmol_per_ml * recipe.top_ml
    return Place(
        solvent=recipe.solvent,
        top_mmol=_told_amount(top_mmol, share),
        oam_mmol=_told_amount(recipe.oam_mmol, share),
        cd_te=_told_amount(recipe.cd_te),
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


@cache
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


def _told_amount(amount: float | None, share: float = 1.0) -> float | None:
    """Return an amount to four figures, one more than the paper gives."""
    return None if amount is None else float(f"{amount * share:.4g}")


def _told(row: Mapping[str, Any]) -> Told:
    seen = tuple(Seen(float(h[0]) * HOUR_S, float(h[1]) * HOUR_S, what) for h, what in map(_when_and_what, row["seen"]))
    return Told(seen, str(row["keep"]), str(row.get("assumed", "")))


def _when_and_what(entry: Mapping[str, Any]) -> tuple[list[float], str]:
    return entry["h"], str(entry["what"])


def _recipe(row: Mapping[str, Any], table: Mapping[str, Any]) -> Recipe:
    usual = table["procedure"]

    def reagent(name: str, key: str) -> Reagent:
        ml = row.get(f"{key}_ml")
        told = Reagent(ml=None if ml is None else float(ml), weighed_mmol=float(row[f"{key}_mmol"]))
        return told.by_volume(USUAL[name])

    return Recipe(
        name=str(row["title"]),
        material="CdTe",
        solvent=str(row["solvent"]),
        temperature_c=float(row["T_C"]),
        cd_oleate=reagent("cd_oleate", "Cd"),
        topte=reagent("topte", "Te"),
        top=reagent("top", "TOP"),
        oam=reagent("oam", "OAM"),
        volume_ml=float(table["volume_ml"]),
        degassing=Degassing(float(usual["degassed_min"]), float(usual["degassed_torr"]))
        if row["degassed"]
        else Degassing(0.0),
        atmosphere=str(usual["atmosphere"]),
        aliquot_ml=float(usual["aliquot_ml"]),
        diluted=Dilution(float(usual["diluted_ul"]), float(usual["diluted_into_ml"]), str(usual["diluent"])),
        photo_lamp_nm=float(usual["photo_lamp_nm"]),
        schedule_s=tuple(float(h) * HOUR_S for h in row["aliquot_h"]),
        source=str(table["source"]),
    )

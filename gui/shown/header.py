"""The header: the run's name and its recipe in one line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from gui import words
from station.recipe import Recipe
from station.run import Run


@dataclass(frozen=True, slots=True)
class Header:
    """Name of the window's run, its recipe in one line, and the badge ("VIRTUAL SPECTROMETER") with its short form.

    `offers_recipe`: the run has no recipe of its own yet.
    """

    name: str
    recipe: str = ""
    badge: str = ""
    short_badge: str = ""
    offers_recipe: bool = False


def bench(run: Run | None, virtual: bool) -> Header:
    """Return the header at the bench; virtual is always said."""
    badge = ("VIRTUAL SPECTROMETER", "VIRTUAL") if virtual else ("", "")
    if run is None:
        return Header("Aliquot", "no run is open", *badge)
    return Header(run.recipe.name, recipe_line(run.recipe), *badge, offers_recipe=run.recipe.says_nothing)


def review(run: Run, path: str) -> Header:
    """Return the header in review, with the file's name."""
    virtual = run.set_up is not None and run.set_up.virtual
    badge = ("VIRTUAL SPECTROMETER", "VIRTUAL") if virtual else ("", "")
    file = PurePath(path).name
    recipe = " · ".join(filter(None, (run.recipe.name, recipe_line(run.recipe))))
    return Header(f"Review: {file}", recipe, *badge)


def recipe_line(recipe: Recipe) -> str:
    """Return the recipe in one line: "ODE · 100 °C · Cd:Te 1.2 · TOP 10 ml · OAM 37.4 mmol"."""
    ratio = recipe.cd_te
    parts = (
        recipe.solvent,
        None if recipe.temperature_c is None else f"{words.amount(recipe.temperature_c)} °C",
        None if ratio is None else f"Cd:Te {words.amount(round(ratio, 2))}",
        None if recipe.top_ml is None else f"TOP {recipe.top_ml:.3g} ml",
        None if recipe.oam_mmol is None else f"OAM {recipe.oam_mmol:.3g} mmol",
        recipe.material if recipe.cd_mmol is None else None,
    )
    return " · ".join(part for part in parts if part)

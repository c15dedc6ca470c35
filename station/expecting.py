"""What to expect of a recipe before anything is measured: the nearest condition of the paper, and what it saw."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.library import load_library
from analysis.placement import FAR, Placement, placement
from station.placing import MATERIAL
from station.reactions import Told, paper_conditions, place, told_by_the_paper
from station.recipe import Recipe
from station.settings import library_text

SAME = 0.05  # steps: 21.2 and 21.7 mmol TOP are 10 ml both


@dataclass(frozen=True, slots=True)
class Expected:
    """The condition of the paper that is nearest to a recipe, and what the paper tells of it."""

    placed: Placement
    told: Told

    @property
    def same(self) -> bool:
        """Get whether the recipe is that condition, as far as it says."""
        return self.placed.distance < SAME and not self.placed.unknown

    @property
    def far(self) -> bool:
        """Get whether even the nearest condition is no neighbour."""
        return self.placed.distance >= FAR


def expected(recipe: Recipe) -> Expected | None:
    """Return what the paper lets expect; None for another material, and where the recipe says too little."""
    if recipe.material != MATERIAL:
        return None
    try:
        placed = placement(place(recipe), paper_conditions())
    except ValueError:  # no cadmium at all: no ratio to compare
        return None
    return None if placed is None else Expected(placed, told_by_the_paper()[placed.nearest.name])


def materials() -> tuple[str, ...]:
    """Return the materials of the species library in force; that of the paper alone where the library does not read."""
    try:
        return tuple(dict.fromkeys(entry.material for entry in load_library(library_text())))
    except ValueError:
        return (MATERIAL,)

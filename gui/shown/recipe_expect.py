"""What to expect of the recipe on the page, how its cluster is kept alone, and what to mind."""

from __future__ import annotations

from gui import words
from gui.shown.recipe_rows import Entry, Head, Label, Note, Row, ZoneLine
from station.expecting import Expected
from station.reactions import PLACE_ML, Seen
from station.recipe import HOUR_S, Recipe

CLUSTER = "MSC-449"


def expect_rows(recipe: Recipe, found: Expected | None) -> tuple[Entry, ...]:
    """Return the page's other half; `found` is what the paper lets expect."""
    if found is None:
        unnamed = "no material is set: bands are measured and nothing is named."
        of = unnamed if recipe.material is None else f"the paper is of CdTe; it says nothing of {recipe.material}."
        if recipe.material == "CdTe":
            of = "the recipe says too little to find its place in the paper."
        return (Head("What to expect"), Row((Note(words.capital(of)),)), *_mind(recipe, None))
    if found.far:
        far = "Not known: no condition of the paper is near."
        return (
            Head("What to expect"),
            Row((Note(far, strong=True),)),
            Row((Note(_nearest(recipe, found)),)),
            *_mind(recipe, None),
        )
    nearest = found.placed.nearest
    seen = tuple(
        Row((Label(_when(each)), Note(each.what, strong=True)), rule=True, grid="seen") for each in found.told.seen
    )
    keep = words.capital(found.told.keep)
    return (
        Head("What to expect"),
        ZoneLine(nearest.zone, words.capital(nearest.zone)),
        Row((Note(_nearest(recipe, found)),)),
        *seen,
        Head(f"To keep {CLUSTER} pure"),
        Row((Note(keep, strong=True),)),
        *_mind(recipe, found),
    )


def _nearest(recipe: Recipe, found: Expected) -> str:
    """Return which condition of the paper this is, or what is different here."""
    nearest = found.placed.nearest
    name = f"Fig. {nearest.figure}: {nearest.title}"
    if found.same:
        return f"Same recipe as the paper’s Fig. {nearest.figure}."
    apart = ", ".join(f"{one.axis} {one.run} instead of {one.paper}" for one in found.placed.deviations)
    unknown = ", ".join(found.placed.unknown)
    parts = (
        f"Nearest in the paper is {name}.",
        f"Here: {apart}." if apart else "",
        f"Not known: {unknown}." if unknown else "",
        "" if recipe.volume_ml == PLACE_ML else f"Amounts as in {PLACE_ML:g} ml.",
    )
    said = " ".join(filter(None, parts))
    for unit in ("°C", "mmol"):
        said = said.replace(f" {unit}", f"\u00a0{unit}")  # a number stays with its unit
    return said


def _when(seen: Seen) -> str:
    """Return when something was seen: "1 h", "23 – 24 h"."""
    late = f"{words.amount(seen.latest_s / HOUR_S)} h"
    return late if seen.earliest_s == seen.latest_s else f"{words.amount(seen.earliest_s / HOUR_S)} – {late}"


def _mind(recipe: Recipe, found: Expected | None) -> tuple[Entry, ...]:
    """Return what the station's numbers rest on that is easily taken otherwise."""
    said = []
    if recipe.material == "CdTe" and recipe.top_ml:
        said.append("10 ml TOP is 21.2 mmol in Fig. 2, 21.7 mmol in the TOP series: here ml and stock count.")
    diluted = recipe.diluted
    if diluted is not None and diluted.into_ml > 0.0:
        nominal, ul, ml = 1000.0 * diluted.into_ml / diluted.aliquot_ul, diluted.aliquot_ul, diluted.into_ml
        said.append(f"{ul:.4g} µl into {ml:.4g} ml is {diluted.factor:.4g} ×, not {nominal:.4g} ×.")
    if found is not None and found.told.assumed:
        said.append(found.told.assumed)
    return (Head("Mind"), *(Row((Note(each),)) for each in said)) if said else ()

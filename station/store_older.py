"""Run files of older schemas: their JSON said in today's words.

Schema 1 kept the path of the cuvette in each aliquot, and path and excitation wavelength in the recipe. A file that was
begun under schema 1 and continued holds records of both kinds, so each text is told by its own fields. A text that is
no JSON is left as it is: who decodes it says so.

The first files of schema 2 say the purity of an aliquot as one number, tail over E1 of its dominant species; schema 1
did so, too. Up to schema 2 a recipe knows amounts alone (`recipe_older.py`).
"""

from __future__ import annotations

import json
from typing import Any

from station.recipe_older import todays_recipe

_PATH_MM, _EXCITATION_NM = 10.0, 405.0  # what schema 1 took where its recipe said nothing


def todays_head(recipe: str, set_up: str | None) -> tuple[str, str | None]:
    """Return the JSON of recipe and set-up of a file as they would be written today."""
    told, optics = _parts(recipe)
    if told is None:
        return recipe, set_up
    measured_with = None if set_up is None else _object(set_up)
    if measured_with is not None:
        set_up = json.dumps({"optics": optics, **measured_with})
    return json.dumps(todays_recipe(told)), set_up


def todays_record(kind: str, body: str, recipe: str) -> str:
    """Return the JSON of a record as it would be written today; `recipe` as it stands in the file's head."""
    told = _object(body) if kind == "Aliquot" else None
    if told is None:
        return body
    changed = _purity_of_many_numbers(told)
    if "path_mm" in told:
        path_mm = told.pop("path_mm")
        told = {"optics": {**_parts(recipe)[1], "path_mm": path_mm}, **told}
        changed = True
    return json.dumps(told) if changed else body


def _purity_of_many_numbers(aliquot: dict[str, Any]) -> bool:
    """Put an aliquot's purity that is one number among the numbers it is today; return whether there was one."""
    reading = aliquot.get("reading")
    findings = reading.get("findings") if isinstance(reading, dict) else None
    if not isinstance(findings, dict):
        return False
    purity = findings.get("purity")
    if not isinstance(purity, dict) or set(purity) != {"value", "sigma"}:
        return False
    dominant = findings.get("dominant")
    findings["purity"] = None if dominant is None else {"of": dominant, "tail_ratio": purity}
    return True


def _parts(recipe: str) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Return the recipe without what belongs to the optics (None: no JSON), and the optics."""
    told = _object(recipe)
    known = {} if told is None else told
    path_mm, excitation_nm = known.pop("path_mm", _PATH_MM), known.pop("excitation_nm", _EXCITATION_NM)
    return told, {"excitation": None if excitation_nm is None else {"nm": excitation_nm}, "path_mm": path_mm}


def _object(text: str) -> dict[str, Any] | None:
    try:
        told = json.loads(text)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None

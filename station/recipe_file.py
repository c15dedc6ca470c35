"""The user's own recipes: one TOML file each in the settings folder, and the one that was used last."""

from __future__ import annotations

import json
import math
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from station.recipe import Recipe
from station.recipe_older import todays_recipe
from station.settings import settings_folder
from station.store_codec import Decoder, Json, Unreadable, encode

FOLDER, LAST = "recipes", "last-recipe.toml"
_LONGEST_STEM = 60


def recipe_of(told: Mapping[str, Any]) -> Recipe:
    """Return the recipe that a table describes, its fields as `Recipe` calls them. Raises Unreadable."""
    return Decoder({}).from_text(Recipe, json.dumps(told))


def own_recipes() -> tuple[tuple[Recipe, ...], tuple[str, ...]]:
    """Return the user's own recipes in the order of their names, and a sentence for every file that does not read."""
    found, said = [], []
    for path in sorted((settings_folder() / FOLDER).glob("*.toml")):
        try:
            found.append(_read(path))
        except (OSError, ValueError, Unreadable) as fault:
            said.append(f"{path} is left out: {fault}. Mend the file, or move it away.")
    return tuple(sorted(found, key=lambda recipe: recipe.name.lower())), tuple(said)


def last_recipe() -> Recipe | None:
    """Return the recipe that was used last, or None where there is none that reads."""
    with suppress(OSError, ValueError, Unreadable):
        return _read(settings_folder() / LAST)
    return None


def keep_recipe(recipe: Recipe) -> Path:
    """Keep a recipe under its name, in the place of one of the same name, and return its file. Raises OSError."""
    folder = settings_folder() / FOLDER
    path = _path(folder, recipe.name)
    _write(path, replace(recipe, source=""))
    return path


def keep_last(recipe: Recipe) -> None:
    """Remember the recipe that is used now. Raises OSError."""
    _write(settings_folder() / LAST, recipe)


def to_toml(recipe: Recipe) -> str:
    """Return a recipe as TOML that `from_toml` reads again, number by number; what is not known is left out."""
    data = encode(recipe, _no_frame)
    assert isinstance(data, dict)
    plain = [f"{key} = {_said(value)}" for key, value in data.items() if not isinstance(value, dict | None)]
    tables = [
        "\n".join([f"\n[{'.'.join(path)}]", *(f"{key} = {_said(value)}" for key, value in table.items())])
        for path, table in _tables(data, ())
    ]
    return "\n".join([*plain, *tables]) + "\n"


def from_toml(text: str) -> Recipe:
    """Return the recipe of a TOML text; what it does not say is not known. Raises ValueError, Unreadable."""
    return recipe_of({"diluted": None, "remind_s": None, **todays_recipe(tomllib.loads(text))})


def _tables(data: Mapping[str, Json], path: tuple[str, ...]) -> list[tuple[tuple[str, ...], dict[str, Json]]]:
    """Return the tables within a table, each with its path and its plain values that are known."""
    found: list[tuple[tuple[str, ...], dict[str, Json]]] = []
    for key, value in data.items():
        if isinstance(value, dict):
            within = (*path, key)
            found.append((within, {k: v for k, v in value.items() if not isinstance(v, dict | None)}))
            found += _tables(value, within)
    return found


def _said(value: Json) -> str:
    """Return a plain value as TOML says it: a text as JSON has it, but for DEL."""
    if isinstance(value, list):
        return f"[{', '.join(map(_said, value))}]"
    if isinstance(value, float) and math.isfinite(value):
        return repr(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _path(folder: Path, name: str) -> Path:
    """Return the file of a name: one that holds it already, else a free one that resembles it."""
    stem = re.sub(r"[^\w\-]+", "-", name, flags=re.ASCII).strip("-")[:_LONGEST_STEM] or "recipe"
    number, path = 1, folder / f"{stem}.toml"
    while path.is_file() and _name(path) != name:
        number += 1
        path = folder / f"{stem}-{number}.toml"
    return path


def _name(path: Path) -> str | None:
    with suppress(OSError, ValueError, Unreadable):
        return _read(path).name
    return None


def _read(path: Path) -> Recipe:
    """Return the recipe in a file. Raises OSError, ValueError, Unreadable."""
    return from_toml(path.read_text(encoding="utf-8-sig"))


def _write(path: Path, recipe: Recipe) -> None:
    """Put the recipe in the place of the file, all or nothing. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(to_toml(recipe))
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def _no_frame(held: object, where: str) -> int:
    raise TypeError(f"a spectrum has no place in a recipe ({where})")

"""The recipe that is meant: what stands, with what was typed over it, and what is wrong or missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gui.shown.recipe_fields import NOTHING_NAMED, REAGENTS, Reader, reagent_name, seconds
from station.optics import Excitation, Optics
from station.reactions import USUAL, boils_c
from station.reagents import Degassing, Dilution, Neat, Reagent
from station.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Draft:
    """What the page begins with, and what was typed since: name of a field -> its text. `rungs` None: as planned."""

    base: Recipe
    optics: Optics
    typed: Mapping[str, str]
    rungs: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Meant:
    """The recipe and optics that a draft means as far as it can be read; `wrong` by field, `missing` in words."""

    recipe: Recipe
    optics: Optics
    wrong: Mapping[str, str]
    missing: tuple[str, ...]


def meant(draft: Draft) -> Meant:
    """Return what a draft means."""
    base, reader = draft.base, Reader(draft.typed)
    material = reader.text("material", base.material)
    total = reader.number("total", base.volume_ml)
    if total is None:
        reader.wrong.setdefault("total", "how much is in the flask?")
    remind_min = reader.number("remind", None if base.remind_s is None else base.remind_s / 60.0)
    recipe = replace(
        base,
        name=reader.text("name", base.name) or "",
        material=None if material == NOTHING_NAMED else material,
        solvent=reader.text("solvent", base.solvent),
        temperature_c=reader.number("temperature", base.temperature_c),
        cd_oleate=_reagent("cd_oleate", base.cd_oleate, reader),
        topte=_reagent("topte", base.topte, reader),
        top=_reagent("top", base.top, reader),
        oam=_reagent("oam", base.oam, reader),
        volume_ml=base.volume_ml if total is None else total,
        degassing=_degassing(base.degassing, reader),
        atmosphere=reader.text("atmosphere", base.atmosphere),
        aliquot_ml=reader.number("drawn", base.aliquot_ml),
        diluted=_diluted(base.diluted, reader),
        photo_lamp_nm=reader.number("lamp", base.photo_lamp_nm),
        schedule_s=base.schedule_s if draft.rungs is None else _schedule(draft.rungs, reader.wrong),
        remind_s=60.0 * remind_min if remind_min else None,
    )
    if not recipe.name:
        reader.wrong["name"] = "what is this run called?"
    balance = recipe.solvent_ml
    if balance is not None and balance < 0.0 and not any(f"{name}.ml" in reader.wrong for name in REAGENTS):
        reader.wrong.setdefault("total", f"the reagents are {-balance:.3g} ml more than the total")
    return Meant(recipe, _optics(draft.optics, reader), reader.wrong, _missing(recipe))


def sealed(recipe: Recipe) -> str:
    """Return the question that a temperature above the solvent's boiling point raises, or nothing."""
    boils = boils_c(recipe.solvent)
    if boils is None or recipe.temperature_c is None or recipe.temperature_c <= boils:
        return ""
    return f"{recipe.solvent} boils at {boils:.0f} °C: sealed vessel?"


def _reagent(name: str, standing: Reagent | None, reader: Reader) -> Reagent | None:
    """Return a reagent: its stock where one is typed, else its neat liquid; None where nothing is said of it."""
    touched = any(f"{name}.{part}" in reader.typed for part in ("ml", "stock", "density", "molar", "purity"))
    if not touched:
        return standing
    shown = (standing or Reagent()).by_volume(USUAL[name])
    ml = reader.number(f"{name}.ml", shown.ml)
    neat_typed = any(f"{name}.{part}" in reader.typed for part in ("density", "molar", "purity"))
    stock = reader.number(f"{name}.stock", None if neat_typed else shown.mmol_per_ml)
    usual = shown.neat or USUAL[name].neat
    neat = None if stock is not None or usual is None else _neat(name, usual, reader)
    return None if ml is None and stock is None and neat is None else Reagent(ml, stock, neat)


def _neat(name: str, standing: Neat, reader: Reader) -> Neat:
    density = reader.number(f"{name}.density", standing.g_per_ml)
    molar = reader.number(f"{name}.molar", standing.g_per_mol)
    percent = reader.number(f"{name}.purity", 100.0 * standing.purity)
    for part, value in (("density", density), ("molar", molar), ("purity", percent)):
        if value is None:
            reader.wrong.setdefault(f"{name}.{part}", "needed for what is neat")
    return Neat(
        standing.g_per_ml if density is None else density,
        standing.g_per_mol if molar is None else molar,
        standing.purity if percent is None else percent / 100.0,
    )


def _degassing(standing: Degassing | None, reader: Reader) -> Degassing | None:
    if not {"degassed", "torr"} & reader.typed.keys():
        return standing
    minutes = reader.number("degassed", None if standing is None else standing.minutes)
    torr = reader.number("torr", None if standing is None else standing.torr)
    return None if minutes is None and torr is None else Degassing(minutes, torr)


def _diluted(standing: Dilution | None, reader: Reader) -> Dilution | None:
    if not {"ul", "into", "diluent"} & reader.typed.keys():
        return standing
    ul = reader.number("ul", None if standing is None else standing.aliquot_ul)
    into = reader.number("into", None if standing is None else standing.into_ml)
    diluent = reader.text("diluent", None if standing is None else standing.diluent)
    return None if ul is None or into is None else Dilution(ul, into, diluent)


def _optics(standing: Optics, reader: Reader) -> Optics:
    path = reader.number("path", standing.path_mm)
    if path is None:
        reader.wrong.setdefault("path", "how long is the way through the cuvette?")
        path = standing.path_mm
    nm = reader.number("excitation", standing.excitation_nm)
    excitation = None if nm is None else replace(standing.excitation or Excitation(), nm=nm)
    return replace(standing, path_mm=path, excitation=excitation)


def _schedule(rungs: tuple[str, ...], wrong: dict[str, str]) -> tuple[float, ...]:
    """Return the planned times in order; what is no time, or stands there twice, is wrong."""
    times: list[float] = []
    for index, text in enumerate(rungs):
        time_s = seconds(text)
        if not text.strip():
            continue
        if time_s is None:
            wrong[f"rung.{index}"] = f"“{text}”: a time such as 0.5 h or 20 min"
        elif time_s in times:
            wrong[f"rung.{index}"] = f"{text} is planned already"
        else:
            times.append(time_s)
    return tuple(sorted(times))


def _missing(recipe: Recipe) -> tuple[str, ...]:
    """Return what the recipe does not say, in words."""
    found = [
        reagent_name(name, recipe.material)
        for name in REAGENTS
        if (reagent := getattr(recipe, name)) is None or reagent.mmol is None
    ]
    told = (
        ("solvent", recipe.solvent),
        ("temperature", recipe.temperature_c),
        ("degassing", recipe.degassing),
        ("dilution", recipe.diluted),
    )
    return (*found, *(word for word, value in told if value is None))

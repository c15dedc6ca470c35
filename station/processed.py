"""A run from processed files: absorbance and emission as wide CSV, matched by reaction time, read like any other.

A processed file counts as blank-subtracted; its sigma is its own scatter, its emission is in arbitrary units.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from analysis.baseline import sigma_from_scatter
from analysis.library import load_library
from analysis.spectrum import FloatArray, Spectrum, Unit, read_only, read_only_mask
from station.bench_settings import check_false_alarm
from station.formats import wide_csv
from station.formats.wide_csv import FormatError, WideTable
from station.optics import Excitation, Optics
from station.recipe import Recipe
from station.recipe_file import recipe_of
from station.recipe_older import KEYS, SWITCHES, todays_recipe
from station.records import Aliquot, Reading
from station.run import Run
from station.store_codec import Unreadable

ABSORBANCE, EMISSION, BLANK, RECIPE = "absorbance.csv", "pl.csv", "blank.csv", "recipe.toml"
EXCITATION = "excitation.csv"

_TEXTS = ("name", "material", "solvent", "atmosphere", "source")
_TABLES = ("cd_oleate", "topte", "top", "oam", "degassing", "diluted")
_ABOVE_ZERO = ("dilution", "path_mm", "volume_ml", "excitation_nm", "bright_counts_per_s")
_OF_OPTICS = ("excitation_nm", "path_mm")
_PLAN = "schedule_s"
_RATE = "false_alarm"

Key = tuple[float, str, int]  # time (infinite: none), label where there is no time, how many of it came before


@dataclass(frozen=True, slots=True)
class ProcessedFiles:
    """The files of one run; what does not exist is None."""

    absorbance: Path
    emission: Path | None = None
    blank: Path | None = None
    recipe: Path | None = None
    excitation: Path | None = None


def files_in(folder: Path) -> ProcessedFiles:
    """Return the files of a run's folder. Raises FormatError where it holds no absorbance.csv."""
    if not (folder / ABSORBANCE).is_file():
        raise FormatError(f"{folder} holds no {ABSORBANCE}. Put the absorbance of the run there under this name.")
    optional = [folder / name if (folder / name).is_file() else None for name in (EMISSION, BLANK, RECIPE, EXCITATION)]
    return ProcessedFiles(folder / ABSORBANCE, *optional)


def read_processed(files: ProcessedFiles, library: str, material: str | None) -> Run:
    """Return the run in some processed files, each aliquot with its spectra and what they say.

    A time that only one of the files has gives an aliquot with None for the other. `material` wins over that of the
    recipe. Raises FormatError, and ValueError where the library is not whole.
    """
    from analysis.reading import Context, RunState, interpret

    recipe, optics = read_recipe(files.recipe, files.absorbance.parent.name if files.recipe else files.absorbance.stem)
    absorbance = _spectra(wide_csv.read(files.absorbance), "A")
    emission = {} if files.emission is None else _spectra(wide_csv.read(files.emission), "a.u.")
    if files.blank is not None:
        blank = _mean_blank(wide_csv.read(files.blank))
        emission = {key: _without(spectrum, blank) for key, spectrum in emission.items()}
    context = Context(
        library=load_library(library),
        material=material or recipe.material,
        solvent=recipe.solvent,
        excitation_nm=optics.excitation_nm,
        blank=True,
        false_alarm=recipe.false_alarm,
        bright_counts_per_s=recipe.bright_counts_per_s,
        path_mm=optics.path_mm,
        dilution=recipe.dilution,
    )
    keys = sorted(dict.fromkeys((*absorbance, *emission)), key=lambda key: key[0])  # without a time: as in the files
    aliquots, state = [], RunState()
    for number, key in enumerate(keys, 1):
        time_s = key[0] if np.isfinite(key[0]) else None
        spectra = absorbance.get(key), emission.get(key)
        findings, state = interpret(*spectra, time_s, context, state, number=number)
        aliquots.append(_aliquot(number, time_s, recipe.dilution, optics, Reading(*spectra, findings)))
    times_s = tuple(key[0] for key in keys if np.isfinite(key[0]))
    recipe = replace(recipe, material=context.material, schedule_s=times_s)
    return Run(recipe, None, library, "", tuple(aliquots))


def read_excitations(path: Path) -> tuple[tuple[str, float | None, Spectrum], ...]:
    """Return the excitation spectra of a wide CSV file: name, reaction time in seconds (None: none in it), spectrum.

    In the order of their times; in arbitrary units against the exciting wavelength. Raises FormatError.
    """
    table = wide_csv.read(path)
    columns = [
        (label, time_s, processed_spectrum(table.wavelengths_nm, values, "a.u.", time_s or 0.0))
        for label, time_s, values in zip(table.labels, table.times_s, table.values, strict=True)
    ]
    return tuple(sorted(columns, key=lambda column: float("inf") if column[1] is None else column[1]))


def read_recipe(path: Path | None, name: str) -> tuple[Recipe, Optics]:
    """Return the recipe in a TOML file (keys as in station.run.Recipe or its amounts alone, at the top or under
    [recipe]) and the optics.

    Of the optics it may say `excitation_nm` and `path_mm`. What it does not say is unknown, the dilution too.
    Keys of other programs are left alone.
    Raises FormatError where a value is of another kind than it should be.
    """
    table = {} if path is None else _toml(path)
    known = {field.name for field in fields(Recipe)} | KEYS
    values: dict[str, object] = {"name": name, "dilution": None}
    numbers: dict[str, float] = {}
    for key, value in table.items():
        if key in _OF_OPTICS:
            numbers[key] = float(str(_value(path, key, value)))
        elif key in known:
            values[key] = _value(path, key, value)
    if "diluted" in values:
        del values["dilution"]
    excitation = Excitation(nm=numbers["excitation_nm"]) if "excitation_nm" in numbers else None
    optics = Optics(excitation, path_mm=numbers.get("path_mm", Optics().path_mm))
    try:
        return recipe_of(todays_recipe(values)), optics
    except Unreadable as fault:
        raise FormatError(f"{'' if path is None else path.name}: {fault}. Correct it.") from fault


def _toml(path: Path) -> Mapping[str, object]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormatError(f"{path.name} does not read as TOML: {error}. Correct it.") from error
    inner = table.get("recipe")
    return inner if isinstance(inner, dict) else table


def _value(path: Path | None, key: str, value: object) -> object:
    """Return a value of the recipe as its key needs it."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if key in _TEXTS and isinstance(value, str):
        return value
    if (key in SWITCHES and isinstance(value, bool)) or (key in _TABLES and isinstance(value, dict)):
        return value
    if key == _PLAN and isinstance(value, list) and all(isinstance(each, int | float) for each in value):
        return [float(each) for each in value]
    if number and key in _ABOVE_ZERO and not float(str(value)) > 0:
        raise FormatError(f"{'' if path is None else path.name}: {key} = {value!r} is not above zero. Correct it.")
    if number and key == _RATE:
        for fault in check_false_alarm(float(str(value))):
            raise FormatError(f"{'' if path is None else path.name}: {fault} Correct it.")
    if number and key not in (*_TEXTS, *SWITCHES, *_TABLES, _PLAN):
        return float(str(value))
    kinds = ((_TEXTS, "a text"), (tuple(SWITCHES), "true or false"), (_TABLES, "a table"))
    kind = next((kind for keys, kind in kinds if key in keys), "a number")
    raise FormatError(f"{'' if path is None else path.name}: {key} = {value!r} is not {kind}. Correct it.")


def _spectra(table: WideTable, unit: Unit) -> dict[Key, Spectrum]:
    """Return the spectra of a table by what they are matched with: time, else name, and which one of it."""
    seen: Counter[tuple[float, str]] = Counter()
    spectra = {}
    for label, time_s, values in zip(table.labels, table.times_s, table.values, strict=True):
        what = (float("inf"), label) if time_s is None else (time_s, "")
        spectra[*what, seen[what]] = processed_spectrum(table.wavelengths_nm, values, unit, time_s or 0.0)
        seen[what] += 1
    return spectra


def processed_spectrum(wavelengths_nm: FloatArray, values: FloatArray, unit: Unit, time_s: float) -> Spectrum:
    """Return a spectrum that another program has worked out, its sigma from its own scatter; arrays of (points,)."""
    sigma = sigma_from_scatter(values, wavelengths_nm)
    valid = np.isfinite(values) & np.isfinite(sigma)
    return Spectrum(
        wavelengths_nm=wavelengths_nm,
        values=read_only(np.where(valid, values, np.nan)),
        sigma=read_only(np.where(valid, sigma, np.nan)),
        valid=read_only_mask(valid),
        unit=unit,
        mid_exposure_s=time_s,
    )


def _mean_blank(table: WideTable) -> Spectrum:
    """Return the mean of the blank's columns where all of them say something."""
    return processed_spectrum(table.wavelengths_nm, np.mean(table.values, axis=0), "a.u.", 0.0)


def _without(spectrum: Spectrum, blank: Spectrum) -> Spectrum:
    """Return emission less that of the blank; nothing is known where the blank was not measured."""
    at, known = blank.wavelengths_nm[blank.valid], spectrum.wavelengths_nm
    if at.size == 0:
        raise FormatError(f"{BLANK} holds fewer points than its noise can be told from. Measure it again.")
    values = spectrum.values - np.interp(known, at, blank.values[blank.valid])
    sigma = np.hypot(spectrum.sigma, np.interp(known, at, blank.sigma[blank.valid]))
    valid = spectrum.valid & (known >= at[0]) & (known <= at[-1])
    return Spectrum(
        wavelengths_nm=known,
        values=read_only(np.where(valid, values, np.nan)),
        sigma=read_only(np.where(valid, sigma, np.nan)),
        valid=read_only_mask(valid),
        unit=spectrum.unit,
        mid_exposure_s=spectrum.mid_exposure_s,
    )


def _aliquot(number: int, time_s: float | None, dilution: float | None, optics: Optics, reading: Reading) -> Aliquot:
    at_s = time_s or 0.0
    return Aliquot(number, at_s, at_s, "", time_s, dilution, optics, reading)

"""Wide CSV: wavelengths down the first column, one column a spectrum, its reaction time in the column's name.

Read as people leave such files: byte-order mark, "30 s reaction_overnight" for a name, descending
wavelengths, decimal commas between semicolons, notes of the spectrometer's program under the data, empty
columns.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from analysis.look_alikes import LINE_HALF_NM
from analysis.spectrum import FloatArray, Spectrum, read_only
from analysis.wording import time_label
from station.comparing import compared_optics
from station.curves import emission_unit
from station.formats.text import FormatError, check_wavelengths, decoded, number
from station.records import Aliquot
from station.run import Run

__all__ = ["HOUR_DECIMALS", "FormatError", "WideTable", "read", "time_in", "write"]

_UNIT_S = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}  # by the first letter
_TIME = re.compile(
    r"(?<![A-Za-z0-9.,])([0-9]+(?:[.,][0-9]+)?)\s*"
    r"(s|secs?|seconds?|min|mins|minutes?|h|hrs?|hours?|d|days?)(?![A-Za-z])",
    re.IGNORECASE,
)
HOUR_DECIMALS = 4  # in a column's name: half a second is told


@dataclass(frozen=True, slots=True, eq=False)
class WideTable:
    """Spectra on one axis, in the order of the file's columns.

    `labels` are the columns' names, each once; `times_s` the reaction times in them (None where a name holds
    none). `wavelengths_nm` ascends, shape (pixels,); `values` has shape (columns, pixels), NaN where a cell
    says nothing.
    """

    labels: tuple[str, ...]
    times_s: tuple[float | None, ...]
    wavelengths_nm: FloatArray
    values: FloatArray


def read(path: Path) -> WideTable:
    """Read a wide CSV file. Raises FormatError with a sentence."""
    rows = _rows(path)
    first = next((i for i, row in enumerate(rows) if not math.isnan(number(row[0])) and _has_values(row)), None)
    if first is None:
        raise FormatError(f"{path.name} holds no row of a wavelength and values. Export it as a table of columns.")
    header = _header(rows[:first])
    data = list(_data(rows[first:]))
    width = max(map(len, data))
    wavelengths = np.array([number(row[0]) for row in data])
    check_wavelengths(path.name, header[0] if header else "", wavelengths)
    table = np.array([[number(cell) for cell in row[1:] + [""] * (width - len(row))] for row in data]).T
    labels, kept = _columns(header, table)
    if not kept:
        raise FormatError(f"{path.name} has wavelengths but no values. Export the spectra beside them.")
    order = np.argsort(wavelengths)
    return WideTable(
        labels=labels,
        times_s=tuple(time_in(label) for label in labels),
        wavelengths_nm=read_only(wavelengths[order]),
        values=read_only(table[kept][:, order]),
    )


def time_in(label: str) -> float | None:
    """Return the time in a column's name in seconds ("0.5 h", "30 s reaction_overnight", "1 h 30 min"), or None."""
    found = _TIME.search(label)
    if found is None:
        return None
    total_s, unit_s = _seconds(found)
    following = _TIME.match(label, _after_space(label, found.end()))
    while following is not None and _seconds(following)[1] < unit_s:
        part_s, unit_s = _seconds(following)
        total_s += part_s
        following = _TIME.match(label, _after_space(label, following.end()))
    return -total_s if label.lstrip().startswith(("-", "−")) else total_s


def write(stem: Path, run: Run) -> tuple[Path, ...]:
    """Write a run's spectra beside each other: STEM-absorbance.csv, STEM-emission.csv, and a -sigma.csv of each.

    In a row above the names emission says its unit and whether it is corrected for the spectral response, and where it
    is of different optical set-ups.
    Columns are named by reaction time ("0.5 h"; "aliquot 3" before time zero is known) in the order of the
    run; a masked pixel is an empty cell, and so is the excitation line. What no aliquot has is not written.
    Raises FileExistsError before writing anything where one of the files exists, and returns the paths.
    """
    aliquots = run.aliquots
    spectra = {
        "absorbance": [aliquot.reading.absorbance for aliquot in aliquots],
        "emission": [
            _without_excitation(aliquot.reading.emission, aliquot.optics.excitation_nm) for aliquot in aliquots
        ],
    }
    labels = _named_once([_aliquot_label(aliquot) for aliquot in aliquots])
    texts: dict[Path, str] = {}
    for kind, of_kind in spectra.items():
        columns = [(label, one) for label, one in zip(labels, of_kind, strict=True) if one is not None]
        if columns:
            note = _emission_note(columns, compared_optics(aliquots)) if kind == "emission" else None
            values = [(label, one.wavelengths_nm, _masked(one, one.values)) for label, one in columns]
            sigma = [(label, one.wavelengths_nm, _masked(one, one.sigma)) for label, one in columns]
            texts[stem.with_name(f"{stem.name}-{kind}.csv")] = _table(values, note)
            texts[stem.with_name(f"{stem.name}-{kind}-sigma.csv")] = _table(sigma, note)
    for path in texts:
        if path.exists():
            raise FileExistsError(f"{path} exists already. Nothing was written. Choose another name.")
    for path, text in texts.items():
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    return tuple(texts)


def _emission_note(columns: Sequence[tuple[str, Spectrum]], compared: str | None) -> str:
    units = " / ".join(dict.fromkeys(emission_unit(spectrum) for _, spectrum in columns))
    return ". ".join(filter(None, (f"Emission in {units}", compared)))


def _without_excitation(emission: Spectrum | None, excitation_nm: float | None) -> Spectrum | None:
    """Return the emission without the excitation line, which is no emission and in a table looks like one."""
    if emission is None or excitation_nm is None:
        return emission
    return replace(emission, valid=emission.valid & (np.abs(emission.wavelengths_nm - excitation_nm) > LINE_HALF_NM))


def _rows(path: Path) -> list[list[str]]:
    """Return the cells of a file, at least one a row."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise FormatError(f"{path} does not exist. Check the name.") from None
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}. Check its folder.") from error
    text = decoded(raw)
    if "\0" in text:
        raise FormatError(f"{path.name} is not a text file. Export it as CSV.")
    lines = [line for line in text.splitlines() if line.strip()]
    separator = next((mark for mark in (";", "\t", ",") if any(mark in line for line in lines[:3])), ",")
    try:
        return [[cell.strip() for cell in row] or [""] for row in csv.reader(io.StringIO(text), delimiter=separator)]
    except csv.Error as error:
        raise FormatError(f"{path.name} does not read as CSV: {error}. Export it again.") from error


def _has_values(row: Sequence[str]) -> bool:
    return any(not math.isnan(number(cell)) for cell in row[1:])


def _header(above: Sequence[list[str]]) -> list[str]:
    """Return the row of names: of the rows above the data the last one with times in it, else the last with text."""
    with_text = [row for row in above if any(row)]
    with_times = [row for row in with_text if any(time_in(cell) is not None for cell in row[1:])]
    return (with_times or with_text or [[]])[-1]


def _data(rows: Sequence[list[str]]) -> Iterator[list[str]]:
    """Yield the rows of numbers from the first one on, until something else than an empty row comes."""
    for row in rows:
        if math.isnan(number(row[0])):
            if any(row):
                return
        elif _has_values(row):
            yield row


def _columns(header: Sequence[str], table: FloatArray) -> tuple[tuple[str, ...], list[int]]:
    """Return names and indices of the columns that hold values and are no copy of one before them."""
    names: list[str] = []
    kept: list[int] = []
    for index, values in enumerate(table):
        name = header[index + 1] if index + 1 < len(header) else ""
        name = name or f"column {index + 2}"
        copies = (names[i] == name and np.array_equal(table[k], values, True) for i, k in enumerate(kept))
        if not np.all(np.isnan(values)) and not any(copies):
            names.append(name)
            kept.append(index)
    return _named_once(names), kept


def _named_once(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names, those that were there before with (2), (3) ... behind them."""
    seen: Counter[str] = Counter()
    told = []
    for name in names:
        seen[name] += 1
        told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(told)


def _seconds(found: re.Match[str]) -> tuple[float, float]:
    """Return the seconds of one number with its unit, and that unit in seconds."""
    unit_s = _UNIT_S[found[2][0].lower()]
    return float(found[1].replace(",", ".")) * unit_s, unit_s


def _after_space(label: str, place: int) -> int:
    return place + len(label[place:]) - len(label[place:].lstrip())


def _aliquot_label(aliquot: Aliquot) -> str:
    time_s = aliquot.reaction_time_s
    return f"aliquot {aliquot.number}" if time_s is None else time_label(round(time_s, 1), decimals=HOUR_DECIMALS)


def _masked(spectrum: Spectrum, values: FloatArray) -> FloatArray:
    return np.where(spectrum.valid, values, np.nan)


def _table(columns: Sequence[tuple[str, FloatArray, FloatArray]], note: str | None) -> str:
    """Return (name, wavelengths, values) of some spectra as CSV, on all wavelengths that any of them has."""
    axis = np.unique(np.concatenate([nm for _, nm, _ in columns]))
    cells = np.full((axis.size, len(columns)), np.nan)
    for index, (_, nm, values) in enumerate(columns):
        cells[np.searchsorted(axis, nm), index] = values
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    if note is not None:
        table.writerow([note])
    table.writerow(["Wavelength (nm)", *(name for name, _, _ in columns)])
    for nm, row in zip(axis.tolist(), cells.tolist(), strict=True):
        table.writerow([f"{nm:.7g}", *("" if math.isnan(value) else f"{value:.7g}" for value in row)])
    return text.getvalue()

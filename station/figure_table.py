"""The spectra of a figure as a table for a spreadsheet: wavelengths and one column an aliquot, three rows of heads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.spectrum import FloatArray, Spectrum
from analysis.wording import time_label
from station.curves import drawn_emission, emission_unit
from station.figure_choice import SPECTRA, Kind, drawable
from station.figure_series import absorbance_series, emission_series
from station.figure_style import FigureStyle
from station.records import Aliquot
from station.run import Run

HEADS = 3  # name, unit, reaction time: as plotting programs take them in


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is, its unit, when (or nothing), and its cells; a cell without a value is empty."""

    name: str
    unit: str
    when: str
    cells: tuple[str, ...]


def spectra_table(run: Run, style: FigureStyle) -> tuple[Column, ...]:
    """Return the spectra that a figure draws, within its wavelengths; what is masked is an empty cell.

    Spectra on one axis stand behind one column of wavelengths; one on another axis brings its own.
    """
    wanted = drawable(run, style)
    columns: list[Column] = []
    for kind in SPECTRA:
        if kind in style.panels:
            columns += _of_kind(wanted, kind, style)
    return tuple(columns)


def _of_kind(aliquots: Sequence[Aliquot], kind: Kind, style: FigureStyle) -> list[Column]:
    columns: list[Column] = []
    axis: FloatArray | None = None
    for aliquot in aliquots:
        spectrum = aliquot.reading.absorbance if kind == "absorbance" else aliquot.reading.emission
        if spectrum is None:
            continue
        drawn = drawn_emission(spectrum) if kind == "emission" else spectrum
        inside = _inside(drawn.wavelengths_nm, style)
        nm = drawn.wavelengths_nm[inside]
        if axis is None or not np.array_equal(axis, nm):
            axis = nm
            columns.append(Column("Wavelength", "nm", "", tuple(f"{each:.2f}" for each in nm)))
        columns.append(_column(aliquot, kind, drawn, inside))
    return columns


def _inside(nm: FloatArray, style: FigureStyle) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    low = -np.inf if style.low_nm is None else style.low_nm
    high = np.inf if style.high_nm is None else style.high_nm
    return np.asarray((nm >= low) & (nm <= high))


def _column(aliquot: Aliquot, kind: str, drawn: Spectrum, inside: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Column:
    pairs = zip(drawn.values[inside], drawn.valid[inside], strict=True)
    cells = tuple(f"{value:.6g}" if valid else "" for value, valid in pairs)
    unit = "A" if kind == "absorbance" else emission_unit(drawn)
    return Column(_name(aliquot, kind), unit, _when(aliquot.reaction_time_s), cells)


def _name(aliquot: Aliquot, kind: str) -> str:
    named = f" {aliquot.name}" if aliquot.name else ""
    return f"{kind.capitalize()}, aliquot {aliquot.number}{named}"


def _when(time_s: float | None) -> str:
    return "" if time_s is None else time_label(time_s)


def kinetics_table(run: Run, style: FigureStyle) -> tuple[Column, ...]:
    """Return what a run becomes against reaction time: one row an aliquot, each quantity with its sigma beside it."""
    wanted = [each for each in run.aliquots if style.numbers is None or each.number in style.numbers]
    timed = [(each.number, each.reaction_time_s) for each in wanted if each.reaction_time_s is not None]
    light = emission_series(wanted)
    columns = [
        Column("Aliquot", "", "", tuple(str(number) for number, _ in timed)),
        Column("Reaction time", "h", "", tuple(f"{time_s / 3600.0:.6g}" for _, time_s in timed)),
    ]
    for series in (*absorbance_series(wanted), *([light] if light is not None else [])):
        by_number = {point.number: point for point in series.points}
        found = [by_number.get(number) for number, _ in timed]
        name = series.name[:1].upper() + series.name[1:]
        columns.append(Column(name, series.unit, "", tuple("" if p is None else f"{p.value:.6g}" for p in found)))
        sigmas = tuple("" if p is None else f"{p.sigma:.3g}" for p in found)
        columns.append(Column(f"{name} sigma", series.unit, "", sigmas))
    return tuple(columns)


def as_text(columns: Sequence[Column], separator: str = "\t") -> str:
    """Return a table as text, three rows of heads above; a cell that holds the separator stands in quotes."""
    heads = [[each.name for each in columns], [each.unit for each in columns], [each.when for each in columns]]
    tall = max((len(each.cells) for each in columns), default=0)
    rows = [[each.cells[row] if row < len(each.cells) else "" for each in columns] for row in range(tall)]
    return "".join(separator.join(_quoted(cell, separator) for cell in row) + "\n" for row in (*heads, *rows))


def _quoted(cell: str, separator: str) -> str:
    clean = cell.replace("\n", " ")
    return '"' + clean.replace('"', '""') + '"' if separator in clean or '"' in clean else clean

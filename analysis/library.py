"""The species library: what is known beforehand of clusters, prenucleation complex and dots, read from TOML."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Literal

Kind = Literal["cluster", "prenucleation", "dots"]
ASTRAY_NM = 5.0  # a centre further outside its own range is a slip of the pen


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """One species of the library; ranges in nm.

    `source` cites where it was reported and `emissive` tells whether it was seen to emit: both are for the reader.
    """

    name: str
    material: str
    kind: Kind
    e1_nm: float
    e1_range_nm: tuple[float, float]
    fwhm_range_nm: tuple[float, float]
    e2_nm: float | None = None
    e2_range_nm: tuple[float, float] | None = None
    emissive: bool = False
    tentative: bool = False
    source: str = ""


def load_library(text: str) -> tuple[LibraryEntry, ...]:
    """Read the library from TOML text.

    Raises ValueError with the entry's name where something is missing, named twice, or a centre lies outside its range.
    """
    try:
        tables = tomllib.loads(text).get("species", [])
    except tomllib.TOMLDecodeError as problem:
        raise ValueError(f"The species library cannot be read: {problem}.") from problem
    entries = tuple(_entry(table) for table in tables)
    twice = {e.name for e in entries if sum(e.name == other.name for other in entries) > 1}
    if twice:
        raise ValueError(f"The species library names {', '.join(sorted(twice))} twice; give each its own name.")
    for entry in entries:
        _check_centres(entry)
    return entries


def _check_centres(entry: LibraryEntry) -> None:
    for key, nm, within_nm in (("e1", entry.e1_nm, entry.e1_range_nm), ("e2", entry.e2_nm, entry.e2_range_nm)):
        if nm is None or within_nm is None:
            continue
        low, high = within_nm
        if not low - ASTRAY_NM <= nm <= high + ASTRAY_NM:
            raise ValueError(
                f"The species {entry.name} in the library contradicts itself: {key}_nm is {nm:g}, {key}_range_nm "
                f"{low:g}-{high:g}. Correct one of them."
            )


def _entry(table: dict[str, object]) -> LibraryEntry:
    name = str(table.get("name", "(no name)"))
    try:
        kind = str(table["kind"])
        if kind not in ("cluster", "prenucleation", "dots"):
            raise ValueError(f'kind is "{kind}"')
        e2 = table.get("e2_nm")
        return LibraryEntry(
            name=str(table["name"]),
            material=str(table["material"]),
            kind="cluster" if kind == "cluster" else "dots" if kind == "dots" else "prenucleation",
            e1_nm=_number(table["e1_nm"]),
            e1_range_nm=_range(table["e1_range_nm"]),
            fwhm_range_nm=_range(table["fwhm_range_nm"]),
            e2_nm=None if e2 is None else _number(e2),
            e2_range_nm=_range(table["e2_range_nm"]) if "e2_range_nm" in table else None,
            emissive=bool(table.get("emissive", False)),
            tentative=bool(table.get("tentative", False)),
            source=str(table.get("source", "")),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise ValueError(f"The species {name} in the library is incomplete: {problem}.") from problem


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _range(value: object) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise TypeError(f"{value!r} is no range of two numbers")
    low, high = _number(value[0]), _number(value[1])
    if not low <= high:
        raise ValueError(f"{value!r} runs backwards")
    return low, high

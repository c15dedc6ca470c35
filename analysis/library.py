"""The species library: what is known beforehand of clusters, prenucleation complex and dots, read from TOML."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, fields
from typing import Literal, get_args

Kind = Literal["cluster", "prenucleation", "dots"]
ASTRAY_NM = 5.0  # a centre further outside its own range is a slip of the pen
MEASURABLE_NM = (180.0, 3000.0)  # a first exciton outside is not in nm: eV, or a digit too many


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """One species of the library; wavelengths, ranges and widths in nm. A name stands once in a material.

    `e1_range_nm` and `e2_range_nm` are where the two first excitons were reported, `reported_nm` each report of the
    first; `fwhm_range_nm` which widths of E1 the name allows. `tentative` is what its source calls so, or what could
    not be confirmed from it. `source`, `doi` and `conditions` cite where and how it was made, `emissive` tells
    whether it was seen to emit: these are for the reader.
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
    doi: str = ""
    conditions: str = ""
    reported_nm: tuple[float, ...] = ()


def load_library(text: str) -> tuple[LibraryEntry, ...]:
    """Read the library from TOML text.

    Raises ValueError with the entry, the field and what to do where a field is missing, misspelt or no number, a range
    runs backwards, a centre lies outside its range, or a material has a name twice.
    """
    try:
        tables = tomllib.loads(text).get("species", [])
    except tomllib.TOMLDecodeError as problem:
        raise ValueError(
            f"The species library cannot be read: {problem}. Numbers have a point, words stand between quotation marks."
        ) from problem
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ValueError("The species library has [species] for one of its entries; write [[species]] over each.")
    entries = tuple(_entry(table, number) for number, table in enumerate(tables, start=1))
    names = [f"{entry.name} of {entry.material}" for entry in entries]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"The species library names {', '.join(twice)} twice; give each its own name.")
    return entries


def _entry(table: dict[str, object], number: int) -> LibraryEntry:
    """Read one [[species]], the `number`-th of its file, and check it."""
    called = table.get("name")
    name = called if isinstance(called, str) and called.strip() else f"without a name (entry {number})"
    reading = _Reading(name, table)
    entry = LibraryEntry(
        name=reading.text("name"),
        material=reading.text("material"),
        kind=reading.kind(),
        e1_nm=reading.number("e1_nm"),
        e1_range_nm=reading.range_of("e1_range_nm"),
        fwhm_range_nm=reading.range_of("fwhm_range_nm"),
        e2_nm=reading.number("e2_nm") if "e2_nm" in table else None,
        e2_range_nm=reading.range_of("e2_range_nm") if "e2_range_nm" in table else None,
        emissive=reading.yes("emissive"),
        tentative=reading.yes("tentative"),
        source=reading.text("source", ""),
        doi=reading.text("doi", ""),
        conditions=reading.text("conditions", ""),
        reported_nm=reading.numbers("reported_nm"),
    )
    reading.refuse_unknown()
    _check(entry)
    return entry


def _check(entry: LibraryEntry) -> None:
    """Raise ValueError where two fields contradict each other."""
    for key, nm, within_nm in (("e1", entry.e1_nm, entry.e1_range_nm), ("e2", entry.e2_nm, entry.e2_range_nm)):
        if nm is None or within_nm is None:
            continue
        low, high = within_nm
        if not low - ASTRAY_NM <= nm <= high + ASTRAY_NM:
            raise ValueError(
                f"The species {entry.name} in the library contradicts itself: {key}_nm is {nm:g}, {key}_range_nm "
                f"{low:g}-{high:g}. Correct one of them."
            )
    if not MEASURABLE_NM[0] <= entry.e1_nm <= MEASURABLE_NM[1]:
        raise ValueError(f"The species {entry.name} in the library has e1_nm = {entry.e1_nm:g}; give it in nm.")
    if entry.fwhm_range_nm[0] <= 0.0:
        raise ValueError(f"The species {entry.name} in the library has a width of 0 nm or less; correct fwhm_range_nm.")
    if entry.e2_nm is not None and entry.e2_nm >= entry.e1_nm:
        raise ValueError(
            f"The species {entry.name} in the library has e2_nm {entry.e2_nm:g} at or beyond e1_nm {entry.e1_nm:g}. "
            "The second exciton lies at the shorter wavelength; exchange them."
        )


@dataclass(frozen=True, slots=True)
class _Reading:
    """The fields of one entry, each read as what it must be; raises ValueError with entry and field."""

    name: str
    table: dict[str, object]

    def _slip(self, field: str, what: str) -> ValueError:
        return ValueError(f"The species {self.name} in the library: {field} {what}.")

    def _value(self, field: str) -> object:
        if field not in self.table:
            near = difflib.get_close_matches(field, [key for key in self.table if key not in _FIELDS], 1)
            meant = f"; is {near[0]} meant for it?" if near else "; add it"
            raise self._slip(field, f"is missing{meant}")
        return self.table[field]

    def text(self, field: str, default: str | None = None) -> str:
        value = self._value(field) if default is None else self.table.get(field, default)
        if not isinstance(value, str):
            raise self._slip(field, f"is {value!r}; write it between quotation marks")
        if default is None and not value.strip():
            raise self._slip(field, "is empty; fill it in")
        return value.strip()

    def kind(self) -> Kind:
        value = self.text("kind")
        for kind in get_args(Kind):
            if value == kind:
                return kind  # type: ignore[no-any-return]  # get_args is untyped
        raise self._slip("kind", f'is "{value}"; it is one of {", ".join(get_args(Kind))}')

    def yes(self, field: str) -> bool:
        value = self.table.get(field, False)
        if not isinstance(value, bool):
            raise self._slip(field, f"is {value!r}; write true or false, without quotation marks")
        return value

    def number(self, field: str) -> float:
        return self._number(field, self._value(field))

    def _number(self, field: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < float("inf"):
            raise self._slip(field, f"is {value!r}, which is no number")
        return float(value)

    def numbers(self, field: str) -> tuple[float, ...]:
        value = self.table.get(field, [])
        if not isinstance(value, list):
            raise self._slip(field, f"is {value!r}, which is no list like [445, 450]")
        return tuple(self._number(field, each) for each in value)

    def range_of(self, field: str) -> tuple[float, float]:
        value = self._value(field)
        if not isinstance(value, list) or len(value) != 2:
            raise self._slip(field, f"is {value!r}, which is no range of two numbers like [445, 450]")
        low, high = (self._number(field, each) for each in value)
        if low > high:
            raise self._slip(field, f"is [{low:g}, {high:g}], which runs backwards")
        return low, high

    def refuse_unknown(self) -> None:
        """Raise ValueError for a field that no entry has: a slip would otherwise be passed over."""
        for key in self.table:
            if key not in _FIELDS:
                near = difflib.get_close_matches(key, _FIELDS, 1)
                meant = f"is {near[0]} meant?" if near else f"the fields are {', '.join(_FIELDS)}"
                raise self._slip(key, f"is no field of an entry; {meant.removesuffix('?')}")


_FIELDS = tuple(field.name for field in fields(LibraryEntry))

"""What a run becomes against reaction time: the height of every cluster and the emission, points with their sigma."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.findings import Species
from analysis.spectrum import Unit
from station.records import Aliquot

BELIEVED = 0.5  # confidence from which a species is marked


@dataclass(frozen=True, slots=True)
class Point:
    """One aliquot of a series: its number, when (s since t0), value and sigma; `seen` is false below detection."""

    number: int
    time_s: float
    value: float
    sigma: float
    seen: bool = True


@dataclass(frozen=True, slots=True)
class Series:
    """One quantity against reaction time, in order of time."""

    name: str
    unit: str
    points: tuple[Point, ...]


def absorbance_series(aliquots: Sequence[Aliquot]) -> tuple[Series, ...]:
    """Return the height of the largest band of every named species that is believed, by wavelength.

    An aliquot that does not show a species, or has no reaction time, has no point in its series.
    """
    points: dict[str, list[Point]] = {}
    places: dict[str, float] = {}
    for aliquot in aliquots:
        findings, time_s = aliquot.reading.findings, aliquot.reaction_time_s
        if findings is None or time_s is None:
            continue
        largest: dict[str, Species] = {}
        for band in findings.species:
            named = band.name != "other" and band.role != "E2" and band.confidence >= BELIEVED
            if named and (band.name not in largest or band.absorbance > largest[band.name].absorbance):
                largest[band.name] = band
        for name, band in largest.items():
            places.setdefault(name, band.nm)
            points.setdefault(name, []).append(Point(aliquot.number, time_s, band.absorbance, band.sigma))
    names = sorted(points, key=lambda name: places[name])
    return tuple(Series(_height_of(name), "A", _in_order(points[name])) for name in names)


def emission_series(aliquots: Sequence[Aliquot]) -> Series | None:
    """Return the emission in the unit of the first aliquot that has one, None where nothing was measured."""
    unit: Unit | None = None
    points: list[Point] = []
    for aliquot in aliquots:
        findings, time_s = aliquot.reading.findings, aliquot.reaction_time_s
        light = None if findings is None else findings.emission
        if light is None or time_s is None or light.intensity is None or light.sigma is None:
            continue
        unit = unit or light.unit
        if light.unit == unit:
            points.append(Point(aliquot.number, time_s, light.intensity, light.sigma, light.present is True))
    return None if unit is None else Series("emission", unit, _in_order(points))


def _in_order(points: Sequence[Point]) -> tuple[Point, ...]:
    return tuple(sorted(points, key=lambda point: point.time_s))


def _height_of(name: str) -> str:
    """Return the name of a height: A449 for MSC-449, else "A of QD"."""
    number = name.rpartition("-")[2]
    return f"A{number}" if number.isdigit() else f"A of {name}"

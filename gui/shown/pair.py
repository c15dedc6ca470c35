"""The pair view of one aliquot: what its curves, its bands and its tail are called, and what each was divided by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gui import words
from station.pair import Of, Pair, PairCurve

Style = Literal["bold", "filled", "dashed", "thin"]
STYLES: dict[Of, Style] = {"absorbance": "bold", "emission": "filled", "excitation": "dashed"}
NAMES: dict[Of, str] = {"absorbance": "Absorbance", "emission": "PL", "excitation": "PL excitation"}


@dataclass(frozen=True, slots=True)
class CurveKey:
    """One entry under the frame: how its line is drawn and what it says; `short` and `name` say less in less room."""

    style: Style
    words: str
    short: str
    name: str


def title(pair: Pair) -> str:
    """Return what the frame is called: "Aliquot 4, 2 h 00 min"."""
    aliquot = pair.aliquot
    name = aliquot.name or f"Aliquot {aliquot.number}"
    time_s = aliquot.reaction_time_s
    return f"{name}, {words.time_of_day(aliquot.wall) if time_s is None else words.moment(time_s)}"


def keys(pair: Pair) -> tuple[CurveKey, ...]:
    """Return what each curve was divided by, and by how much the tail was enlarged."""
    found = [
        CurveKey(STYLES[curve.of], _divided(curve), f"{NAMES[curve.of]}, 1 at {curve.at_nm:.0f} nm", NAMES[curve.of])
        for curve in pair.curves
    ]
    if pair.tail is not None:
        tail = f"tail × {pair.tail.factor}"
        words_of_it = f"{tail}, above 650–750 nm" if pair.tail.above_quiet else tail
        found.insert(1, CurveKey("thin", words_of_it, tail, tail))
    return tuple(found)


def _divided(curve: PairCurve) -> str:
    """Return what a curve is 1 at: "PL, 1 at 500.4 nm: 1 840 ± 28 counts/s"."""
    height = curve.height
    if curve.unit == "A":
        value = f"A {words.absorbance(height.value, height.sigma)}"
    else:
        value = words.rate(height.value, height.sigma, curve.unit)
    return f"{NAMES[curve.of]}, 1 at {curve.at_nm:.1f} nm: {value}"


def missing(pair: Pair) -> str:
    """Return why a curve that could be there is not; nothing where none is missing."""
    return "; ".join(pair.missing)

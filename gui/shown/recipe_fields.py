"""The fields of the recipe page: what they are called, their units and bounds, and how what is typed is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, isfinite, log10

from gui import words
from gui.shown.set_up import bound
from station.recipe import HOUR_S

REAGENTS = ("cd_oleate", "topte", "top", "oam")  # as `Recipe` calls them
CHALCOGENS = {"CdSe": "Se", "CdS": "S", "ZnSe": "Se"}
ADD = "rung.add"
NOTHING_NAMED = "none"


@dataclass(frozen=True, slots=True)
class Spec:
    """What a number is: its words, its unit, and between which values it lies."""

    says: str
    unit: str
    low: float
    high: float


SPECS: Mapping[str, Spec] = {
    **{f"{name}.ml": Spec("volume", "ml", 0.0, 10_000.0) for name in REAGENTS},
    **{f"{name}.stock": Spec("stock", "M", 0.001, 100.0) for name in REAGENTS},
    **{f"{name}.density": Spec("density", "g/ml", 0.1, 10.0) for name in ("top", "oam")},
    **{f"{name}.molar": Spec("molar mass", "g/mol", 10.0, 5_000.0) for name in ("top", "oam")},
    **{f"{name}.purity": Spec("purity", "%", 1.0, 100.0) for name in ("top", "oam")},
    "total": Spec("Total", "ml", 0.1, 10_000.0),
    "temperature": Spec("Temperature", "°C", -100.0, 450.0),
    "degassed": Spec("Degassed", "min", 0.0, 10_000.0),
    "torr": Spec("Vacuum", "torr", 0.0, 760.0),
    "drawn": Spec("Drawn", "ml", 0.001, 1_000.0),
    "ul": Spec("Diluted", "µl", 1.0, 100_000.0),
    "into": Spec("Into", "ml", 0.0, 500.0),
    "remind": Spec("Sound before each", "min", 0.0, 120.0),
    "path": Spec("Path", "mm", 0.01, 100.0),
    "excitation": Spec("Excitation", "nm", 200.0, 1_100.0),
    "lamp": Spec("Photo lamp", "nm", 200.0, 1_100.0),
}


@dataclass(frozen=True, slots=True)
class Field:
    """Something that is set: its name, what it is called, its value and unit as they stand.

    `wrong` says what is wrong with it, `asks` what should be thought of. A field with `options` is chosen from a list.
    `quiet`: it stands there, and does not count now.
    """

    name: str
    says: str
    value: str
    unit: str = ""
    wrong: str = ""
    asks: str = ""
    options: tuple[str, ...] = ()
    quiet: bool = False

    @property
    def said(self) -> str:
        """Get what is to be said of it: what is wrong before what should be thought of."""
        return self.wrong or self.asks


class Reader:
    """Reads what was typed over what stands; `wrong` collects, by name, why a text cannot be used."""

    def __init__(self, typed: Mapping[str, str]) -> None:
        self.typed = typed
        self.wrong: dict[str, str] = {}

    def text(self, name: str, standing: str | None) -> str | None:
        """Return the text under a name, None for an empty one."""
        return (self.typed[name].strip() or None) if name in self.typed else standing

    def number(self, name: str, standing: float | None) -> float | None:
        """Return the number under a name; None where it is empty or wrong. Comma or point, its unit or none."""
        if name not in self.typed:
            return standing
        spec = SPECS[name]
        text = self.typed[name].strip().removesuffix(spec.unit).strip()
        if not text:
            return None
        try:
            value = float(text.replace(words.MINUS, "-").replace(",", ".").replace(" ", ""))
        except ValueError:
            self.wrong[name] = f"“{text}” is no number"
            return None
        if not isfinite(value) or not spec.low <= value <= spec.high:
            self.wrong[name] = f"from {words.amount(spec.low)} to {bound(spec.high)} {spec.unit}"
            return None
        return value


def stands(value: float | None) -> str:
    """Return a number as it stands in its field: three figures, more where it has more; nothing for none."""
    if value is None:
        return ""
    if value == 0.0 or not isfinite(value):
        return f"{value:g}"
    decimals = 2 - floor(log10(abs(value)))
    short = f"{value:.{max(0, decimals)}f}"
    shown = short if abs(float(short) - value) <= 1e-9 * abs(value) else f"{value:.5g}"
    return shown.replace("-", words.MINUS)


def figures(value: float | None, count: int = 3) -> str:
    """Return what follows from others, to so many figures; "?" where it is not known."""
    return "?" if value is None else stands(float(f"{value:.{count}g}"))


def plainly(value: float | None) -> str:
    """Return a number without needless zeros; nothing for none."""
    return "" if value is None else words.amount(float(f"{value:.6g}"))


_TIME = re.compile(r"([0-9]*[.,]?[0-9]+)\s*(h|min|s|)")
_SECONDS = {"h": HOUR_S, "min": 60.0, "s": 1.0, "": HOUR_S}
LATEST_S = 1_000 * HOUR_S


def seconds(text: str) -> float | None:
    """Return the time that a rung says, in s: "0.5 h", "30 min", "90" (hours); None where it says none."""
    found = _TIME.fullmatch(text.strip().lower())
    if found is None:
        return None
    time_s = round(float(found[1].replace(",", ".")) * _SECONDS[found[2]], 3)
    return time_s if 0.0 < time_s <= LATEST_S else None


def rung(time_s: float) -> str:
    """Return a planned time as its chip says it: "0.5 h", "20 min", "45 s"; it reads back as the same time."""
    for unit in ("h", "min"):
        text = f"{time_s / _SECONDS[unit]:.4g}"
        if abs(float(text) * _SECONDS[unit] - time_s) < 1e-3:
            return f"{text} {unit}"
    return f"{time_s:g} s"


def chalcogen(material: str | None) -> str:
    """Return the symbol of the chalcogen that a material is made with; tellurium, as in the paper, else."""
    return CHALCOGENS.get(material or "", "Te")


def reagent_name(name: str, material: str | None) -> str:
    """Return what a reagent is called."""
    metal = "Zn" if (material or "").startswith("Zn") else "Cd"
    return {"cd_oleate": f"{metal}(oleate)₂", "topte": f"TOP{chalcogen(material)}", "top": "TOP", "oam": "OAM"}[name]

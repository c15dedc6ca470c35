"""What stands on the recipe page: rows of labels, fields and what follows from them; nothing is typed twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from gui.shown.recipe import Draft, Meant, sealed
from gui.shown.recipe_fields import (
    ADD,
    NOTHING_NAMED,
    REAGENTS,
    SPECS,
    Field,
    chalcogen,
    figures,
    plainly,
    reagent_name,
    rung,
    stands,
)
from gui.shown.set_up import DROPS
from station.reactions import USUAL
from station.reagents import Reagent
from station.recipe import Recipe

ATMOSPHERES = ("N₂", "Ar", "vacuum", "air")
TEMPLATE, KEEP = "template", "keep"


@dataclass(frozen=True, slots=True)
class Label:
    """What something is called."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A field in a row. `over`: its words stand above it; `fits`: it is as wide as its value; `presses`: a button."""

    field: Field
    over: bool = False
    fits: bool = False
    presses: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """What follows from the fields: bare text with its unit."""

    text: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Words that take the rest of a row, in as many lines as they need."""

    text: str
    strong: bool = False


Cell = Label | Box | Value | Note
Grid = Literal["free", "table", "pair", "third", "neat", "seen", "named"]


@dataclass(frozen=True, slots=True)
class Row:
    """Cells beside each other in the columns of a grid; where there is too little room they go on in the next line.

    `rule`: a hairline under it.
    """

    cells: tuple[Cell, ...]
    rule: bool = False
    grid: Grid = "free"


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a part of the page."""

    text: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Halves:
    """Two parts beside each other, each a head and rows of two cells; one after the other where there is less room."""

    heads: tuple[str, str]
    left: tuple[tuple[Cell, Cell], ...]
    right: tuple[tuple[Cell, Cell], ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """The heads of a grid's columns; left away where its cells do not stand beside each other."""

    words: tuple[str, ...]
    grid: Grid


@dataclass(frozen=True, slots=True)
class ZoneLine:
    """A zone of the paper's map with its mark, in large letters; without a mark where there is none."""

    zone: str
    words: str


Entry = Row | Head | Halves | Columns | ZoneLine


def rows(
    draft: Draft, now: Meant, templates: tuple[str, ...], template: str, materials: tuple[str, ...]
) -> tuple[Entry, ...]:
    """Return the rows of what is weighed and set."""
    fields = _Fields(draft, now)
    return (
        Row((Label("Name"), Box(fields.text("name", "Name", now.recipe.name))), grid="named"),
        Row(
            (
                Label("Template"),
                Box(Field(TEMPLATE, "Template", template, options=templates)),
                Box(Field(KEEP, "Keep as own recipe", "Keep as own"), presses=True),
            ),
            grid="named",
        ),
        *_weighed(fields),
        *_set(fields, materials),
        *_ladder(fields),
    )


def optics_rows(draft: Draft, now: Meant, *, measured: bool) -> tuple[Entry, ...]:
    """Return the rows of what belongs to the bench; `measured`: dark or reference were taken with what stands."""
    fields = _Fields(draft, now)
    optics = now.optics
    other_path = measured and optics.path_mm != draft.optics.path_mm
    other_light = measured and optics.excitation != draft.optics.excitation
    boxes = (
        fields.number("path", optics.path_mm, plainly, asks=DROPS if other_path else ""),
        fields.number(
            "excitation", optics.excitation_nm, plainly, asks=DROPS if other_light and not other_path else ""
        ),
        fields.number("lamp", now.recipe.photo_lamp_nm, plainly),
    )
    return (Head("Optics"), Row(tuple(Box(field, over=True) for field in boxes), grid="third"))


def neat_rows(draft: Draft, now: Meant) -> tuple[Entry, ...]:
    """Return the rows of the neat reagents, whose strength follows from density, molar mass and purity."""
    fields = _Fields(draft, now)
    made: list[Entry] = [
        Head("Neat reagents", "count where no stock is typed"),
        Columns(("", "g/ml", "g/mol", "%"), "neat"),
    ]
    for name in ("top", "oam"):
        standing = getattr(now.recipe, name)
        neat = (standing or Reagent()).by_volume(USUAL[name]).neat
        shown = neat or USUAL[name].neat
        assert shown is not None
        values = (("density", shown.g_per_ml), ("molar", shown.g_per_mol), ("purity", 100.0 * shown.purity))
        boxes = (fields.number(f"{name}.{part}", value, plainly, quiet=neat is None) for part, value in values)
        label = Label(reagent_name(name, None), strong=True)
        made.append(Row((label, *(Box(replace(field, unit="")) for field in boxes)), grid="neat"))
    return tuple(made)


class _Fields:
    """Fields with what was typed into them, else with what stands."""

    def __init__(self, draft: Draft, now: Meant) -> None:
        self.draft, self.now = draft, now
        self._typed: Mapping[str, str] = draft.typed

    def text(self, name: str, says: str, value: str | None, options: tuple[str, ...] = ()) -> Field:
        shown = self._typed.get(name, value or "")
        return Field(name, says, shown, wrong=self.now.wrong.get(name, ""), options=options)

    def number(
        self, name: str, value: float | None, shown: object = None, *, asks: str = "", quiet: bool = False
    ) -> Field:
        spec = SPECS[name]
        reagent, _, part = name.partition(".")
        says = f"{reagent_name(reagent, self.now.recipe.material)} {spec.says}" if part else spec.says
        text = self._typed.get(name)
        if text is None:
            text = plainly(value) if shown is plainly else stands(value)
        return Field(name, says, text, spec.unit, self.now.wrong.get(name, ""), asks, quiet=quiet)


def _weighed(fields: _Fields) -> tuple[Entry, ...]:
    """Return what goes into the flask, the solvent as the balance, and the total with what follows from it."""
    recipe = fields.now.recipe
    made: list[Entry] = [Columns(("Reagent", "ml", "stock, mol/l", "mmol"), "table")]
    for name, standing in zip(REAGENTS, recipe.reagents, strict=True):
        volume = (standing or Reagent()).by_volume(USUAL[name])
        wrong = any(each.startswith(f"{name}.") for each in fields.now.wrong)
        amount = Value(figures(None if standing is None or wrong else volume.mmol), "mmol")
        boxes = Box(fields.number(f"{name}.ml", volume.ml)), Box(_stock(fields, f"{name}.stock", volume.strength))
        label = Label(reagent_name(name, recipe.material), strong=True)
        made.append(Row((label, *boxes, amount), rule=True, grid="table"))
    solvent = Box(fields.text("solvent", "Solvent", recipe.solvent))
    balance = Value(figures(recipe.solvent_ml), "ml")
    made.append(Row((Label("Solvent", strong=True), solvent, balance, Note("the balance")), rule=True, grid="table"))
    total = Box(fields.number("total", recipe.volume_ml))
    made.append(Row((Label("Total", strong=True), total, Note(_follows(recipe))), grid="table"))
    return tuple(made)


def _stock(fields: _Fields, name: str, strength: float | None) -> Field:
    """Return the field of a stock; one that was cleared shows what the neat liquid holds."""
    shown = fields.number(name, strength)
    return shown if shown.value else replace(shown, value="" if strength is None else figures(strength, 4))


def _follows(recipe: Recipe) -> str:
    """Return what follows from the amounts: "Te 20.0 mM · Cd : Te 1.20 · slightly Cd-rich"."""
    symbol, metal = chalcogen(recipe.material), reagent_name("cd_oleate", recipe.material)[:2]
    said = []
    if recipe.te_mm is not None:
        said.append(f"{symbol} {figures(recipe.te_mm)} mM")
    ratio = recipe.cd_te
    if ratio is not None:
        rich = "" if abs(ratio - 1.0) < 0.05 else f"{metal if ratio > 1.0 else symbol}-rich"
        rich = f"slightly {rich}" if rich and 0.5 < ratio < 2.0 else rich
        said += [f"{metal} : {symbol} {figures(ratio)}", rich or "as much of both"]
    return " · ".join(said)


def _set(fields: _Fields, materials: tuple[str, ...]) -> tuple[Entry, ...]:
    """Return what is set at the flask, beside what is done with an aliquot."""
    recipe = fields.now.recipe
    degassing, diluted = recipe.degassing, recipe.diluted
    minutes = None if degassing is None else degassing.minutes
    torr = None if degassing is None else degassing.torr
    warned = fields.number("temperature", recipe.temperature_c, plainly, asks=sealed(recipe))
    material = fields.text("material", "Material", recipe.material or NOTHING_NAMED, (*materials, NOTHING_NAMED))
    left = (
        ("Material", material),
        ("Temperature", warned),
        ("Degassed", fields.number("degassed", minutes, plainly)),
        ("Vacuum", fields.number("torr", torr, plainly)),
        ("Atmosphere", fields.text("atmosphere", "Atmosphere", recipe.atmosphere, ATMOSPHERES)),
    )
    right = (
        ("Drawn", fields.number("drawn", recipe.aliquot_ml)),
        ("Diluted", fields.number("ul", None if diluted is None else diluted.aliquot_ul, plainly)),
        ("Into", fields.number("into", None if diluted is None else diluted.into_ml)),
        ("Diluent", fields.text("diluent", "Diluent", None if diluted is None else diluted.diluent)),
    )
    factor = Value("not known" if recipe.dilution is None else f"{recipe.dilution:.4g} ×")
    return (
        Halves(
            ("Reaction", "Aliquot"),
            tuple((Label(words), Box(field)) for words, field in left),
            (*((Label(words), Box(field)) for words, field in right), (Label("Dilution"), factor)),
        ),
    )


def _ladder(fields: _Fields) -> tuple[Entry, ...]:
    """Return the planned times, each a field of its own; one that is emptied goes."""
    recipe, wrong = fields.now.recipe, fields.now.wrong
    texts = fields.draft.rungs if fields.draft.rungs is not None else tuple(map(rung, recipe.schedule_s))
    chips = [Field(f"rung.{n}", "Planned", text, wrong=wrong.get(f"rung.{n}", "")) for n, text in enumerate(texts)]
    remind = fields.number("remind", 0.0 if recipe.remind_s is None else recipe.remind_s / 60.0, plainly)
    reminder = Field(remind.name, remind.says, remind.value, "min before", remind.wrong)
    return (
        Head("Ladder", "after t0; clear a time to take it away"),
        Row((*(Box(chip, fits=True) for chip in chips), Box(Field(ADD, "Add a time", "Add"), fits=True, presses=True))),
        Row((Label("Sound"), Box(reminder), Note("each is due (0: none)")), grid="pair"),
    )

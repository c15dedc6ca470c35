"""The page of the manuscript figure: what is chosen on it, what follows for the figure, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from gui import words
from gui.actions import Act, cap
from gui.shown.set_up import Line, Reading, Typed, shown_number
from station.figure_style import (
    DPI,
    DPIS,
    ONE_AND_A_HALF_MM,
    ONE_COLUMN_MM,
    PANELS,
    POINTS,
    SHIPPED_FAMILY,
    TWO_COLUMNS_MM,
    WIDTHS_MM,
    FigureStyle,
    Format,
    Letters,
    Panel,
)
from station.run import Run

SAVE, COPY, STOP = "save", "copy", "stop"
WIDTHS = {
    f"One column, {words.amount(ONE_COLUMN_MM)} mm": ONE_COLUMN_MM,
    f"One and a half, {words.amount(ONE_AND_A_HALF_MM)} mm": ONE_AND_A_HALF_MM,
    f"Two columns, {words.amount(TWO_COLUMNS_MM)} mm": TWO_COLUMNS_MM,
}
OTHER_WIDTH, OTHER_FAMILY = "Another width", "Another font"
YES, NO = "drawn", "left out"
ALL, SHOWN, THESE = "all that count", "those with a curve", "these alone"
LETTERS: dict[str, Letters] = {"as in the paper": "paper", "from A on": "from A", "none": "none"}
FORMATS: dict[str, Format] = {"SVG": "svg", "PDF": "pdf", "PNG": "png"}
USUAL_FAMILIES = (  # what journals ask for, and what stands in for it where that is not installed
    SHIPPED_FAMILY,
    "Arial",
    "Helvetica",
    "Helvetica Neue",
    "Liberation Sans",
    "Nimbus Sans",
    "DejaVu Sans",
    "Times New Roman",
    "Times",
    "Liberation Serif",
    "Nimbus Roman",
    "STIXGeneral",
    "DejaVu Serif",
    "Georgia",
    "Cambria",
    "Calibri",
)
WAVELENGTH_NM = (200.0, 1100.0)
PAGE_MM = 233.0  # what a page of the journal is tall
_NAMES: dict[Panel, str] = {
    "absorbance": "Absorbance",
    "emission": "Emission",
    "kinetics": "Kinetics",
    "photographs": "Photographs",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a figure is drawn of: the run, the numbers of the aliquots without a curve, and where the run is kept."""

    run: Run | None
    hidden: frozenset[int] = frozenset()
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """The figure that is asked for, its format and, for PNG, its dots per inch."""

    style: FigureStyle
    kind: Format
    dpi: float


def typed() -> dict[str, str]:
    """Return the page as it opens the first time: as the paper's Fig. 2B-E, over two columns."""
    panels: dict[str, str] = {panel: YES if panel in ("absorbance", "emission") else NO for panel in PANELS}
    return {
        "width": list(WIDTHS)[2],
        "mm": "",
        "points": shown_number(FigureStyle().font_pt),
        "family": SHIPPED_FAMILY,
        "other family": "",
        **panels,
        "which": ALL,
        "numbers": "",
        "low": "",
        "high": "",
        "letters": next(iter(LETTERS)),
        "format": "SVG",
        "dpi": shown_number(float(DPI)),
    }


def read(now: Typed, subject: Subject, families: Sequence[str]) -> tuple[Wanted | None, dict[str, str]]:
    """Return the figure that is asked for, None where something is wrong, and what is wrong by name.

    `families` are those that are installed; empty as long as nobody has looked.
    """
    reading = Reading(now)
    width_mm = WIDTHS.get(now["width"]) or reading.number("mm", *WIDTHS_MM)
    points = reading.number("points", *POINTS)
    low, high = (reading.number_or_none(name, *WAVELENGTH_NM) for name in ("low", "high"))
    if low is not None and high is not None and high - low < 1.0:
        reading.wrong["high"] = "more than where it begins"
    dpi = reading.number("dpi", *DPIS) if now["format"] == "PNG" else float(DPI)
    numbers = _numbers(now, subject, reading.wrong)
    family = _family(now, families, reading.wrong)
    panels = tuple(panel for panel in PANELS if now[panel] == YES)
    if not panels:
        reading.wrong["absorbance"] = "one of the four at least"
    if reading.wrong or width_mm is None or points is None or dpi is None:
        return None, reading.wrong
    style = FigureStyle(width_mm, points, family, panels, numbers, low, high, LETTERS[now["letters"]])
    return Wanted(style, FORMATS[now["format"]], dpi), {}


def _numbers(now: Typed, subject: Subject, wrong: dict[str, str]) -> tuple[int, ...] | None:
    """Return the numbers of the aliquots that are asked for, None for all that count."""
    counting = [] if subject.run is None else [each.number for each in subject.run.aliquots]
    if now["which"] == ALL:
        return None
    if now["which"] == SHOWN:
        return tuple(number for number in counting if number not in subject.hidden)
    found = numbers_in(now["numbers"])
    if found is None:
        wrong["numbers"] = "numbers such as 1–4, 7"
        return None
    chosen = tuple(number for number in counting if number in found)
    if not chosen:
        wrong["numbers"] = "none of them counts in this run"
    return chosen


def numbers_in(text: str) -> frozenset[int] | None:
    """Return the whole numbers of a text such as "1–4, 7"; None where it is something else."""
    found: set[int] = set()
    for part in text.replace(";", ",").split(","):
        ends = part.replace("–", "-").strip().split("-")
        if not all(end.strip().isdigit() for end in ends) or len(ends) > 2 or len(part) > 12:
            return None
        first, last = int(ends[0]), int(ends[-1])
        if last - first > 100_000:
            return None
        found |= set(range(first, last + 1))
    return frozenset(found)


def _family(now: Typed, families: Sequence[str], wrong: dict[str, str]) -> str:
    if now["family"] != OTHER_FAMILY:
        return now["family"]
    wished = now["other family"].strip()
    found = next((family for family in families if family.casefold() == wished.casefold()), None)
    if found is None:
        wrong["other family"] = "not installed here" if wished else "the name of a font that is installed"
    return found or wished


def lines(
    now: Typed, subject: Subject, families: Sequence[str], busy: tuple[str, float, str] | None
) -> tuple[Line, ...]:
    """Return the lines of the page; `busy` is what is being done, how far, and its phase."""
    wanted, wrong = read(now, subject, families)
    usual = tuple(family for family in USUAL_FAMILIES if family in families or family == SHIPPED_FAMILY)
    found = [
        Line("head", "Size and type"),
        _choice("Width", "width", now, (*WIDTHS, OTHER_WIDTH)),
        *([_field("Width", "mm", now, wrong, "mm")] if now["width"] == OTHER_WIDTH else []),
        _field("Size of type", "points", now, wrong, "pt", "of the axes; the rest goes with it"),
        _choice("Font", "family", now, (*usual, OTHER_FAMILY)),
        *([_field("Its name", "other family", now, wrong)] if now["family"] == OTHER_FAMILY else []),
        Line("head", "What is drawn"),
        *(_choice(_NAMES[panel], panel, now, (YES, NO), wrong) for panel in PANELS),
        _choice("Aliquots", "which", now, (ALL, SHOWN, THESE)),
        *([_field("These", "numbers", now, wrong)] if now["which"] == THESE else []),
        _field("From", "low", now, wrong, "nm", "empty: where the spectra begin"),
        _field("To", "high", now, wrong, "nm", "empty: where they end"),
        _choice("Letters", "letters", now, tuple(LETTERS)),
        Line("head", "The file"),
        _choice("Format", "format", now, tuple(FORMATS)),
        *([_field("Dots", "dpi", now, wrong, "per inch")] if now["format"] == "PNG" else []),
        *_doing(wanted, subject, busy),
    ]
    return tuple(found)


def _choice(
    label: str, name: str, now: Typed, options: tuple[str, ...], wrong: Mapping[str, str] | None = None
) -> Line:
    return Line("choice", label, name, now[name], wrong=(wrong or {}).get(name, ""), options=options)


def _field(label: str, name: str, now: Typed, wrong: Mapping[str, str], unit: str = "", beside: str = "") -> Line:
    return Line("field", label, name, now[name], unit, beside, wrong.get(name, ""))


def _doing(wanted: Wanted | None, subject: Subject, busy: tuple[str, float, str] | None) -> list[Line]:
    """Return the lines that save and copy, or what is being done and how it is stopped."""
    if busy is not None:
        what, done, phase = busy
        return [
            Line("say", what, value=f"{phase}, {words.percent(done)}"),
            Line("press", "Stop", STOP, beside="nothing is written then"),
        ]
    empty = subject.run is None or not subject.run.aliquots
    first = "no aliquot yet" if empty else "" if wanted is not None else "not while something above is wrong"
    return [
        Line("press", "Save the figure ...", SAVE, wrong=first),
        Line(
            "press", "Copy picture and table", COPY, wrong=first, beside="" if first else f"also with {cap(Act.COPY)}"
        ),
    ]


def waits(subject: Subject, wanted: Wanted | None) -> str:
    """Return what is said in the place of a preview until there is one."""
    if subject.run is None or not subject.run.aliquots:
        return "The figure is drawn with the first aliquot."
    return "Not drawn while a setting is wrong." if wanted is None else "Drawing the figure ..."


def size_words(pixels: tuple[int, int], width_mm: float, count: int) -> str:
    """Return what is said under a preview: its size in print, and where it is taller than a page of the journal."""
    tall_mm = width_mm * pixels[1] / pixels[0]
    size = f"{words.amount(round(width_mm, 1))} × {words.amount(round(tall_mm))} mm, {words.counted(count, 'aliquot')}"
    return size if tall_mm <= PAGE_MM else f"{size}; taller than a page of {words.amount(PAGE_MM)} mm"


def file_name(subject: Subject, wanted: Wanted) -> str:
    """Return the path that is proposed for the file: beside the run, named after it."""
    if subject.path is None:
        name = "aliquot" if subject.run is None else "".join(c if c.isalnum() else "-" for c in subject.run.recipe.name)
        return f"{name}-figure.{wanted.kind}"
    path = PurePath(subject.path)
    return str(path.with_name(f"{path.stem}-figure.{wanted.kind}"))

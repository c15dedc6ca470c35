"""The cell that a flask flows through, or a probe that dips into it: which path lets enough light through."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from analysis.findings import Species
from analysis.spectrum import Spectrum
from analysis.wording import grouped
from station.strength import DARK_TIMES, WANTED_A, strongest

CELLS_MM = (10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1)  # the paths that cells and probes are sold with

FLASK_A_PER_MM = 2.0  # undiluted, at its best: the paper's standard recipe has A449 = 0.2 at 101x over 10 mm (Fig. 2B)


def fitting_path_mm(path_mm: float, absorbance: float) -> float | None:
    """Return the path, of those there are, that brings an absorbance seen over `path_mm` nearest to WANTED_A.

    Absorbance goes as the path does, so that the nearest is the one nearest by its ratio. None where even the shortest
    is no shorter than this one.
    """
    wanted_mm = path_mm * WANTED_A / absorbance
    shorter = [each for each in CELLS_MM if each < path_mm]
    return min(shorter, key=lambda each: abs(log(each / wanted_mm)), default=None)


def too_strong_words(absorbance: Spectrum, species: Sequence[Species], path_mm: float, diluted: float | None) -> str:
    """Return what lets too little light through and what to do, nothing where nothing does.

    "A449 is 1.31: shorten the path to about 5 mm". Where next to no light comes through nobody knows how much it is;
    then it is taken for what the flask of the standard recipe has, where that is more.
    """
    found = strongest(absorbance, species)
    if found is None:
        return ""
    peak, height, dark = found
    likely = max(DARK_TIMES * height, FLASK_A_PER_MM * path_mm / (diluted or 1.0)) if dark else height
    shorter = fitting_path_mm(path_mm, likely)
    seen = f"{peak} lets next to no light through" if dark else f"{peak} is {grouped(height, 2)}"
    return f"{seen}: dilute the flow" if shorter is None else f"{seen}: shorten the path to about {shorter:g} mm"

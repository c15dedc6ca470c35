"""What a manuscript figure is asked to look like; known without the library that draws it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

Panel = Literal["absorbance", "emission", "kinetics", "photographs"]
Letters = Literal["paper", "from A", "none"]
Format = Literal["svg", "pdf", "png"]

PANELS: tuple[Panel, ...] = get_args(Panel)
FORMATS: tuple[Format, ...] = ("png", "svg", "pdf")
ONE_COLUMN_MM, ONE_AND_A_HALF_MM, TWO_COLUMNS_MM = 82.5, 127.0, 171.0  # the journal's page; between both, the middle
SHIPPED_FAMILY = "Inter"
MM_PER_IN = 25.4
DPI = 300
POINTS = (5.0, 14.0)
WIDTHS_MM = (40.0, 400.0)
DPIS = (72.0, 1200.0)

Telling = Callable[[float, str], None]
"""Takes how far a drawing is (0 to 1) and what is drawn now; raises Stopped where it is to end."""


class Stopped(Exception):
    """The drawing was stopped by the person who asked for it; nothing was written."""


@dataclass(frozen=True, slots=True)
class FigureStyle:
    """Width in mm, size of the axis labels in points and family of the type; which panels, aliquots and wavelengths.

    `numbers` None draws every aliquot that counts. `low_nm` and `high_nm` None begin and end where the spectra do,
    within 350 to 750 nm. `letters`: as in the paper's Fig. 2 (B, D over C, E), from A on, or none. What there is
    nothing of is left out.
    """

    width_mm: float = TWO_COLUMNS_MM
    font_pt: float = 7.5
    family: str = SHIPPED_FAMILY
    panels: tuple[Panel, ...] = ("absorbance", "emission")
    numbers: tuple[int, ...] | None = None
    low_nm: float | None = None
    high_nm: float | None = None
    letters: Letters = "paper"


def untold(_done: float, _phase: str) -> None:
    """Tell nobody how far a drawing is."""

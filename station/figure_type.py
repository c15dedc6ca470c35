"""The type of a figure: Inter as it is shipped, or a family that is installed, at sizes that go with one another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from matplotlib.font_manager import FontProperties, fontManager

from station.figure_style import SHIPPED_FAMILY
from station.settings import resource_path

FALLBACK = "DejaVu Sans"  # comes with matplotlib and knows every sign that is set here
SHIPPED = ("fonts/Inter-Regular-print.ttf", "fonts/Inter-SemiBold-print.ttf")  # PDF embeds TrueType outlines whole
USUAL_PT = 7.5  # of the axis labels; every other size is a share of it


@dataclass(frozen=True, slots=True)
class Lettering:
    """The type of one figure: a family, and the size of the axis labels in points."""

    family: str
    font_pt: float

    def font(self, usual_pt: float, *, bold: bool = False) -> FontProperties:
        """Return the font of what is `usual_pt` points high where axis labels are 7.5."""
        size = usual_pt * self.font_pt / USUAL_PT
        if not bold:
            return FontProperties(family=self.names, size=size)
        return FontProperties(
            family=self.family, size=size, weight="semibold" if self.family == SHIPPED_FAMILY else 700
        )

    @property
    def names(self) -> list[str]:
        """Get the families in the order in which a sign is looked for."""
        return [self.family, FALLBACK] if self.family != FALLBACK else [FALLBACK]

    @property
    def settings(self) -> Any:
        """Get the settings of matplotlib, for its rc_context: texts stay texts, and a run gives one file."""
        return {
            "font.family": self.names,
            "font.size": self.font_pt,
            "text.hinting": "no_hinting",  # the layout is the same at any dots per inch
            "svg.fonttype": "none",
            "svg.hashsalt": "Aliquot",
            "pdf.fonttype": 42,
        }


@lru_cache(maxsize=1)
def _load_shipped() -> None:
    """Let matplotlib know the shipped font, before any that is installed under its name: a figure is the same anywhere.

    Where the files are not there, matplotlib's own font stands in.
    """
    for file in (resource_path(relative) for relative in SHIPPED):
        if file.is_file():
            fontManager.addfont(file)
            own = [font for font in fontManager.ttflist if font.fname == str(file)]
            fontManager.ttflist[:] = [*own, *(font for font in fontManager.ttflist if font not in own)]


def families() -> tuple[str, ...]:
    """Return the families that a figure can be set in, in order of their names."""
    _load_shipped()
    return tuple(sorted({font.name for font in fontManager.ttflist if not font.name.startswith(".")}))


def lettering(family: str, font_pt: float) -> Lettering:
    """Return the type of a figure; the shipped family is always there.

    Raises ValueError, in words, where another is not installed.
    """
    installed = families()
    if family in installed:
        return Lettering(family, font_pt)
    if family == SHIPPED_FAMILY:
        return Lettering(FALLBACK, font_pt)
    raise ValueError(f"The font {family} is not installed. Nothing was drawn. Choose {SHIPPED_FAMILY} or another one.")

"""Marks of wavelengths above the curves of a panel: texts side by side that meet no other, led to their wavelength."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

GAP_EM = 0.6  # between two texts, of the height of a line
LINE_COLOUR = "#7c8793"
ELBOW = 0.05  # of the panel's height: where the line turns from its text to its wavelength


@dataclass(frozen=True, slots=True)
class Mark:
    """A wavelength to point at, what it is, and the colour of its aliquot."""

    nm: float
    text: str
    colour: str


def place_marks(axes: Axes, marks: Sequence[Mark], font: FontProperties) -> tuple[Text, ...]:
    """Draw the marks in a row at the top, left of the legend; where one row is too short, in two or more.

    The figure has been laid out already. Returns the texts from left to right.
    """
    if not marks:
        return ()
    ordered = sorted(marks, key=lambda one: one.nm)
    texts = [axes.text(0.0, 1.0, mark.text, transform=axes.transAxes, fontproperties=font) for mark in ordered]
    for text, mark in zip(texts, ordered, strict=True):
        text.set(color=mark.colour, ha="center", va="top", linespacing=1.15)
        text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.5})  # the lead of another mark ends there
    boxes = [text.get_window_extent() for text in texts]
    panel = axes.get_window_extent()
    gap = GAP_EM * max(box.height / (mark.text.count("\n") + 1) for box, mark in zip(boxes, ordered, strict=True))
    height = max(box.height for box in boxes) + gap
    widths = [box.width + gap for box in boxes]
    right = _beside_legend(axes, sum(widths), height)
    wished = [axes.transData.transform((mark.nm, 0.0))[0] for mark in ordered]
    rows = next(n for n in range(1, len(texts) + 1) if n == len(texts) or _fits(widths, n, right - panel.x0))
    for row in range(rows):
        chosen = range(row, len(texts), rows)
        centres = spread([wished[i] for i in chosen], [widths[i] for i in chosen], panel.x0, right)
        for index, centre in zip(chosen, centres, strict=True):
            top = 1.0 - row * height / panel.height
            texts[index].set_position(((centre - panel.x0) / panel.width, top))
            foot = top - height / panel.height
            _lead(axes, (centre - panel.x0) / panel.width, (wished[index] - panel.x0) / panel.width, foot)
    return tuple(texts)


def spread(wished: Sequence[float], widths: Sequence[float], low: float, high: float) -> list[float]:
    """Return centres near the wished ones (ascending), no two of the widths overlapping, all between low and high.

    Where there is not room enough they stand side by side from `low` on.
    """
    centres: list[float] = []
    edge = low
    for wish, width in zip(wished, widths, strict=True):
        centres.append(max(wish, edge + 0.5 * width))
        edge = centres[-1] + 0.5 * width
    edge = max(high, low + sum(widths))
    for index in reversed(range(len(centres))):
        centres[index] = min(centres[index], edge - 0.5 * widths[index])
        edge = centres[index] - 0.5 * widths[index]
    return centres


def _beside_legend(axes: Axes, width: float, height: float) -> float:
    """Return where a row of marks ends: at the legend, or at the panel's end with the legend moved under the row."""
    legend, panel = axes.get_legend(), axes.get_window_extent()
    if legend is None:
        return float(panel.x1)
    start = float(legend.get_window_extent().x0)
    if panel.x0 + width <= start:
        return start
    legend.set_bbox_to_anchor((1.0, 1.0 - height / panel.height), transform=axes.transAxes)
    return float(panel.x1)


def _fits(widths: Sequence[float], rows: int, room: float) -> bool:
    return all(sum(widths[row::rows]) <= room for row in range(rows))


def _lead(axes: Axes, centre: float, wavelength: float, foot: float) -> None:
    """Draw the line from under a text (fractions of the panel) to its wavelength and down to the axis."""
    axes.plot(
        [centre, wavelength, wavelength],
        [foot, foot - ELBOW, 0.0],
        transform=axes.transAxes,
        color=LINE_COLOUR,
        linewidth=0.5,
        linestyle=(0, (2, 2)),
        zorder=0.5,
        label="_mark",
    )

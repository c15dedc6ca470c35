"""The panels of kinetics in a manuscript figure: absorbance of every cluster and emission against reaction time."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from analysis.wording import grouped
from station.figure_series import Series
from station.figure_spectra import FAINT, INK, TimeUnit, plain_axes
from station.figure_type import Lettering

SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
LOG_FROM = 10.0  # times the first reaction time: a longer run is drawn on a logarithmic axis
STROKES = (("o", "-"), ("D", "--"), ("s", ":"), ("^", "-."), ("v", (0, (4, 1, 1, 1, 1, 1))))
APART = 0.055  # of the axis: what its ticks keep between them, where the width of the type does not ask for more
HEADROOM = 1.22
FEW = 3  # times that stand on the axis themselves


def draw_kinetics(
    axes: Axes, drawn: Sequence[Series], times_s: Sequence[float], unit: TimeUnit, type_: Lettering
) -> None:
    """Draw series of one unit with one sigma; what was looked for and not seen is hollow.

    `times_s` are those of all series of the figure, ascending: its panels share one axis.
    """
    for series, (marker, dashes) in zip(drawn, STROKES * len(drawn), strict=False):
        times = [point.time_s / SECONDS[unit] for point in series.points]
        values = [point.value for point in series.points]
        sigmas = [point.sigma for point in series.points]
        axes.errorbar(
            times, values, yerr=sigmas, color=INK, linewidth=0.7, linestyle=dashes, elinewidth=0.6, capsize=1.5
        )
        for seen in (True, False):
            chosen = [n for n, point in enumerate(series.points) if point.seen is seen]
            filled = seen and marker == "o"
            axes.plot(
                [times[n] for n in chosen],
                [values[n] for n in chosen],
                linestyle="none",
                marker=marker,
                markersize=3.2,
                markeredgewidth=0.7,
                markeredgecolor=INK,
                markerfacecolor=INK if filled else "white",
                label=series.name if seen else "_below detection",
            )
    of_absorbance = drawn[0].unit == "A"
    named = "Absorbance, fitted" if of_absorbance else f"Emission ({drawn[0].unit})"
    axes.set_ylabel(named, fontproperties=type_.font(7.5), color=INK)
    axes.set_xlabel(f"Reaction time ({unit})", fontproperties=type_.font(7.5), color=INK)
    _scales(axes, drawn, [time_s / SECONDS[unit] for time_s in times_s], type_)
    if of_absorbance:
        axes.legend(loc="upper right", prop=type_.font(6.5), frameon=False, ncols=3, labelcolor=INK, handlelength=1.0)


def _scales(axes: Axes, drawn: Sequence[Series], times: Sequence[float], type_: Lettering) -> None:
    """Set both scales: from zero up, and times as they were drawn where the axis is logarithmic."""
    ends = [point.value + point.sigma for series in drawn for point in series.points]
    starts = [point.value - point.sigma for series in drawn for point in series.points]
    low, high = min(0.0, *starts), max(ends)
    axes.set_ylim(low - 0.04 * (high - low), low + HEADROOM * (high - low) if high > low else low + 1.0)
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    decimals = 2 if axes.get_ylim()[1] < 10.0 else 0
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: grouped(value, decimals)))
    if times[0] > 0.0 and times[-1] / times[0] >= LOG_FROM:
        axes.set_xscale("log")
        axes.set_xlim(times[0] / 1.2, times[-1] * 1.2)
        axes.xaxis.set_major_locator(FixedLocator(_clear(axes, times, type_)))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}"))
    else:
        aside = 0.04 * (times[-1] - times[0]) or 0.5 * abs(times[0]) or 1.0
        axes.set_xlim(times[0] - aside, times[-1] + aside)
        axes.xaxis.set_major_locator(FixedLocator(times) if len(times) <= FEW else MaxNLocator(6))
    plain_axes(axes, type_)
    axes.axhline(0.0, color=FAINT, linewidth=0.4, zorder=0.5)


def _clear(axes: Axes, times: Sequence[float], type_: Lettering) -> list[float]:
    """Return those times of a logarithmic axis whose figures stand clear of each other, the last one among them."""
    width_pt = axes.get_window_extent().width * 72.0 / axes.figure.dpi
    apart = max(APART, 2.4 * type_.font_pt / width_pt)
    low, high = axes.get_xlim()
    kept = [times[-1]]
    for time in reversed(times[:-1]):
        if log(kept[-1] / time) / log(high / low) >= apart:
            kept.append(time)
    return kept[::-1]

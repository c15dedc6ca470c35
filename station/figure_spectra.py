"""The panels of spectra in a manuscript figure: curves, scales, legend, and the marks above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.findings import Findings
from analysis.spectrum import BoolArray, FloatArray, Spectrum
from analysis.wording import grouped, time_label
from station.curves import drawn_emission, emission_unit, without_line
from station.figure_choice import Kind, known
from station.figure_marks import Mark
from station.figure_series import BELIEVED
from station.figure_type import Lettering
from station.recipe import HOUR_S
from station.records import Aliquot
from station.run import Run
from station.schedule import place

VIRIDIS = (0.0, 0.59)  # the part of viridis that stands out on white; the same as on the light screen
RANGE_NM = (350.0, 750.0)
PAST_EXCITATION_NM = 30.0  # the excitation line and its wing do not set the scale of the emission
HEADROOM = 0.30  # of the height, for legend and marks
CLEAR = 0.02  # of the height, between the highest curve and what stands above
LEGEND_MOST = 10
INK, FAINT = "#161b21", "#5d6772"
LEAST_ABSORBANCE = 0.05  # the least that the axis shows: what is not there looks like nothing
NOISY = 4.0  # times the median sigma: noisier pixels set no scale

TimeUnit = Literal["s", "min", "h"]


@dataclass(frozen=True, slots=True)
class Curve:
    """One spectrum of one aliquot as it is drawn."""

    spectrum: Spectrum
    colour: str
    label: str
    findings: Findings | None


def curves(aliquots: Sequence[Aliquot], kind: Kind, run: Run) -> list[Curve]:
    """Return the spectra of one kind in order, each with the colour of its place in the ladder."""
    unit = time_unit(run)
    found = [(aliquot, known(aliquot, kind)) for aliquot in aliquots]
    return [
        Curve(
            without_line(drawn_emission(spectrum), run.optics.excitation_nm) if kind == "emission" else spectrum,
            colour(aliquot, run),
            label(aliquot, unit),
            aliquot.reading.findings,
        )
        for aliquot, spectrum in found
        if spectrum is not None
    ]


def colour(aliquot: Aliquot, run: Run) -> str:
    """Return the colour of an aliquot: its place in the plan, or in the run where the plan says nothing of it."""
    times_s = sorted({each.reaction_time_s for each in run.aliquots if each.reaction_time_s is not None})
    plan = run.recipe.schedule_s
    if len({place(time_s, plan) for time_s in times_s}) < len(times_s):
        plan = tuple(times_s)
    if aliquot.reaction_time_s is None:
        where = (aliquot.number - 1) / max(run.next_number - 2, 1)
    else:
        where = place(aliquot.reaction_time_s, plan)
    return to_hex(colormaps["viridis"](VIRIDIS[0] + where * (VIRIDIS[1] - VIRIDIS[0])))


def time_unit(run: Run) -> TimeUnit:
    """Return the unit in which all reaction times of a run are read."""
    longest_s = max((each.reaction_time_s for each in run.aliquots if each.reaction_time_s is not None), default=0.0)
    if longest_s >= 2 * HOUR_S:
        return "h"
    return "min" if longest_s > 900.0 else "s"


def label(aliquot: Aliquot, unit: TimeUnit) -> str:
    """Return what an aliquot is called in a figure: its reaction time, its number where it has none."""
    time_s = aliquot.reaction_time_s
    return f"aliquot {aliquot.number}" if time_s is None else time_label(time_s, unit)


def range_nm(
    panels: Sequence[tuple[str, Sequence[Curve]]], wanted: tuple[float | None, float | None]
) -> tuple[float, float]:
    """Return the wavelengths to show: those wanted, else from where the upper row begins to where anything ends."""
    found = [(kind, curve.spectrum.wavelengths_nm[curve.spectrum.valid]) for kind, drawn in panels for curve in drawn]
    low = min(float(nm.min()) for kind, nm in found if kind == found[0][0])
    high = max(float(nm.max()) for _, nm in found)
    inner = max(low, RANGE_NM[0]), min(high, RANGE_NM[1])
    inner = inner if inner[1] > inner[0] else (low, high)
    asked = (inner[0] if wanted[0] is None else wanted[0], inner[1] if wanted[1] is None else wanted[1])
    return asked if asked[1] > asked[0] else inner


def draw_panel(
    axes: Axes, drawn: Sequence[Curve], kind: Kind, within_nm: tuple[float, float], run: Run, type_: Lettering
) -> None:
    """Draw the curves of one panel with its axes; masked pixels are gaps."""
    for curve in drawn:
        spectrum = curve.spectrum
        values = np.where(spectrum.valid, spectrum.values, np.nan)
        axes.plot(spectrum.wavelengths_nm, values, color=curve.colour, linewidth=0.7, label=curve.label)
    axes.set_xlim(*within_nm)
    excitation_nm = run.optics.excitation_nm
    from_nm = within_nm[0]
    if kind == "emission" and excitation_nm is not None:
        from_nm = max(from_nm, excitation_nm + PAST_EXCITATION_NM)
    axes.set_ylim(*_scale([curve.spectrum for curve in drawn], (from_nm, within_nm[1])))
    named = "Absorbance" if kind == "absorbance" else f"Emission ({emission_unit(drawn[0].spectrum)})"
    axes.set_ylabel(named, fontproperties=type_.font(7.5), color=INK)
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    decimals = 2 if kind == "absorbance" and axes.get_ylim()[1] >= 0.05 else 3 if kind == "absorbance" else 0
    if kind == "emission" and axes.get_ylim()[1] < 10.0:
        decimals = 1
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: grouped(value, decimals)))
    plain_axes(axes, type_)


def plain_axes(axes: Axes, type_: Lettering) -> None:
    """Give a panel thin axes at the left and below, with figures in the type of the figure."""
    axes.tick_params(width=0.6, length=2.5, colors=INK)
    for tick in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        tick.set_fontproperties(type_.font(7.0))
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_linewidth(0.6)


def _scale(spectra: Sequence[Spectrum], within_nm: tuple[float, float]) -> tuple[float, float]:
    """Return the limits of the vertical axis: what is known well, zero, and room for marks above.

    Noise fills no panel: the axis reaches at least to 0.05 in absorbance and to eight sigma in emission, and below
    zero by three.
    """
    kept = [_well_known(spectrum, within_nm) for spectrum in spectra]
    values = np.concatenate([_smoothed(spectrum.values[well]) for spectrum, well in zip(spectra, kept, strict=True)])
    noise = max(float(np.median(one.sigma[well])) for one, well in zip(spectra, kept, strict=True) if any(well))
    least = LEAST_ABSORBANCE if spectra[0].unit == "A" else max(8.0 * noise, 1e-12)
    low, high = min(float(values.min()), -3.0 * noise, 0.0), max(float(values.max()), least)
    return low - 0.04 * (high - low), high + HEADROOM * (high - low)


def _well_known(spectrum: Spectrum, within_nm: tuple[float, float]) -> BoolArray:
    """Return the pixels that may set a scale: within a range and not much noisier than most."""
    nm, valid = spectrum.wavelengths_nm, spectrum.valid
    inside = valid & (nm >= within_nm[0]) & (nm <= within_nm[1])
    inside = inside if np.any(inside) else valid
    return inside & (spectrum.sigma <= NOISY * np.median(spectrum.sigma[inside])) if np.any(inside) else inside


def _smoothed(values: FloatArray) -> FloatArray:
    """Return means over nine points: a single noisy pixel sets no scale."""
    return np.convolve(values, np.full(9, 1.0 / 9.0), "valid") if values.size >= 9 else values


def make_room(axes: Axes, foot: float) -> None:
    """Lower the curves under what stands at the top of a panel, whose foot is this share of its height."""
    low, high = axes.get_ylim()
    top = (1.0 + 0.04) / (1.0 + 0.04 + HEADROOM)  # where the highest curve ends
    if 0.2 < foot - CLEAR < top:
        axes.set_ylim(low, low + (high - low) * top / (foot - CLEAR))


def one_scale(panels: Sequence[Axes]) -> None:
    """Give the absorbance panels one scale, so that growth and decay are seen across them."""
    if not panels:
        return
    lows, highs = zip(*(axes.get_ylim() for axes in panels), strict=True)
    for axes in panels:
        axes.set_ylim(min(lows), max(highs))


def legend(axes: Axes, drawn: Sequence[Curve], type_: Lettering) -> None:
    """Name the curves by reaction time; of many, an even choice with the first and the last."""
    chosen = np.unique(np.linspace(0, len(drawn) - 1, min(len(drawn), LEGEND_MOST)).round().astype(int))
    handles = [axes.lines[index] for index in chosen]
    axes.legend(
        handles=handles,
        loc="upper right",
        prop=type_.font(6.5),
        frameon=False,
        ncols=2 if len(handles) > 5 else 1,
        handlelength=1.2,
        labelspacing=0.25,
        borderaxespad=0.1,
        columnspacing=1.0,
        labelcolor=INK,
    )


def absorbance_marks(drawn: Sequence[Curve]) -> list[Mark]:
    """Return a mark for every named species and band, where its newest aliquot in the panel shows it."""
    newest: dict[tuple[str, str], Mark] = {}
    for curve in drawn:
        for species in () if curve.findings is None else curve.findings.species:
            if species.name != "other" and species.confidence >= BELIEVED:
                role = "" if species.role == "band" else f"{species.role} "
                text = f"{species.name}\n{role}{species.nm:.0f}"
                newest[species.name, species.role] = Mark(species.nm, text, curve.colour)
    return list(newest.values())


def emission_marks(drawn: Sequence[Curve]) -> list[Mark]:
    """Return a mark for the first and the last emission that is present."""
    present = [
        Mark(curve.findings.emission.nm, f"{curve.findings.emission.nm:.0f} nm", curve.colour)
        for curve in drawn
        if curve.findings is not None
        and curve.findings.emission is not None
        and curve.findings.emission.present
        and curve.findings.emission.nm is not None
    ]
    ends = present[:1] + present[1:][-1:]
    return ends[-1:] if len({mark.text for mark in ends}) == 1 else ends

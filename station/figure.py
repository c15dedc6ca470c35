"""The manuscript figure of a run, laid out as Fig. 2B-E of Mech, Ma and Zeng, Nanoscale 2023, 15, 114.

B and D: absorbance of the earlier and of the later aliquots; C and E: their emission below. Drawn by matplotlib
without pyplot and without touching its global settings; loaded only when asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import Literal

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.findings import Findings
from analysis.spectrum import BoolArray, FloatArray, Spectrum
from analysis.wording import grouped, time_label
from station.comparing import compared_optics
from station.curves import DRAWN_NM, drawn_emission, emission_unit
from station.excitation import excitation_words
from station.figure_marks import Mark, place_marks
from station.recipe import HOUR_S
from station.records import Aliquot
from station.run import Run
from station.schedule import place
from station.settings import resource_path

WIDTH_IN = 6.73  # 171 mm: two columns of the journal
ROW_IN = 2.45
DPI = 300
VIRIDIS = (0.0, 0.59)  # the part of viridis that stands out on white; the same as on the light screen
RANGE_NM = (350.0, 750.0)
PAST_EXCITATION_NM = 30.0  # the excitation line and its wing do not set the scale of the emission
HEADROOM = 0.30  # of the height, for legend and marks
LEGEND_MOST = 10
TWO_COLUMNS_FROM = 4  # aliquots
INK, FAINT = "#161b21", "#5d6772"
BELIEVED = 0.5  # confidence from which a species is marked
LEAST_ABSORBANCE = 0.05  # the least that the axis shows: what is not there looks like nothing
NOISY = 4.0  # times the median sigma: noisier pixels set no scale
LETTERS = {"absorbance": "BD", "emission": "CE"}  # as in the paper: earlier and later aliquots
SIGNS_PER_IN = 22  # of the small print
FORMATS = ("png", "svg", "pdf")


@dataclass(frozen=True, slots=True)
class Curve:
    """One spectrum of one aliquot as it is drawn."""

    spectrum: Spectrum
    colour: str
    label: str
    findings: Findings | None


def draw(run: Run, stem: Path) -> tuple[Path, ...]:
    """Write STEM.png (300 dpi), STEM.svg and STEM.pdf and return their paths.

    The run's readings carry their spectra. Raises ValueError where there is no spectrum to draw, FileExistsError
    before anything is written where one of the files exists.
    """
    paths = tuple(stem.with_name(f"{stem.name}.{kind}") for kind in FORMATS)
    for path in paths:
        if path.exists():
            raise FileExistsError(f"{path} exists already. Nothing was written. Choose another name.")
    figure = compose(run)
    for kind, path in zip(FORMATS, paths, strict=True):
        metadata = {"Creator": "Aliquot"} if kind != "png" else {"Software": "Aliquot"}
        with path.open("xb") as file:
            figure.savefig(file, format=kind, dpi=DPI, metadata=metadata)
    return paths


def compose(run: Run) -> Figure:
    """Return the figure of a run; raises ValueError where there is no spectrum to draw."""
    shown = [aliquot for aliquot in run.aliquots if any(_known(aliquot, kind) for kind in LETTERS)]
    if not shown:
        raise ValueError("The run has no spectrum to draw; take an aliquot after dark and reference.")
    columns = _halves(shown) if len(shown) >= TWO_COLUMNS_FROM else [shown]
    rows = [kind for kind in LETTERS if any(_known(aliquot, kind) for aliquot in shown)]
    width_in = WIDTH_IN if len(columns) == 2 else 0.55 * WIDTH_IN
    figure = Figure(figsize=(width_in, ROW_IN * len(rows) + 0.35))
    figure.set_layout_engine("constrained", w_pad=0.06, h_pad=0.05, wspace=0.03)
    panels: list[tuple[Axes, str, list[Curve]]] = []
    for row, kind in enumerate(rows):
        for column, aliquots in enumerate(columns):
            curves = _curves(aliquots, kind, run)
            if curves:
                axes = figure.add_subplot(len(rows), len(columns), row * len(columns) + column + 1)
                axes.set_title(LETTERS[kind][column], loc="left", fontproperties=_font(9.0, bold=True), pad=4.0)
                panels.append((axes, kind, curves))
    _finish(figure, panels, rows, run)
    return figure


def _finish(figure: Figure, panels: Sequence[tuple[Axes, str, list[Curve]]], rows: Sequence[str], run: Run) -> None:
    """Draw the curves, then what needs to know where they are: scales, legends and marks."""
    within_nm = _range_nm(panels, rows[0])
    for axes, kind, curves in panels:
        _panel(axes, curves, kind, within_nm, run)
        if kind == rows[-1]:
            axes.set_xlabel("Wavelength (nm)", fontproperties=_font(7.5), color=INK)
        if kind == rows[0]:
            _legend(axes, curves)
    _one_scale([axes for axes, kind, _ in panels if kind == "absorbance"])
    apart = compared_optics(run.aliquots)
    signs = int(SIGNS_PER_IN * float(figure.get_size_inches()[0]))
    texts = (text.replace(" nm", "\u00a0nm") for text in (apart or "", _small_print(run)))  # kept on one line
    small_print = "\n".join(line for text in texts for line in wrap(text, signs)).replace("\u00a0", " ")
    figure.supxlabel(small_print, fontproperties=_font(6.0), color=FAINT, x=0.99, ha="right")
    figure.draw_without_rendering()  # settles the layout: only then is it known how wide a text is
    figure.set_layout_engine("none")
    for axes, kind, curves in panels:
        marks = _absorbance_marks(curves) if kind == "absorbance" else _emission_marks(curves)
        place_marks(axes, [mark for mark in marks if within_nm[0] < mark.nm < within_nm[1]], _font(6.2))


def _known(aliquot: Aliquot, kind: str) -> Spectrum | None:
    """Return a spectrum of an aliquot if anything is known in it."""
    spectrum = aliquot.reading.absorbance if kind == "absorbance" else aliquot.reading.emission
    return spectrum if spectrum is not None and np.count_nonzero(spectrum.valid) > 1 else None


def _curves(aliquots: Sequence[Aliquot], kind: str, run: Run) -> list[Curve]:
    """Return the spectra of one kind in order, each with the colour of its place in the ladder."""
    unit = _unit(max((each.reaction_time_s for each in run.aliquots if each.reaction_time_s is not None), default=0.0))
    found = [(aliquot, _known(aliquot, kind)) for aliquot in aliquots]
    return [
        Curve(
            drawn_emission(spectrum) if kind == "emission" else spectrum,
            _colour(aliquot, run),
            _label(aliquot, unit),
            aliquot.reading.findings,
        )
        for aliquot, spectrum in found
        if spectrum is not None
    ]


def _colour(aliquot: Aliquot, run: Run) -> str:
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


def _unit(longest_s: float) -> Literal["s", "min", "h"]:
    """Return the unit in which all reaction times of a run are read."""
    if longest_s >= 2 * HOUR_S:
        return "h"
    return "min" if longest_s > 900.0 else "s"


def _label(aliquot: Aliquot, unit: Literal["s", "min", "h"]) -> str:
    time_s = aliquot.reaction_time_s
    return f"aliquot {aliquot.number}" if time_s is None else time_label(time_s, unit)


def _halves(aliquots: list[Aliquot]) -> list[list[Aliquot]]:
    """Return the earlier and the later half; of an odd number the earlier one has one more."""
    half = (len(aliquots) + 1) // 2
    return [aliquots[:half], aliquots[half:]]


def _range_nm(panels: Sequence[tuple[Axes, str, list[Curve]]], upper: str) -> tuple[float, float]:
    """Return the wavelengths to show: from where the upper row begins to where anything ends, if that matters."""
    known = [
        (kind, curve.spectrum.wavelengths_nm[curve.spectrum.valid]) for _, kind, curves in panels for curve in curves
    ]
    low = min(float(nm.min()) for kind, nm in known if kind == upper)
    high = max(float(nm.max()) for _, nm in known)
    inner = max(low, RANGE_NM[0]), min(high, RANGE_NM[1])
    return inner if inner[1] > inner[0] else (low, high)


def _panel(axes: Axes, curves: Sequence[Curve], kind: str, within_nm: tuple[float, float], run: Run) -> None:
    """Draw the curves of one panel with its axes; masked pixels are gaps."""
    for curve in curves:
        spectrum = curve.spectrum
        values = np.where(spectrum.valid, spectrum.values, np.nan)
        axes.plot(spectrum.wavelengths_nm, values, color=curve.colour, linewidth=0.7, label=curve.label)
    axes.set_xlim(*within_nm)
    excitation_nm = run.optics.excitation_nm
    from_nm = within_nm[0]
    if kind == "emission" and excitation_nm is not None:
        from_nm = max(from_nm, excitation_nm + PAST_EXCITATION_NM)
    axes.set_ylim(*_scale([curve.spectrum for curve in curves], (from_nm, within_nm[1])))
    named = "Absorbance" if kind == "absorbance" else f"Emission ({emission_unit(curves[0].spectrum)})"
    axes.set_ylabel(named, fontproperties=_font(7.5), color=INK)
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    decimals = 2 if kind == "absorbance" and axes.get_ylim()[1] >= 0.05 else 3 if kind == "absorbance" else 0
    if kind == "emission" and axes.get_ylim()[1] < 10.0:
        decimals = 1
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: grouped(value, decimals)))
    axes.tick_params(width=0.6, length=2.5, colors=INK)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(_font(7.0))
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_linewidth(0.6)


def _scale(spectra: Sequence[Spectrum], within_nm: tuple[float, float]) -> tuple[float, float]:
    """Return the limits of the vertical axis: what is known well, zero, and room for marks above.

    Noise fills no panel: the axis reaches at least to 0.05 in absorbance and to eight sigma in emission.
    """
    known = [_well_known(spectrum, within_nm) for spectrum in spectra]
    values = np.concatenate([_smoothed(spectrum.values[well]) for spectrum, well in zip(spectra, known, strict=True)])
    noise = max((float(np.median(one.sigma[well])) for one, well in zip(spectra, known, strict=True) if any(well)))
    least = LEAST_ABSORBANCE if spectra[0].unit == "A" else max(8.0 * noise, 1e-12)
    low, high = min(float(values.min()), 0.0), max(float(values.max()), least)
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


def _one_scale(panels: Sequence[Axes]) -> None:
    """Give the absorbance panels one scale, so that growth and decay are seen across them."""
    if not panels:
        return
    lows, highs = zip(*(axes.get_ylim() for axes in panels), strict=True)
    for axes in panels:
        axes.set_ylim(min(lows), max(highs))


def _legend(axes: Axes, curves: Sequence[Curve]) -> None:
    """Name the curves by reaction time; of many, an even choice with the first and the last."""
    chosen = np.unique(np.linspace(0, len(curves) - 1, min(len(curves), LEGEND_MOST)).round().astype(int))
    handles = [axes.lines[index] for index in chosen]
    axes.legend(
        handles=handles,
        loc="upper right",
        prop=_font(6.5),
        frameon=False,
        ncols=2 if len(handles) > 5 else 1,
        handlelength=1.2,
        labelspacing=0.25,
        borderaxespad=0.1,
        columnspacing=1.0,
        labelcolor=INK,
    )


def _absorbance_marks(curves: Sequence[Curve]) -> list[Mark]:
    """Return a mark for every named species and band, where its newest aliquot in the panel shows it."""
    newest: dict[tuple[str, str], Mark] = {}
    for curve in curves:
        for species in () if curve.findings is None else curve.findings.species:
            if species.name != "other" and species.confidence >= BELIEVED:
                role = "" if species.role == "band" else f"{species.role} "
                text = f"{species.name}\n{role}{species.nm:.0f}"
                newest[species.name, species.role] = Mark(species.nm, text, curve.colour)
    return list(newest.values())


def _emission_marks(curves: Sequence[Curve]) -> list[Mark]:
    """Return a mark for the first and the last emission that is present."""
    present = [
        Mark(curve.findings.emission.nm, f"{curve.findings.emission.nm:.0f} nm", curve.colour)
        for curve in curves
        if curve.findings is not None
        and curve.findings.emission is not None
        and curve.findings.emission.present
        and curve.findings.emission.nm is not None
    ]
    ends = present[:1] + present[1:][-1:]
    return ends[-1:] if len({mark.text for mark in ends}) == 1 else ends


def _small_print(run: Run) -> str:
    """Return the line under the figure: recipe, dilution and path, excitation, and the instrument."""
    recipe, optics = run.recipe, run.optics
    told = [recipe.name]
    if recipe.dilution not in (None, 1.0):
        told.append(f"diluted {recipe.dilution:g}×")
    told.append(f"path {optics.path_mm:g} mm")
    if optics.excitation_nm is not None and any(each.reading.emission is not None for each in run.aliquots):
        told.append(f"excitation {excitation_words(run) or f'{optics.excitation_nm:g} nm'}")
        told.append(f"emission in {DRAWN_NM:g} nm means")
    if run.set_up is not None:
        told.append(f"{'virtual spectrometer ' if run.set_up.virtual else ''}{run.set_up.model} {run.set_up.serial}")
    return ", ".join(told)


def _font(size: float, *, bold: bool = False) -> FontProperties:
    """Return Inter from the resources, or matplotlib's own font where it is not there."""
    file = resource_path("fonts/Inter-SemiBold.otf" if bold else "fonts/Inter-Regular.otf")
    if file.is_file():
        return FontProperties(fname=file, size=size)
    return FontProperties(size=size, weight="semibold" if bold else "normal")

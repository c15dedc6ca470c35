"""The manuscript figure of a run, laid out as Fig. 2B-E of Mech, Ma and Zeng, Nanoscale 2023, 15, 114.

B and D: absorbance of the earlier and of the later aliquots; C and E: their emission below. Drawn by matplotlib
without pyplot and without touching its global settings; loaded only when asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.findings import Findings
from analysis.spectrum import FloatArray, Spectrum
from analysis.wording import grouped
from station.figure_marks import Mark, place_marks
from station.run import HOUR_S, Aliquot, Run
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
    absorbance = _curves(run, "absorbance")
    emission = _curves(run, "emission")
    rows = [(kind, curves) for kind, curves in (("absorbance", absorbance), ("emission", emission)) if curves]
    if not rows:
        raise ValueError("The run has no spectrum to draw; take an aliquot after dark and reference.")
    columns = 2 if max(len(curves) for _, curves in rows) >= TWO_COLUMNS_FROM else 1
    figure = Figure(figsize=(WIDTH_IN if columns == 2 else 0.55 * WIDTH_IN, ROW_IN * len(rows) + 0.35))
    figure.set_layout_engine("constrained", w_pad=0.06, h_pad=0.05, wspace=0.03)
    within_nm = _range_nm(rows)
    marked: list[tuple[Axes, list[Mark]]] = []
    for row, (kind, curves) in enumerate(rows):
        parts = _halves(curves) if columns == 2 else [curves]
        for column, part in enumerate(parts):
            axes = figure.add_subplot(len(rows), columns, row * columns + column + 1)
            _panel(axes, part, kind, within_nm, run)
            letter = {"absorbance": "BD", "emission": "CE"}[kind][column]
            axes.set_title(letter, loc="left", fontproperties=_font(9.0, bold=True), color=INK, pad=4.0)
            if row == len(rows) - 1:
                axes.set_xlabel("Wavelength (nm)", fontproperties=_font(7.5), color=INK)
            if row == 0:
                _legend(axes, part)
            marks = _absorbance_marks(part) if kind == "absorbance" else _emission_marks(part)
            marked.append((axes, [mark for mark in marks if within_nm[0] < mark.nm < within_nm[1]]))
        if kind == "absorbance" and columns == 2:
            _one_scale(figure.axes[-2:])
    figure.supxlabel(_small_print(run), fontproperties=_font(6.0), color=FAINT, x=0.99, ha="right")
    figure.draw_without_rendering()  # settles the layout: only then is it known how wide a text is
    figure.set_layout_engine("none")
    for axes, marks in marked:
        place_marks(axes, marks, _font(6.2))
    return figure


def _curves(run: Run, kind: str) -> list[Curve]:
    """Return the spectra of one kind in order, each with the colour of its place in the ladder."""
    aliquots = [aliquot for aliquot in run.aliquots if getattr(aliquot.reading, kind) is not None]
    times_s = [aliquot.reaction_time_s for aliquot in run.aliquots]
    known = [time_s for time_s in times_s if time_s is not None]
    unit = _unit(max(known, default=0.0))
    return [
        Curve(getattr(aliquot.reading, kind), _colour(aliquot, run), _label(aliquot, unit), aliquot.reading.findings)
        for aliquot in aliquots
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


def _unit(longest_s: float) -> tuple[str, float]:
    """Return the unit in which a run's reaction times are read, and its seconds."""
    if longest_s >= 2 * HOUR_S:
        return "h", HOUR_S
    return ("min", 60.0) if longest_s > 900.0 else ("s", 1.0)


def _label(aliquot: Aliquot, unit: tuple[str, float]) -> str:
    if aliquot.reaction_time_s is None:
        return f"aliquot {aliquot.number}"
    text = f"{aliquot.reaction_time_s / unit[1]:.2f}".rstrip("0").rstrip(".")
    return f"{text} {unit[0]}"


def _halves(curves: list[Curve]) -> list[list[Curve]]:
    """Return the earlier and the later half; of an odd number the earlier one has one more."""
    half = (len(curves) + 1) // 2
    return [curves[:half], curves[half:]]


def _range_nm(rows: Sequence[tuple[str, Sequence[Curve]]]) -> tuple[float, float]:
    """Return the wavelengths to show: from where the upper panels begin to where anything ends, if that matters."""
    seen = [_measured_nm([curve.spectrum for curve in curves]) for _, curves in rows]
    low = max(seen[0][0], RANGE_NM[0])
    high = min(max(end for _, end in seen), RANGE_NM[1])
    return (low, high) if high > low else seen[0]


def _measured_nm(spectra: Sequence[Spectrum]) -> tuple[float, float]:
    """Return the first and last wavelength that is known in any of the spectra."""
    known = np.concatenate([one.wavelengths_nm[one.valid] for one in spectra])
    return (float(known.min()), float(known.max())) if known.size > 1 else RANGE_NM


def _panel(axes: Axes, curves: Sequence[Curve], kind: str, within_nm: tuple[float, float], run: Run) -> None:
    """Draw the curves of one panel with its axes; masked pixels are gaps."""
    for curve in curves:
        spectrum = curve.spectrum
        values = np.where(spectrum.valid, spectrum.values, np.nan)
        axes.plot(spectrum.wavelengths_nm, values, color=curve.colour, linewidth=0.7, label=curve.label)
    axes.set_xlim(*within_nm)
    excitation_nm = run.recipe.excitation_nm
    from_nm = within_nm[0]
    if kind == "emission" and excitation_nm is not None:
        from_nm = max(from_nm, excitation_nm + PAST_EXCITATION_NM)
    axes.set_ylim(*_scale([curve.spectrum for curve in curves], (from_nm, within_nm[1])))
    unit = curves[0].spectrum.unit
    axes.set_ylabel(
        "Absorbance" if kind == "absorbance" else f"Emission ({unit})", fontproperties=_font(7.5), color=INK
    )
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
    """Return the limits of the vertical axis: all but the noisiest thousandth, zero, and room for marks above."""
    seen: list[FloatArray] = []
    for spectrum in spectra:
        nm = spectrum.wavelengths_nm
        inside = spectrum.valid & (nm >= within_nm[0]) & (nm <= within_nm[1])
        seen.append(_smoothed(spectrum.values[inside]))
    values = np.concatenate(seen)
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    low, high = min(low, 0.0), max(high, 1e-3)
    noise = [float(np.nanmedian(one.sigma[one.valid])) for one in spectra if np.any(one.valid)]
    high = max(high, 8.0 * max(noise, default=0.0))
    low = max(low, -0.25 * high)
    return low - 0.04 * (high - low), high + HEADROOM * (high - low)


def _smoothed(values: FloatArray) -> FloatArray:
    """Return means over nine points: a single noisy pixel sets no scale."""
    return np.convolve(values, np.full(9, 1.0 / 9.0), "valid") if values.size >= 9 else values


def _one_scale(panels: Sequence[Axes]) -> None:
    """Give the absorbance panels one scale, so that growth and decay are seen across them."""
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
    recipe = run.recipe
    told = [recipe.name]
    if recipe.dilution != 1.0:
        told.append(f"diluted {recipe.dilution:g}×")
    told.append(f"path {recipe.path_mm:g} mm")
    if recipe.excitation_nm is not None and any(each.reading.emission is not None for each in run.aliquots):
        told.append(f"excitation {recipe.excitation_nm:g} nm")
    if run.set_up is not None:
        told.append(f"{'virtual spectrometer ' if run.set_up.virtual else ''}{run.set_up.model} {run.set_up.serial}")
    return ", ".join(told)


def _font(size: float, *, bold: bool = False) -> FontProperties:
    """Return Inter from the resources, or matplotlib's own font where it is not there."""
    file = resource_path("fonts/Inter-SemiBold.otf" if bold else "fonts/Inter-Regular.otf")
    if file.is_file():
        return FontProperties(fname=file, size=size)
    return FontProperties(size=size, weight="semibold" if bold else "normal")

"""The manuscript figure of a run, laid out as Fig. 2B-E of Mech, Ma and Zeng, Nanoscale 2023, 15, 114.

B and D: absorbance of the earlier and of the later aliquots; C and E: their emission below. Where they are asked for,
kinetics stand under them, and photographs (Fig. 2F). Drawn by matplotlib without pyplot and without leaving a trace in
its global settings; loaded only when asked for.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from textwrap import wrap

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.wording import grouped
from station import __version__
from station.comparing import compared_optics
from station.curves import DRAWN_NM
from station.excitation import excitation_words
from station.figure_choice import SPECTRA, asked_for, drawable, known
from station.figure_kinetics import draw_kinetics
from station.figure_marks import place_marks
from station.figure_photographs import Tile, draw_tiles, grid, tiles
from station.figure_series import Series, absorbance_series, emission_series
from station.figure_spectra import (
    FAINT,
    INK,
    Curve,
    absorbance_marks,
    curves,
    draw_panel,
    emission_marks,
    label,
    legend,
    make_room,
    one_scale,
    range_nm,
    time_unit,
)
from station.figure_style import DPI, FORMATS, MM_PER_IN, TWO_COLUMNS_MM, FigureStyle, Format, Telling, untold
from station.figure_type import USUAL_PT, Lettering, lettering
from station.photographs import UV_LAMP_NM, pairs
from station.records import Aliquot
from station.run import Run

TWO_COLUMNS_FROM = 4  # aliquots
TWO_COLUMNS_FROM_MM = 110.0
FEW_MM = 0.55 * TWO_COLUMNS_MM  # of a figure of one column of panels whose width nobody has set
SHAPE = 0.73  # height over width of a panel
ROWS_IN = (1.7, 2.6)
FOOT_IN = 0.35
LETTERS = {"absorbance": "BD", "emission": "CE", "photographs": "F", "kinetics": "GH"}  # as in the paper
SIGNS_PER_IN = 22  # of the small print
SIDE_MM = 16.0  # what stands beside photographs
TAKEN = 1.25  # what titles and axes take from the height of every row
_one_at_a_time = threading.Lock()  # matplotlib's settings belong to the whole program


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a figure before it is drawn: its kind, what each of its panels shows, and its height in inches."""

    kind: str
    panels: tuple[Sequence[Curve] | Sequence[Series] | Sequence[Tile], ...]
    tall_in: float


def draw(run: Run, stem: Path) -> tuple[Path, ...]:
    """Write STEM.png (300 dpi), STEM.svg and STEM.pdf and return their paths.

    The run's readings carry their spectra. Raises ValueError where there is no spectrum to draw, FileExistsError
    before anything is written where one of the files exists.
    """
    paths = tuple(stem.with_name(f"{stem.name}.{kind}") for kind in FORMATS)
    for path in paths:
        if path.exists():
            raise FileExistsError(f"{path} exists already. Nothing was written. Choose another name.")
    style = usual_style(run)
    for kind, path in zip(FORMATS, paths, strict=True):
        write(run, style, path, kind)
    return paths


def usual_style(run: Run) -> FigureStyle:
    """Return how a figure looks that nobody has set: two columns of the journal, or one for a few aliquots."""
    few = len(drawable(run, FigureStyle())) < TWO_COLUMNS_FROM
    return FigureStyle(width_mm=FEW_MM) if few else FigureStyle()


def write(
    run: Run,
    style: FigureStyle,
    path: Path,
    kind: Format,
    *,
    dpi: float = DPI,
    replaces: bool = False,
    tell: Telling = untold,
) -> None:
    """Write a figure to a file, whole or not at all.

    Raises FileExistsError where the file exists and `replaces` is false, ValueError where there is nothing to draw,
    OSError where the disk refuses, and what `tell` raises; nothing is written then.
    """
    data = render(run, style, kind, dpi=dpi, tell=tell)
    if path.exists() and not replaces:
        raise FileExistsError(f"{path.name} exists already. Nothing was written. Choose another name.")
    handle, name = tempfile.mkstemp(prefix=".aliquot-", suffix=f".{kind}", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        if os.name == "posix":
            Path(name).chmod(0o644)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def render(run: Run, style: FigureStyle, kind: Format, *, dpi: float = DPI, tell: Telling = untold) -> bytes:
    """Return a figure as the bytes of a file; one run gives the same bytes each time. Raises as `compose` does."""
    with _one_at_a_time:
        type_ = lettering(style.family, style.font_pt)
        with rc_context(type_.settings):
            figure = _composed(run, style, type_, tell)
            tell(0.7, "the file")
            kept = BytesIO()
            figure.savefig(kept, format=kind, dpi=dpi, metadata=_metadata(run, style, kind))
    tell(1.0, "done")
    return kept.getvalue()


def compose(run: Run, style: FigureStyle | None = None, tell: Telling = untold) -> Figure:
    """Return the figure of a run.

    Raises ValueError where there is no spectrum to draw or the type is not installed, and what `tell` raises.
    """
    style = style or usual_style(run)
    with _one_at_a_time:
        type_ = lettering(style.family, style.font_pt)
        with rc_context(type_.settings):
            return _composed(run, style, type_, tell)


def _metadata(run: Run, style: FigureStyle, kind: Format) -> dict[str, str | None]:
    """Return what a file says of itself: program, run and aliquots, and no date: a run gives one file."""
    numbers = ", ".join(str(each.number) for each in drawable(run, style))
    program, title = f"Aliquot {__version__}", run.recipe.name
    said = f"Aliquots {numbers} of the run begun {run.started_wall}" if run.started_wall else f"Aliquots {numbers}"
    if kind == "svg":
        return {"Creator": program, "Title": title, "Description": said, "Date": None}
    if kind == "pdf":
        return {"Creator": program, "Title": title, "Subject": said, "CreationDate": None}
    return {"Software": program, "Title": title, "Description": said}


def _composed(run: Run, style: FigureStyle, type_: Lettering, tell: Telling) -> Figure:
    tell(0.0, "the panels")
    shown = drawable(run, style)
    if not shown:
        raise ValueError("The run has no spectrum to draw; take an aliquot after dark and reference.")
    two = len(shown) >= TWO_COLUMNS_FROM and style.width_mm >= TWO_COLUMNS_FROM_MM
    rows = _rows(run, shown, style, type_, 2 if two else 1, tell)
    if not rows:
        raise ValueError("Nothing of what is asked for is in the run. Choose other panels.")
    figure = Figure(figsize=(style.width_mm / MM_PER_IN, sum(row.tall_in for row in rows) + FOOT_IN))
    figure.set_layout_engine("constrained", w_pad=0.06, h_pad=0.05, wspace=0.03)
    places = figure.add_gridspec(len(rows), 2 if two else 1, height_ratios=[row.tall_in for row in rows])
    panels: list[tuple[Axes, _Row, int]] = []
    for index, row in enumerate(rows):
        for column in range(len(row.panels)):
            if row.panels[column]:  # else none of these aliquots has such a spectrum: its place stays free
                where = places[index, :] if len(row.panels) == 1 else places[index, column]
                panels.append((figure.add_subplot(where), row, column))
    _letter(panels, style, type_)
    _fill(panels, run, style, type_)
    tell(0.5, "the layout")
    of = len(asked_for(run, style))
    _small_print(figure, run, shown, type_, f"{len(shown)} of {grouped(of)} readings" if of > len(shown) else "")
    _break_names(panels)
    figure.draw_without_rendering()  # settles the layout: only then is it known how wide a text is
    figure.set_layout_engine("none")
    _finish(panels, run, type_)
    return figure


def _rows(
    run: Run, shown: Sequence[Aliquot], style: FigureStyle, type_: Lettering, across: int, tell: Telling
) -> list[_Row]:
    """Return the rows of a figure from above; what there is nothing of is left out."""
    least, most = (tall * max(1.0, style.font_pt / USUAL_PT) for tall in ROWS_IN)
    tall_in = min(most, max(least, SHAPE * style.width_mm / MM_PER_IN / across))
    halves = [shown] if across == 1 else [shown[: (len(shown) + 1) // 2], shown[(len(shown) + 1) // 2 :]]
    rows: list[_Row] = []
    for kind in SPECTRA:
        if kind in style.panels and any(known(aliquot, kind) for aliquot in shown):
            rows.append(_Row(kind, tuple(curves(half, kind, run) for half in halves), tall_in))
    if "photographs" in style.panels:
        rows += _photographs(run, style, type_, tell)
    if "kinetics" in style.panels:
        clusters, light = absorbance_series(shown), emission_series(shown)
        told = [*([clusters] if clusters else []), *([(light,)] if light is not None else [])]
        together = [tuple(told)] if across == 2 and told else [(each,) for each in told]
        rows += [_Row("kinetics", each, tall_in) for each in together]
    return rows


def _photographs(run: Run, style: FigureStyle, type_: Lettering, tell: Telling) -> list[_Row]:
    """Return the row of photographs, of every aliquot asked for that has one; none where there is none."""
    unit, taken = time_unit(run), pairs(run.photographs)
    wanted = [each for each in run.aliquots if style.numbers is None or each.number in style.numbers]
    labelled = [(label(each, unit), taken[each.number]) for each in wanted if each.number in taken]
    if not labelled:
        return []
    made = tiles(labelled, lambda done, phase: tell(0.4 * done, phase))
    tall_mm = grid(made, style.width_mm - SIDE_MM, type_).height
    return [_Row("photographs", (made,), TAKEN * tall_mm / MM_PER_IN)]


def _letter(panels: Sequence[tuple[Axes, _Row, int]], style: FigureStyle, type_: Lettering) -> None:
    """Give the panels their letters: the paper's, or A, B ... as they are read; of a second kind of row the next."""
    counted: dict[str, int] = {}
    for index, (axes, row, column) in enumerate(panels):
        if style.letters == "none":
            continue
        nth = counted.get(row.kind, 0)
        counted[row.kind] = nth + 1
        letter = LETTERS[row.kind][nth if row.kind == "kinetics" else column]
        shown = letter if style.letters == "paper" else chr(ord("A") + index)
        axes.set_title(shown, loc="left", fontproperties=type_.font(9.0, bold=True), pad=4.0)


def _fill(panels: Sequence[tuple[Axes, _Row, int]], run: Run, style: FigureStyle, type_: Lettering) -> None:
    """Draw curves and series, their scales and legends."""
    spectra = [(axes, row.kind, row.panels[column]) for axes, row, column in panels if row.kind in SPECTRA]
    found = [(axes, kind, [one for one in drawn if isinstance(one, Curve)]) for axes, kind, drawn in spectra]
    kinetics = [one for _, row, column in panels for one in row.panels[column] if isinstance(one, Series)]
    times_s = sorted({point.time_s for series in kinetics for point in series.points})
    for axes, row, column in panels:
        if row.kind == "kinetics":
            series = [one for one in row.panels[column] if isinstance(one, Series)]
            draw_kinetics(axes, series, times_s, time_unit(run), type_)
        elif row.kind == "photographs":
            axes.set_axis_off()
    if not found:
        return
    within_nm = range_nm([(kind, drawn) for _, kind, drawn in found], (style.low_nm, style.high_nm))
    first, last = found[0][1], found[-1][1]
    for axes, kind, drawn in found:
        draw_panel(axes, drawn, "absorbance" if kind == "absorbance" else "emission", within_nm, run, type_)
        if kind == last:
            axes.set_xlabel("Wavelength (nm)", fontproperties=type_.font(7.5), color=INK)
        if kind == first:
            legend(axes, drawn, type_)


def _break_names(panels: Sequence[tuple[Axes, _Row, int]]) -> None:
    """Set the names of vertical axes that are longer than their panel in two lines."""
    for axes, row, _ in panels:
        room = row.tall_in / TAKEN * axes.figure.dpi
        if axes.yaxis.label.get_window_extent().height > room:
            axes.set_ylabel(axes.get_ylabel().replace(", ", ",\n", 1))


def _finish(panels: Sequence[tuple[Axes, _Row, int]], run: Run, type_: Lettering) -> None:
    """Draw what needs to know where the panels are: marks over curves, photographs."""
    for axes, row, column in panels:
        drawn = row.panels[column]
        found = [one for one in drawn if isinstance(one, Curve)]
        if found:
            marks = absorbance_marks(found) if row.kind == "absorbance" else emission_marks(found)
            low, high = axes.get_xlim()
            texts = place_marks(axes, [mark for mark in marks if low < mark.nm < high], type_.font(6.2))
            panel = axes.get_window_extent()
            foot = min((text.get_window_extent().y0 for text in texts), default=panel.y1)
            make_room(axes, (foot - panel.y0) / panel.height)
        made = [one for one in drawn if isinstance(one, Tile)]
        if made:
            draw_tiles(axes, made, f"{_lamp_nm(run):g} nm", type_)
    one_scale([axes for axes, row, _ in panels if row.kind == "absorbance"])


def _lamp_nm(run: Run) -> float:
    """Return the wavelength of the lamp that the photographs were taken under."""
    lamps = [each.lamp_nm for each in run.photographs if each.light == "UV" and each.lamp_nm is not None]
    return lamps[-1] if lamps else UV_LAMP_NM


def _small_print(figure: Figure, run: Run, shown: Sequence[Aliquot], type_: Lettering, chosen: str) -> None:
    """Set the lines under the figure: what may not be compared, then recipe, dilution and path, light, instrument."""
    apart = compared_optics(shown)
    signs = int(SIGNS_PER_IN * float(figure.get_size_inches()[0]) * USUAL_PT / type_.font_pt)
    texts = (text.replace(" nm", "\u00a0nm") for text in (apart or "", _told(run, chosen)))  # kept on one line
    small_print = "\n".join(line for text in texts for line in wrap(text, signs)).replace("\u00a0", " ")
    figure.supxlabel(small_print, fontproperties=type_.font(6.0), color=FAINT, x=0.99, ha="right")


def _told(run: Run, chosen: str) -> str:
    """Return recipe, which of the readings are shown, dilution and path, excitation, and the instrument in one line."""
    recipe, optics = run.recipe, run.optics
    told = [recipe.name, *([chosen] if chosen else [])]
    if recipe.dilution not in (None, 1.0):
        told.append(f"diluted {recipe.dilution:g}×")
    told.append(f"path {optics.path_mm:g} mm")
    if optics.excitation_nm is not None and any(each.reading.emission is not None for each in run.aliquots):
        told.append(f"excitation {excitation_words(run) or f'{optics.excitation_nm:g} nm'}")
        told.append(f"emission in {DRAWN_NM:g} nm means")
    if run.set_up is not None:
        told.append(f"{'virtual spectrometer ' if run.set_up.virtual else ''}{run.set_up.model} {run.set_up.serial}")
    return ", ".join(told)

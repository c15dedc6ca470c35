"""The manuscript figure: every panel it should have, readable marks, gaps where nothing is known, never overwritten."""

from __future__ import annotations

import csv
import itertools
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.findings import Emission, Findings, Species
from analysis.spectrum import Detector, Spectrum, Unit, read_only, read_only_mask
from station import __version__
from station.attachment import Attachment
from station.figure import compose, draw, render, write
from station.figure_marks import spread
from station.figure_style import FigureStyle, Stopped
from station.figure_table import as_text, kinetics_table, spectra_table
from station.figure_type import families
from station.optics import Optics
from station.recipe import HOUR_S, PAPER_SCHEDULE_S, Recipe
from station.records import Aliquot, PhotographTaken, Reading
from station.run import Run, SetUp
from tests.station import photograph_samples as samples

ROOT = Path(__file__).resolve().parents[2]
axis_nm = np.linspace(340.0, 1030.0, 700)


def spectrum(centre_nm: float, height: float, unit: Unit, gap_nm: tuple[float, float] | None = None) -> Spectrum:
    values = height / (1.0 + ((axis_nm - centre_nm) / 12.0) ** 2)
    valid = axis_nm > 360.0
    if gap_nm is not None:
        low, high = gap_nm
        valid &= (axis_nm < low) | (axis_nm > high)
    values = np.where(valid, values, np.nan)
    sigma = np.where(valid, 0.01 * height, np.nan)
    return Spectrum(read_only(axis_nm), read_only(values), read_only(sigma), read_only_mask(valid), unit, 0.0)


def species(name: str, role: str, nm: float) -> Species:
    return Species(name, role, nm, 0.1, 18.0, 0.1, 0.001, 0.95, "fitted component")  # type: ignore[arg-type]


def findings(time_s: float, named: tuple[Species, ...], emission_nm: float | None) -> Findings:
    emission = None
    if emission_nm is not None:
        emission = Emission(True, 900.0, 9.0, "counts/s", 50.0, emission_nm, 0.1, 30.0, 0.2, None)
    return Findings(time_s, named, None, emission, None, None, None, "watching", "", None)


ALL_FIVE = (
    species("MSC-449", "E1", 449.0),
    species("MSC-449", "E2", 405.0),
    species("MSC-469", "E1", 469.0),
    species("MSC-469", "E2", 427.0),
    species("QD", "band", 519.0),
)


def run_of(
    count: int,
    *,
    named: tuple[Species, ...] = ALL_FIVE,
    emission: bool = True,
    times_s: Sequence[float | None] = PAPER_SCHEDULE_S,
    gap_nm: tuple[float, float] | None = None,
) -> Run:
    aliquots = []
    for index, time_s in zip(range(count), itertools.cycle(times_s)):
        glow = spectrum(500.0 + 4 * index, 1000.0 * (index + 1), "counts/s") if emission else None
        said = findings(time_s or 0.0, named, 500.0 + 4 * index if emission else None)
        reading = Reading(spectrum(449.0, 0.02 * (index + 1), "A", gap_nm), glow, said)
        aliquots.append(Aliquot(index + 1, 0.0, 0.0, "", time_s, 101.0, Optics(), reading))
    set_up = SetUp("virtual:FLAME-S", "Flame-S", "V1", "pyseabreeze", True, 700, Detector(65535.0), "lamp", "LED")
    return Run(Recipe("ODE standard"), set_up, "", "", tuple(aliquots))


def panels(figure: Figure) -> dict[str, Axes]:
    return {axes.get_title(loc="left"): axes for axes in figure.axes}


def legend_of(axes: Axes) -> list[str]:
    legend = axes.get_legend()
    return [] if legend is None else [text.get_text() for text in legend.get_texts()]


def marks_of(axes: Axes) -> list[str]:
    return [text.get_text().replace("\n", " ") for text in axes.texts]


@pytest.mark.slow
def test_eight_aliquots_are_laid_out_as_the_papers_figure() -> None:
    found = panels(compose(run_of(8)))
    assert list(found) == ["B", "D", "C", "E"]
    assert legend_of(found["B"]) == ["0.5 h", "1 h", "1.5 h", "2 h"]
    assert legend_of(found["D"]) == ["4 h", "8 h", "23 h", "24 h"]
    assert found["B"].get_ylabel() == "Absorbance"
    assert found["E"].get_ylabel() == "Emission (counts/s,\nresponse uncorrected)"
    assert found["C"].get_xlabel() == "Wavelength (nm)"
    assert found["B"].get_ylim() == found["D"].get_ylim(), "growth and decay are seen across both panels"
    assert found["B"].get_xlim() == found["C"].get_xlim()


@pytest.mark.slow
def test_clusters_are_marked_at_their_wavelengths_and_emission_at_its_first_and_last() -> None:
    found = panels(compose(run_of(8)))
    marks = ["MSC-449 E2 405", "MSC-469 E2 427", "MSC-449 E1 449", "MSC-469 E1 469", "QD 519"]
    assert marks_of(found["D"]) == marks
    assert marks_of(found["C"]) == ["500 nm", "512 nm"]


def test_only_named_and_believed_species_are_marked() -> None:
    doubtful = replace(species("MSC-469", "E1", 469.0), confidence=0.2)
    named = (species("other", "band", 512.0), doubtful, species("MSC-449", "E1", 449.0))
    assert marks_of(panels(compose(run_of(8, named=named)))["B"]) == ["MSC-449 E1 449"]


@pytest.mark.slow
def test_no_mark_meets_another_the_legend_or_the_end_of_its_panel() -> None:
    crowd = (*ALL_FIVE, *(species(f"MSC-{nm}", "E1", float(nm)) for nm in (455, 460, 474, 480)))
    for run in (run_of(8), run_of(1), run_of(8, named=crowd), run_of(18, times_s=[30.0 * i for i in range(18)])):
        figure = compose(run)
        for axes in figure.axes:
            panel = axes.get_window_extent()
            boxes = [text.get_window_extent() for text in axes.texts]
            assert all(panel.x0 <= box.x0 and box.x1 <= panel.x1 + 1 for box in boxes)
            legend = axes.get_legend()
            boxes += [] if legend is None else [legend.get_window_extent()]
            assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(1, 20)), max_size=8))
@pytest.mark.slow
def test_texts_side_by_side_never_overlap(wishes: list[tuple[float, float]]) -> None:
    wished = sorted(wish for wish, _ in wishes)
    widths = [width for _, width in wishes]
    centres = spread(wished, widths, 0.0, 200.0)
    edges = [(c - w / 2, c + w / 2) for c, w in zip(centres, widths, strict=True)]
    assert all(left[1] <= right[0] + 1e-9 for left, right in itertools.pairwise(edges))
    assert all(low >= -1e-9 and high <= 200.0 + 1e-9 for low, high in edges)


@pytest.mark.slow
def test_colours_follow_the_place_in_the_plan_and_do_not_change_while_the_run_goes_on() -> None:
    def colours(run: Run) -> list[str]:
        figure = compose(run)
        lines = [line for axes in figure.axes if axes.get_title(loc="left") in "BD" for line in axes.lines]
        return [str(line.get_color()) for line in lines if not str(line.get_label()).startswith("_")]

    all_eight = colours(run_of(8))
    assert len(set(all_eight)) == 8
    assert colours(run_of(5)) == all_eight[:5]
    seconds = colours(run_of(4, times_s=[30.0, 60.0, 90.0, 120.0]))
    assert len(set(seconds)) == 4, "a plan of hours says nothing of a run of seconds"


@pytest.mark.slow
def test_pixels_without_information_are_gaps() -> None:
    axes = panels(compose(run_of(1, gap_nm=(480.0, 500.0))))["B"]
    nm, values = (np.asarray(data, dtype=float) for data in axes.lines[0].get_data())
    assert np.isnan(values[(nm > 480.0) & (nm < 500.0)]).all()
    assert np.isfinite(values[(nm > 510.0) & (nm < 700.0)]).all()


@pytest.mark.slow
def test_one_aliquot_no_emission_unknown_material_and_no_time_zero_are_drawn() -> None:
    assert list(panels(compose(run_of(1)))) == ["B", "C"]
    assert list(panels(compose(run_of(8, emission=False)))) == ["B", "D"]
    unknown = panels(compose(run_of(2, named=(species("other", "band", 512.0),))))
    assert marks_of(unknown["B"]) == []
    assert legend_of(panels(compose(run_of(2, times_s=[None])))["B"]) == ["aliquot 1", "aliquot 2"]
    assert legend_of(panels(compose(run_of(2, times_s=[600.0, 3600.0])))["B"]) == ["10 min", "60 min"]
    assert legend_of(panels(compose(run_of(2, times_s=[HOUR_S / 120, 60.0])))["B"]) == ["30 s", "60 s"]


@pytest.mark.slow
def test_emission_stands_under_the_same_aliquots_also_where_one_has_none() -> None:
    run = run_of(8)
    records = [
        replace(one, reading=replace(one.reading, emission=None)) if one.number in (1, 2) else one
        for one in run.aliquots
    ]
    found = panels(compose(replace(run, records=tuple(records))))
    drawn = {letter: sum(not str(line.get_label()).startswith("_") for line in found[letter].lines) for letter in found}
    assert drawn == {"B": 4, "D": 4, "C": 2, "E": 4}


def test_what_is_not_there_looks_like_nothing_and_no_offset_is_cut_off() -> None:
    run = run_of(8)
    offsets = [0.0, 0.001, -0.02, 0.01, 0.0, -0.005, 0.0, 0.002]
    records = []
    for one, offset in zip(run.aliquots, offsets, strict=True):
        flat = one.reading.absorbance
        assert flat is not None
        flat = replace(flat, values=read_only(np.where(flat.valid, offset, np.nan)))
        records.append(replace(one, reading=replace(one.reading, absorbance=flat)))
    low, high = panels(compose(replace(run, records=tuple(records))))["D"].get_ylim()
    assert low < -0.02
    assert high >= 0.05


@pytest.mark.slow
def test_an_aliquot_of_which_nothing_is_known_is_left_out() -> None:
    run = run_of(2)
    blind = run.aliquots[0].reading.absorbance
    assert blind is not None
    blind = replace(blind, valid=read_only_mask(np.zeros(blind.valid.size)))
    first = replace(run.aliquots[0], reading=Reading(blind, None, None))
    assert legend_of(panels(compose(replace(run, records=(first, run.aliquots[1]))))["B"]) == ["60 min"]
    with pytest.raises(ValueError, match="no spectrum to draw"):
        compose(replace(run, records=(first,)))


def test_a_run_without_a_spectrum_says_what_to_do() -> None:
    with pytest.raises(ValueError, match="take an aliquot after dark and reference"):
        compose(replace(run_of(1), records=()))


@pytest.mark.slow
def test_emission_of_different_set_ups_is_said_to_be_so_under_the_figure() -> None:
    run = run_of(4)
    last = replace(run.aliquots[-1], optics=Optics(long_pass_nm=420.0))
    told = small_print(replace(run, records=(*run.records[:-1], last)))
    sentence = "heights of emission do not compare: aliquots 1–3 no filter / aliquot 4 420 nm long-pass"
    assert sentence in told.splitlines()[0]
    assert "do not compare" not in small_print(run)


def small_print(run: Run) -> str:
    return compose(run).get_supxlabel()


@pytest.mark.slow
def test_a_virtual_spectrometer_is_always_said() -> None:
    virtual = run_of(1)
    assert virtual.set_up is not None
    assert "virtual spectrometer Flame-S V1" in small_print(virtual)
    assert "virtual" not in small_print(replace(virtual, set_up=replace(virtual.set_up, virtual=False)))
    assert "diluted 101×, path 10 mm, excitation LED 405 nm" in small_print(virtual)


def test_three_files_are_written_and_never_overwritten(tmp_path: Path) -> None:
    stem = tmp_path / "CdTe 4.8 run"
    paths = draw(run_of(2), stem)
    assert [path.name for path in paths] == ["CdTe 4.8 run.png", "CdTe 4.8 run.svg", "CdTe 4.8 run.pdf"]
    png, svg, pdf = (path.read_bytes() for path in paths)
    assert png.startswith(b"\x89PNG")
    assert pdf.startswith(b"%PDF")
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    with pytest.raises(FileExistsError, match="Nothing was written"):
        draw(run_of(2), stem)
    assert paths[0].read_bytes() == png


@pytest.mark.slow
def test_drawing_needs_neither_qt_nor_pyplot() -> None:
    program = "import sys, station.figure; print([m for m in sys.modules if 'pyplot' in m or 'PySide' in m])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


EVERYTHING = FigureStyle(panels=("absorbance", "emission", "kinetics", "photographs"))


def with_photographs(run: Run, *numbers: int, data: bytes = samples.JPEG) -> Run:
    for number in numbers:
        for light in ("ambient", "UV"):
            taken = Attachment(f"{number}.jpg", "image/jpeg", data)
            lamp_nm = 366.0 if light == "UV" else None
            run = run.appended(PhotographTaken(number, light, lamp_nm, None, taken, 0.0, ""))
    return run


@pytest.mark.slow
def test_kinetics_and_photographs_stand_under_the_spectra_where_they_are_asked_for() -> None:
    run = with_photographs(run_of(8), 1, 4)
    figure = compose(run, EVERYTHING)
    found = panels(figure)
    assert list(found) == ["B", "D", "C", "E", "F", "G", "H"]
    assert len(found["F"].images) == 4, "two aliquots under two lights"
    assert [text.get_text() for text in found["F"].texts if "h" in text.get_text()] == ["0.5 h", "2 h"]
    assert "366 nm" in [text.get_text() for text in found["F"].texts]
    assert found["G"].get_xlim() == found["H"].get_xlim(), "both kinetics share one axis of time"
    assert list(panels(compose(run_of(1), EVERYTHING))) == ["B", "C", "G", "H"], "no photograph: no empty row"


def test_a_damaged_photograph_says_so_and_the_figure_is_drawn() -> None:
    found = panels(compose(with_photographs(run_of(2), 1, data=samples.JPEG[:40]), EVERYTHING))
    assert [text.get_text() for text in found["F"].texts].count("damaged") == 2


@pytest.mark.slow
def test_the_size_that_was_set_is_the_size_of_the_figure() -> None:
    figure = compose(run_of(8), FigureStyle(width_mm=82.5))
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(82.5)
    assert list(panels(figure)) == ["B", "C"], "one column of the journal holds one column of panels"


@pytest.mark.slow
def test_letters_wavelengths_and_aliquots_are_those_asked_for() -> None:
    style = FigureStyle(letters="from A", numbers=(2, 3), low_nm=400.0, high_nm=600.0)
    found = panels(compose(run_of(8), style))
    assert list(found) == ["A", "B"]
    assert found["A"].get_xlim() == (400.0, 600.0)
    assert legend_of(found["A"]) == ["1 h", "1.5 h"]
    assert set(panels(compose(run_of(8), FigureStyle(letters="none", numbers=(1,))))) == {""}


def test_one_run_gives_one_file_and_its_texts_stay_texts() -> None:
    run, style = run_of(2), FigureStyle(width_mm=82.5)
    svg, again = (render(run, style, "svg") for _ in range(2))
    assert svg == again
    pdf = render(run, style, "pdf")
    assert pdf == render(run, style, "pdf")
    words = svg.decode()
    for said in ("Emission", "'Inter'", "Aliquots 1, 2", f"Aliquot {__version__}"):
        assert said in words, "text, in its own font, not outlines"
    assert b"CIDFontType2" in pdf, "TrueType, embedded"


@pytest.mark.slow
def test_of_thousands_of_readings_an_even_choice_is_drawn_and_said() -> None:
    run = run_of(300, emission=False, times_s=[60.0 * n for n in range(1, 301)], named=())
    figure = compose(run)
    assert sum(len(axes.lines) for axes in figure.axes) == 60
    assert (figure.axes[0].lines[0].get_label(), figure.axes[1].lines[-1].get_label()) == ("0.02 h", "5 h")
    assert "60 of 300 readings" in figure.get_supxlabel()


def test_a_font_that_is_not_installed_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="The font No Such Sans is not installed"):
        compose(run_of(1), FigureStyle(family="No Such Sans"))
    assert {"Inter", "DejaVu Serif"} <= set(families())


@pytest.mark.slow
def test_nothing_is_written_where_the_drawing_is_stopped_or_a_file_stands_there(tmp_path: Path) -> None:
    def stop(done: float, _phase: str) -> None:
        if done >= 0.5:
            raise Stopped

    path = tmp_path / "figure.svg"
    with pytest.raises(Stopped):
        write(run_of(2), FigureStyle(), path, "svg", tell=stop)
    assert list(tmp_path.iterdir()) == []
    path.write_text("mine")
    with pytest.raises(FileExistsError, match="Nothing was written"):
        write(run_of(2), FigureStyle(), path, "svg")
    assert path.read_text() == "mine"
    write(run_of(2), FigureStyle(), path, "svg", replaces=True)
    assert path.read_bytes().startswith(b"<?xml")
    assert list(tmp_path.iterdir()) == [path], "no half-written file is left"


def test_the_table_has_wavelengths_units_and_reaction_times() -> None:
    columns = spectra_table(run_of(2, gap_nm=(480.0, 500.0)), FigureStyle(low_nm=400.0, high_nm=600.0))
    rows = [line.split("\t") for line in as_text(columns).splitlines()]
    assert rows[0][:3] == ["Wavelength", "Absorbance, aliquot 1", "Absorbance, aliquot 2"]
    assert rows[1][:3] == ["nm", "A", "A"]
    assert rows[2][:3] == ["", "0.5 h", "1 h"]
    assert rows[0][3:] == ["Wavelength", "Emission, aliquot 1", "Emission, aliquot 2"]
    assert rows[1][4] == "counts/s, response uncorrected"
    at = {float(row[0]): row[1] for row in rows[3:] if row[0]}
    assert all(400.0 <= nm <= 600.0 for nm in at)
    assert all((cell == "") == (480.0 <= nm <= 500.0) for nm, cell in at.items())
    assert float(max(at.values(), key=lambda cell: float(cell or 0))) == pytest.approx(0.02, rel=0.01)


def test_a_table_with_commas_keeps_its_columns() -> None:
    text = as_text(spectra_table(run_of(1), FigureStyle()), ",")
    assert {len(row) for row in csv.reader(text.splitlines())} == {4}


def test_the_table_of_kinetics_has_one_row_for_every_aliquot() -> None:
    rows = [line.split("\t") for line in as_text(kinetics_table(run_of(3), FigureStyle())).splitlines()]
    assert rows[0][:4] == ["Aliquot", "Reaction time", "A449", "A449 sigma"]
    assert rows[1][:4] == ["", "h", "A", "A"]
    assert [row[:2] for row in rows[3:]] == [["1", "0.5"], ["2", "1"], ["3", "1.5"]]
    assert rows[0][-2:] == ["Emission", "Emission sigma"]

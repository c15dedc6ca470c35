"""Wide CSV reads as people leave it, and what is written reads back."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.spectrum import Spectrum, read_only, read_only_mask
from analysis.wording import time_label
from station.formats.wide_csv import HOUR_DECIMALS, FormatError, read, time_in, write
from station.optics import Optics
from station.recipe import Recipe
from station.records import Aliquot, Reading
from station.run import Run

CDSE = "cdse-aliquots-imperial"


def table(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("label", "seconds"),
    [
        ("30 s", 30.0),
        ("30 s reaction", 30.0),
        ("30 s reaction_overnight", 30.0),
        ("90 s ", 90.0),
        ("0.5 h", 1800.0),
        ("0,5 h", 1800.0),
        ("23h", 82800.0),
        ("12 min", 720.0),
        ("1 h 30 min", 5400.0),
        ("t = 2 hours", 7200.0),
        ("aliquot_4 h_diluted", 14400.0),
        ("100 C, 45 min", 2700.0),
        ("-10 min", -600.0),
        ("50 mmol", None),
        ("10 ml TOP", None),
        ("Run5s", None),
        ("aliquot 3", None),
        ("30", None),
    ],
)
def test_the_time_is_found_in_a_columns_name(label: str, seconds: float | None) -> None:
    assert time_in(label) == seconds


@given(st.floats(-1e5, 1e6))
def test_a_time_written_as_a_name_reads_back_to_half_a_second(time_s: float) -> None:
    read_back = time_in(time_label(round(time_s, 1), decimals=HOUR_DECIMALS))
    assert read_back is not None
    assert read_back == pytest.approx(time_s, abs=0.5)


def test_descending_wavelengths_come_ascending(tmp_path: Path) -> None:
    wide = read(table(tmp_path, "Wavelength (nm),30 s,1 min\n500,1,10\n450,2,20\n400,3,30\n"))
    assert wide.labels == ("30 s", "1 min")
    assert wide.times_s == (30.0, 60.0)
    assert wide.wavelengths_nm.tolist() == [400.0, 450.0, 500.0]
    assert wide.values.tolist() == [[3.0, 2.0, 1.0], [30.0, 20.0, 10.0]]


@pytest.mark.parametrize(
    "content",
    [
        "nm;0,5 h;1 h\n400,5;0,1;1,5e-1\n401,5;-0,2;\n",
        "nm\t0.5 h\t1 h\n400.5\t0.1\t0.15\n401.5\t-0.2\t\n",
        "\ufeffnm,0.5 h,1 h\r\n400.5,0.1,0.15\r\n401.5,-0.2,\r\n",
        'nm,"0,5 h",1 h\n"400,5","0,1","0,15"\n"401,5","-0,2",OVER\n',
        "Varian Cary 50\n\nSample,0.5 h,1 h\nnm,A,A\n400.5,0.1,0.15\n401.5,-0.2,nan\n",
    ],
    ids=["decimal comma", "tabs", "byte-order mark", "quoted commas", "lines above the names"],
)
def test_the_same_table_in_many_dresses(tmp_path: Path, content: str) -> None:
    wide = read(table(tmp_path, content))
    assert wide.times_s == (1800.0, 3600.0)
    assert wide.wavelengths_nm.tolist() == [400.5, 401.5]
    assert wide.values[0].tolist() == [0.1, -0.2]
    assert wide.values[1][0] == 0.15
    assert math.isnan(wide.values[1][1])


def test_an_old_windows_file_and_a_utf_16_file_read(tmp_path: Path) -> None:
    for encoding in ("cp1252", "utf-16"):
        wide = read(table(tmp_path, "nm,30 s µ\n400,1\n401,2\n".encode(encoding)))
        assert wide.labels == ("30 s µ",)


def test_notes_under_the_data_are_left_out(tmp_path: Path) -> None:
    wide = read(table(tmp_path, "nm,30 s,60 s\n400,1,2\n401,3,4\n,,\n,,\n, Old: 800.0,\n,354,\n402,5,6\n"))
    assert wide.wavelengths_nm.tolist() == [400.0, 401.0]


def test_empty_columns_go_copies_go_and_namesakes_are_told_apart(tmp_path: Path) -> None:
    wide = read(table(tmp_path, "nm,30 s,,60 s,30 s,30 s,,\n400,1,,,1,5,7,\n401,2,,,2,6,8,\n"))
    assert wide.labels == ("30 s", "30 s (2)", "column 7")
    assert wide.times_s == (30.0, 30.0, None)
    assert wide.values.tolist() == [[1.0, 2.0], [5.0, 6.0], [7.0, 8.0]]


def test_a_table_without_names_reads_without_times(tmp_path: Path) -> None:
    wide = read(table(tmp_path, "400,1,2\n401,3,4\n"))
    assert wide.labels == ("column 2", "column 3")
    assert wide.times_s == (None, None)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "holds no row of a wavelength and values"),
        (b"nm,30 s\n400,\n401,\n", "holds no row of a wavelength and values"),
        (b"a chemist's notes\n", "holds no row"),
        (b"Energy (eV),30 s\n2.5,1\n2.6,2\n", 'first column ."Energy .eV."'),
        (b"x,30 s\n2.5,1\n2.6,2\n", "not in nm"),
        (b"nm,30 s\n400,1\n400,2\n", "400 nm stands there more than once"),
        (b"SQLite format 3\x00\x01", "not a text file"),
    ],
)
def test_what_is_no_table_is_said_in_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(FormatError, match=sentence):
        read(table(tmp_path, content))


def test_a_missing_file_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="does not exist"):
        read(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("name", "columns", "points", "ends"),
    [
        ("Run 2 UV-Vis", 16, 251, (350.0, 600.0)),
        ("Run 5 UV-Vis", 18, 301, (350.0, 650.0)),
        ("Run 6 UV-Vis", 18, 301, (350.0, 650.0)),
        ("Run 2 FL emission", 14, 181, (420.0, 600.0)),
        ("Run 5 FL emission", 18, 171, (430.0, 600.0)),
        ("Run 6 FL emission", 18, 131, (470.0, 600.0)),
    ],
)
def test_real_aliquots_of_cdse_read_whole(
    shared_data: Path, name: str, columns: int, points: int, ends: tuple[float, float]
) -> None:
    wide = read(shared_data / CDSE / f"{name}.csv")
    assert wide.values.shape == (columns, points)
    assert (wide.wavelengths_nm[0], wide.wavelengths_nm[-1]) == pytest.approx(ends, abs=0.05)
    assert np.all(np.isfinite(wide.values))
    assert wide.times_s[-1] == 600.0
    assert None not in wide.times_s


NM = read_only(np.linspace(400.0, 700.0, 31))


def spectrum(scale: float, *, nm: np.ndarray = NM, gap: int | None = None) -> Spectrum:
    valid = np.ones(nm.size, dtype=bool)
    if gap is not None:
        valid[gap] = False
    values = np.where(valid, scale * np.sin(nm / 50.0), np.nan)
    return Spectrum(nm, values, np.where(valid, 0.001, np.nan), read_only_mask(valid), "A", 0.0)


def aliquot(number: int, time_s: float | None, absorbance: Spectrum | None, emission: Spectrum | None) -> Aliquot:
    reading = Reading(absorbance, None if emission is None else replace(emission, unit="counts/s"), None)
    return Aliquot(number, 0.0, 8.0, "", time_s, 101.0, Optics(), reading)


def run_of(*aliquots: Aliquot) -> Run:
    return Run(Recipe("test"), None, "", "", tuple(aliquots))


def test_a_run_is_written_wide_and_reads_back(tmp_path: Path) -> None:
    run = run_of(
        aliquot(1, 1800.0, spectrum(0.1, gap=4), spectrum(100.0)),
        aliquot(2, 3600.0, spectrum(0.2), None),
        aliquot(3, None, spectrum(0.3), spectrum(300.0)),
    )
    paths = write(tmp_path / "CdTe 4.8 run", run)
    assert [path.name for path in paths] == [
        "CdTe 4.8 run-absorbance.csv",
        "CdTe 4.8 run-absorbance-sigma.csv",
        "CdTe 4.8 run-emission.csv",
        "CdTe 4.8 run-emission-sigma.csv",
    ]
    absorbance, sigma, emission, _ = map(read, paths)
    assert absorbance.labels == ("0.5 h", "1 h", "aliquot 3")
    assert absorbance.times_s == (1800.0, 3600.0, None)
    assert emission.labels == ("0.5 h", "aliquot 3")
    assert np.isnan(absorbance.values[0]).tolist() == [index == 4 for index in range(31)]
    first = run.aliquots[0].reading.absorbance
    assert first is not None
    np.testing.assert_allclose(absorbance.values[0], first.values, rtol=1e-6)
    np.testing.assert_allclose(sigma.values[1], 0.001)


def test_emission_of_different_set_ups_is_said_to_be_so_above_the_names_and_reads_back(tmp_path: Path) -> None:
    through = replace(aliquot(2, 3600.0, spectrum(0.2), spectrum(200.0)), optics=Optics(long_pass_nm=420.0))
    run = run_of(aliquot(1, 1800.0, spectrum(0.1), spectrum(100.0)), through)
    absorbance, _, emission, sigma = write(tmp_path / "run", run)
    for path in (emission, sigma):
        first, second = path.read_text(encoding="utf-8").splitlines()[:2]
        assert "heights of emission do not compare: aliquot 1 no filter / aliquot 2 420 nm long-pass" in first
        assert first.startswith('"Emission in counts/s, response uncorrected. Different optical set-ups')
        assert second == "Wavelength (nm),0.5 h,1 h"
        assert read(path).labels == ("0.5 h", "1 h")
    assert absorbance.read_text(encoding="utf-8").startswith("Wavelength")


@pytest.mark.parametrize("corrected", [False, True])
def test_the_table_of_emission_says_whether_it_is_corrected_for_the_response(tmp_path: Path, corrected: bool) -> None:
    run = run_of(aliquot(1, 1800.0, None, replace(spectrum(100.0), response_corrected=corrected)))
    emission, sigma = write(tmp_path / "run", run)
    for path in (emission, sigma):
        first, second = path.read_text(encoding="utf-8").splitlines()[:2]
        assert first == f'"Emission in counts/s, response {"corrected" if corrected else "uncorrected"}"'
        assert second == "Wavelength (nm),0.5 h"


def test_spectra_on_two_axes_share_a_table_without_being_resampled(tmp_path: Path) -> None:
    other = read_only(NM[:10] + 0.5)
    run = run_of(aliquot(1, 30.0, spectrum(0.1), None), aliquot(2, 60.0, spectrum(0.2, nm=other), None))
    wide = read(write(tmp_path / "run", run)[0])
    assert wide.wavelengths_nm.size == 41
    assert np.count_nonzero(np.isfinite(wide.values[1])) == 10


def test_nothing_is_overwritten_and_nothing_half_written(tmp_path: Path) -> None:
    run = run_of(aliquot(1, 30.0, spectrum(0.1), spectrum(1.0)))
    kept = tmp_path / "run-emission.csv"
    kept.write_text("mine")
    with pytest.raises(FileExistsError, match="Nothing was written"):
        write(tmp_path / "run", run)
    assert [path.name for path in tmp_path.glob("*.csv")] == ["run-emission.csv"]
    assert kept.read_text() == "mine"

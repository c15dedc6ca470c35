"""Files of other programs, one spectrum each: read to the last digit, or refused with what to do."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.formats import families
from station.formats.single import as_absorbance, as_emission
from station.formats.text import FormatError

NM = np.arange(350.0, 700.0, 1.0)
A = np.round(0.2 * np.exp(-(((NM - 449.0) / 12.0) ** 2)) + 0.01, 5)


def table(separator: str, comma: bool = False, head: str = "", rows: slice = slice(None)) -> bytes:
    """Return the spectrum as a program writes it."""
    lines = [f"{nm:.2f}{separator}{a:.5f}" for nm, a in zip(NM[rows], A[rows], strict=True)]
    text = "\r\n".join(lines)
    return (head + (text.replace(".", ",") if comma else text) + "\r\n").encode()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (table("\t"), "tabs"),
        (table(";", comma=True), "semicolons and decimal commas"),
        (table(","), "commas"),
        (table("   "), "spaces"),
        (table("\t", comma=True), "tabs and decimal commas"),
        (table(" ", comma=True), "a space and decimal commas"),
        (table(", "), "commas with a space"),
        (table("\t", rows=slice(None, None, -1)), "descending wavelengths"),
        (table(",", head="Sample: CdTe, 2 h\r\nWavelength (nm),Absorbance\r\n"), "a header"),
        ("\ufeff".encode() + table(";", head="nm;A\r\n"), "a byte-order mark"),
        (table("\t").decode().encode("utf-16"), "UTF-16"),
        (table(",") + b"\r\nBaseline: 100%T\r\nLamp change: 340.00\r\n", "notes under the data"),
        (table(",", head="nm,A,\r\n").replace(b"\r\n", b",\r\n"), "an empty column behind"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_two_columns_read_however_they_are_parted(data: bytes, what: str) -> None:
    spectrum = as_absorbance("a.txt", families.read("a.txt", data))
    np.testing.assert_allclose(spectrum.wavelengths_nm, NM, atol=1e-9)
    np.testing.assert_allclose(spectrum.values, A, atol=1e-9)


@given(
    st.lists(st.floats(-4.0, 4.0), min_size=16, max_size=60),
    st.sampled_from([(";", True), ("\t", False), (",", False)]),
)
def test_what_is_written_is_what_is_read(values: list[float], how: tuple[str, bool]) -> None:
    mark, comma = how
    lines = [f"{400 + n}{mark}{value!r}" for n, value in enumerate(values)]
    text = "\n".join(line.replace(".", ",") if comma else line for line in lines)
    np.testing.assert_array_equal(families.read("a.csv", text.encode()).values, values)


def expected(folder: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    with (folder / "vendor" / "expected" / name).open(newline="") as file:
        rows = list(csv.DictReader(file))
    return np.array([float(row["wl"]) for row in rows]), np.array([float(row["processed"]) for row in rows])


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("jazspec.jaz", "jazspec.jaz__oceanoptics_jaz.csv"),
        ("avantes_export.ttt", "avantes_export.ttt__avantes_ttt.csv"),
    ],
)
def test_a_real_file_reads_as_its_known_good_values(shared_data: Path, name: str, known: str) -> None:
    spectrum = families.read(name, (shared_data / "vendor" / "files" / name).read_bytes())
    nm, values = expected(shared_data, known)
    np.testing.assert_allclose(spectrum.wavelengths_nm, nm, atol=0.0051)  # the known wavelengths are rounded
    np.testing.assert_allclose(spectrum.values, values, rtol=1e-4, atol=1e-4)


def test_a_decimal_comma_reads_as_the_same_file_with_points(shared_data: Path) -> None:
    comma, point = (
        families.read(name, (shared_data / "ocean-raw" / name).read_bytes())
        for name in ("dark-short.txt", "dark-short-dot.txt")
    )
    np.testing.assert_array_equal(comma.wavelengths_nm, point.wavelengths_nm)
    np.testing.assert_array_equal(comma.values, point.values)
    assert (comma.wavelengths_nm.size, comma.values[0]) == (2068, 2253.18)
    assert comma.measured == datetime(2016, 10, 11, 14, 23, 53)


def test_spectrasuite_and_oceanview_tell_when_they_measured_and_every_row(shared_data: Path) -> None:
    files = shared_data / "vendor" / "files"
    suite = families.read("OOusb4000.txt", (files / "OOusb4000.txt").read_bytes())
    assert (suite.wavelengths_nm.size, suite.wavelengths_nm[0], suite.values[3]) == (3648, 178.65, 93.625)
    assert suite.measured == datetime(2008, 1, 14, 17, 36, 35, tzinfo=UTC)
    view = families.read("OceanView.txt", (files / "OceanView.txt").read_bytes())
    assert (view.wavelengths_nm[0], view.values[0]) == (187.92, 18.995)
    assert view.measured == datetime(2014, 3, 18, 8, 44, 17)  # "EST" is New York or Brisbane: the computer's own zone


@pytest.mark.parametrize("name", ["OOusb4000.txt", "OceanView.txt", "jazspec.jaz", "avantes_export.ttt"])
def test_counts_and_per_cent_are_refused_as_absorbance_and_taken_as_emission(shared_data: Path, name: str) -> None:
    spectrum = families.read(name, (shared_data / "vendor" / "files" / name).read_bytes())
    with pytest.raises(FormatError, match=r"not absorbance.*Export the absorbance"):
        as_absorbance(name, spectrum)
    if not spectrum.says:
        assert as_emission(name, spectrum) is spectrum


@pytest.mark.parametrize(
    "name", ["OceanOptics.spc", "OceanOptics_Linux.ProcSpec", "avantes2.TRM", "OceanOptics_period.jdx"]
)
def test_a_kind_that_is_not_read_is_named_and_refused(shared_data: Path, name: str) -> None:
    with pytest.raises(FormatError, match=f"{name} "):
        families.read(name, (shared_data / "vendor" / "files" / name).read_bytes())


OCEAN_HEAD = "Number of Pixels in Processed Spectrum: 350\r\n>>>>>Begin Processed Spectral Data<<<<<\r\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no table"),
        (b"%PDF-1.7 not a spectrum\n", "no table"),
        (bytes(range(256)) * 8, "no"),
        (table(",", rows=slice(0, 9)), "no table"),
        (b"".join(b"%d,0.1,0.2\n" % nm for nm in range(350, 700)), "2 spectra side by side"),
        (b"".join(b"%d,0.1\n" % nm for nm in [*range(350, 700), 500]), "500 nm stands there more than once"),
        (b"eV,A\n" + b"".join(b"%f,0.1\n" % (300 + n) for n in range(90)), "not in nm"),
        (b"".join(b"%f,0.1\n" % (1.5 + n / 100) for n in range(150)), "not in nm"),
        (table("\t", head=OCEAN_HEAD, rows=slice(0, 200)), "is not complete: 200 of 350 rows"),
    ],
)
def test_what_is_no_spectrum_is_refused_with_its_name(data: bytes, said: str) -> None:
    with pytest.raises(FormatError, match=said) as refused:
        families.read("x.txt", data)
    assert "x.txt" in str(refused.value)


def test_a_spectrum_beside_the_clusters_is_refused_with_the_range_that_is_needed() -> None:
    data = b"".join(b"%d,0.1\n" % nm for nm in range(700, 1000))
    with pytest.raises(FormatError, match="goes from 700 to 999 nm; 400–650 nm are needed"):
        as_absorbance("ir.csv", families.read("ir.csv", data))


def test_a_file_that_says_absorbance_is_no_emission() -> None:
    with pytest.raises(FormatError, match="its name says emission"):
        as_emission("PL1.csv", families.read("PL1.csv", table(",", head="Wavelength,Absorbance\r\n")))


def test_a_stamp_above_the_table_is_read_where_it_means_one_thing_everywhere() -> None:
    stamped = table(",", head="Measured 2026-03-04 14:05:06\r\nnm,A\r\n")
    assert families.read("a.csv", stamped).measured == datetime(2026, 3, 4, 14, 5, 6)
    either = table(",", head="Measured 03/04/2026 14:05:06\r\nnm,A\r\n")
    assert families.read("a.csv", either).measured is None

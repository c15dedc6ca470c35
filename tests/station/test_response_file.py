"""The file of a spectral response says what its columns are; what does not is refused with what is wanted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.spectrum import FloatArray
from station.formats.response_file import read_response
from station.formats.wide_csv import FormatError

NM = np.arange(400.0, 801.0, 10.0)
RESPONSE = 1.0 + NM / 800.0
PHOTONS = 1.0 + (NM / 500.0) ** 3


def table(folder: Path, header: str, *columns: FloatArray) -> Path:
    path = folder / "lamp.csv"
    rows = [",".join(f"{value:.9g}" for value in row) for row in np.column_stack((NM, *columns))]
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("nm,factor", (3.0 / RESPONSE,)),
        ("Wavelength (nm),Correction factor", (0.1 / RESPONSE,)),
        ("nm,relative response", (5.0 * RESPONSE,)),
        ("nm,Sensitivity (a.u.)", (RESPONSE,)),
        ("nm,irradiance (uW/cm2/nm),counts", (PHOTONS / NM, RESPONSE * PHOTONS)),
        ("nm,Spectral power (W/nm),measured", (PHOTONS / NM, RESPONSE * PHOTONS)),
        ("nm,irradiance (photons/s/cm2/nm),counts,uncertainty", (PHOTONS, RESPONSE * PHOTONS, 0 * NM)),
    ],
)
def test_every_way_to_tell_a_response_gives_the_same_one(
    tmp_path: Path, header: str, columns: tuple[FloatArray, ...]
) -> None:
    found = read_response(table(tmp_path, header, *columns))
    assert found.name == "lamp.csv"
    expected = RESPONSE / np.mean(RESPONSE[(NM >= 480.0) & (NM <= 650.0)])
    assert np.allclose(found.at(NM), expected, rtol=1e-4)


@pytest.mark.parametrize(
    ("header", "columns", "why"),
    [
        ("nm,lamp 3", (RESPONSE,), "does not say what its columns are. Name its columns"),
        ("nm,irradiance (W/m2/nm)", (PHOTONS,), "but not what this spectrometer counts of it. Add a column 'counts'"),
        ("nm,factor", (-RESPONSE,), "is no spectral response: only 0 of its points are numbers above zero"),
        ("nm,response", (np.where(NM < 440.0, 1.0, 0.0),), "only 4 of its points"),
    ],
)
def test_what_tells_no_response_is_refused_in_words(
    tmp_path: Path, header: str, columns: tuple[FloatArray, ...], why: str
) -> None:
    with pytest.raises(FormatError, match=why):
        read_response(table(tmp_path, header, *columns))


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="does not exist"):
        read_response(tmp_path / "lamp.csv")

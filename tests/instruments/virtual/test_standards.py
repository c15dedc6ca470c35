"""The lamp and the cell that a wavelength axis is compared with, seen by a spectrometer that is a little off."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.spectrum import FloatArray
from instruments.virtual.bench import Bench
from instruments.virtual.eye import Eye
from instruments.virtual.hand import Fill, Place, Shift
from instruments.virtual.models import MODELS
from instruments.virtual.samples import Sample
from instruments.virtual.standards import HolmiumCell, LineLamp


def eye_on(model: str, sample: Sample, offset_nm: float) -> Eye:
    bench = Bench(seed=4)
    for command in (Fill(sample), Place("sample"), Shift(offset_nm)):
        bench.obey(command)
    return Eye(MODELS[model]().sensor, bench)


def centroid(nm: FloatArray, counts: FloatArray, about_nm: float, half_width_nm: float = 2.5) -> float:
    near = np.abs(nm - about_nm) < half_width_nm
    weight = counts[near] - np.min(counts[near])
    return float(np.sum(nm[near] * weight) / np.sum(weight))


@pytest.mark.parametrize("model", ["FLAME-S", "HR4000", "QEPRO", "SR4"])
@pytest.mark.parametrize("offset_nm", [0.0, 0.6, -0.4])
def test_lines_stand_where_they_should_less_the_offset_of_the_spectrometer(model: str, offset_nm: float) -> None:
    eye = eye_on(model, LineLamp(), offset_nm)
    counts = np.mean([eye.expose(0.05) for _ in range(8)], axis=0)
    nm = eye.sensor.wavelengths_nm
    for line_nm in (435.8335, 546.0750, 763.5106):
        assert centroid(nm, counts, line_nm - offset_nm) == pytest.approx(line_nm - offset_nm, abs=0.06)


def test_the_lamp_shines_with_both_lights_off_and_only_where_it_stands() -> None:
    eye = eye_on("FLAME-S", LineLamp(), 0.0)
    assert np.max(eye.expose(0.1)) > 20_000
    eye.bench.obey(Place("solvent"))
    assert np.max(eye.expose(0.1)) < 5_000


@pytest.mark.parametrize("offset_nm", [0.0, 0.5])
def test_the_bands_of_holmium_stand_where_they_should(offset_nm: float) -> None:
    eye = eye_on("FLAME-S", HolmiumCell(), offset_nm)
    eye.bench.switch_probe(True)
    through = np.mean([eye.expose(0.02) for _ in range(20)], axis=0) - 2_400.0
    eye.bench.obey(Place("solvent"))
    clear = np.mean([eye.expose(0.02) for _ in range(20)], axis=0) - 2_400.0
    with np.errstate(all="ignore"):
        absorbance = np.nan_to_num(-np.log10(through / clear))
    for band_nm in (451.30, 536.64, 640.52):
        found = centroid(eye.sensor.wavelengths_nm, absorbance, band_nm - offset_nm, 5.0)
        assert found == pytest.approx(band_nm - offset_nm, abs=0.15)


def test_a_shift_belongs_to_one_spectrometer() -> None:
    bench = Bench(seed=4)
    for command in (Fill(LineLamp()), Place("sample"), Shift(2.0, device=1)):
        bench.obey(command)
    sensor = MODELS["FLAME-S"]().sensor
    straight, shifted = (Eye(sensor, bench, place).expose(0.05) for place in (0, 1))
    nm = sensor.wavelengths_nm
    assert centroid(nm, straight, 546.0750) == pytest.approx(546.0750, abs=0.05)
    assert centroid(nm, shifted, 544.0750) == pytest.approx(544.0750, abs=0.05)

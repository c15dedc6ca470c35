"""Emission against its blank and against how the run began: a dirty blank, other optics, light before t0."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.band_apex import _turning_point
from analysis.emission import judge
from analysis.findings import Emission
from analysis.light_cells import CELLS_NM
from analysis.spectrum import FloatArray, Spectrum

NM = np.linspace(340.0, 1025.0, 2048)


def bell(height: float, nm: float, width_nm: float) -> FloatArray:
    """A hyperbolic secant, squared: no shape that the test looks for."""
    return np.asarray(height / np.cosh((NM - nm) / width_nm) ** 2)


def measured(light: FloatArray, seed: int = 0, sigma: float = 20.0) -> Spectrum:
    noise = np.random.default_rng(seed).normal(0.0, sigma, NM.size)
    known = np.ones(NM.size, dtype=np.bool_)
    return Spectrum(NM, light + noise, np.full(NM.size, sigma), known, "counts/s", 0.0)


def judged(light: FloatArray, seed: int = 0) -> Emission:
    return judge(measured(light, seed), excitation_nm=405.0, solvent="toluene", blank=True)


@pytest.mark.parametrize("depth", [100.0, 300.0, 1000.0, 5000.0, 20_000.0])
@pytest.mark.parametrize("nm", [460.0, 490.0, 520.0, 560.0, 600.0])
def test_light_that_is_missing_is_never_emission(depth: float, nm: float) -> None:
    for seed in range(2):
        assert not judged(bell(-depth, nm, 25.0), seed).present


@pytest.mark.parametrize("depth", [1000.0, 20_000.0])
def test_a_blank_that_shines_more_than_the_sample_is_to_be_taken_again(depth: float) -> None:
    answer = judged(bell(-depth, 520.0, 25.0))
    assert answer.present is None
    assert answer.intensity is None
    assert "less light than the blank: take the reference again" in answer.reasons[0]


def test_where_nothing_was_measured_a_band_has_no_maximum() -> None:
    cells = np.zeros(CELLS_NM.size)
    assert _turning_point(cells, cells, 40, 6, 3) is None
    few = cells.copy()
    few[[38, 42]] = 1.0
    assert _turning_point(100.0 * few, few, 40, 6, 3) is None

"""Emission against its blank and against how the run began: a dirty blank, other optics, light before t0."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.emission import judge, judge_in_run
from analysis.emission_light import Bench
from analysis.findings import Emission
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


BENCH = Bench(405.0, "toluene", True)
GLOW = bell(600.0, 470.0, 48.0)  # of an amine, 85 nm wide


def taken(readings: list[tuple[float | None, FloatArray, Bench]]) -> list[Emission]:
    """Return what each (time in s, light, bench) of one run is said to emit."""
    said, earlier = [], None
    for number, (time_s, light, bench) in enumerate(readings):
        answer, earlier = judge_in_run(measured(light, number), bench, reaction_time_s=time_s, earlier=earlier)
        said.append(answer)
    return said


def test_dots_that_emitted_before_t0_still_emit_after_it() -> None:
    dots = bell(3000.0, 520.0, 25.0)
    said = taken([(None, dots, BENCH), (None, dots, BENCH), (0.0, dots, BENCH), (600.0, dots, BENCH)])
    assert [one.present for one in said] == [True] * 4
    assert said[-1].intensity == pytest.approx(3000.0, rel=0.03)


@pytest.mark.parametrize("size", [0.5, 1.0, 3.0, 8.0])
def test_the_solutions_own_light_is_learnt_before_t0_however_bright(size: float) -> None:
    said = taken([(None, size * GLOW, BENCH), (None, size * GLOW, BENCH), (0.0, size * GLOW, BENCH)])
    assert said[-1].present is False


def test_what_first_shows_through_new_optics_late_in_a_run_is_not_taken_off() -> None:
    nothing, trace, other = bell(0.0, 520.0, 25.0), bell(45.0, 520.0, 25.0), replace(BENCH, set_up="other")
    late = [(2400.0 + 300.0 * k, trace, other) for k in range(4)]
    said = taken([(600.0, nothing, BENCH), (1200.0, nothing, BENCH), *late, (7200.0, 3.0 * trace, other)])
    assert said[-1].present is True
    assert said[-1].intensity == pytest.approx(135.0, abs=25.0)


def test_the_solutions_own_light_stays_no_emission_through_new_optics() -> None:
    other = replace(BENCH, set_up="other")
    said = taken([(600.0, GLOW, BENCH), (1200.0, GLOW, BENCH), (7200.0, 1.3 * GLOW, other)])
    assert said[-1].present is False
    both = taken([(600.0, GLOW, BENCH), (7200.0, 1.3 * GLOW + bell(2000.0, 530.0, 24.0), other)])
    assert both[-1].present is True
    assert both[-1].intensity == pytest.approx(2000.0, rel=0.15)

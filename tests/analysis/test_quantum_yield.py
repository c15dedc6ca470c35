"""Relative quantum yields: an interval that holds the truth in 95 of 100 cases, and refusals."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.quantum_yield import REFRACTIVE_INDEX, Glow, QuantumYield, photons, relative_quantum_yield
from analysis.spectrum import FloatArray, Interval, Quantity, Spectrum, Unit, read_only, read_only_mask

PAGE = Path(__file__).resolve().parents[2] / "docs" / "quantum-yield.md"
NM = np.linspace(400.0, 800.0, 1201)
DYE_YIELD = Quantity(0.54, 0.02)
DYE = Glow(Quantity(54000.0, 300.0), Quantity(0.05, 0.0005), REFRACTIVE_INDEX["ethanol"], True)
DOTS = Glow(Quantity(20000.0, 200.0), Quantity(0.05, 0.0005), REFRACTIVE_INDEX["toluene"], True)


def emission(values: FloatArray, unit: Unit = "counts/s") -> Spectrum:
    sigma = np.full(NM.shape, 2.0)
    return Spectrum(read_only(NM), read_only(values), read_only(sigma), read_only_mask(values > -1e9), unit, 0.0)


def told(answer: QuantumYield) -> Interval:
    assert answer.interval is not None, answer.reason
    return answer.interval


def test_equal_absorbance_leaves_light_and_refraction() -> None:
    answer = relative_quantum_yield(DOTS, DYE, DYE_YIELD)
    interval = told(answer)
    assert interval.value == pytest.approx(0.54 * 20000 / 54000 * (1.497 / 1.361) ** 2)
    assert interval.low < interval.value < interval.high
    assert not answer.apparent


@pytest.mark.parametrize("sigma_a", [0.0005, 0.005, 0.012, 0.02])
def test_the_interval_holds_the_truth_in_95_of_100(sigma_a: float) -> None:
    random = np.random.default_rng(11)
    true_yield, true_a = 0.2, 0.05
    light = 54000.0 / 0.54 * true_yield * (1.361 / 1.497) ** 2
    held = answered = 0
    for _ in range(4000):
        sample = replace(
            DOTS,
            photons=Quantity(random.normal(light, 200.0), 200.0),
            absorbance=Quantity(random.normal(true_a, sigma_a), sigma_a),
        )
        dye = replace(DYE, photons=Quantity(random.normal(54000.0, 300.0), 300.0))
        answer = relative_quantum_yield(sample, dye, Quantity(random.normal(0.54, 0.02), 0.02))
        if answer.interval is None:  # an absorbance below 0, or above 0.1: nothing is said
            continue
        answered += 1
        held += answer.interval.low <= true_yield <= answer.interval.high
    assert answered > 3900
    assert 0.935 < held / answered < 0.97


def test_a_vague_absorbance_makes_it_skewed_and_says_so() -> None:
    sharp = told(relative_quantum_yield(DOTS, DYE, DYE_YIELD))
    vague = relative_quantum_yield(replace(DOTS, absorbance=Quantity(0.05, 0.01)), DYE, DYE_YIELD)
    interval = told(vague)
    assert interval.high - interval.value > 1.5 * (interval.value - interval.low)
    assert sharp.high - sharp.value < 1.2 * (sharp.value - sharp.low)
    assert "skewed" in vague.reason
    none = told(relative_quantum_yield(replace(DOTS, absorbance=Quantity(0.01, 0.01)), DYE, DYE_YIELD))
    assert none.high == 1.0
    assert none.low > 0.0


@pytest.mark.parametrize(
    ("sample", "reference", "why"),
    [
        (replace(DOTS, absorbance=Quantity(0.12, 0.001)), DYE, "sample absorbs 0.12"),
        (DOTS, replace(DYE, absorbance=Quantity(0.3, 0.001)), "reference absorbs 0.30"),
        (replace(DOTS, response_corrected=False), DYE, "emission of the sample is not corrected"),
        (DOTS, replace(DYE, response_corrected=False), "emission of the reference is not corrected"),
        (DOTS, replace(DYE, set_up="slit 100 um"), "different set-ups"),
        (replace(DOTS, absorbance=Quantity(-0.01, 0.01)), DYE, "not above 0"),
        (replace(DOTS, photons=Quantity(9e5, 100.0)), DYE, "more photons than were absorbed"),
    ],
)
def test_refusals(sample: Glow, reference: Glow, why: str) -> None:
    answer = relative_quantum_yield(sample, reference, DYE_YIELD)
    assert answer.interval is None
    assert why in answer.reason


def test_beside_clusters_the_yield_is_apparent() -> None:
    answer = relative_quantum_yield(DOTS, DYE, DYE_YIELD, mixture=True)
    assert answer.apparent
    assert answer.reason.startswith("Apparent quantum yield")


def test_photons_of_counts_and_of_watts() -> None:
    band = np.asarray(1000.0 * np.exp(-0.5 * ((NM - 530.0) / 15.0) ** 2))
    counted = photons(emission(band))
    assert counted is not None
    assert counted.value == pytest.approx(1000.0 * 15.0 * np.sqrt(2.0 * np.pi), rel=1e-3)
    assert counted.sigma == pytest.approx(2.0 * np.sqrt(280.0 / np.diff(NM)[0]) * np.diff(NM)[0], rel=0.01)
    blue, red = (
        photons(emission(np.asarray(1000.0 * np.exp(-0.5 * ((NM - at) / 15.0) ** 2))), per_watt=True)
        for at in (530.0, 636.0)
    )
    assert blue is not None
    assert red is not None
    assert red.value / blue.value == pytest.approx(1.2, rel=1e-3)
    assert photons(emission(band), (470.0, 900.0)) is None
    with pytest.raises(ValueError, match="no photons"):
        photons(emission(band, "A"))


def test_the_page_runs_as_it_stands_in_ten_lines_and_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    [code] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(code.splitlines()) == 10
    exec(code, {})
    printed = capsys.readouterr().out.strip()
    assert f"It prints: *{printed}*" in page

"""Sizes of dots where the curve holds, and a refusal with its reason everywhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.findings import Role, Species
from analysis.library import load_library
from analysis.sizing import (
    cluster_yield,
    concentration,
    diameter,
    extinction,
    full_conversion_m,
    least_extinction,
    relative_yield,
    sizing,
    to_one_cuvette,
)
from analysis.spectrum import Quantity

LIBRARY = load_library((Path(__file__).parents[2] / "resources" / "species.toml").read_text(encoding="utf-8"))


def band(name: str, nm: float, absorbance: float = 0.1, role: Role = "band") -> Species:
    return Species(name, role, nm, 0.3, 45.0, absorbance, 0.002, 0.9, "fitted component")


@pytest.mark.parametrize(("nm", "diameter_nm"), [(500, 2.34), (510, 2.60), (532, 3.01), (550, 3.24), (607, 3.72)])
def test_diameters_of_the_curve(nm: float, diameter_nm: float) -> None:
    assert diameter(Quantity(nm, 0.0)).value == pytest.approx(diameter_nm, abs=0.005)


def test_the_curve_states_what_it_does_not_know() -> None:
    for nm in np.arange(500.0, 701.0, 2.0):
        assert diameter(Quantity(nm, 0.0)).sigma == pytest.approx(0.19)
    flat = diameter(Quantity(582.0, 5.0))
    assert flat.sigma > np.hypot(0.19, 5.0 * 0.0076) + 0.01  # more than the slope of the cubic there would say
    steep = diameter(Quantity(510.0, 5.0))
    assert steep.sigma == pytest.approx(np.hypot(0.19, 5.0 * 0.0232), rel=0.02)


@pytest.mark.parametrize("nm", [440.0, 449.0, 469.0, 480.0, 499.9, 700.1, 900.0])
def test_outside_500_to_700_nm_there_is_no_diameter(nm: float) -> None:
    with pytest.raises(ValueError, match="500-700 nm"):
        diameter(Quantity(nm, 0.2))
    answer = sizing([band("QD", nm)], "CdTe", LIBRARY)
    assert answer is not None
    assert answer.diameter_nm is answer.extinction_per_m_cm is answer.concentration_m is None
    assert "500-700 nm" in answer.refused


@pytest.mark.parametrize("name", ["MSC-449", "MSC-469", "MSC-550", "MSC-506", "PRE-430", "MSC-own"])
def test_a_cluster_is_never_sized_wherever_its_band_lies(name: str) -> None:
    answer = sizing([band(name, 550.0)], "CdTe", LIBRARY, diluted=101.0)
    assert answer is not None
    assert name in answer.refused
    assert answer.diameter_nm is answer.concentration_m is None


@pytest.mark.parametrize(("material", "why"), [("CdSe", "not of CdSe"), (None, "material is not known")])
def test_other_materials_are_refused(material: str | None, why: str) -> None:
    answer = sizing([band("QD", 550.0)], material, LIBRARY)
    assert answer is not None
    assert why in answer.refused
    unnamed = sizing([band("other", 550.0)], "CdTe", LIBRARY)
    assert unnamed is not None
    assert "not known to be dots" in unnamed.refused


def test_dots_are_sized_beside_larger_clusters() -> None:
    answer = sizing([band("MSC-449", 449.0, 0.2), band("QD", 532.0, 0.05)], "CdTe", LIBRARY, diluted=101.0)
    assert answer is not None
    assert answer.of == "QD"
    assert answer.diameter_nm is not None
    assert answer.concentration_m is not None
    assert answer.extinction_per_m_cm is not None
    assert answer.diameter_nm.value == pytest.approx(3.01, abs=0.01)
    assert answer.extinction_per_m_cm.value == pytest.approx(10043.0 * 3.013**2.12, rel=2e-3)
    assert answer.concentration_m.value == pytest.approx(0.05 / answer.extinction_per_m_cm.value * 101.0)
    assert answer.refused == ""
    undiluted = sizing([band("QD", 532.0, 0.05)], "CdTe", LIBRARY)
    assert undiluted is not None
    assert undiluted.concentration_m is None


def test_a_name_is_that_of_the_material_and_of_no_other() -> None:
    own = next(entry for entry in LIBRARY if entry.material == "CdTe" and entry.name == "QD")
    sharp = replace(own, material="ZnTe", kind="cluster")
    answer = sizing([band("QD", 532.0)], "CdTe", (*LIBRARY, sharp))
    assert answer is not None
    assert answer.diameter_nm is not None


def test_nothing_has_no_size() -> None:
    assert sizing([], "CdTe", LIBRARY) is None
    assert sizing([band("MSC-449", 405.0, role="E2")], "CdTe", LIBRARY) is None


def test_a_shorter_cuvette_and_a_stronger_dilution_are_undone() -> None:
    assert to_one_cuvette(10.0, 101.0, 101.0) == 1.0
    assert to_one_cuvette(2.0, 101.0, 101.0) == 5.0
    assert to_one_cuvette(2.0, 51.0, 101.0) == pytest.approx(5.0 * 51.0 / 101.0)
    assert to_one_cuvette(2.0, None, 101.0) == 5.0, "a dilution that is not known counts as the run's"
    assert to_one_cuvette(float("nan"), None, None) == 1.0


@given(st.floats(0.001, 2.0), st.floats(0.2, 10.0), st.floats(1.0, 1000.0))
def test_lambert_and_beer(absorbed: float, path_mm: float, diluted: float) -> None:
    eps = Quantity(1e5, 1e4)
    c = concentration(Quantity(absorbed, 0.0), eps, path_mm=path_mm, diluted=diluted)
    assert c.value / diluted * eps.value * path_mm / 10.0 == pytest.approx(absorbed)
    assert c.sigma / c.value == pytest.approx(np.hypot(0.1, 0.03 if diluted > 1.0 else 0.0))


def test_the_extinction_carries_the_sigma_of_the_diameter() -> None:
    eps = extinction(Quantity(3.0, 0.03))
    assert eps.value == pytest.approx(10043.0 * 3.0**2.12)
    assert eps.sigma / eps.value == pytest.approx(0.0212)


def test_20_mm_tellurium_are_0_588_mm_of_clusters() -> None:
    assert 1e3 * full_conversion_m(20e-3) == pytest.approx(0.588, abs=5e-4)
    assert 1e6 * full_conversion_m(20e-3) / 101.0 == pytest.approx(5.8, abs=0.03)
    least = least_extinction(Quantity(0.15, 0.002), 20e-3, path_mm=10.0, diluted=101.0)
    assert least.value == pytest.approx(2.6e4, rel=0.01)


def test_a_yield_needs_an_extinction_of_ones_own() -> None:
    absorbed = Quantity(0.15, 0.001)
    assert cluster_yield(absorbed, None, 20e-3, path_mm=10.0, diluted=101.0) is None
    half = cluster_yield(absorbed, Quantity(5.15e4, 1e3), 20e-3, path_mm=10.0, diluted=101.0)
    assert half is not None
    assert half.value == pytest.approx(0.5, abs=0.01)
    assert half.low < half.value < half.high < 0.6
    with pytest.raises(ValueError, match=r"at least 2\.6e\+04"):
        cluster_yield(absorbed, Quantity(1e4, 1e2), 20e-3, path_mm=10.0, diluted=101.0)


def test_the_relative_yield_has_the_sigma_of_both_readings() -> None:
    now = relative_yield(Quantity(0.08, 0.001), Quantity(0.16, 0.002))
    assert now is not None
    assert now.value == 0.5
    assert now.sigma == pytest.approx(0.5 * np.sqrt(2 * 0.0125**2))
    assert relative_yield(Quantity(0.08, 0.001), Quantity(0.0, 0.002)) is None

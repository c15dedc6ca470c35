"""Bands of compounds without established pairs of excitons: named one by one, by place and width."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.baseline import sigma_from_scatter
from analysis.library import LibraryEntry, load_library
from analysis.species_by_place import name_by_place
from analysis.spectrum import FloatArray, Spectrum
from station.formats import wide_csv

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = load_library((ROOT / "resources" / "species.toml").read_text(encoding="utf-8"))
NM = np.linspace(290.0, 800.0, 2048)


def entries(material: str) -> tuple[LibraryEntry, ...]:
    return tuple(entry for entry in LIBRARY if entry.material == material)


def bell(centre: float, fwhm: float) -> FloatArray:
    return np.asarray(np.cosh(np.clip(1.7627 * (NM - centre) / fwhm, -300.0, 300.0)) ** -2.0)


def measured(values: FloatArray, seed: int = 0) -> Spectrum:
    sigma = np.full(NM.size, 5e-4)
    noisy = values + np.random.default_rng(seed).normal(0.0, 5e-4, NM.size)
    return Spectrum(NM, noisy, sigma, np.ones(NM.size, dtype=np.bool_), "A", 0.0)


@pytest.mark.parametrize(
    ("material", "nm", "fwhm", "name"),
    [("CdSe", 415.4, 16.0, "MSC-415"), ("CdS", 358.5, 14.0, "MSC-360"), ("ZnTe", 397.6, 15.0, "MSC-398")],
)
def test_a_cluster_bears_its_name_where_it_was_reported(material: str, nm: float, fwhm: float, name: str) -> None:
    for seed in range(5):
        (species,) = name_by_place(measured(0.1 * bell(nm, fwhm), seed), entries(material))
        assert (species.name, species.role) == (name, "E1")
        assert species.nm == pytest.approx(nm, abs=0.4)
        assert species.confidence > 0.5


def test_the_second_exciton_of_a_doublet_is_its_clusters() -> None:
    doublet = 0.1 * bell(344.6, 11.0) + 0.06 * bell(328.2, 11.0)
    first, second = name_by_place(measured(doublet), entries("ZnSe"))
    assert [(one.name, one.role) for one in (first, second)] == [("dMSC-345", "E1"), ("dMSC-345", "E2")]
    assert second.reasons == ("second exciton of dMSC-345",)
    (alone,) = name_by_place(measured(0.06 * bell(328.2, 11.0)), entries("ZnSe"))
    assert alone.name == "other", "an E2 without its E1 is none"


def test_a_band_where_no_cluster_was_reported_and_one_too_broad_for_a_cluster_are_other() -> None:
    found = name_by_place(measured(0.1 * bell(435.0, 16.0)), entries("CdSe"))
    assert [species.name for species in found] == ["other"]
    found = name_by_place(measured(0.1 * bell(415.0, 60.0)), entries("CdSe"))
    assert [species.name for species in found] == ["other"]


def test_nothing_in_noise_is_named() -> None:
    for seed in range(20):
        assert name_by_place(measured(0.0 * NM, seed), entries("CdSe")) == ()


def test_the_dots_of_real_cdse_are_one_track_and_their_further_bands_no_clusters(shared_data: Path) -> None:
    for run in (2, 5, 6):
        table = wide_csv.read(shared_data / "cdse-aliquots-imperial" / f"Run {run} UV-Vis.csv")
        track = []
        for column in table.values:
            sigma = sigma_from_scatter(column, table.wavelengths_nm)
            spectrum = Spectrum(table.wavelengths_nm, column, sigma, np.isfinite(column), "A", 0.0)
            species = name_by_place(spectrum, entries("CdSe"))
            assert {one.name for one in species} <= {"QD", "other"}
            track += [one.nm for one in species if one.name == "QD"]
        assert len(track) == len(table.values)
        bend = np.diff(track, 2)
        assert 1.4826 * np.median(np.abs(bend - np.median(bend))) / np.sqrt(6.0) < 0.5

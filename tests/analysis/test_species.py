"""Names of clusters: right where there is one, silent where there is none, honest about where and how sure.

The spectra are made here, of shapes that the fit does not assume: bells in energy, log-normal bands that lean to
either side, Voigt-like bands with Lorentzian feet, steps of dots, three kinds of ultraviolet rise.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.baseline import sigma_from_scatter
from analysis.findings import Species
from analysis.library import LibraryEntry, load_library
from analysis.species import Adaptation, assign
from analysis.spectrum import FloatArray, Spectrum

ROOT = Path(__file__).resolve().parent.parent.parent
LIBRARY = load_library((ROOT / "resources" / "species.toml").read_text(encoding="utf-8"))
PIXEL = np.arange(2048)
NM = 340.45 + 0.3815 * PIXEL - 2.11e-5 * PIXEL**2 - 1.37e-9 * PIXEL**3
CSV_NM = np.arange(370.0, 650.0, 1.4)

Shape = Callable[[FloatArray, float, float], FloatArray]


def in_energy(nm: FloatArray, centre: float, fwhm: float) -> FloatArray:
    width = fwhm / 2.3548 / centre**2
    return np.asarray(np.exp(-0.5 * ((1.0 / nm - 1.0 / centre) / width) ** 2))


def leaning(skew: float) -> Shape:
    def shape(nm: FloatArray, centre: float, fwhm: float) -> FloatArray:
        x = np.maximum(1.0 + skew * (nm - centre) * 2.3548 / fwhm, 1e-9)
        return np.asarray(np.exp(-0.5 * (np.log(x) / skew) ** 2))

    return shape


def with_feet(nm: FloatArray, centre: float, fwhm: float) -> FloatArray:
    t = 2.0 * (nm - centre) / fwhm
    return np.asarray(0.7 * np.exp2(-(t**2)) + 0.3 / (1.0 + t**2))


SHAPES: dict[str, Shape] = {
    "in energy": in_energy,
    "leaning red": leaning(0.08),
    "leaning blue": leaning(-0.05),
    "with feet": with_feet,
}


def rise(nm: FloatArray, kind: int) -> FloatArray:
    """The ultraviolet behind the bands: 1 at 390 nm."""
    if kind == 0:
        return np.asarray(np.exp(-(nm - 390.0) / 22.0))
    if kind == 1:
        return np.asarray(2.0 / (1.0 + np.exp((nm - 385.0) / 13.0)) / 1.19)
    return np.asarray((390.0 / nm) ** 9)


def cluster(nm: FloatArray, shape: Shape, e1: float, e2: float, fwhm: float = 19.0) -> FloatArray:
    return shape(nm, e1, fwhm) + 0.6 * shape(nm, e2, 1.35 * fwhm)


def dots(nm: FloatArray, e1: float, fwhm: float) -> FloatArray:
    steps = 0.45 / (1.0 + np.exp((nm - e1 + 0.5 * fwhm) / 11.0)) + 1.0 / (1.0 + np.exp((nm - e1 + 75.0) / 22.0))
    return in_energy(nm, e1, fwhm) + steps + rise(nm, 0)


def measured(truth: FloatArray, seed: int, nm: FloatArray = NM) -> Spectrum:
    """What 20 scans of a tungsten lamp make of it: 15 % of full scale at 405 nm, falling away below."""
    rng = np.random.default_rng(seed)
    lamp = 65535.0 * np.where(
        nm < 405.0, 0.15 * np.exp((nm - 405.0) / 18.0), np.minimum(0.15 + 0.0026 * (nm - 405.0), 0.8)
    )
    offset = rng.normal(0.0, 0.01) + rng.normal(0.0, 0.002) * (nm - 550.0) / 150.0
    through = lamp * 10.0**-truth

    def noise(light: FloatArray) -> FloatArray:
        return np.asarray(np.sqrt((12.0**2 + 0.25 * light) / 20.0))

    sample, reference = (
        through + rng.normal(size=nm.size) * noise(through),
        lamp + rng.normal(size=nm.size) * noise(lamp),
    )
    sigma = np.hypot(noise(through) / through, noise(lamp) / lamp) / np.log(10.0)
    valid = (sigma < 0.05) & (sample > 0.0)
    values = -np.log10(np.where(valid, sample, 1.0) / reference) + offset
    return Spectrum(nm, np.where(valid, values, np.nan), np.where(valid, sigma, np.nan), valid, "A", 0.0)


def white(truth: FloatArray, seed: int, sigma: float = 3e-4, nm: FloatArray = NM) -> Spectrum:
    """What a lamp that is bright everywhere makes of it."""
    noise = np.random.default_rng(seed).normal(0.0, sigma, nm.size)
    return Spectrum(nm, truth + noise, np.full(nm.size, sigma), np.ones(nm.size, dtype=np.bool_), "A", 0.0)


def named(spectrum: Spectrum, adaptation: Adaptation | None = None) -> tuple[Species, ...]:
    return assign(spectrum, LIBRARY, "CdTe", adaptation or Adaptation())[0]


def names(species: tuple[Species, ...]) -> set[str]:
    return {s.name for s in species}


def one(species: tuple[Species, ...], name: str, role: str) -> Species:
    (found,) = [s for s in species if s.name == name and s.role == role]
    return found


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_a_cluster_alone_is_named_alone_and_its_stated_sigma_is_true(shape: Shape) -> None:
    misses, pulls = [], []
    for seed in range(24):
        height, kind = 10.0 ** np.linspace(-2.0, -0.7, 24)[seed], seed % 3
        centre = 449.0 + 0.05 * (seed - 12)
        truth = height * (cluster(NM, shape, centre, 405.0, 16.0 + 0.3 * seed) + rise(NM, kind))
        species = named(measured(truth, seed))
        assert names(species) == {"MSC-449"}
        first = one(species, "MSC-449", "E1")
        assert first.absorbance == pytest.approx(height, rel=0.12)
        misses.append(first.nm - centre)
        pulls.append((first.nm - centre) / first.sigma_nm)
    assert abs(float(np.mean(misses))) < 0.3
    assert float(np.max(np.abs(misses))) < 0.7
    assert 0.3 < float(np.sqrt(np.mean(np.square(pulls)))) < 2.0


def test_over_all_shapes_the_spread_of_error_over_sigma_is_near_one() -> None:
    pulls = []
    for seed in range(96):
        shape = list(SHAPES.values())[seed % 4]
        height = 10.0 ** (-2.0 + 1.3 * ((seed * 7) % 96) / 95.0)
        truth = height * (cluster(NM, shape, 449.0, 405.0, 16.0 + (seed % 9)) + rise(NM, seed % 3))
        first = one(named(measured(truth, 500 + seed)), "MSC-449", "E1")
        pulls.append((first.nm - 449.0) / first.sigma_nm)
    assert 0.8 < float(np.sqrt(np.mean(np.square(pulls)))) < 1.3


@pytest.mark.parametrize(("name", "e1", "e2"), [("MSC-449", 449.0, 405.0), ("MSC-469", 469.0, 427.0)])
def test_the_second_exciton_is_found_within_two_nanometres(name: str, e1: float, e2: float) -> None:
    misses = []
    for seed in range(15):
        truth = 0.1 * (cluster(NM, in_energy, e1, e2) + rise(NM, seed % 3))
        species = named(measured(truth, seed))
        assert names(species) == {name}
        misses.append(one(species, name, "E2").nm - e2)
    assert float(np.max(np.abs(misses))) < 2.0


@pytest.mark.parametrize("ratio", [3.0, 1.0, 1.0 / 3.0])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_a_blend_is_two_clusters_and_no_band_between_them(shape: Shape, ratio: float) -> None:
    for seed in range(3):
        both = (ratio * cluster(NM, shape, 449.0, 405.0) + cluster(NM, shape, 469.0, 427.0)) / (1.0 + ratio)
        species = named(measured(0.1 * (both + rise(NM, seed)), seed))
        assert names(species) == {"MSC-449", "MSC-469"}
        first, second = one(species, "MSC-449", "E1"), one(species, "MSC-469", "E1")
        assert first.nm == pytest.approx(449.0, abs=2.0)
        assert second.nm == pytest.approx(469.0, abs=2.0)
        assert first.absorbance / second.absorbance == pytest.approx(ratio, rel=0.45)
        assert any("fitted together" in reason for reason in first.reasons)


def test_noise_and_what_lamps_and_cuvettes_do_have_no_name() -> None:
    for seed in range(300):
        rng = np.random.default_rng(seed)
        truth = 0.0 * NM
        if seed % 3 == 1:
            truth = rng.uniform(0.0, 0.15) * (500.0 / NM) ** rng.uniform(0.5, 4.0)
        if seed % 3 == 2:
            warm, line = rng.normal(0.0, 0.01) * np.log(NM / 550.0), rng.choice([486.1, 581.0, 656.3])
            lamp_line = rng.normal(0.0, 0.004) * np.exp(-0.5 * ((NM - line) / 0.8) ** 2)
            truth = warm + lamp_line + rng.uniform(0.0, 0.05) * rise(NM, seed % 2)
        assert names(named(measured(truth, seed))) == set()


@pytest.mark.parametrize("height", [0.02, 0.06, 0.15])
def test_the_prenucleation_band_is_named_alone(height: float) -> None:
    for seed in range(8):
        truth = height * (with_feet(NM, 430.0, 50.0) if seed % 2 else in_energy(NM, 430.0, 48.0 + seed))
        species = named(measured(truth + height * rise(NM, seed % 3), seed))
        assert names(species) == {"PRE-430"}
        assert species[0].role == "band"
        assert species[0].nm == pytest.approx(430.0, abs=4.0)
        assert species[0].fwhm_nm > 35.0


def test_prenucleation_beside_a_cluster_is_seen() -> None:
    for seed in range(8):
        truth = 0.05 * (cluster(NM, in_energy, 449.0, 405.0) + in_energy(NM, 430.0, 52.0) + rise(NM, seed % 3))
        assert names(named(measured(truth, seed))) == {"MSC-449", "PRE-430"}


@pytest.mark.parametrize("nm", [503.0, 515.0, 530.0, 550.0])
def test_dots_are_dots(nm: float) -> None:
    for seed in range(6):
        species = named(measured(0.05 * dots(NM, nm, 40.0 + 3.0 * seed), seed))
        assert names(species) == {"QD"}
        assert species[0].nm == pytest.approx(nm, abs=4.0)


@pytest.mark.parametrize(
    ("name", "e1", "e2", "dot"), [("MSC-449", 449.0, 405.0, 502.0), ("MSC-469", 469.0, 427.0, 521.0)]
)
def test_a_cluster_beside_dots_keeps_its_name_and_place(name: str, e1: float, e2: float, dot: float) -> None:
    for seed in range(8):
        truth = 0.07 * (cluster(NM, in_energy, e1, e2) + rise(NM, 0)) + 0.03 * dots(NM, dot, 45.0)
        species = named(measured(truth, seed))
        assert names(species) == {name, "QD"}
        assert one(species, name, "E1").nm == pytest.approx(e1, abs=0.5)


def test_further_bands_of_far_grown_dots_are_no_clusters() -> None:
    for seed in range(6):
        further = 0.6 * in_energy(NM, 492.0, 52.0) + 0.9 * in_energy(NM, 438.0, 60.0) + 0.8 * rise(NM, seed % 3)
        species = named(measured(0.07 * (in_energy(NM, 558.0, 46.0) + further), seed))
        assert names(species) == {"QD"}


@pytest.mark.parametrize("seed", range(6))
def test_a_broad_hump_of_dots_of_all_sizes_is_not_two_clusters(seed: int) -> None:
    hump = 0.095 / (1.0 + np.exp((NM - 490.0) / 13.0)) + 0.004 * in_energy(NM, 480.0, 14.0) + 0.05 * rise(NM, 1)
    species = named(measured(0.08 * in_energy(NM, 563.0, 46.0) + hump, seed))
    assert names(species) == {"QD"}
    assert species[0].nm == pytest.approx(563.0, abs=3.0)


@pytest.mark.parametrize("seed", range(6))
def test_a_trace_of_the_second_cluster_is_no_prenucleation_band(seed: int) -> None:
    truth = 0.22 * cluster(NM, leaning(0.05), 449.0, 405.0, 22.0) + 0.012 * cluster(NM, in_energy, 469.0, 427.0, 22.0)
    assert "PRE-430" not in names(named(measured(truth + 0.1 * rise(NM, 0), seed)))


def test_a_single_band_between_the_two_clusters_is_not_taken_for_both() -> None:
    for seed in range(4):
        species = named(measured(0.1 * (in_energy(NM, 460.0, 18.0) + 0.6 * rise(NM, seed % 2)), seed))
        assert names(species) == {"MSC-460"}


def test_small_sharp_peaks_on_the_dots_have_their_own_tentative_names() -> None:
    truth = 0.08 * dots(NM, 548.0, 60.0) + 0.010 * in_energy(NM, 480.0, 12.0) + 0.020 * in_energy(NM, 551.0, 13.0)
    species = named(measured(truth, 0))
    assert names(species) == {"QD", "MSC-480", "MSC-550"}
    assert any("tentative" in reason for reason in one(species, "MSC-480", "E1").reasons)


def test_a_file_of_coarse_points_reads_alike() -> None:
    rng = np.random.default_rng(0)
    truth = 0.1 * (cluster(CSV_NM, in_energy, 449.0, 405.0) + rise(CSV_NM, 0))
    values = truth + rng.normal(0.0, 5e-4, CSV_NM.size) - 0.015
    made = Spectrum(CSV_NM, values, sigma_from_scatter(values, CSV_NM), np.isfinite(values), "A", 0.0)
    species = named(made)
    assert names(species) == {"MSC-449"}
    assert one(species, "MSC-449", "E1").nm == pytest.approx(449.0, abs=0.4)


def test_the_run_teaches_where_its_own_clusters_stand() -> None:
    adaptation, last = Adaptation(), 0.0
    for seed in range(8):
        truth = 0.08 * (cluster(NM, in_energy, 450.5, 406.5, 23.0) + rise(NM, 0))
        species, adaptation = assign(measured(truth, seed), LIBRARY, "CdTe", adaptation)
        assert names(species) == {"MSC-449"}
        last = one(species, "MSC-449", "E1").nm
    assert last == pytest.approx(450.5, abs=0.3)
    assert adaptation.offset_nm == pytest.approx(1.5, abs=0.4)
    assert adaptation.width_factor == pytest.approx(1.15, abs=0.08)
    both = 0.04 * (
        cluster(NM, in_energy, 450.5, 406.5, 23.0) + cluster(NM, in_energy, 470.0, 428.0, 23.0) + rise(NM, 0)
    )
    assert names(named(measured(both, 9), adaptation)) == {"MSC-449", "MSC-469"}


def test_nothing_seen_teaches_nothing() -> None:
    before = Adaptation(0.4, 1.1, 3.0)
    assert assign(measured(0.0 * NM, 1), LIBRARY, "CdTe", before)[1] == before


@pytest.mark.parametrize("seed", range(12))
def test_what_is_lower_than_baselines_can_feign_has_no_name(seed: int) -> None:
    faint = 0.0006 * cluster(NM, in_energy, 449.0, 405.0)
    assert named(measured(faint, seed)) == ()


def test_a_cluster_whose_second_exciton_is_missing_keeps_its_name_with_half_the_confidence() -> None:
    (alone,) = named(measured(0.1 * in_energy(NM, 449.0, 20.0), 3))
    (whole, _) = named(measured(0.1 * cluster(NM, in_energy, 449.0, 405.0), 3))
    assert (alone.name, alone.role) == ("MSC-449", "E1")
    assert alone.confidence < 0.6 * whole.confidence
    assert any("405 nm, is not seen" in reason for reason in alone.reasons)


def test_a_height_carries_what_an_unseen_neighbour_may_add() -> None:
    hidden = cluster(NM, in_energy, 469.0, 427.0)
    truth = 0.2
    found = one(named(measured(truth * cluster(NM, in_energy, 449.0, 405.0) + 0.008 * hidden, 5)), "MSC-449", "E1")
    assert abs(found.absorbance - truth) < 2.5 * found.sigma


@pytest.mark.parametrize("material", [None, "unobtainium"])
def test_unknown_material_leaves_every_band_unassigned(material: str | None) -> None:
    truth = 0.1 * (cluster(NM, in_energy, 449.0, 405.0) + rise(NM, 0))
    species, adaptation = assign(measured(truth, 0), LIBRARY, material, Adaptation())
    assert names(species) == {"other"}
    assert species[0].nm == pytest.approx(449.0, abs=1.0)
    assert "CdTe MSC-449" in species[0].would_fit
    assert adaptation == Adaptation()


def test_a_name_that_two_materials_have_is_told_apart_where_the_material_is_unknown() -> None:
    species, _ = assign(white(0.1 * in_energy(NM, 360.5, 16.0), 0), LIBRARY, None, Adaptation())
    assert {"CdSe MSC-360", "CdS MSC-360"} <= set(species[0].would_fit)


@pytest.mark.parametrize(("e2", "sure"), [(405.0, True), (409.0, False)])
def test_the_splitting_of_the_two_excitons_speaks_for_or_against_a_name(e2: float, sure: bool) -> None:
    e1 = 449.0 if sure else 446.0
    found = one(named(measured(0.3 * (cluster(NM, in_energy, e1, e2) + rise(NM, 0)), 3)), "MSC-449", "E1")
    assert (found.confidence > 0.9) is sure
    assert any("meV above E1; known 300 meV" in reason for reason in found.reasons)


@pytest.mark.parametrize("from_nm", [576.0, 585.0])
def test_where_only_the_red_was_measured_nothing_is_divided_by_what_is_not_there(from_nm: float) -> None:
    nm = np.linspace(380.0, 720.0, 3000)
    spectrum = white(0.03 * in_energy(nm, 690.0, 25.0), 0, 1e-5, nm)
    assert names(named(replace(spectrum, valid=nm > from_nm))) <= {"other", "QD"}


@pytest.mark.parametrize(
    ("nm", "name"), [(506.0, "MSC-506"), (491.0, "MSC-483"), (460.0, "MSC-460"), (486.0, "MSC-483"), (500.0, "other")]
)
@pytest.mark.parametrize("seed", range(3))
def test_a_sharp_band_is_not_dots(nm: float, name: str, seed: int) -> None:
    species = named(white(0.1 * in_energy(NM, nm, 16.0) + 0.01 * (400.0 / NM) ** 4, seed, 5e-4))
    assert [each.name for each in species] == [name]
    assert species[0].nm == pytest.approx(nm, abs=1.0)
    assert species[0].fwhm_nm == pytest.approx(16.0, abs=2.5)


@pytest.mark.parametrize("nm", [371.0, 374.0])
@pytest.mark.parametrize("seed", range(4))
def test_the_red_foot_of_a_band_before_the_fit_makes_no_ghosts(nm: float, seed: int) -> None:
    for shape in (in_energy, with_feet):
        species = named(white(0.1 * shape(NM, nm, 16.0) + 0.01 * (400.0 / NM) ** 4, seed, 5e-4))
        assert names(species) == {"MSC-371"}, shape


def test_a_cluster_beside_a_band_before_the_fit_keeps_name_and_place() -> None:
    truth = 0.1 * in_energy(NM, 372.0, 16.0) + 0.03 * cluster(NM, in_energy, 449.0, 405.0)
    species = named(white(truth, 0, 3e-4))
    assert names(species) == {"MSC-371", "MSC-449"}
    assert one(species, "MSC-449", "E1").nm == pytest.approx(449.0, abs=0.5)


def test_another_materials_entries_are_never_named() -> None:
    own = LibraryEntry("MSC-X", "CdSe", "cluster", 513.0, (512.0, 514.0), (10.0, 30.0), 470.0, (469.0, 471.0))
    truth = 0.1 * (cluster(NM, in_energy, 449.0, 405.0) + rise(NM, 0))
    known = {entry.name for entry in LIBRARY if entry.material == "CdSe"} | {own.name, "other"}
    for seed in range(4):
        assert names(assign(measured(truth, seed), (*LIBRARY, own), "CdSe", Adaptation())[0]) <= known


@pytest.mark.parametrize("gap", [(448.0, 451.0), (445.0, 454.0)])
def test_nothing_is_reported_beside_missing_pixels(gap: tuple[float, float]) -> None:
    whole = measured(0.1 * (cluster(NM, in_energy, 449.0, 405.0) + rise(NM, 0)), 0)
    low, high = gap
    valid = whole.valid & ((low > NM) | (high < NM))
    cut = Spectrum(
        NM,
        np.where(valid, whole.values, np.nan),
        np.where(valid, whole.sigma, np.nan),
        valid,
        "A",
        whole.mid_exposure_s,
    )
    assert named(cut) == ()


@pytest.mark.parametrize(
    "nm", [np.linspace(340.0, 1025.0, n) for n in (200, 700, 4000)] + [NM[::-1], np.linspace(430.0, 900.0, 1500)]
)
def test_any_axis_shows_the_same_cluster(nm: FloatArray) -> None:
    species = named(measured(0.1 * (cluster(nm, in_energy, 449.6, 405.0) + rise(nm, 0)), 2, nm))
    assert names(species) == {"MSC-449"}
    assert one(species, "MSC-449", "E1").nm == pytest.approx(449.6, abs=0.5)


def test_the_smallest_cluster_that_is_promised_is_seen() -> None:
    """95 % power at A449 = 0.0015 is the aim of the station; single aliquots, nothing learnt before."""
    seen = [
        "MSC-449" in names(named(measured(0.0015 * (cluster(NM, SHAPES["in energy"], 449.5, 405.3) + rise(NM, 0)), k)))
        for k in range(60)
    ]
    assert float(np.mean(seen)) >= 0.9


def test_nothing_measured_has_no_species() -> None:
    blank = np.full(NM.size, np.nan)
    nothing = Spectrum(NM, blank, blank, np.zeros(NM.size, dtype=np.bool_), "A", 0.0)
    assert named(nothing) == ()
    assert assign(nothing, LIBRARY, None, Adaptation())[0] == ()


@pytest.mark.parametrize("run", [2, 5, 6])
def test_real_cdse_aliquots_are_unassigned_bands_with_a_first_exciton(shared_data: Path, run: int) -> None:
    path = shared_data / "cdse-aliquots-imperial" / f"Run {run} UV-Vis.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in list(csv.reader(stream))[1:] if row and row[0].strip()]
    table = np.array([[float(cell) for cell in row] for row in rows[: 251 if run == 2 else 301]])
    nm, seen = table[:, 0], 0
    for values in table.T[1:]:
        made = Spectrum(nm, values, sigma_from_scatter(values, nm), np.isfinite(values), "A", 0.0)
        species, _ = assign(made, LIBRARY, None, Adaptation())
        assert names(species) <= {"other"}
        seen += any(450.0 < s.nm < 545.0 and s.fwhm_nm > 22.0 for s in species)
    assert seen >= 0.97 * (table.shape[1] - 1)

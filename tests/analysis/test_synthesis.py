"""The flask shows what the paper saw, and nothing that it did not see; and it keeps its books.

The measures here are the test's own and simple: a local maximum, a minimum of the second derivative, a height.
"""

from __future__ import annotations

import math
import tomllib
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.spectrum import FloatArray
from analysis.synthesis import Composition, Conditions, Flask

TABLE = tomllib.loads((Path(__file__).parents[2] / "resources" / "reactions.toml").read_text(encoding="utf-8"))
REACTIONS: dict[str, dict[str, Any]] = {row["id"]: row for row in TABLE["reaction"]}
NM = np.arange(350.0, 760.0, 0.25)
PAPER_H = (0.5, 1.0, 1.5, 2.0, 4.0, 8.0, 23.0, 24.0)
LIKE_ODE = ("ODE_std", "ODE_undegassed", "octane")
TOLUENE = ("toluene_std", "CdTe_1.2")
PURE_449 = (*TOLUENE, "TOP_5", "TOP_10", "OAM_12.6", "OAM_25", "OAM_50", "CdTe_0.6")
ZONES = ("none", "prenucleation", "MSC + prenucleation", "MSC", "MSC + QD", "second MSC + QD", "QD")


@cache
def flask(name: str) -> Flask:
    row = REACTIONS[name]
    return Flask(
        Conditions(
            solvent=row["solvent"],
            temperature_c=row["T_C"],
            top_mmol=row["TOP_mmol"],
            oam_mmol=row["OAM_mmol"],
            cd_mmol=row["Cd_mmol"],
            te_mmol=row["Te_mmol"],
            volume_ml=TABLE["volume_ml"],
            degassed=row["degassed"],
        )
    )


def absorbance(name: str, hours: float) -> FloatArray:
    return flask(name).absorbance(hours * 3600.0, NM)


def emission(name: str, hours: float) -> FloatArray:
    return flask(name).emission(hours * 3600.0, NM)


def held(name: str, hours: float) -> Composition:
    return flask(name).composition(hours * 3600.0)


def at(spectrum: FloatArray, nm: float) -> float:
    return float(np.interp(nm, NM, spectrum))


def a449(name: str, hours: float) -> float:
    return at(absorbance(name, hours), 449.0)


def maxima_nm(spectrum: FloatArray, low_nm: float = 395.0, high_nm: float = 750.0) -> list[float]:
    inner = spectrum[1:-1]
    top = (inner > spectrum[:-2]) & (inner >= spectrum[2:]) & (NM[1:-1] > low_nm) & (NM[1:-1] < high_nm)
    return [float(nm) for nm in NM[1:-1][top]]


def bend_nm(spectrum: FloatArray, low_nm: float, high_nm: float) -> float:
    """Position of the sharpest downward bend: where a peak or a shoulder sits."""
    curvature = np.gradient(np.gradient(spectrum, NM), NM)
    inside = np.flatnonzero((low_nm <= NM) & (high_nm >= NM))
    return float(NM[inside[np.argmin(curvature[inside])]])


def brightness(name: str, hours: float) -> float:
    return float(emission(name, hours).max())


def emission_nm(name: str, hours: float) -> float:
    return float(NM[np.argmax(emission(name, hours))])


def emission_fwhm_nm(name: str, hours: float) -> float:
    band = emission(name, hours)
    above = NM[band >= 0.5 * band.max()]
    return float(above[-1] - above[0])


def first_h(name: str, counts_s: float) -> float:
    """First hour, to 3 min, at which the emission exceeds a level."""
    return next(h for h in np.arange(0.0, 24.05, 0.05) if brightness(name, float(h)) > counts_s)


def near(nm: float, where: list[float], within: float) -> bool:
    return any(abs(nm - other) <= within for other in where)


# --- the table -------------------------------------------------------------------------------------------------------


def test_the_table_holds_the_papers_eighteen_flasks() -> None:
    assert len(REACTIONS) == len(TABLE["reaction"]) == 18
    assert "10.1039/d2nr05808a" in TABLE["source"]
    for row in REACTIONS.values():
        assert row["zone"] in ZONES
        assert row["Cd_Te"] == pytest.approx(row["Cd_mmol"] / row["Te_mmol"])
        assert row["aliquot_h"] == sorted(row["aliquot_h"])
        assert (row["TOP_ml"] == 0) == (row["TOP_mmol"] == 0)


def test_the_two_names_of_the_toluene_standard_are_one_flask() -> None:
    assert flask("toluene_std").conditions == flask("CdTe_1.2").conditions


@pytest.mark.parametrize("name", REACTIONS)
def test_before_heat_on_there_is_nothing_to_see(name: str) -> None:
    for hours in (-1.0, 0.0):
        assert held(name, hours).precursor_te_mm == pytest.approx(20.0)
        assert absorbance(name, hours)[NM >= 400.0].max() < 1e-4
        assert emission(name, hours).max() == 0.0


# --- octadecene, octane ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LIKE_ODE)
def test_long_chain_solvents_give_449_first(name: str) -> None:
    assert a449(name, 0.5) < 0.002
    for hours in (1.0, 1.5, 2.0):
        spectrum = absorbance(name, hours)
        assert near(449.0, maxima_nm(spectrum), 1.0)
        assert bend_nm(spectrum, 395.0, 420.0) == pytest.approx(405.0, abs=1.5)
    assert a449(name, 1.0) > 0.05
    assert at(absorbance(name, 1.0), 500.0) < 0.01 * a449(name, 1.0)
    assert a449(name, 1.0) < a449(name, 1.5) < a449(name, 2.0) < 0.25


def test_octadecene_has_its_maximum_at_two_hours_and_a_broad_band_at_four() -> None:
    course = {hours: a449("ODE_std", hours) for hours in PAPER_H}
    assert max(course, key=lambda hours: course[hours]) == 2.0
    assert course[2.0] == pytest.approx(0.2, abs=0.03)
    tail = {hours: at(absorbance("ODE_std", hours), 500.0) for hours in (1.0, 2.0, 4.0)}
    assert tail[2.0] > 5.0 * tail[1.0]
    assert tail[4.0] > 3.0 * tail[2.0]
    assert held("ODE_std", 4.0).qd_e1_nm == pytest.approx(500.0, abs=4.0)


def test_at_eight_hours_two_fixed_species_look_like_one_between_them() -> None:
    tops = maxima_nm(absorbance("ODE_std", 8.0), 415.0, 490.0)
    assert len(tops) == 2
    assert tops == pytest.approx([424.0, 463.0], abs=2.0)
    blend = held("ODE_std", 8.0)
    assert min(blend.msc_449_te_mm, blend.msc_469_te_mm) > 2.0


@pytest.mark.parametrize("name", [*LIKE_ODE, "CdTe_4.8"])
@pytest.mark.parametrize("hours", [23.0, 24.0])
def test_in_the_end_there_is_469(name: str, hours: float) -> None:
    tops = maxima_nm(absorbance(name, hours), 415.0, 490.0)
    assert tops == pytest.approx([427.0, 469.0], abs=1.5)
    assert not near(449.0, maxima_nm(absorbance(name, hours)), 8.0)


def test_in_the_end_449_is_gone_from_octadecene() -> None:
    for hours in (23.0, 24.0):
        flask_now = held("ODE_std", hours)
        assert flask_now.msc_449_te_mm * 3.2 < 0.05 * flask_now.msc_469_te_mm * 2.8


@pytest.mark.parametrize("name", LIKE_ODE)
def test_emission_begins_between_one_and_two_hours_and_moves_to_green(name: str) -> None:
    assert brightness(name, 1.0) < 5.0
    assert 1.5 <= first_h(name, 100.0) <= 1.9
    assert 600.0 < brightness(name, 2.0) < 3000.0
    assert emission_nm(name, 2.0) == pytest.approx(500.0, abs=4.0)
    assert emission_nm(name, 24.0) == pytest.approx(532.0, abs=3.0)
    assert brightness(name, 24.0) == pytest.approx(20_000.0, rel=0.2)
    hours = (2.0, 4.0, 8.0, 23.0, 24.0)
    for early, late in pairwise(hours):
        assert emission_nm(name, early) <= emission_nm(name, late)
        assert brightness(name, early) < brightness(name, late)
    assert emission_fwhm_nm(name, 24.0) < emission_fwhm_nm(name, 2.0)


def test_a_small_band_at_480_accompanies_469_at_the_end_only() -> None:
    for hours in (23.0, 24.0):
        assert near(480.0, maxima_nm(emission("ODE_std", hours)), 3.0)
        assert at(emission("ODE_std", hours), 480.0) < 0.05 * brightness("ODE_std", hours)
    assert len(maxima_nm(emission("ODE_std", 2.0))) == 1


# --- toluene: TOP, oleylamine, Cd:Te ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PURE_449)
@pytest.mark.parametrize("hours", [8.0, 23.0, 24.0])
def test_toluene_gives_449_and_no_other_species(name: str, hours: float) -> None:
    spectrum, flask_now = absorbance(name, hours), held(name, hours)
    assert len(maxima_nm(spectrum, 415.0)) == 1
    assert near(449.0, maxima_nm(spectrum), 0.5)
    assert bend_nm(spectrum, 395.0, 420.0) == pytest.approx(405.0, abs=1.5)
    assert at(spectrum, 500.0) < 0.005 * at(spectrum, 449.0)
    others = flask_now.msc_469_te_mm + flask_now.prenucleation_te_mm + flask_now.qd_te_mm
    assert others < 0.02 * flask_now.msc_449_te_mm


@pytest.mark.parametrize("name", TOLUENE)
def test_the_toluene_standard_is_faintly_green_after_a_day_only(name: str) -> None:
    assert max(brightness(name, hours) for hours in (1.0, 2.0, 4.0, 8.0)) < 5.0
    for hours in (23.0, 24.0):
        assert 100.0 < brightness(name, hours) < 300.0
        assert 500.0 < emission_nm(name, hours) < 530.0


@pytest.mark.parametrize(
    "name", [name for name, row in REACTIONS.items() if "QD" not in row["zone"] and name not in TOLUENE]
)
def test_flasks_without_dots_stay_dark_at_all_their_aliquots(name: str) -> None:
    assert max(brightness(name, hours) for hours in REACTIONS[name]["aliquot_h"]) < 10.0


def test_without_phosphine_or_heat_nothing_forms() -> None:
    for name in ("TOP_0", "T_50"):
        for hours in PAPER_H:
            assert absorbance(name, hours)[NM >= 400.0].max() < 0.001
            assert emission(name, hours).max() < 0.01


def test_phosphine_makes_it_faster_and_more() -> None:
    assert a449("TOP_5", 4.0) < 0.003
    assert a449("TOP_5", 8.0) > 0.02
    for hours in (2.0, 4.0, 8.0):
        assert a449("TOP_10", hours) > 3.0 * a449("TOP_5", hours)


def test_without_oleylamine_only_the_broad_band_at_430_grows() -> None:
    heights = []
    for hours in PAPER_H:
        spectrum = absorbance("OAM_0", hours)
        assert maxima_nm(spectrum) == pytest.approx([430.0], abs=0.5)
        above = NM[(spectrum >= 0.5 * at(spectrum, 430.0)) & (NM > 390.0)]
        assert 45.0 <= above[-1] - above[0] <= 55.0
        curvature = np.gradient(np.gradient(spectrum, NM), NM)
        assert np.all(curvature[(NM > 395.0) & (NM < 405.0)] > 0.0), "a shoulder at 405 nm"
        heights.append(at(spectrum, 430.0))
    assert heights == sorted(heights)
    assert 0.08 < heights[-1] < 0.2
    assert held("OAM_0", 24.0).msc_449_te_mm == 0.0


def test_six_mmol_of_oleylamine_give_449_beside_the_430_band() -> None:
    for hours in (23.0, 24.0):
        mixture = held("OAM_6", hours)
        assert mixture.msc_449_te_mm > 1.0
        assert mixture.prenucleation_te_mm > 1.0
        assert near(449.0, maxima_nm(absorbance("OAM_6", hours)), 2.5)
        ratio = at(absorbance("OAM_6", hours), 428.0) / a449("OAM_6", hours)
        pure = at(absorbance("OAM_25", hours), 428.0) / a449("OAM_25", hours)
        assert ratio > 2.0 * pure


def test_beyond_the_critical_amount_oleylamine_slows() -> None:
    for hours in (1.0, 1.5, 2.0, 4.0):
        assert a449("OAM_25", hours) > a449("OAM_50", hours)
    assert a449("OAM_25", 2.0) > 1.1 * a449("OAM_50", 2.0)


def test_cadmium_short_of_tellurium_is_as_fast_and_stays_dark() -> None:
    for hours in (1.0, 1.5, 2.0, 4.0, 8.0):
        assert a449("CdTe_0.6", hours) == pytest.approx(a449("CdTe_1.2", hours), rel=0.1)
    assert max(brightness("CdTe_0.6", hours) for hours in np.arange(0.0, 24.5, 0.5)) < 10.0


def test_more_cadmium_turns_449_into_469_and_dots() -> None:
    for hours in (23.0, 24.0):
        assert a449("CdTe_2.4", hours) < 0.75 * a449("CdTe_2.4", 4.0)
        spectrum = absorbance("CdTe_2.4", hours)
        assert near(449.0, maxima_nm(spectrum), 3.0)
        assert bend_nm(spectrum, 459.0, 480.0) == pytest.approx(467.0, abs=4.0)
        assert at(spectrum, 510.0) > 0.1 * at(spectrum, 449.0)
        assert emission_nm("CdTe_2.4", hours) == pytest.approx(530.0, abs=4.0)
        assert brightness("CdTe_2.4", hours) > 5000.0
        assert held("CdTe_4.8", hours).msc_449_te_mm < 0.05
        assert brightness("CdTe_4.8", hours) > 1.3 * brightness("CdTe_2.4", hours)
        assert emission_fwhm_nm("CdTe_4.8", hours) < emission_fwhm_nm("CdTe_2.4", hours)
    assert held("CdTe_4.8", 8.0).qd_e1_nm == pytest.approx(510.0, abs=4.0)
    assert 515.0 < held("CdTe_4.8", 24.0).qd_e1_nm < 528.0


# --- 150 C -----------------------------------------------------------------------------------------------------------


def test_at_150_degrees_449_comes_early_and_goes() -> None:
    assert near(449.0, maxima_nm(absorbance("T_150", 0.5)), 1.0)
    assert a449("T_150", 0.5) > 0.01
    course = {hours: a449("T_150", hours) for hours in (0.5, 1.0, 1.5, 2.0, 4.0)}
    assert max(course, key=lambda hours: course[hours]) == 1.5
    amount = {hours: held("T_150", hours).msc_449_te_mm for hours in (1.0, 2.0, 4.0, 24.0)}
    assert amount[2.0] < 0.7 * amount[1.0]
    assert amount[4.0] < 0.1 * amount[1.0]
    assert amount[24.0] < 1e-3
    for hours in (4.0, 8.0, 24.0):
        assert not near(449.0, maxima_nm(absorbance("T_150", hours)), 25.0)


def test_at_150_degrees_dots_take_over_and_redden() -> None:
    assert near(530.0, maxima_nm(absorbance("T_150", 1.5)), 8.0)
    assert near(550.0, maxima_nm(absorbance("T_150", 24.0)), 6.0)
    assert brightness("T_150", 0.5) < 5.0
    assert brightness("T_150", 1.0) > 1000.0
    hours = (1.0, 1.5, 2.0, 4.0, 8.0, 23.0, 24.0)
    positions = [emission_nm("T_150", hour) for hour in hours]
    assert positions == sorted(positions)
    assert emission_nm("T_150", 1.5) == pytest.approx(547.0, abs=8.0)
    assert positions[-1] == pytest.approx(607.0, abs=5.0)


def test_at_150_degrees_small_sharp_peaks_stand_at_480_and_550() -> None:
    for hours in (8.0, 23.0, 24.0):
        spectrum = absorbance("T_150", hours)
        for nm in (480.0, 550.0):
            assert bend_nm(spectrum, nm - 8.0, nm + 8.0) == pytest.approx(nm, abs=1.5)
            curve = np.gradient(np.gradient(spectrum, NM), NM)
            assert curve[np.searchsorted(NM, nm)] < 0.0
        small = flask("T_150").composition(hours * 3600.0)
        assert 7.0 * small.msc_550_te_mm / 101.0 < 0.2 * at(spectrum, 550.0)
    assert held("ODE_std", 24.0).msc_550_te_mm < 0.1 * held("T_150", 24.0).msc_550_te_mm


# --- books, bounds, optics -------------------------------------------------------------------------------------------

conditions = st.builds(
    Conditions,
    solvent=st.sampled_from(["toluene", "ODE", "octane"]),
    temperature_c=st.floats(0.0, 160.0),
    top_mmol=st.floats(0.0, 45.0),
    oam_mmol=st.floats(0.0, 100.0),
    cd_mmol=st.floats(0.0, 6.0),
    te_mmol=st.floats(0.05, 3.0),
    degassed=st.booleans(),
)


@settings(max_examples=40, deadline=None)
@given(conditions, st.lists(st.floats(-10.0, 200_000.0), min_size=3, max_size=3))
def test_any_flask_keeps_its_tellurium_and_shows_finite_light(weighed: Conditions, times_s: list[float]) -> None:
    any_flask = Flask(weighed)
    for time_s in times_s:
        now = any_flask.composition(time_s)
        bound = now.precursor_te_mm + now.monomer_te_mm + now.prenucleation_te_mm + now.qd_te_mm
        bound += now.msc_449_te_mm + now.msc_469_te_mm + now.msc_480_te_mm + now.msc_550_te_mm
        assert bound == pytest.approx(weighed.te_mmol * 20.0, rel=1e-5)
        assert min(now.qd_dots_mm, now.qd_brightness) >= 0.0
        light = np.stack([any_flask.absorbance(time_s, NM), any_flask.emission(time_s, NM)])
        assert np.all(np.isfinite(light))
        assert np.all(light >= 0.0)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(REACTIONS)), st.floats(0.0, 90_000.0), st.floats(1.0, 1e4), st.floats(0.1, 50.0))
def test_absorbance_follows_dilution_and_path(name: str, time_s: float, dilution: float, path_mm: float) -> None:
    expected = flask(name).absorbance(time_s, NM) * (101.0 / dilution) * (path_mm / 10.0)
    assert flask(name).absorbance(time_s, NM, dilution=dilution, path_mm=path_mm) == pytest.approx(expected)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(REACTIONS)), st.floats(0.0, 90_000.0))
def test_nothing_jumps_in_time(name: str, time_s: float) -> None:
    one = flask(name)
    assert np.abs(one.absorbance(time_s + 1.0, NM) - one.absorbance(time_s, NM)).max() < 1e-3
    before, after = one.emission(time_s, NM), one.emission(time_s + 1.0, NM)
    assert np.abs(after - before).max() < 0.02 * before.max() + 0.1


def test_the_same_weighing_gives_the_same_flask() -> None:
    again = Flask(flask("ODE_std").conditions)
    assert np.array_equal(again.emission(7000.0, NM), flask("ODE_std").emission(7000.0, NM))


def test_dark_clusters_take_excitation_from_the_dots() -> None:
    per_dot = {d: flask("ODE_std").emission(7200.0, NM, dilution=d).max() * d for d in (101.0, 1010.0, 10_100.0)}
    assert per_dot[101.0] < 0.95 * per_dot[1010.0] < per_dot[10_100.0]
    assert per_dot[1010.0] == pytest.approx(per_dot[10_100.0], rel=0.02)


def test_another_excitation_excites_as_the_dots_absorb_it() -> None:
    bright = {nm: flask("ODE_std").emission(86_400.0, NM, excitation_nm=nm).max() for nm in (405.0, 450.0, 700.0)}
    assert 0.1 * bright[405.0] < bright[450.0] < bright[405.0]
    assert bright[700.0] < 0.001 * bright[405.0]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"solvent": "water"}, "no rate law for the solvent 'water'"),
        ({"temperature_c": 300.0}, "from 0 to 160 C"),
        ({"temperature_c": math.nan}, "from 0 to 160 C"),
        ({"oam_mmol": -1.0}, "oam_mmol is -1.0"),
        ({"te_mmol": 0.0}, "te_mmol is 0.0"),
        ({"volume_ml": math.inf}, "volume_ml is inf"),
    ],
)
def test_a_weighing_that_cannot_be_is_refused(changed: dict[str, Any], words: str) -> None:
    recipe: dict[str, Any] = {
        "solvent": "ODE",
        "temperature_c": 100.0,
        "top_mmol": 21.2,
        "oam_mmol": 37.4,
        "cd_mmol": 1.2,
        "te_mmol": 1.0,
    }
    with pytest.raises(ValueError, match=words):
        Conditions(**(recipe | changed))


def test_times_dilutions_and_paths_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="finite number of seconds"):
        flask("ODE_std").composition(math.nan)
    with pytest.raises(ValueError, match="dilution of 0"):
        flask("ODE_std").absorbance(3600.0, NM, dilution=0.0)
    with pytest.raises(ValueError, match=r"dilution of 0\.5"):
        flask("ODE_std").emission(3600.0, NM, dilution=0.5)
    with pytest.raises(ValueError, match="path of 0"):
        flask("ODE_std").absorbance(3600.0, NM, path_mm=0.0)

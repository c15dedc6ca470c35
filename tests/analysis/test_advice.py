"""When to stop: on courses with the features of the paper's reactions, reading by reading as they come."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.advice import POINTS, Harvest, advise, emission_chance, falling
from analysis.findings import Advice, Emission, Species
from analysis.sizing import PIPETTING
from analysis.spectrum import Spectrum

HOUR = 3600.0
NM = np.linspace(350.0, 750.0, 400)
WHOLE = Spectrum(NM, np.zeros(400), np.full(400, 1e-3), np.ones(400, dtype=np.bool_), "A", 0.0)
PAPER_H = (0.5, 1.0, 1.5, 2.0, 4.0, 8.0, 23.0, 24.0)


def cluster(height: float, name: str = "MSC-449", nm: float = 449.0, sigma: float | None = None) -> Species:
    return Species(name, "E1", nm, 0.1, 18.0, height, sigma or hypot(0.001, 0.02 * height), 0.9, "fitted component")


def light(height: float | None, sigma: float = 20.0, *, present: bool | None = None) -> Emission:
    seen = (height is not None and height >= 100.0) if present is None and height is not None else present
    return Emission(seen, height, sigma, "counts/s", 100.0, None, None, None, None, None)


def run(
    hours: tuple[float, ...], heights: Sequence[float], lights: Sequence[float | None], flagged_from_h: float = 1e9
) -> list[Advice | None]:
    """Advise on a course of A449 and emission; a height of 0 means that the cluster was not found."""
    harvest, said = Harvest(), []
    for at, height, bright in zip(hours, heights, lights, strict=True):
        species = (cluster(height),) if height > 0.003 else ()
        advice, harvest = advise(
            harvest, species, WHOLE, light(bright), at * HOUR, flagged=at >= flagged_from_h
        )  # fmt: skip
        said.append(advice)
    return said


def last(said: list[Advice | None]) -> Advice:
    assert said[-1] is not None
    return said[-1]


def first_stop_h(said: list[Advice | None], hours: tuple[float, ...]) -> float | None:
    return next((at for at, advice in zip(hours, said, strict=True) if advice is not None and advice.stop_now), None)


def test_in_ode_the_best_is_at_1_to_1_5_h_and_2_h_says_stop() -> None:
    heights = [0.0, 0.10, 0.15, 0.17, 0.10, 0.04, 0.0, 0.0]
    said = run(PAPER_H, heights, [0.0, 5.0, 25.0, 1840.0, 6000.0, 9000.0, 19e3, 20e3], flagged_from_h=2.0)
    assert said[0] is None
    assert first_stop_h(said, PAPER_H) == 2.0
    assert 1.0 <= last(said).best_s / HOUR <= 1.5
    assert "stop the reaction now by your own procedure" in last(said).sentence


def test_in_toluene_the_window_reaches_from_8_h_to_the_faint_light_at_23_h() -> None:
    heights = [0.0, 0.01, 0.03, 0.06, 0.12, 0.16, 0.158, 0.155]
    said = run(PAPER_H, heights, [0.0] * 6 + [180.0, 220.0], flagged_from_h=23.0)
    assert first_stop_h(said, PAPER_H) == 23.0
    assert last(said).best_s == 8.0 * HOUR
    assert said[5] is not None
    assert not said[5].stop_now
    assert said[5].sentence.startswith("Nothing speaks for stopping yet.")


def test_with_little_cadmium_nothing_ends_a_day() -> None:
    said = run(PAPER_H, [0.0, 0.01, 0.03, 0.06, 0.12, 0.15, 0.162, 0.160], [8.0] * 8)
    assert first_stop_h(said, PAPER_H) is None
    assert last(said).best_s >= 23.0 * HOUR
    assert last(said).yield_now.value == pytest.approx(0.160 / 0.162)


def test_at_150_degrees_dots_shine_from_the_first_aliquot_and_no_reading_is_called_pure() -> None:
    hours = (0.5, 1.0, 1.5, 2.0, 4.0)
    said = run(hours, [0.08, 0.12, 0.15, 0.11, 0.0], [3000.0, 8e3, 15e3, 18e3, 20e3], flagged_from_h=0.5)
    assert first_stop_h(said, hours) == 0.5
    assert last(said).emitting == 1.0
    assert "No reading of MSC-449 was without emission" in last(said).sentence


def test_a_fall_in_the_dark_says_stop_too() -> None:
    hours = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
    said = run(hours, [0.10, 0.15, 0.16, 0.14, 0.11, 0.08], [0.0] * 6)
    stop = first_stop_h(said, hours)
    assert stop is not None
    assert 4.0 <= stop <= 6.0
    assert last(said).best_s == 3.0 * HOUR
    assert "falls, by" in last(said).sentence


def test_one_aliquot_diluted_a_fifth_too_far_ends_nothing() -> None:
    hours = (1.0, 2.0, 3.0, 4.0, 5.0)
    said = run(hours, [0.10, 0.15, 0.165, 0.8 * 0.17, 0.172], [0.0] * 5)
    assert first_stop_h(said, hours) is None


def test_a_lamp_that_fades_by_a_hundredth_in_a_flow_cell_is_no_fall() -> None:
    harvest = Harvest()
    for i in range(1, 73):
        height = 0.15 * (1.0 - 0.01 * i / 72.0)
        found = (cluster(height, sigma=1e-4),)
        advice, harvest = advise(harvest, found, WHOLE, light(0.0), 300.0 * i, flagged=False, diluted=1.0)
    slope = falling(harvest.points)
    assert slope is not None
    assert slope.value < -3.2 * slope.sigma
    assert advice is not None
    assert not advice.stop_now


@pytest.mark.parametrize(("cadence_h", "readings"), [(1.0, 24), (5.0 / 60.0, 72)])
def test_a_plateau_is_not_called_a_fall_in_more_than_one_run_in_twenty(cadence_h: float, readings: int) -> None:
    rng = np.random.default_rng(449)
    hours = tuple(cadence_h * (i + 1.0) for i in range(readings))
    stops = 0
    for _ in range(100):
        grown = 0.15 * -np.expm1(-((np.array(hours) / (2.0 * cadence_h)) ** 2))
        noisy = grown * (1.0 + hypot(0.02, PIPETTING) * rng.normal(size=readings))
        stops += first_stop_h(run(hours, list(noisy), [0.0] * readings), hours) is not None
    assert stops <= 5


def test_without_any_emission_the_advice_rests_on_absorbance_and_says_so() -> None:
    said = run((1.0, 2.0, 3.0), [0.10, 0.15, 0.16], [None] * 3)
    assert last(said).sentence.endswith("whether dots emit was not decidable.")
    assert last(said).best_s == 3.0 * HOUR
    assert last(said).emitting == 0.1


def test_a_reading_that_could_not_be_judged_does_not_displace_a_pure_one() -> None:
    said = run((1.0, 2.0, 3.0), [0.10, 0.15, 0.17], [0.0, 0.0, None])
    assert last(said).best_s == 2.0 * HOUR


def test_no_product_no_t0_or_before_it_there_is_no_advice() -> None:
    assert advise(Harvest(), (), WHOLE, light(0.0), HOUR, flagged=False)[0] is None
    for before in (None, -60.0):
        assert advise(Harvest(), (cluster(0.1),), WHOLE, light(0.0), before, flagged=False)[0] is None


def test_the_product_is_the_first_cluster_not_the_one_that_follows() -> None:
    harvest = Harvest()
    for at, first, second in ((1.0, 0.10, 0.0), (2.0, 0.15, 0.0), (8.0, 0.04, 0.12), (23.0, 0.0, 0.2)):
        found = [cluster(first)] if first else []
        found += [cluster(second, "MSC-469", 469.0)] if second else []
        advice, harvest = advise(harvest, tuple(found), WHOLE, light(0.0), at * HOUR, flagged=False)
    assert harvest.product == "MSC-449"
    assert advice is not None
    assert advice.stop_now
    assert advice.yield_now.value == 0.0


def test_a_band_that_changed_its_name_or_a_masked_place_is_no_fall() -> None:
    harvest = Harvest()
    for at in (1.0, 2.0):
        _, harvest = advise(harvest, (cluster(0.15),), WHOLE, light(0.0), at * HOUR, flagged=False)
    masked = Spectrum(NM, WHOLE.values, WHOLE.sigma, np.abs(NM - 449.0) > 3.0, "A", 0.0)
    for species, spectrum in (((cluster(0.15, "other", 450.0),), WHOLE), ((), masked)):
        _, after = advise(harvest, species, spectrum, light(0.0), 3.0 * HOUR, flagged=False)
        assert after.points == harvest.points


def test_undiluted_samples_carry_no_dilution_noise() -> None:
    kept = [
        advise(Harvest(), (cluster(0.1, sigma=1e-3),), WHOLE, light(0.0), HOUR, flagged=False, diluted=diluted)[0]
        for diluted in (101.0, 1.0)
    ]
    assert [None if one is None else round(one.best.sigma, 5) for one in kept] == [round(hypot(1e-3, 3e-3), 5), 1e-3]


def test_the_chance_of_emission_follows_bayes_and_is_the_prior_where_nothing_is_known() -> None:
    assert emission_chance(None) == emission_chance(light(None)) == 0.1
    assert emission_chance(light(0.0)) < 1e-4
    assert emission_chance(light(50.0)) == pytest.approx(0.1)
    assert emission_chance(light(100.0)) > 0.99
    assert emission_chance(light(50.0, 5.0), level=25.0) > 0.99, "a bench whose dots are faint has a lower level"
    assert emission_chance(light(0.0, 90.0, present=False)) > 0.05, "what cannot be seen is not called pure"


def test_a_day_of_readings_every_ten_seconds_is_held_in_a_few_points() -> None:
    harvest = Harvest()
    for i in range(1, 2000):
        at = 10.0 * i
        height = 0.15 * (1.0 - np.exp(-at / 3000.0)) * (1.0 if at < 15000.0 else np.exp(-(at - 15000.0) / 20000.0))
        advice, harvest = advise(harvest, (cluster(height),), WHOLE, light(0.0), at, flagged=False, diluted=1.0)
    assert len(harvest.points) == POINTS
    assert advice is not None
    assert advice.stop_now
    assert advice.best_s == pytest.approx(15000.0, abs=600.0)


@given(
    st.lists(
        st.tuples(st.floats(0.0, 1e5), st.floats(-10.0, 10.0), st.floats(1e-6, 10.0)), max_size=8
    )
)  # fmt: skip
def test_a_slope_is_finite_or_none_whatever_the_points(points: list[tuple[float, float, float]]) -> None:
    slope = falling(tuple(sorted(points)))
    assert slope is None or (np.isfinite(slope.value) and slope.sigma > 0.0)


@pytest.mark.parametrize(("path_mm", "diluted"), [(2.0, 101.0), (10.0, 51.0), (2.0, 51.0)])
def test_another_cuvette_or_dilution_within_a_run_is_no_loss_and_no_gain(path_mm: float, diluted: float) -> None:
    harvest, heard = Harvest(), []
    for i in range(12):
        path, by = (10.0, 101.0) if i < 4 else (path_mm, diluted)
        shown = 0.15 * (path / 10.0) * (101.0 / by)
        advice, harvest = advise(
            harvest, (cluster(shown),), WHOLE, light(0.0), (i + 1) * 1800.0, flagged=False, path_mm=path, diluted=by
        )
        assert advice is not None
        heard.append(advice)
    assert not any(one.stop_now for one in heard)
    assert heard[-1].yield_now.value == pytest.approx(1.0)
    assert heard[-1].best.value == pytest.approx(0.15)
    assert heard[3].as_in == ""
    assert heard[4].as_in == "as in a 10 mm cuvette diluted 101 times"
    assert heard[4].as_in in heard[4].sentence


def test_a_loss_is_seen_across_a_change_of_cuvette() -> None:
    harvest, stopped = Harvest(), []
    for i, height in enumerate((0.05, 0.10, 0.15, 0.15, 0.13, 0.09, 0.05, 0.02)):
        path = 10.0 if i < 4 else 2.0
        advice, harvest = advise(
            harvest, (cluster(height * path / 10.0),), WHOLE, light(0.0), (i + 1) * HOUR, flagged=False, path_mm=path
        )
        stopped.append(advice is not None and advice.stop_now)
    assert stopped[-1]
    assert not any(stopped[:5])


def test_a_product_that_goes_out_of_sight_in_a_short_cuvette_may_be_more_than_nothing() -> None:
    def after(path_mm: float) -> Harvest:
        harvest = Harvest()
        for i, found in enumerate(((cluster(0.1),), (cluster(0.1),), ())):
            path = 10.0 if found else path_mm
            harvest = advise(
                harvest, found, WHOLE, light(0.0), (i + 1) * HOUR, flagged=False, path_mm=path, diluted=1.0
            )[1]
        return harvest

    assert after(1.0).points[-1][2] == pytest.approx(10.0 * after(10.0).points[-1][2])

"""The accuracy bench tells the truth: its noise is as stated, a blank is blank, a band lies where it is said to."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from benchmarks.accuracy_bench import FULL_SCALE, TRAPS, Disturbance, InstrumentKind, Room, SetUp
from benchmarks.accuracy_jobs import AliquotResult, Task, blank_reading, generator
from benchmarks.accuracy_live import ONSET_COUNTS_S, live_run
from benchmarks.accuracy_runs import Chemistry, Truth, aliquots, as_written, draw_traps, measure
from benchmarks.accuracy_score import roughness_nm, species_right
from benchmarks.accuracy_shapes import KINDS, Shape, split_bell

REFERENCE = InstrumentKind()


def set_up(seed: int = 1, traps: frozenset[str] = frozenset()) -> SetUp:
    return SetUp(np.random.default_rng(seed), REFERENCE, traps)


@pytest.mark.parametrize("lamp", ["tungsten", "deuterium-tungsten"])
def test_the_reference_instrument_is_that_of_the_table(lamp: Literal["tungsten", "deuterium-tungsten"]) -> None:
    bench = SetUp(np.random.default_rng(1), InstrumentKind(lamp=lamp), frozenset())
    light = bench.lamp + bench.arc
    assert bench.nm.size == 2048
    assert (bench.nm[0], bench.nm[-1]) == pytest.approx((340.0, 1025.0))
    assert float(np.max(light)) == pytest.approx(0.80 * FULL_SCALE, rel=0.02)
    assert float(np.interp(405.0, bench.nm, light)) == pytest.approx(0.15 * FULL_SCALE, rel=0.03)
    assert bench.noise.read_counts == pytest.approx(50.0, rel=0.05)
    assert 1.0 / bench.noise.variance_per_count == pytest.approx(4.0, rel=0.05)


def test_the_mean_of_20_scans_scatters_as_read_and_shot_noise_say() -> None:
    bench = set_up()
    net = np.full(bench.nm.size, 20_000.0)
    frames = np.array([bench.frame(net).counts for _ in range(40)])
    spread = np.median(np.std(frames - frames.mean(axis=1, keepdims=True), axis=0, ddof=1))
    assert spread == pytest.approx(np.sqrt((50.0**2 + 20_000.0 / 4.0) / 20.0), rel=0.05)
    assert np.median(bench.frame(net).scan_variance) == pytest.approx(50.0**2 + 5000.0, rel=0.08)


def test_light_beyond_full_scale_is_saturated_and_no_more_than_full_scale() -> None:
    frame = set_up().frame(np.linspace(0.0, 1.5 * FULL_SCALE, 2048))
    assert not np.any(frame.saturated[:1200])
    assert np.all(frame.saturated[1450:])
    assert float(np.max(frame.counts)) == FULL_SCALE


def test_a_blank_is_blank_within_its_sigma() -> None:
    bench = set_up(3)
    nothing = np.zeros(bench.nm.size)
    absorbance, emission = bench.absorbance(nothing, Disturbance()), bench.emission(nothing, nothing, Disturbance())
    pulls = absorbance.values[absorbance.valid] / absorbance.sigma[absorbance.valid]
    assert np.std(pulls) == pytest.approx(1.0, abs=0.1)
    dark = emission.valid & (emission.wavelengths_nm > 600.0) & (emission.wavelengths_nm < 750.0)
    assert np.std(emission.values[dark] / emission.sigma[dark]) == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("kind", KINDS)
def test_every_shape_is_1_at_its_place_and_as_wide_as_asked(kind: str) -> None:
    nm = np.arange(380.0, 520.0, 0.02)
    for seed in range(4):
        band = Shape(np.random.default_rng(seed), (kind,)).at(nm, 449.0, 20.0)
        assert float(nm[np.argmax(band)]) == pytest.approx(449.0, abs=0.05)
        assert float(np.max(band)) == pytest.approx(1.0, abs=1e-3)
        assert np.ptp(nm[band >= 0.5]) == pytest.approx(20.0, rel=0.02)


def test_what_is_measured_is_what_is_true() -> None:
    bench = set_up(5)
    chemistry = Chemistry(bench.nm, bench.rng, frozenset())
    flask = as_written(0).composition(8.0 * 3600.0)
    reading = measure(bench, chemistry, flask, 0.0, frozenset(), Disturbance())
    assert reading.absorbance is not None
    assert reading.emission is not None
    true = chemistry.absorbance(chemistry.heights(flask, 1.0), flask)
    known = reading.absorbance.valid & (bench.nm > 400.0) & (bench.nm < 700.0)
    off = (reading.absorbance.values - true)[known] / reading.absorbance.sigma[known]
    assert abs(float(np.mean(off))) < 0.5
    assert reading.truth.emission_counts_s > 1000.0
    top = float(np.interp(reading.truth.emission_nm, bench.nm, reading.emission.values))
    assert top == pytest.approx(reading.truth.emission_counts_s, rel=0.02)


def test_room_light_that_stays_cancels_and_room_light_that_goes_does_not() -> None:
    bench = set_up(6)
    nothing = np.zeros(bench.nm.size)
    stays = bench.emission(nothing, nothing, Disturbance(white=Room(500.0, 500.0, 500.0)))
    goes = bench.emission(nothing, nothing, Disturbance(white=Room(500.0, 500.0, 0.0)))
    phosphor = (bench.nm > 530.0) & (bench.nm < 620.0)
    assert abs(float(np.nanmean(stays.values[phosphor]))) < 5.0
    assert float(np.nanmean(goes.values[phosphor])) > 50.0


def test_each_trap_comes_in_one_of_four() -> None:
    rng = np.random.default_rng(7)
    drawn = [draw_traps(rng) for _ in range(2000)]
    for trap in TRAPS:
        assert np.mean([trap in traps for traps in drawn]) == pytest.approx(0.25, abs=0.04)


def test_a_run_without_dots_sends_no_light_of_dots_and_one_with_dots_crosses_the_level_when_said() -> None:
    without = live_run(np.random.default_rng(8), REFERENCE, dots=False, absorbing=False)
    assert without.crossing_s is None
    assert max(reading.truth.emission_counts_s for reading in without.readings) == 0.0
    run = live_run(np.random.default_rng(9), REFERENCE, dots=True, absorbing=False)
    assert run.crossing_s is not None
    for reading in run.readings:
        if reading.time_s < run.crossing_s - 300.0:
            assert reading.truth.emission_counts_s < ONSET_COUNTS_S
        elif reading.time_s > run.crossing_s + 300.0:
            assert reading.truth.emission_counts_s > 0.8 * ONSET_COUNTS_S
            break


def test_the_same_seed_gives_the_same_spectra() -> None:
    for a, b in zip(*(aliquots(np.random.default_rng(10), 2, REFERENCE)[1] for _ in range(2)), strict=True):
        assert a.absorbance is not None
        assert b.absorbance is not None
        assert np.array_equal(a.absorbance.values, b.absorbance.values, equal_nan=True)
    task = Task("blanks", 11, REFERENCE)
    assert blank_reading(1, task) == blank_reading(1, task)
    assert generator(1, task).random() != generator(2, task).random()


def test_a_set_of_species_is_right_only_with_all_that_is_seen_and_nothing_else() -> None:
    height = {"MSC-449": 0.1, "MSC-469": 0.004, "PRE-430": 0.0, "MSC-480": 0.0, "MSC-550": 0.0, "QD": 0.0}
    truth = Truth(dict.fromkeys(height, 449.0), height, 0.0, 0.0, 0.0, False, frozenset())

    def right(*names: str) -> bool:
        return species_right(AliquotResult(truth, {}, {"Aliquot": frozenset(names)}, {}, {}), "Aliquot")

    assert right("MSC-449")
    assert right("MSC-449", "MSC-469")  # between the two limits both answers are right
    assert not right("MSC-469")
    assert not right("MSC-449", "PRE-430")
    assert not right("MSC-449", "other")


def test_the_roughness_of_a_noisy_track_is_its_noise() -> None:
    rng = np.random.default_rng(12)
    track = np.linspace(480.0, 530.0, 4000) + rng.normal(0.0, 0.5, 4000)
    assert roughness_nm([track]) == pytest.approx(0.5, rel=0.06)
    assert split_bell(track, 500.0, 20.0, 1.0).max() <= 1.0

"""The bench behind the bytes: light, cuvettes, noise, and the hand."""

from __future__ import annotations

import dataclasses
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial.polynomial import polyval

from analysis.spectrum import FloatArray
from analysis.synthesis import Conditions, Flask
from instruments.virtual import optics
from instruments.virtual.bench import Bench
from instruments.virtual.eye import Eye, Sensor
from instruments.virtual.hand import Advance, Burn, Command, Dim, Fill, Hand, Place, Shift, SwitchByHand, Trouble
from instruments.virtual.models_ooi import flame_s
from instruments.virtual.samples import FlaskSample, KnownTransmittance, Sample, SeriesSample
from instruments.virtual.standards import HolmiumCell, LineLamp

NM = flame_s().sensor.wavelengths_nm
STANDARD = Conditions("ODE", 100.0, 21.2, 37.4, 4.8, 1.0)


def quiet(sensor: Sensor | None = None) -> Sensor:
    """Return the Flame-S's detector without noise."""
    return dataclasses.replace(
        sensor or flame_s().sensor, read_noise_counts=0.0, shot_variance=0.0, hot_pixels=(), dark_counts_s=0.0
    )


def eye_on(sample: Sample | None, content: str = "sample", drawn_at_s: float | None = 0.0) -> Eye:
    """Return a detector before a cuvette."""
    bench = Bench()
    bench.obey(Fill(sample))
    bench.obey(Place(content, drawn_at_s))  # type: ignore[arg-type]
    return Eye(quiet(), bench)


def rate(eye: Eye, *, probe: bool = False, uv: bool = False, exposure_s: float = 0.02) -> FloatArray:
    """Return linearised counts/s of what is lit, without the room, averaged until the frame's jitter is gone."""

    def mean() -> FloatArray:
        averaged: FloatArray = np.mean([eye.expose(exposure_s) for _ in range(64)], axis=0)
        return averaged

    eye.bench.switch_probe(False)
    eye.bench.switch_uv(False)
    dark = mean()
    eye.bench.switch_probe(probe)
    eye.bench.switch_uv(uv)
    net = mean() - dark
    counts_s: FloatArray = net / polyval(net, eye.sensor.linearity) / exposure_s
    return counts_s


def near(nm: float) -> slice:
    pixel = int(np.searchsorted(NM, nm))
    return slice(pixel - 8, pixel + 9)


def test_a_flask_is_seen_as_beer_and_lambert_say() -> None:
    drawn_at_s = 8 * 3600.0
    solvent = rate(eye_on(FlaskSample(STANDARD), "solvent"), probe=True)
    sample = rate(eye_on(FlaskSample(STANDARD), "sample", drawn_at_s), probe=True)
    with np.errstate(all="ignore"):
        measured = -np.log10(sample / solvent)
    truth = Flask(STANDARD).absorbance(drawn_at_s, NM)
    offset = np.mean((measured - truth)[near(650)])
    assert abs(offset) < 6 * np.sqrt(2) * optics.PLACEMENT_SIGMA
    for nm in (449, 469, 520):
        assert np.mean((measured - truth)[near(nm)]) == pytest.approx(offset, abs=0.002)


def test_a_sample_keeps_the_composition_of_the_moment_it_was_drawn() -> None:
    eye = eye_on(FlaskSample(STANDARD), "sample", 3600.0)
    young = rate(eye, uv=True, exposure_s=1.0)
    eye.bench.obey(Advance(8 * 3600.0))
    later = rate(eye, uv=True, exposure_s=1.0)
    np.testing.assert_allclose(later[near(525)], young[near(525)], atol=4.0)
    eye.bench.obey(Place("sample"))  # drawn now
    assert np.mean(rate(eye, uv=True, exposure_s=0.1)[near(527)]) > 10_000


@pytest.fixture
def series() -> SeriesSample:
    nm = np.linspace(420.0, 700.0, 281)
    rows = np.array([[0.2], [0.5]])
    absorbance = rows * np.exp(-(((nm - 510.0) / 40.0) ** 2))
    emission_nm = np.linspace(450.0, 650.0, 201)
    emission = np.array([[0.3], [1.5]]) * np.exp(-(((emission_nm - 530.0) / 12.0) ** 2))
    return SeriesSample((30.0, 120.0), nm, absorbance, emission_nm, emission)


def test_a_series_is_served_as_it_is(series: SeriesSample) -> None:
    solvent = rate(eye_on(series, "solvent"), probe=True)
    for drawn_at_s, row in ((30.0, 0), (119.0, 0), (120.0, 1), (9_000.0, 1), (0.0, 0)):
        sample = rate(eye_on(series, "sample", drawn_at_s), probe=True)
        transmitted = np.mean(sample[near(510)]) / np.mean(solvent[near(510)])
        truth = np.mean(10.0 ** -np.interp(NM[near(510)], series.absorbance_nm, series.absorbance[row]))
        assert transmitted == pytest.approx(truth, rel=0.001)


def test_the_brightest_row_of_a_series_peaks_at_20_000_counts_a_second(series: SeriesSample) -> None:
    blank = rate(eye_on(series, "solvent"), uv=True, exposure_s=0.1)
    bright = rate(eye_on(series, "sample", 120.0), uv=True, exposure_s=0.1) - blank
    faint = rate(eye_on(series, "sample", 30.0), uv=True, exposure_s=0.1) - blank
    assert np.max(bright) == pytest.approx(20_000.0, rel=0.01)
    assert NM[np.argmax(bright)] == pytest.approx(530.0, abs=1.0)
    assert np.max(faint) == pytest.approx(4_000.0, rel=0.02)


def test_nothing_of_a_series_is_extrapolated(series: SeriesSample) -> None:
    for content in ("empty", "solvent", "sample"):
        lamp = rate(eye_on(series, content, 120.0), probe=True)
        assert np.all(np.abs(lamp[(NM < 419.0) & (NM > 360.0)]) < 200.0)
        assert np.all(np.abs(lamp[NM > 701.0]) < 200.0)
        assert np.mean(lamp[near(600)]) > 1e6
    blank = rate(eye_on(series, "solvent"), uv=True, exposure_s=0.1)
    glow = rate(eye_on(series, "sample", 120.0), uv=True, exposure_s=0.1) - blank
    assert np.all(np.abs(glow[NM > 652.0]) < 30.0)


@pytest.mark.parametrize(
    "change",
    [{"times_s": (120.0, 30.0)}, {"times_s": ()}, {"absorbance": np.zeros((2, 5))}, {"emission_nm": np.zeros(201)}],
)
def test_a_series_that_does_not_fit_together_is_refused(series: SeriesSample, change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="series"):
        dataclasses.replace(series, **change)  # type: ignore[arg-type]


def test_the_excitation_line_stays_below_full_scale_at_100_ms() -> None:
    eye = eye_on(FlaskSample(STANDARD), "sample", 24 * 3600.0)
    eye.bench.switch_uv(True)
    assert np.max(eye.expose(0.1)) < 0.5 * 65_535


def test_toluene_raman_stands_where_the_wavenumbers_put_it() -> None:
    blank = optics.Optics(NM)
    light = blank.cuvette_uv_counts_s(np.zeros(NM.shape), turbid=False, line=1.0)
    window = (NM > 450) & (NM < 475)
    peak = NM[window][np.argmax(light[window])]
    assert 459.3 - 1.0 < peak < 462.2 + 1.5


def test_the_room_shines_with_the_lights_off() -> None:
    light = optics.Optics(NM).room_counts_s
    assert np.all(light >= 0)
    assert 1.0 < np.max(light) < 12.0
    assert abs(NM[np.argmax(light)] - 546.1) < 2.0


def test_the_lamp_drifts_by_less_than_3_per_mille_an_hour_once_warm() -> None:
    hours = np.arange(1.0, 24.0)
    steps = [optics.lamp_drift((hour + 1) * 3600.0) - optics.lamp_drift(hour * 3600.0) for hour in hours]
    assert np.max(np.abs(steps)) < 0.003
    assert optics.lamp_drift(0.0) < optics.lamp_drift(3600.0)


@settings(max_examples=30, deadline=None)
@given(st.floats(min_value=1.0, max_value=60_000.0))
def test_dividing_by_the_polynomial_gives_the_light_back(net_counts: float) -> None:
    sensor = quiet()
    eye = Eye(sensor, Bench())
    measured = np.interp(net_counts, eye._ideal_table, eye._measured_table)
    assert measured / polyval(measured, sensor.linearity) == pytest.approx(net_counts, abs=0.05)


def test_linearity_that_folds_back_is_refused() -> None:
    with pytest.raises(ValueError, match="fold back"):
        Eye(dataclasses.replace(quiet(), linearity=(1.0, 0.0, 1e-9)), Bench())


def test_full_scale_signal_is_250_times_its_noise() -> None:
    eye = Eye(flame_s().sensor, Bench(seed=2))
    eye.bench.switch_probe(True)
    scans = np.array([eye.expose(0.025) for _ in range(200)])
    pixels = near(620)
    signal_to_noise = (np.mean(scans[:, pixels]) - 2_400) / np.mean(np.std(scans[:, pixels], axis=0))
    assert 180 < signal_to_noise < 260


def test_read_noise_is_25_counts_a_scan() -> None:
    eye = Eye(flame_s().sensor, Bench(seed=2))
    scans = np.array([eye.expose(0.001) for _ in range(200)])
    assert np.mean(np.std(scans - np.median(scans, axis=1, keepdims=True), axis=0)) == pytest.approx(25.0, rel=0.05)
    assert 1.0 < np.std(np.mean(scans, axis=1)) < 3.0


KINDS = (
    *("unplug", "replug", "replug other", "hang", "forbid", "allow", "claim", "free", "unplug exposing", "short frame"),
    *("zero linearity", "no linearity", "mend linearity", "stranger", "unplug led", "replug led", "mute led"),
    *("lamp dead", "lamp mended", "lamp bright", "led dead", "block", "unblock", "light leak", "room bright"),
)
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(Place, st.sampled_from(("empty", "solvent", "sample")), st.none() | st.floats(0, 1e5)),
    st.builds(Advance, st.floats(0, 1e5)),
    st.builds(Fill, st.sampled_from((KnownTransmittance(0.5), LineLamp(), HolmiumCell(), None))),
    st.builds(Trouble, st.sampled_from(KINDS), st.integers(0, 1)),
    st.builds(Dim, st.sampled_from(("probe", "uv", "room", "leak")), st.floats(0, 5)),
    st.builds(Burn, st.booleans()),
    st.builds(SwitchByHand, st.sampled_from(("probe", "uv")), st.booleans()),
    st.builds(Shift, st.floats(-1, 1), st.integers(0, 1)),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(COMMANDS, max_size=10))
def test_a_bench_set_up_again_as_the_hand_left_it_shows_the_same(commands: list[Command]) -> None:
    bench, hand = Bench(seed=3), Hand()
    for command in commands:
        bench.obey(command)
        hand = hand.after(command)
    again = Bench(seed=3, hand=pickle.loads(pickle.dumps(hand)))
    for one in (bench, again):
        one.switch_probe(True)
    assert again.hand == bench.hand
    np.testing.assert_allclose(Eye(quiet(), again)._light_counts_s(), Eye(quiet(), bench)._light_counts_s())


@pytest.mark.parametrize("transmittance", [0.0, -0.1, 1.1])
def test_a_glass_transmits_something_and_not_more_than_all(transmittance: float) -> None:
    with pytest.raises(ValueError, match="transmittance"):
        KnownTransmittance(transmittance)

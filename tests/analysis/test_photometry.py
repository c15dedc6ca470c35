"""Counts to absorbance and emission: on made frames, by Monte Carlo, and on real ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.noise import NoiseModel, estimate_noise, with_dark
from analysis.photometry import absorbance, emission
from analysis.spectrum import BoolArray, Detector, EmissionFrames, FloatArray, RawSpectrum, Spectrum
from tests.analysis.made_frames import BARE, DARK, FULL_SCALE, NM, NOISE, PEDESTAL, PIXELS, frame, lamp


def read(frames: Sequence[RawSpectrum], detector: Detector = BARE, noise: NoiseModel = NOISE) -> Spectrum:
    """The absorbance by sample, reference and dark."""
    sample, reference, dark = frames
    return absorbance(sample, reference, dark, detector, noise)


def test_known_transmittance_comes_back_as_absorbance() -> None:
    truth = 0.3 + 0.2 * np.sin(NM / 40.0)
    spectrum = absorbance(frame(lamp() * 10.0**-truth), frame(lamp()), DARK, BARE, NOISE)
    assert np.count_nonzero(spectrum.valid) > 400
    assert np.allclose(spectrum.values[spectrum.valid], truth[spectrum.valid], atol=1e-9)
    assert spectrum.unit == "A"
    assert spectrum.mid_exposure_s == 12.5


def test_linearity_is_undone_before_the_ratio_is_taken() -> None:
    coefficients = (0.88, 6e-6, -6e-11)
    truth = np.full(PIXELS, 0.5)

    def measured(light: FloatArray) -> FloatArray:
        counts = light * 0.9
        for _ in range(60):
            counts = light * np.polynomial.polynomial.polyval(counts, coefficients)
        return counts

    detector = Detector(FULL_SCALE, linearity=coefficients)
    sample, reference = frame(measured(lamp() * 10.0**-truth)), frame(measured(lamp()))
    corrected = absorbance(sample, reference, DARK, detector, NOISE)
    plain = absorbance(sample, reference, DARK, BARE, NOISE)
    assert np.allclose(corrected.values[corrected.valid], 0.5, atol=1e-6)
    assert np.nanmax(np.abs(plain.values - 0.5)) > 0.01
    assert corrected.remarks == ()


@pytest.mark.parametrize(
    "coefficients",
    [(), (0.0,), (0.0, 0.0, 0.0), (0.1, 0.0), (float("nan"), 1e-6), (1.0, 1e-4), (0.9, 1e-6, float("inf"))],
)
def test_coefficients_that_are_no_linearity_are_not_applied(coefficients: tuple[float, ...]) -> None:
    reading = absorbance(frame(lamp() * 0.5), frame(lamp()), DARK, Detector(FULL_SCALE, coefficients), NOISE)
    assert np.allclose(reading.values[reading.valid], np.log10(2.0))
    assert any("no linearity correction" in remark for remark in reading.remarks)


def test_why_an_instrument_has_no_linearity_stands_on_the_reading() -> None:
    detector = Detector(FULL_SCALE, no_linearity="no linearity correction: the stored coefficients are all zero")
    reading = absorbance(frame(lamp() * 0.5), frame(lamp()), DARK, detector, NOISE)
    assert detector.no_linearity in reading.remarks


@pytest.mark.parametrize("level", [0.005, 0.3, 1.0, 1.5])
def test_stated_sigma_is_the_scatter_of_repeated_measurements(level: float) -> None:
    rng = np.random.default_rng(7)
    detector = Detector(FULL_SCALE, linearity=(0.9, 4e-6, -3e-11))
    light = lamp()
    readings = [
        absorbance(
            frame(light * 10.0**-level, rng=rng),
            frame(light, rng=rng, scans=40),
            frame(0 * light, rng=rng),
            detector,
            NOISE,
        )
        for _ in range(250)
    ]
    values = np.array([r.values for r in readings])
    always = np.all(np.isfinite(values), axis=0)
    scatter = values[:, always].std(axis=0, ddof=1)
    stated = np.median([r.sigma[always] for r in readings], axis=0)
    assert np.count_nonzero(always) > 200
    assert np.median(scatter / stated) == pytest.approx(1.0, abs=0.04)
    assert np.quantile(np.abs(scatter / stated - 1.0), 0.95) < 0.2


def test_saturated_pixels_and_their_neighbours_are_left_out() -> None:
    full = np.zeros(PIXELS, dtype=np.bool_)
    full[300:305] = True
    by_sample = absorbance(frame(lamp(), saturated=full), frame(lamp()), DARK, BARE, NOISE)
    by_reference = absorbance(frame(lamp()), frame(lamp(), saturated=full), DARK, BARE, NOISE)
    for reading in (by_sample, by_reference):
        assert not reading.valid[299:306].any()
        assert np.isnan(reading.values[299:306]).all()
        assert np.isnan(reading.sigma[299:306]).all()
        assert reading.valid[298]
        assert reading.valid[306]
        assert any("saturated in 5 pixels" in remark for remark in reading.remarks)


def test_pixels_that_see_too_little_lamp_or_none_say_nothing() -> None:
    light = lamp()
    light[:100] = 0.001 * light.max()
    light[200] = -5.0
    reading = absorbance(frame(light * 0.5), frame(light), DARK, BARE, NOISE)
    assert not reading.valid[:100].any()
    assert not reading.valid[200]
    assert reading.valid[150]


def test_dark_hot_and_blind_pixels_are_left_out() -> None:
    rng = np.random.default_rng(3)
    detector = Detector(FULL_SCALE, dark_pixels=(0, 1, 2, 3, 4), optical_pixels=(10, 590))
    net = np.zeros(PIXELS)
    net[333] = 900.0
    hot_dark = frame(net, rng=rng)
    reading = absorbance(frame(lamp(), rng=rng), frame(lamp(), rng=rng), hot_dark, detector, NOISE)
    assert not reading.valid[:10].any()
    assert not reading.valid[590:].any()
    assert not reading.valid[333]
    assert reading.valid[331]
    assert reading.valid[335]


def test_pixels_darker_than_black_can_be_told_from_are_left_out_and_the_ceiling_says_where() -> None:
    truth = np.linspace(0.0, 5.0, PIXELS)
    reading = absorbance(frame(lamp() * 10.0**-truth), frame(lamp()), DARK, BARE, NOISE)
    assert reading.ceiling is not None
    known = reading.valid
    assert (reading.values[known] <= reading.ceiling[known]).all()
    middle = np.argmax(lamp())
    black = 3.0 * NOISE.read_counts * np.sqrt(2.0 / 20.0)
    assert reading.ceiling[middle] == pytest.approx(-np.log10(black / lamp()[middle]), abs=0.01)
    assert not known[truth > 4.5].any()


def test_usable_range_is_kept_to() -> None:
    reading = absorbance(frame(lamp()), frame(lamp()), DARK, BARE, NOISE, usable_nm=(450.0, 700.0))
    assert NM[reading.valid].min() >= 450.0
    assert NM[reading.valid].max() <= 700.0


def test_frames_of_different_exposure_are_refused_with_the_way_out() -> None:
    sample, reference = frame(lamp()), frame(lamp(), exposure_s=0.05)
    with pytest.raises(ValueError, match=r"25 ms .* 50 ms; take the reference again at 25 ms"):
        absorbance(sample, reference, DARK, BARE, NOISE)
    with pytest.raises(ValueError, match="take the dark again"):
        absorbance(sample, frame(lamp()), frame(0 * lamp(), exposure_s=0.1), BARE, NOISE)


def test_a_moved_electronic_offset_is_taken_out_by_the_dark_pixels() -> None:
    detector = Detector(FULL_SCALE, dark_pixels=tuple(range(16)), optical_pixels=(20, PIXELS))
    net = lamp() * 0.5
    net[:16] = 0.0
    shifted = replace(frame(net), counts=PEDESTAL + net + 80.0)
    light = lamp()
    light[:16] = 0.0
    reading = absorbance(shifted, frame(light), DARK, detector, NOISE)
    assert np.allclose(reading.values[reading.valid], np.log10(2.0), atol=1e-9)


@given(st.floats(5.0, 40.0), st.floats(0.05, 0.5), st.integers(0, 1000))
def test_noise_is_found_again_from_the_scatter_of_scans(read: float, gain: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    net, scans = lamp(), 20

    def scatter(light: FloatArray) -> FloatArray:
        return (read**2 + gain * light) * rng.chisquare(scans - 1, size=PIXELS) / (scans - 1)

    dark = replace(DARK, scan_variance=scatter(0 * net))
    found = estimate_noise(dark, replace(frame(net), scan_variance=scatter(net)), BARE)
    assert found.read_counts == pytest.approx(read, rel=0.06)
    assert found.variance_per_count == pytest.approx(gain, rel=0.2)


def test_noise_needs_scans_and_light() -> None:
    with pytest.raises(ValueError, match="two scans"):
        estimate_noise(frame(0 * NM, scans=1), frame(lamp()), BARE)
    with pytest.raises(ValueError, match="no brighter than the dark"):
        estimate_noise(DARK, DARK, BARE)


def triple(on: FloatArray, before: FloatArray, after: FloatArray, rng: np.random.Generator) -> EmissionFrames:
    made = [frame(net, rng=rng, exposure_s=0.1) for net in (before, on, after)]
    return EmissionFrames(made[0], made[1], made[2])


def band(height: float) -> FloatArray:
    return height * np.exp(-(((NM - 530.0) / 25.0) ** 2))


def test_emission_is_uv_on_minus_room_minus_blank_in_counts_per_second() -> None:
    rng = np.random.default_rng(1)
    room, scatter = band(300.0) + 50.0, 4000.0 * np.exp(-(((NM - 405.0) / 6.0) ** 2))
    frames = triple(room + scatter + band(900.0), room, room, rng)
    blank = triple(room + scatter, room, room, rng)
    reading = emission(frames, blank, BARE, NOISE)
    pull = (reading.values - band(9000.0)) / reading.sigma
    assert reading.unit == "counts/s"
    assert float(np.std(pull[reading.valid])) == pytest.approx(1.0, abs=0.1)
    assert reading.room_drift is not None
    assert "the room light changed" not in reading.remarks


def test_a_room_light_that_changes_is_said_and_enters_sigma() -> None:
    rng = np.random.default_rng(2)
    quiet = emission(triple(band(900.0), 0 * NM, 0 * NM, rng), None, BARE, NOISE)
    changed = emission(triple(band(900.0), 0 * NM, band(400.0), rng), None, BARE, NOISE)
    assert "the room light changed" in changed.remarks
    assert changed.room_drift is not None
    assert changed.room_drift.value == pytest.approx(4000.0, rel=0.2)
    peak = np.argmax(band(1.0))
    assert changed.sigma[peak] > 1000.0 > 10.0 * quiet.sigma[peak]


def test_a_steady_room_is_hardly_ever_called_changed() -> None:
    rng = np.random.default_rng(5)
    room = 200.0 + 0 * NM
    said = sum(
        "the room light changed" in emission(triple(room, room, room, rng), None, BARE, NOISE).remarks
        for _ in range(300)
    )
    assert said <= 1


def test_saturated_emission_is_unknown_not_zero() -> None:
    rng = np.random.default_rng(4)
    made = triple(band(900.0), 0 * NM, 0 * NM, rng)
    full = np.zeros(PIXELS, dtype=np.bool_)
    full[100:110] = True
    reading = emission(replace(made, on=replace(made.on, saturated=full)), None, BARE, NOISE)
    assert np.isnan(reading.values[99:111]).all()
    assert not reading.valid[99:111].any()


def test_emission_frames_of_different_exposure_are_refused_and_a_rescaled_blank_is_said() -> None:
    rng = np.random.default_rng(6)
    made = triple(band(900.0), 0 * NM, 0 * NM, rng)
    with pytest.raises(ValueError, match="UV-off frame"):
        emission(replace(made, off_after=replace(made.off_after, exposure_s=0.2)), None, BARE, NOISE)
    before, on, after = (replace(frame, exposure_s=0.2) for frame in (made.off_before, made.on, made.off_after))
    slow = EmissionFrames(before, on, after)
    assert any("rescaled" in remark for remark in emission(made, slow, BARE, NOISE).remarks)


HR2000 = Detector(16383.0)


def scatter_over(values: FloatArray, predicted: FloatArray) -> float:
    """Median over pixels of the scatter over what was predicted; that of few values is small by Wilson and Hilferty."""
    freedom = len(values) - 1
    return float(np.median(values.std(axis=0, ddof=1) / predicted) / (1.0 - 2.0 / (9.0 * freedom)) ** 1.5)


def read_frame(path: Path) -> tuple[FloatArray, FloatArray]:
    body = path.read_text(encoding="utf-8").split("Data<<<<<")[1].split(">>>>>")[0].split()
    return np.array(body[::2], dtype=np.float64), np.array(body[1::2], dtype=np.float64)


def series(folder: Path, kind: str, first: int) -> tuple[FloatArray, FloatArray]:
    """Every second file of a kind: wavelengths and counts of shape (frames, pixels)."""
    read = [read_frame(path) for path in sorted(folder.glob(f"*-{kind}_HRD*"))[first::2]]
    return read[0][0], np.array([counts for _, counts in read])


def as_frame(nm: FloatArray, counts: FloatArray) -> RawSpectrum:
    quiet = np.zeros(nm.size, dtype=np.bool_)
    variance = counts.var(axis=0, ddof=1) if len(counts) > 1 else np.full(nm.size, np.nan)
    return RawSpectrum(nm, counts.mean(axis=0), variance, quiet, 0.0273, len(counts), 0.0)


def test_noise_of_a_real_spectrometer_predicts_the_scatter_of_frames_it_has_not_seen(shared_data: Path) -> None:
    """The files are means of ten scans: read noise about 10 counts a scan, variance 0.39 of the signal in one scan."""
    folder = shared_data / "hr2000plus-frames"
    dark = as_frame(*series(folder, "Background", 0))
    noise = estimate_noise(dark, as_frame(*series(folder, "Halogen", 0)), HR2000)
    assert noise.read_counts == pytest.approx(10.0 / np.sqrt(10.0), rel=0.2)
    assert noise.variance_per_count == pytest.approx(0.039, rel=0.25)
    for kind in ("Background", "Halogen", "DeuteriumHalogen"):
        _, unseen = series(folder, kind, 1)
        predicted = np.sqrt(noise.variance(unseen.mean(axis=0) - dark.counts, 1))
        assert scatter_over(unseen, predicted) == pytest.approx(1.0, abs=0.15)
    _, bright = series(folder, "Halogen", 1)
    net = bright.mean(axis=0) - dark.counts
    lit = net > 0.3 * net.max()
    assert scatter_over(bright[:, lit], np.sqrt(noise.variance(net[lit], 1))) == pytest.approx(1.0, abs=0.15)
    assert scatter_over(bright[:, lit], np.full(np.count_nonzero(lit), noise.read_counts)) > 2.5  # shot noise rules


def test_sigma_of_absorbance_predicts_the_scatter_of_a_real_one(shared_data: Path) -> None:
    """Each from a sample, a reference and a dark of its own; samples and darks have not told the noise."""
    folder = shared_data / "hr2000plus-frames"
    nm, references = series(folder, "Halogen", 0)
    noise = estimate_noise(as_frame(*series(folder, "Background", 0)), as_frame(nm, references), HR2000)
    (_, samples), (_, darks) = series(folder, "Halogen", 1), series(folder, "Background", 1)
    triples = zip(samples, references, darks, strict=True)
    made = [read([as_frame(nm, each[None]) for each in triple], HR2000, noise) for triple in triples]
    values = np.array([each.values for each in made])
    known = np.all(np.isfinite(values), axis=0)
    stated = np.median([each.sigma[known] for each in made], axis=0)
    assert np.count_nonzero(known) > 1200
    assert scatter_over(values[:, known], stated) == pytest.approx(1.0, abs=0.15)


def blue_filter(folder: Path, column: int, *, masked: bool = True) -> list[RawSpectrum]:
    """Sample, reference and dark of a real blue filter; 64 000 counts are full scale."""
    made = []
    for kind in ("sample", "reference", "dark"):
        table = np.genfromtxt(folder / f"blue_filter.raw_mspct__{kind}.csv", delimiter=",", skip_header=7)
        counts = table[:, column]
        full = (counts >= 64000.0) & masked
        unknown, (exposure_s, scans) = np.full(counts.size, np.nan), ((0.487804, 41), (4.0, 5))[column - 1]
        made.append(RawSpectrum(table[:, 0], counts, unknown, full, exposure_s, scans, 0.0))
    return made


def transmittance(reading: Spectrum, nm: float) -> float:
    return float(10.0 ** -reading.values[np.argmin(np.abs(reading.wavelengths_nm - nm))])


MAYA, MAYA_NOISE = Detector(64000.0), NoiseModel(10.0, 0.3)


def test_a_real_blue_filter_reads_its_transmittance(shared_data: Path) -> None:
    reading = read(blue_filter(shared_data / "ocean-raw", 1), MAYA, MAYA_NOISE)
    for nm, expected in ((400, 0.850), (430, 0.924), (450, 0.913), (480, 0.060), (500, 0.0095)):
        assert transmittance(reading, nm) == pytest.approx(expected, abs=0.003)
    assert transmittance(reading, 750) == pytest.approx(0.0167, abs=0.001)
    assert any(re.match(r"absorbance at 48\d to \d+ nm is near or above", remark) for remark in reading.remarks)


def test_a_real_reference_that_is_full_is_masked_and_would_read_five_times_too_much_light(shared_data: Path) -> None:
    frames = blue_filter(shared_data / "ocean-raw", 2)
    reading, full = read(frames, MAYA, MAYA_NOISE), frames[1].counts >= 64000.0
    assert np.count_nonzero(full) > 1000
    assert not reading.valid[full].any()
    assert not reading.valid[1:][full[:-1]].any()
    assert not reading.valid[:-1][full[1:]].any()
    assert np.isnan(transmittance(reading, 750))
    assert any(f"reference saturated in {np.count_nonzero(full)} pixels" in remark for remark in reading.remarks)
    assert transmittance(reading, 430) == pytest.approx(0.924, abs=0.003)
    trap = read(blue_filter(shared_data / "ocean-raw", 2, masked=False), MAYA, MAYA_NOISE)
    assert transmittance(trap, 750) == pytest.approx(0.10, abs=0.005)


# What must be so whatever the light


@given(st.floats(0.2, 1.2), st.floats(0.5, 50.0), st.integers(0, 200))
def test_a_brighter_lamp_or_a_longer_exposure_changes_no_absorbance(factor: float, longer: float, seed: int) -> None:
    assume(abs(factor - 1.0) > 0.01)
    truth = 0.4 * np.random.default_rng(seed).random(PIXELS)
    light = lamp()
    nets = (light * 10.0**-truth, light, 0 * light)
    one = read([frame(net) for net in nets])
    other = read([frame(factor * net, exposure_s=0.025 * longer) for net in nets])
    sample, _, dark = (frame(factor * net, exposure_s=0.025 * factor) for net in nets)
    rescaled = absorbance(sample, frame(light), dark, BARE, NOISE, reference_dark=DARK)
    for each in (other, rescaled):
        both = one.valid & each.valid
        assert np.count_nonzero(both) > 300
        assert np.allclose(one.values[both], each.values[both], atol=1e-9)
    assert any(remark.startswith("reference rescaled from 25 ms to ") for remark in rescaled.remarks)


@given(st.integers(0, 10_000), st.floats(0.0, 0.2), st.floats(0.0, 0.2))
def test_no_mask_loses_a_pixel_of_which_nothing_is_known(seed: int, unknown: float, full: float) -> None:
    rng = np.random.default_rng(seed)

    def broken(net: FloatArray) -> tuple[RawSpectrum, BoolArray]:
        made, gone, saturated = frame(net, rng=rng), rng.random(PIXELS) < unknown, rng.random(PIXELS) < full
        return replace(made, counts=np.where(gone, np.nan, made.counts), saturated=saturated), gone | saturated

    (sample, no_sample), (reference, no_reference), (dark, no_dark) = map(broken, (0.5 * lamp(), lamp(), 0 * lamp()))
    reading = absorbance(sample, reference, dark, BARE, NOISE)
    (before, first), (on, second), (after, third) = map(broken, (0 * lamp(), band(900.0), 0 * lamp()))
    light = emission(EmissionFrames(before, on, after), None, BARE, NOISE)
    for each, lost in ((reading, no_sample | no_reference | no_dark), (light, first | second | third)):
        assert not each.valid[lost].any()
        assert np.array_equal(np.isnan(each.values), ~each.valid)
        assert np.array_equal(np.isnan(each.sigma), ~each.valid)
        assert (each.sigma[each.valid] > 0.0).all()
    assert reading.ceiling is not None
    assert np.isfinite(reading.ceiling[reading.valid]).all()


def stated_over_scatter(made: list[Spectrum]) -> float:
    values = np.array([each.values for each in made])
    always = np.all(np.isfinite(values), axis=0)
    assert np.count_nonzero(always) > 200
    stated = np.median([each.sigma[always] for each in made], axis=0)
    return float(np.median(values[:, always].std(axis=0, ddof=1) / stated))


@pytest.mark.parametrize("scans", [2, 5, 100])
def test_a_dark_of_few_scans_is_felt_and_one_of_many_is_not(scans: int) -> None:
    rng = np.random.default_rng(scans)
    light = 0.05 * lamp()
    nets = ((0.1 * light, 20), (light, 20), (0 * light, scans))
    made = [read([frame(net, rng=rng, scans=n) for net, n in nets]) for _ in range(200)]
    assert stated_over_scatter(made) == pytest.approx(1.0, abs=0.06)


def test_a_reference_of_another_exposure_has_the_noise_of_its_own_counts_and_its_own_dark() -> None:
    rng = np.random.default_rng(11)
    light = 0.2 * lamp()
    made = []
    for _ in range(200):
        sample, dark = frame(light, rng=rng), frame(0 * light, rng=rng)
        reference = frame(3.0 * light, rng=rng, exposure_s=0.075)
        slow = frame(0 * light, rng=rng, scans=3, exposure_s=0.075)
        made.append(absorbance(sample, reference, dark, BARE, NOISE, reference_dark=slow))
    assert float(np.nanmedian([each.values for each in made])) == pytest.approx(0.0, abs=1e-3)
    assert stated_over_scatter(made) == pytest.approx(1.0, abs=0.05)


def test_a_reference_of_another_exposure_without_its_own_dark_is_refused() -> None:
    reference = frame(lamp(), exposure_s=0.05)
    with pytest.raises(ValueError, match="take the reference again at 25 ms"):
        absorbance(frame(lamp()), reference, DARK, BARE, NOISE, reference_dark=DARK)


def test_a_long_dark_tells_the_noise_of_a_long_exposure() -> None:
    rng = np.random.default_rng(12)
    slow = frame(0 * lamp(), exposure_s=4.0)
    found = with_dark(NOISE, replace(slow, scan_variance=30.0**2 * rng.chisquare(19, PIXELS) / 19.0), BARE)
    assert found.read_counts == pytest.approx(30.0, rel=0.05)
    assert found.variance_per_count == NOISE.variance_per_count
    assert with_dark(NOISE, frame(0 * lamp(), scans=1), BARE) == NOISE

"""A recording as an instrument: what it scans is what was recorded, to the last bit of the mean."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.spectrum import Detector, FloatArray, RawSpectrum, read_only, read_only_mask
from instruments.replay import Played, Replay, scans_of
from instruments.spectrometer import BadSetting, InstrumentError, InstrumentInfo
from tests.instruments.contracts import SpectrometerContract, Stand

FULL_SCALE = 65_535.0
PIXELS = 64
EXPOSED = (0.005, 0.02)
AXIS = read_only(np.linspace(400.0, 700.0, PIXELS))


def averaged(stack: FloatArray, exposure_s: float = 0.1) -> RawSpectrum:
    """Return the frame that a measurement keeps of these scans."""
    scans = stack.shape[0]
    variance = stack.var(axis=0, ddof=1) if scans > 1 else np.full(stack.shape[1], np.nan)
    saturated = read_only_mask((stack >= FULL_SCALE).any(axis=0))
    return RawSpectrum(AXIS, read_only(stack.mean(axis=0)), read_only(variance), saturated, exposure_s, scans, 0.0)


def recorded(level: float, exposure_s: float = 0.1, scans: int = 8) -> RawSpectrum:
    """Return the frame of a light of this level, which no dark pixel sees."""
    lit = np.where(np.arange(PIXELS) < 2, 100.0, level)
    scatter = np.random.default_rng(int(level)).normal(0.0, 12.0, (scans, PIXELS))
    return averaged(np.rint(lit + scatter), exposure_s)


def replay(*measurements: tuple[Played, ...]) -> Replay:
    exposed = [played.frame.exposure_s for each in measurements for played in each]
    info = InstrumentInfo(
        address="replay:a.aliquot",
        model="Flame-S, replayed",
        serial="X, replayed",
        backend="replay of a.aliquot",
        virtual=True,
        wavelengths_nm=AXIS,
        exposure_limits_s=(min(exposed), max(exposed) * (1.0 + 1e-9)),
        detector=Detector(FULL_SCALE, dark_pixels=(0, 1), optical_pixels=(2, PIXELS)),
        probe="lamp line",
        uv="LED",
        notes=("no linearity correction: none was recorded",),
    )
    return Replay(info, info, measurements)


@settings(max_examples=60)
@given(
    st.integers(1, 40),
    st.floats(0.0, 65_000.0),
    st.floats(0.0, 400.0),
    st.integers(0, 2**32 - 1),
)
def test_as_many_scans_as_were_averaged_have_the_recorded_mean_to_the_last_bit(
    scans: int, level: float, noise: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    stack = np.clip(np.rint(level + rng.normal(0.0, noise, (scans, PIXELS))), 0.0, FULL_SCALE)
    frame = averaged(stack)
    again = averaged(scans_of(frame, FULL_SCALE))
    assert again.counts.tobytes() == frame.counts.tobytes()
    np.testing.assert_array_equal(again.saturated, frame.saturated)
    if scans > 1:
        np.testing.assert_allclose(again.scan_variance, frame.scan_variance, rtol=1e-6, atol=1e-9)


@given(st.integers(0, 30))
def test_any_scans_in_a_row_make_the_mean_whatever_was_discarded_before(discarded: int) -> None:
    frame = recorded(3_000.0, scans=7)
    player = replay((Played(False, False, frame),))
    player.turn_to(0)
    player.set_exposure(0.1)
    for _ in range(discarded):
        player.scan()
    stack = np.array([player.scan() for _ in range(7)])
    assert stack.mean(axis=0).tobytes() == frame.counts.tobytes()


def test_each_light_has_its_own_frame_and_the_dark_after_is_not_the_dark_before() -> None:
    before, lamp, glow, after = (recorded(level) for level in (100.0, 40_000.0, 900.0, 300.0))
    player = replay(
        (
            Played(False, False, before),
            Played(True, False, lamp),
            Played(False, True, glow),
            Played(False, False, after),
        )
    )
    player.turn_to(0)
    seen = []
    for probe, uv in ((False, False), (True, False), (False, True), (False, False)):
        player.light("probe", probe)
        player.light("uv", uv)
        player.set_exposure(0.1)
        seen.append(np.mean([player.scan() for _ in range(8)], axis=0))
    for frame, mean in zip((before, lamp, glow, after), seen, strict=True):
        np.testing.assert_array_equal(mean, frame.counts)


def test_an_exposure_that_was_not_recorded_is_refused_with_those_that_were() -> None:
    player = replay((Played(False, False, recorded(100.0, 0.025)), Played(True, False, recorded(9_000.0, 0.1))))
    with pytest.raises(BadSetting, match=r"no frame of 0.2 s; it has 0.025 s, 0.1 s"):
        player.set_exposure(0.2)
    assert player.set_exposure(0.0999) == 0.1  # as the recorded spectrometer really set it


class TestReplayContract(SpectrometerContract):
    """A recording is asked what every spectrometer is asked."""

    @pytest.fixture
    def stand(self) -> Stand:
        frames = tuple(
            Played(probe, False, recorded(300.0 + 9_000.0 * probe, s)) for s in EXPOSED for probe in (False, True)
        )
        player = replay(frames)

        def shine() -> None:
            player.light("probe", True)

        return Stand(
            player,
            "Flame-S, replayed",
            "replay of a.aliquot",
            PIXELS,
            FULL_SCALE,
            exposure_s=EXPOSED[0],
            shine=shine,
            obeys_exposure=False,
        )


def test_what_was_never_recorded_is_not_made_up() -> None:
    player = replay((Played(False, False, recorded(100.0)),))
    player.light("uv", True)
    with pytest.raises(InstrumentError, match="Nothing was recorded with uv on"):
        player.scan()


def test_an_exposure_takes_the_time_it_is_given() -> None:
    waited: list[float] = []
    frame = recorded(100.0, 0.05)
    info = replay((Played(False, False, frame),)).info
    player = Replay(info, info, ((Played(False, False, frame),),), waited.append)
    player.set_exposure(0.05)
    player.scan()
    player.scan()
    assert waited == [0.05, 0.05]


def test_lights_are_off_after_closing_and_nothing_can_be_cooled() -> None:
    player = replay((Played(False, False, recorded(100.0)),))
    player.light("uv", True)
    assert player.light_state("uv") == "on"
    player.close()
    assert player.light_state("uv") == "off"
    with pytest.raises(BadSetting, match="not cooled"):
        player.set_cooling(-10.0)

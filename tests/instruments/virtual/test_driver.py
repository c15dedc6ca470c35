"""Every model through the stock driver: what python-seabreeze asks of a real spectrometer, ours answers too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from seabreeze.pyseabreeze.exceptions import SeaBreezeError

from instruments.virtual.device import Model
from instruments.virtual.models import MODELS
from instruments.virtual.rig import Rig
from tests.instruments.virtual.driver import bench, opened

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # the driver leaves its own open


@pytest.fixture(scope="module", params=MODELS)
def standing(request: pytest.FixtureRequest) -> Iterator[tuple[Model, Rig, Any]]:
    """Return a model, its bench and the open device, for all tests that leave it as they found it."""
    with bench(request.param) as rig, opened(rig) as device:
        yield MODELS[request.param](), rig, device


@pytest.fixture
def before(standing: tuple[Model, Rig, Any]) -> tuple[Model, Rig, Any]:
    """Return model, bench and the device's spectrometer, lamp off, at 25 ms and no stale frame under way."""
    model, rig, device = standing
    rig.bench.switch_probe(False)
    device.f.spectrometer.set_integration_time_micros(25_000)
    device.f.spectrometer.get_intensities()
    return model, rig, device.f.spectrometer


def test_it_measures_what_its_own_memory_describes(before: tuple[Model, Rig, Any]) -> None:
    model, rig, spectrometer = before
    nm = spectrometer.get_wavelengths()
    np.testing.assert_allclose(nm, model.sensor.wavelengths_nm, rtol=1e-12)
    dark = spectrometer.get_intensities()
    rig.bench.switch_probe(True)
    lit = spectrometer.get_intensities()
    assert dark.shape == lit.shape == nm.shape
    first, stop = model.sensor.optical_pixels
    visible = (nm[first:stop] > 580) & (nm[first:stop] < 700)
    full = model.sensor.full_scale_counts
    assert np.max(lit) <= full <= spectrometer.get_maximum_intensity()
    if np.any(visible):
        assert np.mean((lit - dark)[first:stop][visible]) > 0.6 * full


def test_the_first_frame_after_a_change_is_the_old_one(before: tuple[Model, Rig, Any]) -> None:
    model, rig, spectrometer = before
    rig.bench.switch_probe(True)
    old = np.max(spectrometer.get_intensities())
    spectrometer.set_integration_time_micros(100_000)
    stale, fresh = (np.max(spectrometer.get_intensities()) for _ in range(2))
    assert stale == pytest.approx(old, rel=0.05)
    if np.any((model.sensor.wavelengths_nm > 580) & (model.sensor.wavelengths_nm < 700)):
        assert fresh == pytest.approx(model.sensor.full_scale_counts)


def test_limits_are_held_by_the_driver_and_an_exposure_between_them_is_taken(before: tuple[Model, Rig, Any]) -> None:
    _, _, spectrometer = before
    low, high = spectrometer.get_integration_time_micros_limits()
    assert 0 < low < high < 2**64
    for outside in (0, low - 1, high, 2**62, 2**64):
        with pytest.raises(SeaBreezeError):
            spectrometer.set_integration_time_micros(outside)
    spectrometer.set_integration_time_micros(low)
    spectrometer.get_intensities()


def test_a_wrong_trigger_is_refused_and_the_normal_one_measures(before: tuple[Model, Rig, Any]) -> None:
    model, _, spectrometer = before
    with pytest.raises(SeaBreezeError):
        spectrometer.set_trigger_mode(0xF0)
    spectrometer.set_trigger_mode(0)
    assert spectrometer.get_intensities().size == model.pixels


def test_dark_pixels_lie_within_the_frame_and_see_no_light(before: tuple[Model, Rig, Any]) -> None:
    model, rig, spectrometer = before
    listed = spectrometer.get_electric_dark_pixel_indices()
    if model.name == "NIRQuest512":
        assert listed == [()]  # a list that is not empty and names no pixel
        return
    indices = list(listed[0]) if listed and isinstance(listed[0], tuple) else listed
    dark = np.mean([spectrometer.get_intensities() for _ in range(10)], axis=0)
    rig.bench.switch_probe(True)
    lit = np.mean([spectrometer.get_intensities() for _ in range(10)], axis=0)
    assert np.all(np.abs(lit - dark)[indices] < 0.002 * spectrometer.get_maximum_intensity())

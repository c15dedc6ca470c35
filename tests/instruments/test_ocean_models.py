"""What is known of each model beyond what the driver says, held against the driver."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seabreeze.pyseabreeze.devices import _model_class_registry

from instruments.ocean_models import (
    dark_pixels,
    exposure_us,
    facts,
    optical_pixels,
    plausible_c,
    trade_name,
    wavelengths_make_sense,
)

MODELS = sorted(_model_class_registry)
limits = st.tuples(st.integers(1, 50_000), st.integers(100_000, 2_000_000_000))
steps = st.sampled_from([1, 10, 1000])


def of_the_driver(model: str) -> dict[str, Any]:
    """Return what pyseabreeze knows of a model."""
    made: Any = _model_class_registry[model]._feature_classes["spectrometer"][0].__dict__["__init__"]
    known: dict[str, Any] = made.keywords
    return known


@pytest.mark.parametrize("model", MODELS)
def test_every_model_of_the_driver_has_its_name_its_step_and_its_sync_byte(model: str) -> None:
    known = of_the_driver(model)
    ours = facts(model)
    assert ours.name
    assert ours.step_us == known["integration_time_base"]
    assert ours.sync == (known["spectrum_raw_length"] == 2 * known["spectrum_num_pixel"] + 1)


@pytest.mark.parametrize("model", MODELS)
def test_the_dark_pixels_of_every_model_lie_in_its_frame_and_outside_its_light(model: str) -> None:
    known = of_the_driver(model)
    pixels = known["spectrum_num_pixel"]
    ours = facts(model)
    dark = dark_pixels(known["dark_pixel_indices"], pixels, ours.bad_dark)
    first, stop = optical_pixels(ours, pixels, dark)
    assert all(0 <= i < pixels for i in dark)
    assert 0 <= first < stop <= pixels
    assert stop - first >= 0.8 * pixels
    assert not [i for i in dark if first <= i < stop]


@pytest.mark.parametrize(("model", "number"), [("NIRQUEST512", 0), ("USB4000", 11), ("QE65000", 5), ("HR4000", 8)])
def test_nested_empty_and_bad_lists_give_the_pixels_that_are_really_dark(model: str, number: int) -> None:
    known = of_the_driver(model)
    assert len(dark_pixels(known["dark_pixel_indices"], known["spectrum_num_pixel"], facts(model).bad_dark)) == number


@pytest.mark.parametrize(
    ("listed", "dark"),
    [
        ([6, 7, 8], (6, 7, 8)),
        (((5, 6),), (5, 6)),
        (((),), ()),
        ([], ()),
        ([-1, 0, 99, 100, 5_000], (0, 99)),
        ([3, 3, 2], (2, 3)),
        (np.array([4, 5]), (4, 5)),
    ],
)
def test_a_dark_pixel_is_whole_inside_the_frame_and_counted_once(listed: Any, dark: tuple[int, ...]) -> None:
    assert dark_pixels(listed, 100) == dark


def test_both_back_ends_names_of_a_model_mean_the_same_device() -> None:
    for one, other in [("QEPRO", "QE-PRO"), ("USB2000PLUS", "USB2000Plus"), ("MAYA2000PRO", "Maya2000Pro")]:
        assert facts(one) == facts(other)
    assert trade_name("USB2000PLUS", "FLMS16723") == trade_name("FLAMES", "FLMS16723") == "Flame-S"
    assert trade_name("USB4000", "FLMT02803") == "Flame-T"
    assert trade_name("USB4000", "USB4F0001") == "USB4000"
    assert trade_name("A model of tomorrow", "X1") == "A model of tomorrow"


def test_the_real_limits_stand_against_the_back_end_that_is_wrong() -> None:
    assert facts("USB4000").below_s == 65.535  # cseabreeze takes 655 s and waits for them
    assert facts("QEPRO").full_scale_counts == 200_000.0  # pyseabreeze says 262 143, which it never reaches


@settings(deadline=None)
@given(st.floats(allow_nan=True, allow_infinity=True), limits, steps)
def test_an_exposure_is_inside_the_limits_a_multiple_of_the_step_and_near_what_was_asked(
    asked_s: float, around_us: tuple[int, int], step_us: int
) -> None:
    low, high = (-(-limit // step_us) * step_us for limit in around_us)
    micros = exposure_us(asked_s, (low, high), step_us)
    if not low / 1e6 <= asked_s < high / 1e6:
        assert micros is None
        return
    assert micros is not None
    assert low <= micros < high
    assert micros % step_us == 0
    assert abs(micros - asked_s * 1e6) <= step_us
    assert exposure_us(micros / 1e6, (low, high), step_us) == micros


@settings(deadline=None)
@given(limits, steps)
def test_the_upper_limit_is_refused_and_what_lies_just_below_is_taken(around_us: tuple[int, int], step_us: int) -> None:
    low, high = (-(-limit // step_us) * step_us for limit in around_us)
    assert exposure_us(high / 1e6, (low, high), step_us) is None
    assert exposure_us(math.nextafter(high / 1e6, 0.0), (low, high), step_us) == high - step_us
    assert exposure_us(low / 1e6, (low, high), step_us) == low


def test_wavelengths_that_fall_or_are_no_numbers_make_no_sense() -> None:
    nm = np.linspace(340.0, 1020.0, 100)
    assert wavelengths_make_sense(nm, (0, 100))
    assert not wavelengths_make_sense(nm[::-1], (0, 100))
    assert not wavelengths_make_sense(np.where(np.arange(100) == 50, np.nan, nm), (0, 100))
    assert not wavelengths_make_sense(np.zeros(100), (0, 100))
    assert wavelengths_make_sense(np.concatenate([nm[:90], nm[:10]]), (0, 90))


def test_a_sensor_that_is_not_there_tells_no_temperature() -> None:
    assert plausible_c(-10.5) == -10.5
    assert [plausible_c(c) for c in (-273.15, 1_000.0, math.nan, math.inf)] == [None] * 4

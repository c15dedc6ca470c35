"""Ticks do not crowd, say their unit once, and ranges keep still."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.energy import HC_EV_NM
from gui.plot_axes import (
    Envelope,
    energy_ticks,
    fills,
    fits,
    height_ticks,
    rounded,
    sure_extent,
    wavelength_ticks,
)


def measure(text: str) -> float:
    """Seven pixels a letter."""
    return 7.0 * len(text)


def test_the_wavelength_axis_of_the_bench_is_that_of_the_look() -> None:
    texts = [tick.text for tick in wavelength_ticks((360.0, 715.0), 892.0, measure, 24.0)]
    assert texts[:2] == ["375", "400"]
    assert texts[-1] == "700 nm"
    assert sum("nm" in text for text in texts) == 1


def test_the_energy_axis_stands_at_its_wavelengths() -> None:
    ticks = energy_ticks((360.0, 715.0), 892.0, measure, 20.0)
    assert ticks[0].text.endswith(" eV")
    assert [tick.text for tick in ticks[1:4]] == ["3.2", "3.0", "2.8"]
    assert ticks[2].at == pytest.approx(HC_EV_NM / 3.0)


@given(st.floats(200, 1000), st.floats(5, 800), st.floats(150, 2000))
def test_ticks_never_touch(low: float, span: float, room: float) -> None:
    for ticks in (
        wavelength_ticks((low, low + span), room, measure, 8.0),
        energy_ticks((low, low + span), room, measure, 8.0),
    ):
        places = [(tick.at - low) / span * room for tick in ticks]
        numbers = [tick.text.split()[0] for tick in ticks]
        for a, b, left, right in zip(places, places[1:], numbers, numbers[1:], strict=False):
            assert b - a >= (measure(left) + measure(right)) / 2


def test_absorbance_keeps_its_decimals_and_no_power_of_ten() -> None:
    texts = [tick.text for tick in height_ticks((-0.01, 0.27), 240.0, 34.0, lambda _: True)]
    assert texts == ["0.00", "0.05", "0.10", "0.15", "0.20", "0.25"]


def test_thousands_are_grouped_and_said_as_k_where_they_do_not_fit() -> None:
    assert [t.text for t in height_ticks((-50.0, 2000.0), 160.0, 34.0, lambda _: True)] == [
        "0",
        "500",
        "1\u202f000",
        "1\u202f500",
        "2\u202f000",
    ]
    assert [t.text for t in height_ticks((0.0, 21000.0), 160.0, 34.0, lambda t: len(t) < 5)] == [
        "0",
        "5 k",
        "10 k",
        "15 k",
        "20 k",
    ]


@given(st.floats(-1e4, 1e5), st.floats(1e-3, 1e5), st.floats(60, 900))
def test_height_ticks_keep_their_distance_and_stay_in_range(low: float, span: float, room: float) -> None:
    ticks = height_ticks((low, low + span), room, 20.0, lambda _: True)
    places = [(tick.at - low) / span * room for tick in ticks]
    assert all(b - a >= 19.99 for a, b in itertools.pairwise(places))
    assert all(-1e-3 <= place <= room + 1e-3 for place in places)


ranges = st.tuples(st.floats(-100, 100), st.floats(0.01, 1000)).map(lambda p: (p[0], p[0] + p[1]))


@given(ranges)
def test_a_rounded_range_holds_what_is_wanted_and_is_filled_by_it(wanted: tuple[float, float]) -> None:
    chosen = rounded(wanted)
    slack = 1e-6 * (wanted[1] - wanted[0])
    assert fits((chosen[0] - slack, chosen[1] + slack), wanted)
    assert fills(chosen, wanted)


def test_noise_about_one_height_never_moves_the_range() -> None:
    random = np.random.default_rng(1)
    shown = rounded((-0.01, 0.2))
    for _ in range(200):
        needed = (-0.01, 0.2 * (0.9 + 0.1 * random.random()))
        assert fits(shown, needed)
        assert fills(shown, needed)


def test_a_pixel_of_noise_does_not_stretch_the_range() -> None:
    values, sigma = np.full(100, 1.0), np.full(100, 0.01)
    values[3], sigma[3] = 50.0, 60.0
    extent = sure_extent(values, sigma)
    assert extent is not None
    assert extent[1] < 1.1
    assert sure_extent(np.full(5, np.nan), np.full(5, np.nan)) is None


def test_the_envelope_knows_what_lies_in_sight() -> None:
    nm = np.linspace(300.0, 900.0, 1200)
    envelope = Envelope(200.0, 1000.0)
    assert envelope.within((400.0, 500.0)) is None
    envelope.add(nm, np.where(nm < 450, 5.0, 1.0), np.zeros(nm.size))
    envelope.add(nm, np.where(nm < 450, np.nan, -2.0), np.full(nm.size, 0.25))
    assert envelope.within((500.0, 600.0)) == pytest.approx((-1.5, 1.0))
    assert envelope.within((400.0, 600.0)) == pytest.approx((-1.5, 5.0))

"""Which stored linearity coefficients are believed: those of real detectors, and nothing that spoils a spectrum."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial.polynomial import polyval

from instruments.linearity import ACCEPTED_RANGE, accepted, span

FLAME_S = (0.864123, 6.5517e-06, -1.06531e-10, 4.70652e-16, 5.4788e-20, -3.1291e-24, 6.61022e-29, -4.88409e-34)
HR4000 = (0.939935, 4.48308e-05, -1.580061e-08, 3.234112e-12, -3.96006e-16, 2.812395e-20, -1.059139e-24, 1.614935e-29)
FULL = 65_535.0

shapes = st.lists(st.floats(-1.5, 1.5), min_size=1, max_size=8)  # of the polynomial in counts / full scale


def coefficients(shape: list[float], full_scale: float = FULL) -> tuple[float, ...]:
    return tuple(c / full_scale**i for i, c in enumerate(shape))


@pytest.mark.parametrize(("stored", "full_scale"), [(FLAME_S, 65_535.0), (HR4000, 16_383.0), ((1.0,), 65_535.0)])
def test_the_coefficients_of_real_detectors_are_taken_as_they_are(stored: tuple[float, ...], full_scale: float) -> None:
    assert accepted(stored, full_scale) == (stored, "")
    low, high = span(stored, full_scale)
    assert 0.83 < low < high < 1.003 or stored == (1.0,)


@pytest.mark.parametrize(
    ("stored", "reason"),
    [
        ((), "stores no coefficients"),
        ((0.0,) * 8, "all zero"),  # dividing by them gives infinities
        ((0.9, math.nan), "not all numbers"),
        ((0.9, math.inf), "not all numbers"),
        ((0.9, -math.inf, 0.0), "not all numbers"),
        ((0.5,), "from 0.5 to 0.5"),
        ((1.2,), "from 1.2 to 1.2"),
        ((0.9, 1e-3), "from 0.9 to 66.4"),
        ((0.9, 1e300, 1e300), "runs from"),
        ((-0.9, 1e-6), "runs from"),
    ],
)
def test_others_are_refused_with_the_reason_in_one_sentence(stored: tuple[float, ...], reason: str) -> None:
    taken, why_not = accepted(stored, FULL)
    assert taken == ()
    assert why_not.startswith("No linearity correction: ")
    assert reason in why_not
    assert why_not.endswith(".")


def test_a_dip_between_the_ends_is_found_however_narrow() -> None:
    dip = 1.0 - 0.6 * np.array([1.0])  # both ends are 1.0, the middle is 0.4
    stored = coefficients([1.0, -4.0 * 0.6, 4.0 * 0.6])
    assert polyval(0.5 * FULL, stored) == pytest.approx(dip[0])
    assert accepted(stored, FULL)[0] == ()


@settings(deadline=None)
@given(shapes)
def test_what_is_accepted_never_leaves_the_range_anywhere(shape: list[float]) -> None:
    taken, why_not = accepted(coefficients(shape), FULL)
    assert bool(taken) != bool(why_not)
    if taken:
        factor = polyval(np.linspace(0.0, FULL, 4_001), taken)
        assert ACCEPTED_RANGE[0] - 1e-9 <= factor.min() <= factor.max() <= ACCEPTED_RANGE[1] + 1e-9


@settings(deadline=None)
@given(shapes)
def test_what_stays_well_inside_the_range_is_accepted(shape: list[float]) -> None:
    factor = polyval(np.linspace(0.0, 1.0, 4_001), shape)
    inside = ACCEPTED_RANGE[0] + 0.01 < factor.min() <= factor.max() < ACCEPTED_RANGE[1] - 0.01
    if inside:
        assert accepted(coefficients(shape), FULL)[1] == ""


@settings(deadline=None)
@given(shapes)
def test_the_span_holds_every_value_of_the_polynomial(shape: list[float]) -> None:
    low, high = span(coefficients(shape), FULL)
    values = polyval(np.linspace(0.0, FULL, 1_001), coefficients(shape))
    margin = 1e-6 * (1.0 + np.max(np.abs(values)))
    assert low - margin <= values.min()
    assert values.max() <= high + margin


@settings(deadline=None)
@given(shapes, st.sampled_from([4_095.0, 16_383.0, 65_535.0, 200_000.0]))
def test_the_verdict_does_not_depend_on_how_many_bits_the_converter_has(shape: list[float], full_scale: float) -> None:
    one, other = span(coefficients(shape), FULL), span(coefficients(shape, full_scale), full_scale)
    assert one == pytest.approx(other, rel=1e-6, abs=1e-6)

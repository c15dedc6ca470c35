"""Rows of the waterfall: means over a nanometre, nothing where nothing is known, at their place in time."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.spectrum import FloatArray, Spectrum, read_only, read_only_mask
from station.waterfall import FIRST_ROWS, Rows, row_of, value_at
from tests.gui import stories

SHOWN = (360.0, 715.0)


def flat(value: float, nm: FloatArray, masked: tuple[float, float] = (0.0, 0.0)) -> Spectrum:
    valid = (nm < masked[0]) | (nm > masked[1])
    hidden = np.where(valid, 1.0, np.nan)
    return Spectrum(read_only(nm), read_only(value * hidden), read_only(0.01 * hidden), read_only_mask(valid), "A", 0.0)


def test_a_row_is_the_mean_of_its_pixels_and_nothing_where_none_is_valid() -> None:
    row = row_of(stories.absorbance(3), SHOWN)
    assert np.isnan(row[:12]).all()
    assert np.isfinite(row[13:]).all()
    assert row[449 - 360] == pytest.approx(0.197, abs=0.004)


def test_masked_wavelengths_are_unknown_and_never_zero() -> None:
    row = row_of(stories.emission(3), SHOWN, (495.0, 505.0))
    assert np.isnan(row[496 - 360 : 504 - 360]).all()
    assert np.isfinite(row[510 - 360 :]).all()


def test_a_coarse_file_is_drawn_straight_between_its_points_but_not_across_a_gap() -> None:
    coarse = flat(0.2, np.arange(362.0, 712.0, 2.0))
    row = row_of(coarse, SHOWN)
    assert np.nanmax(np.abs(row - 0.2)) < 1e-12
    assert np.isfinite(row[4:348]).all()
    gap = row_of(flat(0.2, np.arange(362.0, 712.0, 2.0), (450.0, 480.0)), SHOWN)
    assert np.isnan(gap[455 - 360 : 478 - 360]).all()


def test_one_row_is_written_for_a_new_aliquot_and_the_others_stay_where_they_are() -> None:
    rows = Rows(SHOWN)
    rows.add(1, 60.0, stories.absorbance(0))
    before = rows.values(np.array([0]))
    held = rows._values
    rows.add(2, 120.0, stories.absorbance(3))
    assert rows._values is held
    assert np.array_equal(rows.values(np.array([0])), before, equal_nan=True)


def test_the_array_doubles_when_it_is_full() -> None:
    rows, spectrum = Rows(SHOWN), flat(0.1, np.linspace(340.0, 800.0, 900))
    for number in range(1, 2 * FIRST_ROWS + 2):
        rows.add(number, float(number), spectrum)
    assert len(rows) == 2 * FIRST_ROWS + 1
    assert rows.number(2 * FIRST_ROWS) == 2 * FIRST_ROWS + 1
    assert np.isfinite(rows.values(np.arange(len(rows)))).all()


def test_an_aliquot_whose_time_was_corrected_stands_at_its_place() -> None:
    rows = Rows(SHOWN)
    for number, time_s in ((1, 60.0), (2, 300.0), (3, 120.0)):
        rows.add(number, time_s, flat(0.1 * number, np.linspace(340.0, 800.0, 900)))
    assert rows.times_s.tolist() == [60.0, 120.0, 300.0]
    assert [rows.number(row) for row in range(3)] == [1, 3, 2]
    assert rows.row_of(3) == 1
    assert rows.row_of(9) is None
    assert np.nanmean(rows.values(np.array([1]))) == pytest.approx(0.3, rel=1e-5)


def test_the_rise_to_the_violet_does_not_fade_the_bands() -> None:
    nm = np.linspace(340.0, 800.0, 1800)
    steep = flat(0.1, nm)
    steep = Spectrum(nm, read_only(np.where(nm < 364.0, 5.0, 0.1)), steep.sigma, steep.valid, "A", 0.0)
    rows = Rows(SHOWN, percent=98.0)
    rows.add(1, 60.0, steep)
    assert rows.top == pytest.approx(0.1, rel=1e-5)
    assert rows.largest == pytest.approx(5.0, rel=1e-5)


def test_the_colours_reach_up_to_every_band_that_has_a_name() -> None:
    nm = np.linspace(340.0, 800.0, 1800)
    narrow = Spectrum(nm, read_only(np.where(np.abs(nm - 449.0) < 2.0, 0.22, 0.1)), nm * 0.0, nm > 0.0, "A", 0.0)
    nameless, named = Rows(SHOWN, percent=98.0), Rows(SHOWN, percent=98.0)
    nameless.add(1, 60.0, narrow)
    named.add(1, 60.0, narrow, (449.4, 345.0, 900.0))
    assert nameless.top == pytest.approx(0.1, rel=1e-5)
    assert named.top == named.largest == pytest.approx(0.22, rel=1e-5)


def test_the_value_under_the_cursor_has_the_sigma_of_its_mean() -> None:
    found = value_at(stories.absorbance(3), 449.0)
    assert found is not None
    assert found.value == pytest.approx(0.197, abs=0.004)
    assert 0.0 < found.sigma < 0.001
    assert value_at(stories.absorbance(3), 362.0) is None

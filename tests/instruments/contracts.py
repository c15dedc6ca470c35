"""What every spectrometer must do, whoever made it and whatever stands between it and us.

A subclass whose name begins with `Test` gives the fixture `stand`; all the tests here then run on its spectrometer.
They know nothing of processes, of the driver or of the virtual bench.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.polynomial.polynomial import polyval

from analysis.spectrum import FloatArray
from instruments.spectrometer import BadSetting, Disconnected, InstrumentError, Spectrometer, Temperatures


@dataclass(frozen=True, slots=True)
class Stand:
    """One open spectrometer in the dark, and what is known of it beforehand.

    `pixels` and `full_scale_counts` are what its data sheet says through this back end. `exposure_s` is an exposure
    at which a scan is soon done. `shine` switches on a light that does not change with time and fills no pixel at
    `exposure_s`; `dazzle` one that fills some. `unplug` pulls the plug. None where this stand has no such thing (a
    recorded run obeys no lamp); the tests that need it are then skipped by name. `obeys_exposure` is false where the
    frames were taken before.
    """

    spectrometer: Spectrometer
    model: str
    backend: str
    pixels: int
    full_scale_counts: float
    exposure_s: float
    shine: Callable[[], object] | None = None
    dazzle: Callable[[], object] | None = None
    unplug: Callable[[], object] | None = None
    obeys_exposure: bool = True


def settled(spectrometer: Spectrometer, exposure_s: float, scans: int = 8) -> FloatArray:
    """Set the exposure, discard the scan that may still carry the old one, and average."""
    spectrometer.set_exposure(exposure_s)
    spectrometer.scan()
    averaged: FloatArray = np.mean([spectrometer.scan() for _ in range(scans)], axis=0)
    return averaged


class SpectrometerContract:
    """Everything that is asked of a `Spectrometer`; subclass it with a fixture `stand`."""

    @pytest.fixture
    def stand(self) -> Stand:
        """Return a stand of its own for every test; the subclass closes it afterwards."""
        raise NotImplementedError("a subclass stands its spectrometer here")

    def test_it_says_who_it_is_and_through_what(self, stand: Stand) -> None:
        info = stand.spectrometer.info
        assert (info.model, info.backend) == (stand.model, stand.backend)
        assert info.serial
        assert ":" in info.address
        assert info.detector.full_scale_counts == stand.full_scale_counts

    def test_its_wavelengths_are_known_at_every_pixel(self, stand: Stand) -> None:
        info = stand.spectrometer.info
        nm = info.wavelengths_nm
        assert nm.shape == (stand.pixels,)
        assert nm.dtype == np.float64
        assert not nm.flags.writeable
        first, stop = info.detector.optical_pixels or (0, stand.pixels)
        assert np.all(np.isfinite(nm))
        assert np.all(np.diff(nm[first:stop]) > 0)

    def test_its_pixels_are_lit_or_dark_but_not_both(self, stand: Stand) -> None:
        detector = stand.spectrometer.info.detector
        first, stop = detector.optical_pixels or (0, stand.pixels)
        assert 0 <= first < stop <= stand.pixels
        assert len(set(detector.dark_pixels)) == len(detector.dark_pixels)
        assert all(0 <= pixel < stand.pixels for pixel in detector.dark_pixels)
        assert not any(first <= pixel < stop for pixel in detector.dark_pixels)

    def test_its_linearity_makes_sense_or_it_says_that_there_is_none(self, stand: Stand) -> None:
        info = stand.spectrometer.info
        counts = np.linspace(0.0, info.detector.full_scale_counts, 1_001)
        if info.detector.linearity:
            factor = polyval(counts, info.detector.linearity)
            assert 0.7 <= factor.min() <= factor.max() <= 1.1
        else:
            assert any("linearity" in note for note in info.notes)

    def test_what_cannot_be_trusted_is_said_in_sentences(self, stand: Stand) -> None:
        for note in stand.spectrometer.info.notes:
            assert len(note) > 10
            for word in ("error", "invalid", "oops", "please", "!"):
                assert word not in note.lower()

    def test_a_scan_is_one_number_of_counts_a_pixel(self, stand: Stand) -> None:
        counts = stand.spectrometer.scan()
        assert counts.shape == (stand.pixels,)
        assert counts.dtype == np.float64
        assert np.all(np.isfinite(counts))
        assert np.ptp(counts) > 0

    def test_a_scan_is_not_written_over_by_the_next(self, stand: Stand) -> None:
        first = stand.spectrometer.scan()
        kept = first.copy()
        for _ in range(3):
            assert stand.spectrometer.scan() is not first
        np.testing.assert_array_equal(first, kept)

    def test_an_exposure_outside_the_limits_is_refused_with_the_limits(self, stand: Stand) -> None:
        for outside_s in (0.0, -1.0, 1e-9, 1e9, math.inf, -math.inf, math.nan):
            with pytest.raises(BadSetting) as refused:
                stand.spectrometer.set_exposure(outside_s)
            assert refused.value.limits == stand.spectrometer.info.exposure_limits_s
        assert stand.spectrometer.scan().shape == (stand.pixels,)

    def test_the_upper_limit_is_refused_what_lies_just_below_is_not(self, stand: Stand) -> None:
        low, high = stand.spectrometer.info.exposure_limits_s
        assert 0.0 < low < high
        with pytest.raises(BadSetting):
            stand.spectrometer.set_exposure(high)
        assert low <= stand.spectrometer.set_exposure(math.nextafter(high, 0.0)) < high
        assert stand.spectrometer.set_exposure(low) == pytest.approx(low)

    def test_the_exposure_told_is_the_one_set_and_never_far_from_the_one_asked_for(self, stand: Stand) -> None:
        low, high = stand.spectrometer.info.exposure_limits_s
        for asked in (stand.exposure_s, stand.exposure_s * 1.000_37, stand.exposure_s * 1.1):
            told = stand.spectrometer.set_exposure(asked)
            assert low <= told < high
            assert told == pytest.approx(asked, abs=0.000_501)
            assert stand.spectrometer.set_exposure(told) == told

    def test_light_is_counted(self, stand: Stand) -> None:
        if stand.shine is None:
            pytest.skip("nothing here can shine")
        dark = settled(stand.spectrometer, stand.exposure_s)
        stand.shine()
        lit = settled(stand.spectrometer, stand.exposure_s)
        first, stop = stand.spectrometer.info.detector.optical_pixels or (0, stand.pixels)
        assert np.max((lit - dark)[first:stop]) > 0.05 * stand.full_scale_counts
        dark_pixels = list(stand.spectrometer.info.detector.dark_pixels)
        assert np.all(np.abs(lit - dark)[dark_pixels] < 0.01 * stand.full_scale_counts)

    def test_after_one_discarded_scan_the_counts_are_those_of_the_new_exposure(self, stand: Stand) -> None:
        if stand.shine is None or not stand.obeys_exposure:
            pytest.skip("nothing here can shine")
        long_s = stand.exposure_s
        short_s = max(0.25 * long_s, stand.spectrometer.info.exposure_limits_s[0])
        darks = [settled(stand.spectrometer, s) for s in (long_s, short_s)]
        stand.shine()
        long, short = (settled(stand.spectrometer, s) - d for s, d in zip((long_s, short_s), darks, strict=True))
        lit = long > 0.5 * np.max(long)
        linearity = stand.spectrometer.info.detector.linearity or (1.0,)
        margin = 0.02 if len(linearity) > 1 else 0.2  # a detector that tells no coefficients is no more linear for it
        ratio = np.mean((long / polyval(long, linearity))[lit]) / np.mean((short / polyval(short, linearity))[lit])
        assert ratio == pytest.approx(long_s / short_s, rel=margin)

    def test_too_much_light_reaches_full_scale(self, stand: Stand) -> None:
        if stand.dazzle is None:
            pytest.skip("nothing here can dazzle")
        stand.dazzle()
        stand.spectrometer.scan()
        assert np.any(stand.spectrometer.scan() >= stand.full_scale_counts)

    def test_temperatures_are_told_in_degrees_or_not_at_all(self, stand: Stand) -> None:
        told = stand.spectrometer.temperatures()
        assert isinstance(told, Temperatures)
        for degrees in (told.detector_c, told.board_c):
            assert degrees is None or -60.0 < degrees < 90.0
        if stand.spectrometer.info.cooled:
            assert told.detector_c is not None

    def test_the_detector_is_cooled_where_it_can_be_else_that_is_refused(self, stand: Stand) -> None:
        if not stand.spectrometer.info.cooled:
            with pytest.raises(BadSetting):
                stand.spectrometer.set_cooling(-10.0)
            return
        stand.spectrometer.set_cooling(-10.0)
        for senseless in (-300.0, 200.0, math.nan):
            with pytest.raises(BadSetting) as refused:
                stand.spectrometer.set_cooling(senseless)
            assert refused.value.limits is not None
        assert stand.spectrometer.scan().shape == (stand.pixels,)

    def test_let_go_it_measures_nothing_more_and_may_be_let_go_again(self, stand: Stand) -> None:
        stand.spectrometer.close()
        stand.spectrometer.close()
        with pytest.raises(InstrumentError):
            stand.spectrometer.scan()

    def test_pulled_out_it_says_so_and_is_let_go_quietly(self, stand: Stand) -> None:
        if stand.unplug is None:
            pytest.skip("there is no plug here")
        stand.unplug()
        with pytest.raises(Disconnected) as told:
            stand.spectrometer.scan()
        assert "kept" in str(told.value)
        assert stand.spectrometer.info.serial
        stand.spectrometer.close()

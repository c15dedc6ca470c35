"""One aliquot in one frame: each curve 1 at its own band, the tail enlarged, what is missing said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.excitation_spectra import ExcitationReading, read_excitation
from analysis.spectrum import Spectrum, read_only, read_only_mask
from station.optics import Excitation, Optics
from station.pair import TAIL_TOP, Of, Pair, PairCurve, pair
from station.recipe import HOUR_S
from tests.gui import plot_samples, stories


def excitation(time_s: float) -> ExcitationReading:
    """A band at 474 nm over the rise of a cluster, on a coarse axis as a fluorimeter gives it."""
    nm = np.arange(350.0, 540.0, 1.0)
    values = 1e5 * np.exp(-0.5 * ((nm - 474.0) / 18.0) ** 2)
    noisy = values + 200.0 * np.random.default_rng(1).normal(size=nm.size)
    spectrum = Spectrum(
        read_only(nm), read_only(noisy), read_only(np.full(nm.size, 200.0)), read_only_mask(nm > 0), "a.u.", 0.0
    )
    return read_excitation(spectrum, None, time_s)


def curve(found: Pair, of: Of) -> PairCurve:
    one = found.curve(of)
    assert one is not None
    return one


def test_every_curve_is_one_at_its_own_band_and_says_what_it_was_divided_by() -> None:
    found = pair(plot_samples.aliquot(4), (excitation(2.0 * HOUR_S),))
    assert [one.of for one in found.curves] == ["absorbance", "emission", "excitation"]
    for one, at_nm in (("absorbance", 449.1), ("emission", 500.0)):
        assert curve(found, one).at_nm == pytest.approx(at_nm)  # type: ignore[arg-type]
    assert curve(found, "excitation").at_nm == pytest.approx(474.0, abs=1.5)
    assert curve(found, "absorbance").height.value == pytest.approx(0.19, abs=0.01)
    assert curve(found, "emission").height.value == pytest.approx(1840.0, rel=0.03)
    for one_curve in found.curves:
        near = np.abs(one_curve.spectrum.wavelengths_nm - one_curve.at_nm) <= 1.0
        assert float(np.nanmean(one_curve.spectrum.values[near])) == pytest.approx(1.0, abs=0.03)


def test_emission_is_divided_by_the_number_that_the_readout_shows() -> None:
    aliquot = stories.aliquot(3)
    found = curve(pair(aliquot), "emission")
    assert (found.height.value, found.height.sigma, found.unit) == (1840.0, 28.0, "counts/s")


def test_an_excitation_spectrum_belongs_to_the_aliquot_of_its_time_alone() -> None:
    readings = (excitation(2.0 * HOUR_S),)
    assert pair(plot_samples.aliquot(4), readings).curve("excitation") is not None
    assert pair(plot_samples.aliquot(5), readings).curve("excitation") is None


def test_the_tail_stays_in_the_frame_and_is_larger_where_there_is_less_of_it() -> None:
    pure, dotted = pair(plot_samples.aliquot(3)).tail, pair(plot_samples.aliquot(4)).tail
    assert pure is not None
    assert dotted is not None
    assert pure.factor > dotted.factor > 1
    for tail in (pure, dotted):
        known = tail.spectrum.values[tail.spectrum.valid]
        assert float(np.abs(known).max()) <= 1.3 * TAIL_TOP
        assert tail.spectrum.wavelengths_nm[tail.spectrum.valid].min() > 470.0


def test_the_tail_begins_behind_the_reddest_cluster() -> None:
    said = plot_samples.findings(0.1, 0.05, 0.0, 500.0)
    both = replace(plot_samples.aliquot(4), reading=replace(plot_samples.aliquot(4).reading, findings=said))
    tail = pair(both).tail
    assert tail is not None
    assert tail.spectrum.wavelengths_nm[tail.spectrum.valid].min() > 469.0 + 18.0


def test_dots_alone_have_no_tail_and_one_that_has_no_level_says_so() -> None:
    aliquot = plot_samples.aliquot(4)
    dots = replace(stories.species(3)[0], name="QD", role="band")
    said = replace(plot_samples.findings(0.18, 0.0, 0.0, 500.0), species=(dots,), dominant="QD")
    assert pair(replace(aliquot, reading=replace(aliquot.reading, findings=said))).tail is None
    short = aliquot.reading.absorbance
    assert short is not None
    known = np.asarray(short.wavelengths_nm < 640.0) & short.valid
    short = replace(short, values=np.where(known, short.values, np.nan), valid=known)
    cut = replace(aliquot, reading=replace(aliquot.reading, absorbance=short))
    for one, level in ((aliquot, True), (cut, False)):
        tail = pair(one).tail
        assert tail is not None
        assert tail.above_quiet is level


def test_without_emission_there_is_no_curve_of_it_and_the_reason_is_said() -> None:
    found = pair(plot_samples.aliquot(2))
    assert found.curve("emission") is None
    assert found.missing == ("no emission is seen",)


def test_emission_begins_beyond_its_excitation() -> None:
    lit = replace(plot_samples.aliquot(4), optics=Optics(Excitation(nm=405.0)))
    spectrum = curve(pair(lit), "emission").spectrum
    assert spectrum.wavelengths_nm[spectrum.valid].min() > 415.0


def test_the_bands_are_named_with_where_they_stand() -> None:
    named = {peak.name: peak.nm.value for peak in pair(stories.aliquot(3), (excitation(2.0 * HOUR_S),)).peaks}
    assert named["MSC-449 E1"] == 449.08
    assert named["MSC-449 E2"] == 405.2
    assert named["Emission"] == 500.4
    assert named["Excitation"] == pytest.approx(474.0, abs=1.5)


def test_an_absorbance_without_a_band_is_divided_where_it_is_largest() -> None:
    found = pair(stories.aliquot(0))
    assert found.tail is None
    assert 380.0 <= curve(found, "absorbance").at_nm <= 390.0


def test_what_was_not_measured_is_said() -> None:
    blind = replace(plot_samples.aliquot(2), reading=replace(plot_samples.aliquot(2).reading, emission=None))
    assert pair(blind).missing == ("no emission was measured",)

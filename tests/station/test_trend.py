"""What is followed over a run: values with sigma, limits where nothing is seen, nothing where nothing is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.findings import Species
from station import trend
from station.recipe import HOUR_S
from station.records import Aliquot, AliquotEdited, Mark, OnsetAnswered
from station.run import Run
from station.trend import Trend, Trends, trends
from tests.gui import stories


def one(found: Trends, what: trend.What, of: str = "") -> Trend:
    [series] = [each for each in found.of(what) if each.of == of]
    return series


def test_each_cluster_is_followed_under_its_name_with_its_sigma() -> None:
    found = trends(stories.run(8))
    first, second = found.of("absorbance")
    assert (first.symbol, second.symbol) == ("A449", "A469")
    measured = [point for point in first.points if point.kind == "measured"]
    assert [point.value for point in measured] == list(stories.A449[1:6])
    assert {point.sigma for point in measured} == {0.002}
    assert [point.time_s / HOUR_S for point in measured] == [1.0, 1.5, 2.0, 4.0, 8.0]


def test_what_is_not_seen_is_a_limit_and_never_zero() -> None:
    found = trends(stories.run(8))
    for series in (*found.of("absorbance"), *found.of("emission")):
        below = [point for point in series.points if point.kind == "below"]
        assert below
        assert all(point.value > 0.0 and point.sigma == 0.0 for point in below)
    assert one(found, "absorbance", "MSC-449").points[0].value == pytest.approx(0.003)
    assert one(found, "emission").points[0].value == 28.0


def test_the_limit_rises_with_the_noise_of_the_spectrum() -> None:
    run = stories.run(2)
    noisy = stories.aliquot(0)
    dim = replace(stories.absorbance(0), sigma=np.full(2048, 0.05))
    records = (run.records[0], replace(noisy, reading=replace(noisy.reading, absorbance=dim)), run.records[2])
    found = one(trends(replace(run, records=records)), "absorbance", "MSC-449")
    assert found.points[0].kind == "below"
    assert found.points[0].value > 0.03


def test_emission_has_a_place_and_a_width_only_where_there_is_any() -> None:
    found = trends(stories.run(8))
    assert [point.number for point in one(found, "maximum").points] == [4, 5, 6, 7, 8]
    assert [point.value for point in one(found, "width").points] == [46.0] * 5
    assert len(one(found, "tail").points) == 8


def test_the_onset_and_what_was_said_of_it_stand_beside_the_numbers() -> None:
    assert trends(stories.run(3)).onset is None
    flagged = trends(stories.run(4))
    assert flagged.onset == stories.ONSET
    assert flagged.onset_answer is None
    assert trends(stories.run(4).appended(OnsetAnswered(True, 9000.0, ""))).onset_answer is True


def test_an_excluded_aliquot_stays_in_its_place_and_does_not_count() -> None:
    run = stories.run(4)
    third = run.all_aliquots[2]
    left_out = AliquotEdited(3, "", "", "cuvette was dirty", 101.0, third.drawn_at_s, 9000.0, "")
    points = one(trends(run.appended(left_out)), "absorbance", "MSC-449").points
    assert [point.counts for point in points] == [True, True, False, True]


def test_before_there_is_a_t0_time_counts_from_the_first_aliquot() -> None:
    run = stories.run(3, t0=False)
    untimed = replace(run, records=tuple(replace(each, reaction_time_s=None) for each in run.aliquots))
    found = trends(untimed)
    assert not found.since_t0
    assert one(found, "tail").times_s.tolist() == [0.0, 0.5 * HOUR_S, HOUR_S]
    marked = untimed.appended(Mark("heat on", stories.T0_S, ""))
    assert one(trends(marked, found), "tail").times_s.tolist() == [0.5 * HOUR_S, HOUR_S, 1.5 * HOUR_S]


def band(nm: float, height: float) -> Species:
    return Species("other", "band", nm, 0.3, 30.0, height, 0.002, 0.5, "fitted component")


def test_bands_without_a_name_are_told_apart_by_where_they_stand() -> None:
    run = stories.run(0)
    for index, bands in enumerate(((band(512.0, 0.05),), (band(513.5, 0.06), band(560.0, 0.02)))):
        said = replace(stories.findings(index), species=bands, dominant=None)
        run = run.appended(stories.aliquot(index, said=said))
    found = trends(run).of("absorbance")
    assert [(each.symbol, each.values.tolist()) for each in found] == [("A512", [0.05, 0.06]), ("A560", [0.02])]


@pytest.mark.parametrize("count", [1, 3, 8])
def test_a_run_that_grows_reads_as_it_would_from_the_start(count: int) -> None:
    grown, run = trends(stories.run(0)), stories.run(0)
    for index in range(count):
        run = run.appended(stories.aliquot(index))
        grown = trends(run, grown)
    again = trends(run)
    assert [each.points for each in grown.series] == [each.points for each in again.series]


def test_only_new_aliquots_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    run = stories.run(6)
    before = trends(run)
    asked: list[int] = []
    read = trend._read

    def watched(aliquot: Aliquot) -> list[trend._Seen]:
        asked.append(aliquot.number)
        return read(aliquot)

    monkeypatch.setattr(trend, "_read", watched)
    trends(run.appended(stories.aliquot(6)), before)
    assert asked == [7]


def test_different_cuvettes_are_said() -> None:
    run = stories.run(2)
    assert trends(run).one_cuvette
    other = replace(run.aliquots[-1], dilution=201.0)
    assert not trends(Run(run.begun_with, None, "", "", (*run.records[:-1], other))).one_cuvette


def test_a_run_without_aliquots_has_no_trend() -> None:
    assert trends(None).series == ()
    assert trends(stories.run(0)).series == ()

"""W: what is left in the washed cuvette is said and recorded, and the run learns nothing from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.spectrum import Quantity
from instruments.virtual.hand import Trouble, Wash
from station import events, orders
from station.evaluation import reevaluate
from station.records import WashChecked
from station.store import read
from station.wash import LEAST_A, Left, is_dirty
from tests.station.bench_tools import Station, station

HOUR_S = 3600.0


@pytest.fixture(scope="module")
def emitting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """A bench whose last aliquot emits: at 8 h the dots have taken over."""
    with station(tmp_path_factory.mktemp("run")) as bench:
        bench.clock.sleep(8 * HOUR_S)
        bench.do(orders.TakeDark(), orders.TakeReference(), orders.Capture())
        yield bench


@pytest.fixture
def bench(emitting: Station) -> Iterator[Station]:
    yield emitting
    emitting.acquisition._guard.hand(Wash(0.0))


def washed(bench: Station, left: float) -> events.MeasurementEnded:
    bench.acquisition._guard.hand(Wash(left))
    bench.do(orders.CheckWash())
    return bench.heard.last(events.MeasurementEnded)


def last_record(bench: Station) -> WashChecked:
    run = bench.acquisition.session.run
    assert run is not None
    record = run.records[-1]
    assert isinstance(record, WashChecked)
    return record


@pytest.mark.slow
def test_a_clean_cuvette_is_said_to_be_clean_and_from_where_on_more_would_have_been_seen(bench: Station) -> None:
    ended = washed(bench, 0.0)
    assert (ended.what, ended.done, ended.well) == ("wash", True, True)
    assert ended.sentence.startswith("Clean: A469 < 0.00")
    assert "no emission above" in ended.sentence
    assert last_record(bench).sentence == ended.sentence


@pytest.mark.slow
def test_what_is_left_is_said_with_its_uncertainty_and_asks_for_another_wash(bench: Station) -> None:
    ended = washed(bench, 0.05)
    assert (ended.done, ended.well) == (True, False)
    assert ended.sentence.startswith("Left: A469 0.00")
    assert ended.sentence.endswith("counts/s: wash again, then W.")
    record, run = last_record(bench), bench.acquisition.session.run
    assert run is not None
    assert record.absorbance is not None
    whole = run.aliquots[-1].reading.findings
    assert whole is not None
    assert record.absorbance.value == pytest.approx(0.05 * whole.species[0].absorbance, abs=0.003)
    assert is_dirty(run)
    washed(bench, 0.0)
    assert not is_dirty(bench.acquisition.session.run or run)


@pytest.mark.slow
def test_a_wash_is_no_aliquot_and_moves_neither_onset_nor_readings(bench: Station) -> None:
    washed(bench, 0.0)
    before = bench.acquisition.session.run
    assert before is not None
    assert bench.acquisition.session.evaluation is not None
    state = bench.acquisition.session.evaluation._state
    washed(bench, 0.05)
    after = bench.acquisition.session.run
    assert after is not None
    assert bench.acquisition.session.evaluation._state is state
    assert after.aliquots == before.aliquots
    assert after.next_number == before.next_number
    assert after.last_undoable() == before.last_undoable(), "Ctrl+Z still takes back the aliquot"


@pytest.mark.slow
def test_a_wash_comes_back_from_the_file_with_its_frames(bench: Station) -> None:
    washed(bench, 0.02)
    written, path = last_record(bench), bench.acquisition.session.path
    assert path is not None
    stored = reevaluate(read(path))
    record = stored.records[-1]
    assert isinstance(record, WashChecked)
    assert (record.sentence, record.absorbance, record.emission) == (
        written.sentence,
        written.absorbance,
        written.emission,
    )
    assert record.frames.absorbance.counts.tolist() == written.frames.absorbance.counts.tolist()
    assert is_dirty(stored) == is_dirty(stored.appended(stored.records[-1]))


@pytest.mark.slow
def test_a_lamp_that_fails_judges_no_cuvette(bench: Station) -> None:
    records = bench.acquisition.session.run
    assert records is not None
    bench.acquisition._guard.hand(Trouble("lamp dead"))
    ended = washed(bench, 0.0)
    bench.acquisition._guard.hand(Trouble("lamp mended"))
    assert not ended.done
    assert "was not judged" in ended.sentence
    assert bench.acquisition.session.run is records


@pytest.mark.slow
def test_a_wash_needs_a_reference_and_can_be_stopped(tmp_path: Path) -> None:
    with station(tmp_path, begun=False) as bench:
        bench.do(orders.OpenInstrument("virtual:FLAME-S"), orders.CheckWash())
        assert bench.heard.last(events.Refused).reason == "dark first: press D"
        bench.do(orders.TakeDark(), orders.CheckWash())
        assert bench.heard.last(events.Refused).reason == "reference first: press R"
        bench.do(orders.TakeReference())
        publish = bench.acquisition._publish

        def stop(message: object) -> None:
            publish(message)  # type: ignore[arg-type]
            if isinstance(message, events.Progress) and message.what == "wash":
                bench.acquisition.order(orders.Cancel())

        bench.acquisition._measuring.publish = stop
        bench.do(orders.CheckWash())
        ended = bench.heard.last(events.MeasurementEnded)
        assert (ended.what, ended.done) == ("wash", False)
        assert bench.acquisition.session.run is not None
        assert not any(isinstance(each, WashChecked) for each in bench.acquisition.session.run.records)


@pytest.mark.parametrize(
    ("absorbance", "emission", "said"),
    [
        ((0.0002, 0.0002), (3.0, 3.0), "Clean: A449 < 0.001, no emission above 12 counts/s."),
        ((0.012, 0.0002), (40.0, 9.0), "Left: A449 0.012 ± 0.001 and 40 ± 9 counts/s: wash again, then W."),
        ((0.012, 0.0002), (3.0, 3.0), "Left: A449 0.012 ± 0.001, no emission above 12 counts/s: wash again, then W."),
        ((0.0, 0.0002), (40.0, 9.0), "Left: A449 < 0.001, 40 ± 9 counts/s: wash again, then W."),
        ((0.0, 0.0002), None, "Clean: A449 < 0.001, emission not measured."),
    ],
)
def test_the_words_of_a_wash(absorbance: tuple[float, float], emission: tuple[float, float] | None, said: str) -> None:
    left = Left("A449", Quantity(*absorbance), None if emission is None else Quantity(*emission))
    assert left.sentence == said
    assert left.clean == said.startswith("Clean")


def test_what_a_cuvette_repeats_by_itself_is_not_called_left() -> None:
    assert Left("A449", Quantity(0.9 * LEAST_A, 1e-5), None).clean
    assert not Left("A449", Quantity(1.1 * LEAST_A, 1e-5), None).clean

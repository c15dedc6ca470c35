"""Readings by themselves through a flow cell: in time, stated, stopped by a hand, and not by a fault."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.findings import Species
from analysis.spectrum import Spectrum, read_only, read_only_mask
from instruments.spectrometer import LightChoice, Lighting
from instruments.virtual.hand import Trouble
from instruments.virtual.samples import FlaskSample
from station import events, orders
from station.continuous import Rhythm
from station.evaluation import reevaluate
from station.events import State
from station.flow_cell import CELLS_MM, fitting_path_mm, too_strong_words
from station.store import read
from tests.station.bench_tools import ODE, RECIPE, Station, station

EVERY_S = 30.0


def between_orders(bench: Station, seconds: float, step_s: float = 0.5) -> None:
    """Let the time go on, and the station between its orders."""
    until_s = bench.clock.now_s() + seconds
    while bench.clock.now_s() < until_s:
        bench.acquisition._between_orders()
        bench.clock.sleep(step_s)


def status(bench: Station) -> events.Status:
    return bench.heard.last(events.StatusChanged).status


def ready(bench: Station, path_mm: float = 0.2, every_s: float = EVERY_S) -> None:
    """Begin the mode, dark and reference taken for its path."""
    bench.do(orders.StartContinuous(every_s, path_mm), orders.TakeDark(), orders.TakeReference())


def test_a_reading_comes_every_half_minute_with_its_path_and_dilution_and_stands_in_the_file(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.clock.sleep(3600.0)
        ready(bench)
        begun_s = status(bench).continuous
        assert begun_s is not None
        between_orders(bench, 100.0)
        run = bench.acquisition.session.run
        assert run is not None
        assert len(run.aliquots) == 4
        assert all(each.by_itself and each.dilution == 1.0 and each.optics.path_mm == 0.2 for each in run.aliquots)
        findings = [each.reading.findings for each in run.aliquots]
        assert {None if each is None else each.dominant for each in findings} == {"MSC-449"}
        drawn_s = np.array([each.drawn_at_s for each in run.aliquots[1:]])
        off_grid_s = np.mod(drawn_s - begun_s.next_at_s, EVERY_S)
        assert np.all(np.minimum(off_grid_s, EVERY_S - off_grid_s) < 2.0)  # a live frame is shown to its end
        path = status(bench).run_path
        assert path is not None
        again = reevaluate(read(Path(path))).aliquots
        assert [each.reading.findings for each in again] == findings


@pytest.mark.slow
def test_another_path_asks_for_dark_and_reference_and_the_first_reading_waits_for_them(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.do(orders.StartContinuous(EVERY_S, 0.5))
        between_orders(bench, 2.0)
        mode = status(bench).continuous
        assert mode is not None
        assert (mode.path_mm, mode.waits_for) == (0.5, "dark first: press D")
        assert status(bench).optics.path_mm == 0.5
        bench.do(orders.TakeDark(), orders.TakeReference())
        between_orders(bench, 1.0)
        assert len(bench.heard.all(events.AliquotTaken)) == 1


@pytest.mark.slow
def test_space_still_captures_by_hand_in_between_with_the_dilution_of_the_flow(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.clock.sleep(3600.0)
        ready(bench)
        between_orders(bench, 2.0)
        bench.do(orders.Capture(), orders.UseDilution(5.0))
        between_orders(bench, EVERY_S)
        bench.do(orders.Capture(), orders.StopContinuous(), orders.Capture())
        run = bench.acquisition.session.run
        assert run is not None
        told = [(each.by_itself, each.dilution) for each in run.aliquots]
        assert told == [(True, 1.0), (False, 1.0), (True, 1.0), (False, 5.0), (False, RECIPE.dilution)]


def test_it_ends_by_its_order_by_esc_within_a_reading_and_with_the_run(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        ready(bench, every_s=10.0)
        between_orders(bench, 1.0)
        bench.do(orders.StopContinuous())
        taken = len(bench.heard.all(events.AliquotTaken))
        between_orders(bench, 30.0)
        assert len(bench.heard.all(events.AliquotTaken)) == taken == 1
        assert status(bench).continuous is None

        def stop_at_the_third_scan(message: object) -> None:
            bench.heard.messages.append(message)  # type: ignore[arg-type]
            if isinstance(message, events.Progress) and message.scan == 3:
                bench.acquisition.order(orders.Cancel())

        bench.do(orders.StartContinuous(10.0, 0.2))
        bench.acquisition._publish = stop_at_the_third_scan
        between_orders(bench, 1.0)
        bench.acquisition._publish = bench.heard.messages.append
        bench.do(orders.Cancel())
        assert status(bench).continuous is None
        uv = status(bench).uv
        assert uv is not None
        assert uv.state == "off"
        bench.do(orders.StartContinuous(10.0, 0.2), orders.NewRun(RECIPE))
        between_orders(bench, 30.0)
        assert status(bench).continuous is None
        run = bench.acquisition.session.run
        assert run is not None
        assert run.aliquots == ()


@pytest.mark.slow
def test_a_fault_does_not_end_it_and_what_was_missed_is_not_made_up_for(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        ready(bench)
        between_orders(bench, 1.0)
        hindrance = ["not reached"]
        mode = bench.acquisition._by_itself
        for _ in range(600):
            bench.clock.sleep(1.0)
            mode.go_on(bench.acquisition._attempt, lambda: hindrance[0])
        shown = mode.shown[0]
        assert shown is not None
        assert shown.waits_for == "not reached"
        assert len(bench.heard.all(events.AliquotTaken)) == 1
        between_orders(bench, 5.0)
        assert len(bench.heard.all(events.AliquotTaken)) == 2


@pytest.mark.slow
def test_a_pulled_plug_does_not_end_it_and_it_goes_on_by_itself_when_the_instrument_is_back(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        ready(bench)
        between_orders(bench, 2.0)
        bench.acquisition._guard.hand(Trouble("unplug"))
        between_orders(bench, 65.0, step_s=5.0)
        assert status(bench).state is State.FAULTED
        mode = status(bench).continuous
        assert mode is not None
        assert mode.waits_for == "not reached"
        assert len(bench.heard.all(events.AliquotTaken)) == 1
        bench.acquisition._guard.hand(Trouble("replug"))
        between_orders(bench, 45.0, step_s=2.0)
        assert status(bench).state is State.LIVE
        assert len(bench.heard.all(events.AliquotTaken)) >= 2
        assert len(bench.heard.all(events.Faulted)) <= 2  # said, and not at every reading that was due


@pytest.mark.slow
def test_a_reading_that_takes_longer_than_its_interval_is_said_once_and_the_next_starts_at_once(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        ready(bench, every_s=1.0)
        between_orders(bench, 15.0)
        said = [each.sentence for each in bench.heard.all(events.Noted) if "longer than" in each.sentence]
        assert len(said) == 1
        assert "longer than the 1 s between two" in said[0]
        drawn_s = [each.aliquot.drawn_at_s for each in bench.heard.all(events.AliquotTaken)]
        assert len(drawn_s) > 2
        measured_s = np.diff(drawn_s)
        assert np.all(measured_s < 8.0)


@pytest.mark.slow
def test_taking_back_a_reading_that_came_by_itself_reads_nothing_again(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.clock.sleep(3600.0)
        ready(bench)
        between_orders(bench, 70.0)
        before = bench.acquisition.session.run
        assert before is not None
        bench.do(orders.Undo())
        after = bench.acquisition.session.run
        assert after is not None
        assert [each.reading for each in after.aliquots] == [each.reading for each in before.aliquots[:-1]]
        between_orders(bench, EVERY_S)
        path = status(bench).run_path
        assert path is not None
        run = bench.acquisition.session.run
        assert run is not None
        assert [each.number for each in run.aliquots] == [1, 2, 4]
        again = reevaluate(read(Path(path))).aliquots
        assert [each.reading.findings for each in again] == [each.reading.findings for each in run.aliquots]


def test_beyond_the_ceiling_it_says_which_path_fits_and_goes_on_by_emission_alone(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.clock.sleep(7200.0)
        ready(bench, path_mm=10.0)
        between_orders(bench, 2.0)
        mode = status(bench).continuous
        assert mode is not None
        assert mode.emission_only.endswith("shorten the path to about 0.2 mm")
        reading = bench.heard.last(events.AliquotTaken).aliquot.reading
        assert reading.absorbance is not None  # measured and recorded all the same
        assert reading.frames is not None
        assert reading.findings is not None
        assert reading.findings.species == ()
        assert reading.findings.emission is not None
        assert reading.findings.remarks[0] == f"{mode.emission_only}; read by emission alone"
        path = status(bench).run_path
        assert path is not None
        assert reevaluate(read(Path(path))).aliquots[0].reading.findings == reading.findings


@pytest.mark.slow
def test_the_flask_of_a_virtual_bench_flows_through_the_cell_and_back_into_cuvettes(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        connection = bench.acquisition._connection
        ready(bench, path_mm=0.5)
        assert connection.bench.sample == FlaskSample(ODE, dilution=1.0, path_mm=0.5)
        bench.do(orders.StartContinuous(EVERY_S, 1.0, 2.0))
        assert connection.bench.sample == FlaskSample(ODE, dilution=2.0, path_mm=1.0)
        bench.do(orders.StopContinuous())
        assert connection.bench.sample == FlaskSample(ODE)


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (orders.StartContinuous(0.1, 1.0), "Readings come every 1 to 86400 s"),
        (orders.StartContinuous(10.0, 0.0), "The path is 0.01 to 100 mm"),
        (orders.StartContinuous(10.0, 1.0, 0.5), "The dilution is 1 to 1e+06"),
        (orders.StartContinuous(float("nan"), 1.0), "Readings come every"),
    ],
)
@pytest.mark.slow
def test_what_is_out_of_its_bounds_is_refused_and_nothing_begins(
    tmp_path: Path, order: orders.StartContinuous, said: str
) -> None:
    with station(tmp_path, begun=False) as bench:
        bench.do(orders.OpenInstrument("virtual:FLAME-S"), order)
        assert bench.heard.last(events.Refused).reason.startswith(said)
        assert status(bench).continuous is None


@pytest.mark.slow
def test_without_a_spectrometer_or_with_lights_by_hand_it_says_why_it_cannot_begin(tmp_path: Path) -> None:
    with station(tmp_path, begun=False) as bench:
        bench.do(orders.StartContinuous(10.0, 1.0))
        assert bench.heard.last(events.Refused).reason == "no spectrometer"
        by_hand = Lighting(LightChoice("by hand", "lamp"), LightChoice("none", ""))
        bench.do(
            orders.OpenInstrument("virtual:FLAME-S"), orders.UseLighting(by_hand), orders.StartContinuous(10.0, 1.0)
        )
        assert "switched by hand" in bench.heard.last(events.Refused).reason


@given(
    every_s=st.floats(1.0, 3600.0),
    begun_s=st.floats(0.0, 1e9),
    took_s=st.lists(st.floats(0.0, 7200.0), max_size=40),
)
def test_due_times_stay_on_their_grid_and_never_pile_up(every_s: float, begun_s: float, took_s: list[float]) -> None:
    rhythm, now_s, number = Rhythm(begun_s, every_s), begun_s, 0
    for each_s in took_s:
        before_s, now_s = rhythm.next_s, max(now_s, rhythm.next_s)
        rhythm.begin(now_s)
        now_s += each_s
        late = rhythm.taken(now_s)
        number = round((rhythm.next_s - begun_s) / every_s)
        assert rhythm.next_s == begun_s + number * every_s
        assert rhythm.next_s > before_s
        assert late == (rhythm.next_s <= now_s)
        assert rhythm.next_s > now_s - every_s - 1e-3  # one that was missed at most


@given(st.sampled_from(CELLS_MM), st.floats(0.9, 60.0))
def test_the_path_that_is_advised_exists_and_is_shorter(path_mm: float, absorbance: float) -> None:
    shorter = fitting_path_mm(path_mm, absorbance)
    if path_mm == CELLS_MM[-1]:
        assert shorter is None
        return
    assert shorter in CELLS_MM
    assert shorter < path_mm
    reached = absorbance * shorter / path_mm
    assert reached < 1.0 or shorter == CELLS_MM[-1]


def test_a_peak_above_1_2_names_its_absorbance_and_the_cell_that_fits() -> None:
    nm = np.arange(400.0, 700.0)
    values = 1.31 * np.exp(-(((nm - 449.0) / 10.0) ** 2))
    known = np.ones(nm.size, dtype=bool)
    spectrum = Spectrum(nm, read_only(values), read_only(0.001 + 0.0 * nm), read_only_mask(known), "A", 0.0)
    cluster = Species("MSC-449", "E1", 449.0, 0.1, 20.0, 1.3, 0.01, 1.0, "fitted component")
    assert too_strong_words(spectrum, [cluster], 10.0, 1.0) == "A449 is 1.31: shorten the path to about 5 mm"
    assert too_strong_words(spectrum, [cluster], 0.1, 1.0) == "A449 is 1.31: dilute the flow"
    assert too_strong_words(spectrum, [], 10.0, 1.0) == ""

"""A whole station on the virtual bus: what happens on D, R, Space, Esc, Ctrl+Z, and when something breaks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from instruments.spectrometer import LightChoice, Lighting
from instruments.virtual.hand import Trouble
from instruments.virtual.samples import FlaskSample, KnownTransmittance
from station import events, orders
from station.bench import Bench
from station.events import State
from station.store import read
from tests.station.bench_tools import ODE, QUICK, RECIPE, station


def test_nothing_can_be_measured_before_an_instrument_is_open_and_the_reason_is_said(tmp_path: Path) -> None:
    with station(tmp_path, begun=False) as bench:
        bench.do(orders.TakeDark())
        refused = bench.heard.last(events.Refused)
        assert refused.order == "TakeDark"
        assert refused.reason == "no spectrometer"


def test_space_before_the_reference_says_what_is_missing(tmp_path: Path) -> None:
    with station(tmp_path, begun=False) as bench:
        bench.do(orders.OpenInstrument("virtual:FLAME-S"), orders.NewRun(RECIPE), orders.Capture())
        assert bench.heard.last(events.Refused).reason == "dark first: press D"
        bench.do(orders.TakeDark(), orders.Capture())
        assert bench.heard.last(events.Refused).reason == "reference first: press R"


def test_a_grey_glass_of_known_transmittance_reads_that_transmittance_within_its_noise(tmp_path: Path) -> None:
    sample = KnownTransmittance(0.25)
    with station(tmp_path, Bench(exposures=QUICK, sample=sample, pace="none")) as bench:
        bench.do(orders.Capture())
        absorbance = bench.heard.last(events.AliquotTaken).aliquot.reading.absorbance
        assert absorbance is not None
        clear = absorbance.valid & (absorbance.wavelengths_nm > 420) & (absorbance.wavelengths_nm < 750)
        error = absorbance.values[clear] + np.log10(0.25)
        assert abs(float(np.mean(error))) < 0.002  # the lamp drifts a little between R and Space
        spread = (error - np.mean(error)) / absorbance.sigma[clear]
        assert 0.8 < float(np.std(spread)) < 1.25


def test_an_aliquot_names_the_cluster_and_is_on_disk_when_it_is_announced(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.clock.sleep(2 * 3600.0)
        bench.do(orders.Capture())
        taken = bench.heard.last(events.AliquotTaken)
        path = bench.heard.last(events.StatusChanged).status.run_path
        assert taken.saved
        assert path is not None
        stored = read(Path(path)).aliquots
        assert [aliquot.number for aliquot in stored] == [1]
        assert stored[0].reading.frames is not None
        findings = taken.aliquot.reading.findings
        assert findings is not None
        assert findings.dominant == "MSC-449"


def test_what_review_computes_again_from_raw_counts_is_what_was_shown(tmp_path: Path) -> None:
    from station.evaluation import reevaluate

    with station(tmp_path) as bench:
        for hours in (1.0, 1.0):
            bench.clock.sleep(hours * 3600.0)
            bench.do(orders.Capture())
        live = [taken.aliquot for taken in bench.heard.all(events.AliquotTaken)]
        path = bench.heard.last(events.StatusChanged).status.run_path
        assert path is not None
        again = reevaluate(read(Path(path))).aliquots
        for shown, computed in zip(live, again, strict=True):
            assert shown.reading.findings == computed.reading.findings
            assert shown.reading.absorbance is not None
            assert computed.reading.absorbance is not None
            np.testing.assert_array_equal(shown.reading.absorbance.values, computed.reading.absorbance.values)


def test_undo_takes_back_the_last_aliquot_but_keeps_it_in_the_file(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.clock.sleep(3600.0)
        bench.do(orders.Capture(), orders.Undo())
        status = bench.heard.last(events.StatusChanged).status
        assert status.run is not None
        assert status.run.aliquots == ()
        assert "Aliquot 1 taken back" in bench.heard.last(events.TakenBack).sentence
        bench.do(orders.Capture())
        assert bench.heard.last(events.AliquotTaken).aliquot.number == 2
        assert status.run_path is not None
        assert len(read(Path(status.run_path)).records) > len(status.run.records)


def test_esc_stops_a_measurement_and_nothing_is_recorded(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.clock.sleep(3600.0)

        def stop_at_the_third_scan(message: object) -> None:
            bench.heard.messages.append(message)  # type: ignore[arg-type]
            if isinstance(message, events.Progress) and message.scan == 3:
                bench.acquisition.order(orders.Cancel())

        bench.acquisition._publish = stop_at_the_third_scan
        bench.do(orders.Capture())
        bench.acquisition._publish = bench.heard.messages.append
        bench.do(orders.Cancel())
        ended = bench.heard.last(events.MeasurementEnded)
        assert not ended.done
        status = bench.heard.last(events.StatusChanged).status
        assert status.run is not None
        assert status.run.aliquots == ()
        assert status.uv is not None
        assert status.uv.state == "off"
        bench.do(orders.Capture())
        assert bench.heard.last(events.MeasurementEnded).done


def test_uv_is_on_only_while_emission_is_exposed_and_off_after_every_measurement(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.clock.sleep(3600.0)
        bench.do(orders.Capture())
        shown = [heard.status for heard in bench.heard.all(events.StatusChanged)]
        assert all(status.state is State.MEASURING for status in shown if status.uv and status.uv.state == "on")
        assert shown[-1].uv is not None
        assert shown[-1].uv.state == "off"


def test_an_unplugged_spectrometer_is_said_kept_and_found_again(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.clock.sleep(3600.0)
        bench.do(orders.Capture())
        bench.acquisition._guard.hand(Trouble("unplug"))
        bench.do(orders.Capture())
        fault = bench.heard.last(events.Faulted).fault
        assert fault.headline.startswith("Spectrometer not reached since")
        assert fault.kept.startswith("aliquot 1 and")
        assert bench.heard.last(events.StatusChanged).status.state is State.FAULTED
        bench.acquisition._guard.hand(Trouble("replug"))
        bench.clock.sleep(5.0)
        bench.acquisition._between_orders()
        assert bench.heard.last(events.StatusChanged).status.state is State.LIVE
        bench.do(orders.Capture())
        assert bench.heard.last(events.AliquotTaken).aliquot.number == 2


@pytest.mark.slow
def test_a_wedged_read_is_ended_and_the_aliquot_is_measured_all_the_same(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.clock.sleep(3600.0)
        bench.acquisition._guard.hand(Trouble("wedge"))
        bench.do(orders.Capture())
        assert "repeated" in bench.heard.all(events.Recovered)[0].sentence
        assert bench.heard.last(events.AliquotTaken).saved


def test_without_a_t0_the_onset_is_not_armed_and_a_late_mark_reads_the_run_again(tmp_path: Path) -> None:
    with station(tmp_path, begun=False) as bench:
        bench.do(orders.OpenInstrument("virtual:FLAME-S"), orders.NewRun(RECIPE))
        bench.do(orders.TakeDark(), orders.TakeReference(), orders.Capture())
        findings = bench.heard.last(events.AliquotTaken).aliquot.reading.findings
        assert findings is not None
        assert findings.reaction_time_s is None
        bench.do(orders.SetMark("heat on"))
        run = bench.heard.last(events.StatusChanged).status.run
        assert run is not None
        assert run.aliquots[0].reaction_time_s is not None


def test_the_onset_is_announced_once_and_the_answer_is_recorded(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        for hours in (1.0, 1.0, 2.0, 4.0):
            bench.clock.sleep(hours * 3600.0)
            bench.do(orders.TakeDark(), orders.TakeReference(), orders.Capture())
        flags = bench.heard.all(events.OnsetFlagged)
        assert len(flags) == 1
        assert flags[0].onset.earliest_s is not None
        bench.do(orders.AnswerOnset(True))
        status = bench.heard.last(events.StatusChanged).status
        assert status.onset_answer == "confirmed"
        assert status.onset == flags[0].onset


def test_a_full_disk_keeps_the_aliquot_in_memory_and_writes_it_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from station import store

    with station(tmp_path) as bench:
        bench.clock.sleep(3600.0)

        def full(self: object, record: object) -> None:
            raise store.StoreError("The disk is full.", "The file is whole.", "Free some space.")

        with monkeypatch.context() as patched:
            patched.setattr(store.RunFile, "append", full)
            bench.do(orders.Capture())
        assert not bench.heard.last(events.AliquotTaken).saved
        assert "Aliquot 1 is kept in memory" in bench.heard.last(events.MeasurementEnded).sentence
        assert bench.heard.last(events.StatusChanged).status.unsaved == 1
        bench.clock.sleep(11.0)
        bench.acquisition._between_orders()
        status = bench.heard.last(events.StatusChanged).status
        assert status.unsaved == 0
        assert status.run_path is not None
        assert len(read(Path(status.run_path)).aliquots) == 1


def test_a_run_goes_on_after_the_station_was_closed(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.clock.sleep(3600.0)
        bench.do(orders.Capture())
        path = bench.heard.last(events.StatusChanged).status.run_path
        assert path is not None
    sample = FlaskSample(ODE)
    with station(tmp_path, Bench(exposures=QUICK, sample=sample, pace="none"), begun=False) as bench:
        bench.clock.sleep(7200.0)
        bench.do(orders.OpenInstrument("virtual:FLAME-S"), orders.ContinueRun(path), orders.Capture())
        assert bench.heard.last(events.AliquotTaken).aliquot.number == 2
        assert [aliquot.number for aliquot in read(Path(path)).aliquots] == [1, 2]


def test_live_shows_absorbance_and_keeps_uv_rare(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        for _ in range(3):
            bench.acquisition._between_orders()
        frames = bench.heard.all(events.LiveFrame)
        assert len(frames) == 3
        assert all(frame.absorbance is not None and 0.3 < frame.peak < 1.0 for frame in frames)
        assert frames[0].emission is not None
        assert frames[0].emission is frames[1].emission  # the next emission frame is 10 s away


def test_an_aliquot_that_cannot_be_read_keeps_its_raw_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from station.evaluation import Evaluation, reevaluate

    with station(tmp_path) as bench:
        bench.clock.sleep(2 * 3600.0)

        def broken(*arguments: object) -> None:
            raise ZeroDivisionError("a mistake of the program")

        with monkeypatch.context() as patched:
            patched.setattr(Evaluation, "read", broken)
            bench.do(orders.Capture())
        taken = bench.heard.last(events.AliquotTaken)
        assert taken.saved
        assert "could not be read" in bench.heard.last(events.Faulted).fault.headline
        path = bench.heard.last(events.StatusChanged).status.run_path
        assert path is not None
        (mended,) = reevaluate(read(Path(path))).aliquots
        assert mended.reading.findings is not None
        assert mended.reading.findings.dominant == "MSC-449"


@pytest.mark.slow
def test_an_aliquot_that_cannot_be_read_does_not_raise_the_flag_a_second_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from station.evaluation import Evaluation

    whole = Evaluation.read

    def fails_at_the_third(self: Evaluation, *arguments: object) -> object:
        if arguments[-1] == 3:
            raise ZeroDivisionError("a mistake of the program")
        return whole(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Evaluation, "read", fails_at_the_third)
    with station(tmp_path) as bench:
        for _ in range(3):
            bench.clock.sleep(3600.0)
            bench.do(orders.Capture())
        bench.do(orders.SetMark("cool"), orders.Undo())
        assert bench.heard.last(events.StatusChanged).status.onset is not None
        bench.clock.sleep(3600.0)
        bench.do(orders.Capture())
        assert len(bench.heard.all(events.OnsetFlagged)) == 1


def test_the_acquisition_thread_outlives_what_nobody_has_thought_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with station(tmp_path, begun=False) as bench:
        acquisition = bench.acquisition

        def broken() -> None:
            acquisition._ended = True
            raise ZeroDivisionError("a mistake of the program")

        monkeypatch.setattr(acquisition, "_step", broken)
        acquisition._loop()
        assert "ZeroDivisionError" in bench.heard.last(events.Faulted).fault.headline
        assert "ZeroDivisionError" in capsys.readouterr().err


def test_without_a_uv_light_absorbance_is_measured_and_the_onset_is_not_decidable(tmp_path: Path) -> None:
    lamp_only = Bench(exposures=QUICK, sample=FlaskSample(ODE), pace="none", lighting=Lighting(uv=LightChoice("none")))
    with station(tmp_path, lamp_only) as bench:
        bench.clock.sleep(2 * 3600.0)
        bench.do(orders.Capture())
        reading = bench.heard.last(events.AliquotTaken).aliquot.reading
        assert reading.emission is None
        assert reading.findings is not None
        assert reading.findings.dominant == "MSC-449"
        assert reading.findings.onset_state == "not yet decidable"
        assert bench.heard.last(events.StatusChanged).status.obstacles["SwitchUv"] == "no UV light chosen"


def test_no_new_run_begins_while_records_wait_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from station import store

    with station(tmp_path) as bench:
        bench.clock.sleep(3600.0)

        def full(self: object, record: object) -> None:
            raise store.StoreError("The disk is full.", "The file is whole.", "Free some space.")

        with monkeypatch.context() as patched:
            patched.setattr(store.RunFile, "append", full)
            bench.do(orders.Capture(), orders.NewRun(RECIPE))
            assert "The disk is full" in bench.heard.last(events.Refused).reason
            status = bench.heard.last(events.StatusChanged).status
            assert status.run is not None
            assert len(status.run.aliquots) == 1
        bench.do(orders.NewRun(RECIPE))
        assert status.run_path is not None
        assert len(read(Path(status.run_path)).aliquots) == 1


@pytest.mark.slow
def test_another_instrument_begins_another_run_with_a_dark_of_its_own(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        first = bench.heard.last(events.StatusChanged).status
        bench.do(orders.OpenInstrument("virtual:USB4000"))
        status = bench.heard.last(events.StatusChanged).status
        assert status.run is not None
        assert status.run.set_up is not None
        assert status.run.set_up.address == "virtual:USB4000"
        assert status.dark_at_s is None
        assert status.obstacles["Capture"] == "dark first: press D"
        assert first.run_path is not None
        assert read(Path(first.run_path)).set_up == first.run.set_up if first.run is not None else False
        bench.do(orders.TakeDark(), orders.TakeReference(), orders.Capture())
        assert bench.heard.last(events.AliquotTaken).aliquot.reading.absorbance is not None


def test_a_run_that_cannot_be_continued_leaves_the_open_one_alone(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        before = bench.heard.last(events.StatusChanged).status.run_path
        bench.do(orders.ContinueRun(str(tmp_path / "nowhere.aliquot")))
        assert "does not exist" in bench.heard.last(events.Refused).reason
        bench.clock.sleep(3600.0)
        bench.do(orders.Capture())
        assert bench.heard.last(events.StatusChanged).status.run_path == before


def test_a_uv_light_out_of_reach_is_said_once_and_never_drawn_as_off(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.acquisition._guard.hand(Trouble("unplug led"))
        for _ in range(20):
            bench.acquisition._between_orders()
            bench.clock.sleep(1.0)
        assert len(bench.heard.all(events.Faulted)) == 1
        status = bench.heard.last(events.StatusChanged).status
        assert status.uv is not None
        assert status.uv.state == "unknown"
        assert status.state is State.LIVE


def test_uv_switched_on_by_hand_goes_off_by_itself_whatever_happens_meanwhile(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.do(orders.SwitchUv(True), orders.SetMark("note", "while UV is on"), orders.SetMark("cool"))
        bench.acquisition._connection.note_lights()
        bench.clock.sleep(29.0)
        bench.acquisition._between_orders()
        status = bench.heard.last(events.StatusChanged).status
        assert status.uv is not None
        assert status.uv.state == "on"
        bench.clock.sleep(1.5)
        bench.acquisition._between_orders()
        status = bench.heard.last(events.StatusChanged).status
        assert status.uv is not None
        assert status.uv.state == "off"


def test_esc_between_space_and_the_first_scan_stops_the_aliquot(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        acquisition = bench.acquisition
        acquisition.order(orders.Capture())
        acquisition.order(orders.Cancel())
        acquisition._step()
        acquisition._step()
        assert not bench.heard.last(events.MeasurementEnded).done
        acquisition.order(orders.Capture())
        acquisition._step()
        assert bench.heard.last(events.MeasurementEnded).done


@pytest.mark.slow
def test_the_live_emission_of_the_cuvette_before_is_not_shown_with_the_next_one(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.acquisition._between_orders()
        assert bench.heard.last(events.LiveFrame).emission is not None
        bench.clock.sleep(7200.0)
        bench.do(orders.Capture())
        bench.acquisition._between_orders()
        assert bench.heard.last(events.LiveFrame).emission is None


def test_what_was_said_to_an_onset_that_was_undone_is_not_said_to_the_next(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.clock.sleep(3600.0)
        bench.do(orders.Capture())
        bench.clock.sleep(3600.0)
        bench.do(orders.Capture(), orders.AnswerOnset(False))
        assert bench.heard.last(events.StatusChanged).status.onset_answer == "dismissed"
        bench.do(orders.Undo())
        assert bench.heard.last(events.StatusChanged).status.onset is None
        bench.clock.sleep(3600.0)
        bench.do(orders.Capture())
        status = bench.heard.last(events.StatusChanged).status
        assert status.onset is not None
        assert status.onset_answer is None


def test_a_mark_carries_the_time_its_key_was_pressed(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        pressed_s = bench.clock.now_s()
        bench.clock.sleep(20.0)
        bench.do(orders.SetMark("cool", clock_s=pressed_s))
        assert bench.heard.last(events.Marked).mark.clock_s == pressed_s


@pytest.mark.slow
def test_an_unplugged_spectrometer_is_looked_for_until_it_is_there_also_after_f5(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.acquisition._guard.hand(Trouble("unplug"))
        bench.do(orders.TakeDark(), orders.LookAgain())
        assert bench.heard.last(events.StatusChanged).status.state is State.FAULTED
        bench.acquisition._guard.hand(Trouble("replug"))
        bench.clock.sleep(5.0)
        bench.acquisition._between_orders()
        assert bench.heard.last(events.StatusChanged).status.state is State.LIVE

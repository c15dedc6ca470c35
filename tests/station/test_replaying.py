"""A recorded run is measured again through the ordinary station: what it finds is what was found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from instruments.spectrometer import NO_LIGHT, LightChoice, Lighting
from station import commands, demo, events, orders
from station.acquisition import Acquisition
from station.bench import Bench
from station.clock import VirtualClock
from station.events import Event, LiveFrame, State
from station.replaying import REPLAY, Tape, in_order, script
from station.run import Exposures, Run
from station.store import StoreError, read
from tests.station.bench_tools import QUICK, RECIPE, station


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a short run with a stale dark, an aliquot taken back and an answered onset."""
    folder = tmp_path_factory.mktemp("recorded")
    path = folder / "recorded.aliquot"
    with station(folder, begun=False) as bench:
        bench.do(orders.OpenInstrument("virtual:FLAME-S"), orders.NewRun(RECIPE, str(path)))
        bench.do(orders.TakeDark(), orders.TakeReference(), orders.SetMark("heat on"))
        for hours in (0.5, 0.5, 1.0, 2.0):
            bench.clock.sleep(hours * 3600.0)
            bench.do(orders.Capture())
        bench.do(orders.Undo(), orders.SetMark("note", "the flask is stirred"))
        bench.do(orders.TakeDark(), orders.TakeReference(), orders.Capture(), orders.AnswerOnset(True))
    return path


def replayed(recording: Path, folder: Path) -> tuple[Run, list[Event | LiveFrame]]:
    """Play the recording through a station of its own; return the run it wrote, and what it said."""
    heard: list[Event | LiveFrame] = []
    clock, path = VirtualClock(), folder / "again.aliquot"
    acquisition = Acquisition(clock, heard.append, folder, Bench(pace="none"))
    run = read(recording)
    demo.play_steps(script(f"{REPLAY}{recording}", run, path), len(run.aliquots), acquisition, clock)
    return read(path), heard


def test_a_replayed_run_finds_what_the_recorded_one_found(recorded: Path, tmp_path: Path) -> None:
    before = read(recorded)
    after, _ = replayed(recorded, tmp_path)
    assert [mark.kind for mark in after.marks] == [mark.kind for mark in before.marks]
    for old, new in zip(before.aliquots, after.aliquots, strict=True):
        assert old.reading.frames is not None
        assert new.reading.frames is not None
        np.testing.assert_array_equal(new.reading.frames.absorbance.counts, old.reading.frames.absorbance.counts)
        assert old.reading.findings is not None
        assert new.reading.findings is not None
        assert new.reading.findings.remarks == old.reading.findings.remarks
        assert new.reading.findings.dominant == old.reading.findings.dominant
        assert new.reading.findings.onset_state == old.reading.findings.onset_state
        assert new.reaction_time_s == pytest.approx(old.reaction_time_s, abs=10.0)
        for was, now in zip(old.reading.findings.species, new.reading.findings.species, strict=True):
            assert now.name == was.name
    assert after.onset_answer is not None


@pytest.mark.slow
def test_the_file_of_a_replayed_run_says_that_nothing_was_measured(recorded: Path, tmp_path: Path) -> None:
    after, heard = replayed(recorded, tmp_path)
    set_up = after.set_up
    assert set_up is not None
    assert set_up.virtual
    assert set_up.backend == "replay of recorded.aliquot"
    assert set_up.model == "Flame-S, replayed"
    assert set_up.serial == "VIRT-FLMS00416, replayed"
    shown = [message.status.instrument for message in heard if isinstance(message, events.StatusChanged)]
    assert all(info is None or any("nothing is measured" in note for note in info.notes) for info in shown)


def test_a_recording_is_no_spectrometer_to_go_on_with_the_real_run(recorded: Path, tmp_path: Path) -> None:
    with station(tmp_path, begun=False) as bench:
        bench.do(orders.OpenInstrument(f"{REPLAY}{recorded}"), orders.ContinueRun(str(recorded)))
        assert "was measured with VIRT-FLMS00416" in bench.heard.last(events.Refused).reason


@pytest.mark.slow
def test_when_the_recording_ends_no_aliquot_is_made_up_and_what_was_replayed_stays(
    recorded: Path, tmp_path: Path
) -> None:
    with station(tmp_path, begun=False) as bench:
        bench.do(orders.OpenInstrument(f"{REPLAY}{recorded}"), orders.TakeDark(), orders.TakeReference())
        for _ in range(5):
            bench.do(orders.Capture())
        ended = bench.heard.last(events.MeasurementEnded)
        assert not ended.done
        assert ended.sentence.startswith("The recording ends here: it has 4 aliquots.")
        status = bench.heard.last(events.StatusChanged).status
        assert status.state is State.LIVE
        assert status.run is not None
        assert len(status.run.aliquots) == 4


@pytest.mark.slow
def test_the_live_view_of_a_recording_shows_its_lamp(recorded: Path, tmp_path: Path) -> None:
    with station(tmp_path, begun=False) as bench:
        bench.do(orders.OpenInstrument(f"{REPLAY}{recorded}"), orders.TakeDark(), orders.TakeReference())
        bench.acquisition._between_orders()
        assert bench.heard.last(events.StatusChanged).status.state is State.LIVE
        frame = bench.heard.last(events.LiveFrame)
        assert frame.absorbance is not None
        assert 0.3 < frame.peak < 1.0


def test_a_recording_is_measured_with_its_own_exposures_and_they_cannot_be_changed(
    recorded: Path, tmp_path: Path
) -> None:
    with station(tmp_path, Bench(pace="none"), begun=False) as bench:
        bench.do(orders.OpenInstrument(f"{REPLAY}{recorded}"))
        assert bench.heard.last(events.StatusChanged).status.exposures == QUICK
        bench.do(orders.UseExposures(Exposures(absorbance_s=0.05)), orders.FindExposures())
        assert [refused.order for refused in bench.heard.all(events.Refused)] == ["UseExposures", "FindExposures"]


@pytest.mark.slow
def test_the_verb_writes_the_replayed_run_and_says_what_it_finds(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.replay_headless(recorded, tmp_path) == 0
    said = capsys.readouterr().out
    assert said.startswith("ODE, standard: replay of recorded.aliquot, virtual clock, 4 aliquots.\n")
    (written,) = tmp_path.glob("*.aliquot")
    assert str(written) in said
    assert len(read(written).aliquots) == 4


def test_what_was_taken_back_is_not_played(recorded: Path) -> None:
    run = read(recorded)
    kinds = [kind for _, parts in in_order(run) for kind, _ in parts]
    assert kinds == ["dark", "reference", *["aliquot"] * 3, "dark", "reference", "aliquot"]


@pytest.mark.slow
def test_a_run_begun_with_a_dark_and_reference_of_before_plays_both(tmp_path: Path) -> None:
    path = tmp_path / "second.aliquot"
    with station(tmp_path) as bench:
        bench.do(orders.NewRun(replace(RECIPE, name="second"), str(path)), orders.Capture())
    assert [kind for _, parts in in_order(read(path)) for kind, _ in parts] == ["dark", "reference", "aliquot"]


@pytest.mark.slow
def test_a_file_without_counts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.aliquot"
    with station(tmp_path, begun=False) as bench:
        bench.do(orders.OpenInstrument("virtual:FLAME-S"), orders.NewRun(RECIPE, str(path)), orders.SetMark("heat on"))
    with pytest.raises(StoreError, match="holds no raw counts"):
        Tape(f"{REPLAY}{path}", None)
    with station(tmp_path, begun=False) as bench:
        bench.do(orders.OpenInstrument(f"{REPLAY}{tmp_path / 'nowhere.aliquot'}"))
        assert "does not exist" in bench.heard.last(events.Refused).reason


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a run in which first the exposures and then the lights were changed."""
    folder = tmp_path_factory.mktemp("changed")
    path = folder / "changed.aliquot"
    again = (orders.TakeDark(), orders.TakeReference(), orders.Capture())
    with station(folder, begun=False) as bench:
        bench.do(orders.OpenInstrument("virtual:FLAME-S"), orders.NewRun(RECIPE, str(path)))
        bench.do(orders.TakeDark(), orders.TakeReference(), orders.SetMark("heat on"))
        bench.clock.sleep(3600.0)
        bench.do(orders.Capture(), orders.UseExposures(Exposures(0.02, 6, 0.2, 5, 0.1)))
        bench.clock.sleep(3600.0)
        bench.do(*again, orders.UseLighting(Lighting(LightChoice("lamp line"), LightChoice("none"))))
        bench.clock.sleep(3600.0)
        bench.do(*again)
    return path


@pytest.mark.slow
def test_lights_and_exposures_that_were_changed_are_played_as_they_were(changed: Path, tmp_path: Path) -> None:
    before, (after, _) = read(changed), replayed(changed, tmp_path)
    assert len(before.aliquots) == 3
    assert [type(record) for record in after.records] == [type(record) for record in before.records]
    assert after.lights is not None
    assert after.lights[1] == NO_LIGHT
    for old, new in zip(before.aliquots, after.aliquots, strict=True):
        was, now = old.reading.frames, new.reading.frames
        assert was is not None
        assert now is not None
        assert now.absorbance.exposure_s == was.absorbance.exposure_s
        np.testing.assert_array_equal(now.absorbance.counts, was.absorbance.counts)
        assert (now.emission is None) == (was.emission is None)
        if was.emission is not None and now.emission is not None:
            np.testing.assert_array_equal(now.emission.on.counts, was.emission.on.counts)
            assert (now.emission.short is None) == (was.emission.short is None)
    assert after.aliquots[-1].reading.frames is not None
    assert after.aliquots[-1].reading.frames.emission is None  # nothing is made up of an earlier one's

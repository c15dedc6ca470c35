"""A watched folder: files of another program become aliquots of the open run, with no spectrometer at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.synthesis import Flask
from station import events, orders, watching
from station.dropped_files import STEADY_S, Dropped, Stamp, kind_by_name, partner, stem
from station.evaluation import reevaluate
from station.events import State
from station.run import Run
from station.store import read
from tests.station.bench_tools import ODE, RECIPE, Station, station

NM = np.arange(360.0, 720.0, 1.0)
FLASK = Flask(ODE)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the folder answer at once: no test waits for a thread."""

    def do_at_once(do: Callable[[], object]) -> Future[object]:
        done: Future[object] = Future()
        try:
            done.set_result(do())
        except Exception as trouble:
            done.set_exception(trouble)
        return done

    monkeypatch.setattr(watching, "aside", do_at_once)


def written(values: np.ndarray, noise: float, seed: int) -> bytes:
    noisy = values + np.random.default_rng(seed).normal(0.0, noise, NM.size)
    rows = (f"{nm:.1f}\t{value:.6f}" for nm, value in zip(NM, noisy, strict=True))
    return ("Wavelength\tValue\n" + "\n".join(rows) + "\n").encode()


def absorbance(hours: float, seed: int = 0) -> bytes:
    return written(FLASK.absorbance(3600.0 * hours, NM, dilution=101.0, path_mm=10.0), 0.0005, seed)


def emission(hours: float, seed: int = 1) -> bytes:
    return written(FLASK.emission(3600.0 * hours, NM, dilution=101.0, excitation_nm=405.0), 20.0, seed)


@dataclass
class Bench:
    """A station without a spectrometer, beside a folder."""

    station: Station
    folder: Path

    def drop(self, name: str, data: bytes, ago_s: float = 0.0) -> None:
        """Write a file as another program does, so long ago by the station's clock."""
        path = self.folder / name
        path.write_bytes(data)
        at_s = self.station.clock.wall().timestamp() - ago_s
        os.utime(path, (at_s, at_s))

    def wait(self, seconds: float = 4.0) -> None:
        """Let the time go on, and the station between its orders."""
        for _ in range(round(seconds / 0.5)):
            self.station.clock.sleep(0.5)
            acquisition = self.station.acquisition
            if acquisition._by_itself.go_on(acquisition._attempt, lambda: ""):
                acquisition._announce()

    @property
    def status(self) -> events.Status:
        return self.station.heard.last(events.StatusChanged).status

    @property
    def run(self) -> Run:
        run = self.station.acquisition.session.run
        assert run is not None
        return run

    @property
    def last(self) -> str:
        watched = self.status.watching
        assert watched is not None
        return watched.last

    def said(self) -> list[str]:
        return [noted.sentence for noted in self.station.heard.all(events.Noted)]


@contextmanager
def watched(tmp_path: Path, *, emission_like: str = "*PL*", from_now: bool = True) -> Iterator[Bench]:
    folder = tmp_path / "spectra"
    folder.mkdir(exist_ok=True)
    with station(tmp_path / "runs", begun=False) as made:
        bench = Bench(made, folder)
        made.do(orders.NewRun(RECIPE), orders.WatchFolder(str(folder), emission_like, from_now))
        bench.wait(1.0)
        yield bench


def test_a_run_of_files_begins_without_a_spectrometer_names_the_cluster_and_flags_the_onset(tmp_path: Path) -> None:
    with watched(tmp_path) as bench:
        bench.station.do(orders.SetMark("heat on"))
        for number, hours in enumerate((0.5, 1.0, 1.5, 2.0), 1):
            bench.station.clock.sleep(3600.0 * hours - bench.station.clock.now_s())
            bench.drop(f"a{number}_abs.txt", absorbance(hours, number))
            bench.drop(f"a{number}_PL.txt", emission(hours, 10 + number))
            bench.wait()
        assert bench.status.state is State.DISCONNECTED
        assert bench.run.set_up is None
        findings = [aliquot.reading.findings for aliquot in bench.run.aliquots]
        assert [None if each is None else each.dominant for each in findings][1:] == ["MSC-449"] * 3
        times_s = [aliquot.reaction_time_s for aliquot in bench.run.aliquots]
        assert times_s == pytest.approx([1800.0, 3600.0, 5400.0, 7200.0], abs=2.0)
        flagged = bench.station.heard.last(events.OnsetFlagged)
        assert flagged.aliquot == 4
        assert (flagged.onset.earliest_s, flagged.onset.latest_s) == (times_s[2], times_s[3])
        assert flagged.onset.intensity is not None
        assert bench.status.watching is not None
        assert bench.status.watching.taken == 8


def test_the_files_are_kept_in_the_run_and_every_number_is_read_from_them_again(tmp_path: Path) -> None:
    with watched(tmp_path) as bench:
        bench.station.do(orders.SetMark("heat on"))
        bench.drop("1.txt", absorbance(1.5))
        bench.drop("1 PL.txt", emission(1.5))
        bench.wait()
        shown = bench.run.aliquots
        path = bench.status.run_path
        assert path is not None
        stored = read(Path(path))
        assert stored.aliquots[0].reading.absorbance is None  # spectra are not stored: they follow from the files
        assert [file.data for file in stored.aliquots[0].reading.files] == [absorbance(1.5), emission(1.5)]
        again = reevaluate(stored).aliquots
        assert again[0].reading.findings == shown[0].reading.findings
        for one, other in zip(
            (again[0].reading.absorbance, again[0].reading.emission),
            (shown[0].reading.absorbance, shown[0].reading.emission),
            strict=True,
        ):
            assert one is not None
            assert other is not None
            np.testing.assert_array_equal(one.values, other.values)


def test_a_file_is_read_when_it_has_been_written_and_not_while_it_grows(tmp_path: Path) -> None:
    with watched(tmp_path) as bench:
        whole = absorbance(1.5)
        for share in (0.0, 0.3, 0.6, 0.9):
            bench.drop("slow.txt", whole[: int(share * len(whole))])
            bench.wait(1.0)
            assert bench.run.aliquots == ()
        bench.drop("slow.txt", whole)
        bench.wait()
        assert len(bench.run.aliquots) == 1
        assert bench.run.aliquots[0].reading.files[0].data == whole


def test_a_file_that_pauses_while_it_is_written_is_read_again_whole_into_the_same_aliquot(tmp_path: Path) -> None:
    with watched(tmp_path) as bench:
        whole = absorbance(1.5)
        bench.drop("slow.txt", whole[: len(whole) * 8 // 10])
        bench.wait()
        bench.drop("slow.txt", whole)
        bench.wait()
        assert [aliquot.number for aliquot in bench.run.aliquots] == [1]
        assert bench.run.aliquots[0].reading.files[0].data == whole
        assert bench.last == "slow.txt completes aliquot 1."


def test_an_emission_file_that_comes_later_completes_its_aliquot_wherever_that_stands(tmp_path: Path) -> None:
    with watched(tmp_path) as bench:
        bench.station.do(orders.SetMark("heat on"))
        bench.station.clock.sleep(3600.0)
        bench.drop("a1_abs.txt", absorbance(1.0, 1))
        bench.wait()
        bench.station.clock.sleep(1800.0)
        bench.drop("a2_abs.txt", absorbance(1.5, 2))
        bench.wait()
        bench.station.do(orders.EditAliquot(1, "first", "", None, 101.0, bench.run.aliquots[0].drawn_at_s))
        bench.drop("a1_PL.txt", emission(1.0, 3))
        bench.wait()
        bench.drop("a2_PL.txt", emission(1.5, 4))
        bench.wait()
        assert [(each.number, each.name) for each in bench.run.aliquots] == [(1, "first"), (2, "")]
        names = [[file.name for file in each.reading.files] for each in bench.run.aliquots]
        assert names == [["a1_abs.txt", "a1_PL.txt"], ["a2_abs.txt", "a2_PL.txt"]]
        assert all(each.reading.emission is not None for each in bench.run.aliquots)
        bench.drop("a3_abs.txt", absorbance(1.6, 5))
        bench.wait()
        assert [aliquot.number for aliquot in bench.run.aliquots] == [1, 2, 3]
        path = bench.status.run_path
        assert path is not None
        again = reevaluate(read(Path(path)))
        assert [each.reading.findings for each in again.aliquots] == [
            each.reading.findings for each in bench.run.aliquots
        ]


def test_files_whose_names_say_nothing_belong_together_by_their_time(tmp_path: Path) -> None:
    with watched(tmp_path) as bench:
        bench.drop("Scan0007.txt", absorbance(1.5))
        bench.wait(20.0)
        bench.drop("PL-0112.txt", emission(1.5))
        bench.wait(200.0)
        bench.drop("PL-0113.txt", emission(1.5, 2))
        bench.wait()
        files = [[file.name for file in each.reading.files] for each in bench.run.aliquots]
        assert files == [["Scan0007.txt", "PL-0112.txt"], ["PL-0113.txt"]]


def test_the_emission_of_the_next_aliquot_is_never_that_of_this_one_however_soon_it_comes(tmp_path: Path) -> None:
    with watched(tmp_path) as bench:
        for name, data in (("a1_abs", absorbance(1.0)), ("a2_PL", emission(1.5)), ("a2_abs", absorbance(1.5))):
            bench.drop(f"{name}.txt", data)
            bench.wait()
        files = [[file.name for file in each.reading.files] for each in bench.run.aliquots]
        assert files == [["a1_abs.txt"], ["a2_abs.txt", "a2_PL.txt"]]


def test_what_completes_an_aliquot_is_read_as_the_aliquot_was_edited_and_through_its_own_optics(tmp_path: Path) -> None:
    with watched(tmp_path) as bench:
        bench.station.do(orders.SetMark("heat on"))
        bench.station.clock.sleep(3600.0)
        bench.drop("a1_abs.txt", absorbance(1.0))
        bench.wait()
        drawn_s = bench.run.aliquots[0].drawn_at_s - 1000.0
        bench.station.do(orders.EditAliquot(1, "", "", None, 300.0, drawn_s))
        bench.station.do(orders.UseOptics(replace(bench.run.optics, path_mm=5.0)))
        bench.drop("a1_PL.txt", emission(1.0))
        bench.wait()
        (live,), path = bench.run.aliquots, bench.status.run_path
        assert path is not None
        assert live.reading.findings is not None
        assert live.reading.findings.reaction_time_s == live.reaction_time_s
        assert reevaluate(read(Path(path))).aliquots[0].reading.findings == live.reading.findings
        assert bench.run.optics.path_mm == 5.0


def test_a_file_that_was_renamed_is_no_second_aliquot_and_one_without_a_proper_name_is_kept(tmp_path: Path) -> None:
    with watched(tmp_path) as bench:
        bench.drop("a.txt", absorbance(1.5))
        bench.wait()
        (bench.folder / "a.txt").rename(bench.folder / "2h.txt")
        bench.wait()
        assert bench.last == "2h.txt is a.txt again, which aliquot 1 has."
        if os.name == "posix" and sys.platform != "darwin":  # elsewhere no such name can be given
            bench.drop(os.fsdecode(b"2h\xff.txt"), absorbance(1.6))
            bench.wait()
            assert bench.last == "Aliquot 2 from 2h?.txt."
        assert bench.status.unsaved == 0


def test_a_file_that_another_program_holds_shut_is_named_once_and_read_when_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with watched(tmp_path) as bench:

        def shut(path: Path) -> watching.Fetched:
            raise PermissionError(13, "Permission denied", str(path))

        with monkeypatch.context() as held:
            held.setattr(watching, "_fetched", shut)
            bench.drop("1.txt", absorbance(1.5))
            bench.wait(20.0)
        sentence = "1.txt could not be read: Permission denied. It is tried again."
        assert bench.said().count(sentence) == 1
        bench.wait()
        assert len(bench.run.aliquots) == 1


def test_what_is_no_spectrum_is_named_kept_where_it_is_and_tried_when_it_changes(tmp_path: Path) -> None:
    with watched(tmp_path) as bench:
        bench.drop("counts.txt", b"".join(b"%d\t%d\n" % (nm, 1000 + nm) for nm in range(400, 700)))
        bench.wait()
        assert bench.run.aliquots == ()
        assert "counts.txt" in bench.last
        assert "not absorbance" in bench.last
        assert bench.status.watching is not None
        assert not bench.status.watching.well
        assert sum("counts.txt" in each for each in bench.said()) == 1  # said once, not every second
        assert (bench.folder / "counts.txt").exists()
        bench.drop("counts.txt", absorbance(1.5))
        bench.wait()
        assert len(bench.run.aliquots) == 1


def test_files_that_were_there_before_are_left_alone_or_read_in_the_order_in_which_they_were_written(
    tmp_path: Path,
) -> None:
    for from_now, numbers in ((True, []), (False, ["b.txt", "a.txt"])):
        with station(tmp_path / f"runs {from_now}", begun=False) as made:
            bench = Bench(made, tmp_path)
            bench.drop("a.txt", absorbance(2.0), ago_s=60.0)
            bench.drop("b.txt", absorbance(1.0), ago_s=3600.0)
            made.do(orders.WatchFolder(str(tmp_path), "", from_now))
            bench.wait()
            assert [each.reading.files[0].name for each in bench.run.aliquots] == numbers
            if from_now:
                assert bench.last == "2 files were there before and are left alone."
            else:
                drawn_s = [each.drawn_at_s for each in bench.run.aliquots]
                assert drawn_s[1] - drawn_s[0] == pytest.approx(3540.0, abs=1.0)


def test_a_folder_that_goes_is_said_once_and_watched_again_when_it_is_back(tmp_path: Path) -> None:
    with watched(tmp_path) as bench:
        away = tmp_path / "away"
        bench.folder.rename(away)
        bench.wait(10.0)
        assert bench.last.endswith("is not there. It is watched again when it is back.")
        assert sum("is not there" in each for each in bench.said()) == 1
        away.rename(bench.folder)
        bench.drop("1.txt", absorbance(1.5))
        bench.wait()
        assert any(each.endswith("is back and watched again.") for each in bench.said())
        assert len(bench.run.aliquots) == 1


def test_a_folder_that_does_not_answer_holds_nothing_up_and_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with watched(tmp_path) as bench:
        monkeypatch.setattr(watching, "aside", lambda do: Future())
        bench.wait(15.0)
        assert bench.last.endswith("does not answer. It is watched again when it does.")


def test_drawn_now_and_its_dilution_hold_for_the_next_file(tmp_path: Path) -> None:
    with watched(tmp_path) as bench:
        bench.station.do(orders.SetMark("heat on"))
        bench.station.clock.sleep(3600.0)
        bench.station.do(orders.Draw(), orders.UseDilution(200.0))
        bench.station.clock.sleep(300.0)
        bench.drop("1.txt", absorbance(1.0))
        bench.wait()
        (aliquot,) = bench.run.aliquots
        assert aliquot.reaction_time_s == pytest.approx(3600.0, abs=1.0)
        assert aliquot.dilution == 200.0
        assert aliquot.measured_at_s - aliquot.drawn_at_s == pytest.approx(300.0, abs=2.0)


def test_a_run_of_files_goes_on_after_a_crash_without_a_spectrometer_and_takes_no_file_twice(tmp_path: Path) -> None:
    with watched(tmp_path) as bench:
        bench.drop("1.txt", absorbance(1.5))
        bench.wait()
        bench.drop("1 PL.txt", emission(1.5))  # not read any more before the crash
        path, folder = bench.status.run_path, bench.folder
        assert path is not None
    with station(tmp_path / "other", begun=False) as made:
        again = Bench(made, folder)
        made.clock.sleep(10.0)
        made.do(orders.ContinueRun(path), orders.WatchFolder(str(folder), "*PL*", from_now=False))
        again.drop("2.txt", absorbance(1.6))
        again.wait(6.0)
        files = [[file.name for file in each.reading.files] for each in again.run.aliquots]
        assert files == [["1.txt", "1 PL.txt"], ["2.txt"]]


def test_a_run_of_files_that_holds_marks_alone_goes_on_too(tmp_path: Path) -> None:
    with watched(tmp_path) as bench:
        bench.station.do(orders.SetMark("heat on"))
        path, t0 = bench.status.run_path, bench.run.t0
        assert path is not None
    with station(tmp_path / "other", begun=False) as made:
        made.clock.sleep(10.0)
        made.do(orders.ContinueRun(path))
        assert made.heard.last(events.StatusChanged).status.run is not None
        assert made.acquisition.session.run is not None
        assert made.acquisition.session.run.t0 == t0


def test_a_run_of_files_refuses_to_measure_and_says_what_to_do(tmp_path: Path) -> None:
    with watched(tmp_path) as bench:
        bench.drop("1.txt", absorbance(1.5))
        bench.wait()
        bench.station.do(orders.OpenInstrument("virtual:FLAME-S"), orders.TakeDark(), orders.StartContinuous(10.0, 1.0))
        reasons = [each.reason for each in bench.station.heard.all(events.Refused)]
        assert reasons == ["this run takes files: begin another to measure"] * 2
        assert len(bench.run.aliquots) == 1


def test_a_run_without_a_spectrometer_that_holds_nothing_becomes_one_with_it_when_it_is_opened(tmp_path: Path) -> None:
    with station(tmp_path, begun=False) as made:
        made.do(orders.NewRun(replace(RECIPE, name="toluene")), orders.OpenInstrument("virtual:FLAME-S"))
        run = made.acquisition.session.run
        assert run is not None
        assert run.set_up is not None
        assert run.recipe.name == "toluene"


def test_taking_back_an_aliquot_of_files_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    with watched(tmp_path) as bench:
        for number in (1, 2):
            bench.drop(f"{number}.txt", absorbance(number, number))
            bench.wait()
        first = bench.run.aliquots[0].reading.findings
        bench.station.do(orders.Undo())
        assert [each.number for each in bench.run.aliquots] == [1]
        assert bench.run.aliquots[0].reading.findings == first
        bench.wait()
        assert len(bench.run.aliquots) == 1  # what was taken back is not read once more


@pytest.mark.parametrize(
    ("one", "other", "pattern"),
    [
        ("a1_abs.txt", "a1_PL.txt", "*PL*"),
        ("A1.csv", "a1 pl.csv", "*PL*"),
        ("run3-2h-Absorbance.txt", "run3-2h-Emission.txt", "*emission*"),
        ("abs7.txt", "PL7.txt", "pl*"),
        ("2h.txt", "2h.fls.txt", "*.fls.*"),
    ],
)
def test_two_files_of_an_aliquot_know_each_other_by_their_names(one: str, other: str, pattern: str) -> None:
    assert kind_by_name(one, pattern) == "absorbance"
    assert kind_by_name(other, pattern) == "emission"
    assert partner(one, ["x9_PL.txt", "zz emission.txt", other], pattern) == other
    assert stem(one, pattern) == stem(other, pattern)


def test_two_aliquots_are_not_taken_for_one_by_their_names() -> None:
    assert partner("a1_abs.txt", ["a2_PL.txt", "a11_PL.txt", "a1_abs.csv"], "*PL*") is None


@given(
    st.lists(
        st.tuples(st.floats(0.05, 0.9), st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=3)),
        max_size=30,
    )
)
def test_no_file_is_ready_before_it_has_stood_still_and_none_is_ready_twice(
    looks: list[tuple[float, dict[str, int]]],
) -> None:
    dropped, now_s = Dropped(), 0.0
    since: dict[str, tuple[int, float]] = {}
    dealt: dict[str, int] = {}
    for step_s, sizes in looks:
        now_s += step_s
        for name, size in sizes.items():
            if since.get(name, (-1, 0.0))[0] != size:
                since[name] = (size, now_s)
        for name in dropped.ready({name: Stamp(size, size) for name, size in sizes.items()}, now_s):
            size = sizes[name]
            assert size > 0
            assert dealt.get(name) != size
            assert now_s - since[name][1] >= STEADY_S or since[name][0] != size
            dropped.done(name, Stamp(size, size))
            dealt[name] = size

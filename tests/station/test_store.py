"""The run file gives back what went in, refuses to change, and says in a sentence what keeps it from being read."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.findings import Emission, Findings, Onset, Purity, Species
from analysis.noise import NoiseModel
from analysis.response import Response
from analysis.spectrum import (
    Calibration,
    Detector,
    EmissionFrames,
    Frames,
    Quantity,
    RawSpectrum,
    ShortFrames,
    Spectrum,
    read_only,
    read_only_mask,
)
from station.optics import Corrections, Excitation, Optics
from station.reagents import Degassing, Dilution, Neat, Reagent
from station.recipe import Recipe
from station.records import (
    Aliquot,
    CalibrationTaken,
    LightsChanged,
    Mark,
    OnsetAnswered,
    OpticsChanged,
    Reading,
    Record,
    Undone,
    WavelengthChecked,
)
from station.run import Run, SetUp
from station.store import RunFile, StoreError, left_open, new_path, read
from station.store_frames import pack, pack_mask, pack_mean, unpack, unpack_mask
from station.writer import Writer, started, this_process

ROOT = Path(__file__).resolve().parents[2]
WALL = "2026-11-22T14:02:00+01:00"
AXIS = read_only(np.linspace(340.0, 1030.0, 64))


def frame(seed: int = 0, *, scans: int = 20, light: float = 9000.0, axis: Any = AXIS) -> RawSpectrum:
    """A frame as the cycle makes it: the mean of whole counts."""
    random = np.random.default_rng(seed)
    stack = np.rint(1500.0 + light * random.random() + random.normal(0.0, 40.0, (scans, axis.size)))
    variance = stack.var(axis=0, ddof=1) if scans > 1 else np.full(axis.size, np.nan)
    return RawSpectrum(
        axis,
        read_only(stack.mean(axis=0)),
        read_only(variance),
        read_only_mask(stack.max(axis=0) > 1600.0),
        0.025,
        scans,
        float(seed),
        21.5 if seed % 2 else None,
    )


def emission_frames(seed: int) -> EmissionFrames:
    return EmissionFrames(frame(seed), frame(seed + 1), frame(seed + 2))


def aliquot(number: int, calibration: Calibration, findings: Findings | None = None) -> Aliquot:
    frames = Frames(frame(100 + number), emission_frames(200 + number))
    reading = Reading(None, None, findings, frames, calibration, NoiseModel(11.5, 0.31))
    return Aliquot(number, 60.0 * number, 60.0 * number + 8.0, WALL, 1800.0 * number, 101.0, Optics(), reading)


def run_head() -> Run:
    set_up = SetUp("virtual:FLAME-S", "Flame-S", "S1", "pyseabreeze", True, 64, Detector(65535.0), "lamp", "LED")
    return Run(Recipe("ODE standard", material="CdTe"), set_up, "[species]\n", WALL)


def full_run() -> Run:
    calibration = Calibration(frame(1), frame(2), frame(3), emission_frames(4))
    species = Species("MSC-449", "E1", 449.1, 0.1, 18.0, 0.12, 0.002, 0.98, "fitted component", ("narrow",))
    emission = Emission(None, None, None, "counts/s", float("nan"), None, None, None, None, None, ("no blank",))
    onset = Onset(7200.0, 3600.0, 7200.0, 500.2, Quantity(1840.0, 28.0), "emission at 500 nm")
    findings = Findings(
        1800.0, (species,), "MSC-449", emission, Quantity(0.001, 0.002), None, onset, "flagged", "seen", "MSC + QD"
    )
    records: list[Record] = [
        Mark("heat on", 0.0, WALL),
        CalibrationTaken("reference", calibration, 5.0, WALL),
        aliquot(1, calibration, findings),
        aliquot(2, calibration),
        Undone(3, 200.0, WALL),
        OnsetAnswered(True, 210.0, WALL),
    ]
    return dataclasses.replace(run_head(), records=tuple(records))


def same(left: object, right: object) -> bool:
    """Tell whether two values are the same: arrays bit for bit, and NaN is NaN."""
    if isinstance(left, np.ndarray) and isinstance(right, np.ndarray):
        return left.dtype == right.dtype and left.tobytes() == right.tobytes()
    if isinstance(left, float) and isinstance(right, float):
        return left == right or (left != left and right != right)
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if dataclasses.is_dataclass(left) and type(left) is type(right):
        names = [field.name for field in dataclasses.fields(left)]
        return all(same(getattr(left, name), getattr(right, name)) for name in names)
    return type(left) is type(right) and left == right


def python(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a program in a process of its own, from the project's root."""
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def write(path: Path, run: Run) -> None:
    RunFile.create(path, run).close()


# --- what goes in comes out -----------------------------------------------------------------------------------


def test_a_run_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path, run = tmp_path / "run.aliquot", full_run()
    file = RunFile.create(path, dataclasses.replace(run, records=run.records[:2]))
    for record in run.records[2:]:
        file.append(record)
    assert same(read(path), run), "while it is being written"
    file.close()
    assert same(read(path), run), "after it was closed"
    assert os.listdir(tmp_path) == ["run.aliquot"], "a closed run is one single file"


def test_a_run_goes_on_in_the_same_file(tmp_path: Path) -> None:
    path, run = tmp_path / "run.aliquot", full_run()
    write(path, run)
    file, opened = RunFile.open(path)
    assert same(opened, run)
    third = aliquot(3, opened.calibration)
    file.append(third)
    file.close()
    assert same(read(path), run.appended(third))


def frames_in(path: Path) -> int:
    connection = sqlite3.connect(path)
    (count,) = connection.execute("SELECT count(*) FROM frames").fetchone()
    connection.close()
    return int(count)


def test_frames_of_a_calibration_are_stored_once(tmp_path: Path) -> None:
    path, run = tmp_path / "run.aliquot", full_run()
    write(path, run)
    assert frames_in(path) == 6 + 2 * 4, "six of the calibration, four of each aliquot"
    file, opened = RunFile.open(path)
    file.append(aliquot(3, opened.calibration))
    file.close()
    assert frames_in(path) == 6 + 3 * 4, "a continued run refers to the calibration it read"
    again = read(path)
    assert all(each.reading.calibration is again.calibration for each in again.aliquots)


def test_spectra_are_not_stored_but_follow_from_the_counts(tmp_path: Path) -> None:
    spectrum = Spectrum(AXIS, AXIS, AXIS, read_only_mask(AXIS > 0), "A", 1.0)
    taken = aliquot(1, Calibration(frame(1)))
    taken = dataclasses.replace(taken, reading=dataclasses.replace(taken.reading, absorbance=spectrum))
    path = tmp_path / "run.aliquot"
    write(path, run_head().appended(taken))
    reading = read(path).aliquots[0].reading
    assert reading.absorbance is None
    assert reading.frames is not None


def test_a_spectrum_without_raw_counts_is_refused_not_lost(tmp_path: Path) -> None:
    spectrum = Spectrum(AXIS, AXIS, AXIS, read_only_mask(AXIS > 0), "A", 1.0)
    taken = dataclasses.replace(aliquot(1, Calibration()), reading=Reading(spectrum, None, None))
    file = RunFile.create(tmp_path / "run.aliquot", run_head())
    with pytest.raises(ValueError, match="raw counts"):
        file.append(taken)
    file.append(Mark("heat on", 0.0, WALL))
    file.close()
    assert len(read(tmp_path / "run.aliquot").records) == 1


number = st.floats(allow_nan=True, allow_infinity=True, width=64)
clock = st.floats(allow_nan=False, allow_infinity=False)
words = st.text(max_size=12)
maybe = cast("Callable[[st.SearchStrategy[Any]], st.SearchStrategy[Any]]", lambda s: st.none() | s)
reagents = st.builds(
    Reagent, maybe(number), maybe(number), maybe(st.builds(Neat, number, number, number)), maybe(number)
)
recipes = st.builds(
    Recipe,
    name=words,
    material=maybe(words),
    temperature_c=maybe(number),
    cd_oleate=maybe(reagents),
    oam=maybe(reagents),
    degassing=maybe(st.builds(Degassing, maybe(number), maybe(number))),
    diluted=maybe(st.builds(Dilution, number, number, maybe(words))),
    remind_s=maybe(number),
    schedule_s=st.lists(number, max_size=4).map(tuple),
    source=words,
)


@st.composite
def raw_frames(draw: st.DrawFn) -> RawSpectrum:
    pixels = draw(st.integers(1, 12))
    scans = draw(st.integers(1, 30))
    values = [draw(st.lists(number, min_size=pixels, max_size=pixels)) for _ in range(3)]
    if draw(st.booleans()):
        values[1] = [float(draw(st.integers(0, 65535))) / scans for _ in range(pixels)]
    bits = draw(st.lists(st.booleans(), min_size=pixels, max_size=pixels))
    axis, counts, variance = map(read_only, values)
    warm = draw(maybe(clock))
    return RawSpectrum(axis, counts, variance, read_only_mask(bits), draw(clock), scans, draw(number), warm)


pairs = st.builds(ShortFrames, raw_frames(), raw_frames())
frames_of_three = st.builds(EmissionFrames, raw_frames(), raw_frames(), raw_frames(), maybe(pairs))
optics = st.builds(
    Optics,
    maybe(st.builds(Excitation, st.sampled_from(["LED", "laser"]), number, maybe(number), current_ma=maybe(number))),
    maybe(number),
    st.sampled_from(["90 degrees", "front face"]),
    number,
    corrections=st.builds(
        Corrections,
        maybe(number),
        st.booleans(),
        maybe(st.builds(Response, words, st.lists(number).map(tuple), st.lists(number).map(tuple))),
    ),
)
calibrations = st.builds(Calibration, maybe(raw_frames()), maybe(raw_frames()), blank=maybe(frames_of_three))
readings = st.builds(
    Reading,
    st.none(),
    st.none(),
    maybe(st.from_type(Findings)),
    maybe(st.builds(Frames, raw_frames(), maybe(frames_of_three))),
    maybe(calibrations),
    maybe(st.builds(NoiseModel, number, number)),
    st.lists(words, max_size=2).map(tuple),
    maybe(st.builds(Quantity, number, number)),
)
records_of_any_kind = st.one_of(
    st.builds(Mark, words, clock, words, words),
    st.builds(Undone, st.integers(0, 9), clock, words),
    st.builds(OnsetAnswered, st.booleans(), clock, words),
    st.builds(CalibrationTaken, st.sampled_from(["dark", "reference"]), calibrations, clock, words, words),
    st.builds(
        Aliquot,
        st.integers(1, 99),
        clock,
        clock,
        words,
        maybe(number),
        number,
        optics,
        readings,
        note=words,
        uv_s=number,
    ),
    st.builds(OpticsChanged, optics, clock, words),
    st.builds(LightsChanged, words, words, clock, words),
    st.builds(WavelengthChecked, words, number, number, st.integers(0, 40), clock, words),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(recipe=recipes, records=st.lists(records_of_any_kind, max_size=4), library=words)
def test_whatever_a_run_holds_comes_back_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory, recipe: Recipe, records: list[Record], library: str
) -> None:
    run = Run(recipe, run_head().set_up, library, WALL, tuple(records))
    path = tmp_path_factory.mktemp("runs") / "run.aliquot"
    write(path, run)
    assert same(read(path), run)


@given(st.lists(st.integers(0, 65535), min_size=1, max_size=40), st.integers(1, 100))
def test_mean_counts_are_kept_exactly_and_compactly(sums: list[int], scans: int) -> None:
    counts = read_only(np.array(sums, dtype=np.float64) / scans)
    blob = pack_mean(counts, scans)
    assert blob[:1] == b"u"
    assert unpack(blob, scans).tobytes() == counts.tobytes()


@given(st.lists(number, max_size=40), st.lists(st.booleans(), min_size=1, max_size=40))
def test_any_numbers_and_masks_are_kept(values: list[float], bits: list[bool]) -> None:
    assert unpack(pack(read_only(values))).tobytes() == read_only(values).tobytes()
    assert unpack(pack_mean(read_only(values), 7), 7).tobytes() == read_only(values).tobytes()
    assert unpack_mask(pack_mask(read_only_mask(bits)), len(bits)).tolist() == bits


# --- append-only, durable, never overwritten ---------------------------------------------------------------------


@pytest.mark.parametrize("table", ["run", "axes", "frames", "records", "sessions"])
def test_nothing_in_a_run_file_can_be_changed_or_taken_out(tmp_path: Path, table: str) -> None:
    path = tmp_path / "run.aliquot"
    write(path, full_run())
    connection = sqlite3.connect(path)
    (column,) = connection.execute(f"SELECT name FROM pragma_table_info('{table}') LIMIT 1").fetchone()
    for change in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
            connection.execute(change)
    connection.close()


def test_a_run_file_says_what_it_is_and_syncs_every_record(tmp_path: Path) -> None:
    path = tmp_path / "run.aliquot"
    file = RunFile.create(path, full_run())
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA application_id").fetchone()[0] == 0x416C7174
    assert connection.execute("PRAGMA user_version").fetchone()[0] == 3
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert json.loads(connection.execute("SELECT program FROM run").fetchone()[0])["aliquot"]
    connection.close()
    assert file._connection.execute("PRAGMA synchronous").fetchone()[0] == 2, "FULL"
    file.close()


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "run.aliquot"
    path.write_text("a chemist's notes")
    with pytest.raises(StoreError, match="exists already"):
        RunFile.create(path, run_head())
    assert path.read_text() == "a chemist's notes"


def test_the_folder_of_a_run_is_made(tmp_path: Path) -> None:
    write(tmp_path / "2026" / "november" / "run.aliquot", run_head())
    assert read(tmp_path / "2026" / "november" / "run.aliquot").recipe.name == "ODE standard"


def test_new_names_never_meet_an_old_one(tmp_path: Path) -> None:
    day = date(2026, 11, 22)
    first = new_path(tmp_path, "CdTe 4.8: Überschuß", day=day)
    assert first.name == "CdTe-4-8-Uberschu-2026-11-22.aliquot"
    first.touch()
    second = new_path(tmp_path, "CdTe 4.8: Überschuß", day=day)
    second.touch()
    third = new_path(tmp_path, "CdTe 4.8: Überschuß", day=day)
    assert (second.name[-10:], third.name[-10:]) == ("-2.aliquot", "-3.aliquot")
    assert new_path(tmp_path, "../…", day=day).parent == tmp_path


# --- when the disk does not play along ------------------------------------------------------------------------------


def test_a_run_whose_folder_is_gone_is_not_acknowledged(tmp_path: Path) -> None:
    folder, away = tmp_path / "stick", tmp_path / "pocket"
    file = RunFile.create(folder / "run.aliquot", full_run())
    folder.rename(away)
    late = aliquot(3, Calibration(frame(1)))
    with pytest.raises(StoreError, match=r"is gone\. Aliquot 3 is kept in memory; the 6 records before it are whole\."):
        file.append(late)
    away.rename(folder)
    file.append(late)
    file.close()
    assert [each.number for each in read(folder / "run.aliquot").aliquots] == [1, 3]


def test_a_record_that_cannot_be_written_leaves_no_trace_and_can_be_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "run.aliquot"
    file = RunFile.create(path, full_run())
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # another program holds the file
    file._connection.execute("PRAGMA busy_timeout = 10")
    late = aliquot(3, Calibration(frame(77)))
    with pytest.raises(StoreError, match="is locked"):
        file.append(late)
    assert len(read(path).records) == 6
    other.execute("ROLLBACK")
    other.close()
    file.append(late)
    file.close()
    assert same(read(path).aliquots[-1], late)


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tests_store import aliquot, full_run
from station.store import RunFile, StoreError, read
from analysis.spectrum import Calibration
path = Path(sys.argv[2])
file = RunFile.create(path, full_run())
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = path.with_name(path.name + "-wal").stat().st_size + 2000
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
late = aliquot(3, Calibration())
for _ in range(2):
    try:
        file.append(late)
    except StoreError as error:
        print(error.kept)
    else:
        sys.exit("it was written")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(len(read(path).records))
file.append(late)
file.close()
print(len(read(path).records))
"""


def test_a_disk_that_takes_no_more_loses_nothing_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    (tmp_path / "tests_store.py").write_text(Path(__file__).read_text(encoding="utf-8"), encoding="utf-8")
    done = python(FULL_DISK, tmp_path, tmp_path / "run.aliquot")
    assert done.returncode == 0, done.stderr
    kept = "Aliquot 3 is kept in memory; the 6 records before it are whole."
    assert done.stdout.splitlines() == [kept, kept, "6", "7"]


def test_a_full_disk_is_called_a_full_disk(tmp_path: Path) -> None:
    file = RunFile.create(tmp_path / "run.aliquot", full_run())
    (pages,) = file._connection.execute("PRAGMA page_count").fetchone()
    file._connection.execute(f"PRAGMA max_page_count = {pages}")  # SQLite's own way to meet the end of a disk
    with pytest.raises(StoreError, match=r"^The disk is full\. .* Free some space or choose another folder\.$"):
        file.append(aliquot(3, Calibration(frame(50))))
    file._connection.execute("PRAGMA max_page_count = 1000000")
    file.append(aliquot(3, Calibration(frame(50))))
    file.close()
    assert len(read(tmp_path / "run.aliquot").aliquots) == 2


def test_a_run_that_is_being_read_closes_whole(tmp_path: Path) -> None:
    path, run = tmp_path / "run.aliquot", full_run()
    file = RunFile.create(path, run)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM records").fetchone() == (6,)
    file._connection.execute("PRAGMA busy_timeout = 10")
    file.close()
    assert same(read(path), run)
    reader.close()
    again, _ = RunFile.open(path)
    again.close()
    again.close()
    assert os.listdir(tmp_path) == ["run.aliquot"]


def test_a_run_that_cannot_be_created_leaves_nothing_behind(tmp_path: Path) -> None:
    bad = run_head().appended(cast("Record", Mark("heat on", 0.0, cast("str", None))))
    with pytest.raises(StoreError):
        RunFile.create(tmp_path / "run.aliquot", bad)
    assert os.listdir(tmp_path) == []


# --- files that are not what they seem ------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"nm,0.5 h\n400,0.1\n", b"\x00" * 4096], ids=["empty", "csv", "zeros"])
def test_a_file_that_is_no_run_file_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.aliquot"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"is not a run file\. Nothing in it was changed\."):
        read(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_no_run_file(tmp_path: Path) -> None:
    path = tmp_path / "other.aliquot"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE run (id)")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="is not a run file"):
        RunFile.open(path)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        read(tmp_path / "run.aliquot")
    assert os.listdir(tmp_path) == []


def change(path: Path, *statements: str) -> None:
    """Tamper with a run file past its guards."""
    connection = sqlite3.connect(path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("PRAGMA user_version = 4", "written by a newer Aliquot .schema 4; this one reads 3"),
        ("UPDATE records SET body = json_set(body, '$.turbid', 1) WHERE position = 2", "newer Aliquot.*'turbid'"),
        ("UPDATE records SET kind = 'Photograph' WHERE position = 5", "newer Aliquot.*'Photograph'"),
        ("UPDATE records SET body = json_remove(body, '$.number') WHERE position = 2", "damaged.*number"),
        ("UPDATE records SET body = substr(body, 1, 30) WHERE position = 2", "damaged: Aliquot is no JSON"),
        ("UPDATE records SET body = json_set(body, '$.dilution', 'much') WHERE position = 2", "damaged.*dilution"),
        ("DELETE FROM records WHERE position = 1", "damaged: record 1 is missing"),
        ("DELETE FROM frames WHERE id = 3", "damaged.*frame 3, which is missing"),
        ("UPDATE frames SET counts = substr(counts, 1, 20) WHERE id = 4", "damaged: frame 4 is damaged"),
        ("DROP TABLE records", "cannot be read: no such table: records"),
    ],
)
def test_a_damaged_or_newer_file_says_what_is_wrong(tmp_path: Path, statement: str, sentence: str) -> None:
    path = tmp_path / "run.aliquot"
    write(path, full_run())
    change(path, statement)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=sentence):
        read(path)
    with pytest.raises(StoreError, match=sentence):
        RunFile.open(path)
    assert path.read_bytes() == before


def test_a_torn_copy_is_damaged_not_shorter(tmp_path: Path) -> None:
    path = tmp_path / "run.aliquot"
    write(path, full_run())
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(StoreError, match="damaged"):
        read(path)


def test_a_file_of_an_older_version_reads_with_todays_defaults(tmp_path: Path) -> None:
    path, run = tmp_path / "run.aliquot", full_run()
    write(path, run)
    change(path, "UPDATE run SET recipe = json_remove(recipe, '$.source', '$.top')")
    assert read(path).recipe == run.recipe


def test_a_file_whose_recipe_knows_amounts_alone_opens_with_them(tmp_path: Path) -> None:
    path = tmp_path / "run.aliquot"
    write(path, full_run())
    old = """json('{"name": "old", "cd_mmol": 1.2, "te_mmol": 1.0, "top_ml": 10.0, "top_mmol": 21.2, "oam_mmol": "NaN",
        "degassed": false, "dilution": 51.0, "volume_ml": 50.0}')"""
    change(path, f"UPDATE run SET recipe = {old}")
    recipe = read(path).recipe
    assert (recipe.cd_mmol, recipe.te_mmol, recipe.top_ml, recipe.top_mmol) == (1.2, 1.0, 10.0, 21.2)
    assert (recipe.degassed, recipe.dilution, recipe.cd_te) == (False, 51.0, 1.2)
    assert recipe.oam_mmol is not None
    assert math.isnan(recipe.oam_mmol)


def test_a_file_from_before_corrections_were_kept_is_read_as_the_station_reads_by_itself(tmp_path: Path) -> None:
    path, run = tmp_path / "run.aliquot", full_run()
    write(path, run)
    for table, column in (("run", "set_up"), ("records", "body")):
        change(path, f"UPDATE {table} SET {column} = json_remove({column}, '$.optics.corrections')")
    assert same(read(path), run)
    assert {each.optics.corrections for each in read(path).aliquots} == {Corrections()}


def test_a_file_whose_purity_is_one_number_opens_with_it_as_the_tail_over_e1(tmp_path: Path) -> None:
    path = tmp_path / "run.aliquot"
    write(path, full_run())
    one_number = """json('{"value": 0.031, "sigma": 0.002}')"""
    old = f"UPDATE records SET body = json_set(body, '$.reading.findings.purity', {one_number})"
    change(path, f"{old} WHERE json_type(body, '$.reading.findings') = 'object'")
    before = path.read_bytes()
    said = [each.reading.findings for each in read(path).aliquots if each.reading.findings is not None]
    assert [each.purity for each in said] == [Purity("MSC-449", tail_ratio=Quantity(0.031, 0.002))]
    assert path.read_bytes() == before


OLD_FILE = Path(__file__).with_name("files") / "schema-1.aliquot"  # written by Aliquot when its schema was 1


def test_a_file_of_schema_1_opens_with_its_path_and_excitation_in_the_optics() -> None:
    run, today, set_up = read(OLD_FILE), full_run(), run_head().set_up
    assert set_up is not None
    measured_with = Optics(Excitation(nm=385.0), path_mm=4.0)
    assert run.optics == measured_with
    assert run.set_up == dataclasses.replace(set_up, optics=measured_with)
    assert run.recipe == today.recipe
    records = [dataclasses.replace(r, optics=measured_with) if isinstance(r, Aliquot) else r for r in today.records]
    assert same(run.records, tuple(records))


def test_a_file_of_schema_1_goes_on_in_todays_words_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.aliquot"
    path.write_bytes(OLD_FILE.read_bytes())
    file, run = RunFile.open(path)
    changed = OpticsChanged(Optics(Excitation("laser", 405.0), long_pass_nm=420.0), 300.0, WALL)
    late = dataclasses.replace(aliquot(3, Calibration()), optics=changed.optics)
    for record in (changed, late):
        file.append(record)
    file.close()
    again = read(path)
    assert same(again, run.appended(changed).appended(late))
    assert [each.optics.path_mm for each in again.aliquots] == [4.0, 10.0]
    monkeypatch.setattr("station.store_schema.SCHEMA_VERSION", 1)
    with pytest.raises(StoreError, match="schema 3; this one reads 1"):
        read(path)


def killed_copy(tmp_path: Path, folder: str) -> tuple[Path, Run]:
    """A run file as a dead process leaves it: records in the write-ahead log, never closed."""
    run = full_run()
    file = RunFile.create(tmp_path / "run.aliquot", run)
    away = tmp_path / folder
    away.mkdir()
    for name in ("run.aliquot", "run.aliquot-wal"):
        (away / name).write_bytes((tmp_path / name).read_bytes())
    file.close()
    return away / "run.aliquot", run


READ_AS_NOBODY = """
import os, sys
from pathlib import Path
from station.store import read
if os.geteuid() == 0:  # root writes everywhere
    os.setuid(65534)
print(len(read(Path(sys.argv[1])).records))
"""


@pytest.mark.parametrize("left", ["closed", "crashed"])
def test_a_run_reads_from_a_folder_where_nothing_can_be_written(left: str) -> None:
    """The closed file, and one left open with its log beside it."""
    with tempfile.TemporaryDirectory() as made:  # not tmp_path: its parents are closed to other users
        folder = Path(made)
        if left == "closed":
            path = folder / left / "run.aliquot"
            write(path, full_run())
        else:
            path, _ = killed_copy(folder, left)
        folder.chmod(0o755)
        path.parent.chmod(0o555)
        before = sorted(os.listdir(path.parent))
        done = python(READ_AS_NOBODY, path)
        assert done.stdout == "6\n", done.stderr
        assert sorted(os.listdir(path.parent)) == before
        path.parent.chmod(0o755)


# --- runs that were left open ---------------------------------------------------------------------------------------


def test_a_run_left_open_by_a_dead_process_is_offered(tmp_path: Path) -> None:
    path, _ = killed_copy(tmp_path, "crashed")
    change(path, "UPDATE sessions SET process = 'long ago'")
    (left,) = left_open(path.parent)
    assert (left.path, left.started_wall, left.aliquots, left.whole) == (path, WALL, 1, True)
    file, run = RunFile.open(path)
    assert left_open(path.parent) == (), "it is being continued by a living process"
    file.append(aliquot(3, run.calibration))
    file.close()
    assert left_open(path.parent) == (), "it was closed"
    assert os.listdir(path.parent) == ["run.aliquot"]


def test_a_damaged_run_left_open_is_offered_as_not_whole(tmp_path: Path) -> None:
    path, _ = killed_copy(tmp_path, "crashed")
    change(path, "UPDATE sessions SET process = 'long ago'", "DELETE FROM frames WHERE id = 9")
    (left,) = left_open(path.parent)
    assert (left.aliquots, left.whole) == (2, False)


def test_closed_runs_foreign_files_and_other_computers_runs_are_not_offered(tmp_path: Path) -> None:
    write(tmp_path / "closed.aliquot", full_run())
    (tmp_path / "notes.aliquot").write_text("notes")
    file = RunFile.create(tmp_path / "elsewhere.aliquot", full_run())
    change(tmp_path / "elsewhere.aliquot", "UPDATE sessions SET host = 'other-bench', process = 'x'")
    assert left_open(tmp_path) == ()
    assert left_open(tmp_path / "no such folder") == ()
    file.close()


def test_a_run_that_another_process_writes_is_not_opened_twice(tmp_path: Path) -> None:
    path = tmp_path / "run.aliquot"
    file = RunFile.create(path, full_run())
    parent = os.getppid()
    change(path, f"UPDATE sessions SET pid = {parent}, process = '{started(parent)}'")
    with pytest.raises(StoreError, match=f"being written by another Aliquot .process {parent}"):
        RunFile.open(path)
    assert len(read(path).records) == 6
    file.close()


def test_a_process_is_known_by_its_start_not_by_its_number_alone() -> None:
    here = this_process()
    assert here.here
    assert here.alive
    assert not Writer(here.host, here.pid, "some other start").alive
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert not Writer(here.host, gone.pid, "").alive
    assert started(gone.pid) == ""


def test_the_documented_way_to_read_a_run_without_this_program_works(tmp_path: Path) -> None:
    path, run = tmp_path / "run.aliquot", full_run()
    write(path, run)
    text = (ROOT / "docs" / "run-file.md").read_text(encoding="utf-8")
    done = python(text.split("```python\n")[1].split("```")[0], path)
    told = [line.split() for line in done.stdout.splitlines()]
    taken = [record for record in run.records if isinstance(record, Aliquot)]
    assert len(told) == len(taken) == 2, done.stderr
    for (number_told, _, highest), each in zip(told, taken, strict=True):
        assert each.reading.frames is not None
        assert int(number_told) == each.number
        assert float(highest) == each.reading.frames.absorbance.counts.max()

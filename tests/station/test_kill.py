"""A writer that is killed in the middle of writing loses nothing it acknowledged and leaves nothing torn."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from station.store import RunFile, StoreError, left_open, read

ROOT = Path(__file__).resolve().parents[2]

WRITER = """
import sys
from pathlib import Path
import numpy as np
from analysis.noise import NoiseModel
from analysis.spectrum import Calibration, EmissionFrames, Frames, RawSpectrum, read_only, read_only_mask
from station.optics import Optics
from station.recipe import Recipe
from station.records import Aliquot, Mark, Reading
from station.run import Run
from station.store import RunFile

axis = read_only(np.linspace(340.0, 1030.0, 2048))

def frame(number, part):
    counts = np.random.default_rng([number, part]).integers(0, 65536, 2048) / 20.0
    none = read_only_mask(np.zeros(2048, dtype=bool))
    return RawSpectrum(axis, read_only(counts), read_only(np.full(2048, np.nan)), none, 0.025, 20, float(number))

path = Path(sys.argv[1])
if path.exists():
    file, run = RunFile.open(path)
else:
    run = Run(Recipe("killed"), None, "", "2026-11-22T14:02:00+00:00")
    file = RunFile.create(path, run)
calibration = run.calibration
number = run.next_number
while True:
    frames = Frames(frame(number, 0), EmissionFrames(frame(number, 1), frame(number, 2), frame(number, 3)))
    reading = Reading(None, None, None, frames, calibration, NoiseModel(11.5, 0.31))
    file.append(Aliquot(number, float(number), number + 8.0, "", 60.0 * number, 101.0, Optics(), reading))
    sys.stdout.write(f"{number}\\n")
    sys.stdout.flush()
    number += 1
"""


def start_writer(path: Path) -> subprocess.Popen[str]:
    """Start a process that writes a run and tells the number of every aliquot that is on disk."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def written_until_killed(path: Path, acknowledged: int, delay_s: float) -> int:
    """Let a process write, kill it a moment after so many acknowledgements, and return the last one it gave."""
    writer = start_writer(path)
    assert writer.stdout is not None
    told = [writer.stdout.readline() for _ in range(acknowledged)]
    try:
        writer.wait(delay_s)
    except subprocess.TimeoutExpired:
        writer.kill()
    told += writer.stdout.readlines()
    writer.stdout.close()
    assert writer.wait() == -9
    return max(int(line) for line in told if line.endswith("\n"))


def assert_whole(path: Path, acknowledged: int) -> None:
    """Every acknowledged aliquot is there, at most one more, and each has the counts it was given."""
    aliquots = read(path).aliquots
    assert len(aliquots) in (acknowledged, acknowledged + 1)
    for place, aliquot in enumerate(aliquots):
        frames = aliquot.reading.frames
        assert aliquot.number == place + 1
        assert frames is not None
        assert frames.emission is not None
        parts = (frames.absorbance, frames.emission.off_before, frames.emission.on, frames.emission.off_after)
        for part, frame in enumerate(parts):
            given = np.random.default_rng([aliquot.number, part]).integers(0, 65536, 2048) / 20.0
            assert frame.counts.tobytes() == given.tobytes()


def kill_and_look(tmp_path: Path, kills: int) -> int:
    """Kill a run's writer again and again; it goes on in the same file each time. Return what was acknowledged."""
    path, random, acknowledged = tmp_path / "run.aliquot", np.random.default_rng(7), 0
    for _ in range(kills):
        acknowledged = written_until_killed(path, 3, float(random.uniform(0.0, 0.05)))
        (left,) = left_open(tmp_path)
        assert left.whole
        assert left.path == path
        assert_whole(path, acknowledged)
        acknowledged = left.aliquots
    file, run = RunFile.open(path)
    file.close()
    assert len(run.aliquots) == acknowledged
    assert os.listdir(tmp_path) == ["run.aliquot"], "continued and closed, it is one single file"
    assert left_open(tmp_path) == ()
    return acknowledged


def test_a_run_is_read_while_another_process_writes_it_and_is_not_offered_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "run.aliquot"
    writer = start_writer(path)
    assert writer.stdout is not None
    acknowledged = int([writer.stdout.readline() for _ in range(3)][-1])
    during = len(read(path).aliquots)
    assert left_open(tmp_path) == ()
    with pytest.raises(StoreError, match=f"being written by another Aliquot .process {writer.pid}"):
        RunFile.open(path)
    writer.kill()
    last = max([acknowledged, *map(int, writer.stdout.readlines())])
    writer.stdout.close()
    writer.wait()
    assert acknowledged <= during <= last + 1
    assert_whole(path, last)


def test_killed_five_times_in_the_middle_of_writing_nothing_is_lost_or_torn(tmp_path: Path) -> None:
    assert kill_and_look(tmp_path, 5) >= 15


@pytest.mark.slow
def test_killed_thirty_times_nothing_is_lost_or_torn(tmp_path: Path) -> None:
    assert kill_and_look(tmp_path, 30) >= 90

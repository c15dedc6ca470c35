"""What a day of readings by themselves costs: `python -m benchmarks.continuous_day [--readings 8000]`.

A reading every 10 s of the virtual eye of 2048 pixels, one in 40 simulated, with the station's own cycle, session and
run file; no bus and no window. Printed are the memory held in all and for the readings, the CPU time that one takes
(without the scans), the file, and what it costs to exclude the newest reading or the tenth and to open the file again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import process_time

from analysis.spectrum import Frames, RawSpectrum
from benchmarks.soak import resident_mb
from instruments.virtual.hand import Advance, Place
from station.cycle import Cycle
from station.evaluation import reevaluate
from station.recipe import Recipe
from station.records import AliquotEdited
from station.run import Exposures
from station.session import Session
from station.settings import library_text
from station.store import read
from tests.station.eye_bench import EyeBench

EVERY_S = 10.0
MOST_MB = 400.0
SCANNED = 40
QUICK = Exposures(absorbance_scans=3, emission_scans=3)  # the scans are simulated: few of them


class Day:
    """A run that is filled with readings by themselves."""

    def __init__(self, folder: Path) -> None:
        self.eye = EyeBench()
        self.session = Session(self.eye.clock, folder)
        self.cycle = Cycle(self.eye, self.eye.clock, QUICK)
        set_up = replace(self.eye.set_up(), exposures=QUICK)
        self.session.begin(Recipe("day", material="CdTe", solvent="ODE"), set_up, library_text())
        self.eye.do(Place("solvent"))
        self.session.calibrated("dark", self.cycle.dark(self.session.calibration))
        self.session.calibrated("reference", self.cycle.reference(self.session.calibration))
        self.eye.do(Place("sample"))
        self.session.mark("heat on", "")
        self.cost_s: list[float] = []
        self._taken = self.cycle.aliquot()

    def take(self, readings: int, scanned: int = 1) -> None:
        """Take so many readings; one in `scanned` is simulated, the others are copies of it with their own times."""
        for index in range(readings):
            self.eye.clock.sleep(EVERY_S)
            if index % scanned == 0:
                self.eye.do(Advance(self.eye.clock.now_s()), Place("sample"))
                self._taken = self.cycle.aliquot()
            frames = _copied(self._taken, self.eye.clock.now_s())
            began_s = process_time()
            self.session.add_aliquot(frames, self.eye.clock.now_s(), by_itself=True)
            self.cost_s.append(process_time() - began_s)

    def exclude(self, number: int) -> float:
        """Exclude a reading; return the CPU time that takes, in s."""
        run = self.session.run
        assert run is not None
        one = run.all_aliquots[number - 1]
        now_s = self.eye.clock.now_s()
        edit = AliquotEdited(number, "", "", "bubble", one.dilution, one.drawn_at_s, now_s, "")
        began_s = process_time()
        self.session.note(edit, since=number)
        return process_time() - began_s


def _copied(frames: Frames, now_s: float) -> Frames:
    """Return frames of their own, in memory of their own, as if they were taken now."""

    def one(frame: RawSpectrum) -> RawSpectrum:
        counts, variance, full = frame.counts.copy(), frame.scan_variance.copy(), frame.saturated.copy()
        return replace(frame, counts=counts, scan_variance=variance, saturated=full, mid_exposure_s=now_s)

    emission = frames.emission
    assert emission is not None
    three = replace(
        emission, off_before=one(emission.off_before), on=one(emission.on), off_after=one(emission.off_after)
    )
    return Frames(one(frames.absorbance), three)


def main() -> int:
    """Measure and print; 1 where more memory is held than MOST_MB."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--readings", type=int, default=8000)
    readings: int = parser.parse_args().readings
    with tempfile.TemporaryDirectory(prefix="aliquot-day-") as folder:
        day = Day(Path(folder))
        day.take(10)
        before_mb = resident_mb()
        day.take(readings - 10, SCANNED)
        held_mb = resident_mb()
        print(f"memory {held_mb:.0f} MB, {held_mb - before_mb:.0f} MB of them for {readings} readings")
        for at in (1000, readings):
            if at <= readings:
                print(f"CPU a reading around {at}: {median(day.cost_s[at - 100 : at]) * 1e3:.1f} ms")
        print(f"excluding the newest: {day.exclude(readings):.2f} s, the tenth: {day.exclude(10):.1f} s CPU")
        again_mb = resident_mb()
        path = day.session.path
        assert path is not None
        day.session.close()
        print(f"memory then {again_mb:.0f} MB; file {path.stat().st_size / 1e6:.0f} MB")
        del day
        began_s = process_time()
        run = reevaluate(read(path))
        opened_mb = resident_mb()
        print(
            f"opened again: {process_time() - began_s:.1f} s CPU, memory {opened_mb:.0f} MB, {len(run.aliquots)} count"
        )
    return int(max(held_mb, again_mb, opened_mb) > MOST_MB)


if __name__ == "__main__":
    sys.exit(main())

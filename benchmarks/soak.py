"""A day at the bench with everything going wrong: `python -m benchmarks.soak [FAULTS] [SEED]`.

24 h of reaction time on the virtual bus, with a fault at a random moment of a random act: cables, drivers, lights,
killed and stopped processes, a full disk. What must hold is asserted, what is a figure is printed: no acknowledged
aliquot lost, no frame attributed to the wrong light or exposure, memory, processes left, the state at the end.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import numpy as np

from analysis.spectrum import Detector, FloatArray, RawSpectrum
from instruments.spectrometer import InstrumentError
from instruments.virtual.hand import Kind, Trouble
from station import events, orders
from station.acquisition import Acquisition
from station.bench import Bench
from station.clock import VirtualClock
from station.events import Event, LiveFrame, State, Status
from station.recipe import Recipe
from station.records import Aliquot
from station.run import Exposures
from station.store import RunFile, StoreError, read
from station.writer import started

DAY_S = 86_400.0
MOST_GROWTH_MB = 20.0
LEAST_FAULTS = 20
RUN_S = 7_200.0
ADDRESS = "virtual:FLAME-S"
EXPOSURES = tuple(
    Exposures(absorbance_s=short, absorbance_scans=3, emission_s=long, emission_scans=3)
    for short, long in ((0.012, 0.1), (0.018, 0.07), (0.025, 0.15))
)
LAMP_NM, LINE_NM = 620.0, 405.0
AGAIN = 0.3  # of the mended faults are followed by an aliquot

# What goes wrong, what mends it, and how often it comes; a read that never returns costs 6 s of real time.
CABLES: tuple[tuple[Kind, Kind | None, float], ...] = (
    ("unplug", "replug", 6.0),
    ("unplug exposing", "replug", 6.0),
    ("unplug reading", "replug", 6.0),
    ("replug other", "replug", 3.0),
    ("claim", "free", 3.0),
    ("forbid", "allow", 3.0),
    ("short frame", None, 8.0),
    ("long frame", None, 8.0),
    ("wrong sync", None, 8.0),
    ("silence", None, 2.0),
    ("wedge", None, 1.0),
    ("unplug led", "replug led", 6.0),
    ("mute led", "mend led", 3.0),
    ("led dead", "led mended", 4.0),
    ("lamp dead", "lamp mended", 4.0),
    ("block", "unblock", 4.0),
    ("light leak", "leak closed", 4.0),
    ("room bright", "room as before", 4.0),
)
PROCESSES = (("killed", 5.0), ("stopped", 1.0), ("full disk", 6.0))


@dataclass
class Figures:
    """What the day came to; `wrong` are sentences about frames that were not what they were said to be."""

    faults: Counter[str] = field(default_factory=Counter)
    acknowledged: list[tuple[Path, int]] = field(default_factory=list)
    lost: list[tuple[Path, int]] = field(default_factory=list)
    frames: int = 0
    wrong: list[str] = field(default_factory=list)
    growth_mb: float = 0.0
    left: int = 0
    state: State = State.DISCONNECTED

    def summary(self) -> str:
        """Return the figures in words."""
        return "\n".join(
            (
                f"{self.faults.total()} faults: {dict(self.faults.most_common())}",
                f"aliquots acknowledged {len(self.acknowledged)}, lost {len(self.lost)}",
                f"frames checked {self.frames}, wrong {len(self.wrong)} {self.wrong[:5]}",
                f"memory growth {self.growth_mb:.1f} MB of {MOST_GROWTH_MB:.0f}, processes left {self.left}",
                f"ends {self.state}",
            )
        )


class Day:
    """One station, a hand that breaks and mends, and a witness who checks what is recorded."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.figures = Figures()
        self.clock = VirtualClock()
        self._chance = np.random.default_rng(seed)
        self._status: Status | None = None
        self._mend: list[Kind] = []
        self._disk_full = False
        self._children: set[tuple[int, str]] = set()  # with the moment each was started: numbers come again
        self._write = RunFile.append
        self._station = Acquisition(self.clock, self._hear, folder, Bench(exposures=EXPOSURES[0], pace="none"))

    def live_through(self, faults: int) -> Figures:
        """Let so many faults (at least 20) strike over 24 h of the station's clock and return what it came to."""
        if faults < LEAST_FAULTS:
            raise ValueError(
                f"A day has at least {LEAST_FAULTS} faults: memory is compared with that after the first ten."
            )
        disk = mock.patch.object(RunFile, "append", lambda file, record: self._append(file, record))
        disk.start()
        try:
            self._do(orders.OpenInstrument(ADDRESS))
            pace_s, grown_from, next_run_s = DAY_S / faults, 0.0, 0.0
            for number in range(faults):
                if self.clock.now_s() >= next_run_s:
                    self._new_run()
                    next_run_s += RUN_S
                if number == max(10, faults // 10):
                    grown_from = resident_mb()
                self._strike()
                self._act()
                self._rest(pace_s / 2)
                self._put_right()
                self._rest(pace_s / 2)
            self._new_run()
            self._do(orders.ShowLive(True))
            self._rest(5.0)
            self.figures.growth_mb = resident_mb() - grown_from
            self.figures.state = self._known.state
        finally:
            disk.stop()
            self._do(orders.Stop())
        self._take_stock()
        return self.figures

    @property
    def _known(self) -> Status:
        assert self._status is not None
        return self._status

    def _hear(self, message: Event | LiveFrame) -> None:
        match message:
            case events.StatusChanged(status):
                self._status = status
            case events.AliquotTaken(aliquot):
                self._witness(aliquot)
            case _:
                pass

    def _do(self, *steps: orders.Order) -> None:
        for step in steps:
            self._station.obey(step)
            self._note_child()

    def _note_child(self) -> None:
        child = self._station._guard.process_id
        if child is not None:
            self._children.add((child, started(child)))

    def _rest(self, seconds: float) -> None:
        """Let the station do what it does between orders; a paced clock would make 24 h of it."""
        for _ in range(4):
            self._station._between_orders()
            self._note_child()
            self.clock.sleep(seconds / 4)

    def _new_run(self) -> None:
        self._do(orders.NewRun(Recipe(name="soak", material="CdTe")))
        self._calibrate()
        self._do(orders.SetMark("heat on"))

    def _calibrate(self) -> None:
        self._do(orders.TakeDark(), orders.TakeReference())

    def _strike(self) -> None:
        """Let one thing go wrong, now or some scans from now."""
        kinds: list[tuple[str, float]] = [(kind, weight) for kind, _, weight in CABLES]
        kinds += list(PROCESSES)
        weights = np.array([weight for _, weight in kinds])
        kind = kinds[self._chance.choice(len(kinds), p=weights / weights.sum())][0]
        self.figures.faults[kind] += 1
        if kind == "full disk":
            self._disk_full = True
        elif kind in ("killed", "stopped"):
            child = self._station._guard.process_id
            if child is not None:
                os.kill(child, signal.SIGKILL if kind == "killed" else signal.SIGSTOP)
        else:
            self._hand(next(known for known, _, _ in CABLES if known == kind), int(self._chance.integers(0, 12)))
            self._mend += [cure for known, cure, _ in CABLES if known == kind and cure is not None]

    def _hand(self, kind: Kind, after_scans: int = 0) -> None:
        with suppress(InstrumentError):  # the bench's process may be down; it is told when it is there again
            self._station._guard.hand(Trouble(kind, after_scans=after_scans))
            self._note_child()

    def _act(self) -> None:
        acts: tuple[Callable[[], None], ...] = (
            lambda: self._do(orders.Capture()),
            lambda: self._do(orders.Capture()),
            lambda: self._do(orders.TakeDark()),
            lambda: self._do(orders.TakeReference()),
            lambda: self._do(orders.SwitchUv(True)),
            lambda: self._do(orders.ShowLive(False)),
            lambda: self._do(orders.ShowLive(True)),
            lambda: self._do(orders.UseExposures(EXPOSURES[self._chance.integers(len(EXPOSURES))])),
            lambda: self._do(orders.Undo()),
        )
        acts[self._chance.integers(len(acts))]()

    def _put_right(self) -> None:
        """Mend what was broken, look again, and take what is missing."""
        self._disk_full = False
        for _ in range(3):
            for kind in self._mend:
                self._hand(kind)
            if self._known.state is not State.FAULTED:
                break
            self._rest(4.0)
        self._mend.clear()
        self._rest(12.0)
        if self._known.dark_at_s is None or self._known.reference_at_s is None or self._chance.random() < 0.1:
            self._calibrate()
        if self._chance.random() < AGAIN:
            self._do(orders.Capture())

    def _append(self, file: RunFile, record: object) -> None:
        if self._disk_full:
            raise StoreError("The disk is full.", "It is kept in memory.", "Free some space.")
        self._write(file, record)  # type: ignore[arg-type]

    def _witness(self, aliquot: Aliquot) -> None:
        """Check every frame by its counts: which light made it, and for how long."""
        path = self._known.run_path
        self.figures.acknowledged.append((Path(path or ""), aliquot.number))
        frames, calibration = aliquot.reading.frames, aliquot.reading.calibration
        assert frames is not None
        assert calibration is not None
        dark, reference = calibration.dark_absorbance, calibration.reference
        assert dark is not None
        assert reference is not None
        self.figures.frames += 1
        doubts = aliquot.reading.light_doubts
        rate = net_rate(frames.absorbance, dark, self._detector, LAMP_NM)
        known = net_rate(reference, dark, self._detector, LAMP_NM)
        if abs(rate / known - 1.0) > 0.05 and not doubts:
            self.figures.wrong.append(
                f"lamp frame of aliquot {aliquot.number}: {rate:.0f} of {known:.0f} counts/s, no doubt"
            )
        if frames.emission is None:
            return
        line = net_rate(frames.emission.on, frames.emission.off_before, self._detector, LINE_NM)
        stray = net_rate(frames.emission.on, frames.emission.off_before, self._detector, LAMP_NM)
        off = net_rate(frames.emission.off_after, frames.emission.off_before, self._detector, LAMP_NM)
        self.figures.frames += 3
        lit = 0.8 < line / 60_000.0 < 1.2
        if not (lit and abs(stray) < 600.0 and abs(off) < 600.0) and not doubts:
            told = f"line {line:.0f}, lamp in it {stray:.0f}, lamp in the dark after {off:.0f} counts/s"
            self.figures.wrong.append(f"emission of aliquot {aliquot.number}: {told}, no doubt")

    @property
    def _detector(self) -> Detector:
        run = self._known.run
        assert run is not None
        assert run.set_up is not None
        return run.set_up.detector

    def _take_stock(self) -> None:
        """Look for every acknowledged aliquot on disk, and for processes that should be gone."""
        runs = {path: {aliquot.number for aliquot in _all(path)} for path, _ in self.figures.acknowledged}
        self.figures.lost = [(path, number) for path, number in self.figures.acknowledged if number not in runs[path]]
        self.figures.left = sum(started(child) == when != "" for child, when in self._children)


def net_rate(frame: RawSpectrum, dark: RawSpectrum, detector: Detector, nm: float) -> float:
    """Return the linearised counts/s of a frame above a dark at a wavelength, mean of 11 pixels."""
    pixel = int(np.searchsorted(frame.wavelengths_nm, nm))
    net: FloatArray = (frame.counts - dark.counts)[pixel - 5 : pixel + 6]
    factor = np.polynomial.polynomial.polyval(net, detector.linearity) if detector.linearity else 1.0
    return float(np.mean(net / factor)) / frame.exposure_s


def resident_mb() -> float:
    """Return the memory that this process holds now, in MB (Linux)."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _all(path: Path) -> list[Aliquot]:
    return [record for record in read(path).records if isinstance(record, Aliquot)] if path.is_file() else []


def soak(faults: int, seed: int = 0) -> Figures:
    """Return the figures of one day with so many faults."""
    with tempfile.TemporaryDirectory(prefix="aliquot-soak-") as folder:
        return Day(Path(folder), seed).live_through(faults)


if __name__ == "__main__":
    day = soak(*(int(word) for word in sys.argv[1:3])) if len(sys.argv) > 1 else soak(2_000)
    print(day.summary())
    sys.exit(bool(day.lost or day.wrong or day.left or day.growth_mb > MOST_GROWTH_MB or day.state is not State.LIVE))

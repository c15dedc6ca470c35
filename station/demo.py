"""The demonstration: a recorded or modelled reaction in the virtual cuvette, measured by the script's own hand.

The script presses D, R, M (heat on) and Space as a chemist would; everything below is the ordinary station.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from analysis.wording import time_label
from instruments.virtual.samples import FlaskSample, SeriesSample
from station import orders
from station.acquisition import Acquisition
from station.bench import Bench
from station.clock import PacedClock, VirtualClock
from station.formats import wide_csv
from station.optics import Optics
from station.reactions import conditions, reactions
from station.recipe import Recipe
from station.run import STALE_S, Run

ADDRESS = "virtual:FLAME-S"
FOLDER = Path("aliquot-demo")  # where demonstrations write unless they are told otherwise
PACE = 600.0
FRESH_BEFORE_S = 60.0  # dark and reference are taken this long before an aliquot is due

Wait = float  # until this reaction time, in seconds
Step = orders.Order | Wait


@dataclass(frozen=True, slots=True)
class Demo:
    """What is played: a recipe, the bench with its virtual cuvette, and the reaction times of the aliquots."""

    name: str
    recipe: Recipe
    bench: Bench
    note: str = ""

    @property
    def times_s(self) -> tuple[float, ...]:
        """Get the reaction times at which aliquots are drawn."""
        return self.recipe.schedule_s


def reaction(identifier: str, material: str | None = None) -> Demo:
    """Return the demonstration of one of the paper's conditions, its recipe naming another material if one is given.

    Raises ValueError naming the reactions that exist.
    """
    known = reactions()
    if identifier not in known:
        raise ValueError(f"There is no reaction {identifier!r}; there are {', '.join(known)}.")
    recipe = known[identifier] if material is None else replace(known[identifier], material=material)
    sample = FlaskSample(conditions(recipe), dilution=recipe.dilution or 1.0, path_mm=Optics().path_mm)
    return Demo(identifier, recipe, Bench(sample=sample))


def series(absorbance: Path, emission: Path, material: str | None) -> Demo:
    """Return the demonstration of a measured series: two wide CSV files, times in the column names.

    Times that only one of the files has are left out and named in `note`. Raises wide_csv.FormatError, and
    ValueError where the files have no time in common.
    """
    lamp, glow = wide_csv.read(absorbance), wide_csv.read(emission)
    lamp_at = {time_s: row for time_s, row in zip(lamp.times_s, lamp.values, strict=True) if time_s is not None}
    glow_at = {time_s: row for time_s, row in zip(glow.times_s, glow.values, strict=True) if time_s is not None}
    times_s = tuple(sorted(lamp_at.keys() & glow_at.keys()))
    if not times_s:
        raise ValueError(f"{absorbance.name} and {emission.name} have no reaction time in common.")
    alone = sorted(lamp_at.keys() ^ glow_at.keys())
    sample = SeriesSample(
        times_s=times_s,
        absorbance_nm=lamp.wavelengths_nm,
        absorbance=np.array([lamp_at[time_s] for time_s in times_s]),
        emission_nm=glow.wavelengths_nm,
        emission=np.array([glow_at[time_s] for time_s in times_s]),
    )
    recipe = Recipe(
        name=absorbance.stem, material=material, diluted=None, schedule_s=times_s, source=f"{absorbance}, {emission}"
    )
    bench = Bench(
        sample=sample,
        absorbance_nm=(float(lamp.wavelengths_nm[0]), float(lamp.wavelengths_nm[-1])),
        emission_nm=(float(glow.wavelengths_nm[0]), float(glow.wavelengths_nm[-1])),
    )
    note = f"left out, in one file only: {', '.join(f'{time_s:g} s' for time_s in alone)}" if alone else ""
    return Demo(absorbance.stem, recipe, bench, note)


def script(demo: Demo, run_path: Path | None) -> Iterator[Step]:
    """Yield what the hand does, in order: numbers are reaction times to wait for, the rest are orders.

    Dark and reference are taken again before an aliquot when they would be stale by then.
    """
    yield orders.OpenInstrument(ADDRESS)
    yield orders.NewRun(demo.recipe, None if run_path is None else str(run_path))
    yield orders.TakeDark()
    yield orders.TakeReference()
    yield orders.SetMark("heat on")
    fresh_s = 0.0
    for time_s in demo.times_s:
        if time_s - fresh_s > STALE_S:
            fresh_s = time_s - FRESH_BEFORE_S
            yield fresh_s
            yield orders.TakeDark()
            yield orders.TakeReference()
        yield time_s
        yield orders.Capture()


def play_headless(demo: Demo, station: Acquisition, clock: VirtualClock, run_path: Path) -> Run:
    """Play the whole demonstration as `play_steps` does; return the finished run."""
    return play_steps(script(demo, run_path), len(demo.times_s), station, clock)


def play_steps(steps: Iterable[Step], aliquots: int, station: Acquisition, clock: VirtualClock) -> Run:
    """Play a whole script at once on a clock that stands still between steps; return the finished run.

    Raises RuntimeError where not all aliquots could be taken or written.
    """
    try:
        for step in steps:
            if isinstance(step, float):
                clock.sleep(_seconds_to(station, step))
            else:
                station.obey(step)
        run, waiting = station.session.run, station.session.unsaved
    finally:
        station.obey(orders.Stop())
    if waiting:
        raise RuntimeError(
            f"{waiting} records could not be written to {station.session.folder}. Free some space and start again."
        )
    if run is None or len(run.aliquots) != aliquots:
        raise RuntimeError("Not all aliquots could be taken; the reason stands above.")
    return run


class Player:
    """Plays a script beside an open window: the flask runs faster between aliquots, in step during them."""

    def __init__(self, steps: Iterable[Step], station: Acquisition, clock: PacedClock, pace: float) -> None:
        self._steps = steps
        self._station = station
        self._clock = clock
        self._pace = pace
        self._stopped = threading.Event()
        self._own: list[Future[None]] = []  # what the chemist asked for beside the script
        self._thread = threading.Thread(target=self._play, name="demonstration", daemon=True)

    def start(self) -> None:
        """Begin to play."""
        self._thread.start()

    def stop(self) -> None:
        """Play no further step."""
        self._stopped.set()

    def give_way(self, done: Future[None]) -> None:
        """Let the flask run no faster than the clock until the chemist's own order is carried out."""
        self._own = [*(order for order in self._own if not order.done()), done]
        self._clock.set_pace(1.0)

    def _play(self) -> None:
        for step in self._steps:
            if isinstance(step, float):
                self._wait_for(step)
            elif not self._stopped.is_set():
                self._clock.set_pace(1.0)
                self._station.order(step).result()
            if self._stopped.is_set():
                return
        self._clock.set_pace(1.0)

    def _wait_for(self, reaction_time_s: float) -> None:
        while not self._stopped.is_set():
            held = self._station.uv_by_hand or any(not order.done() for order in self._own)
            self._clock.set_pace(1.0 if held else self._pace)
            left_s = _seconds_to(self._station, reaction_time_s)
            if left_s <= 0:
                break
            self._stopped.wait(min(0.25, left_s / self._pace))
        self._clock.set_pace(1.0)


def _seconds_to(station: Acquisition, reaction_time_s: float) -> float:
    run = station.session.run
    now_s = None if run is None else run.reaction_time_s(station.clock.now_s())
    return 0.0 if now_s is None else max(0.0, reaction_time_s - now_s)


def listener(say: Callable[[str], None]) -> Callable[[object], None]:
    """Return what turns the station's events into lines on a terminal."""
    from station import events

    def hear(message: object) -> None:
        match message:
            case events.AliquotTaken(aliquot, saved):
                time_s = aliquot.reaction_time_s
                where = "" if saved else ", in memory only: the disk refuses it"
                say(f"  aliquot {aliquot.number} at {'?' if time_s is None else time_label(time_s)}{where}")
            case events.OnsetFlagged(onset, _, _):
                say(f"  flag: {onset.reason}")
            case events.MeasurementEnded(_, False, sentence):
                say(f"  {sentence}")
            case events.Refused(order, reason):
                say(f"  {order} not possible: {reason}")
            case events.Faulted(fault):
                say(f"  {fault.headline.rstrip('.')}. Kept: {fault.kept} Now: {fault.now}")
            case events.Recovered(sentence):
                say(f"  {sentence}")

    return hear

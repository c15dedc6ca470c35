"""One run while it is being written: its file, what happens on Space, and what is taken back."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from analysis.findings import Onset
from analysis.spectrum import Calibration, Frames, RawSpectrum
from station.clock import Clock
from station.continuing import refuse_unfit
from station.optics import Optics
from station.recipe import Recipe
from station.records import (
    MARK_KINDS,
    STATION_MARKS,
    T0_KINDS,
    Aliquot,
    CalibrationTaken,
    LightsChanged,
    Mark,
    OnsetAnswered,
    OpticsChanged,
    Record,
    Undone,
    WavelengthChecked,
    named,
)
from station.rereading import EVERYTHING, Heard, first_other, read_again
from station.run import Exposures, Run, SetUp, flagging, onset_of
from station.sample import Sample
from station.store import RunFile, StoreError, new_path, read
from station.strength import TooStrong

if TYPE_CHECKING:  # the science is loaded with the first run, after the window is there
    from station.evaluation import Evaluation


class Session:
    """One run while it is being written. Records go to the file at once; what the disk refuses waits in memory.

    `light_doubts` are those of the last measurement. `changed` says what has made the last dark and reference unfit.
    `drawn_at_s` and `dilution` are those of an aliquot that is not yet measured, None where nobody said;
    `flow_dilution` that of what flows through the holder (None: cuvettes stand in it).

    The file is made with the first record, so that looking at a lamp leaves no empty run behind.
    """

    def __init__(self, clock: Clock, folder: Path) -> None:
        self._clock = clock
        self.folder = folder
        self.drawn_at_s: float | None = None
        self.dilution: float | None = None
        self.flow_dilution: float | None = None
        self._file: RunFile | None = None
        self._path: Path | None = None
        self.evaluation: Evaluation | None = None
        self.reading_again: Heard = lambda done, of: None
        self._waiting: list[Record] = []
        self.run: Run | None = None
        self.calibration = Calibration()
        self._calibrated_with: Optics | None = None
        self._reference_note = ""
        self.onset: Onset | None = None
        self._told_of: int | None = None  # the aliquot whose onset was announced
        self.saved_wall: str | None = None
        self.store_fault: StoreError | None = None
        self.unread: str | None = None
        self.light_doubts: tuple[str, ...] = ()
        self.changed = ""

    @property
    def path(self) -> Path | None:
        """Get the path of the run file, or None before the first record."""
        return self._file.path if self._file is not None else None

    @property
    def unsaved(self) -> int:
        """Get how many records wait for the disk."""
        return len(self._waiting)

    @property
    def corrections(self) -> tuple[str, ...]:
        """Get the names of the corrections in effect."""
        set_up = None if self.run is None else self.run.set_up
        if set_up is None or self.evaluation is None or self.calibration.dark_absorbance is None:
            return ()
        of_detector = ("dark", "linearity") if set_up.detector.linearity else ("dark",)
        return of_detector + self.evaluation.optics.corrections.in_effect

    def begin(
        self, recipe: Recipe, set_up: SetUp | None, library: str, path: Path | None = None, optics: Optics | None = None
    ) -> None:
        """Begin a run; dark and reference in force are taken over if they fit the set-up's exposures and `optics`.

        None: those of the set-up. Without a set-up it is a run of files, measured elsewhere through these optics.
        """
        self.close()
        self.run = Run(recipe, set_up, library, self._wall())
        self._path = path
        self.evaluation = _evaluation(recipe, set_up, library)
        self.evaluation.optics = optics or self.evaluation.optics
        fits = set_up is not None and _fits(self.calibration, set_up.exposures)
        if fits and self._calibrated_with == self.evaluation.optics.light_path:
            self._take_over_calibration()
        else:
            self.calibration = Calibration()

    def resume(self, path: Path, serial: str | None, emission_serial: str | None = None) -> None:
        """Go on with the run in this file; every aliquot is read again from raw counts.

        Raises StoreError, with the open run untouched, where the file is not fit to go on with the spectrometer
        that has this serial number (None: none is open), and with the one that measures emission, if that is another.
        """
        refuse_unfit(read(path), serial, serial if emission_serial is None else emission_serial, self._clock.now_s())
        file, stored = RunFile.open(path)
        try:
            again = read_again(stored, None, EVERYTHING, self.reading_again)
            self.close()
        except BaseException:
            file.close()
            raise
        self._file = file
        self.calibration, self._calibrated_with = stored.calibration, stored.optics.light_path
        notes = [record.note for record in stored.records if isinstance(record, CalibrationTaken)]
        self._reference_note = notes[-1] if notes else ""
        self.evaluation, self.run = again
        self.new_onset()  # it was told of when it was flagged
        self.saved_wall = self._wall()

    def calibrated(self, kind: Literal["dark", "reference"], calibration: Calibration, note: str = "") -> None:
        """Put a dark or reference in force and record it; `note` says what is doubtful about a reference.

        Raises ValueError, with nothing changed, where it was taken under the wrong light.
        """
        if self.evaluation is not None:
            self.evaluation.accept(kind, calibration, self.calibration)
        self.calibration, self.changed = calibration, ""
        self.light_doubts = ()
        self._calibrated_with = None if self.evaluation is None else self.evaluation.optics.light_path
        note = note if kind == "reference" else self._reference_note
        self._reference_note = note
        if self.run is not None:
            self._record_calibration(kind, note)

    def add_aliquot(
        self,
        frames: Frames,
        drawn_at_s: float,
        uv_s: float = 0.0,
        again: TooStrong | None = None,
        *,
        by_itself: bool = False,
    ) -> Aliquot:
        """Read the frames, record the aliquot and return it. It counts from here on, saved or waiting.

        It is the one that was too strong, diluted as advised, where `again` says so and the chemist nothing else.
        `uv_s` is for how long UV shone on this cuvette in all, if more is known of it than its own frames tell.
        Frames that cannot be read are recorded all the same, without spectra and findings: `unread` says why, and
        what was measured can be read again when the cause is mended.
        """
        run, evaluation = self._open_run()
        reaction_time_s = run.reaction_time_s(drawn_at_s)
        number = run.next_number
        usual = run.recipe.dilution if again is None else again.dilution
        usual = usual if self.flow_dilution is None else self.flow_dilution
        dilution = usual if self.dilution is None or by_itself else self.dilution
        sample = Sample(number, reaction_time_s, dilution, by_itself=by_itself)
        reading, self.unread = evaluation.read_or_keep(frames, self.calibration, sample)
        aliquot = Aliquot(
            number=number,
            drawn_at_s=drawn_at_s,
            measured_at_s=frames.absorbance.mid_exposure_s,
            wall=self._wall(),
            reaction_time_s=reaction_time_s,
            dilution=dilution,
            optics=evaluation.optics,
            reading=reading,
            note="" if again is None else again.of,
            uv_s=max(uv_s, 0.0 if frames.emission is None else frames.emission.uv_s),
            by_itself=by_itself,
        )
        self.light_doubts = reading.light_doubts
        if not by_itself:  # what was said is said of the one that is measured by hand
            self.drawn_at_s = self.dilution = None
        self._record(aliquot)
        return aliquot

    def new_onset(self) -> tuple[Onset, Aliquot] | None:
        """Return the onset, and the aliquot that flagged it, if it has not been told of; each is told once.

        It may be one that was there before: what was said later, a t0 or a dilution, had the run read again.
        """
        run = self.run
        onset = None if run is None or self.onset is not None else onset_of(run)
        if run is None or onset is None:
            return None
        self.onset, first = onset, flagging(run)
        if first is None or first.number == self._told_of:
            return None
        self._told_of = first.number
        return onset, first

    def mark(self, kind: str, note: str, clock_s: float | None = None) -> Mark:
        """Record what happened to the flask at `clock_s` (None: now). Raises ValueError for an unknown kind."""
        if kind not in MARK_KINDS:
            raise ValueError(f"There is no mark {kind!r}; there are {', '.join(MARK_KINDS)}.")
        run, _ = self._open_run()
        mark = Mark(kind, self._clock.now_s() if clock_s is None else clock_s, self._wall(), note)
        late = run.t0 is None and kind in T0_KINDS and bool(run.all_aliquots)  # excluded ones have a reaction time too
        self.note(mark, since=EVERYTHING if late else None)
        return mark

    def note(self, *records: Record, since: int | None = None) -> None:
        """Record what was not measured here; from aliquot `since` on it changes what was read before (None: nothing).

        The run is read again first: what ends that (`reading_again` raises) leaves the run and its file as they were.
        """
        run, evaluation = self._open_run()
        for record in records:
            run = run.appended(record)
        again = None if since is None else read_again(run, evaluation, since, self.reading_again)
        for record in records:
            self._record(record)
        if again is not None:
            self.evaluation, self.run = again
            self.onset = None if self.onset is None else onset_of(self.run)  # one that is new has yet to be told of

    def mark_by_station(self, kind: str, note: str, clock_s: float | None = None) -> Mark:
        """Record what the station has noticed or done (STATION_MARKS); Undo passes over it.

        Raises ValueError for another kind.
        """
        if kind not in STATION_MARKS:
            raise ValueError(f"The station marks {', '.join(STATION_MARKS)}, not {kind!r}.")
        mark = Mark(kind, self._clock.now_s() if clock_s is None else clock_s, self._wall(), note)
        self._record(mark)
        if self.evaluation is not None:
            self.evaluation.heed(mark)
        return mark

    def use_exposures(self, exposures: Exposures) -> None:
        """Measure with these exposures from here on; a dark and a reference that do not fit them are let go."""
        if not _fits(self.calibration, exposures):
            self._let_calibration_go("exposures changed")

    def use_optics(self, optics: Optics) -> None:
        """From here on this is the optical set-up; another path of light asks for a new dark and reference."""
        if self.evaluation is not None and optics != (before := self.evaluation.optics):
            self.evaluation.optics = optics
            self._record(OpticsChanged(optics, self._clock.now_s(), self._wall()))
            if optics.light_path != before.light_path:
                self._let_calibration_go("optics changed")

    def use_onset(self, false_alarm: float, bright_counts_per_s: float) -> None:
        """Hold the open run to this test of the onset, unless something is recorded in it already."""
        run = self.run
        if run is not None and self.evaluation is not None and not run.records:
            recipe = replace(run.recipe, false_alarm=false_alarm, bright_counts_per_s=bright_counts_per_s)
            optics, self.run = self.evaluation.optics, run.with_recipe(recipe)
            self.evaluation = _evaluation(self.run.recipe, run.set_up, run.library)
            self.evaluation.optics = optics

    def use_lights(self, probe: str, uv: str) -> None:
        """From here on the lights have these names; a change is recorded, and dark and reference are let go."""
        if self.run is not None and self.run.lights not in (None, (probe, uv)):
            self._record(LightsChanged(probe, uv, self._clock.now_s(), self._wall()))
            self._let_calibration_go("lights changed")

    def check_wavelength(self, standard: str, frame: RawSpectrum) -> WavelengthChecked:
        """Record what a lamp or filter of known lines, in this frame, says of the wavelength axis, and return it.

        Nothing is corrected by it. Raises ValueError, with nothing recorded, where the frame does not tell.
        """
        _, evaluation = self._open_run()
        offset = evaluation.wavelength_offset(standard, frame, self.calibration)
        now_s, nm = self._clock.now_s(), offset.nm
        checked = WavelengthChecked(standard, nm.value, nm.sigma, offset.lines, now_s, self._wall())
        self._record(checked)
        return checked

    def undo(self) -> str:
        """Take back the last aliquot or mark by recording the inverse; return the sentence that says so."""
        run, _ = self._open_run()
        index = run.last_undoable()
        if index is None:
            return "Nothing to take back."
        record = run.records[index]
        undone = Undone(index, self._clock.now_s(), self._wall())
        if isinstance(record, Aliquot) and self.evaluation is not None and self.evaluation.step_back(record.number):
            self.onset = onset_of(self._record(undone))  # nothing before it has changed
        else:
            self.note(undone, since=first_other(record))
        return f"{named(record)} taken back; it stays in the file."

    def answer_onset(self, confirmed: bool) -> None:
        """Record that the chemist confirmed or dismissed the flag; one that is dismissed is no reason to stop."""
        answered = OnsetAnswered(confirmed, self._clock.now_s(), self._wall())
        self._record(answered)
        if self.evaluation is not None:
            self.evaluation.heed(answered)

    def save_waiting(self) -> bool:
        """Try again what the disk refused; return whether nothing waits any more."""
        try:
            while self._waiting:
                self._write(self._waiting[0])
                del self._waiting[0]
        except StoreError as fault:
            self.store_fault = fault
            return False
        self.store_fault = None
        return True

    def close(self) -> None:
        """End the run and close its file; what still waits for the disk is tried once more.

        Raises StoreError, with nothing let go, where records still wait.
        """
        if self._waiting and not self.save_waiting() and self.store_fault is not None:
            raise self.store_fault
        if self._file is not None:
            self._file.close()
        self.let_go()

    def let_go(self) -> None:
        """Forget the run, also what the disk has refused to the end."""
        self._file = None
        self._waiting.clear()
        self.evaluation = None
        self.run = None
        self.onset = self._told_of = None
        self.saved_wall = None
        self.drawn_at_s = self.dilution = None

    def _let_calibration_go(self, because: str) -> None:
        if self.calibration.dark_absorbance is not None:
            self.calibration, self.changed = Calibration(), because

    def _open_run(self) -> tuple[Run, Evaluation]:
        if self.run is None or self.evaluation is None:
            raise RuntimeError("no run is open")
        return self.run, self.evaluation

    def _record(self, record: Record) -> Run:
        """Add to the run first (it counts whatever the disk does), then write it and all that waits before it."""
        if self.run is None:
            raise RuntimeError("no run is open")
        self.run = self.run.appended(record)
        self._waiting.append(record)
        self.save_waiting()
        return self.run

    def _write(self, record: Record) -> None:
        run = self.run
        if run is None:
            raise RuntimeError("no run is open")
        if self._file is None:
            head = Run(run.begun_with, run.set_up, run.library, run.started_wall)
            self._file = RunFile.create(self._path or new_path(self.folder, run.recipe.name), head)
        self._file.append(record)
        self.saved_wall = self._wall()

    def _take_over_calibration(self) -> None:
        if self.calibration.dark_absorbance is not None:
            self._record_calibration("dark", self._reference_note)

    def _record_calibration(self, kind: Literal["dark", "reference"], note: str) -> None:
        taken = CalibrationTaken(kind, self.calibration, self._clock.now_s(), self._wall(), note)
        self._record(taken)
        if self.evaluation is not None:
            self.evaluation.heed(taken)

    def _wall(self) -> str:
        return self._clock.wall().isoformat(timespec="seconds")


def _fits(calibration: Calibration, exposures: Exposures) -> bool:
    dark, reference = calibration.dark_absorbance, calibration.reference
    long, blank = calibration.dark_emission, calibration.blank
    of_lamp = [frame.exposure_s for frame in (dark, reference) if frame is not None]
    of_emission = [frame.exposure_s for frame in (long, None if blank is None else blank.on) if frame is not None]
    wanted = (*((each, exposures.absorbance_s) for each in of_lamp),)
    wanted += (*((each, exposures.emission_s) for each in of_emission),)
    if blank is not None and (blank.short is None) != (exposures.emission_short_s is None):
        return False
    return all(math.isclose(taken_s, wanted_s, rel_tol=1e-3) for taken_s, wanted_s in wanted)  # models count in steps


def _evaluation(recipe: Recipe, set_up: SetUp | None, library: str) -> Evaluation:
    from station.evaluation import Evaluation

    return Evaluation(recipe, set_up, library)

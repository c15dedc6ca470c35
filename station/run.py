"""The run: recipe, set-up, and an append-only list of records; undo appends the inverse."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from analysis.findings import Findings, Onset
from analysis.spectrum import Calibration, Detector
from station.optics import Optics
from station.recipe import Recipe
from station.records import (
    STATION_MARKS,
    T0_KINDS,
    Aliquot,
    AliquotEdited,
    CalibrationTaken,
    LightsChanged,
    Mark,
    OnsetAnswered,
    OpticsChanged,
    PhotographTaken,
    RecipeChanged,
    Record,
    Undone,
    WavelengthChecked,
)

_NOT_OF_ALIQUOTS = (
    "recipe",
    "marks",
    "photographs",
    "t0",
    "calibration",
    "optics",
    "lights",
    "wavelength_check",
)  # what follows from a run without its aliquots
STALE_S = 3600.0  # a dark or reference older than this is stale; that never blocks, it is written on the reading


@dataclass(frozen=True, slots=True)
class Exposures:
    """Exposures in seconds and scans to average, for absorbance and for each of the three emission frames.

    `emission_short_s` is a second, shorter exposure for the excitation line where it saturates at `emission_s`.
    """

    absorbance_s: float = 0.025
    absorbance_scans: int = 20
    emission_s: float = 0.100
    emission_scans: int = 20
    emission_short_s: float | None = None

    def seconds(self, emission_frames: int) -> float:
        """Return the exposure time of one absorbance frame and so many emission frames, in seconds.

        With three emission frames go the two short ones, where there are any.
        """
        emission_s = emission_frames * self.emission_s
        emission_s += 2.0 * (self.emission_short_s or 0.0) if emission_frames == 3 else 0.0
        return self.absorbance_s * self.absorbance_scans + emission_s * self.emission_scans


@dataclass(frozen=True, slots=True)
class EmissionSpectrometer:
    """A second spectrometer, that measures emission only; its axis and its detector are its own."""

    address: str
    model: str
    serial: str
    backend: str
    pixels: int
    detector: Detector


@dataclass(frozen=True, slots=True)
class SetUp:
    """The instrument and the optical set-up a run was begun with.

    `absorbance_nm` and `emission_nm` are the ranges outside which nothing is known (None: the whole
    detector). `emission_by` None: one spectrometer measures both.
    """

    address: str
    model: str
    serial: str
    backend: str
    virtual: bool
    pixels: int
    detector: Detector
    probe: str
    uv: str
    exposures: Exposures = field(default_factory=Exposures)
    absorbance_nm: tuple[float, float] | None = None
    emission_nm: tuple[float, float] | None = None
    optics: Optics = field(default_factory=Optics)
    emission_by: EmissionSpectrometer | None = None

    @property
    def emission_detector(self) -> Detector:
        """Get the detector that measures emission."""
        return self.detector if self.emission_by is None else self.emission_by.detector


@dataclass(frozen=True, eq=False)
class Run:
    """A run: recipe, set-up, the species library it used (TOML text), and its records in order.

    What follows from the records is worked out once for each run as it stands; a run of thousands of readings is asked
    for it many times a second.
    """

    begun_with: Recipe
    set_up: SetUp | None
    library: str
    started_wall: str
    records: tuple[Record, ...] = ()

    def appended(self, record: Record) -> Run:
        """Return this run with one more record."""
        run = replace(self, records=(*self.records, record))
        if isinstance(record, Aliquot) and record.number == self.next_number and record.excluded is None:
            run.__dict__.update(self._carried_over(record))
        return run

    def _carried_over(self, aliquot: Aliquot) -> dict[str, object]:
        """Return what is worked out already and follows for this run with one more aliquot: the rest is as it was.

        So the eight thousandth reading of a day costs little more than the first.
        """
        known = self.__dict__
        unchanged = {name: known[name] for name in _NOT_OF_ALIQUOTS if name in known}
        if self.set_up is None:
            unchanged.pop("optics", None)  # then they are those of the aliquots
        last = {"standing": (len(self.records), aliquot), "all_aliquots": aliquot, "aliquots": aliquot}
        longer = {name: (*known[name], one) for name, one in last.items() if name in known}
        ended_s = max(self.ended_s, aliquot.measured_at_s)
        return {**unchanged, **longer, "next_number": aliquot.number + 1, "ended_s": ended_s}

    def with_recipe(self, recipe: Recipe) -> Run:
        """Return this run as it would be had it been begun, and carried on, with this recipe."""
        changed = tuple(replace(r, recipe=recipe) if isinstance(r, RecipeChanged) else r for r in self.records)
        return replace(self, begun_with=recipe, records=changed)

    @cached_property
    def standing(self) -> tuple[tuple[int, Record], ...]:
        """Get (index, record) of what has not been undone."""
        undone = {record.undone for record in self.records if isinstance(record, Undone)}
        return tuple(
            (index, record)
            for index, record in enumerate(self.records)
            if index not in undone and not isinstance(record, Undone)
        )

    @cached_property
    def recipe(self) -> Recipe:
        """Get the recipe in force at the end of the run."""
        changed = [record.recipe for _, record in self.standing if isinstance(record, RecipeChanged)]
        return changed[-1] if changed else self.begun_with

    @cached_property
    def all_aliquots(self) -> tuple[Aliquot, ...]:
        """Get the aliquots in order of their numbers as they were last edited, those that are excluded too."""
        edits = {record.number: record for _, record in self.standing if isinstance(record, AliquotEdited)}
        taken = (record for _, record in self.standing if isinstance(record, Aliquot))
        told = (self._edited(aliquot, edits.get(aliquot.number)) for aliquot in taken)
        return tuple(sorted(told, key=lambda aliquot: aliquot.number))

    def _edited(self, aliquot: Aliquot, edit: AliquotEdited | None) -> Aliquot:
        if edit is None:
            return aliquot
        moved = edit.drawn_at_s != aliquot.drawn_at_s
        return replace(
            aliquot,
            name=edit.name,
            note=edit.note,
            excluded=edit.excluded,
            dilution=edit.dilution,
            drawn_at_s=edit.drawn_at_s,
            reaction_time_s=self.reaction_time_s(edit.drawn_at_s) if moved else aliquot.reaction_time_s,
        )

    @cached_property
    def aliquots(self) -> tuple[Aliquot, ...]:
        """Get the aliquots that count, in order of their numbers."""
        return tuple(aliquot for aliquot in self.all_aliquots if aliquot.excluded is None)

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """Get the marks that count."""
        return tuple(record for _, record in self.standing if isinstance(record, Mark))

    @cached_property
    def photographs(self) -> tuple[PhotographTaken, ...]:
        """Get the photographs that count."""
        return tuple(record for _, record in self.standing if isinstance(record, PhotographTaken))

    @cached_property
    def t0(self) -> Mark | None:
        """Get the mark that is time zero, or None while there is none."""
        return next((mark for mark in self.marks if mark.kind in T0_KINDS), None)

    @cached_property
    def ended_s(self) -> float:
        """Get the station clock of the newest record, 0 without one."""
        times = (r.measured_at_s if isinstance(r, Aliquot) else r.clock_s for r in self.records)
        return max(times, default=0.0)

    @cached_property
    def calibration(self) -> Calibration:
        """Get the calibration in force at the end of the run."""
        held, path = Calibration(), None if self.set_up is None else self.set_up.optics.light_path
        for record in self.records:
            if isinstance(record, CalibrationTaken):
                held = record.calibration
            elif isinstance(record, LightsChanged):
                held = Calibration()
            elif isinstance(record, OpticsChanged):
                held = held if record.optics.light_path == path else Calibration()
                path = record.optics.light_path
        return held

    @cached_property
    def optics(self) -> Optics:
        """Get the optical set-up in force at the end of the run, as far as known."""
        changed = [record.optics for record in self.records if isinstance(record, OpticsChanged)]
        begun_with = [] if self.set_up is None else [self.set_up.optics]
        measured_with = [aliquot.optics for aliquot in self.all_aliquots]
        return (changed or begun_with or measured_with or [Optics()])[-1]

    @cached_property
    def lights(self) -> tuple[str, str] | None:
        """Get the names of probe and UV light in force at the end of the run, or None where none was open."""
        changed = [(record.probe, record.uv) for record in self.records if isinstance(record, LightsChanged)]
        begun_with = [] if self.set_up is None else [(self.set_up.probe, self.set_up.uv)]
        known = changed or begun_with
        return known[-1] if known else None

    @cached_property
    def wavelength_check(self) -> WavelengthChecked | None:
        """Get the last check of the wavelength axis, or None."""
        return next((each for each in reversed(self.records) if isinstance(each, WavelengthChecked)), None)

    @cached_property
    def onset_answer(self) -> OnsetAnswered | None:
        """Get the last answer to the onset flag that is up, or None: what was said to an earlier one is past."""
        if not any(isinstance(record, OnsetAnswered) for record in self.records):
            return None
        answer: OnsetAnswered | None = None
        flagged = False
        counting = {aliquot.number for aliquot in self.aliquots}
        for _, record in self.standing:
            if isinstance(record, OnsetAnswered):
                answer = record
            elif isinstance(record, Aliquot) and record.number in counting and not flagged:
                findings = record.reading.findings
                flagged = findings is not None and findings.onset is not None
                answer = None if flagged else answer
        return answer

    @cached_property
    def next_number(self) -> int:
        """Get the number of the next aliquot; a number is never used twice, even after undo."""
        return 1 + max((record.number for record in self.records if isinstance(record, Aliquot)), default=0)

    def reaction_time_s(self, clock_s: float) -> float | None:
        """Return the seconds since t0 at a time of the station's clock, to the millisecond, or None without t0."""
        t0 = self.t0
        return None if t0 is None else round(clock_s - t0.clock_s, 3)

    def last_undoable(self) -> int | None:
        """Return the index of the newest act of the chemist that still counts and can be taken back, or None."""
        undoable = (
            index
            for index, record in reversed(self.standing)
            if isinstance(record, Aliquot | AliquotEdited | RecipeChanged | PhotographTaken)
            or (isinstance(record, Mark) and record.kind not in STATION_MARKS)
        )
        return next(undoable, None)


def onset_of(run: Run) -> Onset | None:
    """Return the onset that stands after the run's last aliquot that could be read."""
    last = newest_findings(run)
    return None if last is None else last.onset


def newest_findings(run: Run) -> Findings | None:
    """Return what is found in the run's last aliquot that could be read: it knows of all before it."""
    read_ones = (aliquot.reading.findings for aliquot in reversed(run.aliquots))
    return next((findings for findings in read_ones if findings is not None), None)


def flagging(run: Run) -> Aliquot | None:
    """Return the first aliquot that shows the onset."""
    found = ((aliquot, aliquot.reading.findings) for aliquot in run.aliquots)
    return next((each for each, findings in found if findings is not None and findings.onset is not None), None)

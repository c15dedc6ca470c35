"""The run: recipe, set-up, and an append-only list of records; undo appends the inverse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from analysis.findings import Findings
from analysis.noise import NoiseModel
from analysis.spectrum import Calibration, Detector, Frames, Quantity, Spectrum
from station.optics import Optics

HOUR_S = 3600.0
STALE_S = 3600.0  # a dark or reference older than this is stale; that never blocks, it is written on the reading
PAPER_SCHEDULE_S = tuple(hours * HOUR_S for hours in (0.5, 1.0, 1.5, 2.0, 4.0, 8.0, 23.0, 24.0))
T0_KINDS = ("heat on", "temperature reached", "injection", "mixing")
MARK_KINDS = (*T0_KINDS, "cool", "add", "note")
STATION_MARKS = ("gap", "clock step", "time zone")  # set by the station itself; Undo passes over them


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is weighed and set, and how an aliquot is diluted and measured.

    Amounts in mmol and ml, temperature in degrees Celsius, schedule in seconds since t0.
    `material` None means that no species can be named. `dilution` is exact: 50 ul into 5 ml is 101,
    not 100; None is not known, as in files that do not say.
    `false_alarm` is the largest share of runs of 6 h without dots in which the onset may be flagged all the same; it
    holds for a whole run, because a test whose threshold moves on the way keeps no promise. The same is true of
    `bright_counts_per_s`, the emission at which dots end up on this bench: 0.5 % of it is an onset.
    """

    name: str
    material: str | None = None
    solvent: str | None = None
    temperature_c: float | None = None
    cd_mmol: float | None = None
    te_mmol: float | None = None
    top_ml: float | None = None
    top_mmol: float | None = None
    oam_mmol: float | None = None
    volume_ml: float = 50.0
    degassed: bool | None = None
    dilution: float | None = 101.0
    schedule_s: tuple[float, ...] = PAPER_SCHEDULE_S
    source: str = ""
    false_alarm: float = 0.01
    bright_counts_per_s: float = 20_000.0

    @property
    def cd_te(self) -> float | None:
        """Get the ratio Cd:Te, or None where an amount is missing."""
        if self.cd_mmol is None or not self.te_mmol:
            return None
        return self.cd_mmol / self.te_mmol


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


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One measurement: raw frames, the calibration they are read with, the spectra and what they say.

    `frames`, `calibration` and `noise` are None for a reading that came from a processed file. `light_doubts` say
    where its counts do not fit what the lights were asked to do; `excitation_nm` is where its excitation line lies
    (None: not seen).
    """

    absorbance: Spectrum | None
    emission: Spectrum | None
    findings: Findings | None
    frames: Frames | None = None
    calibration: Calibration | None = None
    noise: NoiseModel | None = None
    light_doubts: tuple[str, ...] = ()
    excitation_nm: Quantity | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Aliquot:
    """A sample drawn from the flask and measured: number, when (station clock, s), through what optics, its reading.

    `uv_s` is for how many seconds this cuvette has been under UV, this reading included.
    """

    number: int
    drawn_at_s: float
    measured_at_s: float
    wall: str
    reaction_time_s: float | None
    dilution: float | None
    optics: Optics
    reading: Reading
    note: str = ""
    uv_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened to the flask; the first mark of a t0 kind is time zero."""

    kind: str
    clock_s: float
    wall: str
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationTaken:
    """A dark or a reference (with its blank) was taken; `calibration` is what is in force from here on.

    `note` says what is doubtful about a reference ("the lamp was still warming up"); every reading with it repeats it.
    """

    kind: Literal["dark", "reference"]
    calibration: Calibration
    clock_s: float
    wall: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Undone:
    """The record with index `undone` no longer counts; it stays in the file."""

    undone: int
    clock_s: float
    wall: str


@dataclass(frozen=True, slots=True)
class OnsetAnswered:
    """The chemist confirmed or dismissed the onset."""

    confirmed: bool
    clock_s: float
    wall: str


@dataclass(frozen=True, slots=True)
class OpticsChanged:
    """From here on this is the optical set-up; dark and reference taken before fit the same path of light alone."""

    optics: Optics
    clock_s: float
    wall: str


@dataclass(frozen=True, slots=True)
class LightsChanged:
    """From here on these are the lights, by name; dark and reference taken before do not fit them."""

    probe: str
    uv: str
    clock_s: float
    wall: str


@dataclass(frozen=True, slots=True)
class WavelengthChecked:
    """The wavelength axis was compared with tabulated lines: measured minus tabulated, in nm. Never applied.

    `standard` is "Hg/Ar" or "holmium"; `lines` is how many of its lines were found.
    """

    standard: str
    offset_nm: float
    sigma_nm: float
    lines: int
    clock_s: float
    wall: str


Record = Aliquot | Mark | CalibrationTaken | Undone | OnsetAnswered | OpticsChanged | LightsChanged | WavelengthChecked


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A run: recipe, set-up, the species library it used (TOML text), and its records in order."""

    recipe: Recipe
    set_up: SetUp | None
    library: str
    started_wall: str
    records: tuple[Record, ...] = ()

    def appended(self, record: Record) -> Run:
        """Return this run with one more record."""
        return replace(self, records=(*self.records, record))

    def _standing(self) -> Iterator[tuple[int, Record]]:
        """Yield (index, record) of what has not been undone."""
        undone = {record.undone for record in self.records if isinstance(record, Undone)}
        for index, record in enumerate(self.records):
            if index not in undone and not isinstance(record, Undone):
                yield index, record

    @property
    def aliquots(self) -> tuple[Aliquot, ...]:
        """Get the aliquots that count, in order of their numbers."""
        return tuple(record for _, record in self._standing() if isinstance(record, Aliquot))

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Get the marks that count."""
        return tuple(record for _, record in self._standing() if isinstance(record, Mark))

    @property
    def t0(self) -> Mark | None:
        """Get the mark that is time zero, or None while there is none."""
        return next((mark for mark in self.marks if mark.kind in T0_KINDS), None)

    @property
    def ended_s(self) -> float:
        """Get the station clock of the newest record, 0 without one."""
        times = (r.measured_at_s if isinstance(r, Aliquot) else r.clock_s for r in self.records)
        return max(times, default=0.0)

    @property
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

    @property
    def optics(self) -> Optics:
        """Get the optical set-up in force at the end of the run, as far as known."""
        changed = [record.optics for record in self.records if isinstance(record, OpticsChanged)]
        begun_with = [] if self.set_up is None else [self.set_up.optics]
        measured_with = [aliquot.optics for aliquot in self.aliquots]
        return (changed or begun_with or measured_with or [Optics()])[-1]

    @property
    def lights(self) -> tuple[str, str] | None:
        """Get the names of probe and UV light in force at the end of the run, or None where none was open."""
        changed = [(record.probe, record.uv) for record in self.records if isinstance(record, LightsChanged)]
        begun_with = [] if self.set_up is None else [(self.set_up.probe, self.set_up.uv)]
        known = changed or begun_with
        return known[-1] if known else None

    @property
    def wavelength_check(self) -> WavelengthChecked | None:
        """Get the last check of the wavelength axis, or None."""
        return next((each for each in reversed(self.records) if isinstance(each, WavelengthChecked)), None)

    @property
    def onset_answer(self) -> OnsetAnswered | None:
        """Get the last answer to the onset flag that is up, or None: what was said to an earlier one is past."""
        answer: OnsetAnswered | None = None
        flagged = False
        for _, record in self._standing():
            if isinstance(record, OnsetAnswered):
                answer = record
            elif isinstance(record, Aliquot) and not flagged:
                findings = record.reading.findings
                flagged = findings is not None and findings.onset is not None
                answer = None if flagged else answer
        return answer

    @property
    def next_number(self) -> int:
        """Get the number of the next aliquot; a number is never used twice, even after undo."""
        return 1 + sum(isinstance(record, Aliquot) for record in self.records)

    def reaction_time_s(self, clock_s: float) -> float | None:
        """Return the seconds since t0 at a time of the station's clock, to the millisecond, or None without t0."""
        t0 = self.t0
        return None if t0 is None else round(clock_s - t0.clock_s, 3)

    def last_undoable(self) -> int | None:
        """Return the index of the newest aliquot, or mark of the chemist, that still counts, or None."""
        indices = [
            index
            for index, record in self._standing()
            if isinstance(record, Aliquot) or (isinstance(record, Mark) and record.kind not in STATION_MARKS)
        ]
        return indices[-1] if indices else None

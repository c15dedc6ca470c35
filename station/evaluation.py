"""From raw frames to a reading: the same path live, in review and headless, so that every number can be redone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from analysis import light_check, photometry
from analysis.findings import Findings
from analysis.lamp_drift import without_lamp_drift
from analysis.library import load_library
from analysis.noise import NoiseModel, estimate_emission_noise, estimate_noise, with_dark
from analysis.reading import Context, RunState, interpret
from analysis.spectrum import Calibration, EmissionFrames, Frames, RawSpectrum, Spectrum
from analysis.wavelength_check import Offset, load_standards, offset_by_bands, offset_by_lines
from station.attachment import Attachment
from station.comparing import optics_words
from station.excitation import excitation_line
from station.file_spectra import spectra_of
from station.flow_cell import too_strong_words
from station.optics import Optics
from station.recipe import Recipe
from station.records import Aliquot, CalibrationTaken, Mark, OnsetAnswered, OpticsChanged, Reading, Record
from station.run import Run, SetUp
from station.sample import Sample
from station.settings import resource_path
from station.shelf import SHELF
from station.staleness import dark_of, stale_words

STEPS_BACK = 32  # so many of the last aliquots can be taken back without reading the run again
MILESTONE = 64  # from each so manieth aliquot on a run can be read again; in between only from the last STEPS_BACK


class Evaluation:
    """Reads the aliquots of one run in order; its state is what the run has shown so far and the optics in force.

    `set_up` None: a run of files alone. `slept_until_s` is when the computer last woke: dark and reference from before
    it are stale. `emission_only` says why the last reading that came by itself was read by its emission
    alone, if it was.
    """

    def __init__(self, recipe: Recipe, set_up: SetUp | None, library: str) -> None:
        self._recipe = recipe
        self._spectrometer = set_up
        self._entries = load_library(library)
        self._state = RunState()
        self._before: dict[int, RunState] = {}
        self._dismissed = False
        self.optics = Optics() if set_up is None else set_up.optics
        self.slept_until_s = float("-inf")
        self.emission_only = ""
        self._notes: dict[float, str] = {}
        self._noise: tuple[Calibration, NoiseModel] | None = None
        self._emission_noise: tuple[Calibration, NoiseModel] | None = None

    @property
    def _set_up(self) -> SetUp:
        if self._spectrometer is None:
            raise ValueError("This run holds files of another program. Begin a new run to measure.")
        return self._spectrometer

    def spectra(self, frames: Frames, calibration: Calibration) -> tuple[Spectrum | None, Spectrum | None]:
        """Return absorbance and emission of these frames, each None where the frames for it are missing."""
        emission = None if frames.emission is None else self.emission(frames.emission, calibration)
        return self.absorbance(frames.absorbance, calibration), emission

    def emission(self, frames: EmissionFrames, calibration: Calibration) -> Spectrum | None:
        """Return the emission of these frames, or None while dark or reference is missing (they tell the noise)."""
        dark, blank = calibration.dark_emission, calibration.blank
        if calibration.dark_absorbance is None or calibration.reference is None:
            return None
        if dark is None and self._set_up.emission_by is not None:
            return None
        spectrum = photometry.emission(
            frames,
            blank,
            self._set_up.emission_detector,
            self.emission_noise(calibration, frames),
            dark=dark,
            usable_nm=self._set_up.emission_nm,
            response=self.optics.corrections.response,
        )
        taken = ("blank", None if blank is None else blank.on)
        return self._with_age(spectrum, frames.on, ("dark", dark), taken)

    def absorbance(self, frame: RawSpectrum, calibration: Calibration) -> Spectrum | None:
        """Return the absorbance of this lamp frame, or None while dark or reference is missing."""
        dark, reference = calibration.dark_absorbance, calibration.reference
        if dark is None or reference is None:
            return None
        edge_nm, corrections = self.optics.long_pass_nm, self.optics.corrections
        spectrum = photometry.absorbance(
            frame,
            reference,
            dark,
            self._set_up.detector,
            self.noise(calibration),
            usable_nm=self._set_up.absorbance_nm,
            reference_dark=dark_of(reference, calibration),
            stray_share=None if corrections.stray_percent is None else corrections.stray_percent / 100.0,
            long_pass_nm=edge_nm,
        )
        if corrections.lamp_drift:
            spectrum = without_lamp_drift(spectrum)
        if edge_nm is not None:
            word = f"below the long-pass filter ({edge_nm:g} nm) absorbance is not known"
            spectrum = replace(spectrum, remarks=(*spectrum.remarks, word))
        return self._with_age(spectrum, frame, ("dark", dark), ("reference", reference))

    def noise(self, calibration: Calibration) -> NoiseModel:
        """Return the detector's noise, estimated from the scatter between the calibration's own scans.

        Raises ValueError, with the sentence for the chemist, where the reference is no brighter than the dark.
        """
        dark, reference = calibration.dark_absorbance, calibration.reference
        if dark is None or reference is None:
            raise ValueError("Noise needs a dark and a reference: D, then R.")
        if self._noise is None or self._noise[0] is not calibration:
            self._noise = (calibration, estimate_noise(dark, reference, self._set_up.detector))
        return self._noise[1]

    def emission_noise(self, calibration: Calibration, frames: EmissionFrames) -> NoiseModel:
        """Return the noise of the detector that measures emission, by the dark of its exposure.

        A second spectrometer tells its gain too, by its own blank.
        Without a blank the frames stand in for it. Raises ValueError where the dark is missing or a frame holds one
        scan only.
        """
        second, dark = self._set_up.emission_by, calibration.dark_emission
        if second is None:
            return self._at_emission_exposure(calibration)
        if dark is None:
            raise ValueError("The noise of the emission needs a dark: D, then R.")
        if calibration.blank is None:
            return estimate_emission_noise(dark, frames, second.detector)
        if self._emission_noise is None or self._emission_noise[0] is not calibration:
            noise = estimate_emission_noise(dark, calibration.blank, second.detector)
            self._emission_noise = (calibration, noise)
        return self._emission_noise[1]

    def _at_emission_exposure(self, calibration: Calibration) -> NoiseModel:
        noise, dark = self.noise(calibration), calibration.dark_emission
        if dark is None:
            return noise
        if self._emission_noise is None or self._emission_noise[0] is not calibration:
            self._emission_noise = (calibration, with_dark(noise, dark, self._set_up.detector))
        return self._emission_noise[1]

    def light_doubts(self, frames: Frames, calibration: Calibration) -> tuple[str, ...]:
        """Return where the counts of an aliquot do not fit what the lights were asked to do."""
        if calibration.dark_absorbance is None or calibration.reference is None:
            return ()
        return light_check.of_aliquot(
            frames,
            calibration,
            self._set_up.detector,
            self._set_up.emission_detector,
            self.noise(calibration),
            self.noise(calibration)
            if frames.emission is None or calibration.dark_emission is None
            else self.emission_noise(calibration, frames.emission),
            excitation_nm=self.optics.excitation_nm,
            long_pass_nm=self.optics.long_pass_nm,
        )

    def accept(self, kind: Literal["dark", "reference"], taken: Calibration, held: Calibration) -> None:
        """Raise ValueError, with the sentence for the chemist, where this was taken under the wrong light.

        `held` is the calibration that was in force before it.
        """
        doubts: tuple[str, ...] = ()
        if kind == "dark":
            for new, old, detector in (
                (taken.dark_absorbance, held.dark_absorbance, self._set_up.detector),
                (taken.dark_emission, None, self._set_up.emission_detector),  # each cycle sees the room's own light
            ):
                doubts += () if new is None else light_check.of_dark(new, old, detector)
        elif taken.reference is not None:
            self.noise(taken)  # raises where the lamp did not light
            doubts = light_check.of_reference(
                taken,
                self._set_up.emission_detector,
                self.noise(taken) if taken.blank is None else self.emission_noise(taken, taken.blank),
                excitation_nm=self.optics.excitation_nm,
                long_pass_nm=self.optics.long_pass_nm,
            )
        if doubts:
            reasons = "; ".join(dict.fromkeys(doubts))
            raise ValueError(f"{reasons[0].upper()}{reasons[1:]}. The {kind} was not recorded; take it again.")

    def wavelength_offset(self, standard: str, frame: RawSpectrum, calibration: Calibration) -> Offset:
        """Return by how much the axis of absorbance is off, by a frame of this standard.

        Raises ValueError, with the sentence for the chemist, where the frame does not tell or dark and reference,
        which a filter needs, are missing.
        """
        known = {each.name: each for each in load_standards(resource_path("lines.toml").read_text(encoding="utf-8"))}
        if standard not in known:
            raise ValueError(f"There is no list of lines for {standard!r}; there are {', '.join(known)}.")
        if known[standard].kind == "lines":
            return offset_by_lines(frame, self._set_up.detector, known[standard])
        absorbance = self.absorbance(frame, calibration)
        if absorbance is None:
            raise ValueError("A filter is read against dark and reference: D, then R, then check again.")
        return offset_by_bands(absorbance, known[standard])

    def read(self, frames: Frames, calibration: Calibration, sample: Sample) -> Reading:
        """Return the reading of one aliquot; the run's state moves on."""
        absorbance, emission = self.spectra(frames, calibration)
        context = self._context(frames.emission, sample.dilution, has_blank=calibration.blank is not None)
        context = replace(context, full_scale_counts=self._set_up.emission_detector.full_scale_counts)
        findings = self._interpreted(absorbance, emission, context, sample)
        doubts = self.light_doubts(frames, calibration)
        findings = replace(findings, remarks=(*doubts, *findings.remarks))
        noise = self.noise(calibration)
        line = None
        if self.optics.excitation_nm is not None and frames.emission is not None and emission is not None:
            line = excitation_line(
                frames.emission, self.emission_noise(calibration, frames.emission), self.optics.excitation_nm
            )
        return Reading(absorbance, emission, findings, frames, calibration, noise, doubts, line)

    def read_files_or_keep(
        self, files: tuple[Attachment, ...], measured_at_s: float, sample: Sample
    ) -> tuple[Reading, str | None]:
        """Return the reading of an aliquot that another program measured, or its files alone and why they do not read.

        Such a file counts as blank-subtracted, its emission as of another set-up than the spectrometer's own.
        """
        context = self._context(None, sample.dilution, has_blank=True)
        context = replace(context, set_up=f"files: {context.set_up}")
        try:
            absorbance, emission = spectra_of(files, measured_at_s)
            findings = self._interpreted(absorbance, emission, context, sample)
        except Exception as trouble:
            return Reading(None, None, None, files=files), f"{type(trouble).__name__}: {trouble}"
        return Reading(absorbance, emission, findings, files=files), None

    def _interpreted(
        self, absorbance: Spectrum | None, emission: Spectrum | None, context: Context, sample: Sample
    ) -> Findings:
        """Return what the spectra of an aliquot say; the run's state moves on, and can step back once more."""
        time_s, number, before = sample.reaction_time_s, sample.number, self._state
        self._dismissed = self._dismissed and before.watch.onset is not None  # what was said of an earlier one is past
        context = replace(context, onset_dismissed=self._dismissed)
        findings, state = interpret(absorbance, emission, time_s, context, before, number=number)
        if sample.by_itself and absorbance is not None and emission is not None:
            why = self.emission_only = too_strong_words(absorbance, findings.species, context.path_mm, sample.dilution)
            if why:
                findings, state = interpret(None, emission, time_s, context, before, number=number)
                findings = replace(findings, remarks=(f"{why}; read by emission alone", *findings.remarks))
        if not sample.excluded:
            self._before[number] = before
            if (number - STEPS_BACK) % MILESTONE:
                self._before.pop(number - STEPS_BACK, None)
            self._state = state
        return findings

    def step_back(self, number: int) -> bool:
        """Forget the aliquot that was read last; return whether that could be done without reading the run again."""
        if number not in self._before or number != max(self._before):
            return False
        self._state = self._before.pop(number)
        return True

    def known_before(self, number: int) -> int:
        """Return the number of the last aliquot up to this one before which it is known how the run stood, or 1."""
        return max((known for known in self._before if known <= number), default=1)

    def stand_before(self, number: int, held: Evaluation) -> None:
        """Stand where another evaluation of the run stood before this aliquot, if it knows."""
        self._state = held._before.get(number, self._state)
        self._before = {known: state for known, state in held._before.items() if known < number}

    def pass_over(self, aliquot: Aliquot) -> None:
        """Take in an aliquot that stays as it was read: without an onset, what was said of an earlier one is past."""
        findings = aliquot.reading.findings
        if aliquot.excluded is None and findings is not None and findings.onset is None:
            self._dismissed = False

    def _context(self, emission: EmissionFrames | None, dilution: float | None, *, has_blank: bool) -> Context:
        """Return what has to be known beside the spectra of an aliquot."""
        optics = self.optics
        return Context(
            library=self._entries,
            material=self._recipe.material,
            solvent=self._recipe.solvent,
            excitation_nm=optics.excitation_nm,
            blank=has_blank,
            false_alarm=self._recipe.false_alarm,
            bright_counts_per_s=self._recipe.bright_counts_per_s,
            excitation_kind=None if optics.excitation is None else optics.excitation.source,
            excitation_fwhm_nm=None if optics.excitation is None else optics.excitation.fwhm_nm,
            exposure_s=None if emission is None else emission.on.exposure_s,
            scans=None if emission is None else emission.on.scans,
            geometry=optics.geometry,
            path_mm=optics.path_mm,
            dilution=dilution,
            set_up=optics_words(optics),
        )

    def read_or_keep(self, frames: Frames, calibration: Calibration, sample: Sample) -> tuple[Reading, str | None]:
        """Return the reading, or the frames alone and why they could not be read.

        A cuvette cannot be measured twice: no mistake in here may stand between it and the file, or keep a run from
        being opened. What is kept can be read again when the cause is mended.
        """
        why = None
        try:
            reading = self.read(frames, calibration, sample)
        except Exception as trouble:
            reading, why = Reading(None, None, None, frames, calibration), f"{type(trouble).__name__}: {trouble}"
        return SHELF.reading(reading) if sample.by_itself else reading, why

    def again(self, aliquot: Aliquot) -> Aliquot:
        """Return the aliquot with spectra and findings computed again from its counts or files; the state moves on."""
        self.optics = aliquot.optics
        old, excluded = aliquot.reading, aliquot.excluded is not None
        sample = Sample(aliquot.number, aliquot.reaction_time_s, aliquot.dilution, excluded, aliquot.by_itself)
        if old.files:
            return replace(aliquot, reading=self.read_files_or_keep(old.files, aliquot.measured_at_s, sample)[0])
        if old.frames is None or old.calibration is None:
            return aliquot
        return replace(aliquot, reading=self.read_or_keep(old.frames, old.calibration, sample)[0])

    def heed(self, record: Record) -> None:
        """Take in what a record changes for the readings after it.

        That is: optics, what the chemist says of the onset, a doubtful reference, a computer's sleep.
        """
        if isinstance(record, OpticsChanged):
            self.optics = record.optics
        elif isinstance(record, OnsetAnswered):
            self._dismissed = not record.confirmed
        elif isinstance(record, CalibrationTaken) and record.note and record.calibration.reference is not None:
            self._notes[record.calibration.reference.mid_exposure_s] = record.note
        elif isinstance(record, Mark) and record.kind == "gap":
            self.slept_until_s = max(self.slept_until_s, record.clock_s)

    def _with_age(self, spectrum: Spectrum, frame: RawSpectrum, *taken: tuple[str, RawSpectrum | None]) -> Spectrum:
        """Return the spectrum with a remark for every dark, reference and blank that was stale."""
        pairs = [(what, each) for what, each in taken if each is not None]
        known = self.slept_until_s, self._notes
        stale = [word for what, each in pairs for word in stale_words(what, each, frame, *known)]
        return replace(spectrum, remarks=(*spectrum.remarks, *stale)) if stale else spectrum


def resume(
    run: Run,
    set_up: SetUp | None,
    *,
    library: str | None = None,
    heard: Callable[[], None] = lambda: None,
    held: Evaluation | None = None,
    first: int = 1,
) -> tuple[Evaluation, Run]:
    """Return an evaluation that stands where the run's last aliquot left it, and the run read again on the way.

    `library` None means the one the run was measured with. Reaction times are counted from the run's t0 mark,
    so a mark set later counts too. Aliquots that were undone stay as they are; those that were edited are read as
    edited. One that a file completed later is read in the place it had at first. `heard` is called after each aliquot;
    what it raises ends the reading. Those before number `first` stay as they were read by `held`.
    """
    evaluation = Evaluation(run.recipe, set_up, run.library if library is None else library)
    if held is not None:
        evaluation.stand_before(first, held)
    standing = {aliquot.number: aliquot for aliquot in run.all_aliquots}
    counting = {index for index, _ in run.standing}
    readings: dict[int, Reading] = {}
    records: list[Record] = []
    for index, record in enumerate(run.records):
        evaluation.heed(record)
        if isinstance(record, Aliquot) and record.number < first:
            evaluation.pass_over(standing.get(record.number, record))
            records.append(record)
            continue
        if isinstance(record, Aliquot) and record.number in standing and record.number not in readings:
            edited = standing[record.number]
            timed = replace(edited, reaction_time_s=run.reaction_time_s(edited.drawn_at_s))
            readings[record.number] = evaluation.again(timed).reading
            heard()
        if isinstance(record, Aliquot) and index in counting:
            own_time_s = run.reaction_time_s(record.drawn_at_s)
            records.append(replace(record, reading=readings[record.number], reaction_time_s=own_time_s))
        else:
            records.append(record)
    evaluation.optics = run.optics
    return evaluation, replace(run, records=tuple(records))


def reevaluate(run: Run, *, library: str | None = None, heard: Callable[[], None] = lambda: None) -> Run:
    """Return the run with every standing aliquot read again from raw counts or its files, in order.

    Processed tables are kept nowhere in a run: one that was read from them stays as it is. `heard` is called after each
    aliquot; what it raises ends the reading.
    """
    kept = run.set_up is not None or any(aliquot.reading.files for aliquot in run.all_aliquots)
    return resume(run, run.set_up, library=library, heard=heard)[1] if kept else run

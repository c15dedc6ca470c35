"""From raw frames to a reading: the same path live, in review and headless, so that every number can be redone."""

from __future__ import annotations

from dataclasses import replace

from analysis import photometry
from analysis.library import load_library
from analysis.reading import Context, RunState, interpret
from analysis.spectrum import Calibration, EmissionFrames, Frames, RawSpectrum, Spectrum
from station.run import STALE_S, Aliquot, OpticsChanged, Reading, Recipe, Record, Run, SetUp


class Evaluation:
    """Reads the aliquots of one run in order; its state is what the run has shown so far and the optics in force."""

    def __init__(self, recipe: Recipe, set_up: SetUp, library: str) -> None:
        self._recipe = recipe
        self._set_up = set_up
        self._entries = load_library(library)
        self._state = RunState()
        self.optics = set_up.optics
        self._noise: tuple[Calibration, photometry.NoiseModel] | None = None

    def spectra(self, frames: Frames, calibration: Calibration) -> tuple[Spectrum | None, Spectrum | None]:
        """Return absorbance and emission of these frames, each None where the frames for it are missing."""
        emission = None if frames.emission is None else self.emission(frames.emission, calibration)
        return self.absorbance(frames.absorbance, calibration), emission

    def emission(self, frames: EmissionFrames, calibration: Calibration) -> Spectrum | None:
        """Return the emission of these frames, or None while dark or reference is missing (they tell the noise)."""
        if calibration.dark_absorbance is None or calibration.reference is None:
            return None
        return photometry.emission(
            frames,
            calibration.blank,
            self._set_up.detector,
            self.noise(calibration),
            dark=calibration.dark_emission,
            usable_nm=self._set_up.emission_nm,
        )

    def absorbance(self, frame: RawSpectrum, calibration: Calibration) -> Spectrum | None:
        """Return the absorbance of this lamp frame, or None while dark or reference is missing."""
        dark, reference = calibration.dark_absorbance, calibration.reference
        if dark is None or reference is None:
            return None
        spectrum = photometry.absorbance(
            frame,
            reference,
            dark,
            self._set_up.detector,
            self.noise(calibration),
            usable_nm=self._set_up.absorbance_nm,
        )
        ages = (_old("dark", dark, frame), _old("reference", reference, frame))
        return replace(spectrum, remarks=(*spectrum.remarks, *(age for age in ages if age)))

    def noise(self, calibration: Calibration) -> photometry.NoiseModel:
        """Return the detector's noise, estimated from the scatter between the calibration's own scans.

        Raises ValueError, with the sentence for the chemist, where the reference is no brighter than the dark.
        """
        dark, reference = calibration.dark_absorbance, calibration.reference
        if dark is None or reference is None:
            raise ValueError("Noise needs a dark and a reference: D, then R.")
        if self._noise is None or self._noise[0] is not calibration:
            self._noise = (calibration, photometry.estimate_noise(dark, reference, self._set_up.detector))
        return self._noise[1]

    def read(self, frames: Frames, calibration: Calibration, reaction_time_s: float | None, number: int) -> Reading:
        """Return the reading of one aliquot; the run's state moves on."""
        absorbance, emission = self.spectra(frames, calibration)
        context = Context(
            library=self._entries,
            material=self._recipe.material,
            solvent=self._recipe.solvent,
            excitation_nm=self.optics.excitation_nm,
            blank=calibration.blank is not None,
        )
        findings, self._state = interpret(absorbance, emission, reaction_time_s, context, self._state, number=number)
        return Reading(absorbance, emission, findings, frames, calibration, self.noise(calibration))

    def read_or_keep(
        self, frames: Frames, calibration: Calibration, reaction_time_s: float | None, number: int
    ) -> tuple[Reading, str | None]:
        """Return the reading, or the frames alone and why they could not be read.

        A cuvette cannot be measured twice: no mistake in here may stand between it and the file, or keep a run from
        being opened. What is kept can be read again when the cause is mended.
        """
        try:
            return self.read(frames, calibration, reaction_time_s, number), None
        except Exception as trouble:
            return Reading(None, None, None, frames, calibration), f"{type(trouble).__name__}: {trouble}"

    def again(self, aliquot: Aliquot) -> Aliquot:
        """Return the aliquot with spectra and findings computed again from its raw counts; the state moves on."""
        self.optics = aliquot.optics
        old = aliquot.reading
        if old.frames is None or old.calibration is None:
            return aliquot
        time_s, number = aliquot.reaction_time_s, aliquot.number
        return replace(aliquot, reading=self.read_or_keep(old.frames, old.calibration, time_s, number)[0])


def _old(what: str, taken: RawSpectrum, frame: RawSpectrum) -> str:
    """Return the words for a dark or reference that was stale when the frame was taken, else nothing."""
    age_s = frame.mid_exposure_s - taken.mid_exposure_s
    if age_s <= STALE_S:
        return ""
    age = f"{age_s / 3600.0:.0f} h" if age_s >= 2 * STALE_S else f"{age_s / 60.0:.0f} min"
    return f"{what} {age} old"


def resume(run: Run, set_up: SetUp, *, library: str | None = None) -> tuple[Evaluation, Run]:
    """Return an evaluation that stands where the run's last aliquot left it, and the run read again on the way.

    `library` None means the one the run was measured with. Reaction times are counted from the run's t0 mark,
    so a mark set later counts too. Aliquots that were undone stay as they are.
    """
    evaluation = Evaluation(run.recipe, set_up, run.library if library is None else library)
    standing = {id(aliquot) for aliquot in run.aliquots}
    records: list[Record] = []
    for record in run.records:
        if isinstance(record, OpticsChanged):
            evaluation.optics = record.optics
        if isinstance(record, Aliquot) and id(record) in standing:
            timed = replace(record, reaction_time_s=run.reaction_time_s(record.drawn_at_s))
            records.append(evaluation.again(timed))
        else:
            records.append(record)
    return evaluation, replace(run, records=tuple(records))


def reevaluate(run: Run, *, library: str | None = None) -> Run:
    """Return the run with every standing aliquot read again from raw counts, in order."""
    return run if run.set_up is None else resume(run, run.set_up, library=library)[1]

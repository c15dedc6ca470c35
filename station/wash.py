"""The washed cuvette, solvent in it: what is left of the last sample above reference and blank."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, hypot
from typing import TYPE_CHECKING

import numpy as np

from analysis.matched_band import uncorrected
from analysis.spectrum import BoolArray, Calibration, Frames, Quantity, Spectrum
from analysis.wording import grouped, plus_minus
from station.clock import Clock
from station.records import Aliquot, WashChecked
from station.run import Run
from station.sample import Sample
from station.session import Session
from station.strength import symbol

if TYPE_CHECKING:
    from station.evaluation import Evaluation

PEAK_HALF_NM = 4.0  # a cluster's band is five times as wide: its height is read from all of this
CLEAR_NM = (600.0, 750.0)  # where no sample of these absorbs: how the cuvette stands this time is read there
USUAL_NM = 449.0  # where the residue is looked for while the run has named no peak: the cluster that comes first
LEFT_SIGMAS = 3.0
LEAST_A = 0.002  # a cuvette that is put back by hand repeats no better
STEP_A = 0.001
EMISSION_SIGMAS = uncorrected(LEFT_SIGMAS)  # the brightest of all places and widths, as it comes by chance


@dataclass(frozen=True, slots=True)
class Left:
    """What is left in a washed cuvette: absorbance at a peak, and emission in counts/s (None: not measured)."""

    peak: str
    absorbance: Quantity
    emission: Quantity | None

    @property
    def absorbs(self) -> bool:
        """Get whether absorbance is left, by more than its noise and than a cuvette stands twice the same."""
        height, sigma = self.absorbance.value, self.absorbance.sigma
        return height >= LEAST_A and height >= LEFT_SIGMAS * sigma

    @property
    def emits(self) -> bool:
        """Get whether emission is left."""
        return self.emission is not None and self.emission.value >= EMISSION_SIGMAS * self.emission.sigma

    @property
    def clean(self) -> bool:
        """Get whether nothing is left that can be told from none."""
        return not (self.absorbs or self.emits)

    @property
    def sentence(self) -> str:
        """Get what is left in words, and what to do about it."""
        if self.clean:
            return f"Clean: {self._absorbance}, {self._emission}."
        joined = " and " if self.absorbs and self.emits else ", "
        return f"Left: {self._absorbance}{joined}{self._emission}: wash again, then W."

    @property
    def _absorbance(self) -> str:
        of = self.absorbance
        if self.absorbs:
            return f"{self.peak} {grouped(of.value, 3)} ± {grouped(max(of.sigma, STEP_A), 3)}"
        limit = max(STEP_A, ceil(round((max(of.value, 0.0) + 2.0 * of.sigma) / STEP_A, 6)) * STEP_A)
        return f"{self.peak} < {grouped(limit, 3)}"

    @property
    def _emission(self) -> str:
        of = self.emission
        if of is None:
            return "emission not measured"
        if self.emits:
            return f"{plus_minus(of.value, max(of.sigma, 1.0))} counts/s"
        return f"no emission above {grouped(ceil(max(EMISSION_SIGMAS * of.sigma, of.value, 1.0)))} counts/s"


def left_in(frames: Frames, calibration: Calibration, evaluation: Evaluation, run: Run) -> Left:
    """Return what is left in the washed cuvette of these frames, by the reference and the blank in force.

    The run learns nothing from it. Raises ValueError, with the sentence for the chemist, where the frames do not tell:
    a light did not follow, or nothing is known at the peak.
    """
    aside = evaluation.read(frames, calibration, Sample(run.next_number, None, 1.0, excluded=True))
    if aside.light_doubts:
        raise ValueError(f"{aside.light_doubts[0]} The cuvette was not judged.")
    peak, nm = _peak(run)
    height = None if aside.absorbance is None else _height(aside.absorbance, nm)
    if height is None:
        raise ValueError(f"Nothing is known at {nm:.0f} nm, so the cuvette was not judged.")
    found = None if aside.findings is None else aside.findings.emission
    emission = None
    if found is not None and found.present is not None and found.intensity is not None and found.sigma is not None:
        emission = Quantity(found.intensity, found.sigma)
    return Left(peak, height, emission)


def check(session: Session, frames: Frames, clock: Clock) -> Left:
    """Record what is left in the washed cuvette of these frames, and return it.

    Raises ValueError, with nothing recorded, where they do not tell, and where no run is open.
    """
    run, evaluation, calibration = session.run, session.evaluation, session.calibration
    if run is None or evaluation is None:
        raise ValueError("No run is open. The cuvette was not judged.")
    left = left_in(frames, calibration, evaluation, run)
    when = clock.now_s(), clock.wall().isoformat(timespec="seconds")
    session.note(WashChecked(frames, calibration, left.absorbance, left.emission, left.sentence, *when))
    return left


def is_dirty(run: Run) -> bool:
    """Return whether the last thing that was measured is a washed cuvette with something left in it."""
    for record in reversed(run.records):
        if isinstance(record, WashChecked):
            absorbance = record.absorbance
            return absorbance is not None and not Left("", absorbance, record.emission).clean
        if isinstance(record, Aliquot):
            return False
    return False


def _peak(run: Run) -> tuple[str, float]:
    """Return name and wavelength of the height that is looked for: that of the species that was dominant last."""
    for aliquot in reversed(run.aliquots):
        findings = aliquot.reading.findings
        if findings is not None and findings.dominant is not None:
            own = [one for one in findings.species if one.name == findings.dominant and one.role != "E2"]
            if own:
                highest = max(own, key=lambda one: one.absorbance)
                return symbol(highest), highest.nm
    return f"A{USUAL_NM:.0f}", USUAL_NM


def _height(absorbance: Spectrum, nm: float) -> Quantity | None:
    """Return the mean about a wavelength above the mean where nothing absorbs; None where either is unknown."""
    axis = absorbance.wavelengths_nm
    near = absorbance.valid & (np.abs(axis - nm) <= PEAK_HALF_NM)
    clear = absorbance.valid & (axis >= CLEAR_NM[0]) & (axis <= CLEAR_NM[1])
    if not np.any(near) or not np.any(clear):
        return None
    of_peak, of_clear = _mean(absorbance, near), _mean(absorbance, clear)
    return Quantity(of_peak.value - of_clear.value, hypot(of_peak.sigma, of_clear.sigma))


def _mean(absorbance: Spectrum, part: BoolArray) -> Quantity:
    sigma = absorbance.sigma[part]
    return Quantity(float(np.mean(absorbance.values[part])), float(np.sqrt(np.sum(sigma**2))) / sigma.size)

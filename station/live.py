"""The live view: lamp frames as fast as they come, an emission frame now and then so that UV is on under 5 %."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.spectrum import Calibration, Detector, EmissionFrames, Frames, RawSpectrum, Spectrum
from instruments.spectrometer import InstrumentInfo
from station.clock import Clock
from station.cycle import Cycle
from station.evaluation import Evaluation
from station.events import LiveFrame

LAMP_SCANS = 4
EMISSION_SCANS = 1
EMISSION_EVERY_S = 10.0  # two 0.1 s exposures with UV on (one discarded) in 10 s: 2 % of the time


def peak_of(frame: RawSpectrum, detector: Detector) -> tuple[float, int]:
    """Return the largest raw count as a fraction of full scale, and the number of saturated pixels."""
    return float(np.max(frame.counts) / detector.full_scale_counts), int(np.count_nonzero(frame.saturated))


@dataclass(slots=True)
class LiveView:
    """Measures one live frame per `step`; keeps the last emission while it waits for the next."""

    clock: Clock
    _emission: Spectrum | None = None
    _next_emission_s: float = 0.0

    def step(self, cycle: Cycle, evaluation: Evaluation | None, calibration: Calibration) -> LiveFrame:
        """Measure one frame; spectra are None where dark or reference is missing. Raises what the cycle raises."""
        frame = cycle.frame("Live", probe=True, uv=False, scans=LAMP_SCANS)
        info = cycle.instrument.info
        absorbance = evaluation.absorbance(frame, calibration) if evaluation is not None else None
        if evaluation is not None and calibration.reference is not None:
            self._look_for_emission(cycle, evaluation, calibration, frame, info)
        return LiveFrame(absorbance, self._emission, peak_of(frame, info.detector)[0], self.clock.now_s())

    def _look_for_emission(
        self,
        cycle: Cycle,
        evaluation: Evaluation,
        calibration: Calibration,
        lamp: RawSpectrum,
        info: InstrumentInfo,
    ) -> None:
        if info.uv == "none" or self.clock.now_s() < self._next_emission_s:
            return
        before = cycle.frame("Live", probe=False, uv=False, scans=EMISSION_SCANS)
        on = cycle.frame("Live", probe=False, uv=True, scans=EMISSION_SCANS)
        after = cycle.frame("Live", probe=False, uv=False, scans=EMISSION_SCANS)
        _, self._emission = evaluation.spectra(Frames(lamp, EmissionFrames(before, on, after)), calibration)
        self._next_emission_s = self.clock.now_s() + EMISSION_EVERY_S

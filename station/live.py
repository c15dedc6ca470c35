"""The live view: lamp frames as fast as they come, an emission frame now and then so that UV is on under 5 %."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.spectrum import Calibration, Detector, EmissionFrames, RawSpectrum, Spectrum
from instruments.spectrometer import NO_LIGHT
from station.clock import Clock
from station.cycle import SETTLE_S, Cycle
from station.events import LiveFrame

if TYPE_CHECKING:
    from station.evaluation import Evaluation

LAMP_SCANS = 4
EMISSION_SCANS = 4
UV_SHARE = 0.04  # of the time that exposures take; counted so, no pace of the clock changes it


def peak_of(frame: RawSpectrum, detector: Detector) -> tuple[float, int]:
    """Return the largest raw count as a fraction of full scale, and the number of saturated pixels."""
    return float(np.max(frame.counts) / detector.full_scale_counts), int(np.count_nonzero(frame.saturated))


@dataclass(slots=True)
class LiveView:
    """Measures one live frame per `step`; keeps the last emission while it waits for the next."""

    clock: Clock
    _emission: Spectrum | None = None
    _rested_s: float = float("inf")  # exposure time since UV was last on

    def step(self, cycle: Cycle, evaluation: Evaluation | None, calibration: Calibration) -> LiveFrame:
        """Measure one frame; spectra are None where dark or reference is missing. Raises what the cycle raises.

        The lamp frame comes last, so that between two steps the probe stands open.
        """
        info = cycle.instrument.info
        if evaluation is not None and calibration.reference is not None and info.uv != NO_LIGHT:
            self._look_for_emission(cycle, evaluation, calibration)
        frame = cycle.frame("Live", probe=True, uv=False, scans=LAMP_SCANS)
        self._rested_s += (LAMP_SCANS + 1) * cycle.exposures.absorbance_s
        absorbance = evaluation.absorbance(frame, calibration) if evaluation is not None else None
        share = frame.counts / info.detector.full_scale_counts
        peak = peak_of(frame, info.detector)[0]
        return LiveFrame(absorbance, self._emission, peak, self.clock.now_s(), share)

    def forget(self) -> None:
        """Show no emission until it has been looked for again: another cuvette may stand in the holder."""
        self._emission = None

    def _look_for_emission(self, cycle: Cycle, evaluation: Evaluation, calibration: Calibration) -> None:
        uv_s = SETTLE_S + (EMISSION_SCANS + 1) * cycle.exposures.emission_s
        if self._rested_s < uv_s / UV_SHARE:
            return
        before = cycle.frame("Live", probe=False, uv=False, scans=EMISSION_SCANS)
        on = cycle.frame("Live", probe=False, uv=True, scans=EMISSION_SCANS)
        self._rested_s = 0.0
        after = cycle.frame("Live", probe=False, uv=False, scans=EMISSION_SCANS)
        self._emission = evaluation.emission(EmissionFrames(before, on, after), calibration)

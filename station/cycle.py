"""One measurement: lights, settle, discard the stale scan, scans, average.

Both lights off at the emission exposure (room and dark of this very minute) -> probe open: absorbance ->
probe shut, UV on: emission -> both off again. UV is on only while the emission frame is exposed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from analysis.spectrum import (
    Calibration,
    EmissionFrames,
    FloatArray,
    Frames,
    RawSpectrum,
    read_only,
    read_only_mask,
)
from instruments.spectrometer import NO_LIGHT, Instrument, InstrumentError, Role
from station.clock import Clock
from station.events import Measurement
from station.run import Exposures

SETTLE_S = 0.05  # lamp shutters and LEDs are steady after some tens of milliseconds

Report = Callable[[str, int, int, float], None]  # phase, scan, scans, seconds of this scan
Measured = TypeVar("Measured")


class Cancelled(Exception):
    """The chemist stopped the measurement; UV is off and nothing is recorded."""


def _nothing(phase: str, scan: int, scans: int, scan_s: float) -> None:
    """Report to nobody."""


def _never() -> bool:
    """Tell that nobody cancels."""
    return False


@dataclass(frozen=True, slots=True)
class Cycle:
    """The measurements that one instrument can make; each leaves both lights off, however it ends.

    Only `frame`, for the live view, leaves the probe as it was asked for; UV goes off after it too. `report` hears of
    every scan, `cancelled` is asked before each one. All raise `Cancelled` or InstrumentError.
    """

    instrument: Instrument
    clock: Clock
    exposures: Exposures
    report: Report = _nothing
    cancelled: Callable[[], bool] = _never

    @property
    def has_uv(self) -> bool:
        """Get whether there is a UV light to switch."""
        return self.instrument.info.uv != NO_LIGHT

    def seconds(self, what: Measurement) -> float:
        """Return the exposure time that a measurement takes, in seconds (discarded scans left out)."""
        return self.exposures.seconds(1 if what == "dark" else 3 if self.has_uv else 0)

    def dark(self, calibration: Calibration) -> Calibration:
        """Measure darks at both exposures, both lights off; return the calibration with them."""
        return self._lights_safe_after(
            lambda: replace(
                calibration,
                dark_emission=self._lit("Dark, long", self._emission_settings, probe=False, uv=False),
                dark_absorbance=self._lit("Dark, short", self._absorbance_settings, probe=False, uv=False),
            )
        )

    def reference(self, calibration: Calibration) -> Calibration:
        """Measure lamp reference and emission blank of the solvent; return the calibration with them."""
        frames = self.aliquot()
        return replace(calibration, reference=frames.absorbance, blank=frames.emission)

    def aliquot(self) -> Frames:
        """Measure absorbance and emission of what is in the holder as one event."""
        return self._lights_safe_after(self._aliquot)

    def frame(self, phase: str, *, probe: bool, uv: bool, scans: int) -> RawSpectrum:
        """Measure one averaged frame for the live view, at the absorbance exposure if the probe is on."""
        exposure_s = self.exposures.absorbance_s if probe else self.exposures.emission_s
        return self._lit(phase, (exposure_s, scans), probe=probe, uv=uv)

    def lights_off(self) -> None:
        """Switch both lights off, each whatever the other does. Raises LightUnreachable."""
        try:
            self._switch("uv", False)
        finally:
            self._switch("probe", False)

    @property
    def _absorbance_settings(self) -> tuple[float, int]:
        return self.exposures.absorbance_s, self.exposures.absorbance_scans

    @property
    def _emission_settings(self) -> tuple[float, int]:
        return self.exposures.emission_s, self.exposures.emission_scans

    def _aliquot(self) -> Frames:
        emission = self._emission_settings
        if not self.has_uv:
            return Frames(self._lit("Absorbance", self._absorbance_settings, probe=True, uv=False), None)
        before = self._lit("Room light", emission, probe=False, uv=False)
        absorbance = self._lit("Absorbance", self._absorbance_settings, probe=True, uv=False)
        on = self._lit("Emission", emission, probe=False, uv=True)
        after = self._lit("Room light again", emission, probe=False, uv=False)
        return Frames(absorbance, EmissionFrames(before, on, after))

    def _lights_safe_after(self, measure: Callable[[], Measured]) -> Measured:
        try:
            return measure()
        finally:
            self._lights_off_whatever_happens()

    def _lights_off_whatever_happens(self) -> None:
        """Try both lights; what cannot be reached is in `light_state` and drawn as MAY BE ON."""
        with contextlib.suppress(InstrumentError):
            self.lights_off()

    def _switch(self, role: Role, on: bool) -> None:
        """Switch a light that is there; one that is not is switched by hand, or never."""
        info = self.instrument.info
        if (info.probe if role == "probe" else info.uv) != NO_LIGHT:
            self.instrument.light(role, on)

    def _lit(self, phase: str, settings: tuple[float, int], *, probe: bool, uv: bool) -> RawSpectrum:
        """Switch the lights, settle, discard the stale scan and average; UV goes off before anything else."""
        exposure_s, scans = settings
        if not uv:
            self._switch("uv", False)
        self._switch("probe", probe)
        self.instrument.set_exposure(exposure_s)
        if uv:
            self._switch("uv", True)
        try:
            self.clock.sleep(SETTLE_S)
            self._scan(exposure_s)  # may still carry the old exposure or the old light (driver trap 1)
            return self._average(phase, exposure_s, scans)
        finally:
            if uv:
                self._switch("uv", False)

    def _scan(self, exposure_s: float) -> FloatArray:
        if self.cancelled():
            raise Cancelled
        counts = self.instrument.scan()
        self.clock.passed(exposure_s)
        return counts

    def _average(self, phase: str, exposure_s: float, scans: int) -> RawSpectrum:
        info = self.instrument.info
        started_s = self.clock.now_s()
        stack = np.empty((scans, info.wavelengths_nm.size))
        for scan in range(scans):
            stack[scan] = self._scan(exposure_s)
            self.report(phase, scan + 1, scans, exposure_s)
        nothing_known = np.full(info.wavelengths_nm.size, np.nan)
        return RawSpectrum(
            wavelengths_nm=info.wavelengths_nm,
            counts=read_only(stack.mean(axis=0)),
            scan_variance=read_only(stack.var(axis=0, ddof=1) if scans > 1 else nothing_known),
            saturated=read_only_mask((stack >= info.detector.full_scale_counts).any(axis=0)),
            exposure_s=exposure_s,
            scans=scans,
            mid_exposure_s=0.5 * (started_s + self.clock.now_s()),
        )

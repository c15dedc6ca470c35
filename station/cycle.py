"""One measurement: lights, settle, discard the stale scan, scans, average.

Both lights off at the emission exposure (room and dark of this very minute) -> probe open: absorbance ->
probe shut, UV on: emission -> both off again. UV is on only while an emission frame is exposed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from analysis.look_alikes import LINE_HALF_NM
from analysis.pixels import optical
from analysis.spectrum import (
    BoolArray,
    Calibration,
    EmissionFrames,
    FloatArray,
    Frames,
    RawSpectrum,
    ShortFrames,
    read_only,
    read_only_mask,
)
from instruments.spectrometer import NO_LIGHT, Channel, Instrument, InstrumentError, Role, Timeout
from station.clock import Clock
from station.events import Measurement
from station.exposure_search import STEPS, TOO_FAINT, Found, FoundExposures, scans_for, search
from station.optics import Optics
from station.run import Exposures

SETTLE_S = 0.05  # lamp shutters and LEDs are steady after some tens of milliseconds
LONGEST_PROBE_S = 1.0  # the longest exposure that is looked for by itself
LONGEST_EMISSION_S = 2.0
LINE_LAMP_SCANS = 10

Report = Callable[[str, int, int, float], None]  # phase, scan, scans, seconds of this scan
Measured = TypeVar("Measured")
Settings = tuple[float, int]  # exposure in seconds, scans


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
        if what == "exposure":
            return STEPS * (self.exposures.absorbance_s + (self.exposures.emission_s if self.has_uv else 0.0))
        if what == "wavelength":
            return LINE_LAMP_SCANS * self.exposures.absorbance_s
        return self.exposures.seconds(1 if what == "dark" else 3 if self.has_uv else 0)

    def dark(self, calibration: Calibration) -> Calibration:
        """Measure darks at both exposures, both lights off; return the calibration with them."""
        return self._lights_safe_after(
            lambda: replace(
                calibration,
                dark_emission=self._lit("Dark, long", self._emission_settings, "emission", probe=False),
                dark_absorbance=self._lit("Dark, short", self._absorbance_settings, "absorbance", probe=False),
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
        if uv:
            return self._under_uv((phase, (self.exposures.emission_s, scans)))[0][0]
        if probe:
            return self._lit(phase, (self.exposures.absorbance_s, scans), "absorbance", probe=True)
        return self._lit(phase, (self.exposures.emission_s, scans), "emission", probe=False)

    def find_exposures(self, optics: Optics) -> FoundExposures:
        """Find the exposures by the light there is, solvent cuvette in the holder; the excitation line is left out.

        Where the line saturates at the exposure that the emission needs, a shorter one for the line is found too.
        Raises ValueError, with the sentence for the chemist, where the lamp gives no light.
        """
        return self._lights_safe_after(lambda: self._find_exposures(optics))

    def wavelength(self, standard: str) -> RawSpectrum:
        """Measure the lamp of known lines before the fibre ("Hg/Ar") or the filter in the probe's light ("holmium")."""
        return self._lights_safe_after(self._line_lamp if standard == "Hg/Ar" else self._band_filter)

    def lights_off(self) -> None:
        """Switch both lights off, each whatever the other does. Raises LightUnreachable."""
        try:
            self._switch("uv", False)
        finally:
            self._switch("probe", False)

    @property
    def _absorbance_settings(self) -> Settings:
        return self.exposures.absorbance_s, self.exposures.absorbance_scans

    @property
    def _emission_settings(self) -> Settings:
        return self.exposures.emission_s, self.exposures.emission_scans

    def _aliquot(self) -> Frames:
        emission, short_s = self._emission_settings, self.exposures.emission_short_s
        if not self.has_uv:
            return Frames(self._lit("Absorbance", self._absorbance_settings, "absorbance", probe=True), None)
        before = self._lit("Room light", emission, "emission", probe=False)
        settings = (short_s or 0.0, self.exposures.emission_scans)
        short_off = None if short_s is None else self._lit("Room light, short", settings, "emission", probe=False)
        absorbance = self._lit("Absorbance", self._absorbance_settings, "absorbance", probe=True)
        glows = (("Emission", emission), *([] if short_off is None else [("Emission, short", settings)]))
        (on, *short_on), uv_s = self._under_uv(*glows)
        short = None if short_off is None else ShortFrames(short_off, short_on[0])
        after = self._lit("Room light again", emission, "emission", probe=False)
        return Frames(absorbance, EmissionFrames(before, on, after, short, uv_s))

    def _band_filter(self) -> RawSpectrum:
        return self._lit("Filter", self._absorbance_settings, "absorbance", probe=True)

    def _line_lamp(self) -> RawSpectrum:
        found = self._search("absorbance", LONGEST_PROBE_S, self._lit_peek("absorbance", probe=False), self._seen())
        return self._lit("Lines", (found.exposure_s, LINE_LAMP_SCANS), "absorbance", probe=False)

    # Exposures

    def _find_exposures(self, optics: Optics) -> FoundExposures:
        seen = self._seen(optics.long_pass_nm)
        probe = self._search("absorbance", LONGEST_PROBE_S, self._lit_peek("absorbance", probe=True), seen)
        if probe.full < TOO_FAINT:
            light = f"{100.0 * probe.full:.0f} % of full scale at {probe.exposure_s:g} s"
            raise ValueError(f"The lamp gives {light}. Nothing was changed; switch it on, then try again.")
        exposures, remarks = replace(self.exposures, absorbance_s=probe.exposure_s), _of_probe(probe)
        if self.has_uv and self.instrument.info.uv_kind == "by hand":
            remarks += ("UV is switched by hand: the exposure for emission stays as it was",)
        elif self.has_uv:
            exposures, more = self._with_emission(exposures, optics)
            remarks += more
        return FoundExposures(exposures, remarks)

    def _with_emission(self, exposures: Exposures, optics: Optics) -> tuple[Exposures, tuple[str, ...]]:
        nm, line_nm = self.instrument.emission_info.wavelengths_nm, optics.excitation_nm
        seen = optical(self.instrument.emission_info.detector, nm.size)
        near = np.zeros(nm.size, dtype=np.bool_)
        for order in (1, 2) if line_nm is not None else ():
            near |= np.abs(nm - order * (line_nm or 0.0)) <= LINE_HALF_NM
        found = self._search("emission", LONGEST_EMISSION_S, self._uv_peek, seen & ~near)
        scans = scans_for(found.exposure_s, exposures.emission_s * exposures.emission_scans, exposures.emission_scans)
        exposures = replace(exposures, emission_s=found.exposure_s, emission_scans=scans, emission_short_s=None)
        remarks: tuple[str, ...] = ()
        if not found.well:
            remarks = (f"beside the excitation line at most {100.0 * found.full:.0f} % of full scale in emission",)
        if not np.any(near & seen) or not self._full(self._uv_peek(found.exposure_s), near & seen):
            return exposures, remarks
        line = self._search("emission", found.exposure_s, self._uv_peek, near & seen)
        if line.well:
            return replace(exposures, emission_short_s=line.exposure_s), remarks
        return exposures, (*remarks, "the excitation line saturates at every exposure")

    def _full(self, counts: FloatArray, region: BoolArray) -> bool:
        full_scale = self.instrument.emission_info.detector.full_scale_counts
        return bool(np.any(counts[region] >= 0.95 * full_scale))  # a tenth of its noise further, a scan saturates

    def _search(
        self, channel: Channel, longest_s: float, peek: Callable[[float], FloatArray], region: BoolArray
    ) -> Found:
        info = self.instrument.info if channel == "absorbance" else self.instrument.emission_info
        shortest_s, end_s = info.exposure_limits_s
        limits_s = (shortest_s, min(longest_s, end_s * (1.0 - 1e-6)))  # the upper limit itself is refused
        start_s = self.exposures.absorbance_s if channel == "absorbance" else self.exposures.emission_s
        return search(peek, region, info.detector.full_scale_counts, limits_s, start_s)

    def _seen(self, above_nm: float | None = None) -> BoolArray:
        info = self.instrument.info
        return optical(info.detector, info.wavelengths_nm.size) & (info.wavelengths_nm >= (above_nm or 0.0))

    def _lit_peek(self, channel: Channel, *, probe: bool) -> Callable[[float], FloatArray]:
        return lambda exposure_s: self._lit("Exposure", (exposure_s, 1), channel, probe=probe).counts

    def _uv_peek(self, exposure_s: float) -> FloatArray:
        return self._under_uv(("Exposure, UV", (exposure_s, 1)))[0][0].counts

    # Lights and scans

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

    def _lit(self, phase: str, settings: Settings, channel: Channel, *, probe: bool) -> RawSpectrum:
        """Measure with the probe open or shut; UV goes off before anything else."""
        self._switch("uv", False)
        self._switch("probe", probe)
        exposure_s = self.instrument.set_exposure(settings[0], channel)
        return self._settled(phase, (exposure_s, settings[1]), channel)

    def _under_uv(self, *phases: tuple[str, Settings]) -> tuple[list[RawSpectrum], float]:
        """Measure emission, the probe shut, once for each phase; return it with the seconds for which UV was on.

        They are those of its exposures, so that no pace of the clock changes them; the clock tells of a hand's switch.
        """
        self._switch("probe", False)
        frames: list[RawSpectrum] = []
        exposed_s = 0.0
        exposure_s = self.instrument.set_exposure(phases[0][1][0], "emission")
        self._switch("uv", True)
        began_s = self.clock.now_s()
        try:
            for phase, (wanted_s, scans) in phases:
                if frames:
                    exposure_s = self.instrument.set_exposure(wanted_s, "emission")
                frames.append(self._settled(phase, (exposure_s, scans), "emission"))
                exposed_s += SETTLE_S + (scans + 1) * exposure_s
        finally:
            self._switch("uv", False)
        by_hand = self.instrument.info.uv_kind == "by hand"
        return frames, self.clock.now_s() - began_s if by_hand else exposed_s

    def _settled(self, phase: str, settings: Settings, channel: Channel) -> RawSpectrum:
        """Let lights and detector settle and discard the scan that may carry the old exposure (driver trap 1)."""
        self.clock.sleep(SETTLE_S)
        self._scan(settings[0], channel)
        return self._average(phase, settings, channel)

    def _scan(self, exposure_s: float, channel: Channel) -> FloatArray:
        if self.cancelled():
            raise Cancelled
        try:
            counts = self.instrument.scan(channel)
        except Timeout as ended:
            if self.cancelled():  # it was ended, because what was measured is not wanted any more
                raise Cancelled from ended
            raise
        self.clock.passed(exposure_s)
        return counts

    def _average(self, phase: str, settings: Settings, channel: Channel) -> RawSpectrum:
        exposure_s, scans = settings
        info = self.instrument.info if channel == "absorbance" else self.instrument.emission_info
        started_s = self.clock.now_s()
        stack = np.empty((scans, info.wavelengths_nm.size))
        for scan in range(scans):
            stack[scan] = self._scan(exposure_s, channel)
            self.report(phase, scan + 1, scans, exposure_s)
        nothing_known = np.full(info.wavelengths_nm.size, np.nan)
        warmth = self.instrument.temperatures(channel)
        return RawSpectrum(
            wavelengths_nm=info.wavelengths_nm,
            counts=read_only(stack.mean(axis=0)),
            scan_variance=read_only(stack.var(axis=0, ddof=1) if scans > 1 else nothing_known),
            saturated=read_only_mask((stack >= info.detector.full_scale_counts).any(axis=0)),
            exposure_s=exposure_s,
            scans=scans,
            mid_exposure_s=0.5 * (started_s + self.clock.now_s()),
            temperature_c=warmth.board_c if warmth.detector_c is None else warmth.detector_c,
        )


def _of_probe(found: Found) -> tuple[str, ...]:
    """Return what is to be said of an exposure for absorbance that is not as it should be."""
    if found.well:
        return ()
    if found.full > 0.85:
        return (f"the lamp saturates at the shortest exposure, {1e3 * found.exposure_s:g} ms: put less light in",)
    return (f"the lamp gives {100.0 * found.full:.0f} % of full scale at the longest exposure",)

"""The optical bench of the accuracy figures: instruments, lights and traps, everything through counts of scans.

Nothing here is shared with the detector or with the virtual bench: lamp, source, room and solvent are drawn anew for
every set-up. A set-up takes its own dark, reference and blank once; a reading is an absorbance frame and the three
emission frames, turned into spectra by `analysis.photometry` as the station does it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from scipy.special import ndtri

from analysis import photometry
from analysis.lamp_drift import without_lamp_drift
from analysis.library import LibraryEntry
from analysis.noise import estimate_noise
from analysis.reading import Context
from analysis.spectrum import Detector, EmissionFrames, FloatArray, RawSpectrum, Spectrum
from benchmarks.accuracy_shapes import split_bell

FULL_SCALE = 65535.0
EXPOSURE_S = 1.0  # of emission
LAMP_S = 0.02  # of absorbance: room light is that much weaker in it
PLANCK_NM_K = 1.438777e7  # h c / k
TRAPS = (
    "turbid", "bubble", "lamp drift", "saturation", "mercury light", "white light", "autofluorescence", "LED band",
    "dilution", "stray light", "Raman left", "480 nm",
)  # fmt: skip
RAMAN_CM = {  # shift in 1/cm: relative height (toluene; C-H of the alkanes)
    "toluene": {786.0: 0.4, 1003.0: 0.8, 2920.0: 0.6, 3057.0: 1.0},
    "ODE": {1440.0: 0.25, 2852.0: 1.0, 2925.0: 0.9},
    "octane": {1450.0: 0.25, 2875.0: 0.8, 2935.0: 1.0},
    "hexane": {1450.0: 0.25, 2878.0: 0.8, 2938.0: 1.0},
}
MERCURY_NM = {404.66: 0.3, 435.83: 0.7, 546.07: 1.0, 576.96: 0.15, 579.07: 0.15, 611.6: 0.7}
DEUTERIUM_NM = {486.0: 1.0, 656.1: 1.5}


@dataclass(frozen=True, slots=True)
class InstrumentKind:
    """Which spectrometer, lamp and source; None is drawn for every set-up. `reference`: the numbers of the issue."""

    reference: bool = True
    pixels: int = 2048
    lamp: Literal["tungsten", "deuterium-tungsten"] | None = None
    source: Literal["laser", "LED"] | None = None


REFERENCE = (
    "2048 px, 340-1025 nm, 1.5 nm FWHM, 16 bit, 4 e-/count, 50 counts read noise, lamp at 80 % of full scale at its\n"
    "maximum and 15 % at 405 nm, 20 scans, emission 1 s; tungsten or deuterium-tungsten, laser or LED, one in two each"
)


@dataclass(frozen=True, slots=True)
class Room:
    """Room light in counts/s during the three emission frames: `shape` times one number each."""

    before: float = 0.0
    during: float = 0.0
    after: float = 0.0

    @property
    def changed(self) -> float:
        """By how many counts/s of its brightest line it moved within the aliquot."""
        return max(self.before, self.during, self.after) - min(self.before, self.during, self.after)


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What goes wrong in one reading; the defaults are a calm one.

    `turbid` is the absorbance of scatter at 500 nm, `turbid_power` its exponent; `offset` that of a bubble, `tilt` its
    slope per 100 nm; `lamp` the lamp's change, `lamp_k` that of its colour temperature, `arc` that of the deuterium
    lines; `line` multiplies the scattered excitation, `raman` is what of the solvent's Raman light the blank does not
    take away, as a share.
    """

    turbid: float = 0.0
    turbid_power: float = 3.0
    offset: float = 0.0
    tilt: float = 0.0
    lamp: float = 0.0
    lamp_k: float = 0.0
    arc: float = 0.0
    line: float = 1.0
    raman: float = 0.0
    mercury: Room = field(default_factory=Room)
    white: Room = field(default_factory=Room)

    @property
    def room_change(self) -> float:
        """By how many counts/s the room light moved within the aliquot."""
        return max(self.mercury.changed, self.white.changed)


class SetUp:
    """One instrument with its lights and solvent, its dark, reference and blank taken."""

    def __init__(self, rng: np.random.Generator, kind: InstrumentKind, traps: frozenset[str]) -> None:
        self.rng, self.kind = rng, kind
        self.solvent = str(rng.choice(["toluene", "toluene", "ODE", "octane", "hexane"]))
        self._spectrometer()
        self._lamp("stray light" in traps)
        self._source("LED band" in traps)
        self.mercury, self.white = self._rooms()
        self.detector = Detector(full_scale_counts=FULL_SCALE)
        nothing = np.zeros(self.nm.size)
        self.dark, self.dark_emission = self.frame(nothing, LAMP_S), self.frame(nothing)
        stray = self.stray_share * float(np.mean(self.lamp))
        room = sum(
            (shape * 10.0 ** rng.uniform(1.3, 3.5) for shape, name in self._lights() if name in traps), start=nothing
        )
        on = rng.random() < 0.5
        self.reference = self.frame(self.lamp + self.arc + stray + on * room * LAMP_S, LAMP_S)
        self.noise = estimate_noise(self.dark, self.reference, self.detector)
        placed = float(rng.normal(1.0, 0.05))
        glow = self.line * placed + self.raman
        self.blank = EmissionFrames(self.frame(nothing), self.frame(glow * EXPOSURE_S), self.frame(nothing))

    def _spectrometer(self) -> None:
        rng, pixels = self.rng, self.kind.pixels
        if self.kind.reference:
            self.low_nm, self.high_nm, self.resolution_nm = 340.0, 1025.0, 1.5
            self.read_counts, self.electrons, self.scans = 50.0, 4.0, 20
            bent = 0.0
        else:
            self.low_nm, self.high_nm = rng.uniform(330.0, 350.0), rng.uniform(880.0, 1040.0)
            self.resolution_nm = float(rng.uniform(1.0, 2.5))
            self.read_counts, self.electrons = float(rng.uniform(15.0, 60.0)), float(rng.uniform(2.0, 6.0))
            self.scans, bent = int(rng.integers(10, 31)), float(rng.uniform(0.02, 0.06))
        along = np.linspace(0.0, 1.0, pixels)
        along = along + bent * along * (1.0 - along) - 0.2 * bent * along * (1.0 - along) * (1.0 - 2.0 * along)
        self.nm = self.low_nm + (self.high_nm - self.low_nm) * along
        self.nm.flags.writeable = False
        hot = rng.random(pixels) < 0.003
        self.pedestal = 1500.0 + rng.normal(0.0, 8.0, pixels) + np.where(hot, rng.uniform(100.0, 2000.0, pixels), 0.0)
        self.read_variance = np.where(hot, rng.uniform(1.0, 9.0, pixels), 1.0) * self.read_counts**2

    def _lamp(self, stray: bool) -> None:
        """A halogen lamp behind optics that make it 80 % of full scale at its maximum and 15 % at 405 nm."""
        rng = self.rng
        self.lamp_kind = self.kind.lamp or str(rng.choice(["tungsten", "deuterium-tungsten"]))
        peak, at_405 = (0.80, 0.15) if self.kind.reference else (rng.uniform(0.6, 0.85), rng.uniform(0.05, 0.3))
        self.colour_k = float(rng.uniform(2750.0, 3100.0))
        centre = float(rng.uniform(610.0, 680.0))
        self.arc = np.zeros(self.nm.size)
        if self.lamp_kind == "deuterium-tungsten":
            strength = float(rng.uniform(0.02, 0.12))
            for nm, height in DEUTERIUM_NM.items():
                self.arc += FULL_SCALE * strength * height * self.sharp(nm)
            self.arc += FULL_SCALE * 0.03 * np.exp(-(self.nm - 340.0) / 60.0)  # 1 % at 405 nm
            peak, at_405 = peak - strength * max(DEUTERIUM_NM.values()), at_405 - 0.01
        width = (centre - 405.0) / np.sqrt(2.0 * np.log(peak / at_405))
        self.lamp = FULL_SCALE * peak * np.exp(-0.5 * ((self.nm - centre) / width) ** 2)
        self.stray_share = float(10.0 ** rng.uniform(-3.0, -2.0)) if stray else float(rng.uniform(0.0, 5e-4))

    def _source(self, side_band: bool) -> None:
        """The excitation as a clear cuvette scatters it, its second order and the solvent's Raman light, counts/s."""
        rng, nm = self.rng, self.nm
        self.source_kind: Literal["laser", "LED"] = self.kind.source or ("laser" if rng.random() < 0.5 else "LED")
        laser = self.source_kind == "laser"
        self.source_nm = float(rng.normal(405.0, 1.0) if laser else rng.uniform(401.0, 409.0))
        self.source_fwhm_nm = 1.0 if laser else float(rng.uniform(10.0, 15.0))
        fwhm = float(np.hypot(self.source_fwhm_nm, self.resolution_nm))
        skew = 1.0 if laser else float(rng.uniform(1.0, 1.4))
        wing = 10.0 ** rng.uniform(-3.5, -2.5) / (1.0 + ((nm - self.source_nm) / (2.0 * fwhm)) ** 2)
        foot = 0.0 if laser else 10.0 ** rng.uniform(-2.5, -1.7)
        red = np.where(nm > self.source_nm, np.exp(-(nm - self.source_nm) / rng.uniform(8.0, 14.0)), 0.0)
        shape = split_bell(nm, self.source_nm, fwhm, skew) + wing + foot * red
        shape = shape + 10.0 ** rng.uniform(-3.0, -1.5) * split_bell(nm, 2.0 * self.source_nm, 2.0 * fwhm, 1.0)
        height = float(10.0 ** rng.uniform(3.0, 4.3))
        self.line = height * shape
        deep = 10.0 ** rng.uniform(-3.3, -2.3) if side_band and not laser else 0.0
        self.line += height * deep * split_bell(nm, rng.uniform(535.0, 590.0), rng.uniform(70.0, 120.0), 1.2)
        self.raman = np.zeros(nm.size)
        strength = float(10.0 ** rng.uniform(1.5, 2.7))
        for shift, weight in RAMAN_CM[self.solvent].items():
            at = 1.0 / (1.0 / self.source_nm - shift * 1e-7)
            width = float(np.hypot(fwhm * (at / self.source_nm) ** 2, 0.5))
            self.raman += strength * weight * split_bell(nm, at, width, 1.0) * (1.0 if laser else 0.3)

    def _rooms(self) -> tuple[FloatArray, FloatArray]:
        rng, nm = self.rng, self.nm
        mercury = np.zeros(nm.size)
        for at, weight in MERCURY_NM.items():
            mercury += weight * rng.uniform(0.6, 1.4) * self.sharp(at)
        if rng.random() < 0.6:
            white = rng.uniform(0.4, 1.5) * split_bell(nm, rng.uniform(445.0, 458.0), rng.uniform(18.0, 26.0), 1.2)
            white = white + split_bell(nm, rng.uniform(540.0, 580.0), rng.uniform(80.0, 120.0), 1.3)
        else:  # a screen: blue diode, green and red phosphor
            white = split_bell(nm, rng.uniform(446.0, 455.0), 20.0, 1.1)
            white = white + rng.uniform(0.5, 1.0) * split_bell(nm, rng.uniform(525.0, 542.0), rng.uniform(35, 60), 1.0)
            white = white + rng.uniform(0.3, 0.9) * split_bell(nm, rng.uniform(610.0, 632.0), rng.uniform(10, 50), 1.0)
        return mercury, white / float(np.max(white))

    def _lights(self) -> tuple[tuple[FloatArray, str], ...]:
        return (self.mercury, "mercury light"), (self.white, "white light")

    def sharp(self, at_nm: float) -> FloatArray:
        """A line as narrow as the slit, 1 at its top."""
        return split_bell(self.nm, at_nm, self.resolution_nm, 1.0)

    def frame(self, net: FloatArray, exposure_s: float = EXPOSURE_S) -> RawSpectrum:
        """Return the mean of the scans at `net` counts above the dark each: shot and read noise, 16 bit, full scale."""
        rng, n = self.rng, self.scans
        variance = self.read_variance + np.maximum(net, 0.0) / self.electrons + 1.0 / 12.0
        level = self.pedestal + net + rng.normal(0.0, 0.5)
        counts = np.round((level + np.sqrt(variance / n) * rng.standard_normal(net.size)) * n) / n
        scan_variance = variance * (2.0 / (n - 1)) * rng.standard_gamma(0.5 * (n - 1), net.size)
        saturated = np.zeros(net.size, dtype=np.bool_)
        near = np.flatnonzero(level + 5.0 * np.sqrt(variance) >= FULL_SCALE)
        if near.size:
            largest = ndtri(rng.random(near.size) ** (1.0 / n))  # of n scans
            saturated[near] = level[near] + np.sqrt(variance[near]) * largest >= FULL_SCALE
            scan_variance[near] = np.where(level[near] >= FULL_SCALE, 0.0, scan_variance[near])
        counts = np.clip(counts, 0.0, FULL_SCALE)
        return RawSpectrum(self.nm, counts, scan_variance, saturated, exposure_s, n, 0.0)

    @cached_property
    def _colour(self) -> FloatArray:
        """Relative change of the lamp per kelvin (Planck's law in Wien's limit)."""
        return PLANCK_NM_K / self.nm / self.colour_k**2

    def absorbance(self, true: FloatArray, wrong: Disturbance) -> Spectrum:
        """Measure a cuvette of absorbance `true`, shape (pixels,), against the reference."""
        total = true + wrong.offset + wrong.tilt * (self.nm - 600.0) / 100.0
        if wrong.turbid:
            total = total + wrong.turbid * (500.0 / self.nm) ** wrong.turbid_power
        lamp = self.lamp * (1.0 + wrong.lamp) * np.exp(self._colour * wrong.lamp_k) + self.arc * (1.0 + wrong.arc)
        through = lamp * 10.0**-total
        room = self.mercury * wrong.mercury.before + self.white * wrong.white.before
        sample = self.frame(through + self.stray_share * float(np.mean(through)) + room * LAMP_S, LAMP_S)
        measured = photometry.absorbance(sample, self.reference, self.dark, self.detector, self.noise)
        return without_lamp_drift(measured)  # as the station does unless it is told not to

    def emission(self, glow: FloatArray, true_absorbance: FloatArray, wrong: Disturbance) -> Spectrum:
        """Measure a cuvette that glows with `glow` counts/s (after its own inner filter), shape (pixels,)."""
        at = int(np.searchsorted(self.nm, self.source_nm))
        scatter = wrong.turbid * (500.0 / self.source_nm) ** wrong.turbid_power
        line = self.line * wrong.line * (1.0 + 60.0 * scatter) * float(self.rng.normal(1.0, 0.05))
        dimmed = 10.0 ** (-0.5 * (float(true_absorbance[at]) + true_absorbance + scatter))
        light = line * 10.0 ** (-0.3 * float(true_absorbance[at])) + self.raman * (1.0 + wrong.raman) * dimmed + glow
        frames = [
            self.frame((self.mercury * mercury + self.white * white + on * light) * EXPOSURE_S)
            for mercury, white, on in (
                (wrong.mercury.before, wrong.white.before, 0.0),
                (wrong.mercury.during, wrong.white.during, 1.0),
                (wrong.mercury.after, wrong.white.after, 0.0),
            )
        ]
        measured = EmissionFrames(frames[0], frames[1], frames[2])
        return photometry.emission(measured, self.blank, self.detector, self.noise, dark=self.dark_emission)

    def context(self, library: tuple[LibraryEntry, ...], material: str | None = "CdTe") -> Context:
        """What the station would tell interpret() of this set-up."""
        return Context(
            library=library,
            material=material,
            solvent=self.solvent,
            excitation_nm=405.0,
            blank=True,
            excitation_kind=self.source_kind,
            excitation_fwhm_nm=1.0 if self.source_kind == "laser" else 12.0,  # as on the label
            exposure_s=EXPOSURE_S,
            scans=self.scans,
            full_scale_counts=FULL_SCALE,
            dilution=101.0,
        )

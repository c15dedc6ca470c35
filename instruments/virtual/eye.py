"""One detector that looks at the virtual bench: expected counts, then noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.spectrum import BoolArray, FloatArray
from instruments.virtual import optics
from instruments.virtual.bench import Bench


@dataclass(frozen=True, slots=True, eq=False)
class Sensor:
    """The detector of one model; counts are those the driver returns.

    `linearity` are the coefficients c0, c1 ... by which a user divides net counts. `optical_pixels` is the
    half-open range that sees light. `shot_variance` is in counts squared per net count.
    `hot_pixels` are (index, counts/s). `dead_ends` are (start, stop, counts) that carry no signal at all.
    `sensitivity` are counts for each count that a Flame-S would show, `resolution_nm` is the width of a sharp line.
    """

    wavelengths_nm: FloatArray
    optical_pixels: tuple[int, int]
    linearity: tuple[float, ...]
    pedestal_counts: float
    read_noise_counts: float
    shot_variance: float
    dark_counts_s: float
    hot_pixels: tuple[tuple[int, float], ...] = ()
    dead_ends: tuple[tuple[int, int, float], ...] = ()
    full_scale_counts: float = 65_535.0
    sensitivity: float = 1.0
    resolution_nm: float = 1.4
    pattern_seed: int = 0


class Eye:
    """A sensor and the bench before it; `place` is its number among those that look at the same bench.

    The noise is the bench's seed's, and each eye's own.
    """

    def __init__(self, sensor: Sensor, bench: Bench, place: int = 0) -> None:
        self.sensor = sensor
        self.bench = bench
        self.place = place
        self._noise = np.random.default_rng((bench.seed, bench.incarnation, place))
        self._nm = sensor.wavelengths_nm  # of the light that really falls on each pixel
        self._spectra = optics.Optics(self._nm)
        response, self._pattern, self._dark_rate = _fixed_pattern(sensor)
        self._response = response * sensor.sensitivity
        self._ideal_table, self._measured_table = _linearity_tables(sensor)
        self._cache: dict[str, FloatArray] = {}
        self._seen = -1

    def expose(self, exposure_s: float) -> FloatArray:
        """Return one scan in whole counts as the driver returns them, shape (pixels,), clipped at full scale."""
        sensor = self.sensor
        signal = np.interp(exposure_s * self._light_counts_s(), self._ideal_table, self._measured_table)
        thermal = exposure_s * self._dark_rate
        variance = sensor.read_noise_counts**2 + sensor.shot_variance * np.maximum(signal + thermal, 0.0)
        counts = sensor.pedestal_counts + self._pattern + thermal + signal
        counts += np.sqrt(variance) * self._noise.standard_normal(counts.size)
        # The whole frame moves by 1-3 counts of 65 535 from scan to scan.
        counts += self._noise.normal(0.0, 2.0 * sensor.sensitivity)
        for start, stop, value in sensor.dead_ends:
            counts[start:stop] = value
        return np.clip(np.rint(counts), 0.0, sensor.full_scale_counts)

    def _light_counts_s(self) -> FloatArray:
        bench = self.bench
        if self._seen != bench.scene:
            self._look_again()
        light = self._spectra.room_counts_s * bench.hand.share("room") + self._kept("glow")
        if bench.probe_level > 0.0:
            light = light + self._kept("probe") * optics.lamp_drift(bench.hand.t_s) * bench.probe_level
        if bench.uv_level > 0.0:
            light = light + self._kept("uv") * bench.uv_level
        return light * self._response

    def _look_again(self) -> None:
        """Forget what was computed for what stood there before, and where the wavelengths fell."""
        self._seen = self.bench.scene
        self._cache.clear()
        nm = self.sensor.wavelengths_nm + self.bench.hand.offset_nm(self.place)
        if np.any(nm != self._nm):
            self._nm = nm
            self._spectra = optics.Optics(nm)

    def _kept(self, light: str) -> FloatArray:
        """Return the counts/s of a light through what stands in the holder, computed once per placement."""
        if light not in self._cache:
            of_light = {"probe": self._probe_counts_s, "uv": self._uv_counts_s, "glow": self._glow_counts_s}
            self._cache[light] = of_light[light]()
        return self._cache[light]

    def _absorbance(self) -> FloatArray:
        liquid, strength = self.bench.liquid, self.bench.hand.strength
        if liquid is None or strength == 0.0:
            return np.zeros(self._nm.shape)
        return strength * liquid.absorbance(self.bench.hand.drawn_at_s, self._nm)

    def _probe_counts_s(self) -> FloatArray:
        hand = self.bench.hand
        absorbance = self._absorbance()
        known: BoolArray = np.isfinite(absorbance)
        offset = self.bench.placing()[0] if hand.content != "empty" else -optics.CUVETTE_WALLS
        through = np.where(known, 10.0 ** -(np.where(known, absorbance, 0.0) + offset), 0.0)
        window = None if hand.sample is None else hand.sample.known_range_nm()
        if window is not None:
            through = np.where((self._nm >= window[0]) & (self._nm <= window[1]), through, 0.0)
        return self._spectra.lamp_counts_s * through

    def _uv_counts_s(self) -> FloatArray:
        hand = self.bench.hand
        if hand.content == "empty":
            return self._spectra.stray_uv_counts_s
        absorbance = np.nan_to_num(self._absorbance(), nan=0.0)
        handled = hand.sample is not None and hand.sample.handled
        light = self._spectra.cuvette_uv_counts_s(absorbance, turbid=handled, line=self.bench.placing()[1])
        if self.bench.liquid is not None and hand.strength > 0.0:
            light = light + hand.strength * self.bench.liquid.emission(hand.drawn_at_s, self._nm, optics.UV_NM)
        return light

    def _glow_counts_s(self) -> FloatArray:
        """Return what shines by itself in the holder: a line lamp."""
        if self.bench.liquid is None or self.bench.hand.content != "sample":
            return np.zeros(self._nm.shape)
        return self.bench.liquid.glow(self._nm, self.sensor.resolution_nm)


def _fixed_pattern(sensor: Sensor) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return response to light, offset in counts and dark rate in counts/s of every pixel: the device's own."""
    own = np.random.default_rng(sensor.pattern_seed)
    pixels = sensor.wavelengths_nm.size
    response = 1.0 + own.normal(0.0, 0.002, pixels)
    first, stop = sensor.optical_pixels
    response[:first] = 0.0
    response[stop:] = 0.0
    pattern = own.normal(0.0, 8.0 * sensor.sensitivity, pixels)
    dark_rate = sensor.dark_counts_s * np.clip(1.0 + own.normal(0.0, 0.3, pixels), 0.1, None)
    for index, counts_s in sensor.hot_pixels:
        dark_rate[index] += counts_s
    return response, pattern, dark_rate


def _linearity_tables(sensor: Sensor) -> tuple[FloatArray, FloatArray]:
    """Return (ideal, measured) net counts: Ocean's convention is ideal = measured / polynomial(measured)."""
    measured = np.linspace(-4_000.0, 70_000.0, 4_097) * max(sensor.full_scale_counts / 65_535.0, sensor.sensitivity)
    linearity = sensor.linearity
    factor = np.polynomial.polynomial.polyval(measured, linearity) if linearity else np.ones(measured.shape)
    ideal = measured / factor
    if np.any(np.diff(ideal) <= 0):
        raise ValueError("These linearity coefficients fold back: two lights would give the same counts.")
    return ideal, measured

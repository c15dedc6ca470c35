"""One virtual bench: lamp, LED, room, cuvette and detector, and the hand that places the cuvette."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.spectrum import BoolArray, FloatArray
from instruments.virtual import optics
from instruments.virtual.hand import Command, Hand
from instruments.virtual.samples import Liquid

NOMINAL_UV_MA = 20.0


@dataclass(frozen=True, slots=True, eq=False)
class Sensor:
    """The detector of one model; counts are those the driver returns.

    `linearity` are the coefficients c0, c1 ... by which a user divides net counts. `optical_pixels` is the
    half-open range that sees light. `shot_variance` is in counts squared per net count.
    `hot_pixels` are (index, counts/s). `dead_ends` are (start, stop, counts) that carry no signal at all.
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
    pattern_seed: int = 0


class Bench:
    """Expected counts, then noise. One object behind the bus and the LED driver; its time is the hand's.

    `seed` makes every run repeatable; `incarnation` counts how often the process was started again, so that noise
    is never replayed while the cuvette stands as it stood. `probe_on` and `uv_on` are what the lights do.
    """

    def __init__(self, sensor: Sensor, *, seed: int = 0, incarnation: int = 0, hand: Hand | None = None) -> None:
        self.sensor = sensor
        self.hand = Hand() if hand is None else hand
        self.probe_on = False
        self.uv_on = False
        self.uv_ma = NOMINAL_UV_MA
        self._seed = seed
        self._noise = np.random.default_rng((seed, incarnation))
        self._spectra = optics.Optics(sensor.wavelengths_nm)
        self._response, self._pattern, self._dark_rate = _fixed_pattern(sensor)
        self._ideal_table, self._measured_table = _linearity_tables(sensor.linearity)
        self._liquid: Liquid | None = None
        self._cache: dict[str, FloatArray] = {}
        self._pour()

    def obey(self, command: Command) -> None:
        """Let the hand do `command`."""
        before = self.hand
        self.hand = before.after(command)
        if self.hand.sample is not before.sample:
            self._pour()
        if self.hand.placements != before.placements:
            self._cache.clear()

    def switch_probe(self, on: bool) -> None:
        """Set the lamp, as the spectrometer's lamp line does."""
        self.probe_on = on
        self._testify(f"probe {'on' if on else 'off'}")

    def switch_uv(self, on: bool) -> None:
        """Set the LED, as its driver does."""
        self.uv_on = on
        self._testify(f"uv {'on' if on else 'off'}")

    def expose(self, exposure_s: float) -> FloatArray:
        """Return one scan in whole counts as the driver returns them, shape (pixels,), clipped at full scale."""
        sensor = self.sensor
        signal = np.interp(exposure_s * self._light_counts_s(), self._ideal_table, self._measured_table)
        thermal = exposure_s * self._dark_rate
        variance = sensor.read_noise_counts**2 + sensor.shot_variance * np.maximum(signal + thermal, 0.0)
        counts = sensor.pedestal_counts + self._pattern + thermal + signal
        counts += np.sqrt(variance) * self._noise.standard_normal(counts.size)
        counts += self._noise.normal(0.0, 2.0)  # the whole frame moves by 1-3 counts from scan to scan
        for start, stop, value in sensor.dead_ends:
            counts[start:stop] = value
        return np.clip(np.rint(counts), 0.0, sensor.full_scale_counts)

    def _testify(self, line: str) -> None:
        if self.hand.witness is not None:
            with open(self.hand.witness, "a", encoding="utf-8") as logbook:
                logbook.write(line + "\n")

    def _pour(self) -> None:
        self._liquid = None if self.hand.sample is None else self.hand.sample.pour()
        self._cache.clear()

    def _light_counts_s(self) -> FloatArray:
        light = self._spectra.room_counts_s
        if self.probe_on:
            light = light + self._kept("probe") * optics.lamp_drift(self.hand.t_s)
        if self.uv_on:
            light = light + self._kept("uv") * (self.uv_ma / NOMINAL_UV_MA)
        return light * self._response

    def _kept(self, light: str) -> FloatArray:
        """Return the counts/s of a light through what stands in the holder, computed once per placement."""
        if light not in self._cache:
            self._cache[light] = self._probe_counts_s() if light == "probe" else self._uv_counts_s()
        return self._cache[light]

    def _absorbance(self) -> FloatArray:
        if self._liquid is None or self.hand.content != "sample":
            return np.zeros(self.sensor.wavelengths_nm.shape)
        return self._liquid.absorbance(self.hand.drawn_at_s, self.sensor.wavelengths_nm)

    def _probe_counts_s(self) -> FloatArray:
        absorbance = self._absorbance()
        known: BoolArray = np.isfinite(absorbance)
        offset = self._placing()[0] if self.hand.content != "empty" else -optics.CUVETTE_WALLS
        through = np.where(known, 10.0 ** -(np.where(known, absorbance, 0.0) + offset), 0.0)
        window = None if self.hand.sample is None else self.hand.sample.known_range_nm()
        if window is not None:
            nm = self.sensor.wavelengths_nm
            through = np.where((nm >= window[0]) & (nm <= window[1]), through, 0.0)
        return self._spectra.lamp_counts_s * through

    def _uv_counts_s(self) -> FloatArray:
        if self.hand.content == "empty":
            return self._spectra.stray_uv_counts_s
        absorbance = np.nan_to_num(self._absorbance(), nan=0.0)
        handled = self.hand.sample is not None and self.hand.sample.handled
        light = self._spectra.cuvette_uv_counts_s(absorbance, turbid=handled, line=self._placing()[1])
        if self._liquid is not None and self.hand.content == "sample":
            nm = self.sensor.wavelengths_nm
            light = light + self._liquid.emission(self.hand.drawn_at_s, nm, optics.UV_NM)
        return light

    def _placing(self) -> tuple[float, float]:
        """Return how the cuvette happens to stand: its offset in absorbance, the share of the LED line it scatters."""
        if self.hand.sample is None or not self.hand.sample.handled:
            return 0.0, 1.0
        placing = np.random.default_rng((self._seed, 1_000_003, self.hand.placements))
        offset, scatter = placing.normal(0.0, (optics.PLACEMENT_SIGMA, optics.SCATTER_SIGMA))
        return float(offset), 1.0 + float(scatter)


def _fixed_pattern(sensor: Sensor) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return response to light, offset in counts and dark rate in counts/s of every pixel: the device's own."""
    own = np.random.default_rng(sensor.pattern_seed)
    pixels = sensor.wavelengths_nm.size
    response = 1.0 + own.normal(0.0, 0.002, pixels)
    first, stop = sensor.optical_pixels
    response[:first] = 0.0
    response[stop:] = 0.0
    pattern = own.normal(0.0, 8.0, pixels)
    dark_rate = sensor.dark_counts_s * np.clip(1.0 + own.normal(0.0, 0.3, pixels), 0.1, None)
    for index, counts_s in sensor.hot_pixels:
        dark_rate[index] += counts_s
    return response, pattern, dark_rate


def _linearity_tables(linearity: tuple[float, ...]) -> tuple[FloatArray, FloatArray]:
    """Return (ideal, measured) net counts: Ocean's convention is ideal = measured / polynomial(measured)."""
    measured = np.linspace(-4_000.0, 70_000.0, 4_097)
    factor = np.polynomial.polynomial.polyval(measured, linearity) if linearity else np.ones(measured.shape)
    ideal = measured / factor
    if np.any(np.diff(ideal) <= 0):
        raise ValueError("These linearity coefficients fold back: two lights would give the same counts.")
    return ideal, measured

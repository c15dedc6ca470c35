"""Counts to absorbance and emission: per pixel, with sigma, a valid mask and the largest absorbance it can show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.baseline import running_median
from analysis.exposure_pair import Rates, merge
from analysis.spectrum import (
    BoolArray,
    Detector,
    EmissionFrames,
    FloatArray,
    Quantity,
    RawSpectrum,
    ShortFrames,
    Spectrum,
    read_only,
    read_only_mask,
)

LINEARITY_RANGE = (0.7, 1.1)  # a stored polynomial outside it is no linearity correction
LOW_LAMP = 0.005  # of the lamp's peak: below it stray light, typically 0.1 %, is no longer small against the lamp
LOW_LAMP_SIGMA = 0.05  # absorbance: with a noisier lamp a pixel says nothing about clusters of 0.01 to 0.2
HOT_PIXEL_SPREADS = 12.0  # robust spreads of the dark about its neighbours
NOISE_FLOOR_SIGMAS = 3.0  # light below this many sigma is no light: it sets the ceiling
ENOUGH_PIXELS = 16  # with 19 degrees of freedom each: their mean variance is then known to 8 %
DRIFT_SIGMAS = 5.0
DRIFT_BLOCK = 32  # pixels, about 12 nm: lamps and screens are wider, single hot pixels are diluted
LN10 = float(np.log(10.0))


@dataclass(frozen=True, slots=True)
class NoiseModel:
    """The noise of one scan: variance = read_counts^2 + variance_per_count * counts above the dark."""

    read_counts: float
    variance_per_count: float

    def variance(self, net_counts: FloatArray, scans: int) -> FloatArray:
        """Return the variance of the mean of `scans` scans in counts squared, at `net_counts` above the dark."""
        return (self.read_counts**2 + self.variance_per_count * np.maximum(net_counts, 0.0)) / max(scans, 1)


def estimate_noise(dark: RawSpectrum, bright: RawSpectrum, detector: Detector) -> NoiseModel:
    """Estimate read noise and gain from the scatter between the scans of a dark and of a bright frame.

    Read noise is the median of the dark's scan variance, the gain the median slope of the bright frame's excess
    variance over counts (a photon transfer curve, Janesick 2007); medians keep hot pixels out. Raises ValueError
    where a frame holds one scan only, or the bright frame is not brighter than the dark.
    """
    if dark.scans < 2 or bright.scans < 2:
        raise ValueError("Noise needs at least two scans in the dark and in the reference; take both again.")
    seen = optical(detector, dark.counts.size) & np.isfinite(dark.scan_variance) & ~dark.saturated
    read_variance = float(np.median(dark.scan_variance[seen])) / _median_of_variance(dark.scans)
    net = bright.counts - dark.counts
    used = seen & np.isfinite(bright.scan_variance) & ~_widened(bright.saturated) & ~_hot(dark, detector)
    if not np.any(used) or float(np.max(net[used])) <= 10.0 * np.sqrt(read_variance / dark.scans) + 1.0:
        raise ValueError("The reference is no brighter than the dark; switch the lamp on and take it again.")
    used &= net > 0.2 * float(np.quantile(net[used], 0.98))
    excess = bright.scan_variance[used] / _median_of_variance(bright.scans) - read_variance
    return NoiseModel(float(np.sqrt(read_variance)), max(float(np.median(excess / net[used])), 0.0))


def estimate_emission_noise(dark: RawSpectrum, frames: EmissionFrames, detector: Detector) -> NoiseModel:
    """Estimate read noise and gain of a detector that sees emission only, from its dark and a set of three frames.

    Read noise as in `estimate_noise`; the gain from the pixels that UV lights well above it, all of them together,
    and 0 where there is too little light to tell: shot noise is then small against read noise. Raises ValueError where
    a frame holds one scan only.
    """
    on = frames.on
    if dark.scans < 2 or on.scans < 2:
        raise ValueError("Noise needs at least two scans in the dark and in the blank; take both again.")
    seen = optical(detector, dark.counts.size) & np.isfinite(dark.scan_variance) & ~dark.saturated
    read_variance = float(np.median(dark.scan_variance[seen])) / _median_of_variance(dark.scans)
    net = on.counts - dark.counts
    used = seen & np.isfinite(on.scan_variance) & ~_widened(on.saturated) & ~_hot(dark, detector)
    used &= net > 10.0 * np.sqrt(read_variance)
    if np.count_nonzero(used) < ENOUGH_PIXELS:
        return NoiseModel(float(np.sqrt(read_variance)), 0.0)
    excess = float(np.sum(on.scan_variance[used] - read_variance))
    return NoiseModel(float(np.sqrt(read_variance)), max(excess / float(np.sum(net[used])), 0.0))


def absorbance(
    sample: RawSpectrum,
    reference: RawSpectrum,
    dark: RawSpectrum,
    detector: Detector,
    noise: NoiseModel,
    *,
    usable_nm: tuple[float, float] | None = None,
) -> Spectrum:
    """Return A = -log10((S - D) / (R - D)) per pixel, with sigma, valid mask and ceiling.

    `ceiling` is the absorbance at which light can no longer be told from black; stray light, which no instrument
    tells, may keep values below it. Masked (NaN): pixels saturated in any scan and their neighbours, hot pixels,
    pixels with little lamp, pixels that see no light, and pixels darker than three sigma of the light that would tell
    them from black. Raises ValueError where the three frames differ in exposure or in number of pixels.
    """
    _same_exposure(("sample", sample), ("reference", reference), ("dark", dark))
    linear = _Linearity.of(detector)
    sample_net, sample_slope = linear(sample.counts - dark.counts - _offset_step(sample, dark, detector, noise))
    lamp_net, lamp_slope = linear(reference.counts - dark.counts - _offset_step(reference, dark, detector, noise))
    sample_variance = noise.variance(sample_net, sample.scans)
    lamp_variance = noise.variance(lamp_net, reference.scans)
    dark_variance = noise.variance(np.zeros_like(lamp_net), dark.scans)
    lit = optical(detector, lamp_net.size) & _within(reference.wavelengths_nm, usable_nm)
    lit &= ~_widened(sample.saturated | reference.saturated) & ~_hot(dark, detector) & ~dark.saturated
    lit &= np.isfinite(sample_net) & np.isfinite(lamp_net) & (lamp_net > 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        lamp_alone = np.sqrt(2.0 * (lamp_variance + dark_variance)) * lamp_slope / lamp_net / LN10
        lit &= (lamp_net >= LOW_LAMP * _peak(lamp_net, lit)) & (lamp_alone <= LOW_LAMP_SIGMA)
        black = NOISE_FLOOR_SIGMAS * np.sqrt(noise.variance(np.zeros_like(lamp_net), sample.scans) + dark_variance)
        ceiling = -np.log10(black * sample_slope / lamp_net)
        values = -np.log10(sample_net / lamp_net)
        of_dark = sample_slope / sample_net - lamp_slope / lamp_net
        variance = sample_variance * (sample_slope / sample_net) ** 2 + dark_variance * of_dark**2
        variance += lamp_variance * (lamp_slope / lamp_net) ** 2
        valid = lit & (sample_net > 0.0) & (values <= ceiling) & np.isfinite(variance)
    return Spectrum(
        wavelengths_nm=sample.wavelengths_nm,
        values=read_only(np.where(valid, values, np.nan)),
        sigma=read_only(np.where(valid, np.sqrt(np.where(valid, variance, 0.0)) / LN10, np.nan)),
        valid=read_only_mask(valid),
        unit="A",
        mid_exposure_s=sample.mid_exposure_s,
        ceiling=read_only(np.where(lit, ceiling, np.nan)),
        remarks=linear.remarks + _saturation_remark("sample", sample) + _saturation_remark("reference", reference),
    )


def emission(
    frames: EmissionFrames,
    blank: EmissionFrames | None,
    detector: Detector,
    noise: NoiseModel,
    *,
    dark: RawSpectrum | None = None,
    usable_nm: tuple[float, float] | None = None,
) -> Spectrum:
    """Return the emission in counts/s: UV on minus the mean of the two UV-off frames, minus the same of the blank.

    The linearity correction acts on counts above `dark` (without one: above the dark pixels, or the faintest light
    of the off frames). `room_drift` is by how much the two off frames differ in the block of pixels where that is most
    significant; where it exceeds its noise, `remarks` say "the room light changed", and half of each block's own
    difference enters sigma. Raises ValueError where the
    frames of a set differ in exposure or number of pixels.
    """
    linear = _Linearity.of(detector)
    lit = optical(detector, frames.on.counts.size) & _within(frames.on.wavelengths_nm, usable_nm)
    if dark is not None and dark.counts.shape == frames.on.counts.shape:
        lit &= ~_hot(dark, detector)
    sample = _emitted(frames, linear, detector, noise, dark, lit)
    rate, variance, seen = sample.rate, sample.variance, sample.seen
    remarks = linear.remarks + sample.remarks
    if sample.changed:
        remarks += ("the room light changed",)
    if blank is not None:
        solvent = _emitted(blank, linear, detector, noise, dark, lit)
        if solvent.rate.shape != rate.shape:
            raise ValueError("Blank and sample differ in number of pixels; take the reference again.")
        rate, variance, seen = rate - solvent.rate, variance + solvent.variance, seen & solvent.seen
        if not _close(blank.on.exposure_s, frames.on.exposure_s):
            remarks += (f"blank rescaled from {blank.on.exposure_s:g} s to {frames.on.exposure_s:g} s",)
        remarks += tuple(f"blank: {each}" for each in solvent.remarks if each not in sample.remarks)
        if solvent.changed:
            remarks += ("the room light changed during the blank",)
    return Spectrum(
        wavelengths_nm=frames.on.wavelengths_nm,
        values=read_only(np.where(seen, rate, np.nan)),
        sigma=read_only(np.where(seen, np.sqrt(variance), np.nan)),
        valid=read_only_mask(seen),
        unit="counts/s",
        mid_exposure_s=frames.on.mid_exposure_s,
        room_drift=sample.drift,
        remarks=remarks,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Emitted:
    """What one set of three frames says: counts/s and variance of shape (pixels,), the drift of the room."""

    rate: FloatArray
    variance: FloatArray
    seen: BoolArray
    drift: Quantity | None
    changed: bool
    remarks: tuple[str, ...]


def _emitted(
    frames: EmissionFrames,
    linear: _Linearity,
    detector: Detector,
    noise: NoiseModel,
    dark: RawSpectrum | None,
    lit: BoolArray,
) -> _Emitted:
    before, on, after = frames.off_before, frames.on, frames.off_after
    _same_exposure(("UV-on frame", on), ("UV-off frame before it", before), ("UV-off frame after it", after))
    floor = _floor(frames, detector, dark)
    nets = [
        linear(frame.counts - floor - _offset_step(frame, before, detector, noise)) for frame in (before, on, after)
    ]
    scans = (before.scans, on.scans, after.scans)
    variances = [noise.variance(net, n) * slope**2 for (net, slope), n in zip(nets, scans, strict=True)]
    (net_before, _), (net_on, _), (net_after, _) = nets
    seen = lit & ~_widened(before.saturated | on.saturated | after.saturated)
    seen &= np.isfinite(net_before) & np.isfinite(net_on) & np.isfinite(net_after)
    step = (net_after - net_before) / on.exposure_s
    step_variance = (variances[0] + variances[2]) / on.exposure_s**2
    drift, shape = _room_drift(step, step_variance, seen)
    changed = drift is not None and abs(drift.value) > DRIFT_SIGMAS * drift.sigma
    variance = (variances[1] + 0.25 * (variances[0] + variances[2])) / on.exposure_s**2
    if changed:
        variance = variance + (0.5 * shape) ** 2
    rate = (net_on - 0.5 * (net_before + net_after)) / on.exposure_s
    remarks = _saturation_remark("emission", on)
    if frames.short is not None and np.any(on.saturated):
        short = _short_rates(frames.short, linear, detector, noise, floor, lit)
        merged = merge(Rates(rate, variance, seen), short, _widened(on.saturated) & ~_widened(before.saturated))
        rate, variance, seen = merged.rates.rate, merged.rates.variance, merged.rates.seen
        count = int(np.count_nonzero(merged.from_short))
        short_ms = f"{1e3 * frames.short.on.exposure_s:g} ms"
        remarks = (f"{count} pixels that are full at {1e3 * on.exposure_s:g} ms are read at {short_ms}",)
        if merged.refused is not None:
            remarks = (*_saturation_remark("emission", on), merged.refused)
    return _Emitted(rate, variance, seen, drift, changed, remarks)


def _short_rates(
    pair: ShortFrames,
    linear: _Linearity,
    detector: Detector,
    noise: NoiseModel,
    floor: FloatArray | float,
    lit: BoolArray,
) -> Rates:
    off, on = pair.off, pair.on
    _same_exposure(("short UV-on frame", on), ("short UV-off frame", off))
    (net_off, slope_off), (net_on, slope_on) = (
        linear(frame.counts - floor - _offset_step(frame, off, detector, noise)) for frame in (off, on)
    )
    variance = noise.variance(net_on, on.scans) * slope_on**2 + noise.variance(net_off, off.scans) * slope_off**2
    seen = lit & ~_widened(on.saturated | off.saturated) & np.isfinite(net_on) & np.isfinite(net_off)
    return Rates((net_on - net_off) / on.exposure_s, variance / on.exposure_s**2, seen)


def _room_drift(step: FloatArray, variance: FloatArray, seen: BoolArray) -> tuple[Quantity | None, FloatArray]:
    """Return the most significant block mean of the off frames' difference, and the difference of every block."""
    shape = np.zeros_like(step)
    best: Quantity | None = None
    for start in range(0, step.size, DRIFT_BLOCK):
        block = np.flatnonzero(seen[start : start + DRIFT_BLOCK]) + start
        if block.size < DRIFT_BLOCK // 4:
            continue
        mean, sigma = float(np.mean(step[block])), float(np.sqrt(np.sum(variance[block])) / block.size)
        shape[start : start + DRIFT_BLOCK] = mean
        if best is None or abs(mean) * best.sigma > abs(best.value) * sigma:
            best = Quantity(mean, sigma)
    return best, shape


def _floor(frames: EmissionFrames, detector: Detector, dark: RawSpectrum | None) -> FloatArray | float:
    """The counts of no light at all, above which the detector's linearity is defined."""
    same_size = dark is not None and dark.counts.shape == frames.on.counts.shape
    if dark is not None and same_size and _close(dark.exposure_s, frames.on.exposure_s):
        return dark.counts
    if detector.dark_pixels:
        return float(np.median(frames.off_before.counts[list(detector.dark_pixels)]))
    return float(np.quantile(frames.off_before.counts, 0.05))


@dataclass(frozen=True, slots=True)
class _Linearity:
    """The detector's linearity: counts above the dark are divided by a polynomial in themselves."""

    coefficients: tuple[float, ...]
    remarks: tuple[str, ...]

    @staticmethod
    def of(detector: Detector) -> _Linearity:
        """Take the detector's coefficients, or none where they are absent or cannot be a linearity correction."""
        given = detector.linearity
        if not given or not any(given):
            return _Linearity((), (detector.no_linearity or "no linearity correction: the detector stores none",))
        coefficients = np.asarray(given, dtype=np.float64)
        counts = np.linspace(0.0, detector.full_scale_counts, 257)
        usable = bool(np.all(np.isfinite(coefficients)))
        factor = np.polynomial.polynomial.polyval(counts, coefficients if usable else np.zeros(1))
        low, high = LINEARITY_RANGE
        if float(factor.min()) < low or float(factor.max()) > high:
            return _Linearity((), ("no linearity correction: the stored coefficients make no sense",))
        return _Linearity(given, ())

    def __call__(self, net: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return corrected counts and the slope corrected / measured, by which noise is scaled."""
        if not self.coefficients:
            return net, np.ones_like(net)
        coefficients = np.asarray(self.coefficients)
        inside = np.maximum(net, 0.0)
        factor = np.polynomial.polynomial.polyval(inside, coefficients)
        slope = np.polynomial.polynomial.polyval(inside, np.polynomial.polynomial.polyder(coefficients))
        return net / factor, (factor - inside * slope) / factor**2


def _offset_step(frame: RawSpectrum, dark: RawSpectrum, detector: Detector, noise: NoiseModel) -> float:
    """How far the electronic offset moved between two frames by the dark pixels; 0 where that is within noise."""
    pixels = [pixel for pixel in detector.dark_pixels if pixel < frame.counts.size]
    if len(pixels) < 4:
        return 0.0
    step = float(np.median(frame.counts[pixels] - dark.counts[pixels]))
    sigma = 1.2533 * noise.read_counts * np.sqrt((1.0 / frame.scans + 1.0 / dark.scans) / len(pixels))
    return step if abs(step) > 4.0 * sigma else 0.0


def _same_exposure(*frames: tuple[str, RawSpectrum]) -> None:
    (first_name, first), *others = frames
    for name, frame in others:
        if frame.counts.shape != first.counts.shape:
            raise ValueError(
                f"The {first_name} has {first.counts.size} pixels and the {name} {frame.counts.size}; "
                f"they come from different spectrometers. Take the {name} again."
            )
        if not _close(frame.exposure_s, first.exposure_s):
            raise ValueError(
                f"The {first_name} was taken at {1e3 * first.exposure_s:g} ms and the {name} at "
                f"{1e3 * frame.exposure_s:g} ms; take the {name} again at {1e3 * first.exposure_s:g} ms."
            )


def _close(exposure_s: float, other_s: float) -> bool:
    return abs(exposure_s - other_s) <= 1e-3 * max(exposure_s, other_s)


def _within(wavelengths_nm: FloatArray, usable_nm: tuple[float, float] | None) -> BoolArray:
    if usable_nm is None:
        return np.ones(wavelengths_nm.size, dtype=np.bool_)
    return (wavelengths_nm >= usable_nm[0]) & (wavelengths_nm <= usable_nm[1])


def optical(detector: Detector, pixels: int) -> BoolArray:
    """Return which of the pixels see light, shape (pixels,)."""
    seen = np.zeros(pixels, dtype=np.bool_)
    first, end = detector.optical_pixels or (0, pixels)
    seen[first:end] = True
    seen[[pixel for pixel in detector.dark_pixels if pixel < pixels]] = False
    return seen


def _hot(dark: RawSpectrum, detector: Detector) -> BoolArray:
    """Pixels whose dark stands out from their neighbours, or flickers more than chance allows."""
    excess = dark.counts - running_median(dark.counts, 11)
    lit = optical(detector, dark.counts.size)
    spread = 1.4826 * float(np.median(np.abs(excess[lit] - np.median(excess[lit]))))
    hot: BoolArray = excess > max(HOT_PIXEL_SPREADS * spread, 1.0)
    if dark.scans >= 5 and np.all(np.isfinite(dark.scan_variance[lit])):
        typical = float(np.median(dark.scan_variance[lit]))
        hot |= dark.scan_variance > typical * (1.0 + 10.0 * np.sqrt(2.0 / (dark.scans - 1)))
    return hot


def _widened(pixels: BoolArray) -> BoolArray:
    """The pixels and the one on either side: charge bleeds."""
    wide = pixels.copy()
    wide[1:] |= pixels[:-1]
    wide[:-1] |= pixels[1:]
    return wide


def _peak(net: FloatArray, lit: BoolArray) -> float:
    """The lamp's peak; the 99.5th percentile, so that one spike is no peak."""
    return float(np.quantile(net[lit], 0.995)) if np.any(lit) else np.inf


def _median_of_variance(scans: int) -> float:
    """Median of the sample variance of `scans` Gaussian numbers over their variance (Wilson and Hilferty 1931)."""
    freedom = scans - 1
    return (1.0 - 2.0 / (9.0 * freedom)) ** 3


def _saturation_remark(name: str, frame: RawSpectrum) -> tuple[str, ...]:
    count = int(np.count_nonzero(frame.saturated))
    return (f"{name} saturated in {count} pixels, which are left out",) if count else ()

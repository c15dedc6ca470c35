"""Emission frames to counts/s: UV on minus the room of this very minute, and whether that room stood still."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.exposure_pair import Rates, merge
from analysis.net_counts import Eye, close, same_exposure, saturation_remarks
from analysis.pixels import widened
from analysis.spectrum import (
    BoolArray,
    Detector,
    EmissionFrames,
    FloatArray,
    Quantity,
    RawSpectrum,
    ShortFrames,
)

DRIFT_SIGMAS = 5.0
DRIFT_BLOCK = 32  # pixels, about 12 nm: lamps and screens are wider, single hot pixels are diluted


@dataclass(frozen=True, slots=True, eq=False)
class Emitted:
    """What one set of three frames says: the rates in counts/s, the drift of the room, and whether it is a change."""

    rates: Rates
    drift: Quantity | None
    changed: bool
    remarks: tuple[str, ...]


def emitted(
    frames: EmissionFrames, eye: Eye, dark: RawSpectrum | None, lit: BoolArray, response: FloatArray | None
) -> Emitted:
    """Return UV on minus the mean of both UV-off frames, over exposure and `response` (None: as counted).

    `lit` are the pixels of which something can be known. Raises ValueError where the frames differ in exposure.
    """
    before, on, after = frames.off_before, frames.on, frames.off_after
    same_exposure(("UV-on frame", on), ("UV-off frame before it", before), ("UV-off frame after it", after))
    floor = _floor(frames, eye.detector, dark)
    first, lighted, last = (_rates(frame, before, floor, eye, response) for frame in (before, on, after))
    seen = lit & ~widened(before.saturated | on.saturated | after.saturated)
    seen &= np.isfinite(first.rate) & np.isfinite(lighted.rate) & np.isfinite(last.rate)
    drift, shape = _room_drift(last.rate - first.rate, first.variance + last.variance, seen)
    changed = drift is not None and abs(drift.value) > DRIFT_SIGMAS * drift.sigma
    variance = lighted.variance + 0.25 * (first.variance + last.variance)
    if changed:
        variance = variance + (0.5 * shape) ** 2
    rates = Rates(lighted.rate - 0.5 * (first.rate + last.rate), variance, seen)
    remarks = saturation_remarks(("emission", on))
    if frames.short is not None and np.any(on.saturated):
        short = _short_rates(frames.short, floor, eye, lit, response)
        merged = merge(rates, short, widened(on.saturated) & ~widened(before.saturated))
        rates, count = merged.rates, int(np.count_nonzero(merged.from_short))
        short_ms = f"{1e3 * frames.short.on.exposure_s:g} ms"
        read = f"{count} pixels that are full at {1e3 * on.exposure_s:g} ms are read at {short_ms}"
        remarks = (read,) if merged.refused is None else (*remarks, merged.refused)
    return Emitted(rates, drift, changed, remarks)


def _rates(
    frame: RawSpectrum, before: RawSpectrum, floor: FloatArray | float, eye: Eye, response: FloatArray | None
) -> Rates:
    """Return the light of one frame in counts/s, room included."""
    net = eye.net(frame, floor, before)
    per_count = 1.0 / frame.exposure_s if response is None else 1.0 / (frame.exposure_s * response)
    return Rates(net.counts * per_count, net.variance * per_count**2, ~widened(frame.saturated))


def _short_rates(
    pair: ShortFrames, floor: FloatArray | float, eye: Eye, lit: BoolArray, response: FloatArray | None
) -> Rates:
    off, on = pair.off, pair.on
    same_exposure(("short UV-on frame", on), ("short UV-off frame", off))
    dark, lighted = (_rates(frame, off, floor, eye, response) for frame in (off, on))
    seen = lit & dark.seen & lighted.seen & np.isfinite(dark.rate) & np.isfinite(lighted.rate)
    return Rates(lighted.rate - dark.rate, dark.variance + lighted.variance, seen)


def _room_drift(step: FloatArray, variance: FloatArray, seen: BoolArray) -> tuple[Quantity | None, FloatArray]:
    """Return the most significant block mean of the off frames' difference, and the difference of every block."""
    blocks = -(-step.size // DRIFT_BLOCK)
    block = np.arange(step.size) // DRIFT_BLOCK
    known = block[seen]
    count = np.bincount(known, minlength=blocks)
    enough = count >= DRIFT_BLOCK // 4
    share = 1.0 / np.maximum(count, 1)
    mean = np.where(enough, np.bincount(known, step[seen], minlength=blocks) * share, 0.0)
    sigma = np.sqrt(np.bincount(known, variance[seen], minlength=blocks)) * share
    if not np.any(enough):
        return None, np.zeros_like(step)
    with np.errstate(divide="ignore", invalid="ignore"):
        most = int(np.argmax(np.where(enough, np.abs(mean) / sigma, -1.0)))
    return Quantity(float(mean[most]), float(sigma[most])), mean[block]


def _floor(frames: EmissionFrames, detector: Detector, dark: RawSpectrum | None) -> FloatArray | float:
    """The counts of no light at all, above which the detector's linearity is defined."""
    same_size = dark is not None and dark.counts.shape == frames.on.counts.shape
    if dark is not None and same_size and close(dark.exposure_s, frames.on.exposure_s):
        return dark.counts
    if detector.dark_pixels:
        return float(np.median(frames.off_before.counts[list(detector.dark_pixels)]))
    return float(np.quantile(frames.off_before.counts, 0.05))

"""Counts to absorbance and emission: per pixel, with sigma, a valid mask and the largest absorbance it can show."""

from __future__ import annotations

import numpy as np

from analysis.net_counts import Eye, close, same_exposure, same_pixels, saturation_remarks
from analysis.noise import NoiseModel
from analysis.pixels import hot, optical, widened, within
from analysis.response import Response
from analysis.spectrum import (
    BoolArray,
    Detector,
    EmissionFrames,
    FloatArray,
    RawSpectrum,
    Spectrum,
    read_only,
    read_only_mask,
)
from analysis.stray_light import BLOCKED_BY_NM, ceiling, near_ceiling, stray_light
from analysis.three_frames import emitted

LOW_LAMP = 0.005  # of the lamp's peak: below it stray light, typically 0.1 %, is no longer small against the lamp
LOW_LAMP_SIGMA = 0.05  # absorbance: with a noisier lamp a pixel says nothing about clusters of 0.01 to 0.2
LN10 = float(np.log(10.0))


def absorbance(
    sample: RawSpectrum,
    reference: RawSpectrum,
    dark: RawSpectrum,
    detector: Detector,
    noise: NoiseModel,
    *,
    usable_nm: tuple[float, float] | None = None,
    reference_dark: RawSpectrum | None = None,
    stray_share: float | None = None,
    long_pass_nm: float | None = None,
) -> Spectrum:
    """Return A = -log10((S - D) / (R - D)) per pixel, with sigma, valid mask and ceiling.

    `ceiling` is the absorbance beyond which light cannot be told from black: by noise, and by stray light, whose share
    of the lamp's mean light is `stray_share` (None: measured below the long-pass filter's edge `long_pass_nm`, or taken
    as typical); what comes near it is said. Masked (NaN): pixels saturated in any scan and their neighbours, hot
    pixels, pixels with little lamp or none, pixels at or beyond their ceiling, and those below the filter's edge.
    A reference of another exposure is rescaled, with a remark, where `reference_dark` is the dark of its exposure.
    Raises ValueError where frames differ in number of pixels, or in exposure otherwise.
    """
    of_lamp, ratio, rescaled = _dark_of_reference(sample, reference, dark, reference_dark)
    eye = Eye.of(detector, noise)
    through, lamp = eye.net(sample, dark.counts, dark), eye.net(reference, of_lamp.counts, of_lamp)
    sample_net, lamp_net = through.counts, lamp.counts
    nm, edge_nm = sample.wavelengths_nm, -np.inf if long_pass_nm is None else long_pass_nm
    alive = optical(detector, nm.size) & ~hot(dark, detector) & np.isfinite(sample_net) & np.isfinite(lamp_net)
    lit = alive & within(nm, usable_nm) & (nm >= edge_nm) & (lamp_net > 0.0)
    lit &= ~(widened(sample.saturated | reference.saturated) | dark.saturated | of_lamp.saturated)
    with np.errstate(divide="ignore", invalid="ignore"):
        by_dark, by_lamp_dark = through.slope / sample_net, lamp.slope / lamp_net
        dark_variance, lamp_dark = noise.of_dark(dark.scans), noise.of_dark(of_lamp.scans)
        lamp_variance = lamp.variance / lamp_net**2
        variance = through.variance / sample_net**2 + lamp_variance
        if of_lamp is dark:  # the same dark moves both: where they are alike its noise cancels
            variance += dark_variance * (by_dark - by_lamp_dark) ** 2
        else:
            variance += dark_variance * by_dark**2 + lamp_dark * by_lamp_dark**2
        lit &= lamp_net >= LOW_LAMP * _peak(lamp_net, lit)
        lit &= np.sqrt(2.0 * (lamp_variance + lamp_dark * by_lamp_dark**2)) <= LOW_LAMP_SIGMA * LN10
        lamp_net = lamp_net * ratio
        seen_share = sample_net / lamp_net
        values = -np.log10(seen_share)
        black = np.sqrt(noise.of_dark(sample.scans) + dark_variance)
        stray = stray_light(lamp_net, sample_net, black, alive, nm < edge_nm - BLOCKED_BY_NM, stray_share)
        no_light = black * through.slope
        highest = ceiling(lamp_net, no_light, stray)
        beyond = lit & ~((sample_net > 0.0) & (values <= highest))
        valid = lit & ~beyond & np.isfinite(variance)
        near = near_ceiling(nm, seen_share, lamp_net, no_light, lit, beyond, stray)
    return Spectrum(
        wavelengths_nm=nm,
        values=read_only(np.where(valid, values, np.nan)),
        sigma=read_only(np.where(valid, np.sqrt(np.where(valid, variance, 0.0)) / LN10, np.nan)),
        valid=read_only_mask(valid),
        unit="A",
        mid_exposure_s=sample.mid_exposure_s,
        ceiling=read_only(np.where(lit, highest, np.nan)),
        remarks=eye.linear.remarks + saturation_remarks(("sample", sample), ("reference", reference)) + rescaled + near,
    )


def emission(
    frames: EmissionFrames,
    blank: EmissionFrames | None,
    detector: Detector,
    noise: NoiseModel,
    *,
    dark: RawSpectrum | None = None,
    usable_nm: tuple[float, float] | None = None,
    response: Response | None = None,
) -> Spectrum:
    """Return the emission in counts/s: UV on minus the mean of the two UV-off frames, minus the same of the blank.

    The linearity correction acts on counts above `dark` (without one: above the dark pixels, or the faintest light
    of the off frames). With `response` all of it is divided by the relative response of detector and optics and
    `response_corrected` is true; where that is not known, nothing is. A blank of another exposure is rescaled, with a
    remark. `room_drift` is by how much the two off frames differ in the block of pixels where that is most significant;
    where it exceeds its noise, `remarks` say "the room light changed", and half of each block's own difference enters
    sigma. Raises ValueError where the frames of a set differ in exposure or number of pixels.
    """
    eye = Eye.of(detector, noise)
    nm = frames.on.wavelengths_nm
    lit = optical(detector, frames.on.counts.size) & within(nm, usable_nm)
    if dark is not None and dark.counts.shape == frames.on.counts.shape:
        lit &= ~hot(dark, detector)
    relative = None if response is None else response.at(nm)
    sample = emitted(frames, eye, dark, lit, relative)
    rate, variance, seen = sample.rates.rate, sample.rates.variance, sample.rates.seen
    remarks = eye.linear.remarks + sample.remarks
    if sample.changed:
        remarks += ("the room light changed",)
    if blank is not None:
        same_pixels(("sample", frames.on), ("reference", blank.on))
        solvent = emitted(blank, eye, dark, lit, relative)
        rate, variance, seen = rate - solvent.rates.rate, variance + solvent.rates.variance, seen & solvent.rates.seen
        if not close(blank.on.exposure_s, frames.on.exposure_s):
            remarks += (f"blank rescaled from {blank.on.exposure_s:g} s to {frames.on.exposure_s:g} s",)
        remarks += tuple(f"blank: {each}" for each in solvent.remarks if each not in sample.remarks)
        if solvent.changed:
            remarks += ("the room light changed during the blank",)
    return Spectrum(
        wavelengths_nm=nm,
        values=read_only(np.where(seen, rate, np.nan)),
        sigma=read_only(np.where(seen, np.sqrt(np.where(seen, variance, 0.0)), np.nan)),
        valid=read_only_mask(seen),
        unit="counts/s",
        mid_exposure_s=frames.on.mid_exposure_s,
        room_drift=sample.drift,
        response_corrected=response is not None,
        remarks=remarks,
    )


def _dark_of_reference(
    sample: RawSpectrum, reference: RawSpectrum, dark: RawSpectrum, reference_dark: RawSpectrum | None
) -> tuple[RawSpectrum, float, tuple[str, ...]]:
    """Return the dark that a reference is read with, what its net counts are multiplied by, and the word on it."""
    same = close(sample.exposure_s, reference.exposure_s)
    if same or reference_dark is None or not close(reference_dark.exposure_s, reference.exposure_s):
        same_exposure(("sample", sample), ("reference", reference), ("dark", dark))
        return dark, 1.0, ()
    same_exposure(("sample", sample), ("dark", dark))
    same_pixels(("sample", sample), ("reference", reference), ("dark of the reference", reference_dark))
    word = f"reference rescaled from {1e3 * reference.exposure_s:g} ms to {1e3 * sample.exposure_s:g} ms"
    return reference_dark, sample.exposure_s / reference.exposure_s, (word,)


def _peak(net: FloatArray, lit: BoolArray) -> float:
    """The lamp's peak; the 99.5th percentile, so that one spike is no peak."""
    return float(np.quantile(net[lit], 0.995)) if np.any(lit) else np.inf

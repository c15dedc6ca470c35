"""The inner filter: by how much the cuvette weakens emission, from its own absorbance and the geometry."""

from __future__ import annotations

from math import exp, expm1, hypot, log
from typing import Literal

import numpy as np

from analysis.findings import InnerFilter
from analysis.spectrum import Quantity, Spectrum
from analysis.wording import plus_minus

Geometry = Literal["90 degrees", "front face"]

LARGEST = 0.3  # absorbance at the excitation above which the cuvette glows at its front and no closed form holds
_LN10 = log(10.0)
_LEAST_HALF_NM = 2.5  # a laser's line is read over this far to either side: some pixels, of narrow bands still the top
_FEWEST_PIXELS = 2
# At 90 degrees the volume that is looked at is taken to be half way; 0.5 mm of 10 mm is as well as that is known.
_PLACE_SIGMA = 0.05


def inner_filter(
    absorbance: Spectrum | None,
    excitation_nm: float | None,
    emission_nm: tuple[float, float],
    *,
    geometry: Geometry = "90 degrees",
    path_mm: float = 10.0,
    absorbance_path_mm: float | None = None,
    excitation_fwhm_nm: float | None = None,
) -> InnerFilter:
    """Return the factor >= 1 by which emission is larger than what left the cuvette, or why it is refused.

    `absorbance` is that of the same dilution, over `absorbance_path_mm` (None: the same cuvette as for the emission,
    `path_mm`). `emission_nm` is the band, between its half heights; the excitation is read over its width. Raises
    ValueError where a path is not above 0.

    90 degrees: the excitation passes half the path before the volume that is looked at, its emission half the path
    after it, so that 10^(-A_ex/2) 10^(-A_em/2) is left: factor 10^((A_ex + A_em)/2) (Lakowicz, Principles of
    Fluorescence Spectroscopy, 3rd ed., chapter 2). Front face: all depths x of the path are looked at through the way
    that the light came, and the mean of 10^(-A x), x = 0..1, is (1 - 10^-A) / (2.303 A) with A = A_ex + A_em: that
    is the weakening, and the factor is its inverse.
    """
    measured_mm = path_mm if absorbance_path_mm is None else absorbance_path_mm
    if not (path_mm > 0.0 and measured_mm > 0.0):
        raise ValueError(f"A path of {min(path_mm, measured_mm):g} mm holds no sample; it must be above 0.")
    scale = path_mm / measured_mm
    if excitation_nm is None:
        return InnerFilter(None, "Not corrected for the inner filter: the excitation wavelength is not known.")
    if absorbance is None:
        return InnerFilter(None, "Not corrected for the inner filter: no absorbance was measured with this emission.")
    half_nm = max(_LEAST_HALF_NM, 0.5 * (excitation_fwhm_nm or 0.0))
    excited = _mean(absorbance, excitation_nm - half_nm, excitation_nm + half_nm, scale)
    emitted = _mean(absorbance, *emission_nm, scale)
    name, band = f"A({excitation_nm:.0f})", f"{emission_nm[0]:.0f}-{emission_nm[1]:.0f} nm"
    if excited is None:
        return InnerFilter(
            None,
            f"Not corrected for the inner filter: {name} was not measured "
            f"(a filter, too little lamp light or the UV line hides {excitation_nm:.0f} nm).",
        )
    if excited.value > LARGEST:
        return InnerFilter(
            None,
            f"Not corrected for the inner filter: {name} = {plus_minus(excited.value, excited.sigma)} is above "
            f"{LARGEST:g}, where most of the light stays in front of what is looked at; dilute the aliquot further.",
        )
    if emitted is None:
        return InnerFilter(None, f"Not corrected for the inner filter: no absorbance was measured at {band}.")
    factor = _at_90_degrees(excited, emitted) if geometry == "90 degrees" else _front_face(excited, emitted)
    seen = f"{name} = {plus_minus(excited.value, excited.sigma)}, A({band}) = {emitted.value:.3f}"
    return InnerFilter(factor, f"Inner filter at {geometry}: {seen}; emission is weakened {factor.value:.2f} times.")


def _mean(spectrum: Spectrum, from_nm: float, to_nm: float, scale: float) -> Quantity | None:
    """Return mean absorbance within some nm, never below 0; None unless two pixels and half of them are known."""
    first, last = np.searchsorted(spectrum.wavelengths_nm, (from_nm, to_nm))
    known = spectrum.valid[first:last]
    count = int(np.count_nonzero(known))
    if count < _FEWEST_PIXELS or 2 * count < last - first:
        return None
    values, sigma = spectrum.values[first:last][known], spectrum.sigma[first:last][known]
    mean = scale * float(values.sum()) / count
    return Quantity(max(mean, 0.0), scale * float(np.sqrt(sigma @ sigma)) / count)


def _at_90_degrees(excited: Quantity, emitted: Quantity) -> Quantity:
    total = excited.value + emitted.value
    factor = exp(0.5 * _LN10 * total)
    place = _PLACE_SIGMA * hypot(excited.value, emitted.value)  # along the light and along what is seen: independent
    return Quantity(factor, _LN10 * factor * hypot(0.5 * excited.sigma, 0.5 * emitted.sigma, place))


def _front_face(excited: Quantity, emitted: Quantity) -> Quantity:
    depth = _LN10 * (excited.value + emitted.value)
    sigma = _LN10 * hypot(excited.sigma, emitted.sigma)
    if depth < 1e-6:
        return Quantity(1.0, 0.5 * sigma)  # the slope at 0
    absorbed = -expm1(-depth)
    slope = (absorbed - depth * exp(-depth)) / absorbed**2
    return Quantity(depth / absorbed, slope * sigma)

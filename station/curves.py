"""Curves as they are drawn. No number is ever taken from one; the spectra themselves stay as they were measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.look_alikes import LINE_HALF_NM
from analysis.spectrum import Spectrum, read_only, read_only_mask

DRAWN_NM = 2.0  # about what a 25-50 um slit resolves: means over it calm the picture and hide no band


def emission_unit(spectrum: Spectrum) -> str:
    """Return the unit of an emission with the word on its spectral response: "counts/s, response uncorrected".

    A processed file does not tell whether it was corrected.
    """
    if spectrum.unit != "counts/s":
        return spectrum.unit
    return f"{spectrum.unit}, response {'corrected' if spectrum.response_corrected else 'uncorrected'}"


def drawn_emission(spectrum: Spectrum) -> Spectrum:
    """Return the means of emission over `DRAWN_NM`, NaN where no pixel of a step is valid; sigma is of the mean.

    A spectrum that is already as coarse (a processed file) is returned as it is. Wavelengths ascend.
    """
    nm = spectrum.wavelengths_nm
    if nm.size < 2 or abs(float(np.median(np.diff(nm)))) > 0.5 * DRAWN_NM:
        return spectrum
    step = np.floor((nm - nm.min()) / DRAWN_NM).astype(np.intp)
    steps = int(step.max()) + 1
    used = spectrum.valid
    count = np.bincount(step[used], minlength=steps).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        values = np.bincount(step[used], spectrum.values[used], minlength=steps) / count
        sigma = np.sqrt(np.bincount(step[used], spectrum.sigma[used] ** 2, minlength=steps)) / count
    centres = np.bincount(step, nm, minlength=steps) / np.bincount(step, minlength=steps)
    return replace(
        spectrum,
        wavelengths_nm=read_only(centres),
        values=read_only(values),
        sigma=read_only(sigma),
        valid=read_only_mask(count > 0),
        ceiling=None,
    )


def without_line(emission: Spectrum, excitation_nm: float | None) -> Spectrum:
    """Return emission broken where the excitation line lies, as the window breaks it; whole where none is known."""
    if excitation_nm is None:
        return emission
    line = np.abs(emission.wavelengths_nm - excitation_nm) < LINE_HALF_NM
    values = np.where(line, np.nan, emission.values)
    return replace(emission, values=read_only(values), valid=read_only_mask(emission.valid & ~line))

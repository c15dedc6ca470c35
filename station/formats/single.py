"""What a file of another program says: one spectrum, what its values are, and when it was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from analysis.spectrum import FloatArray, read_only
from analysis.wording import grouped
from station.formats.text import FormatError, check_wavelengths

FEWEST_POINTS = 16
NEEDED_NM = (400.0, 650.0)  # clusters and young dots show themselves in here
NO_ABSORBANCE = 3.0  # where half of all values lie above it no light passes; per cent and counts do lie there


@dataclass(frozen=True, slots=True, eq=False)
class SingleSpectrum:
    """One spectrum: `wavelengths_nm` ascends, `values` belong to it, both of shape (points,), all finite.

    `says` is what the file calls its values, in lower case ("" where it does not). `measured` is the time of day in it,
    without a zone where it is that of the computer it was written on; None where it tells none.
    """

    wavelengths_nm: FloatArray
    values: FloatArray
    says: str = ""
    measured: datetime | None = None


def single(
    file: str,
    wavelengths: Sequence[float],
    values: Sequence[float],
    *,
    heading: str = "",
    says: str = "",
    measured: datetime | None = None,
) -> SingleSpectrum:
    """Return one spectrum in the order of its wavelengths; points without a value are left out.

    `heading` is that of the column of wavelengths. Raises FormatError where these are no spectrum against nm.
    """
    nm, told = np.array(wavelengths, dtype=np.float64), np.array(values, dtype=np.float64)
    known = np.isfinite(nm) & np.isfinite(told)
    if np.count_nonzero(known) < FEWEST_POINTS:
        raise FormatError(f"{file} holds {np.count_nonzero(known)} points, which is no spectrum. Export it again.")
    nm, told = nm[known], told[known]
    check_wavelengths(file, heading, nm)
    order = np.argsort(nm)
    return SingleSpectrum(read_only(nm[order]), read_only(told[order]), says.lower(), measured)


def as_absorbance(file: str, spectrum: SingleSpectrum) -> SingleSpectrum:
    """Return the spectrum as it is where its values are absorbance. Raises FormatError, with what they are, else."""
    _check_range(file, spectrum)
    for word in ("transmi", "reflect", "irradiance", "count", "intensity"):
        if word in spectrum.says:
            raise FormatError(f"{file} holds {spectrum.says}, not absorbance. Export the absorbance.")
    inside = _inside(spectrum)
    middle = float(np.median(np.abs(spectrum.values[inside])))
    if middle > NO_ABSORBANCE:
        size = grouped(middle) if middle >= 1000.0 else f"{middle:.3g}"
        raise FormatError(
            f"{file}: its values, about {size}, are counts or per cent, not absorbance. Export the absorbance."
        )
    return spectrum


def as_emission(file: str, spectrum: SingleSpectrum) -> SingleSpectrum:
    """Return the spectrum as it is where it can be emission; in whatever unit. Raises FormatError else."""
    _check_range(file, spectrum)
    if "absorb" in spectrum.says or "transmi" in spectrum.says:
        raise FormatError(
            f"{file} holds {spectrum.says}, but its name says emission. Rename it, or change how emission is named."
        )
    return spectrum


def _inside(spectrum: SingleSpectrum) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return (spectrum.wavelengths_nm >= NEEDED_NM[0]) & (spectrum.wavelengths_nm <= NEEDED_NM[1])


def _check_range(file: str, spectrum: SingleSpectrum) -> None:
    if np.count_nonzero(_inside(spectrum)) < FEWEST_POINTS:
        low, high = spectrum.wavelengths_nm[0], spectrum.wavelengths_nm[-1]
        raise FormatError(
            f"{file} goes from {low:.0f} to {high:.0f} nm; {NEEDED_NM[0]:.0f}–{NEEDED_NM[1]:.0f} nm are needed. "
            "Measure over this range."
        )

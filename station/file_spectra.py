"""The files that an aliquot came from, and its spectra, which are read from them again whenever they are needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from analysis.spectrum import Spectrum
from station.attachment import Attachment
from station.formats import families
from station.formats.single import SingleSpectrum, as_absorbance, as_emission
from station.processed import processed_spectrum

Kind = Literal["absorbance", "emission"]
_TYPE = "text/plain; spectrum="


def attached(name: str, kind: Kind, data: bytes) -> Attachment:
    """Return a file as it travels within the run; its media type says what its spectrum is."""
    return Attachment(name, f"{_TYPE}{kind}", data)


def kind_of(file: Attachment) -> Kind:
    """Return what the spectrum of an attached file is."""
    return "emission" if file.media_type == f"{_TYPE}emission" else "absorbance"


def read_as(kind: Kind, name: str, data: bytes) -> SingleSpectrum:
    """Return the spectrum in a file that is to hold this kind. Raises FormatError, with its name, where it does not."""
    spectrum = families.read(name, data)
    return as_emission(name, spectrum) if kind == "emission" else as_absorbance(name, spectrum)


def spectra_of(files: Sequence[Attachment], measured_at_s: float) -> tuple[Spectrum | None, Spectrum | None]:
    """Return absorbance and emission (in arbitrary units) in some attached files, each None where there is no file.

    Raises FormatError.
    """
    found: dict[Kind, Spectrum] = {}
    for file in files:
        kind = kind_of(file)
        read = read_as(kind, file.name, file.data)
        unit: Literal["a.u.", "A"] = "a.u." if kind == "emission" else "A"
        found[kind] = processed_spectrum(read.wavelengths_nm, read.values, unit, measured_at_s)
    return found.get("absorbance"), found.get("emission")

"""The file of a spectral response: a table that says what its columns are, as factors or as a lamp and its counts."""

from __future__ import annotations

import re
from pathlib import Path

from analysis.response import Response, response_by_factor, response_by_lamp, response_of
from analysis.spectrum import FloatArray
from station.formats.wide_csv import FormatError, read

_KINDS = {
    "factor": re.compile(r"factor|correction", re.IGNORECASE),
    "response": re.compile(r"response|sensitivity|efficiency", re.IGNORECASE),
    "photons": re.compile(r"photon|quanta", re.IGNORECASE),
    "watts": re.compile(r"irradiance|radiance|power|flux|\b[mµun]?W\b", re.IGNORECASE),
    "counts": re.compile(r"count|measured", re.IGNORECASE),
}
_WANTED = (
    "Name its columns: wavelength (nm) and 'factor' (counts are multiplied by it), or 'response' (divided by it), "
    "or the lamp's 'irradiance' (per nm, in W or in photons) beside the 'counts' of this spectrometer, dark subtracted."
)


def read_response(path: Path) -> Response:
    """Return the response in a CSV file whose header names its columns; raises FormatError with a sentence.

    Three kinds: nm and factor; nm and response; nm, irradiance and counts. Other columns are passed over.
    """
    table = read(path)
    columns: dict[str, FloatArray] = {}
    for label, values in zip(table.labels, table.values, strict=True):
        kind = next((kind for kind, words in _KINDS.items() if words.search(label)), None)
        if kind is not None:
            columns.setdefault(kind, values)
    nm = table.wavelengths_nm
    try:
        if "factor" in columns:
            return response_by_factor(path.name, nm, columns["factor"])
        if "response" in columns:
            return response_of(path.name, nm, columns["response"])
        lamp = next((kind for kind in ("photons", "watts") if kind in columns), None)
        if lamp is not None and "counts" in columns:
            return response_by_lamp(path.name, nm, columns[lamp], columns["counts"], watts=lamp == "watts")
    except ValueError as unfit:
        raise FormatError(f"{path.name} is no spectral response: {unfit}. Nothing was changed.") from unfit
    if lamp is not None:
        raise FormatError(
            f"{path.name} holds a lamp's irradiance but not what this spectrometer counts of it. "
            "Add a column 'counts', dark subtracted."
        )
    raise FormatError(f"{path.name} does not say what its columns are. {_WANTED}")

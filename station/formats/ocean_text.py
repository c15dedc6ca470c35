"""Text files of Ocean's programs: SpectraSuite, OceanView and the Jaz, with a point or a comma as decimal mark.

A header of "Key: value", a line ">>>>>Begin ... Spectral Data<<<<<", wavelengths and values, and, but for OceanView, an
end line. A Jaz names its columns: W, D(ark), R(eference), S(cope), P(rocessed).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from station.formats.single import SingleSpectrum, single
from station.formats.text import FormatError, decoded, number

FAMILY = "Ocean text"
_BEGIN = re.compile(r">>>>>\s*Begin[^<]*<<<<<", re.IGNORECASE)
_END = re.compile(r">>>>>\s*End[^<]*<<<<<", re.IGNORECASE)
_PIXELS = re.compile(r"Number of Pixels in [A-Za-z ]*Spectrum:\s*([0-9]+)", re.IGNORECASE)
_DATE = re.compile(
    r"^Date:\s*[A-Za-z]{3}\s+([A-Za-z]{3})\s+([0-9]{1,2})\s+([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:\s+([A-Za-z+\-0-9:]*[A-Za-z][A-Za-z+\-0-9:]*))?\s+([0-9]{4})",
    re.MULTILINE,
)
_QUANTITY = re.compile(r"\b(absorbance|transmi(?:ssion|ttance)|reflect(?:ion|ance)|irradiance)", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UNIVERSAL = ("GMT", "UTC", "Z")  # other names of zones mean several; the file is of this computer


def is_one(name: str, data: bytes) -> bool:
    """Return whether a file is of this family."""
    return b">>>>>Begin" in data[:65536] or ">>>>>Begin".encode("utf-16-le") in data[:65536]


def read(name: str, data: bytes) -> SingleSpectrum:
    """Return the spectrum in a file of this name and content; of a Jaz the processed one.

    Raises FormatError where it is none, or not complete.
    """
    text = decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    begin = _BEGIN.search(text)
    if begin is None:
        raise FormatError(f"{name} holds no spectral data. Save the spectrum as text again.")
    head, body = text[: begin.start()], text[begin.end() :]
    end = _END.search(body)
    rows = [line.split() for line in body[: len(body) if end is None else end.start()].splitlines() if line.strip()]
    names = [cell.upper() for cell in rows[0]] if rows and rows[0][0].upper() == "W" else ["W", "P"]
    column = names.index("P") if "P" in names else len(names) - 1
    numbers = [
        (number(row[0]), number(row[column])) for row in rows if len(row) > column and row[0].upper() != names[0]
    ]
    told = _PIXELS.search(head)
    if end is None and told is not None and len(numbers) < int(told[1]):
        raise FormatError(
            f"{name} is not complete: {len(numbers)} of {told[1]} rows. It is read when the rest is there."
        )
    quantity = _QUANTITY.search(head)
    return single(
        name,
        [nm for nm, _ in numbers],
        [value for _, value in numbers],
        says="" if quantity is None else quantity[1],
        measured=_measured(head),
    )


def _measured(head: str) -> datetime | None:
    """Return the time of day in a header, None where there is none that reads in English."""
    found = _DATE.search(head)
    if found is None or found[1].lower() not in _MONTHS:
        return None
    month, zone = 1 + _MONTHS.index(found[1].lower()), found[6]
    day, hour, minute, second, year = (int(found[n]) for n in (2, 3, 4, 5, 7))
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC if zone in _UNIVERSAL else None)
    except ValueError:
        return None

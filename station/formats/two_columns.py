"""Plain text: wavelengths in nm beside values, parted by comma, semicolon, tab or spaces; what stands above is skipped.

Also CSV with one column of values, as the wide tables of the paper have them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from station.formats.single import FEWEST_POINTS, SingleSpectrum, single
from station.formats.text import FormatError, decoded, number

FAMILY = "plain text"
_QUANTITY = re.compile(
    r"\b(absorbance|absorption|transmi(?:ssion|ttance)|reflect(?:ion|ance)|intensity|counts)", re.IGNORECASE
)
_STAMP = re.compile(r"\b([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)\b")


def is_one(name: str, data: bytes) -> bool:
    """Return whether a file may be of this family: whatever reads as text and is not of JCAMP's (##TITLE=)."""
    if data.lstrip()[:2] == b"##":
        return False
    return b"\0" not in data[:512] or data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\n" in data[:512]


def read(name: str, data: bytes) -> SingleSpectrum:
    """Return the spectrum in a file of this name and content. Raises FormatError where it holds none, or several."""
    lines = [line.strip().strip("\0") for line in decoded(data).splitlines()]
    rows = [_cells(line) for line in lines if line]
    blocks = [(told, list(block)) for told, block in groupby(rows, key=_is_data)]
    first, longest = 0, 0
    for index, (told, block) in enumerate(blocks):
        if told and len(block) > longest:
            first, longest = index, len(block)
    if longest < FEWEST_POINTS:
        raise FormatError(f"{name} holds no table of wavelengths and values. Export the spectrum as text, in nm.")
    table, above = blocks[first][1], [row for _, block in blocks[:first] for row in block]
    columns = _columns(table)
    if len(columns) != 1:
        raise FormatError(f"{name} holds {len(columns)} spectra side by side. Export each into a file of its own.")
    header = above[-1] if above else []
    words = " ".join(cell for row in above for cell in row)
    quantity = _QUANTITY.search(words)
    return single(
        name,
        [number(row[0]) for row in table],
        [number(row[columns[0]]) if len(row) > columns[0] else math.nan for row in table],
        heading=header[0] if header else "",
        says="" if quantity is None else quantity[1],
        measured=_stamp(words),
    )


def _cells(line: str) -> list[str]:
    """Return the cells of a line: a comma parts them only where nothing else does."""
    for mark in (";", "\t"):
        if mark in line:
            return [cell.strip() for cell in line.split(mark)]
    parts = line.split()
    if len(parts) > 1 and not math.isnan(number(parts[0].rstrip(","))):
        return [part.rstrip(",") for part in parts]
    return [cell.strip() for cell in line.split(",")]


def _is_data(row: Sequence[str]) -> bool:
    return len(row) > 1 and not math.isnan(number(row[0])) and any(not math.isnan(number(cell)) for cell in row[1:])


def _columns(table: Sequence[Sequence[str]]) -> list[int]:
    """Return the indices of the columns of values, those that say nothing left out."""
    width = max(map(len, table))
    return [n for n in range(1, width) if any(len(row) > n and not math.isnan(number(row[n])) for row in table)]


def _stamp(words: str) -> datetime | None:
    """Return the time of day above the table; only the order that means one thing everywhere: year, month, day."""
    found = _STAMP.search(words)
    try:
        return None if found is None else datetime.fromisoformat(f"{found[1]} {found[2]}")
    except ValueError:
        return None

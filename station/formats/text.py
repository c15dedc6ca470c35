"""Text tables as people and programs leave them: any encoding, decimal points and commas, headers, axes not in nm."""

from __future__ import annotations

import math
import re
from collections import Counter

from analysis.spectrum import FloatArray

_NOT_NM = re.compile(r"\b(eV|cm-1|cm\^-1|wavenumber|energy|raman shift)\b", re.IGNORECASE)


class FormatError(ValueError):
    """A file does not read as the table it should be: which file, what was found, what to do."""


def decoded(raw: bytes) -> str:
    """Return the text in some bytes: UTF-8 or UTF-16 with or without their mark, else Windows' western letters."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def number(cell: str) -> float:
    """Return a cell as a number, its decimal mark a point or a comma; NaN where it is no finite number."""
    text = cell.strip()
    if "," in text:  # the mark that comes last is the decimal mark, the other groups thousands
        comma = text.rindex(",") > text.rfind(".")
        text = text.replace(".", "").replace(",", ".") if comma else text.replace(",", "")
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def check_wavelengths(file: str, heading: str, wavelengths: FloatArray) -> None:
    """Raise FormatError where the first column is not in nm, by its heading or its values, or tells one twice."""
    if _NOT_NM.search(heading) or float(wavelengths.min()) < 100.0:
        shown = f'"{heading}"' if heading else f"{wavelengths.min():g}"
        raise FormatError(f"{file}: the first column ({shown}) is not in nm. Export it against wavelength.")
    twice = [f"{nm:g}" for nm, count in Counter(wavelengths.tolist()).items() if count > 1]
    if twice:
        raise FormatError(f"{file}: {twice[0]} nm stands there more than once. Keep one of the rows.")

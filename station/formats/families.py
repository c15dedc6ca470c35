"""Which file of another program is read by which module; a new family is a module and one line in FAMILIES."""

from __future__ import annotations

from typing import Protocol

from station.formats import ocean_text, two_columns
from station.formats.single import SingleSpectrum
from station.formats.text import FormatError

MOST_BYTES = 20_000_000
PASSED_OVER = (".tmp", ".part", ".crdownload", ".partial", ".bak", ".aliquot")
"""Endings of files that are no spectra, or not yet."""


class Family(Protocol):
    """A module that reads the files of one program, or of several that write the same."""

    FAMILY: str

    def is_one(self, name: str, data: bytes) -> bool:
        """Return whether a file of this name and content is of the family."""

    def read(self, name: str, data: bytes) -> SingleSpectrum:
        """Return the spectrum in it; raises FormatError with a sentence."""


FAMILIES: tuple[Family, ...] = (ocean_text, two_columns)  # the first that knows a file reads it; plain text is last


def read(name: str, data: bytes) -> SingleSpectrum:
    """Return the spectrum in a file of this name and bytes. Raises FormatError, with its name, where there is none."""
    if len(data) > MOST_BYTES:
        raise FormatError(f"{name} has {len(data) / 1e6:.0f} MB, which is no single spectrum. Export one alone.")
    family = next((each for each in FAMILIES if each.is_one(name, data)), None)
    if family is None:
        known = ", ".join(each.FAMILY for each in FAMILIES)
        raise FormatError(f"{name} is of no kind that is read here ({known}). Export the spectrum as text.")
    return family.read(name, data)

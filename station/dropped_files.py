"""Files that another program drops into a folder: which are complete, and which belong to one aliquot."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from station.file_spectra import Kind
from station.formats.families import PASSED_OVER

STEADY_S = 1.0  # a file whose size and time stay the same for so long has been written
MOST_DIGITS = 3  # of a number that a chemist gives an aliquot; programs count with four and more
_WORDS = frozenset(("abs", "absorbance", "absorption", "uv", "vis", "uvvis", "pl", "em", "emission", "fluorescence"))


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one state of a file from another: its size in bytes and when it was written (ns since 1970)."""

    size: int
    written_ns: int


class Dropped:
    """What is known of the files of a folder. Listings (name -> stamp) and the station's time are arguments."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[Stamp, float]] = {}
        self._done: dict[str, Stamp] = {}

    def leave(self, listing: Mapping[str, Stamp]) -> None:
        """Leave these files alone until they change."""
        self._done.update(listing)

    def ready(self, listing: Mapping[str, Stamp], now_s: float) -> list[str]:
        """Return the files that have been written and were not dealt with as they are now, oldest first."""
        found = []
        self._seen = {name: seen for name, seen in self._seen.items() if name in listing}
        for name, stamp in listing.items():
            if self._done.get(name) == stamp or stamp.size == 0:
                self._seen.pop(name, None)
                continue
            known, since_s = self._seen.get(name, (None, now_s))
            if known != stamp:
                self._seen[name] = (stamp, now_s)
            elif now_s - since_s >= STEADY_S:
                found.append(name)
        return sorted(found, key=lambda name: (listing[name].written_ns, name))

    def done(self, name: str, stamp: Stamp) -> None:
        """Know that a file was dealt with as it is; it is looked at again when it changes."""
        self._done[name] = stamp
        self._seen.pop(name, None)


def listing_of(folder: Path) -> dict[str, Stamp]:
    """Return the files of a folder that may be spectra. Raises OSError where the folder cannot be looked into."""
    found = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith((".", "~")) or entry.name.lower().endswith(PASSED_OVER):
                continue
            try:
                if entry.is_file():
                    status = entry.stat()
                    found[entry.name] = Stamp(status.st_size, status.st_mtime_ns)
            except OSError:
                continue  # it went while the folder was listed
    return found


def kind_by_name(name: str, emission_like: str) -> Kind:
    """Return what a file holds by its name: emission where it matches the pattern, capitals or not, else absorbance."""
    return "emission" if fnmatchcase(name.casefold(), emission_like.casefold()) else "absorbance"


def stem(name: str, emission_like: str) -> str:
    """Return what the names of an aliquot's two files share: "a1" of "a1_abs.txt" and of "A1 PL.csv"."""
    said = _WORDS | frozenset(_pieces(emission_like))
    return " ".join(piece for piece in _pieces(Path(name).stem) if piece not in said)


def partner(name: str, others: Iterable[str], emission_like: str) -> str | None:
    """Return the first of some files that is of the same aliquot by its name, and of the other kind."""
    own, kind = stem(name, emission_like), kind_by_name(name, emission_like)
    same = (each for each in others if stem(each, emission_like) == own)
    return next((each for each in same if kind_by_name(each, emission_like) != kind), None)


def numbered_apart(one: str, other: str, emission_like: str) -> bool:
    """Return whether two names count within one row and say different numbers: "a1_abs.txt" and "a2_PL.txt".

    A time of day and the long counters of programs are no such numbers.
    """
    parts = [stem(name, emission_like).split() for name in (one, other)]
    words = [[piece for piece in each if not piece.isdigit()] for each in parts]
    numbers = [[piece for piece in each if piece.isdigit()] for each in parts]
    counted = all(len(each) == 1 and len(each[0]) <= MOST_DIGITS for each in numbers)
    return counted and words[0] == words[1] and int(numbers[0][0]) != int(numbers[1][0])


def _pieces(text: str) -> list[str]:
    """Return runs of letters and of digits, in small letters."""
    return re.findall(r"[^\W\d_]+|\d+", text.casefold())

"""Raw frames in the run file: counts as the detector gave them, bit for bit, each stored once.

A blob is one letter and zlib over the bytes of the numbers, all first bytes first (neighbouring pixels share
their high bytes). "u": sums over the scans, 32 bits each, where dividing them gives back the counts exactly;
"f": float64; "b": bits. zlib's checksum finds a flipped bit.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analysis.spectrum import BoolArray, FloatArray, RawSpectrum, read_only, read_only_mask
from station.shelf import SHELF

IN_MEMORY = 512  # of a file with more frames the others lie on the shelf
LEVEL = 1  # higher levels cost five times the time for 2 % of the bytes

_INSERT = (
    "INSERT INTO frames (id, role, axis, counts, scan_variance, saturated, exposure_s, scans, mid_exposure_s,"
    " temperature_c) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SELECT = (
    "SELECT id, axis, counts, scan_variance, saturated, exposure_s, scans, mid_exposure_s, temperature_c"
    " FROM frames ORDER BY id"
)


def pack(values: FloatArray) -> bytes:
    """Return float64 values as a blob."""
    return b"f" + zlib.compress(_shuffled(values.astype("<f8")), LEVEL)


def pack_mean(counts: FloatArray, scans: int) -> bytes:
    """Return the mean counts of some scans as a blob: integer sums where that is exact, else float64."""
    if np.all((counts >= 0.0) & (counts < (2.0**32 - 1.0) / scans)):
        sums = np.rint(counts * scans).astype("<u4")
        if (sums.astype(np.float64) / scans).tobytes() == counts.tobytes():
            return b"u" + zlib.compress(_shuffled(sums), LEVEL)
    return pack(counts)


def unpack(blob: bytes, scans: int = 1) -> FloatArray:
    """Return the float64 values of a blob; `scans` divides sums. Raises ValueError or zlib.error if damaged."""
    kind, raw = blob[:1], zlib.decompress(blob[1:])
    if kind == b"u":
        return read_only(_unshuffled(raw, "<u4").astype(np.float64) / scans)
    if kind != b"f":
        raise ValueError(f"a blob of kind {kind!r} is not known")
    return read_only(_unshuffled(raw, "<f8"))


def pack_mask(mask: BoolArray) -> bytes:
    """Return a boolean array as a blob."""
    return b"b" + zlib.compress(np.packbits(mask).tobytes(), LEVEL)


def unpack_mask(blob: bytes, pixels: int) -> BoolArray:
    """Return the boolean array of a blob, shape (pixels,)."""
    bits = np.frombuffer(zlib.decompress(blob[1:]), dtype=np.uint8)
    return read_only_mask(np.unpackbits(bits, count=pixels).astype(np.bool_))


class FrameLedger:
    """Knows which frames and wavelength axes the file holds already; a frame is known by being the same object."""

    def __init__(self) -> None:
        self._frames: dict[int, tuple[int, RawSpectrum]] = {}  # by id(); the frame is kept, so its id stays its own
        self._axes: dict[bytes, int] = {}
        self._new_frames: list[int] = []
        self._new_axes: list[bytes] = []

    def number(self, connection: sqlite3.Connection, frame: RawSpectrum, role: str) -> int:
        """Return the number of a frame in the file, writing it first if it is new (within the open transaction)."""
        known = self._frames.get(id(frame))
        if known is not None:
            return known[0]
        number = len(self._frames) + 1
        connection.execute(
            _INSERT,
            (
                number,
                role,
                self._axis(connection, frame.wavelengths_nm),
                pack_mean(frame.counts, frame.scans),
                pack(frame.scan_variance),
                pack_mask(frame.saturated),
                frame.exposure_s,
                frame.scans,
                frame.mid_exposure_s,
                frame.temperature_c,
            ),
        )
        self._frames[id(frame)] = (number, frame)
        self._new_frames.append(id(frame))
        return number

    def committed(self) -> None:
        """Remember what was written: the transaction is on disk."""
        self._new_frames.clear()
        self._new_axes.clear()

    def rolled_back(self) -> None:
        """Forget what was written since the last commit: it is not in the file."""
        for frame in self._new_frames:
            del self._frames[frame]
        for axis in self._new_axes:
            del self._axes[axis]
        self.committed()

    def read(self, connection: sqlite3.Connection) -> dict[int, RawSpectrum]:
        """Return all frames of a file by number, and know them from now on. Raises ValueError where damaged."""
        axes: dict[int, FloatArray] = {}
        for number, blob in connection.execute("SELECT id, wavelengths_nm FROM axes ORDER BY id"):
            try:
                axes[number] = unpack(blob)
            except (ValueError, zlib.error) as error:
                raise ValueError(f"wavelength axis {number} is damaged: {error}") from error
            self._axes[axes[number].tobytes()] = number
        frames = dict(_frames(connection, axes))
        self._frames.update({id(frame): (number, frame) for number, frame in frames.items()})
        return frames

    def _axis(self, connection: sqlite3.Connection, wavelengths_nm: FloatArray) -> int:
        """Return the number of a wavelength axis, writing it first if it is new."""
        key = wavelengths_nm.tobytes()
        if key not in self._axes:
            self._axes[key] = len(self._axes) + 1
            self._new_axes.append(key)
            row = (self._axes[key], pack(wavelengths_nm))
            connection.execute("INSERT INTO axes (id, wavelengths_nm) VALUES (?, ?)", row)
        return self._axes[key]


def _frames(connection: sqlite3.Connection, axes: dict[int, FloatArray]) -> Iterator[tuple[int, RawSpectrum]]:
    """Yield (number, frame) of all frames of a file in order."""
    for row in connection.execute(_SELECT):
        number, axis, counts, variance, saturated, exposure_s, scans, mid_s, temperature_c = row
        try:
            wavelengths_nm = axes[axis]
            frame = RawSpectrum(
                wavelengths_nm=wavelengths_nm,
                counts=unpack(counts, scans),
                scan_variance=unpack(variance),
                saturated=unpack_mask(saturated, wavelengths_nm.size),
                exposure_s=exposure_s,
                scans=scans,
                mid_exposure_s=float("nan") if mid_s is None else mid_s,  # SQLite knows no NaN
                temperature_c=temperature_c,
            )
        except (KeyError, ValueError, zlib.error) as error:
            raise ValueError(f"frame {number} is damaged: {error}") from error
        yield number, frame if number <= IN_MEMORY else SHELF.frame(frame)


def _shuffled(values: NDArray[np.generic]) -> bytes:
    """Return the bytes of the numbers, all first bytes first."""
    return values.view(np.uint8).reshape(-1, values.itemsize).T.tobytes()


def _unshuffled(raw: bytes, dtype: str) -> NDArray[np.generic]:
    size = np.dtype(dtype).itemsize
    return np.frombuffer(raw, dtype=np.uint8).reshape(size, -1).T.copy().view(dtype).ravel()

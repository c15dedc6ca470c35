"""Long runs out of memory: the arrays of readings by themselves lie on a shelf, a scratch file that the system pages.

A day of readings holds 2 GB of counts and spectra of which a few are looked at. What lies on the shelf is an array like
any other, for any thread; the run file keeps the counts for good, and the shelf ends with the program, however it ends.
"""

from __future__ import annotations

import errno
import mmap
import shutil
import sys
import tempfile
import threading
import weakref
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray

from analysis.spectrum import EmissionFrames, Frames, RawSpectrum, ShortFrames, Spectrum
from station.records import Reading

BOARD_BYTES = 1 << 25
ALIGNED = 64
LEAST_FREE_BYTES = 4e9  # the run file comes first: with less than that on the disk, readings stay in memory
REST_AFTER = 32


class _Board:
    """One scratch file with room for many arrays; it is gone when the last array on it is."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115  (it lives as long as the board)
        weakref.finalize(self, self._file.close)  # the pages stay as long as an array on them is known
        self._file.truncate(BOARD_BYTES)
        self.pages = mmap.mmap(self._file.fileno(), BOARD_BYTES, access=mmap.ACCESS_READ)
        self._used = 0

    def put(self, values: NDArray[Any]) -> NDArray[Any] | None:
        """Return the same values lying here, None where there is no room left. Raises OSError where the disk is full.

        They are written, never stored through the map: a full disk is an answer then, not the end of the program.
        """
        begin = -(-self._used // ALIGNED) * ALIGNED
        if begin + values.nbytes > BOARD_BYTES:
            return None
        self._file.seek(begin)
        left = memoryview(values.tobytes())
        while left:
            left = left[self._file.write(left) :]
        self._used = begin + values.nbytes
        return np.frombuffer(self.pages, values.dtype, values.size, begin).reshape(values.shape)


class Shelf:
    """Arrays that lie in scratch files rather than in memory; for any thread. `folder` None: the user's cache."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._board: _Board | None = None
        self._pages: weakref.WeakSet[mmap.mmap] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._taken = 0

    def reading(self, reading: Reading) -> Reading:
        """Return the reading with its counts and spectra on the shelf; as it is where the disk has no room."""
        frames, absorbance, emission = reading.frames, reading.absorbance, reading.emission
        self._taken += 1
        if self._taken % REST_AFTER == 0:
            self.rest()
        with self._lock, suppress(OSError):
            return replace(
                reading,
                frames=None if frames is None else self._frames(frames),
                absorbance=None if absorbance is None else self._spectrum(absorbance),
                emission=None if emission is None else self._spectrum(emission),
            )
        return reading

    def frame(self, frame: RawSpectrum) -> RawSpectrum:
        """Return the frame with its counts on the shelf; as it is where the disk has no room."""
        with self._lock, suppress(OSError):
            return self._frame(frame)
        return frame

    def rest(self) -> None:
        """Let go of the pages that have been looked at; they come back when they are looked at again."""
        if sys.platform != "win32":  # there the system takes them when it needs them
            for pages in list(self._pages):
                pages.madvise(mmap.MADV_DONTNEED)

    def _frames(self, frames: Frames) -> Frames:
        emission = None if frames.emission is None else self._emission(frames.emission)
        return replace(frames, absorbance=self._frame(frames.absorbance), emission=emission)

    def _emission(self, frames: EmissionFrames) -> EmissionFrames:
        short = None
        if frames.short is not None:
            short = ShortFrames(self._frame(frames.short.off), self._frame(frames.short.on))
        before, on, after = (self._frame(each) for each in (frames.off_before, frames.on, frames.off_after))
        return replace(frames, off_before=before, on=on, off_after=after, short=short)

    def _frame(self, frame: RawSpectrum) -> RawSpectrum:
        return replace(
            frame,
            counts=self._put(frame.counts),
            scan_variance=self._put(frame.scan_variance),
            saturated=self._put(frame.saturated),
        )

    def _spectrum(self, spectrum: Spectrum) -> Spectrum:
        return replace(
            spectrum,
            values=self._put(spectrum.values),
            sigma=self._put(spectrum.sigma),
            valid=self._put(spectrum.valid),
            ceiling=None if spectrum.ceiling is None else self._put(spectrum.ceiling),
        )

    def _put(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return the values on a board; those that lie on one already, or are too many for one, as they are."""
        if not 0 < values.nbytes <= BOARD_BYTES or _lies(values):
            return values
        if self._board is not None and (put := self._board.put(values)) is not None:
            return put
        self._board = _Board(self._room())
        self._pages.add(self._board.pages)
        put = self._board.put(values)
        assert put is not None
        return put

    def _room(self) -> Path:
        """Return the folder of the scratch files: on a disk, where the system's own for such files is often memory.

        Raises OSError where the disk has too little room.
        """
        folder = self._folder or Path(platformdirs.user_cache_path("Aliquot", appauthor=False))
        folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < LEAST_FREE_BYTES:
            raise OSError(errno.ENOSPC, "too little room for scratch files")
        return folder


def _lies(values: NDArray[Any]) -> bool:
    """Return whether an array lies on a board already."""
    base: Any = values
    while isinstance(base, np.ndarray) and base.base is not None:
        base = base.base
    return isinstance(base, memoryview) and isinstance(base.obj, mmap.mmap)


SHELF = Shelf()

"""An earlier run, read again from its file to lie behind the curves of another; it can be stopped while it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from station.evaluation import reevaluate
from station.run import Run
from station.store import read


class Stopped(Exception):
    """The reading was stopped before its end."""


@dataclass
class Reading:
    """One file that is being read, perhaps by a thread of its own: how far it is, and how it is stopped.

    `done` of `count` aliquots have been read; `count` is 0 until the file itself has been read.
    """

    path: Path
    done: int = 0
    count: int = 0
    _stop: Event = field(default_factory=Event)

    @property
    def name(self) -> str:
        """Get how the run is called: by its file."""
        return self.path.stem

    def stop(self) -> None:
        """Let `read` end as soon as it can."""
        self._stop.set()

    def read(self) -> Run:
        """Return the run, every aliquot read again from its raw counts.

        Raises `Stopped`, or StoreError with the sentence for the chemist.
        """
        run = read(self.path)
        self.count = len(run.all_aliquots)
        self._check()
        return reevaluate(run, heard=self._heard)

    def _heard(self) -> None:
        self.done += 1
        self._check()

    def _check(self) -> None:
        if self._stop.is_set():
            raise Stopped

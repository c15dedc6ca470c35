"""A run that is read again: how far it is, and how the chemist ends it; for the acquisition thread."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from analysis.wording import grouped
from station.clock import Clock
from station.connection import Connection
from station.events import Event, MeasurementEnded, Progress

SAID_AFTER_S = 0.5  # what takes less is done before it can be read
SAID_EVERY_S = 0.1
STOPPED = "Stopped. Nothing was changed; the numbers are those of before."


class ReadingAgain:
    """Hears of every aliquot that is read again; publishes progress, and raises ValueError where it is stopped.

    `cancelled` tells that the chemist stops it. A UV light goes off in its time meanwhile.
    """

    def __init__(
        self, publish: Callable[[Event], None], cancelled: Callable[[], bool], connection: Connection, clock: Clock
    ) -> None:
        self._publish, self._cancelled = publish, cancelled
        self._connection, self._clock = connection, clock
        self._began_s = self._said_s = 0.0
        self._said = False

    def __call__(self, done: int, count: int) -> None:
        """Hear that `done` of `count` aliquots are read. Raises ValueError with the sentence, or InstrumentError."""
        now_s = perf_counter()
        if done <= 1:
            self._began_s, self._said_s, self._said = now_s, now_s + SAID_AFTER_S - SAID_EVERY_S, False
        if self._cancelled():
            raise ValueError(STOPPED)
        if self._connection.lights.overdue(self._clock.now_s()):
            self._connection.uv_off_in_time()
        if done == count and self._said:
            self._publish(MeasurementEnded("again", True, f"{grouped(count)} readings are read again."))
        elif now_s - self._said_s >= SAID_EVERY_S:
            self._said_s, self._said = now_s, True
            left_s = (now_s - self._began_s) / done * (count - done)
            self._publish(Progress("again", "Reading again", done, count, done / count, left_s))

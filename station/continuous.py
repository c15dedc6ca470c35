"""Readings by themselves: every so many seconds through a flow cell or a dip probe, until the chemist stops them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import floor

from analysis.wording import duration
from instruments.virtual.samples import FlaskSample, Sample
from station import events, orders
from station.bench_settings import FLOW_DILUTION, FLOW_EVERY_S, FLOW_PATH_MM
from station.connection import Connection
from station.measuring import Measuring
from station.setting_up import SettingUp


class Rhythm:
    """When readings are due: every `every_s` from `begun_s` on, without drift. Time is an argument.

    What was due while nothing could be measured is not made up for: of several times that have passed the last counts.
    """

    def __init__(self, begun_s: float, every_s: float) -> None:
        self.begun_s, self.every_s = begun_s, every_s
        self._number = 0

    @property
    def next_s(self) -> float:
        """Get when the next reading is due."""
        return self.begun_s + self._number * self.every_s

    def begin(self, now_s: float) -> None:
        """Begin the reading that is due: the last one that is, where several have been missed."""
        self._number = max(self._number, floor((now_s - self.begun_s) / self.every_s))

    def taken(self, now_s: float) -> bool:
        """Go on to the next reading; return whether it is due already, because the last one took too long."""
        self._number = max(self._number + 1, floor((now_s - self.begun_s) / self.every_s))
        return self.next_s <= now_s


class ContinuousMode:
    """Takes readings by themselves while it is on; for the acquisition thread.

    `cancelled` tells that the chemist has stopped the reading under way: Esc ends the mode too, so that no light goes
    on again by itself behind a hand that has just switched it off.
    """

    def __init__(
        self, setting_up: SettingUp, connection: Connection, measuring: Measuring, cancelled: Callable[[], bool]
    ) -> None:
        self._setting_up, self._connection, self._measuring = setting_up, connection, measuring
        self._session, self._clock, self._publish = measuring.session, measuring.clock, measuring.publish
        self._cancelled = cancelled
        self._rhythm: Rhythm | None = None
        self._order = orders.StartContinuous(60.0, 10.0)
        self._started_wall = ""
        self._of_bench: Sample | None = None
        self._waits_for = ""
        self._slow = False

    @property
    def shown(self) -> events.Continuous | None:
        """Get what is shown of it, None while it is off."""
        rhythm, evaluation, order = self._rhythm, self._session.evaluation, self._order
        if rhythm is None:
            return None
        why = "" if evaluation is None else evaluation.emission_only
        return events.Continuous(rhythm.every_s, rhythm.next_s, order.path_mm, order.dilution, why, self._waits_for)

    def start(self, order: orders.StartContinuous) -> None:
        """Begin: the first reading is due now. Another path asks for a new dark and reference, and it waits for them.

        Raises ValueError, with nothing changed, where an amount is out of its bounds or a light needs a hand.
        """
        for what, value, (low, high), unit in (
            ("Readings come every", order.every_s, FLOW_EVERY_S, " s"),
            ("The path is", order.path_mm, FLOW_PATH_MM, " mm"),
            ("The dilution is", order.dilution, FLOW_DILUTION, ""),
        ):
            if not low <= value <= high:
                raise ValueError(f"{what} {low:g} to {high:g}{unit}. Nothing was changed.")
        info = self._connection.info
        if "by hand" in (info.probe_kind, info.uv_kind):
            raise ValueError(
                "A light is switched by hand. Readings by themselves need lights that the station switches."
            )
        optics = self._connection.bench.optics
        if optics.path_mm != order.path_mm:
            self._setting_up.obey(orders.UseOptics(replace(optics, path_mm=order.path_mm)))
        self._started_wall = "" if self._session.run is None else self._session.run.started_wall
        self._order, self._rhythm = order, Rhythm(self._clock.now_s(), order.every_s)
        self._slow, self._waits_for = False, ""
        self._session.flow_dilution = order.dilution
        self._fill(order)
        self._publish(events.Noted(f"A reading every {duration(order.every_s)} from now on."))

    def stop(self) -> None:
        """Take no more readings by itself; path and optics stay as they are."""
        if self._rhythm is not None:
            self._rhythm = None
            self._session.flow_dilution = None
            self._fill(None)
            self._publish(events.Noted("No more readings by themselves. What was taken is kept."))

    def is_due(self, hindrance: Callable[[], str]) -> bool:
        """Return whether a reading is to be taken now; `hindrance` tells why none can be, if none can."""
        run = self._session.run
        if self._rhythm is not None and (run is None or run.started_wall != self._started_wall):
            self.stop()  # another flask has been begun
        if self._rhythm is None or self._clock.now_s() < self._rhythm.next_s:
            return False
        self._waits_for = hindrance()
        return not self._waits_for

    def take(self) -> None:
        """Take the reading that is due. Raises InstrumentError; the next one is due in its time all the same."""
        rhythm, began_s = self._rhythm, self._clock.now_s()
        if rhythm is None:
            return
        rhythm.begin(began_s)
        try:
            self._measuring.capture(began_s, by_itself=True)
        finally:
            late = rhythm.taken(self._clock.now_s())
        if self._cancelled():
            self.stop()
            return
        if late and not self._slow:
            took, every = (duration(each) for each in (self._clock.now_s() - began_s, rhythm.every_s))
            said = f"A reading takes {took}, longer than the {every} between two: each starts when the last has ended."
            self._publish(events.Noted(said))
        self._slow = late

    def _fill(self, order: orders.StartContinuous | None) -> None:
        """Let a virtual flask flow through such a cell; None: it is drawn into cuvettes again."""
        connection = self._connection
        sample = connection.bench.sample if order is None or self._of_bench is None else self._of_bench
        if order is None:
            sample, self._of_bench = self._of_bench, None
        elif isinstance(sample, FlaskSample):
            self._of_bench = sample
            sample = replace(sample, dilution=order.dilution, path_mm=order.path_mm)
        if sample is not None and connection.hand is not None:
            connection.bench = replace(connection.bench, sample=sample)
            connection.hand.fill(sample)

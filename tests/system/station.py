"""A station in its own thread on a machine's clock, and everything it has announced."""

from __future__ import annotations

from pathlib import Path

from station import events, orders
from station.acquisition import Acquisition
from station.bench import Bench
from station.clock import SystemClock
from station.events import Event, LiveFrame
from station.run import Exposures

SHORT = Exposures(absorbance_s=0.012, absorbance_scans=4, emission_s=0.03, emission_scans=4)


class Heard:
    """Acquisition and what it said; `close` stops it."""

    def __init__(self, folder: Path, bench: Bench) -> None:
        self.messages: list[Event | LiveFrame] = []
        self.acquisition = Acquisition(SystemClock(), self.messages.append, folder, bench)
        self.acquisition.start()

    def do(self, *steps: orders.Order) -> None:
        """Let the station obey these orders, one after the other."""
        for step in steps:
            self.acquisition.order(step).result(30.0)

    @property
    def status(self) -> events.Status:
        """Get the newest status."""
        return [message.status for message in self.messages if isinstance(message, events.StatusChanged)][-1]

    @property
    def aliquots(self) -> list[events.AliquotTaken]:
        """Get what was taken so far."""
        return [message for message in self.messages if isinstance(message, events.AliquotTaken)]

    def close(self) -> None:
        """Stop and wait for the end."""
        self.acquisition.order(orders.Stop())
        assert self.acquisition.join(10.0)

"""What is taken by itself: continuous readings, and files of a watched folder; for the acquisition thread."""

from __future__ import annotations

from collections.abc import Callable

from station import events, orders
from station.connection import Connection
from station.continuous import ContinuousMode
from station.measuring import Measuring
from station.setting_up import SettingUp
from station.watching import FolderWatch

Attempt = Callable[[str, Callable[[], None]], None]  # the order it follows from, what to do; says what goes wrong


class ByItself:
    """Takes what comes by itself, by `measuring` into its run.

    `cancelled` tells that the chemist stops the reading under way. `begin` begins a run where none is open.
    """

    def __init__(
        self,
        setting_up: SettingUp,
        connection: Connection,
        measuring: Measuring,
        cancelled: Callable[[], bool],
        begin: Callable[[], None],
    ) -> None:
        self._continuous = ContinuousMode(setting_up, connection, measuring, cancelled)
        self._folder = FolderWatch(measuring)
        self._begin = begin

    @property
    def shown(self) -> tuple[events.Continuous | None, events.Watching | None]:
        """Get what is shown of both, None while nothing comes that way."""
        return self._continuous.shown, self._folder.shown

    def obey(self, order: orders.Unattended) -> None:
        """Carry out one order. Raises ValueError, with nothing changed, where it cannot be."""
        match order:
            case orders.StartContinuous():
                self._continuous.start(order)
            case orders.StopContinuous():
                self._continuous.stop()
            case orders.WatchFolder():
                self._begin()
                self._folder.start(order)
            case orders.StopWatching():
                self._folder.stop()

    def go_on(self, attempt: Attempt, hindrance: Callable[[], str]) -> bool:
        """Take what is due, between two orders; return whether what is shown has changed.

        `hindrance` tells why no reading can be taken now, if none can.
        """
        before = self.shown
        if self._continuous.is_due(hindrance):
            attempt("StartContinuous", self._continuous.take)
        if self._folder.look():
            attempt("WatchFolder", self._folder.take)
        return self.shown != before

"""Between station and window: orders go down; a timer takes from the mailbox what the station announces."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from PySide6.QtCore import QObject, QTimer

from station.events import Event, LiveFrame, Mailbox, State, Status, StatusChanged
from station.orders import Order

LIVE_MS = 16  # one frame of a 60 Hz screen
IDLE_MS = 100
TICK_MS = 200  # running clocks and ages


class Watch(Protocol):
    """What the window reads of the station's clock."""

    def now_s(self) -> float:
        """Get the seconds since an arbitrary start."""

    def wall(self) -> datetime:
        """Get the time of day."""


class StationLink(Protocol):
    """The station as the window sees it; `launch.Link` is the real one."""

    @property
    def mailbox(self) -> Mailbox:
        """Get where the station leaves its events and the newest live frame."""

    @property
    def clock(self) -> Watch:
        """Get the station's clock."""

    def order(self, order: Order) -> None:
        """Send an order down; returns at once."""


class Bridge(QObject):
    """Empties the mailbox on the GUI thread: fast while something moves, slowly while nothing does.

    `on_event` gets every event in order, then `on_frame` the newest live frame if there is one; `on_tick` is
    called five times a second for running clocks.
    """

    def __init__(
        self,
        link: StationLink,
        on_event: Callable[[Event], None],
        on_frame: Callable[[LiveFrame], None],
        on_tick: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._link = link
        self._on_event = on_event
        self._on_frame = on_frame
        self._timer = QTimer(self)
        self._timer.setInterval(IDLE_MS)
        self._timer.timeout.connect(self.empty)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(on_tick)

    def start(self) -> None:
        """Begin to empty the mailbox."""
        self._timer.start()
        self._tick.start()

    def stop(self) -> None:
        """Leave the mailbox alone."""
        self._timer.stop()
        self._tick.stop()

    def order(self, order: Order) -> None:
        """Send an order down and look for the answer soon."""
        self._link.order(order)
        self._timer.setInterval(LIVE_MS)

    def empty(self) -> None:
        """Take everything out of the mailbox and hand it on."""
        frame, events = self._link.mailbox.take()
        for event in events:
            if isinstance(event, StatusChanged):
                self._set_pace(event.status)
            self._on_event(event)
        if frame is not None:
            self._on_frame(frame)

    def _set_pace(self, status: Status) -> None:
        """Empty the mailbox with the screen while spectra come, else a few times a second."""
        moving = status.state in (State.LIVE, State.MEASURING)
        self._timer.setInterval(LIVE_MS if moving else IDLE_MS)

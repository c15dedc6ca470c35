"""Where orders wait for the acquisition thread; what stops a measurement reaches it at once."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future

from station import orders

PATIENCE_S = 1.0  # for the scan that is under way when a measurement is stopped


class OrderQueue:
    """First come, first served; `put` may be called from any thread, the rest belongs to the acquisition thread.

    `interrupt(for_good)` ends a scan that is under way, from any thread: it is called where Cancel or Stop has waited
    too long for its turn, so that UV does not shine through a long exposure. For Stop it is for good: whatever is under
    way ends and nothing is opened again, so that no device that hangs holds up the end of the program.
    """

    def __init__(self, interrupt: Callable[[bool], None]) -> None:
        self._interrupt = interrupt
        self._waiting: queue.SimpleQueue[tuple[orders.Order, Future[None]]] = queue.SimpleQueue()
        self._cancel = threading.Event()
        self._ending = False

    def put(self, order: orders.Order) -> Future[None]:
        """Let an order wait its turn; the future is done when it was carried out, refused or cancelled. Any thread.

        Cancel and Stop stop what is measured, and what is measured before their turn has come.
        """
        done: Future[None] = Future()
        if isinstance(order, orders.Cancel | orders.Stop):
            self._ending = self._ending or isinstance(order, orders.Stop)
            self._cancel.set()
            hurry = threading.Timer(PATIENCE_S, self._hurry, (done, isinstance(order, orders.Stop)))
            hurry.daemon = True
            hurry.start()
        self._waiting.put((order, done))
        return done

    def _hurry(self, done: Future[None], for_good: bool) -> None:
        if not done.done():
            self._interrupt(for_good)

    def take(self, wait_s: float) -> tuple[orders.Order, Future[None]] | None:
        """Return the next order, or None when none has come for so long."""
        try:
            return self._waiting.get(timeout=wait_s)
        except queue.Empty:
            return None

    def any(self) -> bool:
        """Return whether an order waits."""
        return not self._waiting.empty()

    def cancelled(self) -> bool:
        """Return whether what is measured is to be stopped."""
        return self._cancel.is_set()

    def go_on(self) -> None:
        """Measure again from here on, unless the station ends."""
        if not self._ending:
            self._cancel.clear()

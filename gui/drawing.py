"""Work that takes longer than a glance: done in a thread of its own, told of while it goes on, stopped on request."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer

from station.figure_style import Stopped, Telling

LOOK_MS = 30
T = TypeVar("T")


class Drawing(QObject):
    """Does one piece of work at a time. What is begun takes the place of what goes on, which is stopped.

    Neither `done` nor `failed` is called for work that was stopped; `changed` is called whenever there is more to tell.
    """

    def __init__(self, changed: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changed = changed
        self._threads: ThreadPoolExecutor | None = None
        self._work: Future[Any] | None = None
        self._stop = threading.Event()
        self._told: tuple[float, str] = (0.0, "")
        self._seen: tuple[float, str] = (0.0, "")
        self._done: Callable[[Any], None] = lambda result: None
        self._failed: Callable[[str], None] = lambda words: None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def under_way(self) -> bool:
        """Get whether something is being done."""
        return self._work is not None

    @property
    def told(self) -> tuple[float, str]:
        """Get how far it is (0 to 1), and what is done now."""
        return self._told

    def begin(self, work: Callable[[Telling], T], done: Callable[[T], None], failed: Callable[[str], None]) -> None:
        """Do `work` in the thread; it tells how far it is, `done` gets its result, `failed` why there is none."""
        self.stop()
        if self._threads is None:
            self._threads = ThreadPoolExecutor(1, "figure")
        stop, self._told = threading.Event(), (0.0, "")
        self._stop, self._done, self._failed = stop, done, failed

        def tell(done_share: float, phase: str) -> None:
            if stop.is_set():
                raise Stopped
            self._told = (done_share, phase)

        self._work = self._threads.submit(work, tell)
        self._timer.start()

    def stop(self) -> None:
        """Stop what goes on; what it has made is forgotten."""
        self._stop.set()
        if self._work is not None:
            self._work.cancel()
        self._work = None
        self._timer.stop()

    def look(self) -> None:
        """Hand on what is done, and say so when there is more to tell."""
        if self._told != self._seen:
            self._seen = self._told
            self._changed()
        work = self._work
        if work is None or not work.done():
            return
        self._work = None
        self._timer.stop()
        trouble = work.exception()
        if trouble is None:
            self._done(work.result())
        elif isinstance(trouble, OSError) and trouble.strerror:
            self._failed(f"Not written: {trouble.strerror}. Choose another folder.")
        else:
            self._failed(str(trouble) or type(trouble).__name__)
        self._changed()

"""The instrument process as its parent holds it: started, asked, kept going by a heartbeat, ended."""

from __future__ import annotations

import multiprocessing
import threading
from contextlib import suppress
from multiprocessing.connection import Connection

from instruments import instrument_process
from instruments.requests import Answer, Request

_GRACE_S = 1.5  # for a process that makes its lights safe, before it is killed


class NoAnswer(Exception):
    """The instrument process did not answer in time, or is gone."""


class Child:
    """One instrument process, the pipe to it and the heartbeat that keeps it going."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")  # a forked child would hold the parent's threads and locks
        self._requests, theirs = context.Pipe()
        beats_theirs, self._beats = context.Pipe(duplex=False)
        self._process = context.Process(
            target=instrument_process.run, args=(theirs, beats_theirs), name="aliquot-instrument", daemon=True
        )
        self._process.start()
        theirs.close()
        beats_theirs.close()
        self._stop = threading.Event()
        self._heart = threading.Thread(target=_beat, args=(self._beats, self._stop), name="heartbeat", daemon=True)
        self._heart.start()

    @property
    def process_id(self) -> int | None:
        """Get its process number."""
        return self._process.pid

    @property
    def lives(self) -> bool:
        """Get whether it has not ended."""
        return self._process.is_alive()

    def ask(self, request: Request, limit_s: float) -> Answer:
        """Return the answer. Raises NoAnswer after `limit_s`, or when the process is gone."""
        try:
            self._requests.send(request)
            if not self._requests.poll(limit_s):
                raise NoAnswer(f"nothing came within {limit_s:.1f} s and its process was ended")
            answer: Answer = self._requests.recv()
        except (EOFError, OSError) as error:
            raise NoAnswer("its process had ended by itself") from error
        return answer

    def end(self) -> None:
        """End it: closed pipes tell it to make its lights safe and go; what has not gone then is killed."""
        self._stop.set()
        self._heart.join()
        self._beats.close()
        self._requests.close()
        self._process.join(_GRACE_S)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
        self._process.close()


def _beat(beats: Connection, stop: threading.Event) -> None:
    """Tell the child twice a second that its parent lives; a thread of its own, so that no long read delays it."""
    with suppress(OSError):
        while True:
            beats.send_bytes(b".")
            if stop.wait(instrument_process.HEARTBEAT_S):
                return

"""The instrument process as its parent holds it: started, asked, watched by heartbeats both ways, ended."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait

from instruments import instrument_process
from instruments.instrument_process import HEARTBEAT_S
from instruments.requests import Answer, Check, Close, MoveHand, Request, Scan, SetExposure
from instruments.spectrometer import InstrumentError

GRACE_S = 1.5  # for a process that makes its lights safe, before it is killed
_MOST_UNANSWERED = 6  # beats, half a second each; more is no swapped-out process but one that stands still
_LEAVES_THREADS_ALONE = (Scan, SetExposure, Check, MoveHand)  # no back end holds up the heartbeat for these


class NoAnswer(Exception):
    """The instrument process did not answer in time, or is gone; completes "did not answer: "."""


class Child:
    """One instrument process and the pipe to it. Asked by one thread at a time.

    Twice a second it is told that its parent lives, and has to answer; a thread of the process does so whatever its
    driver waits for. One that leaves six beats unanswered was stopped or stands still: it is ended.
    """

    def __init__(self) -> None:
        """Start it. Raises InstrumentError where the program is ending: what was started now would be left behind."""
        if not threading.main_thread().is_alive():
            raise InstrumentError("The program is ending. Nothing is opened any more.")
        context = multiprocessing.get_context("spawn")  # a forked child would hold the parent's threads and locks
        self._requests, self._theirs = context.Pipe()
        self._beats, self._beats_theirs = context.Pipe()
        self._told_to_end, self._end = context.Pipe(duplex=False)
        held = (self._theirs, self._beats_theirs)
        self._process = context.Process(
            target=instrument_process.run, args=held, name="aliquot-instrument", daemon=True
        )
        self._excused = self._scanning = self._closing = False
        self._lives = threading.Event()
        self._begun: Future[None] = Future()
        self._why_ended = ""
        # Linux ends the child with the thread that has started it, so that has to be one that lives as long.
        self._heart = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        self._heart.start()
        try:
            self._begun.result()
        except BaseException:
            self._close_pipes()
            raise

    @property
    def process_id(self) -> int | None:
        """Get its process number."""
        return self._process.pid

    @property
    def lives(self) -> bool:
        """Get whether it has neither ended nor been found standing still."""
        return self._lives.is_set()

    def ask(self, request: Request, limit_s: float) -> Answer:
        """Return the answer. Raises NoAnswer after `limit_s`, or when the process is gone or stood still."""
        try:
            with self._noted(request):
                self._requests.send(request)
                if not self._requests.poll(limit_s):
                    raise NoAnswer(f"nothing came within {limit_s:.1f} s and its process was ended")
                answer: Answer = self._requests.recv()
        except (EOFError, OSError) as error:
            if not self._why_ended:
                raise NoAnswer("its process had ended by itself") from error
        if self._why_ended:  # told to make its lights safe, it may still answer: nobody knows in which light
            raise NoAnswer(self._why_ended)
        return answer

    def interrupt(self, *, for_good: bool = False) -> None:
        """End the process if it is at a scan, so that the scan is not waited for. Any thread.

        `for_good` ends it whatever it is at, unless it lets everything go already.
        """
        if self._scanning or (for_good and not self._closing):
            with suppress(OSError):
                self._end.send_bytes(b".")

    def end(self) -> None:
        """End it: closed pipes tell it to make its lights safe and go; what has not gone then is killed."""
        with suppress(OSError):
            self._end.send_bytes(b".")
        self._requests.close()
        self._heart.join()
        self._close_pipes()
        with suppress(ValueError):  # one that even the kernel could not end
            self._process.close()

    @contextmanager
    def _noted(self, request: Request) -> Iterator[None]:
        """Expect no heartbeat meanwhile where a driver may hold up the whole process; the time limit still holds."""
        self._excused = not isinstance(request, _LEAVES_THREADS_ALONE)
        self._scanning, self._closing = isinstance(request, Scan), isinstance(request, Close)
        try:
            yield
        finally:
            self._excused = self._scanning = self._closing = False

    def _beat(self) -> None:
        """Start the process, keep it going, and end it; the life of the heartbeat thread."""
        try:
            self._process.start()
        except BaseException as trouble:
            self._begun.set_exception(trouble)
            return
        finally:
            self._theirs.close()
            self._beats_theirs.close()
        self._lives.set()
        self._begun.set_result(None)
        with suppress(EOFError, OSError):
            self._why_ended = self._until_it_ends()
        self._lives.clear()
        self._let_go()

    def _until_it_ends(self) -> str:
        """Exchange beats until it is to end, has ended ("", or OSError) or leaves too many unanswered; return why."""
        unanswered = 0
        while unanswered <= _MOST_UNANSWERED:
            self._beats.send_bytes(b".")
            unanswered += 1
            signs = wait([self._told_to_end, self._process.sentinel], HEARTBEAT_S)
            if signs:
                return "it was stopped" if self._told_to_end in signs else ""
            while self._beats.poll():
                self._beats.recv_bytes()
                unanswered = 0
            if self._excused:
                unanswered = 0
        return "its process stood still and was ended"

    def _let_go(self) -> None:
        """Let it make its lights safe, which a stopped process can do only once it goes on; kill it if it does not."""
        self._beats.close()
        if sys.platform != "win32" and self._process.pid is not None and self._process.exitcode is None:
            with suppress(OSError):  # the end of the program may have fetched it meanwhile
                os.kill(self._process.pid, signal.SIGCONT)
        self._process.join(GRACE_S)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join(GRACE_S)  # the kernel ends no process that is inside a driver of its own

    def _close_pipes(self) -> None:
        for pipe in (self._requests, self._beats, self._told_to_end, self._end):
            pipe.close()

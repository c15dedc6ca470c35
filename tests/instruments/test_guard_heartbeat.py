"""Heartbeats both ways: an instrument process that stands still is noticed and replaced, one that works is let be."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future

import pytest

from instruments.guard import Guard
from instruments.spectrometer import Disconnected, Timeout
from instruments.virtual.hand import Trouble
from tests.instruments.parents import ROOT, alive, state_of, within

pytestmark = pytest.mark.slow

NOTICED_S = 5.0  # six unanswered beats, half a second each, and what the process is given to make its lights safe

posix = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="signals, and looks at /proc")


@pytest.fixture
def guard() -> Iterator[Guard]:
    guard = Guard()
    guard.open("virtual:FLAME-S", seed=1)
    yield guard
    guard.close()


def in_a_thread(work: Callable[[], object]) -> Future[object]:
    """Begin something in another thread; its result or its exception is the future's."""
    done: Future[object] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as trouble:
            done.set_exception(trouble)

    threading.Thread(target=run, daemon=True).start()
    return done


def stop(guard: Guard) -> int:
    """Let the instrument process stand still as it is, and return its number."""
    child = guard.process_id or 0
    os.kill(child, signal.SIGSTOP)
    assert within(1.0, lambda: state_of(child) == "T")
    return child


@pytest.mark.slow
@posix
def test_a_process_that_stands_still_while_nobody_asks_is_noticed_and_replaced(guard: Guard) -> None:
    guard.set_exposure(0.02)
    guard.light("uv", True)
    assert guard.answers
    child = stop(guard)
    assert within(NOTICED_S, lambda: not guard.answers)
    assert guard.light_state("uv") == "unknown"
    with pytest.raises(Timeout, match=r"stood still.*both lights are off"):
        guard.check()
    assert guard.answers
    assert not alive(child)
    assert guard.light_state("uv") == "off"
    guard.check()
    assert guard.scan().shape == (2048,)


@pytest.mark.slow
@posix
def test_a_process_that_stands_still_in_a_long_exposure_is_not_waited_for(guard: Guard) -> None:
    guard.set_exposure(60.0)
    scan = in_a_thread(guard.scan)
    stop(guard)
    with pytest.raises(Timeout, match="stood still"):
        scan.result(NOTICED_S + 2.0)
    assert guard.answers


@pytest.mark.slow
def test_a_process_inside_a_read_that_takes_long_answers_its_heartbeats(guard: Guard) -> None:
    guard.set_exposure(0.02)
    guard.hand(Trouble("wedge"))
    begun = time.monotonic()
    scan = in_a_thread(guard.scan)
    assert not within(3.4, lambda: not guard.answers)  # longer than standing still is put up with
    with pytest.raises(Timeout, match="nothing came within"):
        scan.result(10.0)
    assert time.monotonic() - begun < 0.02 + 5.0 + 3.0


def test_a_scan_that_is_not_wanted_any_more_ends_at_once_with_the_lights_off(guard: Guard) -> None:
    guard.interrupt()
    guard.check()
    guard.set_exposure(60.0)
    guard.light("uv", True)
    guard.scan()  # the one that was under way
    scan = in_a_thread(guard.scan)
    begun = time.monotonic()

    def over() -> bool:
        guard.interrupt()  # again and again: before the scan has begun there is nothing to interrupt
        return scan.done()

    assert within(NOTICED_S, over)
    with pytest.raises(Timeout, match=r"stopped.*both lights are off"):
        scan.result()
    assert time.monotonic() - begun < NOTICED_S
    assert guard.light_state("uv") == "off"
    guard.close()


@posix
def test_a_driver_that_keeps_the_interpreter_to_itself_ends_with_its_time() -> None:
    program = (
        "import ctypes; from instruments import orphan; orphan.live_for(30.0); orphan.live_for(0.3);"
        "c, mutex = ctypes.PyDLL(None), ctypes.create_string_buffer(256);"
        "c.pthread_mutex_lock(mutex); c.pthread_mutex_lock(mutex)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", program], env=environment, timeout=20.0, capture_output=True)
    assert ended.returncode == 1
    assert ended.stderr == b""


@posix
def test_a_process_that_has_died_is_noticed_at_once(guard: Guard) -> None:
    os.kill(guard.process_id or 0, signal.SIGKILL)
    assert within(0.5, lambda: not guard.answers)
    with pytest.raises(Timeout, match="ended by itself"):
        guard.check()
    assert guard.answers


@pytest.mark.slow
@posix
def test_a_process_that_stands_still_does_not_hold_up_the_end(guard: Guard) -> None:
    child = stop(guard)
    begun = time.monotonic()
    guard.close()
    assert time.monotonic() - begun < NOTICED_S + 2.0
    assert not alive(child)


def test_without_an_instrument_nobody_answers() -> None:
    guard = Guard()
    assert not guard.answers
    with pytest.raises(Disconnected):
        guard.check()
    guard.close()
    assert guard.process_id is None

"""The child process that owns the spectrometer and both lights, and makes the lights safe whatever happens.

It ends when its pipe closes, when its parent is another one or its heartbeat is 2 s late, and at SIGTERM: UV off, probe
shut, then gone. Nothing here reads a clock.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection, wait

from instruments import orphan
from instruments.owner import Owner
from instruments.requests import Answer, Close, Request
from instruments.spectrometer import InstrumentError

HEARTBEAT_S = 0.5
_MOST_MISSED = 4  # heartbeats of the parent
_SEIZED_S = 30.0  # longer than the parent waits for any answer; for systems whose kernel looks after no orphan
_FAREWELL_LIMIT_S = 0.45  # for each of two; the kernel waits 1 s
_UNFORESEEN = (
    "The instrument process met something unforeseen ({}: {}). Everything measured before is kept. Measure again."
)
_ending = threading.Lock()


def run(requests: Connection, beats: Connection) -> None:
    """Serve the parent until it goes; the target of the spawned process. Does not return."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to understand
    orphan.stand_apart()
    orphan.die_soon_without_parent()
    owner = Owner()
    threading.Thread(target=_watch, args=(owner, beats, _signal_socket()), daemon=True).start()
    try:
        while _serve_one(owner, requests):
            pass
    except (EOFError, OSError):
        pass
    except Exception:
        traceback.print_exc()
    finally:
        _end(owner)


def _serve_one(owner: Owner, requests: Connection) -> bool:
    """Answer one request; False after the last. Raises EOFError or OSError when the parent is gone."""
    request: Request = requests.recv()
    try:
        answer = Answer(owner.answer(request), None, dict(owner.lights))
    except InstrumentError as error:
        answer = Answer(None, error, dict(owner.lights))
    except Exception as error:
        traceback.print_exc()
        unforeseen = InstrumentError(_UNFORESEEN.format(type(error).__name__, error))
        answer = Answer(None, unforeseen, dict(owner.lights))
    if _ending.locked():
        threading.Event().wait()  # the lights went off meanwhile: this may be a scan of neither light
    requests.send(answer)
    return not isinstance(request, Close)


def _signal_socket() -> socket.socket:
    """Return a socket that receives the number of each signal, even while the main thread is in a driver's call."""
    read_end, write_end = socket.socketpair()
    write_end.setblocking(False)
    for number in (signal.SIGTERM, getattr(signal, "SIGCONT", signal.SIGTERM)):
        signal.signal(number, lambda number, frame: None)
    signal.set_wakeup_fd(write_end.detach(), warn_on_full_buffer=False)
    return read_end


def _watch(owner: Owner, beats: Connection, signals: socket.socket) -> None:
    """Answer the parent's heartbeats until the first sign that it is gone or wants this process gone; then end it."""
    orphan.go_on_without_parent()
    parent, missed = os.getppid(), 0
    with suppress(EOFError, OSError):
        while missed <= _MOST_MISSED and os.getppid() == parent:
            orphan.live_for(_SEIZED_S)
            ready = wait([beats, signals], timeout=HEARTBEAT_S)
            missed = 0 if ready else missed + 1
            if signals in ready and signals.recv(1)[0] == signal.SIGTERM:
                break
            if beats in ready:
                beats.recv_bytes()
                beats.send_bytes(b".")
    _end(owner)


def _end(owner: Owner) -> None:
    """Make the lights safe within a second, and leave without any clean-up that could hang."""
    if not _ending.acquire(blocking=False):
        threading.Event().wait()  # the other thread is at it and takes this one along
    for let_go in owner.farewells():
        task = threading.Thread(target=let_go, daemon=True)
        task.start()
        task.join(_FAREWELL_LIMIT_S)  # UV is dark before the spectrometer's driver is touched, which may take all down
    os._exit(0)

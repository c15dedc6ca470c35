"""The child process that owns the spectrometer and both lights, and makes the lights safe whatever happens.

It ends when its pipe closes, when the parent's heartbeat is 2 s late, and at SIGTERM: UV off, probe shut, then gone.
Nothing here reads a clock.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any

from instruments.requests import (
    Answer,
    Close,
    ListDevices,
    MoveHand,
    Open,
    Opened,
    Request,
    Scan,
    SetExposure,
    SwitchLight,
)
from instruments.spectrometer import Disconnected, InstrumentError, LightState, LightUnreachable, Role

if TYPE_CHECKING:
    from instruments.catalogue import Setup
    from instruments.virtual.rig import Rig

HEARTBEAT_S = 0.5
_LATE_S = 2.0
_SAFE_LIMIT_S = 1.0
_UNFORESEEN = (
    "The instrument process met something unforeseen ({}: {}). Everything measured before is kept. Measure again."
)


class Owner:
    """Holds what is open in this process and answers requests about it."""

    def __init__(self) -> None:
        self._setup: Setup | None = None
        self._rig: Rig | None = None

    def answer(self, request: Request) -> Any:
        """Carry out a request and return its result. Raises InstrumentError."""
        match request:
            case Scan():
                return self._open_setup().spectrometer.scan()
            case SetExposure(exposure_s):
                return self._open_setup().spectrometer.set_exposure(exposure_s)
            case SwitchLight(role, on):
                return self._switch(role, on)
            case MoveHand(command):
                if self._rig is None:
                    raise InstrumentError("The hand reaches only the virtual bench.")
                return self._rig.obey(command)
            case ListDevices(real):
                from instruments.catalogue import devices

                return devices(real)
            case Open():
                return self._open(request)
            case Close():
                return self.close()

    def make_safe(self) -> dict[Role, LightState]:
        """Switch UV off and shut the probe, UV first; return what is then known of them."""
        states: dict[Role, LightState] = {}
        lights = {} if self._setup is None else self._setup.lights
        for role in sorted(lights, key=("uv", "probe").index):
            try:
                lights[role].switch(False)
                states[role] = "off"
            except LightUnreachable:
                states[role] = "unknown"
        return states

    def close(self) -> None:
        """Make the lights safe and let everything go; never raises."""
        for let_go in self.farewells():
            let_go()
        self._setup = None

    def farewells(self) -> tuple[Callable[[], None], ...]:
        """Return what has to be done before the process ends, UV first; each may hang without the other."""
        if self._setup is None:
            return ()
        setup = self._setup

        def probe_and_spectrometer() -> None:
            if "probe" in setup.lights:
                setup.lights["probe"].close()
            setup.spectrometer.close()

        uv = (setup.lights["uv"].close,) if "uv" in setup.lights else ()
        return (*uv, probe_and_spectrometer)

    def _open(self, request: Open) -> Opened:
        from instruments.catalogue import open_instrument, set_up_rig

        self.close()
        if request.address.startswith("virtual:") and self._rig is None:
            self._rig = set_up_rig(
                request.address,
                pace=request.pace,
                seed=request.seed,
                incarnation=request.incarnation,
                hand=request.hand,
            )
        self._setup = open_instrument(request.address, uv=request.uv, rig=self._rig)
        return Opened(self._setup.info, self.make_safe())

    def _switch(self, role: Role, on: bool) -> None:
        light = self._open_setup().lights.get(role)
        if light is None:
            name = "UV light" if role == "uv" else "probe that the station can switch"
            raise InstrumentError(f"There is no {name} on this instrument. Choose one in the devices window.")
        light.switch(on)

    def _open_setup(self) -> Setup:
        if self._setup is None:
            raise Disconnected("No spectrometer is open. Choose one in the devices window.")
        return self._setup


def run(requests: Connection, beats: Connection) -> None:
    """Serve the parent until it goes; the target of the spawned process. Does not return."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to understand
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
        answer = Answer(value=owner.answer(request))
    except InstrumentError as error:
        answer = Answer(error=error)
    except Exception as error:
        traceback.print_exc()
        answer = Answer(error=InstrumentError(_UNFORESEEN.format(type(error).__name__, error)))
    requests.send(answer)
    return not isinstance(request, Close)


def _signal_socket() -> socket.socket:
    """Return a socket that becomes readable at SIGTERM, even while the main thread is stuck in a driver's call."""
    read_end, write_end = socket.socketpair()
    write_end.setblocking(False)
    signal.signal(signal.SIGTERM, lambda number, frame: None)
    signal.set_wakeup_fd(write_end.detach(), warn_on_full_buffer=False)
    return read_end


def _watch(owner: Owner, beats: Connection, terminated: socket.socket) -> None:
    """Wait for the first sign that the parent is gone or wants this process gone, then end it."""
    alive = True
    with suppress(EOFError, OSError):
        while alive:
            ready = wait([beats, terminated], timeout=HEARTBEAT_S + _LATE_S)
            alive = bool(ready) and terminated not in ready
            if beats in ready:
                beats.recv_bytes()
    _end(owner)


_ending = threading.Lock()


def _end(owner: Owner) -> None:
    """Make the lights safe, but wait no longer than a second for it, and leave without any clean-up that could hang."""
    if not _ending.acquire(blocking=False):
        threading.Event().wait()  # the other thread is at it and takes this one along
    tasks = [threading.Thread(target=let_go, daemon=True) for let_go in owner.farewells()]
    for task in tasks:
        task.start()
    for task in tasks:
        task.join(_SAFE_LIMIT_S / len(tasks))
    os._exit(0)

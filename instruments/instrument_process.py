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
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any

from instruments.requests import (
    Answer,
    Close,
    ListDevices,
    MoveHand,
    Open,
    Request,
    Scan,
    SetExposure,
    SwitchLight,
)
from instruments.spectrometer import (
    NO_LIGHT,
    Disconnected,
    InstrumentError,
    InstrumentInfo,
    LightSource,
    LightState,
    LightUnreachable,
    Role,
)

if TYPE_CHECKING:
    from instruments.ocean import OceanSpectrometer
    from instruments.virtual.rig import Rig

HEARTBEAT_S = 0.5
_LATE_S = 2.0
_FAREWELL_LIMIT_S = 0.6  # for each of two
_UNFORESEEN = (
    "The instrument process met something unforeseen ({}: {}). Everything measured before is kept. Measure again."
)


class Owner:
    """Holds what is open in this process and answers requests about it. `lights` is what is known of the lights."""

    def __init__(self) -> None:
        self.lights: dict[Role, LightState] = {}
        self._sources: dict[Role, LightSource] = {}
        self._spectrometer: OceanSpectrometer | None = None
        self._rig: Rig | None = None

    def answer(self, request: Request) -> Any:
        """Carry out a request and return its result. Raises InstrumentError."""
        try:
            return self._carry_out(request)
        except Disconnected:
            if self.lights.get("probe") == "on":
                self.lights["probe"] = "unknown"  # its line is on the cable that is gone
            raise

    def farewells(self) -> tuple[Callable[[], None], ...]:
        """Return what has to be done before the process ends, UV first; each may hang without holding up the other."""
        spectrometer, sources = self._spectrometer, self._sources

        def probe_and_spectrometer() -> None:
            if "probe" in sources:
                sources["probe"].close()
            if spectrometer is not None:
                spectrometer.close()

        uv = (sources["uv"].close,) if "uv" in sources else ()
        return (*uv, probe_and_spectrometer)

    def _carry_out(self, request: Request) -> Any:
        match request:
            case Scan():
                return self._open_one().scan()
            case SetExposure(exposure_s):
                return self._open_one().set_exposure(exposure_s)
            case SwitchLight(role, on):
                return self._switch(role, on)
            case MoveHand(command):
                if self._rig is None:
                    raise InstrumentError("The hand reaches only the virtual bench. Nothing was moved.")
                return self._rig.obey(command)
            case ListDevices(real):
                from instruments.catalogue import devices

                return devices(real)
            case Open():
                return self._open(request)
            case Close():
                return self._close()

    def _open(self, request: Open) -> InstrumentInfo:
        from instruments.catalogue import open_spectrometer, set_up_rig, uv_light
        from instruments.lights import LampLine

        if request.address.startswith("virtual:"):
            self._rig = set_up_rig(
                (request.address,),
                pace=request.pace,
                seed=request.seed,
                incarnation=request.incarnation,
                hand=request.hand,
            )
        uv = uv_light(request.address, request.uv)
        if uv is not None:
            self._take_safely("uv", uv)
        spectrometer = open_spectrometer(request.address, self._rig)
        self._spectrometer = spectrometer
        if spectrometer.lamp_line is not None:
            self._take_safely("probe", LampLine(spectrometer.lamp_line))
        names = {role: source.name for role, source in self._sources.items()}
        return replace(spectrometer.info, probe=names.get("probe", NO_LIGHT), uv=names.get("uv", NO_LIGHT))

    def _take_safely(self, role: Role, source: LightSource) -> None:
        """Take a light over, switched off: whatever was before may have left it on."""
        self._sources[role] = source
        with suppress(LightUnreachable):
            self._switch(role, False)

    def _switch(self, role: Role, on: bool) -> None:
        """Set a light; what is not there is off already, and cannot be switched on. Raises InstrumentError."""
        if role not in self._sources:
            if not on:
                return
            name = "UV light" if role == "uv" else "probe that the station can switch"
            raise InstrumentError(f"There is no {name} on this instrument. Nothing was switched.")
        before = self.lights.get(role)
        self.lights[role] = "unknown"
        try:
            self._sources[role].switch(on)
        except Disconnected:
            if before == "off":
                self.lights[role] = "off"  # and nothing is left that could have switched it on
            raise
        self.lights[role] = "on" if on else "off"

    def _open_one(self) -> OceanSpectrometer:
        if self._spectrometer is None:
            raise Disconnected("No spectrometer is open. Choose one in the devices window.")
        return self._spectrometer

    def _close(self) -> None:
        for role in tuple(self._sources):  # UV first; the answer then tells what is known of each
            with suppress(InstrumentError):
                self._switch(role, False)
        for let_go in self.farewells():
            let_go()
        self._sources, self._spectrometer = {}, None


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
        answer = Answer(owner.answer(request), None, dict(owner.lights))
    except InstrumentError as error:
        answer = Answer(None, error, dict(owner.lights))
    except Exception as error:
        traceback.print_exc()
        unforeseen = InstrumentError(_UNFORESEEN.format(type(error).__name__, error))
        answer = Answer(None, unforeseen, dict(owner.lights))
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
    """Make the lights safe within little more than a second, and leave without any clean-up that could hang."""
    if not _ending.acquire(blocking=False):
        threading.Event().wait()  # the other thread is at it and takes this one along
    for let_go in owner.farewells():
        task = threading.Thread(target=let_go, daemon=True)
        task.start()
        task.join(_FAREWELL_LIMIT_S)  # UV is dark before the spectrometer's driver is touched, which may take all down
    os._exit(0)

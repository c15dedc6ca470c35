"""The guard: the parent's side of the instrument process, its heartbeat and its watchdog."""

from __future__ import annotations

import multiprocessing
import threading
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any

from analysis.spectrum import FloatArray, read_only
from instruments import instrument_process
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
    DeviceListing,
    Disconnected,
    InstrumentError,
    InstrumentInfo,
    LightState,
    Role,
    Timeout,
)
from instruments.virtual.hand import Command, Hand, Pace

_SCAN_LIMIT_S = 5.0  # beyond the exposure, until the process is gone
_GRACE_S = 1.5  # of these, for a process that makes its lights safe
_ANSWER_LIMIT_S = 5.0
_OPEN_LIMIT_S = 20.0
_OPENING_EXPOSURE_S = 0.1
_LIGHT_NAMES: dict[Role, str] = {"uv": "UV light", "probe": "probe lamp"}


class Guard:
    """Spectrometer and both lights in a process of their own; implements `Instrument`. For one thread.

    A process that does not answer in time is ended and started again: the exposure is set again, the virtual bench
    stands as it stood, both lights are switched off. The call that ran into it raises Timeout after all that, so that
    the measurement can be repeated at once; where the instrument cannot be opened again, what that raised instead.
    """

    def __init__(self) -> None:
        self._child: _Child | None = None
        self._opening: Open | None = None  # how to open again what is, or was last, open
        self._info: InstrumentInfo | None = None
        self._exposure_s = _OPENING_EXPOSURE_S
        self._stale_exposure_s = 0.0  # of the frame that may still be under way after a change
        self._lights: dict[Role, LightState] = {}

    @property
    def info(self) -> InstrumentInfo:
        """Get what is known of the open instrument. Raises Disconnected when none is open."""
        if self._info is None:
            raise Disconnected("No spectrometer is open. Choose one in the devices window.")
        return self._info

    @property
    def process_id(self) -> int | None:
        """Get the process number of the instrument process, None while there is none."""
        return None if self._child is None else self._child.process_id

    def open(self, address: str, *, pace: Pace = "real", uv: str | None = None, seed: int = 0) -> InstrumentInfo:
        """Open `ocean:SERIAL` or `virtual:MODEL` with both lights off and 0.1 s; closes what was open before.

        `uv` is the port of the LED driver (None: the virtual LED of a virtual instrument, none of a real one;
        NO_LIGHT: no UV light). `pace` and `seed` are the virtual bench's. The same virtual address with the same
        settings is found as it stood. Raises InstrumentError.
        """
        opening = Open(address, pace, uv, seed, incarnation=0, hand=Hand())
        before = self._opening
        if before is not None and replace(before, incarnation=0, hand=Hand()) == opening:
            opening = before
        self._opening = opening
        self._exposure_s = _OPENING_EXPOSURE_S
        return self.restart()

    def restart(self) -> InstrumentInfo:
        """End the instrument process, start another, open the same instrument with the same exposure, lights off.

        This is also how an instrument is found again that was unplugged. Raises InstrumentError.
        """
        self._end_child()
        if self._opening is None:
            raise Disconnected("No spectrometer was open. Choose one in the devices window.")
        opening = self._opening
        self._opening = replace(opening, incarnation=opening.incarnation + 1)
        told: InstrumentInfo = self._asked(opening, _OPEN_LIMIT_S)
        info = self._info = replace(told, wavelengths_nm=read_only(told.wavelengths_nm))
        self._stale_exposure_s = 0.0
        if self._exposure_s != _OPENING_EXPOSURE_S:
            self._asked(SetExposure(self._exposure_s), _ANSWER_LIMIT_S)
            self._stale_exposure_s = _OPENING_EXPOSURE_S
        return info

    def devices(self) -> tuple[DeviceListing, ...]:
        """Return the connected spectrometers and the two virtual ones. Raises InstrumentError.

        While a real one is open the bus is left alone, because looking resets what is open: only it is listed.
        """
        info = self._info
        if info is None or info.virtual:
            found: tuple[DeviceListing, ...] = self._ask(ListDevices(real=True), _OPEN_LIMIT_S)
            return found
        held = DeviceListing(info.address, info.model, info.serial, info.backend, virtual=False)
        virtual: tuple[DeviceListing, ...] = self._ask(ListDevices(real=False), _ANSWER_LIMIT_S)
        return (held, *virtual)

    def set_exposure(self, exposure_s: float) -> None:
        """Set the exposure of one scan in seconds; the next scan may still carry the old one. Raises BadSetting."""
        self._ask(SetExposure(exposure_s), _ANSWER_LIMIT_S)
        self._stale_exposure_s = max(self._stale_exposure_s, self._exposure_s)
        self._exposure_s = exposure_s

    def scan(self) -> FloatArray:
        """Measure one raw scan, shape (pixels,), counts. Raises InstrumentError; Timeout at exposure + 5 s."""
        longest_s = max(self._exposure_s, self._stale_exposure_s)
        counts: FloatArray = self._ask(Scan(), longest_s + _SCAN_LIMIT_S - _GRACE_S)
        self._stale_exposure_s = 0.0
        return counts

    def light(self, role: Role, on: bool) -> None:
        """Switch probe or UV. Raises LightUnreachable, or InstrumentError for switching on what is not there."""
        self._ask(SwitchLight(role, on), _ANSWER_LIMIT_S)

    def light_state(self, role: Role) -> LightState:
        """Get what is known of a light: "unknown" where nobody has spoken to it since; "off" where there is none."""
        state = self._lights.get(role, "off")
        kept = self._child is not None and self._child.lives
        return "unknown" if state == "on" and not kept else state

    def hand(self, command: Command) -> None:
        """Let the hand at the virtual bench do `command`. Raises InstrumentError for a real instrument."""
        if self._opening is None or not self._opening.address.startswith("virtual:"):
            raise InstrumentError(
                "The hand reaches only the virtual bench. Nothing was moved. Place the cuvette yourself."
            )
        self._ask(MoveHand(command), _OPEN_LIMIT_S)
        self._opening = replace(self._opening, hand=self._opening.hand.after(command))

    def close(self) -> None:
        """Make the lights safe, let everything go; never raises. A light that cannot be reached stays "unknown"."""
        if self._child is not None:
            with suppress(_NoAnswer):
                self._lights |= self._child.ask(Close(), _ANSWER_LIMIT_S).lights
        self._end_child()
        self._opening = None

    def _ask(self, request: Request, limit_s: float) -> Any:
        """Return the answer to a request; a process that gives none is replaced. Raises InstrumentError."""
        try:
            return self._told(request, limit_s)
        except _NoAnswer as silence:
            self._end_child()
            if self._opening is not None:
                self.restart()
            raise self._timeout(silence) from silence
        except Timeout:  # the driver's own
            if self._opening is not None:
                self.restart()
            raise

    def _asked(self, request: Request, limit_s: float) -> Any:
        """Return the answer to a request; a process that gives none is ended. Raises InstrumentError."""
        try:
            return self._told(request, limit_s)
        except _NoAnswer as silence:
            self._end_child()
            raise self._timeout(silence) from silence

    def _told(self, request: Request, limit_s: float) -> Any:
        if self._child is None:
            self._child = _Child()
        try:
            answer = self._child.ask(request, limit_s)
        except _NoAnswer:
            if isinstance(request, SwitchLight):
                self._lights[request.role] = "unknown"
            raise
        if isinstance(request, Open) and answer.error is None:
            self._lights = answer.lights
        else:  # a process that did not get as far as a light says nothing about it
            self._lights |= answer.lights
        if answer.error is not None:
            raise answer.error
        return answer.value

    def _timeout(self, silence: _NoAnswer) -> Timeout:
        """Return what is said of a process that did not answer, and of the lights as far as they are known."""
        told = f"The spectrometer did not answer: {silence}. Everything measured before is kept"
        doubtful = " and the ".join(name for role, name in _LIGHT_NAMES.items() if self.light_state(role) == "unknown")
        if doubtful:
            return Timeout(f"{told}; the {doubtful} may still be on. Switch off by hand, then measure again.")
        return Timeout(f"{told}, and both lights are off. Measure again.")

    def _end_child(self) -> None:
        child, self._child = self._child, None
        self._info = None
        if child is not None:
            child.end()
        for role, state in self._lights.items():
            if state == "on":
                self._lights[role] = "unknown"  # until somebody has spoken to it again


class _NoAnswer(Exception):
    """The instrument process did not answer in time, or is gone."""


class _Child:
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
        """Return the answer. Raises _NoAnswer after `limit_s`, or when the process is gone."""
        try:
            self._requests.send(request)
            if not self._requests.poll(limit_s):
                raise _NoAnswer(f"nothing came within {limit_s:.1f} s and its process was ended")
            answer: Answer = self._requests.recv()
        except (EOFError, OSError) as error:
            raise _NoAnswer("its process had ended by itself") from error
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

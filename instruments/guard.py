"""The guard: the parent's side of the instrument process, its heartbeat and its watchdog."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from analysis.spectrum import FloatArray, read_only
from instruments.child import GRACE_S, Child, NoAnswer
from instruments.owner import Infos
from instruments.requests import (
    Check,
    Close,
    ListDevices,
    MoveHand,
    Open,
    ReadTemperatures,
    Request,
    Scan,
    SetCooling,
    SetExposure,
    SwitchLight,
)
from instruments.spectrometer import (
    OPENING_EXPOSURE_S,
    BackendChoice,
    Channel,
    DeviceListing,
    Disconnected,
    InstrumentError,
    InstrumentInfo,
    Lighting,
    LightState,
    Role,
    Temperatures,
    Timeout,
)
from instruments.virtual.hand import Command, Hand, Pace

_SCAN_LIMIT_S = 5.0  # beyond the exposure, until the process is gone
_ANSWER_LIMIT_S = 5.0
_OPEN_LIMIT_S = 20.0
_CLOSE_LIMIT_S = 2.0  # the process that is ended then tries once more to make its lights safe
_ENDING = "The program is ending. Nothing is opened any more."
_one_at_a_time = threading.Lock()  # two programs that look at the bus at once reset each other's devices
_LIGHT_NAMES: dict[Role, str] = {"uv": "UV light", "probe": "probe lamp"}


@dataclass(slots=True)
class _Settings:
    """What one spectrometer was set to, so that it can be set to it again."""

    exposure_s: float = OPENING_EXPOSURE_S
    stale_exposure_s: float = 0.0  # of the frame that may still be under way after a change
    exposure_was_set: bool = False

    @property
    def longest_s(self) -> float:
        """Get how long the next scan may be exposed."""
        return max(self.exposure_s, self.stale_exposure_s)

    def exposure_is(self, exposure_s: float) -> None:
        """Note an exposure that was set."""
        self.stale_exposure_s, self.exposure_s = self.longest_s, exposure_s
        self.exposure_was_set = True


class Guard:
    """One spectrometer or two, and the lights, in a process of their own; implements `Instrument`. For one thread.

    A process that does not answer in time is ended and started again: exposures and cooling are set again, the virtual
    bench stands as it stood, the lights are switched off. The call that ran into it raises Timeout after all that, so
    that the measurement can be repeated at once; where the instrument cannot be opened again, what that raised instead.
    """

    def __init__(self) -> None:
        self._child: Child | None = None
        self._looker: Child | None = None  # a process of its own that looks at the bus
        self._opening: Open | None = None  # how to open again what is, or was last, open
        self._infos: dict[Channel, InstrumentInfo] = {}
        self._settings: dict[Channel, _Settings] = {}  # both the same where there is one spectrometer
        self._cooled_to_c: dict[str, float] = {}  # by address: whoever comes back is as cold as before
        self._lights: dict[Role, LightState] = {}
        self._given_up = False

    @property
    def info(self) -> InstrumentInfo:
        """Get what is known of the open instrument that measures absorbance. Raises Disconnected when none is open."""
        return self._info_of("absorbance")

    @property
    def emission_info(self) -> InstrumentInfo:
        """Get what is known of the one that measures emission: `info` itself where there is one for both."""
        return self._info_of("emission")

    @property
    def process_id(self) -> int | None:
        """Get the process number of the instrument process, None while there is none."""
        return None if self._child is None else self._child.process_id

    @property
    def answers(self) -> bool:
        """Get whether the instrument process is there and has answered its heartbeats of the last seconds.

        Costs nothing. Where it is false, `check()` replaces the process and says so.
        """
        return self._child is not None and self._child.lives

    def open(
        self,
        address: str,
        *,
        emission: str | None = None,
        lighting: Lighting | None = None,
        backend: BackendChoice = "auto",
        pace: Pace = "real",
        seed: int = 0,
    ) -> InstrumentInfo:
        """Open `ocean:SERIAL` or `virtual:MODEL` with the lights off and 0.1 s; closes what was open before.

        `emission` is the address of a second spectrometer that measures emission. `lighting` says how the lights are
        switched (None: as the instrument has them by itself, which is the lamp line and, on the virtual bench, its
        LED). `pace` and `seed` are the virtual bench's. The same virtual addresses with the same settings are found as
        they stood, and a detector that was cooled before is cooled again. Raises InstrumentError.
        """
        if emission == address:
            emission = None
        opening = Open(address, emission, lighting, backend, pace, seed, incarnation=0, hand=Hand())
        before = self._opening
        if before is not None and replace(before, incarnation=0, hand=Hand()) == opening:
            opening = before
        self._opening = opening
        one = _Settings()
        self._settings = {"absorbance": one, "emission": one if emission is None else _Settings()}
        return self.restart()

    def restart(self) -> InstrumentInfo:
        """End the instrument process, start another, open the same instrument with the same settings, lights off.

        This is also how an instrument is found again that was unplugged. Raises InstrumentError.
        """
        self._end_child()
        if self._opening is None:
            raise Disconnected("No spectrometer was open. Choose one in the set-up.")
        opening = self._opening
        self._opening = replace(opening, incarnation=opening.incarnation + 1)
        try:
            infos: Infos = self._asked(opening, _OPEN_LIMIT_S)
            for channel, info in infos.items():
                self._apply(channel, info)
        except InstrumentError:
            self._end_child()  # it may hold one of two, and nothing is looked for while anything is open
            raise
        told = {channel: _read_only(info) for channel, info in infos.items()}
        self._infos = {"absorbance": told["absorbance"], "emission": told.get("emission", told["absorbance"])}
        return self.info

    def devices(self) -> tuple[DeviceListing, ...]:
        """Return the connected spectrometers and the two virtual ones. Raises InstrumentError.

        While a real one is open the bus is left alone, because looking resets what is open: only it is listed.
        """
        held = {info.address: info for info in self._infos.values() if not info.virtual}
        if not held:
            return self._listed_apart()
        virtual: tuple[DeviceListing, ...] = self._ask(ListDevices(real=False), _ANSWER_LIMIT_S)
        listed = (DeviceListing(i.address, i.model, i.serial, i.backend, virtual=False) for i in held.values())
        return (*listed, *virtual)

    def check(self) -> None:
        """Exchange a few bytes with every open spectrometer; takes no scan and changes nothing.

        For the time between measurements: a plug that was pulled, a process that died or stands still is noticed now.
        Raises Disconnected, or Timeout once the process was replaced.
        """
        self._ask(Check(), _ANSWER_LIMIT_S)

    def set_exposure(self, exposure_s: float, channel: Channel = "absorbance") -> float:
        """Control the exposure of one scan in seconds (float in min <= s < max); returns the one really set.

        The next scan may still carry the old one. Raises BadSetting, or InstrumentError.
        """
        set_s: float = self._ask(SetExposure(exposure_s, channel), _ANSWER_LIMIT_S)
        self._settings[channel].exposure_is(set_s)
        return set_s

    def scan(self, channel: Channel = "absorbance") -> FloatArray:
        """Measure one raw scan, shape (pixels,), counts. Raises InstrumentError; Timeout at exposure + 5 s."""
        settings = self._settings.get(channel, _Settings())
        counts: FloatArray = self._ask(Scan(channel), settings.longest_s + _SCAN_LIMIT_S - GRACE_S)
        settings.stale_exposure_s = 0.0
        return counts

    def interrupt(self, *, for_good: bool = False) -> None:
        """Let a scan that is under way end at once; it raises Timeout. The only thing here that any thread may do.

        `for_good` is for the end of the program: whatever is under way ends, an opening and a search included, and
        nothing is opened ever again.
        """
        self._given_up = self._given_up or for_good  # before its process is looked for: none is started after this
        for child in (self._child, self._looker):
            if child is not None:
                child.interrupt(for_good=for_good)

    def temperatures(self, channel: Channel = "absorbance") -> Temperatures:
        """Measure what temperatures the model tells, in degrees Celsius. Raises InstrumentError."""
        told: Temperatures = self._ask(ReadTemperatures(channel), _ANSWER_LIMIT_S)
        return told

    def set_cooling(self, detector_c: float, channel: Channel = "absorbance") -> None:
        """Control the detector's temperature in degrees Celsius. Raises BadSetting where it is not cooled."""
        self._ask(SetCooling(detector_c, channel), _ANSWER_LIMIT_S)
        self._cooled_to_c[self._info_of(channel).address] = detector_c

    def light(self, role: Role, on: bool) -> None:
        """Control probe or UV. Raises LightUnreachable, or InstrumentError for switching on what is not the station's.

        A light that burns steadily or is switched by hand is not switched here.
        """
        self._ask(SwitchLight(role, on), _ANSWER_LIMIT_S)

    def light_state(self, role: Role) -> LightState:
        """Get what is known of a light: "unknown" where nobody has spoken to it since; "off" where there is none.

        Of a light that burns steadily or is switched by hand nothing is known here: whoever has asked for it does.
        """
        state = self._lights.get(role, "off")
        return "unknown" if state == "on" and not self.answers else state

    def hand(self, command: Command) -> None:
        """Let the hand at the virtual bench do `command`. Raises InstrumentError for a real instrument."""
        if self._opening is None or not any(address.startswith("virtual:") for address in self._opening.addresses):
            raise InstrumentError(
                "The hand reaches only the virtual bench. Nothing was moved. Place the cuvette yourself."
            )
        if self._infos:  # else the bench is set up by the next opening, as the hand left it
            self._ask(MoveHand(command), _OPEN_LIMIT_S)
        self._opening = replace(self._opening, hand=self._opening.hand.after(command))

    def close(self) -> None:
        """Make the lights safe, let everything go; never raises. A light that cannot be reached stays "unknown"."""
        if self._child is not None:
            with suppress(NoAnswer):
                self._lights |= self._child.ask(Close(), _CLOSE_LIMIT_S).lights
        self._end_child()
        self._opening = None

    def _info_of(self, channel: Channel) -> InstrumentInfo:
        if channel not in self._infos:
            raise Disconnected("No spectrometer is open. Choose one in the set-up.")
        return self._infos[channel]

    def _apply(self, channel: Channel, info: InstrumentInfo) -> None:
        """Set a spectrometer that was just opened to what it was set to before."""
        settings, opened_s = self._settings[channel], max(OPENING_EXPOSURE_S, info.exposure_limits_s[0])
        settings.stale_exposure_s = 0.0
        if settings.exposure_was_set:
            self._asked(SetExposure(settings.exposure_s, channel), _ANSWER_LIMIT_S)
            settings.stale_exposure_s = opened_s
        else:
            settings.exposure_s = opened_s
        if info.address in self._cooled_to_c:
            self._asked(SetCooling(self._cooled_to_c[info.address], channel), _ANSWER_LIMIT_S)

    def _ask(self, request: Request, limit_s: float) -> Any:
        """Return the answer to a request; a process that gives none is replaced. Raises InstrumentError."""
        try:
            return self._told(request, limit_s)
        except NoAnswer as silence:
            self._end_child()
            if self._opening is not None and not self._given_up:
                self.restart()
            raise self._timeout(silence) from silence
        except Timeout:  # the driver's own
            if self._opening is not None and not self._given_up:
                self.restart()
            raise

    def _asked(self, request: Request, limit_s: float) -> Any:
        """Return the answer to a request; a process that gives none is ended. Raises InstrumentError."""
        try:
            return self._told(request, limit_s)
        except NoAnswer as silence:
            self._end_child()
            raise self._timeout(silence) from silence

    def _told(self, request: Request, limit_s: float) -> Any:
        if self._child is None:
            self._child = self._started()
        try:
            if self._given_up and not isinstance(request, SwitchLight):
                raise Disconnected(_ENDING)
            answer = self._child.ask(request, limit_s)
        except NoAnswer:
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

    def _started(self) -> Child:
        """Return a new process. Raises Disconnected where the guard was given up."""
        if self._given_up:
            raise Disconnected(_ENDING)
        return Child()

    def _listed_apart(self) -> tuple[DeviceListing, ...]:
        """Return what is connected, as a process of its own sees it that ends with it. Raises InstrumentError.

        The driver that has looked at the bus keeps what it saw; when that is unplugged, its next look may crash.
        """
        with _one_at_a_time:
            self._looker = self._started()
            try:
                if self._given_up:
                    raise Disconnected(_ENDING)
                answer = self._looker.ask(ListDevices(real=True), _OPEN_LIMIT_S)
            except NoAnswer as silence:
                raise Timeout(
                    f"The search for spectrometers did not end: {silence}. Nothing is open. "
                    "Unplug what hangs, look again."
                ) from silence
            finally:
                looker, self._looker = self._looker, None
                looker.end()
        if answer.error is not None:
            raise answer.error
        found: tuple[DeviceListing, ...] = answer.value
        return found

    def _timeout(self, silence: NoAnswer) -> Timeout:
        """Return what is said of a process that did not answer, and of the lights as far as they are known."""
        told = f"The spectrometer did not answer: {silence}. Everything measured before is kept"
        doubtful = " and the ".join(name for role, name in _LIGHT_NAMES.items() if self.light_state(role) == "unknown")
        if doubtful:
            return Timeout(f"{told}; the {doubtful} may still be on. Switch off by hand, then measure again.")
        return Timeout(f"{told}, and both lights are off. Measure again.")

    def _end_child(self) -> None:
        child, self._child = self._child, None
        self._infos = {}
        if child is not None:
            child.end()
        for role, state in self._lights.items():
            if state == "on":
                self._lights[role] = "unknown"  # until somebody has spoken to it again


def _read_only(info: InstrumentInfo) -> InstrumentInfo:
    return replace(info, wavelengths_nm=read_only(info.wavelengths_nm))

"""What the instrument process holds open: one spectrometer or two, the virtual bench behind them, both lights."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

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
    NO_LIGHT,
    BadSetting,
    Channel,
    Disconnected,
    InstrumentError,
    InstrumentInfo,
    LightChoice,
    Lighting,
    LightKind,
    LightSource,
    LightState,
    LightUnreachable,
    Role,
    SerialPort,
)

if TYPE_CHECKING:
    from instruments.ocean_spectrometer import OceanSpectrometer
    from instruments.virtual.rig import Rig

Infos = dict[Channel, InstrumentInfo]  # of each open spectrometer once; the first measures absorbance
_UV_FIRST: tuple[Role, ...] = ("uv", "probe")
_HANGS_ON: dict[Role, Channel] = {"probe": "absorbance", "uv": "emission"}  # whose lamp line switches this light


class Owner:
    """Holds what is open in this process and answers requests about it. `lights` is what is known of the lights."""

    def __init__(self) -> None:
        self.lights: dict[Role, LightState] = {}
        self._sources: dict[Role, LightSource] = {}
        self._kinds: dict[Role, LightKind] = {}
        self._spectrometers: dict[Channel, OceanSpectrometer] = {}  # both the same where there is one
        self._rig: Rig | None = None

    def answer(self, request: Request) -> Any:
        """Carry out a request and return its result. Raises InstrumentError."""
        try:
            return self._carry_out(request)
        except Disconnected:
            for role, kind in self._kinds.items():
                if kind == "lamp line" and self.lights.get(role) == "on":
                    self.lights[role] = "unknown"  # its line is on the cable that is gone
            raise

    def farewells(self) -> tuple[Callable[[], None], ...]:
        """Return what has to be done before the process ends, UV first; each may hang without holding up the next."""
        sources, spectrometers = self._sources, self._open_ones()

        def probe_and_spectrometers() -> None:
            if "probe" in sources:
                sources["probe"].close()
            for spectrometer in spectrometers.values():
                spectrometer.close()

        uv = (sources["uv"].close,) if "uv" in sources else ()
        return (*uv, probe_and_spectrometers)

    def _carry_out(self, request: Request) -> Any:
        match request:
            case Scan(channel):
                return self._of(channel).scan()
            case SetExposure(exposure_s, channel):
                return self._of(channel).set_exposure(exposure_s)
            case ReadTemperatures(channel):
                return self._of(channel).temperatures()
            case SetCooling(detector_c, channel):
                return self._of(channel).set_cooling(detector_c)
            case Check():
                return self._check()
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

    def _check(self) -> None:
        self._of("absorbance")
        for spectrometer in self._open_ones().values():
            spectrometer.check()

    def _open(self, request: Open) -> Infos:
        """Open what is asked for, the lights off first: those that need no spectrometer before it is looked for."""
        self._close()  # whoever looks at the bus while something is open resets it, or worse
        lighting = own_lighting(request.address) if request.lighting is None else request.lighting
        choices: dict[Role, LightChoice] = {"uv": lighting.uv, "probe": lighting.probe}
        self._set_up_bench(request)
        for role in _UV_FIRST:
            if choices[role].kind == "serial":
                self._take_safely(role, choices[role], None)
        self._open_spectrometers(request)
        for role in _UV_FIRST:
            if choices[role].kind == "lamp line":
                self._take_safely(role, choices[role], self._of(_HANGS_ON[role]).lamp_line)
        if len(self._open_ones()) == 1 and lighting.probe.kind == lighting.uv.kind == "lamp line":
            raise BadSetting("Both lights cannot hang on one lamp line. Choose another way to switch one of them.")
        return {channel: self._told(spectrometer.info, choices) for channel, spectrometer in self._open_ones().items()}

    def _set_up_bench(self, request: Open) -> None:
        from instruments.catalogue import set_up_rig

        virtual = tuple(address for address in request.addresses if address.startswith("virtual:"))
        if virtual:
            self._rig = set_up_rig(
                virtual,
                pace=request.pace,
                seed=request.seed,
                incarnation=request.incarnation,
                hand=request.hand,
            )

    def _open_spectrometers(self, request: Open) -> None:
        from instruments.catalogue import open_spectrometers

        opened = open_spectrometers(request.addresses, self._rig, request.backend)
        self._spectrometers = {"absorbance": opened[0], "emission": opened[-1]}

    def _told(self, info: InstrumentInfo, choices: dict[Role, LightChoice]) -> InstrumentInfo:
        """Return what is known of a spectrometer, with the lights of the station."""
        kinds: dict[Role, LightKind] = {}
        names: dict[Role, str] = {}
        for role, choice in choices.items():
            source = self._sources.get(role)
            here = source is not None or choice.kind in ("steady", "by hand")
            kinds[role] = choice.kind if here else "none"
            names[role] = source.name if source is not None else (choice.name or choice.kind) if here else NO_LIGHT
        return replace(info, probe=names["probe"], uv=names["uv"], probe_kind=kinds["probe"], uv_kind=kinds["uv"])

    def _take_safely(self, role: Role, choice: LightChoice, drive: Callable[[bool], None] | None) -> None:
        """Take a light over, switched off: whatever was before may have left it on."""
        from instruments.lights import light_source

        source = light_source(choice, drive)
        if source is None:  # this model has no lamp line
            return
        self._sources[role] = source
        self._kinds[role] = choice.kind
        with suppress(LightUnreachable):
            self._switch(role, False)

    def _switch(self, role: Role, on: bool) -> None:
        """Set a light; what is not there is off already, and cannot be switched on. Raises InstrumentError."""
        if role not in self._sources:
            if not on:
                return
            name = "UV light" if role == "uv" else "probe"
            raise InstrumentError(f"There is no {name} that the station can switch. Nothing was switched.")
        before = self.lights.get(role)
        self.lights[role] = "unknown"
        try:
            self._sources[role].switch(on)
        except Disconnected:
            if before == "off":
                self.lights[role] = "off"  # and nothing is left that could have switched it on
            raise
        self.lights[role] = "on" if on else "off"

    def _of(self, channel: Channel) -> OceanSpectrometer:
        if channel not in self._spectrometers:
            raise Disconnected("No spectrometer is open. Choose one in the set-up.")
        return self._spectrometers[channel]

    def _open_ones(self) -> dict[Channel, OceanSpectrometer]:
        """Return the open spectrometers, each once."""
        once = {id(spectrometer): channel for channel, spectrometer in reversed(self._spectrometers.items())}
        return {channel: self._spectrometers[channel] for channel in once.values()}

    def _close(self) -> None:
        for role in _UV_FIRST:  # the answer then tells what is known of each
            with suppress(InstrumentError):
                self._switch(role, False)
        for let_go in self.farewells():
            let_go()
        self._sources, self._kinds, self._spectrometers = {}, {}, {}


def own_lighting(address: str) -> Lighting:
    """Return the lights that an instrument has by itself: the virtual bench has an LED driver, a real one no UV."""
    if not address.startswith("virtual:"):
        return Lighting()
    from instruments.led_commands import VIRTUAL_LED
    from instruments.virtual.bench import NOMINAL_UV_MA
    from instruments.virtual.protocol_virtual import URL

    led = LightChoice("serial", port=SerialPort(URL), commands=VIRTUAL_LED)
    return Lighting(uv=replace(led, current_ma=NOMINAL_UV_MA, most_ma=5 * NOMINAL_UV_MA))

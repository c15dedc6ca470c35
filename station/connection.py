"""What is open: the guarded spectrometer, both lights and, at a virtual bench, the hand; one `Instrument` of them."""

from __future__ import annotations

from contextlib import suppress

from analysis.spectrum import FloatArray
from instruments.guard import Guard
from instruments.led_commands import VIRTUAL_LED
from instruments.spectrometer import (
    NO_LIGHT,
    Channel,
    DeviceListing,
    Disconnected,
    InstrumentError,
    InstrumentInfo,
    LightChoice,
    Lighting,
    LightState,
    Role,
    SerialPort,
)
from station.bench import Bench
from station.clock import Clock
from station.hand import Hand
from station.lights import Lights


class Connection:
    """The instrument at `address`, opened as `bench` says, and the book of its lights; for one thread.

    `address` stays after a fault: it is what is looked for again.
    """

    def __init__(self, guard: Guard, clock: Clock, bench: Bench) -> None:
        self.bench = bench
        self.lights = Lights()
        self.hand: Hand | None = None
        self.address: str | None = None
        self._guard = guard
        self._clock = clock

    # Opening and closing

    def open(self, address: str) -> InstrumentInfo:
        """Open this address with both lights off; the virtual bench stands as it stood. Raises InstrumentError."""
        bench = self.bench
        if address != self.address:
            self.hand = None
        self.address = address
        info = self._guard.open(address, lighting=_lighting(bench.uv), pace=bench.pace, seed=bench.seed)
        if info.virtual:
            self.hand = self.hand or Hand(self._guard, self._clock.now_s())
            if bench.sample is not None:
                self.hand.fill(bench.sample)
        self.note_lights()
        return info

    def listed(self) -> tuple[DeviceListing, ...]:
        """Let go what is open and return what is connected. Raises InstrumentError."""
        self._guard.close()
        self.note_lights()
        return self._guard.devices()

    def close(self) -> None:
        """Make the lights safe, let everything go; never raises."""
        self._guard.close()

    # Instrument

    @property
    def info(self) -> InstrumentInfo:
        """Get what is known of the open instrument that measures absorbance. Raises Disconnected when none is open."""
        return self._guard.info

    @property
    def emission_info(self) -> InstrumentInfo:
        """Get what is known of the one that measures emission."""
        return self._guard.info

    @property
    def known(self) -> InstrumentInfo | None:
        """Get what is known of the open instrument, or None while there is none."""
        with suppress(Disconnected):
            return self._guard.info
        return None

    def set_exposure(self, exposure_s: float, channel: Channel = "absorbance") -> None:
        """Control the exposure of one scan in seconds. Raises InstrumentError."""
        self._guard.set_exposure(exposure_s)

    def scan(self, channel: Channel = "absorbance") -> FloatArray:
        """Measure one raw scan, shape (pixels,), counts. Raises InstrumentError."""
        return self._guard.scan()

    def light(self, role: Role, on: bool) -> None:
        """Control probe or UV. Raises LightUnreachable, or InstrumentError for switching on what is not there."""
        self._guard.light(role, on)

    def light_state(self, role: Role) -> LightState:
        """Get what is known of a light: "unknown" is drawn as MAY BE ON, never as off."""
        return self._guard.light_state(role)

    # The book of lights

    def switch_uv(self, on: bool) -> None:
        """Switch UV by hand; on, it goes off by itself in time. Raises InstrumentError."""
        self.light("uv", on)
        self.note_lights(uv_by_hand=on)

    def note_lights(self, *, uv_by_hand: bool = False) -> bool:
        """Write down the state of the lights; return whether it has changed. A lost instrument changes nothing."""
        before = self.lights.states
        with suppress(InstrumentError):
            self.lights.note(self, self._clock.now_s(), uv_by_hand=uv_by_hand)
        return self.lights.states != before


def _lighting(uv: str | None) -> Lighting | None:
    """Return the lights for the port of an LED driver (None: what the instrument has by itself)."""
    if uv is None:
        return None
    if uv == NO_LIGHT:
        return Lighting(uv=LightChoice("none"))
    led = LightChoice("serial", port=SerialPort(uv), commands=VIRTUAL_LED, current_ma=20.0, most_ma=100.0)
    return Lighting(uv=led)

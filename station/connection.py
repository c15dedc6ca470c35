"""What is open: the guarded spectrometer or two, a replay, the lights by hand, the hand; one `Instrument` of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import numpy as np

from analysis.spectrum import FloatArray
from instruments.guard import Guard
from instruments.replay import Replay
from instruments.spectrometer import (
    NO_LIGHT,
    BadSetting,
    Channel,
    DeviceListing,
    Disconnected,
    InstrumentError,
    InstrumentInfo,
    Lighting,
    LightState,
    Role,
    Temperatures,
)
from station.bench import Bench
from station.by_hand import LightByHand
from station.clock import Clock
from station.cycle import SETTLE_S
from station.events import Measurement
from station.hand import Hand
from station.lights import Lights
from station.optics import Optics
from station.replaying import REPLAY, Tape
from station.run import Run
from station.uv_time import UvTime

NO_SHUTTER = (
    "The lamp burns all the time and has no shutter: emission cannot be measured beside it. Absorbance can. "
    "Put a shutter before the lamp and choose it as a light by hand to measure emission."
)
_CHANNEL: dict[Role, Channel] = {"probe": "absorbance", "uv": "emission"}
_WORDS: dict[Role, str] = {"probe": "the probe lamp, or its shutter", "uv": "the UV light"}


class Connection:
    """The instrument at `address` (and `emission`), opened as `bench` says, and the book of its lights; for one thread.

    The addresses stay after a fault: they are what is looked for again. `ask` puts a question to the chemist and
    returns when it is done; nobody is asked outside `measuring`, so that a live view never waits for a hand. `announce`
    shows a light that has changed.
    """

    def __init__(
        self,
        guard: Guard,
        clock: Clock,
        bench: Bench,
        ask: Callable[[str], None],
        announce: Callable[[], None],
    ) -> None:
        self.bench = bench
        self.lights = Lights()
        self.hand: Hand | None = None
        self.address: str | None = None
        self.emission: str | None = None
        self.warm_up_ends_s: float | None = None
        self._uv_time = UvTime()
        self._guard = guard
        self._tape: Tape | None = None
        self._clock = clock
        self._ask = ask
        self._announce = announce
        self._by_hand: dict[Role, LightByHand] = {}
        self._exposures_s: dict[Channel, float] = {}
        self._measuring: Measurement | None = None
        self._let_go = True

    # Opening and closing

    def open(self, address: str, emission: str | None = None) -> InstrumentInfo:
        """Open this address with the lights off; a virtual bench stands as it stood. Raises InstrumentError."""
        bench = self.bench
        if emission is not None and REPLAY in (address[: len(REPLAY)], emission[: len(REPLAY)]):
            raise BadSetting("A recording has its own emission and goes with nothing else. Nothing was opened.")
        if (address, emission) != (self.address, self.emission):
            self.hand = None
        self.address, self.emission = address, emission
        if address.startswith(REPLAY):
            self._guard.close()
            self._tape = Tape(address, self._clock.sleep if bench.pace == "real" else None)
            self._use_as_recorded(self._tape.run)
        else:
            self._tape = None
            self._guard.open(
                address,
                emission=emission,
                lighting=bench.lighting,
                backend=bench.backend,
                pace=bench.pace,
                seed=bench.seed,
            )
            self._place_hand()
        self._take_lights_by_hand()
        self.note_lights()
        return self.info

    def open_again(self) -> None:
        """Open what is open once more, lights off: nobody knows what a sleep did to it. Raises InstrumentError."""
        if self.address is not None:
            self.open(self.address, self.emission)

    def use_lighting(self, lighting: Lighting) -> None:
        """Switch the lights in this way from the next opening on; a steady lamp begins to warm up now."""
        self.bench = replace(self.bench, lighting=lighting)
        self._by_hand.clear()
        self.warm_up_ends_s = None

    def use_optics(self, optics: Optics) -> None:
        """Look at lights by hand through this set-up from now on."""
        self.bench = replace(self.bench, optics=optics)
        for role, light in self._by_hand.items():
            light.look = self._looking_at(role)

    def listed(self) -> tuple[DeviceListing, ...]:
        """Let go what is held, and return what is connected. Raises InstrumentError."""
        if not self._let_go:
            self.close()
        return self._guard.devices()

    @property
    def pair(self) -> tuple[str | None, str | None]:
        """Get the addresses for absorbance and emission that are, or were last, open."""
        return self.address, self.emission

    @property
    def shows_live(self) -> bool:
        """Get whether a live view may be measured: not while somebody has UV on by hand, or may have."""
        return not self.lights.uv_by_hand and self.hand_wanted is None

    def uv_off_in_time(self) -> None:
        """Switch off UV that was on by hand for as long as it may be. Raises InstrumentError.

        Where only the chemist can switch it, it may be on from here until he says that it is off.
        """
        uv = self._by_hand.get("uv")
        if uv is None:
            self.switch_uv(False)
        else:
            uv.state = "unknown"
            self._count_uv()
            self.note_lights()

    def check(self) -> None:
        """Exchange a few bytes with what is open; takes no scan. Raises InstrumentError where it is lost."""
        if self._tape is None:
            self._guard.check()

    def close(self) -> None:
        """Make the lights safe, let everything go; never raises."""
        self._let_go = True
        self._tape = None
        self._guard.close()
        self.note_lights()

    # Instrument

    @property
    def info(self) -> InstrumentInfo:
        """Get what is known of the open instrument that measures absorbance. Raises Disconnected when none is open."""
        return self._with_lights(self._device.info)

    @property
    def emission_info(self) -> InstrumentInfo:
        """Get what is known of the one that measures emission: as `info` where there is one for both."""
        return self._with_lights(self._device.emission_info)

    @property
    def known(self) -> InstrumentInfo | None:
        """Get what is known of the open instrument, or None while there is none."""
        with suppress(Disconnected):
            return self.info
        return None

    def set_exposure(self, exposure_s: float, channel: Channel = "absorbance") -> float:
        """Control the exposure of one scan in seconds; returns the one really set. Raises InstrumentError."""
        set_s = self._device.set_exposure(exposure_s, channel)
        self._exposures_s[channel] = set_s
        self._uv_time.expose(SETTLE_S)  # it settles before it is scanned
        return set_s

    def scan(self, channel: Channel = "absorbance") -> FloatArray:
        """Measure one raw scan, shape (pixels,), counts. Raises InstrumentError."""
        counts = self._device.scan(channel)
        self._uv_time.expose(self._exposures_s.get(channel, 0.0))
        return counts

    def temperatures(self, channel: Channel = "absorbance") -> Temperatures:
        """Measure what temperatures the model tells, in degrees Celsius. Raises InstrumentError."""
        return self._device.temperatures(channel)

    def set_cooling(self, detector_c: float) -> None:
        """Control the temperature of every detector that is cooled, in degrees Celsius. Raises InstrumentError."""
        if self.info.cooled:
            self._guard.set_cooling(detector_c, "absorbance")
        if self.emission is not None and self.emission_info.cooled:
            self._guard.set_cooling(detector_c, "emission")

    def light(self, role: Role, on: bool) -> None:
        """Control probe or UV, by asking where it is switched by hand. Raises InstrumentError, or what asking raises.

        A shutter by hand stays open after a measurement that has no emission: nobody closes it for nothing. UV that
        goes on or off is announced at once, also within a measurement: every view says so while it is on.
        """
        self._switch(role, on)
        if role == "uv" and self.note_lights():
            self._announce()

    def _switch(self, role: Role, on: bool, *, by_clock: bool = False) -> None:
        by_hand = self._by_hand.get(role)
        if role == "uv" and on:
            self._uv_time.begin(by_clock=by_clock or by_hand is not None)
        try:
            if by_hand is None:
                self._device.light(role, on)
            elif self._asks(role, on) and by_hand.state != ("on" if on else "off"):
                by_hand.switch(on)
                self.note_lights()
                self._announce()
        finally:
            if role == "uv":
                self._count_uv()

    def light_state(self, role: Role) -> LightState:
        """Get what is known of a light: "unknown" is drawn as MAY BE ON, never as off."""
        by_hand = self._by_hand.get(role)
        return self._device.light_state(role) if by_hand is None else by_hand.state

    def place(self, what: Measurement, drawn_at_s: float | None) -> None:
        """Let the hand at a virtual bench put the cuvette in that is measured now, or wind a recording on to it.

        `drawn_at_s` is the reaction time of a sample. A real bench has hands of its own. Raises InstrumentError, and
        ValueError where the recording ends.
        """
        if self._tape is not None and what in ("dark", "reference", "aliquot"):
            self._tape.turn_to("dark" if what == "dark" else "aliquot" if what == "aliquot" else "reference")
            self.bench = replace(self.bench, exposures=self._tape.exposures)
        elif self.hand is not None:
            if what in ("aliquot", "wavelength"):
                self.hand.sample(drawn_at_s)
            elif what == "wash":
                self.hand.washed()
            elif what != "dark":
                self.hand.solvent()

    def advance(self) -> None:
        """Tell a virtual bench what time it is. Raises InstrumentError."""
        if self.hand is not None:
            self.hand.advance(self._clock.now_s())

    # The chemist's hands

    @contextmanager
    def measuring(self, what: Measurement) -> Iterator[None]:
        """Within this the chemist is asked for what only he can switch."""
        self._measuring = what
        try:
            yield
        finally:
            self._measuring = None
            if what in ("aliquot", "reference", "wash"):
                self._uv_time.cuvette_is_done()
            self.note_lights()

    @property
    def hand_wanted(self) -> str | None:
        """Get what the chemist has to do although nothing is measured: a UV light of his may be on."""
        uv = self._by_hand.get("uv")
        return None if uv is None or uv.state == "off" else f"Switch off by hand: {self._named('uv')}. Then confirm."

    @property
    def uv_by_hand_is_overdue(self) -> bool:
        """Get whether a UV light that only the chemist can switch has been on for as long as it may be."""
        return "uv" in self._by_hand and self.lights.overdue(self._clock.now_s())

    def uv_is_off(self) -> None:
        """Take the chemist's word that the UV light he switches is off."""
        uv = self._by_hand.get("uv")
        if uv is not None:
            uv.confirmed_off()
            self._count_uv()
            self.note_lights()

    def _take_lights_by_hand(self) -> None:
        """Know the lights that are the chemist's; what he has confirmed stays so while the same lights are used."""
        info = self._device.info
        if info.probe_kind == "steady" and self.warm_up_ends_s is None and self.bench.lighting is not None:
            self.warm_up_ends_s = self._clock.now_s() + self.bench.lighting.probe.warm_up_s
        kinds: dict[Role, str] = {"probe": info.probe_kind, "uv": info.uv_kind}
        for role, kind in kinds.items():
            if kind not in ("by hand", "steady"):
                self._by_hand.pop(role, None)
            elif role not in self._by_hand:
                ask, steady = self._ask_for_uv if role == "uv" else self._ask, kind == "steady"
                self._by_hand[role] = LightByHand(self._named(role), ask, self._looking_at(role), steady=steady)

    def _ask_for_uv(self, sentence: str) -> None:
        self.note_lights()  # from the question to its answer nobody knows: it is never called off
        self._ask(sentence)

    def _asks(self, role: Role, on: bool) -> bool:
        always = role == "uv" or on or self._measuring == "dark"
        return self._measuring is not None and (always or self.info.uv != NO_LIGHT)

    def _looking_at(self, role: Role) -> Callable[[], FloatArray] | None:
        """Return how this light is looked at, or None where a filter hides it."""
        optics, channel = self.bench.optics, _CHANNEL[role]
        hidden = optics.long_pass_nm is not None and (optics.excitation_nm or 0.0) < optics.long_pass_nm
        return None if role == "uv" and hidden else lambda: self._look(channel)

    def _look(self, channel: Channel) -> FloatArray:
        """Measure two scans of the light as it stands; the first after a change is left out."""
        scans = []
        for _ in range(3):
            scans.append(self._device.scan(channel))
            self._clock.passed(self._exposures_s.get(channel, 0.0))
        return np.stack(scans[1:])

    def _named(self, role: Role) -> str:
        lighting = self.bench.lighting or Lighting()
        chosen = lighting.probe if role == "probe" else lighting.uv
        return chosen.name or ("the probe lamp" if chosen.kind == "steady" else _WORDS[role])

    # The book of lights

    @property
    def uv_s(self) -> float:
        """Get how long the cuvette in the holder has been under UV, in seconds."""
        return self._uv_time.seconds

    def switch_uv(self, on: bool) -> None:
        """Switch UV by the key; on, it goes off by itself in time. Raises InstrumentError."""
        self._switch("uv", on, by_clock=True)
        self.note_lights(uv_by_hand=on)

    def note_lights(self, *, uv_by_hand: bool = False) -> bool:
        """Write down the state of the lights; return whether it has changed. A lost instrument changes nothing."""
        before = self.lights.states
        asked = "uv" in self._by_hand and self._measuring is not None
        off_after_s = self.bench.uv_by_hand_s if uv_by_hand or asked else None
        with suppress(InstrumentError):
            self.lights.note(self, self._clock.now_s(), off_after_s=off_after_s)
        return self.lights.states != before

    def _count_uv(self) -> None:
        self._uv_time.note(self._clock.now_s(), on=self.light_state("uv") == "on")

    # What is behind it

    @property
    def _device(self) -> Guard | Replay:
        return self._guard if self._tape is None else self._tape.replay

    def _use_as_recorded(self, run: Run) -> None:
        """Measure with what the recording was measured with; only so are its frames found."""
        set_up = run.set_up
        if set_up is not None:
            self.bench = replace(
                self.bench,
                exposures=set_up.exposures,
                absorbance_nm=set_up.absorbance_nm,
                emission_nm=set_up.emission_nm,
                optics=set_up.optics,
                material=run.recipe.material,
            )

    def _with_lights(self, info: InstrumentInfo) -> InstrumentInfo:
        """Return what is known with the lights as they can be used: no emission beside a lamp without a shutter."""
        if info.probe_kind != "steady" or info.uv == NO_LIGHT:
            return info
        return replace(info, uv=NO_LIGHT, uv_kind="none", notes=(*info.notes, NO_SHUTTER))

    def _place_hand(self) -> None:
        """Put a hand to a virtual bench, and the sample behind its cuvettes."""
        self._let_go = False
        if not self._guard.info.virtual:
            return
        self.hand = self.hand or Hand(self._guard, self._clock.now_s())
        if self.bench.sample is not None:
            self.hand.fill(self.bench.sample)

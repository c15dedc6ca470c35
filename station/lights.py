"""What is known of the two lights while a station runs: their state, since when, and when UV goes off by itself."""

from __future__ import annotations

from contextlib import suppress

from instruments.spectrometer import NO_LIGHT, Disconnected, Instrument, LightState, Role
from station.events import Light


class Lights:
    """The book of both lights; what cannot be reached stands as "unknown" and is drawn as MAY BE ON, never as off."""

    def __init__(self) -> None:
        self._book: dict[Role, Light] = {}
        self._names: dict[Role, str] = {}

    @property
    def probe(self) -> Light | None:
        """Get what is known of the probe lamp, or None before an instrument was opened."""
        return self._book.get("probe")

    @property
    def uv(self) -> Light | None:
        """Get what is known of the UV light, or None before an instrument was opened."""
        return self._book.get("uv")

    @property
    def states(self) -> tuple[LightState, ...]:
        """Get the states of the lights that are known of, probe first."""
        return tuple(self._book[role].state for role in sorted(self._book))

    @property
    def has_uv(self) -> bool:
        """Get whether there is a UV light to switch."""
        return self.uv is not None and self.uv.name != NO_LIGHT

    @property
    def uv_reachable(self) -> bool:
        """Get whether the state of the UV light is known."""
        return self.uv is not None and self.uv.state != "unknown"

    @property
    def uv_by_hand(self) -> bool:
        """Get whether the chemist has switched UV on."""
        return self.uv is not None and self.uv.off_at_s is not None

    def overdue(self, now_s: float) -> bool:
        """Return whether UV that was switched on by hand has been on long enough."""
        return self.uv is not None and self.uv.off_at_s is not None and now_s >= self.uv.off_at_s

    def note(self, instrument: Instrument, now_s: float, *, off_after_s: float | None = None) -> None:
        """Ask the instrument for the state of both lights and keep since when it holds.

        UV that was switched on by hand goes off `off_after_s` from now, which no later look puts off. A lost instrument
        still knows what may be on; its lights keep the names that they had.
        """
        with suppress(Disconnected):
            self._names = {"probe": instrument.info.probe, "uv": instrument.info.uv}
        for role, name in self._names.items():
            state, old = instrument.light_state(role), self._book.get(role)
            still = old is not None and old.state == state
            since_s = old.since_s if old is not None and still else now_s
            off_at_s = old.off_at_s if old is not None and still else None
            if role == "uv" and state == "on" and off_after_s is not None:
                off_at_s = off_at_s or now_s + off_after_s
            self._book[role] = Light(name, state, since_s, off_at_s)

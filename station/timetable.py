"""When the station does again what it does every so often."""

from __future__ import annotations

from station.clock import Clock


class Timetable:
    """Remembers, by name, when something is due; what was never done is due at once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._next_s: dict[str, float] = {}

    def is_due(self, what: str) -> bool:
        """Return whether its time has come."""
        return self._clock.now_s() >= self._next_s.get(what, float("-inf"))

    def due(self, what: str, every_s: float) -> bool:
        """Return whether its time has come; then it comes again in `every_s` seconds."""
        if not self.is_due(what):
            return False
        self.put_off(what, every_s)
        return True

    def put_off(self, what: str, by_s: float) -> None:
        """Let its time come in so many seconds from now."""
        self._next_s[what] = self._clock.now_s() + by_s

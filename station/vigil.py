"""What the station watches of the computer it runs on: that it stays awake, what its clocks do, who sits there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from station.awake import Awake
from station.clock_watch import Clocks, ClockWatch, Happening, clocks_now
from station.computer import screen_locked


@dataclass(frozen=True, slots=True)
class Computer:
    """What is asked of the computer; a headless run on a virtual clock asks nothing."""

    awake: Awake = field(default_factory=Awake)
    clocks: Callable[[], Clocks] = clocks_now
    screen_locked: Callable[[], bool | None] = screen_locked


class Vigil:
    """Watches one computer, or none; for the acquisition thread."""

    def __init__(self, computer: Computer | None) -> None:
        self._computer = computer
        self._watch = ClockWatch()

    @property
    def awake(self) -> tuple[bool | None, str]:
        """Get whether the computer is kept awake (None: not asked for, or not answered yet), and the words for it."""
        return (None, "") if self._computer is None else self._computer.awake.told()

    def keep_awake(self, wanted: bool) -> None:
        """Keep the computer awake while a run is open, and let it sleep afterwards."""
        if self._computer is not None and wanted:
            self._computer.awake.hold()
        elif self._computer is not None:
            self._computer.awake.let_go()

    def happened(self) -> tuple[Happening, ...]:
        """Return what has happened to the time since the last call."""
        return () if self._computer is None else self._watch.look(self._computer.clocks())

    @property
    def left(self) -> bool:
        """Get whether nobody can be watching: the screen is locked, the session was left."""
        return self._computer is not None and self._computer.screen_locked() is True

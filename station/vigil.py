"""What the station watches of the computer it runs on: that it stays awake, what its clocks do, who sits there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from station import events
from station.awake import Awake
from station.clock_watch import Clocks, ClockWatch, Kind, clocks_now
from station.computer import screen_locked
from station.events import Event
from station.session import Session


@dataclass(frozen=True, slots=True)
class Computer:
    """What is asked of the computer; a headless run on a virtual clock asks nothing."""

    awake: Awake = field(default_factory=Awake)
    clocks: Callable[[], Clocks] = clocks_now
    screen_locked: Callable[[], bool | None] = screen_locked


class Vigil:
    """Watches one computer, or none; for the acquisition thread.

    `awake` is whether it is kept awake (None: not asked for, or not answered yet), and the words for it.
    """

    def __init__(self, computer: Computer | None) -> None:
        self._computer = computer
        self._watch = ClockWatch()
        self.awake: tuple[bool | None, str] = (None, "")

    def keep_awake(self, wanted: bool) -> bool:
        """Keep the computer awake while a run is open, and let it sleep afterwards; return whether `awake` has changed.

        A system answers after a while, so this is asked again and again.
        """
        if self._computer is None:
            return False
        if wanted:
            self._computer.awake.hold()
        else:
            self._computer.awake.let_go()
        before, self.awake = self.awake, self._computer.awake.told()
        return self.awake != before

    def noted(self, session: Session, publish: Callable[[Event], None]) -> frozenset[Kind]:
        """Mark in the run what has happened to the time since the last call, and return the kinds of it."""
        happened = () if self._computer is None else self._watch.look(self._computer.clocks())
        if session.run is not None:
            for each in happened:
                publish(events.Marked(session.mark_by_station(each.kind, each.sentence)))
        return frozenset(each.kind for each in happened)

    @property
    def left(self) -> bool:
        """Get whether nobody can be watching: the screen is locked, the session was left."""
        return self._computer is not None and self._computer.screen_locked() is True

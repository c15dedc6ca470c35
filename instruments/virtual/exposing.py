"""What the firmware of every protocol shares: one detector's exposure, what goes wrong once, and answers in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from analysis.spectrum import FloatArray
from instruments.virtual.device import Gone, TimedOut, Wedged
from instruments.virtual.eye import Eye
from instruments.virtual.hand import Fault, State

_POWER_UP_EXPOSURE_S = 0.1


class Exposing:
    """The exposure of one detector. `wait` lets seconds pass (a sleep, or nothing on a virtual clock).

    `exposure_s` is the time last set; the frame that runs when it is set still takes the time before it.
    """

    def __init__(self, eye: Eye, wait: Callable[[float], object]) -> None:
        self.eye = eye
        self.exposure_s = _POWER_UP_EXPOSURE_S
        self.fault: Fault | None = None
        self._running_exposure_s = _POWER_UP_EXPOSURE_S
        self._wait = wait

    def frame(self, timeout_s: float) -> tuple[FloatArray, Fault | None]:
        """Return the counts of one scan, shape (pixels,), and what is to go wrong on its way out.

        Raises TimedOut where it takes longer than `timeout_s` (the scan is then still to come), Wedged and Gone.
        """
        self.eye.bench.scan_begins()
        fault = self.spent("wedge", "silence", "unplug exposing", "unplug reading")
        exposure_s = self._running_exposure_s
        if fault == "wedge":
            raise Wedged
        if fault == "unplug exposing":
            self._wait(min(exposure_s, timeout_s) / 2)
            raise Gone
        if fault == "silence" or exposure_s > timeout_s:
            self._wait(timeout_s)
            raise TimedOut
        self._wait(exposure_s)
        self._running_exposure_s = self.exposure_s
        if fault == "unplug reading":
            raise Gone
        counts = self.eye.expose(exposure_s)
        return counts, self.spent("short frame", "long frame", "wrong sync", "corrupt header", "wrong md5")

    def shows(self, state: State) -> bool:
        """Return whether this is wrong with the device."""
        return self.eye.bench.hand.shows(self.eye.place, state)

    def serial(self, usual: str) -> str:
        """Return the serial number that the device tells: `usual`, or another one once it was exchanged."""
        return f"{usual[:-1]}{'X' if usual[-1] != 'X' else 'Y'}" if self.shows("renamed") else usual

    def nothing(self, timeout_s: float) -> TimedOut:
        """Let the reader's patience pass and return what it is told."""
        self._wait(timeout_s)
        return TimedOut()

    def spent(self, *kinds: Fault) -> Fault | None:
        """Return the fault that waits if it is one of these, and forget it."""
        fault = self.fault if self.fault in kinds else None
        if fault is not None:
            self.fault = None
        return fault


class Outbox:
    """Answers of one endpoint; a read never joins two of them, as a short packet ends a transfer.

    An answer is its bytes, or what produces them once somebody reads with that much patience in seconds.
    """

    def __init__(self) -> None:
        self._answers: deque[bytes | Callable[[float], bytes]] = deque()

    def __bool__(self) -> bool:
        return bool(self._answers)

    def put(self, answer: bytes | Callable[[float], bytes]) -> None:
        """Add an answer behind those that nobody has read."""
        if answer:
            self._answers.append(answer)

    def take(self, size: int, timeout_s: float) -> bytes:
        """Return up to `size` bytes of the oldest answer; the rest of it stays the oldest."""
        oldest = self._answers[0]
        made = oldest if isinstance(oldest, bytes) else oldest(timeout_s)
        self._answers.popleft()
        if len(made) > size:
            self._answers.appendleft(made[size:])
        return made[:size]

    def clear(self) -> None:
        """Forget what nobody has read."""
        self._answers.clear()

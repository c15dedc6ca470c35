"""What only the chemist's hand can do: the station asks, waits, and looks at the counts whether it was done."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from analysis.spectrum import FloatArray
from instruments.lights import ByHand
from instruments.spectrometer import LightSource, LightState

UNCHANGED = "The counts have not changed. "
AS_BEFORE = "Then confirm; if it was so before, stop and measure again."
WAIT_S = 0.05
WINDOW = 16  # pixels that are averaged before and after are compared
LEAST_COUNTS = 20.0  # the whole frame's offset moves by a few counts from scan to scan
SIGMAS = 8.0


class Asking:
    """Puts one question at a time and waits for its answer; `done` may be called from any thread, the rest from one.

    `announce` shows what is `wanted`; `look_round`, called between the waits, raises what ends the waiting: Cancelled,
    or the InstrumentError of an instrument that is lost meanwhile.
    """

    def __init__(self, announce: Callable[[], None], look_round: Callable[[], None]) -> None:
        self.wanted: str | None = None
        self._announce = announce
        self._look_round = look_round
        self._done = threading.Event()

    def __call__(self, sentence: str) -> None:
        """Ask, and return when the chemist has confirmed."""
        self._done.clear()
        self.wanted = sentence
        try:
            self._announce()
            while not self._done.wait(WAIT_S):
                self._look_round()
        finally:
            self.wanted = None
            self._announce()

    def done(self) -> bool:
        """Take the chemist's word that it is done; return whether anything was asked. Any thread."""
        asked = self.wanted is not None
        if asked:
            self._done.set()
        return asked


class Cover:
    """What the chemist holds before a lamp that burns all the time: the station never switches such a lamp."""

    def __init__(self, name: str, ask: Callable[[str], None]) -> None:
        self._name, self._ask = name, ask

    @property
    def name(self) -> str:
        """Get the name that is written on the reading."""
        return self._name

    def switch(self, on: bool) -> None:
        """Ask for the lamp's light to be let through, or to be blocked."""
        done = "Take away what blocks the lamp" if on else "Block the light of the lamp, leave it burning"
        self._ask(f"{done}: {self._name}. Then confirm.")

    def close(self) -> None:
        """Leave the lamp as it is."""


class LightByHand:
    """A light that the chemist switches, or a lamp that he covers: known only after he was asked.

    `look` measures two scans of the light as it stands, shape (2, pixels), counts; None where the light cannot be
    seen. Between a question and its answer the light is "unknown".
    """

    def __init__(
        self,
        name: str,
        ask: Callable[[str], None],
        look: Callable[[], FloatArray] | None,
        *,
        steady: bool = False,
    ) -> None:
        self.look = look
        self._name, self._ask, self._steady = name, ask, steady
        self._hand = self._new_hand()
        self.state: LightState = "on" if steady else "unknown"

    def switch(self, on: bool) -> None:
        """Ask for the light until the counts follow. Raises what the asking raises; then the light is unknown."""
        wanted: LightState = "on" if on else "off"
        if self.state == wanted:
            return
        known, self.state = self.state, "unknown"
        try:
            seen = None if self.look is None or known == "unknown" else self.look()
            self._hand.switch(on)
            while seen is not None and self.look is not None and not light_changed(seen, self.look(), on):
                self._ask(f"{UNCHANGED}Is {self._asked_for(on)}: {self._name}? {AS_BEFORE}")
        except BaseException:
            self._hand = self._new_hand()  # whatever was confirmed before does not hold any more
            raise
        self.state = wanted

    def confirmed_off(self) -> None:
        """Take the chemist's word, given unasked, that the light is off; the next measurement sees whether it is."""
        self._hand = self._new_hand()
        self.state = "off"

    def _asked_for(self, on: bool) -> str:
        if self._steady:
            return "nothing in its light" if on else "its light blocked"
        return f"it {'on' if on else 'off'}"

    def _new_hand(self) -> LightSource:
        return (Cover if self._steady else ByHand)(self._name, self._ask)


def light_changed(before: FloatArray, after: FloatArray, on: bool) -> bool:
    """Return whether the counts say that a light went on (or off) between two looks, each of shape (2, pixels).

    Somewhere the mean of 16 neighbouring pixels has moved the right way, further than their noise and the offset do.
    """
    pixels = before.shape[1] // WINDOW * WINDOW
    noise = 1.4826 * float(np.median(np.abs(before[0] - before[1]))) / np.sqrt(2.0)  # of one scan, a normal's MAD
    change = (after.mean(axis=0) - before.mean(axis=0))[:pixels].reshape(-1, WINDOW).mean(axis=1)
    least = max(LEAST_COUNTS, SIGMAS * noise / np.sqrt(WINDOW))
    return bool(np.max(change if on else -change) > least)

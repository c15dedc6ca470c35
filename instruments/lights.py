"""The lights of the station, each behind one face: the spectrometer's lamp line, a serial LED driver, a hand."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from instruments.serial_led import SerialLed
from instruments.spectrometer import Disconnected, InstrumentError, LightChoice, LightSource, LightUnreachable

LAMP_LINE = "lamp line"


def light_source(choice: LightChoice, drive: Callable[[bool], None] | None) -> LightSource | None:
    """Return the light that the instrument process switches itself, not yet spoken to.

    `drive` sends the level down the spectrometer's lamp line (None: it has none). None for a light that is not there,
    that burns steadily or that the chemist switches by hand. Raises BadSetting for a serial light that cannot be used.
    """
    if choice.kind == "serial":
        return SerialLed(choice)
    if choice.kind == "lamp line" and drive is not None:
        return LampLine(drive, choice.name or LAMP_LINE)
    return None


class LampLine:
    """A light on the line that the spectrometer switches; `drive` sends the level down the bus."""

    def __init__(self, drive: Callable[[bool], None], name: str = LAMP_LINE) -> None:
        self._drive = drive
        self._name = name
        self._let_go = False

    @property
    def name(self) -> str:
        """Get the name that is written on the reading."""
        return self._name

    def switch(self, on: bool) -> None:
        """Control the lamp (True: on). Raises Disconnected without a spectrometer, else LightUnreachable.

        The line cannot be read back.
        """
        if on and self._let_go:
            raise LightUnreachable("The lamp line was let go. It stays off.")
        try:
            self._drive(on)
        except Disconnected:
            raise
        except InstrumentError as error:
            raise LightUnreachable(
                f"The lamp line cannot be reached ({error}) The lamp may still be on. Switch it by hand."
            ) from error

    def close(self) -> None:
        """Shut the lamp if it can be reached, for good; never raises."""
        self._let_go = True
        with suppress(InstrumentError):
            self.switch(False)


class ByHand:
    """A light that the chemist switches himself when the station asks.

    `ask` is given the sentence, returns when he has confirmed, and raises LightUnreachable when he does not. What
    he has confirmed is not asked for again; what he has not is unknown.
    """

    def __init__(self, name: str, ask: Callable[[str], None]) -> None:
        self._name = name
        self._ask = ask
        self._is_on: bool | None = None
        self._let_go = False

    @property
    def name(self) -> str:
        """Get the name that is written on the reading."""
        return self._name

    def switch(self, on: bool) -> None:
        """Control the light (True: on) by asking for it. Raises LightUnreachable when the chemist does not confirm."""
        if on and self._let_go:
            raise LightUnreachable(f"The {self._name} was let go. It stays off.")
        if self._is_on is on:
            return
        known, self._is_on = self._is_on, None
        if on:
            self._ask(f"Switch on by hand: {self._name}. Then confirm.")
        elif known is None:
            self._ask(f"Switch off by hand, if it is on: {self._name}. Then confirm.")
        else:
            self._ask(f"Switch off by hand: {self._name}. Then confirm.")
        self._is_on = on

    def close(self) -> None:
        """Ask for the light to be switched off if it may be on, and never ask again to switch it on; never raises."""
        self._let_go = True
        with suppress(LightUnreachable):
            self.switch(False)

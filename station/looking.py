"""Looking for spectrometers by itself: when the driver is asked, and what is opened of what it lists.

To ask the driver takes a process of its own, half a second and a quarter of a second of CPU; to look at what the bus
shows takes milliseconds. So the bus is looked at every 2 s and the driver asked when it shows something else, or, for
what is not on the bus, less and less often.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from instruments.spectrometer import DeviceListing, InstrumentError
from instruments.usb_models import UsbNode
from instruments.usb_nodes import connected_nodes
from station.connection import Connection
from station.events import DevicesFound, Event, Recovered

EVERY_S = 2.0  # a plug shows within 3 s
AT_MOST_S = 30.0  # until the driver is asked again although the bus shows nothing new

Pair = tuple[str | None, str | None]  # addresses for absorbance and emission


class Lookout:
    """Looks for what is lost, and for what is plugged in while nothing is open; for the acquisition thread.

    `open` opens a pair of addresses or raises InstrumentError. `others` are the spectrometers that stand beside the
    lost one: they are offered, never taken for it. What cannot be opened is tried less and less often.
    """

    def __init__(
        self, connection: Connection, publish: Callable[[Event], None], open_pair: Callable[[str, str | None], None]
    ) -> None:
        self.others: tuple[DeviceListing, ...] = ()
        self._connection = connection
        self._publish = publish
        self._open = open_pair
        self._wanted = False
        self._look_s = self._ask_s = float("-inf")  # when the bus is looked at next, and the driver asked
        self._wait_s = EVERY_S
        self._nodes: tuple[UsbNode, ...] | None = None
        self._seen: frozenset[tuple[str, str, str]] | None = None

    def found(self) -> None:
        """Take note that something is open; when it is lost, it is looked for at once."""
        self.others = ()
        self._look_s = self._ask_s = float("-inf")
        self._wait_s = EVERY_S

    def again(self) -> bool:
        """List the bus now and open what was open, or what is opened by itself; return whether anything was.

        From now on the bus is watched while nothing is open. What is virtual or replayed is found where it stood.
        Raises InstrumentError.
        """
        self._wanted = True
        held = self._connection.pair
        if held[0] is not None and not _is_real(held):
            self._open(held[0], held[1])
            return True
        devices = self._connection.listed()
        self._news(devices)
        self._publish(DevicesFound(devices))
        return self._open_of(devices, held)

    def lost(self, now_s: float) -> None:
        """Open again what was lost, by its serial number, once it is there; the run goes on by itself."""
        held = self._connection.pair
        if held[0] is None or now_s < self._look_s:
            return
        self._look_s = now_s + EVERY_S
        try:
            if _is_real(held):
                devices = self._listed(now_s)
                if devices is None or not self._open_of(devices, held):
                    return
            else:
                self._open(held[0], held[1])
        except InstrumentError:
            return
        self._publish(Recovered("The spectrometer is back; the run goes on."))

    def a_new_one(self, now_s: float) -> None:
        """Open what has been plugged in, if it is the only one or the one of last time. Raises InstrumentError."""
        if not self._wanted or now_s < self._look_s:
            return
        self._look_s = now_s + EVERY_S
        before = self._seen
        try:
            devices = self._listed(now_s)
        except InstrumentError:
            return
        if devices is not None and self._seen != before:
            self._open_of(devices, (None, None))

    def _open_of(self, devices: Sequence[DeviceListing], held: Pair) -> bool:
        found = to_open(devices, held, self._connection.bench.last)
        if found is not None:
            self._open(*found)
        return found is not None

    def _listed(self, now_s: float) -> tuple[DeviceListing, ...] | None:
        """Return what the driver lists, or None where there is no reason to ask it. Raises InstrumentError."""
        nodes = connected_nodes()
        if nodes is not None and nodes != self._nodes:
            self._wait_s = EVERY_S
        elif now_s < self._ask_s:
            return None
        self._nodes = nodes
        self._ask_s = now_s + self._wait_s
        self._wait_s = min(2.0 * self._wait_s, AT_MOST_S)
        devices = self._connection.listed()
        if self._news(devices):
            self._publish(DevicesFound(devices))
        return devices

    def _news(self, devices: Sequence[DeviceListing]) -> bool:
        """Return whether other spectrometers stand there than at the last look."""
        real = tuple(device for device in devices if not device.virtual)
        self.others = tuple(each for each in real if not each.obstacle and each.address not in self._connection.pair)
        seen = frozenset((each.address, each.serial, each.obstacle) for each in real)
        changed, self._seen = seen != self._seen, seen
        return changed


def to_open(devices: Sequence[DeviceListing], held: Pair, last: Pair) -> tuple[str, str | None] | None:
    """Return the addresses to open by itself, or None.

    What was held and lost is waited for, and nothing else is taken for it; without it, what was open last, or the only
    one there is.
    """
    ready = [device.address for device in devices if not device.virtual and not device.obstacle]
    absorbance, emission = last if held[0] is None else held
    if absorbance in ready and absorbance is not None and (emission is None or emission in ready):
        return absorbance, emission
    return (ready[0], None) if held[0] is None and len(ready) == 1 else None


def _is_real(pair: Pair) -> bool:
    return pair[0] is not None and pair[0].startswith("ocean:")

"""USB sockets of the machine that umockdev pretends to be: the firmware of the virtual bus, behind real device files.

The firmware runs here, in the test's process. What a station sees of it are /sys/bus/usb and /dev/bus/usb of a testbed,
through whatever libusb it was linked with; `environment` is what its process needs for that.
"""

from __future__ import annotations

import itertools
import os
import queue
import socket
import subprocess
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from instruments.virtual.device import Firmware, Gone, Model, TimedOut, Wedged

DEBIAN_PYTHON = "/usr/bin/python3"
PRELOAD = "libumockdev-preload.so.0"
_RELAY = Path(__file__).with_name("usbfs_relay.py")
_IN = 0x80
_FOR_EVER_S = 1e9  # a device that has nothing to send says nothing: who asked gives up, not the device
_ANSWER_S = 10.0

Wait = Callable[[float], None]


class GivenUp(Exception):
    """Nobody waits for this transfer any more: the plug was pulled, or the program has discarded it."""


class Plugged:
    """One plugging-in of a device. Each has firmware of its own: without power a device forgets everything."""

    def __init__(self, number: int, built: Callable[[Wait], Firmware], plugs: UsbPlugs) -> None:
        self.number = number
        self.pulled = False
        self._plugs = plugs
        self._given_up: set[int] = set()
        self._writes = 0
        self._stirred = threading.Condition()
        self._at_work = threading.local()
        self._transfers: dict[int, queue.SimpleQueue[tuple[int, Any]]] = {}
        self.firmware = built(self._let_pass)

    def transfer(self, number: int, endpoint: int, payload: Any) -> None:
        """Take a transfer (bytes to the device, or how many from it); each endpoint obeys one after the other."""
        if endpoint not in self._transfers:
            self._transfers[endpoint] = queue.SimpleQueue()
            threading.Thread(target=self._serve, args=(endpoint,), daemon=True).start()
        self._transfers[endpoint].put((number, payload))

    def discard(self, number: int) -> None:
        """Let a transfer be given up."""
        with self._stirred:
            self._given_up.add(number)
            self._stirred.notify_all()

    def pull(self) -> None:
        """Take the power away."""
        with self._stirred:
            self.pulled = True
            self._stirred.notify_all()

    def _serve(self, endpoint: int) -> None:
        while not self.pulled:
            number, payload = self._transfers[endpoint].get()
            try:
                if endpoint & _IN:
                    data = self._read(number, endpoint, payload)
                    self._plugs.ended(number, data, len(data))
                else:
                    self.firmware.write(endpoint, payload)
                    self._plugs.ended(number, None, len(payload))
                    with self._stirred:
                        self._writes += 1
                        self._stirred.notify_all()
            except Gone:
                self._plugs.unplug(self)
            except (GivenUp, Wedged):
                continue  # it never ends: the program has to discard it

    def _read(self, number: int, endpoint: int, size: int) -> bytes:
        """Return what the device sends, whenever that is. Raises GivenUp, Wedged or Gone."""
        self._at_work.number = number
        while True:
            self._at_work.writes = self._writes
            try:
                return self.firmware.read(endpoint, size, _FOR_EVER_S)
            except TimedOut:
                continue  # something was written meanwhile

    def _let_pass(self, seconds: float) -> None:
        """Let an exposure pass; "for ever" ends with the next command. Raises GivenUp."""
        at_work = self._at_work

        def given_up() -> bool:
            return self.pulled or at_work.number in self._given_up

        with self._stirred:
            if seconds >= _FOR_EVER_S:
                self._stirred.wait_for(lambda: given_up() or self._writes != at_work.writes)
            else:
                self._stirred.wait_for(given_up, seconds)
            if given_up():
                raise GivenUp


class UsbPlugs:
    """A machine's USB sockets; `close` ends it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self._process = subprocess.Popen(
            [DEBIAN_PYTHON, str(_RELAY), str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            env=os.environ | {"LD_PRELOAD": PRELOAD},  # else umockdev itself does not find the devices it announces
        )
        theirs.close()
        self._relay = Connection(ours.detach())
        self._sending = threading.Lock()
        self._plugged: dict[int, Plugged] = {}
        self._owner: dict[int, Plugged] = {}
        self._numbers = itertools.count(2)  # 1 is the root hub
        self._answers: queue.Queue[str] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.root = Path(self._answers.get(timeout=_ANSWER_S))

    @property
    def environment(self) -> dict[str, str]:
        """Get what the environment of a process must hold to see these sockets as its own."""
        return {"LD_PRELOAD": PRELOAD, "UMOCKDEV_DIR": str(self.root)}

    def plug(self, built: Callable[[Wait], Firmware]) -> Plugged:
        """Plug a device in; `built` makes its firmware around the function that lets an exposure pass."""
        plugged = Plugged(next(self._numbers), built, self)
        self._plugged[plugged.number] = plugged
        model = plugged.firmware.model
        self._ask(("plug", plugged.number, _described(model), ("Ocean", model.name)))
        return plugged

    def unplug(self, plugged: Plugged) -> None:
        """Pull a device out."""
        if not plugged.pulled:
            plugged.pull()
            self._ask(("unplug", plugged.number))

    def node(self, plugged: Plugged) -> Path:
        """Return the device file as it lies in the testbed."""
        return self.root / f"dev/bus/usb/001/{plugged.number:03d}"

    def close(self) -> None:
        """End the relay; the testbed goes with it."""
        for plugged in self._plugged.values():
            plugged.pull()
        self._tell(("end",))
        self._process.wait(_ANSWER_S)
        self._listener.join(_ANSWER_S)
        self._relay.close()

    def ended(self, number: int, data: bytes | None, actual: int) -> None:
        """Tell the relay that a transfer has ended well: what was read, and how many bytes went over."""
        self._tell(("ended", number, 0, data, actual))

    def _ask(self, told: tuple[Any, ...]) -> None:
        self._tell(told)
        self._answers.get(timeout=_ANSWER_S)

    def _tell(self, told: tuple[Any, ...]) -> None:
        with self._sending:
            self._relay.send(told)

    def _listen(self) -> None:
        try:
            while True:
                self._obey(self._relay.recv())
        except (EOFError, OSError):
            pass

    def _obey(self, told: tuple[Any, ...]) -> None:
        match told:
            case ("root", root):
                self._answers.put(root)
            case ("done",):
                self._answers.put("")
            case ("transfer", number, device, endpoint, payload):
                self._owner[number] = self._plugged[device]
                self._plugged[device].transfer(number, endpoint, payload)
            case ("discard", number):
                self._owner[number].discard(number)
            case ("reset", device):
                self._plugged[device].firmware.reset()


def _described(model: Model) -> dict[str, Any]:
    """Return descriptors and sysfs attributes of a high-speed device with the endpoints of that model."""
    ids = (model.vendor.to_bytes(2, "little") + model.product.to_bytes(2, "little")).hex()
    device = f"12010002ff000040{ids}0200" + "010200" + "01"
    total = 9 + 9 + 7 * len(model.endpoints)
    configuration = f"0902{total.to_bytes(2, 'little').hex()}01010080fa"
    interface = f"09040000{len(model.endpoints):02x}ff000000"
    bulk = "".join(f"0705{address:02x}02{packet.to_bytes(2, 'little').hex()}00" for address, packet in model.endpoints)
    attributes = {"idVendor": f"{model.vendor:04x}", "idProduct": f"{model.product:04x}", "product": model.name}
    fixed = {"bcdDevice": "0002", "speed": "480", "bConfigurationValue": "1", "bNumConfigurations": "1"}
    return {
        "descriptors": (device + configuration + interface + bulk).upper(),
        "product": f"{model.vendor:x}/{model.product:x}/2",
        "attributes": attributes | fixed | {"bNumInterfaces": " 1", "bDeviceClass": "ff"},
    }

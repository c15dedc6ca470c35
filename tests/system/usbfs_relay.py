"""The kernel's side of USB device files for devices that are not there, under umockdev.

Run by Debian's /usr/bin/python3, where umockdev's Python binding lives, with the number of an open socket. It knows
nothing of spectrometers: what a program asks of /dev/bus/usb/001/NNN it answers as usbfs does, and carries the bytes
of every transfer over the socket to whoever plays the firmware.
"""

from __future__ import annotations

import errno
import os
import select
import shutil
import socket
import stat
import struct
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

import gi

gi.require_version("UMockdev", "1.0")
from gi.repository import GLib, UMockdev  # noqa: E402  (a version must be chosen first)

LOOK_S = 0.02  # how often it is looked whether a program has gone
PARKED_MS = 5  # how long a REAPURBNDELAY waits: a device file of a testbed is always ready, so poll() would spin

CAPABILITIES = 0x01 | 0x04 | 0x10  # zero packet, no packet size limit, reap after disconnect
HIGH_SPEED = 3
URB_SIZE, URB_BUFFER, URB_STATUS, URB_ACTUAL = 56, 16, 4, 28
CONTROL_URB, SETUP_SIZE = 2, 8
GET_DESCRIPTOR, STRING_DESCRIPTOR = 6, 3

Sent = tuple[Any, ...]


class Ask:
    """Numbers of the ioctls of group 'U' (linux/usbdevice_fs.h)."""

    RESETEP, SETINTERFACE, SETCONFIGURATION, GETDRIVER, SUBMITURB, DISCARDURB = 3, 4, 5, 8, 10, 11
    REAPURB, REAPURBNDELAY, CLAIMINTERFACE, RELEASEINTERFACE, CONNECTINFO = 12, 13, 15, 16, 17
    RESET, CLEAR_HALT, GET_CAPABILITIES, DISCONNECT_CLAIM, GET_SPEED = 20, 21, 26, 27, 31


class Urb:
    """One transfer that a program has submitted and not yet reaped."""

    def __init__(self, memory: Any, buffer: Any, endpoint: int) -> None:
        self.memory = memory
        self.buffer = buffer
        self.endpoint = endpoint
        self.address = int(memory.client_addr)

    def ended(self, status: int, data: bytes | None, actual: int, offset: int = 0) -> None:
        """Write the result where the program will find it; `status` is a negative errno, or 0."""
        if data:
            self.buffer.update(offset, data)
        self.memory.update(URB_STATUS, struct.pack("<i", status))
        self.memory.update(URB_ACTUAL, struct.pack("<i", actual))


class OpenFile:
    """One open file descriptor: transfers belong to it and not to the device, as their memory does."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.connection_id = os.fstat(connection.fileno()).st_ino
        self.pending: dict[int, Urb] = {}  # by the number under which the firmware's side knows them
        self.ended: list[Urb] = []
        self.parked: Any = None  # the client whose REAPURB has not been answered
        self.claims = False

    @property
    def lives(self) -> bool:
        """Get whether the program still has it open."""
        return _connected(self._connection)

    def close(self) -> None:
        """Let go of the program."""
        self._connection.close()


def _connected(connection: socket.socket) -> bool:
    ask = select.poll()
    ask.register(connection, select.POLLRDHUP)
    return not ask.poll(0)


class Device:
    """One plugging-in: a folder in /sys, a device file, and the programs that have it open."""

    def __init__(self, number: int, strings: tuple[str, ...]) -> None:
        self.number = number
        self.strings = strings
        self.node = f"/dev/bus/usb/001/{number:03d}"
        self.path = f"/sys/devices/pci0000:00/0000:00:14.0/usb1/1-{number}"
        self.present = True
        self.files: dict[Any, OpenFile] = {}
        self.handler: Any = UMockdev.IoctlBase.new()


class Relay:
    """The testbed with its devices. Programs call from umockdev's thread, the firmware's side from the main one."""

    def __init__(self, firmware: Connection) -> None:
        self._firmware = firmware
        self._testbed = UMockdev.Testbed.new()
        self._devices: dict[int, Device] = {}
        self._transfers: dict[int, tuple[OpenFile, Urb]] = {}
        self._gone: list[Any] = []
        self._numbers = 0
        self._turn = threading.RLock()
        self._testbed.add_from_string(_root_hub())
        self.root = str(self._testbed.get_root_dir())
        os.makedirs(f"{self.root}/sys/bus/usb/drivers/usbfs")

    def obey(self, told: Sent) -> None:
        """Carry out what the firmware's side says, and answer pluggings when they are done."""
        with self._turn:
            match told:
                case ("plug", number, description, strings):
                    self._plug(Device(number, strings), description)
                    self._firmware.send(("done",))
                case ("unplug", number):
                    self._unplug(self._devices[number])
                    self._firmware.send(("done",))
                case ("ended", number, status, data, actual):
                    self._ended(number, status, data, actual)

    def _plug(self, device: Device, description: dict[str, Any]) -> None:
        attributes = "".join(f"A: {name}={value}\n" for name, value in description["attributes"].items())
        self._testbed.add_from_string(
            f"P: {device.path[4:]}\nN: {device.node[5:]}={description['descriptors']}\n"
            f"E: DEVNAME={device.node}\nE: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\n"
            f"E: BUSNUM=001\nE: DEVNUM={device.number:03d}\nE: PRODUCT={description['product']}\n"
            f"{attributes}A: busnum=1\nA: devnum={device.number}\nH: descriptors={description['descriptors']}\n"
        )
        device.handler.connect("handle-ioctl", lambda handler, client: self._ioctl(device, client))
        device.handler.connect("client-connected", lambda handler, client: self._opened(device, client))
        self._testbed.attach_ioctl(device.node, device.handler)
        self._devices[device.number] = device
        os.makedirs(self._interface(device))
        self._testbed.uevent(device.path, "add")

    def _unplug(self, device: Device) -> None:
        device.present = False
        self._show_claim(device)
        for file in device.files.values():
            for number in tuple(file.pending):
                self._ended(number, -errno.ESHUTDOWN, None, 0)
            self._answer_parked(file, gone=True)
        self._testbed.uevent(device.path, "remove")
        self._testbed.remove_device(device.path)
        node = self.root + device.node
        if os.path.exists(node):
            os.unlink(node)

    def _ended(self, number: int, status: int, data: bytes | None, actual: int) -> None:
        """Hand a transfer back; one that was discarded meanwhile is not known any more."""
        file, urb = self._transfers.pop(number, (None, None))
        if file is None or urb is None:
            return
        urb.ended(status, data, actual)
        del file.pending[number]
        file.ended.append(urb)
        self._answer_parked(file, gone=False)

    # Programs

    def forget_the_gone(self) -> None:
        """Let go of programs that have closed the device file, or ended: umockdev does not tell."""
        with self._turn:
            for device in self._devices.values():
                for client, file in tuple(device.files.items()):
                    if not file.lives:
                        self._vanished(device, client)

    def _opened(self, device: Device, client: Any) -> None:
        with self._turn:
            self.forget_the_gone()
            device.files[client] = OpenFile(self._newest_connection(device))

    def _newest_connection(self, device: Device) -> socket.socket:
        """Return a handle of our own of the connection that umockdev has just taken for this device file."""
        known = {file.connection_id for file in device.files.values()}
        path = f"{self.root}/ioctl{device.node}"
        for number in (int(name) for name in os.listdir("/proc/self/fd")):
            with suppress(OSError):
                status = os.fstat(number)
                if not stat.S_ISSOCK(status.st_mode) or status.st_ino in known:
                    continue
                connection = socket.socket(fileno=os.dup(number))
                listens = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
                if connection.getsockname() == path and not listens and _connected(connection):
                    return connection
                connection.close()
        gone, other = socket.socketpair()  # the program has ended already
        other.close()
        return gone

    def _ioctl(self, device: Device, client: Any) -> bool:
        with self._turn:
            file = device.files[client]
            try:
                result = self._answer(device, file, client)
            except OSError as refused:
                client.complete(-1, refused.errno)
            else:
                if result is not None:
                    client.complete(result, 0)
        return True

    def _answer(self, device: Device, file: OpenFile, client: Any) -> int | None:
        """Return the result of one ioctl, None where it comes later. Raises OSError for its errno."""
        number = client.get_request() & 0xFF
        if number in (Ask.REAPURB, Ask.REAPURBNDELAY):
            return self._reap(device, file, client, waits=number == Ask.REAPURB)
        if number == Ask.DISCARDURB:
            return self._discard(file, client)
        if not device.present:
            raise OSError(errno.ENODEV, "")
        match number:
            case Ask.SUBMITURB:
                return self._submit(device, file, client)
            case Ask.CLAIMINTERFACE | Ask.DISCONNECT_CLAIM:
                self._claim(device, file)
            case Ask.RELEASEINTERFACE:
                file.claims = False
                self._show_claim(device)
            case Ask.SETCONFIGURATION:
                if any(other.claims for other in device.files.values()):
                    raise OSError(errno.EBUSY, "")
            case Ask.GETDRIVER:
                raise OSError(errno.ENODATA, "")  # no kernel driver is bound
            case Ask.CONNECTINFO:
                client.get_arg().resolve(0, 8).update(0, struct.pack("<IB3x", device.number, 0))
            case Ask.RESET:
                self._reset(device)
            case Ask.GET_CAPABILITIES:
                client.get_arg().resolve(0, 4).update(0, struct.pack("<I", CAPABILITIES))
            case Ask.GET_SPEED:
                return HIGH_SPEED
            case Ask.RESETEP | Ask.SETINTERFACE | Ask.CLEAR_HALT:
                pass
            case _:
                raise OSError(errno.ENOTTY, "")
        return 0

    def _reset(self, device: Device) -> None:
        """Reset the port: whoever it was, everybody loses his claim and what he had under way, as in the kernel."""
        for file in device.files.values():
            file.claims = False
            for number in tuple(file.pending):
                self._ended(number, -errno.ENOENT, None, 0)
                self._firmware.send(("discard", number))
        self._show_claim(device)
        self._firmware.send(("reset", device.number))

    def _submit(self, device: Device, file: OpenFile, client: Any) -> int:
        memory = client.get_arg().resolve(0, URB_SIZE)
        kind, endpoint, length = struct.unpack_from("<BB22xi", memory.retrieve())
        buffer = memory.resolve(URB_BUFFER, length) if length else None
        urb = Urb(memory, buffer, endpoint)
        if kind == CONTROL_URB:
            self._control(device, urb)
            file.ended.append(urb)
            return 0
        self._numbers += 1
        file.pending[self._numbers] = urb
        self._transfers[self._numbers] = (file, urb)
        payload = length if endpoint & 0x80 else bytes(buffer.retrieve()) if buffer is not None else b""
        self._firmware.send(("transfer", self._numbers, device.number, endpoint, payload))
        return 0

    def _control(self, device: Device, urb: Urb) -> None:
        """Answer what the device is called; anything else stalls."""
        _, request, value, _, length = struct.unpack_from("<BBHHH", bytes(urb.buffer.retrieve()))
        kind, index = value >> 8, value & 0xFF
        if request != GET_DESCRIPTOR or kind != STRING_DESCRIPTOR or index > len(device.strings):
            urb.ended(-errno.EPIPE, None, 0)
            return
        text = b"\x09\x04" if index == 0 else device.strings[index - 1].encode("utf-16-le")
        told = (bytes((len(text) + 2, STRING_DESCRIPTOR)) + text)[:length]
        urb.ended(0, told, len(told), SETUP_SIZE)

    def _discard(self, file: OpenFile, client: Any) -> int:
        (address,) = struct.unpack("<Q", bytes(client.get_arg().retrieve()))
        for number, urb in file.pending.items():
            if urb.address == address:
                self._ended(number, -errno.ENOENT, None, 0)
                self._firmware.send(("discard", number))
                return 0
        raise OSError(errno.EINVAL, "")

    def _reap(self, device: Device, file: OpenFile, client: Any, *, waits: bool) -> int | None:
        if file.ended:
            self._hand_over(file, client)
            return 0
        if not device.present:
            raise OSError(errno.ENODEV, "")
        if not waits and not file.pending:
            raise OSError(errno.EAGAIN, "")
        file.parked = client
        if not waits:
            timer = GLib.timeout_source_new(PARKED_MS)
            timer.set_callback(lambda *_: self._parked_long_enough(file, client))
            timer.attach(GLib.MainContext.get_thread_default())
        return None

    def _hand_over(self, file: OpenFile, client: Any) -> None:
        client.get_arg().resolve(0, 8).set_ptr(0, file.ended.pop(0).memory)

    def _answer_parked(self, file: OpenFile, *, gone: bool) -> None:
        client, file.parked = file.parked, None
        if client is None:
            return
        if file.ended:
            self._hand_over(file, client)
            client.complete(0, 0)
        elif gone:
            client.complete(-1, errno.ENODEV)
        else:
            file.parked = client

    def _parked_long_enough(self, file: OpenFile, client: Any) -> bool:
        with self._turn:
            if file.parked is client:
                file.parked = None
                client.complete(-1, errno.EAGAIN)
        return bool(GLib.SOURCE_REMOVE)

    def _claim(self, device: Device, file: OpenFile) -> None:
        if any(other.claims for other in device.files.values() if other is not file):
            raise OSError(errno.EBUSY, "")
        file.claims = True
        self._show_claim(device)

    def _show_claim(self, device: Device) -> None:
        """Bind the interface to usbfs while a program holds it, as the kernel shows it in sysfs."""
        driver = f"{self._interface(device)}/driver"
        if os.path.lexists(driver):
            os.unlink(driver)
        if device.present and any(file.claims for file in device.files.values()):
            os.symlink("../../../../../../bus/usb/drivers/usbfs", driver)

    def _interface(self, device: Device) -> str:
        return f"{self.root}{device.path}/1-{device.number}:1.0"

    def _vanished(self, device: Device, client: Any) -> None:
        file = device.files.pop(client)
        file.close()
        for number in file.pending:
            self._transfers.pop(number)
            self._firmware.send(("discard", number))
        self._show_claim(device)
        self._gone.append(client)  # one that was killed counts as open with umockdev, which complains at its end


def _root_hub() -> str:
    """Return the host controller, without which there is no bus 1."""
    device = "12010002090001406B1D0200060603020101"
    descriptors = device + "09021900010100E000" + "090400000109000000" + "0705810304000C"
    return (
        "P: /devices/pci0000:00/0000:00:14.0/usb1\nN: bus/usb/001/001=" + descriptors + "\n"
        "E: DEVNAME=/dev/bus/usb/001/001\nE: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\nE: BUSNUM=001\nE: DEVNUM=001\n"
        "A: idVendor=1d6b\nA: idProduct=0002\nA: busnum=1\nA: devnum=1\nA: speed=480\nA: bConfigurationValue=1\n"
        "H: descriptors=" + descriptors + "\n"
    )


def main(socket_number: int) -> None:
    """Serve until the socket closes."""
    firmware = Connection(socket_number)
    relay = Relay(firmware)
    firmware.send(("root", relay.root))
    with suppress(EOFError, OSError):
        told: Sent = ()
        while told != ("end",):
            if firmware.poll(LOOK_S):
                relay.obey(told := firmware.recv())
            relay.forget_the_gone()
    shutil.rmtree(relay.root, ignore_errors=True)
    os._exit(0)  # umockdev's thread may still be in the middle of something


if __name__ == "__main__":
    main(int(sys.argv[1]))

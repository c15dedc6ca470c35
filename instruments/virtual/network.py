"""A spectrometer on a network cable: a TCP server on this machine's own loopback, and the firmware behind it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from instruments.virtual.device import COMMAND_OUT, Firmware, Gone, TimedOut, Wedged

HOST = "127.0.0.1"
_ANSWERS, _MOST_BYTES, _PATIENCE_S = 0x81, 1 << 20, 3_600.0


class NetworkPort:
    """Serves one device on a port of the loopback interface that the system chose; `address` is (host, port).

    A device pulled out refuses connections; `plug` puts it back on the same port.
    """

    def __init__(self, firmware: Firmware) -> None:
        self._firmware = firmware
        self._listening: socket.socket | None = None
        self._held: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._ending = threading.Event()
        self.address = (HOST, 0)
        self.plug()

    def plug(self) -> None:
        """Begin to listen; nothing changes where it listens already."""
        if self._listening is not None:
            return
        self._ending = threading.Event()
        self._listening = socket.create_server(self.address)
        host, port = self._listening.getsockname()
        self.address = (str(host), int(port))
        self._start(self._listen, self._listening)

    def unplug(self) -> None:
        """Drop the connection and refuse new ones; returns when no thread is left but one that exposes."""
        listening, self._listening = self._listening, None
        if listening is None:
            return
        self._ending.set()
        for one in (listening, *tuple(self._held)):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in tuple(self._threads):  # it may be plugged in again meanwhile
            if thread is not threading.current_thread():
                thread.join(timeout=1.0)
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        self._firmware.reset()

    def _start(self, serve: Callable[[socket.socket, threading.Event], None], about: socket.socket) -> None:
        thread = threading.Thread(target=serve, args=(about, self._ending), name="virtual-network", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _listen(self, listening: socket.socket, ending: threading.Event) -> None:
        with suppress(OSError):
            while not ending.is_set():
                held, _ = listening.accept()
                self._held.add(held)
                self._start(self._talk, held)

    def _talk(self, held: socket.socket, ending: threading.Event) -> None:
        """Carry bytes until either end closes."""
        try:
            self._firmware.reset()  # what another connection left unread is not for this one
            while data := held.recv(4096):
                self._firmware.write(COMMAND_OUT, data)
                with suppress(TimedOut):  # what is silent stays so until it is asked again
                    while self._firmware.has_to_send and not ending.is_set():
                        held.sendall(self._answer(ending))
        except OSError:
            pass
        except Gone:
            self.unplug()
        finally:
            self._held.discard(held)
            held.close()

    def _answer(self, ending: threading.Event) -> bytes:
        try:
            return self._firmware.read(_ANSWERS, _MOST_BYTES, _PATIENCE_S)
        except Wedged:
            ending.wait()
            raise Gone from None

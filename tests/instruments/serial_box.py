"""An LED driver on a real pseudo-terminal: it hears bytes, answers by a script, and may be pulled out."""

from __future__ import annotations

import os
import select
import threading
import tty
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

Script = Callable[[str], bytes]


class SerialBox:
    """A driver behind `port`: every line it hears goes to its script, what that returns is sent back.

    `heard` is every byte that arrived, `lit` what the LED does, `level` the last level it was told.
    """

    def __init__(self, link: Path, script: Script | None = None) -> None:
        self.heard = b""
        self.lit = False
        self.level = ""
        self.script = script or self.obey
        self.port = str(link)
        self._link = link
        self.plug()

    def obey(self, line: str) -> bytes:
        """Answer as a good driver does: a name, OK, or a question mark."""
        match line.split():
            case ["ID?"]:
                return b"Bench LED 365 v2.1\r\n"
            case ["ON" | "OFF" as word]:
                self.lit = word == "ON"
                return b"OK\r\n"
            case ["CURR", level]:
                self.level = level
                return b"OK\r\n"
            case _:
                return b"?\r\n"

    def plug(self) -> None:
        """Plug it in: the port's name leads to a new terminal, as a driver comes back with another number."""
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self._link.unlink(missing_ok=True)
        self._link.symlink_to(os.ttyname(self._slave))
        self._stop, self._stopping = os.pipe()
        self._ear = threading.Thread(target=self._listen, daemon=True)
        self._ear.start()

    def unplug(self) -> None:
        """Pull it out; whoever holds the port gets an error from now on."""
        if self._master < 0:
            return
        self._link.unlink()
        os.write(self._stopping, b"x")
        self._ear.join()
        for descriptor in (self._master, self._slave, self._stop, self._stopping):
            os.close(descriptor)
        self._master = -1

    def say(self, words: bytes) -> None:
        """Say something without being asked."""
        os.write(self._master, words)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.unplug()

    def _listen(self) -> None:
        line = b""
        while True:
            ready, _, _ = select.select([self._master, self._stop], [], [])
            if self._stop in ready:
                return
            data = os.read(self._master, 1024)
            self.heard += data
            *lines, line = (line + data).replace(b"\r", b"\n").split(b"\n")
            for heard in lines:
                if heard:
                    os.write(self._master, self.script(heard.decode("ascii")))

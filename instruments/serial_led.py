"""A light behind a serial LED driver, on the port the chemist chose by its name."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, Protocol

from instruments.led_commands import LONGEST_LINE, lines
from instruments.serial_ports import is_plain, usb_id_behind
from instruments.spectrometer import BadSetting, LightChoice, LightUnreachable, LineEnd

ANSWER_LIMIT_S = 0.5
_LONGEST_ANSWER = 256  # bytes; a driver that talks on and on has not answered
_SHOWN = LONGEST_LINE  # letters of it; no answer that is accepted is longer
_ENDS: Final[dict[LineEnd, bytes]] = {"LF": b"\n", "CR": b"\r", "CR LF": b"\r\n"}


class _Port(Protocol):
    def write(self, b: bytes, /) -> int | None: ...
    def read(self, size: int = ..., /) -> bytes: ...
    def reset_input_buffer(self) -> None: ...
    def close(self) -> None: ...


class _NoLight(Exception):
    """Why the driver did not do it; completes "... cannot be reached: "."""


class _NotYet(_NoLight):
    """Nothing has answered on a port that was just opened: many drivers start anew then, and answer a second later."""


class SerialLed:
    """The light behind a serial driver.

    Nothing is written before the USB device behind the port is the one it was when the port was chosen, and nothing
    but the identity query before the driver has named itself. A driver that was pulled out is looked for again at the
    next switching; one that has said nothing yet is asked again on the open port. Safe to switch off from another
    thread.
    """

    def __init__(self, choice: LightChoice) -> None:
        """Take a choice of kind "serial"; no port is touched yet. Raises BadSetting for what cannot be used."""
        self._level, self._on, self._off = lines(choice)
        assert choice.port is not None
        assert choice.commands is not None
        if not is_plain(choice.port.name):
            raise BadSetting(f"'{choice.port.name}' is not the name of one serial port. Choose a port from the list.")
        self._chosen, self._commands = choice.port, choice.commands
        self._name = choice.name or f"{choice.commands.name} ({choice.port.name})"
        self._port: _Port | None = None
        self._is_named = False
        self._level_set = False
        self._closed = False
        self._turn = threading.Lock()

    @property
    def name(self) -> str:
        """Get the name that is written on the reading."""
        return self._name

    def switch(self, on: bool) -> None:
        """Control the light (True: on) and wait for the driver's answer. Raises LightUnreachable."""
        taken = self._turn.acquire(timeout=ANSWER_LIMIT_S)  # a dying process does not wait for a hanging one
        try:
            self._command(on)
        except _NotYet as silence:
            raise self._unreachable(silence) from silence
        except Exception as error:  # a driver on its way out fails in any way, termios.error among them
            self._let_go()
            raise self._unreachable(error) from error
        finally:
            if taken:
                self._turn.release()

    def close(self) -> None:
        """Switch off if it can be reached, and let the port go; never raises. Nobody can switch it on again."""
        self._closed = True
        with suppress(LightUnreachable):
            self.switch(False)
        self._let_go()

    def _command(self, on: bool) -> None:
        if on:
            self._still_held()
        if self._port is None:
            self._same_device()
            self._port, self._is_named, self._level_set = self._opened(), False, False
        port = self._port
        if not self._is_named:
            self._ask_name(port)
            self._is_named = True
        if on and self._level and not self._level_set:
            self._obeyed(port, self._level)
            self._level_set = True
        if on:
            self._still_held()  # while it waited for an answer, another thread may have let it go
        self._obeyed(port, self._on if on else self._off)

    def _still_held(self) -> None:
        if self._closed:
            raise _NoLight("it was let go")

    def _obeyed(self, port: _Port, line: str) -> None:
        """Write a command and read that the driver accepts it. Raises _NoLight."""
        port.reset_input_buffer()  # what it said before is no answer to this
        port.write(self._ended(line))
        if not self._commands.accepted:
            port.write(self._ended(self._commands.identify))
        answer = next(_answers(port), None)
        if answer is None:
            raise _NoLight(f"it does not answer '{line}'")
        if not self._is_consent(answer):
            raise _NoLight(f"it answered '{answer}' to '{line}'")

    def _is_consent(self, answer: str) -> bool:
        commands = self._commands
        return answer == commands.accepted if commands.accepted else answer.startswith(commands.identity)

    def _opened(self) -> _Port:
        """Return the open port, nothing written yet. Raises what pyserial and the system raise."""
        import serial

        port: _Port = serial.serial_for_url(
            self._chosen.name,
            baudrate=self._commands.baud,
            timeout=ANSWER_LIMIT_S,
            write_timeout=ANSWER_LIMIT_S,
            exclusive=None if "://" in self._chosen.name else True,
        )
        return port

    def _same_device(self) -> None:
        """Refuse a port behind which another USB device stands than when it was chosen. Raises _NoLight."""
        now, then = usb_id_behind(self._chosen.name), self._chosen.usb_id
        if now != then:
            raise _NoLight(
                f"behind this port stands {_device(now)}, and it was chosen with {_device(then)}. Nothing was written. "
                "Choose the port again"
            )

    def _ask_name(self, port: _Port) -> None:
        """Ask for the name and read on until it comes: what was under way before may come first. Raises _NoLight."""
        port.reset_input_buffer()
        port.write(self._ended(self._commands.identify))
        heard = []
        for answer in _answers(port):
            if answer.startswith(self._commands.identity):
                return
            heard.append(answer)
        wanted = f"'{self._commands.identity}' was to answer"
        if not heard:
            raise _NotYet(f"what stands there does not answer; {wanted}")
        raise _NoLight(f"what stands there says '{heard[-1]}'; {wanted}")

    def _ended(self, line: str) -> bytes:
        return line.encode("ascii") + _ENDS[self._commands.line_end]

    def _let_go(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            with suppress(Exception):  # a pulled-out port may fail in any way while it is closed
                port.close()

    def _unreachable(self, why: Exception) -> LightUnreachable:
        return LightUnreachable(
            f"The light {self._name} on {self._chosen.name} cannot be reached: {_reason(why)}. "
            "It may still be on. Switch it off by hand."
        )


def _answers(port: _Port) -> Iterator[str]:
    """Yield the lines that hold anything, until silence or the time limit. Raises _NoLight for half a line."""
    from serial.serialutil import Timeout

    limit, heard = Timeout(ANSWER_LIMIT_S), b""
    while not limit.expired() and len(heard) < _LONGEST_ANSWER:
        byte = port.read(1)
        if byte in (b"\r", b"\n"):
            if heard.strip():
                yield _text(heard)
            heard = b""
        elif byte:
            heard += byte
        else:
            break
    if heard.strip():
        raise _NoLight(f"its answer breaks off: '{_text(heard)}'")


def _text(heard: bytes) -> str:
    """Return what was heard as it can be shown to a reader, who needs no more than its beginning."""
    text = "".join(letter if letter.isprintable() else "?" for letter in heard.decode("ascii", "replace")).strip()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _device(usb_id: str) -> str:
    return f"the USB device {usb_id}" if usb_id else "no USB device"


def _reason(error: Exception) -> str:
    """Return why in words; pyserial wraps what the system says, by number or in its text."""
    if isinstance(error, _NoLight):
        return str(error)
    number, text = getattr(error, "errno", None) or next(iter(error.args), None), " ".join(str(error).split())
    if number in (errno.EIO, errno.ENODEV, errno.EBADF) or "disconnected" in text:
        return "the driver is gone. Plug it in"
    if number in (errno.EAGAIN, errno.EBUSY) or "Access is denied" in text:
        return "another program holds this port. Close that program"
    if number == errno.EACCES:
        return "this user may not open this port. On Linux, IT adds the user to the group that owns it (often dialout)"
    if number in (errno.ENOENT, errno.ENXIO) or "FileNotFoundError" in text:
        return "there is no such port now. Plug the driver in"
    return text.rstrip(".") or type(error).__name__

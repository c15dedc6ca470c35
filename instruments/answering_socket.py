"""A network connection that always comes back: what the driver does with a plain one can wait for ever."""

from __future__ import annotations

import errno
import math
import socket

ANSWER_LIMIT_S = 1.0
"""What pyseabreeze adds to the exposure before it gives up."""

CONNECT_LIMIT_S = 2.0


class AnsweringSocket(socket.socket):
    """A TCP connection to one spectrometer.

    pyseabreeze reads until all bytes are there: of a connection that the other side has closed it gets none, at once
    and for ever. And it sets the time limit of every read to the longest exposure of the model plus the limit of the
    read before. No limit here is above `longest_s`.
    """

    def __init__(self, host: str, port: int) -> None:
        """Connect within CONNECT_LIMIT_S. Raises OSError."""
        super().__init__(socket.AF_INET, socket.SOCK_STREAM)
        self.longest_s = math.inf
        self.settimeout(CONNECT_LIMIT_S)
        try:
            self.connect((host, port))
        except OSError:
            self.close()
            raise

    def gettimeout(self) -> float:
        """Get the limit that the driver adds to the exposure: always the same."""
        return ANSWER_LIMIT_S

    def settimeout(self, value: float | None) -> None:
        """Limit what follows, in seconds; None is no limit but `longest_s`."""
        limit_s = self.longest_s if value is None else min(value, self.longest_s)
        super().settimeout(None if math.isinf(limit_s) else limit_s)

    def recv_into(self, buffer, nbytes=0, flags=0) -> int:  # type: ignore[no-untyped-def]  # as the standard library
        """Receive some bytes. Raises ConnectionResetError where the other side has closed the connection."""
        received = super().recv_into(buffer, nbytes, flags)
        if received == 0 and len(buffer) > 0:
            raise ConnectionResetError(errno.ECONNRESET, "the spectrometer closed the connection")
        return received

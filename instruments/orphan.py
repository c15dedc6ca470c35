"""How a process that has lost its parent comes to its end even where none of its own threads can run.

A stopped process, or one whose driver keeps the interpreter to itself, sees no closed pipe; only the kernel reaches it.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
from contextlib import suppress
from functools import cache

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def stand_apart() -> None:
    """Leave the parent's process group: Ctrl-C and Ctrl-Z at a terminal are for the parent.

    A group that loses its last parent while one of it stands still is woken by the kernel (SIGHUP and SIGCONT, POSIX).
    """
    if sys.platform != "win32":
        with suppress(OSError):  # the leader of a session stands apart already
            os.setpgid(0, 0)


def die_soon_without_parent() -> None:
    """Have the kernel end this process 1 s after its parent, unless it has ended by itself; call from one thread.

    The signal's number is the handler's argument: SIGHUP is 1, so that `alarm` in C, which needs no interpreter, is
    set to 1 s, and its SIGALRM ends the process.
    """
    if sys.platform == "win32":
        return
    import ctypes

    c = ctypes.CDLL(None)
    c.signal.argtypes, c.signal.restype = (ctypes.c_int, ctypes.c_void_p), ctypes.c_void_p
    c.signal(signal.SIGHUP, ctypes.cast(c.alarm, ctypes.c_void_p))
    _signal_at_parents_end(signal.SIGHUP)


def go_on_without_parent() -> None:
    """Have the kernel wake this process at its parent's end, should it stand still; call from another thread."""
    if sys.platform != "win32":
        _signal_at_parents_end(signal.SIGCONT)


def _signal_at_parents_end(number: int) -> None:
    """Ask for one signal; Linux keeps one a thread, and sends all when the thread ends that made this process."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)


def live_for(seconds: float) -> None:
    """Let this process live so long, and longer only if this is called again; on every system.

    The watch is a thread in C: it ends the process even while a driver keeps the interpreter to itself.
    """
    faulthandler.dump_traceback_later(seconds, exit=True, file=_nowhere())


@cache
def _nowhere() -> int:
    """Return a file that keeps nothing: the watch writes before it ends the process, and a window has no terminal."""
    return os.open(os.devnull, os.O_WRONLY)

"""What keeps a run file from being written or read, as sentences: what happened, what was kept, what to do next."""

from __future__ import annotations

import contextlib
import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from station.store_codec import Unreadable


class StoreError(RuntimeError):
    """A run file cannot be written or read: what happened, what was kept, what to do next."""

    def __init__(self, headline: str, kept: str, now: str) -> None:
        super().__init__(f"{headline} {kept} {now}")
        self.headline = headline
        self.kept = kept
        self.now = now


@contextlib.contextmanager
def sentences(path: Path) -> Iterator[None]:
    """Turn whatever keeps a run file from being read into a StoreError."""
    kept = "Nothing in it was changed."
    try:
        yield
    except Unreadable as error:
        if error.unknown is not None:
            headline = f"{path} was written by a newer Aliquot: {error}, which is not known here."
            raise StoreError(headline, kept, "Install the newer version to open it.") from error
        raise StoreError(f"{path} is damaged: {error}.", kept, "Open a copy of it.") from error
    except FileNotFoundError as error:
        raise StoreError(f"{path} does not exist.", "Nothing was changed.", "Check the name.") from error
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {reason(error)}.", kept, "Check its folder.") from error
    except (sqlite3.Error, ValueError, TypeError) as error:
        if is_busy(error):
            raise StoreError(f"{path} is in use by another program.", kept, "Close it there.") from error
        if isinstance(error, sqlite3.OperationalError):
            raise StoreError(f"{path} cannot be read: {error}.", kept, "Check its folder.") from error
        raise StoreError(f"{path} is damaged: {error}.", kept, "Open a copy of it.") from error


def reason(error: Exception) -> str:
    """Return in a few words what is behind a failed write."""
    if is_full(error):
        return "the disk is full"
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def is_full(error: Exception) -> bool:
    """Tell whether there was no room for a write (or a quota was reached)."""
    if isinstance(error, sqlite3.Error):
        return _code(error) == sqlite3.SQLITE_FULL
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


def is_busy(error: Exception) -> bool:
    """Tell whether another connection holds the file."""
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _code(error: Exception) -> int:
    """Return SQLite's primary code of an error, 0 for any other."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF

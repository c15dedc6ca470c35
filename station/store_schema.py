"""The tables of a run file, and how it is opened.

A run file is an SQLite database with application_id 0x416C7174 ("Alqt") and user_version = schema version.
While it is written it is in WAL mode with synchronous=FULL; closed, it is one file in rollback mode that
reads from anywhere. Nothing in it is ever changed: triggers refuse UPDATE and DELETE on every table.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from station.store_errors import StoreError

APPLICATION_ID = 0x416C7174  # "Alqt"
SCHEMA_VERSION = 3
BUSY_S = 5.0
_NO_ROOM_BESIDE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)

_TABLES = {
    "run": """
        id INTEGER PRIMARY KEY CHECK (id = 1),
        started_wall TEXT NOT NULL,   -- wall time the run was started, ISO 8601
        recipe TEXT NOT NULL,         -- JSON of station.recipe.Recipe
        set_up TEXT,                  -- JSON of station.run.SetUp, NULL where no instrument was open
        library TEXT NOT NULL,        -- the species library in force, TOML
        program TEXT NOT NULL         -- JSON: versions of the program and of what it computes with
    """,
    "axes": """
        id INTEGER PRIMARY KEY,
        wavelengths_nm BLOB NOT NULL
    """,
    "frames": """
        id INTEGER PRIMARY KEY,
        role TEXT NOT NULL,           -- dark_absorbance, reference, blank.on, frames.absorbance ...
        axis INTEGER NOT NULL REFERENCES axes (id),
        counts BLOB NOT NULL,         -- mean of the scans as the detector gave them
        scan_variance BLOB NOT NULL,  -- of one scan, counts squared
        saturated BLOB NOT NULL,
        exposure_s REAL NOT NULL,
        scans INTEGER NOT NULL,
        mid_exposure_s REAL,          -- station clock
        temperature_c REAL
    """,
    "records": """
        position INTEGER PRIMARY KEY, -- index in the run, from 0
        kind TEXT NOT NULL,           -- Aliquot, Mark, CalibrationTaken, Undone, OnsetAnswered ...
        clock_s REAL,                 -- station clock; of an aliquot, when it was drawn
        wall TEXT NOT NULL,
        body TEXT NOT NULL            -- JSON of the record in station.records; raw spectra as numbers of frames
    """,
    "attachments": """
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        media_type TEXT NOT NULL,     -- "image/jpeg", "text/plain" ...
        sha256 TEXT NOT NULL,
        data BLOB NOT NULL            -- byte for byte
    """,
    "sessions": """
        id INTEGER PRIMARY KEY,
        event TEXT NOT NULL CHECK (event IN ('opened', 'closed')),
        wall TEXT NOT NULL,
        host TEXT NOT NULL,
        pid INTEGER NOT NULL,
        process TEXT NOT NULL         -- when that process was started, as its system tells it
    """,
}


def create_tables(connection: sqlite3.Connection) -> None:
    """Make the tables and their guards, within the open transaction."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    declare_schema(connection)


def declare_schema(connection: sqlite3.Connection) -> None:
    """Say that what is written from now on is of today's schema, within the open transaction; older records stay."""
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    for table, columns in _TABLES.items():
        connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns}) STRICT")
        for change in ("UPDATE", "DELETE"):
            connection.execute(
                f"CREATE TRIGGER IF NOT EXISTS {table}_refuses_{change.lower()} BEFORE {change} ON {table} BEGIN"
                f" SELECT RAISE(ABORT, 'a run file is only ever added to'); END"
            )


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open an existing database: `mode` is "rw", "ro", or "ro&immutable=1" for a file that cannot change."""
    connection = sqlite3.connect(
        f"{_uri(path)}?mode={mode}", uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = 1")  # macOS: fsync alone leaves data in the drive's cache
        connection.execute("PRAGMA checkpoint_fullfsync = 1")
        connection.execute("PRAGMA recursive_triggers = 1")  # INSERT OR REPLACE is refused too
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def pragma(connection: sqlite3.Connection, name: str) -> int:
    """Return an integer pragma of the database."""
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a run file for reading; where SQLite cannot work beside it, from a copy or as one that cannot change."""
    with contextlib.ExitStack() as stack:
        try:
            connection = checked(path, "ro")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _NO_ROOM_BESIDE:
                raise
            wal = beside(path)[0]
            if wal.exists() and wal.stat().st_size > 0:  # records that are not in the main file yet
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="aliquot-")))
                shutil.copy(wal, folder / wal.name)
                connection = checked(Path(shutil.copy(path, folder / path.name)), "rw")
            else:
                connection = checked(path, "ro&immutable=1")
        stack.callback(connection.close)
        yield connection


def checked(path: Path, mode: str) -> sqlite3.Connection:
    """Open a file and make sure that it is a run file of a schema known here.

    SQLite alone touches it: to open and close a file past SQLite would drop the locks that this process holds on it.
    """
    if not path.exists():
        raise FileNotFoundError(path)
    try:
        connection = connect(path, mode)
    except sqlite3.DatabaseError as error:
        raise _foreign(path) if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB else error from None
    try:
        if pragma(connection, "application_id") != APPLICATION_ID:
            raise _foreign(path)
        schema = pragma(connection, "user_version")
        if schema > SCHEMA_VERSION:
            raise StoreError(
                f"{path} was written by a newer Aliquot (schema {schema}; this one reads {SCHEMA_VERSION}).",
                "Nothing in it was changed.",
                "Install the newer version to open it.",
            )
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection, kind: str = "IMMEDIATE") -> Iterator[None]:
    """All or nothing."""
    connection.execute(f"BEGIN {kind}")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
        raise


def beside(path: Path) -> tuple[Path, ...]:
    """Return the paths that SQLite uses beside a database, the write-ahead log first."""
    return tuple(path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal"))


def _uri(path: Path) -> str:
    """Return a path as SQLite reads it: file:/C:/x on Windows, four slashes before the server of a share."""
    text = path.absolute().as_posix()
    text = text if text.startswith("/") else f"/{text}"
    return "file:" + quote(f"//{text}" if text.startswith("//") else text)


def _foreign(path: Path) -> StoreError:
    return StoreError(f"{path} is not a run file.", "Nothing in it was changed.", "Open a file ending in .aliquot.")

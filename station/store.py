"""The run file: append a record for good, continue a run, read it, find runs that were not closed."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import platform
import re
import sqlite3
import sys
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from analysis.spectrum import RawSpectrum
from station import __version__
from station.attachment import Attachment
from station.recipe import Recipe
from station.records import (
    Aliquot,
    AliquotEdited,
    CalibrationTaken,
    LightsChanged,
    Mark,
    OnsetAnswered,
    OpticsChanged,
    PhotographTaken,
    Reading,
    RecipeChanged,
    Record,
    Undone,
    WashChecked,
    WavelengthChecked,
)
from station.run import Run, SetUp
from station.store_attachments import AttachmentLedger
from station.store_codec import Decoder, Unreadable, to_text
from station.store_errors import StoreError, is_busy, is_full, reason, sentences
from station.store_frames import FrameLedger
from station.store_older import todays_head, todays_record
from station.store_schema import beside, checked, connect, create_tables, declare_schema, reading, transaction
from station.writer import Writer, this_process

__all__ = ["SUFFIX", "LeftOpen", "RunFile", "StoreError", "left_open", "new_path", "read"]

SUFFIX = ".aliquot"

_KINDS: dict[str, type[Record]] = {
    kind.__name__: kind
    for kind in (
        Aliquot,
        Mark,
        CalibrationTaken,
        Undone,
        OnsetAnswered,
        OpticsChanged,
        LightsChanged,
        WavelengthChecked,
        RecipeChanged,
        AliquotEdited,
        PhotographTaken,
        WashChecked,
    )
}


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """A run file whose writer is gone without closing it; `whole` tells whether every record in it reads.

    `ended_s` is the station clock of its newest record.
    """

    path: Path
    started_wall: str
    aliquots: int
    whole: bool
    ended_s: float = 0.0


class Ledger:
    """What the file holds of that which travels by number: frames and attachments."""

    def __init__(self) -> None:
        self._frames, self._attachments = FrameLedger(), AttachmentLedger()

    def number(self, connection: sqlite3.Connection, held: RawSpectrum | Attachment, role: str) -> int:
        """Return the number in the file, writing what is new (within the open transaction)."""
        if isinstance(held, Attachment):
            return self._attachments.number(connection, held)
        return self._frames.number(connection, held, role)

    def read(self, connection: sqlite3.Connection) -> tuple[dict[int, RawSpectrum], dict[int, Attachment]]:
        """Return all frames and attachments of a file by number. Raises ValueError where one is damaged."""
        return self._frames.read(connection), self._attachments.read(connection)

    def committed(self) -> None:
        """Remember what was written: the transaction is on disk."""
        self._frames.committed()
        self._attachments.committed()

    def rolled_back(self) -> None:
        """Forget what was written since the last commit: it is not in the file."""
        self._frames.rolled_back()
        self._attachments.rolled_back()


class RunFile:
    """A run file that is being written; one thread at a time."""

    def __init__(self, path: Path, connection: sqlite3.Connection, ledger: Ledger, records: int) -> None:
        self.path = path
        self._connection = connection
        self._ledger = ledger
        self._records = records
        self._identity = _identity(path)
        self._closed = False

    @classmethod
    def create(cls, path: Path, run: Run) -> RunFile:
        """Make a new run file with the run's head and the records it already has; its folder is made too.

        Raises StoreError, also where the path exists: nothing is ever overwritten.
        """
        kept = f"{_count(run)} kept in memory."
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
        except FileExistsError:
            raise StoreError(f"{path} exists already.", "Nothing in it was changed.", "Choose another name.") from None
        except OSError as error:
            raise StoreError(f"{path} cannot be made: {reason(error)}.", kept, "Choose another folder.") from error
        try:
            return cls._created(path, run)
        except (sqlite3.Error, StoreError, OSError) as error:
            for leftover in (path, *beside(path)):  # made by the lines above, holds nothing anyone was promised
                leftover.unlink(missing_ok=True)
            if isinstance(error, StoreError):
                raise
            headline = f"{path} cannot be written: {reason(error)}."
            raise StoreError(headline, kept, "Free some space or choose another folder.") from error

    @classmethod
    def _created(cls, path: Path, run: Run) -> RunFile:
        connection = connect(path, "rw")
        try:
            with transaction(connection):
                create_tables(connection)
                _insert_head(connection, run)
                _insert_session(connection, "opened")
            connection.execute("PRAGMA journal_mode = WAL")
            file = cls(path, connection, Ledger(), 0)
            for record in run.records:
                file.append(record)
        except BaseException:
            connection.close()
            raise
        return file

    @classmethod
    def open(cls, path: Path) -> tuple[RunFile, Run]:
        """Continue a run. Raises StoreError where the file does not read or another process is writing it."""
        with sentences(path):
            connection = checked(path, "rw")
            try:
                last, writer = _last_session(connection)
                if last == "opened" and writer.alive and writer != this_process():
                    raise StoreError(
                        f"{path} is being written by another Aliquot (process {writer.pid} on {writer.host}).",
                        "Nothing in it was changed.",
                        "Go on there, or review it here.",
                    )
                ledger = Ledger()
                run = _read_run(connection, ledger)
                connection.execute("PRAGMA journal_mode = WAL")
                with transaction(connection):
                    declare_schema(connection)
                    _insert_session(connection, "opened")
            except BaseException:
                connection.close()
                raise
        return cls(path, connection, ledger, len(run.records)), run

    def append(self, record: Record) -> None:
        """Write a record and its frames in one transaction; it is on disk when this returns.

        Raises StoreError and leaves the file as it was; the same record may be tried again. Raises ValueError for
        an aliquot that has spectra but no raw counts: they would be lost.
        """
        if isinstance(record, Aliquot) and _without_source(record.reading):
            raise ValueError("an aliquot without raw counts or the files it came from has no place in a run file")
        try:
            with transaction(self._connection):
                row = (type(record).__name__, _clock_s(record), record.wall, to_text(record, self._number))
                insert = "INSERT INTO records (position, kind, clock_s, wall, body) VALUES (?, ?, ?, ?, ?)"
                self._connection.execute(insert, (self._records, *row))
                if _identity(self.path) != self._identity:
                    raise FileNotFoundError(errno.ENOENT, "the file is gone")
        except (sqlite3.Error, OSError) as error:
            self._ledger.rolled_back()
            raise self._not_written(record, error) from error
        except BaseException:
            self._ledger.rolled_back()
            raise
        self._ledger.committed()
        self._records += 1

    def close(self) -> None:
        """Mark the run as ended and leave one single file. Raises StoreError where that does not succeed.

        Where somebody else reads the file right now, its log stays beside it until the next one opens it. It is
        closed after the first call, however that ends; later ones do nothing.
        """
        if self._closed:
            return
        self._closed = True
        try:
            with transaction(self._connection):
                _insert_session(self._connection, "closed")
            try:
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                self._connection.execute("PRAGMA journal_mode = DELETE")
            except sqlite3.OperationalError as error:
                if not is_busy(error):
                    raise
        except sqlite3.Error as error:
            log = beside(self.path)[0].name
            raise StoreError(
                f"{self.path} cannot be closed: {reason(error)}.",
                f"All {self._records} records are in it and in {log} beside it; keep the two together.",
                "Free some space and open the run again.",
            ) from error
        finally:
            self._connection.close()

    def _number(self, held: RawSpectrum | Attachment, role: str) -> int:
        return self._ledger.number(self._connection, held, role.removeprefix("reading."))

    def _not_written(self, record: Record, error: Exception) -> StoreError:
        what = f"aliquot {record.number}" if isinstance(record, Aliquot) else "the last record"
        kept = f"{what.capitalize()} is kept in memory; the {self._records} records before it are whole."
        if isinstance(error, FileNotFoundError) or not self.path.parent.is_dir():
            return StoreError(f"{self.path} is gone.", kept, "Bring its folder back or choose another one.")
        if is_full(error):
            return StoreError("The disk is full.", kept, "Free some space or choose another folder.")
        headline = f"{self.path} cannot be written: {reason(error)}."
        return StoreError(headline, kept, "Close what else uses the file or choose another folder.")


def read(path: Path) -> Run:
    """Return the run in a file, which is never changed; also while it is being written, also on read-only media.

    Spectra are None: `station.evaluation.reevaluate` computes them from the raw counts. Raises StoreError.
    """
    with sentences(path), reading(path) as connection:
        return _read_run(connection, Ledger())


def left_open(folder: Path) -> tuple[LeftOpen, ...]:
    """Return the run files in a folder that were not closed and whose writer is gone, by name."""
    found = (_left_open(path) for path in sorted(folder.glob(f"*{SUFFIX}")))
    return tuple(left for left in found if left is not None)


def new_path(folder: Path, name: str, *, day: date | None = None) -> Path:
    """Return a path for a new run of this name that does not exist yet: name, day (today), and -2, -3 ..."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^A-Za-z0-9_]+", "-", plain).strip("-")[:60] or "run"
    stem = f"{slug}-{(day or date.today()).isoformat()}"
    path, number = folder / f"{stem}{SUFFIX}", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}{SUFFIX}"
    return path


def _left_open(path: Path) -> LeftOpen | None:
    """Return what was left in one file, or None where it was closed, is being written or is no run file."""
    try:
        with sentences(path), reading(path) as connection:
            event, writer = _last_session(connection)
            if event == "closed" or writer.alive:
                return None
            (started_wall,) = connection.execute("SELECT started_wall FROM run").fetchone()
            count = "SELECT count(*) FROM records WHERE kind = 'Aliquot'"
            left = LeftOpen(path, started_wall, connection.execute(count).fetchone()[0], True)
    except StoreError:
        return None
    try:
        run = read(path)
        return replace(left, aliquots=len(run.aliquots), ended_s=run.ended_s)
    except StoreError:
        return replace(left, whole=False)


def _read_run(connection: sqlite3.Connection, ledger: Ledger) -> Run:
    """Return the run as it stands at one moment."""
    with transaction(connection, "DEFERRED"):
        decoder = Decoder(*ledger.read(connection))
        head = "SELECT recipe, set_up, library, started_wall FROM run"
        recipe, set_up, library, started_wall = connection.execute(head).fetchone()
        rows = connection.execute("SELECT position, kind, body FROM records ORDER BY position").fetchall()
    records = []
    for place, (position, kind, body) in enumerate(rows):
        if position != place:
            raise Unreadable(f"record {place} is missing")
        if kind not in _KINDS:
            raise Unreadable(f"record {place} is a '{kind}'", unknown=kind)
        records.append(decoder.from_text(_KINDS[kind], todays_record(kind, body, recipe)))
    recipe, set_up = todays_head(recipe, set_up)
    return Run(
        begun_with=decoder.from_text(Recipe, recipe),
        set_up=None if set_up is None else decoder.from_text(SetUp, set_up),
        library=library,
        started_wall=started_wall,
        records=tuple(records),
    )


def _insert_head(connection: sqlite3.Connection, run: Run) -> None:
    set_up = None if run.set_up is None else to_text(run.set_up, _no_frame)
    row = (run.started_wall, to_text(run.begun_with, _no_frame), set_up, run.library, json.dumps(_program()))
    insert = "INSERT INTO run (id, started_wall, recipe, set_up, library, program) VALUES (1, ?, ?, ?, ?, ?)"
    connection.execute(insert, row)


def _insert_session(connection: sqlite3.Connection, event: str) -> None:
    writer = this_process()
    wall = datetime.now().astimezone().isoformat(timespec="seconds")
    insert = "INSERT INTO sessions (event, wall, host, pid, process) VALUES (?, ?, ?, ?, ?)"
    connection.execute(insert, (event, wall, writer.host, writer.pid, writer.process))


def _last_session(connection: sqlite3.Connection) -> tuple[str, Writer]:
    """Return the last event ("opened", "closed") and whose it was."""
    select = "SELECT event, host, pid, process FROM sessions ORDER BY id DESC LIMIT 1"
    event, host, pid, process = connection.execute(select).fetchone()
    return event, Writer(host, pid, process)


def _program() -> dict[str, str]:
    """Return the versions of the program and of what it computes and measures with."""
    from importlib.metadata import PackageNotFoundError, version  # not at start: it brings a parser of e-mail

    versions = {"aliquot": __version__, "python": platform.python_version(), "system": sys.platform}
    for package in ("numpy", "scipy", "seabreeze"):
        with contextlib.suppress(PackageNotFoundError):
            versions[package] = version(package)
    return versions


def _without_source(reading: Reading) -> bool:
    """Return whether there are spectra that nothing in the file could be read again from."""
    spectra = reading.absorbance is not None or reading.emission is not None
    return spectra and reading.frames is None and not reading.files


def _no_frame(held: RawSpectrum | Attachment, role: str) -> int:
    raise TypeError(f"{role}: a {type(held).__name__} has no place in a run's head")


def _clock_s(record: Record) -> float:
    return record.drawn_at_s if isinstance(record, Aliquot) else record.clock_s


def _count(run: Run) -> str:
    return "The run is" if not run.records else f"The run and its {len(run.records)} records are"


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one of the same name, or None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino

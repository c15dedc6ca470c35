"""A watched folder: what another program drops there becomes aliquots of the open run; for the acquisition thread.

The folder is listed, and its files fetched, in a thread of its own: a share that hangs holds up no measurement.
Files are only ever read; where they lie they stay.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from station import events, orders
from station.attachment import Attachment, sayable
from station.dropped_files import Dropped, Stamp, kind_by_name, listing_of, numbered_apart, partner, stem
from station.file_spectra import attached, kind_of, read_as
from station.formats.families import MOST_BYTES
from station.formats.text import FormatError
from station.measuring import Measuring
from station.records import Aliquot, Reading, Undone
from station.run import Run
from station.sample import Sample

LOOK_S = 1.0
PARTNER_S = (
    120.0  # two files that were written within this time, and are not known to belong elsewhere, are one aliquot
)
SILENT_S = 10.0  # a folder that has not answered for so long is said not to

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as it was fetched."""

    name: str
    stamp: Stamp
    data: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that reads: as it travels within the run, and when it was measured (seconds since 1970)."""

    file: Attachment
    measured_s: float


def aside(do: Callable[[], Found]) -> Future[Found]:
    """Do something in a thread of its own, that nothing waits for at the end of the program."""
    done: Future[Found] = Future()

    def run() -> None:
        try:
            done.set_result(do())
        except Exception as trouble:
            done.set_exception(trouble)

    threading.Thread(target=run, name="folder", daemon=True).start()
    return done


class FolderWatch:
    """Watches one folder while it is on: `look` again and again; when it is true, `take`."""

    def __init__(self, measuring: Measuring) -> None:
        self._measuring, self._session = measuring, measuring.session
        self._clock, self._publish = measuring.clock, measuring.publish
        self._order: orders.WatchFolder | None = None
        self._dropped = Dropped()
        self._ready: list[str] = []
        self._listing: Future[dict[str, Stamp]] | None = None
        self._fetching: Future[list[Fetched]] | None = None
        self._asked_at_s = float("-inf")
        self._is_first = True
        self._gone = ""
        self._shut: set[str] = set()  # files that could not be read; each is said once
        self._taken, self._last, self._well = 0, "", True

    @property
    def shown(self) -> events.Watching | None:
        """Get what is shown of it, None while no folder is watched."""
        order = self._order
        if order is None:
            return None
        last, well = (self._gone, False) if self._gone else (self._last, self._well)
        return events.Watching(order.folder, order.emission_like, self._taken, last, well)

    def start(self, order: orders.WatchFolder) -> None:
        """Watch this folder from now on; a folder that is not there is watched as soon as it is.

        Raises ValueError, with nothing changed, where none is named.
        """
        if not order.folder.strip():
            raise ValueError("No folder is named. Choose the one that the other program saves its spectra in.")
        self._order = order
        self._dropped, self._ready, self._is_first = Dropped(), [], True
        self._listing, self._fetching, self._asked_at_s = None, None, float("-inf")
        self._gone, self._taken, self._last, self._well = "", 0, "", True
        self._shut = set()
        self._publish(events.Noted(f"{Path(order.folder).name} is watched for files of spectra."))

    def stop(self) -> None:
        """Leave the folder alone."""
        if self._order is not None:
            self._order = None
            self._publish(events.Noted("The folder is watched no more. What was read is kept."))

    def look(self) -> bool:
        """Look into the folder when it is time; return whether a file has been fetched and is to be taken."""
        if self._order is None:
            return False
        if self._fetching is not None:
            if not self._fetching.done():
                self._note_silence(self._order)
            return self._fetching.done()
        if self._listing is None and self._clock.now_s() - self._asked_at_s >= LOOK_S:
            folder = Path(self._order.folder)
            self._asked_at_s, self._listing = self._clock.now_s(), aside(lambda: listing_of(folder))
        if self._listing is not None:
            self._hear_listing(self._order, self._listing)
        self._fetch_next(self._order)
        return False

    def take(self) -> None:
        """Make an aliquot of what was fetched, or say why it is none."""
        order, fetching = self._order, self._fetching
        if order is None or fetching is None:
            return
        self._fetching = None
        try:
            fetched = fetching.result()
        except OSError as trouble:
            name = sayable(Path(str(trouble.filename or "A file")).name)
            sentence = f"{name} could not be read: {trouble.strerror or trouble}. It is tried again."
            self._say(sentence, well=False, quiet=name in self._shut)
            self._shut.add(name)
            return
        opened = [each for each in (self._opened(one, order) for one in fetched) if each is not None]
        if opened:
            self._take(opened, order)

    # The folder

    def _hear_listing(self, order: orders.WatchFolder, listing: Future[dict[str, Stamp]]) -> None:
        """Take in a listing that has come; say once that the folder is gone, and that it is back."""
        if not listing.done():
            self._note_silence(order)
            return
        self._listing = None
        try:
            found = listing.result()
        except OSError as trouble:
            why = (
                "is not there"
                if isinstance(trouble, FileNotFoundError)
                else f"cannot be looked into ({trouble.strerror})"
            )
            self._lose(f"{order.folder} {why}. It is watched again when it is back.")
            return
        if self._gone:
            self._gone = ""
            self._publish(events.Noted(f"{order.folder} is back and watched again."))
        if self._is_first and order.from_now:
            self._dropped.leave(found)
            self._say(f"{len(found)} files were there before and are left alone." if found else "")
        self._is_first = False
        self._ready = self._dropped.ready(found, self._clock.now_s())

    def _note_silence(self, order: orders.WatchFolder) -> None:
        if self._clock.now_s() - self._asked_at_s >= SILENT_S:
            self._lose(f"{order.folder} does not answer. It is watched again when it does.")

    def _lose(self, sentence: str) -> None:
        if not self._gone:
            self._publish(events.Noted(sentence, well=False))
        self._gone = sentence

    def _fetch_next(self, order: orders.WatchFolder) -> None:
        """Fetch the oldest file that is ready, and with it the other one of its aliquot if that is ready too."""
        if not self._ready or self._session.run is None:
            return
        first = self._ready.pop(0)
        second = partner(first, self._ready, order.emission_like)
        if second is not None:
            self._ready.remove(second)
        names, folder = [each for each in (first, second) if each is not None], Path(order.folder)
        self._asked_at_s = self._clock.now_s()
        self._fetching = aside(lambda: [_fetched(folder / name) for name in names])

    # A file

    def _opened(self, fetched: Fetched, order: orders.WatchFolder) -> Opened | None:
        """Return a file that holds a spectrum; one that does not is named, and tried again when it changes."""
        self._dropped.done(fetched.name, fetched.stamp)
        kind, name = kind_by_name(fetched.name, order.emission_like), sayable(fetched.name)
        self._shut.discard(name)
        try:
            spectrum = read_as(kind, name, fetched.data)
        except FormatError as refusal:
            self._say(str(refusal), well=False)
            return None
        written_s = fetched.stamp.written_ns * 1e-9
        measured_s = written_s if spectrum.measured is None else spectrum.measured.timestamp()
        return Opened(attached(name, kind, fetched.data), measured_s)

    def _take(self, opened: list[Opened], order: orders.WatchFolder) -> None:
        """Make an aliquot of one or two files, unless they complete one that is there, or are in it already."""
        run = self._session.run
        if run is None:
            return
        left = []
        for each in opened:
            held = _holding(run, each.file)
            if held is None:
                left.append(each)
            elif held[1].data != each.file.data:
                run = self._complete(run, held[0].number, each)  # it was being written when it was read first
            elif held[1].name != each.file.name:
                self._say(f"{each.file.name} is {held[1].name} again, which aliquot {held[0].number} has.")
        lacking = self._lacking(run, left[0], order.emission_like) if len(left) == 1 else None
        if lacking is not None:
            self._complete(run, lacking.number, left[0])
        elif left:
            self._add(run, left)

    def _lacking(self, run: Run, opened: Opened, emission_like: str) -> Aliquot | None:
        """Return the aliquot that this file is the other half of: by its name, else by the time it was measured."""
        kind, own = kind_of(opened.file), stem(opened.file.name, emission_like)
        waiting = [
            aliquot
            for aliquot in run.all_aliquots
            if aliquot.reading.files and all(kind_of(file) != kind for file in aliquot.reading.files)
        ]
        named = [each for each in waiting if any(stem(f.name, emission_like) == own for f in each.reading.files)]
        if named:
            return named[-1]
        at_s = self._at_s(opened.measured_s)
        near = [
            each
            for each in waiting
            if abs(each.measured_at_s - at_s) <= PARTNER_S
            and not any(numbered_apart(f.name, opened.file.name, emission_like) for f in each.reading.files)
        ]
        return min(near, key=lambda each: abs(each.measured_at_s - at_s), default=None)

    # The run

    def _add(self, run: Run, opened: list[Opened]) -> None:
        session, evaluation = self._session, self._session.evaluation
        if evaluation is None:
            return
        first_s = min(each.measured_s for each in opened)
        measured_at_s = self._at_s(first_s)
        drawn_at_s = measured_at_s if session.drawn_at_s is None else min(session.drawn_at_s, measured_at_s)
        dilution = run.recipe.dilution if session.dilution is None else session.dilution
        files = tuple(sorted((each.file for each in opened), key=kind_of))
        sample = Sample(run.next_number, run.reaction_time_s(drawn_at_s), dilution)
        reading, unread = evaluation.read_files_or_keep(files, measured_at_s, sample)
        aliquot = Aliquot(
            number=sample.number,
            drawn_at_s=drawn_at_s,
            measured_at_s=measured_at_s,
            wall=datetime.fromtimestamp(first_s).astimezone().isoformat(timespec="seconds"),
            reaction_time_s=sample.reaction_time_s,
            dilution=dilution,
            optics=evaluation.optics,
            reading=reading,
        )
        session.drawn_at_s = session.dilution = None
        session.note(aliquot)
        self._taken += len(files)
        self._say(f"Aliquot {aliquot.number} from {_named(files)}.", quiet=True)
        self._measuring.tell_of(aliquot, unread)

    def _complete(self, run: Run, number: int, opened: Opened) -> Run:
        """Write an aliquot anew with one more file, or with the whole of one; what was written before stays undone.

        It keeps its number and all that was said of it. One that was taken back stays so.
        """
        session, evaluation = self._session, self._session.evaluation
        at = [i for i, r in run.standing if isinstance(r, Aliquot) and r.number == number]
        if not at or evaluation is None:
            self._say(f"{opened.file.name} has changed; aliquot {number} was taken back and stays so.")
            return run
        aliquot = next(each for each in run.all_aliquots if each.number == number)
        record = run.records[at[-1]]
        if not isinstance(record, Aliquot):
            return run
        others = tuple(file for file in record.reading.files if file.name != opened.file.name)
        files = tuple(sorted((*others, opened.file), key=kind_of))
        now_s, wall = self._clock.now_s(), self._clock.wall().isoformat(timespec="seconds")
        undone = Undone(at[-1], now_s, wall)
        unread = Reading(None, None, None, files=files)
        if number == run.all_aliquots[-1].number and evaluation.step_back(number):
            optics = evaluation.optics
            reading = evaluation.again(replace(aliquot, reading=unread)).reading
            evaluation.optics = optics
            session.note(undone, replace(record, reading=reading))
        else:
            session.note(undone, replace(record, reading=unread), since=number)
        self._taken += 1
        self._say(f"{opened.file.name} completes aliquot {number}.")
        self._measuring.tell_of_onset()
        return session.run or run

    def _at_s(self, measured_s: float) -> float:
        """Return a time of day (seconds since 1970) on the station's clock; what lies ahead of it counts as now."""
        return self._clock.now_s() - max(0.0, self._clock.wall().timestamp() - measured_s)

    def _say(self, sentence: str, *, well: bool = True, quiet: bool = False) -> None:
        self._last, self._well = sentence, well
        if sentence and not quiet:
            self._publish(events.Noted(sentence, well=well))


def _fetched(path: Path) -> Fetched:
    """Return a file's name, stamp and content; of one that is larger than any spectrum only the beginning."""
    status = path.stat()
    with path.open("rb") as file:
        return Fetched(path.name, Stamp(status.st_size, status.st_mtime_ns), file.read(MOST_BYTES + 1))


def _holding(run: Run, wanted: Attachment) -> tuple[Aliquot, Attachment] | None:
    """Return the newest aliquot, one that was taken back too, that has this file, or what its beginning was; and that.

    The same bytes under another name are the same file: no two measurements have the same noise. The same name with
    other bytes is another one, unless it has only grown.
    """
    held = [
        (record, file)
        for record in reversed(run.records)
        if isinstance(record, Aliquot)
        for file in record.reading.files
    ]
    same = next((each for each in held if each[1].data == wanted.data), None)
    named = next((each for each in held if each[1].name == wanted.name), None)
    return same or (named if named is not None and wanted.data.startswith(named[1].data) else None)


def _named(files: tuple[Attachment, ...]) -> str:
    return " and ".join(file.name for file in files)

"""What is said in a toast: things that need no answer."""

from __future__ import annotations

from dataclasses import dataclass

from gui import words
from gui.actions import Act, cap
from gui.marks import MarkName
from station import events
from station.events import Event
from station.onset_command import ENDED_WELL
from station.records import STATION_MARKS, Aliquot
from station.strength import too_strong


@dataclass(frozen=True, slots=True)
class Note:
    """What a toast says: a sentence, a second line, the key that goes with it, and its sign."""

    sentence: str
    second: str = ""
    cap: str = ""
    sign: MarkName = "tick"


def note(event: Event, *, saved: bool = True) -> Note | None:
    """Return what is said of an event, or None for one that is drawn elsewhere.

    `saved` is false after an aliquot that the disk has refused: the end of its measurement says why.
    """
    match event:
        case events.AliquotTaken(aliquot, True) if aliquot.by_itself:
            return None  # one every few seconds: the ladder shows it
        case events.AliquotTaken(aliquot, on_disk):
            if not on_disk:
                return Note(f"Aliquot {aliquot.number} is kept in memory", "saving is tried again", sign="triangle")
            return _saved(aliquot)
        case events.Marked(mark) if mark.kind in STATION_MARKS:
            well = mark.note.startswith(ENDED_WELL)
            return Note(mark.note or mark.kind, sign="tick" if well else "triangle")
        case events.Marked(mark):
            at = words.time_of_day(mark.wall)
            return Note(f"Mark: {mark.note or mark.kind}, {at}", cap=cap(Act.UNDO))
        case events.TakenBack(sentence) | events.Recovered(sentence):
            return Note(sentence)
        case events.Noted(sentence, well):
            return Note(sentence, sign="tick" if well else "triangle")
        case events.MeasurementEnded(what, done, sentence, well):
            if what == "aliquot" and done:
                return None if saved else Note(sentence, sign="triangle")
            return Note(sentence, sign="dash" if not done else "tick" if well else "triangle")
        case events.Reminder(number, planned_s, in_s):
            at = words.ladder_time(planned_s, in_minutes=False)
            return Note(
                f"Aliquot {number} is due at {at}, in {words.wait(in_s)}",
                "when it is drawn",
                cap(Act.DRAWN),
                "dot",
            )
        case events.Refused(_, reason):
            return refused(reason)
        case _:
            return None


def _saved(aliquot: Aliquot) -> Note:
    """Return that an aliquot is on disk, and beneath it what comes first of: too strong, stale reference, repeated."""
    findings = aliquot.reading.findings
    strong = None if aliquot.by_itself else too_strong(aliquot)
    stale = [remark for remark in (() if findings is None else findings.remarks) if remark.startswith("reference ")]
    second = "undo within the run"
    if strong is not None:
        second = strong.sentence
    elif stale:
        second = stale[0]
    elif aliquot.note:
        second = f"{aliquot.note.partition(':')[0]}; both stay"
    sign: MarkName = "triangle" if strong is not None or stale else "tick"
    return Note(f"Aliquot {aliquot.number} saved, {words.time_of_day(aliquot.wall)}", second, cap(Act.UNDO), sign)


def refused(reason: str) -> Note:
    """Return why something is not possible now."""
    return Note(f"{reason[:1].upper()}{reason[1:]}", sign="dash")

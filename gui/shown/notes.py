"""What is said in a toast: things that need no answer."""

from __future__ import annotations

from dataclasses import dataclass

from gui import words
from gui.actions import Act, cap
from gui.marks import MarkName
from station import events
from station.events import Event
from station.records import STATION_MARKS


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
        case events.AliquotTaken(aliquot, on_disk):
            if not on_disk:
                return Note(f"Aliquot {aliquot.number} is kept in memory", "saving is tried again", sign="triangle")
            at = words.time_of_day(aliquot.wall)
            return Note(f"Aliquot {aliquot.number} saved, {at}", "undo within the run", cap(Act.UNDO))
        case events.Marked(mark) if mark.kind in STATION_MARKS:
            return Note(mark.note or mark.kind, sign="triangle")
        case events.Marked(mark):
            at = words.time_of_day(mark.wall)
            return Note(f"Mark: {mark.note or mark.kind}, {at}", cap=cap(Act.UNDO))
        case events.TakenBack(sentence) | events.Recovered(sentence):
            return Note(sentence)
        case events.Noted(sentence, well):
            return Note(sentence, sign="tick" if well else "triangle")
        case events.MeasurementEnded(what, done, sentence):
            if what == "aliquot" and done:
                return None if saved else Note(sentence, sign="triangle")
            return Note(sentence, sign="tick" if done else "dash")
        case events.Refused(_, reason):
            return refused(reason)
        case _:
            return None


def refused(reason: str) -> Note:
    """Return why something is not possible now."""
    return Note(f"{reason[:1].upper()}{reason[1:]}", sign="dash")

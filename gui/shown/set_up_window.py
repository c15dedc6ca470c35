"""The page of the window itself: theme, type, sound, what is run at the onset, and the first steps again."""

from __future__ import annotations

import shlex
import subprocess
import sys
from dataclasses import replace

from gui.actions import Act, cap
from gui.remembered import CONTRASTS, ROOMS, TYPE_PERCENT, VOLUMES_PERCENT, Wishes
from gui.shown.set_up import Line, Typed, in_the_way, pressing
from gui.sounds import Sound
from station import orders
from station.events import Status
from station.onset_command import MOST_S, Words, check_command

USE, TRY, HEAR, PLAY, FIRST_STEPS = "use command", "try command", "hear", "play", "first steps"
AS_SYSTEM = "as the system"
HEARD: dict[Sound, str] = {
    "captured": "a short tick",
    "onset": "three rising notes, every 5 s until it is answered, three times at most",
    "fault": "two low tones",
    "reminder": "one tone that swells and goes: an aliquot is due soon",
}
WISHES = ("room", "contrast", "type", "sound", "volume")
MOST_SHOWN = 6  # words of a command, each on a line of its own
ON_WINDOWS = sys.platform == "win32"


def typed(wishes: Wishes, status: Status) -> dict[str, str]:
    """Return the page as it stands."""
    return {
        "room": _said(wishes.room),
        "contrast": _said(wishes.contrast),
        "type": f"{wishes.type_percent} %",
        "sound": "on" if wishes.sound else "off",
        "volume": f"{wishes.volume_percent} %",
        HEAR: next(iter(HEARD)),
        "command": joined(status.onset_command),
    }


def _said(choice: str) -> str:
    return AS_SYSTEM if choice == "system" else choice


def wished(wishes: Wishes, name: str, text: str) -> Wishes:
    """Return the wishes with one of WISHES as it was chosen on the page."""
    if name == "room":
        return replace(wishes, room="system" if text == AS_SYSTEM else text)
    if name == "contrast":
        return replace(wishes, contrast="system" if text == AS_SYSTEM else text)
    if name == "sound":
        return replace(wishes, sound=text == "on")
    number = int(text.removesuffix(" %"))
    return replace(wishes, type_percent=number) if name == "type" else replace(wishes, volume_percent=number)


def words_of(text: str, *, on_windows: bool = ON_WINDOWS) -> tuple[Words | None, str]:
    """Return a typed command in words, None where it is none, and what is wrong with it.

    Words with spaces stand in quotation marks. On Windows a backslash is a backslash, as in its paths.
    """
    try:
        split = shlex.split(text, posix=not on_windows)
    except ValueError:
        return None, "a quotation mark is not closed"
    words = tuple(word.strip('"') if on_windows else word for word in split)
    wrong = next(check_command(words), "")
    return (None, wrong) if wrong else (words, "")


def joined(words: Words, *, on_windows: bool = ON_WINDOWS) -> str:
    """Return words as they would be typed."""
    return subprocess.list2cmdline(words) if on_windows else shlex.join(words)


def using(typed: Typed) -> orders.UseOnsetCommand | None:
    """Return the order to run the command that has been typed; None where something is wrong with it."""
    words, _ = words_of(typed["command"])
    return None if words is None else orders.UseOnsetCommand(words)


def trying(typed: Typed) -> orders.TryOnsetCommand | None:
    """Return the order to run the command that has been typed once, now; None where there is none."""
    words, _ = words_of(typed["command"])
    return orders.TryOnsetCommand(words) if words else None


def chosen_sound(typed: Typed) -> Sound:
    """Return the sound that has been chosen to listen to."""
    return next(sound for sound in HEARD if sound == typed[HEAR])


def lines(typed: Typed, status: Status, heard: str) -> tuple[Line, ...]:
    """Return the lines of the page; `heard` is what is to be heard (`Desk.sound`)."""
    return (
        Line("head", "Look"),
        Line("choice", "Theme", "room", typed["room"], beside=_key(Act.THEME), options=_options(ROOMS)),
        Line("choice", "Contrast", "contrast", typed["contrast"], options=_options(CONTRASTS)),
        Line(
            "choice",
            "Size of type",
            "type",
            typed["type"],
            beside=f"or {cap(Act.LARGER)} and {cap(Act.SMALLER)}",
            options=tuple(f"{percent} %" for percent in TYPE_PERCENT),
        ),
        *_sound_lines(typed, heard),
        *_command_lines(typed, status),
        Line("head", "First steps"),
        Line("press", "Show the four cards", FIRST_STEPS, beside="connect, dark, reference, capture"),
    )


def _options(choices: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_said(choice) for choice in choices)


def _key(act: Act) -> str:
    return f"or {cap(act)}"


def _sound_lines(typed: Typed, heard: str) -> list[Line]:
    """Return whether and how loud something is heard, and the sounds themselves."""
    beeps = heard == "beeps"
    beside = "no device plays it: the computer beeps instead" if beeps else _key(Act.SOUND)
    sound = Line("choice", "Sound", "sound", typed["sound"], beside=beside, options=("on", "off"))
    which = chosen_sound(typed)
    return [
        Line("head", "Sound"),
        replace(sound, tone="stale" if beeps else "ok"),
        Line(
            "choice",
            "Volume",
            "volume",
            typed["volume"],
            options=tuple(f"{percent} %" for percent in VOLUMES_PERCENT),
        ),
        Line("choice", "Listen to", HEAR, which, beside=HEARD[which], options=tuple(HEARD)),
        Line("press", "Play it", PLAY, wrong="sound is off" if heard == "off" else ""),
    ]


def _command_lines(typed: Typed, status: Status) -> list[Line]:
    """Return the onset's command as it is typed, its words one by one, and what may be done with it."""
    words, wrong = words_of(typed["command"])
    about = f"run once when the onset is flagged, at most {MOST_S:.0f} s, without a shell; empty: nothing is run"
    changed = words is not None and words != status.onset_command
    found = [
        Line("head", "At the onset"),
        Line("field", "Command", "command", typed["command"], "", about, wrong),
        *_word_lines(words or ()),
    ]
    if words:
        found.append(Line("say", "", value=_PLACEHOLDERS, tone="quiet"))
    first, held = in_the_way(status, "UseOnsetCommand"), {"command": wrong} if wrong else {}
    label = "Run no command" if words == () and status.onset_command else "Use this command"
    found.append(pressing(label, USE, changed=changed, wrong=held, drops=False, first=first))
    if words:
        found.append(Line("press", "Try it now", TRY, beside="with a made-up run, time and wavelength"))
    return found


_PLACEHOLDERS = (
    "In an argument {run} becomes the run file, {time} the seconds since t0, {nm} the wavelength. "
    "Nothing is run for a virtual spectrometer."
)


def _word_lines(words: Words) -> list[Line]:
    """Return a command word by word, so that what is one argument can be seen."""
    labels = ("Program", *(f"Argument {number}" for number in range(1, MOST_SHOWN)))
    found = [Line("say", label, value=word or "(empty)") for label, word in zip(labels, words, strict=False)]
    more = len(words) - MOST_SHOWN
    return [*found, Line("say", "", value=f"and {more} more", tone="quiet")] if more > 0 else found

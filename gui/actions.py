"""Every key of the program in one table: what it does, what stands on its cap, where it works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

DEBOUNCE_S = 0.3  # a glove or a foot switch that bounces asks for one aliquot, not two
Place = Literal["bench", "review"]


class Act(StrEnum):
    """What a key or a button asks for."""

    CAPTURE = "capture"
    DARK = "dark"
    REFERENCE = "reference"
    UV = "uv"
    MARK = "mark"
    CHOOSE = "choose"
    LIVE = "live"
    UNDO = "undo"
    CONFIRM = "confirm"
    LEAVE = "leave"
    EARLIER = "earlier"
    LATER = "later"
    WHY = "why"
    REVIEW = "review"
    FOCUS = "focus"
    LOOK_AGAIN = "look again"
    VIRTUAL = "virtual"
    THEME = "theme"
    LARGER = "larger"
    SMALLER = "smaller"
    KEYS = "keys"
    SET_UP = "set-up"
    UP = "up"
    DOWN = "down"
    COPY = "copy"
    VIEW = "view"
    TREND = "trend"
    WATERFALL = "waterfall"
    PAIR = "pair"
    PHOTOS = "photographs"
    HIDE = "hide"
    EXCLUDE = "exclude"
    ALIQUOT = "aliquot"
    DRAWN = "drawn"
    WASH = "wash"
    DILUTION = "dilution"
    RECIPE = "recipe"
    FIGURE = "figure"
    BACKGROUND = "background"
    SOUND = "sound"
    QUIT = "quit"
    HEALTH = "health"
    CURSOR = "cursor"
    RANGE = "range"
    ENERGY = "energy"
    WHAT = "what is this"


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the table: an act, the key sequences that ask for it, its cap, its words and its places.

    One that `repeats` asks again and again while it is held down; of one that is `numbered` each sequence asks for
    something else, by its number.
    """

    act: Act
    sequences: tuple[str, ...]
    cap: str
    says: str
    places: tuple[Place, ...] = ("bench",)
    repeats: bool = False
    numbered: bool = False


BOTH: tuple[Place, ...] = ("bench", "review")
PAN = ("Shift+Left", "Shift+Right")
KEYS = (
    Key(Act.CAPTURE, ("Space",), "Space", "Capture the aliquot, or: done by hand"),
    Key(Act.DARK, ("D",), "D", "Take the dark"),
    Key(Act.REFERENCE, ("R",), "R", "Take the reference, solvent in the holder"),
    Key(Act.UV, ("U",), "U", "UV lamp on or off"),
    Key(Act.MARK, ("M",), "M", "Mark what has happened to the flask"),
    Key(Act.CHOOSE, tuple("123456789"), "1–9", "Choose from the list that is open", BOTH, numbered=True),
    Key(Act.LIVE, ("L",), "L", "Live spectra on or off"),
    Key(Act.UNDO, ("Ctrl+Z",), "Ctrl+Z", "Take back the last aliquot or mark"),
    Key(Act.CONFIRM, ("Return", "Enter"), "Enter", "Confirm", BOTH),
    Key(Act.LEAVE, ("Esc",), "Esc", "UV off first, then stop, dismiss, close", BOTH),
    Key(Act.EARLIER, ("Left",), "←", "The aliquot, or the choice, before", BOTH),
    Key(Act.LATER, ("Right",), "→", "The aliquot, or the choice, after", BOTH),
    Key(Act.WHY, ("Y",), "Y", "Why the flag was raised"),
    Key(Act.REVIEW, ("Z",), "Z", "Review the run that was left open"),
    Key(Act.SET_UP, ("B",), "B", "Bench set-up: spectrometer, lights, optics, doctor"),
    Key(Act.UP, ("Up",), "↑", "In set-up or findings: the line above", BOTH),
    Key(Act.DOWN, ("Down",), "↓", "In set-up or findings: the line below", BOTH),
    Key(Act.COPY, ("C",), "C", "Copy the picture and its table, or what the doctor found", BOTH),
    Key(Act.DRAWN, ("A",), "A", "An aliquot is drawn now; the next capture has this time"),
    Key(Act.WASH, ("W",), "W", "Is the washed cuvette clean? Solvent in it"),
    Key(Act.DILUTION, ("F2",), "F2", "Dilution of the next aliquot"),
    Key(Act.RECIPE, ("Q",), "Q", "Recipe, schedule and dilution"),
    Key(Act.ALIQUOT, ("N",), "N", "The selected aliquot: name, note, dilution, time", BOTH),
    Key(Act.EXCLUDE, ("X",), "X", "Exclude the selected aliquot, or count it again", BOTH),
    Key(Act.HIDE, ("K",), "K", "Hide the curve of the selected aliquot, or show it", BOTH),
    Key(Act.VIEW, ("V",), "V", "Curves: measured, shifted, normalised, stacked", BOTH),
    Key(Act.TREND, ("T",), "T", "Trend against reaction time", BOTH),
    Key(Act.WATERFALL, ("H",), "H", "Waterfall: time against wavelength", BOTH),
    Key(Act.PAIR, ("J",), "J", "Absorbance and emission of one aliquot together", BOTH),
    Key(Act.BACKGROUND, ("O",), "O", "An earlier run as grey background", BOTH),
    Key(Act.CURSOR, (",", "."), ", .", "The cursor 1 nm back or on: values there", BOTH, True, True),
    Key(
        Act.RANGE,
        ("+", "-", "0", *PAN),
        "+ − 0",
        "Wavelengths nearer, wider, as usual; Shift ← → along",
        BOTH,
        True,
        True,
    ),
    Key(Act.ENERGY, ("Ctrl+E",), "Ctrl+E", "eV below and nm above, or back", BOTH),
    Key(Act.PHOTOS, ("P",), "P", "Photographs of the aliquots", BOTH),
    Key(Act.FIGURE, ("G",), "G", "Figure for a manuscript", BOTH),
    Key(Act.SOUND, ("S",), "S", "Sound on or off"),
    Key(Act.HEALTH, ("F6",), "F6", "State of the bench: each field with its cure"),
    Key(Act.FOCUS, ("F",), "F", "Plots and readouts without buttons"),
    Key(Act.LOOK_AGAIN, ("F5",), "F5", "Look again for spectrometers"),
    Key(Act.VIRTUAL, ("I",), "I", "Use the virtual spectrometer"),
    Key(Act.THEME, ("F9",), "F9", "Dark or light window", BOTH),
    Key(Act.LARGER, ("Ctrl++", "Ctrl+="), "Ctrl +", "Larger type", BOTH),
    Key(Act.SMALLER, ("Ctrl+-",), "Ctrl −", "Smaller type", BOTH),
    Key(Act.WHAT, ("Shift+F1",), "Shift F1", "What is this? Then click on it"),
    Key(Act.KEYS, ("?", "Shift+?"), "?", "Show all keys", BOTH),
    Key(Act.QUIT, ("Ctrl+Q",), "Ctrl+Q", "Close; while a run is recorded, after one question", BOTH),
)
_BY_ACT = {key.act: key for key in KEYS}


def cap(act: Act) -> str:
    """Return what stands on the cap of the key for an act."""
    return _BY_ACT[act].cap


MORE_ABOVE, MORE_BELOW = f"more above: {cap(Act.UP)}", f"more below: {cap(Act.DOWN)}"


def keys_of(place: Place) -> tuple[Key, ...]:
    """Return the keys that work in a window, in the order in which they are shown."""
    return tuple(key for key in KEYS if place in key.places)


def install(window: QWidget, place: Place, pressed: Callable[[Act, int], None]) -> None:
    """Put the keys on a window as QActions: a shortcut wins over whatever button has the focus.

    Letters and Space work with Shift too, as a hand that rests on it makes them. `pressed` gets the act and, for the
    keys 1 to 9, the number (else 0). A key held down counts once, unless it repeats.
    """
    for key in keys_of(place):
        for number, sequences in _numbered(key):
            action = QAction(key.says, window)
            action.setShortcuts([QKeySequence(sequence) for sequence in with_shifted(sequences)])
            action.setAutoRepeat(key.repeats)
            action.triggered.connect(lambda _checked=False, act=key.act, number=number: pressed(act, number))
            window.addAction(action)


def with_shifted(sequences: tuple[str, ...]) -> tuple[str, ...]:
    """Return key sequences and, for Space and those that are a letter alone, the same with Shift."""
    return (*sequences, *(f"Shift+{one}" for one in sequences if one == "Space" or (len(one) == 1 and one.isalpha())))


def _numbered(key: Key) -> list[tuple[int, tuple[str, ...]]]:
    """Return (number, sequences) for each QAction a line of the table needs."""
    if key.numbered:
        return [(number, (sequence,)) for number, sequence in enumerate(key.sequences, start=1)]
    return [(0, key.sequences)]


class Debounce:
    """Lets one press through and swallows those that follow within `interval_s`; time is an argument."""

    def __init__(self, interval_s: float = DEBOUNCE_S) -> None:
        self._interval_s = interval_s
        self._last_s: float | None = None

    def allows(self, now_s: float) -> bool:
        """Return whether a press at this time counts, and remember it if it does."""
        if self._last_s is not None and now_s - self._last_s < self._interval_s:
            return False
        self._last_s = now_s
        return True

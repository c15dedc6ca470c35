"""Everything that goes wrong at a bench, as a table: what happens, what is read, what is kept, how it goes on.

`docs/faults.md` is this table in words; a test holds the two together. A row with an `act` is played through a whole
station by test_faults.py, over every back end that can; the others name the test that proves them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from instruments.virtual.hand import Kind

Act = Literal["Space", "D", "R", "rest"]


@dataclass(frozen=True, slots=True)
class Played:
    """One row that a station lives through.

    `trouble` strikes before the chemist's `act` ("rest": nobody does anything). `reads` is a regular expression that
    one of the announced sentences matches. `recorded`: the act ends in a record all the same. `mended` is what the
    chemist does about it; after that the station measures again by itself. `cpp`: also over the C++ back end.
    """

    what: str
    trouble: tuple[Kind, ...]
    act: Act
    reads: str
    recorded: bool
    mended: tuple[Kind, ...]
    kept: str
    goes_on: str
    cpp: bool = False


@dataclass(frozen=True, slots=True)
class Proved:
    """One row that another test proves: `test` is its file and name."""

    what: str
    reads: str
    kept: str
    goes_on: str
    test: str


KEPT = "Every record before."
AGAIN = "The measurement is taken again by itself."
BY_ITSELF = "By itself, within 3 s of the cure."

PLAYED = (
    Played(
        "Unplugged while nothing is measured",
        ("unplug",),
        "rest",
        "Spectrometer not reached since",
        False,
        ("replug",),
        KEPT,
        BY_ITSELF,
        cpp=True,
    ),
    Played(
        "Unplugged before Space",
        ("unplug",),
        "Space",
        "Spectrometer not reached since",
        False,
        ("replug",),
        KEPT,
        BY_ITSELF,
        cpp=True,
    ),
    Played(
        "Unplugged while a scan is exposed",
        ("unplug exposing",),
        "Space",
        "Spectrometer not reached since",
        False,
        ("replug",),
        KEPT,
        BY_ITSELF,
        cpp=True,
    ),
    Played(
        "Unplugged while a scan is read",
        ("unplug reading",),
        "Space",
        "Spectrometer not reached since",
        False,
        ("replug",),
        KEPT,
        BY_ITSELF,
        cpp=True,
    ),
    Played(
        "Unplugged while a dark is taken",
        ("unplug exposing",),
        "D",
        "Spectrometer not reached since",
        False,
        ("replug",),
        KEPT,
        BY_ITSELF,
        cpp=True,
    ),
    Played(
        "The driver never returns from a read",
        ("wedge",),
        "Space",
        "did not answer.*repeated",
        True,
        (),
        KEPT,
        AGAIN,
        cpp=True,
    ),
    Played(
        "The spectrometer does not answer",
        ("silence",),
        "Space",
        "did not answer.*repeated",
        True,
        (),
        KEPT,
        AGAIN,
        cpp=True,
    ),
    Played("Half a frame comes", ("short frame",), "Space", "Measure again|repeated", True, (), KEPT, AGAIN, cpp=True),
    Played("More than a frame comes", ("long frame",), "Space", "Measure again|repeated", True, (), KEPT, AGAIN),
    Played(
        "A frame ends with the wrong sync byte",
        ("wrong sync",),
        "Space",
        "",
        True,
        (),
        KEPT,
        "cseabreeze refuses the frame and it is taken again; pyseabreeze does not look at the byte.",
    ),
    Played(
        "Another program holds the spectrometer after a cable fault",
        ("claim", "unplug exposing", "replug"),
        "Space",
        "Another program holds|not reached since",
        False,
        ("free",),
        KEPT,
        BY_ITSELF,
        cpp=False,
    ),
    Played(
        "The lamp is dead",
        ("lamp dead",),
        "Space",
        "lamp",
        True,
        ("lamp mended",),
        "The aliquot, with the doubt on it.",
        "With the next measurement.",
    ),
    Played(
        "The lamp is dead when the reference is taken",
        ("lamp dead",),
        "R",
        "no brighter|lamp",
        False,
        ("lamp mended",),
        "The reference before.",
        "With the next R.",
    ),
    Played(
        "The UV light is dead",
        ("led dead",),
        "Space",
        "UV",
        True,
        ("led mended",),
        "The aliquot, with the doubt on it.",
        "With the next measurement.",
    ),
    Played(
        "Light leaks past the lamp's shutter into the dark",
        ("light leak",),
        "D",
        "dark",
        False,
        ("leak closed",),
        "The dark before.",
        "With the next D.",
    ),
    Played(
        "The cuvette is blocked",
        ("block",),
        "Space",
        "something is in the way",
        True,
        ("unblock",),
        "The aliquot, with the doubt on it.",
        "With the next measurement.",
    ),
    Played(
        "The UV light's driver was pulled out",
        ("unplug led",),
        "Space",
        "UV may be on|cannot be reached",
        False,
        ("replug led",),
        KEPT,
        "With the next Space once the light is known to be off.",
    ),
    Played(
        "The UV light's driver is mute",
        ("mute led",),
        "Space",
        "UV may be on|cannot be reached",
        False,
        ("mend led",),
        KEPT,
        "With the next Space once the light is known to be off.",
    ),
)

"""The records of a run: everything that is ever written to its file, in the order in which it happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.findings import Findings
from analysis.noise import NoiseModel
from analysis.spectrum import Calibration, Frames, Quantity, Spectrum
from station.attachment import Attachment
from station.optics import Optics
from station.recipe import Recipe

T0_KINDS = ("heat on", "temperature reached", "injection", "mixing")
MARK_KINDS = (*T0_KINDS, "cool", "add", "note")
STATION_MARKS = ("gap", "clock step", "time zone", "command")  # set by the station itself; Undo passes over them


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One measurement: raw frames, the calibration they are read with, the spectra and what they say.

    `frames`, `calibration` and `noise` are None for a reading that came from processed files; `files` are those that a
    watched folder brought, from which its spectra are read again. `light_doubts` say where its counts do not fit what
    the lights were asked to do; `excitation_nm` is where its excitation line lies (None: not seen).
    """

    absorbance: Spectrum | None
    emission: Spectrum | None
    findings: Findings | None
    frames: Frames | None = None
    calibration: Calibration | None = None
    noise: NoiseModel | None = None
    light_doubts: tuple[str, ...] = ()
    excitation_nm: Quantity | None = None
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Aliquot:
    """A sample drawn from the flask and measured: number, when (station clock, s), through what optics, its reading.

    `uv_s` is for how many seconds this cuvette has been under UV, this reading included. `name` is what the chemist
    calls it, `excluded` why it does not count (None: it counts); both, the note, the dilution and the time it was drawn
    can be changed later (`AliquotEdited`). `by_itself` is true for a reading of the continuous mode: nobody drew it.
    """

    number: int
    drawn_at_s: float
    measured_at_s: float
    wall: str
    reaction_time_s: float | None
    dilution: float | None
    optics: Optics
    reading: Reading
    note: str = ""
    uv_s: float = 0.0
    name: str = ""
    excluded: str | None = None
    by_itself: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened to the flask; the first mark of a t0 kind is time zero."""

    kind: str
    clock_s: float
    wall: str
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationTaken:
    """A dark or a reference (with its blank) was taken; `calibration` is what is in force from here on.

    `note` says what is doubtful about a reference ("the lamp was still warming up"); every reading with it repeats it.
    """

    kind: Literal["dark", "reference"]
    calibration: Calibration
    clock_s: float
    wall: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Undone:
    """The record with index `undone` no longer counts; it stays in the file."""

    undone: int
    clock_s: float
    wall: str


@dataclass(frozen=True, slots=True)
class OnsetAnswered:
    """The chemist confirmed or dismissed the onset."""

    confirmed: bool
    clock_s: float
    wall: str


@dataclass(frozen=True, slots=True)
class OpticsChanged:
    """From here on this is the optical set-up; dark and reference taken before fit the same path of light alone."""

    optics: Optics
    clock_s: float
    wall: str


@dataclass(frozen=True, slots=True)
class LightsChanged:
    """From here on these are the lights, by name; dark and reference taken before do not fit them."""

    probe: str
    uv: str
    clock_s: float
    wall: str


@dataclass(frozen=True, slots=True)
class WavelengthChecked:
    """The wavelength axis was compared with tabulated lines: measured minus tabulated, in nm. Never applied.

    `standard` is "Hg/Ar" or "holmium"; `lines` is how many of its lines were found.
    """

    standard: str
    offset_nm: float
    sigma_nm: float
    lines: int
    clock_s: float
    wall: str


@dataclass(frozen=True, slots=True)
class RecipeChanged:
    """From here on this is the recipe; what an aliquot was diluted by stands with the aliquot and stays."""

    recipe: Recipe
    clock_s: float
    wall: str


@dataclass(frozen=True, slots=True)
class AliquotEdited:
    """What the chemist has changed about an aliquot: all that can be changed, as it is from here on.

    `excluded` is the reason why it does not count, None where it does. An excluded aliquot stays in the run.
    """

    number: int
    name: str
    note: str
    excluded: str | None
    dilution: float | None
    drawn_at_s: float
    clock_s: float
    wall: str


@dataclass(frozen=True, slots=True)
class PhotographTaken:
    """A photograph of an aliquot, under ambient light or under a UV lamp of `lamp_nm`.

    `exposure_s` is None where the camera, or the file, does not tell.
    """

    number: int
    light: Literal["ambient", "UV"]
    lamp_nm: float | None
    exposure_s: float | None
    picture: Attachment
    clock_s: float
    wall: str


@dataclass(frozen=True, slots=True, eq=False)
class WashChecked:
    """The washed cuvette was measured: what is left in it above the blank, with its frames; `sentence` says it."""

    frames: Frames
    calibration: Calibration
    absorbance: Quantity | None
    emission: Quantity | None
    sentence: str
    clock_s: float
    wall: str


Record = (
    Aliquot
    | Mark
    | CalibrationTaken
    | Undone
    | OnsetAnswered
    | OpticsChanged
    | LightsChanged
    | WavelengthChecked
    | RecipeChanged
    | AliquotEdited
    | PhotographTaken
    | WashChecked
)


def named(record: Record) -> str:
    """Return what a record that is taken back is called."""
    match record:
        case Aliquot(number=number):
            return f"Aliquot {number}"
        case AliquotEdited(number=number):
            return f"The last change of aliquot {number}"
        case PhotographTaken(number=number):
            return f"The last photograph of aliquot {number}"
        case RecipeChanged():
            return "The last change of the recipe"
        case Mark(kind=kind):
            return f"Mark {kind!r}"
    return type(record).__name__

"""What can be asked of the station: the command dataclasses that travel down to the acquisition thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from instruments.spectrometer import BackendChoice, Lighting
from station.attachment import Attachment
from station.optics import Optics
from station.recipe import Recipe
from station.run import Exposures


@dataclass(frozen=True, slots=True)
class OpenInstrument:
    """Open the spectrometer at this address (`ocean:SERIAL`, `virtual:FLAME-S`)."""

    address: str


@dataclass(frozen=True, slots=True)
class OpenTwo:
    """Open one spectrometer for absorbance and another for emission; both by their addresses."""

    absorbance: str
    emission: str


@dataclass(frozen=True, slots=True)
class LookAgain:
    """List the connected spectrometers and open the one that was open, or the only one."""


@dataclass(frozen=True, slots=True)
class NewRun:
    """Begin a run with this recipe; its file is made in the runs folder unless `path` is given."""

    recipe: Recipe
    path: str | None = None


@dataclass(frozen=True, slots=True)
class ContinueRun:
    """Go on with the run in this file."""

    path: str


@dataclass(frozen=True, slots=True)
class TakeDark:
    """Measure darks at both exposures."""


@dataclass(frozen=True, slots=True)
class TakeReference:
    """Measure lamp reference and emission blank of the solvent cuvette that is in the holder."""


@dataclass(frozen=True, slots=True)
class Capture:
    """Measure the aliquot that is in the holder and add it to the run.

    `drawn_at_s` None: when `Draw` said so, else now. Its dilution is that of `UseDilution`, else the recipe's.
    """

    drawn_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Draw:
    """An aliquot was drawn from the flask at `clock_s` (None: now); the next Capture has this time."""

    clock_s: float | None = None


@dataclass(frozen=True, slots=True)
class UseDilution:
    """The next aliquot is diluted by this factor (1: undiluted; None: as the recipe says)."""

    dilution: float | None


@dataclass(frozen=True, slots=True)
class CheckWash:
    """Measure the washed cuvette, solvent in it, and say what is left above the blank."""


@dataclass(frozen=True, slots=True)
class EditAliquot:
    """What the chemist says of an aliquot from now on, all of it: see `AliquotEdited`."""

    number: int
    name: str
    note: str
    excluded: str | None
    dilution: float | None
    drawn_at_s: float


@dataclass(frozen=True, slots=True)
class AddPhotograph:
    """Keep a photograph with an aliquot."""

    number: int
    light: Literal["ambient", "UV"]
    lamp_nm: float | None
    exposure_s: float | None
    picture: Attachment


@dataclass(frozen=True, slots=True)
class UseRecipe:
    """From now on this is the recipe of the open run."""

    recipe: Recipe


@dataclass(frozen=True, slots=True)
class StartContinuous:
    """Take a reading every so many seconds through a flow cell or a dip probe of this path, by itself, until stopped.

    `dilution` is 1 for the flask itself.
    """

    every_s: float
    path_mm: float
    dilution: float = 1.0


@dataclass(frozen=True, slots=True)
class StopContinuous:
    """Take no more readings by itself."""


@dataclass(frozen=True, slots=True)
class WatchFolder:
    """Read the files that another program drops in this folder; each becomes an aliquot of the open run.

    A file whose name matches `emission_like` (a pattern such as "*PL*") is emission, every other one absorbance. Files
    that are there already are read where `from_now` is false, in the order in which they were written.
    """

    folder: str
    emission_like: str = "*PL*"
    from_now: bool = True


@dataclass(frozen=True, slots=True)
class StopWatching:
    """Leave the folder alone from now on."""


@dataclass(frozen=True, slots=True)
class SetMark:
    """Mark what has happened to the flask at `clock_s` (None: now); `kind` is one of run.MARK_KINDS."""

    kind: str
    note: str = ""
    clock_s: float | None = None


@dataclass(frozen=True, slots=True)
class SwitchUv:
    """Switch the UV light by hand; on, it goes off by itself after 30 s, or as UseUvTime has it."""

    on: bool


@dataclass(frozen=True, slots=True)
class HandDone:
    """The chemist has done what the station asked for: switched a light by hand, blocked the lamp."""


@dataclass(frozen=True, slots=True)
class UseLighting:
    """Switch the lights in this way from now on; the instrument is opened again, lights off."""

    lighting: Lighting


@dataclass(frozen=True, slots=True)
class UseOptics:
    """From now on this is the optical set-up; another path of light asks for a new dark and reference."""

    optics: Optics


@dataclass(frozen=True, slots=True)
class UseResponse:
    """Divide emission by the spectral response in this file from now on; None: do not correct for it."""

    path: str | None


@dataclass(frozen=True, slots=True)
class UseExposures:
    """Measure with these exposures from now on; what does not fit them has to be taken again."""

    exposures: Exposures


@dataclass(frozen=True, slots=True)
class UseUvTime:
    """UV that is switched on by hand goes off by itself after so many seconds, at most 120."""

    by_hand_s: float


@dataclass(frozen=True, slots=True)
class UseOnset:
    """Begin runs with this share of false alarms, and an onset that is 0.5 % of this bright end state.

    The open run takes them only while nothing is recorded in it.
    """

    false_alarm: float
    bright_counts_per_s: float = 20_000.0


@dataclass(frozen=True, slots=True)
class UseBackEnd:
    """Open spectrometers through this back end of the driver from now on; "auto": whichever knows the model."""

    backend: BackendChoice


@dataclass(frozen=True, slots=True)
class FindExposures:
    """Find the exposures by the light that is there, solvent cuvette in the holder."""


@dataclass(frozen=True, slots=True)
class CheckWavelength:
    """Compare the wavelength axis with the lines of this lamp or filter in front of the fibre ("Hg/Ar", "holmium")."""

    standard: str


@dataclass(frozen=True, slots=True)
class SetCooling:
    """Cool the detector to this temperature in degrees Celsius."""

    detector_c: float


@dataclass(frozen=True, slots=True)
class Examine:
    """Look at the USB bus, the permissions and the drivers, and say why no spectrometer is found, if none is."""


@dataclass(frozen=True, slots=True)
class ShowLive:
    """Show live spectra while nothing else is measured, or rest."""

    on: bool


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the last aliquot or mark; it stays in the file."""


@dataclass(frozen=True, slots=True)
class AnswerOnset:
    """Confirm or dismiss the onset flag; both are recorded."""

    confirmed: bool


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop the measurement under way; lights off, nothing recorded."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Make the lights safe, close instrument and run file, end the acquisition."""


@dataclass(frozen=True, slots=True)
class UseOnsetCommand:
    """Run this program with these arguments when the onset is flagged; no words: run nothing.

    {run}, {time} and {nm} in an argument become the run file, the time since t0 in s and the wavelength.
    """

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TryOnsetCommand:
    """Run this command now, to see whether it works; nothing is recorded."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoteOutcome:
    """Write into the run in this file how the onset's command has ended."""

    sentence: str
    run_path: str | None


InTheHolder = TakeDark | TakeReference | Capture | CheckWash
"""What is measured of what stands in the holder."""

Said = NoteOutcome | SetMark | Undo | AnswerOnset | Draw | UseDilution | EditAliquot | AddPhotograph | UseRecipe
"""What the chemist says about the run."""

Unattended = StartContinuous | StopContinuous | WatchFolder | StopWatching
"""What is done by itself from then on, or no more."""

Setting = (
    UseLighting
    | UseOptics
    | UseResponse
    | UseExposures
    | UseUvTime
    | UseOnset
    | UseOnsetCommand
    | UseBackEnd
    | SetCooling
)

Order = (
    OpenInstrument
    | OpenTwo
    | LookAgain
    | NewRun
    | ContinueRun
    | TakeDark
    | TakeReference
    | Capture
    | Draw
    | UseDilution
    | CheckWash
    | EditAliquot
    | AddPhotograph
    | UseRecipe
    | StartContinuous
    | StopContinuous
    | WatchFolder
    | StopWatching
    | SetMark
    | SwitchUv
    | HandDone
    | UseLighting
    | UseOptics
    | UseResponse
    | UseExposures
    | UseUvTime
    | UseOnset
    | UseOnsetCommand
    | TryOnsetCommand
    | NoteOutcome
    | UseBackEnd
    | FindExposures
    | CheckWavelength
    | SetCooling
    | Examine
    | ShowLive
    | Undo
    | AnswerOnset
    | Cancel
    | Stop
)

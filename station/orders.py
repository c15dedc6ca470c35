"""What can be asked of the station: the command dataclasses that travel down to the acquisition thread."""

from __future__ import annotations

from dataclasses import dataclass

from station.run import Recipe


@dataclass(frozen=True, slots=True)
class OpenInstrument:
    """Open the spectrometer at this address (`ocean:SERIAL`, `virtual:FLAME-S`)."""

    address: str


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
    """Measure the aliquot that is in the holder and add it to the run; `drawn_at_s` is None for now."""

    drawn_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class SetMark:
    """Mark what has happened to the flask at `clock_s` (None: now); `kind` is one of run.MARK_KINDS."""

    kind: str
    note: str = ""
    clock_s: float | None = None


@dataclass(frozen=True, slots=True)
class SwitchUv:
    """Switch the UV light by hand; on, it goes off by itself after 30 s."""

    on: bool


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


Order = (
    OpenInstrument
    | LookAgain
    | NewRun
    | ContinueRun
    | TakeDark
    | TakeReference
    | Capture
    | SetMark
    | SwitchUv
    | ShowLive
    | Undo
    | AnswerOnset
    | Cancel
    | Stop
)

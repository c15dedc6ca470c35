"""Everything the station can announce: frozen dataclasses, one union, and the mailbox they go through."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from analysis.findings import Onset
from analysis.spectrum import FloatArray, Quantity, Spectrum
from instruments.spectrometer import BackendChoice, DeviceListing, InstrumentInfo, Lighting, LightState, Temperatures
from station.optics import Optics
from station.records import Aliquot, Mark
from station.run import Exposures, Run

Measurement = Literal["aliquot", "dark", "reference", "exposure", "wavelength", "wash", "again"]


class State(StrEnum):
    """What the station is doing; what an action may do is a function of this.

    DISCONNECTED --open--> IDLE <--live--> LIVE
          ^                  |               |
          |                  +--- D R Space -+--> MEASURING --done, cancelled--> back
          +-- unplugged -- FAULTED <-- a fault in any of them; plug in or look again --> IDLE
    """

    DISCONNECTED = "disconnected"
    IDLE = "idle"
    LIVE = "live"
    MEASURING = "measuring"
    FAULTED = "faulted"


@dataclass(frozen=True, slots=True)
class Light:
    """What is known of one light: its state, since when (station clock, s), when it goes off by itself."""

    name: str
    state: LightState
    since_s: float
    off_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class FaultText:
    """Something broke: what happened, what was kept, what to do next."""

    headline: str
    kept: str
    now: str


@dataclass(frozen=True, slots=True)
class Continuous:
    """Readings by themselves: every so many seconds, the next one at `next_at_s` (station clock).

    `emission_only` says why absorbance tells nothing at this path and the run goes on with emission, or nothing.
    `waits_for` says why no reading can be taken now ("reference first: press R"), or nothing.
    """

    every_s: float
    next_at_s: float
    path_mm: float
    dilution: float
    emission_only: str = ""
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class Watching:
    """A folder is being watched: how many of its files were taken into aliquots, and what was last said of one.

    `well` is false where that was no aliquot: a file that does not read, a folder that is gone.
    """

    folder: str
    emission_like: str
    taken: int
    last: str = ""
    well: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Status:
    """The whole state of the station at one moment; every panel is drawn from the newest one.

    Times are station clock seconds. `obstacles` maps an order's class name ("Capture") to the reason why it
    is not possible now; an order that is not in it is allowed. `peak` is the largest raw count of the last
    lamp frame as a fraction of full scale. `run` is the run as it stands (immutable, cheap to hand over).

    `hand_wanted` is what the chemist is asked to do with his own hands before the measurement goes on (None:
    nothing). `light_doubts` say where the counts of the last measurement do not fit what the lights were asked to
    do. `uv_s` is how long the cuvette in the holder has been under UV. `backend` is what opens a spectrometer next.
    `warm_up_ends_s` is when a steady lamp may be trusted. `excitation_offset_nm` is measured minus nominal, in this
    run; `wavelength_offset_nm` measured minus tabulated lines, at the last check. `awake` says whether the computer
    is kept from sleeping, `kept_awake` None while nobody asked for it. `false_alarm` and
    `bright_counts_per_s` are what the next run begins with. `drawn_at_s` is when the aliquot that is not yet measured
    was drawn (None: it counts as drawn when it is measured), `dilution` by how much it is diluted. `too_strong` says
    what to do where the last aliquot absorbs too much. `continuous` and `watching` are None while nothing comes by
    itself. `onset_command` is the program, with its arguments, that is run at the onset.
    """

    state: State
    instrument: InstrumentInfo | None
    run: Run | None
    run_path: str | None
    exposures: Exposures
    dark_at_s: float | None = None
    reference_at_s: float | None = None
    probe: Light | None = None
    uv: Light | None = None
    peak: float | None = None
    saturated_pixels: int = 0
    corrections: tuple[str, ...] = ()
    saved_wall: str | None = None
    free_bytes: int | None = None
    unsaved: int = 0
    fault: FaultText | None = None
    onset: Onset | None = None
    onset_answer: Literal["confirmed", "dismissed"] | None = None
    obstacles: Mapping[str, str] = field(default_factory=dict)
    guidance: str = ""
    emission_instrument: InstrumentInfo | None = None
    lighting: Lighting = field(default_factory=Lighting)
    optics: Optics = field(default_factory=Optics)
    temperatures: Temperatures | None = None
    hand_wanted: str | None = None
    light_doubts: tuple[str, ...] = ()
    uv_s: float = 0.0
    uv_by_hand_s: float = 30.0
    backend: BackendChoice = "auto"
    warm_up_ends_s: float | None = None
    excitation_offset_nm: Quantity | None = None
    wavelength_offset_nm: Quantity | None = None
    kept_awake: bool | None = None
    awake: str = ""
    false_alarm: float = 0.01
    bright_counts_per_s: float = 20_000.0
    drawn_at_s: float | None = None
    dilution: float | None = None
    too_strong: str = ""
    continuous: Continuous | None = None
    watching: Watching | None = None
    onset_command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class LiveFrame:
    """The newest live spectra; older ones that nobody has taken are dropped. Either may be missing.

    `lamp_share` are the raw counts of the lamp, pixel by pixel of the instrument, as a share of full scale.
    """

    absorbance: Spectrum | None
    emission: Spectrum | None
    peak: float
    clock_s: float
    lamp_share: FloatArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class StatusChanged:
    """The station's state is now this."""

    status: Status


@dataclass(frozen=True, slots=True)
class Progress:
    """A measurement goes on: `what` ("aliquot", "dark", "reference"), its phase in words, and how far (0..1)."""

    what: Measurement
    phase: str
    scan: int
    scans: int
    fraction: float
    seconds_left: float


@dataclass(frozen=True, slots=True)
class MeasurementEnded:
    """A dark, reference or aliquot is done or was cancelled; `sentence` says what was kept.

    `well` is false where what was measured asks for something: a washed cuvette that is not clean.
    """

    what: Measurement
    done: bool
    sentence: str
    well: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class AliquotTaken:
    """An aliquot is in the run; `saved` tells whether it is on disk (else kept in memory and tried again)."""

    aliquot: Aliquot
    saved: bool


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark was set."""

    mark: Mark


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The last aliquot or mark was undone; `sentence` names it."""

    sentence: str


@dataclass(frozen=True, slots=True)
class OnsetFlagged:
    """Quantum dots have begun to emit; announced once per run."""

    onset: Onset
    aliquot: int
    advice: str


@dataclass(frozen=True, slots=True)
class Faulted:
    """Something broke; drawn as a banner."""

    fault: FaultText


@dataclass(frozen=True, slots=True)
class Recovered:
    """What broke is whole again."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Noted:
    """Something to know that needs no answer; `well` is false where it is not as it should be."""

    sentence: str
    well: bool = True


@dataclass(frozen=True, slots=True)
class Reminder:
    """A planned aliquot is due soon: its number, when (reaction time, s), and in how many seconds; once for each."""

    number: int
    planned_s: float
    in_s: float


@dataclass(frozen=True, slots=True)
class Refused:
    """An order was not carried out; `reason` says why."""

    order: str
    reason: str


@dataclass(frozen=True, slots=True)
class DevicesFound:
    """These spectrometers are connected."""

    devices: tuple[DeviceListing, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found on the bus, in words for the chemist and for IT."""

    report: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """The acquisition has ended; nothing more comes."""


Event = (
    StatusChanged
    | Progress
    | MeasurementEnded
    | AliquotTaken
    | Marked
    | TakenBack
    | OnsetFlagged
    | Faulted
    | Recovered
    | Noted
    | Reminder
    | Refused
    | DevicesFound
    | Examined
    | Stopped
)


class Mailbox:
    """Where the acquisition thread leaves what the screen takes: newest frame wins, events are never dropped."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._frame: LiveFrame | None = None
        self._events: deque[Event] = deque()

    def post(self, message: Event | LiveFrame) -> None:
        """Leave an event, or replace the frame that nobody has taken yet. Any thread."""
        with self._lock:
            if isinstance(message, LiveFrame):
                self._frame = message
            else:
                self._events.append(message)

    def take(self) -> tuple[LiveFrame | None, tuple[Event, ...]]:
        """Return and forget the newest frame (or None) and all events since the last call, oldest first."""
        with self._lock:
            frame, self._frame = self._frame, None
            events = tuple(self._events)
            self._events.clear()
        return frame, events

"""The hand at the virtual bench: what it can do, and what it has done so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, cast, get_args

from instruments.spectrometer import Role
from instruments.virtual.samples import Sample

Content = Literal["empty", "solvent", "sample", "washed"]
Pace = Literal["real", "none"]  # whether an exposure takes its time or passes at once
Light = Literal["probe", "uv", "room", "leak"]
State = Literal["unplugged", "renamed", "forbidden", "busy", "hung", "zero linearity", "no linearity"]
Fault = Literal[
    "wedge",
    "silence",
    "unplug exposing",
    "unplug reading",
    "short frame",
    "long frame",
    "wrong sync",
    "corrupt header",
    "nack spectrum",
    "nack command",
    "wrong md5",
]
"""What goes wrong once, at the next spectrum of a device ("nack command": at the next command)."""

Kind = (
    Fault
    | Literal["unplug", "replug", "replug other", "hang", "forbid", "allow", "claim", "free"]
    | Literal["zero linearity", "no linearity", "mend linearity", "stranger", "stranger gone"]
    | Literal["unplug led", "replug led", "mute led", "mend led"]
    | Literal["lamp dead", "lamp mended", "lamp dim", "lamp bright", "led dead", "led mended", "block", "unblock"]
    | Literal["light leak", "leak closed", "room bright", "room as before"]
)


@dataclass(frozen=True, slots=True)
class Fill:
    """Make this the reaction from which samples are drawn (None: nothing to draw from, samples are solvent)."""

    sample: Sample | None


@dataclass(frozen=True, slots=True)
class Place:
    """Put this into the holder; a sample keeps the composition of `drawn_at_s` (None: drawn at this moment).

    "washed" is the cuvette of the last sample, with solvent and what `Wash` leaves in it.
    """

    content: Content
    drawn_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Wash:
    """Wash cuvettes from now on so that this share of the last sample stays in them (0: clean)."""

    left: float


@dataclass(frozen=True, slots=True)
class Advance:
    """Let the bench's time be `t_s` seconds since heat on; the bench never reads a clock."""

    t_s: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """Let something go wrong, or mend it.

    `device` is the number of the spectrometer as the bench was set up, 0 the first. It strikes at once, or when
    `after_scans` more scans of any spectrometer have begun; a process that was started again finds it done.
    """

    kind: Kind
    device: int = 0
    after_scans: int = 0


@dataclass(frozen=True, slots=True)
class Dim:
    """Let a light shine with this share of its brightness (0: dead). "leak": what of the probe always passes."""

    light: Light
    factor: float


@dataclass(frozen=True, slots=True)
class Burn:
    """Put a probe in that burns all the time, whatever the lamp line says; False: one that follows the line."""

    steady: bool


@dataclass(frozen=True, slots=True)
class SwitchByHand:
    """Turn the switch of a light that no line reaches; what a line switches on stays on beside it."""

    role: Role
    on: bool


@dataclass(frozen=True, slots=True)
class Shift:
    """Let every pixel of a spectrometer see light `offset_nm` above the wavelength its memory names."""

    offset_nm: float
    device: int = 0


@dataclass(frozen=True, slots=True)
class Witness:
    """Stand a photodiode with a logbook beside the bench: every switching of a light is a line in the file `path`."""

    path: str


Command = Fill | Place | Wash | Advance | Trouble | Dim | Burn | SwitchByHand | Shift | Witness


@dataclass(frozen=True, slots=True)
class Hand:
    """What stands on the bench because of everything the hand did; `placements` counts how often it placed.

    `left` is the share of the last sample that a washed cuvette holds.

    `states` are (number of the spectrometer, what is wrong with it), `offsets_nm` (number, offset). `stranger` is one
    more spectrometer that this user may not open.
    """

    sample: Sample | None = None
    content: Content = "solvent"
    drawn_at_s: float = 0.0
    left: float = 0.0
    t_s: float = 0.0
    placements: int = 0
    states: frozenset[tuple[int, State]] = frozenset()
    offsets_nm: tuple[tuple[int, float], ...] = ()
    stranger: bool = False
    led_plugged: bool = True
    led_mute: bool = False
    steady_probe: bool = False
    by_hand: frozenset[Role] = frozenset()
    brightness: tuple[tuple[Light, float], ...] = ()
    witness: str | None = None

    def after(self, command: Command) -> Hand:
        """Return the bench after `command`; a read that wedges or fails leaves nothing behind."""
        match command:
            case Fill(sample):
                return replace(self, sample=sample)
            case Wash(left):
                return replace(self, left=left)
            case Place(content, drawn_at_s):
                now_s = self.t_s if content == "sample" else self.drawn_at_s
                drawn = now_s if drawn_at_s is None else drawn_at_s
                return replace(self, content=content, drawn_at_s=drawn, placements=self.placements + 1)
            case Advance(t_s):
                return replace(self, t_s=t_s)
            case Witness(path):
                return replace(self, witness=path)
            case Burn(steady):
                return replace(self, steady_probe=steady)
            case SwitchByHand(role, on):
                return replace(self, by_hand=self.by_hand | {role} if on else self.by_hand - {role})
            case Shift(offset_nm, device):
                others = tuple((number, nm) for number, nm in self.offsets_nm if number != device)
                return replace(self, offsets_nm=(*others, (device, offset_nm)))
            case Dim(light, factor):
                return self._dimmed({light: factor})
            case Trouble():
                return self._troubled(command)

    def shows(self, device: int, state: State) -> bool:
        """Return whether this is wrong with that spectrometer."""
        return (device, state) in self.states

    @property
    def strength(self) -> float:
        """Get how much of the sample is in the holder: 1 of an aliquot, once washed what is left of it, else 0."""
        return {"sample": 1.0, "washed": self.left}.get(self.content, 0.0)

    def share(self, light: Light) -> float:
        """Return the share of its usual brightness with which a light shines; of the leak, that of the probe."""
        return dict(self.brightness).get(light, 0.0 if light == "leak" else 1.0)

    def offset_nm(self, device: int) -> float:
        """Return how far above its nominal wavelength every pixel of that spectrometer sees, in nm."""
        return dict(self.offsets_nm).get(device, 0.0)

    def _dimmed(self, factors: dict[Light, float]) -> Hand:
        return replace(self, brightness=tuple((dict(self.brightness) | factors).items()))

    def _troubled(self, trouble: Trouble) -> Hand:
        kind, device = trouble.kind, trouble.device
        if kind in _BRIGHTNESS:
            return self._dimmed(_BRIGHTNESS[kind])
        if kind in _STATES:
            come, go = _STATES[kind]
            left = {(n, state) for n, state in self.states if n != device or state not in go}
            return replace(self, states=frozenset(left | {(device, state) for state in come}))
        match kind:
            case "unplug led" | "replug led":
                return replace(self, led_plugged=kind == "replug led", led_mute=self.led_mute and kind == "unplug led")
            case "mute led" | "mend led":
                return replace(self, led_mute=kind == "mute led")
            case "stranger" | "stranger gone":
                return replace(self, stranger=kind == "stranger")
            case _:
                return self


def once(kind: Kind) -> Fault | None:
    """Return `kind` where it goes wrong once and leaves nothing behind but, at most, a pulled plug."""
    return cast(Fault, kind) if kind in get_args(Fault) else None


_LINEARITY: tuple[State, ...] = ("zero linearity", "no linearity")
_STATES: dict[str, tuple[tuple[State, ...], tuple[State, ...]]] = {  # what comes, what goes
    "unplug": (("unplugged",), ()),
    "unplug exposing": (("unplugged",), ()),
    "unplug reading": (("unplugged",), ()),
    "replug": ((), ("unplugged", "renamed", "hung")),
    "replug other": (("renamed",), ("unplugged", "hung")),
    "hang": (("hung",), ()),
    "forbid": (("forbidden",), ()),
    "allow": ((), ("forbidden",)),
    "claim": (("busy",), ()),
    "free": ((), ("busy",)),
    "zero linearity": (("zero linearity",), _LINEARITY),
    "no linearity": (("no linearity",), _LINEARITY),
    "mend linearity": ((), _LINEARITY),
}
_BRIGHTNESS: dict[str, dict[Light, float]] = {
    "lamp dead": {"probe": 0.0},
    "lamp dim": {"probe": 0.3},
    "lamp bright": {"probe": 4.0},
    "lamp mended": {"probe": 1.0},
    "led dead": {"uv": 0.0},
    "led mended": {"uv": 1.0},
    "block": {"probe": 0.01, "uv": 0.01},
    "unblock": {"probe": 1.0, "uv": 1.0},
    "light leak": {"leak": 0.02},
    "leak closed": {"leak": 0.0},
    "room bright": {"room": 200.0},
    "room as before": {"room": 1.0},
}

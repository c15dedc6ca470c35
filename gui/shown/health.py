"""The health bar: every field says what it is, how it is, and, when it is not well, the cure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from gui import words
from gui.actions import Act, cap
from gui.shown import freshness
from station.events import Light, State, Status

Health = Literal["ok", "stale", "bad", "on", "off"]
PEAK_BAD = 0.90  # of full scale
ROOM_STALE_BYTES = 2_000_000_000
ROOM_BAD_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name, state, full words, and the fewer it may shrink to while it is well."""

    name: str
    health: Health
    full: str
    short: str


def fields(status: Status, now_s: float, *, typing: bool = False) -> tuple[Field, ...]:
    """Return the fields in their order; what does not exist has none."""
    found = [
        _typing() if typing else None,
        _device(status),
        _exposure(status),
        _calibration(status, now_s),
        _light("Probe", status.probe, now_s),
        _light("UV", status.uv, now_s),
        _corrections(status),
        _file(status),
        _room(status),
    ]
    return tuple(field for field in found if field is not None)


def _typing() -> Field:
    """Say that keys are letters now."""
    return Field("typing", "on", "typing: keys are letters until Enter", "typing")


def _device(status: Status) -> Field:
    """Say which spectrometer it is, and that it is virtual where it is."""
    info = status.instrument
    if info is None:
        return Field("device", "bad", f"No spectrometer: {cap(Act.LOOK_AGAIN)} looks again", "No spectrometer")
    name = f"{'Virtual ' if info.virtual else ''}{info.model}"
    if status.state is State.FAULTED:
        return Field("device", "bad", f"{name}: not reached, look again {cap(Act.LOOK_AGAIN)}", name)
    return Field("device", "ok", name, name)


def _exposure(status: Status) -> Field | None:
    """Say exposure, scans and how close the lamp comes to full scale."""
    if status.instrument is None:
        return None
    exposures = status.exposures
    set_to = f"{words.amount(1000.0 * exposures.absorbance_s)} ms × {exposures.absorbance_scans}"
    if status.peak is None:
        return Field("exposure", "ok", set_to, set_to)
    peak = f"peak {words.percent(status.peak)}"
    if status.peak > PEAK_BAD or status.saturated_pixels:
        return Field("exposure", "bad", f"{peak}: shorten exposure", f"{peak}: shorten exposure")
    return Field("exposure", "ok", f"{set_to}, {peak}", peak)


def _calibration(status: Status, now_s: float) -> Field | None:
    """Say how old dark and reference are, or which of them is stale."""
    taken = [at for at in (status.dark_at_s, status.reference_at_s) if at is not None]
    if not taken:
        return None
    dark, reference = freshness.dark(status, now_s), freshness.reference(status, now_s)
    if dark or reference:
        names = "Dark, reference" if dark and reference else "Dark" if dark else "Reference"
        return Field("calibration", "stale", f"{names} {dark or reference}, take again", names)
    age = words.age(now_s - min(taken))
    if status.reference_at_s is None:
        return Field("calibration", "ok", f"Dark {age} old, no reference yet", "Dark")
    return Field("calibration", "ok", f"Dark, reference {age} old", "Dark, ref.")


def _light(name: str, light: Light | None, now_s: float) -> Field | None:
    """Say whether a light is on, since when, or that nobody knows."""
    if light is None:
        return None
    if light.state == "unknown":
        return Field(name, "bad", f"{name} MAY BE ON: switch it off by hand", f"{name} MAY BE ON")
    if light.state == "off":
        return Field(name, "off", f"{name} off", name)
    return Field(name, "on", f"{name} on {words.age(now_s - light.since_s)}", name)


def _corrections(status: Status) -> Field | None:
    """Say what the spectra have been corrected for."""
    if not status.corrections:
        return None
    return Field("corrections", "ok", f"Corrected: {', '.join(status.corrections)}", "Corrected")


def _file(status: Status) -> Field | None:
    """Say where the run is and when it was last saved, or what is not on disk yet."""
    if status.unsaved:
        waiting = words.counted(status.unsaved, "record")
        return Field("file", "bad", f"{waiting} in memory, saving is tried again", f"{waiting} not on disk")
    if status.run_path is None or status.saved_wall is None:
        return None
    at = words.time_of_day(status.saved_wall)
    return Field("file", "ok", f"{PurePath(status.run_path).stem} saved {at}", f"Saved {at}")


def _room(status: Status) -> Field | None:
    """Say how much room the disk has."""
    if status.free_bytes is None:
        return None
    room = words.size(status.free_bytes)
    if status.free_bytes < ROOM_BAD_BYTES:
        return Field("room", "bad", f"{room} free: free some space", f"{room} free")
    if status.free_bytes < ROOM_STALE_BYTES:
        return Field("room", "stale", f"{room} free: free some space", f"{room} free")
    return Field("room", "ok", f"{room} free", room)

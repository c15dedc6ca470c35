"""The health bar: every field says what it is, how it is, and, when it is not well, the cure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Literal

from analysis.wording import grouped
from gui import words
from gui.actions import Act, cap
from gui.shown import freshness, optics, set_up_device, set_up_lights, uv
from station.events import Light, State, Status

Health = Literal["ok", "stale", "bad", "on", "off"]
PEAK_BAD = 0.90  # of full scale
ROOM_STALE_BYTES = 2_000_000_000
ROOM_BAD_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name, state, full words, the fewer it may shrink to while it is well, and all there is to say."""

    name: str
    health: Health
    full: str
    short: str
    more: str = ""


def fields(
    status: Status, now_s: float, *, typing: bool = False, sound: str = "", looking: bool = False
) -> tuple[Field, ...]:
    """Return the fields in their order; what does not exist has none. `sound` is what is to be heard (`Desk`).

    While the station is still `looking` for spectrometers, none is nothing abnormal yet.
    """
    found = [
        _typing() if typing else None,
        _continuous(status, now_s),
        _watching(status),
        _device(status, looking=looking),
        _exposure(status),
        _calibration(status, now_s),
        _probe(status, now_s),
        _uv(status, now_s),
        _optics(status),
        _corrections(status),
        _wavelength(status),
        _file(status),
        _room(status),
        _awake(status),
        _sound(sound),
    ]
    return tuple(field for field in found if field is not None)


def _typing() -> Field:
    """Say that keys are letters now."""
    return Field("typing", "on", "typing: keys are letters until Enter", "typing")


def _continuous(status: Status, now_s: float) -> Field | None:
    """Say that readings come by themselves, how often, and where they tell of emission alone."""
    mode = status.continuous
    if mode is None:
        return None
    every = f"every {words.wait(mode.every_s)}"
    through = "undiluted" if mode.dilution == 1.0 else f"{words.amount(mode.dilution)}×"
    more = f"A reading {every} by itself, {words.amount(mode.path_mm)} mm, {through}"
    if mode.emission_only:
        return Field("continuous", "stale", f"Emission alone: {mode.emission_only}", "Emission alone", more)
    next_in = words.wait(max(0.0, mode.next_at_s - now_s))
    return Field("continuous", "on", f"Reading {every}", every, f"{more}; the next one in {next_in}")


def _watching(status: Status) -> Field | None:
    """Say that a folder is watched, and how many of its files became aliquots."""
    watched = status.watching
    if watched is None:
        return None
    taken = words.counted(watched.taken, "file")
    more = ". ".join(filter(None, (f"Watched: {watched.folder}", f"{taken} taken", _sentence(watched.last))))
    name = PurePath(watched.folder).name
    if not watched.well:
        return Field("watching", "stale", f"Watching {name}: look, {cap(Act.SET_UP)} 4", "Watching: look", more)
    return Field("watching", "on", f"Watching {name}: {taken} taken", "Watching", more)


def _device(status: Status, *, looking: bool) -> Field:
    """Say which spectrometer it is, and that it is virtual where it is."""
    info = status.instrument
    if info is None and status.watching is not None and status.state is State.DISCONNECTED:
        return Field("device", "off", "No spectrometer: files alone", "No spectrometer")
    if info is None and looking:
        return Field("device", "off", "Looking for a spectrometer", "Looking")
    if info is None:
        return Field("device", "bad", f"No spectrometer: {cap(Act.LOOK_AGAIN)} looks again", "No spectrometer")
    name = f"{'Virtual ' if info.virtual else ''}{info.model}"
    if status.state is State.FAULTED:
        return Field("device", "bad", f"{name}: not reached, look again {cap(Act.LOOK_AGAIN)}", name)
    second = status.emission_instrument
    beside = "" if second is None else f" + {second.model}"
    all_of_them = [info for info in (info, second) if info is not None]
    more = ". ".join(". ".join((set_up_device.named(each), *each.notes)) for each in all_of_them)
    full = f"{name} {info.backend}, {grouped(info.wavelengths_nm.size)} px{beside}"
    return Field("device", "ok", full, f"{name}{beside}", more)


def _exposure(status: Status) -> Field | None:
    """Say exposure, scans and how close the lamp comes to full scale."""
    if status.instrument is None:
        return None
    exposures = status.exposures
    set_to = f"{words.amount(1000.0 * exposures.absorbance_s)} ms × {exposures.absorbance_scans}"
    scans, emission_ms = exposures.emission_scans, words.amount(1000.0 * exposures.emission_s)
    more = f"Absorbance {set_to}, emission {emission_ms} ms × {scans}"
    if exposures.emission_short_s is not None:
        more += f" with {words.amount(1000.0 * exposures.emission_short_s)} ms beside it for the excitation line"
    if status.peak is None:
        return Field("exposure", "ok", set_to, set_to, more)
    peak = f"peak {words.percent(status.peak)}"
    if status.peak > PEAK_BAD or status.saturated_pixels:
        return Field("exposure", "bad", f"{peak}: shorten exposure", f"{peak}: shorten exposure")
    return Field("exposure", "ok", f"{set_to}, {peak}", peak, f"{more}; lamp {peak} of full scale")


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


def _probe(status: Status, now_s: float) -> Field | None:
    """Say whether the probe is on, or how long a steady lamp still warms up."""
    warming = set_up_lights.warm_up(status, now_s)
    if warming:
        return Field("Probe", "stale", f"{warming[:1].upper()}{warming[1:]}", warming.removeprefix("lamp "))
    return _light("Probe", status.probe, now_s)


def _uv(status: Status, now_s: float) -> Field | None:
    """Say whether UV is on, and how long the cuvette in the holder has been under it."""
    field, cuvette = _light("UV", status.uv, now_s), uv.cuvette(status)
    if field is None or field.health == "bad":
        return field
    if field.health == "on":
        field = replace(field, full=field.full.replace("UV on", "UV ON"), short="UV ON")
    return replace(field, full=f"{field.full}, {cuvette}") if cuvette else field


def _optics(status: Status) -> Field | None:
    """Say what stands between light, cuvette and detector."""
    if status.instrument is None:
        return None
    full, whole = optics.emission(status.optics), optics.spoken(status.optics)
    return Field("optics", "ok", full, full.partition(",")[0], f"Optical set-up: {whole}")


def _wavelength(status: Status) -> Field | None:
    """Say how far the wavelengths were off when they were checked, and the excitation line in this run."""
    checked, line = status.wavelength_offset_nm, status.excitation_offset_nm
    parts = (
        None if checked is None else f"wavelengths {words.offset(checked)} at the last check, never applied",
        None if line is None else f"excitation line {words.offset(line)} from nominal in this run",
    )
    more = "; ".join(part for part in parts if part)
    if checked is not None:
        return Field("wavelength", "ok", f"Wavelengths {words.offset(checked)}", "Wavelengths", more)
    if line is not None:
        return Field("wavelength", "ok", f"Excitation {words.offset(line)}", "Excitation", more)
    return None


def _awake(status: Status) -> Field | None:
    """Say whether the computer is kept awake while a run is open."""
    if status.kept_awake is None:
        return None
    if status.kept_awake:
        return Field("awake", "ok", "Awake", "Awake", status.awake)
    cure = "May fall asleep: switch sleeping off"
    return Field("awake", "stale", cure, "May fall asleep", _sentence(status.awake))


def _sentence(text: str) -> str:
    """Return a text that begins like a sentence and ends without a full stop."""
    return f"{text[:1].upper()}{text[1:]}".rstrip(".")


def _sound(sound: str) -> Field | None:
    """Say whether captured, onset and fault can be heard; silence gives way to what is not well alone."""
    if sound == "on":
        return Field("sound", "on", "Sound on", "Sound")
    more = {
        "off": f"Sound off: nothing is heard until {cap(Act.SOUND)} switches it on",
        "beeps": "Sound off: no device plays it, the computer beeps instead",
    }
    return Field("silence", "off", "sound off", "sound off", more[sound]) if sound in more else None


def _corrections(status: Status) -> Field | None:
    """Say what the spectra have been corrected for."""
    notes = () if status.instrument is None else status.instrument.notes
    more = ". ".join(_sentence(note) for note in notes)
    without = f"; {notes[0].partition(':')[0]}" if notes else ""
    if not status.corrections:
        return Field("corrections", "ok", _sentence(notes[0].partition(":")[0]), "Notes", more) if notes else None
    said = f"Corrected: {', '.join(status.corrections)}"
    return Field("corrections", "ok", f"{said}{without}", "Corrected", ". ".join(filter(None, (said, more))))


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

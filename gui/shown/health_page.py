"""The state of the bench on a page: every field of the health bar in full, and under it what leads to its cure."""

from __future__ import annotations

from dataclasses import dataclass

from gui.actions import Act, cap
from gui.shown.health import Field
from gui.shown.set_up import Line, Tone

PART = "."  # parts the field from the cure in the name of a line
_TITLES = {
    "typing": "Keys",
    "device": "Spectrometer",
    "exposure": "Exposure",
    "calibration": "Dark, reference",
    "Probe": "Probe",
    "UV": "UV light",
    "optics": "Optical set-up",
    "corrections": "Corrections",
    "wavelength": "Wavelengths",
    "file": "Run file",
    "room": "Disk",
    "awake": "Computer",
    "sound": "Sound",
    "silence": "Sound",
    "continuous": "Continuous",
    "watching": "Watched folder",
}
_TONES: dict[str, Tone] = {"stale": "stale", "bad": "bad"}


@dataclass(frozen=True, slots=True)
class Cure:
    """What leads to the cure of a field: an act, or (None) the page of the set-up that the field belongs to."""

    act: Act | None
    words: str
    beside: str = ""


def cures(field: Field) -> tuple[Cure, ...]:
    """Return what can be done about a field, what helps most first."""
    match field.name:
        case "device" if field.health == "bad":
            return (Cure(Act.LOOK_AGAIN, "Look again", cap(Act.LOOK_AGAIN)), Cure(None, "Set-up and doctor"))
        case "device":
            return (Cure(None, "Choose a spectrometer"),)
        case "exposure":
            return (Cure(None, "Exposures", "typed, or found by the light that is there"),)
        case "calibration":
            return (
                Cure(Act.DARK, "Take the dark", f"{cap(Act.DARK)}: nothing in the light"),
                Cure(Act.REFERENCE, "Take the reference", f"{cap(Act.REFERENCE)}: solvent cuvette in the holder"),
            )
        case "UV" if field.health in ("on", "bad"):
            return (Cure(Act.UV, "UV off", cap(Act.UV)), Cure(None, "Lights"))
        case "Probe" | "UV":
            return (Cure(None, "Lights"),)
        case "optics" | "corrections":
            return (Cure(None, "Optical set-up"),)
        case "wavelength":
            return (Cure(None, "Check them", "with a lamp or a filter of known lines"),)
        case "continuous" | "watching":
            return (Cure(None, "Change or stop it"),)
        case "sound" | "silence":
            switch = Cure(Act.SOUND, "Sound off" if field.name == "sound" else "Sound on", cap(Act.SOUND))
            return (switch, Cure(None, "Sounds and volume"))
    return ()


def lines(fields: tuple[Field, ...]) -> tuple[Line, ...]:
    """Return the lines of the page: what each field says, all there is to say of it, and its cures."""
    found: list[Line] = []
    for field in fields:
        found.append(Line("head", _TITLES.get(field.name, field.name)))
        found.append(Line("say", "", value=field.full, tone=_TONES.get(field.health, "ok")))
        if field.more and field.more != field.full:
            found.append(Line("say", "", value=field.more, tone="quiet"))
        found += [
            Line("press", cure.words, f"{field.name}{PART}{number}", beside=cure.beside)
            for number, cure in enumerate(cures(field))
        ]
    return tuple(found)


def cure_of(fields: tuple[Field, ...], name: str) -> tuple[str, Cure] | None:
    """Return (field, cure) of the line with this name; None where the field is no longer there."""
    of, _, number = name.partition(PART)
    field = next((field for field in fields if field.name == of), None)
    found = () if field is None else cures(field)
    return (of, found[int(number)]) if number.isdigit() and int(number) < len(found) else None


def first_line(field: str) -> str:
    """Return the name of the first line that cures a field."""
    return f"{field}{PART}0"

"""Makes the four sounds of the bench: 16 bit, 44.1 kHz, mono. Their shapes differ, not only their pitch.

Run it in this folder to write the files again; a test holds them to it bit for bit.
"""

from __future__ import annotations

import wave
from collections.abc import Callable
from math import exp, pi, sin
from pathlib import Path

RATE_HZ = 44_100
LOUDEST = 0.8  # of full scale, so that no speaker clips
EDGE_S = 0.004  # what begins or ends faster clicks


def sine(hz: float, at_s: float) -> float:
    """Return a pure tone at a moment, from -1 to 1."""
    return sin(2.0 * pi * hz * at_s)


def struck(hz: float, at_s: float, dies_s: float) -> float:
    """Return a note that is struck and dies away, with a little of its octave."""
    return (0.8 * sine(hz, at_s) + 0.2 * sine(2.0 * hz, at_s)) * exp(-at_s / dies_s)


def captured(at_s: float) -> float:
    """Return the short tick of an aliquot that is in the run."""
    return struck(1760.0, at_s, 0.012)


def onset(at_s: float) -> float:
    """Return three rising notes (C5, G5, E6), the last of them long: quantum dots have begun to emit."""
    note = min(2, int(at_s / 0.2))
    hz = (523.25, 783.99, 1318.51)[note]
    since_s = at_s - 0.2 * note
    return struck(hz, since_s, 0.35 if note == 2 else 0.12) * min(1.0, since_s / EDGE_S)


def fault(at_s: float) -> float:
    """Return two low, even, buzzing tones with a gap between them: something broke."""
    since_s = at_s % 0.3
    if since_s > 0.2:
        return 0.0
    edge = min(1.0, since_s / EDGE_S, (0.2 - since_s) / EDGE_S)
    return edge * sum(sine(165.0 * odd, since_s) / odd for odd in (1, 3, 5)) / 1.3


def reminder(at_s: float) -> float:
    """Return one tone that swells slowly, trembles and goes: an aliquot is due soon."""
    swell = min((at_s / 0.9) ** 2, max(0.0, (1.1 - at_s) / 0.2))
    return swell * (0.75 + 0.25 * sine(6.0, at_s)) * sine(440.0, at_s)


SOUNDS: dict[str, tuple[Callable[[float], float], float]] = {
    "captured": (captured, 0.06),
    "onset": (onset, 1.1),
    "fault": (fault, 0.5),
    "reminder": (reminder, 1.1),
}
"""Name: what swings how far at which moment, and how long it lasts in s."""


def samples(name: str) -> bytes:
    """Return a sound as little-endian 16-bit samples; it begins and ends in silence."""
    shape, lasts_s = SOUNDS[name]
    count = round(lasts_s * RATE_HZ)
    made = bytearray()
    for index in range(count):
        at_s = index / RATE_HZ
        edge = min(1.0, at_s / EDGE_S, (lasts_s - at_s) / EDGE_S)
        made += round(32767 * LOUDEST * edge * shape(at_s)).to_bytes(2, "little", signed=True)
    return bytes(made)


def write(name: str, folder: Path) -> Path:
    """Write a sound as NAME.wav in this folder and return its path."""
    path = folder / f"{name}.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples(name))
    return path


if __name__ == "__main__":
    for each in SOUNDS:
        write(each, Path(__file__).parent)

"""A loudspeaker that remembers what it was asked to play."""

from __future__ import annotations

from gui.sounds import Sound


class Loudspeaker:
    """Plays nothing; `works` is whether there is a device to hear it with."""

    def __init__(self) -> None:
        self.works = True
        self.played: list[tuple[Sound, float]] = []

    def play(self, sound: Sound, volume: float) -> None:
        self.played.append((sound, volume))

    @property
    def sounds(self) -> list[Sound]:
        return [sound for sound, _ in self.played]

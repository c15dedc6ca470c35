"""The sounds of the bench: one for each thing that has to be heard, and a beep where nothing can play them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from PySide6.QtCore import QLoggingCategory, QObject, QUrl
from PySide6.QtWidgets import QApplication

from station.settings import resource_path

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QSoundEffect

Sound = Literal["captured", "onset", "fault", "reminder"]
SOUNDS: tuple[Sound, ...] = get_args(Sound)
AGAIN_S = 5.0
MOST_TIMES = 3  # the onset, until somebody has answered


class Speaker(Protocol):
    """What can play the sounds."""

    @property
    def works(self) -> bool:
        """Get whether there is a device to hear it with now."""

    def play(self, sound: Sound, volume: float) -> None:
        """Play a sound once, from its beginning, at a volume of 0 to 1; returns at once."""


class Sounds:
    """Plays what has to be heard, as far as it is wanted; the onset until it is answered, three times at most.

    Without a `speaker`, or without a device, it beeps. Times are monotonic seconds, and arguments.
    """

    def __init__(self, beep: Callable[[], None] = QApplication.beep) -> None:
        self.speaker: Speaker | None = None
        self.wanted = True
        self.volume = 0.7
        self._beep = beep
        self._rings_at_s: float | None = None
        self._times = 0

    @property
    def plays(self) -> bool:
        """Get whether there is something to play sounds with."""
        return self.speaker is not None and self.speaker.works

    @property
    def rings(self) -> bool:
        """Get whether the onset will be heard again."""
        return self._rings_at_s is not None

    def play(self, sound: Sound) -> None:
        """Play a sound now, or beep; nothing where no sound is wanted."""
        if not self.wanted:
            return
        if self.speaker is not None and self.speaker.works:
            self.speaker.play(sound, self.volume)
        else:
            self._beep()

    def ring(self, now_s: float) -> None:
        """Tell the onset, and again every 5 s until it is hushed."""
        self._rings_at_s, self._times = now_s, 0
        self.tick(now_s)

    def tick(self, now_s: float) -> None:
        """Tell the onset again where it is due; to be called a few times a second."""
        if self._rings_at_s is None or now_s < self._rings_at_s:
            return
        self.play("onset")
        self._times += 1
        self._rings_at_s = now_s + AGAIN_S if self._times < MOST_TIMES else None

    def hush(self) -> None:
        """Tell the onset no more: somebody has answered, or it is gone."""
        self._rings_at_s = None


def speaker(parent: QObject) -> Speaker | None:
    """Return what plays through Qt's own multimedia, None where that is not installed or does not load.

    It is imported here, after the first paint. What it says of the machine's libraries on the terminal is silenced.
    """
    QLoggingCategory.setFilterRules("qt.multimedia.*=false")
    try:
        return _Effects(parent)
    except ImportError:
        return None


class _Effects:
    """One effect for each sound, loaded once; devices may come and go."""

    def __init__(self, parent: QObject) -> None:
        """Look for a device to hear with. Raises ImportError where Qt has no multimedia here."""
        from PySide6.QtMultimedia import QMediaDevices, QSoundEffect

        self._parent, self._made = parent, QSoundEffect
        self._effects: dict[Sound, QSoundEffect] = {}
        self._devices = QMediaDevices(parent)
        self._devices.audioOutputsChanged.connect(self._look)
        self._look()

    @property
    def works(self) -> bool:
        return bool(self._effects)

    def play(self, sound: Sound, volume: float) -> None:
        self._effects[sound].setVolume(volume)
        self._effects[sound].play()

    def _look(self) -> None:
        """Load the sounds once there is a device to hear them with; an effect without one never plays."""
        there = bool(self._devices.audioOutputs())
        if there and not self._effects:
            self._effects = {sound: self._made(self._parent) for sound in SOUNDS}
            for sound, effect in self._effects.items():
                effect.setSource(QUrl.fromLocalFile(str(resource_path(f"sounds/{sound}.wav"))))
        elif not there:
            for effect in self._effects.values():
                effect.deleteLater()
            self._effects = {}

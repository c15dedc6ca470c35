"""What the window remembers of its user from one day to the next: what was read, what is wished, where it stood."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRect, QSettings

FILE = "window.ini"
_UV_READ = "uv/read"
_FIRST_RUN = "first run/left"
_PLACE = "window/place"
_MAXIMISED = "window/maximised"
_VIEWS = "window/views"
ROOMS = ("system", "dark", "light")
CONTRASTS = ("system", "high", "usual")
TYPE_PERCENT = (100, 125, 150, 175, 200)
VOLUMES_PERCENT = (10, 20, 40, 70, 100)


@dataclass(frozen=True, slots=True)
class Wishes:
    """How this user wants the window: `room` and `contrast` as in ROOMS and CONTRASTS, type and volume in percent."""

    room: str = "system"
    contrast: str = "system"
    type_percent: int = 100
    sound: bool = True
    volume_percent: int = 70


@dataclass(frozen=True, slots=True)
class Place:
    """Where a window stood on the screen, and whether it filled it."""

    room: QRect
    maximised: bool


class Remembered:
    """A few facts in a file of the settings folder; what cannot be written is asked again the next time.

    What stands in the file and makes no sense is as if nothing stood there.
    """

    def __init__(self, folder: Path) -> None:
        self._settings = QSettings(str(folder / FILE), QSettings.Format.IniFormat)

    @property
    def is_new(self) -> bool:
        """Get whether nothing is remembered of this user."""
        return not self._settings.allKeys()

    @property
    def uv_read(self) -> bool:
        """Get whether this user has read what UV does to eyes and skin."""
        return self._yes(_UV_READ)

    def note_uv_read(self) -> None:
        """Remember that it has been read."""
        self._keep({_UV_READ: "yes"})

    @property
    def first_run_left(self) -> bool:
        """Get whether this user has been through the first run, or has left it."""
        return self._yes(_FIRST_RUN)

    def note_first_run_left(self) -> None:
        """Remember that the first run has been left."""
        self._keep({_FIRST_RUN: "yes"})

    @property
    def wishes(self) -> Wishes:
        """Get how this user wants the window."""
        usual = Wishes()
        return Wishes(
            room=str(self._one_of("look/room", ROOMS, usual.room)),
            contrast=str(self._one_of("look/contrast", CONTRASTS, usual.contrast)),
            type_percent=int(self._one_of("look/type", TYPE_PERCENT, usual.type_percent)),
            sound=self._one_of("sound/on", ("yes", "no"), "yes" if usual.sound else "no") == "yes",
            volume_percent=int(self._one_of("sound/volume", VOLUMES_PERCENT, usual.volume_percent)),
        )

    def wish(self, wishes: Wishes) -> None:
        """Remember how the window is wanted."""
        self._keep(
            {
                "look/room": wishes.room,
                "look/contrast": wishes.contrast,
                "look/type": wishes.type_percent,
                "sound/on": "yes" if wishes.sound else "no",
                "sound/volume": wishes.volume_percent,
            }
        )

    @property
    def place(self) -> Place | None:
        """Get where the window stood when it closed last, None where that is not known."""
        try:
            x, y, width, height = (int(part) for part in str(self._settings.value(_PLACE, "")).split(" "))
        except ValueError:
            return None
        sane = 0 < width < 100_000 and 0 < height < 100_000 and abs(x) < 100_000 and abs(y) < 100_000
        return Place(QRect(x, y, width, height), self._yes(_MAXIMISED)) if sane else None

    def keep_place(self, place: Place) -> None:
        """Remember where the window stands; where it fills the screen, where it would stand if it did not."""
        room = place.room
        said = f"{room.x()} {room.y()} {room.width()} {room.height()}"
        self._keep({_PLACE: said, _MAXIMISED: "yes" if place.maximised else "no"})

    @property
    def views(self) -> frozenset[str] | None:
        """Get the names of the views that were open, None where that is not known."""
        if not self._settings.contains(_VIEWS):
            return None
        return frozenset(filter(None, str(self._settings.value(_VIEWS, "")).split(" ")))

    def keep_views(self, views: frozenset[str]) -> None:
        """Remember which views are open; a name has no space in it."""
        self._keep({_VIEWS: " ".join(sorted(views))})

    def _yes(self, name: str) -> bool:
        return bool(self._settings.value(name, "no") == "yes")

    def _one_of(self, name: str, known: tuple[Any, ...], usual: str | int) -> str | int:
        """Return the value under a name where it is a known one, else the usual one."""
        held = str(self._settings.value(name, usual))
        return next((value for value in known if str(value) == held), usual)

    def _keep(self, facts: dict[str, str | int]) -> None:
        for name, value in facts.items():
            self._settings.setValue(name, value)
        self._settings.sync()

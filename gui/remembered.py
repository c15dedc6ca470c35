"""What the window remembers of its user from one day to the next."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings

FILE = "window.ini"
_UV_READ = "uv/read"


class Remembered:
    """A few facts in a file of the settings folder; what cannot be written is asked again the next time."""

    def __init__(self, folder: Path) -> None:
        self._settings = QSettings(str(folder / FILE), QSettings.Format.IniFormat)

    @property
    def uv_read(self) -> bool:
        """Get whether this user has read what UV does to eyes and skin."""
        return self._settings.value(_UV_READ, "no") == "yes"

    def note_uv_read(self) -> None:
        """Remember that it has been read."""
        self._settings.setValue(_UV_READ, "yes")
        self._settings.sync()

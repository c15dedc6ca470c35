"""Where things are kept, and the species library in force."""

from __future__ import annotations

import os
import sys
import tempfile
import tomllib
from pathlib import Path

import platformdirs

ENTRY = "species"  # the table that one species stands in


def resource_path(relative: str) -> Path:
    """Return the path of a file in `resources/`, from source or inside the frozen program."""
    root = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parent.parent))
    return root / "resources" / relative


def runs_folder() -> Path:
    """Return the local folder in which run files are written: ALIQUOT_RUNS, else Documents/Aliquot."""
    chosen = os.environ.get("ALIQUOT_RUNS")
    return Path(chosen) if chosen else platformdirs.user_documents_path() / "Aliquot"


def writable_folder(folder: Path) -> Path:
    """Return the folder, made if it was not there. Raises OSError, in words, where nothing can be written in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OSError(
            f"Nothing can be written in {folder} ({reason}). Nothing was measured. Choose another folder."
        ) from error


def settings_folder() -> Path:
    """Return the folder of the user's own settings: ALIQUOT_SETTINGS, else the system's usual place."""
    chosen = os.environ.get("ALIQUOT_SETTINGS")
    return Path(chosen) if chosen else platformdirs.user_config_path("Aliquot", appauthor=False)


def library_text() -> str:
    """Return the species library in force as TOML: the shipped one and the user's entries, which win by name.

    Raises ValueError, naming the file, where the user's entries are not TOML.
    """
    shipped = resource_path("species.toml").read_text(encoding="utf-8")
    own = settings_folder() / "species.toml"
    if not own.is_file():
        return shipped
    text = own.read_text(encoding="utf-8")
    try:
        names = {entry.get("name") for entry in tomllib.loads(text).get(ENTRY, [])}
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{own} is not TOML: {error}. Mend it or move it away; the shipped species stand.") from error
    begins = f"\n[[{ENTRY}]]\n"
    head, *entries = shipped.split(begins)
    kept = [entry for entry in entries if tomllib.loads(entry)["name"] not in names]
    return begins.join([head, *kept]) + "\n" + text

"""Where things are kept, and the species library in force."""

from __future__ import annotations

import os
import sys
import tempfile
import tomllib
from pathlib import Path

import platformdirs

from analysis.library import load_library

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
    """Return the species library in force as TOML: the shipped one and the user's entries.

    The user's win by material and name. Raises ValueError, naming the file, the entry and the field, where they cannot
    be used.
    """
    shipped = resource_path("species.toml").read_text(encoding="utf-8")
    own = settings_folder() / "species.toml"
    if not own.is_file():
        return shipped
    try:
        text = own.read_text(encoding="utf-8-sig")  # with a byte-order mark, as some editors leave it
        mine = {_identity(entry) for entry in _own_entries(text)}
    except ValueError as slip:
        what = "it is no UTF-8 text." if isinstance(slip, UnicodeDecodeError) else str(slip)
        raise ValueError(
            f"{own} is not used: {what} Mend the file, or move it away to use the shipped species."
        ) from slip
    begins = f"\n[[{ENTRY}]]\n"
    head, *entries = shipped.split(begins)
    kept = [entry for entry in entries if _identity(tomllib.loads(entry)) not in mine]
    return begins.join([head, *kept]) + "\n" + text


def _own_entries(text: str) -> list[dict[str, object]]:
    """Return the user's entries as written, once they have proved usable."""
    load_library(text)
    tables = tomllib.loads(text)
    astray = [key for key in tables if key != ENTRY]
    if astray:
        raise ValueError(f"{astray[0]} stands in no entry; write [[{ENTRY}]] over each.")
    return list(tables.get(ENTRY, []))


def _identity(entry: dict[str, object]) -> tuple[object, object]:
    return entry["material"], entry["name"]

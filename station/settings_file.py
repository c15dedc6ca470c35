"""The file in which the chemist's settings are kept between runs: read with distrust, written whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

from instruments.spectrometer import BadSetting
from station.bench_settings import BenchSettings, check_settings, within_bounds
from station.settings import settings_folder
from station.store_codec import Decoder, Unreadable, encode

FILE = "settings.json"
_LARGEST_BYTES = 1_000_000


def load_settings() -> tuple[BenchSettings, tuple[str, ...]]:
    """Return the settings that were saved and sentences about what in their file does not stand; never raises.

    A file that cannot be understood is kept beside as settings.json.bad-N and the defaults stand. A value outside its
    bounds gives way to its default. What a newer version has added is said and kept.
    """
    path = settings_folder() / FILE
    try:
        held = _bytes(path)
    except FileNotFoundError:
        return BenchSettings(), ()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return BenchSettings(), (f"The settings in {path} cannot be read ({reason}). The defaults stand.",)
    try:
        data = _object(held)
        unknown = tuple(_unknown(BenchSettings, data))
        settings = Decoder({}).from_text(BenchSettings, json.dumps(_known(BenchSettings, data)))
    except (Unreadable, ValueError, OverflowError) as error:
        return BenchSettings(), (f"The settings could not be understood: {error}. {_set_aside(path)}",)
    settings, bounds = within_bounds(settings)
    newer = tuple(f"{path} sets '{name}', which this version does not know. It is kept as it is." for name in unknown)
    return settings, (*newer, *bounds)


def save_settings(settings: BenchSettings) -> None:
    """Write the settings, all or nothing; what a newer version has added to the file stays in it.

    Raises BadSetting for a value outside its bounds and OSError, in words, where nothing can be written; what was
    saved before then stands.
    """
    faults = check_settings(settings)
    if faults:
        raise BadSetting(" ".join((*faults, "Nothing was saved.")))
    path = settings_folder() / FILE
    new = encode(settings, _no_frame)
    assert isinstance(new, dict)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(_carried_over(new, _before(path)), indent=2, allow_nan=False, ensure_ascii=False)
        _replace(path, text + "\n")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OSError(
            f"The settings cannot be saved in {path} ({reason}). They stand until the program ends."
        ) from error


def _bytes(path: Path) -> bytes:
    """Return what the file holds, up to far more than settings need. Raises OSError."""
    with path.open("rb") as file:
        return file.read(_LARGEST_BYTES)


def _object(held: bytes) -> dict[str, Any]:
    """Return what a JSON text says. Raises ValueError."""
    try:
        data = json.loads(held.decode("utf-8-sig"))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(data, dict):
        raise ValueError("it is not a table of settings")
    return data


def _unknown(kind: type[Any], data: dict[str, Any], where: str = "") -> list[str]:
    """Return the names of the fields that the dataclass does not have, at any depth."""
    parts, names = _parts(kind), []
    for name, value in data.items():
        if name not in parts:
            names.append(where + name)
        elif (part := parts[name]) is not None and isinstance(value, dict):
            names.extend(_unknown(part, value, f"{where}{name}."))
    return names


def _known(kind: type[Any], data: dict[str, Any]) -> dict[str, Any]:
    """Return the data without the fields that the dataclass does not have."""
    parts, kept = _parts(kind), {}
    for name, value in data.items():
        if name in parts:
            part = parts[name]
            kept[name] = _known(part, value) if part is not None and isinstance(value, dict) else value
    return kept


def _parts(kind: type[Any]) -> dict[str, type[Any] | None]:
    """Return the dataclass that each field holds, None where it holds a plain value."""
    hints = get_type_hints(kind)
    return {field.name: _part(hints[field.name]) for field in fields(kind)}


def _part(hint: Any) -> type[Any] | None:
    held = (hint, *get_args(hint))
    return next((part for part in held if isinstance(part, type) and is_dataclass(part)), None)


def _carried_over(new: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    """Return the new settings with what only the old file has: a newer version wrote it."""
    merged = {name: value for name, value in old.items() if name not in new}
    for name, value in new.items():
        before = old.get(name)
        merged[name] = _carried_over(value, before) if isinstance(value, dict) and isinstance(before, dict) else value
    return merged


def _before(path: Path) -> dict[str, Any]:
    """Return what the file says now; one that cannot be understood is kept beside."""
    try:
        return _object(_bytes(path))
    except FileNotFoundError:
        return {}
    except ValueError:
        _set_aside(path)
        return {}


def _set_aside(path: Path) -> str:
    """Move a file out of the way under a name that is free, and return what is said of it."""
    number = 1
    while (beside := path.with_name(f"{path.name}.bad-{number}")).exists():
        number += 1
    try:
        path.rename(beside)
    except OSError:
        return f"They stay in {path} and the defaults stand."
    return f"They are kept in {beside} and the defaults stand."


def _replace(path: Path, text: str) -> None:
    """Put the text in the place of the file: whoever reads finds the old text whole or the new one. Raises OSError."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def _no_frame(held: object, where: str) -> int:
    raise TypeError(f"a spectrum has no place in the settings ({where})")

"""The run's frozen dataclasses as JSON and back, by their own annotations; raw spectra and attachments travel as
their numbers in the file.

Numbers come back bit for bit; a number that JSON cannot hold is written as "NaN", "Infinity" or "-Infinity".
"""

from __future__ import annotations

import dataclasses
import json
import math
import types
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

from analysis.spectrum import Calibration, RawSpectrum, Spectrum
from station.attachment import Attachment

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Number = Callable[[RawSpectrum | Attachment, str], int]  # frame or attachment, its role -> its number in the file
Decoded = TypeVar("Decoded")


class Unreadable(Exception):
    """A text does not say what the dataclass needs; `unknown` is the name of a field nobody here knows, or None."""

    def __init__(self, sentence: str, unknown: str | None = None) -> None:
        super().__init__(sentence)
        self.unknown = unknown


def encode(value: object, number: Number, where: str = "") -> Json:
    """Return a dataclass (or a part of one) as JSON.

    `number` gives the number of a raw spectrum or an attachment. Spectra are left out (null): they follow from the raw
    counts. `where` is the name of the part. Raises TypeError for a value that has no place in a run.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else _spelled(value)
    if isinstance(value, RawSpectrum | Attachment):
        return number(value, where)
    if isinstance(value, Spectrum):
        return None
    if isinstance(value, tuple):
        return [encode(item, number, where) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: encode(getattr(value, field.name), number, f"{where}.{field.name}".lstrip("."))
            for field in dataclasses.fields(value)
        }
    raise TypeError(f"a {type(value).__name__} has no place in a run file")


def to_text(value: object, number: Number) -> str:
    """Return a dataclass as JSON text that any JSON reader takes."""
    return json.dumps(encode(value, number), allow_nan=False, separators=(",", ":"))


class Decoder:
    """Makes dataclasses from JSON; equal calibrations become one object, as they were when written."""

    def __init__(
        self, frames: Mapping[int, RawSpectrum], attachments: Mapping[int, Attachment] = MappingProxyType({})
    ) -> None:
        self._numbered: dict[Any, Mapping[int, Any]] = {RawSpectrum: frames, Attachment: attachments}
        self._calibrations: dict[str, Calibration] = {}

    def from_text(self, kind: type[Decoded], text: str) -> Decoded:
        """Return the dataclass `kind` that a JSON text describes; raises Unreadable."""
        try:
            data = json.loads(text)
        except ValueError as error:
            raise Unreadable(f"{kind.__name__} is no JSON: {error}") from error
        made: Decoded = self._value(kind, data, kind.__name__)
        return made

    def _value(self, kind: Any, data: Any, where: str) -> Any:
        """Return `data` as `kind`, an annotation of one of the run's dataclasses."""
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in (types.UnionType, Union):
            (only,) = (argument for argument in arguments if argument is not type(None))
            return None if data is None else self._value(only, data, where)
        if origin is Literal:
            return _checked(data, data in arguments, where)
        if origin is tuple:
            return self._tuple(arguments, data, where)
        if kind in self._numbered:
            return self._by_number(kind, data, where)
        if kind is float:
            return _number(data, where)
        if kind in (bool, int, str):
            return _checked(data, type(data) is kind, where)
        return self._calibration(data, where) if kind is Calibration else self._dataclass(kind, data, where)

    def _tuple(self, arguments: tuple[Any, ...], data: Any, where: str) -> tuple[Any, ...]:
        items = _checked(data, isinstance(data, list), where)
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(self._value(arguments[0], item, where) for item in items)
        _checked(items, len(items) == len(arguments), where)
        return tuple(self._value(kind, item, where) for kind, item in zip(arguments, items, strict=True))

    def _by_number(self, kind: Any, data: Any, where: str) -> Any:
        if data not in self._numbered[kind]:
            what = "frame" if kind is RawSpectrum else "attachment"
            raise Unreadable(f"{where} names {what} {data}, which is missing")
        return self._numbered[kind][data]

    def _calibration(self, data: Any, where: str) -> Calibration:
        text = json.dumps(data, sort_keys=True)
        if text not in self._calibrations:
            self._calibrations[text] = self._dataclass(Calibration, data, where)
        return self._calibrations[text]

    def _dataclass(self, kind: Any, data: Any, where: str) -> Any:
        _checked(data, isinstance(data, dict), where)
        hints = _annotations(kind)
        unknown = sorted(set(data) - set(hints))
        if unknown:
            raise Unreadable(f"{where} has the field '{unknown[0]}'", unknown=unknown[0])
        values = {name: self._value(hints[name], item, f"{where}.{name}") for name, item in data.items()}
        try:
            return kind(**values)
        except TypeError as error:  # a field without a default is missing
            raise Unreadable(f"{where} is not complete: {error}") from error


@cache
def _annotations(kind: Any) -> dict[str, Any]:
    """Return the resolved annotations of a dataclass's fields by name."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _spelled(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _number(data: Any, where: str) -> float:
    if data in ("NaN", "Infinity", "-Infinity"):
        return float(data)
    return float(_checked(data, isinstance(data, int | float) and not isinstance(data, bool), where))


def _checked(data: Any, right: bool, where: str) -> Any:
    if not right:
        raise Unreadable(f"{where} holds {json.dumps(data)[:40]}, which does not belong there")
    return data

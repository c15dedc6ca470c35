"""Photographs of aliquots: what is a picture, how large it may be, what it tells of itself, and which belong together.

A picture travels as the bytes that camera or file gave; nothing here writes into them.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from station.attachment import Attachment, sayable
from station.records import PhotographTaken

LARGEST_BYTES = 20_000_000  # a run stays a file that can be copied and mailed: 16 photographs of a telephone
UV_LAMP_NM = 366.0  # Mech, Ma and Zeng, Nanoscale 2023, 15, 114, Fig. 2F: "UV light (wavelength = 366 nm)"
ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
}
_EXPOSURE_TIME, _ORIENTATION, _EXIF_PART = 0x829A, 0x0112, 0x8769
_SHORT, _LONG, _RATIONAL = 3, 4, 5
_MOST_ENTRIES = 1000  # of one EXIF directory: what claims more is damaged


@dataclass(frozen=True, slots=True)
class Exif:
    """What a photograph tells of itself: its exposure in s (None: it does not tell) and how it is turned (1 to 8)."""

    exposure_s: float | None = None
    orientation: int = 1


@dataclass(frozen=True, slots=True)
class Pair:
    """The newest photographs of one aliquot under both lights, None where there is none."""

    ambient: PhotographTaken | None = None
    uv: PhotographTaken | None = None


def from_file(path: Path) -> Attachment:
    """Return the picture in a file, byte for byte.

    Raises ValueError, in words, where the file cannot be read, is no picture that can be shown, or is too large.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise ValueError(_too_large(path.name, path.stat().st_size))
        data = path.read_bytes()
    except OSError as trouble:
        why = trouble.strerror or type(trouble).__name__
        raise ValueError(f"{path.name} cannot be read ({why}). Nothing was kept. Choose another file.") from trouble
    return picture(path.name, data)


def from_camera(number: int, light: str, data: bytes) -> Attachment:
    """Return what a camera gave for an aliquot, byte for byte, named after both. Raises ValueError as `picture`."""
    taken = picture(f"aliquot {number}", data)
    return Attachment(f"aliquot-{number}-{light.lower()}{ENDINGS[taken.media_type]}", taken.media_type, data)


def picture(name: str, data: bytes) -> Attachment:
    """Return bytes as a picture with its media type, which its first bytes tell.

    Raises ValueError, in words, where they are no picture that can be shown, or too many.
    """
    if len(data) > LARGEST_BYTES:
        raise ValueError(_too_large(name, len(data)))
    media_type = _media_type(data)
    if media_type is None:
        raise ValueError(
            f"{name} is no picture that can be shown. Nothing was kept. Choose a JPEG, PNG, WebP, BMP or GIF file."
        )
    return Attachment(sayable(name), media_type, data)


def _too_large(name: str, size: int) -> str:
    return (
        f"{name} has {size / 1e6:.1f} MB, and a run keeps photographs of up to {LARGEST_BYTES / 1e6:.0f} MB. "
        "Nothing was kept. Save it smaller and choose it again."
    )


def _media_type(data: bytes) -> str | None:
    """Return the media type that the first bytes of a file tell, None where it is none of these."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    signs = {
        b"\xff\xd8\xff": "image/jpeg",
        b"\x89PNG\r\n\x1a\n": "image/png",
        b"BM": "image/bmp",
        b"GIF8": "image/gif",
    }
    return next((kind for sign, kind in signs.items() if data.startswith(sign)), None)


def pairs(photographs: Sequence[PhotographTaken]) -> Mapping[int, Pair]:
    """Return the newest photographs by the number of their aliquot."""
    found: dict[int, Pair] = {}
    for each in photographs:
        before = found.get(each.number, Pair())
        found[each.number] = Pair(each, before.uv) if each.light == "ambient" else Pair(before.ambient, each)
    return found


def exif(data: bytes) -> Exif:
    """Return what a JPEG tells of itself (EXIF 2.3, CIPA DC-008: ExposureTime and Orientation).

    Anything else, and a JPEG whose EXIF is damaged or absent, tells nothing.
    """
    tiff = _exif_part(data)
    if tiff is None:
        return Exif()
    try:
        return _read_tiff(tiff)
    except struct.error:
        return Exif()  # damaged: the picture may be whole all the same


def _exif_part(data: bytes) -> bytes | None:
    """Return the TIFF part of a JPEG's EXIF segment, None where it has none."""
    at = 2
    while data[:2] == b"\xff\xd8" and at + 4 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA or length < 2:  # the picture itself begins
            return None
        if marker == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            return data[at + 10 : at + 2 + length]
        at += 2 + length
    return None


def _read_tiff(tiff: bytes) -> Exif:
    """Return what a TIFF part tells. Raises struct.error where it ends too soon."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return Exif()
    first = _entries(tiff, order, struct.unpack_from(f"{order}I", tiff, 4)[0])
    orientation = int(first.get(_ORIENTATION, 1))
    inner = _entries(tiff, order, int(first[_EXIF_PART])) if _EXIF_PART in first else {}
    exposure_s = inner.get(_EXPOSURE_TIME)
    known = exposure_s is not None and 0.0 < exposure_s < 3600.0
    return Exif(exposure_s if known else None, orientation if 1 <= orientation <= 8 else 1)


def _entries(tiff: bytes, order: str, offset: int) -> dict[int, float]:
    """Return tag -> value of the entries of one directory that hold a single number."""
    found: dict[int, float] = {}
    count = struct.unpack_from(f"{order}H", tiff, offset)[0]
    for index in range(min(count, _MOST_ENTRIES)):
        at = offset + 2 + 12 * index
        tag, kind, many = struct.unpack_from(f"{order}HHI", tiff, at)
        if many != 1:
            continue
        if kind == _SHORT:
            found[tag] = float(struct.unpack_from(f"{order}H", tiff, at + 8)[0])
        elif kind == _LONG:
            found[tag] = float(struct.unpack_from(f"{order}I", tiff, at + 8)[0])
        elif kind == _RATIONAL:
            where = struct.unpack_from(f"{order}I", tiff, at + 8)[0]
            above, below = struct.unpack_from(f"{order}II", tiff, where)
            if below:
                found[tag] = above / below
    return found

"""Small pictures as bytes, with and without what a camera writes into them."""

from __future__ import annotations

import struct
from io import BytesIO

import numpy as np
from matplotlib.image import imsave


def _saved(kind: str) -> bytes:
    kept = BytesIO()
    pixels = np.zeros((6, 4, 3), dtype=np.uint8)
    pixels[:3, :, 0] = 255  # red above, black below
    imsave(kept, pixels, format=kind)
    return kept.getvalue()


def exif_segment(order: str, exposure: tuple[int, int] | None, orientation: int) -> bytes:
    """Return an APP1 segment as a camera writes it, in either order of bytes."""
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}I", 8)
    first = [(0x0112, 3, 1, struct.pack(f"{order}HH", orientation, 0))]
    inner_at = 8 + 2 + 12 * 2 + 4
    first.append((0x8769, 4, 1, struct.pack(f"{order}I", inner_at)))
    body = struct.pack(f"{order}H", len(first))
    for tag, kind, count, value in first:
        body += struct.pack(f"{order}HHI", tag, kind, count) + value
    body += struct.pack(f"{order}I", 0)
    value_at = inner_at + 2 + 12 + 4
    body += struct.pack(f"{order}H", 0 if exposure is None else 1)
    if exposure is not None:
        body += struct.pack(f"{order}HHII", 0x829A, 5, 1, value_at)
    body += struct.pack(f"{order}I", 0)
    if exposure is not None:
        body += struct.pack(f"{order}II", *exposure)
    inside = b"Exif\0\0" + head + body
    return b"\xff\xe1" + struct.pack(">H", len(inside) + 2) + inside


def with_exif(data: bytes, order: str = "<", exposure: tuple[int, int] | None = (1, 60), orientation: int = 1) -> bytes:
    """Return a JPEG with what a camera tells right after its first marker."""
    return data[:2] + exif_segment(order, exposure, orientation) + data[2:]


JPEG = _saved("jpeg")
PNG = _saved("png")

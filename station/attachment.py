"""A file that belongs to a run and travels within it, byte for byte: a photograph, a file of another program."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Attachment:
    """The bytes of a file, with the name it had and its media type ("image/jpeg", "text/plain")."""

    name: str
    media_type: str
    data: bytes = field(repr=False)


def sayable(name: str) -> str:
    """Return a file's name as any text can hold it: a byte in it that is no letter anywhere becomes "?"."""
    return name.encode("utf-8", "replace").decode("utf-8")

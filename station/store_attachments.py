"""Attachments in the run file: photographs and files of other programs, byte for byte, each stored once."""

from __future__ import annotations

import hashlib
import sqlite3

from station.attachment import Attachment

_INSERT = "INSERT INTO attachments (id, name, media_type, sha256, data) VALUES (?, ?, ?, ?, ?)"


class AttachmentLedger:
    """Knows which attachments the file holds already; one is known by being the same object."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[int, Attachment]] = {}  # by id(); the attachment is kept, so its id stays its own
        self._new: list[int] = []

    def number(self, connection: sqlite3.Connection, attachment: Attachment) -> int:
        """Return the number of an attachment in the file, writing it first if it is new (in the open transaction)."""
        known = self._held.get(id(attachment))
        if known is not None:
            return known[0]
        number = len(self._held) + 1
        digest = hashlib.sha256(attachment.data).hexdigest()
        connection.execute(_INSERT, (number, attachment.name, attachment.media_type, digest, attachment.data))
        self._held[id(attachment)] = (number, attachment)
        self._new.append(id(attachment))
        return number

    def committed(self) -> None:
        """Remember what was written: the transaction is on disk."""
        self._new.clear()

    def rolled_back(self) -> None:
        """Forget what was written since the last commit: it is not in the file."""
        for each in self._new:
            del self._held[each]
        self._new.clear()

    def read(self, connection: sqlite3.Connection) -> dict[int, Attachment]:
        """Return all attachments of a file by number, and know them from now on. Raises ValueError where damaged."""
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'attachments'").fetchone():
            return {}  # a file of schema 1 or 2
        found: dict[int, Attachment] = {}
        select = "SELECT id, name, media_type, sha256, data FROM attachments ORDER BY id"
        for number, name, media_type, digest, data in connection.execute(select):
            if hashlib.sha256(data).hexdigest() != digest:
                raise ValueError(f"attachment {number} ({name}) is damaged")
            found[number] = Attachment(name, media_type, data)
        self._held.update({id(each): (number, each) for number, each in found.items()})
        return found

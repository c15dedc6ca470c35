"""What goes to the clipboard in one piece: a picture, and the numbers in it as a table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QImage

from station.figure_table import Column, as_text

SVG, CSV = "image/svg+xml", "text/csv"


def in_one(picture: QImage, table: Sequence[Column], svg: bytes | None = None) -> QMimeData:
    """Return picture and table together: a word processor takes the one, a spreadsheet the other.

    The picture is offered as PNG (and whatever else the system knows) and, where there is one, as SVG; the table with
    tabs as text and with commas as CSV.
    """
    made = QMimeData()
    made.setImageData(picture)
    if svg is not None:
        made.setData(SVG, QByteArray(svg))
    if table:
        made.setText(as_text(table))
        made.setData(CSV, QByteArray(as_text(table, ",").encode()))
    return made

"""Marks differ in shape, stay in their square and can be told at the size of the health bar."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from gui.marks import NAMES, MarkName, paint, path


def painted(name: MarkName, side: int) -> NDArray[np.uint8]:
    """Opacity of a mark painted alone, shape (side, side)."""
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    paint(painter, name, QRectF(0, 0, side, side), QColor("white"))
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(side, side, 4)[:, :, 3].copy()


@pytest.mark.parametrize("name", NAMES)
def test_a_mark_stays_in_its_square(name: MarkName) -> None:
    assert QRectF(0, 0, 16, 16).contains(path(name).boundingRect())


def test_no_two_marks_look_alike_even_at_12_px(qapp: QApplication) -> None:
    shapes = {name: painted(name, 12).astype(float) / 255 for name in NAMES}
    for one, other in combinations(NAMES, 2):
        assert np.abs(shapes[one] - shapes[other]).sum() > 6, f"{one} and {other}"


def test_the_cross_in_the_octagon_lets_the_ground_through(qapp: QApplication) -> None:
    assert painted("octagon", 32)[16, 16] == 0
    assert painted("octagon", 32)[16, 4] == 255


def test_a_mark_is_centred_in_a_wide_room(qapp: QApplication) -> None:
    image = QImage(60, 20, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    paint(painter, "dot", QRectF(0, 0, 60, 20), QColor("white"))
    painter.end()
    columns = [x for x in range(60) if image.pixelColor(x, 10).alpha()]
    assert (min(columns) + max(columns)) / 2 == pytest.approx(29.5, abs=0.6)

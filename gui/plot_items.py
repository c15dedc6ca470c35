"""Rectangles of the scene that something paints."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget


class Item(QGraphicsItem):
    """A rectangle of the scene that `painted_by` paints; what is deeper lies over what is less deep."""

    def __init__(self, painted_by: Callable[[QPainter], None], depth: float) -> None:
        super().__init__()
        self._painted_by = painted_by
        self._rect = QRectF()
        self.setZValue(depth)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def place(self, rect: QRectF) -> None:
        """Take this rectangle of the scene."""
        if rect != self._rect:
            self.prepareGeometryChange()
            self._rect = rect

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        self._painted_by(painter)


def blit(image: QImage, at: QPointF) -> Callable[[QPainter], None]:
    """Return what paints a picture with its corner at a place."""
    return lambda painter: painter.drawImage(at, image)

"""The pointer over the plots: where it is, where it clicks, and a double click."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

FOLLOW_MS = 15  # a pointer that moves faster than the screen is followed at the screen's pace
STILL_PX = 4.0  # a press that moves less is a click, not a drag


class Hand(QObject):
    """Watches a widget's pointer: `moved` gets where it is (None: gone), `clicked` and `twice` are clicks."""

    def __init__(
        self,
        watched: QWidget,
        moved: Callable[[QPointF | None], None],
        clicked: Callable[[QPointF], None],
        twice: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._moved, self._clicked, self._twice = moved, clicked, twice
        self._at: QPointF | None = None
        self._pressed: QPointF | None = None
        self._following = QTimer(self)
        self._following.setSingleShot(True)
        self._following.setInterval(FOLLOW_MS)
        self._following.timeout.connect(self.follow)
        watched.setMouseTracking(True)
        watched.installEventFilter(self)

    def follow(self) -> None:
        """Say where the pointer is now."""
        self._following.stop()
        self._moved(self._at)

    def _heed(self, at: QPointF | None) -> None:
        self._at = at
        if not self._following.isActive():
            self._following.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Leave:
            self._heed(None)
        elif not isinstance(event, QMouseEvent):
            return super().eventFilter(watched, event)
        elif kind == QEvent.Type.MouseButtonDblClick:
            self._pressed = None
            self._twice()
            return True
        elif kind == QEvent.Type.MouseMove:
            self._heed(None if event.buttons() != Qt.MouseButton.NoButton else event.position())
        elif kind == QEvent.Type.MouseButtonPress and event.button() is Qt.MouseButton.LeftButton:
            self._pressed = event.position()
        elif kind == QEvent.Type.MouseButtonRelease and self._pressed is not None:
            away, self._pressed = event.position() - self._pressed, None
            if away.manhattanLength() < STILL_PX:
                self._clicked(event.position())
        return super().eventFilter(watched, event)

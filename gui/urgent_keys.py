"""Keys that must work whatever has the focus: a field, a list, a dialog, another window of this program."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from gui.actions import Act

_ACTS = {Qt.Key.Key_Escape.value: Act.LEAVE, Qt.Key.Key_Space.value: Act.CAPTURE}


class UrgentKeys(QObject):
    """Takes Esc while UV is on, and Space and Esc while a hand is asked for, before any widget sees them.

    It listens only while one of them matters: a filter on every event of the program is not for nothing.
    """

    def __init__(self, pressed: Callable[[Act], None], parent: QObject) -> None:
        super().__init__(parent)
        self._pressed = pressed
        self._wanted: frozenset[Act] = frozenset()

    @property
    def wanted(self) -> frozenset[Act]:
        """Get the acts whose keys are taken now."""
        return self._wanted

    def want(self, *acts: Act) -> None:
        """Take the keys of these acts from now on, or of none."""
        before, self._wanted = self._wanted, frozenset(acts)
        app = QCoreApplication.instance()
        if app is None or bool(before) == bool(acts):
            return
        if acts:
            app.installEventFilter(self)
        else:
            app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Act on a wanted key; one that is held down counts once."""
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) or not isinstance(event, QKeyEvent):
            return False
        act = _ACTS.get(event.key())
        if act not in self._wanted or act is None:
            return False
        event.accept()  # as an override: no shortcut takes it, and it comes again as a key press
        if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
            self._pressed(act)
        return True

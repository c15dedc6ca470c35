"""Number fields give the keys back by themselves: nobody has to remember, glove on, that one was left open."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

IDLE_MS = 3000
_NUMBERS = Qt.InputMethodHint.ImhFormattedNumbersOnly


def takes_numbers(field: QLineEdit, numbers: bool = True) -> None:
    """Let a field be known as one for numbers, or for words, which are thought about for as long as they need."""
    field.setInputMethodHints(_NUMBERS if numbers else Qt.InputMethodHint.ImhNone)


class NumberFields(QObject):
    """Watches the number fields of one window: after `idle_ms` without a key `give_back` ends the typing.

    What was typed stays as if Enter had been pressed; keys are keys again.
    """

    def __init__(self, give_back: Callable[[], None], window: QWidget, *, idle_ms: int = IDLE_MS) -> None:
        super().__init__(window)
        self._window, self._give_back = window, give_back
        self._field: QLineEdit | None = None
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(idle_ms)
        self.timer.timeout.connect(self._leave)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Follow the focus into a number field of this window, and out of it."""
        if self._field is not None:
            self._field.textEdited.disconnect(self._wait)
            self._field = None
            self.timer.stop()
        if isinstance(now, QLineEdit) and now.inputMethodHints() & _NUMBERS and now.window() is self._window:
            self._field = now
            now.textEdited.connect(self._wait)
            self.timer.start()

    def _wait(self, _text: str) -> None:
        """Begin to wait anew with every key."""
        self.timer.start()

    def _leave(self) -> None:
        if self._field is not None and self._field.hasFocus():
            self._give_back()

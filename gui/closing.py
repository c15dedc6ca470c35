"""Closing while a run is recorded: the only question in a dialog."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget

from gui import words
from station.events import State, Status


def is_recording(status: Status) -> bool:
    """Return whether closing now would end something: a run with records on an instrument that is open."""
    return status.state is not State.DISCONNECTED and status.run is not None and bool(status.run.records)


def kept(status: Status) -> str:
    """Return what is kept when the window closes now."""
    count = 0 if status.run is None else len(status.run.aliquots)
    saved = f", saved {words.time_of_day(status.saved_wall)}" if status.saved_wall else ""
    return f"The run keeps {words.counted(count, 'aliquot')}{saved}. The lights go off. The run can be continued."


def ask_to_close(window: QWidget, status: Status) -> bool:
    """Ask once; return whether to stop and close."""
    box = QMessageBox(window)
    box.setWindowTitle("Close while recording?")
    box.setText("Stop the run and close?")
    box.setInformativeText(kept(status))
    stop = box.addButton("Stop and close", QMessageBox.ButtonRole.AcceptRole)
    go_on = box.addButton("Go on", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(go_on)
    box.setEscapeButton(go_on)
    box.exec()
    return box.clickedButton() is stop

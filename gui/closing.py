"""Closing while a run is recorded: the only question in a dialog."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QMessageBox, QWidget

from gui import words
from gui.shown.health import ROOM_BAD_BYTES
from station.events import State, Status
from station.records import Aliquot

ORDERS = (
    *("Capture", "TakeDark", "TakeReference", "SetMark", "SwitchUv", "ShowLive", "Undo"),
    *("CheckWash", "Draw", "UseDilution"),
    *("OpenInstrument", "UseLighting", "UseOptics", "UseResponse", "UseExposures"),
    *("FindExposures", "CheckWavelength", "SetCooling"),
)


def is_recording(status: Status) -> bool:
    """Return whether closing now would end something: records that wait for the disk, or a run on an instrument."""
    on_instrument = status.state is not State.DISCONNECTED and status.run is not None and bool(status.run.records)
    return on_instrument or status.unsaved > 0


def kept(status: Status) -> str:
    """Return what is kept when the window closes now, and first what is not."""
    waiting, others = _waiting(status)
    count = (0 if status.run is None else len(status.run.aliquots)) - waiting
    saved = f", saved {words.time_of_day(status.saved_wall)}" if status.saved_wall else ""
    on_disk = f"The run keeps {words.counted(count, 'aliquot')}{saved}. The lights go off. The run can be continued."
    if status.state is State.MEASURING:
        on_disk = f"What is being measured now is not kept. {on_disk}"
    if not status.unsaved:
        return on_disk
    if not status.saved_wall:
        on_disk = "Nothing of the run is on disk. The lights go off."
    return f"{_in_memory(status, waiting, others)} {on_disk}"


def _waiting(status: Status) -> tuple[int, int]:
    """Return how many aliquots that count, and how many other records, are not on disk: the last of the run."""
    if status.run is None:
        return 0, status.unsaved
    last = status.run.records[max(0, len(status.run.records) - status.unsaved) :]
    standing = {aliquot.number for aliquot in status.run.aliquots}
    aliquots = sum(isinstance(record, Aliquot) and record.number in standing for record in last)
    return aliquots, status.unsaved - aliquots


def _in_memory(status: Status, aliquots: int, others: int) -> str:
    """Return what would be lost, and what to do first."""
    counted = [words.counted(aliquots, "aliquot")] if aliquots else []
    if others:
        counted.append(words.counted(others, "other record" if aliquots else "record"))
    verb = "is" if aliquots + others == 1 else "are"
    low = status.free_bytes is not None and status.free_bytes < ROOM_BAD_BYTES
    first = "Free some space first" if low else "Let the disk take it first"
    return f"{' and '.join(counted)} {verb} in memory only and would be lost. {first}; saving is tried again by itself."


def stopped(status: Status) -> Status:
    """Return what stays on the screen once the station has stopped: a light only where it may still be on.

    Nothing is tried again; what is lost stands in the banner.
    """
    uv = status.uv if status.uv is not None and status.uv.state == "unknown" else None
    probe = status.probe if status.probe is not None and status.probe.state == "unknown" else None
    obstacles = dict.fromkeys(ORDERS, "station stopped")
    return replace(
        status, state=State.DISCONNECTED, uv=uv, probe=probe, unsaved=0, hand_wanted=None, obstacles=obstacles
    )


def ask_to_close(window: QWidget, status: Status) -> bool:
    """Ask once; return whether to stop and close. S and G answer as the buttons do, Enter and Esc go on."""
    box = QMessageBox(window)
    box.setWindowTitle("Close while recording?")
    box.setText("Stop the run and close?")
    box.setInformativeText(kept(status))
    stop = box.addButton("&Stop and close", QMessageBox.ButtonRole.AcceptRole)
    go_on = box.addButton("&Go on", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(go_on)
    box.setEscapeButton(go_on)
    box.exec()
    return box.clickedButton() is stop

"""What broke, in words: what happened, what was kept, what to do next."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from instruments.spectrometer import DeviceListing, Disconnected, InstrumentError, LightUnreachable
from station.events import FaultText
from station.lights import Lights
from station.run import Run
from station.store import StoreError


def instrument_fault(fault: InstrumentError, lights: Lights, run: Run | None, time_of_day: str) -> FaultText:
    """Return the three lines of the banner for an instrument that failed."""
    aliquots = () if run is None else run.aliquots
    kept = "every record before." if run is not None and run.records else "nothing was recorded yet."
    if aliquots:
        first, last = aliquots[0].number, aliquots[-1].number
        kept = f"{f'aliquot {last}' if first == last else f'aliquots {first}–{last}'} and every record before."
    if isinstance(fault, Disconnected):
        now = "plug it in again; the run goes on by itself."
        return FaultText(f"Spectrometer not reached since {time_of_day}", kept, now)
    if isinstance(fault, LightUnreachable):
        uv_lost = lights.uv is not None and lights.uv.state == "unknown"
        which = "UV may be on" if uv_lost else "The lamp may be on"
        return FaultText(f"{which}: the station cannot reach it", kept, "switch it off by hand.")
    return FaultText(str(fault), kept, "the station opens it again by itself; F5 looks for it now.")


def uv_left_on(lights: Lights) -> FaultText | None:
    """Return what is said at the end of a station whose UV light is not known to be off, else None."""
    if lights.uv is None or lights.uv.state == "off":
        return None
    return FaultText("UV may be on: the station ends", "everything recorded before.", "switch it off by hand.")


def beside(fault: FaultText | None, others: Sequence[DeviceListing]) -> FaultText | None:
    """Return the fault of a lost spectrometer with the others that stand there: they are offered, not taken for it."""
    if fault is None or not others:
        return fault
    named = ", ".join(f"{each.model} {each.serial}".strip() for each in others)
    return replace(fault, now=f"{fault.now} Connected is {named}; opened, it begins a run of its own.")


def kept_in_memory(number: int, refusal: StoreError, every_s: float) -> str:
    """Return the sentence for an aliquot that the disk has refused."""
    return (
        f"{refusal.headline} Aliquot {number} is kept in memory. {refusal.now} Saving is tried every {every_s:.0f} s."
    )


def unread_aliquot(number: int, trouble: str) -> FaultText:
    """Return the three lines for an aliquot whose counts are kept but could not be read."""
    now = "go on; the run is read again when it is opened with a mended program. The line is worth a report."
    return FaultText(f"Aliquot {number} could not be read: {trouble}", "all its raw counts, in the run file.", now)


def unforeseen(trouble: Exception) -> FaultText:
    """Return the three lines for what nobody has thought of."""
    headline = f"The station met what it does not know: {type(trouble).__name__}: {trouble}"
    return FaultText(headline, "everything recorded before.", "go on; the details stand on the terminal.")


def free_bytes(folder: Path) -> int | None:
    """Return the free space where runs are written, or None where it cannot be told."""
    existing = next((place for place in (folder, *folder.parents) if place.exists()), None)
    try:
        return None if existing is None else shutil.disk_usage(existing).free
    except OSError:
        return None


def not_closed(fault: StoreError, unsaved: int) -> FaultText:
    """Return what is said at the end of a run whose file did not take everything, or would not be closed."""
    lost = f"{unsaved} of the last records could not be written: " if unsaved else ""
    return FaultText(f"{lost}{fault.headline}", fault.kept, fault.now)

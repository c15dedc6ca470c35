"""Whether a run that was left can be gone on with, here and now."""

from __future__ import annotations

from station.run import Run
from station.store_errors import StoreError

_KEPT, _REVIEW = "Nothing was changed.", "Review it instead."


def refuse_unfit(run: Run, serial: str | None, emission_serial: str | None, now_s: float) -> None:
    """Raise StoreError where a stored run cannot be continued with the spectrometers of these serial numbers.

    None: no spectrometer is open, which a run of files needs not.
    """
    if run.set_up is None:
        if not all(aliquot.reading.files for aliquot in run.all_aliquots):
            raise StoreError("This run holds no spectrometer's counts.", _KEPT, _REVIEW)
    elif serial is None:
        other = f"The run was measured with {run.set_up.serial}, and no spectrometer is open."
        raise StoreError(other, _KEPT, "Open that spectrometer, or review the run.")
    else:
        _refuse_others(run, run.set_up.serial, serial)
        second = run.set_up.serial if run.set_up.emission_by is None else run.set_up.emission_by.serial
        if second != emission_serial:
            other = f"The emission of the run was measured with {second}, and {emission_serial} is open for it."
            raise StoreError(other, _KEPT, "Review it, or open that spectrometer.")
    if run.ended_s > now_s:
        ahead = "The last record of this run lies in the future of this computer's clock."
        raise StoreError(ahead, _KEPT, f"Set the clock, or review the run. {_REVIEW}")


def _refuse_others(run: Run, own: str, serial: str) -> None:
    if own != serial:
        other = f"The run was measured with {own}, and {serial} is open."
        raise StoreError(other, _KEPT, "Review it, or open that spectrometer.")

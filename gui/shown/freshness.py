"""Whether dark and reference are stale, which never blocks.

Older than 60 min, another exposure, 2 °C away, from before the computer slept, from a lamp that was not warm yet.
"""

from __future__ import annotations

from analysis.spectrum import RawSpectrum
from gui import words
from station.events import Status
from station.run import STALE_S

STALE_AFTER_C = 2.0
ASLEEP = "gap"  # the mark that the station sets when the computer has slept


def dark(status: Status, now_s: float) -> str:
    """Return why the dark in force is stale, or nothing."""
    if status.run is None:
        return _stale(status, status.dark_at_s, now_s)
    held, exposures = status.run.calibration, status.exposures
    return _stale(
        status,
        status.dark_at_s,
        now_s,
        (held.dark_absorbance, exposures.absorbance_s),
        (held.dark_emission, exposures.emission_s),
    )


def reference(status: Status, now_s: float) -> str:
    """Return why the reference in force is stale, or nothing."""
    if status.run is None:
        return _stale(status, status.reference_at_s, now_s)
    held = status.run.calibration.reference
    warm_s, taken_s = status.warm_up_ends_s, status.reference_at_s
    if warm_s is not None and taken_s is not None and taken_s < warm_s:
        return "lamp not warm"
    return _stale(status, status.reference_at_s, now_s, (held, status.exposures.absorbance_s))


def _stale(status: Status, taken_at_s: float | None, now_s: float, *frames: tuple[RawSpectrum | None, float]) -> str:
    """Return the reason; `frames` are what was taken, each with the exposure in force now."""
    if taken_at_s is None:
        return ""
    if now_s - taken_at_s > STALE_S:
        return f"{words.age(now_s - taken_at_s)} old"
    slept = () if status.run is None else (mark.clock_s for mark in status.run.marks if mark.kind == ASLEEP)
    if any(clock_s > taken_at_s for clock_s in slept):
        return "from before sleep"
    now_c = _temperature_now(status)
    for frame, exposure_s in frames:
        if frame is None:
            continue
        if frame.exposure_s != exposure_s:
            return "other exposure"
        if now_c is not None and frame.temperature_c is not None:
            away_c = abs(now_c - frame.temperature_c)
            if away_c >= STALE_AFTER_C:
                return f"{words.amount(round(away_c, 1))} °C away"
    return ""


def _temperature_now(status: Status) -> float | None:
    """Return the detector's temperature now, or at the newest aliquot, where it is known."""
    if status.temperatures is not None and status.temperatures.detector_c is not None:
        return status.temperatures.detector_c
    if status.run is None or not status.run.aliquots:
        return None
    frames = status.run.aliquots[-1].reading.frames
    return None if frames is None else frames.absorbance.temperature_c

"""The whole state of the station at one moment, gathered from session, instrument and lights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from instruments.spectrometer import InstrumentInfo
from station.events import FaultText, State, Status
from station.faults import free_bytes
from station.lights import Lights
from station.run import Exposures
from station.session import Session, guidance


@dataclass(frozen=True, slots=True)
class Known:
    """What the acquisition knows beside the session; `peak` is (fraction of full scale, saturated pixels)."""

    state: State
    info: InstrumentInfo | None
    exposures: Exposures
    lights: Lights
    peak: tuple[float, int] | None
    fault: FaultText | None


def status_of(session: Session, known: Known, obstacles: Mapping[str, str]) -> Status:
    """Return the status that every panel is drawn from."""
    run, calibration = session.run, session.calibration
    answer = None if run is None else run.onset_answer
    dark, reference = calibration.dark_absorbance, calibration.reference
    return Status(
        state=known.state,
        instrument=known.info,
        run=run,
        run_path=None if session.path is None else str(session.path),
        exposures=known.exposures,
        dark_at_s=None if dark is None else dark.mid_exposure_s,
        reference_at_s=None if reference is None else reference.mid_exposure_s,
        probe=known.lights.probe,
        uv=known.lights.uv,
        peak=None if known.peak is None else known.peak[0],
        saturated_pixels=0 if known.peak is None else known.peak[1],
        corrections=session.corrections,
        saved_wall=session.saved_wall,
        free_bytes=free_bytes(session.folder),
        unsaved=session.unsaved,
        fault=known.fault,
        onset=session.onset,
        onset_answer=None if answer is None else "confirmed" if answer.confirmed else "dismissed",
        obstacles=obstacles,
        guidance=guidance(session, known.exposures, has_uv=known.lights.has_uv),
    )

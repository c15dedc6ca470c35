"""The whole state of the station at one moment, gathered from session, instrument and lights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from analysis.spectrum import Quantity
from instruments.spectrometer import InstrumentInfo, LightChoice, Lighting, Temperatures
from station import strength
from station.connection import Connection
from station.events import Continuous, FaultText, State, Status, Watching
from station.excitation import excitation_offset
from station.faults import free_bytes
from station.light_choices import VIRTUAL_DRIVER, VIRTUAL_PORT
from station.obstacles import guidance
from station.run import Run
from station.session import Session


@dataclass(frozen=True, slots=True)
class Known:
    """What the acquisition knows beside the session; `peak` is (fraction of full scale, saturated pixels),
    `awake` as Status tells it in two."""

    state: State
    connection: Connection
    peak: tuple[float, int] | None
    fault: FaultText | None
    temperatures: Temperatures | None
    hand_wanted: str | None
    awake: tuple[bool | None, str]
    by_itself: tuple[Continuous | None, Watching | None] = (None, None)


def status_of(session: Session, known: Known, obstacles: Mapping[str, str]) -> Status:
    """Return the status that every panel is drawn from."""
    run, calibration = session.run, session.calibration
    answer = None if run is None else run.onset_answer
    dark, reference = calibration.dark_absorbance, calibration.reference
    connection, bench = known.connection, known.connection.bench
    info = connection.known
    return Status(
        state=known.state,
        instrument=info,
        run=run,
        run_path=None if session.path is None else str(session.path),
        exposures=bench.exposures,
        dark_at_s=None if dark is None else dark.mid_exposure_s,
        reference_at_s=None if reference is None else reference.mid_exposure_s,
        probe=connection.lights.probe,
        uv=connection.lights.uv,
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
        guidance=guidance(session, bench.exposures, has_uv=connection.lights.has_uv),
        emission_instrument=None if info is None or connection.emission is None else connection.emission_info,
        lighting=bench.lighting or own_lighting(info),
        optics=bench.optics if run is None else run.optics,
        temperatures=known.temperatures,
        hand_wanted=known.hand_wanted,
        light_doubts=session.light_doubts,
        uv_s=connection.uv_s,
        uv_by_hand_s=bench.uv_by_hand_s,
        false_alarm=bench.false_alarm,
        bright_counts_per_s=bench.bright_counts_per_s,
        onset_command=bench.onset_command,
        backend=bench.backend,
        warm_up_ends_s=connection.warm_up_ends_s,
        excitation_offset_nm=None if run is None else excitation_offset(run),
        wavelength_offset_nm=wavelength_offset(run),
        kept_awake=known.awake[0],
        awake=known.awake[1],
        continuous=known.by_itself[0],
        watching=known.by_itself[1],
        drawn_at_s=session.drawn_at_s,
        dilution=session.dilution,
        too_strong=strength.words(run),
    )


def own_lighting(info: InstrumentInfo | None) -> Lighting:
    """Return the lights as the instrument tells them, where the chemist has chosen none."""
    if info is None:
        return Lighting()
    uv = LightChoice(info.uv_kind, info.uv)
    if info.virtual and info.uv_kind == "serial":
        uv = replace(uv, port=VIRTUAL_PORT, commands=VIRTUAL_DRIVER)
    return Lighting(LightChoice(info.probe_kind, info.probe), uv)


def wavelength_offset(run: Run | None) -> Quantity | None:
    """Return the offset of the run's last wavelength check, or None before one."""
    check = None if run is None else run.wavelength_check
    return None if check is None else Quantity(check.offset_nm, check.sigma_nm)

"""What cannot be ordered now, and why: what the session refuses, and what instrument and lights do; what comes next."""

from __future__ import annotations

from collections.abc import Mapping

from station.connection import Connection
from station.events import State
from station.replaying import REPLAY
from station.run import Exposures
from station.session import Session

MEASUREMENTS = ("TakeDark", "TakeReference", "Capture", "CheckWash")
MEASURED = ("FindExposures", "CheckWavelength")
OF_FILES = "this run takes files: begin another to measure"


def all_obstacles(
    state: State, session: Session, connection: Connection, *, hand_wanted: str | None
) -> Mapping[str, str]:
    """Return order name -> reason; an order that is not in it is allowed."""
    lights, info = connection.lights, connection.known
    reasons = dict(obstacles(state, session, has_uv=lights.has_uv, uv_reachable=lights.uv_reachable))
    for order in MEASURED:
        if "TakeDark" in reasons:  # what hinders the one hinders the others
            reasons[order] = reasons["TakeDark"]
    if (connection.address or "").startswith(REPLAY):
        fixed = (*MEASURED, "UseExposures", "CheckWash", "StartContinuous")
        reasons |= dict.fromkeys(fixed, "a recording stays as it was recorded")
    if session.run is None:
        reasons.setdefault("CheckWavelength", "no run is open")
    if info is None or not (info.cooled or connection.emission_info.cooled):
        reasons["SetCooling"] = "no spectrometer" if info is None else "this detector is not cooled"
    if state in (State.IDLE, State.LIVE) and info is not None:
        if info.probe_kind == "steady":
            reasons["SwitchUv"] = "the lamp has no shutter"
        elif info.uv_kind == "by hand":
            reasons["SwitchUv"] = "switched by hand"
    if hand_wanted is None:
        reasons["HandDone"] = "nothing is asked for"
    return reasons


def obstacles(state: State, session: Session, *, has_uv: bool, uv_reachable: bool) -> Mapping[str, str]:
    """Return what cannot be done now and why: order name -> reason. What is not in it is allowed."""
    reasons: dict[str, str] = {}
    run, calibration = session.run, session.calibration
    if state is State.DISCONNECTED:
        reasons |= dict.fromkeys((*MEASUREMENTS, "StartContinuous", "SwitchUv", "ShowLive"), "no spectrometer")
    elif state is State.FAULTED:
        reasons |= dict.fromkeys((*MEASUREMENTS, "StartContinuous", "SwitchUv", "ShowLive"), "not reached")
    elif state is State.MEASURING:
        reasons |= dict.fromkeys((*MEASUREMENTS, "SwitchUv", "Undo"), "measuring")
    else:
        if calibration.dark_absorbance is None:
            reasons |= dict.fromkeys(("TakeReference", "Capture", "CheckWash"), "dark first: press D")
        elif calibration.reference is None:
            reasons |= dict.fromkeys(("Capture", "CheckWash"), "reference first: press R")
        if not has_uv:
            reasons["SwitchUv"] = "no UV light chosen"
        elif not uv_reachable:
            reasons["SwitchUv"] = "UV light not reached"
    if run is None:
        for order in ("Capture", "SetMark", "CheckWash", "Draw", "UseDilution", "StartContinuous"):
            reasons.setdefault(order, "no run is open")
    elif run.set_up is None:
        reasons |= dict.fromkeys((*MEASUREMENTS, "StartContinuous"), reasons.get("TakeDark", OF_FILES))
    if run is None or (run.last_undoable() is None and session.drawn_at_s is None):
        reasons["Undo"] = "nothing to take back"
    return reasons


def guidance(session: Session, exposures: Exposures, *, has_uv: bool) -> str:
    """Return the line under Capture that leads through the aliquot."""
    calibration = session.calibration
    if calibration.dark_absorbance is None:
        return f"{session.changed}: nothing in the light, then D".removeprefix(": ")
    if calibration.reference is None:
        return "solvent cuvette in, then R"
    about = f"about {max(1, round(exposures.seconds(3 if has_uv else 0)))} s"
    return f"off, lamp, UV, off: {about}" if has_uv else f"lamp only, no UV: {about}"

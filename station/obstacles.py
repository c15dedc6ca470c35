"""Everything that cannot be ordered now, and why: what the session refuses, and what instrument and lights do."""

from __future__ import annotations

from collections.abc import Mapping

from station.connection import Connection
from station.events import State
from station.replaying import REPLAY
from station.session import Session, obstacles

MEASURED = ("FindExposures", "CheckWavelength")


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
        reasons |= dict.fromkeys((*MEASURED, "UseExposures"), "a recording stays as it was recorded")
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

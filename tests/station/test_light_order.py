"""One whole measurement as a photodiode beside the bench sees it: which light is on while which scan is exposed."""

from __future__ import annotations

from pathlib import Path

from instruments.guard import Guard
from instruments.virtual.hand import Witness
from station.clock import VirtualClock
from station.cycle import Cycle
from station.run import Exposures

FEW = Exposures(absorbance_s=0.025, absorbance_scans=3, emission_s=0.1, emission_scans=3)
LIT = {
    "Room light": {"probe": "off", "uv": "off"},
    "Absorbance": {"probe": "on", "uv": "off"},
    "Emission": {"probe": "off", "uv": "on"},
    "Room light again": {"probe": "off", "uv": "off"},
}


def test_uv_is_on_only_while_the_emission_is_exposed(tmp_path: Path) -> None:
    logbook, seen = tmp_path / "lights", []
    guard = Guard()

    def states() -> dict[str, str]:
        return dict(line.split() for line in logbook.read_text(encoding="utf-8").splitlines())

    try:
        guard.open("virtual:FLAME-S", pace="none")
        guard.hand(Witness(str(logbook)))
        Cycle(guard, VirtualClock(), FEW, report=lambda phase, *_: seen.append((phase, states()))).aliquot()
    finally:
        guard.close()
    assert [phase for phase, _ in seen] == [phase for phase in LIT for _ in range(3)]
    assert all(lights == LIT[phase] for phase, lights in seen)
    assert changes(logbook) == ["probe on", "probe off", "uv on", "uv off"]


def changes(logbook: Path) -> list[str]:
    """Return the lines that changed a light; what is off may be switched off again."""
    lights, changed = {"probe": "off", "uv": "off"}, []
    for line in logbook.read_text(encoding="utf-8").splitlines():
        role, state = line.split()
        if lights[role] != state:
            changed.append(line)
        lights[role] = state
    return changed

"""However the program ends, no instrument process outlives it by two seconds and no light stays on."""

from __future__ import annotations

import pickle
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from instruments.guard import Guard
from instruments.virtual.hand import Witness
from tests.instruments.parents import alive, within
from tests.system.machine import Machine, address_of
from tests.system.processes import started

pytestmark = pytest.mark.system

_PROGRAM = """
import pickle, sys, threading
from instruments.guard import Guard

if __name__ == "__main__":
    address, lighting = pickle.loads(bytes.fromhex(sys.argv[1]))
    guard = Guard()
    guard.open(address, lighting=lighting)
    guard.light("uv", True)
    guard.light("probe", True)
    child = guard.process_id
    if sys.argv[2] == "reading":
        guard.set_exposure(3.0)
        guard.scan()
        threading.Thread(target=guard.scan, daemon=True).start()
    print(child, flush=True)
    sys.stdin.read()
"""


@contextmanager
def program(machine: Machine, logbook: Path, doing: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Yield a program that holds both lights on, perhaps with a read that lasts, and its instrument process."""
    machine.hand(Witness(str(logbook)))
    what = pickle.dumps((address_of(machine.plug("FLAME-S")), machine.lighting)).hex()
    process = started(_PROGRAM, what, doing)
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        assert said, process.communicate()[1]
        child = int(said)
        assert lights(logbook) == {"uv": "on", "probe": "on"}
        yield process, child
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def lights(logbook: Path) -> dict[str, str]:
    """Return what the photodiode saw last of each light."""
    return dict(line.split() for line in logbook.read_text().splitlines())


@pytest.mark.parametrize("doing", ["resting", "reading"])
def test_a_killed_program_leaves_no_process_and_no_light(machine: Machine, tmp_path: Path, doing: str) -> None:
    logbook = tmp_path / "lights"
    with program(machine, logbook, doing) as (process, child):
        process.kill()
        process.wait()
        assert within(2.0, lambda: not alive(child))
        assert lights(logbook) == {"uv": "off", "probe": "off"}


def test_a_program_that_stands_still_loses_its_lights_in_time(machine: Machine, tmp_path: Path) -> None:
    logbook = tmp_path / "lights"
    with program(machine, logbook, "resting") as (process, child):
        process.send_signal(signal.SIGSTOP)
        assert within(4.0, lambda: not alive(child))
        assert lights(logbook) == {"uv": "off", "probe": "off"}


def test_a_program_that_simply_ends_leaves_nothing_and_says_nothing(machine: Machine, tmp_path: Path) -> None:
    logbook = tmp_path / "lights"
    with program(machine, logbook, "resting") as (process, child):
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.close()
        assert process.wait(5.0) == 0
        assert within(2.0, lambda: not alive(child))
        assert lights(logbook) == {"uv": "off", "probe": "off"}
        assert process.stderr.read() == ""


def test_the_next_program_finds_the_device_whatever_the_last_one_left_on_its_wire(
    machine: Machine, tmp_path: Path
) -> None:
    with program(machine, tmp_path / "lights", "reading") as (process, child):
        process.kill()
        process.wait()
        assert within(2.0, lambda: not alive(child))
    guard = Guard()
    try:
        guard.open("ocean:VIRT-FLMS00416")
        guard.set_exposure(0.02)
        guard.scan()
        assert guard.scan().shape == (2048,)
    finally:
        guard.close()

"""A machine of its own for every test, and stations that run on it; Linux with umockdev only."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from instruments.guard import Guard
from tests.system.machine import Machine
from tests.system.usb_plugs import DEBIAN_PYTHON, PRELOAD

_NEEDED = "umockdev, gir1.2-umockdev-1.0, python3-gi and libusb-1.0-0 (Debian's packages)"


@pytest.fixture(scope="session")
def umockdev() -> None:
    """Skip without umockdev; fail where it has to be there."""
    if sys.platform != "linux":
        pytest.skip("usbfs is Linux's")
    asked = "import gi; gi.require_version('UMockdev', '1.0'); import gi.repository.UMockdev"
    command = ["env", f"LD_PRELOAD={PRELOAD}", DEBIAN_PYTHON, "-c", asked]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    if told.returncode == 0 and not told.stderr:
        return
    reason = f"these tests need {_NEEDED}: {told.stderr.strip()}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def machine(umockdev: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """Return a machine whose USB sockets every process that is started from here sees as its own."""
    machine = Machine()
    for name, value in machine.usb.environment.items():
        monkeypatch.setenv(name, value)
    yield machine
    machine.close()


@pytest.fixture
def guard(machine: Machine) -> Iterator[Guard]:
    """Return a guard with nothing open, on that machine."""
    guard = Guard()
    yield guard
    guard.close()

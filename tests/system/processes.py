"""Programs of their own on the machine, and what can be seen of processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def alive(process_id: int) -> bool:
    """Tell whether a process still runs; one that has ended but was not fetched yet does not."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def within(limit_s: float, happened: Callable[[], bool]) -> bool:
    """Tell whether it happens within a limit."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if happened():
            return True
        time.sleep(0.01)
    return happened()


def started(program: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a program of our own in its own process; its three streams are pipes."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def told_by(program: str, *arguments: str, unprivileged: bool = False) -> str:
    """Return what a program says; `unprivileged`: root's right to open everything is taken from it."""
    command = [sys.executable, "-c", program, *arguments]
    if unprivileged and os.geteuid() == 0:
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    told = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 0, told.stderr
    return told.stdout

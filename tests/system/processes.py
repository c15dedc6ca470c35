"""Programs of their own on the machine."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.instruments.parents import ROOT


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

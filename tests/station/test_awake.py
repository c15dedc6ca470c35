"""While a run is open the computer is kept awake, or it is said that it cannot be; and nothing is left behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from station.awake import HELD, Awake

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="logind is Linux's")

INHIBITOR = """#!/bin/sh
# as systemd-inhibit does: takes the lock, runs the command, and lets go when it ends
while case "$1" in --*) true ;; *) false ;; esac; do shift; done
echo $$ >> "{log}"
"$@"
"""

HOLDER = """
import sys
from station.awake import Awake
awake = Awake()
awake.hold()
while awake.told()[0] is None:
    pass
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def inhibitor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a systemd-inhibit in the way that always gets its lock; return the file with its process numbers."""
    log = tmp_path / "processes.txt"
    program = tmp_path / "bin" / "systemd-inhibit"
    program.parent.mkdir()
    program.write_text(INHIBITOR.format(log=log))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return log


def settled(awake: Awake) -> tuple[bool | None, str]:
    """Return what is told once the system has answered."""
    while awake.told()[0] is None:
        pass
    return awake.told()


def gone_within_2_s(process_id: int) -> bool:
    try:
        handle = os.pidfd_open(process_id)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 2.0)[0])
    finally:
        os.close(handle)


def test_nobody_is_told_anything_before_a_run_is_open() -> None:
    assert Awake().told() == (None, "")


def test_while_held_it_says_so_and_afterwards_no_process_is_left(inhibitor: Path) -> None:
    awake = Awake()
    awake.hold()
    awake.hold()
    assert settled(awake) == (True, HELD)
    awake.let_go()
    (process_id,) = inhibitor.read_text().split()
    assert gone_within_2_s(int(process_id))
    assert awake.told() == (None, "")


def test_a_program_that_is_killed_leaves_nothing_that_keeps_the_computer_awake(inhibitor: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        (process_id,) = inhibitor.read_text().split()
        assert Path(f"/proc/{process_id}").exists()
        holder.send_signal(signal.SIGKILL)
        assert gone_within_2_s(int(process_id))


def test_a_lock_that_is_lost_is_said(inhibitor: Path) -> None:
    awake = Awake()
    awake.hold()
    settled(awake)
    (process_id,) = inhibitor.read_text().split()
    os.kill(int(process_id), signal.SIGKILL)
    while awake.told()[0]:
        pass
    kept, words = awake.told()
    assert kept is False
    assert words.startswith("the computer may fall asleep during the run (systemd-inhibit: it has ended by itself)")
    awake.let_go()


def test_a_computer_without_logind_says_why_it_may_fall_asleep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refusing = tmp_path / "systemd-inhibit"
    refusing.write_text("#!/bin/sh\necho 'Failed to inhibit: Access denied' >&2\nexit 1\n")
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    awake = Awake()
    awake.hold()
    kept, words = settled(awake)
    assert kept is False
    assert "systemd-inhibit: Failed to inhibit: Access denied" in words
    awake.let_go()


def test_a_computer_without_the_program_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    awake = Awake()
    awake.hold()
    kept, words = awake.told()
    assert kept is False
    assert "systemd-inhibit is not on this computer" in words
    awake.let_go()

"""However the program ends, nothing it has started is left two seconds later, and no light stays on."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.instruments.parents import Parent, alive, last_states, state_of, within

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="signals, and looks at /proc"),
]

BOTH_OFF = {"uv": "off", "probe": "off"}
LIMIT_S = 2.0


def nothing_left(parent: Parent) -> bool:
    """Tell whether everything the program has started is gone in time."""
    return within(LIMIT_S, lambda: not parent.left())


@pytest.mark.parametrize("doing", ["", "wedged", "long"])
def test_a_killed_program_leaves_no_process_and_no_light(tmp_path: Path, doing: str) -> None:
    with Parent(tmp_path, doing) as parent:
        assert last_states(parent.logbook) == {"uv": "on", "probe": "on"}
        parent.process.kill()
        assert nothing_left(parent)
        assert last_states(parent.logbook) == BOTH_OFF
        assert parent.complaints() == ""


@pytest.mark.parametrize("doing", ["", pytest.param("wedged", marks=pytest.mark.slow)])
def test_a_terminated_program_leaves_no_process_and_no_light(tmp_path: Path, doing: str) -> None:
    with Parent(tmp_path, doing) as parent:
        parent.send(signal.SIGTERM)
        assert nothing_left(parent)
        assert last_states(parent.logbook) == BOTH_OFF


@pytest.mark.parametrize(
    "doing", ["", pytest.param("wedged", marks=pytest.mark.slow), pytest.param("long", marks=pytest.mark.slow)]
)
def test_a_program_that_simply_ends_leaves_nothing(tmp_path: Path, doing: str) -> None:
    with Parent(tmp_path, doing) as parent:
        assert parent.finish() == 0
        assert nothing_left(parent)
        assert last_states(parent.logbook) == BOTH_OFF
        assert parent.complaints() == ""


def test_a_program_that_ends_by_an_exception_leaves_nothing(tmp_path: Path) -> None:
    with Parent(tmp_path, "raises") as parent:
        assert parent.finish() == 1
        assert nothing_left(parent)
        assert last_states(parent.logbook) == BOTH_OFF
        assert "at the end" in parent.complaints()


@pytest.mark.slow
def test_a_program_that_stands_still_loses_its_lights_and_leaves_nothing_once_killed(tmp_path: Path) -> None:
    with Parent(tmp_path) as parent:
        parent.send(signal.SIGSTOP)
        assert within(4.0, lambda: not alive(parent.child))
        assert last_states(parent.logbook) == BOTH_OFF
        parent.process.kill()
        assert nothing_left(parent)


def test_a_copy_of_the_program_that_holds_its_pipes_keeps_nothing_going(tmp_path: Path) -> None:
    with Parent(tmp_path, "copied") as parent:
        parent.process.kill()
        assert within(LIMIT_S, lambda: not alive(parent.child))
        assert last_states(parent.logbook) == BOTH_OFF


def test_a_stopped_instrument_process_makes_its_lights_safe_when_the_program_is_killed(tmp_path: Path) -> None:
    with Parent(tmp_path) as parent:
        os.kill(parent.child, signal.SIGSTOP)
        assert within(1.0, lambda: state_of(parent.child) == "T")
        parent.process.kill()
        assert nothing_left(parent)
        assert last_states(parent.logbook) == BOTH_OFF


@pytest.mark.slow
def test_a_driver_that_keeps_the_interpreter_to_itself_does_not_outlive_the_program(tmp_path: Path) -> None:
    with Parent(tmp_path, "seized") as parent:
        parent.process.kill()
        assert nothing_left(parent)


@pytest.mark.slow
@pytest.mark.parametrize("doing", ["seized", "stopped"])
def test_a_program_can_end_although_its_instrument_process_cannot(tmp_path: Path, doing: str) -> None:
    with Parent(tmp_path, doing) as parent:
        if doing == "stopped":
            os.kill(parent.child, signal.SIGSTOP)
        assert parent.finish() == 0
        assert nothing_left(parent)


def test_the_instrument_process_makes_the_lights_safe_at_sigterm_even_while_a_read_is_stuck(tmp_path: Path) -> None:
    with Parent(tmp_path, "wedged") as parent:
        os.kill(parent.child, signal.SIGTERM)
        assert within(LIMIT_S, lambda: not alive(parent.child))
        assert last_states(parent.logbook) == BOTH_OFF


def test_keys_at_the_terminal_reach_the_program_only(tmp_path: Path) -> None:
    with Parent(tmp_path) as parent:
        assert os.getpgid(parent.child) == parent.child
        os.kill(parent.child, signal.SIGINT)
        assert parent.finish() == 0
        assert last_states(parent.logbook) == BOTH_OFF

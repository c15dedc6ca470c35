"""What can go wrong with the spectrometer: what is said, and that the next scan is whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from instruments.guard import Guard
from instruments.spectrometer import NO_LIGHT, Busy, Disconnected, InstrumentError, Role, Timeout
from instruments.virtual.hand import Kind, Trouble

pytestmark = pytest.mark.slow

ROLES: tuple[Role, ...] = ("probe", "uv")
MODELS = ("virtual:FLAME-S", pytest.param("virtual:SR4", marks=pytest.mark.slow))  # one of each protocol


@pytest.fixture(params=MODELS)
def guard(request: pytest.FixtureRequest) -> Iterator[Guard]:
    guard = Guard()
    guard.open(request.param, pace="none", seed=1)
    guard.set_exposure(0.05)
    yield guard
    guard.close()


def whole(guard: Guard) -> bool:
    """Tell whether a scan has as many values as the spectrometer has pixels, and sees anything."""
    counts = guard.scan()
    return counts.shape == guard.info.wavelengths_nm.shape and bool(np.median(counts) > 0)


def lit_median(guard: Guard, lit: Sequence[Role]) -> float:
    """Return the median counts of the second scan with these lights on."""
    for role in lit:
        guard.light(role, True)
    guard.scan()
    return float(np.median(guard.scan()))


@pytest.mark.slow
def test_unplugged_while_idle_is_noticed_by_a_check_and_by_nothing_else(guard: Guard) -> None:
    guard.check()
    before = guard.scan()
    guard.check()
    assert np.median(guard.scan()) == pytest.approx(np.median(before), rel=0.05)
    guard.hand(Trouble("unplug"))
    with pytest.raises(Disconnected, match="Plug it in"):
        guard.check()


@pytest.mark.parametrize("when", ["unplug", "unplug exposing", "unplug reading"])
def test_unplugged_and_plugged_in_again_it_goes_on_as_it_was_set(guard: Guard, when: Kind) -> None:
    lit = [role for role in ROLES if getattr(guard.info, role) != NO_LIGHT]  # this driver switches no lamp on the SR4
    before = lit_median(guard, lit)
    guard.hand(Trouble(when))
    with pytest.raises(Disconnected, match="Plug it in"):
        guard.scan()
    if "probe" in lit:
        assert guard.light_state("probe") == "unknown"
    with pytest.raises(Disconnected):
        guard.restart()
    with pytest.raises(Disconnected):
        _ = guard.info
    guard.hand(Trouble("replug"))
    guard.restart()
    assert guard.light_state("probe") == guard.light_state("uv") == "off"
    assert lit_median(guard, lit) == pytest.approx(before, rel=0.05)


@pytest.mark.slow
def test_another_spectrometer_in_its_place_is_not_taken_for_it(guard: Guard) -> None:
    serial = guard.info.serial
    guard.hand(Trouble("unplug"))
    guard.hand(Trouble("replug other"))
    with pytest.raises(Disconnected, match=serial):
        guard.restart()
    guard.hand(Trouble("unplug"))
    guard.hand(Trouble("replug"))
    assert guard.restart().serial == serial


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("virtual:FLAME-S", "short frame"),
        ("virtual:FLAME-S", "wrong sync"),
        ("virtual:SR4", "corrupt header"),
    ],
)
@pytest.mark.slow
def test_a_frame_that_makes_no_sense_is_thrown_away_and_the_next_is_whole(address: str, kind: Kind) -> None:
    guard = Guard()
    try:
        guard.open(address, pace="none", seed=1)
        guard.light("uv", True)
        guard.hand(Trouble(kind))
        with pytest.raises(InstrumentError, match="easure again"):
            guard.scan()
        for _ in range(3):
            assert whole(guard)
        assert guard.light_state("uv") == "on"
    finally:
        guard.close()


def test_silence_is_a_timeout_and_works_again(guard: Guard) -> None:
    guard.hand(Trouble("silence"))
    with pytest.raises(Timeout, match="easure again"):
        guard.scan()
    assert whole(guard)


@pytest.mark.slow
def test_one_that_another_program_holds_is_told_and_opened_once_it_is_free(guard: Guard) -> None:
    address = guard.info.address
    guard.hand(Trouble("claim"))
    with pytest.raises(Busy, match="Close that program"):
        guard.restart()
    guard.hand(Trouble("free"))
    assert guard.restart().address == address


def test_one_that_this_user_may_not_open_is_told_and_opened_once_he_may(guard: Guard) -> None:
    guard.hand(Trouble("forbid"))
    with pytest.raises(InstrumentError, match="may not open"):
        guard.restart()
    guard.hand(Trouble("allow"))
    guard.restart()
    assert whole(guard)


@pytest.mark.slow
def test_a_forbidden_spectrometer_beside_it_changes_nothing(guard: Guard) -> None:
    guard.hand(Trouble("stranger"))
    guard.restart()
    assert whole(guard)

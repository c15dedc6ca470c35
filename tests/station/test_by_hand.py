"""Asking the chemist, and seeing from the counts whether it was done."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.spectrum import FloatArray
from station.by_hand import Asking, LightByHand, light_changed
from station.cycle import Cancelled

PIXELS = 2048


def seen(level: float = 0.0, *, width: int = 60, seed: int = 1, offset: float = 0.0) -> FloatArray:
    """Return two scans in which a line of this height stands over pedestal and noise."""
    rng = np.random.default_rng(seed)
    counts = rng.normal(2_400.0 + offset, 25.0, (2, PIXELS))
    counts[:, 400 : 400 + width] += level
    return counts


@given(st.integers(0, 10_000), st.floats(-6.0, 6.0))
def test_noise_and_a_moving_offset_are_no_light(seed: int, offset: float) -> None:
    before, after = seen(seed=seed), seen(seed=seed + 1, offset=offset)
    assert not light_changed(before, after, on=True)
    assert not light_changed(before, after, on=False)


@given(st.floats(200.0, 60_000.0), st.integers(40, 2_000), st.integers(0, 10_000))
def test_a_light_is_seen_to_go_on_and_to_go_off_and_never_the_wrong_way(level: float, width: int, seed: int) -> None:
    dark, lit = seen(seed=seed), seen(level, width=min(width, PIXELS - 400), seed=seed + 1)
    assert light_changed(dark, lit, on=True)
    assert light_changed(lit, dark, on=False)
    assert not light_changed(dark, lit, on=False)


def test_what_is_asked_is_shown_while_it_is_asked_and_not_afterwards() -> None:
    shown: list[str | None] = []

    def announce() -> None:
        shown.append(asking.wanted)
        asking.done()

    asking = Asking(announce, lambda: None)
    asking("Open the shutter.")
    assert shown == ["Open the shutter.", None]


def test_nothing_is_done_where_nothing_is_asked() -> None:
    asking = Asking(lambda: None, lambda: None)
    assert not asking.done()


def test_waiting_ends_when_the_station_is_stopped() -> None:
    def stopped() -> None:
        raise Cancelled

    asking = Asking(lambda: None, stopped)
    with pytest.raises(Cancelled):
        asking("Open the shutter.")
    assert asking.wanted is None


def test_a_light_whose_question_was_not_answered_is_unknown_and_asked_for_again() -> None:
    asked: list[str] = []

    def ask(sentence: str) -> None:
        asked.append(sentence)
        if len(asked) == 2:
            raise Cancelled

    light = LightByHand("torch", ask, None)
    light.switch(False)
    with pytest.raises(Cancelled):
        light.switch(True)
    states = [light.state]
    light.switch(False)
    states.append(light.state)
    assert states == ["unknown", "off"]
    assert len(asked) == 3


def test_a_steady_lamp_that_was_not_blocked_is_asked_for_again_in_its_own_words() -> None:
    asked: list[str] = []
    looks = iter((np.full((2, 320), 900.0), np.full((2, 320), 900.0), np.full((2, 320), 100.0)))
    lamp = LightByHand("halogen lamp", asked.append, lambda: next(looks), steady=True)
    lamp.switch(False)
    assert asked == [
        "Block the light of the lamp, leave it burning: halogen lamp. Then confirm.",
        "The counts have not changed. Is its light blocked: halogen lamp? "
        "Then confirm; if it was so before, stop and measure again.",
    ]

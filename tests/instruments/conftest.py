"""An instrument of either model, opened in its own process through the stock driver on the virtual bus."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from seabreeze.pyseabreeze import protocol

from instruments.guard import Guard
from instruments.virtual.hand import Fill, Place

ADDRESSES = ("virtual:FLAME-S", "virtual:USB4000")


@pytest.fixture(scope="session", autouse=True)
def prompt_firmware() -> Iterator[None]:
    """Let the driver in this process not wait 0.1 s for what the virtual bus does at once: to begin."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(protocol, "time", SimpleNamespace(sleep=lambda seconds: None))
        yield


@pytest.fixture(scope="module", params=ADDRESSES)
def opened(request: pytest.FixtureRequest) -> Iterator[Guard]:
    """Return a guard whose instrument process is shared by the tests of one module."""
    guard = Guard()
    guard.open(request.param, pace="none", seed=7)
    yield guard
    guard.close()


@pytest.fixture
def guard(opened: Guard) -> Guard:
    """Return the instrument with both lights off, solvent in the holder, 0.1 s and no stale frame under way."""
    for role in ("probe", "uv"):
        opened.light(role, False)
    opened.hand(Fill(None))
    opened.hand(Place("solvent"))
    opened.set_exposure(0.1)
    opened.scan()
    return opened

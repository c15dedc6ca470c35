"""What every light must do, whatever switches it: a test file hands in its light and inherits this class."""

from __future__ import annotations

from typing import Protocol

import pytest

from instruments.spectrometer import Disconnected, LightSource, LightUnreachable


class LightOnBench(Protocol):
    """A light and what stands behind it, as the tests see it."""

    @property
    def source(self) -> LightSource:
        """Get the light under test."""

    def is_lit(self) -> bool:
        """Tell whether it really shines."""

    def cut_off(self) -> None:
        """Take away what the light is switched through: the cable, the driver, the chemist."""

    def bring_back(self) -> None:
        """Put it back."""


class LightSourceContract:
    """Inherited by the tests of every light; their module has the fixture `light`."""

    def test_it_has_a_name_that_can_be_written_on_a_reading(self, light: LightOnBench) -> None:
        assert light.source.name.strip()
        assert light.source.name.isprintable()

    def test_it_shines_while_it_is_on_and_not_after(self, light: LightOnBench) -> None:
        assert not light.is_lit()
        light.source.switch(True)
        assert light.is_lit()
        light.source.switch(False)
        assert not light.is_lit()
        light.source.switch(True)
        assert light.is_lit()

    def test_asking_twice_changes_nothing(self, light: LightOnBench) -> None:
        for on in (False, False, True, True, False, False):
            light.source.switch(on)
            assert light.is_lit() is on

    def test_what_cannot_be_reached_is_said_with_what_to_do(self, light: LightOnBench) -> None:
        light.source.switch(True)
        light.cut_off()
        with pytest.raises((LightUnreachable, Disconnected)) as caught:
            light.source.switch(False)
        sentence = str(caught.value)
        assert sentence.endswith(".")
        assert "by hand" in sentence or "Plug it in" in sentence
        assert not any(word in sentence.lower() for word in ("error", "invalid", "please", "!"))

    def test_it_can_be_switched_again_once_it_is_back(self, light: LightOnBench) -> None:
        light.source.switch(True)
        light.cut_off()
        with pytest.raises((LightUnreachable, Disconnected)):
            light.source.switch(False)
        light.bring_back()
        light.source.switch(False)
        assert not light.is_lit()
        light.source.switch(True)
        assert light.is_lit()

    def test_closing_darkens_it_for_good(self, light: LightOnBench) -> None:
        light.source.switch(True)
        light.source.close()
        assert not light.is_lit()
        with pytest.raises((LightUnreachable, Disconnected)):
            light.source.switch(True)
        assert not light.is_lit()
        light.source.close()

    def test_closing_what_is_gone_never_raises(self, light: LightOnBench) -> None:
        light.source.switch(True)
        light.cut_off()
        light.source.close()
        light.source.close()

"""What a light can be chosen from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from instruments.serial_ports import PortListing
from instruments.spectrometer import LightChoice, Lighting, SerialPort
from station import light_choices
from station.bench_settings import check_lighting
from station.status import own_lighting
from tests.gui import stories


def test_ports_are_listed_with_their_words_the_one_on_the_virtual_bench_only_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = SerialPort("/dev/ttyUSB0", "0403:6001:a10kx3")
    monkeypatch.setattr(light_choices, "ports", lambda: (PortListing(port, "FT232R USB UART"),))
    real = ((port, "FT232R USB UART"),)
    assert light_choices.serial_ports() == real
    assert light_choices.serial_ports(virtual=True) == (
        (light_choices.VIRTUAL_PORT, "on the virtual bench"),
        *real,
    )


def test_the_lights_an_instrument_has_by_itself_can_be_chosen_again_as_they_are() -> None:
    lighting = own_lighting(stories.INFO)
    assert lighting.uv.port == light_choices.VIRTUAL_PORT
    assert list(check_lighting(lighting)) == []
    real = replace(stories.INFO, virtual=False, uv="none", uv_kind="none")
    assert own_lighting(real) == Lighting(LightChoice("lamp line", "lamp line"), LightChoice("none", "none"))

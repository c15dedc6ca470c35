"""What a model can do besides measuring: linearity from its memory, what others left switched on, temperatures."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import usb.core
from seabreeze.spectrometers import SeaBreezeError

from instruments import ocean_features
from instruments.linearity import NONE_STORED, UNREADABLE
from instruments.ocean_models import facts
from instruments.spectrometer import Disconnected, Temperatures

FULL = 65_535.0


class Eeprom:
    """EEPROM slots 6 ... 14 with these texts."""

    def __init__(self, *texts: str, order: str = "7") -> None:
        self._slots = {6 + i: text for i, text in enumerate(texts)} | {14: order}

    def eeprom_read_slot(self, slot: int) -> str:
        return self._slots[slot]


class Asked:
    """A feature that notes what it is asked, and fails where it is told to."""

    def __init__(self, fails: Exception | None = None) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self._fails = fails

    def __getattr__(self, name: str) -> Any:
        def asked(*given: Any) -> None:
            self.calls.append((name, given))
            if self._fails is not None:
                raise self._fails

        return asked


def nothing(features: Any, name: str) -> None:
    return None


def of(**present: Any) -> SimpleNamespace:
    """Return the features of a device that has only these."""
    names: tuple[str, ...] = (
        "nonlinearity_coefficients",
        "eeprom",
        "thermo_electric",
        "temperature",
        "spectrum_processing",
    )
    names += ("pixel_binning", "acquisition_delay", "data_buffer", "strobe_lamp", "continuous_strobe")
    return SimpleNamespace(**dict.fromkeys((*names, "raw_usb_bus_access")) | present)


@pytest.mark.parametrize(
    ("eeprom", "linearity", "why_not"),
    [
        (Eeprom("0.9", "1e-6", order="1"), (0.9, 1e-6), ""),
        (Eeprom("0.9", "1e-6", order="1.0"), (0.9, 1e-6), ""),
        (Eeprom(*["0"] * 8), (), "all zero"),  # dividing by them gives infinities
        (Eeprom("0.9", "nan", order="1"), (), "not all numbers"),
        (Eeprom("", order=""), (), "cannot be read"),  # never written
        (Eeprom("0.9", "?", order="1"), (), "cannot be read"),
        (None, (), "stores no coefficients"),
    ],
)
def test_linearity_is_read_from_the_slots_where_the_driver_has_no_feature(
    eeprom: Eeprom | None, linearity: tuple[float, ...], why_not: str
) -> None:
    taken, said = ocean_features.linearity(of(eeprom=eeprom), FULL, nothing)
    assert taken == linearity
    assert why_not in said


def test_linearity_comes_from_the_driver_where_it_has_it_and_from_what_it_does_not_offer_else() -> None:
    told = SimpleNamespace(get_nonlinearity_coefficients=lambda: [0.95, 1e-7])
    assert ocean_features.linearity(of(nonlinearity_coefficients=told), FULL, nothing)[0] == (0.95, 1e-7)
    assert ocean_features.linearity(of(), FULL, lambda features, name: told)[0] == (0.95, 1e-7)
    assert ocean_features.linearity(of(), FULL, nothing) == ((), NONE_STORED)


def test_a_device_that_does_not_answer_for_its_linearity_has_none_whatever_the_driver_makes_of_it() -> None:
    def told(failure: Exception) -> SimpleNamespace:
        def get() -> None:
            raise failure

        return of(nonlinearity_coefficients=SimpleNamespace(get_nonlinearity_coefficients=get))

    refuses = SeaBreezeError("Unknown message type")
    assert ocean_features.linearity(told(refuses), FULL, nothing) == ((), UNREADABLE)
    refused = SeaBreezeError("Data transfer error")  # as cseabreeze says of a device that stores none, and of none
    refused.error_code = 6  # type: ignore[attr-defined]  # cseabreeze adds it
    assert ocean_features.linearity(told(refused), FULL, nothing) == ((), UNREADABLE)


def test_what_another_program_may_have_left_is_set_back() -> None:
    features = of(
        spectrometer=Asked(),
        spectrum_processing=Asked(),
        pixel_binning=Asked(),
        acquisition_delay=Asked(),
        data_buffer=Asked(),
    )
    assert ocean_features.reset_left_overs(features) == ()
    assert features.spectrometer.calls == [("set_trigger_mode", (0,))]
    assert features.spectrum_processing.calls == [("set_scans_to_average", (1,)), ("set_boxcar_width", (0,))]
    assert features.pixel_binning.calls == [("set_binning_factor", (0,))]
    assert features.acquisition_delay.calls == [("set_delay_microseconds", (0,))]
    assert features.data_buffer.calls == [("clear", ())]


def test_a_trigger_that_is_not_set_back_is_said_and_stops_nothing() -> None:
    features = of(spectrometer=Asked(SeaBreezeError("Error: Invalid trigger mode")), data_buffer=Asked(ValueError()))
    (note,) = ocean_features.reset_left_overs(features)
    assert "trigger" in note
    with pytest.raises(Disconnected):
        ocean_features.reset_left_overs(of(spectrometer=Asked(usb.core.USBError("No such device", -4, 19))))


def test_temperatures_are_the_coolers_and_the_first_plausible_of_the_board() -> None:
    tec = SimpleNamespace(read_temperature_degrees_celsius=lambda: -10.2)
    board = SimpleNamespace(temperature_get_all=lambda: (-273.0, 31.5, 28.0))
    features = of(thermo_electric=tec, temperature=board)
    cooler = ocean_features.cooler(features, nothing)
    assert ocean_features.temperatures(features, cooler) == Temperatures(detector_c=-10.2, board_c=31.5)
    assert ocean_features.temperatures(of(), None) == Temperatures()


def test_the_cooler_is_given_its_goal_before_it_is_switched_on() -> None:
    tec = Asked()
    cooler = ocean_features.cooler(of(thermo_electric=tec), nothing)
    assert cooler is not None
    cooler.set_c(-15.0)
    assert tec.calls == [("set_temperature_setpoint_degrees_celsius", (-15.0,)), ("enable_tec", (True,))]
    assert ocean_features.cooler(of(), nothing) is None


def test_the_lamp_line_is_the_drivers_lamp_else_its_strobe_else_the_command_itself() -> None:
    lamp, strobe, raw = Asked(), Asked(), Asked()
    model = facts("USB4000")
    for features in (
        of(strobe_lamp=lamp, continuous_strobe=strobe, raw_usb_bus_access=raw),
        of(continuous_strobe=strobe, raw_usb_bus_access=raw),
        of(raw_usb_bus_access=raw),
    ):
        drive = ocean_features.lamp_line(features, model)
        assert drive is not None
        drive(True)
    assert lamp.calls == [("enable_lamp", (True,))]
    assert strobe.calls == [("set_enable", (True,))]
    assert raw.calls == [("raw_usb_write", (b"\x03\x01\x00", "primary_out"))]
    assert ocean_features.lamp_line(of(raw_usb_bus_access=raw), facts("STS")) is None
    assert ocean_features.lamp_line(of(), model) is None

"""The set-up pages: what they say, what is wrong said beside it, and the orders that follow, by keys alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from analysis.emission_light import ONSET_SHARE
from analysis.response import response_of
from analysis.spectrum import Quantity
from gui import set_up
from gui.actions import Act
from gui.dress import texts
from gui.shown import optics, set_up_device, set_up_doctor, set_up_lights, set_up_onset, set_up_optics
from gui.shown.set_up import DROPS, Line, Offered, Reading, shown_number
from instruments.spectrometer import (
    DeviceListing,
    LedCommands,
    LightChoice,
    Lighting,
    SerialPort,
    Temperatures,
)
from station import events, orders
from station.events import Light, Progress, State, Status
from station.optics import Corrections, Excitation, Geometry, Optics
from station.recipe import HOUR_S
from station.run import Exposures
from tests.gui import stories
from tests.gui.conftest import Bench, Opener

NOW_S = stories.T0_S + 1.2 * HOUR_S
QUIET = stories.status(2, now_s=NOW_S)
PORT = SerialPort("/dev/ttyUSB0", "0403:6001:a10kx3")
DRIVER = LedCommands("Bench LED", "ID?", "LED", "ON", "OFF", "OK", "MA {mA}", manual="its manual")
OFFERED = Offered(
    (
        DeviceListing("virtual:FLAME-S", "Flame-S", "FLMS00416", "pyseabreeze", True),
        DeviceListing("ocean:QEP01234", "QE Pro", "QEP01234", "cseabreeze", False),
        DeviceListing("ocean:USB4F1", "USB4000", "USB4F1", "cseabreeze", False, "open in another program: close it"),
    ),
    ((PORT, "FT232R USB UART"),),
    (DRIVER,),
)


def line(lines: tuple[Line, ...], name: str) -> Line:
    return next(found for found in lines if found.name == name)


def said(lines: tuple[Line, ...]) -> str:
    return " | ".join(f"{found.label}: {found.value}" for found in lines if found.kind == "say")


# What is typed


@pytest.mark.parametrize(
    ("text", "value", "wrong"),
    [
        ("405", 405.0, ""),
        (" 405,5 ", 405.5, ""),
        ("1 000", 1000.0, ""),
        ("twelve", None, "'twelve' is no number"),
        ("nan", None, "from 200 to 1100"),
        ("1e9", None, "from 200 to 1100"),
        ("", None, "a number from 200 to 1100"),
    ],
)
def test_what_is_typed_is_a_number_or_says_why_not(text: str, value: float | None, wrong: str) -> None:
    reading = Reading({"nm": text})
    assert reading.number("nm", 200.0, 1100.0) == value
    assert reading.wrong.get("nm", "") == wrong


nm = st.floats(200.0, 1100.0).map(lambda value: round(value, 2))
RESPONSE = response_of("lamp.csv", np.linspace(400.0, 900.0, 26), np.ones(26))
maybe = st.none() | st.floats(1.0, 100.0).map(lambda value: round(value, 2))


@given(
    st.none() | st.builds(Excitation, st.sampled_from(["LED", "laser"]), nm, maybe, maybe, maybe),
    st.none() | nm,
    st.sampled_from(["90 degrees", "front face"]),
    maybe,
    st.builds(Corrections, st.sampled_from([None, 0.02, 5.0]), st.booleans(), st.sampled_from([None, RESPONSE])),
)
def test_an_optical_set_up_comes_back_as_it_was_typed(
    excitation: Excitation | None, edge: float | None, geometry: str, slit: float | None, corrections: Corrections
) -> None:
    face: Geometry = "front face" if geometry == "front face" else "90 degrees"
    made = Optics(excitation, edge, face, 10.0, slit, None, corrections)
    found, wrong = set_up_optics.read(set_up_optics.typed(made), corrections.response)
    through = edge is not None and excitation is not None and edge <= excitation.nm
    assert (found == made, set(wrong)) == ((False, {"edge"}) if through else (True, set()))


def test_an_optical_set_up_in_a_few_words() -> None:
    assert optics.spoken(Optics()) == "405 nm LED, 90°, 10 mm"
    front = Optics(Excitation("laser", 366.0), 400.0, "front face", 2.0, 50.0, 600.0)
    assert optics.spoken(front) == ("366 nm laser, long-pass 400 nm, front face, 2 mm, slit 50 µm, fibre 600 µm")
    assert optics.spoken(Optics(None)).startswith("no excitation")


def test_a_change_that_drops_dark_and_reference_says_so_before_it_is_applied() -> None:
    typed = {**set_up_optics.typed(QUIET.optics), "slit": "50"}
    assert line(set_up_optics.lines(typed, QUIET), set_up_optics.APPLY).beside == DROPS
    without = replace(QUIET, dark_at_s=None)
    assert line(set_up_optics.lines(typed, without), set_up_optics.APPLY).beside == ""


@pytest.mark.parametrize("changed", [{"stray": "0.05"}, {"drift": set_up_optics.LEFT}])
def test_how_absorbance_is_read_can_be_changed_without_a_new_dark_and_reference(changed: dict[str, str]) -> None:
    lines = set_up_optics.lines({**set_up_optics.typed(QUIET.optics), **changed}, QUIET)
    apply = line(lines, set_up_optics.APPLY)
    assert (apply.wrong, apply.beside) == ("", "")


def test_a_stray_light_that_no_instrument_has_is_not_taken() -> None:
    lines = set_up_optics.lines({**set_up_optics.typed(QUIET.optics), "stray": "50"}, QUIET)
    assert line(lines, "stray").wrong == "from 0.0001 to 10"


def test_the_page_says_by_what_emission_is_corrected_and_offers_the_way_back() -> None:
    plain = set_up_optics.lines(set_up_optics.typed(QUIET.optics), QUIET)
    assert "uncorrected" in said(plain)
    assert not any(each.name == set_up_optics.NO_RESPONSE for each in plain)
    corrected = replace(QUIET, optics=Optics(corrections=Corrections(response=RESPONSE)))
    lines = set_up_optics.lines(set_up_optics.typed(corrected.optics), corrected)
    assert "corrected by lamp.csv, 400 to 900 nm" in said(lines)
    assert line(lines, set_up_optics.NO_RESPONSE).wrong == ""
    busy = replace(corrected, obstacles={"UseResponse": "measuring"})
    assert (
        line(set_up_optics.lines(set_up_optics.typed(busy.optics), busy), set_up_optics.RESPONSE).wrong == "measuring"
    )


def test_a_response_file_is_chosen_and_taken_away(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up = bench.window.panels.set_up
    press(bench, Qt.Key.Key_B, Qt.Key.Key_3)
    for chosen in ("", "/lab/lamp.csv"):
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, chosen=chosen: (chosen, ""))
        set_up.press(set_up_optics.RESPONSE)
    set_up.press(set_up_optics.NO_RESPONSE)
    assert bench.link.orders == [orders.UseResponse("/lab/lamp.csv"), orders.UseResponse(None)]


def test_nothing_is_applied_that_is_wrong_or_as_it_was() -> None:
    apply = line(set_up_optics.lines(set_up_optics.typed(QUIET.optics), QUIET), set_up_optics.APPLY)
    assert apply.wrong == "nothing has changed"
    typed = {**set_up_optics.typed(QUIET.optics), "path": "ten"}
    lines = set_up_optics.lines(typed, QUIET)
    assert line(lines, "path").wrong == "'ten' is no number"
    assert line(lines, set_up_optics.APPLY).wrong == "not while something above is wrong"
    busy = replace(QUIET, obstacles={"UseOptics": "measuring"})
    assert line(set_up_optics.lines({**typed, "path": "2"}, busy), set_up_optics.APPLY).wrong == "measuring"


# Onset


@pytest.mark.parametrize(
    ("text", "wrong"), [("1", "from 2 to "), ("0", "from 2 to "), ("99.5", "a whole number"), ("often", "is no number")]
)
def test_a_rate_of_false_alarms_that_no_test_holds_is_not_taken(text: str, wrong: str) -> None:
    lines = set_up_onset.lines({"runs": text, "bright": "20000"}, QUIET)
    assert wrong in line(lines, "runs").wrong
    assert line(lines, set_up_onset.APPLY).wrong == "not while something above is wrong"


def test_the_rate_of_false_alarms_is_typed_as_one_in_so_many_runs(bench: Bench) -> None:
    bench.shows(QUIET)
    set_up = bench.window.panels.set_up
    press(bench, Qt.Key.Key_B, Qt.Key.Key_3)
    assert set_up.typed["runs"] == "100"
    set_up.type("runs", "1000")
    set_up.press(set_up_onset.APPLY)
    assert bench.link.orders == [orders.UseOnset(0.001, 20_000.0)]


def test_the_bright_end_state_is_typed_and_the_level_of_an_onset_said(bench: Bench) -> None:
    bench.shows(QUIET)
    set_up = bench.window.panels.set_up
    press(bench, Qt.Key.Key_B, Qt.Key.Key_3)
    assert set_up.typed["bright"] == "20000"
    set_up.type("bright", "4000")
    lines = set_up_onset.lines(set_up.typed, QUIET)
    assert line(lines, "bright").beside.endswith("an onset is 0.5 % of it, 20 counts/s")
    assert set_up_onset.OF_BRIGHT == ONSET_SHARE
    assert "keeps an onset at 100 counts/s" in said(lines), "records stand in the open run"
    set_up.press(set_up_onset.APPLY)
    assert bench.link.orders == [orders.UseOnset(0.01, 4000.0)]
    wrong = set_up_onset.lines({"runs": "100", "bright": "50"}, QUIET)
    assert line(wrong, "bright").wrong == "from 100 to 10\u202f000\u202f000"
    assert line(wrong, set_up_onset.APPLY).wrong == "not while something above is wrong"


def test_an_open_run_with_records_is_said_to_keep_its_own_rate() -> None:
    other = replace(QUIET, false_alarm=0.001)
    assert "the open run keeps 1 in 100" in said(set_up_onset.lines(set_up_onset.typed(other), other))
    assert "keeps" not in said(set_up_onset.lines(set_up_onset.typed(QUIET), QUIET))
    empty = replace(other, run=stories.run(0, t0=False))
    assert "keeps" not in said(set_up_onset.lines(set_up_onset.typed(empty), empty))


# Lights

SERIAL = {
    "uv.kind": "serial",
    "uv.port": PORT.name,
    "uv.driver": DRIVER.name,
    "uv.current": "20",
    "uv.most": "100",
}


def test_a_serial_light_is_a_port_by_its_name_a_driver_and_a_current_under_its_most() -> None:
    typed = {**set_up_lights.typed(QUIET.lighting), **SERIAL}
    lighting, wrong = set_up_lights.read(typed, QUIET, OFFERED)
    assert wrong == {}
    uv = LightChoice("serial", DRIVER.name, PORT, DRIVER, current_ma=20.0, most_ma=100.0)
    assert lighting == Lighting(uv=uv)


@pytest.mark.parametrize(
    ("change", "beside", "words"),
    [
        ({"uv.port": set_up_lights.NO_PORT}, "uv.port", "No serial port is chosen"),
        ({"uv.current": "120"}, "uv.current", "outside 0.001 to 100 mA"),
        ({"uv.most": ""}, "uv.most", "most current of this light is not set"),
        ({"uv.percent": "many"}, "uv.percent", "is no number"),
        ({"probe.kind": "serial", "probe.port": PORT.name, "probe.driver": DRIVER.name}, "uv.port", "on this port"),
        ({"probe.kind": "steady", "probe.warm": "-5"}, "probe.warm", "from 0 to 120"),
    ],
)
def test_what_is_wrong_with_a_light_is_said_beside_it(change: dict[str, str], beside: str, words: str) -> None:
    typed = {**set_up_lights.typed(QUIET.lighting), **SERIAL, **change}
    lines = set_up_lights.lines(typed, QUIET, OFFERED)
    assert words in line(lines, beside).wrong
    assert line(lines, set_up_lights.APPLY).wrong


@pytest.mark.parametrize(
    ("what", "text", "words"),
    [
        ("identify", "", "is empty"),
        ("on", "µ", "not printable ASCII"),
        ("off", "x" * 65, "at most 64"),
        ("level", "{amps}", "holds braces"),
    ],
)
def test_own_command_lines_are_checked_line_by_line(what: str, text: str, words: str) -> None:
    own = {"identify": "ID?", "identity": "LED", "on": "ON", "off": "OFF", "accepted": "OK", "level": "P {percent}"}
    typed = {**set_up_lights.typed(QUIET.lighting), "uv.kind": "serial", "uv.port": PORT.name, "uv.percent": "50"}
    typed |= {f"uv.{name}": value for name, value in own.items()}
    assert set_up_lights.read(typed, QUIET, OFFERED)[1] == {}
    _, wrong = set_up_lights.read({**typed, f"uv.{what}": text}, QUIET, OFFERED)
    assert words in wrong[f"uv.{what}"]


def test_only_what_a_kind_needs_is_asked_for() -> None:
    names = {each.name for each in set_up_lights.lines(set_up_lights.typed(Lighting()), QUIET, OFFERED)}
    assert names == {"", "probe.kind", "uv.kind", set_up_lights.APPLY, "uv.by_hand", set_up_lights.UV_TIME}
    steady = {**set_up_lights.typed(Lighting()), "probe.kind": "steady"}
    assert "probe.warm" in {each.name for each in set_up_lights.lines(steady, QUIET, OFFERED)}


def test_lights_in_use_come_back_as_they_are() -> None:
    lighting = Lighting(LightChoice("steady", warm_up_s=900.0), LightChoice("by hand"))
    status = replace(QUIET, lighting=lighting)
    assert set_up_lights.read(set_up_lights.typed(lighting), status, OFFERED) == (lighting, {})


def test_a_warm_up_counts_down_and_ends() -> None:
    warming = replace(QUIET, warm_up_ends_s=NOW_S + 710.0)
    assert set_up_lights.warm_up(warming, NOW_S) == "lamp warming up: 12 min"
    assert set_up_lights.warm_up(warming, NOW_S + 680.0) == "lamp warming up: 30 s"
    assert set_up_lights.warm_up(warming, NOW_S + 710.0) == ""


# Spectrometer


def test_the_device_is_named_with_back_end_and_pixels_and_what_it_cannot_be_trusted_with() -> None:
    info = replace(stories.INFO, notes=("no linearity correction: the stored coefficients are all zero",))
    status = replace(QUIET, instrument=info, temperatures=Temperatures(-10.0, 31.44))
    lines = set_up_device.lines(set_up_device.typed(status), status, OFFERED, None)
    assert "In use: Virtual Flame-S FLMS00416, pyseabreeze, 2\u202f048 pixels" in said(lines)
    assert "no linearity correction" in said(lines)
    assert "USB4000 USB4F1: open in another program: close it" in said(lines)
    assert f"Temperature: detector {chr(0x2212)}10 °C, board 31.4 °C" in said(lines)


def test_one_or_two_spectrometers_are_opened() -> None:
    typed = set_up_device.typed(QUIET)
    assert set_up_device.opening(typed, QUIET, OFFERED) == orders.OpenInstrument("virtual:FLAME-S")
    second = next(words for words in set_up_device.addresses(QUIET, OFFERED) if words.startswith("QE Pro"))
    two = set_up_device.opening({**typed, "emission": second}, QUIET, OFFERED)
    assert two == orders.OpenTwo("virtual:FLAME-S", "ocean:QEP01234")
    other = set_up_device.opening({**typed, "absorbance": second}, QUIET, OFFERED)
    assert other == orders.OpenInstrument("ocean:QEP01234")
    assert set_up_device.opening({}, QUIET, OFFERED) is None


def test_a_device_that_cannot_be_opened_cannot_be_chosen() -> None:
    assert not any("USB4F1" in words for words in set_up_device.addresses(QUIET, OFFERED))


def test_exposures_stay_within_the_limits_of_the_model() -> None:
    typed = set_up_device.typed(QUIET)
    made, wrong = set_up_device.exposures({**typed, "absorbance_ms": "10,5", "emission_scans": "8"}, QUIET)
    assert (made, wrong) == (Exposures(0.0105, 20, 0.1, 8), {})
    paired = set_up_device.exposures({**typed, "short_ms": "5"}, QUIET)
    assert paired == (Exposures(emission_short_s=0.005), {})
    for change, words in (
        ({"absorbance_ms": "0.5"}, "from 1 to 65\u202f000"),
        ({"absorbance_ms": "65000"}, "below 65\u202f000"),
        ({"emission_scans": "2.5"}, "a whole number"),
        ({"short_ms": "100"}, "below 100"),
    ):
        made, wrong = set_up_device.exposures({**typed, **change}, QUIET)
        assert made is None
        assert list(wrong.values()) == [words]


def test_cooling_is_offered_where_the_model_has_it() -> None:
    cooled = replace(QUIET, instrument=replace(stories.INFO, cooled=True))
    for status, there in ((QUIET, False), (cooled, True)):
        lines = set_up_device.lines(set_up_device.typed(status), status, OFFERED, None)
        assert ("cool_c" in {each.name for each in lines}) is there
    assert set_up_device.cooling({"cool_c": "-10"}) == orders.SetCooling(-10.0)
    assert set_up_device.cooling({"cool_c": "-200"}) is None


def test_the_last_check_of_the_wavelengths_is_said_and_never_applied() -> None:
    checked = replace(QUIET, wavelength_offset_nm=Quantity(-0.31, 0.05), excitation_offset_nm=Quantity(0.9, 0.2))
    lines = set_up_device.lines(set_up_device.typed(checked), checked, OFFERED, None)
    assert f"Last check: {chr(0x2212)}0.31 ± 0.05 nm from nominal; stored, never applied" in said(lines)
    assert "Excitation line: +0.90 ± 0.20 nm" in said(lines)
    none = set_up_device.lines(set_up_device.typed(QUIET), QUIET, OFFERED, None)
    assert "Last check: not yet measured" in said(none)


def test_a_search_under_way_says_how_far_it_is() -> None:
    lines = set_up_device.lines(
        set_up_device.typed(QUIET), QUIET, OFFERED, Progress("exposure", "Exposure", 1, 4, 0.25, 3.0)
    )
    assert line(lines, set_up_device.FIND).wrong == "25 % done; Esc stops it"


# The doctor


def test_the_doctors_words_are_shown_line_by_line() -> None:
    assert [each.name for each in set_up_doctor.lines("", looking=False) if each.is_active] == ["examine"]
    lines = set_up_doctor.lines("USB bus\n1 spectrometer", looking=True)
    assert [each.value for each in lines if each.kind == "say"] == ["USB bus", "1 spectrometer"]
    assert line(lines, set_up_doctor.EXAMINE).wrong == "looking"


# The page


@pytest.fixture
def bench(open_bench: Opener, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(set_up, "serial_ports", lambda **_: OFFERED.ports)
    monkeypatch.setattr(set_up, "led_drivers", lambda: OFFERED.presets)
    opened = open_bench()
    opened.link.clock.seconds = NOW_S
    opened.shows(QUIET, events.DevicesFound(OFFERED.devices))
    opened.window.panels.plots.install()
    return opened


def press(bench: Bench, *keys: Qt.Key) -> None:
    for key in keys:
        bench.real_s += 1.0
        QTest.keyClick(QApplication.focusWidget() or bench.window, key)


def walk_to(bench: Bench, name: str) -> None:
    """Press Down until the cursor stands on a line."""
    page = bench.window.panels.set_up.page
    for _ in range(40):
        if page.at == name:
            return
        press(bench, Qt.Key.Key_Down)
    raise AssertionError(f"{name} is not on the page: {page.at}")


def keyboard(bench: Bench) -> QWidget:
    """Return what gets the letters that are typed."""
    return QApplication.focusWidget() or bench.window


def write(bench: Bench, name: str, text: str) -> None:
    """Type into a field as a hand does: Down to it, Enter, the text, Enter."""
    walk_to(bench, name)
    press(bench, Qt.Key.Key_Return)
    page, typing = bench.window.panels.set_up.page, []
    typing.append(page.editing)
    QTest.keyClicks(keyboard(bench), text)
    press(bench, Qt.Key.Key_Return)
    typing.append(page.editing)
    assert typing == [True, False]
    assert QApplication.focusWidget() is bench.window


def test_one_key_opens_and_closes_the_set_up_and_esc_leaves_it(bench: Bench) -> None:
    opened, seen = bench.window.panels.set_up, []
    for keys in ((Qt.Key.Key_B,), (Qt.Key.Key_B,), (Qt.Key.Key_B, Qt.Key.Key_Escape)):
        press(bench, *keys)
        seen.append(opened.is_open)
    assert seen == [True, False, False]
    assert bench.link.orders == []


def test_the_pages_are_turned_by_their_numbers(bench: Bench) -> None:
    press(bench, Qt.Key.Key_B)
    page = bench.window.panels.set_up.page
    for key, head in (
        (Qt.Key.Key_2, "Probe"),
        (Qt.Key.Key_3, "Excitation"),
        (Qt.Key.Key_4, "Flow cell or dip probe"),
        (Qt.Key.Key_6, "Doctor"),
        (Qt.Key.Key_1, "Spectrometer"),
    ):
        press(bench, key)
        assert page.lines[0].label == head


def test_optics_are_set_by_keys_alone(bench: Bench) -> None:
    press(bench, Qt.Key.Key_B, Qt.Key.Key_3)
    write(bench, "nm", "366")
    walk_to(bench, "filter")
    press(bench, Qt.Key.Key_Right)
    write(bench, "edge", "400")
    walk_to(bench, set_up_optics.APPLY)
    assert bench.link.orders == []
    press(bench, Qt.Key.Key_Return)
    assert bench.link.orders == [orders.UseOptics(Optics(Excitation("LED", 366.0), 400.0))]


def test_a_serial_light_is_set_by_keys_alone(bench: Bench) -> None:
    press(bench, Qt.Key.Key_B, Qt.Key.Key_2)
    for name in ("uv.kind", "uv.port", "uv.driver"):
        walk_to(bench, name)
        for _ in range(4):
            if line(bench.window.panels.set_up.page.lines, name).value in ("serial", PORT.name, DRIVER.name):
                break
            press(bench, Qt.Key.Key_Right)
    write(bench, "uv.current", "20")
    write(bench, "uv.most", "100")
    walk_to(bench, set_up_lights.APPLY)
    press(bench, Qt.Key.Key_Return)
    uv = LightChoice("serial", DRIVER.name, PORT, DRIVER, current_ma=20.0, most_ma=100.0)
    assert bench.link.orders == [orders.UseLighting(Lighting(uv=uv))]


def test_spectrometers_exposures_and_checks_are_ordered_by_keys_alone(bench: Bench) -> None:
    press(bench, Qt.Key.Key_B, Qt.Key.Key_1)
    walk_to(bench, "emission")
    press(bench, Qt.Key.Key_Right, Qt.Key.Key_Right)
    walk_to(bench, set_up_device.OPEN)
    press(bench, Qt.Key.Key_Return)
    write(bench, "absorbance_ms", "12.5")
    for name in (set_up_device.EXPOSE, set_up_device.FIND, "check Hg/Ar", "check holmium"):
        walk_to(bench, name)
        press(bench, Qt.Key.Key_Return)
        bench.shows(QUIET, events.MeasurementEnded("exposure", True, "done"))
    assert bench.link.orders == [
        orders.OpenTwo("virtual:FLAME-S", "ocean:QEP01234"),
        orders.UseExposures(Exposures(0.0125)),
        orders.FindExposures(),
        orders.CheckWavelength("Hg/Ar"),
        orders.CheckWavelength("holmium"),
    ]


def test_another_back_end_is_in_force_before_the_spectrometer_is_opened_again(bench: Bench) -> None:
    press(bench, Qt.Key.Key_B, Qt.Key.Key_1)
    walk_to(bench, "backend")
    press(bench, Qt.Key.Key_Right)
    walk_to(bench, set_up_device.OPEN)
    press(bench, Qt.Key.Key_Return)
    assert bench.link.orders == [orders.UseBackEnd("cseabreeze"), orders.OpenInstrument("virtual:FLAME-S")]


@pytest.mark.parametrize(
    ("typed", "wrong"), [("60", ""), ("120", ""), ("121", "from 1 to 120"), ("0", "from 1 to 120")]
)
def test_uv_by_hand_is_at_most_two_minutes(typed: str, wrong: str) -> None:
    lines = set_up_lights.lines({**set_up_lights.typed(Lighting()), "uv.by_hand": typed}, QUIET, OFFERED)
    assert line(lines, "uv.by_hand").wrong == wrong
    assert bool(line(lines, set_up_lights.UV_TIME).wrong) is bool(wrong)


def test_what_is_not_possible_is_not_ordered(bench: Bench) -> None:
    press(bench, Qt.Key.Key_B, Qt.Key.Key_3)
    walk_to(bench, set_up_optics.APPLY)
    press(bench, Qt.Key.Key_Return)
    assert bench.link.orders == []


def test_typed_values_are_kept_while_the_station_goes_on_and_forgotten_when_the_set_up_is_left(bench: Bench) -> None:
    press(bench, Qt.Key.Key_B, Qt.Key.Key_3)
    write(bench, "slit", "50")
    bench.shows(stories.status(3, now_s=NOW_S))
    page = bench.window.panels.set_up.page
    assert line(page.lines, "slit").value == "50"
    press(bench, Qt.Key.Key_Escape, Qt.Key.Key_B)
    assert line(page.lines, "slit").value == ""


def test_while_a_value_is_typed_keys_are_letters_and_esc_gives_the_keys_back(bench: Bench) -> None:
    press(bench, Qt.Key.Key_B, Qt.Key.Key_2)
    walk_to(bench, "uv.kind")
    press(bench, Qt.Key.Key_Right)
    for _ in range(3):
        if line(bench.window.panels.set_up.page.lines, "uv.driver").value == set_up_lights.OWN:
            break
        walk_to(bench, "uv.driver")
        press(bench, Qt.Key.Key_Right)
    walk_to(bench, "uv.on")
    press(bench, Qt.Key.Key_Return)
    QTest.keyClicks(keyboard(bench), "drum 1 ul")
    assert bench.link.orders == []
    assert bench.window.panels.bench.buttons[Act.CAPTURE].shown.title == "Typing a value"
    press(bench, Qt.Key.Key_Escape)
    assert bench.window.panels.set_up.is_open
    assert line(bench.window.panels.set_up.page.lines, "uv.on").value == "drum 1 ul"
    press(bench, Qt.Key.Key_Space)
    assert bench.link.orders == [orders.Capture(NOW_S)]


def test_a_click_on_capture_while_a_value_is_typed_ends_typing_first(bench: Bench) -> None:
    press(bench, Qt.Key.Key_B, Qt.Key.Key_3)
    walk_to(bench, "nm")
    press(bench, Qt.Key.Key_Return)
    QTest.mouseClick(bench.window.panels.bench.buttons[Act.CAPTURE], Qt.MouseButton.LeftButton)
    assert not bench.window.panels.set_up.page.editing
    assert bench.link.orders == []


def test_esc_in_a_field_switches_uv_off_first(bench: Bench) -> None:
    press(bench, Qt.Key.Key_B, Qt.Key.Key_3)
    walk_to(bench, "nm")
    press(bench, Qt.Key.Key_Return)
    bench.shows(replace(QUIET, uv=Light("LED", "on", NOW_S, NOW_S + 30.0)))
    press(bench, Qt.Key.Key_Escape)
    assert bench.link.orders == [orders.SwitchUv(False)]
    assert bench.window.panels.set_up.page.editing


def test_space_in_a_field_says_done_while_a_hand_is_asked_for(bench: Bench) -> None:
    press(bench, Qt.Key.Key_B, Qt.Key.Key_3)
    walk_to(bench, "nm")
    press(bench, Qt.Key.Key_Return)
    bench.shows(replace(QUIET, state=State.MEASURING, hand_wanted="Switch the lamp on."))
    bench.window.panels.set_up.page.field.setFocus()
    press(bench, Qt.Key.Key_Space)
    assert bench.link.orders == [orders.HandDone()]
    assert bench.window.panels.prompt.isVisible()


def test_esc_stops_a_search_before_it_closes_the_page(bench: Bench) -> None:
    press(bench, Qt.Key.Key_B)
    bench.shows(replace(QUIET, state=State.MEASURING), Progress("exposure", "Exposure", 1, 4, 0.25, 3.0))
    press(bench, Qt.Key.Key_Escape)
    assert bench.link.orders == [orders.Cancel()]
    assert bench.window.panels.set_up.is_open


def test_the_banner_is_answered_by_the_pointer_while_the_page_has_enter(bench: Bench) -> None:
    press(bench, Qt.Key.Key_B)
    bench.shows(stories.onset_status(NOW_S))
    banner = bench.window.panels.banner
    assert banner.shown is not None
    assert [cap for _, _, cap in banner.shown.answers] == ["", ""]
    confirm = next(w for w in banner.findChildren(type(bench.window.panels.bench.buttons[Act.DARK])))
    QTest.mouseClick(confirm, Qt.MouseButton.LeftButton)
    assert bench.link.orders == [orders.AnswerOnset(True)]


def test_a_click_on_the_health_bar_opens_the_page_it_belongs_to(bench: Bench) -> None:
    health, page = bench.window.panels.health, bench.window.panels.set_up.page
    for name, head in (("device", "Spectrometer"), ("UV", "Probe")):
        at = next(left for field, left in health._places() if field.name == name)
        QTest.mouseClick(health, Qt.MouseButton.LeftButton, pos=QPoint(round(at) + 5, 10))
        assert page.lines[0].label == head


def test_the_page_leaves_readouts_and_buttons_free_and_shows_the_line_under_the_cursor(bench: Bench) -> None:
    press(bench, Qt.Key.Key_B)
    page, panels = bench.window.panels.set_up.page, bench.window.panels
    assert not page.geometry().intersects(panels.readouts.geometry())
    assert not page.geometry().intersects(panels.health.geometry())
    bench.window.resize(1024, 640)
    for name in [each.name for each in page.lines if each.is_active]:
        walk_to(bench, name)
        label = line(page.lines, name).label
        assert label in {text.text for text in texts(page.parts())}


def test_the_doctor_is_asked_read_copied_and_saved(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    press(bench, Qt.Key.Key_B, Qt.Key.Key_6, Qt.Key.Key_Return)
    assert bench.link.orders == [orders.Examine()]
    bench.shows(QUIET, events.Examined("USB bus: 1 spectrometer\n" + "\n".join(map(str, range(60)))))
    page = bench.window.panels.set_up.page
    assert "USB bus: 1 spectrometer" in {text.text for text in texts(page.parts())}
    press(bench, Qt.Key.Key_C)
    assert QApplication.clipboard().text().startswith("USB bus: 1 spectrometer")
    for _ in range(80):
        press(bench, Qt.Key.Key_Down)
    assert "59" in {text.text for text in texts(page.parts())}
    chosen = tmp_path / "doctor.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(chosen), ""))
    bench.window.panels.set_up.press(set_up_doctor.SAVE)
    assert chosen.read_text(encoding="utf-8").startswith("USB bus: 1 spectrometer\n0\n")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "doctor.txt"), ""))
    bench.window.panels.set_up.press(set_up_doctor.SAVE)
    assert bench.window.panels.toast.note.sentence.startswith("Not saved")


def test_nothing_connected_can_still_be_examined(open_bench: Opener) -> None:
    bench = open_bench()
    nothing = Status(State.DISCONNECTED, None, None, None, Exposures())
    bench.shows(nothing, events.DevicesFound(()))
    press(bench, Qt.Key.Key_B)
    page = bench.window.panels.set_up.page
    assert "None is connected" in said(page.lines)
    assert page.isVisible()
    press(bench, Qt.Key.Key_6, Qt.Key.Key_Return)
    assert bench.link.orders == [orders.Examine()]


def test_numbers_stand_in_fields_without_needless_zeros() -> None:
    assert [shown_number(value) for value in (None, 405.0, 0.0105, 65000.0)] == ["", "405", "0.0105", "65000"]


def test_the_page_says_which_key_begins_to_type_because_a_digit_alone_turns_to_its_page(bench: Bench) -> None:
    press(bench, Qt.Key.Key_B, Qt.Key.Key_3)
    walk_to(bench, "nm")
    assert any("Enter: type a value" in each.text for each in texts(bench.window.panels.set_up.page.parts()))


def test_a_steady_lamp_proposes_twenty_minutes_of_warm_up_and_one_in_use_keeps_its_own() -> None:
    assert set_up_lights.typed(Lighting())["probe.warm"] == "20"
    assert set_up_lights.typed(Lighting(LightChoice("steady")))["probe.warm"] == "0"


def test_lights_that_the_instrument_has_named_are_not_yet_a_change() -> None:
    named = Lighting(LightChoice("lamp line", "xenon flash"), LightChoice("by hand", "405 nm LED"))
    status = replace(QUIET, lighting=named)
    pressed = {
        kind: next(
            line
            for line in set_up_lights.lines({**set_up_lights.typed(named), "uv.kind": kind}, status, OFFERED)
            if line.name == set_up_lights.APPLY
        ).wrong
        for kind in ("by hand", "none")
    }
    assert pressed == {"by hand": "nothing has changed", "none": ""}


def test_one_line_that_is_pressed_leaves_what_was_typed_for_another(open_bench: Opener) -> None:
    bench = open_bench()
    bench.shows(QUIET)
    pages = bench.window.panels.set_up
    pages.open_at(set_up.OPTICS)
    pages.type("edge", "455")
    pages.type("runs", "200")
    pages.press(set_up_onset.APPLY)
    assert bench.link.orders == [orders.UseOnset(1.0 / 200.0, QUIET.bright_counts_per_s)]
    assert (pages.typed["edge"], pages.typed["runs"]) == ("455", "100"), "the onset stands as the station says it"
    pages.type("runs", "300")
    pages.press(set_up_optics.APPLY)
    assert pages.typed["runs"] == "300"
    assert pages.typed["edge"] == set_up_optics.typed(QUIET.optics)["edge"]

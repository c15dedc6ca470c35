"""What may be said to an LED driver, and the numbers that are put into it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.led_commands import LONGEST_LINE, PRESETS, check_choice, lines
from instruments.spectrometer import BadSetting, LedCommands, LightChoice, SerialPort

OWN = LedCommands("Own LED", "WHO", "Own", on="L1", off="L0", accepted="OK", manual="written by the chemist")
BY_PERCENT = replace(OWN, level="SET {percent}")
BY_CURRENT = replace(OWN, level="I={mA}")


def choice(
    commands: LedCommands, percent: float | None = None, current_ma: float | None = None, most_ma: float | None = None
) -> LightChoice:
    port = SerialPort("COM7")
    return LightChoice("serial", "", port, commands, percent=percent, current_ma=current_ma, most_ma=most_ma)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.name)
def test_every_preset_can_be_used_and_says_where_its_lines_are_from(preset: LedCommands) -> None:
    assert check_choice(choice(preset)) == ()
    assert preset.manual
    assert preset.accepted or preset.identify


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"name": ""}, "'name' is empty"),
        ({"identify": " "}, "'identify' is empty"),
        ({"identity": ""}, "'identity' is empty"),
        ({"identity": "Own "}, "begins or ends with a space"),
        ({"on": ""}, "'on' is empty"),
        ({"off": ""}, "'off' is empty"),
        ({"off": "L1"}, "by the same line"),
        ({"on": "L1\nL2"}, "not printable ASCII"),
        ({"off": "L0\r"}, "not printable ASCII"),
        ({"on": "L1\x00"}, "not printable ASCII"),
        ({"on": "Lµ"}, "not printable ASCII"),
        ({"accepted": "in Ordnung\t"}, "not printable ASCII"),
        ({"on": "L" * 65}, "65 characters long"),
        ({"level": "SET {volts}"}, "only {percent} and {mA}"),
        ({"level": "SET {0}"}, "only {percent} and {mA}"),
        ({"level": "SET {percent!r}"}, "only {percent} and {mA}"),
        ({"level": "SET {perc{mA}ent}"}, "only {percent} and {mA}"),
        ({"level": "SET {m{percent}A}"}, "only {percent} and {mA}"),
        ({"on": "L1 }"}, "only {percent} and {mA}"),
        ({"off": "L0 {percent}"}, "no number belongs there"),
        ({"identify": "{mA}?"}, "no number belongs there"),
        ({"baud": 0}, "no baud rate"),
        ({"baud": 12_345}, "no baud rate"),
    ],
)
def test_what_cannot_be_used_is_said_by_its_name(change: dict[str, str], word: str) -> None:
    commands = replace(OWN, **change)  # type: ignore[arg-type]  # the fields by name
    told = check_choice(choice(commands))
    assert any(word in sentence for sentence in told)
    with pytest.raises(BadSetting) as caught:
        lines(choice(commands))
    assert word in str(caught.value)


@pytest.mark.parametrize(
    ("commands", "numbers", "level"),
    [
        (BY_PERCENT, {"percent": 50.0}, "SET 50"),
        (BY_PERCENT, {"percent": 100.0}, "SET 100"),
        (BY_PERCENT, {"percent": 0.1}, "SET 0.1"),
        (BY_CURRENT, {"current_ma": 350.0, "most_ma": 500.0}, "I=350"),
        (BY_CURRENT, {"current_ma": 12.3456, "most_ma": 500.0}, "I=12.345"),
        (BY_CURRENT, {"current_ma": 19.9999, "most_ma": 19.9999}, "I=19.999"),
        (BY_PERCENT, {}, ""),
        (BY_CURRENT, {"most_ma": 100.0}, ""),
        (OWN, {"percent": 50.0, "current_ma": 3.0}, ""),
    ],
)
def test_a_number_is_written_plainly_and_never_rounded_up(
    commands: LedCommands, numbers: dict[str, float], level: str
) -> None:
    assert lines(choice(commands, **numbers)) == (level, "L1", "L0")


@pytest.mark.parametrize(
    ("commands", "numbers", "word"),
    [
        (BY_PERCENT, {"percent": 100.1}, "outside 0.001 to 100 %"),
        (BY_PERCENT, {"percent": -1.0}, "outside"),
        (BY_PERCENT, {"percent": 0.0}, "outside"),
        (BY_PERCENT, {"percent": float("nan")}, "outside"),
        (BY_PERCENT, {"percent": float("inf")}, "outside"),
        (BY_CURRENT, {"current_ma": 20.1, "most_ma": 20.0}, "outside 0.001 to 20 mA"),
        (BY_CURRENT, {"current_ma": 20.0}, "most current of this light is not set"),
        (BY_CURRENT, {"current_ma": 20.0, "most_ma": 0.0}, "most current of this light is not set"),
        (BY_CURRENT, {"current_ma": 20.0, "most_ma": float("nan")}, "most current of this light is not set"),
        (BY_CURRENT, {"current_ma": 1e5, "most_ma": 1e6}, "most current of this light is not set"),
        (replace(OWN, on="L1 {percent}"), {}, "brightness of this light is not set"),
        (replace(OWN, on="L" * 58 + " {mA}"), {"current_ma": 1234.567, "most_ma": 2000.0}, "long with its number"),
    ],
)
def test_a_number_beyond_its_bounds_is_refused_at_set_up(
    commands: LedCommands, numbers: dict[str, float], word: str
) -> None:
    assert any(word in sentence for sentence in check_choice(choice(commands, **numbers)))
    with pytest.raises(BadSetting):
        lines(choice(commands, **numbers))


def test_a_serial_light_without_port_or_driver_is_refused_and_another_kind_is_not_asked() -> None:
    assert "No serial port" in check_choice(replace(choice(OWN), port=None))[0]
    assert "No LED driver" in check_choice(replace(choice(OWN), commands=None))[0]
    assert check_choice(LightChoice("by hand")) == ()
    with pytest.raises(BadSetting):
        lines(LightChoice("lamp line"))


TEXT = st.text(st.characters(max_codepoint=0x17F), max_size=70) | st.sampled_from(["{percent}", "{mA}", "{", "A {mA}"])
NUMBER = st.none() | st.floats(allow_nan=True, allow_infinity=True)


@given(st.tuples(TEXT, TEXT, TEXT, TEXT), NUMBER, NUMBER, NUMBER)
def test_whatever_is_set_up_only_plain_short_lines_within_their_bounds_are_ever_written(
    texts: tuple[str, str, str, str], percent: float | None, current_ma: float | None, most_ma: float | None
) -> None:
    commands = LedCommands("Own LED", texts[0], "Own", on=texts[1], off=texts[2], accepted="OK", level=texts[3])
    made = choice(commands, percent, current_ma, most_ma)
    if check_choice(made):
        with pytest.raises(BadSetting, match=r"\.$"):
            lines(made)
        return
    for line in lines(made):
        assert line.isascii()
        assert line.isprintable()
        assert len(line.encode("ascii")) <= LONGEST_LINE
        assert not set(line) & set("{}")


@given(st.floats(0.001, 10_000.0), st.floats(0.001, 10_000.0))
def test_no_driver_is_ever_told_more_than_the_most_current(current_ma: float, most_ma: float) -> None:
    made = choice(BY_CURRENT, current_ma=current_ma, most_ma=most_ma)
    if current_ma > most_ma:
        assert check_choice(made)
        return
    level, _, _ = lines(made)
    assert current_ma - 0.001 < float(level.removeprefix("I=")) <= most_ma
    assert "e" not in level

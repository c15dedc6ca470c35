"""The page of the lights: how probe and UV are switched, by their roles."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from gui import words
from gui.shown.set_up import Line, Offered, Reading, Typed, in_the_way, pressing, shown_number
from gui.shown.uv import HURTS
from instruments.spectrometer import LedCommands, LightChoice, Lighting, LightKind, LineEnd, Role, SerialPort
from station.bench_settings import MOST_UV_BY_HAND_S, check_light
from station.events import Status

APPLY, UV_TIME = "apply lights", "apply uv time"
PROPOSED_WARM_UP_S = 20 * 60.0  # what makers of halogen lamps ask for
LEAST_BY_HAND_S, MOST_BY_HAND_S = 1.0, MOST_UV_BY_HAND_S
OWN = "own commands"
NO_PORT = "none chosen"
PROBE: dict[str, tuple[LightKind, str]] = {
    "lamp line": ("lamp line", "the spectrometer switches lamp or shutter"),
    "serial": ("serial", "an LED driver on a serial port"),
    "steady": ("steady", "burns all the time; without a shutter emission is refused"),
    "by hand": ("by hand", "the station asks, Space says done, and the counts are checked"),
}
UV: dict[str, tuple[LightKind, str]] = {
    "none": ("none", "emission is not measured"),
    "serial": ("serial", "an LED driver on a serial port"),
    "by hand": ("by hand", "the station asks, Space says done, and the counts are checked"),
}
COMMANDS = (
    ("identify", "Asks who it is", "sent first of all"),
    ("identity", "Its answer begins", "else nothing more is sent"),
    ("level", "Sets the level", "{percent} or {mA} becomes the number; empty: there is none"),
    ("on", "Switches on", ""),
    ("off", "Switches off", ""),
    ("accepted", "Accepted is", "any other answer is a refusal; empty: it answers no command"),
)
LINE_ENDS: tuple[LineEnd, ...] = get_args(LineEnd)
_NUMBERS = {"brightness": "percent", "most current": "most", "current": "current", "port": "port", "baud": "baud"}


def typed(lighting: Lighting, by_hand_s: float = 30.0) -> dict[str, str]:
    """Return the page as it stands for the lights in use and the time that UV by hand may be on."""
    found = {"uv.by_hand": shown_number(by_hand_s)}
    for role, choice in (("probe", lighting.probe), ("uv", lighting.uv)):
        commands = choice.commands
        own = LedCommands("", "", "", "", "", "") if commands is None else commands
        found |= {
            f"{role}.kind": choice.kind,
            f"{role}.warm": shown_number((choice.warm_up_s if choice.kind == "steady" else PROPOSED_WARM_UP_S) / 60.0),
            f"{role}.port": NO_PORT if choice.port is None else choice.port.name,
            f"{role}.driver": OWN if commands is None else commands.name,
            f"{role}.percent": shown_number(choice.percent),
            f"{role}.current": shown_number(choice.current_ma),
            f"{role}.most": shown_number(choice.most_ma),
            f"{role}.baud": str(own.baud),
            f"{role}.end": own.line_end,
        }
        found |= {f"{role}.{what}": getattr(own, what) for what, _, _ in COMMANDS}
    return found


def read(typed: Typed, status: Status, offered: Offered) -> tuple[Lighting | None, dict[str, str]]:
    """Return the lights that have been chosen, None where something is wrong, and what is wrong by name."""
    reading = Reading(typed)
    probe = _choice(reading, "probe", status.lighting.probe, offered)
    uv = _choice(reading, "uv", status.lighting.uv, offered)
    if probe.kind == uv.kind == "serial" and probe.port is not None and uv.port == probe.port:
        reading.wrong.setdefault("uv.port", "the probe is on this port")
    return (None if reading.wrong else Lighting(probe, uv)), reading.wrong


def _unnamed(lighting: Lighting) -> Lighting:
    """Return the lights without the names that instruments give them, which are not on the page."""
    return Lighting(replace(lighting.probe, name=""), replace(lighting.uv, name=""))


def _choice(reading: Reading, role: Role, now: LightChoice, offered: Offered) -> LightChoice:
    """Return one light as it was chosen, and note in `reading` what is wrong with it."""
    kind = _kind(reading.text(f"{role}.kind"), role)
    if kind == "steady":
        minutes = reading.number(f"{role}.warm", 0.0, 120.0) or 0.0
        return LightChoice(kind, warm_up_s=60.0 * minutes)
    if kind != "serial":
        return LightChoice(kind)
    commands = _commands(reading, role, offered)
    choice = LightChoice(
        kind,
        name=commands.name,
        port=_port(reading.text(f"{role}.port"), now, offered),
        commands=commands,
        percent=reading.number_or_none(f"{role}.percent", 0.001, 100.0),
        current_ma=reading.number_or_none(f"{role}.current", 0.001, 10_000.0),
        most_ma=reading.number_or_none(f"{role}.most", 0.001, 10_000.0),
    )
    for sentence in check_light(role, choice):
        reading.wrong.setdefault(f"{role}.{_where(sentence)}", sentence)
    return choice


def _kind(text: str, role: Role) -> LightKind:
    known = PROBE if role == "probe" else UV
    return known[text][0] if text in known else next(iter(known.values()))[0]


def _port(name: str, now: LightChoice, offered: Offered) -> SerialPort | None:
    """Return the port of that name with the USB id that stands behind it now, or stood there when it was chosen."""
    if not name or name == NO_PORT:
        return None
    listed = next((port for port, _ in offered.ports if port.name == name), None)
    kept = now.port if now.port is not None and now.port.name == name else None
    return listed or kept or SerialPort(name)


def _commands(reading: Reading, role: Role, offered: Offered) -> LedCommands:
    """Return the driver that was chosen by its name, or the chemist's own lines."""
    name = reading.text(f"{role}.driver")
    known = next((preset for preset in offered.presets if preset.name == name), None)
    if known is not None:
        return known
    baud = reading.number(f"{role}.baud", 1200, 921_600) or 115_200
    text = {what: reading.text(f"{role}.{what}") for what, _, _ in COMMANDS}
    return LedCommands(
        OWN,
        text["identify"],
        text["identity"],
        text["on"],
        text["off"],
        text["accepted"],
        text["level"],
        round(baud),
        "written by the chemist",
        next((end for end in LINE_ENDS if end == reading.text(f"{role}.end")), "LF"),
    )


def _where(sentence: str) -> str:
    """Return the field that a sentence on a choice belongs to."""
    named = next((what for what, _, _ in COMMANDS if f"'{what}'" in sentence), None)
    return named or next((field for word, field in _NUMBERS.items() if word in sentence), "driver")


def lines(typed: Typed, status: Status, offered: Offered) -> tuple[Line, ...]:
    """Return the lines of the page."""
    lighting, wrong = read(typed, status, offered)
    return (
        Line("head", "Probe"),
        *_role_lines(typed, "probe", status, offered, wrong),
        Line("head", "UV"),
        *_role_lines(typed, "uv", status, offered, wrong),
        Line("say", "", value=HURTS, tone="stale"),
        pressing(
            "Use these lights",
            APPLY,
            changed=lighting is not None and _unnamed(lighting) != _unnamed(status.lighting),
            wrong=wrong,
            drops=status.dark_at_s is not None,
            first=in_the_way(status, "UseLighting"),
        ),
        *_time_lines(typed, status),
    )


def by_hand_s(typed: Typed) -> tuple[float | None, str]:
    """Return how long UV by hand may be on, None where something is wrong, and what is."""
    reading = Reading(typed)
    seconds = reading.number("uv.by_hand", LEAST_BY_HAND_S, MOST_BY_HAND_S)
    return seconds, reading.wrong.get("uv.by_hand", "")


def _time_lines(typed: Typed, status: Status) -> tuple[Line, ...]:
    """Return how long UV that is switched on by hand may stay on."""
    seconds, wrong = by_hand_s(typed)
    changed, first = seconds != status.uv_by_hand_s, in_the_way(status, "UseUvTime")
    said = {"uv.by_hand": wrong} if wrong else {}
    return (
        Line("head", "UV by hand"),
        Line("field", "At most", "uv.by_hand", typed.get("uv.by_hand", ""), "s", "then it goes off by itself", wrong),
        pressing("Use this time", UV_TIME, changed=changed, wrong=said, drops=False, first=first),
    )


def _role_lines(typed: Typed, role: Role, status: Status, offered: Offered, wrong: dict[str, str]) -> list[Line]:
    """Return the lines of one light: its kind, and what that kind needs to know."""
    known = PROBE if role == "probe" else UV
    kind = _kind(typed.get(f"{role}.kind", ""), role)
    found = [Line("choice", "Switched", f"{role}.kind", kind, beside=known[kind][1], options=tuple(known))]
    if kind == "steady":
        found.append(_field(typed, wrong, role, "warm", "Warm-up", "min", "a reference taken earlier is marked"))
    return found + (_serial_lines(typed, role, status, offered, wrong) if kind == "serial" else [])


def _field(
    typed: Typed, wrong: dict[str, str], role: Role, what: str, label: str, unit: str = "", beside: str = ""
) -> Line:
    name = f"{role}.{what}"
    return Line("field", label, name, typed.get(name, ""), unit, beside, wrong.get(name, ""))


def _serial_lines(typed: Typed, role: Role, status: Status, offered: Offered, wrong: dict[str, str]) -> list[Line]:
    """Return port, driver, its own lines where it is not known by name, and how bright it may be."""
    now = status.lighting.probe if role == "probe" else status.lighting.uv
    listed = {port.name: words_ for port, words_ in offered.ports}
    kept = () if now.port is None else (now.port.name,)
    ports = (NO_PORT, *dict.fromkeys((*kept, *listed)))
    chosen = typed.get(f"{role}.port", NO_PORT)
    beside = listed.get(chosen, "not there now" if chosen in kept else "chosen by its name; nothing is ever tried out")
    drivers = (*(preset.name for preset in offered.presets), OWN)
    driver = typed.get(f"{role}.driver", OWN)
    driver = driver if driver in drivers else OWN
    manual = next((preset.manual for preset in offered.presets if preset.name == driver), "as its manual says")
    found = [
        Line("choice", "Port", f"{role}.port", chosen, "", beside, wrong.get(f"{role}.port", ""), ports),
        Line("choice", "Driver", f"{role}.driver", driver, "", manual, wrong.get(f"{role}.driver", ""), drivers),
    ]
    if driver == OWN:
        found += [_field(typed, wrong, role, what, label, "", said) for what, label, said in COMMANDS]
        found.append(_field(typed, wrong, role, "baud", "Baud rate"))
        end = typed.get(f"{role}.end", LINE_ENDS[0])
        found.append(Line("choice", "Lines end with", f"{role}.end", end, options=LINE_ENDS))
    found += [
        _field(typed, wrong, role, "percent", "Brightness", "%", "empty: the driver's own"),
        _field(typed, wrong, role, "current", "Current", "mA", "empty: the driver's own"),
        _field(typed, wrong, role, "most", "Never above", "mA"),
    ]
    return found


def warm_up(status: Status, now_s: float) -> str:
    """Return how long a steady lamp still warms up: "lamp warming up: 12 min", or nothing."""
    ends_s = status.warm_up_ends_s
    if ends_s is None or ends_s <= now_s:
        return ""
    return f"lamp warming up: {words.wait(ends_s - now_s) if ends_s - now_s < 60 else words.age(ends_s - now_s + 59)}"

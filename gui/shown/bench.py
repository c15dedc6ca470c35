"""The bench panel: what each button says and which state it is in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from analysis.wording import grouped
from gui import words
from gui.actions import Act, cap
from gui.shown import freshness
from gui.shown import uv as uv_shown
from station.events import Measurement, Progress, State, Status
from station.lead import Step, step
from station.records import STATION_MARKS

ButtonState = Literal["ok", "stale", "bad", "disabled", "armed", "on", "primary", "busy"]


@dataclass(frozen=True, slots=True)
class Button:
    """One button: act, title, second line, key cap, state, how far it is filled (0..1), why it is disabled.

    `short_title` and `short_second` stand in for a title and a second line that have no room.
    """

    act: Act
    title: str
    second: str = ""
    cap: str = ""
    state: ButtonState = "ok"
    fraction: float = 0.0
    reason: str = ""
    short_title: str = ""
    short_second: str = ""


TYPING = Button(Act.CAPTURE, "Typing", "keys are letters until Enter", cap(Act.CONFIRM), "armed")
MARK = "Mark"
CHOOSE = f"now press {cap(Act.CHOOSE)}"


def buttons(
    status: Status,
    progress: Progress | None,
    now_s: float,
    *,
    choosing: str = "",
    typing: str = "",
    focused: bool = False,
) -> tuple[Button, ...]:
    """Return all buttons of the panel in their order.

    While `typing` ("a note", "a value"), or `choosing` from a list that covers the others, Capture says so.
    """
    captures = capture(status, progress, now_s)
    if typing:
        captures = replace(TYPING, title=f"Typing {typing}")
    elif choosing and choosing != MARK and captures.state != "busy":
        captures = Button(Act.CAPTURE, choosing, CHOOSE, cap(Act.CHOOSE), "armed")
    return (
        captures,
        dark(status, progress, now_s),
        reference(status, progress, now_s),
        uv(status, now_s),
        mark(status, marking=choosing == MARK),
        live(status),
        Button(Act.FOCUS, "Focus", cap=cap(Act.FOCUS), state="on" if focused else "ok"),
        _allowed(status, "Undo", Button(Act.UNDO, "Undo", cap=cap(Act.UNDO))),
    )


def _allowed(status: Status, order: str, button: Button) -> Button:
    """Return the button, disabled with its reason where the order is not possible now."""
    reason = status.obstacles.get(order, "")
    return replace(button, second=reason, state="disabled", reason=reason) if reason else button


def _measuring(progress: Progress | None, button: Button, *what: Measurement) -> Button | None:
    """Return the button while its own measurement goes on: it fills from the left and Esc stops it."""
    if progress is None or progress.what not in what:
        return None
    left = f"{words.age(progress.seconds_left)} left"
    return replace(
        button, state="busy", fraction=min(1.0, max(0.0, progress.fraction)), cap=cap(Act.LEAVE), second=left
    )


def capture(status: Status, progress: Progress | None, now_s: float) -> Button:
    """Return the Capture button: it leads through the aliquot, and fills while one, or a wash, is measured."""
    number = "" if status.run is None else f" aliquot {status.run.next_number}"
    next_step = lead(status, now_s)
    button = Button(
        Act.CAPTURE,
        f"Capture{number}",
        next_step.line,
        cap(Act.CAPTURE),
        "primary",
        short_title=f"Capture{number.removeprefix(' aliquot')}",
        short_second=next_step.short,
    )
    busy = _measuring(progress, button, "aliquot", "wash", "again")
    if busy is None or progress is None:
        refused = _allowed(status, "Capture", button)
        leads = status.guidance and status.state in (State.IDLE, State.LIVE)
        return replace(refused, second=status.guidance) if leads and refused is not button else refused
    phase = words.capital(progress.phase)
    if progress.what == "wash":
        phase = f"Wash: {phase[:1].lower()}{phase[1:]}"
    of = f"{grouped(progress.scan)} of {grouped(progress.scans)}"
    if progress.what == "again":
        return replace(busy, title=phase, second=f"{of}, {busy.second}", short_title=of)
    if not progress.scans:
        return replace(busy, title=phase, short_title="")
    short = f"Wash, {of}" if progress.what == "wash" else f"{phase}, {of}"
    return replace(busy, title=f"{phase}, scan {of}", short_title=short)


def lead(status: Status, now_s: float) -> Step:
    """Return what comes next for this aliquot."""
    return step(status, now_s, stale=freshness.reference(status, now_s))


def dark(status: Status, progress: Progress | None, now_s: float) -> Button:
    """Return the Dark button with the age of the dark in force."""
    button = Button(Act.DARK, "Dark", cap=cap(Act.DARK))
    aged = _aged(button, status.dark_at_s, now_s, freshness.dark(status, now_s))
    return _measuring(progress, button, "dark") or _allowed(status, "TakeDark", aged)


def reference(status: Status, progress: Progress | None, now_s: float) -> Button:
    """Return the Reference button with the age of the reference in force."""
    button = Button(Act.REFERENCE, "Reference", cap=cap(Act.REFERENCE))
    aged = _aged(button, status.reference_at_s, now_s, freshness.reference(status, now_s))
    if lead(status, now_s).what == "reference" and aged.state == "ok":
        aged = replace(aged, state="armed")
    return _measuring(progress, button, "reference") or _allowed(status, "TakeReference", aged)


def _aged(button: Button, taken_at_s: float | None, now_s: float, stale: str) -> Button:
    """Return the button with its age, stale or not."""
    if taken_at_s is None:
        return replace(button, second="not yet taken")
    hours = int((now_s - taken_at_s) // words.HOUR_S)
    old = f"{words.age(now_s - taken_at_s)} old"
    short = f"{hours} h old" if hours >= 2 and stale in ("", old) else ""
    return replace(button, second=stale or old, state="stale" if stale else button.state, short_second=short)


def uv(status: Status, now_s: float) -> Button:
    """Return the UV button; a light that cannot be reached is never drawn as off."""
    light = status.uv
    button = Button(Act.UV, "UV lamp", cap=cap(Act.UV))
    if light is not None and light.state == "unknown":
        return Button(Act.UV, "UV MAY BE ON", "switch it off by hand", state="bad", short_title="UV ON?")
    if light is not None and light.state == "on":
        since = words.short_clock(now_s - light.since_s)
        ends = "" if light.off_at_s is None else f", off at {words.short_clock(light.off_at_s - light.since_s)}"
        return replace(button, second=f"ON {since}{ends}", state="on")
    off = "none" if light is None else ", ".join(filter(None, ("off", uv_shown.cuvette(status))))
    return _allowed(status, "SwitchUv", replace(button, second=off))


def mark(status: Status, *, marking: bool) -> Button:
    """Return the Mark button; armed it waits for a number."""
    button = Button(Act.MARK, "Mark", cap=cap(Act.MARK))
    if marking:
        return replace(button, second=CHOOSE, state="armed")
    marks = [] if status.run is None else [mark for mark in status.run.marks if mark.kind not in STATION_MARKS]
    last = f"last: {marks[-1].kind}" if marks else "no t0 yet"
    return _allowed(status, "SetMark", replace(button, second=last))


def live(status: Status) -> Button:
    """Return the Live button, lit while live spectra are shown."""
    state: ButtonState = "on" if status.state is State.LIVE else "ok"
    return _allowed(status, "ShowLive", Button(Act.LIVE, "Live", cap=cap(Act.LIVE), state=state))

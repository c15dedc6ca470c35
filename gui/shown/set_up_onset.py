"""The lines about the onset on the page of the optical set-up: how often it may be wrong, and what light is one."""

from __future__ import annotations

from analysis.wording import grouped
from gui import words
from gui.shown.set_up import Line, Reading, Typed, in_the_way, pressing, shown_number
from station.bench_settings import BRIGHT_COUNTS_PER_S, FALSE_ALARM
from station.events import Status

APPLY = "apply onset"
FIELDS = ("runs", "bright")
FEWEST_RUNS, MOST_RUNS = round(1.0 / FALSE_ALARM[1]), round(1.0 / FALSE_ALARM[0])
OF_BRIGHT = 0.005  # emission_light.ONSET_SHARE, which a window need not load the science for

Test = tuple[float, float]
"""Share of false alarms, bright end state in counts/s."""


def typed(status: Status) -> dict[str, str]:
    """Return the lines as they stand: in how many runs there may be one false alarm, and the bright end state."""
    runs = words.amount(round(1.0 / status.false_alarm))
    return {"runs": runs, "bright": shown_number(status.bright_counts_per_s)}


def read(typed: Typed) -> tuple[Test | None, dict[str, str]]:
    """Return what has been typed, None where something is wrong, and what is wrong by name."""
    reading = Reading(typed)
    runs = reading.number("runs", FEWEST_RUNS, MOST_RUNS)
    if runs is not None and runs != round(runs):
        reading.wrong["runs"] = "a whole number"
    bright = reading.number("bright", *BRIGHT_COUNTS_PER_S)
    if reading.wrong or runs is None or bright is None:
        return None, reading.wrong
    return (1.0 / runs, bright), {}


def lines(typed: Typed, status: Status) -> tuple[Line, ...]:
    """Return the lines: rate and level, of what they are true, and what the open run keeps where that is another."""
    test, wrong = read(typed)
    now = (status.false_alarm, status.bright_counts_per_s)
    beside = "runs of 6 h without dots; a lower rate flags later"
    bright = now[1] if test is None else test[1]
    level = f"emission where dots end up here; an onset is 0.5 % of it, {_level(bright)}"
    found = [
        Line("head", "Onset of emission"),
        Line("field", "False alarm: 1 in", "runs", typed.get("runs", ""), "", beside, wrong.get("runs", "")),
        Line(
            "field", "Bright end state", "bright", typed.get("bright", ""), "counts/s", level, wrong.get("bright", "")
        ),
    ]
    run = status.run
    if run is not None and run.records:
        kept = (run.recipe.false_alarm, run.recipe.bright_counts_per_s)
        held = [
            *([f"1 in {words.amount(round(1.0 / kept[0]))}"] if kept[0] != (test or now)[0] else []),
            *([f"an onset at {_level(kept[1])}"] if kept[1] != (test or now)[1] else []),
        ]
        if held:
            said = f"the open run keeps {' and '.join(held)}: records stand in it"
            found.append(Line("say", "", value=said, tone="quiet"))
    first = in_the_way(status, "UseOnset")
    changed = test is not None and test != now
    return (*found, pressing("Use this test", APPLY, changed=changed, wrong=wrong, drops=False, first=first))


def _level(bright: float) -> str:
    level = OF_BRIGHT * bright
    return f"{grouped(level) if level >= 10_000.0 else words.amount(level)} counts/s"

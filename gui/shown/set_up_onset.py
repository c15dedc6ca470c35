"""The lines about the onset on the page of the optical set-up: how often it may be flagged though nothing emits."""

from __future__ import annotations

from gui import words
from gui.shown.set_up import Line, Reading, Typed, in_the_way, pressing
from station.bench_settings import FALSE_ALARM
from station.events import Status

APPLY = "apply false alarm"
FEWEST_RUNS, MOST_RUNS = round(1.0 / FALSE_ALARM[1]), round(1.0 / FALSE_ALARM[0])


def typed(false_alarm: float) -> dict[str, str]:
    """Return the lines as they stand for a share of false alarms: in how many runs there may be one."""
    return {"runs": words.amount(round(1.0 / false_alarm))}


def read(typed: Typed) -> tuple[float | None, str]:
    """Return the share of false alarms that has been typed, None where something is wrong, and what is."""
    reading = Reading(typed)
    runs = reading.number("runs", FEWEST_RUNS, MOST_RUNS)
    if runs is not None and runs != round(runs):
        reading.wrong["runs"] = "a whole number"
    wrong = reading.wrong.get("runs", "")
    return (None if wrong or runs is None else 1.0 / runs), wrong


def lines(typed: Typed, status: Status) -> tuple[Line, ...]:
    """Return the lines: the rate, of whom it is true, and what the open run promises where that is another."""
    share, wrong = read(typed)
    beside = "runs of 6 h without dots; a lower rate flags later"
    found = [
        Line("head", "Onset of emission"),
        Line("field", "False alarm: 1 in", "runs", typed.get("runs", ""), "", beside, wrong),
    ]
    run = status.run
    if run is not None and run.records and run.recipe.false_alarm != (share or status.false_alarm):
        held = words.amount(round(1.0 / run.recipe.false_alarm))
        found.append(Line("say", "", value=f"the open run keeps 1 in {held}: records stand in it", tone="quiet"))
    changed = share is not None and share != status.false_alarm
    said = {"runs": wrong} if wrong else {}
    first = in_the_way(status, "UseFalseAlarm")
    return (*found, pressing("Use this rate", APPLY, changed=changed, wrong=said, drops=False, first=first))

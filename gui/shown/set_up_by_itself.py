"""The page of what comes by itself: readings through a flow cell or a dip probe, files of another program."""

from __future__ import annotations

from gui import words
from gui.shown.set_up import DROPS, Line, Reading, Typed, in_the_way, shown_number
from station import orders
from station.bench_settings import FLOW_DILUTION, FLOW_EVERY_S, FLOW_PATH_MM
from station.events import Continuous, Status, Watching

LEAVE, READ = "left alone", "read too"
START, STOP = "start readings", "stop readings"
CHOOSE, WATCH, UNWATCH = "choose folder", "watch", "unwatch"
PL = "*PL*"
OF_READINGS, OF_FOLDER = ("every", "flow path", "flow"), ("folder", "like", "before")


def typed(status: Status) -> dict[str, str]:
    """Return the page as things stand."""
    mode, watching = status.continuous, status.watching
    return {
        "every": shown_number(60.0 if mode is None else mode.every_s),
        "flow path": shown_number(status.optics.path_mm),
        "flow": shown_number(1.0 if mode is None else mode.dilution),
        "folder": "" if watching is None else watching.folder,
        "like": PL if watching is None else watching.emission_like,
        "before": LEAVE,
    }


def starting(typed: Typed) -> tuple[orders.StartContinuous | None, dict[str, str]]:
    """Return the order to take readings, None where something is wrong, and what is wrong by name."""
    reading = Reading(typed)
    every_s = reading.number("every", *FLOW_EVERY_S)
    path_mm = reading.number("flow path", *FLOW_PATH_MM)
    dilution = reading.number("flow", *FLOW_DILUTION)
    if every_s is None or path_mm is None or dilution is None:
        return None, reading.wrong
    return orders.StartContinuous(every_s, path_mm, dilution), {}


def watching(typed: Typed) -> orders.WatchFolder | None:
    """Return the order to watch the folder that is chosen, None where none is."""
    folder = typed.get("folder", "").strip()
    return orders.WatchFolder(folder, typed.get("like", "").strip(), typed.get("before") != READ) if folder else None


def lines(typed: Typed, status: Status) -> tuple[Line, ...]:
    """Return the lines of the page."""
    return (*_readings(typed, status), *_files(typed, status))


def _readings(typed: Typed, status: Status) -> tuple[Line, ...]:
    order, wrong = starting(typed)
    mode = status.continuous

    def field(label: str, name: str, unit: str, beside: str) -> Line:
        return Line("field", label, name, typed.get(name, ""), unit, beside, wrong.get(name, ""))

    another_path = order is not None and order.path_mm != status.optics.path_mm
    drops = another_path and status.dark_at_s is not None
    first = in_the_way(status, "StartContinuous")
    blocked = first or ("not while something above is wrong" if wrong else "")
    asked = None if mode is None else orders.StartContinuous(mode.every_s, mode.path_mm, mode.dilution)
    begin = Line(
        "press",
        "Begin readings" if mode is None else "Go on with these",
        START,
        beside=DROPS if drops else "",
        wrong=blocked or ("nothing has changed" if order == asked else ""),
        tone="stale" if drops else "ok",
    )
    end = (Line("press", "End readings", STOP, beside="what was taken is kept"),) if mode is not None else ()
    return (
        Line("head", "Flow cell or dip probe"),
        *_of_mode(mode),
        field("One every", "every", "s", "UV is on for its frames only; Space takes one in between"),
        field("Path", "flow path", "mm", "of the cell or the probe"),
        field("Dilution", "flow", "×", "1: what flows is the flask itself"),
        begin,
        *end,
    )


def _of_mode(mode: Continuous | None) -> tuple[Line, ...]:
    """Return what is said of readings that come by themselves."""
    if mode is None:
        return (Line("say", "", value="none come by themselves: Space takes each", tone="quiet"),)
    diluted = "undiluted" if mode.dilution == 1.0 else f"at {words.amount(mode.dilution)}×"
    said = f"one every {words.amount(mode.every_s)} s through {words.amount(mode.path_mm)} mm, {diluted}"
    found = [Line("say", "", value=said)]
    if mode.waits_for:
        found.append(Line("say", "", value=f"The next one waits: {mode.waits_for}.", tone="stale"))
    if mode.emission_only:
        found.append(Line("say", "", value=f"{mode.emission_only}. Emission alone is read.", tone="stale"))
    return tuple(found)


def _files(typed: Typed, status: Status) -> tuple[Line, ...]:
    now, folder = status.watching, typed.get("folder", "")
    order = watching(typed)
    in_force = None if now is None else orders.WatchFolder(now.folder, now.emission_like)
    reason = "choose the folder first" if order is None else "nothing has changed" if order == in_force else ""
    end = (Line("press", "Watch it no more", UNWATCH, beside="what was read is kept"),) if now is not None else ()
    return (
        Line("head", "Files of another program"),
        *_of_folder(now),
        Line("say", "Folder", value=folder or "none is chosen", tone="ok" if folder else "quiet"),
        Line("press", "Choose the folder", CHOOSE, beside="where the other program saves its spectra as text"),
        Line(
            "field", "Emission is named", "like", typed.get("like", ""), beside="* stands for anything; empty: none is"
        ),
        Line("choice", "Files there now", "before", typed.get("before", LEAVE), options=(LEAVE, READ)),
        Line("press", "Watch it" if now is None else "Watch this one", WATCH, wrong=reason),
        *end,
    )


def _of_folder(now: Watching | None) -> tuple[Line, ...]:
    """Return what is said of the folder that is watched."""
    if now is None:
        return (Line("say", "", value="no folder is watched; it needs no spectrometer", tone="quiet"),)
    files = "no file" if now.taken == 0 else "1 file" if now.taken == 1 else f"{now.taken} files"
    found = [Line("say", "", value=f"watched; {files} read so far")]
    if now.last:
        found.append(Line("say", "", value=now.last, tone="ok" if now.well else "stale"))
    return tuple(found)

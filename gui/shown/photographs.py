"""Photographs of the aliquots: what stands in the strip, and on the page that takes or chooses one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from gui import words
from gui.actions import Act, cap
from gui.shown import ladder, run_times
from gui.shown.set_up import Line, Reading, Typed, shown_number
from station.attachment import Attachment
from station.photographs import UV_LAMP_NM, Pair, pairs
from station.records import PhotographTaken
from station.run import Run

LIGHTS = ("ambient light", "UV lamp")
TAKE, CHOOSE, KEEP, AGAIN = "take", "choose", "keep", "again"
LAMP_NM = (200.0, 420.0)
EXPOSURE_S = (0.00001, 600.0)
SLOW_S = 0.3  # from here on an exposure is said in seconds, below as a fraction of one


@dataclass(frozen=True, slots=True)
class Strip:
    """What the strip shows: the photographs by aliquot, the numbers of all aliquots in order, and its title.

    `times` are what the aliquots are called by; `said` tells of the selected one.
    """

    pairs: Mapping[int, Pair]
    numbers: tuple[int, ...]
    times: Mapping[int, str]
    second: str
    said: str


@dataclass(frozen=True, slots=True)
class Eye:
    """What is known of the camera: what it is called, the others, why none shows a picture (or nothing), its state."""

    names: tuple[str, ...] = ()
    chosen: str = ""
    trouble: str = ""
    ready: bool = False


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture that waits to be kept: its bytes, and the exposure it tells (None: it tells none)."""

    picture: Attachment
    exposure_s: float | None
    by_camera: bool = False


@lru_cache(maxsize=run_times.RUNS_KEPT)
def strip(run: Run | None, selected: int | None) -> Strip:
    """Return the strip of a run; `selected` None is the newest aliquot."""
    if run is None:
        return Strip({}, (), {}, "no run is open", "")
    drawn = tuple(aliquot for aliquot in run.all_aliquots if not aliquot.by_itself)
    found = pairs(run.photographs)
    times = {each.number: ladder.time_of(run, each) for each in drawn}
    number = spoken_of(run, selected)
    said = "" if number is None else f"Aliquot {number}: {_said(found.get(number, Pair()))}"
    second = f"each pair: ambient light, then {words.amount(lamp_nm(run))} nm UV"
    return Strip(found, tuple(times), times, second, said)


def spoken_of(run: Run | None, selected: int | None) -> int | None:
    """Return the number of the aliquot whose photographs are spoken of: the selected one, else the newest."""
    if run is None or not run.all_aliquots:
        return None
    numbers = [each.number for each in run.all_aliquots]
    return selected if selected in numbers else numbers[-1]


def lamp_nm(run: Run | None) -> float:
    """Return the wavelength of the lamp for photographs: as used last, else the recipe's, else the paper's 366 nm."""
    used = [] if run is None else [each.lamp_nm for each in run.photographs if each.lamp_nm is not None]
    of_recipe = None if run is None else run.recipe.photo_lamp_nm
    return used[-1] if used else of_recipe or UV_LAMP_NM


def _said(pair: Pair) -> str:
    taken = [_of(each) for each in (pair.ambient, pair.uv) if each is not None]
    return "; ".join(taken) if taken else "no photograph yet"


def _of(taken: PhotographTaken) -> str:
    light = "ambient" if taken.light == "ambient" else f"{words.amount(taken.lamp_nm or UV_LAMP_NM)} nm UV"
    return light if taken.exposure_s is None else f"{light} {exposure(taken.exposure_s)}"


def exposure(seconds: float) -> str:
    """Return an exposure as photographers say it: "1/60 s", "0.5 s"."""
    return f"{seconds:.2g} s" if seconds >= SLOW_S else f"1/{round(1.0 / seconds)} s"


def typed(run: Run | None, selected: int | None, light: Literal["ambient", "UV"]) -> dict[str, str]:
    """Return the page as it opens: the aliquot spoken of, the light it has no photograph of yet, the lamp."""
    number = spoken_of(run, selected)
    return {
        "aliquot": "" if number is None or run is None else _option(run, number),
        "light": LIGHTS[0] if light == "ambient" else LIGHTS[1],
        "lamp": shown_number(lamp_nm(run)),
    }


def missing_light(run: Run | None, number: int | None) -> Literal["ambient", "UV"]:
    """Return the light under which an aliquot has no photograph yet; ambient comes first, and again after both."""
    pair = pairs(run.photographs).get(number, Pair()) if run is not None and number is not None else Pair()
    return "UV" if pair.ambient is not None and pair.uv is None else "ambient"


def _option(run: Run, number: int) -> str:
    time = strip(run, None).times.get(number, "")
    return f"{number} · {time}" if time else str(number)


def options(run: Run | None) -> tuple[str, ...]:
    """Return the aliquots that can be chosen from."""
    return () if run is None else tuple(_option(run, number) for number in strip(run, None).numbers)


def chosen_number(now: Typed) -> int | None:
    """Return the number of the aliquot that is chosen on the page."""
    first = now.get("aliquot", "").split(" ")[0]
    return int(first) if first.isdigit() else None


def chosen_light(now: Typed) -> Literal["ambient", "UV"]:
    """Return the light that is chosen on the page."""
    return "UV" if now.get("light") == LIGHTS[1] else "ambient"


def read(now: Typed) -> tuple[float | None, float | None, dict[str, str]]:
    """Return lamp in nm (None under ambient light) and exposure in s (None: not known), and what is wrong by name."""
    reading = Reading(now)
    lamp = reading.number("lamp", *LAMP_NM) if chosen_light(now) == "UV" else None
    seconds = reading.number_or_none("exposure", *EXPOSURE_S)
    return lamp, seconds, reading.wrong


def lines(now: Typed, run: Run | None, eye: Eye, shot: Shot | None, *, first: str = "") -> tuple[Line, ...]:
    """Return the lines of the page; `first` is why nothing can be kept now."""
    _, _, wrong = read(now)
    number, light = chosen_number(now), chosen_light(now)
    found = [
        Line("head", "What is photographed"),
        Line("choice", "Aliquot", "aliquot", now.get("aliquot", ""), options=options(run)),
        Line("choice", "Light", "light", now.get("light", ""), options=LIGHTS),
    ]
    if light == "UV":
        lamp = words.amount(lamp_nm(run)) if "lamp" in wrong else now.get("lamp", "")
        goggles = f"Goggles on that stop UV, skin covered: the {lamp} nm lamp harms both. Then the room dark."
        found.append(
            Line("field", "Lamp", "lamp", now.get("lamp", ""), "nm", "as its label says", wrong.get("lamp", ""))
        )
        found.append(Line("say", "", value=goggles, tone="stale"))
    if number is None:
        return (*found, Line("say", "", value="No aliquot to photograph yet: the first one comes first.", tone="quiet"))
    if shot is not None:
        return (*found, *_waiting(now, shot, number, light, wrong, first))
    return (*found, *_sources(eye))


def _sources(eye: Eye) -> list[Line]:
    """Return the lines from which a picture comes: a camera, or a file."""
    found = [Line("head", "Take it")]
    if len(eye.names) > 1:
        found.append(Line("choice", "Camera", "camera", eye.chosen, options=eye.names))
    elif eye.chosen:
        found.append(Line("say", "Camera", value=eye.chosen))
    if eye.trouble:
        found.append(Line("say", "", value=eye.trouble, tone="quiet"))
    if eye.names:
        waits = "" if eye.ready else "the camera shows no picture yet"
        found.append(Line("press", "Take the photograph", TAKE, wrong=waits))
    found.append(Line("head", "Or choose one" if eye.names else "Choose one"))
    found.append(Line("press", "Choose a file ...", CHOOSE, beside="JPEG, PNG, WebP, BMP or GIF, up to 20 MB"))
    return found


def _waiting(now: Typed, shot: Shot, number: int, light: str, wrong: Mapping[str, str], first: str) -> list[Line]:
    """Return the lines of a picture that waits to be kept."""
    size = f"{shot.picture.name}, {_size(len(shot.picture.data))}, kept as it is"
    beside = "as the picture tells" if shot.exposure_s is not None else "not told; may stay empty"
    under = "ambient light" if light == "ambient" else "UV"
    blocked = first or ("not while something above is wrong" if wrong else "")
    said = "" if blocked else f"with aliquot {number}, {under}; undo: {cap(Act.UNDO)}"
    return [
        Line("head", "The picture"),
        Line("say", "File", value=size),
        Line("field", "Exposure", "exposure", now.get("exposure", ""), "s", beside, wrong.get("exposure", "")),
        Line("press", "Keep it", KEEP, wrong=blocked, beside=said),
        Line("press", "Another picture", AGAIN),
    ]


def _size(count_bytes: int) -> str:
    """Return the size of a picture: "2.1 MB", "40 kB"."""
    return f"{count_bytes / 1e6:.1f} MB" if count_bytes >= 100_000 else f"{max(1, round(count_bytes / 1e3))} kB"

"""The page of what comes by itself: begun, changed and ended by keys, and what it says meanwhile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from gui import set_up
from gui.shown import health
from gui.shown import set_up_by_itself as page_of
from gui.shown.set_up import Line
from station import orders
from station.events import Continuous, State, Watching
from tests.gui import stories
from tests.gui.conftest import Opener

NOW_S = 7200.0
OPEN = stories.status(2, now_s=NOW_S)


def line(lines: tuple[Line, ...], name: str) -> Line:
    return next(each for each in lines if each.name == name)


def said(lines: tuple[Line, ...], tone: str) -> list[str]:
    return [each.value for each in lines if each.kind == "say" and each.tone == tone]


def test_readings_are_begun_with_what_was_typed_and_ended_with_one_key(open_bench: Opener) -> None:
    bench = open_bench()
    bench.shows(OPEN)
    pages = bench.window.panels.set_up
    pages.open_at(set_up.BY_ITSELF)
    for name, text in (("every", "10"), ("flow path", "0,2"), ("flow", "1")):
        pages.type(name, text)
    pages.press(page_of.START)
    bench.shows(replace(OPEN, continuous=Continuous(10.0, NOW_S, 0.2, 1.0), optics=replace(OPEN.optics, path_mm=0.2)))
    assert line(pages.page.lines, page_of.START).wrong == "nothing has changed"
    pages.press(page_of.STOP)
    assert bench.link.orders == [orders.StartContinuous(10.0, 0.2, 1.0), orders.StopContinuous()]


def test_a_folder_is_chosen_and_watched_without_a_spectrometer(
    open_bench: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    bench = open_bench()
    bench.shows(
        replace(OPEN, state=State.DISCONNECTED, instrument=None, obstacles={"StartContinuous": "no spectrometer"})
    )
    pages = bench.window.panels.set_up
    pages.open_at(set_up.BY_ITSELF)
    assert line(pages.page.lines, page_of.START).wrong == "no spectrometer"
    assert line(pages.page.lines, page_of.WATCH).wrong == "choose the folder first"
    pages.press(page_of.CHOOSE)
    pages.type("like", "*fluo*")
    pages.take("before", 1)
    pages.press(page_of.WATCH)
    pages.press(page_of.UNWATCH)
    assert bench.link.orders == [orders.WatchFolder(str(tmp_path), "*fluo*", from_now=False), orders.StopWatching()]


def test_the_page_says_what_a_reading_waits_for_and_why_emission_alone_is_read() -> None:
    why = "A449 is 1.31: shorten the path to about 5 mm"
    status = replace(OPEN, continuous=Continuous(10.0, NOW_S, 10.0, 1.0, why, "reference first: press R"))
    lines = page_of.lines(page_of.typed(status), status)
    assert said(lines, "stale") == ["The next one waits: reference first: press R.", f"{why}. Emission alone is read."]
    assert "one every 10 s through 10 mm, undiluted" in said(lines, "ok")


def test_the_page_says_how_many_files_were_read_and_what_was_wrong_with_the_last() -> None:
    refused = "a.txt: its values, about 2 410, are counts or per cent, not absorbance. Export the absorbance."
    status = replace(OPEN, watching=Watching("/spectra", "*PL*", 3, refused, well=False))
    lines = page_of.lines(page_of.typed(status), status)
    assert said(lines, "stale") == [refused]
    assert "watched; 3 files read so far" in said(lines, "ok")
    assert "/spectra" in said(lines, "ok")


def test_another_path_says_that_dark_and_reference_have_to_be_taken_again() -> None:
    typed = page_of.typed(OPEN) | {"flow path": "0.5"}
    begin = line(page_of.lines(typed, OPEN), page_of.START)
    assert begin.tone == "stale"
    assert "Dark and reference" in begin.beside


@pytest.mark.parametrize(("name", "text"), [("every", "often"), ("flow path", "0"), ("flow", "0.5"), ("every", "")])
def test_what_cannot_be_is_said_beside_it_and_nothing_can_begin(name: str, text: str) -> None:
    typed = page_of.typed(OPEN) | {name: text}
    lines = page_of.lines(typed, OPEN)
    assert line(lines, name).wrong
    assert line(lines, page_of.START).wrong == "not while something above is wrong"
    assert page_of.starting(typed)[0] is None


def test_the_health_bar_is_calm_without_a_spectrometer_while_files_come_and_says_when_one_does_not_read() -> None:
    alone = replace(OPEN, state=State.DISCONNECTED, instrument=None)
    for well, states in ((True, ("off", "on")), (False, ("off", "stale"))):
        status = replace(alone, watching=Watching("/spectra/today", "*PL*", 3, "a.txt holds no table.", well=well))
        fields = {each.name: each for each in health.fields(status, NOW_S)}
        assert (fields["device"].health, fields["watching"].health) == states
        assert fields["watching"].full.startswith("Watching today")

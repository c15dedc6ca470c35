"""The window's own page of the set-up: wishes hold at once, the onset's command only when it is pressed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui import set_up
from gui import theme as themes
from gui.remembered import Remembered, Wishes
from gui.set_up import SetUp
from gui.shown import set_up_window
from gui.shown.set_up import Line
from gui.shown.set_up_window import FIRST_STEPS, HEAR, HEARD, PLAY, TRY, USE, joined, words_of
from gui.sounds import SOUNDS
from station import orders
from station.onset_command import LONGEST_WORD, MOST_WORDS
from station.recipe import HOUR_S
from station.settings import settings_folder
from tests.gui import stories
from tests.gui.conftest import Bench, Opener
from tests.gui.loudspeaker import Loudspeaker

NOW_S = stories.T0_S + 1.2 * HOUR_S
QUIET = stories.status(2, now_s=NOW_S)


@pytest.fixture
def bench(open_bench: Opener) -> Bench:
    opened = open_bench()
    opened.link.clock.seconds = NOW_S
    opened.shows(QUIET)
    opened.window.panels.set_up.open_at(set_up.WINDOW)
    return opened


def page(bench: Bench) -> SetUp:
    return bench.window.panels.set_up


def line(bench: Bench, name: str) -> Line:
    return next(found for found in page(bench).page.lines if found.name == name)


def said(bench: Bench) -> list[tuple[str, str]]:
    return [(found.label, found.value) for found in page(bench).page.lines if found.kind == "say" and found.label]


def test_what_is_chosen_holds_at_once_and_is_remembered(bench: Bench) -> None:
    page(bench).take("room", -1)
    assert (line(bench, "room").value, bench.window.dress.theme) == ("light", themes.LIGHT)
    page(bench).take("contrast", 1)
    assert bench.window.dress.theme == themes.LIGHT_CONTRAST
    page(bench).take("type", 1)
    page(bench).take("volume", -1)
    page(bench).take("sound", 1)
    assert Remembered(settings_folder()).wishes == Wishes("light", "high", 125, False, 40)
    assert bench.link.orders == []


def test_every_sound_can_be_listened_to(bench: Bench) -> None:
    speaker = Loudspeaker()
    bench.window.ease.find_speaker(lambda parent: speaker)
    for _ in SOUNDS:
        page(bench).press(PLAY)
        page(bench).take(HEAR, 1)
    assert speaker.sounds == list(HEARD)
    assert set(HEARD) == set(SOUNDS)


def test_a_command_is_shown_word_by_word_and_used_only_when_it_is_pressed(bench: Bench) -> None:
    page(bench).type("command", "relay 'off now' {run}")
    assert said(bench) == [("Program", "relay"), ("Argument 1", "off now"), ("Argument 2", "{run}")]
    assert bench.link.orders == []
    page(bench).press(TRY)
    page(bench).press(USE)
    words = ("relay", "off now", "{run}")
    assert bench.link.orders == [orders.TryOnsetCommand(words), orders.UseOnsetCommand(words)]
    bench.shows(replace(QUIET, onset_command=words))
    assert line(bench, "command").value == joined(words)
    assert line(bench, USE).wrong == "nothing has changed"
    page(bench).type("command", " ")
    assert line(bench, USE).label == "Run no command"
    page(bench).press(USE)
    assert bench.link.orders[-1] == orders.UseOnsetCommand(())


def test_a_command_that_cannot_be_one_says_why(bench: Bench) -> None:
    page(bench).type("command", "relay 'off")
    assert line(bench, "command").wrong == "a quotation mark is not closed"
    assert line(bench, USE).wrong
    assert (
        words_of("relay " * (MOST_WORDS + 1))[1] == f"The onset's command has {MOST_WORDS + 1} words; 20 are the most."
    )
    assert words_of(f"relay {'x' * (LONGEST_WORD + 1)}")[0] is None


word = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=20).filter(str.isprintable)


@given(st.lists(word, min_size=1, max_size=6).map(tuple).filter(lambda words: bool(words[0].strip())))
def test_a_command_comes_back_as_it_was_typed(words: tuple[str, ...]) -> None:
    assert words_of(joined(words, on_windows=False), on_windows=False) == (words, "")


def test_on_windows_a_backslash_is_a_backslash() -> None:
    words = ("C:\\Program Files\\relay.exe", "off")
    assert words_of(joined(words, on_windows=True), on_windows=True) == (words, "")


def test_the_four_cards_can_be_seen_again(bench: Bench) -> None:
    page(bench).press(FIRST_STEPS)
    assert bench.window.panels.first_run.is_open
    assert not page(bench).is_open


def test_without_a_device_the_page_says_that_it_beeps(bench: Bench) -> None:
    lines = set_up_window.lines(set_up_window.typed(Wishes(), QUIET), QUIET, "beeps")
    found = next(each for each in lines if each.name == "sound")
    assert (found.tone, found.beside) == ("stale", "no device plays it: the computer beeps instead")

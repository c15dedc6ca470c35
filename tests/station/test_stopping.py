"""When to stop, in the words of the banner: never an instruction how, and the best reading with it."""

from __future__ import annotations

from analysis.findings import Advice
from analysis.spectrum import Quantity
from station.stopping import CHOICE, best_words, onset_words

WORD = "Best without emission: MSC-449 0.205 ± 0.012 at 1 h 30 min."


def advice(sentence: str, *, stop_now: bool) -> Advice:
    return Advice(stop_now, 5400.0, Quantity(0.205, 0.012), Quantity(1.0, 0.0), 1.0, sentence)


def test_the_best_reading_stands_behind_the_choice() -> None:
    flagged = advice(f"Dots emit: stop the reaction now by your own procedure. {WORD}", stop_now=True)
    assert onset_words(flagged) == f"{CHOICE} {WORD}"
    assert best_words(flagged) == WORD
    fallen = advice(
        f"MSC-449 falls, by 0.036 ± 0.012 per hour: stop the reaction now by your own procedure. {WORD}", stop_now=True
    )
    assert onset_words(fallen) == f"{CHOICE} {WORD}"


def test_without_advice_there_is_the_choice_alone() -> None:
    assert onset_words(None) == CHOICE
    assert onset_words(advice(f"Nothing speaks for stopping yet. {WORD}", stop_now=False)) == CHOICE
    assert "by your own procedure" in CHOICE

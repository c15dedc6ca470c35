"""What needs an answer: the onset of quantum dots, a fault, a run that was left open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.findings import Onset
from gui import words
from gui.actions import Act, cap
from station.events import FaultText, Status

Kind = Literal["onset", "fault", "doubt", "strip"]


@dataclass(frozen=True, slots=True)
class Banner:
    """A banner: headline and its short form, tagged lines, the lines that stay when type is large, answers.

    `answers` are (act, words, key cap); the first is the one that Enter gives where it has the Enter cap.
    """

    kind: Kind
    headline: str
    short: str
    lines: tuple[tuple[str, str], ...] = ()
    short_lines: tuple[tuple[str, str], ...] = ()
    answers: tuple[tuple[Act, str, str], ...] = ()


def banner(
    status: Status,
    advice: str,
    hidden: FaultText | None,
    left_open: str,
    *,
    hidden_doubts: tuple[str, ...] = (),
    esc_is_taken: bool = False,
    keys_are_taken: bool = False,
) -> Banner | None:
    """Return what is to be answered first: a fault, the onset, doubts about the lights, a run that was left open.

    `hidden` is the fault that has been read and `hidden_doubts` are the doubts that have; `esc_is_taken` while a
    measurement has the Esc key, `keys_are_taken` while the set-up has Enter and Esc.
    """
    esc = "" if esc_is_taken or keys_are_taken else cap(Act.LEAVE)
    enter = "" if keys_are_taken else cap(Act.CONFIRM)
    if status.fault is not None and status.fault != hidden:
        return fault(status.fault, esc)
    if status.onset is not None and status.onset_answer is None:
        return onset(status.onset, advice, esc, enter)
    if status.light_doubts and status.light_doubts != hidden_doubts:
        return doubt(status.light_doubts, esc)
    if left_open:
        answers = ((Act.CONFIRM, "Continue", enter), (Act.REVIEW, "Review", cap(Act.REVIEW)))
        return Banner("strip", left_open, left_open, answers=answers)
    return None


def fault(text: FaultText, esc: str, *, answer: str = "Hide") -> Banner:
    """Return the banner of a fault: what happened, what was kept, what to do; `answer` is what Esc does."""
    lines = tuple((tag, line) for tag, line in (("Kept", text.kept), ("Now", text.now)) if line)
    answers = ((Act.LEAVE, answer, esc),)
    return Banner("fault", text.headline, text.headline, lines, lines[-1:], answers)


def doubt(doubts: tuple[str, ...], esc: str) -> Banner:
    """Return the banner that says where the counts do not fit what the lights were asked to do; there is one doubt."""
    headline = words.capital(doubts[0].partition(". ")[0].partition(" (")[0]).rstrip(".")
    more = (("Why", words.capital(doubts[0])), *(("Also", words.capital(said)) for said in doubts[1:]))
    kept = ("Kept", "what was measured, with this doubt beside it.")
    now = ("Now", f"set the light right, then measure again; {cap(Act.UNDO)} takes an aliquot back.")
    return Banner("doubt", headline, headline, (*more, kept, now), (now,), ((Act.LEAVE, "Hide", esc),))


def onset(found: Onset, advice: str, esc: str, enter: str = "Enter") -> Banner:
    """Return the banner of the onset: why it was raised, what it is not, what to do now."""
    when = words.interval(found.earliest_s, found.latest_s)
    at = "" if found.nm is None else f": {found.nm:.0f} nm"
    tagged = (("Why", found.why or found.reason), ("Not", found.not_), ("Now", advice))
    lines = tuple((tag, _sentence(line)) for tag, line in tagged if line)
    short_lines = [("", f"{when[:1].upper()}{when[1:]}.")]
    if advice:
        short_lines.append(("Now", _sentence(advice)))
    return Banner(
        "onset",
        f"Quantum dots have begun to emit{at}, {when}" if at else f"Quantum dots have begun to emit {when}",
        f"Quantum dots emit{at}",
        lines,
        tuple(short_lines),
        ((Act.CONFIRM, "Confirm", enter), (Act.LEAVE, "Dismiss", esc)),
    )


def _sentence(text: str) -> str:
    """Return the text without a tag it may carry already ("Now: stop ...")."""
    for tag in ("Why: ", "Not: ", "Now: "):
        text = text.removeprefix(tag)
    return text

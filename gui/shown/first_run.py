"""The first run: four steps to the first aliquot, what each is for, and which comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gui import words
from gui.actions import Act, cap
from station.events import Measurement, Progress, State, Status

StepState = Literal["done", "next", "busy", "after", "bad"]
TITLE = "Four keys to the first aliquot"


@dataclass(frozen=True, slots=True)
class Step:
    """One card: what its key does, how it stands, what it is for; `fraction` is how far it has come (0 to 1)."""

    act: Act
    title: str
    cap: str
    state: StepState
    said: str
    text: str
    fraction: float = 0.0


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """All there is to show: what stands above the four cards, the cards, what is said of the live counts."""

    about: str
    steps: tuple[Step, ...]
    live: str

    @property
    def next_one(self) -> Step | None:
        """Get the card to do next, None after the last."""
        return next((step for step in self.steps if step.state in ("next", "busy", "bad")), None)


def first_steps(status: Status, progress: Progress | None, now_s: float, *, offers_virtual: bool) -> FirstSteps:
    """Return the cards for a status."""
    taken = 0 if status.run is None else len(status.run.aliquots)
    ages = [None if at is None else f"Taken {words.age(now_s - at)} ago" for at in _calibrated(status)]
    made = None if not taken else f"{words.counted(taken, 'aliquot')} in the run"
    done = (_opened(status), *ages, made)
    steps: list[Step] = []
    for index, (step, said) in enumerate(zip(_cards(status, offers_virtual=offers_virtual), done, strict=True)):
        comes = all(each is not None for each in done[:index])
        steps.append(_standing(step, said, status, progress, comes=comes, before=_BEFORE[index]))
    return FirstSteps(_about(status, now_s, all_done=all(done)), tuple(steps), _live(status))


_BEFORE = ("", "After the spectrometer", "After the dark", "After the reference")
_MEASURES: dict[Act, tuple[Measurement, str]] = {
    Act.DARK: ("dark", "TakeDark"),
    Act.REFERENCE: ("reference", "TakeReference"),
    Act.CAPTURE: ("aliquot", "Capture"),
}


def _calibrated(status: Status) -> tuple[float | None, float | None]:
    return status.dark_at_s, status.reference_at_s


def _opened(status: Status) -> str | None:
    """Return which spectrometer is open."""
    info = status.instrument
    return None if info is None else f"{'Virtual ' if info.virtual else ''}{info.model}"


def _cards(status: Status, *, offers_virtual: bool) -> tuple[Step, ...]:
    """Return the four cards, with nothing done yet."""
    real = "A real one: plug it in, and it shows up here."
    if status.instrument is not None:
        connect = f"It is ready. {real}" if status.instrument.virtual else "It is ready."
    else:
        connect = f"None is plugged in. {cap(Act.CONFIRM)} opens a virtual one. {real}" if offers_virtual else real
    return (
        Step(Act.VIRTUAL, "Connect", cap(Act.VIRTUAL) if offers_virtual else "", "after", "", connect),
        _card(Act.DARK, "Dark", "Lamp off, holder covered: what the detector sees of itself."),
        _card(
            Act.REFERENCE, "Reference", "Lamp on, a cuvette of solvent alone: the zero that absorbance is counted from."
        ),
        _card(
            Act.CAPTURE,
            "Capture",
            "Drop the diluted aliquot in and press. Absorbance and emission are taken together.",
        ),
    )


def _card(act: Act, title: str, text: str) -> Step:
    return Step(act, title, cap(act), "after", "", text)


def _standing(
    step: Step, done: str | None, status: Status, progress: Progress | None, *, comes: bool, before: str
) -> Step:
    """Return a card as it stands: measured now, done, next, or after another; and why it is not possible."""
    what, order = _MEASURES.get(step.act, (None, ""))
    state: StepState = "done" if done is not None else "next" if comes else "after"
    said, fraction = done or ("Next" if comes else before), 0.0
    if progress is not None and progress.what == what and status.state is State.MEASURING:
        state, fraction = "busy", min(1.0, max(0.0, progress.fraction))
        said = f"{words.percent(fraction)}, {words.age(progress.seconds_left)} left"
    elif state == "next" and status.state is not State.MEASURING and (reason := status.obstacles.get(order)):
        state, said = "bad", words.capital(reason)
    key = "" if step.act is Act.VIRTUAL and state == "done" else step.cap
    return Step(step.act, step.title, key, state, said, step.text, fraction)


def _about(status: Status, now_s: float, *, all_done: bool) -> str:
    """Return what stands under the title."""
    if all_done:
        return f"That was all of it. {cap(Act.CONFIRM)} leads to the bench, where the same keys do the same."
    keys = "Press the keys as you would at the bench."
    if status.instrument is None:
        return f"On a virtual spectrometer with a virtual CdTe flask, so nothing can break. {keys}"
    if status.instrument.virtual:
        t0 = None if status.run is None else status.run.t0
        since = "" if t0 is None else f", heated {words.age(now_s - t0.clock_s)} ago"
        return f"A virtual spectrometer is watching a virtual CdTe flask{since}; nothing can break. {keys}"
    return "On your own spectrometer, with the keys of the bench. What is taken here is taken for good."


def _live(status: Status) -> str:
    """Return what is said of the live counts."""
    if status.instrument is None:
        return "counts come here as soon as a spectrometer is open"
    return "counts as a share of full scale"

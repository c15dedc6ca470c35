"""The three readouts: the clock since t0, the dominant cluster, quantum-dot emission."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from analysis.findings import Emission, Findings, Onset, Species
from analysis.wording import grouped, listed
from gui import words
from gui.actions import Act, cap
from gui.shown import run_times
from station.events import Continuous, Status
from station.purity_words import drift_words, purity_word
from station.records import Aliquot
from station.run import Run
from station.stopping import STOP_NOW, stops_without_onset
from station.strength import may_repeat

Tone = Literal["ink", "ink2", "ink3", "stale", "alarm"]
Sign = Literal["", "flag", "flag-outline", "octagon", "cross"]
OnsetAnswer = Literal["confirmed", "dismissed", "past"] | None
NOT_REACHED = "–"


@dataclass(frozen=True, slots=True)
class Readout:
    """One readout: label, value, the sign beside it, the line that matters and the line that explains."""

    label: str
    value: str
    tone: Tone = "ink"
    sign: Sign = ""
    first: str = ""
    second: str = ""
    second_tone: Tone = "ink2"


def bench(status: Status, selected: int | None, now_s: float, wall: datetime) -> tuple[Readout, ...]:
    """Return the three readouts of the bench; with an aliquot that is `selected` they speak of it and say so."""
    run = status.run
    aliquot = run_times.aliquot(run, selected)
    chosen = aliquot if selected is not None else None
    of = _of(chosen)
    return (
        clock(run, now_s, wall, chosen, status.continuous, status.drawn_at_s),
        _wanting(cluster(aliquot, of), "" if chosen is not None else _wanted(status, now_s)),
        emission(aliquot, status.onset, status.onset_answer, of),
    )


def _of(aliquot: Aliquot | None) -> str:
    """Return which aliquot a label speaks of; nothing for the newest."""
    if aliquot is None:
        return ""
    state = ", excluded" if aliquot.excluded is not None else ""
    return f", {_called(aliquot).lower()}{state}"


def _called(aliquot: Aliquot) -> str:
    """Return what an aliquot is called: one that came by itself is a reading."""
    return f"{'Reading' if aliquot.by_itself else 'Aliquot'} {grouped(aliquot.number)}"


def _wanted(status: Status, now_s: float) -> str:
    """Return what is to be done about absorbance that is too strong to be told, while Space would do it; or nothing."""
    if status.too_strong and may_repeat(status.run, now_s):
        return status.too_strong
    return "" if status.continuous is None else status.continuous.emission_only


def _wanting(readout: Readout, wanted: str) -> Readout:
    """Return the readout with what is to be done about it in the place of what explains it."""
    return replace(readout, second=words.capital(wanted), second_tone="stale") if wanted else readout


def clock(
    run: Run | None,
    now_s: float,
    wall: datetime,
    aliquot: Aliquot | None = None,
    continuous: Continuous | None = None,
    drawn_at_s: float | None = None,
) -> Readout:
    """Return the clock since t0; without t0 it is the time of day.

    The second line speaks of the `aliquot` that is selected, else of one that was drawn (`drawn_at_s`) and is not yet
    measured, else of the newest.
    """
    t0 = None if run is None else run.t0
    second = drawn_line(aliquot) if aliquot is not None else _drawn(run, drawn_at_s, now_s)
    if run is None or t0 is None:
        first = f"no t0 yet: {cap(Act.MARK)}" if run is not None else "no run is open"
        if continuous is not None and run is not None:
            first = f"{_next_reading(run, continuous, now_s)} · {first}"
        return Readout("Time of day", wall.strftime("%H:%M:%S"), first=first, second=second)
    first = _due_line(run, now_s) if continuous is None else _next_reading(run, continuous, now_s)
    return Readout(f"Since {t0.kind}, h:min:s", words.clock(now_s - t0.clock_s), first=first, second=second)


def _next_reading(run: Run, continuous: Continuous, now_s: float) -> str:
    """Return which reading came last by itself and when the next one comes: "reading 412 · next in 7 s"."""
    wait_s = continuous.next_at_s - now_s
    then = "now" if wait_s < 1.0 else f"in {words.wait(wait_s)}"
    last = run.next_number - 1
    return f"reading {grouped(last)} · next {then}" if last else f"first reading {then}"


def _due_line(run: Run, now_s: float) -> str:
    """Return which aliquot is due when."""
    rungs = run_times.rungs_of(run)
    due = run_times.due(run, now_s)
    if due is None:
        return _taken_line(run, len(rungs))
    whole = f" of {len(rungs)}" if due.place == run.next_number else ""
    if due.is_late:
        return f"Aliquot {run.next_number}{whole} was due {words.age(-due.in_s)} ago"
    at = words.ladder_time(due.planned_s, run_times.in_minutes(run))
    if due.in_s < 1.0:
        return f"Aliquot {run.next_number}{whole} due at {at}, now"
    return f"Aliquot {run.next_number}{whole} due at {at}, in {words.wait(due.in_s)}"


def _taken_line(run: Run, rungs: int) -> str:
    """Return how many aliquots were taken, now that none is due, and how many of them do not count."""
    taken, left_out = len(run.all_aliquots), len(run.all_aliquots) - len(run.aliquots)
    excluded = f", {left_out} excluded" if left_out else ""
    if any(aliquot.by_itself for aliquot in run.all_aliquots[-1:]):
        return f"{words.counted(taken, 'reading')}{excluded}"
    if not run.recipe.schedule_s:
        return f"{words.counted(taken, 'aliquot')}{excluded}, nothing planned"
    return (f"All {taken} aliquots taken" if taken >= rungs else f"{taken} of {rungs} aliquots taken") + excluded


def _drawn(run: Run | None, drawn_at_s: float | None, now_s: float) -> str:
    """Return what was drawn last: an aliquot that waits to be measured, or when the newest was drawn and measured."""
    if run is not None and drawn_at_s is not None:
        ago = words.age(max(0.0, now_s - drawn_at_s))
        return f"Aliquot {grouped(run.next_number)} drawn {ago} ago, not yet measured"
    aliquot = run_times.aliquot(run, None)
    return "" if aliquot is None else drawn_line(aliquot)


def drawn_line(aliquot: Aliquot) -> str:
    """Return when an aliquot was drawn: "Aliquot 4 drawn at 2 h 00 min, measured 2 min later"."""
    at = aliquot.reaction_time_s
    drawn = words.time_of_day(aliquot.wall) if at is None else words.moment(at)
    later_s = aliquot.measured_at_s - aliquot.drawn_at_s
    later = f", measured {words.age(later_s)} later" if later_s >= 60.0 else ""
    named = f" {aliquot.name}" if aliquot.name else ""
    return f"{_called(aliquot)}{named}{' ' if aliquot.by_itself else ' drawn '}at {drawn}{later}"


def reviewed(run: Run, aliquot: Aliquot | None) -> Readout:
    """Return, for review, the reaction time of the aliquot that is selected; one that does not count says why."""
    if aliquot is None:
        return Readout("Aliquot", NOT_REACHED, "ink3", first="this run has no aliquots")
    place = 1 + next(n for n, each in enumerate(run.all_aliquots) if each.number == aliquot.number)
    named = f", {aliquot.name}" if aliquot.name else ""
    label = f"{_called(aliquot)}, {place} of {len(run.all_aliquots)}{named}"
    at = aliquot.reaction_time_s
    since = "no t0 in this run" if at is None else "" if run.t0 is None else f"since {run.t0.kind}"
    value = words.time_of_day(aliquot.wall) if at is None else words.clock(at)
    second = aliquot.note or drawn_line(aliquot) if at is not None else aliquot.note
    if aliquot.excluded is None:
        return Readout(label, value, first=since, second=second)
    return Readout(label, value, "ink2", "cross", f"excluded: {aliquot.excluded}", second)


def cluster(aliquot: Aliquot | None, of: str = "") -> Readout:
    """Return the dominant cluster of an aliquot; `of` says which one where it is not the newest."""
    label = f"Dominant cluster{of}"
    if aliquot is None:
        return Readout(label, NOT_REACHED, "ink3", first="no aliquot yet")
    findings = aliquot.reading.findings
    if findings is None or aliquot.reading.absorbance is None:
        return Readout(label, "?", "ink2", first="not yet decidable", second="no absorbance in this aliquot")
    species = run_times.dominant(findings)
    if species is not None:
        name = f"Dominant species{of}" if species.name == "QD" else label
        second, tone = _second_line(findings, species)
        return Readout(name, species.name, first=_height_line(species), second=second, second_tone=tone)
    if findings.species:
        return _unassigned(label, findings.species[0])
    return Readout(label, "none", "ink2", first=f"no band seen in aliquot {aliquot.number}")


def _height_line(species: Species) -> str:
    """Return where a band is and how high."""
    height = words.absorbance(species.absorbance, species.sigma)
    return f"{words.nanometres(species.nm, species.sigma_nm)} · {run_times.symbol(species)} {height}"


def _second_line(findings: Findings, species: Species) -> tuple[str, Tone]:
    """Return the purity and when the best was, quietly; or, where no flag says so, that more is not to be gained."""
    advice, stops, best = findings.advice, False, ""
    if advice is not None:
        stops = stops_without_onset(advice)
        height = words.absorbance(advice.best.value, advice.best.sigma)
        if species.name in advice.sentence and advice.best_s != findings.reaction_time_s:
            best = f"best {f'{height} ' if stops and not advice.as_in else ''}at {words.moment(advice.best_s)}"
    clauses = (
        (words.capital(STOP_NOW), best) if stops else (_purity_line(findings, species), best, drift_words(findings))
    )
    return " · ".join(filter(None, clauses)), "ink" if stops else "ink2"


def _purity_line(findings: Findings, species: Species) -> str:
    """Return whether the cluster is alone, and its tail against its height; a cluster alone has none."""
    ratio = None if findings.purity is None else findings.purity.tail_ratio
    if ratio is None:
        return ""
    shown = f"tail/{run_times.symbol(species)} {words.uncertain(ratio.value, ratio.sigma, step=0.001)}"
    word = purity_word(findings)
    return f"{word}: {shown}" if word else shown


def _unassigned(label: str, band: Species) -> Readout:
    """Return a band that no species explains, with what it would fit."""
    fits = listed(band.would_fit[:3], "or")
    second = f"would fit {fits}" if fits else "no species of the library is near"
    return Readout(label, "unassigned", "ink2", first=_height_line(band), second=second)


def emission(aliquot: Aliquot | None, onset: Onset | None, answer: OnsetAnswer, of: str = "") -> Readout:
    """Return what is known of quantum-dot emission in an aliquot, and of its onset in the run."""
    label = f"Quantum-dot emission{of}"
    if aliquot is None:
        return Readout(label, NOT_REACHED, "ink3", first="no aliquot yet")
    findings = aliquot.reading.findings
    found = None if findings is None else findings.emission
    if findings is None or found is None:
        return Readout(label, NOT_REACHED, "ink3", first="not measured", second="no UV light was switched")
    second, tone, sign = _onset_line(findings, onset, answer)
    if found.present is None:
        reason = found.reasons[0] if found.reasons else second
        return Readout(label, "?", "ink2", sign, "not yet decidable", second if sign else reason, tone)
    if not found.present:
        return Readout(label, "none", "ink2", sign, _none_line(found), second, tone)
    value = "seen" if found.nm is None else f"{found.nm:.0f} nm"
    return Readout(label, value, "ink", sign, _seen_line(found), second, tone)


def _none_line(found: Emission) -> str:
    """Return how little was seen and from where on it would have been seen."""
    if found.intensity is None or found.sigma is None:
        return "nothing above the noise"
    seen = "" if found.seen_from is None else f" · seen from {grouped(round(found.seen_from))}"
    return words.rate(found.intensity, found.sigma, found.unit) + (seen if found.unit == "counts/s" else "")


def _seen_line(found: Emission) -> str:
    """Return intensity, width and energy of a band that is present; what comes last gives way first."""
    parts = []
    if found.intensity is not None and found.sigma is not None:
        parts.append(words.rate(found.intensity, found.sigma, found.unit))
    if found.fwhm_nm is not None:
        parts.append(f"FWHM {words.uncertain(found.fwhm_nm, found.sigma_fwhm_nm or 0.0, 'nm', 1.0)}")
    if found.ev is not None:
        parts.append(words.electronvolts(found.ev))
    return " · ".join(parts)


def _onset_line(findings: Findings, onset: Onset | None, answer: OnsetAnswer) -> tuple[str, Tone, Sign]:
    """Return what is said of the onset, in which tone, with which sign; one in the past asks for no answer."""
    if onset is None:
        return findings.onset_reason, "ink2", ""
    when = f"Onset {words.interval(onset.earliest_s, onset.latest_s)}"
    if answer == "confirmed":
        return f"{when}, confirmed", "ink2", "flag-outline"
    if answer == "past":
        return when, "ink2", "flag-outline"
    if answer == "dismissed":
        return f"{when}, dismissed", "ink2", ""
    return when, "alarm", "flag"

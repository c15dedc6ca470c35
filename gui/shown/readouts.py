"""The three readouts: the clock since t0, the dominant cluster, quantum-dot emission."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from analysis.findings import Emission, Findings, Onset, Species
from analysis.wording import grouped, listed
from gui import words
from gui.actions import Act, cap
from gui.shown import run_times
from station.records import Aliquot
from station.run import Run
from station.stopping import STOP_NOW

Tone = Literal["ink", "ink2", "ink3", "stale", "alarm"]
Sign = Literal["", "flag", "flag-outline", "octagon"]
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


def clock(run: Run | None, now_s: float, wall: datetime) -> Readout:
    """Return the clock since t0; without t0 it is the time of day."""
    t0 = None if run is None else run.t0
    if run is None or t0 is None:
        first = f"no t0 yet: {cap(Act.MARK)}" if run is not None else "no run is open"
        return Readout("Time of day", wall.strftime("%H:%M:%S"), first=first, second=_last_drawn(run))
    return Readout(
        f"Since {t0.kind}, h:min:s",
        words.clock(now_s - t0.clock_s),
        first=_due_line(run, now_s),
        second=_last_drawn(run),
    )


def _due_line(run: Run, now_s: float) -> str:
    """Return which aliquot is due when."""
    rungs = run_times.rungs_of(run)
    due = run_times.due(run, now_s)
    if due is None:
        taken = len(run.aliquots)
        if not run.recipe.schedule_s:
            return f"{words.counted(taken, 'aliquot')}, nothing planned"
        return f"All {taken} aliquots taken" if taken >= len(rungs) else f"{taken} of {len(rungs)} aliquots taken"
    whole = f" of {len(rungs)}" if due.place == run.next_number else ""
    if due.is_late:
        return f"Aliquot {run.next_number}{whole} was due {words.age(-due.in_s)} ago"
    at = words.ladder_time(due.planned_s, run_times.in_minutes(run))
    if due.in_s < 1.0:
        return f"Aliquot {run.next_number}{whole} due at {at}, now"
    return f"Aliquot {run.next_number}{whole} due at {at}, in {words.wait(due.in_s)}"


def _last_drawn(run: Run | None) -> str:
    """Return when the newest aliquot was drawn and how much later it was measured."""
    aliquot = run_times.aliquot(run, None)
    return "" if aliquot is None else drawn_line(aliquot)


def drawn_line(aliquot: Aliquot) -> str:
    """Return when an aliquot was drawn: "Aliquot 4 drawn at 2 h 00 min, measured 2 min later"."""
    at = aliquot.reaction_time_s
    drawn = words.time_of_day(aliquot.wall) if at is None else words.moment(at)
    later_s = aliquot.measured_at_s - aliquot.drawn_at_s
    later = f", measured {words.age(later_s)} later" if later_s >= 60.0 else ""
    return f"Aliquot {aliquot.number} drawn at {drawn}{later}"


def reviewed(run: Run, aliquot: Aliquot | None) -> Readout:
    """Return, for review, the reaction time of the aliquot that is selected."""
    if aliquot is None:
        return Readout("Aliquot", NOT_REACHED, "ink3", first="this run has no aliquots")
    place = run.aliquots.index(aliquot) + 1
    label = f"Aliquot {aliquot.number}, {place} of {len(run.aliquots)}"
    at = aliquot.reaction_time_s
    if at is None:
        return Readout(label, words.time_of_day(aliquot.wall), first="no t0 in this run")
    t0 = "" if run.t0 is None else f"since {run.t0.kind}"
    return Readout(label, words.clock(at), first=t0, second=aliquot.note or drawn_line(aliquot))


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
    """Return the purity and when the best was, quietly; or, while no flag says so, that more is not to be gained."""
    advice, stops, best = findings.advice, False, ""
    if advice is not None:
        stops = advice.stop_now and findings.onset is None
        height = words.absorbance(advice.best.value, advice.best.sigma)
        if species.name in advice.sentence and advice.best_s != findings.reaction_time_s:
            best = f"best {f'{height} ' if stops and not advice.as_in else ''}at {words.moment(advice.best_s)}"
    first = words.capital(STOP_NOW) if stops else _purity_line(findings, species)
    return " · ".join(part for part in (first, best) if part), "ink" if stops else "ink2"


def _purity_line(findings: Findings, species: Species) -> str:
    """Return the tail against the cluster's height; a cluster alone has none."""
    ratio = None if findings.purity is None else findings.purity.tail_ratio
    if ratio is None:
        return ""
    shown = words.uncertain(ratio.value, ratio.sigma, step=0.001)
    return f"tail/{run_times.symbol(species)} {shown}"


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

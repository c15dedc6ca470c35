"""The findings of a whole run, as rows of a table."""

from __future__ import annotations

from analysis.findings import Advice, Findings, Onset
from analysis.kinetics import Course
from gui import words
from gui.shown import findings_rows
from gui.shown.measures_rows import Row
from station.comparing import compared_optics
from station.course import course_reasons, course_words, emission_unit, emits
from station.placing import placed
from station.run import Run, newest_findings
from station.stopping import best_words


def run_rows(run: Run, course: Course | None = None) -> tuple[Row, ...]:
    """Return what is said of the whole run: zone and its path, onset, advice, course, place in the paper."""
    findings = newest_findings(run)
    if findings is None:
        return (Row("Zone", "not yet decidable"),)
    zone = findings.zone if findings.zone is not None else "not named: the recipe names no material"
    different = compared_optics(run.aliquots)
    said = (Row(different),) if different else ()
    return (
        Row("Zone", zone),
        *_path_rows(findings),
        *_onset_rows(findings, findings.onset, run),
        *(() if findings.advice is None else _advice_rows(findings.advice)),
        *said,
        *(() if course is None else _course_rows(run, course)),
        *_evidence_rows(findings),
        *_place_rows(run),
        *_excluded_rows(run),
    )


def _excluded_rows(run: Run) -> tuple[Row, ...]:
    """Return which aliquots of a run do not count, and why."""
    left_out = [aliquot for aliquot in run.all_aliquots if aliquot.excluded is not None]
    return tuple(
        Row(findings_rows.called(one), one.excluded or "no reason given", "excluded", sign="cross") for one in left_out
    )


def _path_rows(findings: Findings) -> tuple[Row, ...]:
    """Return the zones that the run went through."""
    passed = [
        passage.zone if passage.since_s is None else f"{passage.zone} from {words.moment(passage.since_s)}"
        for passage in findings.zone_path
    ]
    return (Row(f"Zones: {', '.join(passed)}."),) if len(passed) > 1 else ()


def _evidence_rows(findings: Findings) -> tuple[Row, ...]:
    """Return what the zone rests on."""
    if not findings.zone_evidence:
        return ()
    return (Row(f"Zone {findings.zone}: {' '.join(findings.zone_evidence)}"),)


def _advice_rows(advice: Advice) -> tuple[Row, ...]:
    """Return which reading was best, now that it is past, and how much of the product is there."""
    share = advice.yield_now
    now = words.uncertain(100.0 * share.value, 100.0 * share.sigma, "%")
    return Row(best_words(advice)), Row("Relative yield", now, "of the largest so far")


def _course_rows(run: Run, course: Course) -> tuple[Row, ...]:
    """Return how the run's cluster came and went and how emission grew, or why it is not told."""
    told = [Row(*line) for line in course_words(course, emission_unit(run))]
    said = [Row(sentence) for sentence in course_reasons(course, emits=emits(run))]
    of = course.of or "emission"
    return (*((Row(f"Course of {of}, 95 % intervals:"),) if told else ()), *told, *said)


def _place_rows(run: Run) -> tuple[Row, ...]:
    """Return the paper's nearest condition, and what is different."""
    place = placed(run)
    return () if place is None else tuple(Row(sentence) for sentence in place.sentences)


def _onset_rows(findings: Findings, onset: Onset | None, run: Run) -> tuple[Row, ...]:
    """Return when emission began, with its reason, or why nothing is said."""
    if onset is None:
        none = "none" if findings.onset_state == "watching" else "not yet decidable"
        return (Row("Onset", none), Row(findings.onset_reason))
    answer = run.onset_answer
    said = "" if answer is None else "confirmed" if answer.confirmed else "dismissed"
    return (Row("Onset", words.interval(onset.earliest_s, onset.latest_s), said), Row(onset.reason))

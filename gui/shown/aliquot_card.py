"""The card of one aliquot: what the chemist says of it, in fields, and what is known of it, as bare text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gui import words
from gui.actions import Act, cap
from gui.shown import findings_rows, typed_values
from gui.shown.set_up import Line, Typed
from station import orders
from station.records import Aliquot
from station.run import Run
from station.wall_time import clock_before, wall_at

NAME, NOTE, DILUTION, DRAWN, EXCLUDED, KEEP = "name", "note", "dilution", "drawn", "excluded", "keep"
MOST_DILUTION = 1e6


def typed(run: Run, aliquot: Aliquot) -> dict[str, str]:
    """Return what stands in the fields as things are."""
    return {
        NAME: aliquot.name,
        NOTE: aliquot.note,
        DILUTION: _said(aliquot.dilution),
        DRAWN: _drawn(run, aliquot),
        EXCLUDED: aliquot.excluded or "",
    }


def lines(now: Typed, run: Run, aliquot: Aliquot, in_the_way: str = "") -> tuple[Line, ...]:
    """Return the lines of the card; `in_the_way` is why nothing can be kept now."""
    order, wrong = read(now, run, aliquot)
    counts = "" if now[EXCLUDED].strip() else "empty: it counts"
    dilution, drawn = _beside_dilution(now), _beside_drawn(now, run, aliquot)
    return (
        *_heads(run, aliquot),
        Line("field", "Name", NAME, now[NAME]),
        Line("field", "Note", NOTE, now[NOTE]),
        Line("field", "Dilution", DILUTION, now[DILUTION], beside=dilution, wrong=wrong.get(DILUTION, ""), number=True),
        Line("field", "Drawn at", DRAWN, now[DRAWN], beside=drawn, wrong=wrong.get(DRAWN, ""), number=True),
        Line("field", "Excluded because", EXCLUDED, now[EXCLUDED], beside=counts),
        _keep(wrong, changed=order != edit(aliquot), in_the_way=in_the_way),
        Line("head", "What is known of it"),
        *_known(aliquot),
    )


def none_yet() -> tuple[Line, ...]:
    """Return the card of a run without aliquots."""
    return (Line("say", "", value=f"No aliquot yet: {cap(Act.CAPTURE)} captures one.", tone="quiet"),)


def _heads(run: Run, aliquot: Aliquot) -> tuple[Line, ...]:
    """Return which aliquot it is, and which keys lead to the others."""
    state = ", excluded" if aliquot.excluded is not None else ""
    head = Line("head", f"{findings_rows.called(aliquot)}{state}")
    others = Line("say", "", value=f"{cap(Act.EARLIER)} {cap(Act.LATER)}: the one before, the one after", tone="quiet")
    return (head, others) if len(run.all_aliquots) > 1 else (head,)


def edit(aliquot: Aliquot) -> orders.EditAliquot:
    """Return the order that says of an aliquot what is said of it already."""
    return orders.EditAliquot(
        aliquot.number, aliquot.name, aliquot.note, aliquot.excluded, aliquot.dilution, aliquot.drawn_at_s
    )


def read(now: Typed, run: Run, aliquot: Aliquot) -> tuple[orders.EditAliquot | None, dict[str, str]]:
    """Return the order that follows from what stands in the fields, None with the reasons by field where none does."""
    wrong: dict[str, str] = {}
    dilution, drawn_at_s = _read_dilution(now, aliquot, wrong), _read_drawn(now, run, aliquot, wrong)
    if wrong or drawn_at_s is None:
        return None, wrong
    name, note, excluded = (now[field].strip() for field in (NAME, NOTE, EXCLUDED))
    return orders.EditAliquot(aliquot.number, name, note, excluded or None, dilution, drawn_at_s), {}


def _read_dilution(now: Typed, aliquot: Aliquot, wrong: dict[str, str]) -> float | None:
    """Return the dilution that is typed, exactly as it was where nobody has touched it."""
    text = now[DILUTION].strip()
    if not text or text == _said(aliquot.dilution):
        return aliquot.dilution if text else None
    found = typed_values.dilution(text)
    if found is None or not found <= MOST_DILUTION:
        wrong[DILUTION] = "a factor from 1 (101×), or 50 µl into 5 ml"
        return None
    return found


def _read_drawn(now: Typed, run: Run, aliquot: Aliquot, wrong: dict[str, str]) -> float | None:
    """Return when the aliquot was drawn (station clock, s), exactly as it was where nobody has touched it."""
    text = now[DRAWN].strip()
    if text == _drawn(run, aliquot):
        return aliquot.drawn_at_s
    since_s, of_day = typed_values.duration_s(text), typed_values.time_of_day(text)
    found: float | None = None
    if of_day is not None:
        found = clock_before(run, *of_day, aliquot.measured_at_s)
    elif since_s is not None and run.t0 is not None:
        found = run.t0.clock_s + since_s
    if found is None:
        since = "" if run.t0 is None else f"2 h 04 min since {run.t0.kind}, or "
        wrong[DRAWN] = f"as {since}14:06 on the clock"
    elif found > aliquot.measured_at_s:
        wrong[DRAWN] = "after it was measured"
        return None
    return found


def _said(dilution: float | None) -> str:
    return "" if dilution is None else words.amount(dilution)


def _drawn(run: Run, aliquot: Aliquot) -> str:
    """Return when an aliquot was drawn as it stands in its field: since t0, else the time of day."""
    if aliquot.reaction_time_s is not None:
        return typed_values.spoken_duration(aliquot.reaction_time_s)
    at = wall_at(run, aliquot.drawn_at_s)
    return words.time_of_day(aliquot.wall) if at is None else at.strftime("%H:%M:%S")


def _beside_dilution(now: Typed) -> str:
    """Return what a dilution that was typed as volumes comes to."""
    text = now[DILUTION].strip()
    found = typed_values.dilution(text)
    if not text:
        return "not known"
    return f"= {words.amount(found)}×" if found is not None and text != words.amount(found) else "× or 50 µl into 5 ml"


def _beside_drawn(now: Typed, run: Run, aliquot: Aliquot) -> str:
    """Return when an aliquot was measured, which stands; and what was typed on the other clock."""
    at = wall_at(run, aliquot.measured_at_s)
    measured = f"measured at {words.time_of_day(aliquot.wall) if at is None else at.strftime('%H:%M:%S')}"
    drawn_at_s = _read_drawn(now, run, aliquot, {})
    if drawn_at_s is None or now[DRAWN].strip() == _drawn(run, aliquot):
        since_s = run.reaction_time_s(aliquot.measured_at_s)
        return measured if since_s is None else f"{measured}, {words.moment(since_s)}"
    since_s, drawn = run.reaction_time_s(drawn_at_s), wall_at(run, drawn_at_s)
    told = "" if since_s is None else f" = {words.moment(since_s)}"
    return f"{'' if drawn is None else drawn.strftime('%H:%M:%S')}{told}, {measured}"


def _known(aliquot: Aliquot) -> tuple[Line, ...]:
    """Return the findings as bare text: one without a value is a sentence, one without a label goes on with a line."""
    found: list[Line] = []
    for row in findings_rows.measured_rows(aliquot):
        words_of_it = " · ".join(filter(None, (row.value, row.note)))
        if not row.value:
            found.append(Line("say", "", value=row.label, tone="quiet"))
        elif not row.label and found:
            found[-1] = replace(found[-1], value=f"{found[-1].value} · {words_of_it}")
        else:
            found.append(Line("say", row.label, value=words_of_it))
    return (*found, *_onset(aliquot))


def _onset(aliquot: Aliquot) -> tuple[Line, ...]:
    """Return what was said of the onset when this aliquot was read."""
    findings = aliquot.reading.findings
    if findings is None:
        return ()
    onset = findings.onset
    when = findings.onset_reason if onset is None else words.interval(onset.earliest_s, onset.latest_s)
    return (Line("say", "Onset", value=when),) if when else ()


def _keep(wrong: Mapping[str, str], *, changed: bool, in_the_way: str) -> Line:
    """Return the line that keeps what was typed; that the numbers follow is said before."""
    reason = in_the_way or ("not while something above is wrong" if wrong else "" if changed else "nothing has changed")
    beside = f"recorded; {cap(Act.UNDO)} takes it back"
    return Line("press", "Keep", KEEP, wrong=reason, beside="" if reason else beside)

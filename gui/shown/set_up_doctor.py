"""The page of the doctor: why no spectrometer is found, in words for the chemist and for whoever keeps the computer."""

from __future__ import annotations

from gui.actions import Act, cap
from gui.shown.set_up import Line

EXAMINE, COPY, SAVE = "examine", "copy", "save"


def lines(report: str, *, looking: bool) -> tuple[Line, ...]:
    """Return what can be done, and the report as it was found, each of its lines one here."""
    say = "looks at the USB bus, permissions and drivers; nothing is installed or changed, no network is needed"
    examine = Line("press", "Examine", EXAMINE, beside=say, wrong="looking" if looking else "")
    if not report:
        return (Line("head", "Doctor"), examine)
    return (
        Line("head", "Doctor"),
        examine,
        Line("press", "Copy the findings", COPY, beside=f"or {cap(Act.COPY)}"),
        Line("press", "Save them to a file", SAVE, beside="for whoever keeps this computer"),
        Line("head", "What was found"),
        *(Line("say", "", value=said.replace("\t", "    ")) for said in report.splitlines()),
    )

"""What the chemist does, and everything that he could read of what a station has announced."""

from __future__ import annotations

from station import events, orders
from station.events import Event, LiveFrame

ACTS: dict[str, orders.Order] = {"Space": orders.Capture(), "D": orders.TakeDark(), "R": orders.TakeReference()}


def sentences(messages: list[Event | LiveFrame]) -> list[str]:
    """Return everything that a chemist could read of these messages."""
    told: list[str] = []
    for message in messages:
        match message:
            case events.Faulted(fault):
                told.append(f"{fault.headline} Kept: {fault.kept} Now: {fault.now}")
            case events.MeasurementEnded(_, _, sentence) | events.Recovered(sentence):
                told.append(sentence)
            case events.Refused(_, reason):
                told.append(reason)
            case events.StatusChanged(status):
                told.extend(status.light_doubts)
            case events.AliquotTaken(aliquot):
                for spectrum in (aliquot.reading.absorbance, aliquot.reading.emission):
                    told.extend(spectrum.remarks if spectrum is not None else ())
            case _:
                pass
    return told

"""The page of the optical set-up: what stands between light, cuvette and detector."""

from __future__ import annotations

from typing import get_args

from analysis.response import Response
from gui import words
from gui.shown.set_up import Line, Reading, Typed, in_the_way, pressing, shown_number
from station.bench_settings import STRAY_PERCENT
from station.events import Status
from station.optics import Corrections, Excitation, Geometry, Optics, Source

NM = (200.0, 1100.0)
NONE, IN, OUT = "none", "in", "out"
SOURCES: tuple[str, ...] = (NONE, *get_args(Source))
GEOMETRIES: tuple[str, ...] = get_args(Geometry)
SUBTRACTED, LEFT = "subtracted", "left in"
APPLY, RESPONSE, NO_RESPONSE = "apply optics", "response", "no response"


def typed(optics: Optics) -> dict[str, str]:
    """Return the page as it stands for an optical set-up."""
    excitation = optics.excitation or Excitation()
    return {
        "source": NONE if optics.excitation is None else excitation.source,
        "nm": shown_number(excitation.nm),
        "fwhm": shown_number(excitation.fwhm_nm),
        "current": shown_number(excitation.current_ma),
        "power": shown_number(excitation.power_mw),
        "filter": OUT if optics.long_pass_nm is None else IN,
        "edge": shown_number(optics.long_pass_nm),
        "geometry": optics.geometry,
        "path": shown_number(optics.path_mm),
        "slit": shown_number(optics.slit_um),
        "fibre": shown_number(optics.fibre_um),
        "stray": shown_number(optics.corrections.stray_percent),
        "drift": SUBTRACTED if optics.corrections.lamp_drift else LEFT,
    }


def read(typed: Typed, response: Response | None) -> tuple[Optics | None, dict[str, str]]:
    """Return the optical set-up that has been typed, None where something is wrong, and what is wrong by name.

    The spectral response, which is not typed, stays as it is.
    """
    reading = Reading(typed)
    excitation = None
    if reading.text("source") != NONE:
        source: Source = "laser" if reading.text("source") == "laser" else "LED"
        excitation = Excitation(
            source,
            reading.number("nm", *NM) or 0.0,
            reading.number_or_none("fwhm", 0.01, 100.0),
            reading.number_or_none("current", 0.1, 10_000.0),
            reading.number_or_none("power", 0.001, 10_000.0),
        )
    edge = reading.number("edge", *NM) if reading.text("filter") == IN else None
    if edge is not None and excitation is not None and excitation.nm and edge <= excitation.nm:
        reading.wrong["edge"] = f"lets the excitation at {words.amount(excitation.nm)} nm through"
    made = Optics(
        excitation,
        edge,
        "front face" if reading.text("geometry") == "front face" else "90 degrees",
        reading.number("path", 0.01, 100.0) or 0.0,
        reading.number_or_none("slit", 1.0, 5000.0),
        reading.number_or_none("fibre", 1.0, 5000.0),
        Corrections(reading.number_or_none("stray", *STRAY_PERCENT), reading.text("drift") != LEFT, response),
    )
    return (None if reading.wrong else made), reading.wrong


def lines(typed: Typed, status: Status) -> tuple[Line, ...]:
    """Return the lines of the page."""
    optics, wrong = read(typed, status.optics.corrections.response)

    def field(label: str, name: str, unit: str, beside: str = "") -> Line:
        return Line("field", label, name, typed.get(name, ""), unit, beside, wrong.get(name, ""))

    def choice(label: str, name: str, options: tuple[str, ...], beside: str = "") -> Line:
        return Line("choice", label, name, typed.get(name, ""), beside=beside, options=options)

    found = [Line("head", "Excitation"), choice("Source", "source", SOURCES, _emission_words(typed))]
    if typed.get("source") != NONE:
        found += [
            field("Wavelength", "nm", "nm", "nominal; each run measures the line itself"),
            field("Width", "fwhm", "nm", "at half height; empty: not known"),
            field("Current", "current", "mA", "as the driver is set; empty: not known"),
            field("Power", "power", "mW", "at the cuvette; empty: not known"),
        ]
    found += [Line("head", "Before the detector"), choice("Long-pass filter", "filter", (OUT, IN))]
    if typed.get("filter") == IN:
        found.append(field("Its edge", "edge", "nm", "below it absorbance is masked: nothing is known there"))
    found += [
        Line("head", "Cuvette and spectrometer"),
        choice("Geometry", "geometry", GEOMETRIES, "emission seen from the side, or from the lit face"),
        field("Path", "path", "mm"),
        field("Slit", "slit", "µm", "empty: not known"),
        field("Fibre core", "fibre", "µm", "empty: not known"),
        Line("head", "How absorbance is read"),
        field("Stray light", "stray", "%", "of the lamp's mean light; empty: as a filter shows it, else 0.1 assumed"),
        choice("Lamp drift", "drift", (SUBTRACTED, LEFT), "by 650 to 750 nm, where nothing absorbs; counts are kept"),
        pressing(
            "Use this set-up",
            APPLY,
            changed=optics != status.optics,
            wrong=wrong,
            drops=status.dark_at_s is not None and _another_path(optics, status.optics),
            first=in_the_way(status, "UseOptics"),
        ),
    ]
    return (*found, *_response_lines(status))


def _response_lines(status: Status) -> tuple[Line, ...]:
    """Return what emission is divided by, and what can be done about it; a file is read when it is chosen."""
    response, first = status.optics.corrections.response, in_the_way(status, "UseResponse")
    choose = Line("press", "Choose its file", RESPONSE, wrong=first)
    head = Line("head", "Response of emission")
    if response is None:
        return head, Line("say", "", value="uncorrected: heights compare only at one wavelength", tone="quiet"), choose
    low, high = words.amount(round(response.nm[0])), words.amount(round(response.nm[-1]))
    known = Line("say", "", value=f"corrected by {response.name}, {low} to {high} nm")
    return head, known, choose, Line("press", "Leave it uncorrected", NO_RESPONSE, wrong=first)


def _another_path(optics: Optics | None, now: Optics) -> bool:
    return optics is not None and optics.light_path != now.light_path


def _emission_words(typed: Typed) -> str:
    return "emission is not measured" if typed.get("source") == NONE else ""

"""What both plots say of the aliquot that is spoken of: its curve, names, title, legend and values at the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QColor

from analysis.spectrum import Spectrum
from gui import words
from gui.overlay_layer import Curve
from gui.plot_axes import Range
from gui.plot_content import (
    OnsetSign,
    absorbance_blind,
    absorbance_remarks,
    emission_blind,
    emission_name,
    emission_remarks,
    species_names,
)
from gui.plot_frame import Caption, Key
from gui.plot_panel import Focus
from gui.plot_series import Series
from station import curve_views
from station.curve_views import Plot, View, spectrum_of
from station.records import Aliquot

LEAST_A: Range = (-0.01, 0.05)
LEAST_RATE: Range = (-150.0, 200.0)  # holds the noise of a quiet aliquot: twice its sigma either way
LEAST_DIFFERENCE_A: Range = (-0.01, 0.01)
LEAST_NORMALISED: Range = (-0.05, 1.1)
NOISE_SIGMAS = 4.0  # what is nothing but noise is seen whole
NOTHING: Range = (0.0, 0.0)
NO_VALUE = "no data"
NORMALISED_STEP = 0.001
VIEW_WORDS: dict[View, str] = {
    "as measured": "As measured",
    "shifted": "Baseline shifted",
    "normalised": "Normalised",
    "stacked": "Stacked",
    "difference": "Difference",
    "derivative": "Derivative",
}


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """What else is drawn: the live spectrum in its colour, and the name of the earlier run behind, in its own."""

    live: Spectrum | None = None
    live_ink: QColor | None = None
    earlier: str = ""
    earlier_ink: QColor | None = None


def unit_of(aliquot: Aliquot | None, plot: Plot) -> str:
    """Return the unit in which an aliquot was measured."""
    if plot == "absorbance":
        return "A"
    emission = None if aliquot is None else aliquot.reading.emission
    return "counts/s" if emission is None else emission.unit


def least(series: Series, plot: Plot, unit: str) -> Range:
    """Return the heights that a plot shows in any case."""
    made = series.treatments[plot]
    if made.view == "normalised":
        return LEAST_NORMALISED
    if made.view == "derivative":
        noise = NOISE_SIGMAS * series.noise[plot]
        return -noise, noise
    if unit == "a.u.":
        return NOTHING
    if plot == "emission":
        return LEAST_RATE
    return LEAST_DIFFERENCE_A if made.view == "difference" else LEAST_A


def focus_of(
    series: Series, aliquot: Aliquot | None, plot: Plot, *, alone: bool, short: bool, sign: OnsetSign
) -> Focus | None:
    """Return what a plot says of an aliquot, None where it has no such spectrum; `short` names its E1 alone."""
    spectrum = None if aliquot is None else spectrum_of(aliquot, plot)
    if aliquot is None or spectrum is None:
        return None
    curve = None if aliquot.number in series.hidden else series.curve(aliquot, plot)
    findings, own = aliquot.reading.findings, series.treatments[plot].in_own_unit
    if curve is None:
        return Focus(None, alone=alone)
    guest = not series.drawn_among(aliquot)
    if plot == "emission":
        blind = emission_blind(aliquot, series.masked)
        return Focus(curve, emission_name(findings, sign), blind, alone, guest=guest)
    ceiling = _ceiling(aliquot, spectrum, QColor(series.theme.ink3)) if own else None
    names = species_names(findings, only_first=short)
    return Focus(curve, names, absorbance_blind(aliquot), alone, ceiling, guest)


def _ceiling(aliquot: Aliquot, spectrum: Spectrum, ink: QColor) -> Curve | None:
    """Return the largest absorbance that could have been measured as a curve."""
    if spectrum.ceiling is None:
        return None
    return Curve(aliquot.number, spectrum.wavelengths_nm, spectrum.ceiling, 0.0 * spectrum.ceiling, ink)


def called(series: Series, aliquot: Aliquot) -> str:
    """Return how the legend calls an aliquot: "aliquot 4", with its name and whether it counts."""
    name = f" {aliquot.name}" if aliquot.name else ""
    state = ", excluded" if aliquot.excluded is not None else ", hidden" if aliquot.number in series.hidden else ""
    return f"aliquot {aliquot.number}{name}{state}"


def caption(
    series: Series, aliquot: Aliquot | None, plot: Plot, *, short: bool, beside: Beside, cursor_nm: float | None
) -> Caption:
    """Return title, remarks and legend; with a cursor the legend carries the values at it."""
    made, unit = series.treatments[plot], unit_of(aliquot, plot)
    shown_unit = curve_views.unit_of(made, unit)
    view = curve_views.remarks(made, plot, shown_unit, series.left_out[plot])
    if plot == "absorbance":
        title = "Absorbance A" if made.in_own_unit else "Absorbance"
        remarks = (*view, *absorbance_remarks(aliquot, short=short), *series.choice.words)
    else:
        title = "Photoluminescence"
        own, *rest = emission_remarks(aliquot, series.unlike)
        remarks = (*((own,) if made.in_own_unit else ()), *view, *rest)
    if cursor_nm is not None:
        return Caption(title, remarks, _values(series, aliquot, plot, beside, cursor_nm), reading=True)
    keys = () if short or plot == "emission" else _legend(series, aliquot, plot, beside)
    return Caption(title, remarks, keys)


def _legend(series: Series, aliquot: Aliquot | None, plot: Plot, beside: Beside) -> tuple[Key, ...]:
    """Return the legend: the aliquot that is spoken of, the live curve, the earlier run."""
    keys: list[Key] = []
    if beside.earlier and beside.earlier_ink is not None:
        keys.append(Key(beside.earlier, beside.earlier_ink))
    if aliquot is not None and spectrum_of(aliquot, plot) is not None:
        drawn = aliquot.number not in series.hidden
        name = called(series, aliquot)
        keys.append(Key(f"{name} ± 2σ" if drawn else name, series.ink(aliquot), band=drawn))
    if beside.live is not None and beside.live_ink is not None:
        keys.append(Key("live", beside.live_ink))
    return tuple(keys)


def _values(series: Series, aliquot: Aliquot | None, plot: Plot, beside: Beside, nm: float) -> tuple[Key, ...]:
    """Return the values at the cursor of the aliquot that is spoken of and of the live curve."""
    keys: list[Key] = []
    spectrum = None if aliquot is None else spectrum_of(aliquot, plot)
    if aliquot is not None and spectrum is not None:
        said = value_at(series, spectrum, plot, nm)
        keys.append(Key(f"aliquot {aliquot.number}: {said}", series.ink(aliquot), band=True))
    if beside.live is not None and beside.live_ink is not None:
        keys.append(Key(f"live: {value_at(series, beside.live, plot, nm)}", beside.live_ink))
    return tuple(keys)


def value_at(series: Series, spectrum: Spectrum, plot: Plot, nm: float) -> str:
    """Return what a view shows of a spectrum at a wavelength: "0.183 ± 0.002 A", "masked", or "no data"."""
    if plot == "emission" and series.masked is not None and series.masked[0] <= nm <= series.masked[1]:
        return "masked"
    made = series.treatments[plot]
    found = curve_views.height(made, spectrum, nm)
    if found is None:
        return NO_VALUE
    if not made.in_own_unit:  # the title says the unit, where there is one
        return words.uncertain(found.value, found.sigma, step=NORMALISED_STEP if made.view == "normalised" else 0.0)
    if plot == "absorbance":
        return words.uncertain(found.value, found.sigma, "A", words.ABSORBANCE_STEP)
    return words.rate(found.value, found.sigma, spectrum.unit)


def place_for_cursor(aliquot: Aliquot | None, shown: Range) -> float:
    """Return where the cursor begins: at the first named peak in sight, else in the middle."""
    findings = None if aliquot is None else aliquot.reading.findings
    names: Sequence[float] = [name.nm for name in species_names(findings, only_first=True)]
    names = [*names, *(name.nm for name in emission_name(findings, "flag"))]
    return next((float(round(nm)) for nm in names if shown[0] <= nm <= shown[1]), float(round(sum(shown) / 2.0)))

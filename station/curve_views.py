"""How the curves of a run are looked at: as measured, shifted, normalised, stacked, as differences, bent.

A view is what the chemist walks through. A treatment is what it means for one plot: which band, which wavelength,
which aliquot. It never touches a reading, and nothing of it is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import hypot
from typing import Literal, get_args

from analysis import shown_curves
from analysis.baseline import QUIET_NM
from analysis.spectrum import Quantity, Spectrum
from analysis.wording import grouped, listed
from station.curves import drawn_emission
from station.records import Aliquot

View = Literal["as measured", "shifted", "normalised", "stacked", "difference", "derivative"]
Plot = Literal["absorbance", "emission"]
VIEWS: tuple[View, ...] = get_args(View)
FLANK_FWHM = 1.25  # so many widths beyond its maximum nothing is left of an emission band
USUAL_FWHM_NM = 60.0  # of an emission band whose width is not known


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is done to every spectrum of one plot before it is drawn.

    `at_nm` is where it is normalised, `quiet_nm` the band whose mean is taken off, `less_number` the aliquot that is
    taken off with its spectrum as measured and as drawn, `step` how far apart two of a stack stand. `why_not` says why
    a view leaves the plot as measured.
    """

    view: View = "as measured"
    at_nm: float | None = None
    quiet_nm: tuple[float, float] | None = None
    less_number: int | None = None
    step: float = 0.0
    why_not: str = ""
    less: Spectrum | None = field(default=None, compare=False)
    less_drawn: Spectrum | None = field(default=None, compare=False)

    @property
    def in_own_unit(self) -> bool:
        """Get whether what is drawn still has the unit of what was measured."""
        return self.view in ("as measured", "shifted", "stacked", "difference")


def after(view: View) -> View:
    """Return the view that follows in the walk through all of them."""
    return VIEWS[(VIEWS.index(view) + 1) % len(VIEWS)]


def spectrum_of(aliquot: Aliquot, plot: Plot) -> Spectrum | None:
    """Return the spectrum of an aliquot that a plot shows, as measured."""
    return aliquot.reading.absorbance if plot == "absorbance" else aliquot.reading.emission


def treated(made: Treatment, drawn: Spectrum, rank: int) -> Spectrum | None:
    """Return a spectrum, given as it is drawn, as the view shows it, or None where it cannot be shown so.

    `rank` is its place in a stack.
    """
    match made:
        case Treatment("shifted", quiet_nm=(low_nm, high_nm)):
            return shown_curves.without_offset(drawn, (low_nm, high_nm))
        case Treatment("normalised", at_nm=float(at_nm)):
            return shown_curves.normalised(drawn, at_nm)
        case Treatment("stacked"):
            return shown_curves.raised(drawn, rank * made.step)
        case Treatment("difference", less_drawn=Spectrum() as less):
            return shown_curves.difference(drawn, less)
        case Treatment("derivative"):
            return shown_curves.bent(drawn)
        case _:
            return drawn


def height(made: Treatment, spectrum: Spectrum, nm: float) -> Quantity | None:
    """Return what a view shows of a spectrum, given as measured, at a wavelength; None where nothing is known.

    In a stack it is the height as measured: where a curve stands there means nothing.
    """
    here = shown_curves.height_at(spectrum, nm)
    if here is None:
        return None
    match made:
        case Treatment("shifted", quiet_nm=(low_nm, high_nm)):
            off = shown_curves.mean_within(spectrum, low_nm, high_nm)
            return None if off is None else _minus(here, off)
        case Treatment("normalised", at_nm=float(at_nm)):
            by = shown_curves.height_at(spectrum, at_nm)
            if by is None or by.value <= shown_curves.SURE * by.sigma:
                return None
            value = here.value / by.value
            return Quantity(value, hypot(here.sigma, value * by.sigma) / by.value)
        case Treatment("difference", less=Spectrum() as less):
            off = shown_curves.height_at(less, nm)
            return None if off is None else _minus(here, off)
        case Treatment("derivative"):
            shown = shown_curves.bent(spectrum)
            return None if shown is None else shown_curves.height_at(shown, nm)
        case _:
            return here


def _minus(one: Quantity, other: Quantity) -> Quantity:
    return Quantity(one.value - other.value, hypot(one.sigma, other.sigma))


def treatment(
    view: View, plot: Plot, aliquots: Sequence[Aliquot], spoken_of: Aliquot | None, cursor_nm: float | None
) -> Treatment:
    """Return what a view means for a plot of these aliquots, of which one is spoken of.

    Normalised at the cursor where that aliquot is surely above nothing there, else at the first exciton of the newest
    dominant cluster, or at the newest emission's maximum. A stack needs its step, see `with_step`.
    """
    if view == "normalised":
        at_nm = _normalised_at(plot, aliquots, spoken_of, cursor_nm)
        if at_nm is None:
            what = "cluster" if plot == "absorbance" else "emission"
            return Treatment(why_not=f"no {what} to normalise at")
        return Treatment(view, at_nm=at_nm)
    if view == "shifted":
        quiet_nm = _quiet(plot, aliquots)
        return Treatment(why_not="no quiet band") if quiet_nm is None else Treatment(view, quiet_nm=quiet_nm)
    if view == "difference":
        less = None if spoken_of is None else spectrum_of(spoken_of, plot)
        if spoken_of is None or less is None:
            return Treatment(why_not="nothing to take off")
        drawn = less if plot == "absorbance" else drawn_emission(less)
        return Treatment(view, less_number=spoken_of.number, less=less, less_drawn=drawn)
    return Treatment(view)


def with_step(made: Treatment, heights: Iterable[float], count: int) -> Treatment:
    """Return the treatment of a stack of `count` curves with its step; any other as it is."""
    if made.view != "stacked":
        return made
    return Treatment("stacked", step=shown_curves.stack_step(heights, count))


def remarks(made: Treatment, plot: Plot, unit: str, left_out: Sequence[int] = ()) -> tuple[str, ...]:
    """Return what the title says of a view with its parameters; `left_out` are the aliquots it cannot draw."""
    match made.view:
        case "shifted":
            assert made.quiet_nm is not None
            said = f"offset at {made.quiet_nm[0]:.0f}–{made.quiet_nm[1]:.0f} nm removed"
        case "normalised":
            said = f"normalised at {wavelength(made.at_nm or 0.0)}"
        case "stacked":
            said = f"stacked, {grouped(made.step, _decimals(made.step))} {unit} apart" if made.step else "stacked"
        case "difference":
            said = f"difference to aliquot {made.less_number}"
        case "derivative":
            window = shown_curves.bending_nm("A" if plot == "absorbance" else "counts/s")
            return (f"−d²/dλ² in {unit}", f"over {window:.0f} nm", *_missing(made, left_out))
        case _:
            return (f"as measured: {made.why_not}",) if made.why_not else ()
    return (said, *_missing(made, left_out))


def unit_of(made: Treatment, unit: str) -> str:
    """Return the unit of what is drawn, given that of what was measured; nothing for what was divided by itself."""
    if made.view == "derivative":
        return "mA/nm²" if unit == "A" else f"10⁻³ {unit}/nm²"
    return "" if made.view == "normalised" else unit


def wavelength(nm: float) -> str:
    """Return a wavelength to a tenth, whole where it is: "405 nm", "405.1 nm"."""
    return f"{grouped(nm, 0 if abs(nm - round(nm)) < 0.05 else 1)} nm"


def _missing(made: Treatment, left_out: Sequence[int]) -> tuple[str, ...]:
    """Return the words on aliquots that a view cannot draw."""
    if not left_out:
        return ()
    several = "aliquots" if len(left_out) > 1 else "aliquot"
    names = f"{several} {listed([str(number) for number in left_out])}"
    which = names if len(left_out) <= 3 else f"{grouped(len(left_out))} aliquots"
    return (f"{which} too weak" if made.view == "normalised" else f"without {which}",)


def _normalised_at(
    plot: Plot, aliquots: Sequence[Aliquot], spoken_of: Aliquot | None, cursor_nm: float | None
) -> float | None:
    spectrum = None if spoken_of is None else spectrum_of(spoken_of, plot)
    if cursor_nm is not None and spectrum is not None:
        height = shown_curves.height_at(spectrum, cursor_nm)
        if height is not None and height.value > shown_curves.SURE * height.sigma:
            return cursor_nm
    found = (_top_nm(plot, aliquot) for aliquot in reversed(aliquots))
    return next((float(round(nm)) for nm in found if nm is not None), None)


def _top_nm(plot: Plot, aliquot: Aliquot) -> float | None:
    """Return where the dominant cluster, or the emission, of an aliquot is highest."""
    findings = aliquot.reading.findings
    if findings is None:
        return None
    if plot == "emission":
        emission = findings.emission
        return emission.nm if emission is not None and emission.present else None
    tops = [s for s in findings.species if s.name == findings.dominant and s.role != "E2"]
    return max(tops, key=lambda s: s.absorbance).nm if tops else None


def _quiet(plot: Plot, aliquots: Sequence[Aliquot]) -> tuple[float, float] | None:
    """Return the band of which the mean is taken off: clear of the newest emission; None where there is none."""
    if plot == "absorbance":
        return QUIET_NM
    for aliquot in reversed(aliquots):
        findings = aliquot.reading.findings
        emission = None if findings is None else findings.emission
        if emission is not None and emission.present and emission.nm is not None:
            ends_nm = emission.nm + FLANK_FWHM * (emission.fwhm_nm or USUAL_FWHM_NM)
            return QUIET_NM if ends_nm <= QUIET_NM[0] else None
    return QUIET_NM


def _decimals(step: float) -> int:
    """Return how many decimals 1, 2 or 5 times a power of ten has."""
    return max(0, next((n for n in range(9) if abs(round(step, n) - step) < 1e-9 * step), 9))

"""Numbers and times as the window says them: value ± sigma unit, "2 h 04 min", "< 0.003", aliquots 1–4."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import ceil, copysign, floor, isfinite, log10

from analysis.spectrum import Quantity
from analysis.wording import duration, grouped

HOUR_S = 3600.0
EN_DASH = "–"
MINUS = "−"
NM_STEP = 0.1  # a spectrometer's own scale is not known better, so no finer figure is shown
OFFSET_STEP = 0.01
EV_STEP = 0.001  # at 500 nm a tenth of a nm is half of it
ABSORBANCE_STEP = 0.001
RATE_STEP = 1.0
DETECTION = 3.0  # sigmas below which a height is said as "<"


def capital(text: str) -> str:
    """Return what stands as a remark beside a curve as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def uncertain(value: float, sigma: float, unit: str = "", step: float = 0.0) -> str:
    """Return "value ± sigma unit", sigma to one figure (two if it starts with 1 or 2).

    No figure is finer than `step`, and a sigma below the step is shown as the step: what is not known is not
    claimed. Without a finite sigma the value stands alone; a value that is not finite is "not yet decidable".
    """
    if not isfinite(value):
        return "not yet decidable"
    tail = f" {unit}" if unit else ""
    if not isfinite(sigma) or sigma <= 0.0:
        return grouped(value, _decimals(step) if step else 3) + tail
    shown = max(sigma, step)
    power = floor(log10(shown))
    figures = 2 if shown / 10.0**power < 2.95 else 1
    decimals = figures - 1 - power
    if step:
        decimals = min(decimals, _decimals(step))
    places = max(0, decimals)
    return f"{grouped(round(value, decimals), places)} ± {grouped(round(shown, decimals), places)}{tail}"


def _decimals(step: float) -> int:
    """Return how many decimals a step has: 0.001 has 3, 1 has none."""
    return max(0, round(-log10(step)))


def nanometres(value: float, sigma: float) -> str:
    """Return a wavelength: "449.1 ± 0.1 nm"."""
    return uncertain(value, sigma, "nm", NM_STEP)


def width(value: float, sigma: float | None) -> str:
    """Return the width of a band: "22.4 ± 0.9 nm", alone where its sigma is not known."""
    return uncertain(value, sigma or 0.0, "nm", NM_STEP)


def electronvolts(of: Quantity) -> str:
    """Return an energy: "2.456 ± 0.005 eV"."""
    return uncertain(of.value, of.sigma, "eV", EV_STEP)


def offset(of: Quantity) -> str:
    """Return how far a wavelength lies off, with its sign: "+0.31 ± 0.05 nm"."""
    said = uncertain(abs(of.value), of.sigma, "nm", OFFSET_STEP)
    return f"{MINUS if of.value < 0 else '+'}{said}"


def absorbance(value: float, sigma: float) -> str:
    """Return an absorbance: "0.183 ± 0.002", or "< 0.003" where it is below three of the sigma that is shown."""
    limit = below_absorbance(value, sigma)
    return limit if limit else uncertain(value, sigma, step=ABSORBANCE_STEP)


def absorbance_alone(value: float, sigma: float) -> str:
    """Return an absorbance without its sigma, for a narrow place: "0.183" or "< 0.003"."""
    return below_absorbance(value, sigma) or grouped(value, _decimals(ABSORBANCE_STEP))


def below_absorbance(value: float, sigma: float) -> str:
    """Return "< 0.003" for an absorbance below three sigma, or three of its last digit: what is shown tells no more."""
    limit = below(value, sigma, ABSORBANCE_STEP)
    return limit or (below(value, ABSORBANCE_STEP, ABSORBANCE_STEP) if 0.0 < sigma < ABSORBANCE_STEP else "")


def below(value: float, sigma: float, step: float) -> str:
    """Return "< limit" for a value below detection (three sigma, rounded up to the step), else nothing."""
    if not (isfinite(value) and isfinite(sigma)) or sigma <= 0.0 or value >= DETECTION * sigma:
        return ""
    limit = max(step, ceil(round(DETECTION * sigma / step, 6)) * step)
    return f"< {grouped(limit, _decimals(step))}"


def rate(value: float, sigma: float, unit: str = "counts/s") -> str:
    """Return an intensity: "1 840 ± 28 counts/s"; arbitrary units keep their decimals."""
    return uncertain(value, sigma, unit, RATE_STEP if unit == "counts/s" else 0.0)


def clock(seconds: float) -> str:
    """Return a running clock: "2:04:07", before zero "−0:00:05"."""
    whole = floor(seconds)
    sign, whole = (MINUS, -whole) if whole < 0 else ("", whole)
    return f"{sign}{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"


def short_clock(seconds: float) -> str:
    """Return minutes and seconds: "0:06"."""
    whole = max(0, floor(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


def moment(seconds: float) -> str:
    """Return a moment of a reaction: "20 s", "1.5 min", "2 h 00 min", "−59 s" before t0; never later than it was."""
    whole = round(seconds)
    if whole < 0:
        return f"{MINUS}{moment(-seconds)}"
    return duration(whole) if whole < 60 or whole >= HOUR_S else _minutes(whole)


def _minutes(seconds: float) -> str:
    """Return minutes to a tenth, cut off so that they are never later than it was: "1.5 min", "30 min"."""
    tenths = floor(round(abs(seconds)) / 6)
    return f"{grouped(copysign(tenths / 10, seconds), 1 if tenths % 10 else 0)} min"


def age(seconds: float) -> str:
    """Return how old something is: "20 s", "9 min", "74 min", from two hours on "2 h 31 min"."""
    seconds = max(0.0, seconds)
    if seconds < 60:
        return f"{floor(seconds)} s"
    if seconds < 2 * HOUR_S:
        return f"{floor(seconds / 60)} min"
    return duration(floor(seconds / 60) * 60)


def wait(seconds: float) -> str:
    """Return how long until something: "1 h 56 min", "17 min 20 s", "45 s"."""
    seconds = max(0.0, seconds)
    return duration(floor(seconds / 60) * 60 if seconds >= HOUR_S else floor(seconds))


def ladder_time(seconds: float, in_minutes: bool) -> str:
    """Return a time on the ladder: "0.5 h", "24 h"; in runs below two hours, or soon after t0, "1.5 min", "20 s".

    It is never later than it was. Below one hour, what is no even part of an hour is said in minutes.
    """
    whole = round(abs(seconds))
    if 0 < whole < 60:
        return f"{grouped(copysign(whole, seconds))} s"
    uneven = whole < HOUR_S and whole % 36 != 0
    if in_minutes or uneven or 0 < whole < 360:
        return _minutes(seconds)
    hundredths = floor(whole / 36)
    return f"{grouped(copysign(hundredths / 100, seconds), 2).rstrip('0').rstrip('.')} h"


def interval(earliest_s: float | None, latest_s: float) -> str:
    """Return when something happened: "between 1 h 30 and 2 h 00 min"; with no lower end "before 30 min"."""
    late = moment(latest_s)
    if earliest_s is None:
        return f"before {late}"
    early = moment(earliest_s)
    if all(text.endswith(" min") and " h " in text for text in (early, late)):
        early = early.removesuffix(" min")
    return f"between {early} and {late}"


def numbers(values: Sequence[int]) -> str:
    """Return whole numbers with runs drawn together: "1–4", "1–3, 5"."""
    parts: list[str] = []
    ordered = sorted(set(values))
    start = 0
    for index, value in enumerate(ordered):
        if index + 1 < len(ordered) and ordered[index + 1] == value + 1:
            continue
        first = ordered[start]
        parts.append(str(first) if first == value else f"{first}{EN_DASH}{value}")
        start = index + 1
    return ", ".join(parts)


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: "1 aliquot", "2 aliquots"."""
    return f"{grouped(count)} {noun}{'' if count == 1 else 's'}"


def percent(fraction: float) -> str:
    """Return a fraction as "82 %"."""
    return f"{grouped(round(100.0 * fraction))} %"


def size(count_bytes: int) -> str:
    """Return room on a disk: "41 GB", "300 MB"."""
    if count_bytes >= 1_000_000_000:
        return f"{grouped(count_bytes // 1_000_000_000)} GB"
    return f"{grouped(count_bytes // 1_000_000)} MB"


def amount(value: float) -> str:
    """Return an amount that was weighed or set, without needless zeros: "10", "37.4"."""
    return f"{value:.6g}".replace("-", MINUS)


def time_of_day(wall: str) -> str:
    """Return "14:08:41" from an ISO date and time; what is not one is returned as it is."""
    try:
        return datetime.fromisoformat(wall).strftime("%H:%M:%S")
    except ValueError:
        return wall

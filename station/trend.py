"""A run against time: every number that is followed over it with its sigma, or its limit, and the onset.

Numbers are as they were measured in the cuvette, the same as in readouts and tables; figures and review plot these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from analysis.findings import Emission, Findings, Onset
from analysis.kinetics import ABSENT
from analysis.spectrum import BoolArray, FloatArray, Spectrum, read_only, read_only_mask
from station.records import Aliquot
from station.run import Run, onset_of

What = Literal["absorbance", "second band", "place", "tail", "emission", "integral", "maximum", "width"]
Kind = Literal["measured", "below"]
WHATS: tuple[What, ...] = get_args(What)
DETECTION = 3.0  # sigmas below which a number is told as a limit
SAME_BAND_NM = 6.0  # a band without a name that lies so near to an earlier one is that one
LIMIT_NM = 2.5  # to either side of a band that was not found, over which its limit is taken
NAMELESS = "other"


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One aliquot in a trend: its number, its time in s, the value and its sigma; `below`: `value` is the limit.

    `counts` is false for an aliquot that the chemist has excluded.
    """

    number: int
    time_s: float
    value: float
    sigma: float
    kind: Kind
    counts: bool


@dataclass(frozen=True, slots=True, eq=False)
class Trend:
    """One number over a run, in the unit it was measured in; all arrays have shape (points,), in order of aliquots.

    `of` is the species it belongs to ("" for emission and tail, "other" for a band that has no name), `nm` where that
    band stands. `below` is true where `values` are limits, `counts` false where an aliquot is excluded.
    """

    what: What
    of: str
    unit: str
    nm: float | None
    numbers: FloatArray
    times_s: FloatArray
    values: FloatArray
    sigma: FloatArray
    below: BoolArray
    counts: BoolArray

    @property
    def points(self) -> tuple[TrendPoint, ...]:
        """Get the points one by one."""
        columns = (self.numbers, self.times_s, self.values, self.sigma, self.below, self.counts)
        return tuple(
            TrendPoint(int(number), time_s, value, sigma, "below" if below else "measured", counts)
            for number, time_s, value, sigma, below, counts in zip(*(c.tolist() for c in columns), strict=True)
        )

    @property
    def symbol(self) -> str:
        """Get the short name of the band: A449 of MSC-449, QD of QD, A512 of a band at 512 nm without a name."""
        number = self.of.rpartition("-")[2]
        if number.isdigit():
            return f"A{number}"
        return self.of if self.of != NAMELESS or self.nm is None else f"A{self.nm:.0f}"


@dataclass(frozen=True, slots=True, eq=False)
class Trends:
    """All trends of a run.

    Times count from t0, or, while there is none (`since_t0` false), from the first aliquot. `one_cuvette` is false
    where path or dilution differ between aliquots, so that absorbances are not those of one cuvette. `onset` is
    the one that is up, `onset_answer` what the chemist said of it (None: nothing yet).
    """

    aliquots: tuple[Aliquot, ...]
    series: tuple[Trend, ...]
    since_t0: bool
    one_cuvette: bool
    onset: Onset | None
    onset_answer: bool | None

    def of(self, what: What) -> tuple[Trend, ...]:
        """Return the trends of one quantity, those of species in the order in which they were first seen."""
        return tuple(one for one in self.series if one.what == what)


NONE = Trends((), (), True, True, None, None)

_Key = tuple[What, str, float]  # what, whose, and where the band was first seen if it has no name (else 0)


@dataclass(frozen=True, slots=True)
class _Row:
    """One number of one aliquot."""

    value: float
    sigma: float
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Seen:
    """One number as it is found in a reading, before it is known which trend it belongs to."""

    what: What
    of: str
    unit: str
    nm: float | None
    row: _Row


def trends(run: Run | None, before: Trends = NONE) -> Trends:
    """Return the trends of a run; where it only grew since `before`, only its new aliquots are read.

    Excluded aliquots are in them, marked. An aliquot without spectra or findings has no points.
    """
    if run is None or not run.all_aliquots:
        return NONE
    everyone = run.all_aliquots
    since_t0 = run.t0 is not None or any(one.reaction_time_s is not None for one in everyone)
    kept = before if before.since_t0 == since_t0 and _holds(before.aliquots, everyone) else NONE
    answer = run.onset_answer
    return Trends(
        everyone,
        _grown(run, kept, since_t0),
        since_t0,
        len({(one.optics.path_mm, one.dilution) for one in run.aliquots}) <= 1,
        onset_of(run),
        None if answer is None else answer.confirmed,
    )


def _holds(before: Sequence[Aliquot], now: Sequence[Aliquot]) -> bool:
    """Return whether all that was read before still stands: nothing was edited, undone or read again."""
    return len(before) <= len(now) and all(_same(a, b) for a, b in zip(before, now, strict=False))


def _same(one: Aliquot, other: Aliquot) -> bool:
    """Return whether two records of an aliquot stand at one time with one reading."""
    return one is other or (
        one.number == other.number
        and one.reading is other.reading
        and one.drawn_at_s == other.drawn_at_s
        and one.reaction_time_s == other.reaction_time_s
        and (one.excluded is None) == (other.excluded is None)
    )


def _grown(run: Run, kept: Trends, since_t0: bool) -> tuple[Trend, ...]:
    """Return the trends with the aliquots that are not in `kept`; a new one gets the limits of all before it."""
    everyone = run.all_aliquots
    new = everyone[len(kept.aliquots) :]
    series = {_key(one): one for one in kept.series}
    rows: dict[_Key, dict[int, _Row]] = {}
    fresh: set[_Key] = set()
    for aliquot in new:
        for seen in _read(aliquot):
            key = _home(seen, series)
            if key not in series:
                series[key] = _empty(key, seen)
                fresh.add(key)
            rows.setdefault(key, {})[aliquot.number] = seen.row
    found = (
        _longer(run, one, everyone if key in fresh else new, rows.get(key, {}), since_t0) for key, one in series.items()
    )
    return tuple(sorted(found, key=lambda one: WHATS.index(one.what)))


def _key(trend: Trend) -> _Key:
    return trend.what, trend.of, (trend.nm or 0.0) if trend.of == NAMELESS else 0.0


def _home(seen: _Seen, series: Mapping[_Key, Trend]) -> _Key:
    """Return the key of the trend that a number continues, or of a new one."""
    if seen.of != NAMELESS or seen.nm is None:
        return seen.what, seen.of, 0.0
    near = [at for what, of, at in series if (what, of) == (seen.what, NAMELESS) and abs(at - seen.nm) <= SAME_BAND_NM]
    return seen.what, NAMELESS, min(near, key=lambda at: abs(at - (seen.nm or 0.0)), default=seen.nm)


def _empty(key: _Key, seen: _Seen) -> Trend:
    none = read_only([])
    return Trend(key[0], key[1], seen.unit, seen.nm, none, none, none, none, read_only_mask([]), read_only_mask([]))


def _longer(run: Run, trend: Trend, aliquots: Sequence[Aliquot], rows: Mapping[int, _Row], since_t0: bool) -> Trend:
    """Return a trend with some more aliquots: what was found in them, else the limit where there is one."""
    added: list[tuple[float, float, float, float, bool, bool]] = []
    for aliquot in aliquots:
        time_s = _time(run, aliquot, since_t0)
        row = rows.get(aliquot.number) or _limit(aliquot, trend)
        if row is not None and time_s is not None:
            below, counts = row.kind == "below", aliquot.excluded is None
            added.append((float(aliquot.number), time_s, row.value, row.sigma, below, counts))
    if not added:
        return trend
    number, time, value, sigma, is_below, counting = zip(*added, strict=True)
    return replace(
        trend,
        numbers=read_only(np.append(trend.numbers, number)),
        times_s=read_only(np.append(trend.times_s, time)),
        values=read_only(np.append(trend.values, value)),
        sigma=read_only(np.append(trend.sigma, sigma)),
        below=read_only_mask(np.append(trend.below, is_below)),
        counts=read_only_mask(np.append(trend.counts, counting)),
    )


def _time(run: Run, aliquot: Aliquot, since_t0: bool) -> float | None:
    """Return the time of an aliquot in s, since t0 or since the first aliquot."""
    if not since_t0:
        return aliquot.drawn_at_s - run.all_aliquots[0].drawn_at_s
    return run.reaction_time_s(aliquot.drawn_at_s) if aliquot.reaction_time_s is None else aliquot.reaction_time_s


def _read(aliquot: Aliquot) -> list[_Seen]:
    """Return every number that an aliquot's findings hold."""
    findings = aliquot.reading.findings
    if findings is None:
        return []
    found = _of_species(findings)
    if findings.tail is not None:
        found.append(_Seen("tail", "", "A", None, _row(findings.tail.value, findings.tail.sigma)))
    return found if findings.emission is None else found + _of_emission(findings.emission)


def _of_species(findings: Findings) -> list[_Seen]:
    """Return height, second band and place of every species, the largest band of each."""
    found: list[_Seen] = []
    taken: set[tuple[What, str]] = set()
    for one in findings.species:  # the largest first
        what: What = "second band" if one.role == "E2" else "absorbance"
        if one.name != NAMELESS and (what, one.name) in taken:
            continue
        taken.add((what, one.name))
        found.append(_Seen(what, one.name, "A", one.nm, _row(one.absorbance, one.sigma)))
        if what == "absorbance":
            found.append(_Seen("place", one.name, "nm", one.nm, _Row(one.nm, one.sigma_nm, "measured")))
    return found


def _of_emission(emission: Emission) -> list[_Seen]:
    """Return intensity, integral, place and width of the emission; the level from which it is seen where there is none.

    Where it cannot be decided whether there is any, nothing is returned.
    """
    if emission.present is None:
        return []
    found: list[_Seen] = []
    if emission.present and emission.intensity is not None:
        found.append(_emitted("emission", emission.unit, emission.intensity, emission.sigma))
    elif emission.seen_from is not None:
        found.append(_Seen("emission", "", emission.unit, None, _Row(emission.seen_from, 0.0, "below")))
    if emission.integral is not None:
        row = _row(emission.integral.value, emission.integral.sigma)
        if not emission.present:
            row = _Row(max(row.value, DETECTION * emission.integral.sigma), 0.0, "below")
        found.append(_Seen("integral", "", f"{emission.unit} nm", None, row))
    if emission.present and emission.nm is not None:
        found.append(_emitted("maximum", "nm", emission.nm, emission.sigma_nm))
    if emission.present and emission.fwhm_nm is not None:
        found.append(_emitted("width", "nm", emission.fwhm_nm, emission.sigma_fwhm_nm))
    return found


def _emitted(what: What, unit: str, value: float, sigma: float | None) -> _Seen:
    return _Seen(what, "", unit, None, _Row(value, sigma or 0.0, "measured"))


def _row(value: float, sigma: float) -> _Row:
    """Return a number, or its limit where it lies below detection."""
    if sigma > 0.0 and value < DETECTION * sigma:
        return _Row(DETECTION * sigma, 0.0, "below")
    return _Row(value, sigma, "measured")


def _limit(aliquot: Aliquot, trend: Trend) -> _Row | None:
    """Return what a species that was not found may still absorb: three sigma of the mean at its place, at least 0.003.

    None for what has no fixed place (dots, a band without a name), or was not measured there. A second band
    that is hidden while the first is seen has none either.
    """
    findings, spectrum = aliquot.reading.findings, aliquot.reading.absorbance
    if trend.what not in ("absorbance", "second band") or trend.nm is None or not _stands(trend.of):
        return None
    if findings is None or spectrum is None or any(one.name == trend.of for one in findings.species):
        return None
    noise = _noise(spectrum, trend.nm)
    return None if noise is None else _Row(max(ABSENT, DETECTION * noise), 0.0, "below")


def _stands(name: str) -> bool:
    """Return whether a species is named by its place, as a cluster is that stands while dots move."""
    return name.rpartition("-")[2].isdigit()


def _noise(spectrum: Spectrum, nm: float) -> float | None:
    """Return the sigma of the mean absorbance about a wavelength; None where it was not measured."""
    first, last = np.searchsorted(spectrum.wavelengths_nm, (nm - LIMIT_NM, nm + LIMIT_NM))
    known = spectrum.sigma[first:last][spectrum.valid[first:last]]
    return float(np.sqrt(np.sum(known**2)) / known.size) if known.size else None

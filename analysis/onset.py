"""When emission began: a sequential test over the readings of one run.

Page's cumulative sum (E. S. Page, Biometrika 1954, 41, 100) of the log-likelihood ratio "emission at the level of an
onset" against "none". A sum that starts anew at every reading exceeds h in n readings without emission with a chance
of at most n exp(-h) (each start is a martingale of mean 1; Lorden, Ann. Math. Stat. 1971, 42, 1897), so the share
of runs with a false alarm that the chemist allows sets h, for any number of readings and without a table. Heights
are the best of many places and so biased upwards, which that bound does not know; that a flag also takes a reading
with emission "present", or a rise that reaches the level by the next reading, more than covers it. A reading far
out of all noise decides alone, as in a generalised likelihood ratio test (T. L. Lai, J. R. Stat. Soc. B 1995, 57,
613). The rise is a straight line through the roots of the last heights: between a line and an exponential, as light
that grows with the square of time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, log, sqrt
from statistics import fmean

from analysis.emission_light import LEVEL_COUNTS_PER_S
from analysis.findings import Emission, Onset
from analysis.matched_band import PRESENT_SIGMAS
from analysis.spectrum import Quantity
from analysis.wording import between, duration, grouped, listed, plus_minus

RUN_S = 6.0 * 3600.0  # the length of run that the false-alarm share refers to
SPARSE_S = 15.0 * 60.0  # aliquots further apart than this are not repeated to confirm what one shows strongly
STRONG_SIGMAS = 8.0
PLAIN = 2.0  # as many times STRONG_SIGMAS leave no doubt at any cadence
TRACE_SHARE = 0.5  # of the level, for which the sum listens: one reading at the level ends what a trace began
FLOOR_SHARE = 0.1  # of the level: what a reading may be off beyond its sigma: cuvette, lamp, solvent
FLOOR_READINGS = 3.0  # as many readings of a run tell as much of that as what is usual
ONE_READING = 0.75  # share of h that a reading alone may bring: two in a row decide
RISE_READINGS = 4  # the last ones, through which the rise is drawn
SURE_SIGMAS = 1.645  # light is at the level where it is so with 95 %, and a rise at least so steep
RISEN_FLOORS = 1.5  # what light within the noise, the best of many places, is hardly larger than on average
SLOWEST = 0.4  # of a rise as measured: more slowly than that none is taken to go on
RISE_FROM, RISE_SIGMAS = 0.25, 5.0  # of the level, and of the noise: below, no rise is believed
AHEAD = 1.5  # readings: what reaches the level before the one after next is flagged now rather than late
LONE_SIGMAS = 5.0  # a rise so far out of the noise takes only one trace before it, or a rise of the absorbance tail
TAIL_SIGMAS, TAIL_RISE = 5.0, 0.003
RAYLEIGH_RISE = (700.0 / 505.0) ** 4 - 1.0  # by how much more 490-520 nm rises than 650-750 nm when scatter grows
FIRST_ALIQUOT = "emitting at or before the first aliquot"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one reading says about emission: number of its aliquot, time since t0, height, sigma, place.

    `spread` is sigma with what readings of this run are off beyond it, `tail` the absorbance at 490-520 nm over that
    at 650-750 nm, `red` the latter, `level` the height that counts as an onset, in the same unit.
    """

    number: int
    reaction_time_s: float
    present: bool
    height: float
    sigma: float
    spread: float
    unit: str
    level: float
    nm: float | None
    tail: Quantity | None
    red: Quantity | None


@dataclass(frozen=True, slots=True)
class Watch:
    """How far the test of one run has come; `Watch()` starts a run. Never changed, always replaced.

    `total` is the cumulative sum; `without` the last reading without emission, `earlier` the last one of those that was
    drawn before it (the same vial may be read twice, another one late), `first` the first of those now adding
    up; `recent` the last RISE_READINGS that could be judged, `calm` the last before the light rose, by a sum `above` of
    what passes RISEN_FLOORS (Page's estimate of when a change began); `dark` number and sum of squared heights of those
    without emission; `taken` counts all readings, `before` those before t0.
    """

    taken: int = 0
    total: float = 0.0
    without: Evidence | None = None
    earlier: Evidence | None = None
    first: Evidence | None = None
    recent: tuple[Evidence, ...] = ()
    calm: Evidence | None = None
    above: float = 0.0
    dark: tuple[int, float] = (0, 0.0)
    onset: Onset | None = None
    before: int = 0

    def floor(self, level: float) -> float:
        """Return what a reading may be off beyond its sigma, in the unit of `level`: as usual, then as in this run."""
        count, squares = self.dark
        return sqrt((FLOOR_READINGS * (FLOOR_SHARE * level) ** 2 + squares) / (FLOOR_READINGS + count))


def watch(
    state: Watch,
    emission: Emission | None,
    reaction_time_s: float | None,
    tail: Quantity | None,
    red: Quantity | None,
    false_alarm: float,
    number: int | None = None,
    *,
    level: float = LEVEL_COUNTS_PER_S,
) -> tuple[Watch, str]:
    """Take one reading into the test and return the test and, where the reading could not be used, why not ("").

    `false_alarm` is the largest share of runs of 6 h in which the test may flag although nothing emits, in (0, 1).
    Readings before t0 (`reaction_time_s` None or negative) arm nothing. `number` is that of the aliquot as the
    sentences call it (None: the readings are counted). `level` is the emission in counts/s that counts as an onset.
    """
    if not 0.0 < false_alarm < 1.0:
        raise ValueError(f"The share of false alarms lies between 0 and 1, not {false_alarm:g}.")
    state = replace(state, taken=state.taken + 1)
    if emission is None:
        return state, "No emission was measured."
    if emission.present is None or emission.intensity is None or emission.sigma is None:
        return state, emission.reasons[0] if emission.reasons else "The emission of this reading is unknown."
    if reaction_time_s is None or reaction_time_s < 0.0:
        said = "No t0 yet: M." if reaction_time_s is None else "Drawn before t0: it cannot tell the onset."
        return replace(state, before=state.before + 1), said
    if state.onset is not None:
        return state, ""
    not_dots = emission.side_band_nm is not None and not emission.present
    now = Evidence(
        number=state.taken if number is None else number,
        reaction_time_s=reaction_time_s,
        present=bool(emission.present),
        height=0.0 if not_dots else emission.intensity,
        sigma=emission.sigma,
        spread=sqrt(emission.sigma**2 + (state.floor(level) ** 2 if emission.unit == "counts/s" else 0.0)),
        unit=emission.unit,
        level=level if emission.unit == "counts/s" else PRESENT_SIGMAS * emission.sigma,
        nm=emission.nm,
        tail=tail,
        red=red,
    )
    return _added(state, now, false_alarm, emission.look_alikes), ""


def _added(state: Watch, now: Evidence, false_alarm: float, look_alikes: tuple[str, ...]) -> Watch:
    """Add a reading to the sum and decide; a reading that decides alone needs no sum."""
    gap_s = _gap_s(state.recent, now)
    threshold = log(_readings_in_a_run(gap_s) / false_alarm)
    total = max(state.total + min(_ratio(now), ONE_READING * threshold), 0.0)
    gone = total == 0.0 or now.height < 0.5 * now.level
    first = (state.first or now) if now.present else (None if gone else state.first)
    recent = (*state.recent[1 - RISE_READINGS :], now)
    without = state.without if first is not None else now
    drawn_on = state.without is not None and state.without.reaction_time_s < now.reaction_time_s
    earlier = state.without if without is now and drawn_on else state.earlier
    count, squares = state.dark
    dark = state.dark if total > 0.0 or now.unit != "counts/s" else (count + 1, squares + now.height**2)
    above = max(state.above + now.height - RISEN_FLOORS * state.floor(now.level), 0.0)
    calm = state.calm if above > 0.0 else now
    after = replace(state, total=total, recent=recent, calm=calm, above=above, first=first, dark=dark)
    after = replace(after, without=without, earlier=earlier)
    sparse = gap_s is None or gap_s > SPARSE_S
    not_ = _not(look_alikes, false_alarm)
    if now.present and first is not None and (total >= threshold or _alone(state.without, now, sparse)):
        latest_s = first.reaction_time_s if sparse else _reached_s(after, first)
        return replace(after, onset=_onset(after, first, latest_s, not_))
    traced = len(recent) > 1 and recent[-2].height >= recent[-2].spread
    lone = now.height >= LONE_SIGMAS * now.spread and (traced or _tail_rose(state.without, now))
    if not sparse and (lone or total >= threshold) and _rises_to_the_level(recent):
        after = replace(after, first=now, without=state.without, earlier=state.earlier)
        return replace(after, onset=_onset(after, now, _reached_s(after, now), not_))
    return after


def _gap_s(recent: tuple[Evidence, ...], now: Evidence) -> float | None:
    """Return how far apart readings are: since or until the last one drawn at another time (None: there is none).

    The same vial again, more dilute, and one that waited for its turn do not make a run of aliquots a fast one.
    """
    gaps_s = (abs(now.reaction_time_s - one.reaction_time_s) for one in reversed(recent))
    return next((gap_s for gap_s in gaps_s if gap_s > 0.0), None)


def _ratio(now: Evidence) -> float:
    """Return the log-likelihood ratio of a reading: emission at the height that is listened for, against none."""
    sought = TRACE_SHARE * now.level if now.unit == "counts/s" else now.level
    return sought * (now.height - 0.5 * sought) / now.spread**2


def _alone(without: Evidence | None, now: Evidence, sparse: bool) -> bool:
    """Whether a reading with emission decides by itself: plain at any cadence, strong where the next is far."""
    if now.height >= PLAIN * STRONG_SIGMAS * now.spread:
        return True
    return sparse and (now.height >= STRONG_SIGMAS * now.spread or _tail_rose(without, now))


def _next_height(recent: tuple[Evidence, ...]) -> float:
    """Return the height that is expected AHEAD readings from now, each as far ahead as the last was back.

    The larger of two forecasts, since how dots grow is not known beforehand: a straight line through the roots of
    the last heights, and the last step up once more as a ratio. A height within its noise is taken as its noise.
    """
    before, now = recent[-2], recent[-1]
    ahead_s = AHEAD * (now.reaction_time_s - before.reaction_time_s)
    times = [one.reaction_time_s - now.reaction_time_s for one in recent]
    roots = [sqrt(max(one.height, 0.0)) for one in recent]
    weights = [max(one.height, one.spread) / one.spread**2 for one in recent]  # a root's sigma is sigma / (2 root)
    total = sum(weights)
    middle = sum(w * t for w, t in zip(weights, times, strict=True)) / total
    mean = sum(w * r for w, r in zip(weights, roots, strict=True)) / total
    across = sum(w * (t - middle) * (r - mean) for w, t, r in zip(weights, times, roots, strict=True))
    along = sum(w * (t - middle) ** 2 for w, t in zip(weights, times, strict=True))
    line = mean + (across / along if along > 0.0 else 0.0) * (ahead_s - middle)
    ratio = now.height / max(before.height, before.spread)
    return max(max(line, 0.0) ** 2, now.height * float(ratio**AHEAD))


def _rises_to_the_level(recent: tuple[Evidence, ...]) -> bool:
    """Whether the light, still below the level, rises so that it reaches it by the time of the next reading."""
    if len(recent) < 3 or recent[-1].unit != "counts/s":
        return False
    before, now = recent[-2], recent[-1]
    sure = now.height >= max(RISE_FROM * now.level, RISE_SIGMAS * now.spread)
    return sure and now.height > before.height + before.spread and _next_height(recent) >= now.level


def _readings_in_a_run(gap_s: float | None) -> float:
    return max(RUN_S / max(gap_s, 1.0), 10.0) if gap_s is not None else 10.0


def _tail_rose(without: Evidence | None, now: Evidence) -> bool:
    """Whether absorbance at 490-520 nm rose since the last reading without emission by more than scatter explains."""
    rise = tail_rise(without, now)
    if without is None or rise is None or rise.value < max(TAIL_RISE, TAIL_SIGMAS * rise.sigma):
        return False
    red = 0.0 if without.red is None or now.red is None else now.red.value - without.red.value
    return rise.value > 2.0 * RAYLEIGH_RISE * max(red, 0.0)


def tail_rise(without: Evidence | None, now: Evidence) -> Quantity | None:
    """Return by how much the absorbance tail at 490-520 nm rose between two readings, or None where it is unknown."""
    if without is None or without.tail is None or now.tail is None:
        return None
    return Quantity(now.tail.value - without.tail.value, (now.tail.sigma**2 + without.tail.sigma**2) ** 0.5)


def _reached_s(state: Watch, first: Evidence) -> float:
    """Return by when the light has surely reached the level: in a reading since `first`, or in the time to come.

    Light of dots grows ever faster at first, so that it meets the level no later than on a straight line from the last
    reading within the noise; of that line the slowest is taken that the noise allows.
    """
    recent, now = state.recent, state.recent[-1]
    for one in recent:
        if one.reaction_time_s >= first.reaction_time_s and one.height - SURE_SIGMAS * one.sigma >= one.level:
            return one.reaction_time_s
    since_s = recent[0].reaction_time_s if state.calm is None else state.calm.reaction_time_s
    risen = [one for one in recent if one.reaction_time_s > since_s]
    if not risen or now.unit != "counts/s":
        return now.reaction_time_s
    height, sigma = fmean(one.height for one in risen), sqrt(sum(one.sigma**2 for one in risen)) / len(risen)
    took_s = fmean(one.reaction_time_s for one in risen) - since_s
    least = max(height - SURE_SIGMAS * sigma - state.floor(now.level), SLOWEST * height, 1.0e-3 * now.level)
    return max(float(ceil(since_s + took_s * now.level / least)), now.reaction_time_s)


def _onset(state: Watch, first: Evidence, latest_s: float, not_: str) -> Onset:
    """Return the onset that `first` shows and that came by `latest_s`; the state is that with the deciding reading."""
    now, begun = state.recent[-1], "Quantum dots have begun to emit: "
    before = [one for one in (state.without, state.earlier) if one is not None]
    without = next((one for one in before if one.reaction_time_s < latest_s), None)
    if before and without is None:
        reason = f"{begun}by {duration(latest_s)}, in an aliquot drawn before those that were read first."
    elif without is None:
        reason = FIRST_ALIQUOT if first.number <= 1 + state.before else f"{FIRST_ALIQUOT} that could be judged"
    else:
        start = "" if first.nm is None else f"{first.nm:.0f} nm, "
        start = f"{grouped(now.level)} {now.unit} " if not now.present else start
        reason = f"{begun}{start}{between(without.reaction_time_s, latest_s)}."
    return Onset(
        reaction_time_s=first.reaction_time_s,
        earliest_s=None if without is None else without.reaction_time_s,
        latest_s=latest_s,
        nm=first.nm,
        intensity=Quantity(first.height, first.sigma),
        reason=reason,
        why=_why(without, first, now, latest_s),
        not_=not_,
    )


def _why(without: Evidence | None, first: Evidence, now: Evidence, latest_s: float) -> str:
    """The banner's second line: the numbers that made the decision."""
    text = f"Why: {plus_minus(first.height, first.sigma)} {first.unit} in aliquot {first.number}"
    if without is not None:
        text += f" after {plus_minus(without.height, without.sigma)} in aliquot {without.number}"
    if now.number != first.number:
        text += f", then {plus_minus(now.height, now.sigma)} in aliquot {now.number}"
    if not now.present:
        text += f", rising to {grouped(now.level)} by {duration(latest_s)}"
    rise = tail_rise(without, now)
    if rise is not None and rise.value > 2.0 * rise.sigma:
        text += f", and A500 rose by {plus_minus(rise.value, rise.sigma)}"
    return text + "."


def _not(look_alikes: tuple[str, ...], false_alarm: float) -> str:
    """The banner's third line: what was told apart, and how often the test is wrong."""
    spoken = {"excitation line": "the excitation line", "LED side band": "turbidity"}
    solvents = [name.removesuffix(" Raman") for name in look_alikes if name.endswith(" Raman")]
    order = ["excitation line", "Raman", "autofluorescence", "room light", "LED side band"]
    tested = [name for name in order if name in look_alikes or (name == "Raman" and solvents)]
    spoken |= {"Raman": f"{listed(solvents)} Raman"}
    words = [spoken.get(name, name) for name in tested] or ["noise", "an end of the measured range"]
    return f"Not: {listed(words, 'or')}. False alarm: at most 1 run in {grouped(1.0 / false_alarm)}."

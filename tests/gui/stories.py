"""Statuses, runs and events as the bench knows them, as plain objects: what the window is shown in its tests."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

import numpy as np

from analysis.findings import Advice, Emission, Findings, InnerFilter, Onset, Passage, Purity, Sizing, Species
from analysis.kinetics import Course, EmissionGrowth
from analysis.spectrum import Detector, FloatArray, Interval, Quantity, Spectrum, Unit, read_only, read_only_mask
from analysis.wording import duration
from instruments.spectrometer import InstrumentInfo
from station.events import FaultText, Light, LiveFrame, Mailbox, State, Status
from station.optics import Optics
from station.orders import Order
from station.reagents import Reagent
from station.recipe import HOUR_S, Recipe
from station.records import Aliquot, Mark, OnsetAnswered, Reading
from station.run import Exposures, Run
from station.stopping import CHOICE

T0_S = 1000.0
HOURS = (0.5, 1.0, 1.5, 2.0, 4.0, 8.0, 23.0, 24.0)
A449 = (0.0005, 0.094, 0.161, 0.183, 0.118, 0.074, 0.020, 0.010)
A469 = (0.0, 0.0, 0.0, 0.0, 0.02, 0.06, 0.128, 0.131)
RATE = (1.0, 3.0, 6.0, 1840.0, 6300.0, 12600.0, 20500.0, 21100.0)
EMISSION_NM = (500.0, 500.0, 500.0, 500.4, 511.0, 521.0, 531.0, 532.0)
WAVELENGTHS = np.linspace(340.0, 1025.0, 2048)
STARTED = datetime(2026, 11, 22, 12, 4, 41, tzinfo=timezone(timedelta(hours=1)))
RECIPE = Recipe(
    "ODE, standard",
    "CdTe",
    "ODE",
    100.0,
    cd_oleate=Reagent(2.0, 0.6),
    topte=Reagent(1.0, 1.0),
    top=Reagent(10.0, 2.12),
    oam=Reagent(17.6, 2.125),
)
INFO = InstrumentInfo(
    address="virtual:FLAME-S",
    model="Flame-S",
    serial="FLMS00416",
    backend="pyseabreeze",
    virtual=True,
    wavelengths_nm=read_only(WAVELENGTHS),
    exposure_limits_s=(0.001, 65.0),
    detector=Detector(65535.0),
    probe="lamp line",
    uv="Aliquot virtual LED",
)
ONSET = Onset(
    reaction_time_s=2 * HOUR_S,
    earliest_s=1.5 * HOUR_S,
    latest_s=2 * HOUR_S,
    nm=500.4,
    intensity=Quantity(1840.0, 28.0),
    reason="Emission at 500 nm in aliquot 4.",
    why="1\u202f840 ± 28 counts/s in aliquot 4 after 6 ± 9 in aliquot 3, and A500 rose by 0.012 ± 0.001.",
    not_="the excitation line, toluene Raman, room light or turbidity. False alarm: at most 1 run in 100.",
)
PATH = (Passage("none", 0.5 * HOUR_S), Passage("MSC", HOUR_S), Passage("MSC + QD", 2 * HOUR_S))
ADVICE = f"{CHOICE} Best without emission: MSC-449 0.161 ± 0.006 at 1 h 30 min."
FAULT = FaultText(
    "Spectrometer unplugged at 2:06:12",
    "aliquots 1–4 and everything up to 2:06:11.",
    "plug it in again; the run goes on by itself.",
)


@dataclass
class StillClock:
    """A clock that stands where a test puts it."""

    seconds: float = T0_S

    def now_s(self) -> float:
        return self.seconds

    def wall(self) -> datetime:
        return STARTED + timedelta(seconds=self.seconds - T0_S)

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class PlainLink:
    """What the window talks to: it remembers orders, and a test fills its mailbox."""

    clock: StillClock = field(default_factory=StillClock)
    mailbox: Mailbox = field(default_factory=Mailbox)
    orders: list[Order] = field(default_factory=list)

    def order(self, order: Order) -> None:
        self.orders.append(order)


def wall(seconds: float) -> str:
    return (STARTED + timedelta(seconds=seconds)).isoformat(timespec="seconds")


def _band(at_nm: float, fwhm_nm: float) -> FloatArray:
    width = fwhm_nm / 2.355
    return np.asarray(np.exp(-0.5 * ((WAVELENGTHS - at_nm) / width) ** 2), dtype=np.float64)


def spectrum(values: FloatArray, sigma: float, unit: Unit, seed: int) -> Spectrum:
    noisy = values + np.random.default_rng(seed).normal(0.0, sigma, values.shape)
    lit = np.asarray(WAVELENGTHS > 372.0) if unit == "A" else np.ones(values.shape, dtype=np.bool_)
    noisy[~lit] = np.nan
    return Spectrum(
        read_only(WAVELENGTHS),
        read_only(noisy),
        read_only(np.where(lit, sigma, np.nan)),
        read_only_mask(lit),
        unit,
        0.0,
    )


def absorbance(index: int) -> Spectrum:
    rise = 0.05 * np.exp(-(WAVELENGTHS - 375.0) / 25.0) * (1 + index)
    values = A449[index] * (_band(449.0, 22.0) + 0.7 * _band(405.0, 40.0))
    values = values + A469[index] * (_band(469.0, 22.0) + 0.8 * _band(427.0, 40.0)) + rise
    return spectrum(values, 0.001, "A", index)


def emission(index: int) -> Spectrum:
    return spectrum(RATE[index] * _band(EMISSION_NM[index], 46.0), 9.0, "counts/s", 50 + index)


def species(index: int) -> tuple[Species, ...]:
    second = A469[index] > A449[index]
    height = A469[index] if second else A449[index]
    if height < 0.003:
        return ()
    name, e1, e2 = ("MSC-469", 469.0, 427.0) if second else ("MSC-449", 449.08, 405.2)
    return (
        Species(name, "E1", e1, 0.1, 22.0, height, 0.002, 0.98, "fitted component", sigma_fwhm_nm=0.9),
        Species(name, "E2", e2, 0.4, 40.0, 0.7 * height, 0.003, 0.95, "second-derivative minimum"),
    )


def found_emission(index: int) -> Emission:
    present = RATE[index] > 28.0
    return Emission(
        present=present,
        intensity=RATE[index],
        sigma=28.0 if present else 9.0,
        unit="counts/s",
        seen_from=28.0,
        nm=EMISSION_NM[index] if present else None,
        sigma_nm=0.4 if present else None,
        fwhm_nm=46.0 if present else None,
        sigma_fwhm_nm=2.0 if present else None,
        integral=Quantity(48.8 * RATE[index], 1100.0) if present else None,
        ev=Quantity(1239.842 / EMISSION_NM[index] - 0.004, 0.005) if present else None,
        fwhm_mev=Quantity(221.0, 10.0) if present else None,
        inner_filter=InnerFilter(Quantity(1.14, 0.015), "Inner filter at 90 degrees.") if present else None,
    )


def purity(index: int) -> Purity:
    return Purity(
        species(index)[0].name,
        tail_ratio=Quantity(0.08, 0.01),
        valley_ratio=Quantity(0.21, 0.04),
        e2_ratio=Quantity(0.7, 0.02),
        fwhm_nm=Quantity(22.0, 0.9),
        fwhm_mev=Quantity(135.0, 6.0),
        splitting_mev=Quantity(300.0, 2.1),
        drift_nm_per_h=Quantity(-0.07, 0.19),
    )


def advice(index: int) -> Advice:
    """MSC-449 is best at 1 h 30 min; from the onset on the reaction is better stopped."""
    best = min(index, 2)
    word = f"Best without emission: MSC-449 {A449[best]:.3f} ± 0.006 at {duration(HOURS[best] * HOUR_S)}."
    stop = "Dots emit: stop the reaction now by your own procedure."
    return Advice(
        stop_now=index >= 3,
        best_s=HOURS[best] * HOUR_S,
        best=Quantity(A449[best], 0.006),
        yield_now=Quantity(A449[index] / max(A449[: index + 1]), 0.04),
        emitting=0.01 if index < 3 else 1.0,
        sentence=f"{stop if index >= 3 else 'Nothing speaks for stopping yet.'} {word}",
    )


def course() -> Course:
    """The course of the whole run, as it would be told: times in s, the rest in A or counts/s."""
    hours = [Interval(low * HOUR_S, value * HOUR_S, high * HOUR_S) for low, value, high in COURSE_H]
    start, half, most, light, light_half = hours
    growth = EmissionGrowth(light, Interval(3100.0, 3500.0, 5400.0), light_half)
    return Course(
        "MSC-449",
        (),
        "Avrami growth and loss",
        start_s=start,
        half_s=half,
        max_s=most,
        largest=Interval(0.207, 0.225, 0.245),
        loss_per_h=Interval(0.18, 0.24, 0.46),
        odd=(4,),
        emission=growth,
    )


COURSE_H = ((0.47, 0.67, 0.88), (0.88, 0.98, 1.05), (1.98, 2.35, 2.67), (1.63, 1.7, 1.8), (4.63, 4.93, 5.35))
REFUSED = "No diameter for MSC-449: the curve is of dots that grow; a cluster has one size."


def findings(index: int) -> Findings:
    found = species(index)
    flagged = index >= 3
    return Findings(
        reaction_time_s=HOURS[index] * HOUR_S,
        species=found,
        dominant=found[0].name if found else None,
        emission=found_emission(index),
        tail=Quantity(0.012, 0.001),
        purity=purity(index) if found else None,
        onset=ONSET if flagged else None,
        onset_state="flagged" if flagged else "watching",
        onset_reason="Watching since heat on",
        zone="MSC + QD" if flagged else "MSC" if found else "none",
        zone_evidence=("MSC-449 since 1 h 00 min: 449.1 nm, A = 0.183 ± 0.002.",) if found else (),
        zone_path=PATH if flagged else PATH[:2] if found else PATH[:1],
        sizing=Sizing("MSC-449", refused=REFUSED) if found else None,
        advice=advice(index) if found else None,
    )


def aliquot(index: int, *, said: Findings | None = None) -> Aliquot:
    drawn_s = T0_S + HOURS[index] * HOUR_S
    return Aliquot(
        number=index + 1,
        drawn_at_s=drawn_s,
        measured_at_s=drawn_s + 120.0,
        wall=wall(HOURS[index] * HOUR_S + 120.0),
        reaction_time_s=HOURS[index] * HOUR_S,
        dilution=101.0,
        optics=Optics(),
        reading=Reading(absorbance(index), emission(index), said or findings(index)),
    )


def run(count: int, *, recipe: Recipe = RECIPE, t0: bool = True) -> Run:
    made = Run(recipe, None, "", wall(0.0))
    if t0:
        made = made.appended(Mark("heat on", T0_S, wall(0.0)))
    for index in range(count):
        made = made.appended(aliquot(index))
    return made


def status(count: int = 2, *, now_s: float, state: State = State.LIVE, old_s: float = 540.0) -> Status:
    """Return a healthy bench with so many aliquots, dark and reference `old_s` old."""
    return Status(
        state=state,
        instrument=INFO,
        run=run(count),
        run_path="/runs/ode-standard-2026-11-22.aliquot",
        exposures=Exposures(),
        dark_at_s=now_s - old_s,
        reference_at_s=now_s - old_s + 20.0,
        probe=Light("lamp line", "on", now_s - 9060.0),
        uv=Light("Aliquot virtual LED", "off", now_s - 60.0),
        peak=0.82,
        corrections=("dark", "linearity", "stray light"),
        saved_wall=wall(now_s - T0_S),
        free_bytes=41_500_000_000,
        guidance="off, lamp, UV, off: about 7 s",
    )


def onset_status(now_s: float) -> Status:
    return replace(status(4, now_s=now_s), onset=ONSET)


def confirmed_status(count: int, now_s: float) -> Status:
    made = status(count, now_s=now_s)
    run_so_far = made.run
    assert run_so_far is not None
    answered = run_so_far.appended(OnsetAnswered(True, now_s, wall(now_s - T0_S)))
    return replace(made, run=answered, onset=ONSET, onset_answer="confirmed")


def live_frame(now_s: float, index: int) -> LiveFrame:
    return LiveFrame(absorbance(index), emission(index), 0.82, now_s)

"""Flasks of the accuracy bench: which species is there when, with bands, positions and rates drawn for every run.

Only the course of a reaction comes from `analysis.synthesis` (what is in the flask, in mM of Te); how it absorbs and
emits is drawn here. A `Reading` is what was measured together with what is true of it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from analysis.library import LibraryEntry, load_library
from analysis.spectrum import FloatArray, Spectrum
from analysis.synthesis import Composition, Conditions, Flask
from benchmarks.accuracy_bench import EXPOSURE_S, FULL_SCALE, TRAPS, Disturbance, InstrumentKind, Room, SetUp
from benchmarks.accuracy_shapes import Shape, rise, split_bell

ROOT = Path(__file__).resolve().parent.parent
SHARE = 0.25  # of each trap
DILUTION = 101.0
DOTS_PER_MM = 8000.0  # counts/s per mM of Te in bright dots, in a diluted aliquot: about 20 000 at the end of Fig. 2


@cache
def library() -> tuple[LibraryEntry, ...]:
    """The library that ships."""
    return load_library((ROOT / "resources" / "species.toml").read_text(encoding="utf-8"))


@cache
def reactions() -> tuple[dict[str, object], ...]:
    """The paper's 18 conditions."""
    table = tomllib.loads((ROOT / "resources" / "reactions.toml").read_text(encoding="utf-8"))
    return tuple(table["reaction"])


@cache
def as_written(index: int) -> Flask:
    """The flask of one of the paper's conditions."""
    return Flask(_conditions(reactions()[index]))


def _conditions(told: dict[str, object], **changes: float) -> Conditions:
    def amount(key: str) -> float:
        return float(str(told[key])) * changes.get(key, 1.0)

    return Conditions(
        str(told["solvent"]),
        amount("T_C"),
        amount("TOP_mmol"),
        amount("OAM_mmol"),
        amount("Cd_mmol"),
        amount("Te_mmol"),
        degassed=bool(told["degassed"]),
    )


def varied(index: int, rng: np.random.Generator) -> Flask:
    """The flask of one of the paper's conditions as another hand would fill it: amounts +-5 %, set point +-2 C."""
    told = reactions()[index]
    changes = {key: float(rng.uniform(0.95, 1.05)) for key in ("TOP_mmol", "OAM_mmol", "Cd_mmol")}
    changes["T_C"] = 1.0 + float(rng.uniform(-2.0, 2.0)) / float(str(told["T_C"]))
    return Flask(_conditions(told, **changes))


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What is true of one reading: E1 of each band (nm) and its height in the cuvette, the light of the dots.

    `emission_counts_s` is the top of what the dots send to the detector (0: there are none), `emission_nm` where
    that is; `room_change` by how much the room moved meanwhile, `emission_full` whether it filled the converter.
    """

    nm: dict[str, float]
    height: dict[str, float]
    emission_counts_s: float
    emission_nm: float
    room_change: float
    emission_full: bool
    traps: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Spectra of one measurement, and the truth; `absorbance` or `emission` is None where it was not taken."""

    time_s: float
    absorbance: Spectrum | None
    emission: Spectrum | None
    truth: Truth


class Chemistry:
    """How the species of one run absorb and emit on the axis of one set-up; everything about it is drawn once."""

    def __init__(
        self,
        nm: FloatArray,
        rng: np.random.Generator,
        traps: frozenset[str],
        *,
        off_nm: float = 0.0,
        wider: float = 1.0,
    ) -> None:
        self.nm, self.rng = nm, rng
        self.e1 = {
            "MSC-449": float(np.clip(rng.normal(448.8, 0.6), 447.0, 450.0)) + off_nm,
            "MSC-469": float(rng.uniform(465.0, 470.0)) + off_nm,
            "PRE-430": float(rng.uniform(428.0, 432.0)) + off_nm,
            "MSC-480": float(rng.normal(480.0, 0.4)) + off_nm,
            "MSC-550": float(rng.normal(550.0, 0.6)) + off_nm,
        }
        self.unit = {
            "MSC-449": self._cluster(self.e1["MSC-449"], rng.normal(405.0, 0.7) + off_nm, 17.0, 23.0, wider),
            "MSC-469": self._cluster(self.e1["MSC-469"], rng.uniform(424.0, 427.0) + off_nm, 19.0, 26.0, wider),
            "PRE-430": self._band(self.e1["PRE-430"], rng.uniform(42.0, 58.0) * wider) + 0.5 * rise(nm, rng),
            "MSC-480": self._band(self.e1["MSC-480"], rng.uniform(8.0, 14.0) * wider),
            "MSC-550": self._band(self.e1["MSC-550"], rng.uniform(8.0, 16.0) * wider),
        }
        strength = rng.uniform(0.8, 1.25, 6)
        mean = {"MSC-449": 3.0, "MSC-469": 2.7, "PRE-430": 2.6, "MSC-480": 6.0, "MSC-550": 6.0}
        self.per_mm = {name: mean[name] * float(s) for name, s in zip(mean, strength, strict=False)}
        self.precursor = float(rng.uniform(0.02, 0.1)) * np.exp(-(nm - 340.0) / rng.uniform(8.0, 26.0))
        self.dots_per_mm = 1.3 * float(strength[5])
        self._dots = Shape(rng, ("split", "skewed", "energy", "Voigt")), Shape(rng)
        self.dots_fwhm_nm, self.dots_shift_nm = float(rng.uniform(32.0, 48.0)), float(rng.normal(0.0, 3.0))
        self._light = Shape(rng)
        self.light_fwhm_nm, self.stokes_nm = float(rng.uniform(28.0, 45.0)), float(rng.uniform(9.0, 18.0))
        self.light_per_mm = (
            DOTS_PER_MM
            * float(rng.uniform(0.6, 1.6))
            * (float(rng.uniform(2.0, 6.0)) if "saturation" in traps else 1.0)
        )
        self.glow = np.zeros(nm.size)
        if "autofluorescence" in traps:
            at, fwhm = rng.uniform(440.0, 475.0), rng.uniform(60.0, 100.0)
            self.glow = 10.0 ** rng.uniform(1.3, 2.6) * split_bell(nm, at, fwhm, rng.uniform(1.0, 1.6))
        self.weak = np.zeros(nm.size)
        self.weak_share = float(rng.uniform(0.002, 0.02)) * 2.0e5 if "480 nm" in traps else 0.0  # counts/s per A469
        if self.weak_share:
            self.weak = self._light.at(nm, rng.uniform(476.0, 484.0), rng.uniform(20.0, 30.0))

    def _band(self, centre_nm: float, fwhm_nm: float) -> FloatArray:
        return Shape(self.rng).at(self.nm, centre_nm, fwhm_nm)

    def _cluster(self, e1: float, e2: float, low: float, high: float, wider: float) -> FloatArray:
        rng = self.rng
        first = self._band(e1, rng.uniform(low, high) * wider)
        second = rng.uniform(0.35, 0.7) * self._band(e2, rng.uniform(22.0, 36.0) * wider)
        return np.asarray(first + second + rng.uniform(0.8, 2.5) * rise(self.nm, rng))

    def dots_nm(self, flask: Composition) -> float:
        """First exciton of the dots."""
        return max(flask.qd_e1_nm, 485.0) + self.dots_shift_nm

    def dots(self, flask: Composition) -> FloatArray:
        """Absorbance of the dots, 1 at the first exciton's own top."""
        nm, at = self.nm, self.dots_nm(flask)
        fwhm = float(np.hypot(self.dots_fwhm_nm, 1.5 * (flask.qd_spread_nm - 11.0)))
        first, second = self._dots
        bands = first.at(nm, at, fwhm) + 0.8 * second.at(nm, at * 0.855, 1.6 * fwhm)
        edge = 1.0 / (1.0 + np.exp(np.clip((nm - 0.80 * at) / (0.035 * at), -50.0, 50.0)))
        return np.asarray(bands + 2.4 * edge)

    def heights(self, flask: Composition, diluted: float) -> dict[str, float]:
        """E1 height of each species in the cuvette."""
        amounts = {
            "MSC-449": flask.msc_449_te_mm,
            "MSC-469": flask.msc_469_te_mm,
            "PRE-430": flask.prenucleation_te_mm,
            "MSC-480": flask.msc_480_te_mm,
            "MSC-550": flask.msc_550_te_mm,
        }
        heights = {name: amount * self.per_mm[name] / DILUTION * diluted for name, amount in amounts.items()}
        heights["QD"] = flask.qd_te_mm * self.dots_per_mm / DILUTION * diluted
        return heights

    def absorbance(self, heights: dict[str, float], flask: Composition | None) -> FloatArray:
        """Absorbance over the axis, shape (pixels,)."""
        total = self.precursor.copy()
        for name, unit in self.unit.items():
            if heights.get(name, 0.0) > 1e-6:
                total += heights[name] * unit
        if flask is not None and heights.get("QD", 0.0) > 1e-6:
            total += heights["QD"] * self.dots(flask)
        return total

    def light(self, flask: Composition, diluted: float) -> FloatArray:
        """What the dots send out, counts/s over the axis, before the cuvette takes of it."""
        top = self.light_per_mm * flask.qd_te_mm * flask.qd_brightness * diluted
        if top < 1e-3:
            return np.zeros(self.nm.size)
        at = self.dots_nm(flask) + self.stokes_nm
        fwhm = float(np.hypot(self.light_fwhm_nm, flask.qd_spread_nm - 11.0))
        return top * self._light.at(self.nm, at, fwhm)


def dark_flask(flask: Composition) -> Composition:
    """The same flask without any dots."""
    return replace(flask, qd_te_mm=0.0, qd_dots_mm=0.0, qd_brightness=0.0)


def draw_traps(rng: np.random.Generator, share: float = SHARE) -> frozenset[str]:
    """Each trap with its share, independent of the others."""
    return frozenset(trap for trap in TRAPS if rng.random() < share)


def calm(rng: np.random.Generator) -> Disturbance:
    """A reading without a trap: a good lamp, and a cuvette that is not quite where the reference stood."""
    lamp, kelvin, cuvette = rng.normal(0.0, 5e-4), rng.normal(0.0, 1.0), rng.normal(0.0, 3e-3)
    return Disturbance(lamp=float(lamp), lamp_k=float(kelvin), offset=float(cuvette))


def disturbed(rng: np.random.Generator, traps: frozenset[str]) -> Disturbance:
    """How strong the traps of one reading are."""
    wrong = calm(rng)
    if "turbid" in traps:
        wrong = replace(wrong, turbid=float(10.0 ** rng.uniform(-2.5, -1.0)), turbid_power=float(rng.uniform(2.0, 4.0)))
    if "bubble" in traps:
        offset = float(rng.choice([-1.0, 1.0, 1.0]) * 10.0 ** rng.uniform(-2.3, -1.2))
        wrong = replace(wrong, offset=offset, tilt=offset * float(rng.normal(0.0, 0.03)), line=10 ** rng.uniform(0, 1))
    if "lamp drift" in traps:
        drift = float(rng.normal(0.0, 0.02)), float(rng.normal(0.0, 12.0)), float(rng.normal(0.0, 0.03))
        wrong = replace(wrong, lamp=drift[0], lamp_k=drift[1], arc=drift[2])
    if "Raman left" in traps:
        wrong = replace(wrong, raman=float(rng.normal(0.0, 0.15)))
    if "mercury light" in traps:
        wrong = replace(wrong, mercury=room(rng))
    if "white light" in traps:
        wrong = replace(wrong, white=room(rng))
    return wrong


def room(rng: np.random.Generator) -> Room:
    """Room light that stays (two in three), comes, goes or changes while the three frames are taken."""
    level = float(10.0 ** rng.uniform(1.3, 3.5))
    if rng.random() < 0.67:
        return Room(level, level, level)
    other = level * float(rng.choice([0.0, rng.uniform(0.8, 1.25)]))
    first, last = (level, other) if rng.random() < 0.5 else (other, level)
    return Room(first, first if rng.random() < 0.5 else last, last)


def left_by_cuvette(set_up: SetUp, true: FloatArray) -> FloatArray:
    """What a 10 mm cuvette of absorbance `true` leaves of light made in its middle and seen at 90 degrees."""
    at = int(np.searchsorted(set_up.nm, set_up.source_nm))
    return np.asarray(10.0 ** (-0.5 * (float(true[at]) + true)))


def measure(
    set_up: SetUp,
    chemistry: Chemistry,
    flask: Composition,
    time_s: float,
    traps: frozenset[str],
    wrong: Disturbance,
    *,
    diluted: float = 1.0,
    absorbing: bool = True,
) -> Reading:
    """Put one aliquot of the flask into the cuvette and read it."""
    heights = chemistry.heights(flask, diluted)
    true = chemistry.absorbance(heights, flask)
    glow = chemistry.light(flask, diluted)
    way = left_by_cuvette(set_up, true)
    dots = glow * way
    top = int(np.argmax(dots))
    alone = (heights["MSC-469"] / max(heights["MSC-449"] + heights["MSC-469"], 1e-9)) ** 2
    weak = chemistry.weak_share * heights["MSC-469"] * alone
    seen = dots + (chemistry.weak * weak + chemistry.glow * diluted) * way
    truth = Truth(
        nm={**chemistry.e1, "QD": chemistry.dots_nm(flask)},
        height=heights,
        emission_counts_s=float(dots[top]),
        emission_nm=_top_nm(set_up.nm, dots, top),
        room_change=wrong.room_change,
        emission_full=bool(dots[top] * EXPOSURE_S > 0.93 * FULL_SCALE),
        traps=traps,
    )
    absorbance = set_up.absorbance(true, wrong) if absorbing else None
    return Reading(time_s, absorbance, set_up.emission(seen, true, wrong), truth)


def _top_nm(nm: FloatArray, light: FloatArray, top: int) -> float:
    """Top of a parabola through a maximum and its neighbours; NaN where there is no light."""
    if not light[top] > 0.0:
        return float("nan")
    left, mid, right = light[top - 1 : top + 2]
    return float(nm[top] + 0.5 * (left - right) / (left - 2.0 * mid + right) * (nm[top + 1] - nm[top]))


def aliquots(
    rng: np.random.Generator, index: int, kind: InstrumentKind, *, off_nm: float = 0.0, wider: float = 1.0
) -> tuple[SetUp, Iterator[Reading]]:
    """One run of aliquots after one of the paper's conditions, amounts, times, bands and traps drawn.

    What belongs to the set-up (stray light, LED band), to the liquid (autofluorescence, 480 nm) or to the brightness
    is drawn once, the other traps anew for every aliquot.
    """
    standing = draw_traps(rng)
    set_up = SetUp(rng, kind, standing)
    chemistry = Chemistry(set_up.nm, rng, standing, off_nm=off_nm, wider=wider)
    if rng.random() < 0.4:  # dots that glow less, or a weaker source
        chemistry.light_per_mm *= float(10.0 ** rng.uniform(-1.5, -0.2))
    flask = varied(index, rng)
    hours = [float(str(h)) for h in reactions()[index]["aliquot_h"]]  # type: ignore[attr-defined]
    pace = float(rng.uniform(0.9, 1.1))
    thinner = float(10.0 ** rng.uniform(-1.0, 0.0)) if rng.random() < 0.5 else 1.0  # some dilute more than the paper
    kept = {"stray light", "LED band", "autofluorescence", "480 nm", "saturation"}

    def read() -> Iterator[Reading]:
        for hour in hours:
            traps = frozenset(draw_traps(rng) - kept | (standing & kept))
            diluted = float(rng.normal(1.0, 0.2 if "dilution" in traps else 0.03))
            contents = flask.composition(3600.0 * hour * pace)
            wrong = disturbed(rng, traps)
            yield measure(set_up, chemistry, contents, 3600.0 * hour, traps, wrong, diluted=thinner * max(diluted, 0.3))

    return set_up, read()


def blank(rng: np.random.Generator, kind: InstrumentKind, share: float = SHARE) -> tuple[SetUp, Reading]:
    """A cuvette of solvent and colourless precursor with each trap at its share; no species, no dots."""
    traps = draw_traps(rng, share)
    set_up = SetUp(rng, kind, traps)
    chemistry = Chemistry(set_up.nm, rng, traps)
    nothing = as_written(0).composition(0.0)
    return set_up, measure(set_up, chemistry, nothing, 0.0, traps, disturbed(rng, traps))

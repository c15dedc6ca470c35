"""Rate laws of a CdTe flask: what is weighed and set -> what is in the flask at any time.

The picture, after Mech, Ma and Zeng, Nanoscale 2023, 15, 114 (DOI 10.1039/d2nr05808a):

    TOPTe + Cd oleate --(secondary phosphine, oleylamine)--> monomer <--> MSC-449 --> MSC-469
            |                                                   |            | two meet: nucleus of a QD
            +--(no oleylamine)--> prenucleation complex         +------------+--> QD, which grows and ripens

One set of constants serves every flask; nothing is looked up by condition. The constants are chosen so that the
paper's 18 flasks show what the paper saw; they are no measured rate constants. Amounts are in mM of Te, so that they
add up to the Te weighed in. Times inside this module are hours, because its rates are per hour.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analysis.spectrum import FloatArray

GAS_CONSTANT_KJ = 8.314462618e-3
ROOM_C = 22.0
REFERENCE_K = 373.15
LAST_HOUR = 48.0

CLUSTER_TE = 34.0
"""Te atoms in MSC-449, the (CdTe)34 of Wang et al., Inorg. Chem. 2015, 54, 1165."""
NUCLEUS_TE = 2.0 * CLUSTER_TE
"""Te atoms in a newborn QD: two clusters that have met."""

SOLVENT_BUNDLING = {"ODE": 1.0, "octane": 0.9, "toluene": 3.0e-4}
"""How readily clusters aggregate in a solvent, ODE = 1.

Long hydrocarbon chains bundle with the ligands of the clusters and bring them together; toluene does not (the paper's
hypothesis)."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What is weighed and set for one flask.

    Amounts in mmol, volume in ml, set point in degrees Celsius, 0 to 160 (the paper spans 50 to 150; the flask starts
    at room temperature). `top_mmol` is the added trioctylphosphine, without that of the TOPTe stock. Raises ValueError
    on a solvent without a rate law, a set point outside that range, a negative amount, and a volume or an amount of Te
    that is not above zero.
    """

    solvent: str
    temperature_c: float
    top_mmol: float
    oam_mmol: float
    cd_mmol: float
    te_mmol: float
    volume_ml: float = 50.0
    degassed: bool = True

    def __post_init__(self) -> None:
        if self.solvent not in SOLVENT_BUNDLING:
            known = ", ".join(sorted(SOLVENT_BUNDLING))
            raise ValueError(f"no rate law for the solvent {self.solvent!r}; there is one for {known}")
        if not 0.0 <= self.temperature_c <= 160.0:
            raise ValueError(f"the rate laws hold from 0 to 160 C; {self.temperature_c} C is outside")
        for name in ("top_mmol", "oam_mmol", "cd_mmol"):
            if not 0.0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}; an amount is 0 or more")
        for name in ("te_mmol", "volume_ml"):
            if not 0.0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}; it has to be above 0")


@dataclass(frozen=True, slots=True)
class Composition:
    """What is in the flask at one time.

    Fields ending in `_te_mm` are mM of Te bound in that species and add up to the Te weighed in; divide by 34 for mM of
    MSC-449. `qd_dots_mm` is mM of dots, `qd_e1_nm` the mean first exciton of the dots, `qd_spread_nm` its standard
    deviation over the dots, `qd_brightness` 0..1 their quantum yield against that of a well-grown dot. As long as there
    are no dots the last three are those of a nucleus.
    """

    reaction_time_s: float
    precursor_te_mm: float
    monomer_te_mm: float
    prenucleation_te_mm: float
    msc_449_te_mm: float
    msc_469_te_mm: float
    msc_480_te_mm: float
    msc_550_te_mm: float
    qd_te_mm: float
    qd_dots_mm: float
    qd_e1_nm: float
    qd_spread_nm: float
    qd_brightness: float


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate constant by its value at 100 C (per hour, per mM where two meet) and its activation energy (kJ/mol)."""

    at_100_c: float
    activation_kj: float

    def at(self, kelvin: float) -> float:
        """Rate constant at a temperature."""
        return self.at_100_c * math.exp(self.activation_kj / GAS_CONSTANT_KJ * (1.0 / REFERENCE_K - 1.0 / kelvin))


# TOPTe to monomer: two steps in series. The first freezes the flask at 50 C. The second, the exchange of ligands on the
# amine complex, slows when it gets hotter, because amine binds with release of heat; so at 150 C it is the bottleneck,
# and MSC-449 has its maximum there only half an hour earlier than at 100 C, as the paper sees.
CONVERT = Rate(0.30, 130.0)
EXCHANGE = Rate(0.40, -34.0)
SPOIL_PHOSPHINE = Rate(0.03, 52.0)
# The complex that forms where amine has not freed the cadmium, and that amine breaks.
ASSEMBLE_COMPLEX = Rate(0.016, 80.0)
BREAK_COMPLEX = Rate(0.5, 80.0)
# Monomer to MSC-449: new clusters only above a critical monomer concentration (hence the induction time), then growth
# on what is there.
NUCLEATE_449 = Rate(6.0, 120.0)
CRITICAL_MONOMER_MM = 3.2
GROW_449 = Rate(1.2, 130.0)
DISSOLVE_449 = Rate(0.02, 160.0)
DISSOLVE_469 = Rate(0.003, 130.0)
# MSC-449 to MSC-469 in the bundles, faster where 469 is there as a template. No activation: bundles loosen in the heat.
REARRANGE = 0.10
REARRANGE_TEMPLATED = 0.013
# QDs: birth from two MSC-449, growth by clusters (slow without bundles) and by monomer, ripening (Te per dot).
PAIR = Rate(1.0e-4, 84.0)
ATTACH = Rate(0.5, 92.0)
ATTACH_BUNDLED = 18.0
FEED = Rate(3.5, 130.0)
RIPEN = Rate(0.016, 100.0)
# The small sharp peaks at 480 and 550 nm that the paper notes at 150 C and not at 100 C, as by-products of MSC-469.
SIDE_PRODUCT = Rate(4.0e-5, 200.0)


def flask_temperature_k(set_c: float, time_h: float) -> float:
    """Temperature of the flask `time_h` after heat on.

    A mantle at full power would bring 50 ml to 212 C in the end; at the set point its controller holds it. So 100 C is
    reached after 21 min and 150 C after 44 min.
    """
    full_power_c = ROOM_C + 190.0 * (1.0 - math.exp(-time_h / 0.65))
    return min(full_power_c, set_c) + 273.15


def amine_activation(oam_mm: float) -> float:
    """Share 0..1 of the cadmium that amine has freed from polymeric oleate.

    Breaking the chain takes several amines at once, hence the steep rise: below a critical amount there is no cluster
    (paper: none at 0, a mixture at 6, pure above 12.6 mmol in 50 ml).
    """
    share = (oam_mm / 189.0) ** 8
    return share / (share + 1.0)


def amine_hold(oam_mm: float) -> float:
    """Share 0..1 of the rate that is left when surplus amine holds the cadmium (paper: 25 mmol is faster than 50)."""
    return 1.0 / (1.0 + oam_mm / 600.0)


def cadmium_bundling(excess_mm: float) -> float:
    """What cadmium oleate beyond the tellurium adds to the aggregation, on the scale on which ODE is 1.

    The paper puts it down to viscosity. Cd(oleate)2 minus TOPTe stays the same throughout: they react one to one.
    """
    return 0.25 * math.pow(max(excess_mm, 0.0) / 28.0, 2.1)


class RateLaws:
    """The rates of change of one flask, as a function of time and state.

    State: precursor, monomer, prenucleation complex, MSC-449, MSC-469, 480, 550, QD (mM of Te), then dots (mM),
    secondary phosphine (mM) and the Te that each dot gained by ripening.
    """

    def __init__(self, conditions: Conditions) -> None:
        per_mm = 1000.0 / conditions.volume_ml
        self.set_c = conditions.temperature_c
        self.te_mm = conditions.te_mmol * per_mm
        self.cd_mm = conditions.cd_mmol * per_mm
        oam_mm = conditions.oam_mmol * per_mm
        top_mm = conditions.top_mmol * per_mm
        self.activated = amine_activation(oam_mm)
        # Phosphine assists the step as well (order two in TOP over all); 424 mM is that of the paper's Fig. 2.
        self.assisted = self.activated * amine_hold(oam_mm) * top_mm / 424.0
        # Secondary phosphine comes with the TOP as an impurity; the conversion uses it up one to one (Evans et al.,
        # JACS 2010, 132, 10973), so TOP sets the rate and the yield. Air left in the flask oxidises a little of it.
        self.secondary_phosphine_mm = 0.022 * top_mm * (1.0 if conditions.degassed else 0.94)
        self.bundling = SOLVENT_BUNDLING[conditions.solvent] + cadmium_bundling(self.cd_mm - self.te_mm)

    def start(self) -> list[float]:
        """State at heat on: the precursors alone."""
        return [self.te_mm, *(0.0,) * 8, self.secondary_phosphine_mm, 0.0]

    def change(self, time_h: float, state: list[float]) -> list[float]:
        """Rates per hour, ordered as the state."""
        precursor, monomer, complexed, msc_449, msc_469, _, _, qd, dots, phosphine, _ = state
        kelvin = flask_temperature_k(self.set_c, time_h)
        cadmium = max(self.cd_mm - (self.te_mm - precursor), 0.0)
        supplied = precursor * cadmium / (cadmium + 0.5)

        convert, exchange = CONVERT.at(kelvin), EXCHANGE.at(kelvin)
        converted = self.assisted * convert * exchange / (convert + exchange) * phosphine * supplied
        spoiled = SPOIL_PHOSPHINE.at(kelvin) * phosphine
        assembled = ASSEMBLE_COMPLEX.at(kelvin) * (1.0 - self.activated) * supplied
        broken = BREAK_COMPLEX.at(kelvin) * self.activated * complexed

        crowding = (monomer / CRITICAL_MONOMER_MM) ** 8
        nucleated = NUCLEATE_449.at(kelvin) * monomer * crowding / (crowding + 1.0)
        clustered = self.activated * (nucleated + GROW_449.at(kelvin) * monomer * msc_449)
        dissolved_449 = DISSOLVE_449.at(kelvin) * msc_449
        dissolved_469 = DISSOLVE_469.at(kelvin) * msc_469
        rearranged = (REARRANGE + REARRANGE_TEMPLATED * msc_469) * self.bundling * msc_449
        side = SIDE_PRODUCT.at(kelvin) * msc_469

        paired = PAIR.at(kelvin) * self.bundling**1.25 * msc_449 * msc_449
        # Small dots take clusters up faster than grown ones (size focusing).
        focusing = (NUCLEUS_TE * dots / qd) ** 4 if qd > 0.0 else 1.0
        attached = ATTACH.at(kelvin) * (1.0 + ATTACH_BUNDLED * self.bundling**0.8) * focusing * dots * msc_449
        fed = FEED.at(kelvin) * dots * monomer
        ripening = RIPEN.at(kelvin) if qd > 0.0 else 0.0
        redissolved = ripening * dots * dots / qd if qd > 0.0 else 0.0

        return [
            broken - converted - assembled,
            converted + dissolved_449 + dissolved_469 - clustered - fed,
            assembled - broken,
            clustered - rearranged - dissolved_449 - NUCLEUS_TE * paired - attached,
            rearranged - dissolved_469 - 2.0 * side,
            side,
            side,
            NUCLEUS_TE * paired + attached + fed,
            paired - redissolved,
            -converted - spoiled,
            ripening,
        ]


ERROR_FLOOR = (1e-6,) * 8 + (1e-9, 1e-6, 1e-3)
"""Absolute error that a step may leave in each part of the state (order and units as in `RateLaws`)."""


def stepped(state: list[float], step: float, *weighted: tuple[float, list[float]]) -> list[float]:
    """The state plus a step along a weighted sum of rates."""
    return [value + step * sum(weight * rates[i] for weight, rates in weighted) for i, value in enumerate(state)]


def integrate(conditions: Conditions) -> tuple[FloatArray, FloatArray]:
    """Course of a flask from heat on to 48 h.

    Returns the times in hours, shape (steps,), and the states, shape (steps, 11), ordered as in `RateLaws`. The sum of
    the first eight is conserved by every step, because each rate leaves one species and enters another. The method is
    the embedded Runge-Kutta pair of Bogacki and Shampine, Appl. Math. Lett. 1989, 2, 321: it shortens its steps where
    monomer turns over fast, and the same conditions always give the same course.
    """
    laws = RateLaws(conditions)
    time_h, step, state = 0.0, 0.002, laws.start()
    rates = laws.change(time_h, state)
    nothing = [0.0] * len(state)
    times, states = [time_h], [state]
    while time_h < LAST_HOUR:
        step = min(step, 0.005 + 0.02 * time_h, 0.2, LAST_HOUR - time_h)
        half = laws.change(time_h + 0.5 * step, stepped(state, step, (0.5, rates)))
        late = laws.change(time_h + 0.75 * step, stepped(state, step, (0.75, half)))
        ahead = stepped(state, step, (2.0 / 9.0, rates), (1.0 / 3.0, half), (4.0 / 9.0, late))
        end = laws.change(time_h + step, ahead)
        misfit = stepped(nothing, step, (-5.0 / 72.0, rates), (1.0 / 12.0, half), (1.0 / 9.0, late), (-0.125, end))
        error = max(
            abs(off) / (floor + 1e-4 * abs(value)) for off, floor, value in zip(misfit, ERROR_FLOOR, ahead, strict=True)
        )
        if error <= 1.0:
            time_h = LAST_HOUR if step >= LAST_HOUR - time_h else time_h + step
            state, rates = ahead, end
            times.append(time_h)
            states.append(state)
        step *= min(3.0, max(0.2, 0.9 / math.cbrt(error))) if error > 0.0 else 3.0
    return np.array(times), np.array(states)


def qd_first_exciton_nm(te_per_dot: float) -> float:
    """First exciton of a dot of so many Te atoms (nm).

    Volume from the unit cell of zinc-blende CdTe (0.648 nm, four Te), confinement above the bulk gap of 1.50 eV as a
    power of the diameter that passes through 500 nm at 2.3 nm and 607 nm at 3.7 nm.
    """
    diameter_nm = math.cbrt(6.0 / math.pi * te_per_dot * 0.648**3 / 4.0)
    return 1239.841984 / (1.50 + 2.897 / math.pow(diameter_nm, 1.275))


def qd_spread_nm(te_per_dot: float, ripened_te: float) -> float:
    """Standard deviation of the first exciton over the dots (nm): growth focuses it, ripening spreads it."""
    unfocused = math.exp(-max(te_per_dot - NUCLEUS_TE, 0.0) / 30.0)
    return 9.0 + 7.0 * unfocused + 21.0 * (1.0 - math.exp(-ripened_te / 10.0))


def qd_brightness(first_exciton_nm: float, ripened_te: float) -> float:
    """Quantum yield against that of a well-grown dot, 0..1.

    A newborn dot is nearly as dark as the clusters; a core makes it bright. Ripening leaves barer surfaces.
    """
    return math.exp(-ripened_te / 16.0) / (1.0 + math.exp(-(first_exciton_nm - 485.0) / 1.6))


def composition_from(state: FloatArray, reaction_time_s: float) -> Composition:
    """Read a state, shape (11,), as the composition at that time."""
    amounts = [max(float(amount), 0.0) for amount in state]
    dots_mm, ripened_te = amounts[8], amounts[10]
    te_per_dot = amounts[7] / dots_mm if dots_mm > 0.0 else NUCLEUS_TE
    first_exciton_nm = qd_first_exciton_nm(te_per_dot)
    return Composition(
        reaction_time_s,
        precursor_te_mm=amounts[0],
        monomer_te_mm=amounts[1],
        prenucleation_te_mm=amounts[2],
        msc_449_te_mm=amounts[3],
        msc_469_te_mm=amounts[4],
        msc_480_te_mm=amounts[5],
        msc_550_te_mm=amounts[6],
        qd_te_mm=amounts[7],
        qd_dots_mm=dots_mm,
        qd_e1_nm=first_exciton_nm,
        qd_spread_nm=qd_spread_nm(te_per_dot, ripened_te),
        qd_brightness=qd_brightness(first_exciton_nm, ripened_te),
    )

"""Diameter and concentration of CdTe dots from their first exciton, and the yield of clusters; or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot

from analysis.findings import Sizing, Species
from analysis.library import LibraryEntry
from analysis.spectrum import Interval, Quantity

# W. W. Yu, L. Qu, W. Guo, X. Peng, Chem. Mater. 2003, 15, 2854 (doi 10.1021/cm034081k): diameter in nm from the first
# exciton in nm, and the extinction coefficient at it in 1/(M cm) from the diameter in nm.
_DIAMETER = (9.8127e-7, -1.7147e-3, 1.0064, -194.84)
_EXTINCTION, _EXPONENT = 10043.0, 2.12
_MATERIAL = "CdTe"
WITHIN_NM = (500.0, 700.0)  # where the curve was measured; at 449 nm it returns 0.17 nm, at 440 nm less than nothing

# What the curve itself leaves open. Its diameters are of electron micrographs, in which the outermost plane of atoms
# may or may not be counted: half the distance of (111) planes of CdTe (zinc blende, a = 0.648 nm: a / sqrt 3 = 0.374).
MODEL_NM = 0.19
# Near 582 nm the cubic is nearly flat (0.0076 nm/nm), which no dot is: an uncertain wavelength there counts with at
# least the mean slope between both ends, (6.01 nm - 2.34 nm) / 200 nm.
_LEAST_SLOPE = 0.018

PIPETTING = 0.03  # relative sigma of one dilution by hand, 50 ul into 5 ml
TE_PER_CLUSTER = 34  # MSC-449 as (CdTe)34: Wang 2015, Inorg. Chem. 54, 1165, as cited by Mech 2023


PATH_MM = 10.0  # the cuvette that absorbances of different ones are compared in


def to_one_cuvette(path_mm: float, diluted: float | None, run_diluted: float | None) -> float:
    """Return what an absorbance is multiplied with, to be as in a 10 mm cuvette at the run's dilution.

    A is proportional to path over dilution (Beer and Lambert). Where either dilution is not known both count as the
    same, and a path that none can have counts as 10 mm.
    """
    longer = PATH_MM / path_mm if 0.0 < path_mm < float("inf") else 1.0
    if diluted is None or run_diluted is None or not (diluted > 0.0 and run_diluted > 0.0):
        return longer
    return longer * diluted / run_diluted


def diameter(nm: Quantity) -> Quantity:
    """Return the diameter in nm of CdTe dots whose first exciton is at `nm`: sigma of the wavelength and of the curve.

    Raises ValueError outside 500-700 nm.
    """
    if not WITHIN_NM[0] <= nm.value <= WITHIN_NM[1]:
        raise ValueError(_outside(nm.value))
    a, b, c, d = _DIAMETER
    at = nm.value
    slope = max((3.0 * a * at + 2.0 * b) * at + c, _LEAST_SLOPE)
    return Quantity(((a * at + b) * at + c) * at + d, hypot(slope * nm.sigma, MODEL_NM))


def extinction(diameter_nm: Quantity) -> Quantity:
    """Return the extinction coefficient in 1/(M cm) at the first exciton of CdTe dots: 10043 D^2.12, D in nm.

    The sigma of the diameter is carried through (at least 7 to 17 %); the power itself is taken as it stands.
    """
    value = _EXTINCTION * diameter_nm.value**_EXPONENT
    return Quantity(value, _EXPONENT * value * diameter_nm.sigma / diameter_nm.value)


def concentration(
    absorbance: Quantity, extinction_per_m_cm: Quantity, *, path_mm: float, diluted: float, pipetting: float = PIPETTING
) -> Quantity:
    """Return the concentration of the undiluted flask in mol/l: A / (eps l) x dilution.

    `pipetting` is the relative sigma of the dilution; it counts only where something was diluted (`diluted` > 1).
    Raises ValueError unless path, extinction and dilution are above 0.
    """
    if not (path_mm > 0.0 and extinction_per_m_cm.value > 0.0 and diluted > 0.0):
        raise ValueError("A concentration needs a path, an extinction coefficient and a dilution above 0.")
    per_absorbance = diluted / (extinction_per_m_cm.value * 0.1 * path_mm)
    share = hypot(extinction_per_m_cm.sigma / extinction_per_m_cm.value, pipetting if diluted > 1.0 else 0.0)
    value = absorbance.value * per_absorbance
    return Quantity(value, hypot(absorbance.sigma * per_absorbance, value * share))


def sizing(
    found: Sequence[Species],
    material: str | None,
    library: Sequence[LibraryEntry],
    *,
    path_mm: float = 10.0,
    diluted: float | None = None,
) -> Sizing | None:
    """Return what the dots among the species of an aliquot measure, or of its largest species why it measures nothing.

    `diluted` is the whole volume over the aliquot's (None: not known, then there is no concentration). Bands are not
    corrected for their width: of polydisperse dots the concentration is a lower bound. None where nothing absorbs.
    """
    kinds = {entry.name: entry.kind for entry in library if entry.material == material}
    shown = [one for one in found if one.role != "E2"]
    dots = [one for one in shown if kinds.get(one.name) == "dots"]
    if not shown:
        return None
    chosen = max(dots or shown, key=lambda one: one.absorbance)
    refused = _refusal(chosen, material, kinds.get(chosen.name))
    if refused:
        return Sizing(chosen.name, refused=refused)
    size = diameter(Quantity(chosen.nm, chosen.sigma_nm))
    per_mole = extinction(size)
    flask = None
    if diluted is not None:
        absorbed = Quantity(chosen.absorbance, chosen.sigma)
        flask = concentration(absorbed, per_mole, path_mm=path_mm, diluted=diluted)
    return Sizing(chosen.name, size, per_mole, flask)


def relative_yield(now: Quantity, largest: Quantity) -> Quantity | None:
    """Return A449 over the largest A449 of the run, two different readings; None where the largest is not above 0.

    Both sigmas hold what the pipette adds (`PIPETTING`; nothing in a flow cell).
    """
    if not largest.value > 0.0:
        return None
    ratio = now.value / largest.value
    return Quantity(ratio, hypot(now.sigma, ratio * largest.sigma) / largest.value)


def full_conversion_m(te_m: float) -> float:
    """Return the concentration of (CdTe)34 in mol/l if all tellurium became clusters: 20 mM Te are 0.588 mM."""
    return te_m / TE_PER_CLUSTER


def least_extinction(absorbance: Quantity, te_m: float, *, path_mm: float, diluted: float) -> Quantity:
    """Return the smallest extinction coefficient of MSC-449, in 1/(M cm), that its tellurium allows.

    Less would mean more clusters than the flask has tellurium for: A449 = 0.15 after 101 times, of 20 mM Te, gives
    2.6e4. Raises ValueError unless tellurium, path and dilution are above 0.
    """
    if not (te_m > 0.0 and path_mm > 0.0 and diluted > 0.0):
        raise ValueError("A mass balance needs tellurium, a path and a dilution above 0.")
    per_absorbance = diluted / (full_conversion_m(te_m) * 0.1 * path_mm)
    value = absorbance.value * per_absorbance
    return Quantity(value, hypot(absorbance.sigma * per_absorbance, PIPETTING * value))


def cluster_yield(
    absorbance: Quantity, own_extinction: Quantity | None, te_m: float, *, path_mm: float, diluted: float
) -> Interval | None:
    """Return the share of the tellurium that is in MSC-449, 0 to 1 with 95 % bounds; None without an own extinction.

    No extinction coefficient of MSC-449 is published: only the user's own (`own_extinction`, 1/(M cm)) gives a yield.
    Raises ValueError where it would take more tellurium than there is, with the smallest coefficient possible.
    """
    if own_extinction is None:
        return None
    clusters = concentration(absorbance, own_extinction, path_mm=path_mm, diluted=diluted)
    whole = full_conversion_m(te_m)
    share, sigma = clusters.value / whole, clusters.sigma / whole
    if share - 1.96 * sigma > 1.0:
        least = least_extinction(absorbance, te_m, path_mm=path_mm, diluted=diluted)
        raise ValueError(
            f"With {own_extinction.value:.3g} per M and cm the clusters hold {share:.1f} times the tellurium of the "
            f"flask; the coefficient is at least {least.value:.2g}."
        )
    return Interval(max(0.0, share - 1.96 * sigma), min(share, 1.0), min(1.0, share + 1.96 * sigma))


def _refusal(species: Species, material: str | None, kind: str | None) -> str:
    """Return why a species has no diameter; empty where it has one."""
    if material is None:
        return "No diameter: the material is not known, and every material has its own curve."
    if material != _MATERIAL:
        return f"No diameter: the curve is that of {_MATERIAL}, not of {material}."
    if kind == "prenucleation":
        return f"No diameter for {species.name}: it is no crystal yet."
    if kind == "cluster" or species.name.startswith("MSC"):
        return (
            f"No diameter for {species.name}: the curve is of dots that grow; a cluster has one size, "
            "and its wavelength does not follow from it."
        )
    if kind != "dots":
        return f"No diameter for a band at {species.nm:.0f} nm that is not known to be dots."
    if not WITHIN_NM[0] <= species.nm <= WITHIN_NM[1]:
        return _outside(species.nm)
    return ""


def _outside(nm: float) -> str:
    return (
        f"No diameter: {nm:.0f} nm lies outside {WITHIN_NM[0]:.0f}-{WITHIN_NM[1]:.0f} nm, "
        "where the curve (Yu 2003) was measured."
    )

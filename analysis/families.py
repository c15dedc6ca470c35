"""What may be in a spectrum of one material, as families of bands: from the entries of the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.band_shapes import NM, RATIO, BandShape, Family, profile
from analysis.library import LibraryEntry
from analysis.scene import Scene
from analysis.spectrum import FloatArray

CLUSTER_FWHM_NM = 20.0  # where a cluster's width starts before the run has shown its own
CLUSTER_STEPS_NM = (-1.6, 1.6)  # about its place in the library: where a guess looks for it
LAB_NM, LAB_WIDER = 3.0, 1.2  # how far outside its reports a cluster of another laboratory may stand, how much wider
DOTS_STEP = 1.05  # the same for dots, as a factor
SKEW_SPREAD = 0.09  # asymmetric bands of the literature, as a logarithm per half width
SHARP = {"cluster": 1.0, "prenucleation": 0.4, "dots": 0.2}  # how much of a shape's error is within a cluster's width
MOST_MODELS = 8  # whose curves are kept for one axis
UNNAMED = "other"
UNNAMED_FWHM_NM = (7.0, 28.0)
UNNAMED_NM = (398.0, 640.0)
UNNAMED_STEP_NM, UNNAMED_START_NM = 4.0, 14.0  # of trial bands: a tenth of their significance is lost at most

Sort = Literal["cluster", "prenucleation", "dots", "unnamed"]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One family that may be in a spectrum; `entry` is None for a band without a name."""

    family: Family
    entry: LibraryEntry | None
    sort: Sort


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What may be in a spectrum of one material: the parts, and trial bands (atoms) for each.

    `atoms` have the properties of shape (6, bands), `owner` their part, `lead_nm` the place of their first band;
    `which` of shape (parts, atoms) adds them up, `sharp` tells how sharp their errors are.
    `narrow` are properties, of shape (5, bands), of bands without a name.
    """

    parts: tuple[Part, ...]
    atoms: tuple[FloatArray, ...]
    owner: NDArray[np.intp]
    lead_nm: FloatArray
    which: FloatArray
    sharp: FloatArray
    narrow: FloatArray


def model_of(entries: tuple[LibraryEntry, ...]) -> Model:
    """Return what may be in a spectrum of the material of these entries.

    Clusters of which E1 alone is known are named after the fit, by the place and width of a band.
    """
    parts: list[Part] = []
    atoms: list[FloatArray] = []
    owner: list[int] = []
    for entry in entries:
        if entry.kind == "cluster" and entry.e2_nm is None:
            continue
        part = _part(entry)
        centre = part.family.prior[0]
        steps = CLUSTER_STEPS_NM if part.sort == "cluster" else (0.0,)
        if part.sort == "dots":
            low, high = entry.e1_range_nm
            steps = tuple(
                np.geomspace(1.012 * low, 0.96 * high, int(np.log(high / low) / np.log(DOTS_STEP))) - entry.e1_nm
            )
        for step in steps:
            moved = centre.copy()
            moved[NM] += step
            atoms.append(moved)
            owner.append(len(parts))
        parts.append(part)
    which = (np.array(owner) == np.arange(len(parts))[:, None]).astype(np.float64)
    nm = np.arange(*UNNAMED_NM, UNNAMED_STEP_NM)
    fwhm = np.array([UNNAMED_START_NM])
    narrow = np.zeros((RATIO, nm.size * fwhm.size))
    narrow[0], narrow[1] = np.tile(nm, fwhm.size), np.repeat(np.log(fwhm), nm.size)
    sharp = np.array([SHARP[parts[k].sort] for k in owner])
    lead = np.array([p[NM, 0] for p in atoms])
    return Model(tuple(parts), tuple(atoms), np.array(owner, dtype=np.intp), lead, which, sharp, narrow)


def _part(entry: LibraryEntry) -> Part:
    low, high = entry.e1_range_nm
    slim, wide = entry.fwhm_range_nm
    if entry.kind == "dots":
        return Part(dots(entry, entry.e1_nm), entry, "dots")
    if entry.kind == "prenucleation":
        broad = float(np.clip(48.0, slim, wide))
        shape = BandShape(entry.e1_nm, 3.0, (low - 3.0, high + 3.0), broad, 0.25, (slim, wide), 0.12, 0.25)
        return Part(Family.of(entry.name, shape), entry, "prenucleation")
    spread = float(np.clip(0.3 * (high - low), 1.2, 2.5))
    width = float(np.clip(CLUSTER_FWHM_NM, slim, wide))
    lead = BandShape(
        entry.e1_nm, spread, (low - LAB_NM, high + LAB_NM), width, 0.2, (slim, LAB_WIDER * wide), SKEW_SPREAD, 0.25
    )
    second = entry.e2_nm or entry.e1_nm
    shoulder = BandShape(
        second,
        2.0,
        (second - 5.0, second + 5.0),
        1.4 * width,
        0.2,
        (14.0, 40.0),
        SKEW_SPREAD,
        0.0,
        0.6,
        0.25,
        (0.1, 1.1),
    )
    return Part(Family.of(entry.name, lead, shoulder), entry, "cluster")


def dots(entry: LibraryEntry, nm: float) -> Family:
    """Dots whose first band is looked for at `nm`: what they absorb to the blue of it has no name of its own."""
    lead = BandShape(nm, 15.0, entry.e1_range_nm, 45.0, 0.3, entry.fwhm_range_nm, 0.1, 0.2)
    second = BandShape(nm - 45.0, 12.0, (nm - 85.0, nm - 20.0), 65.0, 0.25, (42.0, 140.0), 0, 0, 0.8, 0.6, (0.0, 3.0))
    third = BandShape(nm - 95.0, 15.0, (nm - 130.0, nm - 60.0), 80.0, 0.25, (42.0, 140.0), 0, 0, 1.0, 0.8, (0.0, 4.0))
    return Family.of(entry.name, lead, second, third)


def unnamed(nm: float) -> Part:
    """A narrow band that no family of the library accounts for."""
    shape = BandShape(nm, 6.0, (nm - 8.0, nm + 8.0), 18.0, 0.3, UNNAMED_FWHM_NM)
    return Part(Family.of(UNNAMED, shape), None, "unnamed")


def templates(scene: Scene, model: Model) -> FloatArray:
    """Return the curves of all atoms, then of all narrow bands, in the bins of a scene, one a row."""
    kept = scene.axis.templates.get(id(model))
    if kept is None or kept[0] is not model:
        nm = scene.axis.centres
        atoms = [(profile(nm, p)[RATIO] * p[RATIO][:, None]).sum(axis=0) for p in model.atoms]
        kept = (model, np.stack([*atoms, *profile(nm, model.narrow)[RATIO]]))
        if len(scene.axis.templates) > MOST_MODELS:
            scene.axis.templates.clear()
        scene.axis.templates[id(model)] = kept
    return kept[1] if scene.used is None else kept[1][:, scene.used]

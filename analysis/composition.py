"""Which families of bands explain a spectrum: tried together, kept only where the data insist."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.band_shapes import LOG_WIDTH, NM
from analysis.bands import Fit, Whitened, fit, nonnegative
from analysis.families import Model, Part, Sort, dots, templates, unnamed
from analysis.family_doubts import CROWDED, FREE_NM, SHARE, leans, misshapen, share, wider
from analysis.scene import Scene
from analysis.spectrum import BoolArray, FloatArray

GUESS_PIVOTS = 4  # a guess need not be exact
GUESS_ERROR = 0.02  # of the absorbance, while nothing is known of the bands
# No band has exactly the shape that the fit gives it: so much of it is astray at its place, and of what stands within
# 25 nm, since a wing that falls like an exponential, a Gaussian or a Lorentzian differs where the band itself is gone.
MODEL_ERROR, WING_ERROR = 0.012, 0.02
WING = np.ones(25) / 25.0  # bins of 2 nm
GROUND_ERROR = 0.005  # of the absorbance over the red end
TRIED = 3.0  # sigma in the guess, from which a family is fitted
HOPELESS, DOUBTFUL = 3.0, 6.0  # sigma of its height: below, a family goes; below, it is tried without
CLEAR = 4.5  # the latter for the tallest
INSTEAD = 5.0  # sigma of dots, below which a prenucleation band is tried in their place
COST = 20.0  # of the objective: what a family must gain, 4.5 sigma
BESIDE, BESIDE_COST = 0.5, 35.0  # the same for what is less than half of the tallest
UNNAMED_COST = 40.0
SCORE, UNNAMED_SCORE = 4.0, 6.0  # sigma that the residual must hold before a family, or a band without a name, is added
BOX, QUIET = np.ones(9) / 3.0, 2.2  # bins; sigma of their sum: where it is nowhere more, nothing is looked for
ROUNDS = 6
LONGEST = 7  # families
NOWHERE = 1e-30  # the square of a whitened curve that lies in no measured bin

WORTH = 0.7  # of its share, which the residual must promise for a family to be tried
FIRST_SHARE = 2.0  # of that, from which a guess is followed: what is less is found in what is left
BESIDE_DOTS = 0.15  # of their first band: their further ones stand among the clusters and are not smooth
HUMP_COST = 60.0  # for each of the clusters that dots alone may stand for
BARRED_NM = 10.0  # about a band that was lost
OVERLAP_NM = 26.0  # clusters so close share what strains one of them
STRAINED = 6.0  # chi^2 of a family's place and width


@dataclass(frozen=True, slots=True, eq=False)
class Composition:
    """The families that explain a scene, and how well: `misfit` is the root of chi^2 per degree of freedom, >= 1."""

    fit: Fit
    parts: tuple[Part, ...]
    misfit: float


class _Search:
    """What is known of one scene while families are tried."""

    def __init__(self, scene: Scene, model: Model, offset_nm: float, width_factor: float) -> None:
        self.scene, self.model = scene, model
        self.offset_nm, self.width_factor = offset_nm, width_factor
        self.parts = list(model.parts)
        self.curves = templates(scene, model)
        self.atoms = self.curves[: len(model.atoms)]
        self.active: list[int] = []
        self.barred: list[float] = []
        self.sharpened = self.humped = False
        self.hump: list[int] = []
        self.spurned = np.inf  # the least objective with clusters that were too small to be told
        self._guess()

    def _guess(self) -> None:
        """Take the spectrum for a sum of trial bands: heights, how certain, and places to start from."""
        scene, model, ground = self.scene, self.model, self.scene.ground.shape[0]
        weight = 1.0 / np.sqrt(scene.variance + (GUESS_ERROR * scene.level) ** 2)
        rows = np.concatenate([scene.ground, self.atoms]) * weight
        start = np.zeros(rows.shape[0], dtype=np.bool_)
        x, self.held, (scaled, norm) = nonnegative(
            rows @ rows.T, rows @ (scene.values * weight), rows.shape[0], start, GUESS_PIVOTS
        )
        h = np.maximum(x[ground:], 0.0)
        covariance = np.linalg.inv(scaled)[ground:, ground:] * (norm[ground:, None] * norm[ground:])
        self.heights = model.which @ h
        spread = np.einsum("ij,ij->i", model.which @ covariance, model.which)
        self.certain = self.heights / np.sqrt(spread)
        self.place = (model.which @ (h * model.lead_nm)) / np.maximum(self.heights, 1e-30)
        for k, part in enumerate(self.parts):
            if part.sort == "dots" and self.heights[k] > 0.0:
                own = np.flatnonzero(model.owner == k)
                at = int(np.argmax(h[own]))
                near = own[max(at - 1, 0) : at + 2]
                self.place[k] = (h[near] @ model.lead_nm[near]) / h[near].sum()
        bands = h @ self.atoms
        about = np.convolve((h * model.sharp) @ self.atoms, WING, mode="same")
        variance = (
            scene.variance + (GROUND_ERROR * scene.level) ** 2 + (MODEL_ERROR * bands) ** 2 + (WING_ERROR * about) ** 2
        )
        weight = 1.0 / np.sqrt(variance)
        self.data = Whitened(scene.values * weight, scene.ground * weight, weight, scene.used, scene.axis)

    def fitted(self, active: list[int], known: Fit | None = None) -> Fit:
        """Fit these parts together; those that the known fit of the active parts holds start from where they are."""
        families, starts, heights = [], [], []
        for k in active:
            if known is not None and k in self.active:
                at = self.active.index(k)
                families.append(known.families[at])
                starts.append(known.properties[:, known.owner == at])
                heights.append(max(float(known.heights[at]), 1e-4))
                continue
            part = self.parts[k]
            family = part.family
            if part.sort == "cluster":
                family = family.moved(self.offset_nm, self.width_factor)
            elif part.sort == "dots" and part.entry is not None and self.heights[k] > 0.0:
                family = dots(part.entry, float(self.place[k]))
            start = family.prior[0].copy()
            if part.sort == "cluster" and self.heights[k] > 0.0:
                start[NM, 0] = self.place[k]
            families.append(family)
            starts.append(start)
            heights.append(max(float(self.heights[k]), 1e-4))
        start = np.concatenate(starts, axis=1) if starts else None
        return fit(self.data, tuple(families), start, np.array(heights), self.held)

    def add(self, nm: float, height: float) -> int:
        """Make room for a band without a name."""
        self.parts.append(unnamed(nm))
        self.heights, self.place = np.append(self.heights, height), np.append(self.place, nm)
        return len(self.parts) - 1

    def bar(self, lost: list[int]) -> None:
        """Look no more for a band without a name where one was lost."""
        self.barred += [float(self.place[k]) for k in lost if self.parts[k].sort == "unnamed"]

    def of_sort(self, sort: Sort) -> list[int]:
        return [k for k, part in enumerate(self.parts) if part.sort == sort]


def compose(scene: Scene, model: Model, offset_nm: float, width_factor: float) -> Composition:
    """Return the smallest sum of families that explains the scene."""
    search = _Search(scene, model, offset_nm, width_factor)
    known = _single(search, _first(search))
    settled: set[int] = set()
    tried: set[int] = set()
    for _ in range(ROUNDS):
        lost = _lost(search, known)
        if lost:
            tried.update(lost)
            if any(search.parts[k].sort == "cluster" for k in lost):
                search.spurned = min(search.spurned, known.objective)
            search.bar(lost)
            rest = [k for k in search.active if k not in lost]
            known = search.fitted(rest, known)
            search.active = rest
            continue
        other = _sharper(search, known, tried) or _dots_alone(search, known)
        tried.update(search.hump)
        if other is not None:
            known = other
            continue
        doubtful = _doubtful(search, known, settled)
        if doubtful is not None:
            tried.add(doubtful)
            rest = [k for k in search.active if k != doubtful]
            less = search.fitted(rest, known)
            if less.objective < known.objective + _cost(search, known, doubtful):
                search.active, known = rest, less
            else:
                settled.add(doubtful)
            continue
        candidate = _candidate(search, known, tried)
        if candidate is None or len(search.active) >= LONGEST:
            break
        tried.add(candidate)
        known = _with(search, known, candidate)
    spare = max(scene.values.size - known.rows.shape[0] // 2, 10)
    misfit = float(np.sqrt(max(known.residual @ known.residual / spare, 1.0)))
    return Composition(known, tuple(search.parts[k] for k in search.active), misfit)


def _with(search: _Search, known: Fit, candidate: int) -> Fit:
    """Add a part where that pays; dots and a prenucleation band are not told apart in one spectrum: one of them."""
    rest = search.active
    sort = search.parts[candidate].sort
    if sort in ("dots", "prenucleation"):
        rest = [k for k in rest if search.parts[k].sort not in ("dots", "prenucleation")]
    more = search.fitted([*rest, candidate], known)
    if sort == "prenucleation" and more.objective > search.spurned - COST:
        return known  # what a trace of another cluster explains as well
    if more.objective < known.objective - (_cost(search, known, candidate) if len(rest) == len(search.active) else 0.0):
        search.active = [*rest, candidate]
        return more
    return known


def _first(search: _Search) -> Fit:
    """The families that the guess holds; where dots may be a prenucleation band, which of the two."""
    tallest = float(search.heights.max(initial=0.0))
    found = [
        k
        for k, part in enumerate(search.parts)
        if search.certain[k] > TRIED and search.heights[k] > FIRST_SHARE * SHARE[part.sort] * tallest
    ]
    clusters = [k for k in found if search.parts[k].sort == "cluster"]
    dotted = [k for k in found if search.parts[k].sort == "dots"]
    broad = [k for k in found if search.parts[k].sort == "prenucleation"]
    if dotted and broad:
        strong = search.heights[dotted[0]] > 0.3 * search.heights[broad[0]]
        dotted, broad = (dotted, []) if strong else ([], broad)
    search.active = clusters + dotted + broad
    known = search.fitted(search.active)
    maybe = any(search.certain[k] > TRIED for k in search.of_sort("prenucleation"))
    if dotted and maybe and known.heights[len(clusters)] < INSTEAD * known.height_sigma[len(clusters)]:
        instead = clusters + search.of_sort("prenucleation")
        other = search.fitted(instead)
        if other.objective < known.objective + COST:
            search.active, known = instead, other
    return known


def _single(search: _Search, known: Fit) -> Fit:
    """Where clusters want to stand elsewhere than they may, try one band without a name in their place."""
    if known.strain.max(initial=0.0) < STRAINED:
        return known
    if any(search.parts[k].sort == "dots" for k in search.active):
        return known  # what strains clusters there are the further bands of the dots
    clusters = [at for at, k in enumerate(search.active) if search.parts[k].sort == "cluster"]
    place = {at: float(known.properties[NM, known.owner == at][0]) for at in clusters}
    strained = [at for at in clusters if known.strain[at] > STRAINED]
    pulled = [at for at in clusters if any(abs(place[at] - place[one]) < OVERLAP_NM for one in strained)]
    if not pulled:
        return known
    leads = [int(np.flatnonzero(known.owner == at)[0]) for at in pulled]
    weights = known.heights[pulled] + 1e-9
    k = search.add(float(known.properties[NM, leads] @ weights / weights.sum()), float(weights.sum()))
    rest = [one for at, one in enumerate(search.active) if at not in pulled]
    one = search.fitted([*rest, k], known)
    if one.objective + UNNAMED_COST < known.objective + COST * len(pulled):
        search.active = [*rest, k]
        return one
    return known


def _sharper(search: _Search, known: Fit, tried: set[int]) -> Fit | None:
    """Dots that lean on a limit of theirs may be a band too sharp for dots: try that in their place, once.

    Returns the better fit; None where there is none.
    """
    leaning = [at for at, k in enumerate(search.active) if search.parts[k].sort == "dots" and leans(known, at)]
    if not leaning or search.sharpened:
        return None
    search.sharpened = True
    before = search.active
    dots_part = before[leaning[0]]
    rest = [k for k in before if k != dots_part]
    less = search.fitted(rest, known)
    search.active = rest
    band = _candidate(search, less, {*tried, dots_part})
    if band is not None:
        more = search.fitted([*rest, band], less)
        if more.objective < known.objective:
            search.active = [*rest, band]
            return more
    search.active = before
    return None


def _dots_alone(search: _Search, known: Fit) -> Fit | None:
    """Clusters lower than dots, and one of them wider than a cluster, may be a broad hump of dots of all sizes: once.

    Returns the fit without them, and settles that they stay out, where it is not much worse; else None.
    """
    parts = [search.parts[k] for k in search.active]
    dotted = max((float(known.heights[at]) for at, part in enumerate(parts) if part.sort == "dots"), default=0.0)
    low = [at for at, part in enumerate(parts) if part.sort == "cluster" and known.heights[at] < dotted]
    if search.humped or not any(wider(known, at) for at in low):
        return None
    search.humped = True
    rest = [k for at, k in enumerate(search.active) if at not in low]
    less = search.fitted(rest, known)
    if less.objective > known.objective + HUMP_COST * len(low):
        return None
    search.hump = [search.active[at] for at in low]
    search.active = rest
    return less


def _cost(search: _Search, known: Fit, k: int) -> float:
    """What the objective must gain by a part: more where it may be but the shape of a taller neighbour."""
    if search.parts[k].sort == "unnamed":
        return UNNAMED_COST
    height = known.heights[search.active.index(k)] if k in search.active else search.heights[k]
    return BESIDE_COST if height < BESIDE * float(known.heights.max(initial=0.0)) else COST


def _lost(search: _Search, known: Fit) -> list[int]:
    """Families that are less than the shapes of their neighbours could differ by, or than their own uncertainty."""
    heights, sigma = known.heights.tolist(), known.height_sigma.tolist()
    parts = [search.parts[k] for k in search.active]
    dotted = max((h for h, part in zip(heights, parts, strict=True) if part.sort == "dots"), default=0.0)
    replaced = search.sharpened and "unnamed" in [part.sort for part in parts]
    lost = []
    for at, part in enumerate(parts):
        tallest = max((h for other, h in enumerate(heights) if other != at), default=0.0)
        floor = max(HOPELESS * sigma[at], BESIDE_DOTS * dotted if part.sort == "cluster" else 0.0)
        if tallest > 0.0:
            floor = max(floor, share(part, known, at) * tallest)
        if heights[at] < floor or misshapen(part, known, at, sharpened=replaced):
            lost.append(search.active[at])
    return lost


def _doubtful(search: _Search, known: Fit, settled: set[int]) -> int | None:
    """The least certain family that was not yet tried without."""
    worst, worst_z = None, DOUBTFUL
    for at, k in enumerate(search.active):
        z = float(known.heights[at]) / (float(known.height_sigma[at]) + 1e-12)
        alone = known.heights[at] >= BESIDE * float(known.heights.max())
        alone = alone or search.parts[k].sort == "dots"  # their free width and steps make their sigma wide
        if z < (CLEAR if alone else worst_z) and z < worst_z and k not in settled:
            worst, worst_z = k, z
    return worst


def _candidate(search: _Search, known: Fit, tried: set[int]) -> int | None:
    """The family of which the residual holds most, or a band without a name; None where it holds nothing."""
    if float(np.convolve(known.residual, BOX, mode="valid").max(initial=0.0)) < QUIET:
        return None
    model = search.model
    curves = search.curves * search.data.weight
    along = known.rows @ curves.T
    full = np.einsum("ij,ij->i", curves, curves)
    left = np.maximum(full - np.einsum("ij,ij->j", along, known.covariance @ along), 2e-3 * full)
    left = np.maximum(left, NOWHERE)
    gain = curves @ known.residual
    proof, height = gain / np.sqrt(left), gain / left
    atoms = search.atoms.shape[0]
    least = WORTH * float(known.heights.max(initial=0.0))
    gone = tried.union(search.active)
    worth = np.array([np.inf if k in gone else SHARE[part.sort] * least for k, part in enumerate(model.parts)])
    named = np.where(height[:atoms] > worth[model.owner], proof[:atoms], -np.inf)
    best = int(np.argmax(named)) if atoms else 0
    if atoms and named[best] > SCORE:
        k = int(model.owner[best])
        search.heights[k], search.place[k] = height[best], model.lead_nm[best]
        return k
    free = _apart(known, model.narrow[NM]) & (model.narrow[NM] > search.scene.wavelengths_nm[0] + 8.0)
    free &= height[atoms:] > least * np.where(model.narrow[NM] > FREE_NM, 1.0, CROWDED) * SHARE["unnamed"]
    for nm in search.barred:
        free &= np.abs(model.narrow[NM] - nm) > BARRED_NM
    narrow = np.where(free, proof[atoms:], -np.inf)
    best = int(np.argmax(narrow))
    misfit = max(float(known.residual @ known.residual) / known.residual.size, 1.0) ** 0.5
    if narrow[best] < UNNAMED_SCORE * misfit:
        return None
    return search.add(float(model.narrow[NM, best]), float(height[atoms + best]))


def _apart(known: Fit, nm: FloatArray) -> BoolArray:
    """Positions that no narrow band of the fit stands on."""
    apart = np.ones(nm.size, dtype=np.bool_)
    width = np.exp(known.properties[LOG_WIDTH])
    for at, fwhm in zip(known.properties[NM], width, strict=True):
        if fwhm < 35.0:
            apart &= np.abs(nm - at) > 0.55 * fwhm
    return apart

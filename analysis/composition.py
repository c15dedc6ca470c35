"""Which families of bands explain a spectrum: added one by one, kept only where the data insist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.band_shapes import BandShape, Family, Scene, scene
from analysis.bands import (
    Fit,
    FittedBand,
    evidence,
    exchanged,
    fit,
    polished,
    with_family,
    without_family,
)
from analysis.baseline import binned, cuvette_offset
from analysis.spectrum import BoolArray, FloatArray, Spectrum

FIT_NM = (388.0, 710.0)  # below it the lamps are dark and the next bands in the UV begin
BIN_NM = 2.0  # a sixth of the narrowest cluster: nothing is lost, time is won
GROUND_ERROR = 0.005
MODEL_ERROR = 0.012  # of the local absorbance: no band has exactly the shape that the fit gives it
RIPPLE = 1.0e-4  # absorbance: the residual structure of lamps and fibres between reference and sample
LINE_SIGMAS = 5.0
SHARP_NM = 25.0
SMALLEST = 6e-4  # absorbance: what a lamp's lines and drift leave of themselves
ENOUGH = 4.0  # sigma that the residual must hold before a family is tried
GAIN = 25.0  # of the objective, five sigma: less is not reported
UNNAMED_COST = 16.0
UNNAMED_SHARE = 0.06
UNNAMED_FWHM_NM = (7.0, 28.0)
CERTAIN = 3.5  # sigma of its height, all overlapping bands and the ground being free
UNNAMED_CERTAIN = 5.0
INDISPENSABLE = 50.0  # of chi^2: what the data miss so badly stays, however uncertain its height
CLEAR = 12.0  # sigma: a family that stands so clear need not be tried without
FORBIDDEN = 1e6
DOUBTFUL = 4.0  # strain of a family, beyond which its place may belong to others
OVERLAP_NM = 26.0
ROUNDS = 6
LONGEST = 7  # families
UNNAMED = "other"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A family that may be tried, and what it must bring: `cost` in chi^2, `share` of its strongest neighbour.

    `never_with` names a family whose own bands look like it: the two are not told apart in one spectrum. A `nuisance`
    comes only with the family that it names, as a part of it that has no name of its own. `share_of` is the share
    of one other family that it must bring.
    """

    family: Family
    cost: float
    share: float
    never_with: str | None = None
    nuisance: str | None = None
    share_of: tuple[str, float] | None = None

    def fits(self, known: Fit) -> bool:
        """True where the families of a fit let it join them."""
        barred = self.never_with is not None and known.of(self.never_with) is not None
        return not barred and (self.nuisance is None or known.of(self.nuisance) is not None)


def prepare(spectrum: Spectrum) -> Scene | None:
    """Bin an absorbance spectrum for the fit; None where fewer than 30 bins were measured."""
    coarse = binned(spectrum, BIN_NM, FIT_NM)
    at, values = coarse.wavelengths_nm, coarse.values
    if at.size < 30:
        return None
    offset = cuvette_offset(spectrum)
    level = np.abs(_calmed(values) - (offset.value if offset else 0.0))
    noise = coarse.sigma**2 + RIPPLE**2
    clean = ~_lines(values, noise, level)
    if np.count_nonzero(clean) < 30:
        return None
    bands = np.maximum(_calmed(values) - _hull(at, _calmed(values)), 0.0)
    sigma = np.sqrt(noise + (MODEL_ERROR * bands) ** 2 + (GROUND_ERROR * level) ** 2)
    return scene(at[clean], values[clean], sigma[clean])


def _hull(nm: FloatArray, values: FloatArray) -> FloatArray:
    """The highest convex curve under the data: where they touch it there is ground, or a band of the UV."""
    corners: list[int] = []
    for i in range(nm.size):
        while len(corners) > 1:
            a, b = corners[-2], corners[-1]
            if (values[b] - values[a]) * (nm[i] - nm[a]) < (values[i] - values[a]) * (nm[b] - nm[a]):
                break
            corners.pop()
        corners.append(i)
    return np.interp(nm, nm[corners], values[corners])


def _lines(values: FloatArray, noise: FloatArray, level: FloatArray) -> BoolArray:
    """Bins that a line of the lamp has spoilt: structure much narrower than any band.

    Fourth differences over five bins see nothing of a band of 12 nm beyond 1.2 % of its height.
    """
    taps = np.array([-1.0, 4.0, -6.0, 4.0, -1.0]) / 6.0
    bend = np.convolve(values, taps, mode="valid")
    spread = np.sqrt(np.convolve(noise, taps**2, mode="valid"))
    spoilt = np.zeros(values.size, dtype=np.bool_)
    for at in np.flatnonzero(np.abs(bend) > LINE_SIGMAS * spread + 0.03 * level[2:-2]):
        spoilt[at + 1 : at + 4] = True
    return spoilt


def compose(data: Scene, candidates: tuple[Candidate, ...]) -> Fit:
    """Return the smallest sum of families that explains the scene.

    Families are added while the best of them gains more than five sigma beyond its cost; an unnamed narrow band is
    always among those tried. Then every unnamed band is held against the named families on either side of it (an
    apparent maximum at 460 nm may be 449 and 469), and whatever is not significant any more goes again.
    """
    atoms = _Atoms.over(data)
    known = _grown(data, fit(data, ()), candidates, atoms)
    settled: set[frozenset[str]] = set()
    for _ in range(ROUNDS):
        better = _better(data, known, candidates, atoms)
        if better is not None:
            known = better
            continue
        barred = {f.name for f in known.families if _misshapen(known, f.name, candidates)}
        left = _pruned(data, known, candidates)
        names = frozenset(family.name for family in left.families)
        if names in settled:
            break
        settled.add(names)
        # What wants to stand elsewhere does not come back; what it stood for may be an unnamed band.
        candidates = tuple(candidate for candidate in candidates if candidate.family.name not in barred - names)
        known = _grown(data, left, candidates, atoms) if barred - names else left
    return polished(data, _pruned(data, polished(data, known), candidates))


def _grown(data: Scene, known: Fit, candidates: tuple[Candidate, ...], atoms: _Atoms) -> Fit:
    """Add the best family again and again, until none is worth its cost."""
    while len(known.families) < LONGEST:
        best = _best_addition(data, known, candidates, atoms)
        if best is None:
            break
        known = best
    return known


@dataclass(frozen=True, slots=True, eq=False)
class _Atoms:
    """Whitened trial bands, shape (bins, atoms), at the positions and widths of shape (atoms,)."""

    columns: FloatArray
    nm: FloatArray
    fwhm_nm: FloatArray

    @staticmethod
    def over(data: Scene) -> _Atoms:
        low, high = float(data.wavelengths_nm.min()) + 6.0, float(data.wavelengths_nm.max()) - 20.0
        narrow = np.arange(low, min(high, 640.0), 3.5)
        broad = np.arange(low + 10.0, min(high, 660.0), 8.0)
        nm = np.concatenate([np.tile(narrow, 3), np.tile(broad, 2)])
        fwhm = np.concatenate([np.repeat([13.0, 18.0, 25.0], narrow.size), np.repeat([42.0, 64.0], broad.size)])
        t = (data.wavelengths_nm[:, None] - nm[None, :]) / (0.5 * fwhm[None, :])
        columns = np.exp2(-(t**2)) / data.sigma[:, None]
        return _Atoms(columns, nm, fwhm)

    def of(self, shape: BandShape) -> BoolArray:
        """The atoms that the band could be."""
        low, high = shape.nm_range
        near = (self.nm >= low - 1.8) & (self.nm <= high + 1.8)
        slim, wide = shape.fwhm_range
        return near & (self.fwhm_nm >= 0.8 * slim) & (self.fwhm_nm <= 1.25 * wide)


def _best_addition(data: Scene, known: Fit, candidates: tuple[Candidate, ...], atoms: _Atoms) -> Fit | None:
    """The fit with one family more that gains most, or None where none gains enough."""
    proof = evidence(known, atoms.columns)
    tried: list[tuple[float, Candidate, tuple[float, float]]] = []
    for candidate in _absent(known, candidates):
        tried += _trial(candidate, proof, atoms, atoms.of(candidate.family.bands[0]))
    free = (atoms.fwhm_nm < UNNAMED_FWHM_NM[1]) & _apart(known, atoms.nm)
    if np.any(free):
        at = float(atoms.nm[free][int(np.argmax(proof[free]))])
        tried += _trial(unnamed(at), proof, atoms, free)
    tried.sort(key=lambda entry: -entry[0])
    best: Fit | None = None
    best_gain = GAIN
    for _, candidate, at_width in tried[:2]:
        attempt = with_family(data, known, candidate.family, at_width)
        if _drowned(attempt, candidate.family.name, candidates):
            continue
        gain = known.objective - attempt.objective - candidate.cost
        if gain > best_gain:
            best, best_gain = attempt, gain
    return best


def _trial(
    candidate: Candidate, proof: FloatArray, atoms: _Atoms, possible: BoolArray
) -> list[tuple[float, Candidate, tuple[float, float]]]:
    if not np.any(possible):
        return []
    index = np.flatnonzero(possible)
    best = int(index[int(np.argmax(proof[index]))])
    if proof[best] < ENOUGH:
        return []
    return [
        (
            float(proof[best]) - 0.05 * candidate.cost,
            candidate,
            (float(atoms.nm[best]), float(atoms.fwhm_nm[best])),
        )
    ]


def unnamed(nm: float) -> Candidate:
    """A narrow band that no family of the library accounts for."""
    shape = BandShape(nm, 6.0, (nm - 8.0, nm + 8.0), 18.0, 0.3, UNNAMED_FWHM_NM)
    return Candidate(Family(f"{UNNAMED} {nm:.0f}", (shape,)), cost=UNNAMED_COST, share=_unnamed_share(nm))


def _apart(known: Fit, nm: FloatArray) -> BoolArray:
    """Positions that no narrow band of the fit stands on."""
    apart = np.ones(nm.size, dtype=np.bool_)
    for bands in known.bands:
        for band in bands:
            if band.fwhm_nm < 35.0:
                apart &= np.abs(nm - band.nm) > 0.55 * band.fwhm_nm
    return apart


def _better(data: Scene, known: Fit, candidates: tuple[Candidate, ...], atoms: _Atoms) -> Fit | None:
    """The best neighbour of a fit: a family more, or a doubtful family replaced by named ones that overlap it."""
    best, best_score = None, _score(known, candidates) - 1.0
    for attempt in _neighbours(data, known, candidates, atoms):
        score = _score(attempt, candidates)
        if score < best_score:
            best, best_score = attempt, score
    return best


def _neighbours(data: Scene, known: Fit, candidates: tuple[Candidate, ...], atoms: _Atoms) -> Iterator[Fit]:
    absent = [candidate for candidate in _absent(known, candidates) if candidate.nuisance is None]
    suspects = []
    for family, bands, strain in zip(known.families, known.bands, known.strain, strict=True):
        if not (family.name.startswith(UNNAMED) or strain > DOUBTFUL or _top_heavy(family, bands)):
            continue
        suspects.append((bands[0].height, family.name))
        near = [c for c in absent if abs(c.family.bands[0].nm - bands[0].nm) < max(OVERLAP_NM, bands[0].fwhm_nm)]
        for chosen in (*((c,) for c in near), tuple(near)) if len(near) > 1 else ((c,) for c in near):
            yield exchanged(data, known, (family.name,), tuple(candidate.family for candidate in chosen))
        for candidate in near:
            yield with_family(data, known, candidate.family, afresh=family.name)
    if len(suspects) > 1:
        weaker = tuple(name for _, name in sorted(suspects)[:-1])
        for candidate in absent:
            yield exchanged(data, known, weaker, (candidate.family,))
    if known.families:
        proof = evidence(known, atoms.columns)
        for candidate in absent:
            for _, _, at_width in _trial(candidate, proof, atoms, atoms.of(candidate.family.bands[0])):
                yield with_family(data, known, candidate.family, at_width)


def _top_heavy(family: Family, bands: tuple[FittedBand, ...]) -> bool:
    """True where the second band of a family stands at the bound of its ratio: it may belong to another."""
    return family.ratio is not None and bands[1].height > 0.9 * family.ratio[1] * bands[0].height


def _absent(known: Fit, candidates: tuple[Candidate, ...]) -> list[Candidate]:
    """The families that a fit does not hold and that may join it."""
    return [c for c in candidates if known.of(c.family.name) is None and c.fits(known)]


def _score(known: Fit, candidates: tuple[Candidate, ...]) -> float:
    """What a fit leaves unexplained plus what its families cost."""
    costs = {candidate.family.name: candidate.cost for candidate in candidates}
    held = [candidate for candidate in candidates if known.of(candidate.family.name) is not None]
    clashes = sum(not candidate.fits(known) for candidate in held)
    return known.objective + FORBIDDEN * clashes + sum(GAIN + costs.get(f.name, UNNAMED_COST) for f in known.families)


def _pruned(data: Scene, known: Fit, candidates: tuple[Candidate, ...]) -> Fit:
    """Take out, one by one, families that are lost beside their neighbours or without which the data fit as well."""
    settled: set[str] = set()
    while len(settled) < len(known.families):
        doubtful = [
            (bands[0].height / (bands[0].sigma_height + 1e-12), family.name)
            for family, bands in zip(known.families, known.bands, strict=True)
            if family.name not in settled
        ]
        strength, name = min(doubtful)
        if _drowned(known, name, candidates) or _misshapen(known, name, candidates):
            known = without_family(data, known, name)
            continue
        if strength < CLEAR:
            rest = without_family(data, known, name)
            missed = _score(rest, candidates) - _score(known, candidates)
            if missed <= (INDISPENSABLE if _uncertain(known, name, candidates) else 0.0):
                known = rest
                continue
        settled.add(name)
    return known


def _drowned(known: Fit, name: str, candidates: tuple[Candidate, ...]) -> bool:
    """True where a family is less than the shapes of its neighbours could differ by."""
    bands = known.of(name)
    if bands is None:
        return False
    named = next((c for c in candidates if c.family.name == name), None)
    share = named.share if named else _unnamed_share(bands[0].nm)
    floor = max(share * _neighbour(known, name, candidates), SMALLEST)
    if named is not None and named.share_of is not None:
        other = known.of(named.share_of[0])
        floor = max(floor, named.share_of[1] * other[0].height if other else 0.0)
    return bands[0].height < floor


def _misshapen(known: Fit, name: str, candidates: tuple[Candidate, ...]) -> bool:
    """True where a family wants to be narrower than it may (a lamp's line), elsewhere, or an unnamed one wider."""
    bands = known.of(name)
    if bands is None:
        return False
    lead = bands[0]
    named = next((c for c in candidates if c.family.name == name), None)
    if named is None:
        return not 1.03 * UNNAMED_FWHM_NM[0] < lead.fwhm_nm < 0.97 * UNNAMED_FWHM_NM[1]
    shape = named.family.bands[0]
    sharp = shape.fwhm_range[0] < SHARP_NM  # broad bands may lean on a limit: their places are not sharp
    elsewhere = sharp and not shape.nm_range[0] < lead.nm < shape.nm_range[1]
    return elsewhere or lead.fwhm_nm < 1.03 * shape.fwhm_range[0]


def _uncertain(known: Fit, name: str, candidates: tuple[Candidate, ...]) -> bool:
    """True where the height of a family is not certain."""
    bands = known.of(name)
    needed = CERTAIN if any(c.family.name == name for c in candidates) else UNNAMED_CERTAIN
    return bands is not None and bands[0].height < needed * bands[0].sigma_height


def _unnamed_share(nm: float) -> float:
    """Between E1 and E2 of the known clusters shapes overlap most; beyond 470 nm a sharp band stands free."""
    return UNNAMED_SHARE if nm > 470.0 else 4.0 * UNNAMED_SHARE


def _neighbour(known: Fit, name: str, candidates: tuple[Candidate, ...]) -> float:
    """The height of the strongest leading band of a species beside the one of that name."""
    parts = {c.family.name for c in candidates if c.nuisance is not None}
    pairs = zip(known.families, known.bands, strict=True)
    return max((b[0].height for f, b in pairs if f.name != name and f.name not in parts), default=0.0)


def _calmed(values: FloatArray) -> FloatArray:
    kernel = np.array([1.0, 2.0, 3.0, 2.0, 1.0]) / 9.0
    return np.convolve(np.pad(values, 2, mode="edge"), kernel, mode="valid")

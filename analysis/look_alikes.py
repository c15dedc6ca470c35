"""What looks like emission and is none: each confuser as a shape, with how large it may be before it is believed.

The shapes live on one fixed grid of cells, so that they are computed once for a light source and solvent. How large
each may be comes from where it shows by itself: the source's line, the blue and the red end, the chip of a white LED.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Literal

import numpy as np

from analysis.light_cells import CELL_NM, CELLS_NM, Cells, IndexArray, cells_between
from analysis.solvent_raman import RAMAN_SHIFTS, canonical
from analysis.spectrum import BoolArray, FloatArray, Spectrum, read_only

Kind = Literal["LED", "laser"]

LINE_HALF_NM = 20.0  # the line of a 405 nm LED is 10-15 nm wide at half height; a laser's is far narrower
LED_FWHM_NM, LASER_FWHM_NM = 14.0, 2.0  # where neither the user nor the spectrum tells the width
RAMAN_FROM_NM, RAMAN_TO_NM = 420.0, 760.0
SEEN_TIMES = 3.0  # the prior of a narrow shape, in the largest light where it lies
BACKGROUND, WING, BLUE_TAIL = "background", "wing of the excitation line", "tail of the blue light"
GLOW, SIDE_BAND, ROOM, LAMP, CHIP = "autofluorescence", "LED side band", "room light", "room lamp's lines", "white LED"
EARLIER = "light of the earlier readings"
BLUE = "blue light"
SIZED = (BACKGROUND, BLUE, SIDE_BAND, ROOM, LAMP)  # what is only there as large as something else shows

# Mercury of a fluorescent tube and its phosphors (europium 611-613, terbium 544-546): nm, half the width left out
LAMP_NM = ((546.0, 3.0), (578.0, 2.5), (611.5, 4.0))
TUBE_NM = ((488.0, 9.0), (587.0, 8.0), (630.0, 8.0))  # the same tube's weaker bands, believed when its lines are seen
LINE_SIGMAS = 5.0
LAMP_PARTS = tuple(
    (
        cells_between(nm - half, nm + half),
        cells_between(nm - half - 6.0, nm - half),
        cells_between(nm + half, nm + half + 6.0),
    )
    for nm, half in (LAMP_NM[0], LAMP_NM[2])
)
CHIP_PART = cells_between(446.0, 454.0)
CHIP_FLANKS, CHIP_SEEN = (cells_between(436.0, 441.0), cells_between(464.0, 472.0)), 0.6  # of it, over its flanks
BLUE_END, RED_END = cells_between(0.0, 455.0), cells_between(700.0, 800.0)
CHIP_NM, CHIP_FWHM_NM = 450.0, 22.0  # the blue chip of a white LED or of a screen's backlight
# Ce:YAG and warmer, 80 nm wide or more
PHOSPHOR_NM = ((560.0, 110.0), (545.0, 80.0), (590.0, 110.0))
PHOSPHOR_TIMES_CHIP = 3.0  # a warm white LED's phosphor is about twice as high as its chip
GLOW_NM = ((435.0, 60.0), (450.0, 95.0), (470.0, 85.0))  # amines and phosphines, blue
# What blue light leaves beyond the shapes above, which are not quite its own: place, width, share of what is seen
BLUE_TAIL_NM = ((465.0, 35.0, 0.25), (480.0, 35.0, 0.15), (495.0, 40.0, 0.09), (515.0, 50.0, 0.05))
WING_NM = (25.0, 80.0)  # lengths over which scattered light falls by e
SIDE_BAND_NM = ((540.0, 60.0), (556.0, 60.0), (573.0, 65.0), (595.0, 80.0))  # deep levels of a violet nitride LED
SIDE_BAND_SHARE: dict[Kind | None, float] = {"LED": 0.005, None: 0.005, "laser": 0.0005}  # of the scattered line
HIDDEN_LINE = 5.0  # how much higher than its visible flanks a saturated line is assumed to be
EARLIER_SHARE = 0.15  # by how much the run's own first light may change: dilution, lamp, inner filter
OTHER_OPTICS_SHARE = 2.0  # of the first light, how much of its shape there may be once the optics were changed


@dataclass(frozen=True, slots=True)
class SourceLine:
    """The excitation line: wavelength in nm, height in the spectrum's unit (signed, 0: not seen) and full width."""

    nm: float
    height: float
    fwhm_nm: float


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """The confusers of one reading: `columns` (cells, n), the `prior` sigma of each in counts/s and its `names`."""

    columns: FloatArray
    prior: FloatArray
    names: tuple[str, ...]


def bump(centre_nm: float, fwhm_nm: float) -> FloatArray:
    """Return a Gaussian of height 1 on the cells, 0 where it is below a billionth."""
    height = np.exp(-4.0 * np.log(2.0) * ((CELLS_NM - centre_nm) / fwhm_nm) ** 2)
    return np.asarray(np.where(height > 1.0e-9, height, 0.0))  # a processor is slow with numbers near its smallest


def raman_nm(line_nm: float, shift_per_cm: float) -> float:
    """Return where a Raman shift puts the light of a line: 1 / (1 / line - shift)."""
    return 1.0 / (1.0 / line_nm - shift_per_cm * 1.0e-7)


def source_line(
    emission: Spectrum, seen: BoolArray, nominal_nm: float, kind: Kind | None, fwhm_nm: float | None
) -> SourceLine:
    """Return the excitation line as measured.

    The height is what the blank has left of the line: positive where the sample scatters more than the solvent.
    Where the line does not stand out: the nominal wavelength, height 0 and the width that is known or usual. Where
    it is saturated, its height is taken as HIDDEN_LINE times the largest value beside it.
    """
    usual = fwhm_nm or (LASER_FWHM_NM if kind == "laser" else LED_FWHM_NM)
    first, last = emission.wavelengths_nm.searchsorted((nominal_nm - LINE_HALF_NM, nominal_nm + LINE_HALF_NM))
    near = seen[first:last]
    nm, values, sigma = (a[first:last] for a in (emission.wavelengths_nm, emission.values, emission.sigma))
    whole = bool(near.all())
    if not whole:
        nm, values, sigma = nm[near], values[near], sigma[near]
    if nm.size == 0:
        return SourceLine(nominal_nm, 0.0, usual)
    size = np.abs(values)
    top = int(size.argmax())
    if size[top] < 8.0 * sigma[top]:
        return SourceLine(nominal_nm, 0.0, usual)
    if not whole and not np.all(near[np.abs(emission.wavelengths_nm[first:last] - nm[top]) <= 5.0]):
        return SourceLine(nominal_nm, HIDDEN_LINE * float(values[top]), usual)
    core = np.flatnonzero(size >= 0.5 * size[top])
    core = core[np.abs(nm[core] - nm[top]) <= LINE_HALF_NM / 2.0]
    place = float(nm[core] @ size[core] / size[core].sum())
    if fwhm_nm is None and size[top] > 20.0 * sigma[top]:
        usual = max(float(nm[core[-1]] - nm[core[0]]), LASER_FWHM_NM)
    return SourceLine(place, float(values[top]), usual)


def shapes_for(
    line: SourceLine | None,
    kind: Kind | None,
    solvent: str | None,
    cells: Cells,
    room_counts: float,
    earlier: FloatArray | None,
    earlier_line: float,
    chip: float,
    earlier_share: float = EARLIER_SHARE,
) -> Shapes:
    """Return every confuser of a reading.

    `line` is the source line (None: unknown), whose height bounds the LED's side band; `room_counts` is by how much
    the room light changed. `cells` tell what is seen where hardly any emission lies: what falls from the blue is no
    larger than that at the blue end, what is flat no larger than that at the red end. `earlier` is the light of the
    run's first readings, on the cells, `earlier_share` how much of it there may be beyond what has been taken off
    already, `earlier_line` the line's height then, `chip` that of `white_chip`.
    """
    wide = None if line is None else 5.0 * round(line.fwhm_nm / 5.0)
    place = None if line is None else 0.5 * round(2.0 * line.nm)
    blue, red = _seen_at_the_ends(cells)
    lamp = _lamp_lines(cells)
    scattered = 0.0 if line is None else abs(line.height - earlier_line)
    side, white = SIDE_BAND_SHARE[kind] * scattered, 0.5 * room_counts + PHOSPHOR_TIMES_CHIP * chip
    there = (red > 0.0, blue > 0.0, side > 0.0, white > 0.0, lamp > 0.0, earlier is not None)
    fixed = _fixed_shapes(place, wide, solvent, *there)
    raman, blue_chip = (SEEN_TIMES * _largest(cells, part) for part in (fixed.raman, CHIP_PART))
    sizes = np.array((red, blue, side, white, lamp, raman, blue_chip, earlier_share))
    columns = fixed.columns
    if earlier is not None:
        columns = columns.copy()
        columns[:, -1] = earlier
    return Shapes(columns, fixed.shares * sizes[fixed.sized_by], fixed.names)


@dataclass(frozen=True, slots=True, eq=False)
class _Fixed:
    """Shapes (cells, n), their names, which size bounds each, and the share of it that each may be."""

    columns: FloatArray
    names: tuple[str, ...]
    sized_by: IndexArray
    shares: FloatArray
    raman: slice


@lru_cache(maxsize=256)
def _fixed_shapes(line_nm: float | None, fwhm_nm: float | None, solvent: str | None, *kept: bool) -> _Fixed:
    """Return the shapes that may be there; `kept` tells which of SIZED are, the last the run's earlier light."""
    middle = (CELLS_NM - CELLS_NM.mean()) / np.ptp(CELLS_NM)
    named: list[tuple[str, FloatArray, float]] = [(BACKGROUND, np.ones_like(middle), 1.0), (BACKGROUND, middle, 1.0)]
    named += [(WING, np.exp(-(CELLS_NM - CELLS_NM[0]) / length), 1.0) for length in WING_NM]
    named += [(GLOW, bump(*band), 1.0) for band in GLOW_NM]
    named += [(BLUE_TAIL, bump(nm, width), share) for nm, width, share in BLUE_TAIL_NM]
    named += [(CHIP, bump(CHIP_NM, CHIP_FWHM_NM), 1.0)]
    named += [(ROOM, bump(*band), 1.0) for band in PHOSPHOR_NM]
    named += [(LAMP, bump(*band), 1.0) for band in TUBE_NM]
    raman = slice(0, 0)
    if line_nm is not None and fwhm_nm is not None:
        named += [(SIDE_BAND, bump(*band), 1.0) for band in SIDE_BAND_NM]
        named += _raman_shapes(line_nm, fwhm_nm, solvent)
        places = [nm for nm, _ in raman_lines(line_nm, solvent) if nm >= CELLS_NM[0]]
        raman = cells_between(min(places) - CELL_NM, max(places) + CELL_NM) if places else raman
    named += [(EARLIER, np.zeros_like(middle), 1.0)]
    sized = dict(zip((*SIZED, EARLIER), kept, strict=True))
    named = [one for one in named if sized.get(BLUE if one[0] in (WING, GLOW, BLUE_TAIL) else one[0], True)]
    order = {BACKGROUND: 0, WING: 1, GLOW: 1, BLUE_TAIL: 1, SIDE_BAND: 2, ROOM: 3, LAMP: 4, CHIP: 6, EARLIER: 7}
    return _Fixed(
        read_only(np.stack([shape for _, shape, _ in named], axis=1)),
        tuple(name for name, _, _ in named),
        np.array([order.get(name, 5) for name, _, _ in named], dtype=np.intp),
        read_only([share for _, _, share in named]),
        raman,
    )


def _raman_shapes(line_nm: float, fwhm_nm: float, solvent: str | None) -> list[tuple[str, FloatArray, float]]:
    """Return each Raman line on the cells, in the width of the source and in half as much again, none twice."""
    named: list[tuple[str, FloatArray, float]] = []
    placed: list[tuple[float, float]] = []
    narrow = float(np.hypot(fwhm_nm, CELL_NM))
    for nm, name in raman_lines(line_nm, solvent):
        for width in (narrow, 1.5 * narrow):
            if CELLS_NM[0] <= nm and not any(abs(nm - a) < 0.2 * b and width == b for a, b in placed):
                placed.append((nm, width))
                named.append((name, bump(nm, width), 1.0))
    return named


def raman_lines(line_nm: float, solvent: str | None) -> tuple[tuple[float, str], ...]:
    """Return (nm, name) of the Raman lines from 420 nm on: of the solvent, and of toluene, which dilutes aliquots."""
    solvents = [name for name in ("toluene", canonical(solvent)) if name is not None]
    lines = [
        (raman_nm(line_nm, shift), f"{name} Raman") for name in dict.fromkeys(solvents) for shift in RAMAN_SHIFTS[name]
    ]
    return tuple((nm, name) for nm, name in lines if RAMAN_FROM_NM <= nm <= RAMAN_TO_NM)


def out_of_reach(line: SourceLine | None) -> BoolArray:
    """Return the cells that tell nothing of emission: the line, all below it, its second order, a tube's lines."""
    hidden = _lamp_cells().copy()
    if line is not None:
        hidden |= (line.nm + LINE_HALF_NM > CELLS_NM) | (np.abs(CELLS_NM - 2.0 * line.nm) <= LINE_HALF_NM)
    return hidden


@lru_cache(maxsize=1)
def _lamp_cells() -> BoolArray:
    return np.asarray(np.any([np.abs(CELLS_NM - nm) < half for nm, half in LAMP_NM], axis=0), dtype=np.bool_)


def _seen_at_the_ends(cells: Cells) -> tuple[float, float]:
    """Return how much light, of either sign, lies below 455 and above 700 nm, where hardly any emission does.

    The mean of each end and its sigma. Where an end was not measured, what is seen anywhere.
    """
    return _seen_within(cells, BLUE_END), _seen_within(cells, RED_END)


def _largest(cells: Cells, part: slice) -> float:
    """Return the largest light of either sign in a part of the cells, with the sigma of one."""
    values, weights = cells.values[part], cells.weights[part]
    most = float(weights.max(initial=0.0))
    return float(np.abs(values).max()) + 1.0 / sqrt(most) if most > 0.0 else 1.0


def _seen_within(cells: Cells, part: slice) -> float:
    values, weights = cells.values[part], cells.weights[part]
    total = float(weights.sum())
    if total == 0.0:
        values, weights = cells.values, cells.weights
        total = float(weights.sum())
    if total == 0.0:
        return 0.0
    mean, size = float(weights @ values) / total, float(weights @ np.abs(values)) / total
    return max(abs(mean), 0.7 * size) + 1.0 / sqrt(total)


def _contrast(cells: Cells, parts: tuple[slice, slice, slice]) -> float:
    """Return by how much the light of one part stands over that of its flanks, 0 where it is within the noise."""
    inner, left, right = ((cells.values[part], cells.weights[part]) for part in parts)
    sums = [float(weights.sum()) for _, weights in (inner, left, right)]
    if min(sums) <= 0.0:
        return 0.0
    means = [float(w @ v) / total for (v, w), total in zip((inner, left, right), sums, strict=True)]
    size = means[0] - 0.5 * (means[1] + means[2])
    sigma = sqrt(1.0 / sums[0] + 0.25 / sums[1] + 0.25 / sums[2])
    return size if abs(size) > LINE_SIGMAS * sigma else 0.0


def white_chip(cells: Cells) -> float:
    """Return how high the blue chip of a white LED stands over both its flanks, of either sign, 0 where it does not.

    What falls or rises through 450 nm, as autofluorescence, Raman or a band's tail, stands over one flank only.
    """
    over = [_contrast(cells, (CHIP_PART, flank, flank)) for flank in CHIP_FLANKS]
    if over[0] * over[1] <= 0.0:
        return 0.0
    return min(abs(one) for one in over) / CHIP_SEEN


def _lamp_lines(cells: Cells) -> float:
    """Return how high a tube's lines at 546 and 611 nm stand, 0 unless both do."""
    first = abs(_contrast(cells, LAMP_PARTS[0]))
    second = abs(_contrast(cells, LAMP_PARTS[1])) if first > 0.0 else 0.0
    return max(first, second) if second > 0.0 else 0.0

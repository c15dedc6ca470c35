"""Where the converter was full while emission was taken, and whether what filled it is a band of the sample."""

from __future__ import annotations

import numpy as np

from analysis.light_cells import CELL_NM, CELLS_NM, Axis, Cells
from analysis.matched_band import BAND_NM
from analysis.spectrum import BoolArray, Spectrum

SATURATED_GAP_NM = 4.0
# A band beside its full stretch is so high, as a share of full scale, and so far away has fallen to that share of it
FLANK_OF_FULL, FALL_NM, FALLEN = 0.2, 30.0, 0.7


def full_stretch(emission: Spectrum, seen: BoolArray, axis: Axis) -> tuple[float, float] | None:
    """Return the ends of a stretch of lost pixels inside the measured range where emission is looked for, if any."""
    if seen[axis.between(*BAND_NM)].all():
        return None
    known = emission.wavelengths_nm[seen]
    gaps = np.diff(known)
    middle = 0.5 * (known[1:] + known[:-1])
    wide = (gaps > SATURATED_GAP_NM) & (middle > BAND_NM[0]) & (middle < BAND_NM[1])
    wide &= gaps > 4.0 * float(np.median(gaps)) if gaps.size else False
    if not np.any(wide):
        return None
    at = int(np.argmax(wide))
    return float(known[at]), float(known[at + 1])


def is_of_the_sample(cells: Cells, full_counts_per_s: float | None, gap: tuple[float, float]) -> bool:
    """Whether what fills the converter at a gap is a band of the sample: high beside the gap, less further away."""
    if full_counts_per_s is None:
        return False
    for near, far in ((gap[0] - CELL_NM, gap[0] - FALL_NM), (gap[1] + CELL_NM, gap[1] + FALL_NM)):
        at = [int(np.clip(round((nm - CELLS_NM[0]) / CELL_NM), 0, CELLS_NM.size - 1)) for nm in (near, far)]
        if not cells.weights[at].all() or cells.values[at[0]] < FLANK_OF_FULL * full_counts_per_s:
            return False
        if cells.values[at[1]] > FALLEN * cells.values[at[0]]:
            return False
    return True

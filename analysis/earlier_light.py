"""The light of a run's first readings: what shines from the start is no onset, whatever its shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.findings import Emission
from analysis.light_cells import Cells
from analysis.spectrum import FloatArray

FIRST_S = 20.0 * 60.0  # readings so long after the first still tell how the run began
MOST_READINGS = 4
# Amines and phosphines glow bluer and wider than that, dots are narrower (paper: from 500 nm on, some 45 nm wide)
GLOW_TO_NM, GLOW_FROM_NM = 490.0, 60.0
BLUE_NM, GLOW_TIMES = (470.0, 488.0), 4.0  # redder than Raman; more light there than a band has is no flank of dots


@dataclass(frozen=True, slots=True, eq=False)
class EarlierLight:
    """The mean light of the first readings on the cells, its weights (inverse variance), and the line's height.

    `first_s` is the time of the first of them since t0 (None: before t0), `readings` their number and `set_up` the
    optical set-up they belong to: light of another one is not taken off, and only its shape is known.
    """

    values: FloatArray
    weights: FloatArray
    line_height: float
    readings: int
    first_s: float | None
    set_up: str

    def taken_off(self, cells: Cells) -> Cells:
        """Return what the cells show beyond the earlier light, with the noise of both."""
        both = (self.weights > 0.0) & (cells.weights > 0.0)
        together = np.divide(
            cells.weights * self.weights, cells.weights + self.weights, out=np.zeros_like(cells.weights), where=both
        )
        return Cells(np.where(both, cells.values - self.values, 0.0), together)


def glows(answer: Emission, cells: Cells) -> bool:
    """Return whether a band that is present may be the solution's own light.

    Light as blue and wide as that of no dots, or what such light, which is far brighter, leaves beside its model.
    """
    if answer.nm is None or answer.intensity is None:
        return False
    wide = answer.fwhm_nm is not None and answer.fwhm_nm > GLOW_FROM_NM
    blue = float(cells.values[cells.around(*BLUE_NM)].max(initial=0.0))
    return (answer.nm < GLOW_TO_NM and wide) or blue > GLOW_TIMES * answer.intensity


def with_reading(
    earlier: EarlierLight | None, cells: Cells, line_height: float, reaction_time_s: float | None, set_up: str
) -> EarlierLight:
    """Return the earlier light with one more reading, or as it was where that came too late to be one of the first.

    Other optics begin it anew only where the run itself begins: later, what they show may be the dots'.
    """
    time_s = None if reaction_time_s is None or reaction_time_s < 0.0 else reaction_time_s
    begins = earlier is None or (earlier.set_up != set_up and (time_s is None or time_s <= FIRST_S))
    if earlier is None or begins:
        return EarlierLight(cells.values, cells.weights, line_height, 1, time_s, set_up)
    if earlier.set_up != set_up:
        return earlier
    late = time_s is not None and (earlier.first_s is None or time_s - earlier.first_s > FIRST_S)
    if late or earlier.readings >= MOST_READINGS:
        return earlier
    weights = earlier.weights + cells.weights
    sums = earlier.values * earlier.weights + cells.values * cells.weights
    values = np.divide(sums, weights, out=np.zeros_like(sums), where=weights > 0.0)
    n = earlier.readings
    return EarlierLight(
        values, weights, (n * earlier.line_height + line_height) / (n + 1), n + 1, earlier.first_s, set_up
    )

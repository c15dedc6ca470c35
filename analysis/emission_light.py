"""One reading of emission as the test sees it: its cells, the source line, what it may be mistaken for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from analysis.earlier_light import EarlierLight
from analysis.light_cells import Axis, Cells, in_cells
from analysis.look_alikes import (
    EARLIER_SHARE,
    OTHER_OPTICS_SHARE,
    Kind,
    SourceLine,
    out_of_reach,
    raman_lines,
    shapes_for,
    source_line,
    white_chip,
)
from analysis.matched_band import BestBand, best_band
from analysis.spectrum import BoolArray, Quantity, Spectrum

BRIGHT_COUNTS_PER_S = 20_000.0  # a bright end state, where the bench does not say otherwise
ONSET_SHARE = 0.005  # of it
LEVEL_COUNTS_PER_S = ONSET_SHARE * BRIGHT_COUNTS_PER_S
INTEGRAL_NM = (470.0, 750.0)
FULL_SHARE = 0.94  # of full scale: what is left of it once the dark is off
ROOM_SIGMAS = 4.0


@dataclass(frozen=True, slots=True)
class Bench:
    """What is known of the optics of a reading and of what the cuvette holds.

    `excitation_nm` is the nominal source line (None: unknown), `kind` what makes it, `excitation_fwhm_nm` its width;
    `blank`: the solvent's own light has been subtracted; `full_counts_per_s` is full scale over the exposure.
    `bright_counts_per_s` is the bright end state whose 0.5 % is an onset. `set_up` is any word for the optics.
    """

    excitation_nm: float | None
    solvent: str | None
    blank: bool
    kind: Kind | None = None
    excitation_fwhm_nm: float | None = None
    full_counts_per_s: float | None = None
    bright_counts_per_s: float = BRIGHT_COUNTS_PER_S
    set_up: str = ""

    @property
    def level(self) -> float:
        """The intensity that counts as an onset, in counts/s."""
        return ONSET_SHARE * self.bright_counts_per_s


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """One reading as the test sees it: cells beyond the run's earlier light, and what bears on the answer."""

    emission: Spectrum
    seen: BoolArray
    line: SourceLine | None
    cells: Cells
    best: BestBand
    integral: Quantity | None
    names: tuple[str, ...]
    room: float
    chip: float
    axis: Axis


def light_of(
    emission: Spectrum, bench: Bench, earlier: EarlierLight | None, integral: Quantity | None, axis: Axis
) -> tuple[Light, Cells]:
    """Bring a reading before the test; also return its cells as they are."""
    seen = emission.valid
    if bench.full_counts_per_s is not None:
        with np.errstate(invalid="ignore"):
            seen = seen & (emission.values < FULL_SHARE * bench.full_counts_per_s)
    line = None
    if bench.excitation_nm is not None:
        line = source_line(emission, seen, bench.excitation_nm, bench.kind, bench.excitation_fwhm_nm)
    whole = in_cells(emission, seen, axis)
    same = earlier is not None and earlier.set_up == bench.set_up
    cells = earlier.taken_off(whole) if earlier is not None and same else whole
    tested = Cells(cells.values, np.where(out_of_reach(line), 0.0, cells.weights))
    room = _room_change(emission)
    chip = white_chip(tested) if room > 0.0 or emission.room_drift is None else 0.0
    values, share = (None, 0.0) if earlier is None else (earlier.values, EARLIER_SHARE if same else OTHER_OPTICS_SHARE)
    height = earlier.line_height if earlier is not None and same else 0.0
    shapes = shapes_for(line, bench.kind, bench.solvent, tested, room, values, height, chip, share)
    best = best_band(tested, shapes)
    second = line is not None and float(emission.wavelengths_nm[-1]) > 2.0 * line.nm
    names = _names(None if line is None else round(line.nm, 1), bench.solvent, second, emission.room_drift is not None)
    return Light(emission, seen, line, cells, best, integral, names, room, chip, axis), whole


def _room_change(emission: Spectrum) -> float:
    drift = emission.room_drift
    return 0.0 if drift is None or abs(drift.value) <= ROOM_SIGMAS * drift.sigma else abs(drift.value)


def integral_of(emission: Spectrum, axis: Axis) -> Quantity | None:
    """Return the integral over 470-750 nm, or over the part of it that was measured, in unit x nm."""
    part = axis.between(*INTEGRAL_NM)
    known, values, sigma = emission.valid[part], emission.values[part], emission.sigma[part]
    width = axis.widths_nm[part]
    if not known.all():
        values, sigma, width = values[known], sigma[known], width[known]
    if values.size < 3:
        return None
    spread = width * sigma
    return Quantity(float(width @ values), float(spread @ spread) ** 0.5)


@lru_cache(maxsize=64)
def _names(line_nm: float | None, solvent: str | None, second_order: bool, off_frames: bool) -> tuple[str, ...]:
    """Return what has been tested for and told apart in this reading."""
    names = ["autofluorescence"]
    if line_nm is not None:
        raman = tuple(dict.fromkeys(name for _, name in raman_lines(line_nm, solvent)))
        names = ["excitation line", *raman, "LED side band", *names]
        if second_order:
            names.insert(1, "second order")
    return (*names, "room light") if off_frames else tuple(names)

"""What looks like emission and is none: each confuser as a shape, with how large it may be before it is believed.

The shapes live on one fixed grid of 2-nm cells, so that they are computed once for a light source and solvent.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from analysis.spectrum import BoolArray, FloatArray, Spectrum, read_only

CELL_NM = 2.0
CELLS_NM: FloatArray = read_only(np.arange(421.0, 760.0, CELL_NM))

LINE_HALF_NM = 20.0  # the line of a 405 nm LED is 12-15 nm wide at half height; a laser's is far narrower
FREE = 1.0e5  # counts/s; the prior of a narrow shape, whose size the spectrum itself tells
SEEN_TIMES = 1.0  # the prior of a broad shape, in what is seen where nothing but it should be
BACKGROUND, WING, BLUE_TAIL = "background", "wing of the excitation line", "tail of the blue light"

# Raman shifts in 1/cm, strongest lines. Toluene: Wilmshurst and Bernstein, Can. J. Chem. 1957, 35, 911; the C-H
# stretch and CH2 bend of long alkyl chains: Snyder, Hsu and Krimm, Spectrochim. Acta A 1978, 34, 395.
ALKYL_SHIFTS = (2850.0, 2930.0, 1440.0)
RAMAN_SHIFTS: dict[str, tuple[float, ...]] = {
    "toluene": (3057.0, 2920.0, 1003.0, 786.0),
    "ODE": ALKYL_SHIFTS,
    "octane": ALKYL_SHIFTS,
    "hexane": ALKYL_SHIFTS,
}
RAMAN_FWHM_NM = (5.0, 15.0)  # a laser's line and an LED's, which the Raman line takes over
MERCURY_NM = (435.8, 546.1, 578.0, 611.0)  # fluorescent tubes: mercury's lines and the red phosphor
MERCURY_FWHM_NM = 3.0
SCREEN_BANDS_NM = ((450.0, 22.0), (560.0, 110.0), (545.0, 75.0))  # white LEDs: blue chip and phosphor
AUTOFLUORESCENCE_NM = ((435.0, 60.0), (445.0, 85.0), (455.0, 110.0))  # amines and phosphines, blue
# What blue light leaves beyond the shapes above, which are not quite its own: place, width, share of what is seen
BLUE_TAIL_NM = ((465.0, 35.0, 0.25), (480.0, 35.0, 0.15), (495.0, 40.0, 0.09), (515.0, 50.0, 0.05))
SIDE_BAND_NM = ((548.0, 40.0), (562.0, 55.0), (576.0, 70.0))  # deep levels of a violet LED: 535-590 nm
SIDE_BAND_SHARE = 0.004  # of the scattered line's excess; an assumption, on the large side for violet LEDs
HIDDEN_LINE = 5.0  # how much higher than its visible flanks a saturated line is assumed to be


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """The confusers of one reading: `shapes` (cells, n), the `prior` sigma of each in counts/s and its `name`."""

    shapes: FloatArray
    prior: FloatArray
    names: tuple[str, ...]


def bump(centre_nm: float, fwhm_nm: float) -> FloatArray:
    """Return a Gaussian of height 1 on the cells."""
    return np.asarray(np.exp(-4.0 * np.log(2.0) * ((CELLS_NM - centre_nm) / fwhm_nm) ** 2))


def raman_nm(line_nm: float, shift_per_cm: float) -> float:
    """Return where a Raman shift puts the light of a line: 1 / (1 / line - shift)."""
    return 1.0 / (1.0 / line_nm - shift_per_cm * 1.0e-7)


def source_line(emission: Spectrum, nominal_nm: float) -> tuple[float, float]:
    """Return the wavelength of the excitation line as measured and its height in the spectrum's unit (signed).

    The height is what the blank has left of the line: positive where the sample scatters more than the solvent.
    Where the line does not stand out: the nominal wavelength and 0. Where it is saturated, its height is taken as
    HIDDEN_LINE times the largest value beside it.
    """
    near = emission.valid & (np.abs(emission.wavelengths_nm - nominal_nm) <= LINE_HALF_NM)
    if not np.any(near):
        return nominal_nm, 0.0
    nm, values, sigma = emission.wavelengths_nm[near], emission.values[near], emission.sigma[near]
    top = int(np.argmax(np.abs(values)))
    if abs(values[top]) < 8.0 * sigma[top]:
        return nominal_nm, 0.0
    core = np.abs(values) >= 0.5 * abs(values[top])
    whole = np.all(emission.valid[np.abs(emission.wavelengths_nm - nm[top]) <= 5.0])
    if not whole:
        return nominal_nm, HIDDEN_LINE * float(values[top])
    return float(np.average(nm[core], weights=np.abs(values[core]))), float(values[top])


def shapes_for(
    line_nm: float | None, line_height: float, solvent: str | None, room_counts: float, blue: float, red: float
) -> Shapes:
    """Return every confuser of a reading.

    `line_nm` is the source line (None: unknown), `line_height` its residual in counts/s, which bounds the LED's
    side band; `room_counts` is by how much the room light changed. `blue` and `red` are what is seen where hardly
    any emission lies, at the ends of the cells: what falls from the blue is no larger than a few times the former,
    what is flat no larger than a few times the latter. All in counts/s.
    """
    shapes, names = _fixed_shapes(None if line_nm is None else round(line_nm, 1), solvent)
    sizes = {
        "LED side band": SIDE_BAND_SHARE * abs(line_height),
        "room light": 0.5 * room_counts,
        "autofluorescence": SEEN_TIMES * blue,
        WING: SEEN_TIMES * blue,
        BACKGROUND: SEEN_TIMES * red,
    }
    prior = np.array([sizes.get(name, FREE) for name in names])
    prior[[name == BLUE_TAIL for name in names]] = blue * np.array([share for _, _, share in BLUE_TAIL_NM])
    kept = prior > 0.0
    return Shapes(shapes[:, kept], prior[kept], tuple(n for n, k in zip(names, kept, strict=True) if k))


@lru_cache(maxsize=64)
def _fixed_shapes(line_nm: float | None, solvent: str | None) -> tuple[FloatArray, tuple[str, ...]]:
    middle = (CELLS_NM - CELLS_NM.mean()) / np.ptp(CELLS_NM)
    named: list[tuple[str, FloatArray]] = [(BACKGROUND, np.ones_like(middle)), (BACKGROUND, middle)]
    start = CELLS_NM[0]
    named += [(WING, np.exp(-(CELLS_NM - start) / length)) for length in (12.0, 35.0, 90.0)]
    named += [("autofluorescence", bump(*band)) for band in AUTOFLUORESCENCE_NM]
    named += [(BLUE_TAIL, bump(nm, width)) for nm, width, _ in BLUE_TAIL_NM]
    named += [("room light", bump(*band)) for band in SCREEN_BANDS_NM]
    named += [("room lamp's lines", bump(nm, MERCURY_FWHM_NM)) for nm in MERCURY_NM]
    if line_nm is not None:
        named += [("LED side band", bump(*band)) for band in SIDE_BAND_NM]
        for nm, name in raman_lines(line_nm, solvent):
            named += [(name, bump(nm, width)) for width in RAMAN_FWHM_NM]
    return read_only(np.stack([shape for _, shape in named], axis=1)), tuple(name for name, _ in named)


def raman_lines(line_nm: float, solvent: str | None) -> tuple[tuple[float, str], ...]:
    """Return (nm, name) of the Raman lines on the cells: of the solvent, and of toluene, which dilutes aliquots."""
    solvents = [name for name in ("toluene", solvent) if name is not None and name in RAMAN_SHIFTS]
    lines = [
        (raman_nm(line_nm, shift), f"{name} Raman") for name in dict.fromkeys(solvents) for shift in RAMAN_SHIFTS[name]
    ]
    return tuple((nm, name) for nm, name in lines if CELLS_NM[0] <= nm <= CELLS_NM[-1])


def out_of_reach(wavelengths_nm: FloatArray, line_nm: float | None) -> BoolArray:
    """Return the pixels, shape (pixels,), that tell nothing of emission: the line, all below it, its second order."""
    if line_nm is None:
        return np.zeros(wavelengths_nm.shape, dtype=np.bool_)
    second = np.abs(wavelengths_nm - 2.0 * line_nm) <= LINE_HALF_NM
    return np.asarray((wavelengths_nm < line_nm + LINE_HALF_NM) | second, dtype=np.bool_)

"""What the counts say of the lights: whether probe, UV and shutter did what they were asked to.

Every threshold is the larger of what noise allows (SIGMAS) and what matters to a reading; the reasons stand beside
them. All functions are pure and return sentences for the chemist, none where nothing is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.noise import NoiseModel
from analysis.photometry import LOW_LAMP
from analysis.pixels import optical
from analysis.spectrum import BoolArray, Calibration, Detector, EmissionFrames, FloatArray, Frames, RawSpectrum

SIGMAS = 8.0  # one false doubt in 1e15 numbers of Gaussian noise: drift and pattern, not chance, set the rest
BLOCK = 32  # pixels, about 12 nm: whatever lights a detector is wider
LINE_HALF_NM = 6.0  # a diode's line lies within 5 nm of what is printed on it
FLANK_NM = (14.0, 24.0)  # on either side of the line: an LED of 15 nm has ended there
FAINT = 5.0e-4  # of full scale: the fixed pattern of a detector, which no dark has taken away yet
STEADY = 3.0e-4  # of full scale: by how much the offset of a detector wanders between two frames
LEAK = 4.0e-3  # of full scale in a dark: an absorbance of 1 is 0.02 wrong by it
FORGOTTEN = 0.005  # of the lamp's rate: a shutter or a strobe that is shut lets through far less
BLOCKED = 0.5  # of the reference at every wavelength: no aliquot absorbs or scatters half of the light everywhere
MISSING = 1.05  # of the reference at every wavelength: no cuvette, no four surfaces, which is 8 %; lamps drift by 1 %
ALIKE = 0.95  # cosine with the lamp: a tube or a white LED has 0.7, daylight 0.89; a bulb is a lamp of its kind
UV_LEFT = 0.3  # of the line with UV on: more than that in a frame without UV is UV that stayed on
UV_LOST = 0.02  # of the line in the blank: what no placing of a cuvette and no absorbance below 1.5 explains

UNSTEADY = (
    0.1  # of the light, from scan to scan: lamps and LEDs keep within a few per cent, one dark scan of 20 is 0.22
)

LAMP_DEAD = "the lamp did not light: no more light than in the dark"
BLOCKED_WORDS = "far less light than through the solvent at every wavelength: something is in the way"
MISSING_WORDS = "more light than through the solvent at every wavelength: no cuvette, or another lamp"
SHUTTER = "light like the lamp's reaches the detector while it is shut: close the shutter and the lid"
FULL_DARK = "the detector is full with both lights off: close the lid"
LAMP_UNSTEADY = "the lamp was not the same in every scan: it went on, off or out meanwhile"
UV_UNSTEADY = "UV was not the same in every scan: it went on, off or out meanwhile"
UV_DEAD = "UV did not light: no excitation line"
UV_STUCK = "UV is on while it is switched off: the excitation line stands in the frames without UV"
LIT_DARK = "light reaches the detector in the dark: close the lid, block the lamp"
BRIGHTER_DARK = "the dark is brighter than the one before it: close the lid, block the lamp"


@dataclass(frozen=True, slots=True)
class Line:
    """The height of a line above its flanks in counts, its standard uncertainty, and whether it is saturated."""

    height: float
    sigma: float
    full: bool = False

    @property
    def seen(self) -> bool:
        """Get whether it stands above noise."""
        return self.full or self.height > SIGMAS * self.sigma


def of_aliquot(
    frames: Frames,
    calibration: Calibration,
    detector: Detector,
    emission_detector: Detector,
    noise: NoiseModel,
    emission_noise: NoiseModel,
    *,
    excitation_nm: float | None,
    long_pass_nm: float | None,
) -> tuple[str, ...]:
    """Return what the counts of one aliquot say against its lights; `calibration` holds dark and reference."""
    doubts: list[str] = []
    if calibration.dark_absorbance is not None and calibration.reference is not None:
        doubts += _of_lamp(frames.absorbance, calibration.reference, calibration.dark_absorbance, detector, noise)
    if frames.emission is not None:
        line_nm = None if BLOCKED_WORDS in doubts else _line_nm(excitation_nm, long_pass_nm)
        doubts += of_emission(frames.emission, calibration, emission_detector, emission_noise, line_nm)
    return tuple(doubts)


def of_reference(
    taken: Calibration,
    detector: Detector,
    noise: NoiseModel,
    *,
    excitation_nm: float | None,
    long_pass_nm: float | None,
) -> tuple[str, ...]:
    """Return why reference or blank was taken under the wrong light; `detector` and `noise` are those of emission."""
    unsteady = (LAMP_UNSTEADY,) if _reference_is_unsteady(taken) else ()
    if taken.blank is None or unsteady:
        return unsteady
    line_nm = _line_nm(excitation_nm, long_pass_nm)
    return of_emission(taken.blank, _without_blank(taken), detector, noise, line_nm)


def of_emission(
    frames: EmissionFrames, calibration: Calibration, detector: Detector, noise: NoiseModel, line_nm: float | None
) -> tuple[str, ...]:
    """Return what three emission frames say against lamp and UV; `line_nm` None where no line can be seen."""
    doubts: list[str] = []
    seen = optical(detector, frames.on.counts.size)
    for off in (frames.off_before, frames.off_after):
        if np.mean(off.saturated[seen]) > 0.05:
            doubts.append(FULL_DARK)
        if _is_lamp(off, calibration, detector):
            doubts.append(SHUTTER)
    if line_nm is not None and not doubts:
        doubts += _of_uv(frames, calibration, detector, noise, line_nm)
    return tuple(dict.fromkeys(doubts))


def of_dark(taken: RawSpectrum, former: RawSpectrum | None, detector: Detector) -> tuple[str, ...]:
    """Return why a dark was taken in light: structured like light, or brighter than the one before it.

    Dark current differs from pixel to pixel, light from one range of wavelengths to another. `former` counts where
    it has the same exposure, number of pixels and, as far as known, temperature.
    """
    seen = optical(detector, taken.counts.size)
    if np.mean(taken.saturated[seen]) > 0.05:
        return (LIT_DARK,)
    level, spread = _blocks(taken.counts, seen)
    if level.size and float(np.max(level) - np.median(level)) > max(LEAK * detector.full_scale_counts, SIGMAS * spread):
        return (LIT_DARK,)
    covered = [pixel for pixel in detector.dark_pixels if pixel < taken.counts.size]
    if len(covered) >= 4 and level.size:
        above = float(np.median(level) - np.median(taken.counts[covered]))
        if above > 5.0 * LEAK * detector.full_scale_counts:
            return (LIT_DARK,)
    if former is None or not _comparable(taken, former):
        return ()
    step, spread = _blocks(taken.counts - former.counts, seen)
    least = max(2.0 * STEADY * detector.full_scale_counts, SIGMAS * spread)
    if step.size and float(np.max(step) - np.median(step)) > least:
        return (BRIGHTER_DARK,)
    return ()


def line_of(
    net: FloatArray, variance: FloatArray, wavelengths_nm: FloatArray, saturated: BoolArray, line_nm: float
) -> Line | None:
    """Return the line near `line_nm` in counts above its flanks: the best mean of five pixels; None off the axis."""
    away = np.abs(wavelengths_nm - line_nm)
    core = np.flatnonzero(away <= LINE_HALF_NM)
    flanks = np.flatnonzero((away >= FLANK_NM[0]) & (away <= FLANK_NM[1]))
    if core.size < 5 or flanks.size < 8:
        return None
    five = np.convolve(net[core], np.full(5, 0.2), "valid")
    top = int(np.argmax(five))
    ground = float(np.median(net[flanks]))
    sigma = np.sqrt(
        float(np.sum(variance[core[top : top + 5]])) / 25.0 + float(np.mean(variance[flanks])) / flanks.size
    )
    return Line(float(five[top]) - ground, float(sigma), bool(np.any(saturated[core])))


def _of_lamp(
    sample: RawSpectrum, reference: RawSpectrum, dark: RawSpectrum, detector: Detector, noise: NoiseModel
) -> tuple[str, ...]:
    if not sample.counts.shape == reference.counts.shape == dark.counts.shape:
        return ()
    lamp, light = reference.counts - dark.counts, sample.counts - dark.counts
    seen = optical(detector, lamp.size) & ~reference.saturated & ~dark.saturated
    lit = seen & (lamp > 20.0 * LOW_LAMP * float(np.quantile(lamp[seen], 0.99)))
    level, sigma = _means(light, noise.variance(light, sample.scans) + noise.variance(0.0 * light, dark.scans), lit)
    if level.size and np.all(level < np.maximum(SIGMAS * sigma, STEADY * detector.full_scale_counts)):
        return (LAMP_DEAD,)
    if _unsteady(sample, light, lit & ~sample.saturated, noise):
        return (LAMP_UNSTEADY,)
    shares = level / _means(lamp, 0.0 * lamp, lit)[0]
    if shares.size and float(np.max(shares)) < BLOCKED:
        return (BLOCKED_WORDS,)
    return (MISSING_WORDS,) if shares.size and float(np.quantile(shares, 0.1)) > MISSING else ()


def _of_uv(
    frames: EmissionFrames, calibration: Calibration, detector: Detector, noise: NoiseModel, line_nm: float
) -> list[str]:
    nm, ground = frames.on.wavelengths_nm, 0.5 * (frames.off_before.counts + frames.off_after.counts)
    variance = noise.variance(frames.on.counts - ground, frames.on.scans) * 2.0
    line = line_of(frames.on.counts - ground, variance, nm, frames.on.saturated, line_nm)
    if line is None:
        return []
    in_blank = None if calibration.blank is None else _blank_line(calibration.blank, noise, line_nm)
    stuck = _uv_left_on(frames, calibration, detector, noise, line_nm, line, in_blank)
    if stuck:
        return [UV_STUCK]
    core = (np.abs(nm - line_nm) <= LINE_HALF_NM) & ~frames.on.saturated
    if _unsteady(frames.on, frames.on.counts - ground, core, noise):
        return [UV_UNSTEADY]
    least = max(SIGMAS * line.sigma, STEADY * detector.full_scale_counts)
    if in_blank is not None and in_blank.seen and not in_blank.full:
        scale = frames.on.exposure_s / (calibration.blank.on.exposure_s if calibration.blank else 1.0)
        if in_blank.height * scale < 2.0 * least:
            return []  # too faint a line to be missed
        least = max(least, UV_LOST * in_blank.height * scale)
    elif in_blank is not None and not in_blank.seen:
        return []
    return [] if line.full or line.height > least else [UV_DEAD]


def _unsteady(frame: RawSpectrum, light: FloatArray, lit: BoolArray, noise: NoiseModel) -> bool:
    """Return whether the scans differ by more than noise and a steady light explain; `light` is in net counts."""
    pixels = int(np.count_nonzero(lit))
    if frame.scans < 2 or pixels == 0:
        return False
    expected = noise.variance(light[lit], 1)
    extra = float(np.mean(frame.scan_variance[lit] - expected))
    chance = float(np.mean(expected)) * float(np.sqrt(2.0 / ((frame.scans - 1) * pixels)))
    return extra > max(SIGMAS * chance, (UNSTEADY * float(np.mean(light[lit]))) ** 2)


def _reference_is_unsteady(taken: Calibration) -> bool:
    """Return whether the lamp changed during the reference; the noise is not asked, for it is told by this frame."""
    reference, dark = taken.reference, taken.dark_absorbance
    if reference is None or dark is None or reference.scans < 2 or reference.counts.shape != dark.counts.shape:
        return False
    light = reference.counts - dark.counts
    bright = ~reference.saturated & (light > 0.5 * float(np.quantile(light, 0.98)))  # shot noise is far below a tenth
    if not np.any(bright):
        return False
    return float(np.sqrt(np.mean(reference.scan_variance[bright]))) > UNSTEADY * float(np.mean(light[bright]))


def _uv_left_on(
    frames: EmissionFrames,
    calibration: Calibration,
    detector: Detector,
    noise: NoiseModel,
    line_nm: float,
    line: Line,
    in_blank: Line | None,
) -> bool:
    """Return whether one of the frames without UV holds a good part of the line that UV makes."""
    dark = calibration.dark_emission
    usual = max(line.height, 0.0 if in_blank is None else in_blank.height)
    for off in (frames.off_before, frames.off_after):
        ground = dark.counts if dark is not None and _comparable(off, dark) else 0.0 * off.counts
        variance = noise.variance(off.counts - ground, off.scans)
        left = line_of(off.counts - ground, variance, off.wavelengths_nm, off.saturated, line_nm)
        if left is None:
            continue
        least = max(SIGMAS * left.sigma, FAINT * detector.full_scale_counts, UV_LEFT * usual)
        if left.full or left.height > least:
            return True
    return False


def _blank_line(blank: EmissionFrames, noise: NoiseModel, line_nm: float) -> Line | None:
    ground = 0.5 * (blank.off_before.counts + blank.off_after.counts)
    net = blank.on.counts - ground
    variance = noise.variance(net, blank.on.scans) * 2.0
    return line_of(net, variance, blank.on.wavelengths_nm, blank.on.saturated, line_nm)


def _is_lamp(off: RawSpectrum, calibration: Calibration, detector: Detector) -> bool:
    """Return whether a frame without lights is lit as the reference is: by its shape and by its share of the rate."""
    reference, dark, long = calibration.reference, calibration.dark_absorbance, calibration.dark_emission
    if reference is None or dark is None or long is None or reference.counts.shape != off.counts.shape:
        return False
    if long.counts.shape != off.counts.shape or not _comparable(off, long):
        return False
    lamp = (reference.counts - dark.counts) / reference.exposure_s
    light = (off.counts - long.counts) / off.exposure_s
    usable = optical(detector, lamp.size) & ~reference.saturated & ~long.saturated & ~off.saturated
    lamp_blocks, _ = _blocks(lamp, usable)
    light_blocks, _ = _blocks(light, usable)
    strength = float(np.dot(lamp_blocks, lamp_blocks))
    if lamp_blocks.size < 4 or strength <= 0.0:
        return False
    share = float(np.dot(light_blocks, lamp_blocks)) / strength
    alike = share * np.sqrt(strength) / max(float(np.sqrt(np.dot(light_blocks, light_blocks))), 1e-12)
    return share > FORGOTTEN and float(alike) > ALIKE


def _line_nm(excitation_nm: float | None, long_pass_nm: float | None) -> float | None:
    """Return where a line is expected: none behind a filter that does not let it pass."""
    if excitation_nm is None or (long_pass_nm is not None and long_pass_nm > excitation_nm):
        return None
    return excitation_nm


def _without_blank(calibration: Calibration) -> Calibration:
    return Calibration(calibration.dark_absorbance, calibration.dark_emission, calibration.reference)


def _comparable(one: RawSpectrum, other: RawSpectrum) -> bool:
    """Return whether two frames have the same pixels, exposure and, as far as known, temperature."""
    warm, cold = one.temperature_c, other.temperature_c
    same_warmth = warm is None or cold is None or abs(warm - cold) <= 2.0
    same_exposure = abs(one.exposure_s - other.exposure_s) <= 1e-3 * max(one.exposure_s, other.exposure_s)
    return one.counts.shape == other.counts.shape and same_exposure and same_warmth


def _blocks(values: FloatArray, used: BoolArray) -> tuple[FloatArray, float]:
    """Return the medians of blocks of pixels, and how far noise and pattern alone spread them."""
    rows = -(-values.size // BLOCK)
    padded = np.full(rows * BLOCK, np.inf)
    padded[: values.size][used] = values[used]
    blocks: FloatArray = padded.reshape(rows, BLOCK)
    sizes = np.isfinite(blocks).sum(axis=1)
    blocks, sizes = blocks[sizes >= BLOCK // 2], sizes[sizes >= BLOCK // 2]
    medians = _row_medians(blocks, sizes)
    spreads = 1.2533 * 1.4826 * _row_medians(np.abs(blocks - medians[:, None]), sizes) / np.sqrt(sizes)
    return medians, float(np.median(spreads)) if spreads.size else 0.0


def _row_medians(rows: FloatArray, sizes: NDArray[np.intp]) -> FloatArray:
    """Return the median of each row, of which only so many values are finite."""
    ordered, row = np.sort(rows, axis=1), np.arange(len(rows))
    medians: FloatArray = 0.5 * (ordered[row, (sizes - 1) // 2] + ordered[row, sizes // 2])
    return medians


def _means(
    values: FloatArray, variance: FloatArray, used: BoolArray, width: int = BLOCK
) -> tuple[FloatArray, FloatArray]:
    """Return the means of blocks of `width` used pixels and their sigma."""
    lit = np.flatnonzero(used)
    index = lit[: lit.size // width * width].reshape(-1, width)
    return values[index].mean(axis=1), np.sqrt(variance[index].sum(axis=1)) / width

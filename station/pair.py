"""One aliquot as one picture: absorbance, emission and excitation, each divided by its own height, the tail enlarged.

As in the paper's Figs. S1 and S2. What is returned is made to be looked at: no finding is ever taken from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analysis.baseline import QUIET_NM
from analysis.excitation_spectra import ExcitationReading
from analysis.findings import Findings, Species
from analysis.look_alikes import LINE_HALF_NM
from analysis.shown_curves import height_at, normalised, without_offset
from analysis.spectrum import Quantity, Spectrum, read_only, read_only_mask
from station.curves import drawn_emission
from station.excitation_files import SAME_TIME_S
from station.records import Aliquot

Of = Literal["absorbance", "emission", "excitation"]
SEARCHED_NM = (380.0, 700.0)  # where an absorbance without a band is looked at for its largest value
MEAN_NM = 5.0
FACTORS = (2, 5, 10, 20, 50, 100)
TAIL_TOP = 0.5  # of the frame, which the enlarged tail may reach at most
TAIL_FROM_WIDTHS = (
    1.5  # behind the reddest cluster by so many of its widths: there a bell is a five-hundredth of its top
)
TAIL_TO_NM = 650.0


@dataclass(frozen=True, slots=True, eq=False)
class PairCurve:
    """One spectrum divided by its height at `at_nm`; `height` is that height with its sigma, in `unit`.

    The height of emission is that of its band, as in the readout; the others' is that of the curve, ground and all.
    """

    of: Of
    spectrum: Spectrum
    at_nm: float
    height: Quantity
    unit: str


@dataclass(frozen=True, slots=True)
class PairPeak:
    """A band to be named: of which curve, what it is called, where it stands."""

    of: Of
    name: str
    nm: Quantity


@dataclass(frozen=True, slots=True, eq=False)
class Tail:
    """What is left of the absorbance behind its reddest cluster, `factor` times as high.

    `above_quiet` is true where it is told above what is absorbed at 650-750 nm, false where that was not measured.
    """

    spectrum: Spectrum
    factor: int
    above_quiet: bool


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """The curves of one aliquot in one frame, its bands, and in `missing` why one that could be there is not.

    `peaks` stand in the order in which they are named where there is little room.
    """

    aliquot: Aliquot
    curves: tuple[PairCurve, ...]
    tail: Tail | None
    peaks: tuple[PairPeak, ...]
    missing: tuple[str, ...] = ()

    def curve(self, of: Of) -> PairCurve | None:
        """Return the curve of one kind, or None."""
        return next((one for one in self.curves if one.of == of), None)


def pair(aliquot: Aliquot, excitations: Sequence[ExcitationReading] = ()) -> Pair:
    """Return an aliquot as one picture; of `excitations` the one taken at its reaction time belongs to it."""
    reading, findings = aliquot.reading, aliquot.reading.findings
    missing: list[str] = []
    absorbance = None if reading.absorbance is None else _absorbance(reading.absorbance, findings)
    if absorbance is None:
        missing.append("no absorbance stands clear of its noise")
    emission = None
    if reading.emission is None:
        missing.append("no emission was measured")
    else:
        emission = _emission(reading.emission, findings, aliquot.optics.excitation_nm)
        if emission is None:
            missing.append("no emission is seen")
    excited = _excited(aliquot, excitations)
    excitation = None if excited is None else _excitation(excited)
    curves = tuple(one for one in (absorbance, emission, excitation) if one is not None)
    bands = _bands(findings, absorbance)
    peaks = (*bands[:1], *_lights(findings, emission, excited if excitation else None), *bands[1:])
    tail = None
    if absorbance is not None:
        tail = _tail(absorbance, findings)
    return Pair(aliquot, curves, tail, peaks, tuple(missing))


def _first(findings: Findings | None) -> Species | None:
    """Return the band that absorbance is divided at: the dominant species', else the largest one's."""
    if findings is None:
        return None
    bands = [one for one in findings.species if one.role != "E2"]
    own = [one for one in bands if one.name == findings.dominant]
    return max(own or bands, key=lambda one: one.absorbance, default=None)


def _divided(of: Of, spectrum: Spectrum, at_nm: float) -> PairCurve | None:
    """Return a spectrum divided by its height at a wavelength; None where that is not sure enough to divide by."""
    found, height = normalised(spectrum, at_nm), height_at(spectrum, at_nm)
    return None if found is None or height is None else PairCurve(of, found, at_nm, height, spectrum.unit)


def _absorbance(spectrum: Spectrum, findings: Findings | None) -> PairCurve | None:
    first = _first(findings)
    at_nm = _largest_nm(spectrum, SEARCHED_NM) if first is None else first.nm
    return None if at_nm is None else _divided("absorbance", spectrum, at_nm)


def _emission(spectrum: Spectrum, findings: Findings | None, excitation_nm: float | None) -> PairCurve | None:
    """Return emission divided by the height of its band, from beyond the excitation on; None where none is present."""
    seen = None if findings is None else findings.emission
    if seen is None or not seen.present or seen.nm is None or not seen.intensity:
        return None
    drawn = drawn_emission(spectrum)
    if excitation_nm is not None:
        drawn = _from(drawn, excitation_nm + LINE_HALF_NM)
    height = Quantity(seen.intensity, seen.sigma or 0.0)  # of the whole band: one step of a faint one is noise
    values = drawn.values / height.value
    sigma = np.hypot(drawn.sigma, values * height.sigma) / height.value
    divided = replace(drawn, values=read_only(values), sigma=read_only(sigma))
    return PairCurve("emission", divided, seen.nm, height, drawn.unit)


def _excited(aliquot: Aliquot, excitations: Sequence[ExcitationReading]) -> ExcitationReading | None:
    at_s = aliquot.reaction_time_s
    return next(
        (
            one
            for one in excitations
            if at_s is not None and one.reaction_time_s is not None and abs(one.reaction_time_s - at_s) <= SAME_TIME_S
        ),
        None,
    )


def _excitation(reading: ExcitationReading) -> PairCurve | None:
    spectrum = reading.spectrum
    band = reading.maximum or reading.tallest
    low, high = float(spectrum.wavelengths_nm[0]), float(spectrum.wavelengths_nm[-1])
    at_nm = _largest_nm(spectrum, (low, high)) if band is None else band.nm
    return None if at_nm is None else _divided("excitation", spectrum, at_nm)


def _largest_nm(spectrum: Spectrum, within_nm: tuple[float, float]) -> float | None:
    """Return where the mean over 5 nm is largest, or None where nothing is known."""
    nm = spectrum.wavelengths_nm
    used = spectrum.valid & (nm >= within_nm[0]) & (nm <= within_nm[1])
    if not used.any():
        return None
    at, values = nm[used], spectrum.values[used]
    pitch = float(np.median(np.diff(at))) if at.size > 1 else MEAN_NM
    wide = max(1, min(at.size, round(MEAN_NM / max(pitch, 1e-3))))
    smooth = np.convolve(values, np.full(wide, 1.0 / wide), mode="valid")
    return float(at[int(np.argmax(smooth)) + wide // 2])


def _tail(divided: PairCurve, findings: Findings | None) -> Tail | None:
    """Return the tail enlarged by the largest factor that leaves it and its noise in the frame, seen or not.

    None without a cluster, where nothing is known behind it, or where there is so much of it that none is needed.
    """
    clusters = () if findings is None else [one for one in findings.species if one.role == "E1"]
    if not clusters:
        return None
    ends_nm = [one.nm + TAIL_FROM_WIDTHS * one.fwhm_nm for one in clusters]
    above_quiet = without_offset(divided.spectrum, QUIET_NM)
    level = above_quiet or divided.spectrum
    drawn = drawn_emission(_from(level, max(ends_nm), TAIL_TO_NM))
    values, sigma = drawn.values[drawn.valid], drawn.sigma[drawn.valid]
    wide = min(5, values.size)
    if not wide:
        return None
    means = np.convolve(values, np.full(wide, 1.0 / wide), mode="valid")
    errors = np.sqrt(np.convolve(sigma**2, np.ones(wide), mode="valid")) / wide
    reach = float(np.max(np.abs(means) + 2.0 * errors))
    fitting = [factor for factor in FACTORS if factor * reach <= TAIL_TOP]
    if not fitting:
        return None
    factor = fitting[-1]
    enlarged = replace(drawn, values=read_only(factor * drawn.values), sigma=read_only(factor * drawn.sigma))
    return Tail(enlarged, factor, above_quiet is not None)


def _from(spectrum: Spectrum, low_nm: float, high_nm: float = np.inf) -> Spectrum:
    """Return what is known of a spectrum between two wavelengths."""
    nm = spectrum.wavelengths_nm
    valid = spectrum.valid & (nm >= low_nm) & (nm <= high_nm)
    return replace(
        spectrum,
        values=read_only(np.where(valid, spectrum.values, np.nan)),
        sigma=read_only(np.where(valid, spectrum.sigma, np.nan)),
        valid=read_only_mask(valid),
    )


def _bands(findings: Findings | None, curve: PairCurve | None) -> tuple[PairPeak, ...]:
    """Return the bands of absorbance, the dominant species first, its E1 before its E2."""
    if findings is None or curve is None:
        return ()
    ordered = sorted(findings.species, key=lambda s: (s.role == "E2", s.name != findings.dominant, -s.absorbance))
    return tuple(PairPeak("absorbance", _called(one), Quantity(one.nm, one.sigma_nm)) for one in ordered)


def _called(species: Species) -> str:
    name = "Unassigned" if species.name == "other" else species.name
    return name if species.role == "band" else f"{name} {species.role}"


def _lights(
    findings: Findings | None, curve: PairCurve | None, excited: ExcitationReading | None
) -> tuple[PairPeak, ...]:
    """Return the maximum of the emission and the first band of the excitation."""
    found: list[PairPeak] = []
    seen = None if findings is None else findings.emission
    if curve is not None and seen is not None and seen.nm is not None:
        found.append(PairPeak("emission", "Emission", Quantity(seen.nm, seen.sigma_nm or 0.0)))
    if excited is not None and excited.maximum is not None:
        found.append(PairPeak("excitation", "Excitation", Quantity(excited.maximum.nm, excited.maximum.sigma_nm)))
    return tuple(found)

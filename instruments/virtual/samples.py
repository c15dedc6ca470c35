"""What can be filled into the virtual cuvette: a synthetic flask, a measured series, a grey glass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from analysis.spectrum import FloatArray, read_only
from instruments.virtual.optics import reagent_glow_counts_s

if TYPE_CHECKING:
    from analysis.synthesis import Conditions


class Liquid(Protocol):
    """What a filled cuvette does to light; every wavelength array has shape (pixels,) in nm."""

    def absorbance(self, drawn_at_s: float, wavelengths_nm: FloatArray) -> FloatArray:
        """Return the absorbance in the cuvette of what was drawn then; NaN where nothing is known."""

    def emission(self, drawn_at_s: float, wavelengths_nm: FloatArray, excitation_nm: float) -> FloatArray:
        """Return counts/s at the detector under the UV light at its nominal current."""

    def glow(self, wavelengths_nm: FloatArray, resolution_nm: float) -> FloatArray:
        """Return counts/s of what shines with both lights off, seen with lines this wide."""


class Sample(Protocol):
    """A specification that can be sent to the instrument process and poured into the cuvette there.

    `handled` is true where the cuvette is taken out and put back by hand, so that it never stands twice the same.
    """

    @property
    def handled(self) -> bool:
        """Get whether placing it moves the baseline by a few thousandths of an absorbance unit."""

    def pour(self) -> Liquid:
        """Return the liquid itself; may compute for some milliseconds."""

    def known_range_nm(self) -> tuple[float, float] | None:
        """Return the range in which its absorbance is known, None for everywhere."""


@dataclass(frozen=True, slots=True)
class FlaskSample:
    """An aliquot of a synthetic reaction: 50 ul into 5 ml is a dilution of 101; `path_mm` is the cuvette's."""

    conditions: Conditions
    dilution: float = 101.0
    path_mm: float = 10.0

    @property
    def handled(self) -> bool:
        """Get True: an aliquot's cuvette is placed by hand."""
        return True

    def pour(self) -> Liquid:
        """Return the aliquot of a flask that follows `analysis.synthesis`."""
        return _FlaskAliquot(self)

    def known_range_nm(self) -> None:
        """Return None: the forward model knows every wavelength."""
        return None


class _FlaskAliquot:
    def __init__(self, sample: FlaskSample) -> None:
        from analysis.synthesis import Flask  # only the instrument process ever needs it

        self._flask = Flask(sample.conditions)
        self._dilution = sample.dilution
        self._path_mm = sample.path_mm

    def absorbance(self, drawn_at_s: float, wavelengths_nm: FloatArray) -> FloatArray:
        return self._flask.absorbance(drawn_at_s, wavelengths_nm, dilution=self._dilution, path_mm=self._path_mm)

    def emission(self, drawn_at_s: float, wavelengths_nm: FloatArray, excitation_nm: float) -> FloatArray:
        reaction = self._flask.conditions
        litres = reaction.volume_ml * 1e-3 * self._dilution
        glow = reagent_glow_counts_s(wavelengths_nm, reaction.oam_mmol / litres, reaction.top_mmol / litres)
        return glow + self._flask.emission(
            drawn_at_s, wavelengths_nm, dilution=self._dilution, excitation_nm=excitation_nm
        )

    def glow(self, wavelengths_nm: FloatArray, resolution_nm: float) -> FloatArray:
        return np.zeros(wavelengths_nm.shape)


@dataclass(frozen=True, slots=True, eq=False)
class SeriesSample:
    """A measured series, served as it is: no kinetics, no second inner filter, nothing extrapolated.

    `times_s` are ascending, one for each row of `absorbance` (n, points) on `absorbance_nm` and of `emission`
    (n, points) on `emission_nm` (both ascending). A row is served to whoever draws at its time or later, until the
    next one. `emission_scale` is the rate in counts/s at which the brightest row peaks. Raises ValueError where
    the shapes do not fit.
    """

    times_s: tuple[float, ...]
    absorbance_nm: FloatArray
    absorbance: FloatArray
    emission_nm: FloatArray
    emission: FloatArray
    emission_scale: float = 20_000.0

    def __post_init__(self) -> None:
        for name in ("absorbance_nm", "absorbance", "emission_nm", "emission"):
            object.__setattr__(self, name, read_only(getattr(self, name)))
        rows = len(self.times_s)
        if rows == 0 or any(b <= a for a, b in zip(self.times_s, self.times_s[1:], strict=False)):
            raise ValueError("The times of a series are ascending and at least one.")
        for nm, values in ((self.absorbance_nm, self.absorbance), (self.emission_nm, self.emission)):
            if values.shape != (rows, nm.size):
                raise ValueError(f"A series of {rows} times on {nm.size} wavelengths has shape {values.shape}.")
            if np.any(np.diff(nm) <= 0):
                raise ValueError("The wavelengths of a series are ascending.")

    @property
    def handled(self) -> bool:
        """Get False: the measured baseline already moves as it moved on the real bench."""
        return False

    def pour(self) -> Liquid:
        """Return the series as a liquid."""
        return _Series(self)

    def known_range_nm(self) -> tuple[float, float]:
        """Return the measured range of the absorbance in nm."""
        return float(self.absorbance_nm[0]), float(self.absorbance_nm[-1])


class _Series:
    def __init__(self, series: SeriesSample) -> None:
        self._series = series
        brightest = float(np.nanmax(series.emission))
        self._scale = series.emission_scale / brightest if brightest > 0 else 0.0

    def _row(self, drawn_at_s: float) -> int:
        return max(0, int(np.searchsorted(self._series.times_s, drawn_at_s, side="right")) - 1)

    def absorbance(self, drawn_at_s: float, wavelengths_nm: FloatArray) -> FloatArray:
        row = self._series.absorbance[self._row(drawn_at_s)]
        nm = self._series.absorbance_nm
        served: FloatArray = np.interp(wavelengths_nm, nm, row, left=np.nan, right=np.nan)
        return served

    def emission(self, drawn_at_s: float, wavelengths_nm: FloatArray, excitation_nm: float) -> FloatArray:
        row = self._series.emission[self._row(drawn_at_s)] * self._scale
        served = np.interp(wavelengths_nm, self._series.emission_nm, row, left=0.0, right=0.0)
        known: FloatArray = np.nan_to_num(served, nan=0.0)
        return known

    def glow(self, wavelengths_nm: FloatArray, resolution_nm: float) -> FloatArray:
        return np.zeros(wavelengths_nm.shape)


@dataclass(frozen=True, slots=True)
class KnownTransmittance:
    """A grey glass in a fixed mount: transmits `transmittance` (0..1] at every wavelength and does not glow."""

    transmittance: float

    def __post_init__(self) -> None:
        if not 0.0 < self.transmittance <= 1.0:
            raise ValueError("A transmittance lies above 0 and not above 1.")

    @property
    def handled(self) -> bool:
        """Get False: a mounted glass stands as it stood before."""
        return False

    def pour(self) -> Liquid:
        """Return the glass."""
        return _GreyGlass(-float(np.log10(self.transmittance)))

    def known_range_nm(self) -> None:
        """Return None: grey everywhere."""
        return None


class _GreyGlass:
    def __init__(self, absorbance: float) -> None:
        self._absorbance = absorbance

    def absorbance(self, drawn_at_s: float, wavelengths_nm: FloatArray) -> FloatArray:
        return np.full(wavelengths_nm.shape, self._absorbance)

    def emission(self, drawn_at_s: float, wavelengths_nm: FloatArray, excitation_nm: float) -> FloatArray:
        return np.zeros(wavelengths_nm.shape)

    def glow(self, wavelengths_nm: FloatArray, resolution_nm: float) -> FloatArray:
        return np.zeros(wavelengths_nm.shape)

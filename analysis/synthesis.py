"""A growing CdTe flask: what an ideal spectrometer sees of it at any reaction time (virtual sample, tests).

The rate laws are in `synthesis_kinetics`, the spectra of the species in `synthesis_optics`. The detector shares nothing
with these three modules and none of them imports it.
"""

from __future__ import annotations

import math

import numpy as np

from analysis.spectrum import FloatArray
from analysis.synthesis_kinetics import LAST_HOUR, Composition, Conditions, composition_from, integrate
from analysis.synthesis_optics import diluted_emission, flask_absorbance_per_cm

__all__ = ["Composition", "Conditions", "Flask"]


class Flask:
    """One flask from heat on (time zero) to 48 h; its time course is computed once, when it is made.

    Before time zero it holds nothing but precursor; after 48 h it stays as it is. Times that are not a finite number
    raise ValueError.
    """

    __slots__ = ("_states", "_times_h", "conditions")

    def __init__(self, conditions: Conditions) -> None:
        self.conditions = conditions
        self._times_h, self._states = integrate(conditions)

    def composition(self, reaction_time_s: float) -> Composition:
        """What is in the flask at a reaction time, in mM of Te (linear between the steps of the time course)."""
        if not math.isfinite(reaction_time_s):
            raise ValueError(f"a reaction time is a finite number of seconds, not {reaction_time_s}")
        time_h = min(max(reaction_time_s / 3600.0, 0.0), LAST_HOUR)
        after = int(np.clip(np.searchsorted(self._times_h, time_h), 1, self._times_h.size - 1))
        begin, end = self._times_h[after - 1], self._times_h[after]
        share = (time_h - begin) / (end - begin)
        state = (1.0 - share) * self._states[after - 1] + share * self._states[after]
        return composition_from(state, reaction_time_s)

    def absorbance(
        self,
        reaction_time_s: float,
        wavelengths_nm: FloatArray,
        *,
        dilution: float = 101.0,
        path_mm: float = 10.0,
    ) -> FloatArray:
        """Decadic absorbance of an aliquot above its diluent, shape as the wavelengths.

        `dilution` is the whole volume over that of the aliquot (50 ul into 5 ml: 101), 1 or more. Raises ValueError
        on a dilution below 1 or a path that is not above 0.
        """
        require_dilution(dilution)
        if not 0.0 < path_mm < math.inf:
            raise ValueError(f"a path of {path_mm} mm holds no sample")
        flask = self.composition(reaction_time_s)
        return flask_absorbance_per_cm(flask, wavelengths_nm) * (path_mm / 10.0 / dilution)

    def emission(
        self,
        reaction_time_s: float,
        wavelengths_nm: FloatArray,
        *,
        dilution: float = 101.0,
        excitation_nm: float = 405.0,
    ) -> FloatArray:
        """Emission of an aliquot in a 10 mm cuvette, in counts/s per pixel of an ideal instrument.

        Shape as the wavelengths, zero or more. Inner filter and the light that dark clusters take are in it; noise,
        scattered excitation, solvent Raman and room light are the bench's. Raises ValueError on a dilution below 1.
        """
        require_dilution(dilution)
        flask = self.composition(reaction_time_s)
        return diluted_emission(flask, wavelengths_nm, dilution=dilution, excitation_nm=excitation_nm)


def require_dilution(dilution: float) -> None:
    """Raise ValueError on a dilution below 1."""
    if not 1.0 <= dilution < math.inf:
        raise ValueError(f"a dilution of {dilution} is below 1, the undiluted flask")

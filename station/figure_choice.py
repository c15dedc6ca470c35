"""Which aliquots a figure and its table show: those asked for, and of very many an even choice."""

from __future__ import annotations

from typing import Literal

import numpy as np

from analysis.spectrum import Spectrum
from station.figure_style import FigureStyle
from station.records import Aliquot
from station.run import Run

Kind = Literal["absorbance", "emission"]
SPECTRA: tuple[Kind, ...] = ("absorbance", "emission")
MOST_CURVES = 60  # more cannot be told apart in print, and a file of thousands opens nowhere


def known(aliquot: Aliquot, kind: Kind) -> Spectrum | None:
    """Return a spectrum of an aliquot if anything is known in it."""
    spectrum = aliquot.reading.absorbance if kind == "absorbance" else aliquot.reading.emission
    return spectrum if spectrum is not None and np.count_nonzero(spectrum.valid) > 1 else None


def asked_for(run: Run, style: FigureStyle) -> list[Aliquot]:
    """Return the aliquots that are asked for and of which a spectrum is known."""
    asked = None if style.numbers is None else frozenset(style.numbers)
    wanted = [each for each in run.aliquots if asked is None or each.number in asked]
    return [aliquot for aliquot in wanted if any(known(aliquot, kind) for kind in SPECTRA)]


def drawable(run: Run, style: FigureStyle) -> list[Aliquot]:
    """Return the aliquots that a figure shows: of more than 60 an even choice with the first and the last."""
    found = asked_for(run, style)
    if len(found) <= MOST_CURVES:
        return found
    return [found[round(n * (len(found) - 1) / (MOST_CURVES - 1))] for n in range(MOST_CURVES)]

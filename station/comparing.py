"""Whether emission was measured through one optical set-up or several, in words: several are no one series."""

from __future__ import annotations

from collections.abc import Sequence

from station.optics import Optics
from station.records import Aliquot

_PARTS = ("excitation", "long_pass_nm", "geometry", "path_mm", "slit_um", "fibre_um", "corrections")


def compared_optics(aliquots: Sequence[Aliquot]) -> str | None:
    """Return the sentence that stands where PL of several optical set-ups is drawn on one axis, None for one set-up."""
    by_optics: dict[Optics, list[int]] = {}
    for aliquot in aliquots:
        if aliquot.reading.emission is not None:
            by_optics.setdefault(aliquot.optics.of_emission, []).append(aliquot.number)
    if len(by_optics) < 2:
        return None
    differing = _differing(tuple(by_optics))
    groups = [f"{_numbers(numbers)} {_words(optics, differing)}" for optics, numbers in by_optics.items()]
    return f"Different optical set-ups, heights of emission do not compare: {' / '.join(groups)}"


def _differing(several: Sequence[Optics]) -> tuple[str, ...]:
    return tuple(name for name in _PARTS if len({getattr(each, name) for each in several}) > 1)


def optics_words(optics: Optics) -> str:
    """Return all that the height of emission depends on, in words: two set-ups that say the same compare."""
    return _words(optics, _PARTS)


def _words(optics: Optics, differing: Sequence[str]) -> str:
    """Return what of a set-up differs from the others."""
    words = {
        "excitation": _of_excitation(optics),
        "long_pass_nm": "no filter" if optics.long_pass_nm is None else f"{optics.long_pass_nm:g} nm long-pass",
        "geometry": optics.geometry,
        "path_mm": f"{optics.path_mm:g} mm path",
        "slit_um": "slit unknown" if optics.slit_um is None else f"{optics.slit_um:g} µm slit",
        "fibre_um": "fibre unknown" if optics.fibre_um is None else f"{optics.fibre_um:g} µm fibre",
        "corrections": response_words(optics),
    }
    return ", ".join(words[name] for name in differing)


def response_words(optics: Optics) -> str:
    """Return whether emission is corrected for the spectral response, and by what: "response by lamp.csv"."""
    response = optics.corrections.response
    return "response uncorrected" if response is None else f"response by {response.name}"


def _of_excitation(optics: Optics) -> str:
    light = optics.excitation
    if light is None:
        return "excitation unknown"
    driven = [
        f"{value:g} {unit}"
        for value, unit in ((light.fwhm_nm, "nm wide"), (light.current_ma, "mA"), (light.power_mw, "mW"))
        if value is not None
    ]
    return " ".join([light.source, f"{light.nm:g} nm", *([f"({', '.join(driven)})"] if driven else [])])


def _numbers(numbers: Sequence[int]) -> str:
    """Return aliquots by number, neighbours as a range: "aliquots 1–3, 5"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)
    return f"aliquot{'s' if len(numbers) > 1 else ''} {told}"

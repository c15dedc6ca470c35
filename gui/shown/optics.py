"""An optical set-up in words."""

from __future__ import annotations

from gui import words
from station.optics import Optics


def spoken(optics: Optics) -> str:
    """Return an optical set-up in a few words: "405 nm LED, long-pass 450 nm, front face, 10 mm"."""
    excitation = optics.excitation
    parts = (
        "no excitation" if excitation is None else f"{words.amount(excitation.nm)} nm {excitation.source}",
        None if optics.long_pass_nm is None else f"long-pass {words.amount(optics.long_pass_nm)} nm",
        "front face" if optics.geometry == "front face" else "90°",
        f"{words.amount(optics.path_mm)} mm",
        None if optics.slit_um is None else f"slit {words.amount(optics.slit_um)} µm",
        None if optics.fibre_um is None else f"fibre {words.amount(optics.fibre_um)} µm",
    )
    return ", ".join(part for part in parts if part)


def beyond(optics: Optics) -> str:
    """Return what stands between cuvette and detector beyond the usual: the filter, the geometry, or nothing."""
    edge = "" if optics.long_pass_nm is None else f"long-pass {words.amount(optics.long_pass_nm)} nm"
    return ", ".join(filter(None, (edge, "front face" if optics.geometry == "front face" else "")))


def emission(optics: Optics) -> str:
    """Return what emission was measured with: "405 nm LED", "366 nm laser, long-pass 400 nm, front face"."""
    return ", ".join(filter(None, (spoken(optics).partition(",")[0], beyond(optics))))

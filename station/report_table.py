"""The table of findings for a terminal, from the report that JSON holds: ASCII where a terminal may need it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from analysis.advice import BY_ONSET
from analysis.wording import NO_BREAK, THIN_SPACE, plus_minus, time_label, unbroken

Report = Mapping[str, Any]

WIDTH = 100
_COLUMNS = (("", 2), ("time", 8), ("species (nm)", 38), ("emission", 29), ("zone", 18))
_INDENT = " " * 12  # of what is said of an aliquot beyond its row
_PLAIN = str.maketrans({THIN_SPACE: " ", NO_BREAK: " ", "−": "-"})  # what every terminal can show


def to_text(report: Report) -> str:
    """Return the table of findings, at most 100 columns wide; several runs are compared at the end."""
    blocks = ["\n".join(_run_lines(run)) for run in report["runs"]]
    if report["comparison"] is not None:
        blocks.append("\n".join(_comparison_lines(report["comparison"])))
    return "\n\n".join(blocks).translate(_PLAIN)


def _run_lines(run: Report) -> Iterator[str]:
    """Yield the lines of one run: its name, the table, zone and onset."""
    yield from textwrap.wrap(run["path"] if run["name"] in run["path"] else f"{run['path']} ({run['name']})", WIDTH)
    yield _row([name for name, _ in _COLUMNS])
    for aliquot in run["aliquots"]:
        cells = [
            [f"{aliquot['number']:>2}"],
            ["?" if aliquot["reaction_time_s"] is None else time_label(aliquot["reaction_time_s"])],
            _species_lines(aliquot["species"]),
            _emission_lines(aliquot["emission"]),
            [aliquot["zone"] or "unknown"],
        ]
        for line in zip_longest(*cells, fillvalue=""):
            yield _row(line)
        for clauses in (_purity_words(aliquot), _light_words(aliquot), _size_words(aliquot)):
            if clauses:
                yield from _wrapped(", ".join(clauses), _INDENT)
    if not run["aliquots"]:
        yield "no aliquots"
    if run["different_optics"] is not None:
        yield from textwrap.wrap(f"{run['different_optics']}.", WIDTH)
    zone = f"{run['zone'] or 'unknown, the material is not known'}."
    yield from _wrapped(" ".join((f"Zone: {zone}", *run["zone_evidence"])))
    if len(run["zone_path"]) > 1:
        passages = [_passage(passage) for passage in run["zone_path"]]
        yield from _wrapped(f"Zones so far: {', '.join(passages)}.")
    if run["placement"] is not None:
        yield from _wrapped(" ".join(run["placement"]["sentences"]))
    if run["excitation_spectra"] is not None:
        yield from _wrapped(str(run["excitation_spectra"]["track"]["sentence"]))
    yield from _wrapped(f"Onset: {_onset_words(run)}")
    for sentence in _closing_words(run):
        yield from _wrapped(sentence)


def _closing_words(run: Report) -> Iterator[str]:
    """Yield what the run as a whole says beyond zone and onset: sizes, advice, course."""
    newest = run["aliquots"][-1] if run["aliquots"] else None
    if newest is not None and newest["sizing"] is not None and newest["sizing"]["refused"]:
        yield str(newest["sizing"]["refused"])
    if newest is not None and newest["advice"] is not None:
        share = newest["advice"]["yield_now"]
        yield f"Advice: {_advice_words(newest['advice']['sentence'], run['onset_answer'])}"
        yield f"Relative yield now: {_percent(share)} of the largest so far."
    if run["yield_refused"] is not None:
        yield str(run["yield_refused"])
    course = run["course"]
    if course["told"]:
        told = ", ".join(f"{what[:1].lower()}{what[1:]} {value} ({within})" for what, value, within in course["told"])
        yield f"Course of {course['of'] or 'emission'}, 95 % in brackets: {told.replace('pL ', 'PL ')}."
    yield from course["reasons"]


def _advice_words(sentence: str, answer: str | None) -> str:
    """Return the advice; an onset that the chemist has dismissed is no reason to stop."""
    start, _, best = sentence.partition(". ")
    if answer != "dismissed" or not start.startswith(BY_ONSET):
        return sentence
    return f"the onset was dismissed, so it says nothing about stopping. {best}"


def _wrapped(text: str, indent: str = "") -> list[str]:
    """Return a text in lines that break no number from its uncertainty and unit."""
    return textwrap.wrap(
        unbroken(text), WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  " if indent else ""
    )


def _purity_words(aliquot: Report) -> list[str]:
    """Return what is known of the purity of the dominant species."""
    purity = aliquot["purity"]
    if purity is None:
        return []
    parts = (
        ("tail/E1", "tail_ratio", ""),
        ("valley/E1", "valley_ratio", ""),
        ("E2/E1", "e2_ratio", ""),
        ("FWHM", "fwhm_nm", " nm"),
        ("=", "fwhm_mev", " meV"),
        ("E2 - E1", "splitting_mev", " meV"),
        ("drift", "drift_nm_per_h", " nm/h"),
    )
    told = [f"{label} {_quantity(purity[key])}{unit}" for label, key, unit in parts if purity[key] is not None]
    return _same_width([f"{purity['of']}: {told[0]}", *told[1:]]) if told else []


def _light_words(aliquot: Report) -> list[str]:
    """Return what is known of emission that is present, beyond its place and height."""
    emission = aliquot["emission"]
    if not emission["present"]:
        return []
    told = []
    if emission["ev"] is not None:
        told.append(f"{_quantity(emission['ev'])} eV")
    if emission["fwhm_nm"] is not None:
        told.append(f"FWHM {_with_sigma(emission['fwhm_nm'], emission['sigma_fwhm_nm'])} nm")
    if emission["fwhm_mev"] is not None:
        told.append(f"= {_quantity(emission['fwhm_mev'])} meV")
    if emission["integral"] is not None:
        told.append(f"integral {_with_sigma(emission['integral'], emission['integral_sigma'])} {emission['unit']} nm")
    within = emission["inner_filter"]
    if within is not None:
        factor = within["factor"]
        told.append("not corrected for the inner filter" if factor is None else f"inner filter {_quantity(factor)}")
    if aliquot["response_corrected"] is not None:
        told.append(f"response {'corrected' if aliquot['response_corrected'] else 'uncorrected'}")
    return _same_width([f"emission: {told[0]}", *told[1:]]) if told else []


def _same_width(clauses: list[str]) -> list[str]:
    """Return clauses in which a width in meV stands behind the same one in nm."""
    joined = ", ".join(clauses).replace(" nm, = ", " nm = ")
    return joined.split(", ")


def _size_words(aliquot: Report) -> list[str]:
    """Return what dots measure, and the share of the tellurium in clusters by the user's own coefficient."""
    sizing, told = aliquot["sizing"], []
    if sizing is not None and sizing["diameter_nm"] is not None:
        told.append(f"{sizing['of']}: diameter {_quantity(sizing['diameter_nm'])} nm")
        told.append(f"extinction {_quantity(sizing['extinction_per_m_cm'])} per M and cm")
        if sizing["diameter_nm"] is not None and aliquot["dilution"] is None:
            told.append("flask unknown: dilution not known")
        if sizing["concentration_m"] is not None:
            told.append(f"flask {_quantity(sizing['concentration_m'], 1e6)} µM")
    if aliquot["cluster_yield"] is not None:
        low, high = (100.0 * aliquot["cluster_yield"][bound] for bound in ("low", "high"))
        told.append(f"Te in MSC-449, by your own coefficient: {low:.0f} to {high:.0f} %")
    return told


def _percent(share: Report) -> str:
    return f"{plus_minus(100.0 * share['value'], 100.0 * (share['sigma'] or 0.0))} %"


def _quantity(of: Report, times: float = 1.0) -> str:
    if of["value"] is None:
        return "?"
    return plus_minus(times * of["value"], times * (of["sigma"] or 0.0))


def _comparison_lines(comparison: Report) -> Iterator[str]:
    """Yield how some runs relate to the first, and their absorbance side by side."""
    yield from (line for sentence in comparison["told"] for line in _wrapped(sentence))
    names = [run["name"] for run in comparison["runs"]]
    for number, name in enumerate(names, 1):
        yield f"({number}) {name}: A of {comparison['runs'][number - 1]['of'] or 'no cluster'}"
    wide = max(12, min(18, (WIDTH - 12) // len(names)))
    if wide * len(names) + 12 > WIDTH:
        return  # more runs than stand beside each other: JSON has them
    yield f"{'time':<12}{''.join(f'({number})'.ljust(wide) for number in range(1, len(names) + 1))}".rstrip()
    for row in comparison["rows"]:
        cells = ["" if each is None else _quantity(each) for each in row["absorbance"]]
        yield f"{time_label(row['reaction_time_s']):<12}{''.join(f'{cell:<{wide}}' for cell in cells)}".rstrip()


def _passage(passage: Mapping[str, Any]) -> str:
    since_s = passage["since_s"]
    return str(passage["zone"]) if since_s is None else f"{passage['zone']} from {time_label(since_s)}"


def _onset_words(run: Report) -> str:
    if run["onset"] is not None:
        return str(run["onset"]["reason"])
    return str(run["onset_reason"] or "not yet decidable.")


def _row(cells: Sequence[str]) -> str:
    return " ".join(f"{cell:<{width}}" for cell, (_, width) in zip(cells, _COLUMNS, strict=True)).rstrip()


def _species_lines(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return lines that name every species with its transitions, and what a band without a name would fit."""
    by_name: dict[str, list[str]] = {}
    for species in found:
        role = "" if species["role"] == "band" else f"{species['role']} "
        fits = f" would fit {' or '.join(species['would_fit'])}" if species["would_fit"] else ""
        by_name.setdefault(species["name"], []).append(role + _nanometres(species) + fits)
    width = dict(_COLUMNS)["species (nm)"]
    cells = [f"{'unassigned' if name == 'other' else name} {', '.join(places)}" for name, places in by_name.items()]
    return [line for cell in cells for line in textwrap.wrap(cell, width, subsequent_indent="  ")] or ["none"]


def _nanometres(species: Mapping[str, Any]) -> str:
    """Return a place in nm; no spectrometer's own scale is known better than 0.1 nm."""
    if species["nm"] is None:
        return "?"
    return f"{species['nm']:.1f} ± {max(species['sigma_nm'] or 0.0, 0.1):.1f}"


def _emission_lines(emission: Mapping[str, Any]) -> list[str]:
    if emission["present"] is None:
        return ["not yet decidable"]
    if not emission["present"]:
        return ["none"]
    amount = f"{_with_sigma(emission['intensity'], emission['sigma'])} {emission['unit']}"
    return [f"{emission['nm']:.0f} nm, {amount}"] if emission["nm"] is not None else [amount]


def _with_sigma(value: float | None, sigma: float | None) -> str:
    if value is None:
        return "?"
    return f"{value:g}" if sigma is None else plus_minus(value, sigma)

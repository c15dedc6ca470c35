"""The page of the spectrometer: which one measures what, its temperature, exposures, and the check of wavelengths."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from analysis.wording import grouped
from gui import words
from gui.actions import Act, cap
from gui.shown.set_up import Line, Offered, Reading, Tone, Typed, bound, in_the_way, pressing, shown_number
from instruments.spectrometer import BackendChoice, InstrumentInfo
from station import orders
from station.events import Progress, Status
from station.run import Exposures

SAME = "the same"
BACK_ENDS: tuple[BackendChoice, ...] = get_args(BackendChoice)
OPEN, COOL, EXPOSE, FIND, CHECK = "open", "cool", "expose", "find", "check "
STANDARDS = ("Hg/Ar", "holmium")
COOLEST_C, WARMEST_C = -60.0, 30.0
MOST_SCANS = 10_000
UNKNOWN_S = (0.001, 60.0)  # limits while no instrument tells its own


def typed(status: Status) -> dict[str, str]:
    """Return the page as it stands for a status."""
    exposures = status.exposures
    return {
        "absorbance": "" if status.instrument is None else named(status.instrument),
        "emission": SAME if status.emission_instrument is None else named(status.emission_instrument),
        "backend": status.backend,
        "cool_c": "",
        "absorbance_ms": shown_number(1000.0 * exposures.absorbance_s),
        "absorbance_scans": str(exposures.absorbance_scans),
        "emission_ms": shown_number(1000.0 * exposures.emission_s),
        "emission_scans": str(exposures.emission_scans),
        "short_ms": "" if exposures.emission_short_s is None else shown_number(1000.0 * exposures.emission_short_s),
    }


def lines(typed: Typed, status: Status, offered: Offered, progress: Progress | None) -> tuple[Line, ...]:
    """Return the lines of the page."""
    return (
        *_device_lines(typed, status, offered),
        *_exposure_lines(typed, status, progress),
        *_wavelength_lines(status, progress),
    )


def named(info: InstrumentInfo) -> str:
    """Return who an instrument is: "Virtual Flame-S FLMS00416, pyseabreeze, 2 048 pixels"."""
    virtual = "Virtual " if info.virtual else ""
    pixels = grouped(info.wavelengths_nm.size)
    return f"{virtual}{info.model} {info.serial}, {info.backend}, {pixels} pixels"


def addresses(status: Status, offered: Offered) -> dict[str, str]:
    """Return what can be opened: words -> address, what is open first."""
    found = {named(info): info.address for info in _open(status)}
    for device in offered.devices:
        if not device.obstacle and device.address not in found.values():
            virtual = "Virtual " if device.virtual else ""
            found[f"{virtual}{device.model} {device.serial}, {device.backend}"] = device.address
    return found


def _open(status: Status) -> tuple[InstrumentInfo, ...]:
    return tuple(info for info in (status.instrument, status.emission_instrument) if info is not None)


def back_end(typed: Typed, status: Status) -> orders.UseBackEnd | None:
    """Return the order to open through another back end from now on, None where it stays."""
    chosen = next((name for name in BACK_ENDS if name == typed.get("backend")), status.backend)
    return None if chosen == status.backend else orders.UseBackEnd(chosen)


def opening(typed: Typed, status: Status, offered: Offered) -> orders.OpenInstrument | orders.OpenTwo | None:
    """Return the order that opens what has been chosen; None where nothing is."""
    known = addresses(status, offered)
    absorbance, emission = known.get(typed.get("absorbance", "")), known.get(typed.get("emission", SAME))
    if absorbance is None:
        return None
    if emission in (None, absorbance):
        return orders.OpenInstrument(absorbance)
    return orders.OpenTwo(absorbance, emission or absorbance)


def _device_lines(typed: Typed, status: Status, offered: Offered) -> list[Line]:
    """Return which spectrometer is open, which could be, and why another could not."""
    known = addresses(status, offered)
    found = [Line("head", "Spectrometer")]
    for role, info in zip(("In use", "Emission"), _open(status), strict=False):
        label = "Absorbance" if role == "In use" and status.emission_instrument is not None else role
        found.append(Line("say", label, value=named(info)))
        found += [Line("say", "", value=note, tone="stale") for note in info.notes]
    for device in offered.devices:
        if device.obstacle:
            found.append(Line("say", f"{device.model} {device.serial}", value=device.obstacle, tone="bad"))
    if not known:
        look = f"None is connected. One that is plugged in appears by itself; {cap(Act.LOOK_AGAIN)} looks at once."
        return [*found, Line("say", "", value=look, tone="stale")]
    found += [
        Line("choice", "Absorbance with", "absorbance", typed.get("absorbance", ""), options=tuple(known)),
        Line("choice", "Emission with", "emission", typed.get("emission", SAME), options=(SAME, *known)),
    ]
    through = typed.get("backend", status.backend)
    about = "auto: whichever knows the model"
    found.append(Line("choice", "Back end", "backend", through, beside=about, options=BACK_ENDS))
    chosen = opening(typed, status, offered)
    changed = chosen is not None and (chosen != _as_it_is(status) or through != status.backend)
    drops = status.dark_at_s is not None
    first = in_the_way(status, "OpenInstrument")
    found.append(pressing("Open these", OPEN, changed=changed, wrong={}, drops=drops, first=first))
    return found + _temperature_lines(typed, status)


def _as_it_is(status: Status) -> orders.OpenInstrument | orders.OpenTwo | None:
    if status.instrument is None:
        return None
    if status.emission_instrument is None:
        return orders.OpenInstrument(status.instrument.address)
    return orders.OpenTwo(status.instrument.address, status.emission_instrument.address)


def _temperature_lines(typed: Typed, status: Status) -> list[Line]:
    """Return the temperatures that the model tells, and the cooling where it has one."""
    found: list[Line] = []
    known = status.temperatures
    if known is not None:
        parts = (
            None if known.detector_c is None else f"detector {words.amount(round(known.detector_c, 1))} °C",
            None if known.board_c is None else f"board {words.amount(round(known.board_c, 1))} °C",
        )
        said = ", ".join(part for part in parts if part)
        found += [Line("say", "Temperature", value=said)] if said else []
    if not any(info.cooled for info in _open(status)):
        return found
    reading = Reading(typed)
    target = reading.number_or_none("cool_c", COOLEST_C, WARMEST_C)
    wrong = reading.wrong.get("cool_c", "")
    found.append(Line("field", "Cool to", "cool_c", typed.get("cool_c", ""), "°C", wrong=wrong))
    first = in_the_way(status, "SetCooling")
    apply = pressing("Cool", COOL, changed=target is not None, wrong=reading.wrong, drops=False, first=first)
    return [*found, apply]


def cooling(typed: Typed) -> orders.SetCooling | None:
    """Return the order to cool, None where no temperature is typed."""
    target = Reading(typed).number_or_none("cool_c", COOLEST_C, WARMEST_C)
    return None if target is None else orders.SetCooling(target)


def _measuring(status: Status) -> tuple[tuple[str, InstrumentInfo | None], ...]:
    """Return which instrument measures what."""
    return ("absorbance", status.instrument), ("emission", status.emission_instrument or status.instrument)


def exposures(typed: Typed, status: Status) -> tuple[Exposures | None, dict[str, str]]:
    """Return the exposures that have been typed, None where something is wrong, and what is wrong by name.

    An exposure has to be below the upper limit, which the driver itself refuses.
    """
    reading = Reading(typed)
    values: dict[str, float] = {}
    for role, info in (
        ("absorbance", status.instrument),
        ("emission", status.emission_instrument or status.instrument),
    ):
        low_s, high_s = UNKNOWN_S if info is None else info.exposure_limits_s
        values[role] = reading.number(f"{role}_ms", 1000.0 * low_s, 1000.0 * high_s) or 0.0
        if values[role] >= 1000.0 * high_s:
            reading.wrong[f"{role}_ms"] = f"below {bound(1000.0 * high_s)}"
        scans = reading.number(f"{role}_scans", 1, MOST_SCANS)
        if scans is not None and scans != round(scans):
            reading.wrong[f"{role}_scans"] = "a whole number"
        values[f"{role} scans"] = scans or 1
    second = status.emission_instrument or status.instrument
    low_s = UNKNOWN_S[0] if second is None else second.exposure_limits_s[0]
    short_ms = reading.number_or_none("short_ms", 1000.0 * low_s, values["emission"])
    if short_ms is not None and short_ms >= values["emission"]:
        reading.wrong["short_ms"] = f"below {bound(values['emission'])}"
    if reading.wrong:
        return None, reading.wrong
    made = replace(
        status.exposures,
        absorbance_s=values["absorbance"] / 1000.0,
        absorbance_scans=round(values["absorbance scans"]),
        emission_s=values["emission"] / 1000.0,
        emission_scans=round(values["emission scans"]),
        emission_short_s=None if short_ms is None else short_ms / 1000.0,
    )
    return made, {}


def _exposure_lines(typed: Typed, status: Status, progress: Progress | None) -> list[Line]:
    """Return exposures and scans, how full they make the detector, and the way to find them."""
    if status.instrument is None:
        return []
    made, wrong = exposures(typed, status)
    found = [Line("head", "Exposure")]
    for role, info in (
        ("absorbance", status.instrument),
        ("emission", status.emission_instrument or status.instrument),
    ):
        low_s, high_s = info.exposure_limits_s
        limits = f"{words.amount(1000.0 * low_s)} to below {grouped(1000.0 * high_s)}"
        for name, unit, label, beside in (
            (f"{role}_ms", "ms", role.capitalize(), limits),
            (f"{role}_scans", "scans", "averaged", ""),
        ):
            found.append(Line("field", label, name, typed.get(name, ""), unit, beside, wrong.get(name, "")))
    about = "for the excitation line where it saturates; empty: none"
    short = typed.get("short_ms", "")
    found.append(Line("field", "Short emission", "short_ms", short, "ms", about, wrong.get("short_ms", "")))
    if status.peak is not None:
        full: Tone = "bad" if status.peak > 0.9 or status.saturated_pixels else "ok"
        value = f"{words.percent(status.peak)} of full scale; 70–85 % is best"
        found.append(Line("say", "Lamp peak", value=value, tone=full))
    first = in_the_way(status, "UseExposures")
    changed = made is not None and made != status.exposures
    drops = status.dark_at_s is not None
    return [
        *found,
        pressing("Use these exposures", EXPOSE, changed=changed, wrong=wrong, drops=drops, first=first),
        _measured("Find them", FIND, "solvent cuvette in the holder, then Enter", status, progress, "exposure"),
    ]


def _wavelength_lines(status: Status, progress: Progress | None) -> list[Line]:
    """Return the last check of the wavelengths, the excitation line of this run, and the checks there are."""
    if status.instrument is None:
        return []
    found = [Line("head", "Wavelengths")]
    for label, offset in (
        ("Last check", status.wavelength_offset_nm),
        ("Excitation line", status.excitation_offset_nm),
    ):
        said = "not yet measured" if offset is None else f"{words.offset(offset)} from nominal; stored, never applied"
        found.append(Line("say", label, value=said, tone="quiet" if offset is None else "ok"))
    for standard in STANDARDS:
        before = "lamp before the fibre, then Enter" if standard == "Hg/Ar" else "filter in the holder, then Enter"
        found.append(_measured(f"Check with {standard}", f"{CHECK}{standard}", before, status, progress, "wavelength"))
    return found


def _measured(label: str, name: str, before: str, status: Status, progress: Progress | None, what: str) -> Line:
    """Return a line that measures something: what to do first, how far it is, or why it is not possible now."""
    if progress is not None and progress.what == what:
        return Line("press", label, name, wrong=f"{words.percent(progress.fraction)} done; {cap(Act.LEAVE)} stops it")
    order = "FindExposures" if what == "exposure" else "CheckWavelength"
    return Line("press", label, name, beside=before, wrong=in_the_way(status, order))

"""What the chemist has set about his bench, kept between runs, and the bounds that every value has to lie in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any, get_args

from analysis.wording import grouped
from instruments.led_commands import MOST_MA, check_choice
from instruments.serial_ports import is_plain
from instruments.spectrometer import BackendChoice, LightChoice, Lighting, Role
from station.onset_command import check_command
from station.optics import Optics
from station.run import Exposures

MOST_UV_BY_HAND_S = 120.0
STRAY_PERCENT = (0.0001, 10.0)
FLOW_EVERY_S = (1.0, 86_400.0)  # of readings that come by themselves
FLOW_PATH_MM = (0.01, 100.0)
FLOW_DILUTION = (1.0, 1e6)
FALSE_ALARM = (1e-6, 0.5)  # share of runs of 6 h
BRIGHT_COUNTS_PER_S = (100.0, 1e7)  # from half a count/s as an onset, to the full scale of a few ms
_LEAST_EXPOSURE_MS, _MOST_EXPOSURE_MS = (
    0.01,
    1_600_000.0,
)  # the shortest and the longest that any model of the driver takes
_MOST_SCANS = 10_000
_MOST_WARM_UP_S = 2 * 3600.0
_LONGEST_NAME = 60
_LIGHT_NAMES: dict[Role, str] = {"probe": "probe", "uv": "UV light"}


@dataclass(frozen=True, slots=True)
class BenchSettings:
    """What the chemist has set about his bench.

    `lighting` and `exposures` are None until he has chosen: the instrument then does as it does by itself. `address`
    opened last for absorbance, `emission_address` for emission (None: one spectrometer for both). UV that is switched
    on by hand goes off after `uv_by_hand_s`. `false_alarm` is what a run that is begun here promises, and
    `bright_counts_per_s` the emission at which dots end up here (`Recipe`). `onset_command` is the program, with its
    arguments, that is run when the onset is flagged; off while it is empty.
    """

    lighting: Lighting | None = None
    optics: Optics = field(default_factory=Optics)
    exposures: Exposures | None = None
    backend: BackendChoice = "auto"
    uv_by_hand_s: float = 30.0
    address: str | None = None
    emission_address: str | None = None
    false_alarm: float = 0.01
    bright_counts_per_s: float = 20_000.0
    onset_command: tuple[str, ...] = ()


def check_settings(settings: BenchSettings) -> tuple[str, ...]:
    """Return a sentence for every value that is outside its bounds; empty where all is well."""
    return tuple(sentence for faults in _CHECKS.values() for sentence in faults(settings))


def within_bounds(settings: BenchSettings) -> tuple[BenchSettings, tuple[str, ...]]:
    """Return the settings with the default for every field that is outside its bounds, and why."""
    plain = BenchSettings()
    said: list[str] = []
    for name, faults in _CHECKS.items():
        sentences = tuple(faults(settings))
        if sentences:
            standing: dict[str, Any] = {name: getattr(plain, name)}
            settings = replace(settings, **standing)
            said.extend(f"{sentence} The default stands instead." for sentence in sentences)
    return settings, tuple(said)


def check_optics(optics: Optics) -> Iterator[str]:
    """Yield a sentence for everything in an optical set-up that no bench has."""
    excitation = optics.excitation
    if excitation is not None:
        yield from _outside("excitation wavelength", excitation.nm, 200.0, 1100.0, "nm")
        yield from _outside("width of the excitation", excitation.fwhm_nm, 0.001, 100.0, "nm")
        yield from _outside("current of the excitation", excitation.current_ma, 0.001, MOST_MA, "mA")
        yield from _outside("power of the excitation", excitation.power_mw, 0.001, 10_000.0, "mW")
    yield from _outside("edge of the long-pass filter", optics.long_pass_nm, 200.0, 1100.0, "nm")
    yield from _outside("path", optics.path_mm, 0.01, 100.0, "mm")
    yield from _outside("slit", optics.slit_um, 1.0, 5000.0, "um")
    yield from _outside("fibre core", optics.fibre_um, 1.0, 5000.0, "um")
    yield from _outside("stray light", optics.corrections.stray_percent, *STRAY_PERCENT, "%")
    response = optics.corrections.response
    if response is not None and not response.is_sound:
        yield "The spectral response is no table of rising wavelengths and numbers above zero. Choose its file again."


def check_exposures(exposures: Exposures) -> Iterator[str]:
    """Yield a sentence for every exposure or number of scans that no spectrometer takes; its own limits are closer."""
    for what, seconds, scans in (
        ("absorbance", exposures.absorbance_s, exposures.absorbance_scans),
        ("emission", exposures.emission_s, exposures.emission_scans),
    ):
        yield from _outside(f"exposure for {what}", 1000.0 * seconds, _LEAST_EXPOSURE_MS, _MOST_EXPOSURE_MS, "ms")
        yield from _outside(f"number of scans for {what}", scans, 1, _MOST_SCANS, "scans")


def check_false_alarm(share: float) -> Iterator[str]:
    """Yield a sentence where a share of false alarms can be held by no test, or is none."""
    low, high = FALSE_ALARM
    if not low <= share <= high:  # not a number lies nowhere
        runs = f"1 run in {plain(1.0 / low)} and 1 in {plain(1.0 / high)}"
        yield f"The share of false alarms is {plain(share)}; it lies between {runs}."


def check_bright(counts_per_s: float) -> Iterator[str]:
    """Yield a sentence where a bright end state is one that no bench has."""
    yield from _outside("bright end state", counts_per_s, *BRIGHT_COUNTS_PER_S, "counts/s")


def check_lighting(lighting: Lighting) -> Iterator[str]:
    """Yield a sentence for everything in the choice of the two lights that cannot be used."""
    choices: dict[Role, LightChoice] = {"probe": lighting.probe, "uv": lighting.uv}
    for role, choice in choices.items():
        yield from check_light(role, choice)
    probe, uv = lighting.probe, lighting.uv
    if probe.kind == uv.kind == "serial" and probe.port and uv.port and probe.port.name == uv.port.name:
        yield f"Probe and UV light are both on {uv.port.name}; one port serves one driver. Choose another port for one."


def check_light(role: Role, choice: LightChoice) -> Iterator[str]:
    """Yield a sentence for everything in the choice of one light that cannot be used."""
    if role == "uv" and choice.kind == "steady":
        yield "A UV light that burns all the time is not for this station: UV is on only while emission is exposed."
    if not choice.name.isprintable() or len(choice.name) > _LONGEST_NAME:
        yield f"The name of the {_LIGHT_NAMES[role]} is not up to {_LONGEST_NAME} characters that can be shown."
    if choice.kind == "serial" and choice.port is not None and not is_plain(choice.port.name):
        yield f"'{choice.port.name}' is not the name of one serial port. Choose a port from the list."
    yield from check_choice(choice)
    yield from _outside("warm-up", choice.warm_up_s, 0.0, _MOST_WARM_UP_S, "s")


def _check_lighting(settings: BenchSettings) -> Iterator[str]:
    if settings.lighting is not None:
        yield from check_lighting(settings.lighting)
        one_spectrometer = settings.emission_address is None
        if one_spectrometer and settings.lighting.probe.kind == settings.lighting.uv.kind == "lamp line":
            yield "Probe and UV light are both on one lamp line and would go on together. Choose another kind for one."


def _check_exposures(settings: BenchSettings) -> Iterator[str]:
    if settings.exposures is not None:
        yield from check_exposures(settings.exposures)


def _check_backend(settings: BenchSettings) -> Iterator[str]:
    if settings.backend not in get_args(BackendChoice):
        yield f"'{settings.backend}' is no back end. There are {', '.join(get_args(BackendChoice))}."


def _check_uv_by_hand(settings: BenchSettings) -> Iterator[str]:
    yield from _outside("time of UV by hand", settings.uv_by_hand_s, 1.0, MOST_UV_BY_HAND_S, "s")


def _check_false_alarm(settings: BenchSettings) -> Iterator[str]:
    yield from check_false_alarm(settings.false_alarm)


def _check_address(settings: BenchSettings) -> Iterator[str]:
    yield from _address_faults(settings.address)


def _check_emission_address(settings: BenchSettings) -> Iterator[str]:
    yield from _address_faults(settings.emission_address)
    if settings.emission_address is not None and settings.emission_address == settings.address:
        yield "The spectrometer for emission is the one for absorbance. One for both is set by leaving it out."


_CHECKS: dict[str, Callable[[BenchSettings], Iterator[str]]] = {
    "lighting": _check_lighting,
    "optics": lambda settings: check_optics(settings.optics),
    "exposures": _check_exposures,
    "backend": _check_backend,
    "uv_by_hand_s": _check_uv_by_hand,
    "address": _check_address,
    "emission_address": _check_emission_address,
    "false_alarm": _check_false_alarm,
    "bright_counts_per_s": lambda settings: check_bright(settings.bright_counts_per_s),
    "onset_command": lambda settings: check_command(settings.onset_command),
}


def _address_faults(address: str | None) -> Iterator[str]:
    if address is None:
        return
    scheme, colon, name = address.partition(":")
    if not (scheme.isalpha() and colon and name.strip() and address.isprintable()):
        yield f"{address[:40]!r} is no address of a spectrometer. One looks like ocean:FLMS00416."


def _outside(what: str, value: float | None, low: float, high: float, unit: str) -> Iterator[str]:
    if value is not None and not low <= value <= high:  # not a number lies nowhere
        shown = plain(value) if isinstance(value, float) else str(value)[:20]
        yield f"The {what} is {shown} {unit}; it lies between {plain(low)} and {plain(high)} {unit}."


def plain(value: float) -> str:
    """Return a value or a bound as it is said: to six decimals, large ones with thin spaces, never with an exponent."""
    if not isfinite(value) or abs(value) >= 1e15:
        return f"{value:g}"
    if abs(value) >= 10_000.0:
        return grouped(value)
    return f"{value:.6f}".rstrip("0").rstrip(".")

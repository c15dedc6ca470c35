"""Aliquot: the instrument station beside a nanocrystal reactor. Opens the window or runs a verb without one."""

from __future__ import annotations

import argparse
import math
import multiprocessing
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from analysis.spectrum import Quantity

WRONG_USE = 2


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong and how to see more."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2 and one clear line."""
        self.exit(WRONG_USE, f"{self.prog}: {message} (more: {self.prog} --help)\n")


def parser() -> Parser:
    """Return the command line: a window without a verb, else one of the verbs."""
    from station import __version__

    top = Parser(
        prog="aliquot",
        description="Absorbance and photoluminescence of every aliquot of a nanocrystal reaction, "
        "and the moment quantum dots begin to emit. Without a verb the window opens.",
    )
    top.add_argument("--version", action="version", version=f"Aliquot {__version__}")
    top.add_argument("--self-test", action="store_true", help="check this installation without a display")
    top.add_argument("--report", metavar="FILE", help="with --self-test: write the result as JSON")
    top.add_argument(
        "--spectrometer", metavar="ADDRESS", help="open this one (ocean:SERIAL, virtual:FLAME-S, replay:FILE)"
    )
    _window_options(top)
    verbs = top.add_subparsers(dest="verb", metavar="VERB")

    demo = verbs.add_parser("demo", help="play a reaction on the virtual spectrometer")
    demo.add_argument("--reaction", metavar="ID", help="one of the paper's conditions (default: ODE_std)")
    demo.add_argument("--series", metavar="ABS.csv", help="a measured series instead: absorbance, wide CSV")
    demo.add_argument("--pl", metavar="PL.csv", help="with --series: its emission")
    demo.add_argument("--material", metavar="M", help="the material, such as CdSe (a reaction's is CdTe)")
    demo.add_argument("--speed", metavar="X", type=float, help="how much faster the flask runs (default: 600)")
    demo.add_argument("--headless", action="store_true", help="without a window, on a virtual clock")
    demo.add_argument("--out", metavar="DIR", help="default: ./aliquot-demo")
    _window_options(demo)

    replay = verbs.add_parser("replay", help="let a recorded run be measured again, as if by its spectrometer")
    replay.add_argument("file", metavar="FILE", help="a run file (.aliquot)")
    replay.add_argument("--speed", metavar="X", type=float, help="how much faster than it was (default: 600)")
    replay.add_argument("--headless", action="store_true", help="without a window, on a virtual clock")
    replay.add_argument("--out", metavar="DIR", help="where the replayed run is written; default: ./aliquot-demo")
    _window_options(replay)

    review = verbs.add_parser("review", help="open a recorded run")
    review.add_argument("file", metavar="FILE", help="a run file (.aliquot), or a folder of processed files")
    _window_options(review)

    verbs.add_parser("devices", help="list the connected spectrometers")

    doctor = verbs.add_parser("doctor", help="say why a spectrometer is found or not, and what to do")
    doctor.add_argument("--save", metavar="FILE", help="write the text to a file too, for IT")
    doctor.add_argument("--install-udev", action="store_true", help="on Linux: let this user open spectrometers")
    doctor.add_argument(
        "--yes", action="store_true", help="with --install-udev: do not ask before running the commands"
    )

    analyze = verbs.add_parser("analyze", help="say what a run or a measured series shows, as JSON")
    analyze.add_argument("paths", metavar="PATH", nargs="+", help="run file, absorbance CSV or folder")
    analyze.add_argument("--pl", metavar="FILE", help="emission CSV that belongs to the absorbance CSV")
    analyze.add_argument("--material", metavar="M", help="the material, such as CdTe; without it nothing is named")
    analyze.add_argument(
        "--extinction",
        metavar="E[+-S]",
        help="your own extinction coefficient of MSC-449 in 1/(M cm), such as 26000+-2000: tells the yield",
    )
    analyze.add_argument("--json", metavar="FILE", required=True, help="where to write; - for standard output")
    return top


def _window_options(target: argparse.ArgumentParser) -> None:
    target.add_argument("--theme", choices=("system", "dark", "light"), default="system", help=argparse.SUPPRESS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run Aliquot; return the exit code."""
    multiprocessing.freeze_support()
    top = parser()
    options = top.parse_args(arguments)
    if options.report and not options.self_test:
        top.error("--report goes with --self-test")
    if options.spectrometer and options.verb:
        top.error("--spectrometer goes with the window, not with a verb")
    if options.self_test and options.verb:
        top.error("--self-test stands alone")
    _writable_file(top, options.report)
    if options.self_test:
        from gui.self_test import self_test

        return self_test(options.report)
    from instruments.spectrometer import InstrumentError

    try:
        return _run_verb(top, options)
    except (ValueError, OSError, RuntimeError, InstrumentError) as trouble:
        print(f"aliquot: {trouble}", file=sys.stderr)
        return 1


def _run_verb(top: Parser, options: argparse.Namespace) -> int:
    from station import commands

    match options.verb:
        case "demo":
            return _demo(top, options)
        case "replay":
            return _replay(top, _existing(top, options.file), options)
        case "devices":
            return commands.list_devices()
        case "doctor":
            return _doctor(top, options)
        case "analyze":
            paths = [_existing(top, path) for path in options.paths]
            pl = None if options.pl is None else _existing(top, options.pl)
            if pl is not None and any(path.is_dir() or path.suffix == ".aliquot" for path in paths):
                top.error("--pl goes with an absorbance CSV; a run file or a folder has its own emission")
            _writable_file(top, None if options.json == "-" else options.json)
            own = _extinction(top, options.extinction)
            return commands.analyze_files(paths, pl, options.material, options.json, own)
        case "review":
            return _review(top, _existing(top, options.file), options)
        case _:
            return _window(options)


def _demo(top: Parser, options: argparse.Namespace) -> int:
    from station import commands
    from station import demo as demonstration
    from station.settings import writable_folder

    if (options.series is None) != (options.pl is None):
        top.error("--series and --pl go together")
    if options.series and options.reaction:
        top.error("--reaction or --series, not both")
    _speed(top, options.speed)
    if options.series:
        played = demonstration.series(_existing(top, options.series), _existing(top, options.pl), options.material)
    else:
        try:
            played = demonstration.reaction(options.reaction or "ODE_std", options.material)
        except ValueError as unknown:
            top.error(str(unknown))
    out = writable_folder(Path(options.out) if options.out else demonstration.FOLDER)
    headless = options.headless or not _has_display()
    if headless and not options.headless:
        commands.say("No display: the demonstration runs without a window.")
    if headless:
        if options.speed is not None:
            commands.say("Without a window the clock is virtual; --speed changes nothing.")
        return commands.demo_headless(played, out)
    from gui import launch

    return launch.demo(played, options.speed or demonstration.PACE, out, theme=options.theme)


def _doctor(top: Parser, options: argparse.Namespace) -> int:
    from station import doctor, udev_rule

    if options.yes and not options.install_udev:
        top.error("--yes goes with --install-udev")
    if options.save and options.install_udev:
        top.error("--save or --install-udev, not both")
    if options.install_udev:
        return udev_rule.install(agreed=options.yes)
    _writable_file(top, options.save)
    return doctor.examine(None if options.save is None else Path(options.save))


def _replay(top: Parser, file: Path, options: argparse.Namespace) -> int:
    from station import commands
    from station import demo as demonstration
    from station.settings import writable_folder

    if file.is_dir():
        top.error(f"{file} is a folder; replay plays one run file (.aliquot)")
    _speed(top, options.speed)
    out = writable_folder(Path(options.out) if options.out else demonstration.FOLDER)
    if options.headless or not _has_display():
        return commands.replay_headless(file, out)
    from gui import launch

    return launch.replay(file, options.speed or demonstration.PACE, out, theme=options.theme)


def _speed(top: Parser, speed: float | None) -> None:
    if speed is not None and not 0 < speed < math.inf:
        top.error("--speed is a number above zero")


def _review(top: Parser, path: Path, options: argparse.Namespace) -> int:
    from station.formats.wide_csv import FormatError
    from station.processed import files_in

    try:
        _ = files_in(path) if path.is_dir() else None
    except FormatError as problem:
        top.error(str(problem))
    if not _has_display():
        return _no_display()
    from gui import launch
    from station.analyze import read_run
    from station.excitation_files import excitations_of

    run = read_run(path, None, None)
    return launch.review(run, path, excitations_of(path, run), theme=options.theme)


def _window(options: argparse.Namespace) -> int:
    if not _has_display():
        return _no_display()
    from gui import launch

    return launch.bench(theme=options.theme, address=options.spectrometer)


def _extinction(top: Parser, text: str | None) -> Quantity | None:
    from analysis.spectrum import Quantity

    if text is None:
        return None
    value, _, sigma = text.replace("±", "+-").partition("+-")
    try:
        own = Quantity(float(value), float(sigma or 0.0))
    except ValueError:
        own = Quantity(0.0, 0.0)
    if not (0.0 < own.value < math.inf and 0.0 <= own.sigma < math.inf):
        top.error("--extinction is a number above zero, with its uncertainty if you know it: 26000+-2000")
    return own


def _existing(top: Parser, name: str) -> Path:
    path = Path(name)
    if not path.exists():
        top.error(f"there is no file {name}")
    return path


def _no_display() -> int:
    """Say why no window opens and what works without one; return the exit code."""
    print("No display: the window cannot open here. `demo` and `analyze` work without one.", file=sys.stderr)
    return 1


def _writable_file(top: Parser, name: str | None) -> None:
    """End with one line where a report cannot be written, before any work is done."""
    if name is None:
        return
    path = Path(name)
    if not name or path.is_dir() or not path.absolute().parent.is_dir():
        top.error(f"{name!r} cannot be written: it is no file in a folder that exists")


def _has_display() -> bool:
    """Tell whether Qt could open a window; asked on Linux only, because Qt would abort there without one."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    sys.exit(main())

"""The verbs that need no window: demo --headless, devices, analyze. Each prints and returns an exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from analysis.spectrum import Quantity
from station import demo as demonstration
from station.bench import Bench
from station.clock import VirtualClock

Say = Callable[[str], None]


def say(line: str) -> None:
    """Print a line at once, also into a pipe."""
    print(line, flush=True)


def demo_headless(demo: demonstration.Demo, out: Path) -> int:
    """Play a demonstration without a window; write run file, CSV and figure into `out`; print the findings."""
    say(f"{demo.recipe.name}: virtual spectrometer, virtual clock, {len(demo.times_s)} aliquots.")
    if demo.note:
        say(f"  {demo.note}")
    return _play(lambda path: demonstration.script(demo, path), len(demo.times_s), demo.bench, demo.name, out)


def replay_headless(file: Path, out: Path) -> int:
    """Play a recorded run through a station without a window; write and print as a demonstration does."""
    from station.replaying import REPLAY, script
    from station.store import read

    run = read(file)
    say(f"{run.recipe.name}: replay of {file.name}, virtual clock, {len(run.aliquots)} aliquots.")
    address = f"{REPLAY}{file.absolute()}"
    steps = lambda path: script(address, run, path)  # noqa: E731
    return _play(steps, len(run.aliquots), Bench(), f"{file.stem}-replay", out)


def _play(
    script: Callable[[Path], Iterable[demonstration.Step]], aliquots: int, bench: Bench, name: str, out: Path
) -> int:
    """Play a script on a virtual clock; write run file, CSV and figure into `out`; print the findings."""
    from dataclasses import replace

    from station import analyze, figure, store
    from station.acquisition import Acquisition
    from station.formats import findings_csv, wide_csv

    for left in store.left_open(out):
        state = "all whole" if left.whole else "some cannot be read"
        say(f"A run was open at {left.started_wall[11:16]}: {left.aliquots} aliquots, {state}. Review: {left.path}")
    path = store.new_path(out, name)
    clock = VirtualClock(datetime.now().astimezone())
    station = Acquisition(clock, demonstration.listener(say), out, replace(bench, pace="none"))
    run = demonstration.play_steps(script(path), aliquots, station, clock)
    say(analyze.to_text(analyze.analyze([path], pl=None, material=None)))
    stem = path.with_suffix("")
    written = (path, *wide_csv.write(stem, run), *findings_csv.write(stem, run), *figure.draw(run, stem))
    say("Written:")
    for file in written:
        say(f"  {file}")
    return 0


def analyze_files(
    paths: Sequence[Path], pl: Path | None, material: str | None, target: str, extinction: Quantity | None = None
) -> int:
    """Analyze run files, CSV files or folders; write JSON to `target` ("-" for standard output).

    `extinction` is the user's own coefficient of MSC-449 in 1/(M cm).
    """
    from station import analyze

    report = analyze.analyze(paths, pl=pl, material=material, extinction=extinction)
    text = json.dumps(report, indent=2, ensure_ascii=False, allow_nan=False)
    if target == "-":
        sys.stdout.write(text + "\n")
    else:
        Path(target).write_text(text + "\n", encoding="utf-8")
        say(analyze.to_text(report))
    return 0


def list_devices() -> int:
    """Print the connected spectrometers and the virtual ones, each with the address that opens it."""
    from station.devices import devices

    found = devices()
    if not any(not device.virtual for device in found):
        say("No spectrometer is connected. Plug one in and ask again, or use a virtual one:")
    for device in found:
        kind = "virtual" if device.virtual else device.backend
        obstacle = f"  ({device.obstacle})" if device.obstacle else ""
        say(f"  {device.address:<22} {device.model:<12} {device.serial:<12} {kind}{obstacle}")
    return 0

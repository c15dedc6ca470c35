"""What it costs to have the spectrometer in a process of its own, as a ratio to its limit of 0.3 ms CPU a scan.

    python benchmarks/frame_transfer.py [--rounds 15] [--scans 200]

One 3648-pixel spectrometer on the virtual bus, no exposure time. CPU time of this process for `Guard.scan`, CPU time
of the instrument process meanwhile, and CPU time of the same driver's call in this process; interleaved, medians. The
sum of the first two minus the third is what the transfer adds: driver and virtual firmware cancel. Exit code 1 where
that is more than half above the limit.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import median
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from instruments.catalogue import open_spectrometers, set_up_rig
from instruments.guard import Guard

ADDRESS = "virtual:SR4"  # 3648 pixels
LIMIT_MS = 0.3


def cpu_s(process_id: int) -> float:
    """CPU seconds that another process has used, as exactly as the system tells them."""
    if sys.platform == "linux":
        nanoseconds = 0
        for task in Path(f"/proc/{process_id}/task").iterdir():
            nanoseconds += int((task / "schedstat").read_text().split()[0])
        return nanoseconds * 1e-9
    raise SystemExit("The CPU time of another process is read from /proc: this benchmark runs on Linux.")


def main() -> int:
    """Measure, print, and compare with the limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--scans", type=int, default=200)
    options = parser.parse_args()
    here = open_spectrometers((ADDRESS,), set_up_rig((ADDRESS,), pace="none"))[0]
    guard = Guard()
    guard.open(ADDRESS, pace="none")
    child = guard.process_id
    assert child is not None
    found: dict[str, list[float]] = {"parent": [], "child": [], "in process": [], "added": []}
    try:
        for _ in range(options.rounds + 1):
            parent_s, child_s = process_time(), cpu_s(child)
            for _ in range(options.scans):
                guard.scan()
            parent_s, child_s = process_time() - parent_s, cpu_s(child) - child_s
            here_s = process_time()
            for _ in range(options.scans):
                here.scan()
            here_s = process_time() - here_s
            for name, spent_s in zip(found, (parent_s, child_s, here_s, parent_s + child_s - here_s), strict=True):
                found[name].append(1e3 * spent_s / options.scans)
    finally:
        guard.close()
        here.close()
    ms = {name: median(times[1:]) for name, times in found.items()}  # the first round warms up
    print(f"{here.info.wavelengths_nm.size} pixels, {options.rounds} rounds of {options.scans} scans")
    for name, value in ms.items():
        print(f"{name:>14}  {value:7.3f} ms CPU a scan")
    print(f"{'added / limit':>14}  {ms['added'] / LIMIT_MS:7.2f} x   goal 1 x of {LIMIT_MS} ms")
    return 0 if ms["added"] <= 1.5 * LIMIT_MS else 1


if __name__ == "__main__":
    raise SystemExit(main())

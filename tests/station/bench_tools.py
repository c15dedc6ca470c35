"""A whole station on the virtual bus and a clock that stands still, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from analysis.synthesis import Conditions
from instruments.virtual.samples import FlaskSample
from station import orders
from station.acquisition import Acquisition
from station.bench import Bench
from station.clock import VirtualClock
from station.events import Event, LiveFrame
from station.recipe import Recipe
from station.run import Exposures
from station.store import RunFile  # noqa: F401  (a station without its run file is none)

ODE = Conditions(solvent="ODE", temperature_c=100.0, top_mmol=21.2, oam_mmol=37.4, cd_mmol=1.2, te_mmol=1.0)
RECIPE = Recipe(name="ODE, standard", material="CdTe", solvent="ODE", temperature_c=100.0)
QUICK = Exposures(absorbance_s=0.025, absorbance_scans=8, emission_s=0.1, emission_scans=8)

Kind = TypeVar("Kind")


@dataclass
class Heard:
    """Everything a station has announced."""

    messages: list[Event | LiveFrame] = field(default_factory=list)

    def all(self, kind: type[Kind]) -> list[Kind]:
        return [message for message in self.messages if isinstance(message, kind)]

    def last(self, kind: type[Kind]) -> Kind:
        return self.all(kind)[-1]


@dataclass
class Station:
    acquisition: Acquisition
    clock: VirtualClock
    heard: Heard

    def do(self, *steps: orders.Order) -> None:
        for step in steps:
            self.acquisition.obey(step)


@contextmanager
def station(folder: Path, bench: Bench | None = None, *, begun: bool = True) -> Iterator[Station]:
    """Yield a station with an open virtual Flame-S and, if `begun`, a run with dark, reference and heat on."""
    clock, heard = VirtualClock(), Heard()
    chosen = bench or Bench(exposures=QUICK, sample=FlaskSample(ODE), pace="none")
    acquisition = Acquisition(clock, heard.messages.append, folder, chosen)
    built = Station(acquisition, clock, heard)
    try:
        if begun:
            built.do(orders.OpenInstrument("virtual:FLAME-S"), orders.NewRun(RECIPE))
            built.do(orders.TakeDark(), orders.TakeReference(), orders.SetMark("heat on"))
        yield built
    finally:
        acquisition.obey(orders.Stop())

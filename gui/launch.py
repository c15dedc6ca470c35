"""Puts a station behind a window: the bench, the demonstration, the review."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from station import orders, replaying
from station.acquisition import Acquisition
from station.bench import Bench
from station.clock import PacedClock, SystemClock
from station.demo import ADDRESS, FOLDER, Demo, Player, Step, reaction, script
from station.events import Faulted, Mailbox, Refused
from station.onset_command import OnsetCommand
from station.run import Run
from station.settings import runs_folder
from station.settings_file import load_settings
from station.store import left_open, new_path, read
from station.vigil import Computer

if TYPE_CHECKING:
    from analysis.excitation_spectra import ExcitationReading

CLOSING_S = 20.0  # lights, then the last record on a slow disk; a device that hangs holds nothing up for more than 3 s


class Link:
    """One station as the window sees it: orders down, mailbox up, the clock.

    A demonstration that plays gives way when the chemist goes on with another run.
    """

    def __init__(
        self,
        station: Acquisition,
        mailbox: Mailbox,
        player: Player | None = None,
        onset_command: OnsetCommand | None = None,
    ) -> None:
        self.mailbox = mailbox
        self._onset_command = onset_command or OnsetCommand(mailbox.post)
        self.clock = station.clock
        self._station = station
        self._player = player

    def order(self, order: orders.Order) -> None:
        """Send an order down; its outcome comes up as events."""
        if isinstance(order, orders.TryOnsetCommand):
            self._onset_command.try_now(order.words)
            return
        if self._player is not None and isinstance(order, orders.ContinueRun | orders.NewRun):
            self._player.stop()
        done = self._station.order(order)
        if self._player is not None:
            self._player.give_way(done)


def bench(*, theme: str, address: str | None = None) -> int:
    """Open the window on the connected spectrometer; without one it offers the virtual one, never silently.

    `address` is opened instead of what is found.
    """
    from gui import app

    mailbox, left = Mailbox(), (*left_open(runs_folder()), *left_open(FOLDER))
    settings, said = load_settings()
    command = OnsetCommand(mailbox.post)
    station = Acquisition(
        SystemClock(),
        command.hear,
        runs_folder(),
        reaction("ODE_std").bench,
        settings=settings,
        computer=Computer(),
    )
    command.report = lambda sentence, run_path: _note_outcome(station, sentence, run_path)
    for sentence in said:
        mailbox.post(Refused("LoadSettings", sentence))
    station.start()
    station.order(orders.LookAgain() if address is None else orders.OpenInstrument(address))
    try:
        link = Link(station, mailbox, onset_command=command)
        return app.run(link, theme=theme, left_open=left, virtual=ADDRESS)
    finally:
        _end(station, mailbox)


def _note_outcome(station: Acquisition, sentence: str, run_path: str | None) -> None:
    """Have the station write into the run how the onset's command has ended."""
    station.order(orders.NoteOutcome(sentence, run_path))


def demo(demo: Demo, pace: float, out: Path, *, theme: str) -> int:
    """Open the window on the virtual bench and play a demonstration beside it."""
    path = new_path(out, demo.name)
    return _play(script(demo, path), demo.bench, pace, out, theme)


def replay(file: Path, pace: float, out: Path, *, theme: str) -> int:
    """Open the window on a recorded run and play it again beside it, so many times faster than it was."""
    path = new_path(out, f"{file.stem}-replay")
    return _play(replaying.script(f"{replaying.REPLAY}{file.absolute()}", read(file), path), Bench(), pace, out, theme)


def _play(steps: Iterable[Step], bench: Bench, pace: float, out: Path, theme: str) -> int:
    """Open the window on a station and play a script beside it."""
    from gui import app

    mailbox, left = Mailbox(), left_open(out)
    # What was left open ran ahead of the clock: this one begins where it ended, so that it can go on.
    clock = PacedClock(begins_s=max([time.time(), *(found.ended_s for found in left)]))
    station = Acquisition(clock, mailbox.post, out, bench, computer=Computer())
    player = Player(steps, station, clock, pace)
    station.start()
    player.start()
    try:
        return app.run(Link(station, mailbox, player), theme=theme, left_open=left)
    finally:
        player.stop()
        _end(station, mailbox)


def review(run: Run, path: Path, excitations: Iterable[ExcitationReading] = (), *, theme: str) -> int:
    """Open a recorded run; `excitations` are the excitation spectra that lie beside it."""
    from gui import app

    return app.review(run, path, excitations, theme=theme)


def _end(station: Acquisition, mailbox: Mailbox) -> None:
    """Stop the station if the window has not, and wait until lights, child and file are safe.

    What breaks after the window has gone is said on the terminal.
    """
    station.order(orders.Stop())
    station.join(CLOSING_S)
    for event in mailbox.take()[1]:
        if isinstance(event, Faulted) and sys.stderr is not None:
            print(f"aliquot: {event.fault.headline} {event.fault.now}", file=sys.stderr)

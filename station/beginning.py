"""How a run begins, or goes on: with the spectrometer that is open, or without one, of files."""

from __future__ import annotations

from pathlib import Path

from station.clock import Clock
from station.connection import Connection
from station.recipe import Recipe
from station.session import Session
from station.setting_up import SettingUp
from station.settings import library_text


class Beginning:
    """Begins the runs of one station; for the acquisition thread."""

    def __init__(self, session: Session, connection: Connection, setting_up: SettingUp, clock: Clock) -> None:
        self._session, self._connection, self._setting_up, self._clock = session, connection, setting_up, clock

    def begin(self, recipe: Recipe, path: str | None) -> None:
        """Begin a run; without a spectrometer it is one of files. Raises Disconnected where one is lost."""
        connection, where = self._connection, None if path is None else Path(path)
        info = None if connection.address is None else (connection.info, connection.emission_info)
        set_up = None if info is None else connection.bench.set_up(*info)
        self._session.begin(recipe, set_up, library_text(), where, connection.bench.optics)

    def begin_if_none(self) -> None:
        """Begin a run where none is open, and again where it holds nothing and only now there is a spectrometer.

        Raises Disconnected where one is lost.
        """
        run, connection = self._session.run, self._connection
        if run is None:
            self.begin(connection.bench.recipe(f"Run at {self._clock.wall():%H:%M}"), None)
        elif run.set_up is None and not run.records and connection.known is not None:
            self.begin(run.recipe, None)

    def go_on(self, path: str) -> None:
        """Go on with the run in a file. Raises StoreError, with the open run untouched, where that cannot be."""
        known = self._connection.known
        serials = (None, None) if known is None else (known.serial, self._connection.emission_info.serial)
        self._session.resume(Path(path), *serials)
        self._setting_up.went_on()

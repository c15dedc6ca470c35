"""The window on a real station with a virtual bench: every order of the set-up arrives, and its answer is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import theme as themes
from gui.actions import Act
from gui.dress import Dress, texts
from gui.launch import Link
from gui.main_window import MainWindow
from gui.remembered import Remembered
from gui.shown import set_up_device, set_up_doctor, set_up_lights, set_up_optics
from gui.shown.uv import UvSign
from instruments.virtual.samples import FlaskSample
from station import orders
from station.acquisition import Acquisition
from station.bench import Bench
from station.bench_settings import BenchSettings
from station.clock import VirtualClock
from station.events import Mailbox, State, Status
from station.optics import Excitation
from station.reactions import reactions
from station.run import Exposures
from station.settings import settings_folder
from station.settings_file import load_settings
from tests.station.bench_tools import ODE

pytestmark = pytest.mark.slow

FEW = Exposures(absorbance_scans=4, emission_scans=4)
PATIENCE_MS = 10_000


class Driven:
    """A window on a running station, driven by keys."""

    def __init__(self, window: MainWindow, station: Acquisition, clock: VirtualClock, qtbot: QtBot) -> None:
        self.window, self.station, self.clock, self.qtbot = window, station, clock, qtbot
        self.real_s = 0.0
        self.signs: list[UvSign | None] = []

    @property
    def status(self) -> Status:
        return self.window.desk.status

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            self.real_s += 1.0
            QTest.keyClick(QApplication.focusWidget() or self.window, key)

    def wait(self, until: Callable[[], bool]) -> None:
        """Let the station work until something is so."""
        self.qtbot.waitUntil(until, timeout=PATIENCE_MS)

    def walk_to(self, name: str) -> None:
        page = self.window.panels.set_up.page
        for _ in range(40):
            if page.at == name:
                return
            self.press(Qt.Key.Key_Down)
        raise AssertionError(f"{name} is not on the page")

    def write(self, name: str, text: str) -> None:
        self.walk_to(name)
        self.press(Qt.Key.Key_Return)
        QTest.keyClicks(QApplication.focusWidget() or self.window, text)
        self.press(Qt.Key.Key_Return)

    def choose_lights(self, **kinds: str) -> None:
        """Choose the lights on their page and leave it."""
        self.press(Qt.Key.Key_B, Qt.Key.Key_2)
        for role, kind in kinds.items():
            self.walk_to(f"{role}.kind")
            for _ in range(4):
                if self.window.panels.set_up.typed[f"{role}.kind"] == kind:
                    break
                self.press(Qt.Key.Key_Right)
        self.apply(set_up_lights.APPLY)
        self.press(Qt.Key.Key_B)

    def apply(self, name: str) -> None:
        self.walk_to(name)
        self.press(Qt.Key.Key_Return)


@pytest.fixture
def driven(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Driven]:
    """Yield a window on a station with the virtual Flame-S open; it rests, so that no live frame takes the time."""
    clock, mailbox = VirtualClock(), Mailbox()
    bench = Bench(exposures=FEW, sample=FlaskSample(ODE), pace="none")
    settings = BenchSettings(exposures=FEW)
    station = Acquisition(clock, mailbox.post, tmp_path / "runs", bench, settings=settings)
    remembered = Remembered(settings_folder())
    remembered.note_uv_read()
    dress = Dress(themes.DARK)
    themes.apply(qapp, dress.theme, dress.scale)
    made: list[Driven] = []
    window = MainWindow(
        Link(station, mailbox),
        dress,
        remembered=remembered,
        on_uv=lambda sign: made[-1].signs.append(sign),
        monotonic_s=lambda: made[-1].real_s if made else 0.0,
    )
    made.append(Driven(window, station, clock, qtbot))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    station.start()
    station.order(orders.OpenInstrument("virtual:FLAME-S"))
    station.order(orders.ShowLive(False))
    made[-1].wait(lambda: made[-1].status.instrument is not None and made[-1].status.state is State.IDLE)
    yield made[-1]
    window.leave()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE_MS)
    assert station.join(20.0)
    window.deleteLater()
    qapp.processEvents()


def test_optics_and_exposures_that_were_typed_are_in_force_and_kept(driven: Driven) -> None:
    driven.press(Qt.Key.Key_D)
    driven.wait(lambda: driven.status.dark_at_s is not None and driven.status.state is State.IDLE)
    driven.press(Qt.Key.Key_B, Qt.Key.Key_3)
    driven.write("nm", "366")
    driven.apply(set_up_optics.APPLY)
    driven.wait(lambda: driven.status.optics.excitation == Excitation("LED", 366.0))
    driven.wait(lambda: driven.status.dark_at_s is None)  # a change of optics asks for a new dark
    driven.press(Qt.Key.Key_1)
    driven.write("absorbance_ms", "12.5")
    driven.apply(set_up_device.EXPOSE)
    driven.wait(lambda: driven.status.exposures.absorbance_s == 0.0125)
    driven.press(Qt.Key.Key_2)
    driven.write("uv.by_hand", "60")
    driven.apply(set_up_lights.UV_TIME)
    driven.wait(lambda: driven.status.uv_by_hand_s == 60.0)
    driven.press(Qt.Key.Key_1)
    driven.walk_to("backend")
    driven.press(Qt.Key.Key_Left)
    driven.apply(set_up_device.OPEN)
    driven.wait(lambda: driven.status.backend == "pyseabreeze" and driven.status.state is State.IDLE)
    kept, said = load_settings()
    assert (kept.uv_by_hand_s, kept.backend, kept.exposures, said) == (60.0, "pyseabreeze", driven.status.exposures, ())


def test_uv_by_hand_is_asked_for_in_the_place_of_capture_and_space_never_captures(driven: Driven) -> None:
    driven.choose_lights(uv="by hand")
    driven.wait(lambda: driven.status.lighting.uv.kind == "by hand" and driven.status.hand_wanted is not None)
    assert driven.window.panels.prompt.isVisible()
    driven.press(Qt.Key.Key_Space)
    driven.wait(lambda: driven.status.hand_wanted is None)
    assert not driven.window.panels.prompt.isVisible()
    driven.press(Qt.Key.Key_D)
    driven.wait(lambda: driven.status.dark_at_s is not None and driven.status.state is State.IDLE)
    assert driven.status.run is not None
    assert driven.status.run.aliquots == ()


def test_esc_leaves_a_measurement_that_waits_for_a_hand(driven: Driven) -> None:
    driven.choose_lights(probe="by hand")
    driven.wait(lambda: driven.status.lighting.probe.kind == "by hand")
    driven.press(Qt.Key.Key_D)
    driven.wait(lambda: driven.status.hand_wanted is not None)
    driven.press(Qt.Key.Key_Escape)
    driven.wait(lambda: driven.status.state is State.IDLE)
    assert driven.status.dark_at_s is None


def test_exposures_are_found_and_the_doctor_answers(driven: Driven) -> None:
    driven.press(Qt.Key.Key_D)
    driven.wait(lambda: driven.status.dark_at_s is not None and driven.status.state is State.IDLE)
    driven.press(Qt.Key.Key_B, Qt.Key.Key_1)
    before = driven.status.exposures
    driven.apply(set_up_device.FIND)
    driven.wait(lambda: driven.status.exposures != before and driven.status.state is State.IDLE)
    driven.press(Qt.Key.Key_6)
    driven.apply(set_up_doctor.EXAMINE)
    driven.wait(lambda: bool(driven.window.desk.report))
    page = driven.window.panels.set_up.page
    assert driven.window.desk.report.splitlines()[0] in {text.text for text in texts(page.parts())}


def test_two_spectrometers_are_opened_one_for_each_role(driven: Driven) -> None:
    driven.station.order(orders.OpenTwo("virtual:FLAME-S", "virtual:USB4000"))
    driven.wait(lambda: driven.status.emission_instrument is not None)
    driven.press(Qt.Key.Key_B, Qt.Key.Key_1)
    said = {text.text for text in texts(driven.window.panels.set_up.page.parts())}
    assert any("Flame-S" in each for each in said)
    assert any("USB4000" in each for each in said)
    driven.walk_to("emission")
    for _ in range(4):
        if driven.window.panels.set_up.typed["emission"] == set_up_device.SAME:
            break
        driven.press(Qt.Key.Key_Right)
    driven.apply(set_up_device.OPEN)
    driven.wait(lambda: driven.status.emission_instrument is None and driven.status.state is State.IDLE)


def test_uv_by_the_key_is_said_and_goes_off_at_esc(driven: Driven) -> None:
    driven.press(Qt.Key.Key_U)
    driven.wait(lambda: driven.window.panels.header.uv is not None)
    sign = driven.window.panels.header.uv
    assert sign is not None
    assert (sign.words, sign.second) == ("UV ON", "off in 0:30")
    driven.window.act(Act.KEYS)
    driven.press(Qt.Key.Key_Escape)
    driven.wait(lambda: driven.status.uv is not None and driven.status.uv.state == "off")
    assert driven.window.panels.header.uv is None


def test_every_view_is_told_of_uv_while_emission_is_exposed(driven: Driven) -> None:
    driven.press(Qt.Key.Key_D)
    driven.wait(lambda: driven.status.dark_at_s is not None and driven.status.state is State.IDLE)
    driven.press(Qt.Key.Key_R)
    driven.wait(lambda: driven.status.reference_at_s is not None and driven.status.state is State.IDLE)
    driven.signs.clear()
    driven.press(Qt.Key.Key_Space)
    driven.wait(lambda: driven.status.run is not None and len(driven.status.run.aliquots) == 1)
    assert [sign and sign.words for sign in driven.signs] == ["UV ON", None]
    assert driven.status.uv_s > 0.0


def test_wavelengths_are_checked_and_the_answer_is_said(driven: Driven) -> None:
    driven.press(Qt.Key.Key_D)
    driven.wait(lambda: driven.status.dark_at_s is not None and driven.status.state is State.IDLE)
    driven.press(Qt.Key.Key_B, Qt.Key.Key_1)
    driven.apply("check Hg/Ar")
    toast = driven.window.panels.toast
    driven.wait(lambda: "No line stands out. Nothing was recorded." in toast.note.sentence)


def test_a_recipe_begins_the_run_and_its_aliquot_is_reminded_of_and_the_recipe_changed(driven: Driven) -> None:
    driven.press(Qt.Key.Key_D)
    driven.wait(lambda: driven.status.dark_at_s is not None and driven.status.state is State.IDLE)
    driven.press(Qt.Key.Key_Q, Qt.Key.Key_Return)
    driven.wait(lambda: driven.status.run is not None and driven.status.run.recipe == reactions()["ODE_std"])
    assert driven.status.dark_at_s is not None  # it fits, and is carried over
    driven.press(Qt.Key.Key_M, Qt.Key.Key_1)
    driven.wait(lambda: driven.status.run is not None and driven.status.run.t0 is not None)
    driven.clock.sleep(1800.0 - 100.0)
    driven.wait(lambda: "is due at 0.5 h" in driven.window.panels.toast.note.sentence)
    page = driven.window.panels.recipe.page
    driven.press(Qt.Key.Key_Q)
    page.begin_at("temperature")
    driven.press(Qt.Key.Key_Return)
    QTest.keyClicks(page.field, "110")
    driven.press(Qt.Key.Key_Return)
    page.begin_at("ready")
    driven.press(Qt.Key.Key_Return, Qt.Key.Key_1)
    driven.wait(lambda: driven.status.run is not None and driven.status.run.recipe.temperature_c == 110.0)
    assert driven.status.run is not None
    assert driven.status.run.begun_with.temperature_c == 100.0

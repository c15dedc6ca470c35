"""Every text has the room it needs: both themes, 100 to 200 % type, every state of the bench."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, cast

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from analysis.spectrum import Quantity
from gui import set_up
from gui import theme as themes
from gui.actions import Act, keys_of
from gui.dress import Cap, Dress, Part, Text, texts
from gui.theme import Theme
from instruments.spectrometer import DeviceListing, SerialPort, Temperatures
from station import orders
from station.events import (
    AliquotTaken,
    Continuous,
    DevicesFound,
    Event,
    Examined,
    Faulted,
    Light,
    OnsetFlagged,
    Progress,
    State,
    Status,
    Watching,
)
from station.recipe import HOUR_S
from station.run import Exposures
from tests.gui import stories
from tests.gui.conftest import Bench, Opener

pytestmark = pytest.mark.slow

SLACK = 0.6  # of a pixel: antialiased letters
NOW_S = stories.T0_S + 2 * HOUR_S + 247.0
LATE_S = stories.T0_S + 24 * HOUR_S + 232.0
NOTHING = dict.fromkeys(("Capture", "TakeDark", "TakeReference", "SwitchUv", "ShowLive"), "no spectrometer")
BUSY = dict.fromkeys(("Capture", "TakeDark", "TakeReference", "SwitchUv", "Undo"), "measuring: Esc stops it")


class Painted(Protocol):
    """A widget that says where its texts stand."""

    def parts(self) -> list[Part]: ...


def disconnected() -> tuple[Status, tuple[Event, ...]]:
    nothing = Status(State.DISCONNECTED, None, None, None, Exposures(), obstacles=NOTHING)
    return nothing, (DevicesFound(()),)


def quiet() -> tuple[Status, tuple[Event, ...]]:
    return stories.status(2, now_s=NOW_S), (AliquotTaken(stories.aliquot(1), True),)


def flagged() -> tuple[Status, tuple[Event, ...]]:
    return stories.onset_status(NOW_S), (OnsetFlagged(stories.ONSET, 4, stories.ADVICE),)


def faulted() -> tuple[Status, tuple[Event, ...]]:
    broken = replace(stories.status(4, now_s=NOW_S, state=State.FAULTED), fault=stories.FAULT, obstacles=NOTHING)
    return broken, (Faulted(stories.FAULT),)


def measuring() -> tuple[Status, tuple[Event, ...]]:
    now = replace(stories.status(2, now_s=NOW_S, state=State.MEASURING), obstacles=BUSY)
    return now, (Progress("aliquot", "Room light", 19, 20, 0.2, 6.0),)


def stale() -> tuple[Status, tuple[Event, ...]]:
    uv = Light("Aliquot virtual LED", "unknown", LATE_S - 10.0)
    old = stories.confirmed_status(8, LATE_S)
    return replace(old, dark_at_s=LATE_S - 4440.0, reference_at_s=LATE_S - 4440.0, uv=uv, peak=0.98), ()


def uv_on() -> tuple[Status, tuple[Event, ...]]:
    light = Light("Aliquot virtual LED", "on", NOW_S - 6.0, NOW_S + 24.0)
    return replace(stories.status(3, now_s=NOW_S), uv=light), ()


def asked() -> tuple[Status, tuple[Event, ...]]:
    wanted = "Block the lamp: put the shutter or a card between lamp and cuvette, then close the lid."
    light = Light("by hand", "on", NOW_S - 6.0)
    return replace(stories.status(2, now_s=NOW_S, state=State.MEASURING), hand_wanted=wanted, uv=light), ()


def doubted() -> tuple[Status, tuple[Event, ...]]:
    doubts = (
        "The lamp did not change when it was switched on (2 ± 3 counts). Is the shutter closed?",
        "UV did not light the cuvette (1 ± 4 counts at 405 nm). Is its driver switched on?",
    )
    return replace(stories.status(3, now_s=NOW_S), light_doubts=doubts), ()


def falling() -> tuple[Status, tuple[Event, ...]]:
    said = replace(stories.findings(3), onset=None, advice=replace(stories.advice(2), stop_now=True))
    run = stories.run(3).appended(stories.aliquot(3, said=said))
    return replace(stories.status(2, now_s=NOW_S), run=run), ()


STORIES = (disconnected, quiet, flagged, faulted, measuring, stale, uv_on, asked, doubted, falling)
Story = Callable[[], tuple[Status, tuple[Event, ...]]]


def painted(window: QWidget) -> list[QWidget]:
    """Return every visible widget that paints texts."""
    return [w for w in window.findChildren(QWidget) if w.isVisible() and hasattr(w, "parts")]


def misfits(widget: QWidget) -> list[str]:
    """Return what is wrong with the texts of a widget: cut off, too tall, outside, over each other."""
    wrong: list[str] = []
    shown = [text for text in texts(cast(Painted, widget).parts()) if text.text]
    inside = QRectF(widget.rect()).adjusted(-2 - SLACK, -SLACK, SLACK, SLACK)
    for text in shown:
        name = f"{type(widget).__name__}: {text.text!r}"
        if not text.may_elide and text.needs > text.room.width() + SLACK:
            wrong.append(f"{name} needs {text.needs:.1f} of {text.room.width():.1f} px")
        if QFontMetricsF(text.font).capHeight() > text.room.height():
            wrong.append(f"{name} is taller than its {text.room.height():.1f} px")
        if not inside.contains(_ink(text)):
            wrong.append(f"{name} at {_ink(text)} leaves {widget.rect()}")
        if text.may_elide and text.room.width() < min(24.0, text.needs):
            wrong.append(f"{name} has no room at all")
    for index, one in enumerate(shown):
        for other in shown[index + 1 :]:
            if _ink(one).adjusted(SLACK, SLACK, -SLACK, -SLACK).intersects(_ink(other)):
                wrong.append(f"{type(widget).__name__}: {one.text!r} lies over {other.text!r}")
    return wrong


def _ink(text: Text) -> QRectF:
    """Return where the letters of a text stand: its width, and cap height about the middle of its room."""
    width = min(text.needs, text.room.width())
    tall = QFontMetricsF(text.font).capHeight()
    left = {
        "left": text.room.left(),
        "right": text.room.right() - width,
        "centre": text.room.center().x() - width / 2,
    }[text.side]
    return QRectF(left, text.room.center().y() - tall / 2, width, tall)


def all_misfits(bench: Bench) -> list[str]:
    found = [wrong for widget in painted(bench.window) for wrong in misfits(widget)]
    for widget in painted(bench.window):
        parent = widget.parentWidget()
        if parent is not None and not parent.rect().contains(widget.geometry()):
            found.append(f"{type(widget).__name__} at {widget.geometry()} leaves {parent.rect()}")
    return found


@pytest.fixture(params=(1.0, 1.25, 1.5, 1.75, 2.0), ids=lambda scale: f"{scale:.0%}")
def scale(request: pytest.FixtureRequest) -> float:
    return float(request.param)


@pytest.mark.parametrize("theme", [themes.DARK, themes.LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_state_fits_at_every_size_of_type(
    open_bench: Opener, scale: float, theme: Theme, size: tuple[int, int]
) -> None:
    bench = open_bench(Dress(theme, scale))
    bench.window.resize(*size)
    bench.window.desk.sound = "beeps"
    wrong: dict[str, list[str]] = {}
    for story in STORIES:
        status, happened = story()
        bench.link.clock.seconds = LATE_S if story is stale else NOW_S
        bench.shows(status, *happened)
        wrong[story.__name__] = all_misfits(bench)
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("size", [(1024, 640), (1366, 768), (1920, 1080)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("view", [Act.TREND, Act.WATERFALL, Act.PAIR])
def test_every_view_of_a_run_fits_on_all_its_pages(
    open_bench: Opener, scale: float, view: Act, size: tuple[int, int]
) -> None:
    bench = open_bench(Dress(themes.DARK if scale == 1.0 else themes.LIGHT, scale))
    bench.window.resize(*size)
    bench.link.clock.seconds = LATE_S
    bench.shows(stories.confirmed_status(8, LATE_S))
    bench.window.panels.plots.install()
    bench.window.select(4)
    wrong: set[str] = set()
    for _ in range(8):
        bench.window.act(view)
        wrong |= {each for widget in painted(bench.window.panels.plots) for each in misfits(widget)}
    bench.shows(stories.status(0, now_s=LATE_S))
    wrong |= {each for widget in painted(bench.window.panels.plots) for each in misfits(widget)}
    assert sorted(wrong) == []


def test_the_list_of_marks_fits(open_bench: Opener, scale: float) -> None:
    bench = open_bench(Dress(themes.LIGHT, scale))
    bench.shows(stories.status(0, now_s=NOW_S))
    bench.window.act(Act.MARK)
    assert not bench.window.panels.bench.choices.isHidden()
    assert all_misfits(bench) == []


def test_the_card_of_keys_fits(open_bench: Opener, scale: float) -> None:
    bench = open_bench(Dress(themes.LIGHT, scale))
    for size in ((1366, 768), (1024, 640), (3840, 2160)):
        bench.window.resize(*size)
        card, said = bench.window.panels.keys, set[str]()
        bench.window.act(Act.KEYS)
        while card.isVisible():
            assert misfits(card) == []
            assert card.rect().contains(card.card().toRect())
            said |= {part.label.text for part in card.parts() if isinstance(part, Cap)}
            bench.window.act(Act.KEYS)
        assert said == {key.cap for key in keys_of("bench")}, "on one of its pages"


@pytest.mark.parametrize("size", [(1024, 640), (1366, 768), (3840, 2160)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_first_run_fits_in_all_its_states(open_bench: Opener, scale: float, size: tuple[int, int]) -> None:
    bench = open_bench(Dress(themes.LIGHT_CONTRAST, scale))
    bench.window.resize(*size)
    first = bench.window.panels.first_run
    bench.shows(disconnected()[0])
    bench.window.ease.show_first_run()
    opened = replace(stories.status(0, now_s=NOW_S), dark_at_s=None, reference_at_s=None)
    blocked = {"TakeReference": "UV light not reached: switch it on"}
    for status in (
        disconnected()[0],
        opened,
        replace(opened, dark_at_s=NOW_S - 20.0, obstacles=blocked),
        replace(opened, dark_at_s=NOW_S - 20.0, reference_at_s=NOW_S - 4.0),
        stories.status(1, now_s=NOW_S),
    ):
        bench.link.clock.seconds = NOW_S
        bench.shows(status)
        assert first.isVisible()
        assert misfits(first) == []
        covered = [card for card in first.cards if not first.rect().contains(card.toAlignedRect())]
        assert covered == []


BUSY_BENCH = replace(
    stories.status(2, now_s=NOW_S),
    instrument=replace(
        stories.INFO, cooled=True, notes=("no linearity correction: the stored coefficients are all zero",)
    ),
    temperatures=Temperatures(-10.02, 31.4),
    wavelength_offset_nm=Quantity(0.31, 0.05),
    excitation_offset_nm=Quantity(-1.2, 0.2),
    continuous=Continuous(
        10.0,
        NOW_S,
        10.0,
        1.0,
        "A449 lets next to no light through: shorten the path to about 0.2 mm",
        "dark first: press D",
    ),
    watching=Watching(
        "/home/lab/Documents/SpectraSuite/2026-11-23 CdTe in ODE, second attempt/exports",
        "*_emission_*",
        214,
        "Absorbance_00214.txt: its values, about 2 410, are counts or per cent, not absorbance. Export the absorbance.",
        well=False,
    ),
)
DEVICES = (
    DeviceListing("ocean:QEP01234", "QE Pro", "QEP01234", "cseabreeze", False, "held by another program: close it"),
    DeviceListing("ocean:FLMS1", "Flame-S", "FLMS00001", "cseabreeze", False),
)
FOUND = "USB bus: 1 spectrometer\nPermission: /dev/bus/usb/001/014 belongs to root, so that only root may open it\n"


@pytest.mark.parametrize("size", [(1024, 640), (1366, 768)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_page_of_the_set_up_fits_wherever_the_cursor_stands(
    open_bench: Opener, scale: float, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = ((SerialPort("/dev/ttyUSB0", "0403:6001:a10kx3"), "FT232R USB UART"),)
    monkeypatch.setattr(set_up, "serial_ports", lambda **_: ports)
    bench = open_bench(Dress(themes.LIGHT if scale == 1.5 else themes.DARK, scale))
    bench.window.resize(*size)
    bench.shows(BUSY_BENCH, DevicesFound(DEVICES), Examined(FOUND * 20))
    pages = bench.window.panels.set_up
    wrong: list[str] = []
    for page, typed in enumerate(
        (
            {"absorbance_ms": "0"},
            WRONG_LIGHTS,
            {"filter": "in", "edge": "395"},
            {"every": "often"},
            {"command": LONG_COMMAND, "hear": "onset"},
            {},
        )
    ):
        pages.open_at(page)
        for name, text in typed.items():
            pages.type(name, text)
        for _ in range(1 + sum(line.is_active for line in pages.page.lines)):
            wrong += misfits(pages.page)
            assert bench.window.rect().contains(pages.page.geometry())
            pages.page.go(1)
    assert sorted(set(wrong)) == []


LONG_COMMAND = f"/usr/local/bin/relay 'a word with spaces' {'x' * 120} --run {{run}} --at {{time}} --nm {{nm}} more"
WRONG_LIGHTS = {"probe.kind": "steady", "probe.warm": "twelve", "uv.kind": "serial", "uv.driver": "own commands"}


def test_the_warning_of_uv_fits(open_bench: Opener, scale: float) -> None:
    bench = open_bench(Dress(themes.DARK, scale))
    bench.window.panels.uv_card.hold(orders.SwitchUv(True), 30.0)
    assert all_misfits(bench) == []


def test_the_offer_to_continue_fits(open_bench: Opener, scale: float) -> None:
    bench = open_bench(Dress(themes.DARK, scale))
    bench.window.offer_recovery(("A run was open at 14:02: 23 aliquots, all whole. 1 of 3: ← →", "run.aliquot"))
    assert bench.window.panels.banner.isVisible()
    assert misfits(bench.window.panels.banner) == []


@pytest.mark.parametrize(
    ("scale", "size"),
    [
        *((scale, (1024, 640)) for scale in (1.0, 1.25, 1.5, 2.0)),
        *((scale, (1366, 768)) for scale in (1.0, 1.25, 2.0)),
    ],
)
@pytest.mark.parametrize("focused", [False, True])
def test_a_long_not_line_stays_in_its_room_and_the_rest_is_behind_a_key(
    open_bench: Opener, scale: float, size: tuple[int, int], focused: bool
) -> None:
    bench = open_bench(Dress(themes.LIGHT, scale))
    bench.window.resize(*size)
    onset = replace(
        stories.ONSET,
        not_="the excitation line, octadecene Raman, toluene Raman, autofluorescence, room light or turbidity. "
        "False alarm: at most 1 run in 100.",
    )
    if focused:
        bench.window.act(Act.FOCUS)
    bench.shows(replace(stories.onset_status(NOW_S), onset=onset), OnsetFlagged(onset, 4, stories.ADVICE))
    banner = bench.window.panels.banner
    if (scale, size) == (1.0, (1366, 768)):
        assert banner.height() == 102, "as it is drawn"
        assert any(text.text.endswith("False alarm: at most 1 run in 100.") for text in texts(banner.parts()))
    for _ in range(2):
        assert not banner.geometry().intersects(bench.window.panels.plots.geometry())
        assert all_misfits(bench) == []
        bench.window.act(Act.WHY)


def test_a_misfit_is_found(open_bench: Opener) -> None:
    bench = open_bench()
    bench.shows(stories.status(2, now_s=NOW_S))
    capture = bench.window.panels.bench.buttons[Act.CAPTURE]
    capture.resize(110, capture.height())
    assert any("Capture 3" in wrong for wrong in misfits(capture))


def test_nothing_overlaps_in_the_window(open_bench: Opener, scale: float) -> None:
    bench = open_bench(Dress(themes.DARK, scale))
    status, happened = flagged()
    bench.shows(status, *happened)
    panels = bench.window.panels
    standing = [panels.header, panels.banner, panels.plots, panels.ladder, panels.readouts, panels.health]
    standing += [button for button in panels.bench.buttons.values() if button.isVisible()]
    for index, one in enumerate(standing):
        assert bench.window.rect().contains(one.geometry())
        for other in standing[index + 1 :]:
            assert not one.geometry().intersects(other.geometry()), (one, other)

"""Every line that leads through an aliquot, and every list in the place of the buttons, has the room it needs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.spectrum import Calibration, Frames, Quantity
from gui import theme as themes
from gui.actions import Act
from gui.dress import Dress, texts
from gui.shown.bench import lead
from gui.theme import Theme
from station import events
from station.events import State, Status
from station.records import WashChecked
from tests.gui import stories
from tests.gui.conftest import Bench, Opener
from tests.gui.test_shown_bench import frame
from tests.gui.test_texts_fit import all_misfits
from tests.station.test_strength import aliquot

pytestmark = pytest.mark.slow

HOUR_S = 3600.0
DUE_S = stories.T0_S + 2 * HOUR_S
SIZES = (((1366, 768), 1.0), ((1366, 768), 1.25), ((1366, 768), 1.5), ((1024, 640), 2.0), ((3840, 2160), 2.0))


def led() -> dict[str, Status]:
    """Every step of an aliquot, as the bench stands at it."""
    quiet = stories.status(3, now_s=DUE_S)
    assert quiet.run is not None
    drawn_s = DUE_S - 11.5 * HOUR_S
    strong = replace(aliquot(1.31, number=4), measured_at_s=DUE_S, drawn_at_s=DUE_S, reaction_time_s=2 * HOUR_S)
    dirty = WashChecked(Frames(frame(0.1), None), Calibration(), Quantity(0.1, 1e-4), None, "", DUE_S, "")
    return {
        "cycle": replace(quiet, run=stories.run(4), dilution=1_000_000.0),
        "draw": replace(quiet, run=stories.run(3), dilution=1000.0),
        "measure": replace(quiet, drawn_at_s=drawn_s, dilution=1000.0),
        "reference": replace(quiet, drawn_at_s=drawn_s, reference_at_s=DUE_S - 3 * HOUR_S),
        "dilute": replace(quiet, run=quiet.run.appended(strong), too_strong="A449 is 1.31: dilute to 200×"),
        "wash": replace(quiet, run=quiet.run.appended(dirty)),
    }


def capture_says(bench: Bench) -> set[str]:
    button = bench.window.panels.bench.buttons[Act.CAPTURE]
    return {text.text for text in texts(button.parts())}


@pytest.mark.parametrize("theme", [themes.DARK, themes.LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize(("size", "scale"), SIZES)
def test_every_step_of_an_aliquot_fits_and_says_what_to_do(
    open_bench: Opener, theme: Theme, size: tuple[int, int], scale: float
) -> None:
    bench = open_bench(Dress(theme, scale))
    bench.window.resize(*size)
    wrong: dict[str, list[str]] = {}
    for name, status in led().items():
        bench.link.clock.seconds = DUE_S - 300.0 if name == "draw" else DUE_S + 1.0
        step = lead(status, bench.link.clock.seconds)
        assert step.what == name
        bench.shows(status)
        wrong[name] = all_misfits(bench)
        said = capture_says(bench)
        assert said & {step.line, step.short, step.line.partition(", ")[0]}, (name, said)
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize(("size", "scale"), SIZES)
def test_lists_a_field_and_a_wash_fit(open_bench: Opener, size: tuple[int, int], scale: float) -> None:
    bench = open_bench(Dress(themes.DARK, scale))
    bench.window.resize(*size)
    bench.link.clock.seconds = DUE_S
    status = stories.status(3, now_s=DUE_S)
    for keys in ((Act.MARK,), (Act.DILUTION,)):
        bench.shows(status)
        bench.window.act(*keys)
        assert not bench.window.panels.bench.choices.isHidden()
        assert all_misfits(bench) == []
        bench.window.act(Act.LEAVE)
    bench.window.act(Act.DILUTION)
    bench.window.act(Act.CHOOSE, 9)
    assert bench.window.panels.bench.choices.typing
    assert all_misfits(bench) == []
    bench.window.act(Act.LEAVE)
    washing = replace(status, state=State.MEASURING, obstacles={"Capture": "measuring", "CheckWash": "measuring"})
    bench.shows(washing, events.Progress("wash", "Room light again", 19, 20, 0.9, 1.0))
    assert any(each.startswith("Wash") and each.endswith("19 of 20") for each in capture_says(bench))
    assert all_misfits(bench) == []


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_what_a_wash_and_an_aliquot_say_fits_into_a_toast(open_bench: Opener, scale: float) -> None:
    bench = open_bench(Dress(themes.LIGHT, scale))
    left = "Left: A449 0.012 ± 0.001 and 1\u202f240 ± 90 counts/s: wash again, then W."
    strong = replace(aliquot(1.31, number=4), note="aliquot 3 again, more dilute: A449 was too strong")
    weak = replace(strong, reading=stories.aliquot(3).reading)
    for happened in (
        events.MeasurementEnded("wash", True, left, well=False),
        events.AliquotTaken(strong, True),
        events.AliquotTaken(weak, True),
    ):
        bench.shows(stories.status(3, now_s=DUE_S), happened)
        assert all_misfits(bench) == []

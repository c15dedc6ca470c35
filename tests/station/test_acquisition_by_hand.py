"""Lights that only the chemist can switch: asked for, waited for, and believed when the counts have followed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from instruments.spectrometer import LightChoice, Lighting, Role
from instruments.virtual.hand import Burn, Dim, SwitchByHand, Trouble
from instruments.virtual.samples import FlaskSample
from station import events, orders
from station.bench import Bench
from station.events import State, Status
from tests.station.bench_tools import ODE, QUICK, RECIPE, Station, station

pytestmark = pytest.mark.slow

BOTH_BY_HAND = Lighting(LightChoice("by hand", "shutter"), LightChoice("by hand", "UV torch"))
STEADY = Lighting(LightChoice("steady", "halogen lamp", warm_up_s=900.0), LightChoice("none"))
AT_REST = Bench(exposures=QUICK, sample=FlaskSample(ODE), pace="none")


class Chemist:
    """Hears what the station asks for, does it at the virtual bench, and confirms."""

    def __init__(self, built: Station) -> None:
        self.station = built
        self.asked: list[str] = []
        self.does: Callable[[str], bool] = self.obeys
        built.acquisition._publish = self.hear

    def hear(self, message: events.Event | events.LiveFrame) -> None:
        self.station.heard.messages.append(message)
        if isinstance(message, events.StatusChanged) and message.status.state is State.MEASURING:
            wanted = message.status.hand_wanted
            if wanted is not None:
                self.asked.append(wanted)
                if self.does(wanted):
                    self.station.acquisition.order(orders.HandDone())

    def obeys(self, wanted: str) -> bool:
        if "lamp" in wanted:
            self.lamp(on=wanted.startswith("Take away"))
            return True
        role: Role = "uv" if "UV torch" in wanted else "probe"
        self.station.acquisition._guard.hand(SwitchByHand(role, wanted.startswith("Switch on")))
        return True

    def lamp(self, *, on: bool) -> None:
        self.station.acquisition._guard.hand(Burn(on))

    def do(self, *steps: orders.Order) -> None:
        self.station.do(*steps)

    def now(self) -> Status:
        return self.station.heard.last(events.StatusChanged).status

    @property
    def ended(self) -> events.MeasurementEnded:
        return self.station.heard.last(events.MeasurementEnded)


@pytest.fixture
def chemist(tmp_path: Path) -> Iterator[Chemist]:
    with station(tmp_path, replace(AT_REST, lighting=BOTH_BY_HAND), begun=False) as built:
        yield Chemist(built)


def begin(chemist: Chemist) -> None:
    chemist.do(orders.OpenInstrument("virtual:FLAME-S"), orders.NewRun(RECIPE), orders.TakeDark())
    chemist.do(orders.TakeReference(), orders.SetMark("heat on"))


def test_each_light_is_asked_for_once_and_an_aliquot_is_measured_with_both(chemist: Chemist) -> None:
    begin(chemist)
    chemist.asked.clear()
    chemist.station.clock.sleep(2 * 3600.0)
    chemist.do(orders.Capture())
    assert chemist.asked == [
        "Switch on by hand: shutter. Then confirm.",
        "Switch off by hand: shutter. Then confirm.",
        "Switch on by hand: UV torch. Then confirm.",
        "Switch off by hand: UV torch. Then confirm.",
    ]
    taken = chemist.station.heard.last(events.AliquotTaken).aliquot
    assert taken.reading.findings is not None
    assert taken.reading.findings.dominant == "MSC-449"
    assert taken.reading.emission is not None
    assert taken.uv_s >= QUICK.emission_s * QUICK.emission_scans
    assert chemist.now().hand_wanted is None


def test_a_light_that_did_not_change_is_said_and_asked_for_again(chemist: Chemist) -> None:
    begin(chemist)
    chemist.asked.clear()
    refusals = iter((True, False))

    def forgets_once(wanted: str) -> bool:
        return next(refusals, False) or chemist.obeys(wanted.replace("Is it on:", "Switch on by hand:"))

    def does(wanted: str) -> bool:
        if wanted.startswith("The counts have not changed. "):
            return chemist.obeys(wanted.removeprefix("The counts have not changed. ").replace("Is it on", "Switch on"))
        return forgets_once(wanted)

    chemist.does = does
    chemist.do(orders.Capture())
    assert chemist.asked[0] == "Switch on by hand: shutter. Then confirm."
    assert (
        chemist.asked[1]
        == "The counts have not changed. Is it on: shutter? Then confirm; if it was so before, stop and measure again."
    )
    assert chemist.ended.done


def test_esc_while_asked_records_nothing_and_uv_may_be_on_until_it_is_said_to_be_off(chemist: Chemist) -> None:
    begin(chemist)

    def leaves_uv(wanted: str) -> bool:
        if wanted.startswith("Switch off by hand: UV torch"):
            chemist.station.acquisition.order(orders.Cancel())
        return not wanted.startswith("Switch off by hand") and chemist.obeys(wanted)

    chemist.do(orders.Capture())
    chemist.asked.clear()
    chemist.does = lambda wanted: ("shutter" in wanted and chemist.obeys(wanted)) or leaves_uv(wanted)
    chemist.do(orders.Capture(), orders.Cancel())
    assert not chemist.ended.done
    status = chemist.now()
    assert status.run is not None
    assert len(status.run.aliquots) == 1
    assert status.uv is not None
    assert status.uv.state == "unknown"
    assert status.hand_wanted == "Switch off by hand: UV torch. Then confirm."
    chemist.do(orders.HandDone())
    assert chemist.now().hand_wanted is None
    assert chemist.now().uv is not None
    chemist.do(orders.HandDone())
    assert chemist.station.heard.last(events.Refused).reason == "nothing is asked for"


def test_a_spectrometer_that_is_pulled_out_while_the_station_waits_ends_the_waiting(chemist: Chemist) -> None:
    begin(chemist)

    def pulls_the_plug(wanted: str) -> bool:
        chemist.station.acquisition._guard.hand(Trouble("unplug"))
        chemist.station.clock.sleep(2.0)
        return False

    chemist.does = pulls_the_plug
    chemist.do(orders.Capture())
    assert chemist.now().state is State.FAULTED


def test_uv_by_hand_is_counted_down_and_the_measurement_stops_when_it_was_on_too_long(tmp_path: Path) -> None:
    long = replace(QUICK, emission_s=2.0, emission_scans=20)
    bench = replace(AT_REST, lighting=BOTH_BY_HAND, exposures=long, uv_by_hand_s=20.0)
    with station(tmp_path, bench, begun=False) as built:
        chemist = Chemist(built)
        chemist.do(orders.OpenInstrument("virtual:FLAME-S"), orders.NewRun(RECIPE), orders.TakeDark())
        chemist.do(orders.TakeReference())
        assert not chemist.ended.done
        assert chemist.ended.sentence.startswith("UV was on for 20 s, which is the most; nothing was recorded.")
        lit = [shown.status.uv for shown in built.heard.all(events.StatusChanged) if shown.status.uv is not None]
        counted = [light for light in lit if light.state == "on"]
        assert counted
        assert all(light.off_at_s == pytest.approx(light.since_s + 20.0, abs=1.0) for light in counted)


def test_the_live_view_asks_for_nothing(chemist: Chemist) -> None:
    begin(chemist)
    chemist.asked.clear()
    for _ in range(3):
        chemist.station.acquisition._between_orders()
    chemist.do(orders.ShowLive(False), orders.ShowLive(True))
    assert chemist.asked == []
    assert chemist.now().obstacles["SwitchUv"] == "switched by hand"


def test_a_steady_lamp_is_covered_for_the_dark_and_never_switched(tmp_path: Path) -> None:
    with station(tmp_path, replace(AT_REST, lighting=STEADY), begun=False) as built:
        chemist = Chemist(built)
        chemist.do(orders.OpenInstrument("virtual:FLAME-S"))
        chemist.lamp(on=True)
        chemist.do(orders.NewRun(RECIPE), orders.TakeDark(), orders.TakeReference(), orders.SetMark("heat on"))
        assert chemist.asked == [
            "Block the light of the lamp, leave it burning: halogen lamp. Then confirm.",
            "Take away what blocks the lamp: halogen lamp. Then confirm.",
        ]
        built.clock.sleep(2 * 3600.0)
        chemist.do(orders.Capture())
        taken = built.heard.last(events.AliquotTaken).aliquot
        assert taken.reading.findings is not None
        assert taken.reading.findings.dominant == "MSC-449"


def test_beside_a_steady_lamp_without_a_shutter_emission_is_refused_with_the_reason(tmp_path: Path) -> None:
    lighting = replace(STEADY, uv=LightChoice("by hand", "UV torch"))
    with station(tmp_path, replace(AT_REST, lighting=lighting), begun=False) as built:
        chemist = Chemist(built)
        chemist.do(orders.OpenInstrument("virtual:FLAME-S"))
        status = chemist.now()
        assert status.instrument is not None
        assert status.instrument.uv == "none"
        assert any("no shutter: emission cannot be measured" in note for note in status.instrument.notes)
        assert status.obstacles["SwitchUv"] == "the lamp has no shutter"


def test_a_steady_lamp_counts_its_warm_up_down_and_begins_again_when_it_is_chosen_again(tmp_path: Path) -> None:
    with station(tmp_path, replace(AT_REST, lighting=STEADY), begun=False) as built:
        chemist = Chemist(built)
        chemist.do(orders.OpenInstrument("virtual:FLAME-S"))
        began_s = built.clock.now_s()
        assert chemist.now().warm_up_ends_s == pytest.approx(began_s + 900.0)
        built.clock.sleep(300.0)
        chemist.do(orders.OpenInstrument("virtual:FLAME-S"))
        assert chemist.now().warm_up_ends_s == pytest.approx(began_s + 900.0)
        chemist.do(orders.UseLighting(STEADY))
        assert chemist.now().warm_up_ends_s == pytest.approx(built.clock.now_s() + 900.0)


def test_a_shutter_that_was_forgotten_is_not_recorded_as_a_reference(chemist: Chemist) -> None:
    chemist.do(orders.OpenInstrument("virtual:FLAME-S"), orders.NewRun(RECIPE), orders.TakeDark())
    chemist.station.acquisition._guard.hand(Dim("probe", 0.0))
    answers = iter((True, True))

    def insists(wanted: str) -> bool:
        if next(answers, None):
            return chemist.obeys(wanted) if wanted.startswith("Switch") else True
        chemist.station.acquisition.order(orders.Cancel())
        return False

    chemist.does = insists
    chemist.do(orders.TakeReference(), orders.Cancel())
    assert not chemist.ended.done
    assert chemist.now().reference_at_s is None


def test_a_station_that_ends_while_uv_by_hand_may_be_on_says_so(tmp_path: Path) -> None:
    with station(tmp_path, replace(AT_REST, lighting=BOTH_BY_HAND), begun=False) as built:
        chemist = Chemist(built)
        chemist.do(orders.OpenInstrument("virtual:FLAME-S"), orders.Stop())
        assert built.heard.last(events.Faulted).fault.headline == "UV may be on: the station ends"


def test_other_lights_ask_for_a_new_dark_and_reference(chemist: Chemist) -> None:
    begin(chemist)
    chemist.do(orders.UseLighting(BOTH_BY_HAND))
    assert chemist.now().reference_at_s is not None
    chemist.do(orders.UseLighting(replace(BOTH_BY_HAND, probe=LightChoice("lamp line"))))
    assert chemist.now().dark_at_s is None
    assert chemist.now().obstacles["Capture"] == "dark first: press D"


def test_a_recording_is_not_paired_with_a_spectrometer(chemist: Chemist) -> None:
    chemist.do(orders.OpenTwo("virtual:FLAME-S", "replay:a.aliquot"))
    assert chemist.station.heard.last(events.Refused).reason.startswith("A recording has its own emission")


def test_from_the_question_for_uv_to_its_answer_uv_is_never_called_off(chemist: Chemist) -> None:
    begin(chemist)
    seen: dict[str, str] = {}

    def does(wanted: str) -> bool:
        message = chemist.station.heard.last(events.StatusChanged)
        assert message.status.uv is not None
        seen[wanted] = message.status.uv.state
        return chemist.obeys(wanted)

    chemist.does = does
    chemist.do(orders.Capture())
    torch = {wanted: state for wanted, state in seen.items() if "UV torch" in wanted}
    assert len(torch) == 2
    assert set(torch.values()) == {"unknown"}
    lamp = chemist.now().uv
    assert lamp is not None
    assert lamp.state == "off"

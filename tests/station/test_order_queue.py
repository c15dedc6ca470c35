"""What stops a measurement does not wait for a scan that hangs; what is measured is not disturbed without need."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from instruments.spectrometer import Timeout
from station import order_queue, orders
from station.cycle import Cancelled
from station.order_queue import OrderQueue
from tests.station.eye_bench import EyeBench
from tests.station.test_cycle import cycle_of

SOON_S = 20.0


@pytest.mark.parametrize("order", [orders.Stop(), orders.Cancel()])
def test_a_scan_is_ended_where_stopping_has_waited_too_long(
    order: orders.Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_queue, "PATIENCE_S", 0.0)
    ended, for_good = threading.Event(), []

    def interrupt(good: bool) -> None:
        for_good.append(good)
        ended.set()

    OrderQueue(interrupt).put(order)
    assert ended.wait(SOON_S)
    assert for_good == [isinstance(order, orders.Stop)]  # after Cancel the spectrometer is opened again


def test_no_scan_is_ended_once_stopping_was_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    class Held:
        daemon = False

        def __init__(self, interval_s: float, hurry: object, given: tuple[object, ...]) -> None:
            assert interval_s == order_queue.PATIENCE_S
            asked.append((hurry, *given))

        def start(self) -> None:
            """Wait for the test."""

    monkeypatch.setattr(threading, "Timer", Held)
    ended: list[bool] = []
    queue = OrderQueue(ended.append)
    queue.put(orders.Cancel()).set_result(None)
    (hurry, *given) = asked[0]
    assert callable(hurry)
    hurry(*given)
    assert ended == []


def test_other_orders_wait_for_the_scan_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "Timer", None)
    queue = OrderQueue(lambda for_good: pytest.fail(f"interrupted, for good: {for_good}"))
    queue.put(orders.Capture())
    assert not queue.cancelled()


def test_a_scan_that_was_ended_because_of_it_is_a_stop_and_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    bench, stopped = EyeBench(), threading.Event()

    def wedged(channel: str = "absorbance") -> None:
        stopped.set()
        raise Timeout("The spectrometer did not answer: it was stopped.")

    monkeypatch.setattr(bench, "scan", wedged)
    with pytest.raises(Cancelled):
        replace(cycle_of(bench), cancelled=stopped.is_set).aliquot()
    with pytest.raises(Timeout):
        cycle_of(bench).aliquot()

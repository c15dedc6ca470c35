"""A network connection to a spectrometer always comes back: the defects of the driver's own, one by one."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from instruments.answering_socket import ANSWER_LIMIT_S, CONNECT_LIMIT_S, AnsweringSocket
from instruments.catalogue import open_spectrometers, set_up_rig
from instruments.spectrometer import Disconnected
from instruments.virtual.hand import Trouble


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def test_a_connection_that_the_other_side_closed_ends_at_once(server: socket.socket) -> None:
    with AnsweringSocket(*server.getsockname()) as ours:
        theirs, _ = server.accept()
        theirs.sendall(b"abc")
        theirs.close()
        buffer = memoryview(bytearray(8))
        assert ours.recv_into(buffer, 8) == 3
        with pytest.raises(ConnectionResetError):  # the driver's own reads nothing, for ever
            ours.recv_into(buffer[3:], 5)


def test_the_time_limit_does_not_grow_from_read_to_read(server: socket.socket) -> None:
    with AnsweringSocket(*server.getsockname()) as ours:
        for _ in range(4):
            ours.settimeout(10.0 + ours.gettimeout())  # as the driver does before each
        assert ours.gettimeout() == ANSWER_LIMIT_S
        assert socket.socket.gettimeout(ours) == 10.0 + ANSWER_LIMIT_S


def test_no_limit_is_above_the_exposure_that_is_waited_for(server: socket.socket) -> None:
    with AnsweringSocket(*server.getsockname()) as ours:
        ours.longest_s = 1.5
        for asked_s in (11.0, None):
            ours.settimeout(asked_s)
            assert socket.socket.gettimeout(ours) == 1.5


def test_a_mute_spectrometer_costs_the_limit_and_no_more(server: socket.socket) -> None:
    with AnsweringSocket(*server.getsockname()) as ours:
        theirs, _ = server.accept()
        ours.settimeout(0.05)
        with theirs, pytest.raises(TimeoutError):
            ours.recv_into(memoryview(bytearray(8)), 8)


def test_nobody_there_is_known_in_time_and_leaves_no_socket_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        address = once.getsockname()
    begun = time.monotonic()
    with pytest.raises(ConnectionRefusedError):
        AnsweringSocket(*address)
    assert time.monotonic() - begun < CONNECT_LIMIT_S


def test_an_address_that_nobody_answers_is_said_and_hides_no_other() -> None:
    rig = set_up_rig(("virtual:FX", "virtual:FLAME-S"), pace="none")
    host, port = rig.network["FX"]
    rig.obey(Trouble("unplug", 0))
    with pytest.raises(Disconnected, match=f"No spectrometer answers at {host}:{port}"):
        open_spectrometers((f"tcp:FX@{host}:{port}",), None)
    (flame,) = open_spectrometers(("virtual:FLAME-S",), rig)
    assert flame.scan().size == 2048
    flame.close()
    rig.obey(Trouble("unplug", 1))


def test_a_name_that_no_network_knows_is_an_address_that_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(host: str) -> str:
        raise socket.gaierror(socket.EAI_NONAME, f"Name or service not known: {host}")

    monkeypatch.setattr(socket, "gethostbyname", unknown)
    with pytest.raises(Disconnected, match="No spectrometer answers at the-fx:57357"):
        open_spectrometers(("tcp:FX@the-fx:57357",), None)


def test_let_go_the_spectrometer_is_free_for_the_next() -> None:
    rig = set_up_rig(("virtual:FX",), pace="none")
    for _ in range(3):
        (spectrometer,) = open_spectrometers(("virtual:FX",), rig)
        for _ in range(3):
            assert spectrometer.scan().size == 2136
        spectrometer.close()
    rig.obey(Trouble("unplug"))

"""Which back ends of the driver can run is found out by loading them, and said with the reason where they cannot."""

from __future__ import annotations

import importlib
import sys

import pytest
import usb.libloader

from instruments.back_ends import back_ends


def test_each_back_end_is_told_once_with_how_it_reaches_the_bus() -> None:
    first, second = back_ends()
    assert (first.name, second.name) == ("cseabreeze", "pyseabreeze")
    assert first.detail
    assert second.detail


def test_a_computer_without_libusb_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usb.libloader, "locate_library", lambda *_, **__: None)
    _, pyseabreeze = back_ends()
    assert not pyseabreeze.present
    assert "no libusb" in pyseabreeze.detail


def test_a_back_end_that_does_not_load_is_told_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.import_module

    def fails(name: str, package: str | None = None) -> object:
        if name.startswith("seabreeze."):
            raise ImportError("DLL load failed while importing _wrapper:\n the module is missing.")
        return real(name, package)

    monkeypatch.setattr(importlib, "import_module", fails)
    for back_end in back_ends():
        assert not back_end.present
        assert back_end.detail == "DLL load failed while importing _wrapper: the module is missing."


def test_a_second_libusb_is_taken_where_the_first_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(files: tuple[str, ...], *_: object, **__: object) -> object:
        if "usb-1.0" in files:
            raise usb.libloader.LibraryNotFoundException("Libusb 1")
        return object()

    monkeypatch.setattr(usb.libloader, "load_locate_library", load)
    _, pyseabreeze = back_ends()
    assert pyseabreeze.present
    assert "libusb 0.1" in pyseabreeze.detail


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the wheels differ")
def test_this_installation_has_the_stock_back_end() -> None:
    assert back_ends()[0].present

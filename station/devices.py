"""What is connected, asked for by a verb that opens nothing."""

from __future__ import annotations

from instruments.spectrometer import DeviceListing


def devices() -> tuple[DeviceListing, ...]:
    """Return the connected spectrometers and the virtual ones, asked for in an instrument process of its own.

    Raises InstrumentError.
    """
    from instruments.guard import Guard

    guard = Guard()
    try:
        return guard.devices()
    finally:
        guard.close()

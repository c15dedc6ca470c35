"""Everything that goes wrong at a bench, as a table: what happens, what is read, what is kept, how it goes on.

`docs/faults.md` is this table in words; a test holds the two together. A row with an `act` is played through a whole
station by test_faults.py, over every back end that can; the others name the test that proves them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from instruments.virtual.hand import Kind

Act = Literal["Space", "D", "R", "rest"]


@dataclass(frozen=True, slots=True)
class Played:
    """One row that a station lives through.

    `trouble` strikes before the chemist's `act` ("rest": nobody does anything). `reads` stands in one of the
    announced sentences. `recorded`: the act ends in a record all the same. `mended` is what the
    chemist does about it; after that the station measures again by itself. `cpp`: also over the C++ back end.
    """

    what: str
    trouble: tuple[Kind, ...]
    act: Act
    reads: str
    recorded: bool
    mended: tuple[Kind, ...]
    kept: str
    goes_on: str
    cpp: bool = False


@dataclass(frozen=True, slots=True)
class Proved:
    """One row that another test proves: `test` is its file and name."""

    what: str
    reads: str
    kept: str
    goes_on: str
    test: str


KEPT = "Every record before."
AGAIN = "The measurement is taken again by itself."
BY_ITSELF = "By itself, within 3 s of the cure."

PLAYED = (
    Played(
        "Unplugged while nothing is measured",
        ("unplug",),
        "rest",
        "Spectrometer not reached since",
        False,
        ("replug",),
        KEPT,
        BY_ITSELF,
        cpp=True,
    ),
    Played(
        "Unplugged before Space",
        ("unplug",),
        "Space",
        "Spectrometer not reached since",
        False,
        ("replug",),
        KEPT,
        BY_ITSELF,
        cpp=True,
    ),
    Played(
        "Unplugged while a scan is exposed",
        ("unplug exposing",),
        "Space",
        "Spectrometer not reached since",
        False,
        ("replug",),
        KEPT,
        BY_ITSELF,
        cpp=True,
    ),
    Played(
        "Unplugged while a scan is read",
        ("unplug reading",),
        "Space",
        "Spectrometer not reached since",
        False,
        ("replug",),
        KEPT,
        BY_ITSELF,
        cpp=True,
    ),
    Played(
        "Unplugged while a dark is taken",
        ("unplug exposing",),
        "D",
        "Spectrometer not reached since",
        False,
        ("replug",),
        KEPT,
        BY_ITSELF,
        cpp=True,
    ),
    Played(
        "The driver never returns from a read",
        ("wedge",),
        "Space",
        "The measurement is repeated.",
        True,
        (),
        KEPT,
        AGAIN,
        cpp=True,
    ),
    Played(
        "The spectrometer does not answer",
        ("silence",),
        "Space",
        "The measurement is repeated.",
        True,
        (),
        KEPT,
        AGAIN,
        cpp=True,
    ),
    Played(
        "Half a frame comes", ("short frame",), "Space", "The measurement is repeated.", True, (), KEPT, AGAIN, cpp=True
    ),
    Played("More than a frame comes", ("long frame",), "Space", "The measurement is repeated.", True, (), KEPT, AGAIN),
    Played(
        "A frame ends with the wrong sync byte",
        ("wrong sync",),
        "Space",
        "The measurement is repeated.",
        True,
        (),
        KEPT,
        AGAIN,
        cpp=True,
    ),
    Played(
        "Another program holds the spectrometer after a cable fault",
        ("claim", "unplug exposing", "replug"),
        "Space",
        "not reached since",
        False,
        ("free",),
        KEPT,
        BY_ITSELF,
        cpp=False,
    ),
    Played(
        "The lamp is dead",
        ("lamp dead",),
        "Space",
        "the lamp did not light",
        True,
        ("lamp mended",),
        "The aliquot, with the doubt on it.",
        "With the next measurement.",
    ),
    Played(
        "The lamp is dead when the reference is taken",
        ("lamp dead",),
        "R",
        "switch the lamp on and take it again",
        False,
        ("lamp mended",),
        "The reference before.",
        "With the next R.",
    ),
    Played(
        "The UV light is dead",
        ("led dead",),
        "Space",
        "UV did not light",
        True,
        ("led mended",),
        "The aliquot, with the doubt on it.",
        "With the next measurement.",
    ),
    Played(
        "Light leaks past the lamp's shutter into the dark",
        ("light leak",),
        "D",
        "Light reaches the detector in the dark",
        False,
        ("leak closed",),
        "The dark before.",
        "With the next D.",
    ),
    Played(
        "The cuvette is blocked",
        ("block",),
        "Space",
        "something is in the way",
        True,
        ("unblock",),
        "The aliquot, with the doubt on it.",
        "With the next measurement.",
    ),
    Played(
        "The UV light's driver was pulled out",
        ("unplug led",),
        "Space",
        "UV may be on: the station cannot reach it",
        False,
        ("replug led",),
        KEPT,
        "With the next Space once the light is known to be off.",
    ),
    Played(
        "The UV light's driver is mute",
        ("mute led",),
        "Space",
        "UV may be on: the station cannot reach it",
        False,
        ("mend led",),
        KEPT,
        "With the next Space once the light is known to be off.",
    ),
)

SAYS_AGAIN = "Everything measured before is kept. Measure again."
GUARD = "tests/instruments/test_guard_faults.py::"
ENDS = "tests/instruments/test_guard_ends.py::"
OCEAN = "tests/instruments/test_ocean_faults.py::"
STATION = "tests/station/"

PROVED = (
    Proved(
        "Plugged in while no spectrometer is open",
        "Its name: it is opened by itself where it is the only one, or the one of last time.",
        KEPT,
        "Within 3 s.",
        STATION + "test_acquisition_plug.py::test_the_only_spectrometer_that_is_plugged_in_is_opened_by_itself",
    ),
    Proved(
        "Another spectrometer is plugged in instead",
        "It is offered, never taken for the lost one.",
        "The run, untouched.",
        "When the lost one is back, or the other is chosen.",
        STATION + "test_acquisition_plug.py::test_another_spectrometer_is_offered_and_the_run_stays",
    ),
    Proved(
        "An OBP header is corrupt and the stream out of step",
        "The spectrometer could not be read",
        KEPT,
        "The device is opened again at once; the next scan is whole. " + AGAIN,
        OCEAN + "test_a_scan_that_fails_is_told_and_never_read_as_the_next",
    ),
    Proved(
        "A spectrum is refused (NACK)",
        SAYS_AGAIN,
        KEPT,
        AGAIN,
        OCEAN + "test_a_scan_that_fails_is_told_and_never_read_as_the_next",
    ),
    Proved(
        "An exposure is refused (NACK), which the driver swallows",
        "The exposure could not be set; the old one stays.",
        KEPT,
        "The measurement begins again with the exposure that holds.",
        OCEAN + "test_an_exposure_that_the_device_refuses_is_said_and_the_old_one_stays",
    ),
    Proved(
        "A checksum (MD5) does not fit, which the driver passes with a warning",
        "The answer does not fit its checksum.",
        KEPT,
        AGAIN,
        OCEAN + "test_a_scan_that_fails_is_told_and_never_read_as_the_next",
    ),
    Proved(
        "cseabreeze fills a torn frame up with the one before",
        "The spectrometer sent part of the scan before once more.",
        KEPT,
        AGAIN,
        "tests/instruments/test_ocean_frames.py::test_a_scan_with_a_piece_of_the_one_before_is_thrown_away",
    ),
    Proved(
        "Averaging that another program left on doubles the frame",
        "How many values came and how many belong there.",
        KEPT,
        "Opened again; where it stays so, it is said what to do.",
        OCEAN + "test_averaging_left_on_in_the_device_is_said_and_not_taken_for_a_spectrum",
    ),
    Proved(
        "This user may not open the device",
        "This user may not open the spectrometer.",
        KEPT,
        "By itself, once the udev rule is there and it is plugged in again.",
        GUARD + "test_one_that_this_user_may_not_open_is_told_and_opened_once_he_may",
    ),
    Proved(
        "A forbidden device stands beside a good one",
        "Nothing; the list names it with its obstacle.",
        "Everything.",
        "The good one is opened and measured with.",
        OCEAN + "test_a_forbidden_one_beside_a_good_one_does_not_hide_it",
    ),
    Proved(
        "Another program holds the device",
        "Another program holds the spectrometer.",
        KEPT,
        "By itself, once it lets go.",
        GUARD + "test_one_that_another_program_holds_is_told_and_opened_once_it_is_free",
    ),
    Proved(
        "Linearity coefficients are all zero, or missing",
        "No linearity correction, and why.",
        "Raw counts, as always.",
        "It measures, uncorrected, and says so on every reading.",
        OCEAN + "test_coefficients_that_are_zero_or_missing_cost_the_correction_not_the_instrument",
    ),
    Proved(
        "A list of dark pixels is nested, empty or wrong (NIRQuest, USB4000)",
        "Nothing.",
        "Everything.",
        "Only pixels that are really dark are used; without any, the dark alone is.",
        "tests/instruments/test_ocean_models.py::test_nested_empty_and_bad_lists_give_the_pixels_that_are_really_dark",
    ),
    Proved(
        "An exposure at or beyond the limits is asked for",
        "What this spectrometer can do, from the shortest to just below the longest.",
        "The exposure as it was.",
        "At once.",
        "tests/instruments/test_ocean_models.py::test_the_upper_limit_is_refused_and_what_lies_just_below_is_taken",
    ),
    Proved(
        "Some scans of a frame are saturated",
        "Peak at 100 %: shorten exposure.",
        "The frame, with its saturated pixels and their neighbours masked.",
        "With a shorter exposure.",
        "tests/analysis/test_photometry.py::test_saturated_pixels_and_their_neighbours_are_left_out",
    ),
    Proved(
        "The room light is switched between the two frames without UV",
        "The room light changed.",
        "The reading; the difference stands in its uncertainty.",
        "With the next measurement.",
        "tests/analysis/test_photometry.py::test_a_room_light_that_changes_is_said_and_enters_sigma",
    ),
    Proved(
        "The lamp's shutter is forgotten, UV stays on, the cuvette is missing",
        "What the counts say of the lights.",
        "The aliquot, with the doubt on it; no dark and no reference under the wrong light.",
        "With the next measurement.",
        STATION + "test_light_check.py::test_each_fault_of_the_lights_is_said_of_the_aliquot",
    ),
    Proved(
        "A light that is switched by hand did not change",
        "That the counts do not show it; it is asked for again.",
        KEPT,
        "Once it has changed; Esc leaves.",
        STATION + "test_acquisition_by_hand.py::test_a_light_that_did_not_change_is_said_and_asked_for_again",
    ),
    Proved(
        "Another device stands behind the UV light's port",
        "Which one stood there and which one does now; nothing is written to it.",
        "Everything.",
        "Once the port is chosen again.",
        "tests/instruments/test_serial_led.py::test_a_device_that_was_exchanged_while_in_use_is_noticed_before_a_word_is_written",
    ),
    Proved(
        "The instrument process is killed",
        "Its process had ended by itself.",
        KEPT,
        "Another is started, the lights are off, " + AGAIN[0].lower() + AGAIN[1:],
        "tests/instruments/test_guard.py::test_a_dead_process_is_noticed_and_replaced",
    ),
    Proved(
        "The instrument process stands still while nobody asks it anything",
        "The spectrometer did not answer.",
        KEPT,
        "Another is started within seconds.",
        "tests/instruments/test_guard_heartbeat.py::test_a_process_that_stands_still_while_nobody_asks_is_noticed_and_replaced",
    ),
    Proved(
        "The program is killed (kill -9)",
        "At the next start: the run is offered to go on with.",
        "Every acknowledged record.",
        "Lights off and no process left within 2 s.",
        "tests/test_killed.py::test_kill_9_loses_nothing_leaves_nobody_and_no_light",
    ),
    Proved(
        "The program ends in any other way, also while a read is stuck",
        "Nothing.",
        "Every acknowledged record.",
        "Lights off and no process left within 2 s.",
        ENDS + "test_a_terminated_program_leaves_no_process_and_no_light",
    ),
    Proved(
        "The computer slept",
        "A mark in the run with the length of the gap; dark and reference are stale.",
        "Everything; reaction time counts the sleep.",
        "The spectrometer is opened again, lights off.",
        STATION + "test_acquisition_day.py::test_after_a_sleep_the_gap_is_marked_and_dark_and_reference_are_stale",
    ),
    Proved(
        "The computer's clock is set, or its time zone changes",
        "A mark in the run that says by how much.",
        "Everything; no reaction time moves.",
        "At once.",
        STATION + "test_acquisition_day.py::test_a_clock_that_was_set_is_a_mark_and_moves_no_reaction_time",
    ),
    Proved(
        "The screen is locked while UV is on by hand",
        "UV off.",
        "Everything.",
        "At once.",
        STATION + "test_acquisition_day.py::test_uv_by_hand_goes_off_when_the_screen_is_locked",
    ),
    Proved(
        "The disk is full",
        "The aliquot is kept in memory; saving is tried every 10 s.",
        "The aliquot, in memory.",
        "By itself, once there is room.",
        STATION + "test_acquisition.py::test_a_full_disk_keeps_the_aliquot_in_memory_and_writes_it_when_there_is_room",
    ),
)

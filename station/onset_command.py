"""The command that the chemist may have run at the onset: a list of words, no shell, ten seconds at most."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from analysis.findings import Onset
from station import events
from station.events import Event, LiveFrame, Status

MOST_S, END_S = 10.0, 1.0
MOST_WORDS, LONGEST_WORD = 20, 500
SAID_BYTES, SAID_CHARACTERS = 4096, 160
BATCH = (".bat", ".cmd")  # Windows hands them to cmd.exe, to which an & in a folder's name is another command
NO_WINDOW = 0x08000000  # CREATE_NO_WINDOW of Windows: a console program opens none
MARK = "command"
ENDED_WELL = "The onset's command ended well"

Words = tuple[str, ...]


def check_command(words: Words) -> Iterator[str]:
    """Yield a sentence for everything in a command that cannot be run; no words at all are no command."""
    if words and not words[0].strip():
        yield "The onset's command names no program. Begin with the program, then its arguments."
    if words and words[0].strip().lower().endswith(BATCH):
        yield f"{words[0].strip()} is run by a shell, that reads its arguments in its own way. Name a program."
    if len(words) > MOST_WORDS:
        yield f"The onset's command has {len(words)} words; {MOST_WORDS} are the most."
    if any(len(word) > LONGEST_WORD or not word.isprintable() for word in words):
        yield f"A word of the onset's command is not up to {LONGEST_WORD} characters that can be shown."


def filled(words: Words, facts: Mapping[str, str]) -> Words:
    """Return the words with {run}, {time} and {nm} replaced inside the arguments; the program stays as it was typed."""
    return (*words[:1], *(_filled(word, facts) for word in words[1:]))


def _filled(word: str, facts: Mapping[str, str]) -> str:
    """Return a word with its placeholders replaced; what stands in a fact, a folder called {nm}, is none."""
    return re.sub(r"\{(\w+)\}", lambda found: facts.get(found[1], found[0]), word)


def facts_of(onset: Onset, run_path: str | None) -> dict[str, str]:
    """Return what the placeholders stand for: the run file, the latest time of the onset since t0 in s, its nm."""
    return {
        "run": run_path or "",
        "time": f"{onset.latest_s:.0f}",
        "nm": "" if onset.nm is None else f"{onset.nm:.0f}",
    }


TRIED = {"run": "trial.aliquot", "time": "0", "nm": "500"}
"""What the placeholders stand for while a command is tried."""


def run(words: Words, most_s: float = MOST_S) -> tuple[bool, str]:
    """Run a command and wait for it; return whether it ended well, and a sentence that says how it ended.

    Whatever it has started is ended with it after `most_s`. Of what it says the first line is kept.
    """
    on_windows = sys.platform == "win32"
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            shell=False,
            creationflags=NO_WINDOW if on_windows else 0,
            start_new_session=not on_windows,
        )
    except (OSError, ValueError) as refused:
        why = getattr(refused, "strerror", None) or str(refused)
        return False, f"The onset's command could not be started: {words[0]}: {why}."
    said: list[bytes] = []
    reader = threading.Thread(target=_drain, args=(process, said), name="onset command says", daemon=True)
    reader.start()
    try:
        code = process.wait(most_s)
    except subprocess.TimeoutExpired:
        _end(process)
        return False, f"The onset's command took longer than {most_s:g} s and was ended{_quoted(said)}."
    reader.join(0.5)
    if code:
        return False, f"The onset's command ended with {code}{_quoted(said)}."
    return True, f"{ENDED_WELL}{_quoted(said)}."


def _drain(process: subprocess.Popen[bytes], said: list[bytes]) -> None:
    """Read what a command says to its end, so that it never waits; keep the beginning."""
    assert process.stdout is not None
    kept = 0
    with process.stdout as pipe:
        while chunk := os.read(pipe.fileno(), SAID_BYTES):
            if kept < SAID_BYTES:
                said.append(chunk)
                kept += len(chunk)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command and what it has started."""
    with suppress(OSError, subprocess.TimeoutExpired):
        if sys.platform == "win32":
            tree = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
            subprocess.run(tree, capture_output=True, creationflags=NO_WINDOW, timeout=END_S, check=False)
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(END_S)


def _quoted(said: list[bytes]) -> str:
    """Return the first line a command has said, shortened, as the end of a sentence; nothing where it said nothing."""
    lines = b"".join(said).decode("utf-8", "replace").strip().splitlines()
    first = "".join(character for character in lines[0] if character.isprintable()) if lines else ""
    shown = first if len(first) <= SAID_CHARACTERS else f"{first[:SAID_CHARACTERS]} …"
    return f'; it said "{shown}"' if shown else ""


class OnsetCommand:
    """Listens to what a station announces, hands it on, and runs the command of the newest status at the onset.

    Nothing is run for a virtual spectrometer: what it flags concerns no flask. Files of another program do, without any
    spectrometer. `publish` takes what is announced.
    `report` takes (sentence, run file) when a command has ended, in the command's own thread; whoever makes the station
    sets it to write the outcome into the run.
    """

    def __init__(self, publish: Callable[[Event | LiveFrame], None]) -> None:
        self._publish = publish
        self._status: Status | None = None
        self.report: Callable[[str, str | None], None] = lambda sentence, run_path: None

    def hear(self, message: Event | LiveFrame) -> None:
        """Hand on what is announced; at an onset, run the command."""
        self._publish(message)
        if isinstance(message, events.StatusChanged):
            self._status = message.status
        elif isinstance(message, events.OnsetFlagged) and self._status is not None:
            self._run(self._status, message.onset)

    def try_now(self, words: Words) -> None:
        """Run these words once with made-up facts, and announce how that ended."""
        self._start(filled(words, TRIED), lambda well, sentence: self._publish(events.Noted(sentence, well)))

    def _run(self, status: Status, onset: Onset) -> None:
        words, run, path = status.onset_command, status.run, status.run_path
        if not words or run is None:
            return
        measured_by = status.instrument or run.set_up
        if measured_by is not None and measured_by.virtual:
            self._publish(events.Noted("The onset's command was not run: the spectrometer is virtual"))
            return
        self._start(filled(words, facts_of(onset, path)), lambda _well, sentence: self.report(sentence, path))

    def _start(self, words: Words, then: Callable[[bool, str], None]) -> None:
        threading.Thread(target=lambda: then(*run(words)), name="onset command", daemon=True).start()

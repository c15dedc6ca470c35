"""What everything in the window is for: said by Shift+F1 and a click; and the whole of a text that was cut short."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip, QWidget

from gui.actions import Act, cap
from gui.dress import texts
from gui.panels import Panels

BUTTONS = {
    Act.CAPTURE: "Measures the aliquot in the holder, absorbance and emission, and adds it to the run. Its second line "
    "says what comes next; while it measures it fills from the left, and Esc stops it.",
    Act.DARK: "Measures what the detector sees with every light off. It belongs to an exposure and a temperature, "
    "and is stale after an hour.",
    Act.REFERENCE: "Measures lamp and emission of the solvent alone: the zero that absorbance and emission are counted "
    "from. Put the solvent cuvette in first.",
    Act.UV: "Switches the UV light by hand, for a look at the cuvette. It goes off by itself; Esc switches it off "
    "at once. It hurts eyes and skin: lid closed, goggles on.",
    Act.MARK: "Notes what has happened to the flask: injection, heat on, cool ... The first of these starts the "
    "reaction's clock.",
    Act.LIVE: "Shows live spectra, or stops them. Nothing of them is recorded.",
    Act.FOCUS: "Takes buttons and ladder away: plots and readouts alone, to be read from far.",
    Act.UNDO: "Takes back the last aliquot or mark. It stays in the file, and so does that it was taken back.",
}
PARTS = {
    "header": "The run, its recipe in one line, whether the spectrometer is virtual, and UV while it is on.",
    "plots": "Absorbance over emission, on one wavelength axis. The live curve is bold, aliquots have the colour "
    "of their place in the ladder; hatched is what cannot be measured. The wheel zooms, a drag moves, a "
    "double click shows all.",
    "no_spectrometer": "No spectrometer is open. One that is plugged in opens by itself.",
    "ladder": "The aliquots of the run and those that are still planned, in their order. A click selects one, the "
    "arrow keys step through them; its colour is that of its curve.",
    "readouts": "Reaction time; the dominant cluster with its wavelength and height; quantum-dot emission and whether "
    "it has begun. A flag says that it has, a question mark that it cannot be told yet.",
    "happened": "What a chemist would write down of this run: aliquots, marks, answers. The newest stands first.",
    "health": "The state of the bench: device, exposure, dark and reference, lights, corrections, file, disk, "
    "whether the computer is kept awake, and sound. A triangle is stale, an octagon is bad; "
    f"{cap(Act.HEALTH)} shows every field with its cure.",
    "banner": "What needs an answer. It stays until it has one; the flag is the onset, the exclamation mark a fault.",
    "toast": "What needs no answer. It goes after four seconds, and stays while the pointer rests on it.",
    "prompt": "What has to be done by hand before the measurement goes on.",
    "first_run": "Four steps to the first aliquot, with the keys of the bench. Esc leads to the bench at any time.",
    "keys": "Every key that works in this window.",
    "uv_card": "What UV does to eyes and skin. It is said once, before this program switches it on for the first time.",
    "set_up": "The set-up of the bench. Up and Down move the cursor, Left and Right choose, Enter types or presses; "
    "nothing changes at the station before a line that applies is pressed.",
    "aliquot": "What the chemist says of one aliquot: its name, its note, its dilution, when it was drawn.",
    "recipe": "What is weighed and set, when aliquots are due, and how they are diluted.",
    "photograph": "Takes a photograph of an aliquot with a camera or from a file.",
    "photographs": "Photographs of the aliquots under ambient and UV light, each pair over its aliquot.",
    "state": "Every field of the health bar, with its cure.",
    "figure": "The run as a figure for a manuscript.",
    "choices": "The kinds of mark, or what else can be chosen now: a number takes one, Esc puts the list away.",
}


def explain(window: QWidget, panels: Panels) -> None:
    """Give every part of the window the words that Shift+F1 shows, and every text that is cut its whole as a tip."""
    window.setWhatsThis(f"Aliquot beside the reactor. {cap(Act.KEYS)} shows every key that works here.")
    for name, words in PARTS.items():
        part = getattr(panels, name, getattr(panels.bench, name, None))
        widget = part if isinstance(part, QWidget) else getattr(part, "page", None)
        if isinstance(widget, QWidget):
            widget.setWhatsThis(words)
    for act, button in panels.bench.buttons.items():
        button.setWhatsThis(f"{BUTTONS[act]} Key: {cap(act)}.")
    whole = WholeTexts(window)
    for child in window.findChildren(QWidget):
        if hasattr(child, "parts"):
            child.installEventFilter(whole)


class WholeTexts(QObject):
    """Shows the whole of a painted text that had no room, while the pointer rests on it."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Answer where a tip is asked for over a text that was cut; everything else goes on as ever."""
        if event.type() != QEvent.Type.ToolTip or not isinstance(event, QHelpEvent):
            return False
        if not isinstance(watched, QWidget) or not (words := whole_text(watched, event)):
            return False
        QToolTip.showText(event.globalPos(), words, watched)
        return True


def whole_text(widget: QWidget, event: QHelpEvent) -> str:
    """Return the text that was cut under the pointer, or nothing."""
    parts = getattr(widget, "parts", None)
    cut = (text for text in texts(parts() if parts else []) if text.may_elide and text.needs > text.room.width())
    return next((text.text for text in cut if text.room.contains(event.pos().toPointF())), "")

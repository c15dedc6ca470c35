"""What is said before an aliquot is captured: that it is drawn now, and by how much it is diluted."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

from analysis.wording import THIN_SPACE
from gui.actions import Act, cap
from gui.choices import Choices, Offer
from gui.desk import Desk
from gui.shown.notes import Note, refused
from station import orders
from station.lead import drawn_at_words
from station.strength import factor, repeat

DILUTIONS = (10.0, 20.0, 50.0, 100.0, 200.0, 500.0)  # from 3 on: as the recipe says is 1, undiluted 2
OTHER = "another"


class BeforeCapture:
    """Marks the moment an aliquot is drawn, and offers dilutions in the place of the buttons.

    `send` sends an order, or says why it is not possible now; `say` says a note; `now_s` is the station's clock.
    """

    def __init__(
        self,
        desk: Desk,
        choices: Choices,
        *,
        send: Callable[[str, orders.Order], None],
        say: Callable[[Note], None],
        now_s: Callable[[], float],
    ) -> None:
        self._desk, self._choices, self._send, self._say, self._now_s = desk, choices, send, say, now_s

    def draw(self) -> None:
        """Mark that the next aliquot is drawn now; said again, it is drawn now."""
        run, now_s = self._desk.status.run, self._now_s()
        if run is not None and "Draw" not in self._desk.status.obstacles:
            then = f"sample in, then {cap(Act.CAPTURE)}: it has this time"
            self._say(Note(drawn_at_words(run, now_s), then, cap(Act.DRAWN)))
        self._send("Draw", orders.Draw(now_s))

    def open(self) -> None:
        """Open the list of dilutions; the one that is advised, else the one in force, stands out."""
        status = self._desk.status
        reason = status.obstacles.get("UseDilution")
        if reason or status.run is None:
            self._choices.close_list()
            self._say(refused(reason or "no run is open"))
            return
        usual = status.run.recipe.dilution
        again = repeat(status.run, self._now_s()) if status.drawn_at_s is None else None
        best = status.dilution if again is None or again.dilution is None else again.dilution
        named = (None, 1.0, *DILUTIONS)
        recipe = "as the recipe" if usual is None else f"recipe: {factor(usual)}"
        titles = (recipe, "undiluted", *(factor(each) for each in DILUTIONS), OTHER)
        at = named.index(best) if best in named else len(named)
        offers = tuple(Offer(title, stands_out=n == at) for n, title in enumerate(titles))
        self._choices.offer(f"Dilution, aliquot {status.run.next_number}", offers, self._take)

    def _take(self, index: int) -> None:
        named: tuple[float | None, ...] = (None, 1.0, *DILUTIONS)
        if index < len(named):
            self._choices.close_list()
            self._use(named[index])
        elif self._desk.status.hand_wanted is not None:
            self._say(refused("first what is to be done by hand, then the dilution"))
        else:
            self._choices.ask("a dilution", "the whole volume over the aliquot's", "Use", self._typed, number=True)

    def _typed(self, text: str) -> None:
        """Use what was typed: a factor such as "200", "1 000" or "2,5"."""
        if not text:
            return
        plain = text.replace(THIN_SPACE, "").replace(" ", "").replace(",", ".").rstrip("x×")
        try:
            dilution = float(plain)
        except ValueError:
            dilution = float("nan")
        if isfinite(dilution):
            self._use(dilution)
        else:
            self._say(refused(f"{text} is no dilution: a number, such as 101 for 50 µl into 5 ml"))

    def _use(self, dilution: float | None) -> None:
        run = self._desk.status.run
        if run is not None and (dilution is None or dilution >= 1.0):
            usual = run.recipe.dilution
            said = "as the recipe says" if dilution is None else "undiluted" if dilution == 1.0 else factor(dilution)
            beside = "" if usual is None else f": {factor(usual)}"
            sentence = f"Aliquot {run.next_number}: {said}{beside if dilution is None else ''}"
            self._say(Note(sentence, "for this one alone", cap(Act.DILUTION)))
        self._send("UseDilution", orders.UseDilution(dilution))

"""The recipe: what stands on its page, what was typed, its templates, and the orders that follow from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from gui import words
from gui.actions import Act
from gui.desk import Desk
from gui.dress import Dress
from gui.recipe_page import RecipePage
from gui.recipe_place import Content
from gui.shown.notes import Note, refused
from gui.shown.recipe import Draft, Meant, meant
from gui.shown.recipe_expect import expect_rows
from gui.shown.recipe_fields import ADD, NOTHING_NAMED, Field, rung, seconds
from gui.shown.recipe_rows import ATMOSPHERES, KEEP, TEMPLATE, neat_rows, optics_rows, rows
from gui.shown.recipe_state import CHANGE, NEW, READY, holds_nothing, state
from gui.shown.set_up import in_the_way
from station import orders
from station.expecting import expected, materials
from station.optics import Optics
from station.reactions import by_volume, paper_conditions, reactions
from station.recipe import Recipe
from station.recipe_file import keep_last, keep_recipe, last_recipe, own_recipes

_NEAT_PARTS = ("density", "molar", "purity")
_NAMES_ALONE = ("cd_oleate", "topte")  # reagents that are never neat


class RecipeSheet:
    """Decides what the page shows and what its buttons do. Nothing is sent before Ready is pressed.

    What was typed stays while the page is closed, until it is sent or the run has another recipe. `send` sends an order
    down, `say` says a note in a toast.
    """

    def __init__(
        self,
        dress: Dress,
        desk: Desk,
        parent: QWidget,
        *,
        pressed_act: Callable[[Act, int], None],
        send: Callable[[orders.Order], None],
        say: Callable[[Note], None],
    ) -> None:
        self._desk, self._send, self._say = desk, send, say
        self._templates: tuple[tuple[str, Recipe], ...] = ()
        self._materials: tuple[str, ...] = ()
        self._template = ""
        self._base: Recipe | None = None
        self._of: Recipe | None = None
        self._typed: dict[str, str] = {}
        self._rungs: tuple[str, ...] | None = None
        self._asking = False
        self.page = RecipePage(dress, self, pressed_act, parent)

    @property
    def is_open(self) -> bool:
        """Get whether the page is shown."""
        return not self.page.isHidden()

    @property
    def editing(self) -> bool:
        """Get whether a field is being typed into or chosen for."""
        return self.page.editing

    @property
    def now(self) -> Meant:
        """Get the recipe that the page means as it stands, and what is wrong with it."""
        return meant(self._draft())

    def open(self) -> None:
        """Show what was being typed, else the recipe in force, else the one that was used last, else the paper's."""
        run = self._desk.status.run
        of = None if run is None else run.recipe
        self._offer_templates(of)
        untouched = not self._typed and self._rungs is None
        if self._base is None or untouched or of != self._of:
            self._of = of
            self._begin(*self._templates[0])
        self._asking = False
        self.page.show()
        self.page.raise_()
        self.refresh()
        self.page.begin_at(READY)

    def close(self) -> None:
        """Put the page away."""
        self._asking = False
        self.page.end_edit()
        self.page.hide()

    def refresh(self) -> None:
        """Show what follows from the newest status and from what has been typed."""
        if self.is_open:
            self.page.show_content(self._content())

    def confirm(self) -> None:
        """Enter: what the field under the cursor does."""
        self.page.confirm()
        self.refresh()

    def step(self, by: int) -> None:
        """Left or Right."""
        self.page.step(by)

    def go(self, by: int) -> None:
        """Up or Down; away from a question that was asked it is not answered."""
        if self._asking and by < 0 and not self.page.editing:
            self._asking = False
            self.refresh()
        self.page.go(by)

    def choose(self, number: int) -> None:
        """A number: a button of the foot, or the first figure of a value."""
        self.page.choose(number)
        self.refresh()

    def end_edit(self) -> None:
        """Give the keys back to the window."""
        self.page.end_edit()

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self.page.set_dress(dress)

    def place(self, room: QRect) -> None:
        """Take this room."""
        self.page.setGeometry(room)

    # What the page tells of

    def type(self, name: str, text: str) -> None:
        """Take what stands in a field now; of a stock and what a neat liquid follows from, the last one counts."""
        if name.startswith("rung."):
            now = list(self._rung_texts())
            now[int(name.removeprefix("rung."))] = text
            self._rungs = tuple(now)
        else:
            reagent, _, part = name.partition(".")
            others = ("stock",) if part in _NEAT_PARTS else _NEAT_PARTS if part == "stock" else ()
            for other in others:
                self._typed.pop(f"{reagent}.{other}", None)
            self._typed[name] = text
        self.refresh()

    def ended(self, name: str) -> None:
        """Leave a field: a planned time that is empty goes, the others stand in order; an empty stock is the usual."""
        if name.startswith("rung."):
            kept = [text.strip() for text in self._rung_texts() if text.strip()]
            times = [seconds(text) for text in kept]
            if all(time_s is not None for time_s in times):
                kept = [rung(time_s) for time_s in sorted(time_s for time_s in times if time_s is not None)]
            self._rungs = tuple(kept)
        reagent, _, part = name.partition(".")
        if part == "stock" and reagent in _NAMES_ALONE and not self._typed.get(name, "-").strip():
            del self._typed[name]
        self.refresh()

    def take(self, name: str, option: int) -> None:
        """Take an option: a template begins the page anew."""
        if name == TEMPLATE:
            self._begin(*self._templates[option])
        else:
            offered = ATMOSPHERES if name == "atmosphere" else (*self._materials, NOTHING_NAMED)
            self._typed[name] = offered[option]
        self.refresh()

    def press(self, name: str) -> None:
        """Do what a button says."""
        now = self.now
        if name == ADD:
            texts = (*self._rung_texts(), "")
            self._rungs = texts
            self.refresh()
            self.page.type_into(f"rung.{len(texts) - 1}")
        elif now.wrong:
            self._say(refused("first what is marked, then this"))
        elif name == KEEP:
            self._keep(now.recipe)
        elif hindered := in_the_way(self._desk.status, "NewRun"):
            self._say(refused(hindered))
        elif name == READY and not holds_nothing(self._desk.status.run):
            self._asking = True
            self.refresh()
            self.page.begin_at(CHANGE)
        else:
            self._put_in_force(now, begins=name != CHANGE)

    # What it remembers

    def _offer_templates(self, of: Recipe | None) -> None:
        own, said = own_recipes()
        last = last_recipe()
        found: list[tuple[str, Recipe]] = []
        if of is not None and not of.says_nothing:
            found.append(("As in the open run", of))
        if last is not None:
            found.append((f"Used last: {last.name}", last))
        found += [(f"Own: {recipe.name}", recipe) for recipe in own]
        found += [(f"Paper, Fig. {each.figure}: {each.title}", reactions()[each.name]) for each in paper_conditions()]
        self._templates, self._materials = tuple(found), materials()
        for sentence in said:
            self._say(Note(sentence, sign="triangle"))

    def _begin(self, template: str, recipe: Recipe) -> None:
        self._template, self._base = template, by_volume(recipe)
        self._typed.clear()
        self._rungs = None

    def _rung_texts(self) -> tuple[str, ...]:
        if self._rungs is not None:
            return self._rungs
        return () if self._base is None else tuple(map(rung, self._base.schedule_s))

    def _draft(self) -> Draft:
        return Draft(self._base or Recipe(""), self._optics(), self._typed, self._rungs)

    def _optics(self) -> Optics:
        return self._desk.status.optics

    def _content(self) -> Content:
        draft = self._draft()
        now = meant(draft)
        labels = tuple(label for label, _ in self._templates)
        status = self._desk.status
        right = (
            *expect_rows(now.recipe, expected(now.recipe)),
            *optics_rows(draft, now, measured=status.dark_at_s is not None),
            *neat_rows(draft, now),
        )
        sign, said = state(now, status.run, asking=self._asking)
        presses: tuple[Field, ...] = (Field(READY, "", "Ready", wrong="something is marked" if now.wrong else ""),)
        if self._asking:
            presses = (Field(CHANGE, "", "Change the open run"), Field(NEW, "", "Begin a new run"))
        return Content(rows(draft, now, labels, self._template, self._materials), right, sign, said, presses)

    # What follows

    def _put_in_force(self, now: Meant, *, begins: bool) -> None:
        """Send the optics where they change, then the recipe."""
        status, recipe = self._desk.status, now.recipe
        if now.optics != status.optics:
            self._send(orders.UseOptics(now.optics))
        if begins:
            test = replace(recipe, false_alarm=status.false_alarm, bright_counts_per_s=status.bright_counts_per_s)
            self._send(orders.NewRun(test))
        else:
            self._send(orders.UseRecipe(recipe))
        self._remember(recipe)
        self._typed.clear()
        self._rungs, self._base = None, None
        self.close()
        self._say(Note(f"New run: {recipe.name}" if begins else "The recipe is changed from here on"))

    def _keep(self, recipe: Recipe) -> None:
        try:
            keep_recipe(recipe)
        except OSError as trouble:
            self._say(Note(f"Not kept: {trouble.strerror or trouble}. The recipe stays on the page.", sign="triangle"))
            return
        self._say(Note(f"Kept as own recipe: {words.capital(recipe.name)}"))
        self._offer_templates(self._of)
        self.refresh()

    def _remember(self, recipe: Recipe) -> None:
        try:
            keep_last(recipe)
        except OSError as trouble:
            why = trouble.strerror or type(trouble).__name__
            self._say(Note(f"The recipe is not offered again: {why}.", sign="triangle"))

"""The waterfall: time downwards, wavelength across, absorbance and emission as colour side by side."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from analysis.findings import Findings
from analysis.look_alikes import LINE_HALF_NM
from analysis.spectrum import Spectrum
from gui import words
from gui.dress import Dress, Mark, Part, Text, paint
from gui.plot_axes import Range
from gui.shown.trend import OnsetBand, onset_band
from gui.theme import colour
from gui.time_axis import TimeAxis, time_axis
from gui.waterfall_panel import WaterfallPanel, lay_out
from station.records import Aliquot
from station.run import Run
from station.trend import NONE, Trends, trends
from station.waterfall import Rows, value_at

SHOWN_NM: Range = (360.0, 715.0)
BOTH_FROM_PX = 440.0  # at scale 1; in less one picture has all the room, and the key turns to the other
SHARE = 0.54  # of the width is the picture of absorbance, with the times left of it
ABSORBANCE_PERCENT, EMISSION_PERCENT = 98.0, 99.5
LEAST_A, LEAST_RATE, LEAST_AU = 0.02, 200.0, 1e-6
SIGN_PX = 13.0
BEYOND_MOST_NM = 480.0  # emission is shown from beyond its excitation on, unless that would leave too little
EDGE_PX = 4.0  # how wide the interval of the onset and the selected aliquot are marked beside a picture


class WaterfallView(QWidget):
    """Paints a run as time against wavelength. `hovered` and `chosen` carry the number of an aliquot, or None.

    Where both pictures have no room, `turn` shows the other one. `past` is for review, where an onset asks for no
    answer any more.
    """

    hovered = Signal(object)
    chosen = Signal(object)

    def __init__(self, dress: Dress, parent: QWidget | None = None, *, past: bool = False) -> None:
        super().__init__(parent)
        self._dress, self._past = dress, past
        self._run: Run | None = None
        self._trends: Trends = NONE
        self._planned_s: tuple[float, ...] = ()
        self._drawn: tuple[Aliquot, ...] = ()
        self._rows: tuple[Rows, Rows] = (_absorbance_rows(), _emission_rows(None))
        self._selected: int | None = None
        self._hovered: int | None = None
        self._cursor: QPointF | None = None
        self._alone = 0
        self._panels: tuple[WaterfallPanel, WaterfallPanel] | None = None
        self._picture: QImage | None = None
        self.setMouseTracking(True)
        self.setAccessibleName("Waterfall: time against wavelength")

    @property
    def rows(self) -> tuple[Rows, Rows]:
        """Get the rows of absorbance and of emission."""
        return self._rows

    # -- what is shown ---------------------------------------------------------------------------------------------

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self._renew()

    def show_run(self, run: Run | None, planned_s: Sequence[float] = ()) -> None:
        """Show the aliquots of a run that count; where it only grew, only the new ones become rows."""
        if run is self._run and tuple(planned_s) == self._planned_s:
            return
        emission = _emission_rows(None if run is None else run.optics.excitation_nm)
        same_bench = (emission.shown, emission.masked) == (self._rows[1].shown, self._rows[1].masked)
        before, self._trends = self._trends, trends(run, self._trends)
        aliquots = () if run is None else run.aliquots
        grown = len(aliquots) >= len(self._drawn) and all(
            a.reading is b.reading and a.drawn_at_s == b.drawn_at_s for a, b in zip(self._drawn, aliquots, strict=False)
        )
        if not (grown and same_bench and before.since_t0 == self._trends.since_t0):
            self._rows, self._drawn = (_absorbance_rows(), emission), ()
        self._run, self._planned_s = run, tuple(planned_s)
        for aliquot in aliquots[len(self._drawn) :]:
            self._add(aliquot)
        self._drawn = aliquots
        self._renew()

    def _add(self, aliquot: Aliquot) -> None:
        """Write the rows of one more aliquot."""
        time_s = self._time(aliquot)
        reading = aliquot.reading
        spectra = (reading.absorbance, reading.emission)
        for rows, spectrum, bands_nm in zip(self._rows, spectra, _bands_nm(reading.findings), strict=True):
            if spectrum is not None and time_s is not None:
                rows.add(aliquot.number, time_s, spectrum, bands_nm)

    def _time(self, aliquot: Aliquot) -> float | None:
        if self._run is None:
            return None
        if not self._trends.since_t0:
            return aliquot.drawn_at_s - self._run.all_aliquots[0].drawn_at_s
        timed = aliquot.reaction_time_s
        return self._run.reaction_time_s(aliquot.drawn_at_s) if timed is None else timed

    def select(self, number: int | None) -> None:
        """Mark the band of an aliquot and say its value at its band; None is the newest and marks none."""
        if number != self._selected:
            self._selected = number
            self.update()

    def hover(self, number: int | None) -> None:
        """Mark the band of the aliquot under the pointer, here or in the ladder."""
        if number != self._hovered:
            self._hovered = number
            self.update()

    # -- drawing ---------------------------------------------------------------------------------------------------

    def _renew(self) -> None:
        self._panels, self._picture = None, None
        self.update()

    @property
    def axis(self) -> TimeAxis:
        """Get the time axis of both pictures."""
        onset = self.onset  # may stand apart from the aliquots, where those about it do not count
        apart = () if onset is None else (onset.latest_s,)
        return time_axis([*self._rows[0].times_s, *self._rows[1].times_s, *apart], self._planned_s)

    @property
    def panels(self) -> tuple[WaterfallPanel, WaterfallPanel]:
        """Get the pictures of absorbance and of emission."""
        if self._panels is None:
            axis, split = self.axis, round(self.width() * (SHARE if self.both else 1.0))
            unit = self._emission_unit()
            least = LEAST_RATE if unit == "counts/s" else LEAST_AU
            tall = float(self.height())
            rooms = (
                lay_out(QRectF(0, 0, split, tall), self._dress, times=True),
                lay_out(QRectF(split, 0, self.width() - split, tall), self._dress, times=False)
                if self.both
                else lay_out(QRectF(0, 0, split, tall), self._dress, times=True),
            )
            shown = (
                ("Absorbance", "Absorbance", "A", "with the first aliquot", LEAST_A),
                ("Photoluminescence", "PL", unit, "no emission was measured", least),
            )
            first, second = (
                WaterfallPanel(title, short, unit, waits, rows, axis, room, self._dress, least)
                for (title, short, unit, waits, least), rows, room in zip(shown, self._rows, rooms, strict=True)
            )
            self._panels = (first, second)
        return self._panels

    @property
    def both(self) -> bool:
        """Get whether both pictures have room beside each other."""
        return self.width() >= self._dress.scaled(BOTH_FROM_PX)

    @property
    def standing(self) -> tuple[tuple[int, WaterfallPanel], ...]:
        """Get the pictures that are to be seen: 0 is that of absorbance, 1 that of emission."""
        return tuple((index, panel) for index, panel in enumerate(self.panels) if self.both or index == self._alone)

    def turn(self) -> bool:
        """Show the picture of emission, where only one has room; return False where there is none to turn to."""
        self._alone = 0 if self.both or self._alone else 1
        self._renew()
        return self._alone == 1

    def _emission_unit(self) -> str:
        found = (one.reading.emission for one in reversed(self._drawn))
        return next((spectrum.unit for spectrum in found if spectrum is not None), "counts/s")

    @property
    def onset(self) -> OnsetBand | None:
        """Get the onset as it is drawn."""
        return onset_band(self._trends, past=self._past)

    def parts(self) -> list[Part]:
        """Return all texts and signs where they stand."""
        said = self._said()
        found: list[Part] = []
        for index, panel in self.standing:
            found += panel.parts(said[index], times=index == 0 or not self.both)
        onset = self.onset
        if onset is not None and len(self.standing[0][1].rows):
            found += self._onset_parts(onset)
        return found + self._since_parts()

    def _since_parts(self) -> list[Part]:
        """Return the words that say what time counts from, where that is not t0."""
        if self._trends.since_t0 or not self._drawn:
            return []
        dress, area = self._dress, self.standing[0][1].room.picture
        said = "since aliquot 1; no t0 yet: M"
        room = QRectF(area.left() + 6, area.top() + 4, dress.width(said, 12) + 1, dress.line(12))
        return [Text(said, room, dress.font(12), colour(dress.theme.ink))]

    def _onset_line(self, onset: OnsetBand) -> float:
        return round(self.panels[0].y(onset.latest_s)) + 0.0

    def _onset_rooms(self, onset: OnsetBand) -> tuple[str, QRectF, QRectF]:
        """Return words and the rooms of the onset's flag and of them: over its line, under it without room above.

        Where the picture is too narrow for them they are one word, or the flag alone.
        """
        dress, area = self._dress, self.standing[0][1].room.picture
        side, line = dress.scaled(SIGN_PX), dress.line(12)
        y = self._onset_line(onset)
        top = y - line - 3 if y - line - 3 > area.top() + 2 else y + 3
        room_px = area.width() - side - 24
        said = next((one for one in (onset.words, "onset") if dress.width(one, 12, 600) + 1 <= room_px), "")
        width = dress.width(said, 12, 600) + 1
        left = area.right() - 8 - width
        text = QRectF(left, top, width, line)
        return said, QRectF(left - side - 5, text.center().y() - side / 2, side, side), text

    def _onset_parts(self, onset: OnsetBand) -> list[Part]:
        said, sign, text = self._onset_rooms(onset)
        theme = self._dress.theme
        ink = colour(theme.alarm if onset.sign == "flag" else theme.ink)
        return [Mark(onset.sign, sign, ink), Text(said, text, self._dress.font(12, 600), colour(theme.ink))]

    def _said(self) -> tuple[str, str]:
        """Return what is said at the cursor, or of the aliquot that is spoken of, in either picture."""
        under = self.under_cursor()
        if under is not None:
            index, nm, aliquot = under
            said = self._value(aliquot, index, nm)
            return (said, "") if index == 0 else ("", said)
        number = self._selected if self._hovered is None else self._hovered
        spoken_of = next((one for one in self._drawn if one.number == number), None)
        findings = None if spoken_of is None else spoken_of.reading.findings
        if spoken_of is None or findings is None:
            return "", ""
        band = next((one for one in findings.species if one.name == findings.dominant), None)
        light = None if findings.emission is None else findings.emission.nm
        return (
            "" if band is None else self._value(spoken_of, 0, band.nm),
            "" if light is None else self._value(spoken_of, 1, light),
        )

    def _value(self, aliquot: Aliquot, index: int, nm: float) -> str:
        """Return time, wavelength and value of an aliquot: "2 h 00 min, 449 nm: 0.196 ± 0.001"."""
        spectrum = (aliquot.reading.absorbance, aliquot.reading.emission)[index]
        time_s = self._time(aliquot)
        when = "" if time_s is None else f"{words.moment(time_s)}, "
        return f"{when}{nm:.0f} nm: {_spoken(spectrum, nm)}"

    def under_cursor(self) -> tuple[int, float, Aliquot] | None:
        """Return picture (0 or 1), wavelength and aliquot under the cursor, or None."""
        if self._cursor is None:
            return None
        for index, panel in self.standing:
            if panel.room.picture.contains(self._cursor):
                row = panel.row_at(self._cursor.y())
                number = None if row is None else panel.rows.number(row)
                under = next((one for one in self._drawn if one.number == number), None)
                return None if under is None else (index, panel.nm_at(self._cursor.x()), under)
        return None

    # -- Qt --------------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the pictures, what is marked in them, and the texts."""
        ratio = self.devicePixelRatioF()
        if self._picture is None:
            self._picture = self._compose(ratio)
        painter = QPainter(self)
        painter.drawImage(QPointF(0, 0), self._picture)
        onset = self.onset
        if onset is not None and len(self.standing[0][1].rows):
            self._paint_onset(painter, onset)
        self._paint_marked(painter)
        under = self.under_cursor()
        if under is not None and self._cursor is not None:
            self.panels[under[0]].paint_cursor(painter, self._cursor)
        paint(painter, self.parts())
        painter.end()

    def _compose(self, ratio: float) -> QImage:
        image = QImage(
            max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)), QImage.Format.Format_RGB32
        )
        image.setDevicePixelRatio(ratio)
        image.fill(colour(self._dress.theme.surface))
        painter = QPainter(image)
        for _, panel in self.standing:
            panel.paint(painter, ratio)
        painter.end()
        return image

    def _paint_onset(self, painter: QPainter, onset: OnsetBand) -> None:
        """Paint the onset as a line through both pictures, its interval beside them, and the ground of its words."""
        theme, y = self._dress.theme, self._onset_line(onset)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for _, panel in self.standing:
            if not len(panel.rows):
                continue
            area = panel.room.picture
            painter.fillRect(QRectF(area.left(), y - 1, area.width(), 3), colour(theme.window))
            painter.fillRect(QRectF(area.left(), y, area.width(), 1), colour(theme.ink))
            top = area.top() if onset.earliest_s is None else max(area.top(), panel.y(onset.earliest_s))
            painter.fillRect(QRectF(area.left() - EDGE_PX - 2, top, EDGE_PX, max(2.0, y - top)), colour(theme.ink3))
        _, sign, text = self._onset_rooms(onset)
        ground = text.united(sign).adjusted(-5, -2, 5, 2)
        painter.fillRect(ground, colour(theme.surface, 0.9))

    def _paint_marked(self, painter: QPainter) -> None:
        """Mark the band of the aliquot that is spoken of at both its ends."""
        number = self._selected if self._hovered is None else self._hovered
        if number is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        accent = colour(self._dress.theme.accent)
        for _, panel in self.standing:
            row = panel.rows.row_of(number)
            if row is not None:
                band, area = panel.band_rect(row), panel.room.picture
                tall = max(2.0, band.height())
                painter.fillRect(QRectF(area.left() - EDGE_PX - 1, band.top(), EDGE_PX, tall), accent)
                painter.fillRect(QRectF(area.right() + 1, band.top(), EDGE_PX, tall), accent)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Lay out anew."""
        self._renew()

    def event(self, event: QEvent) -> bool:
        """Draw sharp again on another screen."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._renew()
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read out what is under the pointer."""
        before = self.under_cursor()
        self._cursor = event.position()
        now = self.under_cursor()
        if (before and before[2].number) != (now and now[2].number):
            number = None if now is None else now[2].number
            self._hovered = number
            self.hovered.emit(number)
        self.update()

    def leaveEvent(self, _event: QEvent) -> None:
        """Read out nothing any more."""
        self._cursor = None
        if self._hovered is not None:
            self._hovered = None
            self.hovered.emit(None)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the aliquot under the pointer; a second press lets it go."""
        self._cursor = event.position()
        under = self.under_cursor()
        if event.button() is Qt.MouseButton.LeftButton and under is not None:
            number = under[2].number
            self.chosen.emit(None if number == self._selected else number)


def _absorbance_rows() -> Rows:
    return Rows(SHOWN_NM, percent=ABSORBANCE_PERCENT)


def _emission_rows(excitation_nm: float | None) -> Rows:
    """Return the rows of emission: from beyond the excitation on where that is in the violet, else it is masked."""
    if excitation_nm is None:
        return Rows(SHOWN_NM, percent=EMISSION_PERCENT)
    masked = (excitation_nm - LINE_HALF_NM, excitation_nm + LINE_HALF_NM)
    beyond = 10.0 * ceil(masked[1] / 10.0)
    low = beyond if SHOWN_NM[0] < beyond < BEYOND_MOST_NM else SHOWN_NM[0]
    return Rows((low, SHOWN_NM[1]), masked, EMISSION_PERCENT)


def _bands_nm(findings: Findings | None) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return where the named bands of absorbance and of emission stand: the colours reach up to all of them."""
    if findings is None:
        return (), ()
    light = None if findings.emission is None else findings.emission.nm
    return tuple(band.nm for band in findings.species), () if light is None else (light,)


def _spoken(spectrum: Spectrum | None, nm: float) -> str:
    """Return the value of a spectrum at a wavelength as the bench says it."""
    found = None if spectrum is None else value_at(spectrum, nm)
    if spectrum is None or found is None:
        return "nothing is known"
    if spectrum.unit == "A":
        return words.absorbance(found.value, found.sigma)
    return words.rate(found.value, found.sigma, spectrum.unit)

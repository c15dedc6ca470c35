"""Where everything of the first run stands, and what gives way when type is large or the window is small."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from gui.actions import Act, cap
from gui.dress import GAP, Dress, Mark, Part, Text, cap_width, key_cap, wrapped
from gui.marks import MarkName
from gui.shown.first_run import TITLE, FirstSteps, Step, StepState
from gui.theme import Theme, colour

MARGIN, MARGIN_SMALL, APART, PAD = 48.0, 16.0, 16.0, 20.0
ICON_SIDE = 52.0
PICTURE = 128.0
LEAST_LIVE = 130.0
RATHER = (
    (Act.BACKGROUND, "Look at a finished run", "Finished run"),
    (Act.LOOK_AGAIN, "Look for a spectrometer", "Look again"),
    (Act.KEYS, "See all keys", "Keys"),
)
_SIGNS: dict[StepState, MarkName] = {"done": "tick", "next": "dot", "busy": "dot", "after": "dash", "bad": "octagon"}


@dataclass(frozen=True, slots=True)
class Plan:
    """The rooms in pixels: cards, their pictures (none where they gave way), live counts (empty: none), the foot's top.

    `clicks` are the rooms that do what a key does.
    """

    icon: QRectF
    cards: tuple[QRectF, ...]
    pictures: tuple[QRectF, ...]
    live: QRectF
    foot: float
    clicks: tuple[tuple[Act, QRectF], ...]
    parts: list[Part]


def plan(shown: FirstSteps, dress: Dress, room: QRectF) -> Plan:
    """Return where everything stands in a room: all of it, without pictures, without live counts, or as rows."""
    margin = MARGIN if room.width() >= 1200 and dress.scale <= 1.25 else MARGIN_SMALL
    parts, icon, leave, top = _head(shown, dress, room, margin)
    foot = room.bottom() - min(dress.scaled(52), 76.0)
    below, clicks = _foot(dress, room, margin, foot)
    parts += below
    count = max(1, len(shown.steps))
    width = (room.width() - 2 * margin - (count - 1) * APART) / count
    free = foot - APART - top
    texts = max((_needs(step, dress, width) for step in shown.steps), default=0.0)
    tall_picture = min(dress.scaled(PICTURE), 170.0)
    live = QRectF()
    if texts + tall_picture + APART + LEAST_LIVE <= free:
        tall, pictured = texts + tall_picture, True
    elif texts + APART + LEAST_LIVE <= free or texts <= free:
        tall, pictured = texts, False
    else:
        cards, said = _as_rows(shown, dress, QRectF(margin, top, room.width() - 2 * margin, free))
        return Plan(icon, cards, (), live, foot, _clicks(shown, cards, leave, clicks), parts + said)
    if free - tall - APART >= LEAST_LIVE:
        live = QRectF(margin, top + tall + APART, room.width() - 2 * margin, free - tall - APART)
    cards = tuple(QRectF(margin + n * (width + APART), top, width, tall) for n in range(len(shown.steps)))
    pictures: tuple[QRectF, ...] = ()
    if pictured:
        pictures = tuple(QRectF(c.left() + PAD, c.top() + 12, c.width() - 2 * PAD, tall_picture - 12) for c in cards)
    for step, card in zip(shown.steps, cards, strict=True):
        parts += _card(step, dress, card.adjusted(0, tall_picture if pictured else 0, 0, 0))
    return Plan(icon, cards, pictures, live, foot, _clicks(shown, cards, leave, clicks), parts)


def _clicks(
    shown: FirstSteps, cards: tuple[QRectF, ...], leave: QRectF, foot: list[tuple[Act, QRectF]]
) -> tuple[tuple[Act, QRectF], ...]:
    steps = ((step.act, room) for step, room in zip(shown.steps, cards, strict=True))
    return (*steps, (Act.LEAVE, leave), *foot)


def _head(shown: FirstSteps, dress: Dress, room: QRectF, margin: float) -> tuple[list[Part], QRectF, QRectF, float]:
    """Return title and what stands under it, the icon's room, the room of the way out, and where the cards begin."""
    theme, px = dress.theme, 28 if dress.scale < 1.5 else 20
    ink2 = colour(theme.ink2)
    side = ICON_SIDE if dress.scale < 1.5 and room.height() > 600 else 0.0
    left, y = room.left() + margin + (side + 24 if side else 0.0), room.top() + (20 if room.height() > 600 else 10)
    of_leave = dress.width("Leave", 13, 500) + GAP + cap_width(dress, cap(Act.LEAVE)) + 2
    leave = QRectF(room.right() - margin - of_leave, y, of_leave, dress.line(px))
    title = QRectF(left, y, leave.left() - APART - left, dress.line(px))
    parts: list[Part] = [
        Text(TITLE, title, dress.font(px, 600), colour(theme.ink), may_elide=True),
        Text("Leave", leave, dress.font(13, 500), ink2),
        *key_cap(dress, cap(Act.LEAVE), leave.right(), leave.center().y(), ink2, colour(theme.edge)),
    ]
    y = title.bottom() + 4
    for row in wrapped(shown.about, dress.font(14), room.right() - margin - left):
        at = QRectF(left, y, room.right() - margin - left, dress.line(14))
        parts.append(Text(row, at, dress.font(14), ink2))
        y += dress.line(14)
    icon = QRectF(room.left() + margin, room.top() + 20, side, side)
    return parts, icon, leave, max(y, icon.bottom() if side else 0.0) + (20 if room.height() > 600 else 10)


def _foot(dress: Dress, room: QRectF, margin: float, top: float) -> tuple[list[Part], list[tuple[Act, QRectF]]]:
    """Return what may be done instead, with its keys; the words get shorter where there is little room."""
    theme, middle = dress.theme, (top + room.bottom()) / 2
    ink2, line = colour(theme.ink2), dress.line(13)
    for shorter, lead in ((1, "Rather"), (1, ""), (2, "")):
        offered = [(offer[0], offer[shorter]) for offer in RATHER]
        widths = [dress.width(word, 13, 600) + GAP + cap_width(dress, cap(act)) + 2 for act, word in offered]
        of_lead = dress.width(lead, 13) + 30 if lead else 0.0
        apart = min(30.0, (room.width() - 2 * margin - of_lead - sum(widths)) / max(1, len(widths) - 1))
        if apart >= 12:
            break
    left = room.left() + margin
    parts: list[Part] = []
    if lead:
        parts.append(Text(lead, QRectF(left, middle - line / 2, of_lead, line), dress.font(13), ink2))
        left += of_lead
    clicks: list[tuple[Act, QRectF]] = []
    for (act, word), width in zip(offered, widths, strict=True):
        at = QRectF(left, middle - line / 2, width, line)
        parts.append(Text(word, at, dress.font(13, 600), ink2))
        parts += key_cap(dress, cap(act), at.right(), middle, ink2, colour(theme.edge))
        clicks.append((act, at.adjusted(-4, -8, 4, 8)))
        left += width + apart
    return parts, clicks


def _inks(step: Step, theme: Theme) -> tuple[QColor, QColor]:
    """Return the colours of a card's title and text, and of what is said of it."""
    ink = colour(theme.ink2 if step.state == "after" else theme.ink)
    return ink, colour(theme.alarm if step.state == "bad" else theme.ink if step.state == "next" else theme.ink2)


def _needs(step: Step, dress: Dress, width: float) -> float:
    """Return the height of a card's title, state and text in this width."""
    said = len(_said(step, dress, width - 2 * PAD)) * dress.line(14)
    rows = wrapped(step.text, dress.font(14), width - 2 * PAD)
    return 12 + dress.line(20) + 6 + said + 10 + len(rows) * dress.line(14) + 14


def _said(step: Step, dress: Dress, width: float) -> list[str]:
    return wrapped(step.said, dress.font(14, 600), width - dress.scaled(22))


def _card(step: Step, dress: Dress, room: QRectF) -> list[Part]:
    """Return title with its key, state with its sign, and text."""
    left, y, width = room.left() + PAD, room.top() + 12, room.width() - 2 * PAD
    parts, y = _title(step, dress, QRectF(left, y, width, dress.line(20)))
    y += 6
    more, y = _state(step, dress, left, y, width)
    return [*parts, *more, *_text(step, dress, left, y + 10, width)]


def _title(step: Step, dress: Dress, at: QRectF) -> tuple[list[Part], float]:
    theme = dress.theme
    ink, _ = _inks(step, theme)
    key = cap_width(dress, step.cap) + GAP if step.cap else 0.0
    words = Text(step.title, at.adjusted(0, 0, -key, 0), dress.font(20, 600), ink, may_elide=True)
    caps = key_cap(dress, step.cap, at.right(), at.center().y(), ink, colour(theme.edge))
    return [words, *caps], at.bottom()


def _state(step: Step, dress: Dress, left: float, y: float, width: float) -> tuple[list[Part], float]:
    theme, side = dress.theme, dress.scaled(12)
    _, ink = _inks(step, theme)
    sign = colour(theme.accent) if step.state in ("next", "busy") else ink
    parts: list[Part] = [Mark(_SIGNS[step.state], QRectF(left, y + (dress.line(14) - side) / 2, side, side), sign)]
    for row in _said(step, dress, width):
        at = QRectF(left + dress.scaled(22), y, width - dress.scaled(22), dress.line(14))
        parts.append(Text(row, at, dress.font(14, 600), ink))
        y += dress.line(14)
    return parts, y


def _text(step: Step, dress: Dress, left: float, y: float, width: float) -> list[Part]:
    ink, _ = _inks(step, dress.theme)
    parts: list[Part] = []
    for row in wrapped(step.text, dress.font(14), width):
        parts.append(Text(row, QRectF(left, y, width, dress.line(14)), dress.font(14), ink))
        y += dress.line(14)
    return parts


def _as_rows(shown: FirstSteps, dress: Dress, room: QRectF) -> tuple[tuple[QRectF, ...], list[Part]]:
    """Return the cards as rows: title, state and key side by side, and the text of the one to do next alone."""
    cards: list[QRectF] = []
    parts: list[Part] = []
    next_one = shown.next_one
    text = 0 if next_one is None else len(wrapped(next_one.text, dress.font(14), room.width() - 2 * PAD))
    spare = room.height() - text * dress.line(14) - 6 - 4 * len(shown.steps)
    row = min(dress.line(20) + 20, spare / max(1, len(shown.steps)))
    widest = max((dress.width(step.title, 16, 600) for step in shown.steps), default=0.0) + 24
    y = room.top()
    for step in shown.steps:
        _, ink = _inks(step, dress.theme)
        left, right = room.left() + PAD, room.right() - PAD
        tall = row + (text * dress.line(14) + 6 if step is next_one else 0.0)
        cards.append(QRectF(room.left(), y, room.width(), tall))
        parts.append(Text(step.title, QRectF(left, y, widest, row), dress.font(16, 600), _inks(step, dress.theme)[0]))
        side = dress.scaled(12)
        at = left + widest
        sign = colour(dress.theme.accent) if step.state in ("next", "busy") else ink
        parts.append(Mark(_SIGNS[step.state], QRectF(at, y + (row - side) / 2, side, side), sign))
        at += dress.scaled(22)
        key = cap_width(dress, step.cap) + GAP if step.cap else 0.0
        said = QRectF(at, y, right - key - at, row)
        parts.append(Text(step.said, said, dress.font(14, 600), ink, may_elide=True))
        parts += _row_cap(dress, step, right, y, row)
        if step is next_one:
            parts += _text(step, dress, left, y + row, room.width() - 2 * PAD)
        y += tall + 4
    return tuple(cards), parts


def _row_cap(dress: Dress, step: Step, right: float, y: float, row: float) -> list[Part]:
    """Return the cap of a step's key at the right end of its row."""
    ink, _ = _inks(step, dress.theme)
    return key_cap(dress, step.cap, right, y + row / 2, ink, colour(dress.theme.edge))

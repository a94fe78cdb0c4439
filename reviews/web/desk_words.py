"""What the desk shows of itself: filters, panes."""

from dataclasses import dataclass

from django.utils.translation import gettext

from reviews.selectors.desk import Desk

ALL, OPEN, MINE, CHANGED = "all", "open", "mine", "changed"
CHECKLIST, ANSWERS, EVIDENCE = "checklist", "answers", "evidence"
TALK, SIMILAR = "talk", "similar"


@dataclass(frozen=True, slots=True)
class Filter:
    """A way to see fewer items. ``url`` is relative to the desk."""

    label: str
    url: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Pane:
    """One part of the desk. ``is_chosen``: the address asks for it."""

    key: str
    label: str
    count: int
    is_chosen: bool


def show(asked: str, desk: Desk) -> str:
    """Which items: what was asked for, if this desk offers it."""
    return asked if asked in {key for key, _ in _offered(desk)} else ALL


def filters(desk: Desk, current: str) -> list[Filter]:
    """Only those that make a difference here; none for who has no verdicts here."""
    return [
        Filter(label, f"?show={key}" if key != ALL else "?", desk.count(key), key == current)
        for key, label in _offered(desk)
    ]


def _offered(desk: Desk) -> list[tuple[str, str]]:
    if desk.mine is None:
        return []
    offered = [(ALL, gettext("All")), (OPEN, gettext("Open")), (MINE, gettext("Mine"))]
    if desk.review.number > 1 and any(view.offer for view in desk.items):
        offered.append((CHANGED, gettext("Changed")))
    return offered


def panes(desk: Desk, chosen: str) -> list[Pane]:
    parts = [
        (ANSWERS, gettext("Answers"), 0),
        (CHECKLIST, gettext("Checklist"), len(desk.items)),
        (EVIDENCE, gettext("Evidence"), len(desk.evidence)),
        (TALK, gettext("Talk"), desk.talks.open_count),
        (SIMILAR, gettext("Similar cases"), 0),
    ]
    return [Pane(key, label, count, key == chosen) for key, label, count in parts]

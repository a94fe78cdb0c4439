"""Who is awaited, in words: “Ada Byron, to review; since Tue 3 January 2023, 4 working days”."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from reviews.models import Review, UseCase
from reviews.selectors.awaited import wait_of
from reviews.selectors.workbench import Awaited, Line, Wait
from reviews.web.reviewing_words import awaited
from reviews.web.waiting import since_text


@dataclass(frozen=True, slots=True)
class Awaits:
    who: str
    since: str


def of_line(line: Line, *, on: date) -> Awaits:
    who = awaited(line.awaited, line.names, questions=line.questions)
    return Awaits(who, since_text(line.since, on=on))


def of_case(case: UseCase, *, on: date) -> Awaits | None:
    """A row of ``selectors.awaited.with_awaited``; nothing where nobody is awaited."""
    awaits, on_side = case.awaits, case.on_side  # type: ignore[attr-defined]
    return _words(wait_of(case, awaits), awaits, on=on, names=not on_side)


def of_round(review: Review, *, on: date) -> Awaits | None:
    """A row of ``selectors.awaited.with_awaited_of``, for the office; nothing where it is over."""
    if review.closed_at is not None:
        return None
    awaits = review.awaits  # type: ignore[attr-defined]
    return _words(wait_of(review.use_case, awaits), awaits, on=on, names=True)


def _words(
    found: Wait | None, awaits: dict[str, int] | None, *, on: date, names: bool
) -> Awaits | None:
    if found is None or awaits is None:
        return None
    if names or found.awaited not in _UNNAMED:
        who = awaited(found.awaited, found.names, questions=awaits["questions"])
    elif found.awaited is Awaited.PANEL:
        who = gettext("the panel, to advise")
    else:
        who = gettext("the office, to review")
    return Awaits(who, since_text(found.since, on=on))


_UNNAMED = (Awaited.REVIEWERS, Awaited.PANEL)
"""Whose names the requester's side does not read."""

"""Precedents in words: what matches, and how many more there are that the reader may not see."""

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from reviews.domain import intake
from reviews.domain.intake import Answers
from reviews.domain.intake.answers import label_of
from reviews.models import UseCase, User
from reviews.selectors.precedents import Precedent, Precedents, Why, similar

TOP = 3
"""Beside the form and the checklist; the page of its own shows more."""


@dataclass(frozen=True, slots=True)
class Line:
    """One precedent with the words for why it matches."""

    precedent: Precedent
    why: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """What ``reviews/precedents/panel.html`` shows. ``hidden`` is a sentence or empty."""

    use_case: UseCase
    lines: tuple[Line, ...]
    hidden: str


def panel(use_case: UseCase, answers: Answers, user: User, *, limit: int = TOP) -> Panel:
    """Decided cases like this one that ``user`` may see. Two queries."""
    found = similar(use_case, answers, user, limit=limit)
    lines = tuple(Line(one, _why(one.why, answers)) for one in found.shown)
    return Panel(use_case, lines, _hidden(found))


def _hidden(found: Precedents) -> str:
    if not found.hidden:
        return ""
    return ngettext(
        "%(n)d more case like this was decided, which you cannot see.",
        "%(n)d more cases like this were decided, which you cannot see.",
        found.hidden,
    ) % {"n": found.hidden}


def _why(why: Why, answers: Answers) -> tuple[tuple[str, str], ...]:
    """Label and words of each ground that there is."""
    capabilities = ", ".join(label_of(answers, slug) for slug in why.capabilities)
    grounds = (
        (gettext("Same capabilities"), capabilities),
        (gettext("Same circumstances"), "; ".join(_fact(one, answers) for one in why.facts)),
        (gettext("Both are about"), ", ".join(why.themes)),
        (gettext("Shared words"), ", ".join(why.words)),
        (gettext("Title"), gettext("much alike") if why.same_title else ""),
    )
    return tuple((label, words) for label, words in grounds if words)


_FIELD_OF = {
    "setting": ("scenario:1", "setting"),
    "purpose": ("scenario:1", "accessibility"),
    "use": ("scenario:1", "use"),
    "end_user": ("deployment", "end_user"),
}


def _fact(fact: str, answers: Answers) -> str:
    """``setting:workplace`` as the form words it."""
    name, _, value = fact.partition(":")
    page, field = _FIELD_OF[name]
    blank = intake.blank(page)
    question = blank.question(field) if blank else None
    return intake.value_text(question, value, answers) if question else value

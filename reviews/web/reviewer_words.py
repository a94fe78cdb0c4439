"""What is known of reviewers, and why somebody is suggested, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from reviews.domain.suggesting import Reason, Suggestion, Why
from reviews.selectors.boards.people import Reviewer
from reviews.web.reviewing_words import BARS


@dataclass(frozen=True, slots=True)
class Suggested:
    """A line of the suggestion: as ``parts/suggestions.html`` takes it."""

    name: str
    why: str
    can: bool
    best: bool


def suggested(found: Sequence[Suggestion]) -> list[Suggested]:
    return [Suggested(one.person.name, sentence(one), one.can, one.best) for one in found]


def sentence(one: Suggestion) -> str:
    """Such as “knows face identification; 2 open reviews, 14 items left; away until 3 July”."""
    said = "; ".join(_words(reason) for reason in one.reasons)
    return said if one.can else gettext("cannot: %(why)s") % {"why": said}


def _words(reason: Reason) -> str:
    if reason.why is Why.BAR:
        return str(BARS[reason.names[0]])
    if reason.why is Why.CONFLICT:
        return gettext("has declared a conflict of interest")
    if reason.why is Why.KNOWS:
        return gettext("knows %(what)s") % {"what": ", ".join(reason.names)}
    if reason.why is Why.EARLIER:
        said = ngettext(
            "reviewed an earlier round of this case",
            "reviewed %(count)d earlier rounds of this case",
            reason.count,
        )
        return said % {"count": reason.count}
    if reason.why is Why.FREE:
        return gettext("no open review")
    if reason.why is Why.LOAD:
        reviews = ngettext("%(count)d open review", "%(count)d open reviews", reason.count)
        left = ngettext("%(count)d item left", "%(count)d items left", reason.items)
        return f"{reviews % {'count': reason.count}}, {left % {'count': reason.items}}"
    if reason.why is Why.AWAY:
        return gettext("away, back on %(day)s") % {"day": _day(reason.on)}
    return gettext("away from %(day)s") % {"day": _day(reason.on)}


def _day(on: date | None) -> str:
    return date_format(on, "j F Y") if on else ""


@dataclass(frozen=True, slots=True)
class Person:
    """A line of the page of reviewers."""

    row: Reviewer
    work: str
    away: str


def person(row: Reviewer, *, on: date) -> Person:
    return Person(row, _work(row), _away(row, on))


def _work(row: Reviewer) -> str:
    if not row.load.reviews:
        return gettext("No open review")
    reviews = ngettext("%(count)d open review", "%(count)d open reviews", row.load.reviews)
    left = ngettext("%(count)d item left", "%(count)d items left", row.load.items)
    return f"{reviews % {'count': row.load.reviews}}, {left % {'count': row.load.items}}"


def _away(row: Reviewer, on: date) -> str:
    if row.away is not None:
        return gettext("Away until %(day)s") % {"day": _day(row.away.last_on)}
    if row.absences:
        return gettext("Away from %(day)s") % {"day": _day(row.absences[0].first_on)}
    return ""

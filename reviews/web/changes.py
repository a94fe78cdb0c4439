"""“12 changes since Tuesday 3 January”: what a person has not seen yet of a case, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from reviews.domain.intake import Answers
from reviews.domain.intake.reading import Row, Section
from reviews.models import AuditEvent, Submission, UseCase
from reviews.selectors import changes as selectors
from reviews.selectors.changes import answers_changed
from reviews.selectors.timeline import Reader
from reviews.selectors.use_cases import Filed, answers_with_people
from reviews.services import visits
from reviews.web import presenters
from reviews.web.intake_words import clock_words
from reviews.web.presenters import Entry
from reviews.web.requests import PortalRequest


@dataclass(frozen=True, slots=True)
class Changes:
    """For ``reviews/changes/panel.html``; no ``compare_url`` where no answer was filed anew."""

    text: str
    entries: list[Entry]
    compare_url: str
    mark_url: str


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """One answer as read, and its change, if any."""

    row: Row
    change: selectors.AnswerChange | None


@dataclass(frozen=True, slots=True)
class MarkedSection:
    """One page of the form, read."""

    key: str
    title: str
    rows: tuple[MarkedRow, ...]


def look(
    request: PortalRequest, use_case: UseCase, *, seq: int | None = None
) -> selectors.Before | None:
    """Note that the person looks at the case, and say what they had seen before this sitting.

    A HEAD request and a page fetched ahead of a click are no look: they only read, and say
    ``None`` for a case never looked at. Call it from a page that shows the case as it stands.
    """
    if request.method != "GET" or is_ahead(request):
        return selectors.seen_before(request.user, use_case, at=request.now)
    seen = visits.saw(request.user, use_case, at=request.now, seq=seq)
    return selectors.Before(seen.at, seen.seq, seen.submission)


def is_ahead(request: PortalRequest) -> bool:
    """Whether the browser fetches the page before anybody asked for it."""
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return any("prefetch" in one or "prerender" in one for one in purposes)


def panel(
    request: PortalRequest,
    use_case: UseCase,
    reader: Reader,
    *,
    shown: Sequence[AuditEvent],
    submissions: Sequence[Filed],
    names_reviewers: bool,
) -> Changes | None:
    """What came since this person's last sitting; ``None``: nothing. Notes the look.

    ``shown``: the timeline as the page shows it, ``submissions``: of the case, the newest first.
    """
    before = look(request, use_case, seq=shown[0].seq if shown else None)
    if before is None:
        return None
    events = selectors.events_since(use_case, reader, before.seq, shown=shown)
    if not events:
        return None
    text = ngettext("%(n)d change since %(when)s", "%(n)d changes since %(when)s", len(events))
    return Changes(
        text % {"n": len(events), "when": when(before.at, now=request.now)},
        [presenters.entry(one, names_reviewers=names_reviewers) for one in events],
        _compare_url(use_case, before.submission, submissions),
        reverse("reviews:use_case_seen", args=[use_case.reference]),
    )


def when(at: datetime, *, now: datetime) -> str:
    """Such as “Tuesday 3 January”; the time with its zone for today, the year for another one."""
    local, today = timezone.localtime(at), timezone.localtime(now)
    if local.date() == today.date():
        return gettext("%(time)s today") % {"time": clock_words(at, now=now)}
    return date_format(local, "l j F" if local.year == today.year else "l j F Y")


def marked(
    request: PortalRequest,
    use_case: UseCase,
    answers: Answers,
    sections: Sequence[Section],
    *,
    than: Submission | None = None,
) -> list[MarkedSection]:
    """The answers as read, each beside what it was in the submission that this person saw last.

    ``than``: the submission that is read, if one is; what was seen later marks nothing in it. At
    most three queries.
    """
    before = selectors.seen_before(request.user, use_case, at=request.now)
    seen = _submission(use_case, before.submission if before else None)
    is_later = seen is not None and (than is None or seen.number < than.number)
    found = answers_changed(answers_with_people(seen), answers) if seen and is_later else []
    changes = {(one.page, one.field): one for one in found}
    return [
        MarkedSection(
            section.key,
            section.title,
            tuple(MarkedRow(row, changes.get((section.key, row.field))) for row in section.rows),
        )
        for section in sections
    ]


def _submission(use_case: UseCase, key: int | None) -> Submission | None:
    if key is None:
        return None
    return use_case.submissions.prefetch_related("people").filter(pk=key).first()


def _compare_url(use_case: UseCase, seen: int | None, submissions: Sequence[Filed]) -> str:
    old = next((one for one in submissions if one.pk == seen), None)
    if old is None or not submissions or submissions[0].pk == old.pk:
        return ""
    here = reverse("reviews:use_case_compare", args=[use_case.reference])
    return f"{here}?a={old.number}&b={submissions[0].number}"

"""The list of use cases, the page of one, and its frozen submissions."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from reviews.domain import intake
from reviews.domain.errors import BadInput
from reviews.models import Submission, UseCase, User
from reviews.permissions.access import can_ask_exception
from reviews.permissions.involvement import involvement_of
from reviews.selectors import paging, timeline
from reviews.selectors import use_cases as selectors
from reviews.selectors.awaited import with_awaited
from reviews.selectors.changes import answers_changed, with_news
from reviews.selectors.conditions import binding, line_of
from reviews.services import visits
from reviews.web import (
    awaited,
    changes,
    list_heads,
    listing,
    presenters,
    queue_words,
    standing,
    waiting,
)
from reviews.web.known_lists import USE_CASES
from reviews.web.requests import PortalRequest


@require_safe
def use_cases(request: PortalRequest) -> HttpResponse:
    try:
        head = list_heads.of(request, USE_CASES)
        if head.redirect:
            return redirect(head.redirect)
        found = _page(request, head)
    except BadInput as error:
        return render(request, "400.html", {"message": error.message}, status=400)
    context = {
        "lines": [(row, awaited.of_case(row, on=request.today)) for row in found.rows],
        "count_text": listing.count_text(found),
        **list_heads.context(request, head),
        **listing.page_links(request, found),
    }
    return render(request, "reviews/use_cases/list.html", context, status=head.status)


def _page(request: PortalRequest, head: list_heads.Head) -> paging.Page:
    """Nothing where the words cannot be read."""
    rows = with_news(selectors.rows(head.filters.qs), request.user)
    rows = with_awaited(rows, request.user)
    return paging.newest_first(
        rows.none() if head.box.problems else rows,
        "updated_at",
        cursor=request.GET.get("cursor", ""),
        size=listing.SIZE,
    )


@require_safe
def use_case(request: PortalRequest, reference: str) -> HttpResponse:
    rows = selectors.for_page(UseCase.objects.visible_to(request.user))
    case = get_object_or_404(rows, reference=reference)
    part = involvement_of(request.user, case)
    office = not part.on_requesters_side
    contents = selectors.contents(case, is_decided=part.case_decided)
    team = selectors.team_of(case, reader=request.user, office=office)
    binds = binding(case)
    lines = [line_of(row, on=request.today, binds=binds) for row in contents.conditions]
    short = standing.people_short(case)
    links = standing.links(case, request.user, part, contents, team, short)
    is_blind = office and may_be_blind(request.user, team)
    reader = timeline.Reader(request.user, office, is_blind)
    events = timeline.events_of(case, reader)
    return render(
        request,
        "reviews/use_cases/page.html",
        {
            "use_case": case,
            "changes": changes.panel(
                request,
                case,
                reader,
                shown=events,
                submissions=contents.submissions,
                names_reviewers=team.names_reviewers,
            ),
            "contents": contents,
            "conditions": lines,
            "conditions_text": standing.conditions_text(lines),
            "turn": standing.turn(case, team),
            "turn_since": waiting.since_text(case.state_since, on=request.today)
            if case.current_state.is_open
            else "",
            "queue": None if office else queue_words.expectation(case, on=request.today),
            "next_step": links[0] if links else None,
            "links": links[1:],
            "gate": contents.gate,
            "may_ask_exception": case.is_sensitive
            and can_ask_exception(request.user, case, part=part),
            "warnings": standing.warnings(case, contents, short),
            "brought_in": standing.brought_in(contents) if team.names_reviewers else (),
            "imported_cells": standing.imported_cells(contents),
            "entries": [
                presenters.entry(one, names_reviewers=team.names_reviewers) for one in events
            ],
            "crumbs": [(gettext("Use cases"), reverse("reviews:use_cases"))],
        },
    )


@require_POST
def seen(request: PortalRequest, reference: str) -> HttpResponse:
    """Nothing that is on record by now is new to this person any longer."""
    case = _visible(request, reference)
    visits.mark_seen(request.user, case, at=request.now)
    return redirect(case)


def may_be_blind(user: User, team: selectors.Team) -> bool:
    """Whether what the reviewers of a sensitive round are at is kept from this person: who reviews
    it, and who might be asked to, until as many as it needs have signed off.
    """
    if team.needed < 2:
        return False
    at_work = bool(team.names) or team.assigned < team.needed
    return not team.names_reviewers or (at_work and user.has_perm("reviews.review_usecase"))


@require_safe
def submission(request: PortalRequest, reference: str, number: int) -> HttpResponse:
    case = _visible(request, reference)
    frozen = get_object_or_404(
        case.submissions.select_related("statement_by").prefetch_related("people"), number=number
    )
    answers = selectors.answers_with_people(frozen)
    return render(
        request,
        "reviews/use_cases/submission.html",
        {
            "use_case": case,
            "crumbs": _crumbs(case),
            "submission": frozen,
            "sections": changes.marked(
                request, case, answers, intake.as_rows(answers), than=frozen
            ),
        },
    )


@require_safe
def compare(request: PortalRequest, reference: str) -> HttpResponse:
    case = _visible(request, reference)
    submissions = list(case.submissions.prefetch_related("people").order_by("number"))
    old, new = _pair(request, submissions)
    return render(
        request,
        "reviews/use_cases/compare.html",
        {
            "use_case": case,
            "crumbs": _crumbs(case),
            "old": old,
            "new": new,
            "submissions": submissions,
            "changes": answers_changed(
                selectors.answers_with_people(old), selectors.answers_with_people(new)
            ),
        },
    )


def _crumbs(case: UseCase) -> list[tuple[str, str]]:
    return [
        (gettext("Use cases"), reverse("reviews:use_cases")),
        (case.reference, case.get_absolute_url()),
    ]


def _visible(request: PortalRequest, reference: str) -> UseCase:
    visible = UseCase.objects.visible_to(request.user).with_people()
    return get_object_or_404(visible, reference=reference)


def _pair(request: PortalRequest, submissions: list[Submission]) -> tuple[Submission, Submission]:
    """The two that ``a`` and ``b`` name; without them the last two."""
    by_number = {str(row.number): row for row in submissions}
    if len(submissions) < 2:
        raise Http404
    old = by_number.get(request.GET.get("a", str(submissions[-2].number)))
    new = by_number.get(request.GET.get("b", str(submissions[-1].number)))
    if old is None or new is None:
        raise Http404
    return old, new

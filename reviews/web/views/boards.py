"""The boards: the lead's of everything filed, a team's of its own, and the rows behind them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from reviews.domain.errors import BadInput
from reviews.domain.tallies import PERIODS, Period, period_of
from reviews.models import Team
from reviews.permissions.reviewers import can_see_board
from reviews.permissions.rulings import require
from reviews.selectors import teams
from reviews.selectors.boards import board as selectors
from reviews.selectors.boards import figures
from reviews.selectors.boards import rows as board_rows
from reviews.selectors.use_case_filters import check_parameters
from reviews.web import board_row_words, board_sections, lead_board_words, listing, team_board_words
from reviews.web.requests import PortalRequest

USUAL = 365
"""Days that a board looks back unless the address says otherwise."""


@require_safe
def lead_board(request: PortalRequest) -> HttpResponse:
    """Every number links to exactly the rows that it counts."""
    require(can_see_board(request.user))
    try:
        days = _days(request)
    except BadInput as error:
        return render(request, "400.html", {"message": error.message}, status=400)
    period = period_of(days, on=request.today)
    context = {
        **_lead_context(request, period),
        "title": gettext("Board"),
        "period": period,
        "periods": board_sections.periods(request.path, days),
        "crumbs": [(gettext("Reviews"), reverse("reviews:reviews"))],
    }
    return render(request, "reviews/boards/board.html", context)


@require_safe
def team_board(request: PortalRequest, uid: UUID) -> HttpResponse:
    """A team's own: where its cases stand, whose turn it is, what comes due."""
    team: Team = get_object_or_404(teams.visible_to(request.user), uid=uid)
    try:
        days = _days(request)
    except BadInput as error:
        return render(request, "400.html", {"message": error.message}, status=400)
    period = period_of(days, on=request.today)
    context = {
        **_team_context(request, team, period),
        "title": team.name,
        "period": period,
        "periods": board_sections.periods(request.path, days),
        "crumbs": [
            (gettext("Teams"), reverse("reviews:teams")),
            (team.name, reverse("reviews:team", args=[team.uid])),
        ],
    }
    return render(request, "reviews/boards/board.html", context)


@require_safe
def rows(request: PortalRequest, kind: str) -> HttpResponse:
    """The rows behind a number: filings, decisions, refusals, verdicts or conditions."""
    if kind not in board_rows.KINDS:
        raise Http404
    wanted = board_rows.KINDS[kind]
    if kind == "verdicts":
        require(can_see_board(request.user))
    filters = wanted.filters(request.GET, queryset=wanted.rows(request.user), request=request)
    if not can_see_board(request.user):
        filters.filters["team"].queryset = teams.visible_to(request.user)
    try:
        listing.check(request, filters)
        if not filters.form.is_valid():
            raise BadInput(gettext("A filter in the address has a value that this list lacks."))
        cursor = request.GET.get("cursor", "")
        found = board_rows.page(kind, filters.qs, cursor=cursor, size=listing.SIZE)
    except BadInput as error:
        return render(request, "400.html", {"message": error.message}, status=400)
    context = {
        "kind": kind,
        "words": board_row_words.WORDS[kind],
        "form": filters.form,
        "chips": listing.chips(request, filters),
        "lines": [board_row_words.line(kind, one) for one in found.rows],
        "count_text": listing.count_text(found),
        **listing.page_links(request, found),
        "crumbs": _crumbs(request),
    }
    return render(request, "reviews/boards/rows.html", context)


def _lead_context(request: PortalRequest, period: Period) -> dict[str, Any]:
    on, words = request.today, lead_board_words
    found = figures.of_office(period, on=on)
    counted = selectors.due_counts(request.user, on=on)
    named = selectors.busiest_teams(found, words.SHOWN_TEAMS)
    capabilities = selectors.capabilities(found)
    sections: Sequence[board_sections.Section] = [
        words.intake_section(found, period),
        words.states_section(found, on=on),
        words.cuts_section(
            found,
            named,
            capabilities,
            period,
            on=on,
            opens_teams=request.user.has_perm("reviews.read_every_usecase"),
        ),
        words.decisions_section(found, capabilities, period),
        words.workload_section(selectors.workload(request.user)),
        words.due_section(counted, on=on),
        words.refusals_section(found, selectors.rule_titles(found.refused), period),
        words.coverage_section(found, selectors.requirements(found), period),
    ]
    return {"tiles": words.tiles(found, counted, period, on=on), "sections": sections}


def _team_context(request: PortalRequest, team: Team, period: Period) -> dict[str, Any]:
    on, words = request.today, lead_board_words
    found = figures.of_team(team.pk, period, on=on)
    counted = selectors.due_counts(request.user, on=on, team=team)
    sections: Sequence[board_sections.Section] = [
        team_board_words.turns_section(found, team),
        words.states_section(found, on=on, team=team.uid),
        words.due_section(counted, on=on, team=team.uid),
        words.intake_section(found, period, team=team.uid),
        words.decisions_section(found, [], period, team=team.uid),
        words.refusals_section(found, selectors.rule_titles(found.refused), period, team=team.uid),
    ]
    tiles = team_board_words.tiles(found, counted, period, team, on=on)
    return {"tiles": tiles, "sections": sections}


def _days(request: PortalRequest) -> int:
    """The period chosen in the address; raises ``BadInput`` for another one."""
    check_parameters(list(request.GET), known=["days"])
    text = request.GET.get("days", str(USUAL))
    if text not in {str(days) for days in PERIODS}:
        raise BadInput(gettext("The board looks back 30, 90 or 365 days. Choose one of these."))
    return int(text)


def _crumbs(request: PortalRequest) -> list[tuple[str, str]]:
    if not can_see_board(request.user):
        return [(gettext("Teams"), reverse("reviews:teams"))]
    return [
        (gettext("Reviews"), reverse("reviews:reviews")),
        (gettext("Board"), reverse("reviews:lead_board")),
    ]

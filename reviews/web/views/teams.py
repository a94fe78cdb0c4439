"""Teams: the list, one team, and who is in it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from reviews.domain.errors import BadInput, DomainError
from reviews.models import Team
from reviews.permissions.teams import can_change_members, can_create_team
from reviews.selectors import paging
from reviews.selectors import teams as selectors
from reviews.services import teams as services
from reviews.web import listing
from reviews.web.forms.teams import MemberForm, TeamForm
from reviews.web.requests import PortalRequest


@require_http_methods(["GET", "POST"])
@listing.takes_only("q", "cursor")
def teams(request: PortalRequest) -> HttpResponse:
    form = TeamForm(request.POST or None)
    if form.is_valid():
        try:
            team = services.create_team(
                form.cleaned_data["name"], by=request.user, at=request.now, on=request.today
            )
        except DomainError as error:
            form.add_error("name", error.message)
        else:
            messages.success(request, gettext("Created. Now add its members."))
            return redirect("reviews:team", team.uid)
    search = request.GET.get("q", "")
    rows = selectors.rows(request.user, search=search)
    cursor = request.GET.get("cursor", "")
    try:
        found = paging.by_name(rows, "name", cursor=cursor, size=listing.SIZE)
    except BadInput as error:
        return render(request, "400.html", {"message": error.message}, status=400)
    return render(
        request,
        "reviews/teams/list.html",
        {
            "form": form if can_create_team(request.user) else None,
            "search": search,
            "teams": found.rows,
            "count_text": listing.count_text(found),
            **listing.page_links(request, found),
        },
    )


@require_http_methods(["GET", "POST"])
def team(request: PortalRequest, uid: UUID) -> HttpResponse:
    row = get_object_or_404(selectors.visible_to(request.user), uid=uid)
    form = MemberForm(request.POST or None, team=row)
    if form.is_valid():
        person = form.cleaned_data["person"]
        services.add_member(row, person=person, by=request.user, at=request.now, on=request.today)
        messages.success(request, gettext("%(name)s joined the team.") % {"name": person})
        return redirect("reviews:team", row.uid)
    return render(
        request,
        "reviews/teams/team.html",
        {
            "team": row,
            "members": row.memberships.select_related("user").order_by("since", "pk"),
            "cases": row.use_cases.visible_to(request.user)[:20],
            "form": form if can_change_members(request.user, row) else None,
            "crumbs": [(gettext("Teams"), "/teams/")],
        },
    )


@require_POST
def remove_member(request: PortalRequest, uid: UUID) -> HttpResponse:
    row: Team = get_object_or_404(selectors.visible_to(request.user), uid=uid)
    person = get_object_or_404(row.members, username=request.POST.get("person", ""))
    services.remove_member(row, person=person, by=request.user, at=request.now, on=request.today)
    messages.success(
        request,
        gettext("%(name)s left the team. Add the person again to undo this.") % {"name": person},
    )
    return redirect("reviews:team", row.uid)

"""Requests of Limited Access that wait for a lead."""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q

from reviews.domain.enums import ApplicationState, RequestState
from reviews.models import (
    AccessApplication,
    CoAuthor,
    Extension,
    Membership,
    PolicyException,
    ReviewAssignment,
    User,
)


@dataclass(frozen=True, slots=True)
class Requests:
    """What this lead may answer, the one that waits longest first."""

    applications: list[AccessApplication]
    exceptions: list[PolicyException]
    extensions: list[Extension]


def requests(lead: User, *, limit: int) -> Requests:
    """Without what the people rules keep from this lead. Three queries for any number of rows."""
    mine = Membership.objects.filter(user=lead)
    on_team = Exists(mine.filter(team=OuterRef("team")))
    on_case = (
        Exists(mine.filter(team=OuterRef("use_case__team")))
        | Exists(CoAuthor.objects.filter(user=lead, use_case=OuterRef("use_case")))
        | Exists(
            ReviewAssignment.objects.filter(
                reviewer=lead, review__use_case=OuterRef("use_case"), recused_at=None
            )
        )
    )
    asked = Q(state=RequestState.ASKED) & ~Q(asked_by=lead)
    to_sign = Q(state=RequestState.AWAITING_COUNTERSIGNATURE) & ~Q(granted_by=lead)
    return Requests(
        applications=list(
            AccessApplication.objects.filter(~on_team, state=ApplicationState.FILED)
            .select_related("customer", "capability")
            .order_by("filed_at", "pk")[:limit]
        ),
        exceptions=list(
            PolicyException.objects.filter(asked | to_sign)
            .filter(~on_case)
            .select_related("capability")
            .order_by(F("granted_at").asc(nulls_last=True), "asked_at", "pk")[:limit]
        ),
        extensions=list(
            Extension.objects.filter(asked)
            .select_related("deployment__customer", "deployment__capability")
            .order_by("asked_at", "pk")[:limit]
        ),
    )

"""Reads for the team pages."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from reviews.models import Membership, Team, UseCase, User
from reviews.permissions.teams import may_manage


def visible_to(user: User) -> QuerySet[Team]:
    """The pair of ``permissions.teams.can_view``."""
    if user.has_perm("reviews.read_every_usecase") or may_manage(user):
        return Team.objects.all()
    return Team.objects.filter(Exists(Membership.objects.filter(user=user, team=OuterRef("pk"))))


def rows(user: User, *, search: str) -> QuerySet[Team]:
    """Teams with how many people and cases they have, counted for the rows that are read alone."""
    found = visible_to(user).annotate(
        people=_count(Membership.objects.filter(team=OuterRef("pk"))),
        cases=_count(UseCase.objects.filter(team=OuterRef("pk"))),
    )
    for word in search.split()[:8]:
        found = found.filter(Q(name__icontains=word))
    return found


def _count(rows: QuerySet) -> Coalesce:
    """How many rows belong to the outer one."""
    counted = rows.order_by().values("team").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def people_to_add(team: Team) -> QuerySet[User]:
    """Active people who are not in the team yet."""
    return (
        User.objects.filter(is_active=True)
        .exclude(memberships__team=team)
        .order_by("full_name", "username")
    )

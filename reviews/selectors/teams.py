"""Reads for the team pages."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from reviews.models import Membership, Team, User
from reviews.permissions.teams import may_manage


def visible_to(user: User) -> QuerySet[Team]:
    """The pair of ``permissions.teams.can_view``."""
    if user.has_perm("reviews.read_every_usecase") or may_manage(user):
        return Team.objects.all()
    return Team.objects.filter(Exists(Membership.objects.filter(user=user, team=OuterRef("pk"))))


def rows(user: User, *, search: str) -> QuerySet[Team]:
    """Teams with how many people and cases they have. One query."""
    found = visible_to(user).annotate(
        people=Count("memberships", distinct=True), cases=Count("use_cases", distinct=True)
    )
    for word in search.split()[:8]:
        found = found.filter(Q(name__icontains=word))
    return found.order_by("name", "pk")


def people_to_add(team: Team) -> QuerySet[User]:
    """Active people who are not in the team yet."""
    return (
        User.objects.filter(is_active=True)
        .exclude(memberships__team=team)
        .order_by("full_name", "username")
    )

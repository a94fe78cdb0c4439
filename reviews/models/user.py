"""People, and the teams they file for."""

import zoneinfo
from functools import cache, cached_property

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models

from reviews.domain.enums import DigestFrequency
from reviews.models.base import PublicModel, one_of


@cache
def _time_zones() -> frozenset[str]:
    """Names in the time zone database; reading them walks its folders."""
    return frozenset(zoneinfo.available_timezones())


def check_time_zone(value: str) -> None:
    """Refuse a name that is not in the time zone database."""
    if value not in _time_zones():
        raise ValidationError(f"“{value}” is no time zone. Write one such as Europe/Berlin.")


class User(AbstractUser, PublicModel):
    """A person with an account. Roles are groups, written by ``sync_roles``."""

    full_name = models.CharField(max_length=150, blank=True)
    time_zone = models.CharField(
        max_length=64,
        default="UTC",
        validators=[check_time_zone],
        help_text="Zone in which times are shown to this person, such as Europe/Berlin.",
    )
    manager = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        help_text="Who is told when this person's deadlines pass unanswered.",
    )
    digest = models.CharField(max_length=10, choices=DigestFrequency, default=DigestFrequency.OFF)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                condition=one_of("digest", DigestFrequency), name="user_digest_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(manager=models.F("pk")), name="user_is_not_their_own_manager"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    @cached_property
    def role_names(self) -> frozenset[str]:
        """Names of the person's groups. No query for the person of a request."""
        loaded = getattr(self, "group_names", None)
        return frozenset(self.groups.values_list("name", flat=True) if loaded is None else loaded)

    def get_full_name(self) -> str:
        return self.full_name or super().get_full_name()

    def get_short_name(self) -> str:
        return (self.full_name or self.username).split(" ")[0]


class Team(PublicModel):
    """A product team; a use case belongs to one, and its members may work on it."""

    name = models.CharField(max_length=300, unique=True)
    created_at = models.DateTimeField()
    members: "models.ManyToManyField[User, Membership]" = models.ManyToManyField(
        User, through="Membership", related_name="teams"
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person in one team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "user"],
                name="one_membership_per_team_and_person",
                violation_error_message="This person is in the team already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"

"""Sign-in's view of a person: one query brings what every request asks about them."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, IntegerField, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from reviews.domain.enums import Channel, MailState
from reviews.models import DemoClock, Mail, User
from reviews.permissions import turns
from reviews.permissions.roles import permissions_of


def _unread() -> QuerySet:
    """How many messages in the inbox the outer person has not read: one row, or none."""
    waiting = Mail.objects.filter(
        user=OuterRef("pk"),
        channel=Channel.INBOX,
        state=MailState.SENT,
        read_at__isnull=True,
    )
    return waiting.order_by().values("user").annotate(count=Count("pk")).values("count")


class _Waiting(RawSQL):
    """How many things wait for the person of this key; no column of the outer query is in it."""

    def __init__(self, person: int) -> None:
        super().__init__(turns.COUNT, [person], output_field=IntegerField())

    def get_group_by_cols(self) -> list:
        return []


class RoleBackend(ModelBackend):
    """Permissions follow from the roles table in code; the admin's own rows serve staff only.

    The groups hold the same permissions (``sync_roles``), for those who ask the database.
    """

    def get_user(self, user_id: int) -> User | None:
        """The person with role names, unread messages, the count of what waits for them and the
        demo's offset, in one query.
        """
        people = User.objects.filter(pk=user_id).annotate(
            group_names=ArrayAgg("groups__name", filter=Q(groups__isnull=False), default=[]),
            clock_offset=Subquery(DemoClock.objects.values("offset")[:1]),
            unread_messages=Coalesce(Subquery(_unread()), 0),
            waiting_count=_Waiting(user_id),
        )
        person = people.first()
        return person if person is not None and self.user_can_authenticate(person) else None

    def get_all_permissions(
        self, user_obj: AbstractBaseUser | AnonymousUser, obj: Model | None = None
    ) -> set[str]:
        """As Django's, without its two queries. Kept where the next backend looks."""
        if not isinstance(user_obj, User) or not user_obj.is_active or obj is not None:
            return set()
        kept: Any = user_obj
        if not hasattr(kept, "_perm_cache"):
            of_roles = {f"reviews.{code}" for code in permissions_of(user_obj.role_names)}
            own = self.get_user_permissions(user_obj) if user_obj.is_staff else set()
            kept._perm_cache = of_roles | own
        return kept._perm_cache

"""Constraint words shared by the tables, and the public key."""

import uuid

from django.db import models
from django.db.models import Q, TextChoices


def all_or_none(*fields: str) -> Q:
    """Condition for fields that are true together: all set, or none set."""
    unset = Q(**{f"{field}__isnull": True for field in fields})
    set_ = Q(**{f"{field}__isnull": False for field in fields})
    return unset | set_


def one_of(field: str, choices: type[TextChoices]) -> Q:
    """Condition that holds ``field`` to its enum; ``choices=`` alone does not."""
    return Q(**{f"{field}__in": choices.values})


class PublicModel(models.Model):
    """A row that addresses name by a UUID; the number stays inside."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True

"""Constraint words shared by the tables, and the public key."""

import uuid

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextChoices


def all_or_none(*fields: str) -> Q:
    """Condition for fields that are true together: all set, or none set."""
    unset = Q(**{f"{field}__isnull": True for field in fields})
    set_ = Q(**{f"{field}__isnull": False for field in fields})
    return unset | set_


def one_of(field: str, choices: type[TextChoices]) -> Q:
    """Condition that holds ``field`` to its enum; ``choices=`` alone does not."""
    return Q(**{f"{field}__in": choices.values})


def among(column: str, keys: QuerySet) -> Q:
    """Condition: ``column`` holds one of ``keys``, a queryset of one column of numbers.

    As ``__in``, but an index on the column serves it beside an OR, too: the keys are read once,
    first. For few keys: those of one person.
    """
    return Q(
        Func(
            F(column),
            ArraySubquery(keys.order_by()),
            arg_joiner=" = ANY (",
            template="(%(expressions)s))",
            output_field=BooleanField(),
        )
    )


class PublicModel(models.Model):
    """A row that addresses name by a UUID; the number stays inside."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True

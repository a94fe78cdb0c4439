"""Deadlines follow what they belong to. The only writer of ``Deadline``."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from reviews.domain.enums import SubjectKind
from reviews.models import Capability, Customer, UseCase


@transaction.atomic
def follow(kind: SubjectKind, ids: Sequence[int] | None, *, at: datetime, on: date) -> int:
    """Make, move and close the deadlines of these subjects; ``None``: of all. Returns how many."""
    return 0


def follow_customer(
    customer: Customer, capability: Capability, *, at: datetime, on: date
) -> int:
    """The deployments of this customer and capability: a grant or an exception changed."""
    return 0


def follow_case(use_case: UseCase, *, at: datetime, on: date) -> int:
    """Everything that hangs on a use case: conditions, exceptions, re-review, evaluations."""
    return 0


def follow_all(*, at: datetime, on: date) -> int:
    """Every subject of every kind. The hourly sweep."""
    return 0

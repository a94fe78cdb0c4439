"""Evaluations that come back on their interval, for as long as a use case is approved."""

from datetime import date, datetime

from django.db import transaction

from reviews.models import Evaluation, Evidence, UseCase, User


def follow_decision(use_case: UseCase, *, at: datetime, on: date) -> int:
    """Open what an approval owes, drop what it owes no more. Part of the decision's transaction."""
    return 0


@transaction.atomic
def record_evaluation(
    evaluation: Evaluation,
    *,
    note: str,
    evidence: Evidence | None = None,
    by: User,
    at: datetime,
    on: date,
) -> Evaluation:
    """It was repeated; the next one is opened, ``interval_days`` later, and returned."""
    raise NotImplementedError

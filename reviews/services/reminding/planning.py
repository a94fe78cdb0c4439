"""Plan the reminders that are due: rows of the ledger, grouped into mails."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from reviews.models import SweepHold


@dataclass(frozen=True, slots=True)
class PlanResult:
    """What a plan wrote. ``rows``: new rows of the ledger; ``hold``: why it stopped, if it did."""

    rows: int = 0
    missed: int = 0
    mails: int = 0
    hold: SweepHold | None = None


@transaction.atomic
def plan(*, at: datetime, on: date, guarded: bool = True) -> PlanResult:
    """Write what is due by the latest civil day anywhere. A second run writes nothing."""
    return PlanResult()


@transaction.atomic
def plan_by_hand(
    deadlines: Sequence[int], *, occasion: str, at: datetime, on: date
) -> PlanResult:
    """The manual step for these deadlines, to their contacts, in mails that are due now."""
    return PlanResult()

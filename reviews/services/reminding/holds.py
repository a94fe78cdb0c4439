"""The machine stops and asks: excess, a jump of the clock, a restored database."""

from datetime import date, datetime

from django.db import transaction

from reviews.models import SweepHold, User


def is_stopped() -> SweepHold | None:
    """The open hold that stops planning and sending altogether; ``None``: go on."""
    return None


@transaction.atomic
def release(hold: SweepHold, *, reason: str, by: User, at: datetime, on: date) -> SweepHold:
    """Let the held mails go."""
    raise NotImplementedError


@transaction.atomic
def discard(hold: SweepHold, *, reason: str, by: User, at: datetime, on: date) -> SweepHold:
    """Cancel the held mails."""
    raise NotImplementedError

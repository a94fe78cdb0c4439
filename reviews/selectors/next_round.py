"""Where “and next” leads: the round that needs this person most."""

from django.db.models import F, OuterRef, Subquery

from reviews.models import Review, ReviewAssignment, User
from reviews.selectors.workbench import waiting_rounds


def next_round(user: User, *, after: Review) -> Review | None:
    """The round that needs this person most, but for the one just left. One query.

    What waits longest comes first, what the person skipped last.
    """
    rounds = waiting_rounds(user).exclude(pk=after.pk)
    skipped = ReviewAssignment.objects.filter(
        review=OuterRef("pk"), reviewer=user, recused_at__isnull=True
    ).values("skipped_at")[:1]
    rows = rounds.annotate(put_last_at=Subquery(skipped))
    first_to_last = F("put_last_at").asc(nulls_first=True)
    return rows.order_by(first_to_last, "since", "pk").first()  # type: ignore[misc]

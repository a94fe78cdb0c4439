"""Who records an evaluation that was repeated."""

from django.utils.translation import gettext

from reviews.domain.errors import StateConflict
from reviews.models import Evaluation, User
from reviews.permissions.involvement import Part, involvement_of
from reviews.permissions.rulings import YES, Ruling, no


def can_record_evaluation(user: User, evaluation: Evaluation, *, part: Part = None) -> Ruling:
    """The team of the use case, and co-authors who may edit, while it is waited for."""
    if not involvement_of(user, evaluation.use_case, part).is_requester:
        return no(
            gettext("Only the team and co-authors with the right to edit record an evaluation.")
        )
    if evaluation.done_at is not None:
        return no(gettext("This evaluation has been recorded already."), StateConflict)
    if evaluation.is_dropped:
        return no(gettext("This evaluation is no longer asked for."), StateConflict)
    return YES

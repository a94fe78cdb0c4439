"""Who records an evaluation that was repeated."""

from reviews.domain.errors import StateConflict
from reviews.models import Evaluation, User
from reviews.permissions.rulings import YES, Ruling, no
from reviews.permissions.use_cases import is_requester


def can_record_evaluation(user: User, evaluation: Evaluation) -> Ruling:
    """The team of the use case, and co-authors who may edit, while it is waited for."""
    if not is_requester(user, evaluation.use_case):
        return no("Only the team and co-authors with the right to edit record an evaluation.")
    if evaluation.done_at is not None:
        return no("This evaluation has been recorded already.", StateConflict)
    if evaluation.is_dropped:
        return no("This evaluation is no longer asked for.", StateConflict)
    return YES

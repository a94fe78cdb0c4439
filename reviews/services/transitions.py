"""The only writer of ``UseCase.state``."""

from datetime import datetime

from reviews.domain.enums import Action, State
from reviews.domain.workflow import next_state
from reviews.models import UseCase


def locked(use_case: UseCase) -> UseCase:
    """The same use case, freshly read and locked until the transaction ends."""
    return UseCase.objects.select_for_update().get(pk=use_case.pk)


def advance(use_case: UseCase, action: Action, *, at: datetime) -> State:
    """Move along the table; returns the state it came from. Raises ``TransitionNotAllowed``."""
    came_from = State(use_case.state)
    use_case.state = next_state(came_from, action)
    use_case.state_since = use_case.updated_at = at
    use_case.save(update_fields=["state", "state_since", "updated_at"])
    return came_from

"""Asked again at the moment of sending: does this line of a mail still hold?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reviews.domain.enums import ReminderState
from reviews.models import Mail, Reminder


@dataclass(frozen=True, slots=True)
class Checked:
    """One line: ``state`` is PLANNED where it still holds, else what it becomes, with a reason."""

    reminder: Reminder
    state: ReminderState
    reason: str = ""

    @property
    def holds(self) -> bool:
        return self.state is ReminderState.PLANNED


def check(mail: Mail, *, at: datetime, on: date) -> Sequence[Checked]:
    """Lock the deadlines of ``mail`` FOR SHARE until the transaction ends, and look again.

    The caller has opened the transaction, and sends before it commits.
    """
    return []

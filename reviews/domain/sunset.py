"""The way out: which word leads to which status, how long a snooze lasts, what can be undone.

All days are civil days and inclusive. That an answer never moves a deployment backwards, that a
snooze lasts 14 days and ends before T-7, and that an attestation needs a name and a day are our
own rules; the statuses are those of the register.
"""

from collections.abc import Sequence, Set
from datetime import date, timedelta
from enum import StrEnum

from reviews.domain import many
from reviews.domain.calendars import NO_HOLIDAYS, step_on
from reviews.domain.enums import AnswerKind, DeploymentStatus
from reviews.domain.errors import BadInput, Incomplete, StateConflict
from reviews.domain.texts import gettext_noop

SNOOZE_DAYS = 14
"""Days that one snooze lasts."""

LAST_QUIET_OFFSET = -7
"""From this step on nothing is silenced: neither by an answer nor by a snooze."""

LINK_DAYS = 28
"""Days after the last permitted day on which a link in a mail can still be used."""

ORDER = (
    DeploymentStatus.DISCOVERED,
    DeploymentStatus.NOTIFIED,
    DeploymentStatus.ACKNOWLEDGED,
    DeploymentStatus.PLAN_FILED,
    DeploymentStatus.MIGRATING,
)
"""The way of a running deployment, from not yet written to nearly gone."""

BY_HAND = (*ORDER, DeploymentStatus.NOT_THEIRS)
"""What the office may set. "Discontinued" needs an attestation instead."""


# Answers ------------------------------------------------------------------------------------------


def after_answer(status: DeploymentStatus, kind: AnswerKind) -> DeploymentStatus:
    """Where an answer leads. It never moves a deployment backwards.

    Who asks for more time has read the mail; a snooze and a new contact acknowledge nothing.
    """
    if kind is AnswerKind.STOPPED:
        return DeploymentStatus.DISCONTINUED
    if kind is AnswerKind.NOT_OURS:
        return DeploymentStatus.NOT_THEIRS
    if kind in {AnswerKind.ACKNOWLEDGED, AnswerKind.MORE_TIME}:
        return _at_least(status, DeploymentStatus.ACKNOWLEDGED)
    return status


def after_notice(status: DeploymentStatus) -> DeploymentStatus:
    """Where the first mail that reached a contact leads."""
    return _at_least(status, DeploymentStatus.NOTIFIED)


def _at_least(status: DeploymentStatus, least: DeploymentStatus) -> DeploymentStatus:
    if status not in ORDER:
        return status
    return ORDER[max(ORDER.index(status), ORDER.index(least))]


def loud_from(last_day: date, *, holidays: Set[date] = NO_HOLIDAYS) -> date:
    """The working day of the step at T-7: from it on nothing keeps a deployment quiet."""
    nominal = last_day + timedelta(days=LAST_QUIET_OFFSET)
    return step_on(nominal, deadline=last_day, holidays=holidays)


def snoozed_until(on: date, *, last_day: date, holidays: Set[date] = NO_HOLIDAYS) -> date:
    """The last quiet day of a snooze that begins on ``on``: never up to the step at T-7.

    Raises ``StateConflict`` where no quiet day is left.
    """
    loud = loud_from(last_day, holidays=holidays)
    until = min(on + timedelta(days=SNOOZE_DAYS), loud - timedelta(days=1))
    if until < on:
        raise StateConflict(
            gettext_noop(
                "The last permitted day is too near for a snooze. From a week before it on,"
                " every reminder is sent."
            )
        )
    return until


def link_usable(last_day: date, *, on: date) -> bool:
    """Whether the link of a mail for this last day still opens its page."""
    return on <= last_day + timedelta(days=LINK_DAYS)


# What the office does -----------------------------------------------------------------------------


def check_move(was: DeploymentStatus, now: DeploymentStatus, *, plan: str) -> None:
    """Whether the office may set this status. Any way is open, because an undo is a further change.

    Raises ``StateConflict`` for no change, ``BadInput`` for "discontinued" (attest it instead),
    ``Incomplete`` for "plan filed" without a plan on record.
    """
    if was is now:
        raise StateConflict(
            gettext_noop("This deployment is “%(was_label)s” already."), was_label=was.label
        )
    if now not in BY_HAND:
        raise BadInput(
            gettext_noop(
                "A deployment is discontinued by an attestation: who says so, and the last day"
                " of use."
            )
        )
    if now is DeploymentStatus.PLAN_FILED and not plan.strip():
        raise Incomplete(
            gettext_noop("Write the plan down: how, and by when, the customer will be without it."),
            ("plan",),
        )


def is_heard(status: DeploymentStatus) -> bool:
    """Whether the office could know this status only from the customer: then it is not silent."""
    return status in ORDER[2:]


def check_attestation(said_by: str, stopped_on: date | None, *, on: date) -> str:
    """The trimmed name. Raises ``Incomplete`` without name or day, ``BadInput`` for a later day."""
    if not said_by.strip():
        raise Incomplete(gettext_noop("Give the name of the person who attests it."), ("said_by",))
    if stopped_on is None:
        raise Incomplete(gettext_noop("Give the last day of use."), ("stopped_on",))
    if stopped_on > on:
        raise BadInput(
            gettext_noop("The last day of use lies in the future. Attest it when it has passed.")
        )
    return said_by.strip()


def check_open(status: DeploymentStatus) -> None:
    """Raises ``StateConflict`` for a deployment on which nothing is left to say."""
    if not status.is_running:
        raise StateConflict(
            gettext_noop(
                "This deployment is “%(status_label)s”. If that is wrong, set its status back"
                " first."
            ),
            status_label=status.label,
        )


# Many at once -------------------------------------------------------------------------------------


class Skip(StrEnum):
    """Why an action on many leaves one out."""

    SAME_STATUS = "same_status"
    NO_PLAN = "no_plan"
    SAME_OWNER = "same_owner"
    NOT_RUNNING = "not_running"
    NO_DEADLINE = "no_deadline"
    ACKNOWLEDGED = "acknowledged"
    PLAN_FILED = "plan_filed"
    MIGRATING = "migrating"
    SNOOZED = "snoozed"
    NO_CONTACT = "no_contact"
    REMINDED_TODAY = "reminded_today"


QUIET = {
    DeploymentStatus.ACKNOWLEDGED: Skip.ACKNOWLEDGED,
    DeploymentStatus.PLAN_FILED: Skip.PLAN_FILED,
    DeploymentStatus.MIGRATING: Skip.MIGRATING,
}
"""Statuses under which a customer is left in peace until the last week."""


def why_not_remind(
    status: DeploymentStatus,
    *,
    last_day: date | None,
    snoozed: date | None,
    on: date,
    holidays: Set[date] = NO_HOLIDAYS,
) -> Skip | None:
    """Why a reminder by hand would be out of place on ``on``, the day where it runs."""
    if not status.is_running:
        return Skip.NOT_RUNNING
    if last_day is None:
        return Skip.NO_DEADLINE
    if on >= loud_from(last_day, holidays=holidays):
        return None
    if status in QUIET:
        return QUIET[status]
    return Skip.SNOOZED if snoozed is not None and on <= snoozed else None


class Effect(many.Effect[Skip]):
    """What an action on many deployments does, or did."""


def check_many(keys: Sequence[int]) -> None:
    """Raises ``BadInput`` for none and for too many."""
    if not keys:
        raise BadInput(gettext_noop("Choose at least one deployment."))
    many.check_count(len(keys))

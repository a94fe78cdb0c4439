"""Remind whom a case waits for: one message a person, in the portal and by mail, for many cases.

Nobody is reminded of the same case twice within two business days. The messages wait ten minutes
before they leave; until then they can be taken back. What a message says is looked at again when
it leaves (``reminding.nudges``).
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from django.db import transaction
from django.utils.translation import gettext

from reviews.domain import many
from reviews.domain.calendars import add_business_days
from reviews.domain.enums import AuditKind, MailState
from reviews.domain.many import Effect
from reviews.models import BulkAction, Mail, UseCase, User
from reviews.permissions.bulk import can_remind_many, can_undo
from reviews.permissions.rulings import require
from reviews.services import audit, bulk
from reviews.services.reminding import notices, nudges
from reviews.services.reminding.settling import RealNow

WAIT = timedelta(minutes=10)
"""How long a message waits before it leaves."""
QUIET_DAYS = 2
"""Business days in which a person is not reminded of the same case again."""


class Awaited(Protocol):
    """Whom a case waits for, as a selector read it."""

    @property
    def whom(self) -> str: ...

    @property
    def people(self) -> Sequence[User]: ...


Awaiting = Callable[[Sequence[int]], Mapping[int, Any]]
"""``selectors.awaited_people.awaited_people``: asked once the cases are locked."""


@transaction.atomic
def remind(
    keys: Sequence[int],
    *,
    awaiting: Awaiting,
    by: User,
    at: datetime,
    on: date,
    dry_run: bool = False,
    shown: str = "",
) -> tuple[Effect[str], BulkAction | None]:
    """Tell each person once which of these cases wait for them; leave out who was told lately.

    ``dry_run`` returns the effect and writes nothing; ``shown``: digest of the effect that the
    person saw, which must be this one. Raises ``NotPermitted``, ``StateConflict`` for another
    effect, ``BadInput`` for none or too many.
    """
    many.check_many(keys)
    require(can_remind_many(by))
    cases = bulk.locked_cases(keys)
    effect, told = _effect(cases, awaiting(keys), by=by, at=at, on=on)
    if dry_run:
        return effect, None
    many.check_as_shown(effect, shown)
    if not effect.reached:
        return effect, None
    mails = _write(cases, told, by=by, at=at)
    done: list[dict[str, Any]] = []
    for case in cases:
        if case.pk in told:
            people = told[case.pk]
            done.append(
                {
                    "case": str(case.uid),
                    "people": [str(one.uid) for one in people],
                    "mails": [str(mail.uid) for one in people for mail in mails[one.pk]],
                }
            )
            audit.record(
                AuditKind.AWAITED_REMINDED,
                subject=case,
                by=by,
                at=at,
                on=on,
                people=[str(one.uid) for one in people],
            )
    return effect, bulk.record(nudges.REMIND, done, by=by, at=at, on=on)


def _effect(
    cases: Sequence[UseCase], awaited: Mapping[int, Awaited], *, by: User, at: datetime, on: date
) -> tuple[Effect[str], dict[int, tuple[User, ...]]]:
    """What would happen, and who would be told of which case."""
    lately = _told_lately(at=at, on=on)
    skipped: dict[int, str] = {}
    told: dict[int, tuple[User, ...]] = {}
    for case in cases:
        waits = awaited.get(case.pk)
        people = tuple(waits.people) if waits else ()
        others = tuple(one for one in people if one.pk != by.pk)
        fresh = tuple(one for one in others if (str(case.uid), str(one.uid)) not in lately)
        if waits is None:
            skipped[case.pk] = gettext("waits for nobody")
        elif not people:
            skipped[case.pk] = gettext("nobody is free to take the step")
        elif not others:
            skipped[case.pk] = gettext("waits for you")
        elif not fresh:
            skipped[case.pk] = gettext("reminded within the last two working days")
        else:
            told[case.pk] = fresh
    names = {key: ", ".join(str(one) for one in people) for key, people in told.items()}
    return Effect(tuple(told), skipped, names), told


def _told_lately(*, at: datetime, on: date) -> set[tuple[str, str]]:
    """Case and person of every reminder of the last business days that was not taken back."""
    since = add_business_days(on, -QUIET_DAYS)
    recent = BulkAction.objects.filter(kind=nudges.REMIND, done_at__date__gt=since, done_at__lte=at)
    return {
        (row["case"], person)
        for action in recent
        for row in action.effects
        if action.undone_at is None or row.get("kept")
        for person in row["people"]
    }


def _write(
    cases: Sequence[UseCase], told: Mapping[int, tuple[User, ...]], *, by: User, at: datetime
) -> dict[int, list[Mail]]:
    """One message for each person, by key of the person."""
    waiting: dict[User, list[UseCase]] = defaultdict(list)
    for case in cases:
        for person in told.get(case.pk, ()):
            waiting[person].append(case)
    return {
        person.pk: notices.write(person, **nudges.words(theirs, by=by), at=at, due_at=at + WAIT)
        for person, theirs in waiting.items()
    }


# Back ---------------------------------------------------------------------------------------------


@transaction.atomic
def undo(action: BulkAction, *, by: User, at: datetime, on: date) -> BulkAction:
    """Cancel the messages that have not left yet; each row says what became of it.

    Raises ``NotPermitted``, ``StateConflict`` where it was taken back or half an hour has passed.
    """
    action = BulkAction.objects.select_for_update().get(pk=action.pk)
    require(can_undo(by, action, at=at))
    uids = {uid for row in action.effects for uid in row["mails"]}
    waiting = Mail.objects.select_for_update().filter(
        uid__in=uids, state__in=[MailState.DUE, MailState.HELD], attempts=0
    )
    stopped = {str(mail.uid): mail.pk for mail in waiting.order_by("pk")}
    Mail.objects.filter(pk__in=stopped.values()).update(
        state=MailState.CANCELLED,
        next_try_at=None,
        settled_at=RealNow(),
        settled_business_at=at,
        last_error=gettext("Taken back by %(by)s") % {"by": by},
    )
    cases = UseCase.objects.in_bulk([row["case"] for row in action.effects], field_name="uid")
    by_uid = {str(uid): case for uid, case in cases.items()}
    for row in action.effects:
        left = [uid for uid in row["mails"] if uid not in stopped]
        row["kept"] = gettext("has been sent") if left else ""
        if not left:
            audit.record(
                AuditKind.REMINDER_UNDONE,
                subject=by_uid[row["case"]],
                by=by,
                at=at,
                on=on,
                people=row["people"],
            )
    return bulk.close(action, by=by, at=at, on=on)

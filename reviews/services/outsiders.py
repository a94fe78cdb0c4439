"""Bring in somebody from outside for one case, where nobody of the office is free."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from reviews.domain.enums import AuditKind, Party
from reviews.domain.errors import BadInput, Incomplete
from reviews.models import Outsider, UseCase, User
from reviews.permissions.outsiders import can_be_named, can_name_outsider
from reviews.permissions.rulings import require
from reviews.permissions.staffing import parts
from reviews.services import audit
from reviews.services.transitions import locked


@transaction.atomic
def name(
    use_case: UseCase,
    *,
    person: User,
    party: Party,
    reason: str,
    by: User,
    at: datetime,
    on: date,
) -> Outsider:
    """Let ``person`` act on this one case as ``party``: reviewer, lead or second lead.

    The people rules hold for them as for everybody. Raises ``NotPermitted``, ``StateConflict``
    where nobody is needed, ``Incomplete`` without a reason, ``BadInput``.
    """
    use_case = locked(use_case)
    require(can_name_outsider(by, use_case))
    if party not in parts(sensitive=True):
        raise BadInput(
            gettext("Choose what they are needed for: to review, to decide or to countersign.")
        )
    require(can_be_named(person, use_case, party, by=by))
    if not reason.strip():
        raise Incomplete(
            gettext("Say why this person: what qualifies them, and who is missing."), ("reason",)
        )

    row = Outsider.objects.create(
        use_case=use_case, user=person, party=party, reason=reason.strip(), named_by=by, named_at=at
    )

    audit.record(
        AuditKind.OUTSIDER_NAMED,
        subject=use_case,
        by=by,
        at=at,
        on=on,
        outsider=person.uid,
        party=party,
    )
    return row

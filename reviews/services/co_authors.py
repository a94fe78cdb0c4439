"""Let people outside the team see, comment on or edit one use case."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from reviews.domain.enums import AuditKind, CoAuthorRight
from reviews.domain.errors import BadInput
from reviews.models import CoAuthor, Membership, UseCase, User
from reviews.permissions.rulings import require
from reviews.permissions.use_cases import (
    can_manage_co_authors,
    has_countersigned,
    has_decided,
    is_reviewer,
)
from reviews.services import audit
from reviews.services.transitions import locked


@transaction.atomic
def set_right(
    use_case: UseCase, *, user: User, right: CoAuthorRight, by: User, at: datetime, on: date
) -> CoAuthor:
    """Add a co-author, or change what one may do.

    Who reviews or decided the case cannot become a co-author. Raises ``NotPermitted`` or
    ``BadInput``.
    """
    use_case = locked(use_case)
    require(can_manage_co_authors(by, use_case))
    if not user.is_active:
        raise BadInput(gettext("This account is closed."))
    if Membership.objects.filter(user=user, team_id=use_case.team_id).exists():
        raise BadInput(
            gettext("%(user)s is a member of the team and may edit it already.") % {"user": user}
        )
    if is_reviewer(user, use_case):
        raise BadInput(
            gettext("%(user)s reviews this use case and cannot be its co-author.") % {"user": user}
        )
    if has_decided(user, use_case) or has_countersigned(user, use_case):
        raise BadInput(
            gettext("%(user)s decided on this use case and cannot be its co-author.")
            % {"user": user}
        )
    right = CoAuthorRight(right)
    row = CoAuthor.objects.filter(use_case=use_case, user=user).first()
    before = row.right if row else None
    row = row or CoAuthor(use_case=use_case, user=user)
    row.right, row.added_by, row.added_at = right, by, at
    row.save()
    audit.record(
        AuditKind.CO_AUTHOR_SET,
        subject=use_case,
        by=by,
        at=at,
        on=on,
        co_author=user.uid,
        right=right,
        before=before,
    )
    return row


@transaction.atomic
def remove(co_author: CoAuthor, *, by: User, at: datetime, on: date) -> None:
    """Take the right back. The person may leave on their own, too."""
    use_case = locked(co_author.use_case)
    if co_author.user_id != by.pk:
        require(can_manage_co_authors(by, use_case))
    user, right = co_author.user, co_author.right
    CoAuthor.objects.filter(pk=co_author.pk).delete()
    audit.record(
        AuditKind.CO_AUTHOR_REMOVED,
        subject=use_case,
        by=by,
        at=at,
        on=on,
        co_author=user.uid,
        before=right,
    )

"""Who may act on many cases at once, and take that back."""

from datetime import datetime, timedelta

from django.utils.translation import gettext

from reviews.domain.errors import StateConflict
from reviews.models import BulkAction, User
from reviews.permissions.rulings import YES, Ruling, no

UNDO_WITHIN = timedelta(minutes=30)


def can_assign_many(user: User) -> Ruling:
    if user.has_perm("reviews.assign_reviewer"):
        return YES
    return no(gettext("Only a lead can assign reviewers."))


def can_remind_many(user: User) -> Ruling:
    if user.has_perm("reviews.assign_reviewer"):
        return YES
    return no(gettext("Only a lead can remind others that it is their turn."))


def can_see_bulk(user: User, action: BulkAction) -> Ruling:
    """The pair of ``BulkActionQuerySet.visible_to``."""
    if action.by_id == user.pk:
        return YES
    return no(gettext("Only the person who did it sees this page."))


def can_undo(user: User, action: BulkAction, *, at: datetime) -> Ruling:
    """Whoever did it and still may, once, for half an hour."""
    ruling = can_see_bulk(user, action) and can_assign_many(user)
    if not ruling:
        return ruling
    if action.undone_at is not None:
        return no(gettext("This was taken back already."), StateConflict)
    if at - action.done_at > UNDO_WITHIN:
        return no(
            gettext("Half an hour has passed, so it can only be changed case by case."),
            StateConflict,
        )
    return YES

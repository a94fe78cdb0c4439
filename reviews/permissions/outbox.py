"""Who may see the mails of the portal, and send one again or stop it."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from reviews.domain.enums import MailKind, MailState, SubjectKind
from reviews.domain.errors import StateConflict
from reviews.models import Mail, Reminder, SweepHold, User
from reviews.models.access import sees_all_access
from reviews.permissions.rulings import YES, Ruling, no

OF_THE_REGISTER = (SubjectKind.DEPLOYMENT, SubjectKind.GRANT)
"""What a sunset owner sees anyway, so that a mail about it tells nothing new."""
_OF_ONE_PERSON = (MailKind.DIGEST, MailKind.NOTICE)
_STOPPABLE = (MailState.DUE, MailState.HELD)
_RETRIABLE = (MailState.FAILED, MailState.DEAD)


def can_view_outbox(user: User) -> Ruling:
    """Sunset owners, leads, administrators and auditors."""
    if sees_all_access(user):
        return YES
    return no(gettext("Only sunset owners, leads, administrators and auditors see the outbox."))


def visible_mails(user: User) -> QuerySet[Mail]:
    """The pair of ``can_view_mail``.

    Who may not read every use case sees no mail that speaks of one: a digest, a notice, or a line
    about anything but a deployment or a grant. One's own mails are always seen.
    """
    if user.has_perm("reviews.read_every_usecase"):
        return Mail.objects.all()
    if not sees_all_access(user):
        return Mail.objects.filter(user=user)
    elsewhere = Reminder.objects.filter(mail=OuterRef("pk")).exclude(
        deadline__subject_kind__in=OF_THE_REGISTER
    )
    of_the_register = ~Q(kind__in=_OF_ONE_PERSON) & ~Exists(elsewhere.order_by())
    return Mail.objects.filter(Q(user=user) | of_the_register)


def can_view_mail(user: User, mail: Mail) -> Ruling:
    """The pair of ``visible_mails``."""
    if mail.user_id == user.pk or user.has_perm("reviews.read_every_usecase"):
        return YES
    if sees_all_access(user) and mail.kind not in _OF_ONE_PERSON:
        kinds = mail.reminders.values_list("deadline__subject_kind", flat=True)
        if set(kinds) <= set(OF_THE_REGISTER):
            return YES
    return no(gettext("You cannot see this mail."))


def can_steer(user: User) -> Ruling:
    """Send again, cancel, and decide about what is held."""
    if any(
        user.has_perm(f"reviews.{codename}")
        for codename in ("own_sunset", "decide_usecase", "administer_portal")
    ):
        return YES
    return no(gettext("Only sunset owners, leads and administrators decide about mails."))


def can_retry(user: User, mail: Mail) -> Ruling:
    if not (may := can_steer(user)):
        return may
    if mail.current_state in _RETRIABLE:
        return YES
    return no(
        gettext("This mail is “%(current_state_label)s”; it needs no retry.")
        % {"current_state_label": mail.current_state.label},
        StateConflict,
    )


def can_cancel(user: User, mail: Mail) -> Ruling:
    if not (may := can_steer(user)):
        return may
    if mail.current_state in _STOPPABLE + _RETRIABLE:
        return YES
    return no(
        gettext("This mail is “%(current_state_label)s”; it cannot be cancelled any more.")
        % {"current_state_label": mail.current_state.label},
        StateConflict,
    )


def can_settle_hold(user: User, hold: SweepHold) -> Ruling:
    """Release or discard what is held, once."""
    if not (may := can_steer(user)):
        return may
    if hold.settled_at is None:
        return YES
    return no(gettext("Somebody has decided about these mails already."), StateConflict)

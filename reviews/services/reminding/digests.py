"""Digests: who wants one, which are due, what they say.

A person has one mail a day: where a reminder of the day is on record the digest is left out, since
the reminder names what is due and the start page lists the rest. Escalations and notices do not
count. A digest is written when it is planned, and dropped unsent once its day is over.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from reviews.domain import digests as rules
from reviews.domain import ladders
from reviews.domain.digests import WaitingItem, WaitingKind
from reviews.domain.enums import AuditKind, Channel, DigestFrequency, MailKind, MailState, SweepName
from reviews.models import Mail, SweepRun, User
from reviews.services import audit
from reviews.services.reminding import messages, wording

Waiting = Callable[[User, date], Sequence[WaitingItem]]
"""What waits for a person on a civil day: ``selectors.sunset.digests.waiting_for``."""

_FIRST_LOOK = timedelta(hours=1)
"""How far back the very first sweep looks."""
_MOST_ITEMS = 50

_VERBS = {
    WaitingKind.PROVE: gettext_lazy("Keep the condition"),
    WaitingKind.VERIFY: gettext_lazy("Verify the condition"),
    WaitingKind.ANSWER_QUESTIONS: gettext_lazy("Answer the questions on"),
    WaitingKind.REVIEW: gettext_lazy("Review"),
    WaitingKind.RECONCILE: gettext_lazy("Reconcile the verdicts on"),
    WaitingKind.ASSIGN: gettext_lazy("Assign reviewers to"),
    WaitingKind.ADVISE: gettext_lazy("Advise on"),
    WaitingKind.CLOSE_REFERRAL: gettext_lazy("Close the referral of"),
    WaitingKind.DECIDE: gettext_lazy("Decide on"),
    WaitingKind.DECIDE_APPEAL: gettext_lazy("Decide the appeal on"),
    WaitingKind.COUNTERSIGN: gettext_lazy("Countersign"),
    WaitingKind.VET: gettext_lazy("Vet the application"),
    WaitingKind.ANSWER_REQUEST: gettext_lazy("Answer the request"),
    WaitingKind.MEND_CONTACTS: gettext_lazy("See to the contacts of"),
}


# Choosing -----------------------------------------------------------------------------------------


@transaction.atomic
def choose(person: User, *, frequency: DigestFrequency, at: datetime, on: date) -> bool:
    """A person's own choice. Whether it differs from the one before; only then it is recorded."""
    return _set(person, frequency, by=person, how="settings", at=at, on=on)


@transaction.atomic
def unsubscribe(person: User, *, at: datetime, on: date) -> bool:
    """Off, through the link in the digest; who clicked is not known. Whether it was on."""
    return _set(person, DigestFrequency.OFF, by=None, how="link", at=at, on=on)


def _set(
    person: User, frequency: DigestFrequency, *, by: User | None, how: str, at: datetime, on: date
) -> bool:
    row = User.objects.select_for_update().get(pk=person.pk)
    was, person.digest = row.digest, frequency.value
    if was == frequency:
        return False
    User.objects.filter(pk=row.pk).update(digest=frequency)
    audit.record(
        AuditKind.DIGEST_SET, subject=row, by=by, at=at, on=on, was=was, now=frequency, how=how
    )
    return True


# Planning -----------------------------------------------------------------------------------------


@transaction.atomic
def plan_digests(*, waiting: Waiting, at: datetime, on: date) -> int:
    """Write the digests whose 09:00 came since the last good sweep; returns how many.

    Nobody with nothing to do gets one. A second run, or one beside it, writes nothing more: a
    person has one such mail a day.
    """
    after = _looked_at(at)
    made = [mail for person in _people() if (mail := _mail(person, waiting, after=after, at=at))]
    Mail.objects.bulk_create(made, ignore_conflicts=True)
    written = Mail.objects.filter(uid__in=[mail.uid for mail in made]).count()
    if written:
        run = SweepRun(name=SweepName.DIGEST)
        audit.record(AuditKind.DIGESTS_PLANNED, subject=run, by=None, at=at, on=on, mails=written)
    return written


def _looked_at(at: datetime) -> datetime:
    """Up to when the digests were looked at; a business clock that went back begins anew."""
    run = SweepRun.objects.filter(name=SweepName.DIGEST).first()
    return run.business_at if run is not None and run.business_at < at else at - _FIRST_LOOK


def _people() -> list[User]:
    wanting = User.objects.filter(is_active=True).exclude(digest=DigestFrequency.OFF)
    return list(wanting.exclude(email="").order_by("pk"))


def _mail(person: User, waiting: Waiting, *, after: datetime, at: datetime) -> Mail | None:
    """The digest that is due for this person, unless the day has its mail or nothing waits."""
    frequency = DigestFrequency(person.digest)
    moment = rules.due_moment(frequency, person.time_zone, after=after, at=at)
    today = ladders.local_day(at, person.time_zone)
    if moment is None or _has_mail(person, today):
        return None
    items = sorted(waiting(person, today), key=lambda item: item.urgency)
    if not items:
        return None
    context = _context(person, items, today=today)
    return Mail(
        kind=MailKind.DIGEST,
        channel=Channel.EMAIL,
        recipient_key=f"u{person.pk}",
        user=person,
        local_day=today,
        due_at=moment,
        state=MailState.DUE,
        planned_at=at,
        address=person.email,
        subject=_subject(items),
        text=render_to_string("reviews/mail/digest.txt", context),
        html=render_to_string("reviews/mail/digest.html", context),
    )


def _has_mail(person: User, today: date) -> bool:
    return (
        Mail.objects.filter(recipient_key=f"u{person.pk}", channel=Channel.EMAIL, local_day=today)
        .exclude(kind__in=[MailKind.ESCALATION, MailKind.NOTICE])
        .exists()
    )


# Words --------------------------------------------------------------------------------------------


def _subject(items: Sequence[WaitingItem]) -> str:
    late = sum(item.is_overdue for item in items)
    words = ngettext("%(n)d thing waits for you", "%(n)d things wait for you", len(items)) % {
        "n": len(items)
    }
    if late:
        words += ngettext(", %(n)d of them overdue", ", %(n)d of them overdue", late) % {"n": late}
    return words


def _context(person: User, items: Sequence[WaitingItem], *, today: date) -> dict[str, object]:
    shown = items[:_MOST_ITEMS]
    return {
        "name": wording.one_line(str(person)),
        "day": wording.day(today),
        "lines": [
            {
                "what": f"{_VERBS[item.kind]}: {item.name}",
                "when": _when(item, today=today, person=person),
                "url": messages.address(item.path),
                "is_overdue": item.is_overdue,
            }
            for item in shown
        ],
        "more": len(items) - len(shown),
        "home_url": messages.address(reverse("reviews:home")),
        "settings_url": messages.address(reverse("reviews:calendar_feeds")),
        "unsubscribe_url": messages.unsubscribe_url(person),
        "frequency": DigestFrequency(person.digest).label,
    }


def _when(item: WaitingItem, *, today: date, person: User) -> str:
    if item.due_on is not None:
        return gettext("due on %(day)s, %(left)s") % {
            "day": wording.short_day(item.due_on),
            "left": wording.left(item.due_on, on=today),
        }
    if item.since is not None:
        since = ladders.local_day(item.since, person.time_zone)
        return gettext("since %(day)s") % {"day": wording.short_day(since)}
    return ""

"""Mails and lines of the ledger, as the machine would have written them."""

from datetime import UTC, date, datetime, time

from django.utils import timezone

from reviews.domain.enums import Audience, Channel, MailKind, MailState, ReminderState, SubjectKind
from reviews.models import (
    Customer,
    CustomerContact,
    Deadline,
    Deployment,
    LadderStep,
    Mail,
    Reminder,
    User,
)
from tests.builders import NOW, TODAY

LAST_DAY = date(2023, 6, 30)


def contact(of: Customer, name: str = "Kit Example", **fields: object) -> CustomerContact:
    """Somebody at the customer, confirmed unless said otherwise."""
    given = {
        "email": f"{name.split()[0].lower()}{of.pk}@customer.example",
        "registered_at": NOW,
        "confirmed_at": NOW,
        **fields,
    }
    return CustomerContact.objects.create(customer=of, name=name, **given)


def mail(to: User | CustomerContact, **fields: object) -> Mail:
    """To this person, due at 09:00 UTC today, unless said otherwise."""
    is_user = isinstance(to, User)
    day = fields.get("local_day", TODAY)
    given = {
        "kind": MailKind.REMINDER,
        "channel": Channel.EMAIL,
        "recipient_key": f"{'u' if is_user else 'c'}{to.pk}",
        "user": to if is_user else None,
        "contact": None if is_user else to,
        "local_day": day,
        "due_at": datetime.combine(day, time(9), tzinfo=UTC),
        "planned_at": NOW,
        **fields,
    }
    return Mail.objects.create(**given)


def sent(to: User | CustomerContact, **fields: object) -> Mail:
    """A mail that left, with its words."""
    given = {
        "state": MailState.SENT,
        "subject": "Stop by 30 June 2023",
        "text": "Please stop by 30 June 2023.\nhttps://portal.example/answer/abc:DEF-_1.2/",
        "html": "<!doctype html><html lang=en><head><title>Stop</title>"
        "<style>p { margin: 0 }</style></head><body><p>Please stop.</p>"
        '<a href="https://portal.example/answer/abc:DEF-_1.2/">Answer</a></body></html>',
        "address": "somebody@customer.example",
        "message_id": "<one@portal.example>",
        "attempts": 1,
        "settled_at": timezone.now(),
        "settled_business_at": NOW,
        **fields,
    }
    return mail(to, **given)


def deadline(of: Deployment, **fields: object) -> Deadline:
    """Its current, open deadline; the one that is there already, changed."""
    given = {"last_day": LAST_DAY, "set_at": NOW, "set_on": TODAY, **fields}
    row, _ = Deadline.objects.update_or_create(
        subject_kind=SubjectKind.DEPLOYMENT,
        subject_id=of.pk,
        is_current=True,
        defaults=given,
        create_defaults={"version": 1, **given},
    )
    return row


def line(of: Mail, about: Deadline, step: str = "T-30", **fields: object) -> Reminder:
    """One line of this mail. Needs the ladders (``catalogue``)."""
    given = {
        "channel": of.channel,
        "recipient_key": of.recipient_key,
        "audience": Audience.CONTACT if of.contact_id else Audience.OWNER,
        "due_on": of.local_day,
        "state": ReminderState.SENT if of.state == MailState.SENT else ReminderState.PLANNED,
        "planned_at": NOW,
        **fields,
    }
    row = LadderStep.objects.get(ladder__subject_kind=about.subject_kind, code=step)
    return Reminder.objects.create(deadline=about, step=row, mail=of, **given)

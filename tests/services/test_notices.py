"""Notices: at once, any number a day, beside the mail of the day."""

import pytest
from django.db import transaction

from reviews.domain.enums import Channel, MailKind, MailState, Role
from reviews.models import Mail
from reviews.permissions.outbox import can_view_mail, visible_mails
from reviews.services.reminding import notices
from reviews.services.reminding.sending import send_due
from tests.builders import NOW, TODAY, user

pytestmark = pytest.mark.django_db


def tell(person, words="Ada mentioned you."):
    with transaction.atomic():
        return notices.tell([person], subject="A mention", words=words, path="/reviews/", at=NOW)


def test_a_person_gets_every_notice_of_a_day_in_the_inbox_and_by_mail(catalogue, mailoutbox):
    person = user("ada")

    assert tell(person) == 2
    assert tell(person, "Ada mentioned you again.") == 2
    send_due(at=NOW, on=TODAY)

    sent = Mail.objects.filter(state=MailState.SENT, kind=MailKind.NOTICE)
    assert sent.filter(channel=Channel.INBOX).count() == 2
    assert sent.filter(channel=Channel.EMAIL).count() == 2
    texts = set(sent.values_list("text", flat=True))
    assert any("Ada mentioned you again." in text and "/reviews/" in text for text in texts)


def test_a_person_without_an_address_reads_it_in_the_portal(catalogue):
    person = user("ada")
    person.email = ""
    person.save()

    assert tell(person) == 1


def test_who_left_before_it_was_sent_gets_nothing(catalogue):
    person = user("ada")
    tell(person)
    person.is_active = False
    person.save()

    result = send_due(at=NOW, on=TODAY)

    assert (result.sent, result.empty) == (0, 2)


def test_a_notice_is_its_readers_own(roles, catalogue):
    owner, person = user("owner", Role.SUNSET_OWNER), user("ada")
    tell(person)

    assert not visible_mails(owner).exists()
    assert not any(can_view_mail(owner, mail) for mail in Mail.objects.all())
    assert visible_mails(person).count() == 2

"""The machine stopped and asks: the page says why, and a person decides with a reason."""

import pytest
from django.urls import reverse

from reviews.domain.enums import AuditKind, HoldReason, MailState, Role
from reviews.models import AuditEvent, Mail, SweepHold
from tests.builders import NOW, TODAY, customer, user
from tests.builders_mail import contact, mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(roles, catalogue):
    """A stop for an excess, with one mail that waits."""
    hold = SweepHold.objects.create(
        reason=HoldReason.EXCESS,
        found_at=NOW,
        business_at=NOW,
        business_on=TODAY,
        mail_count=1,
        forecast_count=0,
    )
    mail(contact(customer("Harbour Bank")), state=MailState.HELD, hold=hold)
    return hold


def page_of(hold):
    return reverse("reviews:hold", args=[hold.uid])


@pytest.mark.parametrize(
    ("button", "state", "kind"),
    [
        ("release", MailState.DUE, AuditKind.HOLD_RELEASED),
        ("discard", MailState.CANCELLED, AuditKind.HOLD_DISCARDED),
    ],
)
def test_a_person_decides(client, held, button, state, kind):
    client.force_login(user("sol", Role.SUNSET_OWNER))

    response = client.post(page_of(held), {button: "1", "reason": "The import was meant."})

    assert response.status_code == 302
    assert Mail.objects.get().state == state
    assert AuditEvent.objects.filter(kind=kind).count() == 1
    assert "The import was meant." in client.get(page_of(held)).content.decode()


def test_without_a_reason_nothing_happens(client, held):
    client.force_login(user("sol", Role.SUNSET_OWNER))

    response = client.post(page_of(held), {"release": "1", "reason": " "})

    assert response.status_code == 200
    assert Mail.objects.get().state == MailState.HELD


def test_it_is_decided_once(client, held):
    client.force_login(user("sol", Role.SUNSET_OWNER))
    client.post(page_of(held), {"release": "1", "reason": "The import was meant."})

    late = client.post(page_of(held), {"discard": "1", "reason": "Too many."})

    assert late.status_code == 409
    assert "Too many." in late.content.decode()
    assert Mail.objects.get().state == MailState.DUE


def test_an_auditor_reads_and_does_not_decide(client, held):
    client.force_login(user("aida", Role.AUDITOR))

    assert 'name="release"' not in client.get(page_of(held)).content.decode()
    assert client.post(page_of(held), {"release": "1", "reason": "x"}).status_code == 403

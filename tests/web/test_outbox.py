"""The outbox: who sees which mail, what its page shows, and what a person can do about it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from reviews.domain.enums import AuditKind, MailKind, MailState, Role
from reviews.models import AuditEvent, Deployment, Mail
from tests.builders import NOW, TODAY, customer, user
from tests.builders_access import capability
from tests.builders_mail import contact, deadline, line, mail, sent

pytestmark = pytest.mark.django_db
OUTBOX = "/outbox/"


@pytest.fixture
def owner(roles):
    return user("sol", Role.SUNSET_OWNER)


@pytest.fixture
def kit(roles):
    return contact(customer("Harbour Bank"), "Kit Example")


@pytest.fixture
def as_owner(client, owner):
    client.force_login(owner)
    return client


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.SUNSET_OWNER, 200),
        (Role.LEAD, 200),
        (Role.ADMIN, 200),
        (Role.AUDITOR, 200),
        (Role.REQUESTER, 403),
        (Role.REVIEWER, 403),
        (Role.PANEL, 403),
    ],
)
def test_who_may_open_it(client, roles, kit, role, status):
    one = sent(kit)
    client.force_login(user("somebody", role))

    assert client.get(OUTBOX).status_code == status
    assert client.get(one.get_absolute_url()).status_code == status


def test_every_state_is_listed_the_newest_first(as_owner, kit):
    for number, state in enumerate(s for s in MailState if s is not MailState.SENDING):
        mail(kit, state=state, local_day=TODAY - timedelta(days=number))

    page = as_owner.get(OUTBOX)

    shown = [one.state for one in page.context["lines"]]
    assert shown == [state for state in MailState if state is not MailState.SENDING]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("state=sent", ["Kit Example"]),
        ("state=due&state=sent", ["Kit Example", "Max Muster"]),
        ("q=harbour", ["Kit Example"]),
        ("q=max", ["Max Muster"]),
        ("kind=escalation", []),
        ("channel=inbox", []),
        (f"day={TODAY}", ["Kit Example", "Max Muster"]),
        ("day=2023-05-31", []),
    ],
)
def test_filters(as_owner, kit, query, names):
    sent(kit)
    mail(contact(customer("Meadow"), "Max Muster"))

    lines = as_owner.get(f"{OUTBOX}?{query}").context["lines"]

    assert sorted(one.recipient for one in lines) == names


def test_an_unknown_parameter_is_refused(as_owner):
    assert as_owner.get(f"{OUTBOX}?colour=red").status_code == 400


def test_the_tabs_count_what_they_list(as_owner, kit):
    for number, state in enumerate([MailState.FAILED, MailState.DEAD, MailState.DEAD]):
        mail(kit, state=state, local_day=TODAY - timedelta(days=number))

    tabs = {tab["label"]: tab for tab in as_owner.get(OUTBOX).context["tabs"]}

    for label in ("Refused or given up", "Held"):
        listed = as_owner.get(tabs[label]["url"]).context["lines"]
        assert tabs[label]["count"] == len(listed)
    assert tabs["Refused or given up"]["count"] == 3


def test_a_signed_link_is_shown_to_nobody_but_its_reader(as_owner, kit):
    one = sent(kit)

    page = as_owner.get(one.get_absolute_url()).content.decode()
    html = as_owner.get(reverse("reviews:mail_html", args=[one.uid])).content.decode()

    assert "abc:DEF" not in page + html
    assert "/answer/…" in page


def test_the_frame_can_run_nothing_and_load_nothing(as_owner, kit):
    response = as_owner.get(reverse("reviews:mail_html", args=[sent(kit).uid]))

    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "unsafe" not in policy
    assert re.search(r"style-src 'sha256-[A-Za-z0-9+/=]{44}'", policy)
    assert "frame-ancestors 'self'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_a_mail_not_written_yet_says_so(as_owner, kit):
    one = mail(kit)

    page = as_owner.get(one.get_absolute_url())

    assert "Not written yet" in page.content.decode()
    assert as_owner.get(reverse("reviews:mail_html", args=[one.uid])).status_code == 404


def test_the_ledger_leads_to_what_it_speaks_of(as_owner, kit, catalogue):
    deployment = Deployment.objects.create(
        customer=kit.customer, capability=capability("emotion"), use="x", registered_at=NOW
    )
    one = sent(kit)
    line(one, deadline(deployment))

    (shown,) = as_owner.get(one.get_absolute_url()).context["ledger"]

    assert shown.what.url == f"/sunset/deployments/{deployment.uid}/"
    assert shown.step == "T-30"


def test_a_sunset_owner_sees_no_mail_about_a_case(as_owner, owner, roles):
    lena = user("lena", Role.LEAD)
    digest = sent(lena, kind=MailKind.DIGEST)
    own = sent(owner, kind=MailKind.DIGEST)

    assert as_owner.get(digest.get_absolute_url()).status_code == 404
    assert as_owner.get(own.get_absolute_url()).status_code == 200
    assert len(as_owner.get(OUTBOX).context["lines"]) == 1


def test_cancel_asks_for_a_reason_and_is_recorded(as_owner, kit):
    one = mail(kit)
    address = reverse("reviews:mail_step", args=[one.uid, "cancel"])

    asked = as_owner.get(address)
    refused = as_owner.post(address, {"reason": ""})
    done = as_owner.post(address, {"reason": "They called us."})

    assert asked.status_code == refused.status_code == 200
    assert done.status_code == 302
    assert Mail.objects.get(pk=one.pk).state == MailState.CANCELLED
    assert AuditEvent.objects.filter(kind=AuditKind.MAIL_CANCELLED).count() == 1


def test_retry_puts_it_back(as_owner, kit):
    one = mail(kit, state=MailState.DEAD, attempts=8)

    as_owner.post(reverse("reviews:mail_step", args=[one.uid, "retry"]))

    one.refresh_from_db()
    assert (one.state, one.attempts) == (MailState.DUE, 0)


@pytest.mark.parametrize(("name", "state"), [("retry", MailState.SENT), ("cancel", MailState.SENT)])
def test_what_has_left_can_be_neither(as_owner, kit, name, state):
    one = mail(kit, state=state)

    assert as_owner.post(reverse("reviews:mail_step", args=[one.uid, name])).status_code == 409


def test_an_auditor_only_reads(client, roles, kit):
    one = mail(kit)
    client.force_login(user("aida", Role.AUDITOR))

    page = client.get(one.get_absolute_url())

    assert not page.context["may_cancel"]
    answer = client.post(reverse("reviews:mail_step", args=[one.uid, "cancel"]), {"reason": "x"})
    assert answer.status_code == 403
    assert Mail.objects.get(pk=one.pk).state == MailState.DUE


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_grow(as_owner, kit, count, django_assert_max_num_queries):
    for number in range(count):
        mail(kit, local_day=TODAY - timedelta(days=number))
    as_owner.get(OUTBOX)

    with django_assert_max_num_queries(8):
        assert len(as_owner.get(OUTBOX).context["lines"]) == count


@pytest.mark.parametrize("count", [1, 20])
def test_nor_for_one_mail(as_owner, kit, catalogue, count, django_assert_max_num_queries):
    one = sent(kit)
    for number in range(count):
        row = Deployment.objects.create(
            customer=kit.customer,
            capability=capability("emotion"),
            use=f"use {number}",
            registered_at=NOW,
        )
        line(one, deadline(row))
    as_owner.get(one.get_absolute_url())

    with django_assert_max_num_queries(9):
        assert len(as_owner.get(one.get_absolute_url()).context["ledger"]) == count

"""The inbox: one's own messages, read or not; looking changes nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse

from reviews.domain.enums import Channel, MailState, Role
from reviews.models import Mail
from tests.builders import TODAY, user
from tests.builders_mail import sent

pytestmark = pytest.mark.django_db
INBOX = "/inbox/"


@pytest.fixture
def ines(roles):
    return user("ines", Role.REQUESTER)


@pytest.fixture
def as_ines(client, ines):
    client.force_login(ines)
    return client


def message(to, **fields):
    return sent(to, channel=Channel.INBOX, **fields)


def count_shown(page):
    return next(one.count for one in page.context["navigation"] if one.url == INBOX)


def test_only_ones_own_delivered_messages(as_ines, ines):
    own = message(ines)
    message(ines, state=MailState.DUE, local_day=TODAY + timedelta(days=1))
    sent(ines)
    other = message(user("omar", Role.LEAD))

    shown = as_ines.get(INBOX).context["mails"]

    assert [one.pk for one in shown] == [own.pk]
    assert as_ines.get(reverse("reviews:inbox_mail", args=[other.uid])).status_code == 404
    assert as_ines.post(reverse("reviews:inbox_mail", args=[other.uid])).status_code == 404


def test_looking_changes_nothing(as_ines, ines):
    own = message(ines)

    page = as_ines.get(reverse("reviews:inbox_mail", args=[own.uid]))

    assert page.status_code == 200
    assert Mail.objects.get(pk=own.pk).read_at is None
    assert count_shown(page) == 1


def test_the_button_marks_it_as_read(as_ines, ines):
    own = message(ines)

    as_ines.post(reverse("reviews:inbox_mail", args=[own.uid]))

    assert Mail.objects.get(pk=own.pk).read_at is not None
    assert count_shown(as_ines.get(INBOX)) == 0


def test_all_at_once(as_ines, ines):
    for number in range(3):
        message(ines, local_day=TODAY - timedelta(days=number))
    other = message(user("omar", Role.LEAD))

    as_ines.post("/inbox/read/")

    assert count_shown(as_ines.get(INBOX)) == 0
    assert Mail.objects.get(pk=other.pk).read_at is None


def test_empty(as_ines):
    assert "No message yet" in as_ines.get(INBOX).content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_grow(as_ines, ines, count, django_assert_max_num_queries):
    for number in range(count):
        message(ines, local_day=TODAY - timedelta(days=number))
    as_ines.get(INBOX)

    with django_assert_max_num_queries(5):
        assert len(as_ines.get(INBOX).context["mails"]) == count

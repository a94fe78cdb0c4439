"""Links in mails: what opens, what does not, and that a token says nothing."""

import base64
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import override_settings

from reviews.domain.enums import AnswerKind, AnswerSource, DeploymentStatus
from reviews.models import Deadline, DeploymentAnswer
from reviews.services.sunset import links
from reviews.services.sunset.links import Link, Refusal
from tests.builders import NOW, customer, user
from tests.builders_mailing import deadline
from tests.builders_reminding import contact, owned, running

pytestmark = pytest.mark.usefixtures("roles", "catalogue")

LAST_DAY = date(2023, 6, 30)


def link_of(row, person, about):
    return links.token_for(row, about, person)


@pytest.fixture
def row():
    return running(of=owned("Harbour Bank"))


@pytest.fixture
def person(row):
    return contact(row.customer, "Maria Müller")


def test_a_token_opens_its_own_deployment_for_its_own_contact(row, person):
    about = deadline(row)

    link = links.read(link_of(row, person, about), at=NOW)

    assert isinstance(link, Link)
    assert (link.deployment, link.contact, link.issued) == (row, person, about)
    assert not link.is_superseded


def test_the_same_mail_carries_the_same_token(row, person):
    about = deadline(row)

    assert link_of(row, person, about) == link_of(row, person, about)


def test_a_token_holds_no_name_and_fits_into_a_line(row, person):
    token = link_of(row, person, deadline(row))

    payload = base64.urlsafe_b64decode(token.split(".")[0] + "==")
    assert b"Maria" not in payload
    assert b"Harbour" not in payload
    assert len(token) <= 110


@pytest.mark.parametrize(
    ("day", "opens"), [(28, True), (29, False), (0, True), (-300, True)], ids=str
)
def test_it_stays_usable_to_the_28th_day_after_the_deadline(row, person, day, opens):
    token = link_of(row, person, deadline(row))
    at = datetime(2023, 6, 30, 23, 59, tzinfo=UTC) + timedelta(days=day)

    assert isinstance(links.read(token, at=at), Link) is opens
    if not opens:
        assert links.read(token, at=at) is Refusal.EXPIRED


def test_that_day_ends_where_the_deployment_runs(row, person):
    token = link_of(row, person, deadline(row))
    at = datetime(2023, 7, 29, 3, 0, tzinfo=UTC)
    assert links.read(token, at=at) is Refusal.EXPIRED

    type(row).objects.filter(pk=row.pk).update(time_zone="America/Los_Angeles")

    assert isinstance(links.read(token, at=at), Link)


def test_an_older_version_opens_what_holds_now(row, person):
    old = deadline(row)
    token = link_of(row, person, old)
    Deadline.objects.update(is_current=False, is_open=False)
    new = deadline(row, version=2, last_day=date(2023, 9, 30))

    link = links.read(token, at=datetime(2023, 9, 1, tzinfo=UTC))

    assert isinstance(link, Link)
    assert (link.issued, link.current, link.is_superseded) == (old, new, True)


@pytest.mark.parametrize("change", ["x", ".", "\x00", "ä", "A" * 300])
def test_a_changed_token_opens_nothing(row, person, change):
    token = link_of(row, person, deadline(row))

    assert links.read(token + change, at=NOW) is Refusal.WRONG
    assert links.read(change + token, at=NOW) is Refusal.WRONG
    assert links.read(change, at=NOW) is Refusal.WRONG


def test_a_token_of_another_salt_opens_nothing(row, person):
    assert links.read(links.unsubscribe_token(row.uid), at=NOW) is Refusal.WRONG
    assert links.read_unsubscribe(link_of(row, person, deadline(row))) is None


def test_a_token_signed_with_another_key_opens_nothing(row, person):
    about = deadline(row)
    with override_settings(SECRET_KEY="another key of another installation"):
        token = link_of(row, person, about)

    assert links.read(token, at=NOW) is Refusal.WRONG


def test_a_retired_key_still_opens_its_links(row, person, settings):
    token = link_of(row, person, deadline(row))

    with override_settings(SECRET_KEY="a new key", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert isinstance(links.read(token, at=NOW), Link)


def test_no_contact_of_another_customer_or_deployment_gets_in(row):
    about = deadline(row)
    stranger = contact(customer())
    narrow = contact(row.customer, deployment=running(of=row.customer, use="Another"))

    assert links.read(link_of(row, stranger, about), at=NOW) is Refusal.WRONG
    assert links.read(link_of(row, narrow, about), at=NOW) is Refusal.WRONG


def test_a_contact_who_left_answers_no_more(row, person):
    token = link_of(row, person, deadline(row))
    type(person).objects.filter(pk=person.pk).update(departed_at=NOW)

    assert links.read(token, at=NOW) is Refusal.HANDED_OVER


def test_a_contact_who_named_another_answers_no_more_for_this_deployment(row, person):
    token = link_of(row, person, deadline(row))
    other = running(of=row.customer, use="Another")
    token_of_other = link_of(other, person, deadline(other))
    DeploymentAnswer.objects.create(
        deployment=row,
        kind=AnswerKind.SOMEONE_ELSE,
        source=AnswerSource.LINK,
        contact=person,
        said_at=NOW,
    )

    assert links.read(token, at=NOW) is Refusal.HANDED_OVER
    assert isinstance(links.read(token_of_other, at=NOW), Link)


def test_a_closed_deployment_still_opens(row, person):
    token = link_of(row, person, deadline(row))
    type(row).objects.filter(pk=row.pk).update(status=DeploymentStatus.DISCONTINUED)
    Deadline.objects.update(is_open=False)

    assert isinstance(links.read(token, at=NOW), Link)


def test_the_unsubscribe_token_names_its_person():
    person = user()

    assert links.read_unsubscribe(links.unsubscribe_token(person.uid)) == person.uid
    assert links.read_unsubscribe("nonsense") is None

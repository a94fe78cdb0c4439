"""The page behind a link in a mail, as a customer's browser, a scanner and a stranger meet it."""

import re
from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from reviews.domain.enums import DeploymentStatus, Role
from reviews.models import Deadline, DemoClock, DeploymentAnswer, Extension
from reviews.services.reminding import messages
from reviews.services.sunset import links
from tests.builders import NOW, TODAY, user
from tests.builders_mailing import line, mail_to
from tests.builders_reminding import contact, followed, owned, running

pytestmark = pytest.mark.usefixtures("roles", "catalogue")

STOPPED = {"said_by": "Maria Müller", "stopped_on": "2023-05-31"}


@pytest.fixture(autouse=True)
def demo_day(settings, db):
    """The business day is 2023-06-01, as in the demo; visitors without an account see it, too."""
    settings.DEMO = True
    DemoClock.objects.create(offset=NOW - datetime.now(UTC))


@pytest.fixture
def row():
    return running(of=owned("Harbour Bank"), use="Camera app")


@pytest.fixture
def person(row):
    return contact(row.customer, "Maria Müller")


@pytest.fixture
def token(row, person):
    return links.token_for(row, followed(row, on=TODAY), person)


@pytest.fixture
def browser():
    """A fresh one: no session, and the CSRF check on, as outside of tests."""
    return Client(enforce_csrf_checks=True)


def posted(browser, address, **data):
    """Open the page, then send its form with the secret that stands in it."""
    page = browser.get(address).content.decode()
    secret = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    return browser.post(address, {"csrfmiddlewaretoken": secret, **data})


def counts():
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in apps.get_app_config("reviews").get_models()
        if model.__name__ != "DemoClock"
    }


def test_the_page_shows_what_is_known_without_a_sign_in(browser, token):
    response = browser.get(f"/answer/{token}/")

    page = response.content.decode()
    assert response.status_code == 200
    for words in ("Emotion", "Camera app", "Harbour Bank", "30 June 2023", "29 days left"):
        assert words in page
    assert response["Cache-Control"] == "no-store, private"


def test_the_page_tells_nothing_of_anybody_else(browser, row, token):
    other = running("identify", of=owned("Secret Rival"), use="Hidden gate")
    sibling = running("age", of=row.customer, use="Another thing of the same customer")
    contact(row.customer, "Somebody Else", email="somebody.else@harbour.example")

    page = browser.get(f"/answer/{token}/").content.decode()

    for words in ("Secret Rival", other.use, sibling.use, "somebody.else@harbour.example"):
        assert words not in page


def test_a_scanner_that_follows_every_link_of_a_mail_changes_nothing(browser, row, person):
    mail = mail_to(person)
    line(mail, followed(row, on=TODAY))
    lines = list(mail.reminders.select_related("deadline", "step"))
    message = messages.compose(mail, lines, at=NOW)
    found = re.findall(r"https?://[^\s\"<>]+", message.text + message.html)
    paths = {re.sub(r"^https?://[^/]+", "", one) for one in found if "/answer/" in one}
    assert paths
    before = counts()

    for path in sorted(paths):
        for address in (path, *(f"{path}{step}/" for step in STEPS), f"{path}recorded/"):
            assert browser.get(address).status_code in (200, 302)
            assert browser.head(address).status_code in (200, 302)

    assert counts() == before


STEPS = ["received", "stopped", "more-time", "not-ours", "someone-else", "later"]


@pytest.mark.parametrize("step", STEPS)
def test_a_post_without_the_pages_secret_changes_nothing(browser, token, step):
    before = counts()

    response = browser.post(f"/answer/{token}/{step}/", {**STOPPED, "confirmed": "yes"})

    assert response.status_code == 403
    assert counts() == before


def test_received_is_one_click(browser, row, token):
    page = browser.get(f"/answer/{token}/").content.decode()
    secret = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    assert f'action="/answer/{token}/received/"' in page

    response = browser.post(f"/answer/{token}/received/", {"csrfmiddlewaretoken": secret})

    assert response["Location"] == f"/answer/{token}/recorded/"
    row.refresh_from_db()
    assert row.current_status is DeploymentStatus.ACKNOWLEDGED
    recorded = browser.get(response["Location"]).content.decode()
    for words in ("This is recorded", "What happens next", "If something is wrong"):
        assert words in recorded


@pytest.mark.parametrize(
    ("step", "data", "status"),
    [
        ("stopped", STOPPED, DeploymentStatus.DISCONTINUED),
        ("not-ours", {"said_by": "Maria", "reason": "Sold."}, DeploymentStatus.NOT_THEIRS),
    ],
)
def test_what_ends_the_matter_is_asked_once_more(browser, row, token, step, data, status):
    address = f"/answer/{token}/{step}/"

    page = posted(browser, address, **data)

    assert page.status_code == 200
    assert "Check your answer" in page.content.decode()
    assert not DeploymentAnswer.objects.exists()

    response = posted(browser, address, **data, confirmed="yes")

    assert response["Location"] == f"/answer/{token}/recorded/"
    row.refresh_from_db()
    assert row.current_status is status


def test_a_file_may_back_the_attestation(browser, token):
    file = SimpleUploadedFile("off.txt", b"off since 31 May", "text/plain")

    posted(browser, f"/answer/{token}/stopped/", **STOPPED, confirmed="yes", file=file)

    assert DeploymentAnswer.objects.get().file_name == "off.txt"


def test_a_file_that_we_do_not_take_is_named_and_nothing_typed_is_lost(browser, token):
    file = SimpleUploadedFile("off.exe", b"MZ", "application/octet-stream")

    response = posted(browser, f"/answer/{token}/stopped/", **STOPPED, confirmed="yes", file=file)

    page = response.content.decode()
    assert "off.exe" in page
    assert "Maria Müller" in page
    assert not DeploymentAnswer.objects.exists()


def test_more_time_asks_a_lead(browser, token):
    posted(
        browser,
        f"/answer/{token}/more-time/",
        said_by="Maria",
        until="2023-09-30",
        reason="Later.",
    )

    assert Extension.objects.get().until == date(2023, 9, 30)
    page = browser.get(f"/answer/{token}/").content.decode()
    assert "not decided yet" in page
    assert f"/answer/{token}/more-time/" not in page


def test_what_a_rule_refuses_stands_on_the_form_with_what_was_typed(browser, token):
    response = posted(
        browser,
        f"/answer/{token}/more-time/",
        said_by="Maria",
        until="2023-06-15",
        reason="Keep this.",
    )

    page = response.content.decode()
    assert "must reach beyond the last permitted day" in page
    assert "Keep this." in page


def test_somebody_else_ends_this_link(browser, row, token):
    response = posted(
        browser,
        f"/answer/{token}/someone-else/",
        new_name="Jo Berg",
        new_email="jo@harbour.example",
    )

    page = browser.get(response["Location"]).content.decode()
    assert "Somebody else answers for this now" in page
    assert "jo@harbour.example" not in page
    assert row.contacts.get().email == "jo@harbour.example"


def test_later_is_not_offered_in_the_last_week(browser, token):
    DemoClock.objects.update(offset=datetime(2023, 6, 24, 9, tzinfo=UTC) - datetime.now(UTC))

    page = browser.get(f"/answer/{token}/").content.decode()

    assert "Remind us later" not in page
    assert "6 days left" in page


def test_a_used_link_shows_what_was_said_and_how_to_correct_it(browser, token):
    posted(browser, f"/answer/{token}/stopped/", **STOPPED, confirmed="yes")

    page = browser.get(f"/answer/{token}/").content.decode()

    assert "Discontinued" in page
    assert "Maria Müller" in page
    assert "Correct the last day of use" in page
    assert "We need more time" not in page


def test_access_granted_meanwhile_lifts_what_the_mail_spoke_of(browser, row, token):
    Deadline.objects.update(is_open=False)

    page = browser.get(f"/answer/{token}/").content.decode()

    assert "Nothing ends for this use at present" in page
    assert "days left" not in page
    assert "We need more time" not in page
    assert "We have stopped using it" in page


def test_a_forwarded_link_says_to_whom_it_was_sent(browser, token):
    assert "This link was sent to" in browser.get(f"/answer/{token}/").content.decode()


def test_a_link_of_an_older_deadline_shows_the_one_that_holds(browser, row, person, token):
    lead = user("", Role.LEAD)
    Extension.objects.create(
        deployment=row,
        until=date(2023, 9, 30),
        reason="Granted",
        asked_by=row.customer.owner,
        asked_at=NOW,
        state="granted",
        decided_by=lead,
        decided_at=NOW,
    )
    assert followed(row, on=TODAY).version == 2

    page = browser.get(f"/answer/{token}/").content.decode()

    assert "The last permitted day has moved" in page
    assert "30 September 2023" in page


@pytest.mark.parametrize("wrong", ["nonsense", "A.B", "x" * 500])
def test_a_wrong_token_gets_a_page_that_helps_and_tells_nothing(browser, row, token, wrong):
    response = browser.get(f"/answer/{wrong}/")

    page = response.content.decode()
    assert response.status_code == 404
    assert "This link opens nothing" in page
    assert "reply to the mail" in page
    assert "Harbour" not in page


def test_an_expired_link_gets_its_own_page(browser, token):
    DemoClock.objects.update(offset=datetime(2023, 7, 29, 9, tzinfo=UTC) - datetime.now(UTC))

    response = browser.get(f"/answer/{token}/")

    assert response.status_code == 410
    assert "This link has ended" in response.content.decode()
    assert "Harbour" not in response.content.decode()
    assert browser.post(f"/answer/{token}/received/").status_code == 403


def test_an_expired_link_does_not_act(client, token):
    DemoClock.objects.update(offset=datetime(2023, 7, 29, 9, tzinfo=UTC) - datetime.now(UTC))

    assert client.post(f"/answer/{token}/received/").status_code == 410
    assert not DeploymentAnswer.objects.exists()


def test_a_wrong_signature_costs_no_query(client, django_assert_num_queries, settings):
    settings.DEMO = False
    with django_assert_num_queries(0):
        client.get("/answer/wrong/")


def test_who_answers_by_one_link_again_and_again_has_to_wait(client, token):
    address = f"/answer/{token}/more-time/"
    codes = [client.post(address, {"said_by": "x"}).status_code for _ in range(22)]

    assert codes[0] == 200
    assert codes[-1] == 429


def test_an_unknown_answer_is_not_found(client, token):
    assert client.get(f"/answer/{token}/everything/").status_code == 404


def test_somebody_who_is_signed_in_is_warned_that_the_page_speaks_for_the_customer(client, token):
    lead = user("", Role.LEAD)
    client.force_login(lead)

    assert "You are signed in" in client.get(f"/answer/{token}/").content.decode()
    client.post(f"/answer/{token}/received/")

    assert DeploymentAnswer.objects.get().entered_by == lead


# Turning the digest off ---------------------------------------------------------------------------


@pytest.fixture
def reader():
    person = user()
    person.digest = "daily"
    person.save()
    return person


def test_one_click_in_the_mail_program_turns_the_digest_off(browser, reader):
    """RFC 8058: a POST without cookie, without secret."""
    address = f"/unsubscribe/{links.unsubscribe_token(reader.uid)}/"

    response = browser.post(address, {"List-Unsubscribe": "One-Click"})

    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    reader.refresh_from_db()
    assert reader.digest == "off"
    assert browser.post(address).status_code == 200


def test_opening_the_link_turns_nothing_off(browser, reader):
    address = f"/unsubscribe/{links.unsubscribe_token(reader.uid)}/"

    page = browser.get(address).content.decode()

    assert "Turn it off" in page
    assert "cannot be turned off" in page
    reader.refresh_from_db()
    assert reader.digest == "daily"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_wrong_unsubscribe_link_says_nothing(browser, reader, method):
    response = getattr(browser, method)("/unsubscribe/wrong/")

    assert response.status_code == 404
    reader.refresh_from_db()
    assert reader.digest == "daily"


def test_a_request_from_the_mail_is_shown_as_the_contacts(browser, client, row, person, token):
    """Wherever its asker stands: on the page of the deployment, and on its own."""
    posted(
        browser,
        f"/answer/{token}/more-time/",
        said_by="M. Müller",
        until="2023-09-30",
        reason="The new app ships in August.",
    )
    client.force_login(user("lena", Role.LEAD))
    asked = Extension.objects.get()

    for address in (row.get_absolute_url(), asked.get_absolute_url()):
        assert "Maria Müller from the mail" in client.get(address).content.decode()

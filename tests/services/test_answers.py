"""What a customer's answer changes, and what it does not."""

import io
from datetime import UTC, date, datetime

import pytest
from django.core.files.storage import default_storage

from reviews.domain.enums import (
    AnswerKind,
    AuditKind,
    ContactStanding,
    DeploymentStatus,
    RequestState,
    Role,
)
from reviews.domain.errors import BadInput, Incomplete, StateConflict
from reviews.models import (
    AuditEvent,
    CustomerContact,
    Deadline,
    DeploymentAnswer,
    Extension,
    RegisterChange,
)
from reviews.permissions.access import can_decide_extension
from reviews.services import audit
from reviews.services.sunset import answers, links
from reviews.services.sunset.answers import Given
from reviews.services.sunset.attestations import UploadedFile
from reviews.services.sunset.links import Link
from tests.builders import NOW, TODAY, customer, user
from tests.builders_reminding import contact, followed, owned, running

pytestmark = pytest.mark.usefixtures("roles", "catalogue")

WHEN = {"at": NOW, "on": TODAY}
AFTER = date(2023, 9, 30)
STOPPED = Given(AnswerKind.STOPPED, said_by="Maria Müller", stopped_on=date(2023, 5, 31))
MORE_TIME = Given(
    AnswerKind.MORE_TIME, said_by="Maria Müller", until=AFTER, reason="The new app ships in August."
)


@pytest.fixture
def row():
    return running(of=owned("Harbour Bank"))


@pytest.fixture
def person(row):
    return contact(row.customer, "Maria Müller", confirmed_at=None)


@pytest.fixture
def link(row, person):
    about = followed(row, on=TODAY)
    found = links.read(links.token_for(row, about, person), at=NOW)
    assert isinstance(found, Link)
    return found


def answered(link, given, **options):
    answer = answers.by_link(link, given, **{**WHEN, **options})
    link.deployment.refresh_from_db()
    link.contact.refresh_from_db()
    return answer


def is_open(link):
    return Deadline.objects.get(pk=link.current.pk).is_open


def test_received_acknowledges_and_confirms_the_contact(link):
    answered(link, Given(AnswerKind.ACKNOWLEDGED))

    assert link.deployment.current_status is DeploymentStatus.ACKNOWLEDGED
    assert link.deployment.heard_at == NOW
    assert link.contact.standing is ContactStanding.CONFIRMED
    assert is_open(link)


def test_an_answer_is_a_row_an_event_and_a_line_of_the_history(link):
    answer = answered(link, Given(AnswerKind.ACKNOWLEDGED))

    event = AuditEvent.objects.filter(kind=AuditKind.DEPLOYMENT_ANSWERED).get()
    assert event.data["answer"] == str(answer.uid)
    assert event.data["contact"] == str(link.contact.uid)
    assert event.actor is None
    change = RegisterChange.objects.get(deployment=link.deployment, part="status")
    assert (change.was, change.now, change.by) == ("discovered", "acknowledged", None)
    assert audit.verify().ok


def test_stopped_is_an_attestation_that_ends_the_deadline(link):
    answer = answered(link, STOPPED)

    assert link.deployment.current_status is DeploymentStatus.DISCONTINUED
    assert link.deployment.discontinued_on == date(2023, 5, 31)
    assert (answer.said_by, answer.stopped_on) == ("Maria Müller", date(2023, 5, 31))
    assert not is_open(link)


def test_an_attestation_keeps_its_file(link):
    file = UploadedFile("switched-off.txt", "text/plain", io.BytesIO(b"off since 31 May"))

    answer = answered(link, Given(**{**_fields(STOPPED), "file": file}))

    assert answer.file_name == "switched-off.txt"
    assert default_storage.exists(answer.file.name)


def test_a_bad_file_keeps_nothing(link):
    file = UploadedFile("page.html", "text/html", io.BytesIO(b"<html>"))

    with pytest.raises(BadInput):
        answered(link, Given(**{**_fields(STOPPED), "file": file}))

    assert not DeploymentAnswer.objects.exists()
    link.deployment.refresh_from_db()
    assert link.deployment.current_status is DeploymentStatus.DISCOVERED


def test_a_refused_answer_leaves_no_file(link):
    before = set(default_storage.listdir("attestations")[1]) if _has_folder() else set()
    file = UploadedFile("off.txt", "text/plain", io.BytesIO(b"off"))
    later = {**_fields(STOPPED), "stopped_on": date(2023, 6, 2), "file": file}

    with pytest.raises(BadInput, match="future"):
        answered(link, Given(**later))

    assert set(default_storage.listdir("attestations")[1]) == before


@pytest.mark.parametrize("field", ["said_by", "stopped_on"])
def test_an_attestation_needs_a_name_and_a_day(link, field):
    given = {**_fields(STOPPED), field: "" if field == "said_by" else None}

    with pytest.raises(Incomplete):
        answered(link, Given(**given))


def test_a_second_attestation_corrects_the_first(link):
    answered(link, STOPPED)

    answered(link, Given(**{**_fields(STOPPED), "stopped_on": date(2023, 5, 30)}))

    assert link.deployment.discontinued_on == date(2023, 5, 30)
    assert link.deployment.answers.count() == 2


@pytest.mark.parametrize("kind", set(AnswerKind) - {AnswerKind.STOPPED})
def test_after_the_end_nothing_else_is_taken(link, kind):
    answered(link, STOPPED)

    with pytest.raises(StateConflict):
        answered(link, Given(kind, said_by="Maria", until=AFTER, reason="Because"))


def test_more_time_asks_for_an_extension_in_the_contacts_name(link):
    answer = answered(link, MORE_TIME)

    asked = Extension.objects.get()
    assert (asked.state, asked.until) == (RequestState.ASKED, AFTER)
    assert (asked.asked_by, asked.answer) == (None, answer)
    assert asked.asker == f"{link.contact.name} from the mail"
    assert asked.reason == "The new app ships in August."
    event = AuditEvent.objects.get(kind=AuditKind.EXTENSION_ASKED)
    assert event.actor is None
    assert event.data["answer"] == str(answer.uid)
    assert link.deployment.current_status is DeploymentStatus.ACKNOWLEDGED
    assert is_open(link)


def test_one_request_for_more_time_waits_at_a_time(link):
    answered(link, MORE_TIME)

    with pytest.raises(StateConflict, match="waiting already"):
        answered(link, Given(**{**_fields(MORE_TIME), "reason": "Another"}))


@pytest.mark.parametrize("until", [date(2023, 6, 30), date(2023, 6, 1)])
def test_more_time_reaches_beyond_the_last_permitted_day(link, until):
    with pytest.raises(BadInput):
        answered(link, Given(**{**_fields(MORE_TIME), "until": until}))


def test_a_customer_without_an_owner_asks_for_more_time_all_the_same():
    of = customer()
    row = running(of=of)
    found = links.read(links.token_for(row, followed(row, on=TODAY), contact(of)), at=NOW)

    answer = answers.by_link(found, MORE_TIME, **WHEN)

    asked = Extension.objects.get()
    assert (asked.answer, asked.until) == (answer, AFTER)


def test_the_owner_may_decide_on_what_the_customer_asked(link, roles):
    """Nobody decides on their own request; this one is the customer's."""
    lead = user("lena", Role.LEAD)
    link.deployment.customer.owner = lead
    link.deployment.customer.save()
    answered(link, MORE_TIME)

    assert can_decide_extension(lead, Extension.objects.get())


def test_not_ours_ends_the_deadline(link):
    answered(link, Given(AnswerKind.NOT_OURS, said_by="Maria", reason="Sold in 2021."))

    assert link.deployment.current_status is DeploymentStatus.NOT_THEIRS
    assert not is_open(link)


def test_not_ours_needs_a_name_and_confirms_nobody(link):
    with pytest.raises(Incomplete):
        answered(link, Given(AnswerKind.NOT_OURS))

    answered(link, Given(AnswerKind.NOT_OURS, said_by="Maria"))
    assert link.contact.confirmed_at is None


OTHER = Given(AnswerKind.SOMEONE_ELSE, new_name="Jo Berg", new_email="jo@harbour.example")


def test_somebody_else_takes_over_and_is_not_confirmed(link):
    answer = answered(link, OTHER)

    new = answer.new_contact
    assert (new.name, new.deployment) == ("Jo Berg", link.deployment)
    assert new.standing is ContactStanding.NEVER_CONFIRMED
    assert link.contact.standing is ContactStanding.DEPARTED
    assert link.deployment.current_status is DeploymentStatus.DISCOVERED
    assert links.read(link.token, at=NOW) is links.Refusal.HANDED_OVER


def test_a_contact_of_other_uses_stays_theirs(link):
    running(of=link.deployment.customer, use="Another")

    answered(link, OTHER)

    assert link.contact.departed_at is None
    assert links.read(link.token, at=NOW) is links.Refusal.HANDED_OVER


def test_the_new_contact_is_confirmed_by_an_answer(link):
    new = answered(link, OTHER).new_contact
    token = links.token_for(link.deployment, link.current, new)

    answers.by_link(links.read(token, at=NOW), Given(AnswerKind.ACKNOWLEDGED), **WHEN)

    new.refresh_from_db()
    assert new.standing is ContactStanding.CONFIRMED


def test_a_contact_cannot_name_their_own_address(link):
    with pytest.raises(StateConflict, match="already"):
        answered(link, Given(AnswerKind.SOMEONE_ELSE, new_name="X", new_email=link.contact.email))


def test_naming_a_contact_that_is_there_makes_no_second_one(link):
    there = contact(
        link.deployment.customer, deployment=link.deployment, email="JO@harbour.example"
    )

    assert answered(link, OTHER).new_contact == there
    assert CustomerContact.objects.filter(email__iexact="jo@harbour.example").count() == 1


def test_later_rests_the_contact_for_14_days(link):
    answer = answered(link, Given(AnswerKind.SNOOZED))

    assert answer.until == link.deployment.snoozed_until == date(2023, 6, 15)
    assert link.deployment.current_status is DeploymentStatus.DISCOVERED


def test_later_never_lasts_into_the_last_week(link):
    at = datetime(2023, 6, 15, 9, tzinfo=UTC)

    answer = answered(link, Given(AnswerKind.SNOOZED), at=at, on=at.date())

    assert answer.until == date(2023, 6, 22)


def test_in_the_last_week_there_is_no_later(link):
    at = datetime(2023, 6, 23, 9, tzinfo=UTC)

    with pytest.raises(StateConflict, match="too near"):
        answered(link, Given(AnswerKind.SNOOZED), at=at, on=at.date())


@pytest.mark.parametrize(
    "given",
    [STOPPED, Given(AnswerKind.ACKNOWLEDGED), Given(AnswerKind.SNOOZED), MORE_TIME],
    ids=lambda given: given.kind.value,
)
def test_a_double_click_is_one_answer(link, given):
    first = answered(link, given)

    assert answered(link, given) == first
    assert DeploymentAnswer.objects.count() == 1
    assert Extension.objects.count() == (given is MORE_TIME)


def test_an_answer_never_moves_a_deployment_backwards(link):
    type(link.deployment).objects.update(status=DeploymentStatus.MIGRATING)

    answered(link, Given(AnswerKind.ACKNOWLEDGED))

    assert link.deployment.current_status is DeploymentStatus.MIGRATING


def test_somebody_of_the_office_who_uses_the_link_stands_beside_the_answer(link):
    lead = user()

    answer = answered(link, Given(AnswerKind.ACKNOWLEDGED), entered_by=lead)

    assert answer.entered_by == lead
    assert AuditEvent.objects.get(kind=AuditKind.DEPLOYMENT_ANSWERED).actor == lead


def _fields(given: Given) -> dict:
    return {name: getattr(given, name) for name in Given.__slots__}


def _has_folder() -> bool:
    return default_storage.exists("attestations")

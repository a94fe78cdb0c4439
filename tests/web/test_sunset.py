"""The pages of the sunset register: who sees what, what a number lists, what a form does."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from reviews.domain.enums import DeploymentStatus, Role, SubjectKind
from reviews.models import (
    AuditEvent,
    Customer,
    CustomerContact,
    DemoClock,
    Deployment,
    RegisterChange,
    Reminder,
)
from reviews.services import extensions
from reviews.services.reminding import deadlines, ladders, planning
from reviews.services.sunset import statuses
from tests.builders import NOW, customer, team, user
from tests.builders_access import filed
from tests.builders_sunset import WHEN, contact, csv_of, waiting

pytestmark = pytest.mark.django_db
STATUS = DeploymentStatus


@pytest.fixture
def owner(roles, catalogue, settings):
    """A sunset owner, on the business day of the builders."""
    settings.DEMO = True
    DemoClock.objects.update_or_create(pk=1, defaults={"offset": NOW - timezone.now()})
    return user("owner", Role.SUNSET_OWNER)


@pytest.fixture
def page(client):
    def open_as(who, address, data=None, **options):
        client.force_login(who)
        return client.get(address) if data is None else client.post(address, data, **options)

    return open_as


def words(response) -> str:
    return " ".join(response.content.decode().split())


def listed(response) -> set[str]:
    return {row.line.row.use for row in response.context["rows"]}


@pytest.fixture
def register(owner):
    """Four customers whose deployments differ in everything that a filter asks for."""
    north = customer("Aurora", owner=owner, region="North", tier="Gold")
    contact(north, "Ada Example")
    south = customer("Boreal", region="South", tier="Silver")
    contact(south, "Bob Example", confirmed_at=None)
    east = customer("Cirrus", owner=user("other", Role.SUNSET_OWNER), region="East")
    contact(east, "Cyd Example", bounced_at=NOW)
    return {
        "mood": waiting(north, use="mood", status=STATUS.ACKNOWLEDGED, heard_at=NOW),
        "age": waiting(north, "age", use="age", registered_at=NOW - timedelta(days=90)),
        "door": waiting(south, "verify", use="door", time_zone="Pacific/Kiritimati"),
        "wall": waiting(east, use="wall", status=STATUS.DISCONTINUED),
    }


ALL = {"mood", "age", "door", "wall"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ALL),
        ("?q=aurora", {"mood", "age"}),
        ("?q=bob", {"door"}),
        ("?q=aurora+age", {"age"}),
        ("?capability=verify", {"door"}),
        ("?status=acknowledged&status=discontinued", {"mood", "wall"}),
        ("?owner=owner", {"mood", "age"}),
        ("?owner=nobody", {"door"}),
        ("?region=South", {"door"}),
        ("?tier=Gold", {"mood", "age"}),
        ("?due_in=28", set()),
        ("?due_in=29", {"mood", "age", "door"}),
        ("?silent_since=2023-05-01", {"age"}),
        ("?overdue=yes", set()),
        ("?running=no", {"wall"}),
        ("?contact=never_confirmed", {"door"}),
        ("?contact=any", {"door"}),
        ("?last_day=2023-06-30", {"mood", "age", "door"}),
    ],
)
def test_filters_narrow(owner, register, page, query, found):
    response = page(owner, f"/sunset/{query}")

    assert response.status_code == 200
    assert listed(response) == found


@pytest.mark.parametrize(
    "query",
    [
        "?colour=red",
        "?cursor=nonsense",
        "?region=Nowhere",
        "?due_in=-1",
        "?silent_since=yesterday",
        "?owner=nobody-here",
        "?status=gone",
    ],
)
def test_what_a_filter_does_not_know_lists_nothing(owner, register, page, query):
    assert page(owner, f"/sunset/{query}").status_code == 400
    if "cursor" not in query:
        assert page(owner, f"/sunset/remind/{query}&all=yes").status_code == 400


def test_the_last_day_ends_where_the_deployment_runs(owner, register, page):
    """On 30 June, 10:30 UTC, it is 1 July in Kiritimati: overdue there, and nowhere else."""
    moment = NOW.replace(month=6, day=30, hour=10, minute=30)
    DemoClock.objects.filter(pk=1).update(offset=moment - timezone.now())

    assert listed(page(owner, "/sunset/?overdue=yes")) == {"door"}
    text = words(page(owner, "/sunset/"))
    assert "overdue by 1 day" in text
    assert "the last permitted day is today" in text
    assert listed(page(owner, "/sunset/?due_in=0")) == {"mood", "age"}


def test_the_head_counts_what_its_links_list(owner, register, page):
    response = page(owner, "/sunset/")

    figures = response.context["figures"]
    assert {str(one["label"]): one["figure"] for one in figures} == {
        "still running": 3,
        "overdue": 0,
        "due within 30 days": 3,
        "not surely reached": 1,
        "extensions asked for": 0,
    }
    for one in figures:
        assert page(owner, one["url"]).context["total"] == one["figure"]


def test_pages_follow_each_other_by_customer(owner, page):
    for number in range(60):
        waiting(customer(f"C{number:03}"), use=f"use {number}")

    first = page(owner, "/sunset/")
    second = page(owner, first.context["next_url"])
    back = page(owner, second.context["previous_url"])

    names = [
        row.line.row.customer.name for row in (*first.context["rows"], *second.context["rows"])
    ]
    assert names == [f"C{number:03}" for number in range(60)]
    assert listed(back) == listed(first)
    assert "60 deployments" in words(first)


def test_the_list_asks_the_same_number_of_queries_for_any_number_of_rows(owner, register, page):
    page(owner, "/sunset/")
    with CaptureQueriesContext(connection) as few:
        page(owner, "/sunset/")
    for number in range(20):
        one = customer(f"More {number}", owner=user("", Role.SUNSET_OWNER))
        contact(one)
        waiting(one)
    with CaptureQueriesContext(connection) as many:
        page(owner, "/sunset/")

    assert len(many) == len(few)


def test_an_empty_register_says_what_to_do(owner, page):
    assert "The register is empty" in words(page(owner, "/sunset/"))


def test_a_team_sees_its_customer_but_not_the_customers_people(owner, page):
    requester = user("requester")
    people = team("", requester)
    bank = customer("Harbour Bank", is_managed=True, sector="commercial")
    filed(people, requester, for_customer=bank)
    row = waiting(bank, use="mood")
    ada = contact(bank, "Ada Example")

    assert listed(page(requester, "/sunset/")) == {"mood"}
    assert "Ada Example" not in words(page(requester, row.get_absolute_url()))
    assert "Ada Example" not in words(page(requester, bank.get_absolute_url()))
    assert page(requester, ada.get_absolute_url()).status_code == 404
    assert not listed(page(requester, "/sunset/?q=ada"))
    assert page(requester, f"/sunset/remind/?pick={row.uid}").status_code == 403
    assert page(user("stranger"), row.get_absolute_url()).status_code == 404


# One deployment -----------------------------------------------------------------------------------


def test_a_deployment_shows_what_was_done_by_whom_and_why(owner, register, page):
    row = register["age"]
    statuses.set_status(row, status=STATUS.NOTIFIED, reason="Letter of May.", by=owner, **WHEN)
    asked = extensions.ask(row, until=date(2023, 9, 30), reason="August.", by=owner, **WHEN)
    extensions.grant(asked, reason="Once.", by=user("lead", Role.LEAD), **WHEN)

    text = words(page(owner, row.get_absolute_url()))

    assert "Status: Discovered → Notified" in text
    assert "Letter of May." in text
    assert "30 September 2023" in text
    assert "121 days left" in text
    assert "Ada Example" in text


def test_a_deployment_says_why_a_reminder_did_not_leave(owner, page):
    """Nobody can be told: the line is red, and says so."""
    ladders.sync(**WHEN)
    row = waiting(customer("Aurora", owner=owner))
    deadlines.follow(SubjectKind.DEPLOYMENT, [row.pk], **WHEN)
    planning.plan(**WHEN)

    assert Reminder.objects.filter(state="failed").exists()
    shown = words(page(owner, row.get_absolute_url()))
    assert "Failed</span>" in shown
    assert "there was nobody to tell" in shown


def test_a_deployments_page_asks_a_constant_number_of_queries(owner, register, page):
    row = register["age"]
    address = row.get_absolute_url()
    page(owner, address)
    with CaptureQueriesContext(connection) as few:
        page(owner, address)
    for number in range(8):
        status = STATUS.NOTIFIED if number % 2 == 0 else STATUS.MIGRATING
        statuses.set_status(row, status=status, reason="x", by=owner, **WHEN)
        contact(row.customer, f"Name{number}", deployment=row)
    with CaptureQueriesContext(connection) as many:
        page(owner, address)

    assert len(many) <= len(few) + 2  # changes and answers are looked for where events name them


def test_the_status_is_set_on_a_page_with_its_reason(owner, register, page):
    row = register["age"]
    address = reverse("reviews:deployment_step", args=[row.uid, "status"])

    assert "What follows" in words(page(owner, address))
    refused = page(owner, address, {"status": "plan_filed", "reason": "Call."})
    assert "Write the plan down" in words(refused)
    done = page(owner, address, {"status": "migrating", "reason": "Call."})

    assert done.status_code == 302
    row.refresh_from_db()
    assert row.status == STATUS.MIGRATING


def test_an_attestation_takes_a_file_and_gives_it_back(owner, register, page):
    row = register["age"]
    address = reverse("reviews:deployment_step", args=[row.uid, "attest"])
    letter = SimpleUploadedFile("letter.txt", b"We have stopped.", "text/plain")
    typed = {"said_by": "Ada", "stopped_on": "2023-05-31", "reason": "Letter.", "document": letter}

    assert page(owner, address, typed).status_code == 302

    text = words(page(owner, row.get_absolute_url()))
    assert "Discontinued (attested)" in text
    answer = row.answers.get()
    given = page(owner, reverse("reviews:attestation", args=[answer.uid]))
    assert b"".join(given.streaming_content) == b"We have stopped."
    assert given["X-Content-Type-Options"] == "nosniff"
    assert page(owner, address).status_code == 409


def test_contacts_are_added_confirmed_and_seen_off(owner, register, page):
    bank = register["door"].customer
    add = reverse("reviews:sunset_customer_step", args=[bank.uid, "contact"])
    page(owner, add, {"name": "Dee", "email": "dee@example.test", "time_zone": "UTC"})
    dee = CustomerContact.objects.get(name="Dee")

    for name, typed in {
        "bounced": {"reason": "550 unknown"},
        "confirm": {"reason": "Called her."},
        "change": {"name": "Dee D.", "email": dee.email, "time_zone": "UTC", "reason": "Typo."},
        "departed": {"reason": "Left."},
    }.items():
        address = reverse("reviews:contact_step", args=[dee.uid, name])
        assert page(owner, address, typed).status_code == 302, name

    text = words(page(owner, dee.get_absolute_url()))
    assert "Left the customer" in text
    assert "Called her." in text
    assert (
        page(owner, reverse("reviews:contact_step", args=[dee.uid, "confirm"])).status_code == 409
    )


def test_the_customers_page_shows_contacts_and_hands_over(owner, register, page):
    bank = register["door"].customer
    address = reverse("reviews:sunset_customer_step", args=[bank.uid, "owner"])

    assert page(owner, address, {"owner": "owner", "reason": "Region."}).status_code == 302

    text = words(page(owner, bank.get_absolute_url()))
    assert "Bob Example" in text
    assert "Owner: nobody → Owner" in text
    assert "Region." in text


# Many at once -------------------------------------------------------------------------------------


def test_the_effect_is_shown_first_and_then_happens(owner, register, page):
    picks = "&".join(f"pick={register[name].uid}" for name in ("mood", "age", "wall"))
    address = f"/sunset/remind/?{picks}"

    before = AuditEvent.objects.count()
    seen = page(owner, address)
    assert AuditEvent.objects.count() == before
    assert "1 will be reminded, 2 skipped: 1 acknowledged, 1 no longer running" in words(seen)
    assert "Ada Example" in words(seen)

    done = page(owner, address, {"shown": seen.context["shown"]})
    assert done.status_code == 302
    assert Reminder.objects.filter(step__is_manual=True).count() == 1
    again = words(page(owner, address))
    assert "reminded today already" in again
    assert "Nothing would happen." in again


def test_what_changed_meanwhile_is_shown_anew(owner, register, page):
    row = register["age"]
    address = f"/sunset/status/?pick={row.uid}&new_status=migrating"
    seen = page(owner, address)
    statuses.set_status(row, status=STATUS.MIGRATING, reason="x", by=owner, **WHEN)

    late = page(owner, address, {"shown": seen.context["shown"], "reason": "Call."})

    assert late.status_code == 200
    assert RegisterChange.objects.count() == 1
    assert "have this status already" in words(late)


def test_all_that_match_the_filter_are_handed_over(owner, register, page):
    address = "/sunset/owner/?all=yes&region=South"
    assert "Choose a person" in words(page(owner, address))
    seen = page(owner, f"{address}&new_owner=owner")
    assert "1 deployment gets another owner" in words(seen)

    page(owner, f"{address}&new_owner=owner", {"shown": seen.context["shown"], "reason": "Region."})

    assert Customer.objects.get(name="Boreal").owner == owner


def test_nothing_chosen_is_said(owner, register, page):
    assert "Choose at least one deployment." in words(page(owner, "/sunset/remind/"))
    assert page(owner, "/sunset/remind/?pick=nonsense").status_code == 200
    assert page(owner, "/sunset/remind/?colour=red").status_code == 400


# Import -------------------------------------------------------------------------------------------


def test_an_import_is_seen_before_it_is_done(owner, page, client):
    raw = csv_of([{"customer": "Delta", "capability": "emotion", "use": "Mood"}])
    upload = SimpleUploadedFile("register.csv", raw, "text/csv")
    first = page(owner, "/sunset/import/", {"document": upload})
    preview = page(owner, first["Location"])

    assert preview.context["report"].created == 1
    assert not Deployment.objects.exists()
    done = page(owner, first["Location"], {})
    assert done.status_code == 302
    assert Deployment.objects.get().customer.name == "Delta"
    assert page(owner, first["Location"], {}).status_code == 404
    assert "register.csv" in words(page(owner, "/sunset/import/"))
    assert "register.csv, row 2" in words(page(owner, Deployment.objects.get().get_absolute_url()))


def test_a_bad_row_is_shown_with_its_number_and_column(owner, page):
    raw = csv_of([{"customer": "Delta", "capability": "emotoin", "use": "Mood"}])
    upload = SimpleUploadedFile("register.csv", raw, "text/csv")
    first = page(owner, "/sunset/import/", {"document": upload})

    text = words(page(owner, first["Location"]))
    assert "1 row cannot be taken over, so nothing is written" in text
    assert "Do you mean “emotion”?" in text
    assert page(owner, first["Location"], {}).status_code == 200
    assert not Deployment.objects.exists()


@pytest.mark.parametrize("name", ["register.pdf", "register.xlsx"])
def test_other_files_are_refused(owner, page, name):
    upload = SimpleUploadedFile(name, b"no table", "application/octet-stream")
    response = page(owner, "/sunset/import/", {"document": upload})

    assert response.status_code == 200
    assert response.context["form"].errors


def test_only_the_office_imports(owner, page):
    assert page(user("requester"), "/sunset/import/").status_code == 403

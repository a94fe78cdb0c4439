"""``reminder_plan`` and ``replay_sunset``: their words, their JSON, their exit codes."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from reviews.domain.enums import RehearsalKind, Role, SubjectKind
from reviews.models import Deployment, Rehearsal
from reviews.services.reminding import deadlines
from tests.builders import NOW, TODAY, customer, user
from tests.builders_access import capability
from tests.builders_mail import contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def harbour(roles, catalogue, settings, monkeypatch):
    """One deployment with a contact, on 1 June 2023."""
    settings.DEMO = False
    monkeypatch.setattr("reviews.management.business_time.timezone.now", lambda: NOW)
    firm = customer("Harbour Bank", owner=user("sol", Role.SUNSET_OWNER))
    contact(firm, "Kit Example")
    row = Deployment.objects.create(
        customer=firm,
        capability=capability("emotion"),
        use="x",
        registered_at=NOW,
        in_use_since=date(2021, 1, 1),
    )
    deadlines.follow(SubjectKind.DEPLOYMENT, [row.pk], at=NOW, on=TODAY)
    return row


def called(*words):
    said = StringIO()
    call_command(*words, stdout=said)
    return said.getvalue()


def test_the_plan_as_json(harbour):
    answer = json.loads(called("reminder_plan", "--until", "2023-06-20", "--json"))

    mails = [
        (one["step"], one["day"], one["recipient"], one["customer"]) for one in answer["mails"]
    ]
    assert ("FILING", "2023-06-16", "Kit Example", "Harbour Bank") in mails
    assert all(one["due_at"].endswith("+00:00") and one["time_zone"] for one in answer["mails"])
    assert Rehearsal.objects.count() == 0


def test_the_plan_in_words(harbour):
    text = called("reminder_plan", "--until", "2023-06-20")

    assert "Kit Example (Harbour Bank)" in text
    assert text.splitlines()[-1].endswith("nothing was sent.")


def test_the_silent_year_as_json(harbour):
    words = ("replay_sunset", "--from", "2023-03-20", "--to", "2023-04-10", "--json")

    days = json.loads(called(*words))["days"]

    assert {(one["day"], one["moved_to"], one["step"]) for one in days if one["customer"]} >= {
        ("2023-04-01", "2023-03-31", "T-90")
    }
    assert all(one["subject"] and one["recipient"] for one in days)
    assert list(days[0])[:3] == ["day", "moved_to", "step"]


@pytest.mark.parametrize("who", ["register", "customers"])
def test_an_answered_year_as_json(harbour, who):
    words = ("replay_sunset", "--from", "2023-06-20", "--to", "2023-07-31", "--answering", who)

    answer = json.loads(called(*words, "--years", "2", "--json"))

    assert {one["step"] for one in answer["days"]} >= {"T-7", "T-3"}
    assert answer["answering"]["who"] == who
    assert len(answer["answering"]["stopped"]) == (1 if who == "customers" else 0)
    assert (answer["answering"]["made"], answer["answering"]["share"]) == (0, None)


def test_an_answered_year_in_words(harbour):
    words = ("replay_sunset", "--from", "2023-06-20", "--to", "2023-07-31", "--years", "1")

    text = called(*words, "--answering", "customers", "--keep")

    assert "too few discontinuations: nothing was foretold" in text
    assert "Walked by the services: 2023-06-20 to 2023-07-31" in text
    assert Rehearsal.objects.get().kind == RehearsalKind.ANSWERED


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("reminder_plan", "--until", "2023-06-16"), RehearsalKind.PLAN),
        (("replay_sunset", "--from", "2023-03-25", "--to", "2023-04-02"), RehearsalKind.REPLAY),
    ],
)
def test_kept_for_its_page(harbour, words, kind):
    called(*words, "--keep")

    assert Rehearsal.objects.get().kind == kind


@pytest.mark.parametrize(
    "words",
    [
        ("reminder_plan", "--until", "2023-05-01"),
        ("reminder_plan", "--until", "2043-05-01"),
        ("replay_sunset", "--from", "2023-05-01", "--to", "2023-04-01"),
    ],
)
def test_what_cannot_be_is_refused(harbour, words):
    with pytest.raises(CommandError) as refused:
        called(*words)

    assert refused.value.returncode == 1


@pytest.mark.parametrize(
    "words",
    [
        ("reminder_plan",),
        ("reminder_plan", "--until", "tomorrow"),
        ("replay_sunset", "--from", "2023-05-01"),
        ("replay_sunset", "--from", "2023-05-01", "--to", "2023-06-01", "--answering", "nobody"),
    ],
)
def test_wrong_usage(harbour, words):
    with pytest.raises(CommandError):
        called(*words)

"""``manage.py remind``: the whole machine once, by hand."""

import json
from datetime import date

import pytest
from django.core import mail as django_mail
from django.core.management import CommandError, call_command

from reviews.domain.enums import SubjectKind, SweepName
from reviews.models import AuditEvent, Deadline, Mail, Reminder, SweepRun
from tests.builders_reminding import contact, owned, running
from tests.mail_server import free_port, point_mail_at

pytestmark = pytest.mark.usefixtures("roles", "catalogue")

LAST_CALL = "2023-06-16"


def remind(capsys, *words: str) -> tuple[dict, int]:
    """What it says, and its exit code."""
    code = 0
    try:
        call_command("remind", *words, "--json")
    except SystemExit as end:
        code = end.code
    return json.loads(capsys.readouterr().out), code


@pytest.fixture
def deployments(settings):
    settings.DEMO = False
    for number in range(3):
        of = owned()
        contact(of, email=f"contact{number}@customer.test")
        running(of=of)


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Deadline, Reminder, Mail, AuditEvent))


def test_it_follows_plans_and_sends_and_does_nothing_twice(capsys, deployments):
    said, code = remind(capsys, "--as-of", LAST_CALL)

    assert code == 0
    assert said["as_of"] == "2023-06-16T23:59:00+00:00"
    assert said["followed"] == Deadline.objects.filter(subject_kind=SubjectKind.DEPLOYMENT).count()
    assert {message.to[0] for message in django_mail.outbox} >= {
        f"contact{number}@customer.test" for number in range(3)
    }
    first = len(django_mail.outbox)

    again, code = remind(capsys, "--as-of", LAST_CALL)

    assert code == 0
    assert {name: again[name] for name in ("followed", "planned", "sent")} == {
        "followed": 0,
        "planned": 0,
        "sent": 0,
    }
    assert len(django_mail.outbox) == first


def test_dry_it_says_the_same_and_changes_nothing(capsys, deployments):
    before = rows()
    dry, code = remind(capsys, "--as-of", LAST_CALL, "--dry-run")

    assert (code, rows(), django_mail.outbox) == (0, before, [])
    done, _ = remind(capsys, "--as-of", LAST_CALL)
    assert {name: dry[name] for name in ("followed", "planned", "missed")} == {
        name: done[name] for name in ("followed", "planned", "missed")
    }
    assert dry["due"] == done["sent"] > 0


def test_now_leaves_heartbeats_and_another_day_does_not(capsys, deployments):
    remind(capsys, "--as-of", LAST_CALL)
    assert not SweepRun.objects.exists()

    remind(capsys)
    assert set(SweepRun.objects.values_list("name", flat=True)) == {
        SweepName.FOLLOW,
        SweepName.PLAN,
        SweepName.SEND,
    }


def test_a_mail_server_that_is_away_is_a_problem_to_report(capsys, deployments, settings):
    point_mail_at(settings, free_port())

    said, code = remind(capsys, "--as-of", LAST_CALL)

    assert (code, said["unreachable"]) == (1, ["email"])


def test_the_sentence(capsys, deployments):
    call_command("remind", "--as-of", "2022-06-22")

    assert capsys.readouterr().out == (
        "Reminders as of 2022-06-22T23:59:00+00:00: 3 deadlines changed, 0 reminders planned,"
        " 0 missed; 0 sent, 0 failed, 0 dead, 0 waiting. For a day that was asked for nothing was"
        " held, and no heartbeat is left.\n"
    )


def test_a_day_that_is_none_is_wrong_usage():
    with pytest.raises(CommandError, match="write YYYY-MM-DD"):
        call_command("remind", "--as-of", "June")


def test_the_day_ends_in_the_servers_zone(capsys, deployments, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    said, _ = remind(capsys, "--as-of", str(date(2023, 6, 16)), "--dry-run")

    assert said["as_of"] == "2023-06-16T23:59:00+09:00"

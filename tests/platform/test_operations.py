"""What operators ask of a running portal, and what every answer carries."""

import json
import logging
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from rai_portal import checks, operations
from rai_portal.log_format import JsonFormatter
from reviews.domain.enums import SweepName
from reviews.models import SweepRun
from reviews.services.reminding import heartbeats
from tests.builders import NOW, TODAY
from tests.platform.processes import python


def test_livez_asks_nothing(client):
    answer = client.get("/livez")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.fixture
def just_started(monkeypatch):
    """However long this run has lasted, no sweep is late yet."""
    monkeypatch.setattr(operations, "_STARTED", time.monotonic())


@pytest.mark.django_db
def test_readyz_is_ready_without_sign_in(client, just_started):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "problems": [], "warnings": []},
    )


@pytest.mark.django_db
def test_a_silent_broker_is_a_warning(client, just_started, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path / 'nobody'}?db=0"
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["warnings"] == ["the broker does not answer: reminders wait, pages work"]


def test_version(client):
    assert client.get("/version").json() == {"name": "rai-portal", "version": settings.VERSION}


@pytest.mark.django_db
def test_every_answer_carries_the_strict_headers(client):
    headers = client.get("/accounts/login/").headers
    assert sorted(headers["Content-Security-Policy"].split("; ")) == [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "script-src 'self'",
        "style-src 'self'",
    ]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("given", "kept"), [("caller-id-0001", True), ("short", False), ("a b\u00e9" * 9, False)]
)
def test_a_request_id_is_taken_only_if_well_formed(client, given, kept):
    answer = client.get("/livez", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is kept


@pytest.mark.django_db
def test_nobody_signs_up_by_themselves(client):
    answer = client.post("/accounts/signup/", {"username": "mallory"})
    assert b"mallory" not in answer.content


def test_a_log_line_is_one_json_object():
    record = logging.LogRecord("reviews", logging.INFO, "f", 1, "saved %s", ("two\nlines",), None)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == "saved two\nlines"


def test_no_task_outlives_the_brokers_patience():
    assert (
        settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
        > settings.CELERY_TASK_TIME_LIMIT
        > settings.CELERY_TASK_SOFT_TIME_LIMIT
    )


# Sweeps of the reminders ------------------------------------------------------------------------


def beat_long_ago(name: SweepName, **age: int) -> None:
    heartbeats.beat(name, at=NOW, on=TODAY)
    SweepRun.objects.filter(pk=name).update(real_at=timezone.now() - timedelta(**age))


@pytest.mark.django_db
def test_sweeps_that_stopped_are_a_warning(client):
    beat_long_ago(SweepName.PLAN, minutes=14)
    beat_long_ago(SweepName.SEND, minutes=16)
    beat_long_ago(SweepName.FOLLOW, hours=5)

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["warnings"] == ["the sweep “send” last went well 16 minutes ago"]


@pytest.mark.django_db
def test_sweeps_that_never_ran_are_a_warning_after_a_quarter_of_an_hour(client, monkeypatch):
    monkeypatch.setattr(operations, "_STARTED", operations._STARTED - 16 * 60)

    assert client.get("/readyz").json()["warnings"] == [
        "the sweep “plan” has not run yet",
        "the sweep “send” has not run yet",
    ]


@pytest.mark.django_db
def test_a_sweep_that_fails_keeps_the_time_of_its_last_good_run():
    beat_long_ago(SweepName.SEND, minutes=20)
    heartbeats.fail(SweepName.SEND, error="OperationalError: gone")

    (late, *_) = [one for one in heartbeats.late() if one.name is SweepName.SEND]
    assert late.last_error == "OperationalError: gone"
    assert late.age >= timedelta(minutes=20)

    heartbeats.beat(SweepName.SEND, at=NOW, on=TODAY, rows=3)
    assert heartbeats.is_late(SweepName.SEND) is False
    (beat,) = [one for one in heartbeats.heartbeats() if one.name is SweepName.SEND]
    assert (beat.rows, beat.last_error) == (3, "")


# Settings that belong together ------------------------------------------------------------------


def found(check) -> list[str]:
    return [message.id for message in check()]


def test_the_settings_as_they_are_fit_together():
    assert found(checks.mail_settings) == found(checks.celery_settings) == []


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"EMAIL_TIMEOUT": None}, "rai_portal.E001"),
        ({"MAIL_LEASE_SECONDS": 45}, "rai_portal.E002"),
        ({"EMAIL_TIMEOUT": 40}, "rai_portal.E002"),
        ({"CELERY_TASK_TIME_LIMIT": 900}, "rai_portal.E003"),
        ({"CELERY_TASK_SOFT_TIME_LIMIT": 300}, "rai_portal.E004"),
        ({"CELERY_TASK_SOFT_TIME_LIMIT": 240}, "rai_portal.E005"),
        ({"CELERY_TASK_ACKS_LATE": False}, "rai_portal.E006"),
        ({"CELERY_WORKER_PREFETCH_MULTIPLIER": 4}, "rai_portal.E006"),
        ({"CELERY_TASK_REJECT_ON_WORKER_LOST": True}, "rai_portal.E007"),
        ({"CELERY_BROKER_TRANSPORT_OPTIONS": {"visibility_timeout": 900}}, "rai_portal.E008"),
    ],
)
def test_settings_that_do_not_fit_are_named(settings, changed, problem):
    for name, value in changed.items():
        setattr(settings, name, value)

    assert problem in found(checks.mail_settings) + found(checks.celery_settings)


def test_the_checks_are_those_of_manage_check():
    done = python("manage.py", "check", MAIL_LEASE_SECONDS="45", DATABASE_URL="postgresql:///x")

    assert done.returncode == 1
    assert "rai_portal.E002" in done.stderr


def test_workers_and_beat_refuse_to_start_with_such_settings(tmp_path):
    for words in (["worker", "--queues", "nothing"], ["beat", "--schedule", f"{tmp_path}/beat"]):
        done = python(
            "-m", "celery", "-A", "rai_portal.celery", *words,
            MAIL_LEASE_SECONDS="45", DATABASE_URL="postgresql:///x", VAR_DIR=str(tmp_path),
        )  # fmt: skip
        assert done.returncode == 1
        assert "rai_portal.E002" in done.stderr

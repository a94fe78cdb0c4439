"""What operators ask of a running portal, and what every answer carries."""

import json
import logging

import pytest
from django.conf import settings

from rai_portal.log_format import JsonFormatter


def test_livez_asks_nothing(client):
    answer = client.get("/livez")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_readyz_is_ready_without_sign_in(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "problems": [], "warnings": []},
    )


@pytest.mark.django_db
def test_a_silent_broker_is_a_warning(client, settings, tmp_path):
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

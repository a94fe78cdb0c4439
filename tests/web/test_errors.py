"""The pages of last resort."""

import pytest
from django.db import connection
from django.urls import reverse

from reviews.domain.enums import Role
from tests.builders import user

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(client, roles):
    """A signed-in lead, and a database that answers nothing in time."""
    client.force_login(user("lea", Role.LEAD))
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 100")
        cursor.execute("ALTER TABLE reviews_usecase RENAME TO reviews_usecase_kept")
        cursor.execute(
            "CREATE VIEW reviews_usecase AS SELECT kept.* FROM reviews_usecase_kept kept"
            " WHERE (SELECT pg_sleep(1)) IS NOT NULL"
        )
    return client


def test_a_busy_database_is_503_with_a_time_to_come_back(busy):
    page = busy.get(reverse("reviews:use_cases"), headers={"X-Request-ID": "abcdefgh"})

    assert page.status_code == 503
    assert page["Retry-After"] == "5"
    assert page["Cache-Control"] == "no-store"
    assert "abcdefgh" in page.text
    assert "Content-Security-Policy" in page.headers


def test_a_busy_database_gives_back_what_was_typed(busy):
    page = busy.post(
        reverse("reviews:return_to_review", args=["RAI-2023-000001"]),
        {"reason": "Look at the dark evenings again.", "password": "hush hush"},
    )

    assert page.status_code == 503
    assert "Look at the dark evenings again." in page.text
    assert "hush hush" not in page.text

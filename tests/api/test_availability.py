"""The gate for machines: always an answer with its dates, never an odd status."""

import pytest

from reviews.domain.enums import Role
from tests.builders import user
from tests.builders_api import Machine

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine(roles, catalogue):
    return Machine(user("ines", Role.REQUESTER))


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("existing=no&purpose=general&on=2023-01-10", "refused"),
        ("existing=yes&purpose=general&end_user=other&on=2023-06-30", "go_on"),
        ("on=2023-01-10", "cannot_say"),
        ("existing=unknown&on=2023-01-10", "cannot_say"),
    ],
)
def test_the_answer_stands_in_the_body(machine, query, answer):
    got = machine.get(f"capabilities/emotion/availability/?{query}")
    assert (got.status_code, got.json()["answer"]) == (200, answer), got.json()
    assert got.json()["findings"][0]["message"]


def test_the_last_day_has_no_day_left_and_is_not_over(machine):
    query = "existing=yes&purpose=general&end_user=other&on=2023-06-30"
    body = machine.get(f"capabilities/emotion/availability/?{query}").json()
    assert (body["last_permitted_on"], body["days_left"]) == ("2023-06-30", 0)
    assert body["last_safe_filing_on"] == "2023-06-16"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("existing=perhaps", "/existing"),
        ("on=yesterday", "/on"),
        ("customer=nobody", "/customer"),
        ("customer=00000000-0000-0000-0000-000000000000", "/customer"),
        ("exsting=yes", "/exsting"),
    ],
)
def test_what_cannot_be_read_is_named(machine, query, pointer):
    got = machine.get(f"capabilities/emotion/availability/?{query}")
    assert got.status_code == 400
    assert got.json()["errors"][0]["pointer"] == pointer


def test_an_unknown_capability_is_not_there(machine):
    assert machine.get("capabilities/mind-reading/availability/").status_code == 404


def test_the_catalogue_is_listed_by_name(machine):
    rows = machine.get("capabilities/?limit=200").json()["results"]
    assert [row["name"] for row in rows] == sorted(row["name"] for row in rows)
    assert "emotion" in {row["slug"] for row in rows}
    one = machine.get("capabilities/emotion/?expand=policies").json()
    assert one["policies"][-1]["last_permitted_on"] == "2023-06-30"

"""Filing by a machine: create, answer page by page, submit, read what came of it."""

import pytest

from reviews.domain.enums import Role
from reviews.models import Submission, UseCase
from tests.builders import team, use_case, user
from tests.builders_api import Machine
from tests.builders_intake import SCENARIO, SHORT

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine(roles, catalogue):
    return Machine(user("ines", Role.REQUESTER))


def test_a_case_is_filed_from_beginning_to_end(machine):
    crew = team("Doors", machine.token.owner)
    made = machine.post(
        "use-cases/", {"team": str(crew.uid), "title": "Door", "capabilities": ["blur"]}
    ).json()
    address = f"use-cases/{made['reference']}/"
    pages = {row["page"]: row for row in machine.get(f"{address}answers/").json()["results"]}
    scenario = next(page for page in pages if page.startswith("scenario:"))

    for page, answers in SHORT.items():
        key = scenario if page == SCENARIO else page
        stored = pages.get(key, {"version": 0, "answers": {}})
        saved = machine.put(
            f"{address}answers/{key}/",
            {"answers": {**stored["answers"], **answers}},
            If_Match=f'"{stored["version"]}"',
        )
        assert saved.status_code == 200, saved.json()

    case = machine.get(address)
    answer = machine.post(f"{address}submit/", {"truth": True}, If_Match=case.headers["ETag"])
    assert (answer.status_code, answer.json()["state"]) == (200, "in_review"), answer.json()
    (frozen,) = machine.get(f"{address}submissions/").json()["results"]
    assert frozen["digest"] == Submission.objects.get().digest


def test_two_who_save_the_same_page_notice(machine):
    crew = team("Doors", machine.token.owner)
    case = machine.post("use-cases/", {"team": str(crew.uid), "title": "Door"}).json()
    address = f"use-cases/{case['reference']}/answers/system/"
    read = machine.get(address).headers["ETag"]
    body = {"answers": {"title": "Door one"}}
    assert machine.put(address, body, If_Match=read).status_code == 200
    stale = machine.put(address, {"answers": {"title": "Door two"}}, If_Match=read)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    assert UseCase.objects.get().title == "Door one"


def test_what_is_missing_is_named_by_pointer(machine):
    case = use_case(team("Doors", machine.token.owner), by=machine.token.owner)
    answer = machine.post(f"use-cases/{case.reference}/submit/", {"truth": True}, If_Match="*")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/")

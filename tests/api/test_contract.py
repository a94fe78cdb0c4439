"""What holds for every resource: who calls, problems, pages, versions, keys, limits."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from reviews.domain.enums import AuditKind, Role, Scope, State
from reviews.models import ApiToken, AuditEvent, KeptResponse, UseCase
from reviews.services import api_tokens
from tests.builders import NOW, TODAY, team, use_case, user
from tests.builders_api import Machine

pytestmark = pytest.mark.django_db

WHEN = {"at": NOW, "on": TODAY}


@pytest.fixture
def ines(roles, catalogue):
    return user("ines", Role.REQUESTER)


@pytest.fixture
def machine(ines):
    return Machine(ines)


@pytest.fixture
def crew(ines):
    return team("Doors", ines)


def problem(answer, status, code):
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code), body
    assert body["type"] == f"urn:rai-portal:problem:{code}"
    assert body["title"] and body["detail"]
    return body


# Who calls ---------------------------------------------------------------------------------------


def test_nobody_gets_401_and_is_told_how(db):
    answer = Client().get("/api/v1/use-cases/")
    problem(answer, 401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


OPEN = {"nothing_here", "schema", "reference"}
"""What answers without a token: the description of the API, and an address that is none."""
VALUES = {
    "slug": "emotion",
    "reference": "RAI-2023-000001",
    "page": "system",
    "seq": "1",
    "position": "1",
}


def _routes(resolver=None, prefix=""):
    for pattern in (resolver or get_resolver("reviews.api.urls")).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, prefix + str(pattern.pattern))
        elif getattr(pattern.callback, "__name__", "") not in OPEN:
            yield prefix + str(pattern.pattern).lstrip("^").rstrip("$")


@pytest.mark.parametrize("route", sorted(set(_routes())))
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_every_address_wants_a_token(db, route, method):
    uid = "00000000-0000-4000-8000-000000000000"
    address = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", lambda m: VALUES.get(m[1], uid), route)
    answer = getattr(Client(), method)(f"/api/v1/{address}")
    problem(answer, 401, "not_authenticated")


@pytest.mark.parametrize("secret", ["", "rai_", "rai_12345678_no", "nonsense", "rai_" + "x" * 300])
def test_a_wrong_secret_gets_401(machine, secret):
    answer = Client().get("/api/v1/teams/", headers={"Authorization": f"Bearer {secret}"})
    problem(answer, 401, "not_authenticated")


def test_a_token_ends_on_its_day_when_revoked_and_with_its_owner(machine, ines):
    assert machine.get("teams/").status_code == 200

    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1), created_at=NOW)
    problem(machine.get("teams/"), 401, "not_authenticated")

    ApiToken.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert machine.get("teams/").status_code == 200
    ines.is_active = False
    ines.save()
    problem(machine.get("teams/"), 401, "not_authenticated")

    ines.is_active = True
    ines.save()
    api_tokens.revoke(machine.token, now=timezone.now(), by=ines, **WHEN)
    problem(machine.get("teams/"), 401, "not_authenticated")


def test_the_secret_is_nowhere_in_the_database(machine):
    row = ApiToken.objects.get()
    kept = " ".join(str(value) for value in vars(row).values())
    assert machine.secret not in kept
    assert machine.secret.split("_", 2)[2] not in kept
    assert AuditEvent.objects.filter(kind=AuditKind.TOKEN_CREATED).count() == 1


def test_a_token_does_no_more_than_its_scopes(ines, crew):
    reader = Machine(ines, Scope.USE_CASES_READ)
    assert reader.get("use-cases/").status_code == 200
    answer = reader.post("use-cases/", {"team": str(crew.uid), "title": "Door"})
    problem(answer, 403, "missing_scope")
    assert "use-cases:write" in answer.headers["WWW-Authenticate"]
    assert not UseCase.objects.exists()


def test_what_is_not_visible_is_not_there(machine, ines, crew):
    other = user("omar", Role.REQUESTER)
    theirs = use_case(team("Others", other), by=other)
    problem(machine.get(f"use-cases/{theirs.reference}/"), 404, "not_found")
    problem(machine.get("no-such-thing/"), 404, "not_found")
    assert machine.get("use-cases/").json()["results"] == []


# What is refused ---------------------------------------------------------------------------------


def test_unknown_parameters_and_fields_are_named(machine, crew):
    body = problem(machine.get("use-cases/?stat=draft"), 400, "unknown_field")
    assert body["errors"][0]["pointer"] == "/stat"
    body = problem(
        machine.post("use-cases/", {"team": str(crew.uid), "title": "Door", "state": "approved"}),
        400,
        "unknown_field",
    )
    assert body["errors"][0]["pointer"] == "/state"
    body = problem(machine.post("use-cases/", {"team": "x"}), 400, "bad_input")
    assert {one["pointer"] for one in body["errors"]} == {"/team", "/title"}


@pytest.mark.parametrize(
    ("address", "pointer"),
    [
        ("use-cases/?limit=0", "/limit"),
        ("use-cases/?limit=201", "/limit"),
        ("use-cases/?limit=x", "/limit"),
        ("use-cases/?state=nonsense", "/state"),
        ("use-cases/?fields=secret", "/fields"),
        ("use-cases/?expand=secret", "/expand"),
    ],
)
def test_bad_parameters_are_named(machine, crew, ines, address, pointer):
    use_case(crew, by=ines)
    body = problem(machine.get(address), 400, "bad_input")
    assert body["errors"][0]["pointer"] == pointer


def test_bad_cursors_methods_and_bodies_are_problems_too(machine):
    problem(machine.get("use-cases/?cursor=x"), 400, "bad_input")
    problem(machine.call("DELETE", "use-cases/"), 405, "method_not_allowed")
    answer = machine.client.post(
        "/api/v1/use-cases/",
        "{",
        content_type="application/json",
        headers={"Authorization": f"Bearer {machine.secret}"},
    )
    problem(answer, 400, "bad_request")
    answer = machine.client.post(
        "/api/v1/use-cases/",
        "a=b",
        content_type="text/plain",
        headers={"Authorization": f"Bearer {machine.secret}"},
    )
    problem(answer, 415, "unsupported_media_type")


# Pages and shapes --------------------------------------------------------------------------------


def test_pages_follow_each_other_without_gap_or_double(machine, crew, ines):
    made = {use_case(crew, by=ines).reference for _ in range(7)}
    address, seen, sizes = "use-cases/?limit=3", [], []
    while address:
        answer = machine.get(address)
        body = answer.json()
        sizes.append(len(body["results"]))
        seen += [row["reference"] for row in body["results"]]
        if body["next"]:
            assert f'<{body["next"]}>; rel="next"' in answer.headers["Link"]
        address = (body["next"] or "").partition("/api/v1/")[2]
    assert (sizes, len(seen), set(seen)) == ([3, 3, 1], 7, made)


def test_only_the_fields_that_were_asked_for(machine, crew, ines):
    use_case(crew, by=ines, title="Door")
    (row,) = machine.get("use-cases/?fields=title,state").json()["results"]
    assert row == {"title": "Door", "state": "draft"}
    (row,) = machine.get("use-cases/?fields=title&expand=scenarios").json()["results"]
    assert row == {"title": "Door", "scenarios": []}


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_takes_few_queries(machine, crew, ines, rows, django_assert_max_num_queries):
    for _ in range(rows):
        use_case(crew, by=ines)
    with django_assert_max_num_queries(5):
        assert len(machine.get("use-cases/").json()["results"]) == rows


def test_the_minute_is_limited_and_says_so(machine, monkeypatch):
    answer = machine.get("teams/")
    assert answer.headers["RateLimit-Policy"] == '"minute";q=120;w=60'
    assert '"minute";r=119;t=' in answer.headers["RateLimit"]

    minute = timezone.now().replace(second=0, microsecond=0)
    ApiToken.objects.update(window_began_at=minute, window_count=500)
    answer = machine.get("teams/")
    if answer.status_code == 200:  # a new minute began in between
        ApiToken.objects.update(window_count=500)
        answer = machine.get("teams/")
    problem(answer, 429, "too_many_requests")
    assert 0 < int(answer.headers["Retry-After"]) <= 60


# Versions and keys -------------------------------------------------------------------------------


def test_a_change_needs_the_version_that_was_read(machine, crew):
    made = machine.post("use-cases/", {"team": str(crew.uid), "title": "Door"})
    assert made.status_code == 201
    reference, read = made.json()["reference"], made.headers["ETag"]
    assert machine.get(f"use-cases/{reference}/").headers["ETag"] == read

    problem(machine.post(f"use-cases/{reference}/withdraw/"), 428, "precondition_required")
    problem(machine.post(f"use-cases/{reference}/withdraw/", If_Match='"0"'), 412, "stale_version")
    assert UseCase.objects.get().state == State.DRAFT

    answer = machine.post(f"use-cases/{reference}/withdraw/", If_Match=read)
    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    assert answer.headers["ETag"] != read


def test_the_same_key_does_it_once(machine, crew):
    body = {"team": str(crew.uid), "title": "Door"}
    first = machine.post("use-cases/", body, Idempotency_Key="one")
    again = machine.post("use-cases/", body, Idempotency_Key="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert UseCase.objects.count() == 1

    other = machine.post("use-cases/", {**body, "title": "Gate"}, Idempotency_Key="one")
    problem(other, 422, "key_reused")
    assert UseCase.objects.count() == 1


def test_a_refused_request_keeps_no_answer(machine, crew):
    problem(machine.post("use-cases/", {}, Idempotency_Key="one"), 400, "bad_input")
    assert not KeptResponse.objects.exists()
    made = machine.post(
        "use-cases/", {"team": str(crew.uid), "title": "Door"}, Idempotency_Key="one"
    )
    assert made.status_code == 201


def test_a_state_that_forbids_it_is_409(machine, crew):
    made = machine.post("use-cases/", {"team": str(crew.uid), "title": "Door"})
    reference = made.json()["reference"]
    problem(
        machine.post(f"use-cases/{reference}/reopen/", If_Match="*"), 409, "transition_not_allowed"
    )

"""The description of the API: valid, committed as it is, and true under fire."""

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounds
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from reviews.api.problems import TITLES
from reviews.api.schema import document
from reviews.domain.enums import Role
from reviews.domain.errors import DomainError
from tests.builders import team, use_case, user
from tests.builders_api import Machine

pytestmark = pytest.mark.django_db

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def operations():
    for path, methods in document()["paths"].items():
        for method, said in methods.items():
            yield f"{method.upper()} {path}", said


def test_every_operation_says_what_it_is_and_what_it_refuses():
    seen = set()
    for name, said in operations():
        assert said["summary"] and said["operationId"] not in seen, name
        seen.add(said["operationId"])
        assert {"401", "403", "429"} <= set(said["responses"]), name
        if name.startswith("POST"):
            headers = {one["name"] for one in said["parameters"] if one["in"] == "header"}
            assert "Idempotency-Key" in headers, name
        for body in [said.get("requestBody", {}), *said["responses"].values()]:
            for of_type in body.get("content", {}).values():
                assert "example" in of_type, name


def test_every_rule_has_a_title():
    def kinds(kind):
        for one in kind.__subclasses__():
            yield one
            yield from kinds(one)

    assert {one.code for one in kinds(DomainError)} <= set(TITLES)


def test_it_is_served_to_everybody_as_yaml_and_json(client):
    assert client.get("/api/v1/schema/")["Content-Type"].startswith("application/vnd.oai.openapi")
    assert client.get("/api/v1/schema/?format=json").json()["openapi"] == "3.1.0"
    page = client.get("/api/v1/reference/")
    assert page.status_code == 200
    assert "unsafe" not in page["Content-Security-Policy"]


@pytest.fixture
def served():
    """The portal as a server runs it, on the connection of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield WSGIHandler()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


LOADED = schemathesis.openapi.from_dict(document())


@pytest.mark.parametrize("role", [Role.REQUESTER, Role.LEAD, Role.AUDITOR])
def test_a_few_calls_of_each_operation(roles, catalogue, served, role, settings):
    settings.API_PER_MINUTE = 1_000_000
    person = user("ines", role)
    use_case(team("Doors", person), by=person)
    machine = Machine(person)
    seen = 0
    for found in LOADED.get_all_operations():
        seen += _call(found.ok(), machine, served)
    assert seen >= len(list(operations()))


def _call(operation, machine, served) -> int:
    calls = []

    @bounds(
        max_examples=3,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def run(case):
        calls.append(case)
        bearer = {"Authorization": f"Bearer {machine.secret}"}
        answer = case.call(app=served, base_url="http://testserver", headers=bearer)
        case.validate_response(answer, checks=CHECKS)

    run()
    return len(calls)


def test_nobody_gets_in_without_a_token():
    for name, _said in operations():
        method, _, path = name.partition(" ")
        assert Client().generic(method, path.replace("{", "x").replace("}", "")).status_code in {
            401,
            404,
        }

"""Facts about the whole: what must hold for every member, whoever adds the next."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from reviews.domain.enums import AuditKind, Role, State
from reviews.permissions.roles import ROLES
from reviews.web.presenters import SENTENCES
from reviews.web.standing import TURNS

ROOT = Path(__file__).resolve().parents[2]
SERVICES = sorted((ROOT / "reviews" / "services").rglob("*.py"))


@pytest.mark.parametrize("kind", AuditKind)
def test_every_audit_kind_has_its_sentence(kind):
    assert SENTENCES[kind][0]


@pytest.mark.parametrize("state", set(State) - {State.IN_REVIEW})
def test_every_state_says_whose_turn_it_is(state):
    assert TURNS[state]


@pytest.mark.parametrize("role", Role)
def test_every_role_stands_in_the_table(role):
    assert role in ROLES


def test_every_role_permission_exists():
    known = {
        code
        for model in apps.get_app_config("reviews").get_models()
        for code in [permission[0] for permission in model._meta.permissions]
    }

    assert set().union(*ROLES.values()) <= known


def _public_atomic_functions():
    for path in SERVICES:
        tree = ast.parse(path.read_text())
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
                if any("atomic" in decorator for decorator in decorators):
                    yield pytest.param(path, node, tree, id=f"{path.stem}.{node.name}")


WITHOUT_EVENT = {
    "keep_draft": "what a person types into a thread is nobody else's until it is posted",
    "verify": "it only reads",
    "open_round": "part of the submission, re-review or appeal that opens it, and records",
}


@pytest.mark.parametrize(("path", "node", "tree"), list(_public_atomic_functions()))
def test_every_verb_writes_an_audit_event(path, node, tree):
    """The function itself, or a private function of its module that it calls, records."""
    if node.name in WITHOUT_EVENT:
        return
    functions = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}
    seen, todo = set(), [node]
    while todo:
        current = todo.pop()
        text = ast.unparse(current)
        if "audit.record(" in text:
            return
        for name, function in functions.items():
            if name not in seen and f"{name}(" in text:
                seen.add(name)
                todo.append(function)
    pytest.fail(f"{path.stem}.{node.name} writes no audit event")


ANONYMOUS = {
    "livez",
    "readyz",
    "version",
    "account_login",
    "account_logout",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_inactive",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_reauthenticate",
    "answer",
    "answer_recorded",
    "answer_step",
    "unsubscribe",
    "calendar_feed",
}
"""Names that answer without a sign-in. Every other page sends to the sign-in page."""


VALUES = {
    "str": "RAI-2023-000001",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "int": "1",
    "slug": "revoke",
}


def _named_routes(resolver=None, prefix=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name in {"admin", "api"}:  # the API says 401: tests/api
                continue
            yield from _named_routes(pattern, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern) and pattern.name not in ANONYMOUS:
            yield pytest.param(prefix + str(pattern.pattern), id=f"{prefix}{pattern.pattern}")


@pytest.mark.django_db
@pytest.mark.parametrize("route", list(_named_routes()))
def test_every_page_asks_for_a_sign_in(client, route):
    address = "/" + route
    for converter, value in VALUES.items():
        address = re.sub(rf"<{converter}:\w+>", value, address)
    if "<" in address:
        pytest.fail(f"teach this test the converter in {address}")

    response = client.get(address)

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")

"""A machine that calls the API: a token of somebody, and requests in JSON."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from reviews.domain.enums import Scope
from reviews.models import User
from reviews.services import api_tokens
from tests.builders import NOW, TODAY


class Machine:
    """Calls as ``owner`` with every scope, or with those that are named."""

    def __init__(self, owner: User, *scopes: Scope) -> None:
        able = [one for one in Scope if scopes or one not in {Scope.ADMIN, Scope.AUDIT_READ}]
        made = api_tokens.create(
            owner,
            name="a test",
            scopes=scopes or able,
            days=30,
            now=timezone.now(),
            by=owner,
            at=NOW,
            on=TODAY,
        )
        self.token, self.secret = made.row, made.secret
        self.client = Client(raise_request_exception=False)

    def get(self, address: str, **headers: str) -> HttpResponse:
        return self.call("GET", address, **headers)

    def post(self, address: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.call("POST", address, {} if body is None else body, **headers)

    def put(self, address: str, body: Any, **headers: str) -> HttpResponse:
        return self.call("PUT", address, body, **headers)

    def call(self, method: str, address: str, body: Any = None, **headers: str) -> HttpResponse:
        """Header names with ``_`` for ``-``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method,
            f"/api/v1/{address}",
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.secret}", **named},
        )

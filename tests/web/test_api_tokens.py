"""A person's tokens of the API, on the page."""

import re

import pytest
from django.utils import timezone

from reviews.domain.enums import Role, Scope
from reviews.models import ApiToken
from reviews.services import api_tokens
from tests.builders import user

pytestmark = pytest.mark.usefixtures("roles")

PAGE = "/accounts/tokens/"
TYPED = {"name": "pipeline", "scopes": ["use-cases:read"], "days": "30"}


@pytest.fixture
def ines(client):
    person = user("ines", Role.REQUESTER)
    client.force_login(person)
    return person


def test_the_secret_is_shown_once_and_opens_the_api(client, ines):
    made = client.post(PAGE, TYPED)
    assert "no-store" in made["Cache-Control"]
    (secret,) = re.findall(r"rai_[0-9a-f]{8}_[\w-]+", made.content.decode())
    row = ApiToken.objects.get()
    assert (row.scopes, row.owner) == (["use-cases:read"], ines)
    assert secret not in client.get(PAGE).content.decode()
    client.logout()
    bearer = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/use-cases/", headers=bearer).status_code == 200


def test_what_was_typed_stays_where_it_is_refused(client, ines):
    page = client.post(PAGE, {**TYPED, "days": "366"}).content.decode()
    assert "365" in page and "pipeline" in page
    assert not ApiToken.objects.exists()


def test_nobody_is_offered_what_they_may_not_do(client, ines):
    page = client.get(PAGE).content.decode()
    assert "use-cases:read" in page and "audit:read" not in page
    client.post(PAGE, {**TYPED, "scopes": ["admin"]})
    assert not ApiToken.objects.exists()


def test_revoking_is_confirmed_and_of_ones_own_only(client, ines):
    client.post(PAGE, TYPED)
    address = f"{PAGE}{ApiToken.objects.get().uid}/revoke/"
    assert client.get(address).status_code == 200
    assert ApiToken.objects.get().revoked_at is None
    client.force_login(user("omar", Role.REQUESTER))
    assert client.post(address).status_code == 404
    client.force_login(ines)
    client.post(address)
    assert ApiToken.objects.get().revoked_at is not None
    assert not ApiToken.objects.get().is_usable(timezone.now())


def test_an_administrator_sees_everybodys(client, ines):
    client.post(PAGE, TYPED)
    client.force_login(user("ada", Role.ADMIN))
    assert "ines" in client.get(PAGE).content.decode()
    assert Scope.ADMIN.value in client.get(PAGE).content.decode()
    assert api_tokens.LONGEST_LIFE == 365

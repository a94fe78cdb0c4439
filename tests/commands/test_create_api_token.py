"""``manage.py create_api_token``."""

import json

import pytest
from django.core.management import CommandError, call_command

from reviews.domain.enums import Role
from reviews.models import ApiToken
from reviews.services import api_tokens
from tests.builders import user

pytestmark = pytest.mark.usefixtures("roles")


def test_it_prints_the_token_and_keeps_its_digest(capsys):
    user("ines", Role.REQUESTER)
    words = ["--scope", "use-cases:read", "--scope", "export", "--days", "7", "--json"]
    call_command("create_api_token", "ines", *words)
    secret = json.loads(capsys.readouterr().out)["token"]
    row = ApiToken.objects.get()
    assert row.digest == api_tokens.digest_of(secret)
    assert (row.scopes, (row.expires_at - row.created_at).days) == (["use-cases:read", "export"], 7)


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ("nobody", ["--scope", "export"]),
        ("ines", ["--scope", "admin"]),
        ("ines", ["--scope", "export", "--days", "366"]),
    ],
)
def test_it_refuses(person, words):
    user("ines", Role.REQUESTER)
    with pytest.raises(CommandError):
        call_command("create_api_token", person, *words)
    assert not ApiToken.objects.exists()

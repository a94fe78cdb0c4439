"""What operators ask of a running portal."""

import pytest


def test_livez_asks_nothing(client):
    answer = client.get("/livez")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


@pytest.mark.django_db
def test_readyz_is_ready_without_sign_in(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "problems": [], "warnings": []},
    )

"""The same form sent many times at once, on real connections: one draft, and one address."""

import re
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from reviews.models import AuditEvent, UseCase
from reviews.services import audit, catalogue
from tests.builders import NOW, TODAY, team, user

TIMES = 20
HERE = "reviews:use_case_new"


def opened(client, crew, title="Doors") -> dict[str, str]:
    """The form as the page gave it out, filled in."""
    page = client.get(reverse(HERE)).text
    (once,) = re.findall(r'name="once" value="([^"]+)"', page)
    return {"once": once, "title": title, "team": str(crew.uid)}


@pytest.mark.django_db(transaction=True)
def test_twenty_posts_of_one_form_make_one_draft(committed_db):
    catalogue.sync(at=NOW, on=TODAY)
    ana = user("ana")
    crew = team("Gate crew", ana)
    clients = [Client() for _ in range(TIMES)]
    for client in clients:
        client.force_login(ana)
    form = opened(clients[0], crew)
    together = threading.Barrier(TIMES)
    answers: list[str] = []
    surprises: list[BaseException] = []

    def post(client):
        try:
            together.wait(timeout=60)
            reply = client.post(reverse(HERE), form)
            answers.append(reply.url)
        except BaseException as error:  # noqa: BLE001 - nobody stands above a thread
            surprises.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    assert surprises == []
    case = UseCase.objects.get()
    assert case.reference.endswith("-000001")
    assert answers == [reverse("reviews:use_case_edit", args=[case.reference])] * TIMES
    assert AuditEvent.objects.filter(kind="use_case.created").count() == 1
    assert audit.verify().ok


@pytest.mark.django_db
def test_a_form_that_was_changed_after_the_back_button_makes_another_draft(client, catalogue):
    ana = user("ana")
    crew = team("Gate crew", ana)
    client.force_login(ana)
    form = opened(client, crew)

    first = client.post(reverse(HERE), form)
    again = client.post(reverse(HERE), form)
    changed = client.post(reverse(HERE), form | {"title": "Windows"})

    assert first.url == again.url != changed.url
    assert sorted(UseCase.objects.values_list("title", flat=True)) == ["Doors", "Windows"]


@pytest.mark.django_db
def test_two_forms_opened_apart_make_two_drafts_of_one_name(client, catalogue):
    ana = user("ana")
    crew = team("Gate crew", ana)
    client.force_login(ana)

    for form in [opened(client, crew), opened(client, crew)]:
        client.post(reverse(HERE), form)

    assert UseCase.objects.count() == 2

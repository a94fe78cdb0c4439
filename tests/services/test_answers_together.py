"""Answers at the same moment, on real connections: each counts once, none is half done."""

import contextlib
import threading
from datetime import date

import pytest
from django.db import connection

from reviews.domain.enums import AnswerKind, AuditKind, DeploymentStatus
from reviews.domain.errors import StateConflict
from reviews.models import AuditEvent, CustomerContact, Deployment, DeploymentAnswer, Extension
from reviews.services import audit, catalogue, roles
from reviews.services.reminding import ladders
from reviews.services.sunset import answers, links
from reviews.services.sunset.answers import Given
from tests.builders import NOW, TODAY
from tests.builders_reminding import contact, followed, owned, running

WHEN = {"at": NOW, "on": TODAY}
ROWS = 6
MORE_TIME = Given(AnswerKind.MORE_TIME, said_by="Mo", until=date(2023, 9, 30), reason="Later.")
SOMEONE_ELSE = Given(AnswerKind.SOMEONE_ELSE, new_name="Jo", new_email="jo@harbour.example")
STOPPED = Given(AnswerKind.STOPPED, said_by="Mo", stopped_on=date(2023, 5, 31))


def given_at_once(*given: Given) -> list[links.Link]:
    """Each deployment gets these answers at the same moment, a connection each."""
    catalogue.sync(**WHEN)
    ladders.sync(**WHEN)
    roles.sync(**WHEN)
    found = []
    for _ in range(ROWS):
        of = owned()
        row = running(of=of)
        token = links.token_for(row, followed(row, on=TODAY), contact(of))
        found.append(links.read(token, at=NOW))
    surprises: list[BaseException] = []
    together = threading.Barrier(len(given))

    def run(one):
        try:
            for link in found:
                together.wait(timeout=60)
                with contextlib.suppress(StateConflict):  # the other one was faster
                    answers.by_link(link, one, **WHEN)
        except BaseException as error:  # noqa: BLE001 - nobody stands above a thread
            surprises.append(error)
            together.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[one]) for one in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert surprises == []
    assert audit.verify().ok
    return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("given", [MORE_TIME, SOMEONE_ELSE], ids=lambda given: given.kind.value)
def test_a_form_that_is_sent_twice_at_once_is_one_answer(committed_db, given):
    given_at_once(given, given)

    assert DeploymentAnswer.objects.count() == ROWS
    assert AuditEvent.objects.filter(kind=AuditKind.DEPLOYMENT_ANSWERED).count() == ROWS
    assert Extension.objects.count() == (ROWS if given is MORE_TIME else 0)
    assert CustomerContact.objects.filter(name="Jo").count() == (
        ROWS if given is SOMEONE_ELSE else 0
    )


@pytest.mark.django_db(transaction=True)
def test_stopped_and_more_time_at_once_leave_it_stopped(committed_db):
    given_at_once(STOPPED, MORE_TIME)

    assert set(Deployment.objects.values_list("status", flat=True)) == {
        DeploymentStatus.DISCONTINUED
    }
    asked = DeploymentAnswer.objects.filter(kind=AnswerKind.MORE_TIME).count()
    assert Extension.objects.count() == asked

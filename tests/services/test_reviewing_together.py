"""Two reviewers sign off at the same moment, on real connections: the case moves once."""

import threading

import pytest
from django.db import connection

from reviews.domain.enums import AuditKind, State
from reviews.models import AuditEvent, UseCase
from reviews.services import audit, reviewing, roles
from tests.builders import NOW, TODAY
from tests.builders_deciding import awaiting_decision, office

CASES = 10


@pytest.mark.django_db(transaction=True)
def test_two_sign_offs_at_once_complete_the_review_once(committed_db):
    roles.sync(at=NOW, on=TODAY)
    people = office()
    rounds = [
        awaiting_decision(people, sensitive=True, state=State.IN_REVIEW).reviews.get()
        for _ in range(CASES)
    ]
    for review in rounds:
        review.assignments.update(signed_off_at=None, recommendation=None)
    surprises: list[BaseException] = []
    together = threading.Barrier(2)

    def run(reviewer):
        try:
            for review in rounds:
                together.wait(timeout=60)
                reviewing.sign_off(
                    review,
                    recommendation="approve",
                    reasons="It holds.",
                    by=reviewer,
                    at=NOW,
                    on=TODAY,
                )
        except BaseException as error:  # noqa: BLE001 - nobody stands above a thread
            surprises.append(error)
            together.abort()
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=[one]) for one in (people.reviewer, people.reviewer2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    assert surprises == []
    assert set(UseCase.objects.values_list("state", flat=True)) == {State.AWAITING_DECISION}
    assert AuditEvent.objects.filter(kind=AuditKind.REVIEW_SIGNED_OFF).count() == 2 * CASES
    assert audit.verify().ok

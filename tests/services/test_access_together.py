"""Two people act on the same row at once, on real connections: one wins, the other is told."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection

from reviews.domain.enums import Role
from reviews.domain.errors import DomainError, StateConflict
from reviews.models import AccessApplication, AccessGrant
from reviews.services import access, audit, catalogue, roles
from tests.builders import NOW, TODAY, team, user
from tests.builders_access import NEXT_SPRING, WHEN, filed, managed

ROUNDS = 5


def race(*attempts: Callable[[], object]) -> Counter[str]:
    """Start all at once; count what became of each."""
    results: Counter[str] = Counter()
    together = threading.Barrier(len(attempts))

    def run(attempt: Callable[[], object]) -> None:
        together.wait(timeout=60)
        try:
            attempt()
            results["done"] += 1
        except StateConflict:
            results["refused politely"] += 1
        except DomainError as refusal:
            results[f"refused oddly: {refusal.message}"] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(attempt,)) for attempt in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results


@pytest.mark.django_db(transaction=True)
def test_one_application_is_granted_once_and_one_use_is_filed_once(committed_db):
    roles.sync(at=NOW, on=TODAY)
    catalogue.sync(at=NOW, on=TODAY)
    requester = user("requester", Role.REQUESTER)
    squad = team("Squad", requester)
    leads = [user(f"racer{number}", Role.LEAD) for number in range(2)]

    for _ in range(ROUNDS):
        of = managed()
        assert race(
            *[lambda of=of: filed(squad, requester, for_customer=of) for _ in range(2)]
        ) == {"done": 1, "refused politely": 1}
        row = AccessApplication.objects.get(customer=of)
        assert race(
            *[
                lambda lead=lead, row=row: access.grant(
                    row, reason="Vetted.", reverify_by=NEXT_SPRING, by=lead, **WHEN
                )
                for lead in leads
            ]
        ) == {"done": 1, "refused politely": 1}

    assert AccessApplication.objects.count() == AccessGrant.objects.count() == ROUNDS
    assert audit.verify().ok

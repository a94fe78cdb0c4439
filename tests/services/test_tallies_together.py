"""A state moves while a capability is linked, on real connections: the case is counted once."""

import threading
import time

import pytest
from django.db import connection, transaction

from reviews.domain.enums import State
from reviews.models import UseCase
from reviews.services import catalogue, roles, tallies
from tests.builders import NOW, TODAY, use_case
from tests.builders_access import capability
from tests.builders_deciding import office

CASES = 4


@pytest.mark.django_db(transaction=True)
def test_a_link_waits_for_the_state_that_changes_beside_it(committed_db):
    """The state is written first and committed last; the link must be counted under it."""
    roles.sync(at=NOW, on=TODAY)
    catalogue.sync(at=NOW, on=TODAY)
    people, wanted = office(), capability("emotion")
    cases = [use_case(people.team, by=people.requester) for _ in range(CASES)]
    surprises: list[BaseException] = []
    moved = [threading.Event() for _ in cases]

    def link():
        try:
            for case, is_moved in zip(cases, moved, strict=True):
                is_moved.wait(timeout=60)
                case.capabilities.add(wanted)
        except BaseException as error:  # noqa: BLE001 - nobody stands above a thread
            surprises.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=link)
    thread.start()
    for case, is_moved in zip(cases, moved, strict=True):
        with transaction.atomic():
            UseCase.objects.filter(pk=case.pk).update(state=State.IN_REVIEW)
            is_moved.set()
            time.sleep(0.4)
    thread.join(timeout=120)

    assert surprises == []
    assert tallies.differences() == []

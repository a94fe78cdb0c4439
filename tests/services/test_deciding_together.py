"""Four leads decide the same cases at once, on real connections: one wins each, nobody doubles."""

import threading
from collections import Counter

import pytest
from django.db import connection

from reviews.domain.enums import AuditKind, Role, State
from reviews.domain.errors import DomainError, TransitionNotAllowed
from reviews.models import AuditEvent, Decision, DecisionRound, Review, UseCase
from reviews.services import audit, roles
from reviews.services.deciding import record_decision
from tests.builders import NOW, TODAY, user
from tests.builders_deciding import awaiting_decision, decisions, office

CASES = 200
LEADS = 4


@pytest.mark.django_db(transaction=True)
def test_four_leads_decide_two_hundred_cases_once_each(committed_db):
    roles.sync(at=NOW, on=TODAY)
    people = office()
    cases = [awaiting_decision(people) for _ in range(CASES)]
    leads = [user(f"racer{number}", Role.LEAD) for number in range(LEADS)]
    results: Counter[str] = Counter()
    surprises: list[BaseException] = []
    together = threading.Barrier(LEADS)
    counting = threading.Lock()

    def race(lead, order):
        try:
            for case in order:
                drafts = decisions(case)
                together.wait(timeout=60)
                outcome = attempt(case, drafts, lead)
                with counting:
                    results[outcome] += 1
        except BaseException as error:  # noqa: BLE001 - nobody stands above a thread
            surprises.append(error)
            together.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=(lead, list(cases))) for lead in leads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)

    assert surprises == []
    assert results == {"decided": CASES, "refused politely": CASES * (LEADS - 1)}
    assert DecisionRound.objects.count() == Decision.objects.count() == CASES
    assert set(UseCase.objects.values_list("state", flat=True)) == {State.APPROVED}
    assert not Review.objects.filter(closed_at__isnull=True).exists()
    assert AuditEvent.objects.filter(kind=AuditKind.DECISION_RECORDED).count() == CASES
    assert audit.verify().ok


def attempt(case, drafts, lead) -> str:
    """``decided``, or how it was refused; anything but a refusal in words is a surprise."""
    try:
        record_decision(case, scenarios=drafts, by=lead, at=NOW, on=TODAY)
    except TransitionNotAllowed as refusal:
        assert "decided on it" in refusal.message
        return "refused politely"
    except DomainError as refusal:
        return f"refused oddly: {refusal.message}"
    return "decided"

"""Whoever changes a subject has its deadline follow, in the same breath."""

from datetime import date, timedelta

import pytest

from reviews.domain.enums import Outcome, Role, SubjectKind
from reviews.models import Condition, Deadline
from reviews.services import (
    appealing,
    conditions,
    exceptions,
    extensions,
    grants,
    registering,
    rereviewing,
    withdrawing,
)
from reviews.services.deciding import countersign, record_decision
from tests.builders import NOW, team, user
from tests.builders_access import (
    NEXT_SPRING,
    WHEN,
    capability,
    decided_case,
    granted,
    granted_exception,
    managed,
)
from tests.builders_deciding import awaiting_decision, condition_draft, decisions, office

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "catalogue")]
SEPTEMBER = date(2023, 9, 30)
JUNE = date(2023, 6, 30)


def stands(kind, key):
    """Last day and openness of the current deadline; ``None`` where there is none."""
    row = Deadline.objects.filter(subject_kind=kind, subject_id=key, is_current=True).first()
    return (row.last_day, row.is_open) if row else None


def registered(of=None, slug="emotion"):
    return registering.register_deployment(
        of or managed(),
        capability=capability(slug),
        use="Door",
        by=user("", Role.SUNSET_OWNER),
        **WHEN,
    )


def test_registering_and_a_granted_extension():
    row = registered()
    assert stands(SubjectKind.DEPLOYMENT, row.pk) == (JUNE, True)

    owner, lead = user("", Role.SUNSET_OWNER), user("", Role.LEAD)
    asked = extensions.ask(row, until=SEPTEMBER, reason="Ships in August.", by=owner, **WHEN)
    assert stands(SubjectKind.DEPLOYMENT, row.pk) == (JUNE, True)
    extensions.grant(asked, reason="Sound.", by=lead, **WHEN)
    assert stands(SubjectKind.DEPLOYMENT, row.pk) == (SEPTEMBER, True)


def test_a_grant_from_issue_over_reverification_and_transfer_to_revocation():
    of, other = managed(), managed()
    row, others = registered(of, "verify"), registered(other, "verify")
    requester, lead = user("", Role.REQUESTER), user("", Role.LEAD)

    grant = granted(team("", requester), requester, for_customer=of)
    assert stands(SubjectKind.GRANT, grant.pk) == (NEXT_SPRING, True)
    assert stands(SubjectKind.DEPLOYMENT, row.pk) == (JUNE, False)

    later = NEXT_SPRING + timedelta(days=20)
    grants.reverify(grant, note="Seen.", next_by=later, by=lead, **(WHEN | {"on": NEXT_SPRING}))
    assert stands(SubjectKind.GRANT, grant.pk) == (later, True)

    issued = grants.transfer(grant, to=other, reason="Sold.", by=lead, **WHEN)
    assert stands(SubjectKind.GRANT, grant.pk) == (later, False)
    assert stands(SubjectKind.GRANT, issued.pk) == (later, True)
    assert stands(SubjectKind.DEPLOYMENT, row.pk) == (JUNE, True)
    assert stands(SubjectKind.DEPLOYMENT, others.pk) == (JUNE, False)

    grants.revoke(issued, reason="Broken.", by=lead, **WHEN)
    assert stands(SubjectKind.GRANT, issued.pk) == (later, False)
    assert stands(SubjectKind.DEPLOYMENT, others.pk) == (JUNE, True)


def test_an_exception_granted_and_revoked():
    people = office()
    row = registered()
    case = decided_case(people)
    case.customer = row.customer
    case.save()

    exception = granted_exception(people, case, until=SEPTEMBER)
    assert stands(SubjectKind.EXCEPTION, exception.pk) == (SEPTEMBER, True)
    assert stands(SubjectKind.DEPLOYMENT, row.pk) == (SEPTEMBER, True)

    exceptions.revoke(exception, reason="Misused.", by=people.lead, **WHEN)
    assert stands(SubjectKind.EXCEPTION, exception.pk) == (SEPTEMBER, False)
    assert stands(SubjectKind.DEPLOYMENT, row.pk) == (JUNE, True)


def decided(people, *, sensitive=False):
    case = awaiting_decision(people, sensitive=sensitive)
    draft = condition_draft(people.requester, people.reviewer)
    made = record_decision(
        case,
        scenarios=decisions(case, Outcome.WITH_CONDITIONS, (draft,)),
        by=people.lead,
        **WHEN,
    )
    case.refresh_from_db()
    return case, made, Condition.objects.get()


def test_a_condition_from_the_decision_to_its_proof_and_back():
    people = office()
    _, made, condition = decided(people, sensitive=True)
    assert stands(SubjectKind.CONDITION, condition.pk) is None
    countersign(made, agreed=True, by=people.lead2, **WHEN)
    assert stands(SubjectKind.CONDITION, condition.pk) == (condition.due_on, True)

    conditions.give_proof(condition, proof="The rota.", by=people.requester, **WHEN)
    assert stands(SubjectKind.CONDITION, condition.pk) == (condition.due_on, False)
    conditions.reopen(condition, note="A week is missing.", by=people.reviewer, **WHEN)
    assert stands(SubjectKind.CONDITION, condition.pk) == (condition.due_on, True)


@pytest.mark.parametrize("ends_by", ["rereview", "appeal", "withdraw"])
def test_a_rereview_from_the_decision_to_whatever_comes_first(ends_by):
    people = office()
    case, _, condition = decided(people)
    assert stands(SubjectKind.REREVIEW, case.pk) == (case.rereview_on, True)

    if ends_by == "rereview":
        rereviewing.open_rereview(case, by=None, at=NOW, on=case.rereview_on)
    elif ends_by == "appeal":
        appealing.appeal(case, grounds="It is harmless.", by=people.requester, **WHEN)
    else:
        withdrawing.withdraw(case, by=people.requester, **WHEN)

    assert stands(SubjectKind.REREVIEW, case.pk) == (case.rereview_on, False)
    is_owed = ends_by != "withdraw"
    assert stands(SubjectKind.CONDITION, condition.pk) == (condition.due_on, is_owed)

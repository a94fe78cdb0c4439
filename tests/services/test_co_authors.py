"""Co-authors: who may be one, who may set one."""

import pytest

from reviews.domain.enums import AuditKind, CoAuthorRight, Role
from reviews.domain.errors import BadInput, NotPermitted
from reviews.models import AuditEvent, CoAuthor
from reviews.services import co_authors, deciding
from tests.builders import NOW, TODAY, team, user
from tests.builders_deciding import awaiting_decision, decisions, office
from tests.builders_intake import draft

WHEN = {"at": NOW, "on": TODAY}

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(roles):
    return user("ana")


@pytest.fixture
def case(catalogue, ana):
    return draft(team("Gate crew", ana), by=ana)


def give(case, person, by, right=CoAuthorRight.EDIT):
    return co_authors.set_right(case, user=person, right=right, by=by, **WHEN)


def test_set_right_adds_and_changes(case, ana):
    cleo = user("cleo")

    give(case, cleo, ana, CoAuthorRight.VIEW)
    give(case, cleo, ana, CoAuthorRight.EDIT)

    assert CoAuthor.objects.get().right == CoAuthorRight.EDIT
    event = AuditEvent.objects.latest("seq")
    assert event.kind == AuditKind.CO_AUTHOR_SET
    assert (event.data["before"], event.data["right"]) == ("view", "edit")


def test_set_right_is_for_the_team(case, ana):
    cleo, dora = user("cleo"), user("dora")
    give(case, cleo, ana)

    with pytest.raises(NotPermitted, match="Only members of the team"):
        give(case, dora, cleo)


def test_set_right_refuses_a_member_of_the_team(case, ana):
    with pytest.raises(BadInput, match="member of the team"):
        give(case, ana, ana)


def test_set_right_refuses_who_reviews_the_case(roles):
    people = office()
    case = awaiting_decision(people)

    with pytest.raises(BadInput, match="reviews this use case"):
        give(case, people.reviewer, people.requester)


def test_set_right_refuses_a_closed_account(case, ana):
    gone = user("gone", Role.REQUESTER)
    gone.is_active = False
    gone.save()

    with pytest.raises(BadInput, match="closed"):
        give(case, gone, ana)


def test_remove_is_for_the_team_and_for_oneself(case, ana):
    cleo, dora = user("cleo"), user("dora")
    mine, hers = give(case, cleo, ana), give(case, dora, ana)

    with pytest.raises(NotPermitted):
        co_authors.remove(hers, by=cleo, **WHEN)
    co_authors.remove(mine, by=cleo, **WHEN)
    co_authors.remove(hers, by=ana, **WHEN)

    assert not CoAuthor.objects.exists()


def test_set_right_refuses_who_decided_or_countersigned(roles):
    people = office()
    case = awaiting_decision(people, sensitive=True)
    proposed = deciding.record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)
    deciding.countersign(proposed, agreed=True, by=people.lead2, **WHEN)

    for lead in (people.lead, people.lead2):
        with pytest.raises(BadInput, match="decided on this use case"):
            give(case, lead, people.requester)

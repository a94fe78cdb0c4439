"""A case that asks for a decision at a senior level: every page says so, and two leads sign."""

import pytest
from django.urls import reverse

from reviews.domain.enums import State
from reviews.models import Review, UseCase
from reviews.services.deciding import record_decision
from tests.builders import NOW, TODAY
from tests.builders_deciding import decisions, office, sign_off
from tests.builders_intake import RECOGNITION, SHORT, merged, submitted

pytestmark = pytest.mark.django_db
WHEN = {"at": NOW, "on": TODAY}
SAID = "The decision is taken at a senior level (ESC-TRACK)"
LIVE = merged(SHORT, RECOGNITION, {"triggers": {"live_identification": "yes"}})


@pytest.fixture
def people(roles, catalogue):
    return office()


def filed(people, answers) -> UseCase:
    """Reviewed and signed off by two: a lead has to decide."""
    case = submitted(people.team, by=people.requester, answers=answers)
    review = Review.objects.get(use_case=case)
    for reviewer in (people.reviewer, people.reviewer2):
        sign_off(review, reviewer)
    UseCase.objects.filter(pk=case.pk).update(state=State.AWAITING_DECISION)
    return UseCase.objects.get(pk=case.pk)


def pages(case) -> dict[str, str]:
    review = Review.objects.get(use_case=case)
    return {
        "case": case.get_absolute_url(),
        "desk": reverse("reviews:review", args=[review.uid]),
        "decision": reverse("reviews:decision", args=[case.reference]),
    }


@pytest.mark.parametrize("page", ["case", "desk", "decision"])
def test_every_page_of_the_case_says_it(client, people, page):
    case = filed(people, LIVE)
    client.force_login(people.lead)

    shown = client.get(pages(case)[page]).text

    assert SAID in shown
    assert "second lead" in shown


@pytest.mark.parametrize("page", ["case", "desk", "decision"])
def test_a_case_without_the_escalation_says_nothing_of_it(client, people, page):
    case = filed(people, merged(SHORT, RECOGNITION))
    client.force_login(people.lead)

    assert SAID not in client.get(pages(case)[page]).text


def test_the_decision_waits_for_a_second_lead(client, people):
    case = filed(people, LIVE)

    record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)

    case = UseCase.objects.get(pk=case.pk)
    assert case.current_state is State.AWAITING_COUNTERSIGNATURE
    client.force_login(people.lead2)
    assert SAID in client.get(reverse("reviews:countersign", args=[case.reference])).text

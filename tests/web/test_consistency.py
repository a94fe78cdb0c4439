"""“Things you may have forgotten” on the pages before a sign-off and before a decision."""

import re

import pytest
from django.urls import reverse

from reviews.domain.consistency_facts import Finding, RuleId, Severity, Spot
from reviews.models import Review
from reviews.selectors.answers import item_anchor
from reviews.services import reviewing
from reviews.web import consistency_words
from tests.builders_deciding import office
from tests.builders_reviewing import WHEN, assigned, in_review, item, judge_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue", "roles")]
PLAN = "Missed, without a plan for closing the gap."


@pytest.fixture
def people(roles):
    return office()


@pytest.fixture
def review(people):
    """Sensitive, with two reviewers; each has missed an item of their own."""
    found = in_review(people, sensitive=True)
    for reviewer, code in ((people.reviewer, "A3.1"), (people.reviewer2, "A3.3")):
        assigned(found, reviewer, people)
        judge_all(found, reviewer)
        reviewing.save_verdict(
            item(found, code),
            value="partly_met",
            note="",
            gap_plan="",
            version=1,
            by=reviewer,
            **WHEN,
        )
    return found


def panel(client, person, url):
    client.force_login(person)
    text = client.get(url).content.decode()
    found = re.search(r'<section[^>]*aria-labelledby="forgotten".*?</section>', text, re.DOTALL)
    return found.group() if found else ""


def test_a_reviewer_reads_of_own_verdicts_with_the_way_to_them(client, people, review):
    url = reverse("reviews:review_sign_off", args=[review.uid])

    shown = panel(client, people.reviewer, url)

    here = reverse("reviews:review", args=[review.uid])
    assert PLAN in shown
    assert f'href="{here}#{item_anchor("A3.1")}"' in shown
    assert item_anchor("A3.3") not in shown


def test_a_lead_reads_whose_verdicts_they_are(client, people, review):
    for reviewer in (people.reviewer, people.reviewer2):
        reviewing.sign_off(
            review,
            recommendation="approve_with_conditions",
            reasons="Fine.",
            by=reviewer,
            **WHEN,
        )

    shown = panel(
        client, people.lead, reverse("reviews:decision", args=[review.use_case.reference])
    )

    assert shown.count(PLAN) == 2
    assert str(people.reviewer) in shown
    assert str(people.reviewer2) in shown


def test_who_does_not_decide_reads_nothing(client, people, review):
    url = reverse("reviews:decision", args=[review.use_case.reference])

    assert panel(client, people.requester, url) == ""
    assert panel(client, people.reviewer, url) == ""


def test_what_two_reviewers_share_is_one_line_and_must_look_comes_first(people, review):
    row = Review.objects.select_related("use_case").get(pk=review.pk)
    same = (Spot("A3.1"),)
    found = [
        Finding(RuleId.SAME_NOTE, Severity.HINT, "1", same),
        Finding(RuleId.MISSED_WITHOUT_PLAN, Severity.MUST_LOOK, "1", same),
        Finding(RuleId.MISSED_WITHOUT_PLAN, Severity.MUST_LOOK, "2", same),
        Finding(RuleId.OLD_EVIDENCE, Severity.MUST_LOOK, "2", tuple(map(Spot, "ABCDEFGH"))),
    ]

    lines = consistency_words.lines(found, row, names={"1": "Ada", "2": "Ben"})

    assert [(line.by, line.must_look) for line in lines] == [
        ("Ada, Ben", True),
        ("Ben", True),
        ("Ada", False),
    ]
    assert (len(lines[1].places), lines[1].more) == (consistency_words.AT_FIRST, "and 2 more")


@pytest.mark.parametrize("rule", RuleId)
def test_every_rule_has_words_and_a_way(rule, review):
    row = Review.objects.select_related("use_case").get(pk=review.pk)
    spots = (Spot(), Spot("A3.1"), Spot(answer=("system", "title")), Spot(promise=str(row.uid)))

    (line,) = consistency_words.lines([Finding(rule, Severity.HINT, "", spots)], row)

    assert line.text
    assert all(place.words and place.href.startswith("/") for place in line.places)

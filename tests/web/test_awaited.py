"""Who is awaited, and what is new: on the lists, on the desk, and for whom without names."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from reviews.domain.enums import Role, State
from reviews.models import (
    CoAuthor,
    Referral,
    ReferralMember,
    ReviewAssignment,
    UseCase,
)
from reviews.services import questions, visits
from tests.builders import NOW, user
from tests.builders_deciding import office
from tests.builders_reviewing import WHEN, assigned, in_review

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "catalogue")]
LISTS = ["/use-cases/", "/reviews/?view=all"]


@pytest.fixture
def people():
    return office()


def words(client, person, address) -> str:
    client.force_login(person)
    text = re.sub(r"<[^>]+>", " ", client.get(address).text)
    return re.sub(r" (?=[,.])", "", " ".join(text.split()))


def at_work(people):
    review = in_review(people, title="Yard camera")
    assigned(review, people.reviewer, people)
    a_week_ago(review)
    return review


def a_week_ago(review):
    """Today is the day of the person's clock."""
    since = timezone.now() - timedelta(days=7)
    UseCase.objects.filter(pk=review.use_case_id).update(state_since=since)
    ReviewAssignment.objects.filter(review=review).update(assigned_at=since)


@pytest.mark.parametrize("address", LISTS)
def test_a_list_names_who_is_awaited_and_since_when(client, people, address):
    at_work(people)

    page = words(client, people.lead, address)

    assert re.search(r"Reviewer, to review since \w+ \d+ \w+ \d+, 5 working days", page)


def test_the_desk_says_it_too(client, people):
    review = at_work(people)

    page = words(client, people.lead, reverse("reviews:review", args=[review.uid]))

    assert re.search(r"Waits for Reviewer, to review since \w+ \d+ \w+ \d+, 5 working days", page)


@pytest.mark.parametrize("address", [*LISTS, "the desk"])
def test_a_blind_reviewer_does_not_read_the_other_name(client, people, address):
    review = in_review(people, title="Yard camera", sensitive=True)
    assigned(review, people.reviewer, people)
    assigned(review, people.reviewer2, people)
    seat = review.assignments.get(reviewer=people.reviewer)
    seat.signed_off_at, seat.recommendation = NOW, "approve"
    seat.save()
    if address == "the desk":
        address = reverse("reviews:review", args=[review.uid])

    page = words(client, people.reviewer, address)

    assert f"{people.reviewer2}, to review" not in page
    assert "the other reviewer, to review" in page
    assert f"{people.reviewer2}, to review" in words(client, people.lead, address)


def test_a_closed_round_waits_for_nobody(client, people):
    review = at_work(people)
    review.closed_at = NOW
    review.save()
    UseCase.objects.filter(pk=review.use_case_id).update(state=State.APPROVED)

    assert "Waits for" not in words(
        client, people.lead, reverse("reviews:review", args=[review.uid])
    )
    assert re.search(r"Approved nobody \d", words(client, people.lead, "/use-cases/"))


def test_the_requesters_side_reads_no_names(client, people):
    at_work(people)
    referred = in_review(people, title="Gate camera")
    UseCase.objects.filter(pk=referred.use_case_id).update(state=State.REFERRED)
    referral = Referral.objects.create(
        use_case=referred.use_case,
        review=referred,
        question="May they?",
        referred_by=people.lead,
        referred_at=NOW,
    )
    ReferralMember.objects.create(referral=referral, user=user("paula", Role.PANEL))
    guest = user("guest", Role.REVIEWER)
    for case in UseCase.objects.all():
        CoAuthor.objects.create(
            use_case=case, user=guest, right="view", added_by=people.requester, added_at=NOW
        )

    assert "Paula, to advise" in words(client, people.lead, "/use-cases/")
    for person in (people.requester, guest):
        page = words(client, person, "/use-cases/")
        assert "the office, to review" in page
        assert "the panel, to advise" in page
        assert "Paula" not in page
        assert "Reviewer, to review" not in page


@pytest.mark.parametrize("address", LISTS)
def test_a_dot_says_what_is_new_to_this_person(client, people, address):
    review = at_work(people)
    in_review(people, title="Never looked at")
    visits.mark_seen(people.lead, review.use_case, at=NOW)
    assert "New since you last looked" not in words(client, people.lead, address)

    questions.ask(review, text="Why?", by=people.reviewer, **WHEN)

    assert words(client, people.lead, address).count("New since you last looked: Yard camera") == 1
    assert "New since you last looked" not in words(client, people.reviewer, address)

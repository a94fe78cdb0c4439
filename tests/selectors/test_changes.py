"""What is new to a person: the list and the dot agree, and nothing blind shows."""

from datetime import timedelta

import pytest

from reviews.domain.enums import AuditKind, CoAuthorRight, ReviewKind, Role
from reviews.models import Membership, UseCase, Visit
from reviews.selectors import changes, timeline
from reviews.services import audit, visits
from tests.builders import NOW, TODAY, user
from tests.builders_deciding import co_author, office
from tests.builders_reviewing import (
    LOW_RISK,
    SCENARIO,
    assigned,
    in_review,
    merged,
    next_round,
    signed,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def people(roles, catalogue):
    return office()


def happens(case: UseCase, kind: AuditKind, by) -> int:
    return audit.record(kind, subject=case, by=by, at=NOW, on=TODAY, use_case=case).seq


def has_news(case: UseCase, person) -> bool:
    return changes.with_news(UseCase.objects.filter(pk=case.pk), person).get().has_news


def test_the_first_look_has_seen_everything(people):
    case = in_review(people).use_case
    last = happens(case, AuditKind.EVIDENCE_ADDED, people.requester)

    seen = visits.saw(people.lead, case, at=NOW)

    assert (seen.at, seen.seq) == (NOW, last)
    assert seen.submission == case.submissions.get().pk
    assert not has_news(case, people.lead)


def test_what_came_stays_new_while_the_sitting_lasts_and_is_read_at_the_next(people):
    case = in_review(people).use_case
    visits.saw(people.lead, case, at=NOW)
    base = visits.saw(people.lead, case, at=NOW).seq
    last = happens(case, AuditKind.EVIDENCE_ADDED, people.requester)

    looks = [visits.saw(people.lead, case, at=NOW + timedelta(minutes=n)).seq for n in (1, 40, 80)]
    later = visits.saw(people.lead, case, at=LATER)

    assert looks == [base, base, base]
    assert (later.seq, later.at) == (last, NOW + timedelta(minutes=80))


def test_a_reading_only_look_says_the_same_and_writes_nothing(people):
    case = in_review(people).use_case
    assert changes.seen_before(people.lead, case, at=NOW) is None
    visits.saw(people.lead, case, at=NOW)
    happens(case, AuditKind.EVIDENCE_ADDED, people.requester)
    visits.saw(people.lead, case, at=NOW)
    kept = Visit.objects.values().get()

    for at in (NOW, NOW + timedelta(minutes=59), NOW + timedelta(hours=1), LATER):
        before = changes.seen_before(people.lead, case, at=at)
        assert Visit.objects.values().get() == kept
        seen = visits.saw(people.lead, case, at=at)
        assert (before.at, before.seq, before.submission) == (seen.at, seen.seq, seen.submission)
        Visit.objects.update(**{k: v for k, v in kept.items() if k != "id"})


def test_marking_all_as_seen_ends_what_is_new(people):
    case = in_review(people).use_case
    visits.saw(people.lead, case, at=NOW)
    last = happens(case, AuditKind.EVIDENCE_ADDED, people.requester)

    visits.mark_seen(people.lead, case, at=NOW + timedelta(minutes=5))

    assert visits.saw(people.lead, case, at=NOW + timedelta(minutes=6)).seq == last


KINDS = [
    *timeline.QUIET,
    *timeline.OFFICE_ONLY,
    *timeline.BLIND,
    AuditKind.REVIEW_SIGNED_OFF,
    AuditKind.QUESTION_ASKED,
]


@pytest.mark.parametrize("sensitive", [False, True])
def test_the_dot_shows_exactly_where_the_list_holds_something(people, sensitive):
    """Every kind of reader, every kind of event that hides from some, by each side."""
    review = in_review(people, sensitive=sensitive)
    case = review.use_case
    assigned(review, people.reviewer, people)
    if sensitive:
        assigned(review, people.reviewer2, people)
        signed(review, people.reviewer2)
    watcher = co_author(case, user("watcher"), CoAuthorRight.VIEW)
    colleague = user("colleague")
    Membership.objects.create(team=people.team, user=colleague, since=NOW)
    readers = {
        people.requester: (False, False),
        colleague: (False, False),
        watcher: (False, False),
        people.lead: (True, False),
        people.reviewer: (True, sensitive),
        people.reviewer2: (True, sensitive),
        user("third", Role.REVIEWER): (True, sensitive),
    }
    for actor in (people.requester, people.reviewer2, None):
        for kind in dict.fromkeys(KINDS):
            for reader in readers:
                visits.mark_seen(reader, case, at=NOW)
            seq = happens(case, kind, actor)
            for reader, (is_office, is_blind) in readers.items():
                who = timeline.Reader(reader, is_office, is_blind)
                shown = timeline.events_of(case, who)
                found = changes.events_since(case, who, seq - 1, shown=shown)
                assert bool(found) == has_news(case, reader), (kind, actor, reader)
                expected = (
                    kind not in timeline.QUIET
                    and reader != actor
                    and (is_office or kind not in timeline.OFFICE_ONLY)
                    and not (is_blind and kind in timeline.BLIND)
                )
                assert bool(found) == expected, (kind, actor, reader)


def test_a_long_list_is_not_cut(people):
    case = in_review(people).use_case
    reader = timeline.Reader(people.lead, office=True)
    seq = happens(case, AuditKind.EVIDENCE_ADDED, people.requester)
    for _ in range(timeline.MOST + 7):
        happens(case, AuditKind.EVIDENCE_ADDED, people.requester)

    shown = timeline.events_of(case, reader)
    found = changes.events_since(case, reader, seq, shown=shown)

    assert (len(shown), len(found)) == (timeline.MOST, timeline.MOST + 7)


def test_answers_changed_since_the_submission_that_was_seen(people):
    review = in_review(people)
    case = review.use_case
    other = merged(LOW_RISK, {SCENARIO: {"fitness": "It helps a lot."}})
    next_round(case, other, ReviewKind.DELTA)
    first, second = case.submissions.order_by("number")

    (change,) = changes.answers_changed_since(case, first)

    assert (change.page, change.field, change.old, change.new) == (
        SCENARIO,
        "fitness",
        "It helps.",
        "It helps a lot.",
    )
    assert [one.text for one in change.pieces if one.is_added] == [" a lot"]
    assert not changes.answers_changed_since(case, second)
    assert not changes.answers_changed_since(case, None)

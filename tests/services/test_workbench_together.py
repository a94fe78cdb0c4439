"""Two at once on the workbench, on real connections: nothing twice, nothing lost, counts exact."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from reviews.domain.enums import AuditKind, ReviewKind, State
from reviews.domain.errors import DomainError
from reviews.models import (
    AuditEvent,
    BulkAction,
    Comment,
    Mail,
    ReviewAssignment,
    Thread,
    UseCase,
    Verdict,
)
from reviews.selectors.awaited_people import awaited_people
from reviews.services import assigning, audit, bulk, conversations, nudging, roles
from reviews.services import catalogue as catalogue_service
from reviews.services.conversations import Place
from tests.builders import NOW, TODAY
from tests.builders_deciding import Office, office
from tests.builders_reviewing import LOW_RISK, WHEN, in_review, judge_all, next_round

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 5


@pytest.fixture
def people(committed_db: None) -> Office:
    roles.sync(at=NOW, on=TODAY)
    catalogue_service.sync(at=NOW, on=TODAY)
    return office()


def at_once(*steps: Callable[[], object]) -> list[object]:
    """Each in a thread of its own, begun together: what came of it, or how it was refused."""
    found: list[object] = [None] * len(steps)
    together = threading.Barrier(len(steps))

    def run(place: int) -> None:
        try:
            together.wait(timeout=60)
            found[place] = steps[place]()
        except BaseException as error:  # noqa: BLE001 - nobody stands above a thread
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(steps))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return found


def count(kind: AuditKind) -> int:
    return AuditEvent.objects.filter(kind=kind).count()


def test_two_windows_post_at_once(people):
    review = in_review(people)
    place = Place(review)
    for number in range(TIMES):
        texts = [f"Left {number}.", f"Right {number}."]
        done = at_once(
            *(
                lambda text=text: conversations.post(
                    place, text=text, version=0, by=people.lead, **WHEN
                )
                for text in texts
            )
        )
        assert [one.text for one in done] == texts  # type: ignore[attr-defined]

    assert Comment.objects.filter(posted_at__isnull=False).count() == 2 * TIMES
    assert Thread.objects.filter(comments__isnull=True).count() == 0
    assert count(AuditKind.COMMENT_POSTED) == 2 * TIMES
    assert audit.verify().ok


def test_two_windows_keep_a_draft_at_once_and_neither_text_is_lost(people):
    review = in_review(people)
    done = at_once(
        *(
            lambda text=text: conversations.keep_draft(
                Place(review), text=text, version=0, by=people.lead, at=NOW
            )
            for text in ("Left.", "Right.")
        )
    )

    (refused,) = [one for one in done if isinstance(one, DomainError)]
    kept = Comment.objects.get().text
    assert {kept, refused.yours["text"]} == {"Left.", "Right."}  # type: ignore[attr-defined]


def test_two_leads_assign_the_same_cases_at_once(people):
    cases = [in_review(people).use_case_id for _ in range(TIMES)]
    pairs = [(people.reviewer, people.lead), (people.reviewer2, people.lead2)]
    shown = [
        bulk.assign(cases, reviewer=who, by=by, dry_run=True, **WHEN)[0].digest for who, by in pairs
    ]

    done = at_once(
        *(
            lambda who=who, by=by, digest=digest: bulk.assign(
                cases, reviewer=who, by=by, shown=digest, **WHEN
            )
            for (who, by), digest in zip(pairs, shown, strict=True)
        )
    )

    (refused,) = [one for one in done if isinstance(one, Exception)]
    assert isinstance(refused, DomainError)
    assert "Something changed" in str(refused)
    assert ReviewAssignment.objects.count() == TIMES
    assert ReviewAssignment.objects.values("reviewer").distinct().count() == 1
    assert count(AuditKind.REVIEWER_ASSIGNED) == TIMES
    assert BulkAction.objects.count() == 1
    assert audit.verify().ok


def test_undo_twice_at_once_takes_back_once(people):
    cases = [in_review(people).use_case_id for _ in range(TIMES)]
    _, action = bulk.assign(cases, reviewer=people.reviewer, by=people.lead, **WHEN)

    done = at_once(*[lambda: bulk.undo_assign(action, by=people.lead, **WHEN)] * 2)

    assert sum(isinstance(one, DomainError) for one in done) == 1
    assert count(AuditKind.ASSIGNMENT_UNDONE) == TIMES
    assert count(AuditKind.BULK_UNDONE) == 1
    assert not ReviewAssignment.objects.exists()


def test_undo_beside_the_first_verdict_loses_no_verdict(people):
    for _ in range(TIMES):
        review = in_review(people)
        _, action = bulk.assign(
            [review.use_case_id], reviewer=people.reviewer, by=people.lead, **WHEN
        )

        undone, judged = at_once(
            lambda action=action: bulk.undo_assign(action, by=people.lead, **WHEN),
            lambda review=review: judge_all(review, people.reviewer),
        )

        stays = ReviewAssignment.objects.filter(review=review).exists()
        assert stays == (not isinstance(judged, Exception))
        assert stays == Verdict.objects.filter(item__review=review).exists()
        assert bool(undone.effects[0]["kept"]) == stays  # type: ignore[attr-defined]


def test_two_leads_remind_at_once_and_everybody_is_told_once(people):
    review = in_review(people)
    assigning.assign(review, reviewer=people.reviewer, by=people.lead3, **WHEN)
    keys = [review.use_case_id]

    done = at_once(
        *(
            lambda by=by: nudging.remind(keys, awaiting=awaited_people, by=by, **WHEN)
            for by in (people.lead, people.lead2)
        )
    )

    assert [isinstance(one, Exception) for one in done] == [False, False]
    assert BulkAction.objects.count() == 1
    assert count(AuditKind.AWAITED_REMINDED) == 1
    assert Mail.objects.filter(user=people.reviewer).count() == 2  # one by mail, one in the portal


def test_a_resubmission_beside_an_assignment_carries_each_verdict_once(people):
    first = in_review(people)
    assigning.assign(first, reviewer=people.reviewer, by=people.lead, **WHEN)
    judge_all(first, people.reviewer)
    case = UseCase.objects.get(pk=first.use_case_id)
    UseCase.objects.filter(pk=case.pk).update(state=State.IN_REVIEW)
    again = next_round(case, LOW_RISK, ReviewKind.DELTA)

    at_once(
        *[lambda: assigning.assign(again, reviewer=people.reviewer, by=people.lead, **WHEN)] * 2
    )

    rows = Verdict.objects.filter(item__review=again)
    assert rows.count() == rows.values("item", "assignment").distinct().count()
    assert ReviewAssignment.objects.filter(review=again).count() == 1
    assert rows.count() == Verdict.objects.filter(item__review=first).count()

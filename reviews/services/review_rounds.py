"""Open a round of review: its checklist is frozen, its reviewers go on where they were."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from reviews.domain import checklist, intake
from reviews.domain.enums import RequirementStage, ReviewKind
from reviews.domain.errors import StateConflict
from reviews.models import (
    Capability,
    ChecklistItem,
    Probe,
    Requirement,
    Review,
    ReviewAssignment,
    Standard,
    Submission,
    UseCase,
    User,
)
from reviews.models.gate_rules import ProbeKind
from reviews.permissions.reviewing import can_be_assigned
from reviews.services.carrying_over import carry_over


@transaction.atomic
def open_round(
    use_case: UseCase,
    submission: Submission,
    *,
    kind: ReviewKind,
    by: User | None,
    at: datetime,
    on: date,
) -> Review:
    """Open a round on ``submission``; an earlier round that is still open ends here.

    Its items are frozen to the versions that the Standard and the critics' questions have now.
    Reviewers of a round that was cut short by a new submission go on in this one, with those of
    their verdicts under which nothing changed (``carrying_over``); the others are shown to them
    there (``selectors.carry_over``). An appeal has no checklist: its lead
    judges the review that was made. Part of a bigger step: the caller has locked the use case,
    asked for permission, and writes the audit event.
    """
    earlier = Review.objects.filter(use_case=use_case, closed_at__isnull=True).first()
    if earlier is not None:
        earlier.closed_at = at
        earlier.save(update_fields=["closed_at"])
    last = use_case.reviews.aggregate(last=Max("number"))["last"] or 0
    review = Review.objects.create(
        use_case=use_case,
        number=last + 1,
        kind=kind,
        submission=submission,
        standard=current_standard(),
        is_sensitive=use_case.is_sensitive,
        opened_at=at,
        opened_on=on,
    )
    if kind != ReviewKind.APPEAL:
        _freeze_checklist(review)
        _keep_reviewers(earlier, review, at=at)
    return review


def current_standard() -> Standard:
    """The newest edition of the Standard that the files hold."""
    found = Standard.objects.current().order_by("-published_on", "-pk").first()
    if found is None:
        raise StateConflict(
            gettext(
                "There is no Standard to review by. An administrator loads it with sync_catalogue."
            )
        )
    return found


def _freeze_checklist(review: Review) -> None:
    answers = review.submission.answers
    drafts = checklist.build(
        _requirements(review.standard),
        _probes(),
        intake.goal_applicability(answers),
        _families(intake.capability_slugs(answers)),
        intake.lifecycle_stage(answers),
    )
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            review=review,
            position=position,
            requirement_id=draft.requirement,
            probe_id=draft.probe,
            is_required_now=draft.is_required_now,
            why=draft.why,
        )
        for position, draft in enumerate(drafts, start=1)
    )


def _requirements(standard: Standard) -> list[checklist.RequirementFacts]:
    rows = (
        Requirement.objects.current()
        .filter(goal__standard=standard, goal__is_current=True)
        .select_related("goal")
    )
    return [
        checklist.RequirementFacts(
            row.pk,
            row.code,
            checklist.GoalFacts(
                row.goal.code,
                row.goal.position,
                row.goal.comes_first,
                tuple(row.goal.applies_when),
            ),
            RequirementStage(row.stage),
            row.position,
        )
        for row in rows
    ]


def _probes() -> list[checklist.ProbeFacts]:
    return [
        checklist.ProbeFacts(
            row.pk,
            row.code,
            row.kind in {ProbeKind.QUESTION, ProbeKind.BOTH},
            tuple(row.families),
            tuple(row.goals),
            row.position,
        )
        for row in Probe.objects.current()
    ]


def _families(slugs: Iterable[str]) -> set[str]:
    return set(Capability.objects.filter(slug__in=slugs).values_list("family", flat=True))


def _keep_reviewers(earlier: Review | None, review: Review, *, at: datetime) -> None:
    """A round cut short by a new submission hands its reviewers on, as far as they may."""
    if earlier is None or earlier.kind == ReviewKind.APPEAL:
        return
    active = earlier.assignments.filter(recused_at__isnull=True).select_related("reviewer")
    free = [one for one in active if can_be_assigned(one.reviewer, review)]
    for one in free[: review.reviewers_needed]:
        kept = ReviewAssignment.objects.create(
            review=review, reviewer=one.reviewer, assigned_by=one.assigned_by, assigned_at=at
        )
        carry_over(review, kept)

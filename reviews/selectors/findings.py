"""What the reviewers found, for the lead who decides: differences first."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch

from reviews.domain.enums import Recommendation, ReviewKind, State, VerdictValue
from reviews.models import (
    Appeal,
    ChecklistItem,
    Review,
    ReviewAssignment,
    UseCase,
    User,
    Verdict,
)

AT_FIRST = 8
"""Notable items in sight before somebody asks for more."""


@dataclass(frozen=True, slots=True)
class Signed:
    """One reviewer's recommendation."""

    reviewer: User
    recommendation: Recommendation
    reasons: str
    assignment: ReviewAssignment


@dataclass(frozen=True, slots=True)
class ItemVerdicts:
    """One checklist item with each reviewer's verdict, in the order of ``ReviewSummary.signed``."""

    item: ChecklistItem
    question: str
    reviewers: tuple[User, ...]
    verdicts: tuple[Verdict | None, ...]

    @property
    def values(self) -> tuple[VerdictValue | None, ...]:
        return tuple(
            VerdictValue(verdict.value) if verdict and verdict.value else None
            for verdict in self.verdicts
        )

    @property
    def differs(self) -> bool:
        return len(set(self.values)) > 1

    @property
    def is_missed(self) -> bool:
        return bool({VerdictValue.NOT_MET, VerdictValue.PARTLY} & set(self.values))

    @property
    def said(self) -> list[tuple[User, VerdictValue | None, Verdict | None]]:
        """Reviewer, verdict as a value, verdict as a row."""
        return list(zip(self.reviewers, self.values, self.verdicts, strict=True))


@dataclass(frozen=True, slots=True)
class ReviewSummary:
    """What the reviewers found. ``notable``: they differ, or an item is missed; differences first.

    ``rest``: judged alike and met, or not applicable. Items that nobody judged are left out.
    """

    review: Review
    signed: tuple[Signed, ...]
    notable: tuple[ItemVerdicts, ...]
    rest: tuple[ItemVerdicts, ...]

    @property
    def first(self) -> tuple[ItemVerdicts, ...]:
        """What a lead reads before anything else."""
        return self.notable[:AT_FIRST]

    @property
    def more(self) -> tuple[ItemVerdicts, ...]:
        return self.notable[AT_FIRST:]

    @property
    def agree(self) -> bool:
        return len({line.recommendation for line in self.signed}) == 1


def review_summary(use_case: UseCase) -> ReviewSummary | None:
    """The last review with sign-offs by everybody it needs; of an appeal: the one appealed.

    ``None`` while reviewers still work, so that nobody reads a blind verdict. Five queries.
    """
    review = _signed_review(use_case)
    if review is None:
        return None
    signed = tuple(
        Signed(a.reviewer, Recommendation(a.recommendation), a.recommendation_reasons, a)
        for a in review.assignments.all()
        if a.signed_off_at and a.recommendation
    )
    verdicts: dict[int, dict[int, Verdict]] = {}
    for verdict in Verdict.objects.filter(
        is_current=True, assignment__in=[line.assignment.pk for line in signed]
    ).exclude(value=""):
        verdicts.setdefault(verdict.item_id, {})[verdict.assignment_id] = verdict
    items = ChecklistItem.objects.filter(review=review).select_related("requirement", "probe")
    lines = [_line(item, signed, verdicts[item.pk]) for item in items if item.pk in verdicts]
    notable = [line for line in lines if line.differs or line.is_missed]
    return ReviewSummary(
        review,
        signed,
        tuple(sorted(notable, key=lambda line: not line.differs)),
        tuple(line for line in lines if not (line.differs or line.is_missed)),
    )


def _line(
    item: ChecklistItem, signed: Collection[Signed], by_reviewer: dict[int, Verdict]
) -> ItemVerdicts:
    source = item.requirement or item.probe
    return ItemVerdicts(
        item,
        source.question if source else "",
        tuple(line.reviewer for line in signed),
        tuple(by_reviewer.get(line.assignment.pk) for line in signed),
    )


def _signed_review(use_case: UseCase) -> Review | None:
    reviews = Review.objects.filter(use_case=use_case)
    appeal = Appeal.objects.filter(use_case=use_case, review__closed_at__isnull=True).first()
    if appeal is None and State(use_case.state) in {State.IN_REVIEW, State.NEEDS_INFORMATION}:
        reviews = reviews.filter(closed_at__isnull=False)
    signed = ReviewAssignment.objects.filter(review=OuterRef("pk"), signed_off_at__isnull=False)
    return (
        reviews.filter(Exists(signed))
        .exclude(kind=ReviewKind.APPEAL)
        .prefetch_related(
            Prefetch("assignments", ReviewAssignment.objects.select_related("reviewer"))
        )
        .order_by("-number")
        .first()
    )

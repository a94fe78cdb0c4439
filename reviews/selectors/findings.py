"""What the reviewers found, for the lead who decides: differences first."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, Q

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

    ``None`` while reviewers still work, so that nobody reads a blind verdict. Two queries.
    """
    signed = _signed(use_case)
    if not signed:
        return None
    review = signed[0].assignment.review
    verdicts: dict[ChecklistItem, dict[int, Verdict]] = {}
    rows = Verdict.objects.filter(
        is_current=True, assignment__in=[line.assignment.pk for line in signed]
    ).exclude(value="")
    for verdict in rows.select_related("item__requirement", "item__probe").order_by(
        "item__position", "saved_at", "pk"
    ):
        verdicts.setdefault(verdict.item, {})[verdict.assignment_id] = verdict
    lines = [_line(item, signed, given) for item, given in verdicts.items()]
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


def _signed(use_case: UseCase) -> tuple[Signed, ...]:
    """Who signed off the newest review that anybody did, but for an appeal's. One query."""
    rows = ReviewAssignment.objects.filter(
        review__use_case=use_case, signed_off_at__isnull=False, recommendation__isnull=False
    ).exclude(review__kind=ReviewKind.APPEAL)
    if State(use_case.state) in {State.IN_REVIEW, State.NEEDS_INFORMATION}:
        appeals = Appeal.objects.filter(use_case=use_case, review__closed_at__isnull=True)
        rows = rows.filter(Q(review__closed_at__isnull=False) | Exists(appeals))
    found = list(
        rows.select_related("review", "reviewer").order_by("-review__number", "assigned_at", "pk")
    )
    return tuple(
        Signed(one.reviewer, Recommendation(one.recommendation), one.recommendation_reasons, one)
        for one in found
        if one.recommendation and one.review_id == found[0].review_id
    )

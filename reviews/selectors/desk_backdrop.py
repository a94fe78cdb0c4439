"""What a desk reads once, before its items: answers with names, goals, verdicts with their files.

Each is one query, whatever the number of rows: small lists come back as arrays of the row that they
belong to.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from reviews.domain.intake import Answers
from reviews.models import (
    ChecklistItem,
    Goal,
    RequirementNeed,
    Review,
    ReviewReturn,
    SubmissionPerson,
    Verdict,
)
from reviews.selectors.changes import AnswerChange, answers_changed
from reviews.selectors.earlier import Earlier
from reviews.selectors.use_cases import with_names


@dataclass(frozen=True, slots=True)
class RestingGoal:
    """A goal of the round's Standard, as far as one that does not apply is shown."""

    code: str
    name: str
    position: int
    applies_to: str
    applies_when: list[str]
    comes_first: bool
    needs_reason_when_not: bool


@dataclass(frozen=True, slots=True)
class Backdrop:
    """``answers``: those of the round's submission, with the names of people put back."""

    answers: dict[str, dict[str, object]]
    goals: Mapping[str, RestingGoal]
    was_returned: bool


def backdrop_of(review: Review) -> Backdrop:
    """One query. ``review`` comes with its submission."""
    people = SubmissionPerson.objects.filter(submission=OuterRef("submission"))
    goals = Goal.objects.filter(standard=OuterRef("standard"), is_current=True)
    row = (
        Review.objects.filter(pk=review.pk)
        .order_by()
        .values_list(
            ArraySubquery(people.values_list(JSONObject(page="page", field="field", text="text"))),
            ArraySubquery(goals.values_list(JSONObject(**{name: name for name in _GOAL}))),
            Exists(ReviewReturn.objects.filter(review=OuterRef("pk"))),
        )
        .get()
    )
    names = {(one["page"], one["field"]): one["text"] for one in row[0]}
    found = [RestingGoal(**one) for one in row[1]]
    answers = with_names(review.submission.answers, names)
    return Backdrop(answers, {one.code: one for one in found}, row[2])


_GOAL = tuple(RestingGoal.__dataclass_fields__)


def checklist_items(review: Review) -> list[ChecklistItem]:
    """In reading order, each with ``needs``: codes on which it builds. One query."""
    needs = RequirementNeed.objects.filter(requirement=OuterRef("requirement"))
    return list(
        review.items.select_related("requirement__goal", "probe").annotate(
            needs=ArraySubquery(needs.order_by("needs_code").values("needs_code"))
        )
    )


def with_files(verdicts: QuerySet[Verdict]) -> QuerySet[Verdict]:
    """Each with ``files``: keys of the evidence that backs it. No query more than without."""
    link = Verdict.evidence.through.objects.filter(verdict=OuterRef("pk"))
    return verdicts.annotate(files=ArraySubquery(link.order_by("pk").values("evidence")))


def changes_in(earlier: Earlier | None, answers: Answers) -> list[AnswerChange]:
    """Answers that differ from those of the round before. No query."""
    if earlier is None or not earlier.is_other:
        return []
    return answers_changed(earlier.answers, answers)

"""The round before, as a desk wants it: its answers, its items and what was said, read at once."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q
from django.db.models.functions import Coalesce, JSONObject

from reviews.domain.enums import ReviewKind
from reviews.domain.intake import Answers
from reviews.models import ChecklistItem, Review, SubmissionPerson, Verdict


@dataclass(frozen=True, slots=True)
class Said:
    """One verdict of the round before; ``files``: keys of evidence that is still on the case."""

    code: str
    requirement: int | None
    probe: int | None
    value: str
    note: str
    gap_plan: str
    saved_at: datetime
    reviewer: int
    by: str
    is_signed: bool
    files: frozenset[int]


@dataclass(frozen=True, slots=True)
class Earlier:
    """``codes``: of its items, in reading order. ``is_complete``: as many signed off as it needed.
    ``is_other``: it looked at another submission.
    """

    number: int
    opened_at: datetime
    answers: Answers
    is_other: bool
    is_complete: bool
    codes: tuple[str, ...]
    said: tuple[Said, ...]


def earlier_round(review: Review) -> Earlier | None:
    """The last round before this one that reviewers worked on. One query, none in a first round."""
    if review.number == 1:
        return None
    people = SubmissionPerson.objects.filter(submission=OuterRef("submission"))
    items = ChecklistItem.objects.filter(review=OuterRef("pk")).order_by("position")
    signed = Q(assignments__signed_off_at__isnull=False)
    row = (
        Review.objects.filter(use_case=review.use_case_id, number__lt=review.number)
        .exclude(kind=ReviewKind.APPEAL)
        .annotate(
            signed=Count("assignments", filter=signed),
            people=ArraySubquery(
                people.values_list(JSONObject(page="page", field="field", text="text"))
            ),
            codes=ArraySubquery(items.values_list(_CODE)),
            said=ArraySubquery(_verdicts().values_list(JSONObject(**_SAID))),
        )
        .select_related("submission")
        .order_by("-number")
        .first()
    )
    if row is None:
        return None
    names = {(one["page"], one["field"]): one["text"] for one in row.people}
    return Earlier(
        row.number,
        row.opened_at,
        {
            page: {field: names.get((page, field), value) for field, value in given.items()}
            for page, given in row.submission.answers.items()
        },
        row.submission_id != review.submission_id,
        row.signed >= row.reviewers_needed,
        tuple(row.codes),
        tuple(_said(one) for one in row.said),
    )


_CODE = Coalesce(F("requirement__code"), F("probe__code"))

_SAID = {
    "code": Coalesce(F("item__requirement__code"), F("item__probe__code")),
    "requirement": "item__requirement",
    "probe": "item__probe",
    "value": "value",
    "note": "note",
    "gap_plan": "gap_plan",
    "saved_at": "saved_at",
    "reviewer": "assignment__reviewer",
    "full_name": "assignment__reviewer__full_name",
    "username": "assignment__reviewer__username",
    "signed_off_at": "assignment__signed_off_at",
    "files": "files",
}


def _verdicts():  # type: ignore[no-untyped-def]  # of rows with an annotation
    link = Verdict.evidence.through.objects.filter(
        verdict=OuterRef("pk"), evidence__removed_at__isnull=True
    )
    return (
        Verdict.objects.filter(
            assignment__review=OuterRef("pk"),
            assignment__recused_at__isnull=True,
            is_current=True,
        )
        .exclude(value="", note="", gap_plan="")
        .annotate(files=ArraySubquery(link.order_by("pk").values("evidence")))
        .order_by("assignment__signed_off_at", "pk")
    )


def _said(row: dict) -> Said:
    return Said(
        row["code"],
        row["requirement"],
        row["probe"],
        row["value"],
        row["note"],
        row["gap_plan"],
        datetime.fromisoformat(row["saved_at"]),
        row["reviewer"],
        row["full_name"] or row["username"],
        row["signed_off_at"] is not None,
        frozenset(row["files"] or ()),
    )

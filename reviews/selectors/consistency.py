"""Load what ``domain.consistency`` compares: before a sign-off, and before a decision.

One query each. A reviewer's own verdicts alone are read before the sign-off, and in a blind
round only the questions and threads that this reviewer began. Answers to questions of earlier
rounds count too: a verdict that was carried over keeps its day, which may lie before them.
"""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from reviews.domain.checklist import BY_ANSWER
from reviews.domain.consistency import findings
from reviews.domain.consistency_facts import (
    Facts,
    File,
    Finding,
    Item,
    Judged,
    Promise,
    Question,
)
from reviews.domain.enums import ConditionState, Recommendation, VerdictValue
from reviews.domain.intake import goal_applicability
from reviews.models import (
    ChecklistItem,
    Comment,
    Condition,
    Decision,
    Evidence,
    Review,
    ReviewAssignment,
    Thread,
    Verdict,
)
from reviews.models import Question as QuestionRow

Reader = ReviewAssignment | None
"""The reviewer who is about to sign off; none: a lead, who reads what all have signed."""


def before_sign_off(
    review: Review, mine: ReviewAssignment, *, on: date, zone: tzinfo, advice: str = ""
) -> list[Finding]:
    """About one reviewer's own verdicts. ``advice``: the recommendation about to be given.

    ``zone``: whose days count, as for all days that this person sees.
    """
    given = {str(mine.pk): advice} if advice in Recommendation.values else {}
    return findings(_facts(review, mine, given, on=on, zone=zone))


def before_decision(review: Review, *, on: date, zone: tzinfo) -> list[Finding]:
    """About all who signed off. The caller has made sure that their verdicts show."""
    return findings(_facts(review, None, None, on=on, zone=zone))


def _facts(
    review: Review, mine: Reader, advice: Mapping[str, str] | None, *, on: date, zone: tzinfo
) -> Facts:
    read = _read(review, mine)
    answers = read.submission.answers
    fields = {key: one.field for key, one in goal_applicability(answers).items()}
    if advice is None:
        advice = {str(row["by"]): row["advice"] for row in read.signed}
    return Facts(
        answers=answers,
        items=[_item(row, fields) for row in read.listed_items],
        judged=[_judged(row, zone) for row in read.judged],
        on=on,
        before=read.answers_before,
        said_before={
            (str(row["seat"]), _code(row)): (row["value"], row["note"].strip())
            for row in read.said_before
        },
        promises=[
            Promise(row["uid"], ConditionState(row["state"]), date.fromisoformat(row["due_on"]))
            for row in read.promises
        ],
        questions=[Question(_code(row), _moment(row["answered_at"])) for row in read.asked],
        threads=[_code(row) for row in read.talks],
        advice={by: Recommendation(given) for by, given in advice.items()},
    )


def _read(review: Review, mine: Reader) -> Any:
    """The round with its submission, and everything around it as lists. One query."""
    earlier = Review.objects.filter(
        use_case=OuterRef("use_case"), number__lt=OuterRef("number")
    ).order_by("-number")
    asked = QuestionRow.objects.filter(
        Q(review=OuterRef("pk"))
        | Q(review__number__lt=OuterRef("number"), answered_at__isnull=False),
        review__use_case=OuterRef("use_case"),
        withdrawn_at=None,
    )
    posted = Comment.objects.filter(thread=OuterRef("pk"), posted_at__isnull=False)
    talks = Thread.objects.filter(Exists(posted), review=OuterRef("pk"), resolved_at=None)
    if mine is not None and review.is_sensitive:
        asked = asked.filter(asked_by=mine.reviewer_id)
        talks = talks.filter(opened_by=mine.reviewer_id)
    promises = Condition.objects.filter(
        decision__in=Decision.objects.in_force(),
        decision__intended_use__use_case=OuterRef("use_case"),
        decision__intended_use__dropped_at=None,
    )
    seats = ReviewAssignment.objects.filter(review=OuterRef("pk"), recused_at=None)
    signed = seats.filter(signed_off_at__isnull=False)
    about = {"requirement": "item__requirement__code", "probe": "item__probe__code"}
    return (
        Review.objects.select_related("submission")
        .annotate(
            answers_before=Subquery(earlier.values("submission__answers")[:1]),
            before_round=Subquery(earlier.values("pk")[:1]),
            listed_items=_items(),
            judged=_verdicts(mine),
            said_before=_verdicts_before(mine),
            asked=_listed(asked.order_by("pk"), **about, answered_at="answered_at"),
            talks=_listed(talks.order_by("pk"), **about),
            promises=_listed(promises.order_by("pk"), uid="uid", state="state", due_on="due_on"),
            signed=_listed(signed.order_by("pk"), by="pk", advice="recommendation"),
        )
        .get(pk=review.pk)
    )


def _items() -> ArraySubquery:
    return _listed(
        ChecklistItem.objects.filter(review=OuterRef("pk")).order_by("position"),
        requirement="requirement__code",
        probe="probe__code",
        informs="probe__goals",
        hint="requirement__evidence_hint",
        required="is_required_now",
        why="why",
    )


def _verdicts(mine: Reader) -> ArraySubquery:
    files = Evidence.objects.filter(verdicts=OuterRef("pk"), removed_at=None).order_by("pk")
    rows = Verdict.objects.filter(
        item__review=OuterRef("pk"), is_current=True, assignment__recused_at=None
    ).exclude(value="")
    if mine is not None:
        rows = rows.filter(assignment=mine)
    else:
        rows = rows.filter(assignment__signed_off_at__isnull=False)
    return _listed(
        rows.annotate(files=_listed(files, name="name", added_at="added_at")).order_by(
            "assignment", "item__position"
        ),
        requirement="item__requirement__code",
        probe="item__probe__code",
        by="assignment_id",
        value="value",
        note="note",
        gap_plan="gap_plan",
        saved_at="saved_at",
        files="files",
    )


def _verdicts_before(mine: Reader) -> ArraySubquery:
    """Of the round before, with the seat that the same person has in this one."""
    rows = Verdict.objects.filter(
        item__review=OuterRef("before_round"),
        is_current=True,
        assignment__reviewer__assignments__review=OuterRef("pk"),
        assignment__reviewer__assignments__recused_at=None,
    )
    if mine is not None:
        rows = rows.filter(assignment__reviewer=mine.reviewer_id)
    return _listed(
        rows.order_by("pk"),
        requirement="item__requirement__code",
        probe="item__probe__code",
        seat="assignment__reviewer__assignments__pk",
        value="value",
        note="note",
    )


def _listed(rows: QuerySet[Any], **names: str) -> ArraySubquery:
    return ArraySubquery(rows.values(listed=JSONObject(**names)))


def _item(row: Mapping[str, Any], fields: Mapping[str, str]) -> Item:
    kind, _, key = row["why"].partition(":")
    return Item(
        code=_code(row),
        is_required=row["required"],
        is_probe=row["probe"] is not None,
        informs=tuple(row["informs"] or ()),
        asks_proof=bool(row["hint"]),
        applies_by=fields.get(key, "") if kind == BY_ANSWER else "",
    )


def _judged(row: Mapping[str, Any], zone: tzinfo) -> Judged:
    files = (
        File(one["name"], datetime.fromisoformat(one["added_at"]).astimezone(zone).date())
        for one in row["files"]
    )
    return Judged(
        item=_code(row),
        by=str(row["by"]),
        value=VerdictValue(row["value"]),
        note=row["note"],
        gap_plan=row["gap_plan"],
        saved_at=datetime.fromisoformat(row["saved_at"]),
        files=tuple(files),
    )


def _code(row: Mapping[str, Any]) -> str:
    return row["requirement"] or row["probe"] or ""


def _moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None

"""Load what ``domain.consistency`` compares: before a sign-off, and before a decision.

Three queries each. A reviewer's own verdicts alone are read before the sign-off, and in a blind
round only the questions and threads that this reviewer began.
"""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
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
    round_ = _round(review, mine)
    answers = round_.submission.answers
    rows = list(_items(review, mine))
    grounds = goal_applicability(answers)
    judged = [one for row in rows for one in _judged(row, zone)]
    if advice is None:
        advice = {str(row["by"]): row["advice"] for row in round_.signed}
    return Facts(
        answers=answers,
        items=[_item(row, {key: one.field for key, one in grounds.items()}) for row in rows],
        judged=judged,
        on=on,
        before=round_.answers_before,
        said_before=_said_before(review, judged, round_),
        promises=[
            Promise(row["uid"], ConditionState(row["state"]), date.fromisoformat(row["due_on"]))
            for row in round_.promises
        ],
        questions=[Question(_code(row), _moment(row["answered_at"])) for row in round_.asked],
        threads=[_code(row) for row in round_.talks],
        advice={by: Recommendation(given) for by, given in advice.items()},
    )


def _round(review: Review, mine: Reader) -> Any:
    """The round with its submission, the answers before it, and what goes on around it."""
    earlier = Review.objects.filter(
        use_case=OuterRef("use_case"), number__lt=OuterRef("number")
    ).order_by("-number")
    codes = {"requirement": "item__requirement__code", "probe": "item__probe__code"}
    asked = QuestionRow.objects.filter(review=OuterRef("pk"), withdrawn_at=None)
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
    signed = ReviewAssignment.objects.filter(
        review=OuterRef("pk"), recused_at=None, signed_off_at__isnull=False
    )
    return (
        Review.objects.select_related("submission")
        .annotate(
            round_before=Subquery(earlier.values("pk")[:1]),
            answers_before=Subquery(earlier.values("submission__answers")[:1]),
            asked=_listed(asked.order_by("pk"), **codes, answered_at="answered_at"),
            talks=_listed(talks.order_by("pk"), **codes),
            promises=_listed(promises.order_by("pk"), uid="uid", state="state", due_on="due_on"),
            signed=_listed(signed.order_by("pk"), by="pk", advice="recommendation"),
        )
        .get(pk=review.pk)
    )


def _items(review: Review, mine: Reader) -> QuerySet[ChecklistItem]:
    files = Evidence.objects.filter(verdicts=OuterRef("pk"), removed_at=None).order_by("pk")
    verdicts = Verdict.objects.filter(
        item=OuterRef("pk"), is_current=True, assignment__recused_at=None
    ).exclude(value="")
    if mine is not None:
        verdicts = verdicts.filter(assignment=mine)
    else:
        verdicts = verdicts.filter(assignment__signed_off_at__isnull=False)
    said = verdicts.annotate(files=_listed(files, name="name", added_at="added_at")).order_by(
        "assignment"
    )
    return (
        ChecklistItem.objects.filter(review=review)
        .select_related("requirement", "probe")
        .annotate(
            said=_listed(
                said,
                by="assignment_id",
                value="value",
                note="note",
                gap_plan="gap_plan",
                saved_at="saved_at",
                files="files",
            )
        )
        .order_by("position")
    )


def _said_before(
    review: Review, judged: list[Judged], round_: Any
) -> dict[tuple[str, str], tuple[str, str]]:
    """Value and note of the same people in the round before, by their seat in this one."""
    if round_.round_before is None or not judged:
        return {}
    rows = Verdict.objects.filter(
        Q(item__review=round_.round_before, is_current=True),
        assignment__reviewer__assignments__review=review,
        assignment__reviewer__assignments__recused_at=None,
    ).values_list(
        F("assignment__reviewer__assignments__pk"),
        "item__requirement__code",
        "item__probe__code",
        "value",
        "note",
    )
    return {
        (str(seat), requirement or probe or ""): (value, note.strip())
        for seat, requirement, probe, value, note in rows
    }


def _listed(rows: QuerySet[Any], **names: str) -> ArraySubquery:
    return ArraySubquery(rows.values(listed=JSONObject(**names)))


def _item(row: ChecklistItem, fields: Mapping[str, str]) -> Item:
    kind, _, key = row.why.partition(":")
    return Item(
        code=row.code,
        is_required=row.is_required_now,
        is_probe=row.probe is not None,
        informs=tuple(row.probe.goals) if row.probe else (),
        asks_proof=bool(row.requirement and row.requirement.evidence_hint),
        applies_by=fields.get(key, "") if kind == BY_ANSWER else "",
    )


def _judged(row: Any, zone: tzinfo) -> list[Judged]:
    return [
        Judged(
            item=row.code,
            by=str(said["by"]),
            value=VerdictValue(said["value"]),
            note=said["note"],
            gap_plan=said["gap_plan"],
            saved_at=datetime.fromisoformat(said["saved_at"]),
            files=tuple(
                File(
                    file["name"],
                    datetime.fromisoformat(file["added_at"]).astimezone(zone).date(),
                )
                for file in said["files"]
            ),
        )
        for said in row.said
    ]


def _code(row: Mapping[str, str | None]) -> str:
    return row["requirement"] or row["probe"] or ""


def _moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None

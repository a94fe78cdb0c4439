"""Reads for the use-case list and page."""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from reviews.models import (
    Capability,
    Condition,
    Decision,
    Evidence,
    ImportedRow,
    IntendedUse,
    Question,
    Submission,
    UseCase,
    User,
)


def rows(queryset: QuerySet[UseCase]) -> QuerySet[UseCase]:
    """What a row of the list shows. One query for the rows, one for their capabilities."""
    return (
        queryset.select_related("team", "customer")
        .prefetch_related("capabilities")
        .only(
            "uid",
            "reference",
            "title",
            "state",
            "state_since",
            "gate_answer",
            "is_sensitive",
            "origin",
            "updated_at",
            "submitted_on",
            "decided_on",
            "rereview_on",
            "team__name",
            "customer__name",
        )
    )


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario with the decision in force, if any."""

    intended_use: IntendedUse
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything the page of one use case shows besides its timeline."""

    scenarios: list[Scenario]
    submissions: list[Submission]
    conditions: list[Condition]
    open_questions: int
    evidence: list[Evidence]
    imported: ImportedRow | None


def contents(use_case: UseCase) -> Contents:
    """Seven queries, whatever the number of rows."""
    decisions = Decision.objects.in_force().select_related("decision_round__decided_by", "stale")
    intended_uses = list(
        use_case.intended_uses.filter(dropped_at__isnull=True).prefetch_related(
            Prefetch("decisions", queryset=decisions, to_attr="in_force")
        )
    )
    in_force = [decision for use in intended_uses for decision in use.in_force]
    return Contents(
        scenarios=[
            Scenario(use, use.in_force[0] if use.in_force else None) for use in intended_uses
        ],
        submissions=list(
            use_case.submissions.select_related("statement_by")
            .defer("answers", "gate", "evidence")
            .order_by("-number")
        ),
        conditions=list(
            Condition.objects.filter(decision__in=in_force).select_related("owner", "verifier")
        ),
        open_questions=Question.objects.filter(
            review__use_case=use_case,
            review__closed_at__isnull=True,
            answered_at__isnull=True,
            withdrawn_at__isnull=True,
        ).count(),
        evidence=list(use_case.evidence.filter(removed_at__isnull=True)),
        imported=ImportedRow.objects.filter(use_case=use_case).select_related("run").first(),
    )


@dataclass(frozen=True, slots=True)
class Team:
    """Who reviews the case now. ``names`` are those who still have to sign off.

    ``names_reviewers``: the reader belongs to the office and is not blind to the other reviewer.
    """

    review_uid: str
    needed: int
    assigned: int
    names: tuple[str, ...]
    names_reviewers: bool


def team_of(use_case: UseCase, *, reader: User, office: bool) -> Team:
    """The newest round's reviewers. ``office``: the reader may know names. Two queries."""
    review = use_case.reviews.order_by("-number").first()
    if review is None:
        return Team("", 1, 0, (), office)
    assignments = list(
        review.assignments.filter(recused_at__isnull=True).select_related("reviewer")
    )
    waiting = [str(row.reviewer) for row in assignments if row.signed_off_at is None]
    blind = (
        review.closed_at is None
        and bool(waiting)
        and any(row.reviewer_id == reader.pk for row in assignments)
    )
    return Team(
        str(review.uid),
        review.reviewers_needed,
        len(assignments),
        tuple(waiting) if office else (),
        names_reviewers=office and not blind,
    )


def answers_with_people(submission: Submission) -> dict[str, dict[str, object]]:
    """The frozen answers with the names of people put back where they are still kept.

    An erased name leaves its hash out: the answer reads as erased. No query where ``people``
    was prefetched.
    """
    names = {(row.page, row.field): row.text for row in submission.people.all()}
    return {
        page: {field: names.get((page, field), value) for field, value in answers.items()}
        for page, answers in submission.answers.items()
    }


@dataclass(frozen=True, slots=True)
class GateLine:
    """What the gate last said about one capability."""

    name: str
    answer: str


def gate_lines(use_case: UseCase, contents: Contents) -> list[GateLine]:
    """Per capability, from the last submission, else from the import. At most two queries."""
    last = use_case.submissions.order_by("-number").values_list("gate", flat=True).first()
    imported = contents.imported.gate if contents.imported else []
    results = imported if last is None else last
    if not results:
        return []
    names = dict(Capability.objects.values_list("slug", "name"))
    return [
        GateLine(names.get(one["capability"], one["capability"]), one["answer"])
        for one in (results["results"] if isinstance(results, dict) else results)
    ]

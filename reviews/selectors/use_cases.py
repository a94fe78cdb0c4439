"""Reads for the use-case list and page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf

from reviews.domain.enums import Party
from reviews.models import (
    Capability,
    Condition,
    Decision,
    Evidence,
    ImportedRow,
    IntendedUse,
    Outsider,
    Question,
    Review,
    ReviewAssignment,
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
class File:
    """One file of evidence, as a list names it."""

    uid: str
    name: str
    size: int

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Filed:
    """One submission, as a list names it."""

    pk: int
    number: int
    statement_by: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """Somebody whom the office named for this one case."""

    person: str
    party: Party
    reason: str


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything the page of one use case shows besides its timeline.

    ``gate``: what it last said, per capability: from the last submission, else from the import.
    """

    scenarios: list[Scenario]
    submissions: list[Filed]
    conditions: list[Condition]
    open_questions: int
    evidence: list[File]
    brought_in: list[BroughtIn]
    imported: ImportedRow | None
    gate: list["GateLine"]


def for_page(visible: QuerySet[UseCase]) -> QuerySet[UseCase]:
    """Use cases with what ``contents`` and ``team_of`` read beside them, in the same query."""
    case = OuterRef("pk")
    open_questions = Question.objects.filter(
        review__use_case=case,
        review__closed_at__isnull=True,
        answered_at__isnull=True,
        withdrawn_at__isnull=True,
    )
    submissions = Submission.objects.filter(use_case=case).order_by("-number")
    files = Evidence.objects.filter(use_case=case, removed_at__isnull=True)
    named = Outsider.objects.filter(use_case=case)
    review = {"key": "pk", "uid": "uid", "is_sensitive": "is_sensitive", "closed_at": "closed_at"}
    return visible.select_related("team", "customer", "imported_row__run").annotate(
        last_gate=Subquery(submissions.values("gate")[:1]),
        open_questions=Coalesce(
            Subquery(
                open_questions.order_by().values("review").annotate(n=Count("pk")).values("n")
            ),
            0,
        ),
        filed=ArraySubquery(
            submissions.values(
                data=JSONObject(
                    pk="pk", number="number", by=full_name("statement_by"), at="submitted_at"
                )
            )
        ),
        files=ArraySubquery(
            files.values(
                data=JSONObject(uid="uid", name=Coalesce(_filled("title"), "name"), size="size")
            )
        ),
        named=ArraySubquery(
            named.values(data=JSONObject(person=full_name("user"), party="party", reason="reason"))
        ),
        newest_review=Subquery(
            Review.objects.filter(use_case=case)
            .order_by("-number")
            .values(data=JSONObject(**review))[:1]
        ),
        capability_names=ArraySubquery(
            Capability.objects.values(data=JSONObject(slug="slug", name="name"))
        ),
    )


def _filled(field: str) -> NullIf:
    """The text, or nothing where it is empty."""
    return NullIf(field, Value(""))


def full_name(person: str) -> Coalesce:
    """As ``str`` of the person that a field names."""
    return Coalesce(_filled(f"{person}__full_name"), f"{person}__username")


def contents(use_case: UseCase, *, is_decided: bool) -> Contents:
    """Three queries at most, whatever the number of rows. ``use_case`` comes from ``for_page``.

    ``is_decided``: a lead recorded a decision; else nobody is asked for any.
    """
    facts: Any = use_case
    intended_uses = list(use_case.intended_uses.filter(dropped_at__isnull=True))
    in_force = _in_force(intended_uses) if is_decided else {}
    return Contents(
        scenarios=[Scenario(use, in_force.get(use.pk)) for use in intended_uses],
        submissions=[
            Filed(one["pk"], one["number"], one["by"], datetime.fromisoformat(one["at"]))
            for one in facts.filed
        ],
        conditions=list(
            Condition.objects.filter(decision__in=in_force.values()).select_related(
                "owner", "verifier"
            )
        )
        if in_force
        else [],
        open_questions=facts.open_questions,
        evidence=[File(**one) for one in facts.files],
        brought_in=[
            BroughtIn(one["person"], Party(one["party"]), one["reason"]) for one in facts.named
        ],
        imported=getattr(use_case, "imported_row", None),
        gate=_gate_lines(use_case),
    )


def _in_force(intended_uses: list[IntendedUse]) -> dict[int, Decision]:
    rows = Decision.objects.in_force().filter(intended_use__in=intended_uses)
    return {
        row.intended_use_id: row
        for row in rows.select_related("decision_round__decided_by", "stale")
    }


@dataclass(frozen=True, slots=True)
class Team:
    """Who reviews the case now. ``names`` are those who still have to sign off, as far as the
    reader may know: of the two of a sensitive round, each reads the own name alone.

    ``names_reviewers``: the reader belongs to the office and is not blind to the other reviewer.
    """

    review_uid: str
    needed: int
    assigned: int
    names: tuple[str, ...]
    names_reviewers: bool


def team_of(use_case: UseCase, *, reader: User, office: bool) -> Team:
    """The newest round's reviewers. ``office``: the reader may know names. One query.

    ``use_case`` comes from ``for_page``.
    """
    facts: Any = use_case
    newest = facts.newest_review
    if newest is None:
        return Team("", 1, 0, (), office)
    review = Review(pk=newest["key"], uid=newest["uid"], is_sensitive=newest["is_sensitive"])
    assignments = list(
        ReviewAssignment.objects.filter(review=review, recused_at__isnull=True).select_related(
            "reviewer"
        )
    )
    waiting = [row for row in assignments if row.signed_off_at is None]
    blind = (
        newest["closed_at"] is None
        and bool(waiting)
        and any(row.reviewer_id == reader.pk for row in assignments)
    )
    return Team(
        str(review.uid),
        review.reviewers_needed,
        len(assignments),
        tuple(
            str(row.reviewer) for row in waiting if office and (not blind or row.reviewer == reader)
        ),
        names_reviewers=office and not blind,
    )


def answers_with_people(submission: Submission) -> dict[str, dict[str, object]]:
    """See ``Submission.answers_with_people``."""
    return submission.answers_with_people()


def with_names(
    answers: Mapping[str, Mapping[str, object]], names: Mapping[tuple[str, str], str]
) -> dict[str, dict[str, object]]:
    """Frozen answers with the texts of ``names``, by page and field, put back.

    An erased name leaves its hash out: the answer reads as erased.
    """
    return {
        page: {field: names.get((page, field), value) for field, value in given.items()}
        for page, given in answers.items()
    }


@dataclass(frozen=True, slots=True)
class GateLine:
    """What the gate last said about one capability."""

    name: str
    answer: str


def _gate_lines(use_case: UseCase) -> list[GateLine]:
    facts: Any = use_case
    imported = getattr(use_case, "imported_row", None)
    results = (imported.gate if imported else []) if facts.last_gate is None else facts.last_gate
    if not results:
        return []
    names = {one["slug"]: one["name"] for one in facts.capability_names}
    return [
        GateLine(names.get(one["capability"], one["capability"]), one["answer"])
        for one in (results["results"] if isinstance(results, dict) else results)
    ]

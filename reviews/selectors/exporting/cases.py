"""Exports of use cases, reviews and conditions."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from reviews.domain.exporting import Kind
from reviews.models import (
    Capability,
    CoAuthor,
    Condition,
    Membership,
    Question,
    Review,
    ReviewAssignment,
    UseCase,
)
from reviews.permissions.reviewing import can_open_workbench
from reviews.selectors import awaiting, conditions, workbench
from reviews.selectors.condition_filters import ConditionFilter
from reviews.selectors.exporting.resources import Column, Reader, Resource, TextArray
from reviews.selectors.review_filters import ReviewFilter
from reviews.selectors.use_case_filters import UseCaseFilter


def name_of(path: str) -> Any:
    """A person's name as pages show it, never an address."""
    return Coalesce(
        Case(When(**{f"{path}__full_name": ""}, then=None), default=F(f"{path}__full_name")),
        F(f"{path}__username"),
    )


def capabilities_of(path: str) -> ArraySubquery:
    rows = Capability.objects.filter(use_cases=OuterRef(path)).order_by("slug")
    return ArraySubquery(rows.values("slug"))


def on_requesters_side(reader: Reader, *, team: str, case: str) -> Q:
    """The reader is on the team of the row's use case, or a co-author of it."""
    return Q(Exists(Membership.objects.filter(user=reader.user, team=OuterRef(team)))) | Q(
        Exists(CoAuthor.objects.filter(user=reader.user, use_case=OuterRef(case)))
    )


def _use_cases(reader: Reader) -> QuerySet[UseCase]:
    return UseCase.objects.visible_to(reader.user)


USE_CASES = Resource(
    "use-cases",
    _("Use cases"),
    "One use case that the reader may see.",
    _use_cases,
    UseCaseFilter,
    (
        Column("reference", Kind.CODE, "Its number for people, such as RAI-2023-000042."),
        Column("title", Kind.TEXT, "What the team calls it."),
        Column("team", Kind.TEXT, "The team that it belongs to.", "team__name"),
        Column(
            "customer",
            Kind.TEXT,
            "The customer that it is for; empty: none is named.",
            "customer__name",
        ),
        Column(
            "capabilities",
            Kind.CODES,
            "Slugs of the capabilities that it asks for, by the alphabet.",
            capabilities_of("pk"),
        ),
        Column("state", Kind.CODE, "Where it stands in its life: draft, in_review, approved …"),
        Column("state_since", Kind.MOMENT, "When it came into this state."),
        Column("origin", Kind.CODE, "filed: written here; imported: from an inventory."),
        Column("lifecycle_stage", Kind.CODE, "The declared stage of the system; may be empty."),
        Column("is_sensitive", Kind.YES_NO, "The last submission set a sensitive-use review."),
        Column(
            "escalations",
            Kind.CODES,
            "Codes of the rules that set it, such as ESC-…",
            TextArray(F("escalations")),
        ),
        Column(
            "gate_answer",
            Kind.CODE,
            "The strictest answer of the gate when it was asked last; empty: never asked.",
        ),
        Column("created_by", Kind.TEXT, "Name of the person who began it.", name_of("created_by")),
        Column("created_at", Kind.MOMENT, "When it was begun or imported."),
        Column("updated_at", Kind.MOMENT, "Last change of the answers or the state."),
        Column("submitted_on", Kind.DAY, "Day of the last submission; empty: never filed."),
        Column("decided_on", Kind.DAY, "Day of the last decision; empty: not decided."),
        Column("rereview_on", Kind.DAY, "Day of the next regular review; empty: none is due."),
    ),
)


def _rounds(reader: Reader) -> QuerySet[Review]:
    return workbench.open_rounds(reader.user).select_related(None)


_ACTIVE = ReviewAssignment.objects.filter(review=OuterRef("pk"), recused_at__isnull=True)


def _counted(rows: QuerySet[Any], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(found=Count("pk")).values("found")
    return Coalesce(Subquery(counted), 0)


def _reviewers(reader: Reader) -> Case:
    """Names of the reviewers; the requester's side does not learn them before the decision, and a
    reviewer not the other's before both have signed off.
    """
    names = _ACTIVE.order_by("assigned_at", "pk").values(found=name_of("reviewer"))
    hidden = on_requesters_side(reader, team="use_case__team", case="use_case")
    blind = awaiting.is_blind_to_the_other(reader.user)
    own = ArraySubquery(names.filter(reviewer=reader.user))
    return Case(When(hidden, then=None), When(blind, then=own), default=ArraySubquery(names))


REVIEWS = Resource(
    "reviews",
    _("Reviews"),
    "One open round of review of a use case that the reader may see. Verdicts and"
    " recommendations are in no export.",
    _rounds,
    ReviewFilter,
    (
        Column("reference", Kind.CODE, "Number of the use case.", "use_case__reference"),
        Column("title", Kind.TEXT, "Title of the use case.", "use_case__title"),
        Column("team", Kind.TEXT, "The team that it belongs to.", "use_case__team__name"),
        Column(
            "capabilities",
            Kind.CODES,
            "Slugs of the capabilities that it asks for.",
            capabilities_of("use_case"),
        ),
        Column("state", Kind.CODE, "State of the use case.", "use_case__state"),
        Column("state_since", Kind.MOMENT, "When it came into it.", "use_case__state_since"),
        Column("round", Kind.WHOLE, "Number of the round of review, from 1.", "number"),
        Column("kind", Kind.CODE, "full, delta, appeal or rereview."),
        Column("submission", Kind.WHOLE, "Number of the submission.", "submission__number"),
        Column("is_sensitive", Kind.YES_NO, "It needs two reviewers and a countersignature."),
        Column("opened_at", Kind.MOMENT, "When the round was opened."),
        Column(
            "reviewers",
            Kind.TEXTS,
            "Names of the assigned reviewers; empty for the team and its co-authors. A reviewer"
            " reads the other's once both have signed off.",
            _reviewers,
        ),
        Column(
            "signed_off",
            Kind.WHOLE,
            "How many of them have signed off; not what they found.",
            _counted(_ACTIVE.filter(signed_off_at__isnull=False), "review"),
        ),
        Column(
            "open_questions",
            Kind.WHOLE,
            "Questions that the team has not answered.",
            _counted(
                Question.objects.filter(
                    review=OuterRef("pk"), answered_at__isnull=True, withdrawn_at__isnull=True
                ),
                "review",
            ),
        ),
    ),
    may=can_open_workbench,
)

_CASE = "decision__decision_round__use_case"


def _conditions(reader: Reader) -> QuerySet[Condition]:
    seen = conditions.named_in(reader.user).order_by().values("pk")
    return conditions.in_force().filter(pk__in=seen)


def _is_overdue(reader: Reader) -> Case:
    late = Q(due_on__lt=reader.today, state__in=[one.value for one in conditions.PENDING])
    return Case(When(late, then=Value(True)), default=Value(False))


CONDITIONS = Resource(
    "conditions",
    _("Conditions"),
    "One condition of a decision in force, of a use case that the reader may see or that names the"
    " reader.",
    _conditions,
    ConditionFilter,
    (
        Column("reference", Kind.CODE, "Number of the use case.", f"{_CASE}__reference"),
        Column("title", Kind.TEXT, "Title of the use case.", f"{_CASE}__title"),
        Column("scenario", Kind.TEXT, "The scenario decided on.", "decision__intended_use__name"),
        Column("outcome", Kind.CODE, "What was decided on it.", "decision__outcome"),
        Column("condition", Kind.TEXT, "What was promised.", "text"),
        Column("proof_wanted", Kind.TEXT, "What would show that it is met."),
        Column("owner", Kind.TEXT, "Who keeps it.", name_of("owner")),
        Column("verifier", Kind.TEXT, "Who confirms that it is kept.", name_of("verifier")),
        Column("due_on", Kind.DAY, "The last day for it (inclusive)."),
        Column("is_overdue", Kind.YES_NO, "That day has passed and it waits still.", _is_overdue),
        Column("state", Kind.CODE, "open, proof_given, met …"),
        Column("proof_at", Kind.MOMENT, "When proof was given; empty: not yet."),
        Column("verified_at", Kind.MOMENT, "When somebody confirmed or reopened it."),
        Column("uid", Kind.CODE, "Its key in addresses and in the API."),
    ),
)

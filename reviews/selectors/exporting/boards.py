"""Exports of the rows behind the boards' numbers."""

from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext_lazy as _

from reviews.domain.exporting import Kind
from reviews.models import UseCase
from reviews.permissions.reviewers import can_see_board
from reviews.selectors.boards import row_filters as filters
from reviews.selectors.exporting.cases import name_of
from reviews.selectors.exporting.resources import Column, Reader, Resource, TextArray

_CASE_OF_VERDICT = "item__review__use_case"
_CASE_OF_CONDITION = "decision__decision_round__use_case"


def _case_columns(path: str) -> tuple[Column, ...]:
    return (
        Column("reference", Kind.CODE, "Number of the use case.", f"{path}__reference"),
        Column("title", Kind.TEXT, "Title of the use case.", f"{path}__title"),
        Column("team", Kind.TEXT, "The team that it belongs to.", f"{path}__team__name"),
    )


def _of_case(field: str) -> Subquery:
    """The record names its case by key, not by a relation."""
    return Subquery(UseCase.objects.filter(pk=OuterRef("use_case_id")).values(field))


def _rows(kind: Any) -> Any:
    def read(reader: Reader) -> Any:
        return kind(reader.user)

    return read


FILINGS = Resource(
    "filings",
    _("Use cases filed"),
    "The first submission of a use case that the reader may see.",
    _rows(filters.filings),
    filters.FilingFilter,
    (
        *_case_columns("use_case"),
        Column("filed_on", Kind.DAY, "Day of the first submission.", "submitted_on"),
        Column("state", Kind.CODE, "Where the use case stands now.", "use_case__state"),
    ),
)
DECISIONS = Resource(
    "decisions",
    _("Decisions"),
    "A decision that took effect, superseded since or not, of a use case that the reader may see.",
    _rows(filters.decisions),
    filters.DecisionFilter,
    (
        *_case_columns("use_case"),
        Column("number", Kind.WHOLE, "Which decision of the use case it is."),
        Column("opened_on", Kind.DAY, "When its review was opened.", "review__opened_on"),
        Column("effect_on", Kind.DAY, "When it took effect; a countersigned one: the signature."),
        Column(
            "working_days",
            Kind.WHOLE,
            "Mondays to Fridays between the two; holidays are not taken off.",
            "took",
        ),
        Column("decided_by", Kind.TEXT, "The deciding lead.", name_of("decided_by")),
    ),
)
REFUSALS = Resource(
    "refusals",
    _("Refusals at the gate"),
    "A filing that the gate refused, of a use case that the reader may see.",
    _rows(filters.refusals),
    filters.RefusalFilter,
    (
        Column("reference", Kind.CODE, "Number of the use case.", _of_case("reference")),
        Column("title", Kind.TEXT, "Title of the use case.", _of_case("title")),
        Column("team", Kind.TEXT, "The team that it belongs to.", _of_case("team__name")),
        Column("refused_on", Kind.DAY, "When it was refused.", "business_on"),
        Column(
            "rules",
            Kind.CODES,
            "Rules of the gate that the refusal rests on.",
            TextArray(KeyTransform("rules", "data")),
        ),
    ),
)
VERDICTS = Resource(
    "verdicts",
    _("Verdicts"),
    "A reviewer's verdict on one requirement, of a review whose decision took effect.",
    _rows(filters.verdicts),
    filters.VerdictFilter,
    (
        *_case_columns(_CASE_OF_VERDICT),
        Column("requirement", Kind.CODE, "Code of it.", "item__requirement__code"),
        Column("goal", Kind.CODE, "Code of its goal.", "item__requirement__goal__code"),
        Column("verdict", Kind.CODE, "met, partly_met, not_met, not_applicable.", "value"),
        Column("reviewer", Kind.TEXT, "Who judged.", name_of("assignment__reviewer")),
        Column("effect_on", Kind.DAY, "When the decision took effect."),
    ),
    may=can_see_board,
)
PENDING_CONDITIONS = Resource(
    "pending-conditions",
    _("Conditions that are not met yet"),
    "A condition in force that is not met, of a use case that the reader may see.",
    _rows(filters.pending_conditions),
    filters.ConditionFilter,
    (
        *_case_columns(_CASE_OF_CONDITION),
        Column("condition", Kind.TEXT, "What was promised.", "text"),
        Column("owner", Kind.TEXT, "Who keeps it.", name_of("owner")),
        Column("due_on", Kind.DAY, "The last day for it (inclusive)."),
        Column("state", Kind.CODE, "open or proof_given."),
    ),
)

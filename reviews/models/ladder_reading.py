"""The ladders of the database as rules of ``domain.ladders``. Reads only, one query."""

from collections.abc import Mapping

from reviews.domain.enums import Audience, StepAnchor, SubjectKind
from reviews.domain.ladders import StepRule
from reviews.models.deadline import LadderStep


def rules() -> Mapping[SubjectKind, tuple[StepRule, ...]]:
    """The active steps of each kind, with the row's id as ``key``. A kind may have none."""
    found: dict[SubjectKind, list[StepRule]] = {kind: [] for kind in SubjectKind}
    for step in LadderStep.objects.filter(is_active=True).select_related("ladder"):
        found[SubjectKind(step.ladder.subject_kind)].append(rule_of(step))
    return {kind: tuple(steps) for kind, steps in found.items()}


def rule_of(step: LadderStep) -> StepRule:
    return StepRule(
        code=step.code,
        offset_days=step.offset_days,
        audiences=tuple(Audience(one) for one in step.audiences),
        anchor=StepAnchor(step.anchor),
        is_manual=step.is_manual,
        key=step.pk,
        ask=step.ask,
    )

"""Pure filters from stored strings to enum members, which know their label and tone."""

from collections.abc import Mapping

from django import template

from reviews.domain.enums import Outcome, State, VerdictValue
from reviews.domain.gate.answers import Answer

register = template.Library()


@register.filter
def as_state(value: str) -> State:
    return State(value)


@register.filter
def as_outcome(value: str) -> Outcome:
    return Outcome(value)


@register.filter
def as_verdict(value: str) -> VerdictValue:
    return VerdictValue(value)


@register.filter
def as_answer(value: str) -> Answer:
    return Answer(value)


@register.filter
def of(mapping: Mapping[str, object], key: str) -> object:
    """What a mapping holds under ``key``, or nothing."""
    return mapping.get(key)

"""What may be stored for one page: known fields, known shapes, no control characters."""

import re
from collections.abc import Collection, Mapping
from datetime import date

from reviews.domain.errors import BadInput
from reviews.domain.intake.form import blank
from reviews.domain.intake.questions import Kind, Question, Value
from reviews.domain.intake.regions import REGIONS
from reviews.domain.texts import gettext_noop, translate

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def clean_page(
    page_key: str,
    given: Mapping[str, object],
    *,
    known: Mapping[Kind, Collection[str]],
) -> dict[str, Value]:
    """The answers of one page in the shape they are stored in; what is empty is left out.

    ``known`` holds the values that catalogue and register allow, by kind. Raises ``BadInput``
    naming the question for a value that is none of the choices or too long, and for a field that
    the page does not have.
    """
    page = blank(page_key)
    if page is None:
        raise BadInput(gettext_noop("The form has no page “%(page_key)s”."), page_key=page_key)
    strangers = set(given) - {question.id for question in page.questions}
    if strangers:
        raise BadInput(gettext_noop("This page has no field “%(min)s”."), min=min(strangers))
    cleaned = {
        question.id: _clean(question, given.get(question.id), known) for question in page.questions
    }
    return {field: value for field, value in cleaned.items() if value}


def _clean(question: Question, value: object, known: Mapping[Kind, Collection[str]]) -> Value:
    if question.kind is Kind.CAPABILITIES:
        return _chosen(question, value, known)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadInput(
            gettext_noop("“%(question_label)s” takes one answer."),
            question_label=translate(question.label),
        )
    text = _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if question.kind.is_typed:
        return _typed(question, text)
    return _one(question, text, known) if text else ""


def _typed(question: Question, text: str) -> str:
    if question.kind is Kind.LINE:
        text = " ".join(text.split())
    if len(text) > question.limit:
        raise BadInput(
            gettext_noop(
                "“%(question_label)s” is %(text)s characters long; it may have %(limit)s."
            ),
            question_label=translate(question.label),
            text=len(text),
            limit=question.limit,
        )
    return text


def _one(question: Question, text: str, known: Mapping[Kind, Collection[str]]) -> str:
    if question.kind is Kind.DATE:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise BadInput(
                gettext_noop("“%(question_label)s”: write a day such as 2023-06-30."),
                question_label=translate(question.label),
            ) from None
    if text not in _allowed(question, known):
        raise BadInput(
            gettext_noop("“%(question_label)s”: choose one of the answers shown."),
            question_label=translate(question.label),
        )
    return text


def _chosen(question: Question, value: object, known: Mapping[Kind, Collection[str]]) -> list[str]:
    if value is None or value == "":
        return []
    if not isinstance(value, list | tuple):
        raise BadInput(
            gettext_noop("“%(question_label)s” takes a list."),
            question_label=translate(question.label),
        )
    chosen = list(dict.fromkeys(str(one) for one in value))
    unknown = [one for one in chosen if one not in _allowed(question, known)]
    if unknown:
        raise BadInput(
            gettext_noop("“%(question_label)s”: “%(unknown)s” is none of the choices."),
            question_label=translate(question.label),
            unknown=unknown[0],
        )
    if len(chosen) > 1 and "none" in chosen:
        raise BadInput(
            gettext_noop(
                "“%(question_label)s”: choose capabilities, or “None of these”, not both."
            ),
            question_label=translate(question.label),
        )
    return chosen


def _allowed(question: Question, known: Mapping[Kind, Collection[str]]) -> Collection[str]:
    if question.kind is Kind.REGION:
        return REGIONS.keys()
    if question.kind in known:
        return known[question.kind]
    return {option.value for option in question.choices}

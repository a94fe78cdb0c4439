"""What was answered to the vetting form, what is wrong with it, and how it reads."""

import re
from collections.abc import Collection, Mapping
from datetime import date

from reviews.domain.gate.messages import day_in_words
from reviews.domain.intake.questions import YES_NO
from reviews.domain.texts import gettext_noop as _
from reviews.domain.texts import translate
from reviews.domain.vetting_fields import COUNTRIES, FIELDS, Answers, Field, Kind

_MAIL = re.compile(r"[^@\s]+@(?P<domain>[^@\s]+\.[^@\s.]+)")


def asked(answers: Answers) -> list[Field]:
    """The fields that apply to these answers, in order."""
    return [field for field in FIELDS if not field.only_if or answers.get(field.only_if) == "yes"]


def clean(answers: Answers) -> dict[str, object]:
    """Only known fields that apply and have an answer, with trimmed words and ISO days."""
    cleaned: dict[str, object] = {}
    for field in asked(answers):
        value = answers.get(field.id)
        if isinstance(value, date):
            value = value.isoformat()
        if isinstance(value, str):
            value = value.strip()
        elif field.kind is Kind.OPERATIONS and isinstance(value, Collection):
            value = sorted({str(code) for code in value})
        if value:
            cleaned[field.id] = value
    return cleaned


def problems(
    answers: Answers, *, operations: Collection[str], personal_mail: Collection[str], on: date
) -> dict[str, str]:
    """Field id → what is wrong with it, in words; empty where the form is complete.

    ``operations``: codes that may be wanted for this capability. ``personal_mail``: domains of
    providers of personal mail. Takes what ``clean`` gave.
    """
    found = {}
    for field in asked(answers):
        value = answers.get(field.id)
        if not value:
            if field.required and (field.kind is not Kind.OPERATIONS or operations):
                found[field.id] = _missing(field)
        elif words := _wrong(field, value, operations, personal_mail, on):
            found[field.id] = words
    return found


def _missing(field: Field) -> str:
    if field.kind in {Kind.YES_NO, Kind.CHOICE, Kind.COUNTRY}:
        return translate(_("Choose an answer to “%(label)s”")) % {"label": translate(field.label)}
    if field.kind is Kind.OPERATIONS:
        return translate(_("Choose at least one operation."))
    return translate(_("Write an answer to “%(label)s”")) % {"label": translate(field.label)}


def _wrong(
    field: Field,
    value: object,
    operations: Collection[str],
    personal_mail: Collection[str],
    on: date,
) -> str:
    if field.kind is Kind.OPERATIONS:
        known = isinstance(value, list) and set(value) <= set(operations)
        words = _("One of these operations does not belong to the capability.")
        return "" if known else translate(words)
    if not isinstance(value, str):
        words = translate(_("“%(label)s” has an answer that cannot be read."))
        return words % {"label": translate(field.label)}
    if len(value) > field.kind.limit:
        words = translate(_("This is too long: %(limit)d characters at most."))
        return words % {"limit": field.kind.limit}
    if field.kind is Kind.MAIL:
        return mail_problem(value, personal_mail)
    if field.kind is Kind.DAY:
        return _day_problem(value, on)
    allowed = _allowed(field)
    if allowed is None or value in allowed:
        return ""
    return translate(_("This is none of the answers offered."))


def mail_problem(address: str, personal_mail: Collection[str]) -> str:
    """Why this is no business address; empty if it is one. Subdomains count with their domain."""
    match = _MAIL.fullmatch(address)
    if match is None:
        return translate(_("Write a mail address, such as name@organisation.example."))
    labels = match["domain"].lower().rstrip(".").split(".")
    endings = {".".join(labels[start:]) for start in range(len(labels) - 1)}
    if endings & set(personal_mail):
        return translate(
            _(
                "This is a personal mail address. Write one at the organisation's own domain:"
                " applications from personal addresses are refused."
            )
        )
    return ""


def _day_problem(value: str, on: date) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return translate(_("Write a day, such as 2023-05-17."))
    words = _("This day lies in the future. The terms are accepted before filing.")
    return translate(words) if day > on else ""


def _allowed(field: Field) -> Collection[str] | None:
    if field.kind is Kind.YES_NO:
        return {option.value for option in YES_NO}
    if field.kind is Kind.CHOICE:
        return {option.value for option in field.options}
    return COUNTRIES if field.kind is Kind.COUNTRY else None


def as_rows(
    answers: Answers, operations: Mapping[str, str]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """What was answered, readable: heading → (label, words). ``operations``: code to name."""
    rows: dict[str, list[tuple[str, str]]] = {}
    for field in asked(answers):
        rows.setdefault(translate(field.group.value), []).append(
            (translate(field.label), in_words(field, answers.get(field.id), operations))
        )
    return list(rows.items())


def in_words(field: Field, value: object, operations: Mapping[str, str]) -> str:
    """One answer in words; empty where there is none."""
    if field.kind is Kind.OPERATIONS:
        codes = value if isinstance(value, list) else []
        return ", ".join(operations.get(code, code) for code in codes)
    text = str(value or "")
    if field.kind is Kind.DAY and text:
        return day_in_words(date.fromisoformat(text))
    if field.kind is Kind.COUNTRY:
        return COUNTRIES.get(text, text)
    options = YES_NO if field.kind is Kind.YES_NO else field.options
    return next((translate(option.label) for option in options if option.value == text), text)

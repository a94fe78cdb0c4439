"""The answers under review, as the desk shows them: readable, and linked with the items."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reviews.domain import checklist_basis as basis
from reviews.domain.intake import Answers, as_rows

MOST_LINKS = 5
"""Links to single answers that an item shows; beyond that one link for each page."""


@dataclass(frozen=True, slots=True)
class ItemLink:
    """A way from an answer to an item that rests on it."""

    code: str
    anchor: str


@dataclass(frozen=True, slots=True)
class AnswerLink:
    """A way from an item to an answer, or to a page of answers."""

    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One question with its answer in words; an empty ``value``: not answered."""

    anchor: str
    label: str
    value: str
    items: tuple[ItemLink, ...]


@dataclass(frozen=True, slots=True)
class AnswerSection:
    """One page of the form."""

    anchor: str
    title: str
    rows: tuple[AnswerRow, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """The answers, and for each item (by code) its ways to them; ``of_goal`` as in ``Basis``.

    ``anchors``: every answer behind an item, whether or not it has a way of its own.
    """

    sections: tuple[AnswerSection, ...]
    links: Mapping[str, tuple[AnswerLink, ...]]
    of_goal: frozenset[str]
    anchors: Mapping[str, tuple[str, ...]]


def answer_anchor(page: str, field: str = "") -> str:
    return "-".join(["answer", page.replace(":", "-"), *([field] if field else [])])


def item_anchor(code: str) -> str:
    return f"item-{code.replace('.', '-')}"


def linked(answers: Answers, items: Iterable[tuple[str, tuple[str, ...]]]) -> Linked:
    """``items``: code of each with, for a probe, the codes that it informs. No query."""
    questions = basis.served(answers)
    behind = {code: basis.basis_of(code, informs, questions) for code, informs in items}
    resting: dict[basis.Field, list[ItemLink]] = {}
    for code, found in behind.items():
        if found.of_goal:
            continue
        for field in found.fields:
            resting.setdefault(field, []).append(ItemLink(code, item_anchor(code)))
    read = as_rows(answers)
    labels = {(section.key, row.field): row.label for section in read for row in section.rows}
    titles = {section.key: section.title for section in read}
    sections = tuple(
        AnswerSection(
            answer_anchor(section.key),
            section.title,
            tuple(
                AnswerRow(
                    answer_anchor(section.key, row.field),
                    row.label,
                    row.value,
                    tuple(resting.get((section.key, row.field), ())),
                )
                for row in section.rows
            ),
        )
        for section in read
    )
    return Linked(
        sections,
        {code: _links(found.fields, labels, titles) for code, found in behind.items()},
        frozenset(code for code, found in behind.items() if found.of_goal),
        {
            code: tuple(answer_anchor(*field) for field in found.fields)
            for code, found in behind.items()
        },
    )


def _links(
    fields: tuple[basis.Field, ...], labels: Mapping[basis.Field, str], titles: Mapping[str, str]
) -> tuple[AnswerLink, ...]:
    if len(fields) <= MOST_LINKS:
        return tuple(AnswerLink(labels[field], answer_anchor(*field)) for field in fields)
    pages = dict.fromkeys(page for page, _ in fields)
    return tuple(AnswerLink(titles[page], answer_anchor(page)) for page in pages)

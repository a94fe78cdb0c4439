"""Which answers of the form an item rests on, and whether they changed since. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reviews.domain.checklist import goal_of
from reviews.domain.intake import Answers, pages

Field = tuple[str, str]
"""Page key and field id."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The answers behind an item, in reading order.

    ``of_goal``: no answer serves the item itself, so it rests on all that serve its goal.
    """

    fields: tuple[Field, ...]
    of_goal: bool


def served(answers: Answers) -> dict[Field, tuple[str, ...]]:
    """Every question that applies to these answers, with the codes that it serves.

    A critics' question of the form serves the probe of the same code, too.
    """
    return {
        (page.key, question.id): (*question.serves, question.id)
        for page in pages(answers)
        for question in page.questions
    }


def basis_of(code: str, informs: Sequence[str], questions: Mapping[Field, Sequence[str]]) -> Basis:
    """What an item rests on. ``informs``: of a probe what it informs, of a requirement empty."""
    wanted = {code, *informs}
    direct = tuple(
        field for field, codes in questions.items() if any(_meets(one, wanted) for one in codes)
    )
    if direct:
        return Basis(direct, of_goal=False)
    goals = {goal_of(one) for one in wanted}
    wider = tuple(
        field for field, codes in questions.items() if goals & {goal_of(one) for one in codes}
    )
    return Basis(wider, of_goal=True)


def changed(old: Answers, new: Answers) -> frozenset[Field]:
    """Answers that differ, on whichever side they stand; texts of people must be put back before.

    The derived catalogue page is left out: nobody answered it.
    """
    asked = {*served(old), *served(new)}
    return frozenset(
        (page, field)
        for page, field in asked
        if (old.get(page, {}).get(field) or None) != (new.get(page, {}).get(field) or None)
    )


def rests_on_changed(
    code: str,
    informs: Sequence[str],
    differing: Iterable[Field],
    *,
    before: Mapping[Field, Sequence[str]],
    after: Mapping[Field, Sequence[str]],
) -> tuple[Field, ...]:
    """Those changed answers that the item rests on, by the questions of either side."""
    behind = {
        *basis_of(code, informs, before).fields,
        *basis_of(code, informs, after).fields,
    }
    return tuple(sorted(behind & set(differing)))


def touched(
    items: Iterable[tuple[str, Sequence[str]]], old: Answers, new: Answers
) -> dict[str, tuple[Field, ...]]:
    """By code of each item the changed answers that it rests on; none: nothing under it moved.

    ``items``: code of each with, for a probe, the codes that it informs.
    """
    differing = changed(old, new)
    before, after = served(old), served(new)
    return {
        code: rests_on_changed(code, informs, differing, before=before, after=after)
        for code, informs in items
    }


def _meets(served_code: str, wanted: set[str]) -> bool:
    """A question that serves a whole goal serves each of its items, and the other way round."""
    return served_code in wanted or any(
        goal_of(one) == served_code or (one == goal_of(served_code)) for one in wanted
    )

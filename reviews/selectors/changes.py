"""What changed since a person last looked: events of the record, and answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from reviews.domain import intake
from reviews.domain.changes import Piece, pieces
from reviews.domain.intake import Answers
from reviews.models import Submission, UseCase
from reviews.selectors.answers import answer_anchor
from reviews.selectors.use_cases import answers_with_people


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """One answer that reads otherwise. An empty side had no answer there.

    ``anchor`` is that of ``selectors.answers``: the place of the answer on the desk.
    """

    page: str
    page_title: str
    field: str
    label: str
    old: str
    new: str
    pieces: tuple[Piece, ...]
    is_material: bool
    anchor: str


def answers_changed(old: Answers, new: Answers) -> list[AnswerChange]:
    """In the order of the form, word by word. No query."""
    return [
        AnswerChange(
            one.page,
            one.page_title,
            one.field,
            one.label,
            one.old,
            one.new,
            pieces(one.old, one.new),
            one.is_material,
            answer_anchor(one.page, one.field),
        )
        for one in intake.compare(old, new)
    ]


def answers_changed_since(
    use_case: UseCase, submission: Submission | None, *, until: Submission | None = None
) -> list[AnswerChange]:
    """Answers that differ between ``submission`` (the one last seen) and ``until``, else the
    newest. Empty without a submission seen, or where it is the newest.

    At most three queries: the newest, and the texts of people of either side.
    """
    if submission is None:
        return []
    newest = until or use_case.submissions.prefetch_related("people").order_by("number").last()
    if newest is None or newest.number <= submission.number:
        return []
    return answers_changed(answers_with_people(submission), answers_with_people(newest))


def by_anchor(changes: list[AnswerChange]) -> Mapping[str, AnswerChange]:
    """To look up beside each answer."""
    return {one.anchor: one for one in changes}

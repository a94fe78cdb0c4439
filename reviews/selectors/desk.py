"""A reviewer's desk. What is blind stays out of the data, not only off the page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from reviews.domain import checklist
from reviews.domain.checklist import Demand
from reviews.domain.intake import Applicability, goal_applicability, lifecycle_stage, question
from reviews.domain.texts import translate
from reviews.models import (
    ChecklistItem,
    Comment,
    Evidence,
    Goal,
    Review,
    ReviewAssignment,
    User,
    Verdict,
)
from reviews.permissions import reviewing as rules
from reviews.permissions.conversations import can_read_talk, can_talk
from reviews.permissions.involvement import Part, involvement_of
from reviews.permissions.rulings import Ruling
from reviews.selectors.answers import AnswerLink, AnswerSection, answer_anchor, linked
from reviews.selectors.carry_over import offers
from reviews.selectors.changes import AnswerChange, by_anchor
from reviews.selectors.conversations import NO_TALK, Talk, Talks, talks
from reviews.selectors.desk_backdrop import (
    RestingGoal,
    backdrop_of,
    changes_in,
    checklist_items,
    with_files,
)
from reviews.selectors.desk_items import Asked, ItemView, Material, views
from reviews.selectors.earlier import Earlier, earlier_round
from reviews.selectors.round_questions import questions_for
from reviews.selectors.together import Rows, together


@dataclass(frozen=True, slots=True)
class Group:
    """A goal with its items, or the critics' questions (then ``goal`` is ``None``)."""

    goal: Goal | None
    items: tuple[ItemView, ...]

    @property
    def code(self) -> str:
        return self.goal.code if self.goal else "critics"

    @property
    def due(self) -> tuple[ItemView, ...]:
        return tuple(item for item in self.items if item.required)

    @property
    def later(self) -> tuple[ItemView, ...]:
        return tuple(item for item in self.items if not item.required)

    @property
    def answered(self) -> int:
        return sum(1 for item in self.due if item.value)


@dataclass(frozen=True, slots=True)
class Resting:
    """A goal that does not apply, with the requester's reason and the ways to the answers."""

    goal: RestingGoal
    reason: str
    links: tuple[AnswerLink, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """One round as one person may see it. The rulings say what this person may do, or why not.

    ``changes``: answers that differ from those of the round before, by anchor.
    """

    review: Review
    mine: ReviewAssignment | None
    seats: tuple[ReviewAssignment, ...]
    sees_all: bool
    demand: Demand
    groups: tuple[Group, ...]
    resting: tuple[Resting, ...]
    sections: tuple[AnswerSection, ...]
    evidence: tuple[Evidence, ...]
    general_questions: tuple[Asked, ...]
    talks: Talks
    changes: Mapping[str, AnswerChange]
    earlier: Earlier | None
    was_returned: bool
    may_judge: Ruling
    may_sign_off: Ruling
    may_ask: Ruling
    may_assign: Ruling
    may_talk: Ruling

    @property
    def items(self) -> list[ItemView]:
        return [item for group in self.groups for item in group.items]

    @property
    def due(self) -> list[ItemView]:
        return [item for item in self.items if item.required]

    @property
    def answered(self) -> int:
        return sum(1 for item in self.due if item.value)

    @property
    def open(self) -> list[ItemView]:
        """Required items without this reviewer's verdict, in reading order."""
        return [item for item in self.due if not item.value]

    @property
    def is_writing(self) -> bool:
        """Whether the reader works on verdicts here: assigned, not signed off, not too late."""
        return bool(self.mine and self.mine.signed_off_at is None and self.may_judge)

    @property
    def carried(self) -> list[ItemView]:
        """Items whose earlier verdict waits to be taken over."""
        return [
            item
            for item in self.items
            if item.mine is None and item.offer and item.offer.fills_in and item.offer.value
        ]

    @property
    def case_talks(self) -> tuple[Talk, ...]:
        """Threads about the whole case."""
        return self.talks.of(None)

    @property
    def case_draft(self) -> Comment | None:
        return self.talks.drafts.get(None)

    @property
    def may_reconcile(self) -> bool:
        """Whether there is something to compare, and the reader may: two have signed off."""
        signed = [seat for seat in self.active if seat.signed_off_at is not None]
        return self.sees_all and self.review.is_sensitive and len(signed) > 1

    def shown(self, show: str) -> list[Group]:
        """The groups with the items that a filter leaves; without one they are all."""
        kept = [replace(one, items=_kept(one.items, show)) for one in self.groups]
        return [one for one in kept if one.items]

    def count(self, show: str) -> int:
        return len(_kept(self.items, show))

    @property
    def active(self) -> list[ReviewAssignment]:
        return [seat for seat in self.seats if seat.recused_at is None]

    @property
    def recused(self) -> list[ReviewAssignment]:
        return [seat for seat in self.seats if seat.recused_at is not None]


def desk(review: Review, user: User, *, part: Part = None) -> Desk:
    """The whole desk, whatever the number of items. The caller has asked ``can_open_desk``.

    ``part``: what the page has read of the person.
    """
    part = involvement_of(user, review.use_case, part)
    backdrop = backdrop_of(review)
    read = together(
        seats=Rows(review.assignments.all(), "reviewer", "assigned_by"),
        files=Rows(review.use_case.evidence.all()),
    )
    seats = tuple(read["seats"])
    mine = next((s for s in seats if s.reviewer_id == user.pk and s.recused_at is None), None)
    returned, signed = backdrop.was_returned, _signed(seats)
    is_open = rules.shows_to_the_office(review, signed, returned=returned)
    sees_all = rules.sees_all_verdicts(user, review, signed, part=part, returned=returned)
    answers = backdrop.answers
    earlier = earlier_round(review)
    items = checklist_items(review)
    shown = linked(answers, [(item.code, _informs(item)) for item in items])
    questions = questions_for(review, user, sees_all=sees_all, seats=seats, part=part)
    is_writing = mine is not None and mine.signed_off_at is None
    grounds = goal_applicability(answers)
    reads_talk = can_read_talk(user, review, part=part)
    found = talks(review, user, seats=seats, is_open=is_open) if reads_talk else NO_TALK
    files = {file.pk: file for file in read["files"]}
    material = Material(
        items,
        _verdicts(review, mine, sees_all=sees_all),
        questions,
        offers(review, mine, items, answers, earlier) if mine and is_writing else {},
        mine,
        shown,
        {key: ground.field for key, ground in grounds.items()},
        found,
        files,
    )
    return Desk(
        review=review,
        mine=mine,
        seats=seats,
        sees_all=sees_all,
        demand=checklist.demand_of(lifecycle_stage(answers)),
        groups=_groups(views(material)),
        resting=_resting(backdrop.goals, grounds),
        sections=shown.sections,
        evidence=tuple(file for file in files.values() if file.removed_at is None),
        general_questions=tuple(row for row in questions if row.question.item_id is None),
        talks=found,
        changes=by_anchor(changes_in(earlier, answers)),
        earlier=earlier,
        was_returned=returned,
        may_judge=rules.can_judge(user, review, part=part),
        may_sign_off=rules.can_sign_off(user, review, part=part),
        may_ask=rules.can_ask(user, review, part=part),
        may_assign=rules.can_assign(user, review, part=part),
        may_talk=can_talk(user, review, part=part),
    )


def _kept(items: Sequence[ItemView], show: str) -> tuple[ItemView, ...]:
    """``open``: required and not judged; ``mine``: the reader had a hand in it; ``changed``."""
    tests: Mapping[str, Callable[[ItemView], bool]] = {
        "open": lambda one: one.required and not one.value,
        "mine": lambda one: one.is_mine,
        "changed": lambda one: one.is_changed,
    }
    test = tests.get(show)
    return tuple(one for one in items if test is None or test(one))


def _verdicts(
    review: Review, mine: ReviewAssignment | None, *, sees_all: bool
) -> dict[int, list[Verdict]]:
    """By key of the item, the oldest first: this reviewer's own, and the others' if they show.

    One query: ``files`` of each are keys of evidence.
    """
    rows = Verdict.objects.filter(item__review=review, assignment__recused_at__isnull=True)
    if not sees_all:
        rows = rows.filter(assignment=mine) if mine else rows.none()
    found: dict[int, list[Verdict]] = {}
    for row in with_files(rows).select_related("assignment__reviewer"):
        found.setdefault(row.item_id, []).append(row)
    return found


def _groups(found: list[ItemView]) -> tuple[Group, ...]:
    grouped = [list(items) for _, items in groupby(found, key=lambda view: view.goal)]
    return tuple(
        Group(items[0].item.requirement.goal if items[0].item.requirement else None, tuple(items))
        for items in grouped
    )


def _resting(
    goals: Mapping[str, RestingGoal], grounds: Mapping[str, Applicability]
) -> tuple[Resting, ...]:
    facts = [
        checklist.GoalFacts(goal.code, goal.position, goal.comes_first, tuple(goal.applies_when))
        for goal in goals.values()
    ]
    return tuple(
        Resting(goals[rest.goal], rest.reason, tuple(_link(field) for field in rest.fields))
        for rest in checklist.rests(facts, grounds)
    )


def _link(place: str) -> AnswerLink:
    page, _, field = place.partition(".")
    return AnswerLink(translate(question(page, field).label), answer_anchor(page, field))


def _signed(seats: tuple[ReviewAssignment, ...]) -> list[ReviewAssignment]:
    return [seat for seat in seats if seat.signed_off_at is not None]


def _informs(item: ChecklistItem) -> tuple[str, ...]:
    return tuple(item.probe.goals) if item.probe else ()

"""One item of a checklist with all that a reviewer wants beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reviews.domain import checklist
from reviews.domain.checklist import Unmet, goal_of
from reviews.domain.enums import RequirementStage, VerdictValue
from reviews.domain.intake import question as question_of
from reviews.domain.texts import translate
from reviews.models import (
    ChecklistItem,
    Comment,
    Evidence,
    Question,
    ReviewAssignment,
    Verdict,
)
from reviews.models.catalogue import Family
from reviews.selectors.answers import AnswerLink, Linked, answer_anchor, item_anchor
from reviews.selectors.carry_over import Offer
from reviews.selectors.conversations import Talk, Talks


@dataclass(frozen=True, slots=True)
class Said:
    """One reviewer's verdict, as it is read, with the files that back it."""

    reviewer: str
    value: VerdictValue | None
    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the team; ``by`` is empty where the reader may not know who asked.

    ``may_withdraw``: it is open, and the reader asked it or is a free lead.
    """

    question: Question
    by: str
    may_withdraw: bool = False

    @property
    def is_open(self) -> bool:
        asked = self.question
        return asked.answered_at is None and asked.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class Twin:
    """Another item that asks nearly the same, with this reviewer's verdict on it."""

    code: str
    anchor: str
    question: str
    value: VerdictValue | None


@dataclass(frozen=True, slots=True)
class Needed:
    """An item on which this one builds and which is not settled."""

    code: str
    anchor: str
    value: VerdictValue | None


@dataclass(frozen=True, slots=True)
class Wording:
    """What the item asks, as its requirement or probe says."""

    question: str
    evidence_hint: str
    stage: RequirementStage | None
    tags: tuple[str, ...]
    criticism: str
    voiced_by: str


@dataclass(frozen=True, slots=True)
class Why:
    """Why the item applies: always (both empty), by an answer, or for a family of capabilities."""

    link: AnswerLink | None
    family: str


@dataclass(frozen=True, slots=True)
class Starting:
    """What the form of an item holds; ``evidence`` are keys of files, ``version`` the one seen.

    ``is_carried``: an earlier round's words, which count only once the reviewer has saved them.
    """

    value: str = ""
    note: str = ""
    gap_plan: str = ""
    evidence: frozenset[int] = frozenset()
    version: int = 0
    is_carried: bool = False


@dataclass(frozen=True, slots=True)
class ItemView:
    """``mine``: this reviewer's current verdict. ``others``: what the others said, empty while it
    is not to be seen. ``history``: verdicts that a later, dated one replaced. ``basis``: anchors of
    all answers that it rests on. ``talks``: threads about it that show to the reader; ``draft``:
    what the reader has begun to say in a new one.
    """

    item: ChecklistItem
    code: str
    anchor: str
    wording: Wording
    required: bool
    why: Why
    mine: Verdict | None
    offer: Offer | None
    others: tuple[Said, ...]
    history: tuple[Said, ...]
    twins: tuple[Twin, ...]
    unmet: tuple[Needed, ...]
    links: tuple[AnswerLink, ...]
    rests_on_goal: bool
    questions: tuple[Asked, ...]
    basis: tuple[str, ...]
    talks: tuple[Talk, ...]
    draft: Comment | None
    files: Mapping[int, Evidence]
    typed: Starting | None = None

    @property
    def starting(self) -> Starting:
        """What was typed and not saved, else the verdict, else what an earlier round offers."""
        if self.typed:
            return self.typed
        if self.mine:
            row = self.mine
            files = frozenset(file.pk for file in said(row, self.files).evidence)
            return Starting(row.value, row.note, row.gap_plan, files, row.version)
        if self.offer and self.offer.fills_in:
            one = self.offer
            value = one.value.value if one.value else ""
            return Starting(value, one.note, one.gap_plan, one.evidence, is_carried=True)
        return Starting()

    @property
    def value(self) -> VerdictValue | None:
        return value_of(self.mine)

    @property
    def own(self) -> tuple[Said, ...]:
        """This reviewer's verdict, as it is read; at most one."""
        return (said(self.mine, self.files),) if self.mine else ()

    @property
    def is_changed(self) -> bool:
        """Whether the reader's earlier verdict no longer fits: an answer or the wording changed."""
        return self.offer is not None and bool(self.offer.changed or self.offer.is_reworded)

    @property
    def is_mine(self) -> bool:
        """Whether the reader had a hand in it: a verdict, or words of a draft."""
        return self.mine is not None or self.draft is not None

    @property
    def open_talks(self) -> int:
        return sum(not talk.is_resolved for talk in self.talks)

    @property
    def open_questions(self) -> int:
        return sum(asked.is_open for asked in self.questions)

    @property
    def goal(self) -> str:
        """Code of the goal; empty for a critics' question."""
        return goal_of(self.code) if self.item.requirement_id else ""


@dataclass(frozen=True, slots=True)
class Material:
    """What the items are made of; the verdicts hold only what this person may see."""

    items: Sequence[ChecklistItem]
    verdicts: Mapping[int, Sequence[Verdict]]
    questions: Sequence[Asked]
    offers: Mapping[int, Offer]
    mine: ReviewAssignment | None
    read: Linked
    fields: Mapping[str, str]
    talks: Talks
    files: Mapping[int, Evidence]


def views(material: Material) -> list[ItemView]:
    """In reading order. No query."""
    own = _own(material)
    by_code = {item.code: item for item in material.items}
    values = {item.code: value_of(own.get(item.pk)) for item in material.items}
    unmet = checklist.unmet_needs(
        _needs(material.items),
        {item.code: goal_of(item.code) for item in material.items if item.requirement_id},
        {code: value or "" for code, value in values.items()},
    )
    asked: dict[int | None, list[Asked]] = {}
    for row in material.questions:
        asked.setdefault(row.question.item_id, []).append(row)
    return [
        _view(item, material, own, asked, unmet.get(item.code, ()), by_code, values)
        for item in material.items
    ]


def value_of(verdict: Verdict | None) -> VerdictValue | None:
    return VerdictValue(verdict.value) if verdict and verdict.value else None


def _view(
    item: ChecklistItem,
    material: Material,
    own: Mapping[int, Verdict],
    asked: Mapping[int | None, Sequence[Asked]],
    unmet: Sequence[Unmet],
    by_code: Mapping[str, ChecklistItem],
    values: Mapping[str, VerdictValue | None],
) -> ItemView:
    rows = material.verdicts.get(item.pk, ())
    me = material.mine.pk if material.mine else None
    return ItemView(
        item=item,
        code=item.code,
        anchor=item_anchor(item.code),
        wording=_wording(item),
        required=item.is_required_now,
        why=_why(item, material.fields),
        mine=own.get(item.pk),
        offer=material.offers.get(item.pk),
        others=tuple(
            said(row, material.files) for row in rows if row.is_current and row.assignment_id != me
        ),
        history=tuple(said(row, material.files) for row in rows if not row.is_current),
        twins=_twins(item, by_code, values),
        unmet=tuple(Needed(one.code, item_anchor(one.code), values[one.code]) for one in unmet),
        links=material.read.links.get(item.code, ()),
        rests_on_goal=item.code in material.read.of_goal,
        questions=tuple(asked.get(item.pk, ())),
        basis=material.read.anchors.get(item.code, ()),
        talks=material.talks.of(item.pk),
        draft=material.talks.drafts.get(item.pk),
        files=material.files,
    )


def said(verdict: Verdict, files: Mapping[int, Evidence]) -> Said:
    """``verdict`` comes from ``desk_backdrop.with_files``; ``files`` of the case, by key."""
    keys: list[int] = verdict.files  # type: ignore[attr-defined]
    found = tuple(files[key] for key in keys if key in files)
    return Said(str(verdict.assignment.reviewer), value_of(verdict), verdict, found)


def _own(material: Material) -> dict[int, Verdict]:
    me = material.mine.pk if material.mine else None
    return {
        key: row
        for key, rows in material.verdicts.items()
        for row in rows
        if row.is_current and row.assignment_id == me
    }


def _wording(item: ChecklistItem) -> Wording:
    if item.requirement:
        one = item.requirement
        stage = RequirementStage(one.stage)
        return Wording(one.question, one.evidence_hint, stage, tuple(one.tags), "", "")
    if item.probe:
        probe = item.probe
        return Wording(probe.question, "", None, (), probe.criticism, probe.voiced_by)
    raise ValueError(f"Item {item.pk} has neither a requirement nor a probe.")


def _why(item: ChecklistItem, fields: Mapping[str, str]) -> Why:
    kind, _, key = item.why.partition(":")
    page, _, field = fields.get(key, "").partition(".")
    link = None
    if kind == checklist.BY_ANSWER and field:
        link = AnswerLink(translate(question_of(page, field).label), answer_anchor(page, field))
    named = kind == checklist.BY_FAMILY and key in Family.values
    return Why(link, str(Family(key).label) if named else "")


def _twins(
    item: ChecklistItem,
    by_code: Mapping[str, ChecklistItem],
    values: Mapping[str, VerdictValue | None],
) -> tuple[Twin, ...]:
    if item.requirement is None:
        return ()
    found = [by_code[code] for code in item.requirement.near_twins if code in by_code]
    return tuple(
        Twin(one.code, item_anchor(one.code), _wording(one).question, values[one.code])
        for one in found
    )


def _needs(items: Sequence[ChecklistItem]) -> dict[str, list[str]]:
    """Item to the codes on which it builds; read with the items."""
    return {item.code: item.needs for item in items if item.needs}  # type: ignore[attr-defined]

"""What ``domain.consistency`` compares, and what it finds. Plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from reviews.domain.checklist_basis import Field
from reviews.domain.enums import ConditionState, Recommendation, VerdictValue
from reviews.domain.intake import Answers


class Severity(StrEnum):
    MUST_LOOK = "must_look"
    HINT = "hint"


class RuleId(StrEnum):
    """In the order in which findings are shown."""

    MET_ON_NOTHING = "met_on_nothing"
    MET_AGAINST_ANSWER = "met_against_answer"
    TRIGGERED_NOT_APPLICABLE = "triggered_not_applicable"
    MISSED_WITHOUT_PLAN = "missed_without_plan"
    PROBE_UNADDRESSED = "probe_unaddressed"
    CHANGED_SAME_VERDICT = "changed_same_verdict"
    ANSWERED_LATER = "answered_later"
    OLD_EVIDENCE = "old_evidence"
    ADVICE_AGAINST_VERDICTS = "advice_against_verdicts"
    PROMISE_OVERDUE = "promise_overdue"
    PROMISE_UNPROVEN = "promise_unproven"
    STAGE_MOVED = "stage_moved"
    QUESTION_OPEN = "question_open"
    THREAD_OPEN = "thread_open"
    MET_WITHOUT_GROUNDS = "met_without_grounds"
    SAME_NOTE = "same_note"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the round. ``asks_proof``: its hint names what would prove it.

    ``applies_by``: ``page.field`` of the answer that made it apply, or empty.
    """

    code: str
    is_required: bool
    is_probe: bool = False
    informs: tuple[str, ...] = ()
    asks_proof: bool = False
    applies_by: str = ""


@dataclass(frozen=True, slots=True)
class File:
    name: str
    added_on: date


@dataclass(frozen=True, slots=True)
class Judged:
    """One reviewer's current verdict; ``by`` is any key of the reviewer."""

    item: str
    by: str
    value: VerdictValue
    note: str
    gap_plan: str
    saved_at: datetime
    files: tuple[File, ...] = ()

    @property
    def is_missed(self) -> bool:
        return self.value in {VerdictValue.PARTLY, VerdictValue.NOT_MET}


@dataclass(frozen=True, slots=True)
class Promise:
    """A condition of a decision in force; ``due_on`` is its last day (inclusive)."""

    uid: str
    state: ConditionState
    due_on: date

    @property
    def is_pending(self) -> bool:
        return self.state in {ConditionState.OPEN, ConditionState.PROOF_GIVEN}


@dataclass(frozen=True, slots=True)
class Question:
    """To the team; ``item`` is empty where it concerns the whole case."""

    item: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is compared. ``judged`` holds only what the reader may see.

    ``before``: answers of the round before, and ``said_before`` value and note by reviewer and
    item there. ``advice`` by reviewer. ``threads``: item, or empty, of each open one.
    """

    answers: Answers
    items: Sequence[Item]
    judged: Sequence[Judged]
    on: date
    before: Answers | None = None
    said_before: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    promises: Sequence[Promise] = ()
    questions: Sequence[Question] = ()
    threads: Sequence[str] = ()
    advice: Mapping[str, Recommendation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where to look: an item, an answer, a condition, a file; whatever is known."""

    item: str = ""
    answer: Field | None = None
    promise: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """``by``: the reviewer whose verdicts it is about; empty where it is about none's."""

    rule: RuleId
    severity: Severity
    by: str
    spots: tuple[Spot, ...]
